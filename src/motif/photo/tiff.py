"""TIFF: read the directories before anything is decoded, then turn pieces into samples of 8 bits."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from motif.errors import NotAnImageError
from motif.messages import N_
from motif.photo import jpeg
from motif.photo.colorspace import D65, ColorSpace
from motif.photo.exif import Directory, read_directory
from motif.photo.header import Container, damaged, require_data_at_end, require_written_rows, unusual
from motif.photo.libtiff import load, unpack_pieces
from motif.photo.srgb import deep_to_8

_MAX_PIECES = 1 << 20
_MAX_TILE_PIXELS = 1 << 22
_MAX_TABLE_BYTES = 1 << 16
_MAX_PAGES = 10_000
_MAX_SAMPLES = 16

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 254, 256, 257, 258, 259, 262, 266
_STRIPS, _SAMPLES, _STRIP_ROWS, _STRIP_BYTES, _MAX_VALUE, _PLANES = 273, 277, 278, 279, 281, 284
_FAX_OPTIONS, _PREDICTOR, _WHITE, _PRIMARIES, _COLOR_MAP = 292, 317, 318, 319, 320
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, _SUB_DIRECTORIES = 322, 323, 324, 325, 330
_INK_SET, _EXTRA_SAMPLES, _SAMPLE_FORMAT, _JPEG_TABLES = 332, 338, 339, 347
_SUBSAMPLING, _ICC, _DNG = 530, 34675, 50706
_NONE, _FAX_ROWS, _FAX3, _FAX4, _LZW, _OLD_JPEG, _JPEG, _DEFLATE = range(1, 9)
_PACKBITS, _OLD_DEFLATE, _LZMA, _ZSTD, _WEBP = 32773, 32946, 34925, 50000, 50001
_BYTE_CODERS: Final = frozenset({_NONE, _LZW, _DEFLATE, _PACKBITS, _OLD_DEFLATE, _LZMA, _ZSTD})
_FAX: Final = {_FAX_ROWS: "tiff_ccitt", _FAX3: "group3", _FAX4: "group4"}
"""By the name that Pillow writes them under."""
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB, _ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
_COLORS: Final = {
    **dict.fromkeys((_WHITE_IS_ZERO, _BLACK_IS_ZERO, _PALETTE), 1),
    **dict.fromkeys((_RGB, _YCBCR, _LAB, _ICC_LAB), 3),
    _CMYK: 4,
}
"""Samples that carry colour, by photometric interpretation."""
_SENSOR: Final = frozenset({32803, 34892})
"""Photometric interpretations of a camera's raw data."""
_UINT, _INT, _FLOAT, _VOID = 1, 2, 3, 4
_REDUCED_OR_MASK = 1 | 4
_PIXEL_TAGS = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _STRIPS, _SAMPLES, _STRIP_BYTES}
    | {_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, _STRIP_ROWS, _PLANES, _JPEG_TABLES}
    | {_FAX_OPTIONS, 293, _PREDICTOR, _COLOR_MAP, _INK_SET, _EXTRA_SAMPLES, _SAMPLE_FORMAT}
    | {529, _SUBSAMPLING, 531, 532}  # YCbCr
)
_SINGLE = frozenset(
    {_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _STRIP_ROWS, _PLANES, _PREDICTOR}
    | {_TILE_WIDTH, _TILE_HEIGHT, _FILL_ORDER, _FAX_OPTIONS}
)
"""Tags of one value."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Pixels of 8 bits before their colours are converted.

    Parameters
    ----------
    colors : ndarray, uint8, shape (H, W), (H, W, 3) or (H, W, 4)
        Gray, RGB, or CMYK with 0 for no ink.
    alpha : ndarray, uint8, shape (H, W), or None
    is_srgb : bool
        Converted already: the file's profile is not for these.
    """

    colors: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8] | None = None
    is_srgb: bool = False


ReadAt = Callable[[int, int], bytes]
"""Gives so many bytes from a place, fewer at the end."""


