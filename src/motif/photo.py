"""Bytes to pixels: decode, turn upright, convert to sRGB, lay alpha on white; keep the file's SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, frozen
from motif.decode.picture import Decoded, decode
from motif.decode.png import write_png
from motif.decode.srgb import deep_to_8, lay_on_white, to_srgb
from motif.errors import (
    BlankPhotoError,
    ImageShapeError,
    ParameterError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    UnreadablePhotoError,
)
from motif.messages import N_, system_reason

PhotoSource = str | os.PathLike[str] | bytes | bytearray | memoryview | npt.NDArray[Any]
"""What ``read_photo`` takes: a path, a file's bytes, or pixels."""

_WEB_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_READ_STEP_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLimits:
    """What is refused, and from where on.

    Parameters
    ----------
    max_pixels : int, pixels
        Of the whole picture, as the file's header states it.
    max_bytes : int, bytes of the file
    min_short_edge_px : int, pixels

    Raises
    ------
    ParameterError
        If one of them is below 1.

    Examples
    --------
    >>> PhotoLimits(max_pixels=500_000_000).max_bytes
    200000000
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 200_000_000
    min_short_edge_px: int = 64

    def __post_init__(self) -> None:
        for limit in fields(self):
            if getattr(self, limit.name) < 1:
                message = f"{limit.name}={getattr(self, limit.name)}; expected 1 or more"
                raise ParameterError(message, hint=N_("Leave the limit out to use the usual one."))


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
    """Read a photo and refuse what must not be fingerprinted.

    JPEG, PNG, WebP, TIFF, BMP, GIF and, with the extra ``heif``, HEIC; of an animation the
    first frame. EXIF orientation is applied, a colour profile converted to sRGB, alpha laid
    on white, deep samples scaled to 8 bits. Nothing is fetched from a network, and no more
    than ``limits.max_bytes`` are read.

    Parameters
    ----------
    source : path, bytes-like, or ndarray
        Arrays: uint8 or uint16, shape (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA with
        straight alpha, in sRGB. Their ``data`` is an uncompressed PNG, the same everywhere.
    long_edge_px : int, pixels, or None
        The least long edge that is needed. A larger JPEG is decoded at 1/2, 1/4 or 1/8 of
        its size; other formats come whole. None decodes the whole.
    limits : PhotoLimits or None
        None stands for 100 megapixels, 200 MB and a shorter side of 64 px.

    Returns
    -------
    Photo

    Raises
    ------
    UnreadablePhotoError
        If the path is missing, a folder, a device, a web address, or forbidden.
    NotAnImageError
        If the bytes are no picture that is read here.
    TruncatedPhotoError
        If picture data are missing or damaged.
    PhotoTooLargeError, PhotoTooSmallError
        If a limit is passed; judged by the header, before decoding.
    BlankPhotoError
        If ``has_detail`` says no.
    MissingExtraError
        If it is HEIC, and the extra is not installed.
    ImageShapeError, ParameterError
        If an argument is not as documented.

    Examples
    --------
    >>> checks = np.kron(np.indices((8, 8)).sum(axis=0) % 2, np.ones((16, 16))).astype(np.uint8) * 255
    >>> photo = read_photo(checks)
    >>> photo.rgb.shape, photo.width_px, photo.media_type, photo.sha256[:8]
    ((128, 128, 3), 128, 'image/png', '...')
    >>> read_photo(photo.data).sha256 == photo.sha256
    True
    >>> read_photo(checks[:, :40])
    Traceback (most recent call last):
    motif.errors.PhotoTooSmallError: photo is 40 x 128 px; expected a shorter side of 64 px or more
    """
    limits = limits or PhotoLimits()
    if long_edge_px is not None and not (isinstance(long_edge_px, int | np.integer) and long_edge_px >= 1):
        raise ParameterError(f"long_edge_px={long_edge_px!r}; expected 1 or more", hint=N_("Leave it out."))
    if isinstance(source, np.ndarray):
        return _from_array(source, limits)
    data, name = _bytes_of(source, limits)

    def check_size(width_px: int, height_px: int) -> None:
        _require_size(width_px, height_px, limits)

    return _photo(decode(data, check_size=check_size, long_edge_px=long_edge_px), data, name)


def _photo(decoded: Decoded, data: bytes, name: str) -> Photo:
    rgb = frozen(decoded.rgb)
    if not has_detail(rgb):
        message = N_(
            "photo shows one even colour, {width} x {height} px; expected a picture with detail",
            width=decoded.width_px,
            height=decoded.height_px,
        )
        hint = N_("Was the lens covered, or the cloth out of the frame? Take the photo again.")
        raise BlankPhotoError(message, hint=hint)
    return Photo(
        rgb=rgb,
        width_px=decoded.width_px,
        height_px=decoded.height_px,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        media_type=decoded.media_type,
        name=name,
    )


def _require_size(width_px: int, height_px: int, limits: PhotoLimits) -> None:
    if width_px * height_px > limits.max_pixels:
        message = N_(
            "photo is {width} x {height} px; expected {most} pixels or fewer",
            width=width_px,
            height=height_px,
            most=limits.max_pixels,
        )
        hint = N_("Send it at a smaller size; 4000 pixels on the longer side are plenty.")
        raise PhotoTooLargeError(message, hint=hint)
    if min(width_px, height_px) < limits.min_short_edge_px:
        message = N_(
            "photo is {width} x {height} px; expected a shorter side of {least} px or more",
            width=width_px,
            height=height_px,
            least=limits.min_short_edge_px,
        )
        raise PhotoTooSmallError(message, hint=N_("Send the original file, not its preview."))


def _require_bytes(size: int, limits: PhotoLimits) -> None:
    if size > limits.max_bytes:
        most = limits.max_bytes
        message = N_("photo has {size} bytes or more; expected {most} or fewer", size=size, most=most)
        raise PhotoTooLargeError(message, hint=N_("Send it as JPEG, or at a smaller size."))


def _bytes_of(source: Any, limits: PhotoLimits) -> tuple[bytes, str]:
    """Return a file's bytes and its name."""
    if isinstance(source, bytes | bytearray | memoryview):
        _require_bytes(source.nbytes if isinstance(source, memoryview) else len(source), limits)
        return bytes(source), ""
    if not isinstance(source, str | os.PathLike):
        came = f"source is of type {type(source).__name__}"
        expected = "expected a path, a file's bytes or an array of pixels"
        raise ParameterError(f"{came}; {expected}", hint=N_("Give the path of the photo."))
    path = os.fsdecode(source)
    if _WEB_ADDRESS.match(path):
        hint = N_("Nothing is fetched from the network. Save the photo on this computer and give its path.")
        raise UnreadablePhotoError(
            N_("{path!r} is a web address; expected a path", path=path[:200]), hint=hint
        )
    return _read_file(path, limits), Path(path).name


def _read_file(path: str, limits: PhotoLimits) -> bytes:
    """Read a regular file of at most ``max_bytes``.

    What it is, is asked before it is opened, since opening a pipe waits and opening a device
    may act; and again afterwards, since it may have been exchanged in between.
    """
    try:
        _require_regular(path, Path(path).stat(), limits)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            _require_regular(path, status, limits)
            return _read_all(file, status.st_size, limits)
    except (OSError, ValueError) as error:
        message = N_(
            "{path!r} cannot be read ({reason}); expected a picture file",
            path=path[:200],
            reason=system_reason(error),
        )
        raise UnreadablePhotoError(message, hint=_unreadable_hint(error)) from error


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
    _require_bytes(status.st_size, limits)


def _read_all(file: BinaryIO, size: int, limits: PhotoLimits) -> bytes:
    """Read ``size`` bytes, and on, should the file have grown or its size have been a lie."""
    parts = [file.read(size + 1)]
    total = len(parts[0])
    while parts[-1] and total > size and total <= limits.max_bytes:
        parts.append(file.read(min(_READ_STEP_BYTES, limits.max_bytes + 1 - total)))
        total += len(parts[-1])
    _require_bytes(total, limits)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _from_array(pixels: npt.NDArray[Any], limits: PhotoLimits) -> Photo:
    shape_fits = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    if not shape_fits or pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2:
        came = f"source.shape={pixels.shape}, source.dtype={pixels.dtype}"
        expected = "(H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16"
        raise ImageShapeError(f"{came}; expected {expected}", hint=N_("Pass sRGB pixels."))
    height_px, width_px = pixels.shape[:2]
    _require_size(width_px, height_px, limits)
    _require_bytes(pixels.nbytes, limits)
    eight = deep_to_8(pixels, 16) if pixels.dtype.itemsize == 2 else pixels.copy()
    if eight.ndim == 3 and eight.shape[2] == 4:
        eight = lay_on_white(eight[:, :, :3], eight[:, :, 3])
    decoded = Decoded(rgb=to_srgb(eight), width_px=width_px, height_px=height_px, media_type="image/png")
    return _photo(decoded, write_png(pixels), "")


def has_detail(rgb: RGB8) -> bool:
    """Tell a picture from a flat colour with noise on it.

    It has detail if single pixels differ clearly (5th to 95th percentile of a channel over
    32 levels apart). If not, it is averaged over areas to 64..128 px on the long edge and
    smoothed by one of those pixels, which leaves little of any noise, and the spread between
    the 0.1th and 99.9th percentile of its luma must exceed 1.5 levels, or that of a colour
    difference 4. Where small pictures leave noise over, the limit rises to 2.2 times
    its measured standard deviation before smoothing (white noise spreads by 1.75), but to 8 at most.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255

    Returns
    -------
    bool
        False for a flat colour under sensor noise of up to about 4 levels, PNG or JPEG.
        True for lines of 8 levels in a picture of 640 px, noise of 2 levels included. The
        numbers are tuned, on drawn circles and noise of 100 to 4000 px.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(128, 3, (240, 320, 3)).round().astype(np.uint8)
    >>> has_detail(noise)
    False
    >>> noise[60:180, 60:63] += 20
    >>> has_detail(noise)
    True
    """
    step = max(1, max(rgb.shape[:2]) // 128)
    low, high = np.percentile(rgb[::step, ::step], (5, 95), axis=(0, 1))
    if (high - low).max() > 32:
        return True
    small = _shrunk(rgb)
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    low, high = np.percentile(smooth, (0.1, 99.9), axis=(0, 1))
    limit = np.maximum([1.5, 4.0, 4.0], np.minimum(2.2 * _noise(small), 8.0))
    return bool(((high - low) > limit).any())


def _shrunk(rgb: RGB8) -> npt.NDArray[np.float32]:
    """Return luma and colour differences, float32, area-averaged to 64..128 px on the long edge."""
    while max(rgb.shape[:2]) > 512:
        rgb = _halved(rgb)
    small = cv2.cvtColor(rgb.astype(np.float32), cv2.COLOR_RGB2YCrCb)
    while max(small.shape[:2]) > 128:
        small = _halved(small)
    return small  # type: ignore[return-value]


def _halved(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Average two by two, the fast integer case of cv2's area interpolation."""
    height, width = (max(1, side // 2) for side in pixels.shape[:2])
    even = pixels[: max(1, height * 2), : max(1, width * 2)]
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)


def _noise(small: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Estimate white noise per channel from what no smooth surface or straight line has.

    Standard deviation from the median absolute response of the diagonal Haar filter, as
    Donoho and Johnstone (1994) do, doi:10.1093/biomet/81.3.425.
    """
    if min(small.shape[:2]) < 2:
        return np.zeros(3)
    diagonal = small[:-1, :-1] - small[1:, :-1] - small[:-1, 1:] + small[1:, 1:]
    return np.median(np.abs(diagonal), axis=(0, 1)) / (0.6745 * 2)  # type: ignore[no-any-return]
