"""Rows of a batch as Parquet (extra ``parquet``), made of a journal when the run is finished."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import IO

from motif.batch.columns import COLUMNS, arrow_type, columns_of
from motif.batch.journal import Journal, foreign_file_error, rewritten
from motif.batch.rows import Row, Stamp, read_row
from motif.batch.run import Written
from motif.extras import require

_KEYS = ["path", "path_raw", "size_bytes", "mtime_ns", "source_sha256", "profile", "error_code"]
_GROUP_ROWS = 256
"""Rows held in memory at a time, about 30 MB."""


class ParquetOutput(Journal):
    """A Parquet file that a run brings up to date.

    Parquet cannot be appended to. New rows go to a journal beside the file, ``NAME.part``, from which a
    run that was stopped continues; when the run is finished, both become a new file in one step, and the
    journal is deleted.

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
        self._table = Path(os.path.realpath(path))
        super().__init__(self._table.with_name(self._table.name + ".part"))
        try:
            self._earlier = _EarlierRows(self._table) if self._table.exists() else None
            for number, (name, written) in enumerate(self._earlier.written() if self._earlier else ()):
                self.add_row_elsewhere(name, written, number)
        except BaseException:
            self.close()
            raise

    def finish(self, *, ordered: bool) -> None:
        """Write the file anew, if rows were added or dropped, or are out of order."""
        gone = self.forget_gone()
        if gone or self.has_rows() or self._earlier is None or (ordered and self.is_out_of_order()):
            with rewritten(self._table) as file:
                write_rows(file, self._merged(ordered=ordered))
        self.discard()

    def _merged(self, *, ordered: bool) -> Iterator[Row]:
        for number, row in self.live(ordered=ordered):
            if row is not None:
                yield columns_of(read_row(row))
            elif self._earlier is not None:
                yield self._earlier.row(number)


class _EarlierRows:
    """The rows of a file from an earlier run, one group of them in memory at a time."""

    def __init__(self, path: Path) -> None:
        parquet = require("pyarrow.parquet", extra="parquet")
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
            raise foreign_file_error(path) from error
        if self._file.schema_arrow.names != list(COLUMNS):
            raise foreign_file_error(path)
        self._group: Callable[[int], list[Row]] = lru_cache(1)(
            lambda group: self._file.read_row_group(group).to_pylist()
        )
        counts = (self._file.metadata.row_group(k).num_rows for k in range(self._file.num_row_groups))
        self._starts = list(accumulate(counts, initial=0))

    def written(self) -> Iterator[tuple[str, Written]]:
        for batch in self._file.iter_batches(columns=_KEYS):
            for row in batch.to_pylist():
                path = row["path"] if row["path_raw"] is None else os.fsdecode(row["path_raw"])
                stamp = Stamp(size_bytes=row["size_bytes"], mtime_ns=row["mtime_ns"])
                sha256, code = row["source_sha256"] or "", row["error_code"] or ""
                kind = "" if code else row["profile"]
                yield path, Written(stamp=stamp, sha256=sha256, kind=kind, code=code)

    def row(self, number: int) -> Row:
        group = bisect_right(self._starts, number) - 1
        row: Row = self._group(group)[number - self._starts[group]]
        return row


def write_rows(file: IO[bytes], rows: Iterable[Row]) -> None:
    """Write rows of ``COLUMNS`` to a file, a group at a time.

    Parameters
    ----------
    file : binary file
    rows : iterable of dict
        Column -> value.
    """
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    schema = arrow.schema([(name, arrow_type(arrow, kind)) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        waiting = iter(rows)
        while group := list(islice(waiting, _GROUP_ROWS)):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
