"""BMP: read the header, so that size and completeness are known before decoding."""

from __future__ import annotations

import struct

from motif.decode.container import Container, damaged
from motif.messages import N_

_UNCOMPRESSED = frozenset({0, 3, 6})


def open_bmp(data: bytes) -> Container:
    """Open a BMP; its rows may run upward or downward.

    Parameters
    ----------
    data : bytes
        A file that starts with ``BM``.

    Raises
    ------
    TruncatedPhotoError
        If the header is cut, or the file is shorter than its rows.

    References
    ----------
    .. [1] Microsoft, BITMAPINFOHEADER structure (wingdi.h).
    """
    if len(data) < 34:
        raise damaged(N_("BMP stops inside its header"))
    start, header_bytes = struct.unpack_from("<II", data, 10)
    compression = 0
    if header_bytes == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    width, height = abs(width), abs(height)
    if compression in _UNCOMPRESSED and start + (width * bits + 31) // 32 * 4 * height > len(data):
        raise damaged(
            N_(
                "BMP is {count} bytes long; {width} x {height} px need more",
                count=len(data),
                width=width,
                height=height,
            )
        )
    return Container(width_px=width, height_px=height, core=data)
