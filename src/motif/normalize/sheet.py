"""A sheet of A4 paper in the cloth's plane, found for its size."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from motif.arrays import RGB8, Matrix3
from motif.normalize.quad import Quad, in_order
from motif.normalize.small import reduced

A4_CM: Final = (29.7, 21.0)

_SEARCH_PX = 1024
_LEAST_SHARE, _MOST_SHARE = 0.004, 0.5
_LIGHTNESS = (0.93, 0.86, 0.76, 0.62)
"""What counts as light, as a share of the lightest: paper is seldom darker than a pale dye beside it."""
_FILLED = 0.94
_ASPECT_WITHIN, _SIDES_WITHIN = 0.035, 0.035
_RIGHT_WITHIN = 0.06


def find_sheet(rgb: RGB8, to_plane: Matrix3) -> Quad | None:
    """Find white paper whose sides stand to each other as those of A4, once the perspective is out.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    to_plane : ndarray, float64, shape (3, 3)
        Homography from pixels of ``rgb`` to the plane of the cloth.

    Returns
    -------
    ndarray, float64, shape (4, 2), or None
        Corners in ``rgb``, pixels (x, y); of several sheets the largest.

    Examples
    --------
    >>> cloth = np.full((600, 800, 3), (120, 70, 40), np.uint8)
    >>> cloth[100:310, 200:497] = 240
    >>> find_sheet(cloth, np.eye(3)).round().tolist()
    [[200.0, 100.0], [496.0, 100.0], [496.0, 309.0], [200.0, 309.0]]
    >>> cloth[100:310, 497:600] = 240
    >>> find_sheet(cloth, np.eye(3)) is None
    True
    """
    small = reduced(rgb, _SEARCH_PX)
    ratio = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    for lightness in _LIGHTNESS:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(_paper(small, lightness), connectivity=4)
        for number in (1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA]))[:8].tolist():
            if not _LEAST_SHARE < stats[number, cv2.CC_STAT_AREA] / labels.size < _MOST_SHARE:
                continue
            found = _four_corners(np.asarray(labels == number).astype(np.uint8))
            if found is not None:
                corners: Quad = (found + 0.5) * ratio - 0.5
                if _is_a4(np.asarray(cv2.perspectiveTransform(corners[None], to_plane)[0])):
                    return corners
    return None


def _paper(small: RGB8, lightness: float) -> RGB8:
    """Mark what is light, hardly colored and even; threads and dots beside it are taken off."""
    soft = np.asarray(cv2.medianBlur(small, 5), np.uint8)
    lightest, darkest = soft.max(axis=2), soft.min(axis=2)
    white = (darkest > lightness * np.percentile(darkest, 99.5)) & (lightest - darkest < 0.3 * lightest)
    rise = np.asarray(cv2.morphologyEx(lightest, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    even = (white & (rise < 28)).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(even, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8)


def _four_corners(mask: RGB8) -> Quad | None:
    mask = np.asarray(
        cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8
    )  # its rim is uneven and was left out
    contour = max(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    hull = cv2.convexHull(contour)
    if len(hull) < 4 or cv2.contourArea(contour) < _FILLED * cv2.contourArea(hull):
        return None
    four = hull if len(hull) == 4 else cv2.approxPolyN(hull, 4, ensure_convex=True)
    if np.size(four) != 8 or cv2.contourArea(hull) < _FILLED * cv2.contourArea(np.asarray(four, np.float32)):
        return None
    return in_order(np.reshape(np.asarray(four, np.float64), (-1, 2)))


def _is_a4(quad: Quad) -> bool:
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 1:
        return False
    ways = sides / lengths[:, None]
    crooked = np.abs((ways * np.roll(ways, 1, axis=0)).sum(axis=1)).max()
    unlike = np.abs(np.log(lengths[:2] / lengths[2:])).max()
    aspect = np.log(sorted(lengths[:2] + lengths[2:])[1] / sorted(lengths[:2] + lengths[2:])[0])
    off = abs(float(aspect) - np.log(A4_CM[0] / A4_CM[1]))
    return bool(crooked < _RIGHT_WITHIN and unlike < _SIDES_WITHIN and off < _ASPECT_WITHIN)
