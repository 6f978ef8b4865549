"""Find the picture of a cloth inside a page: a screenshot, a shop's page, a museum's layout.

A page is drawn, or evenly lit behind the cloth: its ground is of one color to within the noise of a
JPEG, which no cloth is over a large area. On the ground stand the picture, which is a large rectangle,
and small things: letters, icons, a ruler, a color chart.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.normalize.ground import Mask
from motif.normalize.quad import Quad, cover
from motif.normalize.small import reduced

_WORK_PX: Final = 384
"""Longer side of the picture on which fields are looked for."""
_EVEN_LEVELS: Final = 7
"""Most difference between neighbours in an even area."""
_DRIFT_LEVELS: Final = 14
"""Most difference to the median color of an even area that counts as page, anywhere in it."""
_LEAST_GROUND: Final = 0.004
"""Of the picture: smaller even areas are no part of the page."""
_LEAST_PAGE: Final = 0.08
_LEAST_FIELD: Final = 0.1
"""Of the picture, too."""
_FILLED: Final = 0.94
"""A field fills this share of the rectangle round it."""
_LEAST_BUSY: Final = 0.3
"""Share of a field's pixels that differ from their neighbours: a cloth is drawn on, a panel is not."""
_MOST_BESIDE: Final = 0.25
"""Something else of this share of the largest field may be the drawing, and the field a border of it."""
_MOST_LABEL: Final = 0.3
"""Of the picture. The smallest of 200 photographed cloths that are cut out has more."""
_CALMER: Final = 0.15
"""Difference in shares of pixels that differ from their neighbours."""
_INSET_PX: Final = 2.5
"""A pixel beside an edge differs from its neighbours, and one on it is mixed."""
_RIM_PX: Final = 2
_THIN_PX: Final = 13
"""Letters, icons and rules are thinner than this; so is what joins them to a field."""


def page_fields(rgb: RGB8) -> list[Quad]:
    """Find the pictures that stand on a page, each an upright rectangle.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    list of ndarray, float64, shape (4, 2), pixels (x, y) of ``rgb``
        Corners clockwise from the top left, the largest field first. Empty where the picture is no page.

    References
    ----------
    .. [1] Cai, Yu, Wen, Ma (2003). VIPS: a vision-based page segmentation algorithm. MSR-TR-2003-79.

    Examples
    --------
    >>> page = np.full((400, 300, 3), 255, np.uint8)
    >>> page[60:260, 20:280] = np.random.default_rng(0).integers(0, 256, (200, 260, 3))
    >>> _ = cv2.putText(page, "Koleksi baru", (30, 320), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2)
    >>> [field.round().tolist() for field in page_fields(page)]
    [[[21.0, 61.0], [278.0, 61.0], [278.0, 258.0], [21.0, 258.0]]]
    >>> page_fields(page[60:260, 20:280])
    []
    """
    small = reduced(rgb, _WORK_PX)
    busy = _busy(small)
    page = _page(small, busy)
    if page.mean() < _LEAST_PAGE:
        return []
    ratio = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    return [(corners + 0.5) * ratio - 0.5 for corners in _fields(page, busy)]


def is_label(rgb: RGB8, corners: npt.ArrayLike) -> bool:
    """Tell whether four sides enclose a label that was put on a cloth, not a cloth on its ground.

    A label is small, and calmer than the drawing round it; a cloth is drawn on, and its ground hardly is.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    corners : array-like, shape (4, 2), pixels (x, y) of ``rgb``

    Returns
    -------
    bool

    Examples
    --------
    >>> cloth = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    >>> cloth[200:280, 150:280] = 250
    >>> is_label(cloth, [(150, 200), (280, 200), (280, 280), (150, 280)])
    True
    """
    small = reduced(rgb, _WORK_PX)
    ratio = np.array([small.shape[1] / rgb.shape[1], small.shape[0] / rgb.shape[0]])
    inside = cover(small.shape[:2], (np.asarray(corners, np.float64) + 0.5) * ratio - 0.5)
    if inside.mean() > _MOST_LABEL:
        return False
    margin = np.ones((7, 7), np.uint8)
    within, beside = cv2.erode(inside, margin) > 0, cv2.dilate(inside, margin) == 0
    busy = _busy(small)
    return bool(within.any() and busy[within].mean() < busy[beside].mean() - _CALMER)


def _busy(small: RGB8) -> Mask:
    """Return where neighbours differ, in any channel."""
    square = np.ones((3, 3), np.uint8)
    apart = cv2.dilate(small, square).astype(np.int16) - cv2.erode(small, square)
    return np.asarray(apart.max(axis=2) > _EVEN_LEVELS, np.bool_)


def _page(small: RGB8, busy: Mask) -> Mask:
    """Return the even areas that reach a corner or along a side: cloth, too, is even here and there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~busy).astype(np.uint8), connectivity=4)
    height, width = busy.shape
    page = np.zeros_like(busy)
    for number in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[number])
        at_corner = (left <= _RIM_PX or left + wide >= width - _RIM_PX) and (
            top <= _RIM_PX or top + high >= height - _RIM_PX
        )
        along_side = wide >= 0.9 * width or high >= 0.9 * height
        if area < _LEAST_GROUND * busy.size or not (at_corner or along_side):
            continue
        part = labels == number
        apart = np.abs(small[part].astype(np.int16) - np.median(small[part], axis=0)).max(axis=1)
        if (apart <= _DRIFT_LEVELS).mean() > 0.9:
            page |= part
    return page


def _fields(page: Mask, busy: Mask) -> list[Quad]:
    """Return what stands on the page and is large, rectangular and drawn on, the largest first."""
    height, width = page.shape
    rest = cv2.morphologyEx((~page).astype(np.uint8), cv2.MORPH_OPEN, np.ones((_THIN_PX, _THIN_PX), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=4)
    fields: list[tuple[int, Quad]] = []
    largest_other = 0
    for number in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[number])
        within = np.s_[top : top + high, left : left + wide]
        is_large, is_rectangle = wide * high >= _LEAST_FIELD * page.size, area >= _FILLED * wide * high
        if is_large and is_rectangle and busy[within].mean() >= _LEAST_BUSY:
            x0, x1 = _inset(left, left + wide - 1, width)
            y0, y1 = _inset(top, top + high - 1, height)
            fields.append((area, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])))
        else:
            largest_other = max(largest_other, area)
    fields.sort(key=lambda field: -field[0])
    if not fields or largest_other > _MOST_BESIDE * fields[0][0]:
        return []
    return [quad for _, quad in fields]


def _inset(first: int, last: int, side_px: int) -> tuple[float, float]:
    """Move two opposite sides off the page, but for those at the picture's rim, where there is none."""
    return (
        first + _INSET_PX * (first > _RIM_PX),
        last - _INSET_PX * (last < side_px - 1 - _RIM_PX),
    )
