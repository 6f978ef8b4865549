"""Failures of the disk and the database, as registry errors with a hint."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from motif.errors import (
    MotifError,
    RegistryBusyError,
    RegistryCorruptError,
    RegistryError,
    RegistryUnavailableError,
)
from motif.messages import N_, system_reason
from motif.registry.store import RESTORE_HINT

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_DISK_FULL = (
    N_("the disk is full"),
    N_("Free some space and try again; nothing that was registered is lost."),
)
_READ_ONLY = (
    N_("it cannot be written"),
    N_("Ask for write permission, or copy the folder to a place of your own."),
)

_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
_DAMAGE_BY_DISK = (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)

_SQLITE_REASONS = {
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: (
        N_("its database cannot be opened"),
        N_("Check that the folder exists and that you may read and write it."),
    ),
}


def is_damage(error: Exception) -> bool:
    """Tell whether an error, met where a registry is read, means that the registry is damaged.

    If not, the registry cannot be read just now, or the program is at fault.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    bool

    Examples
    --------
    >>> is_damage(sqlite3.DatabaseError("file is not a database")), is_damage(ValueError("no date"))
    (False, True)
    >>> is_damage(OSError(errno.ENOSPC, "No space left on device")), is_damage(AttributeError("size"))
    (False, False)
    """
    if isinstance(error, MotifError):
        return not isinstance(error, RegistryUnavailableError)
    if isinstance(error, DBAPIError | sqlite3.Error | SQLAlchemyError | OSError):
        try:
            with translate_errors(""):
                raise error
        except RegistryError as translated:
            return isinstance(translated, RegistryCorruptError)
    return isinstance(error, ValueError | LookupError | ArithmeticError | RecursionError)


@contextmanager
def translate_errors(place: str | os.PathLike[str]) -> Iterator[None]:
    """Turn failures of disk and database inside the block into a ``RegistryError`` that names ``place``.

    Parameters
    ----------
    place : str or path
        Folder or server, without a password.

    Returns
    -------
    context manager

    Raises
    ------
    RegistryBusyError
        If another process holds the database for too long.
    RegistryCorruptError
        If the database's file is damaged.
    RegistryUnavailableError
        If the disk is full, the place is read-only, or reading and writing fail otherwise.

    Examples
    --------
    >>> with translate_errors("registry.motif"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    motif.errors.RegistryUnavailableError: registry registry.motif: the disk is full
    """
    try:
        yield
    except MotifError:  # a RegistryBusyError is a TimeoutError, and so an OSError too
        raise
    except DBAPIError as error:
        raise _of_database(error.orig or error, _registry(place)) from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _of_database(error, _registry(place)) from error
    except UnicodeDecodeError as error:  # names of tables, or SQLite's message about them
        raise _damaged(error, _registry(place)) from error
    except OSError as error:
        raise _of_disk(error, _registry(place)) from error


def _registry(place: str | os.PathLike[str]) -> str:
    path = os.fsdecode(place).encode("utf-8", "backslashreplace").decode()
    return N_("registry {place}", place=path)


def _of_database(error: BaseException, where: str) -> RegistryError:
    if type(error).__module__.startswith("psycopg"):
        return _of_server(error, where)
    extended = getattr(error, "sqlite_errorcode", None) or 0
    if extended == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the file that readers and writers share
        return _failed(where, *_DISK_FULL)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        hint = N_("Another program is writing to it; wait a little and try again.")
        return _failed(where, N_("held by another process for too long"), hint, RegistryBusyError)
    if code in _SQLITE_REASONS:
        return _failed(where, *_SQLITE_REASONS[code])
    # Without a code it is Python's own error: a text that is no UTF-8.
    is_undecodable = not extended and isinstance(error, sqlite3.OperationalError)
    if code in _DAMAGE or extended in _DAMAGE_BY_DISK or is_undecodable:
        return _damaged(error, where)
    hint = N_("Check the disk, then try again.")
    return _failed(where, N_("the database failed ({error})", error=error), hint)


def _damaged(error: BaseException, where: str) -> RegistryError:
    what = N_("its database is damaged ({error:.200})", error=str(error))
    return _failed(where, what, RESTORE_HINT, RegistryCorruptError)


def _of_disk(error: OSError, where: str) -> RegistryError:
    reason = system_reason(error)
    if error.errno in _FULL:
        return _failed(where, *_DISK_FULL)
    if error.errno in _FORBIDDEN:
        what, hint = _READ_ONLY
        return _failed(where, N_("{what} ({reason})", what=what, reason=reason), hint)
    return _failed(where, reason, N_("Check path and disk, then try again."))


def _failed(
    where: str, what: str, hint: str, kind: type[RegistryError] = RegistryUnavailableError
) -> RegistryError:
    return kind(N_("{where}: {what}", where=where, what=what), hint=hint)


_TRY_AGAIN = N_("Wait a little and try again; nothing that was registered is lost.")
_BUSY = {
    "55P03": N_("held by another program for too long"),
    "40001": N_("another program wrote at the same moment"),
    "40P01": N_("another program wrote at the same moment"),
    "53300": N_("the server has too many connections"),
}
_REASONS = {
    "53100": (
        N_("the server's disk is full"),
        N_("Free some space there; nothing that was registered is lost."),
    ),
    "53200": (N_("the server is out of memory"), _TRY_AGAIN),
    "25006": (N_("it cannot be written"), N_("Ask the server's administrator; perhaps this is a standby.")),
    "42501": (
        N_("this user may not do that"),
        N_("Ask the server's administrator for the right to read and write."),
    ),
    "28P01": (N_("the password is wrong, or there is none"), N_("Put it into ~/.pgpass or PGPASSWORD.")),
    "28000": (
        N_("the server refuses this user"),
        N_("Check user and database, or ask the server's administrator."),
    ),
    "3D000": (N_("the server has no such database"), N_("Check its name, or have it made: createdb NAME")),
    "57014": (
        N_("the server stopped the query"),
        N_("It took longer than the server allows (statement_timeout); ask its administrator."),
    ),
    "25P03": (N_("the server ended the connection"), _TRY_AGAIN),
    "57P03": (N_("the server is starting or stopping"), _TRY_AGAIN),
    "57P01": (N_("the server was stopped"), _TRY_AGAIN),
}
_DAMAGED = ("58P01", "XX001", "XX002", "42P01", "42703", "23", "22")
_RESTORE = N_("Restore the registry from a backup into another database.")


def _of_server(error: BaseException, where: str) -> RegistryError:
    """Return what an error of psycopg means."""
    code = getattr(error, "sqlstate", None) or _code_of_refusal(str(error))
    if code in _BUSY:
        return _failed(where, _BUSY[code], _TRY_AGAIN, RegistryBusyError)
    if code in _REASONS:
        return _failed(where, *_REASONS[code])
    reason = " ".join(str(error).split())[:200]
    if code.startswith(_DAMAGED):
        what = N_("its tables are damaged ({reason})", reason=reason)
        return _failed(where, what, _RESTORE, RegistryCorruptError)
    if not code and not _is_connection_lost(error):
        what = N_("its tables hold what cannot be read ({reason})", reason=reason)
        return _failed(where, what, _RESTORE, RegistryCorruptError)
    if not code or code.startswith(("08", "57P")):
        hint = N_("Check that the server runs, its name and port, and the network; then try again.")
        return _failed(where, N_("the server cannot be reached ({reason})", reason=reason), hint)
    hint = N_("Ask the server's administrator.")
    return _failed(where, N_("the server failed ({reason})", reason=reason), hint)


def _is_connection_lost(error: BaseException) -> bool:
    """Tell whether psycopg did not reach the server; it also fails at values, such as the year 10 000."""
    return type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")


def _code_of_refusal(message: str) -> str:
    """Return the code of a refused connection, of which psycopg passes on only the server's message."""
    codes = {
        "password authentication failed": "28P01",
        "no password supplied": "28P01",
        "no pg_hba.conf entry": "28000",
        "role": "28000",
        "does not exist": "3D000",
        "too many": "53300",
        "remaining connection slots": "53300",
        "starting up": "57P03",
        "shutting down": "57P03",
    }
    return next((code for part, code in codes.items() if part in message), "")
