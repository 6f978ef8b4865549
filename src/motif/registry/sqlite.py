"""How SQLite is opened: durable, checked, one writer at a time, and read-only where it must be.

Write-ahead log with ``synchronous=FULL``: a commit returns after the log is synced, so that what
was acknowledged survives SIGKILL and, on disks that keep their word, a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from motif.errors import RegistryCorruptError, RegistryError
from motif.messages import N_
from motif.registry.failures import RESTORE_HINT
from motif.registry.originals import sync_folder

_ROW_BYTES_MAX = 1_000_000
_SWITCH_TIMEOUT_S = 60.0
_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",  # what was erased of a person must not stay behind in free pages
)


Resting = tuple[int, int, int, int]
"""What tells whether a database's file is the one that it was: inode, size and times."""


def resting(path: Path) -> Resting | None:
    """Return the state of a database's file while all lies in it; None while some lies in its log."""
    return file_state(path) if log_is_empty(path) else None


def file_state(path: Path) -> Resting:
    """Return the state of a file; whoever writes to it changes that."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def make_engine(path: Path, *, writable: bool, busy_timeout_s: float, locks: bool = True) -> sa.Engine:
    """Return an engine for the database file, which must be there.

    Parameters
    ----------
    path : Path
    writable : bool
    locks : bool
        Without, which is for a file that rests, nothing is written, not even a lock, and so no folder needs
        to be writable; but when somebody else writes to the file, what is read makes no sense any more.
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
    """Make an empty database file that only its owner can read; one that is there stays."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    sync_folder(path.parent)


def use_write_ahead_log(engine: sa.Engine) -> None:
    """Switch a database to its write-ahead log; several processes may do so at the same moment.

    SQLite does not wait for its busy timeout here, so that is done by hand.
    """
    end = time.monotonic() + _SWITCH_TIMEOUT_S
    connection = engine.raw_connection()
    try:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.02)
    finally:
        connection.close()


def refuse_programs(connection: sa.Connection) -> None:
    """Refuse a database that brings triggers or views: motif makes none, and they run at each statement."""
    found = connection.scalar(sa.text("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"))
    if found:
        message = N_("the registry's database holds {found} triggers or views; expected none", found=found)
        raise RegistryCorruptError(message, hint=RESTORE_HINT)


def fold_log(engine: sa.Engine) -> None:
    """Move what lies in the write-ahead log into the database's file, as far as others allow it.

    It waits for nobody: a reader, perhaps the caller's own, would keep it waiting for the busy timeout.
    """
    connection = engine.raw_connection()
    cursor = connection.cursor()
    try:
        waited = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={int(waited)}")
    finally:
        connection.close()


def log_is_empty(path: Path) -> bool:
    """Tell whether the database's file holds all."""
    log = path.with_name(path.name + "-wal")
    return not log.exists() or log.stat().st_size == 0


def ailments(connection: sa.Connection) -> list[str]:
    """Return what SQLite itself finds wrong with a database: damaged pages, indexes that disagree."""
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is missing" for row in lost]


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("motif_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _mode(path: Path, *, writable: bool, locks: bool) -> str:
    if writable:
        return "mode=rw"
    if not locks:
        return "mode=ro&immutable=1"
    log = path.with_name(path.name + "-wal")
    if log.exists() and not os.access(log, os.R_OK):
        hint = N_("Let a program that may write open and close the registry once, then copy the folder.")
        raise RegistryError(N_("the registry's newest entries lie in a log that cannot be read"), hint=hint)
    return "mode=ro"
