"""WebP: walk the RIFF chunks, so that size and completeness are known before decoding."""

from __future__ import annotations

import struct

from motif.decode.container import MAX_CHUNKS, Container, damaged, require_data_at_end, unusual
from motif.decode.tiff import exif_orientation
from motif.messages import N_

_MAX_BARE_CANVAS_PIXELS = 1 << 22


def open_webp(data: bytes) -> Container:
    """Open a WebP: canvas size, colour profile and EXIF orientation.

    Parameters
    ----------
    data : bytes
        A file that starts with ``RIFF`` and has ``WEBP`` at byte 8.

    Raises
    ------
    TruncatedPhotoError
        If the file is shorter than it says, a chunk is cut, or its end is zeros.

    References
    ----------
    .. [1] RFC 9649 (2024), section 2.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) or end < 30:
        raise damaged(N_("WebP is {count} bytes long; its header says {end}", count=len(data), end=end))
    require_data_at_end(data[:end], "WebP")
    width, height = _size(data)
    side: dict[bytes, bytes] = {}
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            break
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise damaged(N_("WebP stops inside a chunk"))
        if kind in (b"ICCP", b"EXIF"):
            side.setdefault(kind, data[at + 8 : at + 8 + length])
        if kind == b"ANMF":
            _require_frame(data, at + 8, width * height)
        at += 8 + length + length % 2
    return Container(
        width_px=width,
        height_px=height,
        core=data[:end],
        icc=side.get(b"ICCP", b""),
        orientation=exif_orientation(side.get(b"EXIF", b"")),
    )


def _require_frame(data: bytes, at: int, canvas_pixels: int) -> None:
    """Refuse an animation whose canvas is huge and whose frames are not: it only costs memory."""
    width, height = (1 + int.from_bytes(data[at + place : at + place + 3], "little") for place in (6, 9))
    if canvas_pixels > max(16 * width * height, _MAX_BARE_CANVAS_PIXELS):
        raise unusual(
            N_(
                "WebP shows {width} x {height} px on a canvas of {canvas_pixels} pixels",
                width=width,
                height=height,
                canvas_pixels=canvas_pixels,
            )
        )


def _size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged(N_("WebP has no picture data"))
