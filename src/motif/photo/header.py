"""Picture headers, read before anything is decoded: BMP through Pillow, GIF and WebP by their blocks.

A format has a reader of its own only where Pillow's lets a damaged or hostile file pass;
``docs/adr/0024-pillow-reads-headers.md`` names the test for each. The readers of JPEG, PNG
and TIFF are in their own modules. The errors for refused files are here too.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import BmpImagePlugin

from motif.errors import NotAnImageError, TruncatedPhotoError
from motif.messages import N_
from motif.photo.exif import exif_orientation

MAX_CHUNKS = 1_000_000
"""Most chunks or blocks read in one file; no genuine file comes near."""

_ZERO_TAIL_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A picture file opened as far as its size and side data, with nothing decoded.

    Parameters
    ----------
    width_px, height_px : int, pixels
        As stored, before EXIF orientation.
    core : bytes
        Input of the decoder: the file without parts that only cost memory or pose a risk (texts,
        animation, previews, private tags).
    icc : bytes
        Colour profile; empty where there is none.
    orientation : int, 1..8
        EXIF orientation.
    sample_bits : int
        Bits of one sample.
    white_is_zero : bool
        Gray samples run from white to black.
    """

    width_px: int
    height_px: int
    core: bytes
    icc: bytes = b""
    orientation: int = 1
    sample_bits: int = 8
    white_is_zero: bool = False


def damaged(came: str) -> TruncatedPhotoError:
    """Return the error for picture data that are missing or broken."""
    hint = N_(
        "The file is incomplete or damaged. Copy it again from the camera or phone, or ask for it again."
    )
    return TruncatedPhotoError(N_("{came}; expected complete picture data", came=came), hint=hint)


def unusual(came: str) -> NotAnImageError:
    """Return the error for a picture of a kind that is not read here."""
    hint = N_("Open it in a picture program and save it as an ordinary JPEG or PNG.")
    return NotAnImageError(N_("{came}; expected an ordinary picture", came=came), hint=hint)


def require_data_at_end(data: bytes, what: str) -> None:
    """Refuse a compressed file that ends in zeros: space was reserved for it, and the copy broke off.

    Lossy WebP and HEIC carry no checksum, and their decoders take zeros for picture data.

    Examples
    --------
    >>> require_data_at_end(bytes(range(1, 100)) + bytes(64), "WebP")
    Traceback (most recent call last):
    motif.errors.TruncatedPhotoError: WebP ends in 64 or more zero bytes; expected complete picture data
    """
    if not any(data[-_ZERO_TAIL_BYTES:]):
        raise damaged(N_("{what} ends in {count} or more zero bytes", what=what, count=_ZERO_TAIL_BYTES))


_BMP_HEADER_BYTES = 34


def open_bmp(data: bytes) -> Container:
    """Open a BMP with Pillow, and require that its uncompressed rows lie in the file.

    Pillow finds missing rows only while it decodes, and not at all where the process has set
    ``ImageFile.LOAD_TRUNCATED_IMAGES``.

    Parameters
    ----------
    data : bytes
        A file that starts with ``BM``.

    Raises
    ------
    TruncatedPhotoError
        If the header is cut, or the file is shorter than its rows.
    OSError, SyntaxError
        From Pillow, if the header is malformed.

    References
    ----------
    .. [1] Microsoft, BITMAPINFOHEADER structure (wingdi.h).
    """
    if len(data) < _BMP_HEADER_BYTES:
        raise damaged(N_("BMP stops inside its header"))
    picture = BmpImagePlugin.BmpImageFile(io.BytesIO(data))
    (tile,) = picture.tile
    if tile.codec_name == "raw" and isinstance(tile.args, tuple):
        row_bytes = tile.args[1]
        if tile.offset + row_bytes * picture.height > len(data):
            raise damaged(
                N_(
                    "BMP is {count} bytes long; {width} x {height} px need more",
                    count=len(data),
                    width=picture.width,
                    height=picture.height,
                )
            )
    return Container(width_px=picture.width, height_px=picture.height, core=data)


_MAX_BLOCKS = 4_000_000
_IMAGE, _EXTENSION, _GRAPHIC_CONTROL = 0x2C, 0x21, 0xF9


def open_gif(data: bytes) -> Container:
    """Open a GIF: keep the first frame and its transparency, and require that its data are whole.

    Parameters
    ----------
    data : bytes
        A file that starts with ``GIF87a`` or ``GIF89a``.

    Raises
    ------
    TruncatedPhotoError
        If the file ends before its first frame does.

    References
    ----------
    .. [1] CompuServe, Graphics Interchange Format, version 89a (1990).
    """
    if len(data) < 13:
        raise damaged(N_("GIF stops inside its header"))
    at = 13 + _table_bytes(data[10])
    pieces = [data[:at]]
    for _ in range(MAX_CHUNKS):
        kind = data[at] if at + 11 < len(data) else 0
        if kind == _IMAGE:
            end = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            return _first_frame(data, at, b"".join((*pieces, data[at:end], b";")))
        if kind != _EXTENSION:
            break
        end = _after_blocks(data, at + 2)
        if data[at + 1] == _GRAPHIC_CONTROL:
            pieces.append(data[at:end])
        at = end
    raise damaged(N_("GIF ends before its first picture"))


def _first_frame(data: bytes, at: int, core: bytes) -> Container:
    canvas_width, canvas_height = struct.unpack_from("<HH", data, 6)
    left, top, width, height = struct.unpack_from("<HHHH", data, at + 1)
    return Container(
        width_px=max(canvas_width, left + width), height_px=max(canvas_height, top + height), core=core
    )


def _table_bytes(flags: int) -> int:
    """Return the bytes of the colour table that ``flags`` announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Return the place after a chain of data blocks."""
    for _ in range(_MAX_BLOCKS):
        if at >= len(data):
            break
        length = data[at]
        at += 1 + length
        if not length:
            return at
    raise damaged(N_("GIF ends inside its picture data"))


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
    """Refuse an animation with a huge canvas and small frames: it would only waste memory."""
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
