"""Which file a registry is exported to, by its suffix; nothing that exists is overwritten."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, TextIO

from motif.bagit import BagFile
from motif.errors import ParameterError
from motif.exchange.lido import export_lido
from motif.exchange.outgoing import OutgoingEntry, columns, dossiers, flat_row, full_document, many_columns
from motif.exchange.spreadsheet import safe_cell
from motif.extras import require
from motif.files import name_once
from motif.messages import N_
from motif.registry.registry import Registry

Write = Callable[[Path, Iterable[OutgoingEntry]], int]

SUFFIXES: Final = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "lido": ".xml", "bagit": ".zip"}
"""Format -> its suffix."""


def export(
    registry: Registry, path: Path, *, form: str | None = None, include_withdrawn: bool = False
) -> int:
    """Write all entries to a file; it bears its name only once it is whole.

    Parameters
    ----------
    registry : Registry
    path : Path
    form : "csv", "jsonl", "parquet", "lido" or "bagit", optional
        By the path's suffix unless told.
    include_withdrawn : bool

    Returns
    -------
    int
        How many entries were written.

    Raises
    ------
    ParameterError
        If the form is not known, or the file is there already.
    RegistryCorruptError
        If an original that belongs into a bag is missing or was changed.
    """
    write = _writer(registry, path, form or form_of(path))
    if path.exists() or path.is_symlink():
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name; nothing is overwritten.")
        )
    draft = path.with_name(f".motif-{secrets.token_hex(8)}.tmp")
    try:
        count = write(draft, dossiers(registry, include_withdrawn=include_withdrawn))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _writer(registry: Registry, path: Path, form: str) -> Write:
    writers: dict[str, Write] = {
        "csv": export_csv,
        "jsonl": export_jsonl,
        "parquet": export_parquet,
        "lido": export_lido,
        "bagit": partial(export_bag, called=path, original=registry.original),
    }
    return writers[form]


def _name(draft: Path, path: Path) -> None:
    try:
        name_once(draft, path)  # refuses, also against a file that came up meanwhile
    except FileExistsError as error:
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name.")
        ) from error


def form_of(path: Path) -> str:
    """Tell the form by a file's suffix; raise ``ParameterError`` if none fits."""
    for form, suffix in SUFFIXES.items():
        if path.suffix.lower() == suffix:
            return form
    expected = ", ".join(SUFFIXES.values())
    raise ParameterError(
        N_("{name}: expected one of {expected}", name=path.name, expected=expected),
        hint=N_("Or give --format."),
    )


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
    path: Path, dossiers: Iterable[OutgoingEntry], *, called: Path, original: Callable[[str], bytes]
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


def _added(
    bag: BagFile, dossiers: Iterable[OutgoingEntry], original: Callable[[str], bytes]
) -> Iterator[OutgoingEntry]:
    """Add each entry to the bag and pass it on."""
    for dossier in dossiers:
        folder = f"data/{dossier.entry.id}"
        document = json.dumps(full_document(dossier), ensure_ascii=False, indent=1)
        bag.add(f"{folder}/entry.json", [document.encode()])
        for photo in dossier.entry.photos:
            suffix = _SUFFIXES.get(photo.media_type, "")
            bag.add(f"{folder}/{photo.sha256}{suffix}", [original(photo.sha256)])
        yield dossier


_BATCH = 1000


def export_csv(path: Path, dossiers: Iterable[OutgoingEntry]) -> int:
    """Write one row an entry, UTF-8 with the mark that spreadsheets want; no cell is a formula.

    Returns
    -------
    int
        How many entries were written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_csv(file, columns(), map(flat_row, dossiers))


def export_jsonl(path: Path, dossiers: Iterable[OutgoingEntry]) -> int:
    """Write one JSON document a line, with all that is linked; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for dossier in dossiers:
            file.write(json.dumps(full_document(dossier), ensure_ascii=False) + "\n")
            count += 1
    return count


def export_parquet(path: Path, dossiers: Iterable[OutgoingEntry]) -> int:
    """Write one row an entry, lists as lists; return how many. Needs the extra ``parquet``."""
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    many = many_columns()
    types = {name: arrow.list_(arrow.string()) if name in many else arrow.string() for name in columns()}
    types |= {"dispute_flag": arrow.bool_()}
    schema = arrow.schema(list(types.items()))
    count, rows = 0, []
    with parquet.ParquetWriter(path, schema) as writer:
        for dossier in dossiers:
            rows.append(flat_row(dossier))
            count += 1
            if len(rows) == _BATCH:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
    return count


def write_csv(file: TextIO, headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows under headings; return how many."""
    writer = csv.writer(file)
    writer.writerow([safe_cell(heading) for heading in headings])
    count = 0
    for row in rows:
        writer.writerow([safe_cell(_cell(row.get(heading))) for heading in headings])
        count += 1
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
