"""Read directories of a TIFF or EXIF block: which way is up, and which colour space is meant."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from motif.arrays import RGB8
from motif.photo.colorspace import ADOBE_RGB, ColorSpace


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
_ORIENTATION, _XMP, _EXIF, _INTEROPERABILITY, _COLOR_SPACE = 274, 700, 0x8769, 0xA005, 0xA001
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|\s*>\s*)([1-8])\s*[\"'<]")
_ADOBE_RGB_COLOR_SPACE, _UNCALIBRATED = 2, 0xFFFF


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory: tag to (raw entry, where its value starts, bytes of the value)."""

    data: bytes
    order: str
    big: bool
    entries: dict[int, tuple[bytes, int, int]]
    outside: frozenset[int] = frozenset()
    """Tags whose values lie outside the data."""

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

    def rationals(self, tag: int, count: int) -> tuple[float, ...]:
        """Return ``count`` fractions of ``tag``; empty where there are fewer, or one is no number."""
        entry, start, size = self.entries.get(tag, (b"", 0, 0))
        if not entry or struct.unpack_from(self.order + "H", entry, 2)[0] != 5 or size < 8 * count:
            return ()
        values = struct.unpack_from(f"{self.order}{2 * count}I", self.data, start)
        if not all(values[1::2]):
            return ()
        return tuple(over / under for over, under in zip(values[::2], values[1::2], strict=True))

    def orientation(self) -> int:
        """Return the orientation that the tag states, or else the XMP; 1 where neither does."""
        value = self.integer(_ORIENTATION)
        return value if 1 <= value <= 8 else xmp_orientation(self.value(_XMP))

    def color_space(self) -> ColorSpace | None:
        """Return Adobe RGB where the EXIF block states it, as DCF cameras do."""
        camera = read_directory(self.data, at=self.integer(_EXIF)) if _EXIF in self.entries else None
        if camera is None:
            return None
        stated = camera.integer(_COLOR_SPACE)
        place = camera.integer(_INTEROPERABILITY)
        rules = read_directory(self.data, at=place) if stated == _UNCALIBRATED and place else None
        is_adobe = stated == _ADOBE_RGB_COLOR_SPACE or (rules is not None and rules.value(1)[:3] == b"R03")
        return ADOBE_RGB if is_adobe else None


def read_directory(data: bytes, *, at: int | None = None) -> Directory | None:
    """Read the first directory, or the one at a place; None where there is none.

    Entries that lead outside are left out.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return None
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    count_code, place_code, step, inline = ("Q", "Q", 20, 8) if big else ("H", "I", 12, 4)
    entries: dict[int, tuple[bytes, int, int]] = {}
    outside: set[int] = set()
    try:
        if at is None:
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
            elif size > 0:
                outside.add(tag)
    except (struct.error, OverflowError):  # an offset beyond the file, or beyond any possible file
        return None
    return Directory(data, order, big, entries, frozenset(outside - entries.keys()))


@dataclass(frozen=True, slots=True)
class CameraNotes:
    """What an EXIF block says about the pixels.

    Parameters
    ----------
    orientation : int, 1..8
        0 where nothing is said.
    space : ColorSpace or None
    """

    orientation: int = 0
    space: ColorSpace | None = None


def read_exif(exif: bytes) -> CameraNotes:
    """Read orientation and colour space of an EXIF block; one that is absent or broken says nothing.

    Parameters
    ----------
    exif : bytes
        A TIFF structure, with or without ``Exif\\0\\0`` in front.

    Returns
    -------
    CameraNotes

    References
    ----------
    .. [1] CIPA DC-008 (Exif 2.32), section 4.6.4, tag 274; CIPA DC-010 (DCF 2.0), section 4.

    Examples
    --------
    >>> read_exif(bytes.fromhex("4d4d002a00000008 0001 0112000300000001 00060000 00000000")).orientation
    6
    >>> read_exif(b"rubbish")
    CameraNotes(orientation=0, space=None)
    """
    directory = read_directory(exif.removeprefix(b"Exif\0\0"))
    if directory is None:
        return CameraNotes()
    stated = directory.integer(_ORIENTATION)
    return CameraNotes(stated if 1 <= stated <= 8 else 0, directory.color_space())


def xmp_orientation(xmp: bytes) -> int:
    """Return the orientation that an XMP packet states, 1 where it is absent.

    Parameters
    ----------
    xmp : bytes

    Returns
    -------
    int, 1..8

    References
    ----------
    .. [1] Adobe, XMP Specification Part 2 (2016), section 3.1.

    Examples
    --------
    >>> xmp_orientation(b'<rdf:Description tiff:Orientation="6"/>')
    6
    >>> xmp_orientation(b"<tiff:Orientation>8</tiff:Orientation>"), xmp_orientation(b"")
    (8, 1)
    """
    match = _XMP_ORIENTATION.search(xmp)
    return int(match[1]) if match else 1
