"""Bytes to pixels: decode, turn upright, convert to sRGB, lay alpha on white; keep the file's SHA-256."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8

PhotoSource = str | os.PathLike[str] | bytes | npt.NDArray[np.generic]
"""What ``read_photo`` takes: a path, a file's bytes, or pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLimits:
    """What is refused, and from where on.

    Parameters
    ----------
    max_pixels : int, pixels
    max_bytes : int, bytes of the file
    min_short_edge_px : int, pixels
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 200_000_000
    min_short_edge_px: int = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A decoded photo, upright and in sRGB, with the untouched file it came from.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255, write-protected
        Possibly decoded at reduced scale.
    width_px, height_px : int, pixels
        Size of the whole picture, upright, before any reduction.
    sha256 : str, 64 lower-case hex digits
        Of the file's bytes.
    data : bytes
        The untouched file; for an array, a PNG of it.
    media_type : str, such as ``"image/jpeg"``
    name : str
        The file's name without its folder; empty where there is none.
    """

    rgb: RGB8 = field(repr=False)
    width_px: int
    height_px: int
    sha256: str
    data: bytes = field(repr=False)
    media_type: str
    name: str = ""


def read_photo(source: PhotoSource, *, long_edge_px: int | None = None, limits: PhotoLimits | None = None) -> Photo:
    """Read a photo (see the data sheet below)."""
    raise NotImplementedError
