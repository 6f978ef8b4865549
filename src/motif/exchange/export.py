"""Export of a registry as a table (CSV, JSON Lines, Parquet), as LIDO XML, or as a bag with the photos.

A bag is BagIt 1.0 [1]_ in a ZIP. No title, name or note becomes part of a path in it: folders are named
after the ids of entries, photos after their SHA-256.

References
----------
.. [1] Kunze et al. (2018). RFC 8493: The BagIt File Packaging Format (V1.0).
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, TextIO

from motif.bagit import BagFile
from motif.errors import ParameterError
from motif.exchange.lido import export_lido
from motif.exchange.outgoing import (
    OutgoingEntry,
    columns,
    flat_row,
    full_document,
    list_columns,
    outgoing_entries,
)
from motif.exchange.spreadsheet import GUARDED, OURS, REFUSED, Row, safe_cell
from motif.extras import require
from motif.files import name_once
from motif.messages import N_
from motif.registry.records.fields import join_items
from motif.registry.records.works import Motif
from motif.registry.registry import Registry

Write = Callable[[Path, Iterable[OutgoingEntry]], int]

SUFFIXES: Final = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "lido": ".xml", "bagit": ".zip"}
"""Export format -> file suffix."""

_PHOTO_SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
}
_CHUNK_BYTES: Final = 1 << 20
_PARQUET_GROUP_ROWS: Final = 1000


def export(
    registry: Registry, path: Path, *, form: str | None = None, include_withdrawn: bool = False
) -> int:
    """Write all entries to a new file, which gets its name only once it is complete.

    Parameters
    ----------
    registry : Registry
    path : Path
    form : "csv", "jsonl", "parquet", "lido" or "bagit", optional
        By default the one that belongs to the path's suffix.
    include_withdrawn : bool

    Returns
    -------
    int
        Number of entries written.

    Raises
    ------
    ParameterError
        If the suffix belongs to no format, or the file exists.
    RegistryCorruptError
        If an original that belongs in a bag is missing or altered.
    """
    writers: dict[str, Write] = {
        "csv": export_csv,
        "jsonl": export_jsonl,
        "parquet": export_parquet,
        "lido": export_lido,
        "bagit": partial(export_bag, target=path, original=registry.original),
    }
    write = writers[form or form_of(path)]
    if path.exists() or path.is_symlink():
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name; nothing is overwritten.")
        )
    draft = path.with_name(f".motif-{secrets.token_hex(8)}.tmp")
    try:
        count = write(draft, outgoing_entries(registry, include_withdrawn=include_withdrawn))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        name_once(draft, path)
    except FileExistsError as error:  # the file was created in the meantime
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name.")
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def form_of(path: Path) -> str:
    """Return the export format that belongs to a file's suffix.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        A key of ``SUFFIXES``.

    Raises
    ------
    ParameterError
        If the suffix belongs to no format.
    """
    for form, suffix in SUFFIXES.items():
        if path.suffix.lower() == suffix:
            return form
    expected = ", ".join(SUFFIXES.values())
    raise ParameterError(
        N_("{name}: expected one of {expected}", name=path.name, expected=expected),
        hint=N_("Or give --format."),
    )


def export_csv(path: Path, entries: Iterable[OutgoingEntry]) -> int:
    """Write one row for each entry, in UTF-8 with the byte order mark that spreadsheets expect.

    Parameters
    ----------
    path : Path
    entries : iterable of OutgoingEntry

    Returns
    -------
    int
        Number of entries written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_csv(file, columns(), map(_typed_row, entries))


def export_jsonl(path: Path, entries: Iterable[OutgoingEntry]) -> int:
    """Write one JSON document a line for each entry, with all linked records; return the number written."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for outgoing in entries:
            file.write(json.dumps(full_document(outgoing), ensure_ascii=False) + "\n")
            count += 1
    return count


def export_parquet(path: Path, entries: Iterable[OutgoingEntry]) -> int:
    """Write one row for each entry, lists as lists; return the number. Needs the extra ``parquet``."""
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    lists = list_columns()
    types = {name: arrow.list_(arrow.string()) if name in lists else arrow.string() for name in columns()}
    types |= {"dispute_flag": arrow.bool_()}
    schema = arrow.schema(list(types.items()))
    count, rows = 0, map(flat_row, entries)
    with parquet.ParquetWriter(path, schema) as writer:
        while group := list(islice(rows, _PARQUET_GROUP_ROWS)):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def write_csv(file: TextIO, headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a table in which no cell is taken for a formula.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    headings : sequence of str
        Columns, in order.
    rows : iterable of mappings
        Heading -> value. A list is written as ``join_items`` does, a bool as "yes" or "no", None and an empty
        list as an empty cell. A last column, ``GUARDED``, names those whose cells got a ``'`` (``safe_cell``)
        in the row.

    Returns
    -------
    int
        Number of rows written, the headings not counted.
    """
    writer = csv.writer(file)
    writer.writerow([*map(safe_cell, headings), GUARDED])
    count = 0
    for row in rows:
        writer.writerow(_guarded(headings, [_cell(row.get(heading)) for heading in headings]))
        count += 1
    return count


