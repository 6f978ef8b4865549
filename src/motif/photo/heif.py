"""HEIC: the pictures that a file holds, and the decoding of its main one (extra ``heif``)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from motif.errors import MissingExtraError, NotAnImageError
from motif.extras import require
from motif.messages import N_
from motif.photo.colorspace import ColorSpace, color_space_by_codes
from motif.photo.header import damaged, require_data_at_end
from motif.photo.limits import PhotoLimits, require_size

_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PICTURES = frozenset({b"hvc1", b"grid", b"iden", b"iovl"})
_NO_PICTURES = frozenset({b"thmb", b"auxl"})
_MAX_META_BYTES = 16_000_000
_MAX_BOXES = 100_000

ReadAt = Callable[[int, int], bytes]


def is_heif(head: bytes) -> bool:
    """Tell by its first bytes whether a file is a HEIC photo, and no film or AVIF.

    Parameters
    ----------
    head : bytes
        128 or more, or the whole file.

    Examples
    --------
    >>> is_heif(bytes.fromhex("00000018") + b"ftypheic" + bytes(4) + b"mif1heic")
    True
    >>> is_heif(bytes.fromhex("00000018") + b"ftypavif" + bytes(4) + b"mif1avif")
    False
    """
    brands = {head[at : at + 4] for at in range(8, min(int.from_bytes(head[:4], "big"), 128), 4)}
    return head[4:8] == b"ftyp" and bool(brands & _BRANDS) and head[8:12] not in (b"avif", b"avis")


@dataclass(slots=True)
class _Meta:
    """What the meta box says: items, how they refer to each other, and which one is the main picture."""

    primary: int = 0
    primary_at: int = 0
    primary_bytes: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)


def find_pictures(read_at: ReadAt) -> list[int]:
    """Return the item numbers of a HEIC's pictures, the main one first.

    Tiles, thumbnails, depth and gain maps and what is hidden are no pictures of their own.

    Parameters
    ----------
    read_at : callable, (place, count) -> bytes

    Returns
    -------
    list of int
        Empty where the file says nothing that can be understood.

    References
    ----------
    .. [1] ISO/IEC 23008-12:2022 (HEIF), section 6; ISO/IEC 14496-12:2022, section 8.11.
    """
    meta = _meta(read_at)
    if meta is None or meta.primary not in meta.kinds:
        return []
    parts = {item for kind, _, targets in meta.references if kind == b"dimg" for item in targets}
    parts |= {item for kind, item, _ in meta.references if kind in _NO_PICTURES}
    others = (item for item, kind in meta.kinds.items() if kind in _PICTURES and item not in parts)
    return [meta.primary, *sorted(item for item in others if item != meta.primary)]


def cut_picture(data: bytes, number: int) -> bytes:
    """Return a HEIC of which another picture is the main one: its number is set anew, all else is as it was.

    Parameters
    ----------
    data : bytes
    number : int
        From 1; a picture that exists.

    Returns
    -------
    bytes
    """

    def read_at(at: int, count: int) -> bytes:
        return data[at : at + count]

    meta, pictures = _meta(read_at), find_pictures(read_at)
    assert meta is not None
    cut = bytearray(data)
    cut[meta.primary_at : meta.primary_at + meta.primary_bytes] = pictures[number - 1].to_bytes(
        meta.primary_bytes, "big"
    )
    return bytes(cut)


def _meta(read_at: ReadAt) -> _Meta | None:
    at = 0
    for _ in range(64):
        head = read_at(at, 16)
        if len(head) < 8:
            return None
        size, kind, header_bytes = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, header_bytes = int.from_bytes(head[8:16], "big"), 16
        if kind == b"meta":
            size = min(size or _MAX_META_BYTES, _MAX_META_BYTES)
            return _parsed(read_at(at, size), at, header_bytes + 4)
        if size < header_bytes:
            return None
        at += size
    return None


def _parsed(box: bytes, place: int, start: int) -> _Meta:
    meta = _Meta()
    for kind, at, end in _boxes(box, start, len(box)):
        version = box[at] if at < end else 0
        if kind == b"pitm":
            size = 2 if version == 0 else 4
            meta.primary = int.from_bytes(box[at + 4 : at + 4 + size], "big")
            meta.primary_at, meta.primary_bytes = place + at + 4, size
        elif kind == b"iinf":
            for name, entry, _ in _boxes(box, at + (6 if version == 0 else 8), end):
                if name == b"infe" and box[entry] in (2, 3) and not box[entry + 3] & 1:
                    size = 2 if box[entry] == 2 else 4
                    item = int.from_bytes(box[entry + 4 : entry + 4 + size], "big")
                    meta.kinds[item] = box[entry + 6 + size : entry + 10 + size]
        elif kind == b"iref":
            size = 2 if version == 0 else 4
            for name, entry, last in _boxes(box, at + 4, end):
                numbers = [
                    int.from_bytes(box[where : where + size], "big")
                    for where in (entry, *range(entry + size + 2, last - size + 1, size))
                ]
                meta.references.append((name, numbers[0], tuple(numbers[1:])))
    return meta


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start of the content and end of each box."""
    for _ in range(_MAX_BOXES):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 8 > end or size < 12 or at + size > end:
            return
        yield data[at + 4 : at + 8], at + 8, at + size
        at += size


