"""PNG: read the chunks, verify the checksums; write pixels so that the bytes never vary."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from motif.messages import N_
from motif.photo.colorspace import ColorSpace, color_space_by_codes
from motif.photo.exif import CameraNotes, read_exif, xmp_orientation
from motif.photo.header import MAX_CHUNKS, Container, damaged, unusual

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MOVING = frozenset({b"acTL", b"fcTL", b"fdAT"})
_SIDE = frozenset({b"iCCP", b"eXIf", b"cICP", b"sRGB", b"gAMA", b"cHRM"})
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_EXIF_TEXTS = frozenset({b"Raw profile type exif", b"Raw profile type APP1"})
_XMP_TEXT = b"XML:com.adobe.xmp"
_MAX_ICC_BYTES = 16_000_000
_MAX_TEXT_BYTES = 4_000_000
_STORED_BLOCK_BYTES = 65535
_INFLATE_STEP_BYTES = 1 << 20
_COLOR_TYPE_AT, _INTERLACE_AT = 25, 28
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, and the steps, of each interlaced pass."""


def open_png(data: bytes) -> Container:
    """Open a PNG: check every checksum that guards pixels, drop texts.

    Parameters
    ----------
    data : bytes
        A file that starts with ``SIGNATURE``.

    Raises
    ------
    TruncatedPhotoError
        If a chunk or the end chunk is missing, or a checksum is wrong.
    NotAnImageError
        If there are absurdly many chunks.

    References
    ----------
    .. [1] W3C, Portable Network Graphics, third edition (2025), section 5.
    """
    picture_chunks, side_data = _chunks(data)
    kinds = [chunk[4:8] for chunk in picture_chunks]
    if not kinds or kinds[0] != b"IHDR" or len(picture_chunks[0]) != 25 or b"IDAT" not in kinds:
        raise damaged(N_("PNG has no picture data"))
    width, height, sample_bits, color_type = struct.unpack_from(">IIBB", picture_chunks[0], 8)
    camera, orientation = _camera_notes(side_data)
    frames = max(1, kinds.count(b"fcTL"))
    space, icc = _color_space(side_data, camera)
    return Container(
        width_px=width,
        height_px=height,
        core=b"".join((SIGNATURE, *(chunk for chunk in picture_chunks if chunk[4:8] in _KEPT))),
        icc=icc,
        orientation=orientation,
        sample_bits=sample_bits,
        space=space,
        pixel_bytes={0: 1, 3: 1, 4: 2, 6: 4}.get(color_type, 3) * max(sample_bits, 8) / 8,
        frames=frames,
        moving=b"".join((SIGNATURE, *picture_chunks)) if frames > 1 else b"",
    )


def _camera_notes(side_data: dict[bytes, bytes]) -> tuple[CameraNotes, int]:
    """Return what EXIF says, in its chunk or as the text that ImageMagick writes, and the orientation."""
    camera = read_exif(side_data.get(b"eXIf") or side_data.get(b"exif text", b""))
    return camera, camera.orientation or xmp_orientation(side_data.get(b"xmp text", b""))


def _color_space(side_data: dict[bytes, bytes], camera: CameraNotes) -> tuple[ColorSpace | None, bytes]:
    """Return the colour space and the profile, by the precedence of PNG's third edition, section 4.3.

    A gamma of 0.45455 is what writers of sRGB are told to add for old readers, and means sRGB's curve.
    """
    code_points = side_data.get(b"cICP", b"")
    coded = color_space_by_codes(*code_points[:2]) if len(code_points) == 4 and code_points[3] else None
    if coded is not None:
        return coded, b""
    if icc := _inflate_profile(side_data.get(b"iCCP", b"")):
        return None, icc
    if b"sRGB" in side_data:
        return None, b""
    gamma, points = side_data.get(b"gAMA", b""), side_data.get(b"cHRM", b"")
    space = ColorSpace()
    exponent = struct.unpack(">I", gamma)[0] / 100_000 if len(gamma) == 4 else 0
    if 0.05 < exponent < 5 and not 0.45 <= exponent <= 0.46:
        space = replace(space, curve=1 / exponent)
    if len(points) == 32:
        space = _with_points(space, [value / 100_000 for value in struct.unpack(">8I", points)])
    stated = len(gamma) == 4 or len(points) == 32
    return space if stated else camera.space, b""


def _with_points(space: ColorSpace, values: list[float]) -> ColorSpace:
    white, red, green, blue = zip(values[::2], values[1::2], strict=True)
    stated = replace(space, primaries=(red, green, blue), white=white)
    return stated if stated.is_possible() else space


