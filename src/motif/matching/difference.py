"""Where two aligned drawings differ, regardless of dyes."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8
from motif.matching.parts import Polygon

_LEVELS: Final = 32
_REACH_PX: Final = 9
"""Lightness anywhere within half of this excuses a place: alignment is that exact."""
_UNIT: Final = 85.0
_CLEAR: Final = 100
_JOINED_PX: Final = 15
"""A changed ornament differs in strokes; those this near to each other are one place."""
_KEPT_PX: Final = 7
_LEAST_AREA_PX: Final = 150


def aligned_difference(query: Gray8, registered: Gray8, where: npt.NDArray[np.bool_]) -> Gray8:
    """Measure how far a drawing differs from another that it lies over.

    The query's levels of lightness are first mapped to what lies under them on the whole, so that other
    dyes and dark for light make no difference. A place differs by as much as its lightness lies outside
    what the other shows within a few pixels, in either direction.

    Parameters
    ----------
    query, registered : ndarray, uint8, shape (H, W), aligned
    where : ndarray, bool, shape (H, W)
        What coincides.

    Returns
    -------
    ndarray, uint8, shape (H, W)
        85 for a standard deviation of the registered lightness; 0 outside ``where``.

    Examples
    --------
    >>> drawing = np.kron(np.indices((6, 6)).sum(0) % 2, np.ones((20, 20))).astype(np.uint8) * 150 + 40
    >>> changed = drawing.copy()
    >>> changed[20:40, 20:40] = 190
    >>> difference = aligned_difference(255 - changed, drawing, drawing > 0)
    >>> bool(difference[30, 30] > 100), bool(difference[60:].max() < 20)
    (True, True)
    """
    if not where.any():
        return np.zeros(registered.shape, np.uint8)
    mapped, target = (cv2.GaussianBlur(g, (0, 0), 1.2).astype(np.float32) for g in (query, registered))
    mapped = _as_registered(mapped, target, where)
    spread = max(float(target[where].std()), 6.0)
    away = np.maximum(_outside(mapped, target), _outside(target, mapped)) / spread
    away[~where] = 0
    return np.clip(np.rint(away * _UNIT), 0, 255).astype(np.uint8)


def difference_outlines(difference: Gray8) -> tuple[Polygon, ...]:
    """Outline the places where a difference is clear and larger than a dot, largest first.

    Parameters
    ----------
    difference : ndarray, uint8, shape (H, W)
        As ``aligned_difference`` returns it.

    Returns
    -------
    tuple of polygons, (x, y), pixels

    Examples
    --------
    >>> changed = np.zeros((60, 60), np.uint8)
    >>> changed[10:30, 20:50] = 200
    >>> changed[50, 50] = 255
    >>> [outline[0] for outline in difference_outlines(changed)]
    [(23.0, 10.0)]
    """
    clear = cv2.morphologyEx((difference >= _CLEAR).astype(np.uint8), cv2.MORPH_CLOSE, _disc(_JOINED_PX))
    clear = cv2.morphologyEx(clear, cv2.MORPH_OPEN, _disc(_KEPT_PX))
    rings, _ = cv2.findContours(clear, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    large = [ring for ring in rings if cv2.contourArea(ring) >= _LEAST_AREA_PX]
    return tuple(
        tuple((float(x), float(y)) for x, y in ring.reshape(-1, 2).tolist())
        for ring in sorted(large, key=cv2.contourArea, reverse=True)
    )


def _as_registered(
    query: npt.NDArray[np.float32], registered: npt.NDArray[np.float32], where: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Map the query's levels to the mean level under each, stretched to the registered contrast."""
    level = np.clip(query * (_LEVELS / 256), 0, _LEVELS - 1).astype(np.intp)
    count = np.bincount(level[where], minlength=_LEVELS).astype(np.float64)
    total = np.bincount(level[where], registered[where], _LEVELS)
    mean = float(registered[where].mean())
    # A level that hardly occurs says little: it is drawn towards its neighbours, and those to the mean.
    near = np.exp(-0.5 * np.square(np.subtract.outer(np.arange(_LEVELS), np.arange(_LEVELS))))
    table = (near @ total + mean) / (near @ count + 1)
    centres = (np.arange(_LEVELS) + 0.5) * (256 / _LEVELS)
    mapped = np.interp(query, centres, table)
    stretch = float(registered[where].std()) / max(float(mapped[where].std()), 1.0)
    return np.asarray(mean + (mapped - mapped[where].mean()) * min(stretch, 4.0), np.float32)


def _outside(values: npt.NDArray[np.float32], target: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    above = values - cv2.dilate(target, _disc(_REACH_PX))
    below = cv2.erode(target, _disc(_REACH_PX)) - values
    return np.asarray(np.maximum(np.maximum(above, below), 0), np.float32)


def _disc(side_px: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side_px, side_px)), np.uint8)