@dataclass(frozen=True, slots=True)
class HeifPicture:
    """A decoded HEIC, upright.

    Parameters
    ----------
    samples : ndarray, uint8 or uint16, shape (H, W), (H, W, 3) or (H, W, 4) with alpha
    icc : bytes
    space : ColorSpace or None
        Where it counts, ``icc`` is empty.
    """

    samples: npt.NDArray[Any]
    icc: bytes
    space: ColorSpace | None


def decode_heif(data: bytes, limits: PhotoLimits) -> HeifPicture:
    """Decode the main picture of a HEIC; libheif turns it upright by irot and imir, and EXIF counts no more.

    Parameters
    ----------
    data : bytes
    limits : PhotoLimits

    Raises
    ------
    NotAnImageError
        If it is a film, or of another brand.
    MissingExtraError
        If the extra ``heif`` is not installed.
    TruncatedPhotoError, PhotoTooLargeError, PhotoTooSmallError
    Exception
        From libheif, where the data are damaged.
    """
    if not is_heif(data[:128]):
        message = N_(
            "this is a film or picture of brand {brand!r}; expected a photo",
            brand=data[8:12].decode("ascii", "replace"),
        )
        raise NotAnImageError(message, hint=N_("Send the photo as JPEG, PNG, WebP, TIFF, BMP or HEIC."))
    library = _library()
    require_data_at_end(data, "HEIC")
    heif_file = library.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
    width, height = heif_file.size
    is_deep = ";16" in heif_file.mode
    require_size(
        width, height, limits, pixel_bytes=len(heif_file.mode.partition(";")[0]) * (2 if is_deep else 1)
    )
    code_points = heif_file.info.get("nclx_profile") or {}
    space = color_space_by_codes(
        int(code_points.get("color_primaries", 2)), int(code_points.get("transfer_characteristics", 2))
    )
    icc = heif_file.info.get("icc_profile") or b""
    if space is not None and space.is_hdr:
        icc = b""  # a profile has no room for light above white
    samples = np.array(heif_file)  # a copy: the library frees its own with the file
    if samples.ndim == 3 and samples.shape[2] in (1, 2):
        raise damaged(N_("HEIC has {count} channels", count=samples.shape[2]))
    return HeifPicture(samples, icc, space if not icc else None)


def _library() -> Any:
    """Return the decoder: without an encoder, or, where it is installed already, the one that has one."""
    try:
        return require("pi_heif", extra="heif")
    except MissingExtraError as error:
        try:
            return require("pillow_heif", extra="heif")
        except MissingExtraError:
            raise error from None