def find_pages(read_at: ReadAt) -> list[int]:
    """Return where the directories of a TIFF's pages lie; previews, smaller copies and masks are none.

    Parameters
    ----------
    read_at : callable, (place, count) -> bytes

    Returns
    -------
    list of int
        Empty where there is no page; ten thousand at most.

    References
    ----------
    .. [1] Aldus, TIFF Revision 6.0 (1992), section 2 and tag NewSubfileType.
    """
    return [at for at, is_page, _ in _chain(read_at) if is_page]


def _chain(read_at: ReadAt) -> list[tuple[int, bool, int]]:
    """Return of each directory its place, whether it is a page, and where the next one's place is stated."""
    order = {b"II": "<", b"MM": ">"}.get(read_at(0, 2))
    if order is None:
        return []
    big = read_at(2, 2) in (b"\x2b\0", b"\0\x2b")
    count_bytes, place_bytes, step = (8, 8, 20) if big else (2, 4, 12)
    byte_order = "little" if order == "<" else "big"
    found: dict[int, tuple[bool, int]] = {}
    at = int.from_bytes(read_at(place_bytes, place_bytes), byte_order)  # type: ignore[arg-type]
    while at and at not in found and len(found) < _MAX_PAGES:
        count = int.from_bytes(head := read_at(at, count_bytes), byte_order)  # type: ignore[arg-type]
        entries = read_at(at + count_bytes, step * min(count, 4096))
        if len(head) < count_bytes or count > 4096 or len(entries) < step * count:
            break
        kinds = [
            entries[place + step - place_bytes :][
                : 2 if entries[place + 2 : place + 4].strip(b"\0") == b"\3" else 4
            ]
            for place in range(0, len(entries), step)
            if struct.unpack_from(order + "H", entries, place)[0] == _SUBFILE
        ]
        kind = int.from_bytes(kinds[0], byte_order) if kinds else 0  # type: ignore[arg-type]
        link = at + count_bytes + step * count
        found[at] = not kind & _REDUCED_OR_MASK, link
        at = int.from_bytes(read_at(link, place_bytes), byte_order)  # type: ignore[arg-type]
    return [(at, is_page, link) for at, (is_page, link) in found.items()]


def cut_page(data: bytes, number: int) -> bytes:
    """Return a TIFF with one page of another: two offsets in it are set anew, and all else is as it was.

    Parameters
    ----------
    data : bytes
    number : int
        From 1; a page that exists.

    Returns
    -------
    bytes
    """
    at, _, link = [entry for entry in _chain(_reader(data)) if entry[1]][number - 1]
    order = "<" if data[:2] == b"II" else ">"
    size, code = (8, "Q") if data[2:4] in (b"\x2b\0", b"\0\x2b") else (4, "I")
    cut = bytearray(data)
    cut[size : 2 * size] = struct.pack(order + code, at)
    cut[link : link + size] = bytes(size)
    return bytes(cut)


def _reader(data: bytes) -> ReadAt:
    return lambda at, count: data[at : at + count]


def open_tiff(data: bytes) -> Container:
    """Open a TIFF: find its first page, and require that its data are there.

    Raises
    ------
    NotAnImageError
        If it is a camera's raw file, whose first picture is only a preview.
    TruncatedPhotoError
        If the directory or picture data lie outside the file.

    References
    ----------
    .. [1] Aldus, TIFF Revision 6.0 (1992), section 2.
    """
    directory = _page(data)
    _require_data(directory)
    bits = directory.integer(_BITS, 1)
    samples = directory.integer(_SAMPLES, 1)
    if directory.integer(_COMPRESSION, 1) in _BYTE_CODERS and not 1 <= samples <= _MAX_SAMPLES:
        raise unusual(N_("TIFF has {count} samples per pixel", count=samples))
    return Container(
        width_px=directory.integer(_WIDTH),
        height_px=directory.integer(_HEIGHT),
        core=data,
        icc=directory.value(_ICC),
        orientation=directory.orientation(),
        sample_bits=bits,
        space=directory.color_space() or _stated_primaries(directory),
        pixel_bytes=samples * max(bits, 8) / 8,
    )