def _guarded(headings: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Return safe cells, and in a last one the headings of those that were not."""
    safe = [safe_cell(cell) for cell in cells]
    changed = [heading for heading, cell, text in zip(headings, cells, safe, strict=True) if cell != text]
    return [*safe, safe_cell(join_items(changed)) if changed else ""]


def write_refused(file: TextIO, refused: Sequence[tuple[Row, str, str]]) -> None:
    """Write refused rows so that they can be mended and read again by ``read_sheet``.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    refused : sequence of (Row, str, str)
        Rows, each with the reason and the hint as they are to be read. A cell with a problem, or each cell of
        a row that has one as a whole, begins with ``REFUSED``: read again, it is refused again until somebody
        writes over it. Cells without a heading stand at the end.

    Examples
    --------
    >>> import sys
    >>> from motif.errors import ParameterError
    >>> row = Row(number=2, cells={"Judul": "A", "No": "1150"}, problems={"No": ParameterError("x")})
    >>> write_refused(sys.stdout, [(row, "cell B2: x", "Mend it.")])  # doctest: +NORMALIZE_WHITESPACE
    motif:row,motif:reason,motif:hint,Judul,No,motif:guarded
    2,cell B2: x,Mend it.,A,#REFUSED! 1150,
    """
    headings = list(dict.fromkeys(heading for row, _, _ in refused for heading in row.cells))
    writer = csv.writer(file)
    ours = [f"{OURS}{name}" for name in ("row", "reason", "hint")]
    writer.writerow([*ours, *map(safe_cell, headings), GUARDED])
    for row, reason, hint in refused:
        *cells, guarded = _guarded(headings, [row.cells.get(heading, "") for heading in headings])
        for index, heading in enumerate(headings):
            if heading in row.problems or ("" in row.problems and cells[index]):
                cells[index] = f"{REFUSED} {cells[index]}"
        beyond = [f"{REFUSED} {safe_cell(text)}" for text in row.beyond]
        writer.writerow([str(row.number), safe_cell(reason), safe_cell(hint), *cells, guarded, *beyond])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return join_items(map(str, value)) if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _typed_row(outgoing: OutgoingEntry) -> dict[str, Any]:
    """Return an entry as one row, what is known of its design as somebody would type it."""
    motif, typed = outgoing.motif, Motif.typed_fields()
    known = {name: getattr(motif, name) for name in typed}
    return flat_row(outgoing) | {
        name: None if value is None else typed[name]["kind"].spell(value) for name, value in known.items()
    }


def export_bag(
    path: Path, entries: Iterable[OutgoingEntry], *, target: Path, original: Callable[[str], bytes]
) -> int:
    """Write ``data/entries.csv``, and ``data/M-…/`` with ``entry.json`` and the photos of each entry.

    Parameters
    ----------
    path : Path
        Created so that only its owner can read it, as the originals are.
    entries : iterable of OutgoingEntry
    target : Path
        The name that the file gets once it is complete; the bag's folder is named after it.
    original : callable, SHA-256 -> bytes
        Returns an untouched file, verified against its SHA-256.

    Returns
    -------
    int
        Number of entries written.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    with (
        os.fdopen(descriptor, "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        TemporaryFile() as table,
    ):
        bag = BagFile(archive, target)
        text = io.TextIOWrapper(table, encoding="utf-8-sig", newline="")
        count = write_csv(text, columns(), map(_typed_row, _bagged(bag, entries, original)))
        text.flush()
        table.seek(0)
        bag.add("data/entries.csv", iter(lambda: table.read(_CHUNK_BYTES), b""))
        bag.finish({"Motif-Entries": str(count)})
    return count


def _bagged(
    bag: BagFile, entries: Iterable[OutgoingEntry], original: Callable[[str], bytes]
) -> Iterator[OutgoingEntry]:
    """Add each entry to the bag and pass it on."""
    for outgoing in entries:
        folder = f"data/{outgoing.entry.id}"
        document = json.dumps(full_document(outgoing), ensure_ascii=False, indent=1)
        bag.add(f"{folder}/entry.json", [document.encode()])
        for photo in outgoing.entry.photos:
            suffix = _PHOTO_SUFFIXES.get(photo.media_type, "")
            bag.add(f"{folder}/{photo.sha256}{suffix}", [original(photo.sha256)])
        yield outgoing
