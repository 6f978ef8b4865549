"""GIF: find the first frame; the rest of an animation is left out."""

from __future__ import annotations

import struct

from motif.decode.container import MAX_CHUNKS, Container, damaged
from motif.messages import N_

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
    kept = [data[:at]]
    for _ in range(MAX_CHUNKS):
        kind = data[at] if at + 11 < len(data) else 0
        if kind == _IMAGE:
            end = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            return _first_frame(data, at, b"".join((*kept, data[at:end], b";")))
        if kind != _EXTENSION:
            break
        end = _after_blocks(data, at + 2)
        if data[at + 1] == _GRAPHIC_CONTROL:
            kept.append(data[at:end])
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
