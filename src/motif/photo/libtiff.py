"""The pieces of a TIFF, decompressed to bytes: libtiff is asked for nothing but that.

Whatever their layout, strips and tiles are described to Pillow as 8-bit gray rows. So every compression of
libtiff serves every depth, byte order, number of samples and arrangement of planes, also those that Pillow
has no mode for or takes for others.
"""

from __future__ import annotations

import ctypes
import io
import struct
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, _imaging
from PIL.TiffImagePlugin import TiffImageFile

_LONG = 4


def unpack_pieces(
    pieces: Sequence[memoryview],
    *,
    compression: int,
    row_bytes: int,
    rows: int,
    piece_rows: int,
    tile_bytes: int = 0,
    low_bit_first: bool = False,
) -> npt.NDArray[np.uint8]:
    """Decompress strips, or tiles in reading order.

    Parameters
    ----------
    pieces : sequence of memoryview
    compression : int
        As TIFF numbers it: none, LZW, Deflate, PackBits, LZMA or Zstandard.
    row_bytes, rows : int
        Of the whole, tiles beside each other.
    piece_rows : int
        Of a strip or tile.
    tile_bytes : int
        Of a row of a tile; 0 for strips.
    low_bit_first : bool
        Bits in bytes run from the lowest.

    Returns
    -------
    ndarray, uint8, shape (rows, row_bytes)

    Raises
    ------
    OSError, SyntaxError, ValueError
        From Pillow, where the data are damaged or the compression is not built in.
    """
    offsets, body, at = [], [b"II*\0", b""], 8
    for piece in pieces:
        offsets.append(at)
        body.append(bytes(piece))
        at += len(piece)
    body.append(bytes(-at % 2))
    body[1] = struct.pack("<I", at + at % 2)
    lengths = [len(piece) for piece in pieces]
    tags: dict[int, Sequence[int]] = {256: [row_bytes], 257: [rows], 258: [8], 259: [compression], 262: [1]}
    tags |= {277: [1]} | ({266: [2]} if low_bit_first else {})
    if tile_bytes:
        tags |= {322: [tile_bytes], 323: [piece_rows], 324: offsets, 325: lengths}
    else:
        tags |= {273: offsets, 278: [piece_rows], 279: lengths}
    return np.asarray(load(b"".join((*body, _directory(tags, at + at % 2)))))


def _directory(tags: dict[int, Sequence[int]], at: int) -> bytes:
    entries, values = [], []
    at += 2 + 12 * len(tags) + 4
    for tag, numbers in sorted(tags.items()):
        packed = struct.pack(f"<{len(numbers)}I", *numbers)
        if len(packed) <= 4:
            entries.append(struct.pack("<HHI", tag, _LONG, 1) + packed)
        else:
            entries.append(struct.pack("<HHII", tag, _LONG, len(numbers), at))
            values.append(packed)
            at += len(packed)
    return b"".join((struct.pack("<H", len(tags)), *entries, bytes(4), *values))


def load(data: bytes) -> Image.Image:
    """Decode the first picture of a TIFF with Pillow; libtiff's words do not reach stderr.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Image
        Loaded.

    Raises
    ------
    OSError, SyntaxError, ValueError
        From Pillow.
    """
    with _hush:
        picture = TiffImageFile(io.BytesIO(data))
        picture.load()
    return picture


class _Hush:
    """Keeps libtiff from writing to stderr while any thread decodes; its errors come as exceptions.

    The handler belongs to the whole process: the first thread in takes it off, the last one out puts it back.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._before = Lock(), 0, None

    def __enter__(self) -> None:
        set_handler = _handler_setter()
        with self._lock:
            if self._inside == 0 and set_handler is not None:
                self._before = set_handler(None)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        set_handler = _handler_setter()
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and set_handler is not None:
                set_handler(self._before)


_hush = _Hush()


@cache
def _handler_setter() -> Any:
    """Return libtiff's ``TIFFSetErrorHandler``; None where it is built into Pillow and out of reach."""
    try:
        set_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError):
        return None
    set_handler.restype = ctypes.c_void_p
    set_handler.argtypes = [ctypes.c_void_p]
    return set_handler
