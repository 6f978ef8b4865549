"""Curls: places where an edge winds round a point for a turn or more without bending back.

A ring, an oval or a dot returns to where it began; a chevron, a lozenge or a scale bends back at the next
corner. Only a spiral continues. The thresholds are set by hand; nothing is trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Floats

_FINER: Final = 2
"""Lines one pixel apart are told apart in a picture twice as large."""
_LEVELS: Final = (-0.5, 0.5)
"""Edges are followed on both sides of the mean, where lines that touch on one side are still two."""
_SHORTEST: Final = 72
"""Length of an edge on both sides of the least line that can curl, in pixels of the larger picture."""
_STEP: Final = 2
_SMOOTH_EDGE: Final = 1.5
_SMOOTH_BEND: Final = 3.0
_LEAST_TURNS: Final = 0.9
_LEAST_GROWTH: Final = 2.0
_LEAST_STEADY: Final = 0.82
"""Correlation of radius with angle; that of a run round an irregular patch is lower."""
_LARGEST_RADIUS_PX: Final = 35.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curls:
    """Curls of a drawing, most turns first.

    Parameters
    ----------
    xy : ndarray, float32, shape (N, 2), pixels of the drawing
    radius_px : ndarray, float32, shape (N,), pixels of the drawing
    turns : ndarray, float32, shape (N,)
        How often the edge winds round, range 0.9 and more.
    """

    xy: Floats = field(repr=False)
    radius_px: Floats = field(repr=False)
    turns: Floats = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Edges:
    """Closed edges end to end, each gone round twice: places, bends between them, and whose they are."""

    xy: Floats
    bend: Floats
    owner: npt.NDArray[np.intp]
    length: npt.NDArray[np.intp]


def find_curls(values: Floats) -> Curls:
    """Find curls.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W)
        Of a ``Drawing``.

    Examples
    --------
    >>> def drawn(turns: float) -> Floats:
    ...     angle = np.linspace(0, 2 * np.pi * turns, 60)
    ...     line = 48 + np.linspace(20, 6, 60)[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    ...     paper = np.full((96, 96), -1, np.float32)
    ...     return cv2.polylines(paper, [np.rint(line).astype(np.int32)], False, 2, 3)
    >>> bool(len(find_curls(drawn(1.8)).xy)), bool(len(find_curls(drawn(0.6)).xy))
    (True, False)
    """
    height, width = values.shape
    large = cv2.resize(values, (width * _FINER, height * _FINER), interpolation=cv2.INTER_LINEAR)
    windings = [winding for level in _LEVELS for winding in _windings(_edges(large > level))]
    table = np.array(sorted(windings, key=lambda winding: -winding[3]), np.float32).reshape(-1, 4)
    distinct: list[int] = []
    # A curl is found on both sides of its line, and at both levels.
    for number, (x, y, radius, _turns) in enumerate(table):
        other_x, other_y, other_radius, _ = table[distinct].T
        apart = np.hypot(other_x - x, other_y - y)
        if (apart > 0.6 * np.maximum(other_radius, radius)).all():
            distinct.append(number)
    table = table[distinct]
    return Curls(xy=table[:, :2], radius_px=table[:, 2], turns=table[:, 3])


def _edges(lighter: npt.NDArray[np.bool_]) -> _Edges | None:
    contours, _ = cv2.findContours(lighter.view(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    rings = [ring[:, 0] for ring in contours if len(ring) >= _SHORTEST]
    if not rings:
        return None
    # A run may begin anywhere, and none is longer than its edge: twice round holds every one whole.
    length = np.array([len(ring) for ring in rings], np.intp)
    every = np.concatenate([ring for ring in rings for _ in range(2)])
    owner = np.repeat(np.arange(len(rings)), 2 * length)[::_STEP]
    xy = _smooth(every.astype(np.float32) / np.float32(_FINER), _SMOOTH_EDGE)[::_STEP]
    ahead = np.diff(xy, axis=0, append=xy[-1:])
    bend = np.diff(np.arctan2(ahead[:, 1], ahead[:, 0]), prepend=0)
    bend -= 2 * np.pi * np.round(bend / (2 * np.pi))
    # Where one edge follows another, smoothing and steps run across.
    near = np.convolve(np.diff(owner, append=-1) != 0, np.ones(7), "same") > 0
    bend[near] = 0
    return _Edges(xy=xy, bend=bend.astype(np.float32), owner=owner, length=length // _STEP)


def _windings(edges: _Edges | None) -> Iterator[tuple[float, float, float, float]]:
    """Yield (x, y, radius, turns) of the runs without a bend back that wind round far enough."""
    if edges is None:
        return
    side = _smooth(edges.bend[:, None], _SMOOTH_BEND / _STEP)[:, 0] > 0
    start = np.flatnonzero((side[1:] != side[:-1]) | (edges.owner[1:] != edges.owner[:-1])) + 1
    end = np.append(start[1:], len(side))
    end = np.minimum(end, start + edges.length[edges.owner[start]])
    bend, turned = np.abs(edges.bend) + 1e-6, _sums(edges.bend[:, None])[:, 0]
    far = np.abs(turned[end] - turned[start]) >= 2 * np.pi * _LEAST_TURNS
    start, end = start[far], end[far]
    # Round the point where a run bends most, a spiral comes nearer; a ring and an oval do not.
    moments = _sums(np.column_stack([bend, bend[:, None] * edges.xy]))
    weight, *sums = (moments[end] - moments[start]).T
    centre = np.stack(sums, 1) / weight[:, None]
    margin = (end - start) // 12
    ends = [np.hypot(*(edges.xy[at] - centre).T) for at in (start + margin, end - margin - 1)]
    outer, inner = np.maximum(*ends), np.minimum(*ends)
    likely = (outer >= 0.75 * _LEAST_GROWTH * inner) & (outer <= _LARGEST_RADIUS_PX)
    for number in np.flatnonzero(likely).tolist():
        winding = _winding(edges.xy[start[number] : end[number]], centre[number])
        if winding:
            yield winding


def _winding(run: Floats, centre: npt.NDArray[np.float64]) -> tuple[float, float, float, float] | None:
    """Measure a run round its centre; None if it turns too little or its radius does not follow its angle."""
    arm = (run - centre) @ np.array([1, 1j])
    angle, reach = np.unwrap(np.angle(arm)), np.abs(arm)
    turns, radius = float(angle[-1] - angle[0]) / (2 * np.pi), float(reach.max())
    few = max(2, len(reach) // 6)
    inner, outer = sorted((reach[:few].mean(), reach[-few:].mean()))
    if abs(turns) < _LEAST_TURNS or outer < _LEAST_GROWTH * inner or radius > _LARGEST_RADIUS_PX:
        return None
    if abs(np.corrcoef(reach, angle)[0, 1]) < _LEAST_STEADY:
        return None
    return float(centre[0]), float(centre[1]), radius, abs(turns)


def _sums(rows: Floats) -> npt.NDArray[np.float64]:
    """Sums of all rows before each."""
    return np.pad(np.cumsum(rows, axis=0, dtype=np.float64), ((1, 0), (0, 0)))


def _smooth(series: Floats, sigma: float) -> Floats:
    """Soften along the first axis."""
    size = 2 * round(3 * sigma) + 1
    return np.asarray(cv2.GaussianBlur(series[None], (size, 1), sigma), np.float32).reshape(series.shape)
