"""TIFF, and EXIF, which is a TIFF: read the first directory before anything is decoded."""

from __future__ import annotations

import struct

from motif.errors import NotAnImageError
from motif.messages import N_
from motif.photo import jpeg
from motif.photo.exif import Directory, read_directory
from motif.photo.header import Container, damaged, unusual

_MAX_PIECES = 1 << 20
_MAX_TILE_PIXELS = 1 << 22
_MAX_TABLE_BYTES = 1 << 16

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_STRIPS, _SAMPLES, _STRIP_BYTES = 273, 277, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 322, 323, 324, 325
_STRIP_ROWS, _PLANES, _JPEG_TABLES, _ICC, _DNG = 278, 284, 347, 34675, 50706
_OLD_JPEG, _JPEG = 6, 7
_PIXEL_TAGS = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS, _SAMPLES, _STRIP_BYTES}
    | {_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES}
    | {_STRIP_ROWS, _PLANES, _JPEG_TABLES, 266, 292, 293, 317, 320}  # fill order, fax, predictor, colour map
    | {332, 338, 339, 529, 530, 531, 532}  # inks, extra samples, sample format, YCbCr
)


def open_tiff(data: bytes) -> Container:
    """Open a TIFF: keep those tags of the first directory that describe and locate the pixels.

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
    directory = read_directory(data)
    if directory is None:
        raise damaged(N_("TIFF stops before its directory"))
    if directory.integer(_SUBFILE) & 1 or _DNG in directory.entries or data[8:10] == b"CR":
        hint = N_("This is a camera's raw file. Export the photo as JPEG or TIFF first.")
        raise NotAnImageError(N_("TIFF holds a camera's raw data; expected a finished picture"), hint=hint)
    _require_data(directory)
    return Container(
        width_px=directory.integer(_WIDTH),
        height_px=directory.integer(_HEIGHT),
        core=_core(directory),
        icc=directory.value(_ICC),
        orientation=directory.orientation(),
        sample_bits=directory.integer(_BITS, 1),
        white_is_zero=directory.integer(_PHOTOMETRIC, 1) == 0,
    )


def _pieces(directory: Directory) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return where strips or tiles start, and their lengths."""
    starts = directory.integers(_STRIPS, _MAX_PIECES) or directory.integers(_TILES, _MAX_PIECES)
    lengths = directory.integers(_STRIP_BYTES, _MAX_PIECES) or directory.integers(_TILE_BYTES, _MAX_PIECES)
    return starts, lengths


def _require_data(directory: Directory) -> None:
    """Require that all data of the directory are in the file, and of plausible size."""
    size, width, height = len(directory.data), directory.integer(_WIDTH), directory.integer(_HEIGHT)
    starts, lengths = _pieces(directory)
    if not width or not height or not starts:
        raise damaged(N_("TIFF has no picture data"))
    tile = directory.integer(_TILE_WIDTH) * directory.integer(_TILE_HEIGHT)
    if len(starts) > 4 * height + 4096 or tile > max(4 * width * height, _MAX_TILE_PIXELS):
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


def require_jpegs(data: bytes) -> None:
    """Check JPEGs inside a TIFF as strictly as those outside, since libtiff overlooks their damage.

    Parameters
    ----------
    data : bytes
        A file that ``open_tiff`` accepted; without JPEG in it, nothing is done.

    Raises
    ------
    TruncatedPhotoError, NotAnImageError
        As ``motif.photo.jpeg.decode`` does, or if a JPEG does not fit its place.
    """
    directory = read_directory(data)
    compression = directory.integer(_COMPRESSION, 1) if directory else 1
    if directory is None or compression not in (_OLD_JPEG, _JPEG):
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
    jpeg.decode(piece, header, long_edge_px=1)


def _plain_bytes(directory: Directory) -> int:
    """Return how many bytes uncompressed pixels take; 0 where they are compressed or subsampled."""
    if directory.integer(_COMPRESSION, 1) != 1 or directory.integer(_PHOTOMETRIC) == 6:
        return 0
    bits = directory.integer(_WIDTH) * directory.integer(_SAMPLES, 1) * directory.integer(_BITS, 1)
    return (bits + 7) // 8 * directory.integer(_HEIGHT)


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
