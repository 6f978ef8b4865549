"""Prints: fingerprints that are ready, as ``motif fingerprint -o`` writes them, named as a source."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from motif.batch.columns import COLUMNS, arrow_type, columns_of, row_of
from motif.batch.rows import MAX_ROW_BYTES, Item, Outcome, ReadyRow, Row, Stamp, outcome_with, parsed_row
from motif.errors import MalformedFingerprintError, MotifError, ParameterError
from motif.extras import require
from motif.fingerprint import Fingerprint
from motif.messages import N_, system_reason

_SUFFIXES = (".jsonl", ".parquet")
_READ_ROWS = 64
"""Rows of Parquet that are turned into Python values at a time."""
_MOST_ROWS, _MOST_GROUP_BYTES = 1024, 1 << 30
"""Of a row group that is read: a file that needs more was not written by a batch."""


def is_prints(path: str) -> bool:
    """Tell by its name whether a file holds fingerprints that are ready.

    Parameters
    ----------
    path : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_prints(path) for path in ("prints.jsonl", "PRINTS.Parquet", "cloth.jpg")]
    [True, True, False]
    """
    return path.lower().endswith(_SUFFIXES)


def read_prints(path: str | os.PathLike[str]) -> Iterator[tuple[str, Fingerprint]]:
    """Read the fingerprints of a file of JSON Lines or Parquet; rows that are errors are passed over.

    Parameters
    ----------
    path : path
        What its name ends with tells which it is.

    Yields
    ------
    (str, Fingerprint)
        The picture's path, as it was named when the fingerprint was computed.

    Raises
    ------
    ParameterError
        If the file cannot be read, or holds something else.
    MalformedFingerprintError
        If a fingerprint is damaged, or hashes only.
    MissingExtraError
        If it is Parquet, and the extra ``parquet`` is not installed.
    """
    for item in find_prints(os.fspath(path)):
        if item.ready is not None and not item.ready.is_error:
            yield item.path, ready_fingerprint(item.ready)


def ready_row(ready: ReadyRow) -> Row:
    """Return the row of JSON Lines; raise ``MalformedFingerprintError`` if it is damaged."""
    return row_of(ready.stored) if ready.is_columns else ready.stored


def ready_fingerprint(ready: ReadyRow) -> Fingerprint:
    """Return the fingerprint of a row that is ready.

    Parameters
    ----------
    ready : ReadyRow

    Returns
    -------
    Fingerprint

    Raises
    ------
    MalformedFingerprintError
        If there is none, or it is damaged.
    """
    data = ready.stored["fingerprint"] if ready.is_columns else None
    return Fingerprint.from_json(ready_row(ready)) if data is None else Fingerprint.from_bytes(data)


def ready_outcome(item: Item, ready: ReadyRow, *, hashes_only: bool) -> Outcome:
    """Return what came of an item whose row is ready; a damaged one is an error.

    Parameters
    ----------
    item : Item
    ready : ReadyRow
    hashes_only : bool
        Whether a row with hashes alone will do.

    Returns
    -------
    Outcome
    """
    stamp = item.stamp or Stamp()
    row: Row = {"path": item.path, "size_bytes": stamp.size_bytes, "mtime_ns": stamp.mtime_ns}
    try:
        made = ready_row(ready)
        if ready.is_error or hashes_only:
            columns_of(made)
        else:
            ready_fingerprint(ready)
    except MotifError as error:
        made = row | {"error": error.to_json()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        garbled = MalformedFingerprintError(N_("row lacks or garbles {error}", error=error))
        made = row | {"error": garbled.to_json()}
    return outcome_with(item, stamp, made)


def find_prints(path: str) -> Iterator[Item]:
    """Yield the pictures of a file of prints, in its order, each with its row.

    Parameters
    ----------
    path : str

    Yields
    ------
    Item

    Raises
    ------
    ParameterError
        If the file cannot be read, or holds something else.
    MissingExtraError
        If it is Parquet, and the extra ``parquet`` is not installed.
    """
    is_columns = path.lower().endswith(".parquet")
    rows = _rows_of_table(path) if is_columns else _rows_of_lines(path)
    for row in rows:
        raw = row["path_raw"] if is_columns else None
        name = str(row["path"]) if raw is None else os.fsdecode(raw)
        stamp = Stamp(size_bytes=row.get("size_bytes"), mtime_ns=row.get("mtime_ns"))
        yield Item(path=name, stamp=stamp, ready=ReadyRow(stored=row, is_columns=is_columns))


def _rows_of_lines(path: str) -> Iterator[Row]:
    try:
        with Path(path).open("rb") as file:
            number = 0
            while line := file.readline(MAX_ROW_BYTES):
                number += 1
                row = parsed_row(line if line.endswith(b"\n") else line + b"\n")
                if row is None:
                    raise _foreign(path, N_("line {number} is no row of a batch", number=number))
                yield row
    except OSError as error:
        raise _unreadable(path, error) from error


def _rows_of_table(path: str) -> Iterator[Row]:
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    try:
        with parquet.ParquetFile(path) as file:
            _require_columns(arrow, file, path)
            for batch in file.iter_batches(batch_size=_READ_ROWS):
                for row in batch.to_pylist():
                    if row["path"] is None:
                        raise _foreign(path, N_("a row names no picture"))
                    yield row
    except FileNotFoundError as error:
        raise _unreadable(path, error) from error
    except (OSError, ValueError, arrow.ArrowException) as error:
        raise _foreign(path, str(error).partition("\n")[0]) from error


def _require_columns(arrow: Any, file: Any, path: str) -> None:
    """Refuse a file that a batch has not written, before its rows are read."""
    schema = file.schema_arrow
    expected = arrow.schema([(name, arrow_type(arrow, kind)) for name, kind in COLUMNS.items()])
    if not schema.equals(expected):
        raise _foreign(path, N_("its columns are others"))
    groups = (file.metadata.row_group(number) for number in range(file.num_row_groups))
    if any(group.num_rows > _MOST_ROWS or group.total_byte_size > _MOST_GROUP_BYTES for group in groups):
        raise _foreign(path, N_("a group of rows is too large"))


def _foreign(path: str, reason: str) -> ParameterError:
    message = N_("{path!r} holds no fingerprints ({reason})", path=path, reason=reason)
    return ParameterError(message, hint=N_("Name a file that motif fingerprint -o has written."))


def _unreadable(path: str, error: OSError) -> ParameterError:
    message = N_("{path!r} cannot be read ({reason})", path=path, reason=system_reason(error))
    return ParameterError(message, hint=N_("Name a file that motif fingerprint -o has written."))