def _chunks(data: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Return the chunks that carry the picture, whole, and the bodies of those that say something about it.

    Texts that hold EXIF or XMP are under the names ``exif text`` and ``xmp text``.
    """
    picture_chunks: list[bytes] = []
    side_data: dict[bytes, bytes] = {}
    view, at = memoryview(data), len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        length, kind = int.from_bytes(view[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if len(kind) < 4 or end > len(data):
            raise damaged(N_("PNG stops inside a chunk at byte {count}", count=len(data)))
        if kind in _KEPT or kind in _MOVING:
            if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
                raise damaged(N_("PNG chunk {kind} has a wrong checksum", kind=kind.decode()))
            picture_chunks.append(data[at:end])
        elif kind in _SIDE:
            side_data.setdefault(kind, data[at + 8 : end - 4])
        elif kind in _TEXTS:
            _take_text(side_data, kind, view[at + 8 : end - 4])
        if kind == b"IEND":
            return picture_chunks, side_data
        at = end
    raise unusual(N_("PNG has over {most} chunks", most=MAX_CHUNKS))


def _take_text(side_data: dict[bytes, bytes], kind: bytes, body: memoryview) -> None:
    """Keep a text that holds EXIF or XMP."""
    keyword, _, text = bytes(body[:80]).partition(b"\0")
    if keyword not in _EXIF_TEXTS and keyword != _XMP_TEXT:
        return
    text = bytes(body[len(keyword) + 1 :])
    if kind == b"iTXt":
        packed, text = text[:1] == b"\1", text[2:].split(b"\0", 2)[-1]
    else:
        packed, text = kind == b"zTXt", text[kind == b"zTXt" :]
    if packed:
        text = _inflated(text, _MAX_TEXT_BYTES)
    if keyword == _XMP_TEXT:
        side_data.setdefault(b"xmp text", text[:_MAX_TEXT_BYTES])
        return
    # a name, a length, then hexadecimal digits, each on lines of their own
    words = text[:_MAX_TEXT_BYTES].split(None, 2)
    with suppress(ValueError, IndexError):
        side_data.setdefault(b"exif text", bytes.fromhex(words[2].decode("ascii")))


def require_rows(container: Container, last_row: npt.NDArray[Any]) -> None:
    """Require that the data of a PNG reach its last row.

    Pillow silently leaves rows at zero where the data stream ends early but properly. The data
    are counted where the last row is zeros, and where rows are interlaced.

    Parameters
    ----------
    container : Container
    last_row : ndarray
        As decoded, in any mode.

    Raises
    ------
    TruncatedPhotoError
        If the inflated data are shorter than the header promises.
    """
    kind, interlaced = container.core[_COLOR_TYPE_AT], container.core[_INTERLACE_AT]
    if last_row.any() and not interlaced:
        return
    bits = container.sample_bits * {2: 3, 4: 2, 6: 4}.get(kind, 1)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    missing = 0
    for x, y, right, down in passes:
        across, rows = -(-(container.width_px - x) // right), -(-(container.height_px - y) // down)
        missing += rows * (1 + (across * bits + 7) // 8) if across > 0 else 0
    inflater = zlib.decompressobj()
    for part in _image_data(container.core):
        while part and missing > 0:
            missing -= len(inflater.decompress(part, min(missing, _INFLATE_STEP_BYTES)))
            part = memoryview(inflater.unconsumed_tail)
    if missing > 0:
        raise damaged(
            N_(
                "PNG has {missing} bytes less than its {height_px} rows take",
                missing=missing,
                height_px=container.height_px,
            )
        )


def _image_data(core: bytes) -> Iterator[memoryview]:
    at = len(SIGNATURE)
    while at < len(core):
        end = at + 8 + int.from_bytes(core[at : at + 4], "big")
        if core[at + 4 : at + 8] == b"IDAT":
            yield memoryview(core)[at + 8 : end]
        at = end + 4


def _inflate_profile(body: bytes) -> bytes:
    """Return the colour profile of an iCCP chunk; empty where it is broken or absurdly large."""
    _, _, packed = body.partition(b"\0")
    return _inflated(packed[1:], _MAX_ICC_BYTES)


def _inflated(packed: bytes, most: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        whole = inflater.decompress(packed, most)
    except zlib.error:
        return b""
    return whole if inflater.eof else b""


def write_png(pixels: npt.NDArray[Any]) -> bytes:
    """Write pixels as an uncompressed PNG.

    Deflate implementations differ in what they write and agree on what they read; stored
    blocks are the one form in which the file, and so its SHA-256, is the same everywhere.

    Parameters
    ----------
    pixels : ndarray, uint8 or uint16, shape (H, W), (H, W, 3) or (H, W, 4)
        Gray, RGB or RGBA.

    Examples
    --------
    >>> write_png(np.zeros((2, 3), np.uint8))[:8] == SIGNATURE
    True
    """
    height, width = pixels.shape[:2]
    color_type = {1: 0, 3: 2, 4: 6}[pixels.shape[2] if pixels.ndim == 3 else 1]
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.dtype.itemsize, color_type, 0, 0, 0)
    big_endian = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder(">"))
    rows = big_endian.reshape(height, -1).view(np.uint8)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    bodies = ((b"IHDR", header), (b"IDAT", _stored(raw)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in bodies)


def _stored(raw: bytes) -> bytes:
    """Wrap bytes as a zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4)."""
    blocks = [b"\x78\x01"]
    for at in range(0, len(raw), _STORED_BLOCK_BYTES):
        part = raw[at : at + _STORED_BLOCK_BYTES]
        last = at + _STORED_BLOCK_BYTES >= len(raw)
        blocks += [struct.pack("<BHH", last, len(part), len(part) ^ 0xFFFF), part]
    return b"".join((*blocks, struct.pack(">I", zlib.adler32(raw))))


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", checksum)))
