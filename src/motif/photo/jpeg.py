"""JPEG: read the segments, decode at reduced scale, refuse what is damaged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt
import simplejpeg

from motif.messages import N_
from motif.photo.header import damaged, unusual
from motif.photo.limits import PhotoLimits, require_pixels, require_short_edge

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
"""Huffman, arithmetic, quantisation tables and restart interval."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_READ_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Huffman-coded frames. An arithmetic decoder cannot tell that its data were cut (T.81, D.2.6)."""
_PROGRESSIVE = 0xC2
_MAX_SEGMENTS = 10_000
_MAX_SCANS = 100
_MAX_PADDING_BYTES = 256
_XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PADDING = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")


@dataclass(slots=True)
class JpegHeader:
    """The header of a JPEG: all that precedes the first scan.

    Parameters
    ----------
    width_px, height_px : int, pixels
        As stored, before EXIF orientation.
    components : int
        1 gray, 3 colour, 4 CMYK.
    exif : bytes
        A TIFF structure; empty where there is none.
    icc : bytes
        The colour profile; empty where there is none or a part is missing.
    xmp : bytes
        An XMP packet; empty where there is none.
    """

    width_px: int = 0
    height_px: int = 0
    components: int = 0
    exif: bytes = b""
    icc: bytes = b""
    xmp: bytes = b""
    frame: int = 0
    precision_bits: int = 8
    component_ids: bytes = b""
    samplings: bytes = b""
    scan_start: int = 0
    kept: list[bytes] = field(default_factory=list)
    icc_parts: dict[int, bytes] = field(default_factory=dict)
    icc_count: int = 0


def read_header(data: bytes) -> JpegHeader:
    """Walk the segments up to the first scan.

    Parameters
    ----------
    data : bytes
        A file that starts with ``FF D8``.

    Returns
    -------
    JpegHeader

    Raises
    ------
    TruncatedPhotoError
        If the file ends before its first scan, or a segment is malformed.
    NotAnImageError
        If there are absurdly many segments.

    References
    ----------
    .. [1] ITU-T T.81 (1992), annex B.
    """
    header = JpegHeader()
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker, at = _next_marker(data, at)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + length]
        if marker in (_SOI, _EOI) or length < 2 or len(body) != length - 2:
            raise damaged(N_("JPEG ends before its picture data"))
        if marker == _SOS:
            header.scan_start = at - 2
            if len(header.icc_parts) == header.icc_count:
                header.icc = b"".join(header.icc_parts[key] for key in sorted(header.icc_parts))
            return header
        _take(header, marker, body)
        at += length
    raise unusual(N_("JPEG has over {most} header segments", most=_MAX_SEGMENTS))


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the next marker's code and the place after it, skipping fill bytes and stray bytes."""
    match = _MARKER.search(data, at)
    if match is None:
        raise damaged(N_("JPEG ends in its header"))
    return match[0][1], match.end()


def _take(header: JpegHeader, marker: int, body: bytes) -> None:
    if marker in _FRAMES:
        if header.frame or len(body) < 9 or len(body) < 6 + 3 * body[5] or not body[5]:
            raise damaged(N_("JPEG frame header is malformed"))
        header.frame, header.components = marker, body[5]
        header.precision_bits = body[0]
        header.height_px, header.width_px = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        header.component_ids, header.samplings = body[6 : 6 + 3 * body[5] : 3], body[7 : 6 + 3 * body[5] : 3]
    elif marker == _APP1 and body.startswith(b"Exif\0") and not header.exif:
        header.exif = body[6:]
    elif marker == _APP1 and body.startswith(_XMP_NAME) and not header.xmp:
        header.xmp = body[len(_XMP_NAME) :]
    elif marker == _APP2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        header.icc_parts.setdefault(body[12], body[14:])
        header.icc_count = body[13]
    is_color_app = (marker == _APP0 and body[:6] == b"JFIF\0\1") or (
        marker == _APP14 and body[:5] == b"Adobe"
    )
    if marker in _TABLES or marker in _FRAMES or is_color_app:
        header.kept.append(b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2, "big") + body)


