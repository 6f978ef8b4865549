"""How SQLite is opened: durable, checked, one writer at a time, and read-only where it must be.

Write-ahead log with ``synchronous=FULL``: a commit returns after the log is synced, so that it survives
SIGKILL and, on disks that do sync when told to, a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from motif.errors import RegistryBusyError, RegistryCorruptError, RegistryUnavailableError
from motif.files import sync_folder
from motif.messages import N_
from motif.registry.storage.known_log import acknowledged_path, checksum_path
from motif.registry.storage.schema import index_metadata, metadata
from motif.registry.store import RESTORE_HINT

ORIGINALS = "originals"
"""Name of the folder of the untouched files, beside the database."""

_ROW_BYTES_MAX = 1_000_000
_SWITCH_TIMEOUT_S = 60.0
_SWITCH_PAUSE_S = 0.02
_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",  # erased personal data must not remain in free pages
)


class SqliteBackend:
    """What SQLite does in its own way; see ``backend.Backend``.

    Parameters
    ----------
    path : Path
        The database's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    tables: Mapping[str, sa.Table] = {**metadata.tables, **index_metadata.tables}
    view_options: Mapping[str, Any] = {}

    def require_safe(self, connection: sa.Connection) -> None:
        """Refuse triggers and views: motif creates none, and a file from elsewhere must not run code."""
        query = "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
        count = connection.scalar(sa.text(query))
        if count:
            message = N_(
                "the registry's database holds {count} triggers or views; expected none", count=count
            )
            raise RegistryCorruptError(message, hint=RESTORE_HINT)

    def has_remains(self) -> bool:
        """Tell whether beside the database lies what only a registry with entries leaves there."""
        remains = (self._path.with_name(ORIGINALS), acknowledged_path(self._path), checksum_path(self._path))
        return any(os.path.lexists(path) for path in remains)

    def configure(self, engine: sa.Engine) -> None:
        """Switch to the write-ahead log; several processes may do so at the same moment.

        SQLite's busy timeout does not apply to this statement, so it is repeated here.
        """
        end = time.monotonic() + _SWITCH_TIMEOUT_S
        with closing(engine.raw_connection()) as connection:
            while True:
                try:
                    connection.cursor().execute("PRAGMA journal_mode=WAL")
                    return
                except sqlite3.OperationalError as error:
                    if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                        raise
                    time.sleep(_SWITCH_PAUSE_S)

    def insert(self, connection: sa.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
        if table not in index_metadata.tables:
            connection.execute(self.tables[table].insert(), rows)
            return
        names = list(rows[0])  # thousands of lists at a time, of plain numbers and bytes
        query = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        connection.exec_driver_sql(query, [tuple(map(row.__getitem__, names)) for row in rows])

    def read(self, connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
        return list(connection.exec_driver_sql(query).cursor.fetchall())

    def problems(self, connection: sa.Connection) -> list[str]:
        """Return what SQLite's checks report: damaged pages, wrong indexes, broken references."""
        results = connection.exec_driver_sql("PRAGMA integrity_check")
        damage = [str(row[0]) for row in results if row[0] != "ok"]
        return damage + [
            f"row {row} of {table} refers to a row of {target} that is missing"
            for table, row, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check")
        ]


FileState = tuple[int, int, int, int]
"""Inode, size and times of a database file: they change when somebody writes to it."""


def _resting(path: Path) -> FileState | None:
    """Return the state of a database file that holds everything; None while some of it is in the log."""
    return file_state(path) if log_is_empty(path) else None


def file_state(path: Path) -> FileState:
    """Return the state of a file, which changes with every write."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def make_engine(path: Path, *, writable: bool, busy_timeout_s: float, locks: bool = True) -> sa.Engine:
    """Return an engine for the database file, which must be there.

    Parameters
    ----------
    path : Path
    writable : bool
    locks : bool
        If false, for a file at rest, nothing is written, not even a lock, so that the folder may be
        read-only; but if somebody else writes to the file, what is read is not consistent.
    busy_timeout_s : float, seconds
        How long a writer waits for another before it gives up.
    """
    uri = f"{path.absolute().as_uri()}?{_mode(path, writable=writable, locks=locks)}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _ROW_BYTES_MAX)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1)
    sa.event.listen(engine, "begin", _begin)
    return engine


def make_file(path: Path) -> None:
    """Create an empty database file that only its owner can read, unless there is one."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    sync_folder(path.parent)


def fold_log(engine: sa.Engine) -> None:
    """Move the content of the write-ahead log into the database file, as far as others allow it.

    It does not wait: a reader, perhaps the caller's own, would make it wait for the whole busy timeout.
    """
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        timeout_ms = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={int(timeout_ms)}")


def log_is_empty(path: Path) -> bool:
    """Tell whether the database file holds everything."""
    log = _log_path(path)
    return not log.exists() or log.stat().st_size == 0


def _log_path(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("motif_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _mode(path: Path, *, writable: bool, locks: bool) -> str:
    if writable:
        return "mode=rw"
    if not locks:
        return "mode=ro&immutable=1"
    log = _log_path(path)
    if log.exists() and not os.access(log, os.R_OK):
        hint = N_("Let a program that may write open and close the registry once, then copy the folder.")
        raise RegistryUnavailableError(
            N_("the registry's newest entries lie in a log that cannot be read"), hint=hint
        )
    return "mode=ro"


class Unwritten:
    """Provides an engine for each view, a new one if somebody has written since the last view.

    A file at rest is read without locks, which cannot be stored in a read-only folder or on a disc.
    SQLite then assumes that the file never changes, and would go on returning its old content.

    Parameters
    ----------
    path : Path
    busy_timeout_s : float, seconds
    """

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        self._path, self._busy_timeout_s = path, busy_timeout_s
        self._lock = threading.Lock()
        self._open(_resting(path))

    def _open(self, state: FileState | None) -> None:
        self._state = state
        self.engine = make_engine(
            self._path, writable=False, busy_timeout_s=self._busy_timeout_s, locks=state is None
        )

    @contextmanager
    def view(self) -> Iterator[sa.Engine]:
        """Provide the engine for one view.

        Raises
        ------
        RegistryBusyError
            At the end, if somebody wrote to the file meanwhile: what was read may be inconsistent.
        """
        with self._lock:
            state = _resting(self._path)
            if state != self._state:
                self.engine.dispose()
                self._open(state)
            engine = self.engine
        try:
            yield engine
        except (sa.exc.DatabaseError, RegistryCorruptError) as error:
            self._require_unchanged(state, error)
            raise
        self._require_unchanged(state)

    def _require_unchanged(self, state: FileState | None, cause: Exception | None = None) -> None:
        if state is not None and file_state(self._path) != state:
            hint = N_("Another program is writing to it; wait a little and try again.")
            message = N_("registry {place}: it was written to while it was read", place=self._path.parent)
            raise RegistryBusyError(message, hint=hint) from cause
