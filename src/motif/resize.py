"""Area-averaging resize in whole numbers: the same pixels on every machine and library version."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8, require_gray8

Unsigned = npt.NDArray[np.unsignedinteger[Any]]
Edges = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

_BLOCK_ROWS = 32
"""Rows resized at a time: their sums fit in the processor's cache, and allocating more memory would cost more
than the sums."""


def resize_area(gray: Gray8, *, width_px: int, height_px: int) -> Gray8:
    """Resize by averaging the area that each target pixel covers.

    Sums are exact integers, so no rounding depends on vector units, thread counts or
    library versions; perceptual hashes stay comparable for as long as they are stored.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
    width_px, height_px : int, pixels, >= 1

    Returns
    -------
    ndarray, uint8, shape (height_px, width_px), range 0..255
        Means, rounded half up.

    Raises
    ------
    ImageShapeError
        If ``gray`` is not uint8 of shape (H, W).

    Examples
    --------
    >>> checks = np.uint8([[0, 0, 200, 200], [0, 0, 200, 200]])
    >>> resize_area(checks, width_px=3, height_px=1).tolist()
    [[0, 100, 200]]
    """
    height, width = require_gray8(gray).shape
    if (height, width) == (height_px, width_px):
        return gray.copy()
    down, across = _edges(height, height_px), _edges(width, width_px)
    resized = np.empty((height_px, width_px), np.uint8)
    dtype = np.uint32 if 255 * gray.size < 2**31 else np.uint64
    for start in range(0, height_px, _BLOCK_ROWS):
        whole, part = (edges[start : start + _BLOCK_ROWS + 1] for edges in down)
        rows = gray[whole[0] : whole[-1] + 1]
        sums = _cell_sums(_running_sums(rows, dtype), (whole - whole[0], part), height_px, axis=0)
        sums = _cell_sums(sums, across, width_px, axis=1)
        sums += dtype(gray.size // 2)
        sums //= dtype(gray.size)
        resized[start : start + _BLOCK_ROWS] = sums
    return resized


def _edges(size: int, cells: int) -> Edges:
    """Return where cells begin and end: whole source pixels, and the rest in parts of ``1 / cells``."""
    edges = np.arange(cells + 1) * size
    return edges // cells, edges % cells


def _running_sums(rows: Gray8, dtype: type[np.unsignedinteger[Any]]) -> Unsigned:
    """Sum all pixels above and left of each corner."""
    if dtype is np.uint32:
        return np.asarray(cv2.integral(rows, sdepth=cv2.CV_32S), np.int32).view(np.uint32)
    return np.asarray(cv2.integral(rows, sdepth=cv2.CV_64F)).astype(np.uint64)


def _cell_sums(running: Unsigned, edges: Edges, cells: int, *, axis: int) -> Unsigned:
    """Take the sums between edges along ``axis``, each multiplied by ``cells``.

    Unsigned numbers wrap around on the way, which leaves differences exact: a sum is at most
    255 times the pixels of the picture, and that fits.
    """
    whole, part = edges[0], np.expand_dims(edges[1].astype(running.dtype), 1 - axis)
    before = np.take(running, whole, axis=axis)
    after = np.take(running, np.minimum(whole + 1, running.shape[axis] - 1), axis=axis)
    before *= running.dtype.type(cells) - part
    after *= part
    before += after
    sums: Unsigned = before[1:] - before[:-1] if axis == 0 else before[:, 1:] - before[:, :-1]
    return sums


def resize_long_edge(gray: Gray8, long_edge_px: int) -> Gray8:
    """Bring the longer side to ``long_edge_px``: area means downward, exact bilinear upward.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
    long_edge_px : int, pixels

    Returns
    -------
    ndarray, uint8, shape (H', W') with ``max(H', W') == long_edge_px``

    Examples
    --------
    >>> resize_long_edge(np.zeros((30, 40), np.uint8), 20).shape
    (15, 20)
    """
    height, width = require_gray8(gray).shape
    scale = long_edge_px / max(height, width)
    width_px, height_px = max(1, round(width * scale)), max(1, round(height * scale))
    if scale > 1:
        return cv2.resize(gray, (width_px, height_px), interpolation=cv2.INTER_LINEAR_EXACT)  # type: ignore[return-value]
    return resize_area(gray, width_px=width_px, height_px=height_px)


def shrink_by_area(pixels: npt.NDArray[np.uint8], factor: int) -> npt.NDArray[np.uint8]:
    """Average over squares of ``factor`` pixels, slightly larger where a side is not a multiple of it.

    Parameters
    ----------
    pixels : ndarray, uint8, shape (H, W) or (H, W, 3), range 0..255
    factor : int, pixels, >= 1

    Returns
    -------
    ndarray, uint8, shape (H // factor, W // factor) or (H // factor, W // factor, 3)

    Examples
    --------
    >>> shrink_by_area(np.uint8([[0, 0, 200, 200], [0, 0, 200, 200]]), 2).tolist()
    [[0, 200]]
    """
    size = (max(1, pixels.shape[1] // factor), max(1, pixels.shape[0] // factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
