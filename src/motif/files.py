"""Files written so that a crash leaves all of one or nothing, and where a user's keys are kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

_KEY_ENV = "MOTIF_SIGNING_KEY"
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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
    draft = target.parent / f".{target.name[:8]}-{secrets.token_hex(8)}.tmp"
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        write(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


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
    """Make names that were made or changed in a folder survive a loss of power, where the system can.

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
    """Give a whole file its name; raise ``FileExistsError`` if there is something of that name.

    Where there are no links, as on a memory stick, an empty file takes the name first, and the whole one its
    place.

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
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        draft.replace(target)


def write_once(target: Path, data: bytes) -> None:
    """Write a small file that only its owner can read, whole or not at all; one that is there stays.

    Parameters
    ----------
    target : Path
    data : bytes
    """
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


def write_durably(target: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and sync its content.

    Parameters
    ----------
    target : Path
    data : bytes
    """
    draft = target.parent / f".{target.name[:8]}-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


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
