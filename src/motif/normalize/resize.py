"""Area-averaging resize in whole numbers: the same pixels on every machine and library version."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8, require_gray8


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
    integral = np.asarray(cv2.integral(gray, sdepth=cv2.CV_64F), np.float64)
    sums = _cell_sums(_cell_sums(integral, height_px, axis=0), width_px, axis=1)
    total = float(height * width)
    return np.floor(sums / total + 0.5).astype(np.uint8)


def _cell_sums(integral: npt.NDArray[np.float64], cells: int, *, axis: int) -> npt.NDArray[np.float64]:
    """Cut running sums into ``cells`` equal cells along ``axis``; each sum comes times ``cells``.

    Values stay whole and below 2**53, where float64 is exact.
    """
    size = integral.shape[axis] - 1
    edges = np.arange(cells + 1) * size
    whole, part = edges // cells, edges % cells
    before = np.take(integral, whole, axis=axis)
    step = np.take(integral, np.minimum(whole + 1, size), axis=axis) - before
    return np.diff(before * cells + np.expand_dims(part, 1 - axis) * step, axis=axis)


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
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale > 1:
        return cv2.resize(gray, size, interpolation=cv2.INTER_LINEAR_EXACT)  # type: ignore[return-value]
    return resize_area(gray, width_px=size[0], height_px=size[1])
