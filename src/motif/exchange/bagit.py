"""Entries with their original photos as a bag (BagIt 1.0, RFC 8493) in a ZIP, for archives and museums.

No title, name or note becomes part of a path: folders are called by the entries' ids, photos by their
SHA-256. What a person wrote stands in JSON, and in a table whose cells are no formulas.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from motif.exchange.flat import Dossier, columns, flat_row, full_document
from motif.exchange.tables import write_csv
from motif.registry.bag_file import BagFile

_SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
}
_PIECE_BYTES = 1 << 20


def export_bag(
    path: Path, dossiers: Iterable[Dossier], *, called: Path, original: Callable[[str], bytes]
) -> int:
    """Write ``data/entries.csv``, and ``data/M-…/`` with ``entry.json`` and the photos of each entry.

    Parameters
    ----------
    path : Path
        Written so that only its owner can read it, as the originals are.
    dossiers : iterable of Dossier
    called : Path
        The file's name once it is whole.
    original : callable
        Gives an untouched file by its SHA-256, verified.

    Returns
    -------
    int
        How many entries were written.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    with (
        os.fdopen(descriptor, "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made,
        TemporaryFile() as table,
    ):
        bag = BagFile(made, called)
        text = io.TextIOWrapper(table, encoding="utf-8-sig", newline="")
        count = write_csv(text, columns(), map(flat_row, _added(bag, dossiers, original)))
        text.flush()
        table.seek(0)
        bag.add("data/entries.csv", iter(lambda: table.read(_PIECE_BYTES), b""))
        bag.finish({"Motif-Entries": str(count)})
    return count


def _added(bag: BagFile, dossiers: Iterable[Dossier], original: Callable[[str], bytes]) -> Iterator[Dossier]:
    """Add each entry to the bag and pass it on."""
    for dossier in dossiers:
        folder = f"data/{dossier.entry.id}"
        document = json.dumps(full_document(dossier), ensure_ascii=False, indent=1)
        bag.add(f"{folder}/entry.json", [document.encode()])
        for photo in dossier.entry.photos:
            suffix = _SUFFIXES.get(photo.media_type, "")
            bag.add(f"{folder}/{photo.sha256}{suffix}", [original(photo.sha256)])
        yield dossier
