"""Bytes to pixels: decode, turn upright, convert to sRGB, lay alpha on a ground; keep the file's SHA-256."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from motif.arrays import RGB8, frozen
from motif.errors import BlankPhotoError, ParameterError, PhotoError
from motif.files import hash_file
from motif.messages import N_
from motif.photo.detail import has_detail
from motif.photo.limits import PhotoLimits
from motif.photo.pages import count_pages, cut_out, page_name, pages_note, split_page
from motif.photo.pixels import Decoded, decode, from_array
from motif.photo.source import PhotoSource, file_and_page, read_bytes


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
        The unchanged file; for an array, a PNG of it; for a further page, the file with that page first.
    media_type : str, such as ``"image/jpeg"``
    name : str
        The file's name without its folder; empty where there is none.
    notes : tuple of str
        What a person must know of how it was read: pages of a file on disk and frames that were not, the
        ground of a transparent drawing, tone mapping. Translated by ``motif.messages._``.
    """

    rgb: RGB8 = field(repr=False)
    width_px: int
    height_px: int
    sha256: str
    data: bytes = field(repr=False)
    media_type: str
    name: str = ""
    notes: tuple[str, ...] = ()


def read_photo(
    source: PhotoSource, *, long_edge_px: int | None = None, page: int = 1, limits: PhotoLimits | None = None
) -> Photo:
    """Read a photo; refuse files that cannot be fingerprinted reliably.

    JPEG, PNG, WebP, TIFF, BMP, GIF and, with the extra ``heif``, HEIC; of an animation the
    first frame that shows something. Orientation is applied, stated colours are converted to
    sRGB, alpha is laid on white or on a ground that shows the drawing, deep samples are scaled
    to 8 bits (docs/pictures.md). Nothing is fetched from a network, and no more than
    ``limits.max_bytes`` are read, once.

    Parameters
    ----------
    source : path, bytes-like, or ndarray
        A path ``scan.tif#2`` is page 2 of a TIFF, or the second picture of a HEIC.
        Arrays: uint8 or uint16, shape (H, W) gray, (H, W, 3) RGB or (H, W, 4) RGBA with
        straight alpha, in sRGB. Their ``data`` is an uncompressed PNG, the same everywhere.
    long_edge_px : int, pixels, or None
        The least long edge that is needed. A larger JPEG is decoded at 1/2, 1/4 or 1/8 of
        its size; other formats come whole. None decodes the whole, or as much of a JPEG as
        the limits allow.
    page : int
        Of a file or of bytes, from 1; the other way to name it.
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
    if page != 1:
        data, name = cut_out(data, page), page_name(name, page) if name else ""
    photo = _photo(decode(data, limits=limits, long_edge_px=long_edge_px), data, name)
    pages = count_pages(data) if name else 1
    if pages == 1 or split_page(name)[1] > 1:
        return photo
    return replace(photo, notes=(pages_note(pages, name), *photo.notes))


def decoded_photo(photo: Photo | PhotoSource, *, long_edge_px: int) -> Photo:
    """Return a photo that may be decoded already.

    Parameters
    ----------
    photo : Photo, path, bytes or ndarray
    long_edge_px : int, pixels
        As for ``read_photo``.

    Returns
    -------
    Photo
        ``photo`` itself where it is one.

    Raises
    ------
    PhotoError
        As ``read_photo``.
    """
    return photo if isinstance(photo, Photo) else read_photo(photo, long_edge_px=long_edge_px)


def _photo(decoded: Decoded, data: bytes, name: str) -> Photo:
    rgb = frozen(decoded.rgb)
    if not has_detail(rgb):
        message = N_(
            "photo shows one even colour, {width} x {height} px; expected a picture with detail",
            width=decoded.width_px,
            height=decoded.height_px,
        )
        hint = N_("Was the lens covered, or the cloth out of the frame? Take the photo again.")
        if decoded.is_transparent:
            hint = N_("The picture is transparent, and what is drawn on it cannot be told from the ground.")
        elif decoded.frames > 1:
            hint = N_("The frames of this animation are blank. Save the picture that shows the cloth alone.")
        raise BlankPhotoError(message, hint=hint)
    return Photo(
        rgb=rgb,
        width_px=decoded.width_px,
        height_px=decoded.height_px,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        media_type=decoded.media_type,
        name=name,
        notes=decoded.notes,
    )


def file_sha256(source: Photo | PhotoSource) -> str | None:
    """Return the SHA-256 of a photo's file, or of the page that a path names, without decoding it.

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
    with suppress(OSError, ValueError, PhotoError):
        file, page = file_and_page(os.fsdecode(source))
        path = Path(file)
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= PhotoLimits().max_bytes:
            return hash_file(path) if page == 1 else hashlib.sha256(read_bytes(source)[0]).hexdigest()
    return None
