"""Read the bytes of a photo from a path or from memory, never from a network, device or pipe."""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path
from typing import Any, BinaryIO

import numpy.typing as npt

from motif.errors import ParameterError, UnreadablePhotoError
from motif.messages import N_, system_reason
from motif.photo.limits import PhotoLimits, require_bytes
from motif.photo.pages import cut_out, split_page

PhotoSource = str | os.PathLike[str] | bytes | bytearray | memoryview | npt.NDArray[Any]
"""What ``read_photo`` takes: a path, a file's bytes, or pixels."""

_WEB_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_READ_STEP_BYTES = 1 << 20
_TRIES, _PAUSE_S = 3, 0.05
_JUST_NOW_NS = 100_000_000
"""Ten times the slowest tick of a file system's clock."""


def read_bytes(source: Any, limits: PhotoLimits | None = None) -> tuple[bytes, str]:
    """Read the bytes of a photo once.

    Parameters
    ----------
    source : path or bytes-like
        A path ``scan.tif#2`` is page 2 of ``scan.tif``, unless there is a file of just that name.
    limits : PhotoLimits or None

    Returns
    -------
    data : bytes
        Of a page, a file of its own.
    name : str
        Without the folder; empty for bytes.

    Raises
    ------
    UnreadablePhotoError
        If there is no such file or page, it may not be read, or is being written.
    PhotoTooLargeError
    ParameterError
        If it is none of these.

    Examples
    --------
    >>> read_bytes(b"GIF89a")
    (b'GIF89a', '')
    """
    limits = limits or PhotoLimits()
    if isinstance(source, bytes | bytearray | memoryview):
        require_bytes(source.nbytes if isinstance(source, memoryview) else len(source), limits)
        return bytes(source), ""
    if not isinstance(source, str | os.PathLike):
        expected = "expected a path, a file's bytes or an array of pixels"
        message = f"source is of type {type(source).__name__}; {expected}"
        raise ParameterError(message, hint=N_("Give the path of the photo."))
    path = os.fsdecode(source)
    if _WEB_ADDRESS.match(path):
        hint = N_("Nothing is fetched from the network. Save the photo on this computer and give its path.")
        message = N_("{path!r} is a web address; expected a path", path=path[:200])
        raise UnreadablePhotoError(message, hint=hint)
    file, page = file_and_page(path)
    return cut_out(_read_file(file, limits), page), Path(path).name


def file_and_page(path: str) -> tuple[str, int]:
    """Return the file that a path names, and the page of it.

    Parameters
    ----------
    path : str

    Returns
    -------
    file : str
        ``path`` itself, where it exists or names no page.
    page : int

    Examples
    --------
    >>> file_and_page("no-such-file.tif#3")
    ('no-such-file.tif', 3)
    """
    if "#" not in path or os.path.lexists(path):
        return path, 1
    return split_page(path)


def _read_file(path: str, limits: PhotoLimits) -> bytes:
    """Read a regular file of at most ``max_bytes``.

    Its type is checked before opening, since opening a pipe blocks and opening a device may have
    effects; and again afterwards, since the file may have been replaced in between.
    """
    try:
        _require_regular(path, Path(path).stat(), limits)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            return _read_still(path, file, limits)
    except (OSError, ValueError) as error:
        message = N_(
            "{path!r} cannot be read ({reason}); expected a picture file",
            path=path[:200],
            reason=system_reason(error),
        )
        raise UnreadablePhotoError(message, hint=_unreadable_hint(error)) from error


def _read_still(path: str, file: BinaryIO, limits: PhotoLimits) -> bytes:
    """Read a file that nobody writes to meanwhile, so that its bytes are of one moment.

    Size and time tell before and after. Clocks of file systems tick slowly: a file that was written just now
    is read twice, and must be the same.
    """
    for attempt in range(_TRIES):
        time.sleep(_PAUSE_S if attempt else 0)
        before = os.fstat(file.fileno())
        _require_regular(path, before, limits)
        file.seek(0)
        data = _read_all(file, before.st_size, limits)
        if time.time_ns() - before.st_mtime_ns < _JUST_NOW_NS:
            file.seek(0)
            if _read_all(file, before.st_size, limits) != data:
                continue
        after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return data
    message = N_("{path!r} is being written; expected a finished file", path=path[:200])
    raise UnreadablePhotoError(message, hint=N_("Wait until nobody writes to the file, then try again."))


def _unreadable_hint(error: Exception) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return N_("There is no such file. Check the name and the folder.")
    if isinstance(error, PermissionError):
        return N_("You may not open this file. Ask its owner, or copy it to a folder of your own.")
    return N_("Check the name and the disk, and try a copy of the file.")


def _require_regular(path: str, status: os.stat_result, limits: PhotoLimits) -> None:
    if not stat.S_ISREG(status.st_mode):
        if stat.S_ISDIR(status.st_mode):
            message = N_("{path!r} is a folder; expected a picture file", path=path[:200])
            raise UnreadablePhotoError(message, hint=N_("Give the path of one photo in it."))
        message = N_("{path!r} is a device or pipe; expected a picture file", path=path[:200])
        raise UnreadablePhotoError(message, hint=N_("Give the path of a photo."))
    require_bytes(status.st_size, limits)


def _read_all(file: BinaryIO, size: int, limits: PhotoLimits) -> bytes:
    """Read ``size`` bytes, and more where the file has grown or its size is wrong."""
    parts = [file.read(size + 1)]
    total = len(parts[0])
    while parts[-1] and total > size and total <= limits.max_bytes:
        parts.append(file.read(min(_READ_STEP_BYTES, limits.max_bytes + 1 - total)))
        total += len(parts[-1])
    require_bytes(total, limits)
    return parts[0] if len(parts) == 1 else b"".join(parts)
