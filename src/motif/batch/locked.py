"""A file that one process at a time may write."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from motif.errors import BatchOutputError
from motif.messages import N_


def open_locked(path: Path) -> BinaryIO:
    """Open a file for reading and appending, and keep others from doing the same.

    Raises
    ------
    BatchOutputError
        If it is no regular file, or another run has it open.
    OSError
        If the disk does not let us.
    """
    existed = path.exists()
    if existed and not stat.S_ISREG(path.stat().st_mode):
        hint = N_("Name a file; without -o, rows go to stdout.")
        raise BatchOutputError(N_("{path!r} is no regular file", path=os.fspath(path)), hint=hint)
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


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _busy(path: Path) -> BatchOutputError:
    hint = N_("Wait until it has finished, or name another output.")
    return BatchOutputError(N_("another run is writing {path!r}", path=os.fspath(path)), hint=hint)