def scale_for(long_px: int, long_edge_px: int | None) -> int:
    """Return the largest of 8, 4, 2 and 1 that leaves at least ``long_edge_px`` pixels.

    Examples
    --------
    >>> scale_for(4000, 640), scale_for(4000, 1000), scale_for(4000, 1001), scale_for(4000, None)
    (4, 4, 2, 1)
    """
    if long_edge_px is None:
        return 1
    return next((scale for scale in (8, 4, 2) if -(-long_px // scale) >= long_edge_px), 1)


_SCALES = (1, 2, 4, 8)


def fitting_scale(header: JpegHeader, long_edge_px: int | None, limits: PhotoLimits) -> int:
    """Return the scale at which a JPEG is decoded: what is needed, or what the limits allow.

    Parameters
    ----------
    header : JpegHeader
    long_edge_px : int, pixels, or None
        See ``scale_for``.
    limits : PhotoLimits

    Returns
    -------
    int
        1, 2, 4 or 8: the picture is divided by it.

    Raises
    ------
    PhotoTooLargeError
        If it is too large at any scale. A progressive JPEG keeps all coefficients of the whole, of two bytes
        each, while it is decoded; up to half as much again as the pixels that the limits allow.
    PhotoTooSmallError
    """
    width, height = header.width_px, header.height_px
    wanted = scale_for(max(width, height), long_edge_px)
    scales = [scale for scale in _SCALES if scale >= wanted]
    scale = next(
        (scale for scale in scales if -(-width // scale) * -(-height // scale) <= limits.max_pixels), 8
    )
    kept = 2 * coefficients(header) if header.frame == _PROGRESSIVE else 0
    if kept > _COEFFICIENT_BYTES * limits.max_pixels:
        require_pixels(width, height, limits, pixel_bytes=4 * kept / (_COEFFICIENT_BYTES * width * height))
    require_short_edge(width, height, limits)
    require_pixels(-(-width // scale), -(-height // scale), limits)
    return scale


_COEFFICIENT_BYTES = 6
"""Bytes of coefficients that a progressive JPEG may keep, for each pixel that the limits allow."""


def coefficients(header: JpegHeader) -> int:
    """Return how many coefficients a JPEG has, padding of blocks included."""
    samplings = [(sampling >> 4, sampling & 15) for sampling in header.samplings]
    across, down = (max(1, *factors) for factors in zip(*samplings, strict=True))
    units = -(-header.width_px // (8 * across)) * -(-header.height_px // (8 * down))
    return int(64 * units * sum(horizontal * vertical for horizontal, vertical in samplings))


def decode(data: bytes, header: JpegHeader, *, scale: int = 1) -> npt.NDArray[np.uint8]:
    """Decode to samples, at a scale.

    The decoder sees tables and scans only: application segments and stray bytes between
    segments are left out. libjpeg reports only the first warning, so a harmless one about these
    would hide one about the picture data.

    Parameters
    ----------
    data : bytes
    header : JpegHeader
        From ``read_header(data)``.
    scale : int
        1, 2, 4 or 8: the picture is divided by it (in the DCT).

    Returns
    -------
    ndarray, uint8, shape (h, w), (h, w, 3) or (h, w, 4), range 0..255
        Gray, RGB, or CMYK with 0 for no ink. Sides are rounded up.

    Raises
    ------
    TruncatedPhotoError
        If picture data is missing or damaged, an appended end marker notwithstanding.
    NotAnImageError
        If this flavour of JPEG is not supported.
    """
    _require_ordinary(header)
    _require_enough_bytes(data, header)
    _require_all_scans(data, header)
    size = {"min_width": -(-header.width_px // scale), "min_height": -(-header.height_px // scale)}
    space = {1: "GRAY", 3: "RGB", 4: "CMYK"}[header.components]
    core = b"".join((b"\xff\xd8", *header.kept, memoryview(data)[header.scan_start :]))
    samples: npt.NDArray[np.uint8]
    try:
        samples = simplejpeg.decode_jpeg(core, space, strict=True, **size)
    except (ValueError, RuntimeError) as error:
        text = str(error)
        if not _is_padding(text):
            raise damaged(N_("JPEG picture data are damaged ({text})", text=text)) from error
        samples = simplejpeg.decode_jpeg(core, space, strict=False, **size)
    if header.components == 1:
        return samples[:, :, 0]
    return 255 - samples if header.components == 4 else samples


def _is_padding(text: str) -> bool:
    """Tell whether a warning is about a few bytes left over after the last block.

    Some cameras pad before the end marker. libjpeg reports its first warning, so all blocks
    decoded without one; a long remainder means that blocks are shifted.
    """
    match = _PADDING.fullmatch(text)
    return match is not None and int(match[1]) <= _MAX_PADDING_BYTES


def _require_all_scans(data: bytes, header: JpegHeader) -> None:
    """Refuse a file whose scans, though each is whole, do not make up the whole picture.

    A progressive JPEG cut between two scans and closed with an end marker decodes without
    a warning into a blurred picture. Every coefficient of every component must be present
    to its last bit.
    """
    at, missing = header.scan_start, set(product(header.component_ids, range(64)))
    progressive = header.frame == _PROGRESSIVE
    for number in range(_MAX_SCANS):
        parsed = _scan_header(data, at)
        if parsed is None:
            break
        ids, first, last, low_bit, at = parsed
        if not progressive:
            first, last, low_bit = 0, 63, 0
        if low_bit == 0:
            missing -= set(product(ids, range(first, last + 1)))
        if not missing and not progressive and number == 0:
            return
        at = _next_scan(data, at)
        if at < 0:
            break
    else:
        raise unusual(N_("JPEG has over {most} scans", most=_MAX_SCANS))
    if missing:
        raise damaged(N_("JPEG ends before its last scan"))


def _require_ordinary(header: JpegHeader) -> None:
    if not header.frame:
        raise damaged(N_("JPEG has no frame header"))
    if header.frame in _READ_FRAMES and header.precision_bits == 8 and header.components in (1, 3, 4):
        return
    kind = f"frame type {header.frame:#x}, {header.precision_bits} bits, {header.components} components"
    raise unusual(N_("JPEG of an unusual kind ({kind})", kind=kind))


def _require_enough_bytes(data: bytes, header: JpegHeader) -> None:
    """Refuse a large picture in a tiny file before memory is given to it.

    A Huffman code has one bit or more. A block of a sequential scan takes two codes (its DC
    and an end of block), one of a progressive picture one.
    """
    blocks = coefficients(header) // 64
    bits = 8 * (len(data) - header.scan_start)
    if bits < blocks * (1 if header.frame == _PROGRESSIVE else 2):
        raise damaged(
            N_(
                "JPEG of {width_px} x {height_px} px has {count} bytes",
                width_px=header.width_px,
                height_px=header.height_px,
                count=len(data),
            )
        )


def _scan_header(data: bytes, at: int) -> tuple[bytes, int, int, int, int] | None:
    """Return component ids, first and last coefficient, lowest bit, and where entropy data starts."""
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    body = data[at + 4 : at + 2 + length]
    if not body or len(body) != 4 + 2 * body[0]:
        return None
    first, last, bits = body[-3:]
    return body[1:-3:2], first, min(last, 63), bits & 15, at + 2 + length


def _next_scan(data: bytes, at: int) -> int:
    """Return where the next scan header starts, or -1 at the end of the picture."""
    for _ in range(_MAX_SEGMENTS):
        match = _SCAN_END.search(data, at)
        if match is None or data[match.start() + 1] == _EOI:
            return -1
        at = match.start()
        if data[at + 1] == _SOS:
            return at
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    return -1