def _page(data: bytes) -> Directory:
    """Return the directory of the first page."""
    chain = _chain(_reader(data))
    if not chain:
        raise damaged(N_("TIFF stops before its directory"))
    directories = [read_directory(data, at=at) for at, _, _ in chain[:8]]
    first = directories[0]
    pages = [at for at, is_page, _ in chain if is_page]
    sensor = any(directory is not None and _holds_sensor_data(data, directory) for directory in directories)
    if sensor or not pages or data[8:10] == b"CR" or (first is not None and _DNG in first.entries):
        hint = N_("This is a camera's raw file. Export the photo as JPEG or TIFF first.")
        raise NotAnImageError(N_("TIFF holds a camera's raw data; expected a finished picture"), hint=hint)
    page = read_directory(data, at=pages[0])
    if page is None:
        raise damaged(N_("TIFF stops before its directory"))
    return page


def _holds_sensor_data(data: bytes, directory: Directory) -> bool:
    below = [read_directory(data, at=at) for at in directory.integers(_SUB_DIRECTORIES, 8)]
    return any(each is not None and each.integer(_PHOTOMETRIC) in _SENSOR for each in (directory, *below))


def _stated_primaries(directory: Directory) -> ColorSpace | None:
    """Return the colour space of WhitePoint and PrimaryChromaticities; the curve is taken for sRGB's."""
    numbers = directory.rationals(_PRIMARIES, 6)
    white = directory.rationals(_WHITE, 2) or D65
    if not numbers:
        return None
    red, green, blue = zip(numbers[::2], numbers[1::2], strict=True)
    space = ColorSpace(primaries=(red, green, blue), white=(white[0], white[1]))
    return space if space.is_possible() else None


