"""PNG, TIFF, WebP, BMP and GIF files opened as far as their size and side data, nothing decoded.

Each reader checks the container and hands on a *core*: the file without what only costs or
endangers (texts, animations, previews, private tags), which is all a decoder gets to see.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from motif.errors import NotAnImageError, TruncatedPhotoError

DAMAGED_HINT = (
    "The file is incomplete or damaged. Copy it again from the camera or phone, or ask for it again."
)
UNUSUAL_HINT = "Open it in a picture program and save it as an ordinary JPEG or PNG."


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What a file says about its picture before anything is decoded.

    Parameters
    ----------
    width_px, height_px : int, pixels
        As stored, before EXIF orientation.
    core : bytes
        What the decoder is given.
    icc : bytes
        Colour profile; empty where there is none.
    orientation : int, 1..8
        EXIF orientation.
    white_is_zero : bool
        TIFF photometric 0.
    sample_bits : int
        Bits of one sample; 8 where the container does not matter.
    """

    width_px: int
    height_px: int
    core: bytes
    icc: bytes = b""
    orientation: int = 1
    white_is_zero: bool = False
    sample_bits: int = 8


def _damaged(what: str) -> TruncatedPhotoError:
    return TruncatedPhotoError(what, hint=DAMAGED_HINT)


# --- PNG ---------------------------------------------------------------------------------

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MAX_CHUNKS = 1_000_000
_MAX_ICC_BYTES = 16_000_000


