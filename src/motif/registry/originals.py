"""The untouched files, each under its SHA-256, written so that a crash leaves all of a file or none."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from motif.errors import ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.failures import RESTORE_HINT, told

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Originals:
    """A folder of files named by their content: ``ab/abcdef...``.

    A file is written beside its place under a temporary name, synced, renamed, and the folder is
    synced; what a crash leaves behind is at most a file that starts with a dot and that nobody
    reads. Folders are 0700 and files 0600. Links are never followed.

    Parameters
    ----------
    folder : Path
        Made when the first file is put.

    Examples
    --------
    >>> import tempfile
    >>> originals = Originals(Path(tempfile.mkdtemp()) / "originals")
    >>> sha256 = hashlib.sha256(b"scan").hexdigest()
    >>> originals.put(sha256, b"scan")
    >>> originals.get(sha256, size_bytes=4)
    b'scan'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where a file lies, or would lie."""
        if not _SHA256.fullmatch(sha256):
            raise ParameterError(
                N_("sha256={sha256!r:.80}; expected 64 lower-case hex digits", sha256=sha256)
            )
        return self.folder / sha256[:2] / sha256

    def put(self, sha256: str, data: bytes) -> None:
        """Keep a file durably; a file that is there already, whole, stays as it is.

        Raises
        ------
        RegistryCorruptError
            If a link lies where a folder should be.
        RegistryError
            If it cannot be written.
        """
        target = self.path(sha256)
        with told(self.folder.parent):
            for folder in (self.folder, target.parent):
                _make_folder(folder)
            if not _holds(target, data):
                _write_durably(target, data)
            sync_folder(target.parent)

    def get(self, sha256: str, *, size_bytes: int) -> bytes:
        """Return a file's bytes, verified.

        Parameters
        ----------
        sha256 : str
        size_bytes : int
            No more than this is read.

        Raises
        ------
        RegistryCorruptError
            If the file is missing, or its content has another SHA-256.
        """
        target = self.path(sha256)
        with told(self.folder.parent):
            if not _is_plain_file(target):
                raise RegistryCorruptError(
                    N_("original {sha256} is missing", sha256=sha256), hint=RESTORE_HINT
                )
            data = _read(target, size_bytes + 1)
        if len(data) != size_bytes or hashlib.sha256(data).hexdigest() != sha256:
            message = N_("original {sha256} was changed: its SHA-256 does not fit", sha256=sha256)
            raise RegistryCorruptError(message, hint=RESTORE_HINT)
        return data

    def strangers(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield what lies here and is no file of a registered photo.

        Parameters
        ----------
        known : collection of str
            The SHA-256 of every registered photo.

        Yields
        ------
        path : str
            Below the folder.
        explained : str
            How it came there without harm; empty if nothing explains it.
        """
        if not self.folder.is_dir():
            return
        with told(self.folder.parent):
            for path in sorted(self.folder.rglob("*")):
                name = str(path.relative_to(self.folder))
                if path.is_dir() and not path.is_symlink():
                    if path.parent != self.folder or not re.fullmatch("[0-9a-f]{2}", path.name):
                        yield name, ""
                elif path.name not in known or path != self.path(path.name):
                    yield name, _explained(path)


def sync_folder(folder: Path) -> None:
    """Make names that were made or changed in a folder survive a loss of power, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_once(draft: Path, target: Path) -> None:
    """Give a whole file its name; raise ``FileExistsError`` if there is something of that name.

    Where there are no links, as on a memory stick, an empty file takes the name first, and the whole one its
    place.
    """
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        draft.replace(target)


def write_once(target: Path, data: bytes) -> None:
    """Write a small file that only its owner can read, whole or not at all; one that is there stays."""
    draft = target.with_name(f".{target.name}-{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        name_once(draft, target)  # of two that make one at once, the first stays
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            message = N_("{name} among the originals is no folder", name=folder.name)
            raise RegistryCorruptError(message, hint=RESTORE_HINT) from None
    else:
        sync_folder(folder.parent)


def _write_durably(target: Path, data: bytes) -> None:
    draft = target.parent / f".{target.name[:8]}-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _explained(path: Path) -> str:
    if not _is_plain_file(path):
        return ""
    if re.fullmatch(r"\.[0-9a-f]{8}-[0-9a-f]{16}\.tmp", path.name):
        return "half a file, left by a program that was stopped"
    if path.name[:2] != path.parent.name or not _SHA256.fullmatch(path.name):
        return ""
    with path.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest() == path.name
    return "whole file of a registration that was refused or stopped" if whole else ""


def _holds(target: Path, data: bytes) -> bool:
    return _is_plain_file(target) and _read(target, len(data) + 1) == data


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _read(path: Path, limit: int) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW), "rb") as file:
        return file.read(limit)
