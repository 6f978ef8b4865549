"""Find the picture of a cloth inside a page: a screenshot, a shop's page, a museum's layout.

A page is drawn, or evenly lit behind the cloth: its ground is of one color to within the noise of a
JPEG, which no cloth is over a large area. On the ground stand the picture, which is a large rectangle,
and small things: letters, icons, a ruler, a color chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

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
_LEAST_COLLAGE: Final = 0.9
"""Share of the picture that several fields and the gutters between them take up, where there is less page."""
_GUTTER_SHARE: Final = 0.9
"""Of a row or column of the picture that has the page's color."""
_GUTTER_SEEN: Final = 0.3
"""Of it, too: what is found to be page without that."""
_LEAST_FIELD: Final = 0.04
"""Of the picture, too."""
_LEAST_ALONE: Final = 0.1
"""Of the picture, where there is one field only."""
_LEAST_OF_LARGEST: Final = 0.3
"""Of the largest field: smaller ones are thumbnails."""
_MOST_FIELDS: Final = 12
"""More are the repeat of a design with a grid."""
_MOST_TRIMMED: Final = 0.1
"""Of a field: what may stick out of it, such as a caption that touches it."""
_SIDE_SHARE: Final = 0.7
"""Of a field's outermost row or column that stands out from the page."""
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
"""A pixel beside an edge differs from its neighbours, and one on it is mixed. Where the edge is found on the
picture itself, ``_MIXED_PX`` are left out instead."""
_MIXED_PX: Final = 0.5
_REACH_PX: Final = 4.0
"""How far on both sides of a field's side its edge is looked for."""
_LEAST_STEP_LEVELS: Final = 6.0
"""Mean difference between page and field, along a side, from which there is an edge."""
_RIM_PX: Final = 2
_FIELDS_OF_A_PAGE: Final = 3
_HALF_FILLED: Final = 0.6
"""A page with so many clear fields may show another that fills this share of its rectangle only."""
_THIN_PX: Final = 13
"""Letters, icons and rules are thinner than this; so is what joins them to a field."""

_Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle, the last two exclusive."""


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
    [[[20.0, 61.0], [279.0, 61.0], [279.0, 258.0], [20.0, 258.0]]]
    >>> page_fields(page[60:260, 20:280])
    []
    """
    small = reduced(rgb, _WORK_PX)
    busy = _busy(small)
    page = _page(small, busy)
    if not page.any():
        return []
    fields = _fields(page, busy)
    if page.mean() < _LEAST_PAGE and not _is_collage(page, fields):
        return []
    ratio = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    return [at_edges(rgb, (corners + 0.5) * ratio - 0.5) for corners in fields]


def at_edges(rgb: RGB8, quad: Quad) -> Quad:
    """Move the sides of a field to where the page ends; those at the picture's rim stay.

    A swatch whose rim is off by a hundredth has another hash.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    quad : ndarray, float64, shape (4, 2), pixels (x, y)
        An upright rectangle with corners clockwise from the top left, as ``page_fields`` returns it, perhaps
        from the same picture at another scale.

    Returns
    -------
    ndarray, float64, shape (4, 2), pixels (x, y)
        Where a side shows no edge nearby, it is left where it was.
    """
    step = max(rgb.shape[:2]) / _WORK_PX
    (x0, y0), (x1, y1) = quad[0], quad[2]
    down, across = slice(round(y0), round(y1) + 1), slice(round(x0), round(x1) + 1)
    of_columns, of_rows = rgb[down], rgb[:, across].swapaxes(0, 1)
    x0, x1 = _edge(of_columns, x0, step), -_edge(of_columns[:, ::-1], rgb.shape[1] - 1 - x1, step)
    y0, y1 = _edge(of_rows, y0, step), -_edge(of_rows[:, ::-1], rgb.shape[0] - 1 - y1, step)
    x1, y1 = x1 + rgb.shape[1] - 1, y1 + rgb.shape[0] - 1
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _edge(strip: RGB8, near: float, step: float) -> float:
    """Return the first column of the field that begins near a column, page to its left.

    From page to field, the mean difference to the page's color rises; the edge is where half is reached.
    """
    first, end = round(near - _REACH_PX * step), round(near + _REACH_PX * step) + 1
    if first < 0 or near <= _RIM_PX * step:
        return near
    columns = strip[:, first:end].astype(np.int16)
    page = np.median(columns[:, : max(1, round(step))], axis=(0, 1))
    apart = np.abs(columns - page).max(axis=2).mean(axis=0)
    half = float(np.median(apart[-max(2, round(2 * step)) :])) / 2
    beyond = np.flatnonzero(apart > half)
    if half < _LEAST_STEP_LEVELS / 2 or not len(beyond) or beyond[0] == 0:
        return near
    at = int(beyond[0])
    crossing = first + at - float((apart[at] - half) / max(apart[at] - apart[at - 1], 1e-9))
    return crossing + 0.5 + _MIXED_PX


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
    """Return the even areas that reach a corner or along a side: cloth, too, is even here and there.

    Thin gutters, in which a JPEG's noise leaves holes, are completed from side to side.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~busy).astype(np.uint8), connectivity=4)
    height, width = busy.shape
    page = np.zeros_like(busy)
    left, top, wide, high, area = stats.T
    at_corner = ((left <= _RIM_PX) | (left + wide >= width - _RIM_PX)) & (
        (top <= _RIM_PX) | (top + high >= height - _RIM_PX)
    )
    along_side = (wide >= 0.9 * width) | (high >= 0.9 * height)
    is_likely = (area >= _LEAST_GROUND * busy.size) & (at_corner | along_side)
    for number in 1 + np.flatnonzero(is_likely[1:]):
        part = labels == number
        apart = np.abs(small[part].astype(np.int16) - np.median(small[part], axis=0)).max(axis=1)
        if (apart <= _DRIFT_LEVELS).mean() > 0.9:
            page |= part
    if page.any():
        color = np.median(small[page], axis=0).astype(np.int16)
        near = np.abs(small.astype(np.int16) - color).max(axis=2) <= _DRIFT_LEVELS
        rows, columns = (
            (near.mean(axis) >= _GUTTER_SHARE) & (page.mean(axis) >= _GUTTER_SEEN) for axis in (1, 0)
        )
        page[rows], page[:, columns] = True, True
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What stands on a page: its area, its rectangle, and the area of that round all that touches it."""

    area: int
    box: _Box
    around: int
    is_field: bool = False


