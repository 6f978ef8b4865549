"""Picture headers, read before anything is decoded: BMP through Pillow, GIF and WebP by their blocks.

A format has a reader of its own only where Pillow's lets a damaged or hostile file pass;
``docs/adr/0024-pillow-reads-headers.md`` names the test for each. The readers of JPEG, PNG
and TIFF are in their own modules. The errors for refused files are here too.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import BmpImagePlugin

from motif.errors import NotAnImageError, TruncatedPhotoError
from motif.messages import N_
from motif.photo.colorspace import ColorSpace
from motif.photo.exif import read_exif, xmp_orientation

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
    space : ColorSpace or None
        What the samples mean, where the file says so by numbers.
    pixel_bytes : float
        What a decoded pixel takes.
    frames : int
        Pictures that an animation shows one after the other; 1 for a still.
    moving : bytes
        Input of the decoder for later frames, where that is not ``core``.
    """

    width_px: int
    height_px: int
    core: bytes
    icc: bytes = b""
    orientation: int = 1
    sample_bits: int = 8
    space: ColorSpace | None = None
    pixel_bytes: float = 3
    frames: int = 1
    moving: bytes = b""


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


_SECTOR_BYTES = 512


def require_written_rows(rows: npt.NDArray[np.uint8], offset: int, what: str) -> None:
    """Refuse uncompressed rows that end in zeros as a broken copy does, though black rows may.

    A copy breaks off anywhere: inside a row, below one that holds values in the same places, or between two
    rows at the edge of a disk's sector. A black margin begins with a row, or where the picture was black
    already.

    Parameters
    ----------
    rows : ndarray, uint8, shape (rows, bytes)
        In the order of the file.
    offset : int
        Where the first one starts in the file.
    what : str

    Raises
    ------
    TruncatedPhotoError

    Examples
    --------
    >>> rows = np.full((9, 100), 7, np.uint8)
    >>> rows[6, 40:] = rows[7:] = 0
    >>> require_written_rows(rows, 8, "BMP")
    Traceback (most recent call last):
    motif.errors.TruncatedPhotoError: BMP ends in 260 zero bytes; expected complete picture data
    >>> rows[6] = 7
    >>> require_written_rows(rows, 8, "BMP")
    """
    if rows.shape[0] < 2 or rows.shape[1] == 0 or rows[-1].any():
        return
    written = np.flatnonzero(np.any(rows, axis=1))
    last = int(written[-1]) if written.size else 0
    first_zero = int(np.flatnonzero(rows[last])[-1]) + 1 if written.size else 0
    tail = rows.size - last * rows.shape[1] - first_zero
    if first_zero == rows.shape[1]:
        broken = (offset + (last + 1) * rows.shape[1]) % _SECTOR_BYTES == 0
    else:
        broken = last > 0 and float(np.mean(rows[last - 1, first_zero:] != 0)) > 0.5
    if broken and tail >= _ZERO_TAIL_BYTES:
        raise damaged(N_("{what} ends in {count} zero bytes", what=what, count=tail))


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
        rows = np.frombuffer(data, np.uint8, row_bytes * picture.height, tile.offset)
        require_written_rows(rows.reshape(picture.height, row_bytes), tile.offset, "BMP")
    return Container(width_px=picture.width, height_px=picture.height, core=data)


_MAX_BLOCKS = 4_000_000
_IMAGE, _EXTENSION, _GRAPHIC_CONTROL = 0x2C, 0x21, 0xF9


def open_gif(data: bytes) -> Container:
    """Open a GIF: keep its frames and their transparency, and require that the data of the first are whole.

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
    pieces, still = [data[:at]], 0
    width, height = struct.unpack_from("<HH", data, 6)
    frames = 0
    for _ in range(MAX_CHUNKS):
        kind = data[at] if at + 11 < len(data) else 0
        if kind not in (_IMAGE, _EXTENSION):
            break
        start = at + 11 + _table_bytes(data[at + 9]) if kind == _IMAGE else at + 2
        try:
            end = _after_blocks(data, start)
        except TruncatedPhotoError:
            if not frames:
                raise
            break  # of later frames, those that are whole are read
        if kind == _IMAGE:
            left, top, across, down = struct.unpack_from("<HHHH", data, at + 1)
            if frames and (left + across > width or top + down > height):
                break  # a later frame does not make the canvas larger
            width, height = max(width, left + across), max(height, top + down)
            frames += 1
        if kind == _IMAGE or data[at + 1] == _GRAPHIC_CONTROL:
            pieces.append(data[at:end])
        if kind == _IMAGE and frames == 1:
            still = len(pieces)
        at = end
    if not frames:
        raise damaged(N_("GIF ends before its first picture"))
    return Container(
        width_px=width,
        height_px=height,
        core=b"".join((*pieces[:still], b";")),
        frames=frames,
        moving=b"".join((*pieces, b";")) if frames > 1 else b"",
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
    frames = 0
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            break
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise damaged(N_("WebP stops inside a chunk"))
        if kind in (b"ICCP", b"EXIF", b"XMP "):
            side.setdefault(kind, data[at + 8 : at + 8 + length])
        if kind == b"ANMF":
            _require_frame(data, at + 8, width * height)
            frames += 1
        at += 8 + length + length % 2
    camera = read_exif(side.get(b"EXIF", b""))
    return Container(
        width_px=width,
        height_px=height,
        core=data[:end],
        icc=side.get(b"ICCP", b""),
        orientation=camera.orientation or xmp_orientation(side.get(b"XMP ", b"")),
        space=camera.space,
        frames=max(frames, 1),
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
