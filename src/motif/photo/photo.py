"""Bytes to pixels: decode, turn upright, convert to sRGB, lay alpha on white; keep the file's SHA-256."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, frozen
from motif.errors import BlankPhotoError, ParameterError
from motif.files import hash_file
from motif.messages import N_
from motif.photo.limits import PhotoLimits
from motif.photo.pixels import Decoded, decode, from_array
from motif.photo.source import PhotoSource, read_bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A decoded photo, upright and in sRGB, with the unchanged file.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255, write-protected
        Possibly decoded at reduced scale.
    width_px, height_px : int, pixels
        Size of the whole picture, upright, before any reduction.
    sha256 : str, 64 lower-case hex digits
        Of the file's bytes.
    data : bytes
        The unchanged file; for an array, a PNG of it.
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
    """Read a photo; refuse files that cannot be fingerprinted reliably.

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
        If the bytes are not a supported picture.
    TruncatedPhotoError
        If picture data are missing or damaged.
    PhotoTooLargeError, PhotoTooSmallError
        If a limit is passed; judged by the header, before decoding.
    BlankPhotoError
        If ``has_detail`` is False for it.
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
        return _photo(*from_array(source, limits), name="")
    data, name = read_bytes(source, limits)
    return _photo(decode(data, limits=limits, long_edge_px=long_edge_px), data, name)


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


def has_detail(rgb: RGB8) -> bool:
    """Distinguish a picture from a flat colour with noise.

    It has detail if single pixels differ clearly (5th to 95th percentile of a channel over
    32 levels apart). If not, it is averaged over areas to 64..128 px on the long edge and
    smoothed by one of those pixels, which leaves little of any noise, and the spread between
    the 0.1th and 99.9th percentile of its luma must exceed 1.5 levels, or that of a colour
    difference 4. Where noise remains in small pictures, the limit rises to 2.2 times
    its standard deviation measured before smoothing (white noise spreads by 1.75), but to 8 at most.

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
    """Estimate white noise per channel from a response that smooth surfaces and straight lines lack.

    Standard deviation from the median absolute response of the diagonal Haar filter, as
    Donoho and Johnstone (1994) do, doi:10.1093/biomet/81.3.425.
    """
    if min(small.shape[:2]) < 2:
        return np.zeros(3)
    diagonal = small[:-1, :-1] - small[1:, :-1] - small[:-1, 1:] + small[1:, 1:]
    return np.median(np.abs(diagonal), axis=(0, 1)) / (0.6745 * 2)  # type: ignore[no-any-return]


def file_sha256(source: Photo | PhotoSource) -> str | None:
    """Return the SHA-256 of a photo's file without decoding it.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray

    Returns
    -------
    str, 64 lower-case hex digits, or None
        None for an array, and for a path that cannot be read or is too large for a photo: whoever reads the
        photo says what is wrong with it.

    Examples
    --------
    >>> file_sha256(b"GIF89a")[:8], file_sha256("no-such-file.jpg")
    ('610f5ae4', None)
    """
    if isinstance(source, Photo):
        return source.sha256
    if isinstance(source, bytes | bytearray | memoryview):
        return hashlib.sha256(source).hexdigest()
    if not isinstance(source, str | os.PathLike):
        return None
    with suppress(OSError, ValueError):
        path = Path(os.fsdecode(source))
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= PhotoLimits().max_bytes:
            return hash_file(path)
    return None
