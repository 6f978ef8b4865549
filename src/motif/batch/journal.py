"""A file of JSON Lines that is its own journal: every whole row in it is done (see ADR 16)."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Self

from motif.batch.rows import MAX_ROW_BYTES, Outcome, Stamp, kind_of_row, parsed_row, read_row
from motif.batch.run import Written
from motif.errors import BatchOutputError
from motif.files import sync_folder, synced_file
from motif.messages import N_

_SECONDS_BETWEEN_SYNCS = 2.0
_ELSEWHERE = 2**62
_ROW_START = b'{"path": '
_SCHEMA = """
CREATE TABLE rows (path BLOB PRIMARY KEY, start INTEGER, length INTEGER, size INTEGER, mtime INTEGER,
    sha256 TEXT, kind TEXT, code TEXT) WITHOUT ROWID;
CREATE TABLE named (path BLOB PRIMARY KEY, rank INTEGER) WITHOUT ROWID;
"""


class Journal:
    """An output file, open for one run.

    A row is appended whole, or taken back; what a killed run left half-written at the end is cut off
    when the file is opened next. Which pictures have rows is kept in a temporary database that moves
    to disk as it grows. Where a picture has two rows, since it changed, the later one counts, and
    ``finish`` leaves only that.

    Parameters
    ----------
    path : Path
        Made if there is none.

    Raises
    ------
    BatchOutputError
        If it is not a regular file, holds something else, or another run has it open.
    OSError
        If the disk is full, or refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        self._file = open_locked(self._path)
        try:
            self._index = sqlite3.connect("", isolation_level=None)
            self._index.execute("PRAGMA journal_mode = OFF")
            self._index.executescript(_SCHEMA)
            self._ranks = 0
            self._superseded = False
            self._end = self._index_own_rows()
            os.ftruncate(self._file.fileno(), self._end)
        except BaseException:
            self._file.close()
            raise
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, path: str) -> bool:
        """Note that this run names a picture; False if it has done so before."""
        self._ranks += 1
        added = self._index.execute("INSERT OR IGNORE INTO named VALUES (?, ?)", (_key(path), self._ranks))
        return added.rowcount == 1

    def find(self, path: str) -> Written | None:
        """Return what this file holds about a picture."""
        query = "SELECT size, mtime, sha256, kind, code FROM rows WHERE path = ?"
        for size, mtime, sha256, kind, code in self._index.execute(query, (_key(path),)):
            stamp = Stamp(size_bytes=size, mtime_ns=mtime)
            return Written(stamp=stamp, sha256=sha256 or "", kind=kind, code=code)
        return None

    def append(self, outcome: Outcome) -> None:
        """Write a row; after a failure, such as a full disk, the file ends with the row before.

        Raises
        ------
        OSError
            If the disk is full, or refuses.
        """
        handle = self._file.fileno()
        try:
            left = memoryview(outcome.row)
            while left:
                left = left[os.write(handle, left) :]
        except OSError:
            os.ftruncate(handle, self._end)
            raise
        self._note(read_row(outcome.row), self._end, len(outcome.row))
        self._end += len(outcome.row)
        if time.monotonic() - self._synced > _SECONDS_BETWEEN_SYNCS:
            os.fsync(handle)
            self._synced = time.monotonic()

    def finish(self, *, ordered: bool) -> None:
        """Leave one row for each picture and, if asked, rows in the order in which they were named.

        Rows of pictures that this run did not name stay, behind the others. Rows of what was not a file, such
        as a folder that could not be opened, go if this run did not name it. The file is replaced in one go.
        """
        gone = self.forget_gone()
        if not gone and not self._superseded and not (ordered and self.is_out_of_order()):
            return
        with rewritten(self._path) as file:
            file.writelines(row for _, row in self.live(ordered=ordered) if row is not None)
        self._end = os.fstat(self._file.fileno()).st_size

    def add_row_elsewhere(self, path: str, written: Written, number: int) -> None:
        """Index a row of another file, in which it is the ``number``-th; it precedes all rows of this one.

        Parameters
        ----------
        path : str
            The picture's.
        written : Written
        number : int, from 0
        """
        place, stamp = (number - _ELSEWHERE, 0), (written.stamp.size_bytes, written.stamp.mtime_ns)
        values = (_key(path), *place, *stamp, written.sha256, written.kind, written.code)
        self._index.execute("INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def forget_gone(self) -> int:
        """Drop the rows of what was not a file and is not named by this run; return how many there were."""
        query = "DELETE FROM rows WHERE size IS NULL AND path NOT IN (SELECT path FROM named)"
        return self._index.execute(query).rowcount

    def has_rows(self) -> bool:
        """Tell whether a row is in this file, and not elsewhere."""
        return self._end > 0

    def is_out_of_order(self) -> bool:
        """Tell whether the rows are in another order than the one in which this run named the pictures."""
        starts = (start for start, _ in self._live(ordered=True))
        return any(second < first for first, second in pairwise(starts))

    def live(self, *, ordered: bool) -> Iterator[tuple[int, bytes | None]]:
        """Yield the rows that count: (number, None) for one of another file, (0, bytes) for one of this."""
        for start, length in self._live(ordered=ordered):
            yield (start + _ELSEWHERE, None) if start < 0 else (0, self._read(start, length))

    def named_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the pictures that this run named, in that order."""
        query = "SELECT start, length FROM rows JOIN named USING (path) ORDER BY rank"
        for start, length in self._index.execute(query):
            yield read_row(self._read(start, length))

    def row(self, path: str) -> dict[str, Any]:
        """Return the row of a picture.

        Raises
        ------
        KeyError
            If it has none.
        """
        query = "SELECT start, length FROM rows WHERE path = ?"
        for start, length in self._index.execute(query, (_key(path),)):
            return read_row(self._read(start, length))
        raise KeyError(path)

    def _read(self, start: int, length: int) -> bytes:
        self._file.seek(start)
        return self._file.read(length)

    def discard(self) -> None:
        """Delete the file: what it held is elsewhere now."""
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Bring everything to disk and let go of the file."""
        if self._file.closed:
            return
        try:
            os.ftruncate(self._file.fileno(), self._end)
            os.fsync(self._file.fileno())
        finally:
            self._file.close()
            self._index.close()

    def _index_own_rows(self) -> int:
        """Index the rows of this file, and return where the last whole one ends."""
        end = 0
        self._file.seek(0)
        while line := self._file.readline(MAX_ROW_BYTES):
            row = parsed_row(line)
            if row is not None:
                self._note(row, end, len(line))
                end += len(line)
            elif not line.endswith(b"\n") and _is_torn(line) and self._only_zeros_follow():
                return end
            else:
                raise foreign_file_error(self._path)
        return end

    def _only_zeros_follow(self) -> bool:
        """Tell whether the rest of the file, if any, is what a crashed file system leaves."""
        return not any(block.strip(b"\0") for block in iter(partial(self._file.read, MAX_ROW_BYTES), b""))

    def _note(self, row: dict[str, Any], start: int, length: int) -> None:
        path = _key(row["path"])
        if self._index.execute("SELECT 1 FROM rows WHERE path = ?", (path,)).fetchone():
            self._superseded = True
        stated = (row.get(name) for name in ("size_bytes", "mtime_ns", "source_sha256"))
        values = (path, start, length, *stated, kind_of_row(row), row.get("error", {}).get("code", ""))
        self._index.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _live(self, *, ordered: bool) -> Iterator[tuple[int, int]]:
        order = "rank IS NULL, rank, start" if ordered else "start"
        query = f"SELECT start, length FROM rows LEFT JOIN named USING (path) ORDER BY {order}"
        yield from self._index.execute(query)


def _key(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")


def _is_torn(line: bytes) -> bool:
    """Tell the beginning of a row, or what a crashed file system left of one, from something else."""
    return line.startswith(_ROW_START) or _ROW_START.startswith(line) or not line.strip(b"\0")


def foreign_file_error(path: Path) -> BatchOutputError:
    """Return the error for an output that holds something other than rows; the caller raises it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    BatchOutputError
    """
    message = N_("{path!r} holds something other than the rows of a batch", path=os.fspath(path))
    return BatchOutputError(message, hint=N_("Name another output; nothing was changed in this file."))


@contextmanager
def rewritten(path: Path) -> Iterator[BinaryIO]:
    """Write a file anew; it replaces the one at ``path``, whole or not at all.

    The draft always has the same name, so that one that a killed run left behind does not stay.
    """
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    try:
        with synced_file(draft, mode=0o666) as file:
            yield file
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def open_locked(path: Path) -> BinaryIO:
    """Open a file for reading and appending, and keep others from doing the same.

    Raises
    ------
    BatchOutputError
        If it is not a regular file, or another run has it open.
    OSError
        If the disk is full, or refuses.
    """
    existed = path.exists()
    if existed and not stat.S_ISREG(path.stat().st_mode):
        hint = N_("Name a file; without -o, rows go to stdout.")
        raise BatchOutputError(N_("{path!r} is not a regular file", path=os.fspath(path)), hint=hint)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags, 0o666), "r+b")
    try:
        _lock(file)
    except OSError as error:
        file.close()
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        raise _busy(path) from error
    if not (path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))):
        file.close()  # the other run has just put a new file in its place
        raise _busy(path)
    if not existed:
        sync_folder(path.parent)
    return file


def _lock(file: BinaryIO) -> None:
    """Lock for as long as the file is open; the system lets go when the process ends, however it ends."""
    if os.name == "nt":
        import msvcrt

        file.seek(2**62)  # far behind the rows: Windows forbids others to read what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _busy(path: Path) -> BatchOutputError:
    hint = N_("Wait until it has finished, or name another output.")
    return BatchOutputError(N_("another run is writing {path!r}", path=os.fspath(path)), hint=hint)
