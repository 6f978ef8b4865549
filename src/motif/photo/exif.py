"""Read the first directory of a TIFF or EXIF block, and turn stored pixels upright."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from motif.arrays import RGB8


def orient(rgb: RGB8, orientation: int) -> RGB8:
    """Turn stored pixels upright.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3)
    orientation : int, 1..8
        EXIF tag 274; 5 to 8 swap the sides.

    Examples
    --------
    >>> import numpy as np
    >>> stored = np.uint8([[[1, 1, 1], [2, 2, 2]]])
    >>> orient(stored, 6)[:, :, 0].tolist(), orient(stored, 3)[:, :, 0].tolist()
    ([[1], [2]], [[2, 1]])
    """
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    return rgb


_TYPES_OF_SIZE = {1: (1, 2, 6, 7), 2: (3, 8), 4: (4, 9, 11, 13), 8: (5, 10, 12, 16, 17, 18)}
_VALUE_BYTES = {kind: size for size, kinds in _TYPES_OF_SIZE.items() for kind in kinds}
"""Bytes of one value, by TIFF field type."""
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_MAX_ENTRIES = 4096
_ORIENTATION = 274


@dataclass(frozen=True, slots=True)
class Directory:
    """The first directory: tag to (raw entry, where its value starts, bytes of the value)."""

    data: bytes
    order: str
    big: bool
    entries: dict[int, tuple[bytes, int, int]]

    def value(self, tag: int) -> bytes:
        _, start, size = self.entries.get(tag, (b"", 0, 0))
        return self.data[start : start + size]

    def integers(self, tag: int, limit: int) -> tuple[int, ...]:
        """Return up to ``limit`` integers of ``tag``; empty where absent or of another type."""
        entry, start, size = self.entries.get(tag, (b"", 0, 0))
        code = _INTEGERS.get(struct.unpack_from(self.order + "H", entry, 2)[0]) if entry else None
        if code is None:
            return ()
        count = min(size // struct.calcsize(code), limit)
        return struct.unpack_from(f"{self.order}{count}{code}", self.data, start)

    def integer(self, tag: int, default: int = 0) -> int:
        return next(iter(self.integers(tag, 1)), default)

    def orientation(self) -> int:
        value = self.integer(_ORIENTATION, 1)
        return value if 1 <= value <= 8 else 1


def read_directory(data: bytes) -> Directory | None:
    """Read the first directory; None where there is none. Entries that lead outside are left out."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return None
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    count_code, place_code, step, inline = ("Q", "Q", 20, 8) if big else ("H", "I", 12, 4)
    entries: dict[int, tuple[bytes, int, int]] = {}
    try:
        (at,) = struct.unpack_from(order + place_code, data, inline)
        (count,) = struct.unpack_from(order + count_code, data, at)
        at += struct.calcsize(count_code)
        for place in range(at, at + step * min(count, _MAX_ENTRIES), step):
            entry = data[place : place + step]
            tag, kind, length = struct.unpack_from(order + "HH" + place_code, entry)
            size = _VALUE_BYTES.get(kind, 0) * length
            (start,) = struct.unpack_from(order + place_code, entry, step - inline)
            if size <= inline:
                start = place + step - inline
            if size > 0 and start + size <= len(data):
                entries.setdefault(tag, (entry, start, size))
    except (struct.error, OverflowError):  # an offset beyond the file, or beyond any possible file
        return None
    return Directory(data, order, big, entries)


def exif_orientation(exif: bytes) -> int:
    """Return the orientation in an EXIF block, 1 where it is absent or broken.

    Parameters
    ----------
    exif : bytes
        A TIFF structure, with or without ``Exif\\0\\0`` in front.

    Returns
    -------
    int, 1..8

    References
    ----------
    .. [1] CIPA DC-008 (Exif 2.32), section 4.6.4, tag 274.

    Examples
    --------
    >>> exif_orientation(bytes.fromhex("4d4d002a00000008 0001 0112000300000001 00060000 00000000"))
    6
    >>> exif_orientation(b"rubbish")
    1
    """
    directory = read_directory(exif.removeprefix(b"Exif\0\0"))
    return directory.orientation() if directory else 1
