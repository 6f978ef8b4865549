"""Bytes to pixels: decode, turn upright, convert to sRGB, lay alpha on white; keep the file's SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, frozen
from motif.decode import decode, lay_on_white
from motif.errors import (
    BlankPhotoError,
    ImageShapeError,
    ParameterError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    UnreadablePhotoError,
)

PhotoSource = str | os.PathLike[str] | bytes | bytearray | memoryview | npt.NDArray[Any]
"""What ``read_photo`` takes: a path, a file's bytes, or pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLimits:
    """What is refused, and from where on.

    Parameters
    ----------
    max_pixels : int, pixels
    max_bytes : int, bytes of the file
    min_short_edge_px : int, pixels
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 200_000_000
    min_short_edge_px: int = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A decoded photo, upright and in sRGB, with the untouched file it came from.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255, write-protected
        Possibly decoded at reduced scale.
    width_px, height_px : int, pixels
        Size of the whole picture, upright, before any reduction.
    sha256 : str, 64 lower-case hex digits
        Of the file's bytes.
    data : bytes
        The untouched file; for an array, a PNG of it.
    media_type : str, such as ``"image/jpeg"``
    name : str
        The file's name without its folder; empty where there is none.
    """

    rgb: RGB8 = field(repr=False)
    width_px: int
    height_px: int
    sha256: str
    data: bytes = field(repr=False)
    media_type: str
    name: str = ""


def read_photo(
    source: PhotoSource, *, long_edge_px: int | None = None, limits: PhotoLimits | None = None
) -> Photo:
    """Read a photo from a path, a file's bytes, or pixels."""
    limits = limits or PhotoLimits()
    if long_edge_px is not None and long_edge_px < 1:
        raise ParameterError(f"long_edge_px={long_edge_px}; expected 1 or more", hint="Leave it out.")
    if isinstance(source, np.ndarray):
        return _from_array(source, limits)
    data, name = _bytes_of(source, limits)
    decoded = decode(data, check_size=_size_check(limits), long_edge_px=long_edge_px)
    rgb = frozen(decoded.rgb)
    _require_detail(rgb)
    return Photo(
        rgb=rgb,
        width_px=decoded.width_px,
        height_px=decoded.height_px,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        media_type=decoded.media_type,
        name=name,
    )


def _size_check(limits: PhotoLimits) -> Any:
    def check(width: int, height: int) -> None:
        if width * height > limits.max_pixels:
            came = f"photo is {width} x {height} px"
            hint = "Send it at a smaller size; 4000 pixels on the longer side are plenty."
            raise PhotoTooLargeError(f"{came}; expected {limits.max_pixels} pixels or fewer", hint=hint)
        if min(width, height) < limits.min_short_edge_px:
            came = f"photo is {width} x {height} px"
            expected = f"expected a shorter side of {limits.min_short_edge_px} px or more"
            raise PhotoTooSmallError(f"{came}; {expected}", hint="Send the original file, not its preview.")

    return check


def _bytes_of(source: Any, limits: PhotoLimits) -> tuple[bytes, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        size = source.nbytes if isinstance(source, memoryview) else len(source)
        _require_bytes(size, limits)
        return bytes(source), ""
    if not isinstance(source, str | os.PathLike):
        came = f"source is a {type(source).__name__}"
        raise ParameterError(
            f"{came}; expected a path, bytes or an array of pixels", hint="Give the file's path."
        )
    path = os.fsdecode(os.fspath(source))
    return _read_file(path, limits), Path(path).name


def _require_bytes(size: int, limits: PhotoLimits) -> None:
    if size > limits.max_bytes:
        message = f"file has {size} bytes; expected {limits.max_bytes} or fewer"
        raise PhotoTooLargeError(message, hint="Send it as JPEG, or at a smaller size.")


def _read_file(path: str, limits: PhotoLimits) -> bytes:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", path):
        hint = "Nothing is fetched from the network. Save the photo on this computer and give its path."
        raise UnreadablePhotoError(
            f"{path[:200]!r} is a web address; expected a file on this computer", hint=hint
        )
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(path, status.st_mode)
        _require_bytes(status.st_size, limits)
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _not_a_file(path, os.fstat(handle).st_mode)
            data = file.read(status.st_size + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"{path[:200]!r} cannot be read ({reason}); expected a picture file"
        raise UnreadablePhotoError(message, hint="Check the name, and that you may open the file.") from error
    _require_bytes(len(data), limits)
    return data


def _not_a_file(path: str, mode: int) -> UnreadablePhotoError:
    what = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
    return UnreadablePhotoError(
        f"{path[:200]!r} is {what}; expected a picture file", hint="Give the path of one photo."
    )


def _from_array(source: npt.NDArray[Any], limits: PhotoLimits) -> Photo:
    channels = source.shape[2] if source.ndim == 3 else 1
    if (
        source.ndim not in (2, 3)
        or source.dtype.kind != "u"
        or source.dtype.itemsize > 2
        or (source.ndim == 3 and channels not in (3, 4))
    ):
        came = f"source.shape={source.shape}, source.dtype={source.dtype}"
        expected = "(H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16"
        raise ImageShapeError(f"{came}; expected {expected}", hint="Pass sRGB pixels.")
    height, width = source.shape[:2]
    _size_check(limits)(width, height)
    data = _png(source)
    eight = source if source.dtype == np.uint8 else (source >> 8).astype(np.uint8)
    if eight.ndim == 2:
        eight = np.repeat(eight[:, :, None], 3, axis=2)
    rgb = lay_on_white(eight[:, :, :3], eight[:, :, 3]) if channels == 4 else eight
    rgb = frozen(np.array(rgb))
    _require_detail(rgb)
    return Photo(
        rgb=rgb,
        width_px=width,
        height_px=height,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        media_type="image/png",
    )


def _png(pixels: npt.NDArray[Any]) -> bytes:
    """Write pixels as PNG, uncompressed, so that the bytes are the same on every machine."""
    height, width = pixels.shape[:2]
    deep = pixels.dtype.itemsize == 2
    kind = {1: 0, 3: 2, 4: 6}[pixels.shape[2] if pixels.ndim == 3 else 1]
    rows = np.ascontiguousarray(pixels.astype(">u2") if deep else pixels).reshape(height, -1).view(np.uint8)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    blocks = [b"\x78\x01"]
    for at in range(0, len(raw), 65535):
        part = raw[at : at + 65535]
        blocks.append(struct.pack("<BHH", at + 65535 >= len(raw), len(part), len(part) ^ 0xFFFF) + part)
    blocks.append(struct.pack(">I", zlib.adler32(raw)))
    header = struct.pack(">IIBBBBB", width, height, 16 if deep else 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", b"".join(blocks)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))
        for tag, body in chunks
    )


def _require_detail(rgb: RGB8) -> None:
    if not has_detail(rgb):
        hint = "The photo shows one even colour. Was the lens covered, or the cloth out of the frame?"
        raise BlankPhotoError("photo is blank; expected a picture with detail", hint=hint)


def has_detail(rgb: RGB8) -> bool:
    """Tell a picture from a flat colour with sensor noise."""
    height, width = rgb.shape[:2]
    scale = min(1.0, 128 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    low, high = np.percentile(small, (0.1, 99.9), axis=(0, 1))
    corner = small[:-1, :-1] - small[1:, :-1] - small[:-1, 1:] + small[1:, 1:]
    noise = np.median(np.abs(corner), axis=(0, 1)) / 0.6745 / 2
    return bool(np.any(high - low > np.clip(8 * noise, 2, 8)))
