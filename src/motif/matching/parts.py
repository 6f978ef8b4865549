"""The parts of two swatches that coincide: outlines around the places that agree, and shares of area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) in swatch pixels, in order around the outline."""

Pair = tuple[float, float, float, float]
"""A place (x, y) of the query, and the place (x', y') on the registered swatch where it lies."""

_CELL_PX: Final = 16
_LINK: Final = 3.5
"""Places belong together if they are nearer than this many times the usual distance to the nearest
neighbour. Places spread evenly over a cloth form one group from 2.4 on."""
_LINK_PX: Final = (144.0, 200.0)
"""Ornaments of one drawing lie up to a lattice vector apart. On parts of 24 drawn cloths (seeds 2100 to
2123), 144 instead of 48 px outlines 0.78 instead of 0.62 of what was taken, and no more of what was not."""
_LEAST_SHARE_OF_PLACES: Final = 0.04
_WIDENED_PX: Final = 24.0
_MASK_STEP_PX: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CoincidingParts:
    """Outlines of what coincides, and how much of each picture that is.

    Parameters
    ----------
    query, registered : tuple of polygons, swatch pixels
        One for each part, in the same order on both, the one with most places first.
    query_share, registered_share : float, range 0..1
        Share of the swatch's area inside its outlines.
    """

    query: tuple[Polygon, ...] = ()
    registered: tuple[Polygon, ...] = ()
    query_share: float = 0.0
    registered_share: float = 0.0


def whole(size_px: tuple[int, int]) -> tuple[Polygon, ...]:
    """Outline a whole swatch.

    Parameters
    ----------
    size_px : (width, height), pixels

    Returns
    -------
    tuple of polygons
        One; none where the size is (0, 0), which means that it is not known.
    """
    right, bottom = size_px[0] - 1.0, size_px[1] - 1.0
    return (((0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)),) if min(size_px) > 0 else ()


@lru_cache(maxsize=32)
def coinciding_parts(
    points: tuple[Pair, ...], query_px: tuple[int, int], registered_px: tuple[int, int]
) -> CoincidingParts:
    """Outline the places that agree: the convex hull of each group of them.

    A keypoint stands for the drawing around it, so a hull is widened by the distance between places, 24 px
    at most. Where all places lie in one line or are fewer than three, nothing is outlined.

    Parameters
    ----------
    points : tuple of (x, y, x', y'), swatch pixels
    query_px, registered_px : (width, height), pixels

    Returns
    -------
    CoincidingParts

    Examples
    --------
    >>> left = [(float(x), float(y)) for x in range(0, 101, 20) for y in range(0, 101, 20)]
    >>> right = [(x + 400, y) for x, y in left]
    >>> points = tuple((x, y, x / 2, y / 2) for x, y in left + right)
    >>> parts = coinciding_parts(points, (640, 480), (640, 480))
    >>> len(parts.query), parts.query[0][0], round(parts.query_share, 2)
    (2, (114.1, 114.1), 0.1)
    """
    rows = np.array(points, np.float64).reshape(-1, 4)
    if len(rows) < 3:
        return CoincidingParts()
    groups, apart = _groups(rows)
    hulls = list(filter(None, map(_hulls, groups))) or list(filter(None, [_hulls(rows)]))
    query, registered = [], []
    for query_hull, registered_hull in hulls:
        larger = (cv2.contourArea(registered_hull) / cv2.contourArea(query_hull)) ** 0.5
        reach_px = min(apart, _WIDENED_PX)
        query.append(_widened(query_hull, reach_px, query_px))
        registered.append(_widened(registered_hull, reach_px * larger, registered_px))
    return CoincidingParts(
        query=tuple(query),
        registered=tuple(registered),
        query_share=_share(query, query_px),
        registered_share=_share(registered, registered_px),
    )


def _groups(rows: npt.NDArray[np.float64]) -> tuple[list[npt.NDArray[np.float64]], float]:
    """Split places into groups that lie apart on the query, largest first, stray ones left out.

    Also returns how far a place usually is from the nearest other, in pixels.
    """
    numbers = np.floor(rows[:, :2] / _CELL_PX) @ (1, 4096)
    cells, first, member_of = np.unique(numbers, return_index=True, return_inverse=True)
    if len(cells) < 3:
        return [rows], 0.0
    x, y = rows[first, :2].T
    squared = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    apart = float(np.median(np.sqrt(np.partition(squared, 1, axis=1)[:, 1])))
    near = np.clip(_LINK * apart, *_LINK_PX)
    group_of = _components(squared <= near**2)[member_of.ravel()]
    counts = np.bincount(group_of)
    least = max(3.0, _LEAST_SHARE_OF_PLACES * len(rows))
    order = np.argsort(-counts, kind="stable")
    return [rows[group_of == number] for number in order if counts[number] >= least], apart


def _components(linked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Number the connected components of a symmetric matrix of links, in the order of their lowest rows.

    Cells are few, and importing SciPy's graph module takes longer than a whole check.
    """
    number_of = np.full(len(linked), -1, np.intp)
    number = 0
    for start in range(len(linked)):
        if number_of[start] >= 0:
            continue
        fresh = np.zeros(len(linked), np.bool_)
        fresh[start] = True
        while fresh.any():
            number_of[fresh] = number
            fresh = linked[fresh].any(0) & (number_of < 0)
        number += 1
    return number_of


def _hulls(rows: npt.NDArray[np.float64]) -> list[npt.NDArray[Any]] | None:
    """Return the corners of both convex hulls, shapes (K, 2), or None where one has no area."""
    hulls = [cv2.convexHull(places.astype(np.float32)) for places in (rows[:, :2], rows[:, 2:])]
    if any(len(hull) < 3 or cv2.contourArea(hull) < 1 for hull in hulls):
        return None
    return [hull.reshape(-1, 2) for hull in hulls]


def _widened(hull: npt.NDArray[Any], by_px: float, size_px: tuple[int, int]) -> Polygon:
    """Move a hull's corners away from its middle, within the swatch."""
    away = hull - hull.mean(0)
    wider = hull + away * (by_px / np.maximum(np.hypot(*away.T), 1.0))[:, None]
    if min(size_px) > 0:
        wider = np.clip(wider, 0, np.subtract(size_px, 1))
    return tuple((round(x, 1), round(y, 1)) for x, y in wider.tolist())


def _share(outlines: list[Polygon], size_px: tuple[int, int]) -> float:
    """Measure the area inside any of the outlines, over the swatch's."""
    if min(size_px) < 1:
        return 0.0
    return round(float(outlined(outlines, size_px, step_px=_MASK_STEP_PX).mean()), 4)


def outlined(
    outlines: Sequence[Polygon], size_px: tuple[int, int], *, step_px: int = 1
) -> npt.NDArray[np.bool_]:
    """Return what lies inside any of the outlines.

    Parameters
    ----------
    outlines : sequence of polygons
    size_px : (width, height), pixels
    step_px : int, pixels
        Only every so many rows and columns are looked at.

    Returns
    -------
    ndarray, bool, shape (height / step_px, width / step_px), rounded up

    Examples
    --------
    >>> int(outlined((((1, 1), (3, 1), (3, 2), (1, 2)),), (5, 4)).sum())
    6
    """
    width, height = (-(-side // step_px) for side in size_px)
    mask = np.zeros((height, width), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.rint(np.array(outline) / step_px).astype(np.int32)], 1)
    return mask.astype(bool)
