"""Rows of a batch as Parquet (extra ``parquet``), made of a journal when the run is finished."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Self

from motif.batch.journal import Journal
from motif.batch.rows import Outcome, Row, Stamp
from motif.batch.run import Written
from motif.errors import BatchOutputError
from motif.extras import require
from motif.fingerprint import Fingerprint
from motif.messages import N_

COLUMNS = {
    "path": "string",
    "path_raw": "binary",
    "size_bytes": "int64",
    "mtime_ns": "int64",
    "source_sha256": "string",
    "profile": "string",
    "photo_width_px": "int32",
    "photo_height_px": "int32",
    "swatch_width_px": "int32",
    "swatch_height_px": "int32",
    "phash": "binary",
    "dhash": "binary",
    "fingerprint": "binary",
    "error_code": "string",
    "error_message": "string",
    "error_hint": "string",
}
"""Column -> Arrow type; ``path_raw`` only where the name is no UTF-8, ``fingerprint`` of ``to_bytes``."""

_KEYS = ["path", "path_raw", "size_bytes", "mtime_ns", "source_sha256", "profile", "error_code"]
_GROUP_ROWS = 256
"""Rows held in memory at a time, about 30 MB."""


class ParquetOutput:
    """A Parquet file that a run brings up to date.

    Parquet cannot be appended to. New rows go to a journal beside the file, ``NAME.part``, with which a
    run that was stopped goes on; when the run is finished, both become a new file in one step, and the
    journal goes.

    Parameters
    ----------
    path : Path
        Made if there is none.

    Raises
    ------
    MissingExtraError
        If the extra ``parquet`` is not installed.
    BatchOutputError
        If the file holds something else, or another run is writing it.
    """

    def __init__(self, path: Path) -> None:
        require("pyarrow", extra="parquet")
        self._path = Path(os.path.realpath(path))
        self._journal = Journal(self._path.with_name(self._path.name + ".part"))
        try:
            self._old = _OldRows(self._path) if self._path.exists() else None
            for number, (name, written) in enumerate(self._old.written() if self._old else ()):
                self._journal.adopt(name, written, number)
        except BaseException:
            self._journal.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, path: str) -> bool:
        """Note that this run names a picture; False if it has done so before."""
        return self._journal.claim(path)

    def find(self, path: str) -> Written | None:
        """Return what this file holds about a picture."""
        return self._journal.find(path)

    def append(self, outcome: Outcome) -> None:
        """Write a row."""
        self._journal.append(outcome)

    def finish(self, *, ordered: bool) -> None:
        """Write the file anew, if there is anything new."""
        if self._journal.has_rows() or self._old is None or (ordered and self._journal.is_out_of_order()):
            made = self._path.with_name(f".{self._path.name}.new")
            try:
                with made.open("wb") as file:
                    write_rows(file, self._merged(ordered=ordered))
                    file.flush()
                    os.fsync(file.fileno())
                made.replace(self._path)
            finally:
                made.unlink(missing_ok=True)
        self._journal.discard()

    def close(self) -> None:
        """Let go of the files."""
        self._journal.close()

    def _merged(self, *, ordered: bool) -> Iterator[Row]:
        for number, row in self._journal.live(ordered=ordered):
            if row is not None:
                yield columns_of(json.loads(row))
            elif self._old is not None:
                yield self._old.row(number)


class _OldRows:
    """The rows of a file from an earlier run, one group of them in memory at a time."""

    def __init__(self, path: Path) -> None:
        parquet = require("pyarrow.parquet", extra="parquet")
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
            raise _foreign(path) from error
        if self._file.schema_arrow.names != list(COLUMNS):
            raise _foreign(path)
        self._group: tuple[int, list[Row]] = (-1, [])
        counts = [self._file.metadata.row_group(k).num_rows for k in range(self._file.num_row_groups)]
        self._starts = [sum(counts[:k]) for k in range(len(counts))]

    def written(self) -> Iterator[tuple[str, Written]]:
        for batch in self._file.iter_batches(columns=_KEYS):
            for row in batch.to_pylist():
                raw = row["path_raw"]
                kind = "" if row["error_code"] else row["profile"]
                stamp = Stamp(size_bytes=row["size_bytes"], mtime_ns=row["mtime_ns"])
                yield (
                    row["path"] if raw is None else os.fsdecode(raw),
                    Written(
                        stamp=stamp,
                        sha256=row["source_sha256"] or "",
                        kind=kind,
                        code=row["error_code"] or "",
                    ),
                )

    def row(self, number: int) -> Row:
        held, rows = self._group
        if held < 0 or not 0 <= number - self._starts[held] < len(rows):
            held = max(k for k, start in enumerate(self._starts) if start <= number)
            rows = self._file.read_row_group(held).to_pylist()
            self._group = (held, rows)
        row: Row = rows[number - self._starts[held]]
        return row


def write_rows(file: IO[bytes], rows: Iterable[Row]) -> None:
    """Write rows of ``COLUMNS`` to a file, a group at a time."""
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    schema = arrow.schema([(name, arrow.type_for_alias(kind)) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        waiting = iter(rows)
        while group := list(islice(waiting, _GROUP_ROWS)):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))


def columns_of(row: Row) -> Row:
    """Turn a row of JSON Lines into one of ``COLUMNS``; what it does not have is None.

    Examples
    --------
    >>> columns_of({"path": "a.jpg", "error": {"code": "not-an-image"}})["error_code"]
    'not-an-image'
    """
    path, error, profile = row["path"], row.get("error", {}), row.get("profile")
    shown = _utf8(path)
    depth = "fingerprint" if "keypoints" in row else "hashes"
    whole = Fingerprint.from_json(row).to_bytes() if "keypoints" in row else None
    photo_px, swatch_px = row.get("photo_px", (None, None)), row.get("swatch_px", (None, None))
    return {
        "path": shown,
        "path_raw": None if shown == path else os.fsencode(path),
        "size_bytes": row.get("size_bytes"),
        "mtime_ns": row.get("mtime_ns"),
        "source_sha256": row.get("source_sha256"),
        "profile": f"{profile['name']}-{profile['version']} {depth}" if profile else None,
        "photo_width_px": photo_px[0],
        "photo_height_px": photo_px[1],
        "swatch_width_px": swatch_px[0],
        "swatch_height_px": swatch_px[1],
        "phash": bytes.fromhex(row["phash"]) if "phash" in row else None,
        "dhash": bytes.fromhex(row["dhash"]) if "dhash" in row else None,
        "fingerprint": whole,
        "error_code": error.get("code"),
        "error_message": _utf8(error.get("message")),
        "error_hint": _utf8(error.get("hint")),
    }


def _utf8(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "backslashreplace").decode()


def _foreign(path: Path) -> BatchOutputError:
    message = N_("{path!r} holds something other than the rows of a batch", path=os.fspath(path))
    return BatchOutputError(message, hint=N_("Name another output; nothing was changed in this file."))
