"""Files written whole or not at all, where a user's keys are kept, how a SHA-256 and a name are spelled."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

SHA256: Final = re.compile(r"[0-9a-f]{64}")
"""How a SHA-256 is spelled: 64 lower-case hex digits."""

_KEY_ENV = "MOTIF_SIGNING_KEY"
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def in_utf8(value: Any) -> Any:
    """Spell out, in all texts of a JSON value, bytes of names that are no UTF-8, and halves of characters.

    Parameters
    ----------
    value : JSON-ready

    Returns
    -------
    JSON-ready
        The same, with ``\\udcff`` as six characters: strict readers of JSON refuse the one.

    Examples
    --------
    >>> in_utf8({"path": "caf\\udce9.jpg", "count": 1})
    {'path': 'caf\\\\udce9.jpg', 'count': 1}
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {in_utf8(key): in_utf8(item) for key, item in value.items()}
    return [in_utf8(item) for item in value] if isinstance(value, list | tuple) else value


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """Name a draft beside a file; if it still has that name in the end, it is deleted.

    Parameters
    ----------
    target : Path

    Yields
    ------
    Path
        Of no file yet.
    """
    draft = target.with_name(f".{target.name[:8]}-{secrets.token_hex(8)}.tmp")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def synced_file(path: Path, *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Create a file; its content is on disk when the block ends.

    Parameters
    ----------
    path : Path
        Of no file yet.
    mode : int
        Permissions; by default only its owner can read it.

    Yields
    ------
    BinaryIO
        Open for writing and reading.
    """
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | NO_FOLLOW, mode), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def replace_file(target: Path, write: Callable[[Path], object], *, mode: int = 0o600) -> None:
    """Write a file beside its place and let it take that place, whole or not at all.

    Parameters
    ----------
    target : Path
    write : callable, Path -> object
        Receives the path of an empty file beside the target, which takes its place.
    mode : int
        Permissions of the file, before the umask.
    """
    with draft_of(target) as draft:
        draft.touch(mode, exist_ok=False)
        write(draft)
        draft.replace(target)


def default_key_path() -> Path:
    """Return where the user's signing key is kept.

    Returns
    -------
    Path
        MOTIF_SIGNING_KEY, or a file in the user's folder for configuration.
    """
    if os.environ.get(_KEY_ENV):
        return Path(os.environ[_KEY_ENV])
    settings = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return (Path(settings) if settings else Path.home() / ".config") / "motif" / "signing-key.pem"


def sync_folder(folder: Path) -> None:
    """Write to disk which names a folder holds, so that they survive a loss of power; no effect on Windows.

    Parameters
    ----------
    folder : Path
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_once(draft: Path, target: Path) -> None:
    """Rename a finished file; raise ``FileExistsError`` if something has that name.

    Where the disk knows no hard links, as on a memory stick, an empty file takes the name first, and the
    finished one then replaces it.

    Parameters
    ----------
    draft : Path
        Gone afterwards, or linked.
    target : Path
    """
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:
        target.touch(0o600, exist_ok=False)
        draft.replace(target)


def write_once(target: Path, data: bytes) -> None:
    """Write a small file that only its owner can read, whole or not at all; an existing one stays.

    Parameters
    ----------
    target : Path
    data : bytes
    """
    with suppress(FileExistsError), draft_of(target) as draft:
        with synced_file(draft) as file:
            file.write(data)
        name_once(draft, target)  # of two that are written at once, the first stays


def write_durably(target: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and sync its content.

    Parameters
    ----------
    target : Path
    data : bytes
    """
    with draft_of(target) as draft:
        with synced_file(draft) as file:
            file.write(data)
        draft.replace(target)


def read_at_most(path: Path, limit: int) -> bytes:
    """Read the start of a file; a link is not followed.

    Parameters
    ----------
    path : Path
    limit : int, bytes

    Returns
    -------
    bytes
    """
    with os.fdopen(os.open(path, os.O_RDONLY | NO_FOLLOW), "rb") as file:
        return file.read(limit)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str, 64 lower-case hex digits
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
