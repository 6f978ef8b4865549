"""Troubles of the disk and the database, said as registry errors with a hint."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from motif.errors import MotifError, RegistryBusyError, RegistryCorruptError, RegistryError
from motif.messages import N_, system_reason
from motif.registry.server_failures import of_server

RESTORE_HINT = N_("Keep a copy of the folder as it is, then restore it from a backup.")
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


@contextmanager
def told(place: str | os.PathLike[str]) -> Iterator[None]:
    """Turn troubles of disk and database inside the block into a ``RegistryError`` that names ``place``.

    Raises
    ------
    RegistryBusyError
        If another process held the database for too long.
    RegistryCorruptError
        If the database's file is damaged.
    RegistryError
        If the disk is full, the place is read-only, or reading and writing fail otherwise.

    Examples
    --------
    >>> with told("registry.motif"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    motif.errors.RegistryError: registry registry.motif: the disk is full
    """
    try:
        yield
    except MotifError:  # a RegistryBusyError is a TimeoutError, and so an OSError too
        raise
    except DBAPIError as error:
        raise _of_database(error.orig or error, place) from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _of_database(error, place) from error
    except UnicodeDecodeError as error:  # names of tables, or SQLite's message about them
        raise _damaged(error, place) from error
    except OSError as error:
        raise _of_disk(error, place) from error


def _of_database(error: BaseException, place: str | os.PathLike[str]) -> RegistryError:
    where = N_("registry {place}", place=_shown(place))
    if type(error).__module__.startswith("psycopg"):
        return of_server(error, where)
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        hint = N_("Another program is writing to it; wait a little and try again.")
        return RegistryBusyError(N_("{where}: held by another process for too long", where=where), hint=hint)
    if code == sqlite3.SQLITE_FULL:
        return RegistryError(N_("{where}: {what}", where=where, what=_DISK_FULL[0]), hint=_DISK_FULL[1])
    if code == sqlite3.SQLITE_READONLY:
        return RegistryError(N_("{where}: {what}", where=where, what=_READ_ONLY[0]), hint=_READ_ONLY[1])
    if code == sqlite3.SQLITE_CANTOPEN:
        hint = N_("Check that the folder exists and that you may read and write it.")
        return RegistryError(N_("{where}: its database cannot be opened", where=where), hint=hint)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_ERROR):
        return _damaged(error, place)
    return RegistryError(
        N_("{where}: the database failed ({error})", where=where, error=error),
        hint=N_("Check the disk, then try again."),
    )


def _damaged(error: BaseException, place: str | os.PathLike[str]) -> RegistryCorruptError:
    message = N_("registry {place}: its database is damaged ({error})", place=_shown(place), error=error)
    return RegistryCorruptError(message, hint=RESTORE_HINT)


def _of_disk(error: OSError, place: str | os.PathLike[str]) -> RegistryError:
    where = N_("registry {place}", place=_shown(place))
    if error.errno in _FULL:
        return RegistryError(N_("{where}: {what}", where=where, what=_DISK_FULL[0]), hint=_DISK_FULL[1])
    if error.errno in _FORBIDDEN:
        message = N_(
            "{where}: {what} ({reason})", where=where, what=_READ_ONLY[0], reason=system_reason(error)
        )
        return RegistryError(message, hint=_READ_ONLY[1])
    message = N_("{where}: {what}", where=where, what=system_reason(error))
    return RegistryError(message, hint=N_("Check path and disk, then try again."))


def _shown(place: str | os.PathLike[str]) -> str:
    return os.fsdecode(place).encode("utf-8", "backslashreplace").decode()