def _pieces(directory: Directory) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return where strips or tiles start, and their lengths."""
    starts = directory.integers(_STRIPS, _MAX_PIECES) or directory.integers(_TILES, _MAX_PIECES)
    lengths = directory.integers(_STRIP_BYTES, _MAX_PIECES) or directory.integers(_TILE_BYTES, _MAX_PIECES)
    if not lengths and len(starts) == 1 and directory.integer(_COMPRESSION, 1) == _NONE:
        lengths = (_plain_bytes(directory),)  # old writers leave the length of a single strip out
    return starts, lengths


def _require_data(directory: Directory) -> None:
    """Require that all data of the directory are in the file, and of plausible size."""
    size, width, height = len(directory.data), directory.integer(_WIDTH), directory.integer(_HEIGHT)
    starts, lengths = _pieces(directory)
    doubled = any(len(directory.integers(tag, 2)) > 1 for tag in _SINGLE)
    if not width or not height or not starts or doubled or directory.outside & _PIXEL_TAGS:
        raise damaged(N_("TIFF has no picture data"))
    tile = directory.integer(_TILE_WIDTH) * directory.integer(_TILE_HEIGHT)
    planes = directory.integer(_SAMPLES, 1) if directory.integer(_PLANES, 1) == 2 else 1
    if len(starts) > 4 * height * planes + 4096 or tile > max(4 * width * height, _MAX_TILE_PIXELS):
        raise unusual(
            N_(
                "TIFF of {width} x {height} px has {count} pieces, tiles of {tile} pixels",
                width=width,
                height=height,
                count=len(starts),
                tile=tile,
            )
        )
    ends = [start + length for start, length in zip(starts, lengths, strict=False)]
    needed = max(*starts, *ends, sum(lengths), _plain_bytes(directory))
    if needed > size or max(starts) == size:
        raise damaged(
            N_("TIFF is {size} bytes long; its picture data take or reach {needed}", size=size, needed=needed)
        )
    if directory.integer(_COMPRESSION, 1) != _NONE:
        for start, length in zip(starts, lengths, strict=False):
            if length >= _PIECE_WITH_A_TAIL:
                require_data_at_end(directory.data[start : start + length], "TIFF")


_PIECE_WITH_A_TAIL = 128
"""A piece of fewer bytes may end in zeros."""


def decode_tiff(data: bytes) -> Samples:
    """Decode the first page of a TIFF that ``open_tiff`` accepted and whose size is within the limits.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Samples

    Raises
    ------
    NotAnImageError
        If the kind of picture is not read here.
    TruncatedPhotoError
        If the data are damaged.
    OSError, SyntaxError, ValueError
        From Pillow, in the same cases.
    """
    directory = _page(data)
    compression, photometric = directory.integer(_COMPRESSION, 1), directory.integer(_PHOTOMETRIC, -1)
    if photometric not in _COLORS:
        raise unusual(N_("TIFF of photometric interpretation {number}", number=photometric))
    if compression in _BYTE_CODERS and not (photometric == _YCBCR and compression != _NONE):
        return _interpret(_layout(directory), _samples(directory))
    if compression in _FAX:
        return Samples(_fax(directory))
    if compression in (_JPEG, _WEBP, _LZW, _DEFLATE, _PACKBITS, _OLD_DEFLATE):
        require_jpegs(directory)
        return _by_pillow(directory)
    raise unusual(N_("TIFF of compression {number}", number=compression))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How samples lie in the pieces, and what they mean."""

    width: int
    height: int
    samples: int
    bits: int
    sample_format: int
    photometric: int
    planar: bool
    predictor: int
    piece_width: int
    piece_rows: int
    across: int
    order: str
    extra: tuple[int, ...]
    palette: tuple[int, ...]
    highest_value: int

    @property
    def in_piece(self) -> int:
        """Samples of a pixel that lie together in a piece."""
        return 1 if self.planar else self.samples

    @property
    def planes(self) -> int:
        """Planes that are needed: what lies behind the colours only if one of it is alpha."""
        if not self.planar:
            return 1
        return self.samples if any(kind in (1, 2) for kind in self.extra) else min(self.colors, self.samples)

    @property
    def colors(self) -> int:
        return _COLORS[self.photometric]

    @property
    def padded_rows(self) -> int:
        """Rows of all pieces: those of tiles reach below the picture."""
        down = -(-self.height // self.piece_rows)
        return down * self.piece_rows if self.across or self.piece_rows == 0 else self.height


def _layout(directory: Directory) -> _Layout:
    width, height, samples = (directory.integer(tag, 1) for tag in (_WIDTH, _HEIGHT, _SAMPLES))
    bits = directory.integers(_BITS, samples) or (1,)
    formats = directory.integers(_SAMPLE_FORMAT, samples) or (_UINT,)
    sample_format = _UINT if formats[0] == _VOID else formats[0]
    is_float = sample_format == _FLOAT
    if len({*bits}) > 1 or len({*formats}) > 1 or sample_format not in (_UINT, _INT, _FLOAT):
        raise unusual(
            N_("TIFF has samples of {bits} bits and formats {formats}", bits=[*bits], formats=[*formats])
        )
    if (is_float and bits[0] not in (16, 32, 64)) or not (1 <= bits[0] <= 32 or is_float):
        raise unusual(
            N_("TIFF has samples of {bits} bits and formats {formats}", bits=[*bits], formats=[*formats])
        )
    tiled = _TILES in directory.entries or _TILE_WIDTH in directory.entries
    piece_width = directory.integer(_TILE_WIDTH) if tiled else width
    piece_rows = (
        directory.integer(_TILE_HEIGHT) if tiled else min(directory.integer(_STRIP_ROWS, height), height)
    )
    if not piece_width or not piece_rows:
        raise damaged(N_("TIFF has no picture data"))
    return _Layout(
        width=width,
        height=height,
        samples=samples,
        bits=bits[0],
        sample_format=sample_format,
        photometric=directory.integer(_PHOTOMETRIC),
        planar=directory.integer(_PLANES, 1) == 2 and samples > 1,
        predictor=directory.integer(_PREDICTOR, 1) if directory.integer(_COMPRESSION, 1) != _NONE else 1,
        piece_width=piece_width,
        piece_rows=piece_rows,
        across=-(-width // piece_width) if tiled else 0,
        order=directory.order,
        extra=directory.integers(_EXTRA_SAMPLES, samples) or _unstated_extra(directory, samples),
        palette=directory.integers(_COLOR_MAP, 3 << 16),
        highest_value=max(directory.integers(_MAX_VALUE, samples), default=0),
    )


def _unstated_extra(directory: Directory, samples: int) -> tuple[int, ...]:
    """Return what a fourth sample of RGB is that the file says nothing of: straight alpha."""
    return (2,) if directory.integer(_PHOTOMETRIC) == _RGB and samples == 4 else ()


def _samples(directory: Directory) -> npt.NDArray[Any]:
    """Return all samples, shape (H, W, S), in their own depth."""
    layout = _layout(directory)
    starts, lengths = _pieces(directory)
    per_plane = max(1, layout.across) * -(-layout.height // layout.piece_rows)
    planes = layout.planes
    if len(starts) < per_plane * planes or len(lengths) < per_plane * planes:
        raise damaged(
            N_("TIFF has {count} pieces and {count2} lengths", count=len(starts), count2=len(lengths))
        )
    view, compression = memoryview(directory.data), directory.integer(_COMPRESSION, 1)
    piece_bytes = -(-layout.piece_width * layout.in_piece * layout.bits // 8)
    found = []
    for plane in range(planes):
        places = range(plane * per_plane, (plane + 1) * per_plane)
        rows = unpack_pieces(
            [view[starts[place] : starts[place] + lengths[place]] for place in places],
            compression=compression,
            row_bytes=piece_bytes * max(1, layout.across),
            rows=layout.padded_rows,
            piece_rows=layout.piece_rows,
            tile_bytes=piece_bytes if layout.across else 0,
            low_bit_first=directory.integer(_FILL_ORDER, 1) == 2,
        )
        if compression == _NONE and not layout.across:
            require_written_rows(rows, starts[places[0]], "TIFF")
        found.append(_values(rows, layout))
    return found[0] if planes == 1 else np.concatenate(found, axis=2)


def _values(rows: npt.NDArray[np.uint8], layout: _Layout) -> npt.NDArray[Any]:
    """Turn decompressed rows into samples, shape (H, W, samples that lie together)."""
    across, together = max(1, layout.across), layout.in_piece
    count = layout.piece_width * together
    pieces = rows.reshape(rows.shape[0] * across, -1)
    if layout.predictor == 3:
        values = _float_predicted(pieces, count, layout)
    elif layout.predictor in (1, 2):
        values = _unpacked(pieces, count, layout)
    else:
        raise unusual(N_("TIFF of predictor {number}", number=layout.predictor))
    values = values.reshape(rows.shape[0], across, layout.piece_width, together)
    if layout.predictor == 2:
        if layout.bits not in (8, 16, 32):
            raise unusual(N_("TIFF of predictor {number}", number=layout.predictor))
        words = values.view(f"u{values.dtype.itemsize}")
        values = np.add.accumulate(words, axis=2, dtype=words.dtype).view(values.dtype)
    return values.reshape(rows.shape[0], -1, together)[: layout.height, : layout.width]


def _unpacked(pieces: npt.NDArray[np.uint8], count: int, layout: _Layout) -> npt.NDArray[Any]:
    bits, kind = layout.bits, {_UINT: "u", _INT: "i", _FLOAT: "f"}[layout.sample_format]
    if bits in (8, 16, 32, 64):
        typed = np.ascontiguousarray(pieces[:, : count * bits // 8]).view(f"{layout.order}{kind}{bits // 8}")
        return typed.astype(typed.dtype.newbyteorder("="), copy=False)
    if kind == "i":
        raise unusual(
            N_("TIFF has samples of {bits} bits and formats {formats}", bits=[bits], formats=[_INT])
        )
    out = np.empty((len(pieces), count), np.uint8 if bits < 8 else np.uint16 if bits <= 16 else np.uint32)
    if bits == 24:
        parts = pieces[:, : 3 * count].reshape(len(pieces), count, 3).astype(np.uint32)
        high_first = parts if layout.order == ">" else parts[..., ::-1]
        out[:] = high_first[..., 0] << 16 | high_first[..., 1] << 8 | high_first[..., 2]
        return out
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(out.dtype)
    step = max(1, (1 << 22) // (count * bits))
    for top in range(0, len(pieces), step):
        single = np.unpackbits(pieces[top : top + step], axis=1)[:, : count * bits]
        out[top : top + step] = single.reshape(-1, count, bits) @ weights
    return out


def _float_predicted(pieces: npt.NDArray[np.uint8], count: int, layout: _Layout) -> npt.NDArray[Any]:
    """Undo Adobe's predictor for floats: differences of bytes, and the bytes of one rank together.

    References
    ----------
    .. [1] Adobe Photoshop, TIFF Technical Note 3 (2005).
    """
    if layout.sample_format != _FLOAT:
        raise unusual(N_("TIFF of predictor {number}", number=layout.predictor))
    size = layout.bits // 8
    stepped = pieces[:, : count * size].reshape(len(pieces), -1, layout.in_piece)
    ranked = np.add.accumulate(stepped, axis=1, dtype=np.uint8).reshape(len(pieces), size, count)
    return np.ascontiguousarray(ranked.transpose(0, 2, 1)).view(f">f{size}")[..., 0].astype(f"f{size}")


def _interpret(layout: _Layout, values: npt.NDArray[Any]) -> Samples:
    """Give samples their meaning, in 8 bits."""
    colors = layout.colors
    spare = layout.samples - colors
    if spare < 0 or (spare > 1 and colors == 1 and not any(layout.extra)):
        raise unusual(N_("TIFF has {count} samples per pixel", count=layout.samples))
    if values.dtype.kind == "i":
        if layout.photometric in (_LAB, _ICC_LAB):
            values = values.view(f"u{values.dtype.itemsize}")
        elif int(values.min(initial=0)) < 0:
            raise unusual(N_("TIFF has negative samples"))
    if layout.photometric == _PALETTE:
        return Samples(_looked_up(values[:, :, 0], layout))
    alpha_kinds = [kind if kind in (1, 2) else 0 for kind in layout.extra[-spare:]] if spare else []
    alpha_at = next((colors + place for place, kind in enumerate(alpha_kinds) if kind), None)
    wanted = values[:, :, [*range(colors), *([alpha_at] if alpha_at else [])]] if spare else values
    if layout.photometric in (_LAB, _ICC_LAB):
        return _from_lab(wanted, layout)
    signed_bit = 1 if layout.sample_format == _INT else 0
    eight = deep_to_8(wanted, layout.bits - signed_bit, used_bits=_used_bits(layout))
    alpha = np.ascontiguousarray(eight[:, :, colors]) if alpha_at else None
    plain = np.ascontiguousarray(eight[:, :, 0] if colors == 1 else eight[:, :, :colors])
    if layout.photometric == _WHITE_IS_ZERO:
        plain = 255 - plain
    if alpha is not None and alpha_kinds[alpha_at - colors] == 1:  # type: ignore[operator]
        plain = _unmultiplied(plain, alpha)
    if layout.photometric == _YCBCR:
        plain = np.asarray(Image.fromarray(plain, "YCbCr").convert("RGB"))
    return Samples(plain, alpha)


def _used_bits(layout: _Layout) -> int:
    """Return the depth that MaxSampleValue states, where it is less than that of the samples."""
    highest = layout.highest_value
    return highest.bit_length() if highest and (highest + 1).bit_count() == 1 and layout.bits <= 16 else 0


def _unmultiplied(plain: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Undo the multiplication of colours with alpha."""
    under = np.maximum(alpha, 1).astype(np.uint16)
    if plain.ndim == 3:
        under = under[:, :, None]
    divided = (plain.astype(np.uint16) * 255 + under // 2) // under
    return np.asarray(np.minimum(divided, 255).astype(np.uint8))


def _looked_up(indices: npt.NDArray[Any], layout: _Layout) -> npt.NDArray[np.uint8]:
    count = 1 << min(layout.bits, 16)
    if len(layout.palette) < 3 * count or layout.sample_format != _UINT:
        raise damaged(N_("TIFF has no palette for its samples"))
    table = np.array(layout.palette[: 3 * count], np.uint16).reshape(3, count).T
    # some writers put 8-bit values into the 16 bits
    eight = table if int(table.max()) < 256 else table >> 8
    return np.asarray(eight.astype(np.uint8)[np.minimum(indices, count - 1)])


def _from_lab(values: npt.NDArray[Any], layout: _Layout) -> Samples:
    if layout.bits not in (8, 16) or layout.sample_format == _FLOAT:
        raise unusual(
            N_("TIFF has samples of {bits} bits and formats {formats}", bits=[layout.bits], formats=["Lab"])
        )
    eight = (values >> (layout.bits - 8)).astype(np.uint8)[:, :, :3]
    if layout.photometric == _ICC_LAB:
        eight[:, :, 1:] ^= 128
    height, width = eight.shape[:2]
    picture = Image.frombytes("LAB", (width, height), eight.tobytes())
    profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return Samples(np.asarray(ImageCms.profileToProfile(picture, *profiles, outputMode="RGB")), is_srgb=True)


def _by_pillow(directory: Directory) -> Samples:
    """Decode what libtiff converts itself: JPEG, WebP, and compressed YCbCr."""
    picture = load(_core(directory))
    if picture.mode == "RGBA" and directory.integer(_SAMPLES, 1) == 4:
        samples = np.asarray(picture)
        return Samples(np.ascontiguousarray(samples[:, :, :3]), np.ascontiguousarray(samples[:, :, 3]))
    mode = picture.mode if picture.mode in ("L", "RGB", "CMYK") else "RGB"
    gray = np.asarray(picture.convert(mode))
    return Samples(255 - gray if directory.integer(_PHOTOMETRIC) == _WHITE_IS_ZERO and mode == "L" else gray)


_EOL = re.compile("0{11,}1")


def _fax(directory: Directory) -> npt.NDArray[np.uint8]:
    """Decode fax data, and require that they are what an encoder makes of the pixels.

    libtiff overlooks damage to them. The codes of T.4 in one dimension and of T.6 leave an encoder no
    choice, so that encoding the pixels again must give the same bits; T.4 in two dimensions leaves one, and
    is refused.

    References
    ----------
    .. [1] ITU-T T.4 (2003) and T.6 (1988).
    """
    compression = directory.integer(_COMPRESSION)
    if directory.integer(_SAMPLES, 1) != 1 or directory.integer(_BITS, 1) != 1:
        raise damaged(N_("TIFF holds fax data of more than one bit"))
    if compression == _FAX3 and directory.integer(_FAX_OPTIONS) & 3:
        raise unusual(N_("TIFF holds fax data in two dimensions"))
    picture = load(_core(directory))
    starts, lengths = _pieces(directory)
    rows = min(directory.integer(_STRIP_ROWS, picture.height), picture.height)
    if (
        _TILES in directory.entries
        or len(starts) != len(lengths)
        or len(starts) != -(-picture.height // rows)
    ):
        raise unusual(N_("TIFF holds fax data in tiles"))
    inverted = directory.integer(_PHOTOMETRIC) == _BLACK_IS_ZERO
    low_first = directory.integer(_FILL_ORDER, 1) == 2
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        strip = picture.crop((0, number * rows, picture.width, min(picture.height, (number + 1) * rows)))
        stored = np.frombuffer(directory.data[start : start + length], np.uint8)
        bits = _bits(stored, low_first=low_first)
        if not _encodes(strip, bits, compression, inverted=inverted):
            raise damaged(N_("TIFF holds damaged fax data"))
    return np.asarray(picture.convert("L"))


def _bits(data: npt.NDArray[np.uint8], *, low_first: bool) -> str:
    single = np.unpackbits(data, bitorder="little" if low_first else "big")
    return (single + ord("0")).tobytes().decode("ascii")


def _encodes(strip: Image.Image, bits: str, compression: int, *, inverted: bool) -> bool:
    """Tell whether bits are the fax code of a strip, fill bits and end marks apart."""
    out = io.BytesIO()
    tags = {_PHOTOMETRIC: 1 if inverted else 0, _STRIP_ROWS: strip.height}
    strip.save(out, "TIFF", compression=_FAX[compression], tiffinfo=tags)
    again = read_directory(out.getvalue())
    if again is None:
        return False
    made = "".join(
        _bits(np.frombuffer(again.data[start : start + length], np.uint8), low_first=False)
        for start, length in zip(*_pieces(again), strict=True)
    )
    return _canonical(made) == _canonical(bits)


def _canonical(bits: str) -> str:
    return _EOL.sub("E", bits).rstrip("0").rstrip("E")


def require_jpegs(directory: Directory) -> None:
    """Check JPEGs inside a TIFF as strictly as those outside, since libtiff overlooks their damage.

    Parameters
    ----------
    directory : Directory
        Of a page that ``open_tiff`` accepted; without JPEG in it, nothing is done.

    Raises
    ------
    TruncatedPhotoError, NotAnImageError
        As ``motif.photo.jpeg.decode`` does, or if a JPEG does not fit its place.
    """
    data, compression = directory.data, directory.integer(_COMPRESSION, 1)
    if compression not in (_OLD_JPEG, _JPEG):
        return
    tables = directory.value(_JPEG_TABLES).removesuffix(b"\xff\xd9") or b"\xff\xd8"
    if compression == _OLD_JPEG or directory.integer(_PLANES, 1) != 1 or len(tables) > _MAX_TABLE_BYTES:
        raise unusual(N_("TIFF holds JPEG in a way that is not in use"))
    starts, lengths = _pieces(directory)
    if len(starts) != len(lengths):
        raise damaged(
            N_("TIFF has {count} pieces and {count2} lengths", count=len(starts), count2=len(lengths))
        )
    rows = directory.integer(_HEIGHT)
    width = directory.integer(_TILE_WIDTH) or directory.integer(_WIDTH)
    height = directory.integer(_TILE_HEIGHT) or min(directory.integer(_STRIP_ROWS, rows), rows)
    tiled = _TILE_HEIGHT in directory.entries
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        least = height if tiled else min(height, rows - number * height)
        _require_jpeg(tables + data[start + 2 : start + length], width, least, height)


def _require_jpeg(piece: bytes, width: int, least_height: int, height: int) -> None:
    header = jpeg.read_header(piece)
    if header.width_px != width or not least_height <= header.height_px <= height:
        raise damaged(
            N_(
                "TIFF holds a JPEG of {size} px in a place of {width} x {least_height}",
                size=f"{header.width_px} x {header.height_px}",
                width=width,
                least_height=least_height,
            )
        )
    jpeg.decode(piece, header, scale=8)


def _plain_bytes(directory: Directory) -> int:
    """Return how many bytes uncompressed pixels take; 0 where they are compressed or subsampled."""
    if directory.integer(_COMPRESSION, 1) != 1 or directory.integer(_PHOTOMETRIC) == 6:
        return 0
    width, samples, bits = (directory.integer(tag, 1) for tag in (_WIDTH, _SAMPLES, _BITS))
    planes = samples if directory.integer(_PLANES, 1) == 2 else 1
    return planes * ((width * samples // planes * bits + 7) // 8) * directory.integer(_HEIGHT)


def _core(directory: Directory) -> bytes:
    """Append a directory with the pixel tags only, and point the header at it."""
    order, big, data = directory.order, directory.big, directory.data
    count_code, place_code, inline = ("Q", "Q", 8) if big else ("H", "I", 4)
    pixel_entries = [entry for tag, (entry, _, _) in sorted(directory.entries.items()) if tag in _PIXEL_TAGS]
    padding = bytes(-len(data) % 2)
    place = struct.pack(order + place_code, len(data) + len(padding))
    count = struct.pack(order + count_code, len(pixel_entries))
    rest = memoryview(data)[inline + len(place) :]
    return b"".join((data[:inline], place, rest, padding, count, *pixel_entries, bytes(inline)))