def open_png(data: bytes) -> Container:
    """Walk a PNG's chunks, check every checksum that guards pixels, drop texts and animation.

    Raises
    ------
    TruncatedPhotoError
        If a chunk or the end chunk is missing, or a checksum is wrong.

    References
    ----------
    .. [1] W3C Portable Network Graphics, third edition (2023), section 5.
    """
    kept, icc, exif, at = [PNG_SIGNATURE], b"", b"", 8
    view = memoryview(data)
    for _ in range(_MAX_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if len(kind) < 4 or end > len(data):
            raise _damaged(f"PNG ends inside a chunk, {len(data)} bytes in; expected an end chunk")
        if kind in _PNG_KEPT:
            if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
                raise _damaged(f"PNG chunk {kind.decode()} has a wrong checksum")
            kept.append(data[at:end])
        elif kind == b"iCCP":
            icc = _inflate_profile(data[at + 8 : end - 4])
        elif kind == b"eXIf":
            exif = data[at + 8 : end - 4]
        if kind == b"IEND":
            break
        at = end
    else:
        raise NotAnImageError(f"PNG has over {_MAX_CHUNKS} chunks", hint=UNUSUAL_HINT)
    if (
        len(kept) < 3
        or kept[1][4:8] != b"IHDR"
        or len(kept[1]) != 25
        or not any(c[4:8] == b"IDAT" for c in kept[1:])
    ):
        raise _damaged("PNG has no picture data")
    width, height = struct.unpack(">II", kept[1][8:16])
    return Container(
        width_px=width,
        height_px=height,
        core=b"".join(kept),
        icc=icc,
        orientation=exif_orientation(exif),
        sample_bits=kept[1][16],
    )


def _inflate_profile(body: bytes) -> bytes:
    """Return the colour profile in an iCCP chunk; empty where it is broken or absurdly large."""
    _, _, packed = body.partition(b"\0")
    try:
        inflater = zlib.decompressobj()
        profile = inflater.decompress(packed[1:], _MAX_ICC_BYTES)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""


# --- TIFF, and EXIF, which is a TIFF ------------------------------------------------------

_TIFF_UNITS = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_TIFF_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_TIFF_KEPT = frozenset(
    {
        256,
        257,
        258,
        259,
        262,
        266,
        273,
        277,
        278,
        279,
        284,
        292,
        293,
        317,
        320,
        322,
        323,
        324,
        325,
        332,
        338,
        339,
        347,
        529,
        530,
        531,
        532,
    }
)
_MAX_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class _Directory:
    """The first directory of a TIFF structure: tag to raw entry and raw value."""

    order: str
    big: bool
    entries: dict[int, tuple[bytes, bytes]]

    def integers(self, tag: int, limit: int = 64) -> tuple[int, ...]:
        """Return up to ``limit`` integers of ``tag``; empty where absent or of another type."""
        entry, value = self.entries.get(tag, (b"", b""))
        code = _TIFF_INTEGERS.get(struct.unpack_from(self.order + "H", entry, 2)[0]) if entry else None
        if code is None:
            return ()
        count = min(len(value) // struct.calcsize(code), limit)
        return struct.unpack_from(f"{self.order}{count}{code}", value)

    def integer(self, tag: int, default: int = 0) -> int:
        return next(iter(self.integers(tag, 1)), default)


def _directory(data: bytes) -> _Directory | None:
    """Read the first directory; None where there is none. Entries that lead outside are left out."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return None
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    head, place, inline = ("Q", "Q", 8) if big else ("H", "I", 4)
    step, value_at = (20, 12) if big else (12, 8)
    try:
        (at,) = struct.unpack_from(order + place, data, 8 if big else 4)
        (count,) = struct.unpack_from(order + head, data, at)
        at += struct.calcsize(head)
        entries: dict[int, tuple[bytes, bytes]] = {}
        for _ in range(min(count, _MAX_ENTRIES)):
            entry = data[at : at + step]
            tag, kind, length = struct.unpack_from(order + "HH" + place, entry)
            size = _TIFF_UNITS.get(kind, 0) * length
            start = at + value_at if size <= inline else struct.unpack_from(order + place, entry, value_at)[0]
            at += step
            if size > 0 and start + size <= len(data):
                entries.setdefault(tag, (entry, data[start : start + size]))
    except struct.error:
        return None
    return _Directory(order, big, entries)


def exif_orientation(exif: bytes) -> int:
    """Return the EXIF orientation of a TIFF structure, 1 where it is absent or broken.

    Examples
    --------
    >>> exif_orientation(bytes.fromhex("4d4d002a00000008 0001 0112000300000001 00060000 00000000"))
    6
    >>> exif_orientation(b"rubbish")
    1
    """
    directory = _directory(exif.removeprefix(b"Exif\0\0"))
    value = directory.integer(274, 1) if directory else 1
    return value if 1 <= value <= 8 else 1


def open_tiff(data: bytes) -> Container:
    """Read a TIFF's first directory and rewrite it with the tags that say where pixels are.

    Raises
    ------
    NotAnImageError
        If it is a camera's raw file, whose first picture is only a preview.
    TruncatedPhotoError
        If the directory or a strip lies outside the file.

    References
    ----------
    .. [1] TIFF Revision 6.0 (1992), section 2.
    """
    directory = _directory(data)
    if directory is None:
        raise _damaged("TIFF ends before its directory")
    if directory.integer(254) & 1 or 50706 in directory.entries or data[8:10] == b"CR":
        hint = "This is a camera's raw file. Export the photo as JPEG or TIFF first."
        raise NotAnImageError("TIFF holds a camera's raw data; expected a finished picture", hint=hint)
    width, height = directory.integer(256), directory.integer(257)
    _require_strips(directory, len(data), width, height)
    icc = directory.entries.get(34675, (b"", b""))[1]
    return Container(
        width_px=width,
        height_px=height,
        core=_tiff_core(data, directory),
        icc=icc,
        orientation=_valid_orientation(directory),
        white_is_zero=directory.integer(262, 1) == 0,
        sample_bits=directory.integer(258, 1),
    )


def _valid_orientation(directory: _Directory) -> int:
    value = directory.integer(274, 1)
    return value if 1 <= value <= 8 else 1


def _require_strips(directory: _Directory, size: int, width: int, height: int) -> None:
    starts = directory.integers(273, 1 << 20) or directory.integers(324, 1 << 20)
    lengths = directory.integers(279, 1 << 20) or directory.integers(325, 1 << 20)
    if not width or not height or not starts:
        raise _damaged("TIFF has no picture data")
    if len(starts) > 4 * height + 4096:
        raise NotAnImageError(f"TIFF has {len(starts)} pieces", hint=UNUSUAL_HINT)
    if any(start >= size for start in starts) or any(
        a + b > size for a, b in zip(starts, lengths, strict=False)
    ):
        raise _damaged(f"TIFF is {size} bytes long; its picture data lie beyond that")


def _tiff_core(data: bytes, directory: _Directory) -> bytes:
    """Append a directory with the kept tags only, and point the header at it."""
    order, big = directory.order, directory.big
    kept = sorted((tag, entry) for tag, (entry, _) in directory.entries.items() if tag in _TIFF_KEPT)
    head = struct.pack(order + ("Q" if big else "H"), len(kept))
    tail = bytes(8 if big else 4)
    padding = bytes(-len(data) % 2)
    place = struct.pack(order + ("Q" if big else "I"), len(data) + len(padding))
    start = 8 if big else 4
    rest = memoryview(data)[start + len(place) :]
    return b"".join((data[:start], place, rest, padding, head, *(entry for _, entry in kept), tail))


# --- WebP, BMP, GIF -----------------------------------------------------------------------


def open_webp(data: bytes) -> Container:
    """Read a WebP's canvas size, colour profile and EXIF from its RIFF chunks.

    References
    ----------
    .. [1] RFC 9649 (2024), section 2.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) or end < 30:
        raise _damaged(f"WebP is {len(data)} bytes long; its header says {end}")
    found: dict[bytes, bytes] = {}
    at = 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            break
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise _damaged("WebP ends inside a chunk")
        if kind in (b"ICCP", b"EXIF"):
            found.setdefault(kind, data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    width, height = _webp_size(data)
    return Container(
        width_px=width,
        height_px=height,
        core=data[:end],
        icc=found.get(b"ICCP", b""),
        orientation=exif_orientation(found.get(b"EXIF", b"")),
    )


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise _damaged("WebP has no picture data")


def open_bmp(data: bytes) -> Container:
    """Read a BMP's size; rows may run upward or downward."""
    if len(data) < 30:
        raise _damaged("BMP ends inside its header")
    if int.from_bytes(data[14:18], "little") == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return Container(width_px=abs(width), height_px=abs(height), core=data)


def open_gif(data: bytes) -> Container:
    """Read a GIF's canvas size."""
    if len(data) < 13:
        raise _damaged("GIF ends inside its header")
    width, height = struct.unpack_from("<HH", data, 6)
    return Container(width_px=width, height_px=height, core=data)