def _fields(page: Mask, busy: Mask) -> list[Quad]:
    """Return what stands on the page and is large, rectangular and drawn on, the largest first."""
    height, width = page.shape
    parts = _parts(page, busy)
    fields = [part for part in parts if part.is_field]
    if not 0 < len(fields) <= _MOST_FIELDS:
        return []
    large = [part for part in parts if part.area >= _LEAST_OF_LARGEST * fields[0].area]
    if len(fields) >= _FIELDS_OF_A_PAGE:
        # Beside others, a design whose rim has the page's color is known by the space that it takes.
        fields += [
            part
            for part in large
            if not part.is_field
            and part.area >= _HALF_FILLED * _area(part.box)
            and not any(_overlap(part.box, other.box) for other in large if other is not part)
        ]
    if any(part not in fields and part.area > _MOST_BESIDE * fields[0].area for part in parts):
        return []
    kept = sorted((part for part in fields if part in large), key=lambda part: -_area(part.box))
    if len(kept) == 1 and not _stands_alone(kept[0], page):
        return []
    quads = []
    for left, top, right, bottom in (part.box for part in kept):
        x0, x1 = _inset(left, right - 1, width)
        y0, y1 = _inset(top, bottom - 1, height)
        quads.append(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    return quads


def _parts(page: Mask, busy: Mask) -> list[_Part]:
    """Return what stands on the page and is thicker than a letter, the largest first."""
    rest = cv2.morphologyEx((~page).astype(np.uint8), cv2.MORPH_OPEN, np.ones((_THIN_PX, _THIN_PX), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=4)
    parts = []
    for number in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[number])
        if wide * high < _LEAST_FIELD * page.size:
            parts.append(_Part(area=area, box=(x, y, x + wide, y + high), around=wide * high))
            continue
        box = _trimmed(labels, number, (x, y, x + wide, y + high))
        left, top, right, bottom = box
        within = int((labels[top:bottom, left:right] == number).sum())
        is_field = (
            _area(box) >= _LEAST_FIELD * page.size
            and within >= _FILLED * _area(box)
            and area - within <= _MOST_TRIMMED * _area(box)
            and float(busy[top:bottom, left:right].mean()) >= _LEAST_BUSY
        )
        parts.append(
            _Part(area=within, box=box, around=wide * high, is_field=True)
            if is_field
            else _Part(area=area, box=(x, y, x + wide, y + high), around=wide * high)
        )
    return sorted(parts, key=lambda part: -part.area)


def _stands_alone(field: _Part, page: Mask) -> bool:
    """Tell whether a field may be the only one of a page: large, and a rectangle to its last corner."""
    return field.area >= max(_LEAST_ALONE * page.size, _FILLED * field.around)


def _area(box: _Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _overlap(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _trimmed(labels: npt.NDArray[Any], number: int, box: _Box) -> _Box:
    """Move the sides of the box round an area inwards until the area stands along all of each side."""
    left, top, right, bottom = box
    while True:
        part = labels[top:bottom, left:right] == number
        if min(part.shape) < _THIN_PX:
            return left, top, right, bottom
        shares = (part[:, 0].mean(), part[0].mean(), part[:, -1].mean(), part[-1].mean())
        weakest = int(np.argmin(shares))
        if shares[weakest] >= _SIDE_SHARE:
            return left, top, right, bottom
        left, top = left + (weakest == 0), top + (weakest == 1)
        right, bottom = right - (weakest == 2), bottom - (weakest == 3)


def _is_collage(page: Mask, fields: list[Quad]) -> bool:
    """Tell whether several fields and thin gutters between them take up the picture."""
    area = sum(float(np.prod(np.ptp(quad, axis=0) + 1)) for quad in fields)
    return len(fields) > 1 and area + page.sum() >= _LEAST_COLLAGE * page.size


def _inset(first: int, last: int, side_px: int) -> tuple[float, float]:
    """Move two opposite sides off the page, but for those at the picture's rim, where there is none."""
    return (
        first + _INSET_PX * (first > _RIM_PX),
        last - _INSET_PX * (last < side_px - 1 - _RIM_PX),
    )
