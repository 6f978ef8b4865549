"""The lattice that explains the peaks of an autocorrelation.

What counts is contrast: high correlation at the lattice points, and less half-way and a third of
the way between them. A lattice that is too wide has peaks half-way; one that is too dense has points
without a peak; stripes are high everywhere along a line. All three lower the contrast.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles, Floats, frozen
from motif.features.autocorrelation import LEAST_PERIOD_PX, PeakMap
from motif.features.bravais import reduced, reduced_all, sublattices

_MEASURED: Final = 8
"""Candidates that are measured over all their points."""

_ABOUT_AS_GOOD: Final = 0.65
"""A lattice explains about as much as the best if it has this share of its support."""

_CLEARLY_DENSER: Final = 0.75
"""A lattice is clearly denser if its cell has at most this share of the other's area."""

_ALTERNATES: Final = {2: 0.09, 3: 0.25}
"""Ornaments count as alternating where every second, or two of three, correlate less by this
share; repeats of one hand-drawn ornament differ by less. Set by looking at cloths."""

_RIDGE: Final = 0.8
"""Stripes correlate with themselves at least so well along their whole length."""

_BORDER: Final = 0.75
_BORDER_SEEN_TWICE: Final = 0.55
"""Steps across that correlate less than this share of a step along may be chance, as bands of one border
look somewhat alike; the less so if two such steps fit. Set on generated borders and on cloths, whose rows
stay above 0.65."""


def find_lattice(correlation: Floats) -> tuple[Lattice, Lattice]:
    """Find the best lattice of two vectors and the best of one.

    Parameters
    ----------
    correlation : ndarray, float32, shape (1 + 2 My, 1 + 2 Mx)

    Returns
    -------
    planar, linear : Lattice
        With two vectors, and with one; ``NO_LATTICE`` where there is no candidate at all.

    References
    ----------
    .. [1] Lin, Wang, Yang (1997). Extracting periodicity of a regular texture based on autocorrelation
       functions. Pattern Recognition Letters 18(5).
    .. [2] Liu, Collins, Tsin (2004). A computational model for periodic pattern perception based on
       frieze and wallpaper groups. IEEE TPAMI 26(3).

    Examples
    --------
    >>> import cv2
    >>> from motif.features.autocorrelation import autocorrelation
    >>> spots = np.zeros((120, 150), np.float32)
    >>> spots[5::24, 7::30] = 1
    >>> planar, _ = find_lattice(autocorrelation(cv2.GaussianBlur(spots, (0, 0), 2)))
    >>> np.abs(planar.vectors).round().tolist()
    [[0.0, 24.0], [30.0, 0.0]]
    """
    peaks_map = PeakMap(correlation)
    peaks = peaks_map.peaks()
    stripes = _stripe_direction(peaks_map)
    planar, linear = _best_planar(peaks_map, peaks), _best_linear(peaks_map, peaks, stripes)
    if stripes is not None and len(linear.vectors):
        return NO_LATTICE, linear
    if len(planar.vectors) == 2:
        a, b = planar.vectors
        for along, across in ((a, b), (b, a), (a + b, a), (a - b, a)):
            if _only_along(peaks_map, along, across):
                row = _widened(peaks_map, measured(peaks_map, refined(peaks_map, along[None])))
                return NO_LATTICE, max(linear, row, key=support)
        if len(linear.vectors) and _misses(planar, linear):
            return NO_LATTICE, linear
    return planar, linear


def _misses(planar: Lattice, linear: Lattice) -> bool:
    """Tell whether a lattice rests on chance peaks: the best single vector is no step of it."""
    steps = linear.vectors @ np.linalg.inv(planar.vectors)
    is_no_step = np.abs(steps - np.rint(steps)).max() > 0.2
    return bool(is_no_step and planar.correlation < _BORDER * linear.correlation)


def _only_along(peaks_map: PeakMap, along: Doubles, across: Doubles) -> bool:
    """Tell a border from a field: steps across correlate far less than steps along.

    Where a step along runs across as well, the best of its neighbours counts.
    """
    period_px = float(min(np.hypot(*along), np.hypot(*across)))
    line = np.arange(1, 4)[:, None] * along
    line = line[peaks_map.inside(line)]
    row = across + np.arange(-3, 4)[:, None] * along
    row = row[peaks_map.inside(row)]
    if not len(line) or not len(row):
        return False
    second = 2 * across - np.rint(2 * (across @ along) / (along @ along)) * along
    least = _BORDER_SEEN_TWICE if peaks_map.inside(second) else _BORDER
    levels = [float(peaks_map.eased(points, period_px).mean()) for points in (line, row)]
    return levels[1] < least * levels[0]


def _best_planar(peaks_map: PeakMap, peaks: Doubles) -> Lattice:
    """Find the best lattice of two vectors."""
    bases = _candidate_bases(peaks)
    if not len(bases):
        return NO_LATTICE
    contrast, level = _quick_contrast(peaks_map, bases)
    area = np.abs(np.linalg.det(bases))
    # Of candidates that explain alike, the denser: the wider one is its multiple.
    value = worth(contrast, level) * area**-0.08
    order = _different(bases, np.argsort(-value, kind="stable"))[:_MEASURED]
    best = _densest([measured(peaks_map, refined(peaks_map, bases[k], points=40)) for k in order]).vectors
    return _widened(peaks_map, measured(peaks_map, refined(peaks_map, best))) if len(best) else NO_LATTICE


def _different(bases: Doubles, order: npt.NDArray[np.intp]) -> list[int]:
    """Leave out, in order, bases that describe nearly the same lattice as an earlier one."""
    lengths = np.sort(np.hypot(bases[..., 0], bases[..., 1]), axis=1)
    keys = np.rint(np.concatenate([lengths / 3, np.abs(np.linalg.det(bases))[:, None] ** 0.5 / 3], 1))
    seen: dict[tuple[float, ...], int] = {}
    for number in order[: 6 * _MEASURED].tolist():
        seen.setdefault(tuple(keys[number].tolist()), number)
    return list(seen.values())


def _densest(lattices: list[Lattice]) -> Lattice:
    """Return the densest of the lattices that explain about as much as the best; others are its multiples."""
    best = max(lattices, key=support)
    least, size = _ABOUT_AS_GOOD * support(best), _CLEARLY_DENSER * _size(best.vectors)
    denser = [lattice for lattice in lattices if support(lattice) >= least and _size(lattice.vectors) <= size]
    return min(denser, key=lambda lattice: _size(lattice.vectors), default=best)


def _size(vectors: Doubles) -> float:
    return abs(float(np.linalg.det(vectors))) if len(vectors) == 2 else float(np.hypot(*vectors.T).prod())


def _candidate_bases(peaks: Doubles) -> Doubles:
    """Return reduced bases of pairs of peaks, without repetition, shape (N, 2, 2)."""
    first, second = np.triu_indices(len(peaks), 1)
    pairs = np.stack([peaks[first], peaks[second]], 1)
    if not len(pairs):
        return np.zeros((0, 2, 2))
    lengths = np.hypot(pairs[..., 0], pairs[..., 1])
    sines = np.abs(np.linalg.det(pairs)) / (lengths[:, 0] * lengths[:, 1])
    bases = reduced_all(pairs[sines > 0.05])
    bases = bases[np.hypot(bases[:, 0, 0], bases[:, 0, 1]) >= LEAST_PERIOD_PX]
    _, unique = np.unique(np.rint(bases / 2).reshape(-1, 4), axis=0, return_index=True)
    return np.asarray(bases[np.sort(unique)])


def _quick_contrast(peaks_map: PeakMap, bases: Doubles) -> tuple[Doubles, Doubles]:
    """Return contrast and correlation of many bases, over the points up to two steps away."""
    steps = np.array([(i, j) for i in range(-2, 3) for j in range(3) if j > 0 or i > 0], np.float64)
    points = np.einsum("sk,nkc->nsc", steps, bases)
    inside = peaks_map.inside(points)
    levels = np.where(inside, peaks_map.level(points, 3), 0).sum(1) / np.maximum(inside.sum(1), 1)
    between = np.concatenate([[[0, 0]], steps[:6]])[:, None] + BETWEEN_2
    places = np.einsum("stk,nkc->nstc", between, bases)
    within = peaks_map.inside(places)
    middles = np.where(within, peaks_map.level(places, 1), 0).sum(1) / np.maximum(within.sum(1), 1)
    enough, share = inside.sum(1) >= 3, inside.sum(1) / (inside.sum(1) + 4.0)
    return np.where(enough, (levels - middles.max(1)) * share, -1.0), np.where(enough, levels, 0.0)


def _widened(peaks_map: PeakMap, lattice: Lattice) -> Lattice:
    """Widen the lattice while some of its points are clearly worse: ornaments that alternate."""
    for _ in range(3 if len(lattice.vectors) else 0):
        shortfalls = [
            (_alternation(peaks_map, lattice, form), form) for form in _wider_forms(len(lattice.vectors))
        ]
        shortfall, form = max(shortfalls, key=lambda pair: pair[0])
        if shortfall <= 0:
            return lattice
        wide = measured(peaks_map, refined(peaks_map, form @ lattice.vectors))
        if len(wide.vectors) != len(lattice.vectors) or not peaks_map.inside(wide.vectors).all():
            return lattice
        # Its own contrast is small, since the dense points lie between; that of the dense one supports it.
        lattice = replace(wide, contrast=max(wide.contrast, lattice.contrast))
    return lattice


@cache
def _wider_forms(vectors: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Sublattices of index 2 and 3, as whole-number matrices on one or two vectors."""
    if vectors == 1:
        return np.array([[2]], np.int64), np.array([[3]], np.int64)
    return sublattices(2) + sublattices(3)


def _alternation(peaks_map: PeakMap, lattice: Lattice, form: npt.NDArray[np.int64]) -> float:
    """Return by how much the points outside a sublattice fall short, less what chance allows."""
    index = round(abs(float(np.linalg.det(form))))
    steps = lattice_steps(lattice.vectors, peaks_map, 60)
    coordinates = steps @ np.linalg.inv(form)
    member = np.abs(coordinates - np.rint(coordinates)).max(1) < 1e-6
    if len(steps) < 6 * (index - 1) or member.sum() < 3 or (~member).sum() < 3:
        return -1.0
    points = steps @ lattice.vectors
    levels = peaks_map.eased(points, float(np.hypot(*lattice.vectors.T).min()))
    weight = np.sqrt(peaks_map.weight(points))[:, None]
    terms = np.stack([np.ones(len(steps)), np.hypot(*points.T), ~member], 1) * weight
    fitted, *_ = np.linalg.lstsq(terms, levels * weight[:, 0], rcond=None)
    rest = levels * weight[:, 0] - terms @ fitted
    spread = float(rest @ rest) / max(len(steps) - 3, 1)
    error = float(np.sqrt(spread * np.linalg.pinv(terms.T @ terms)[2, 2]))
    typical = float(np.average(levels[member], weights=weight[member, 0]))
    return -float(fitted[2]) - max(3 * error, _ALTERNATES[index] * max(typical, 0.05))


def _best_linear(peaks_map: PeakMap, peaks: Doubles, stripes: Doubles | None) -> Lattice:
    """Find the best lattice of one vector, straight across the stripes where there are any."""
    across = np.eye(2) if stripes is None else np.eye(2) - np.outer(stripes, stripes)
    if stripes is None:
        likely = _likely_steps(peaks_map, peaks)
    else:
        tops = _steps_across_stripes(peaks_map, stripes)
        likely = np.array([refined(peaks_map, top[None], points=40)[0] for top in tops]).reshape(-1, 2)
    likely = likely @ across
    likely = likely[np.hypot(*likely.T) >= LEAST_PERIOD_PX]
    lattices = [measured(peaks_map, step[None]) for step in likely]
    lattices = [lattice for lattice in lattices if lattice.points >= 2 and lattice.contrast > 0]
    if not lattices:
        return NO_LATTICE
    vectors = refined(peaks_map, _densest(lattices).vectors) @ across
    lattice = _widened(peaks_map, measured(peaks_map, vectors))
    return replace(lattice, vectors=lattice.vectors @ across)


def _likely_steps(peaks_map: PeakMap, peaks: Doubles) -> Doubles:
    """Return peaks with less correlation half-way and a third of the way, the best first."""
    level = peaks_map.level(peaks)
    between = np.maximum(peaks_map.level(peaks / 2), peaks_map.level(peaks / 3))
    return peaks[np.argsort(-worth(level - between, level), kind="stable")[:_MEASURED]]


def _stripe_direction(peaks_map: PeakMap) -> Doubles | None:
    """Return the direction along stripes, shape (2,), or None without them.

    Stripes correlate with themselves along whole lines, on which peaks stand by chance: what repeats is the
    shift straight across.
    """
    angles_rad = np.deg2rad(np.arange(0, 180, 0.25))
    directions = np.stack([np.cos(angles_rad), np.sin(angles_rad)], axis=1)
    reach_px = np.linspace(LEAST_PERIOD_PX, 0.7 * float(peaks_map.middle.min()), 40)
    shifts = reach_px[:, None, None] * directions
    if peaks_map.level(shifts).min(axis=0).max() < _RIDGE:
        return None
    return np.asarray(directions[np.argmax(peaks_map.exact(shifts).mean(axis=0))])


def _steps_across_stripes(peaks_map: PeakMap, along: Doubles) -> Doubles:
    """Return the shifts straight across, at most half-way to the border, of highest correlation: (N, 2)."""
    normal = np.array([-along[1], along[0]])
    lengths_px = np.arange(LEAST_PERIOD_PX - 2, float(np.hypot(*peaks_map.middle)), dtype=np.float64)
    shifts = lengths_px[:, None] * normal
    shifts = shifts[peaks_map.inside(2 * shifts)]
    if not len(shifts):
        return np.zeros((0, 2))
    levels = peaks_map.exact(shifts)[:, None]
    highest = levels >= np.asarray(cv2.dilate(levels, np.ones((5, 1))))
    return np.asarray(shifts[highest[:, 0]])


_MANY: Final = {0: 1, 1: 4, 2: 20}
"""By number of vectors, how many points support a lattice half as well as infinitely many: set on soft
noise, in which no lattice may be found, and on cloths."""

BETWEEN_2: Final = np.array([[3, 0], [0, 3], [3, 3], [2, 0], [0, 2], [2, 2], [2, -2]]) / 6
_BETWEEN_1: Final = np.array([[0.5], [1 / 3]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Vectors that carry a picture onto itself, and the evidence for them.

    Parameters
    ----------
    vectors : ndarray, float64, shape (k, 2), rows (x, y), pixels; k = 2, 1 or 0
    correlation : float, range -1..1
        Mean autocorrelation at the lattice points within reach.
    contrast : float, range -2..2
        The same, less the mean correlation between the points where that is highest.
    points : int
        Lattice points within reach, each pair of opposite ones counted once.
    """

    vectors: Doubles
    correlation: float
    contrast: float
    points: int


NO_LATTICE: Final = Lattice(vectors=np.zeros((0, 2)), correlation=0.0, contrast=0.0, points=0)


def support(lattice: Lattice) -> float:
    """Return how strongly the peaks support a lattice: contrast times correlation, less where points are few.

    Among many shifts a few correlate by chance, and any three of them make a lattice.

    Parameters
    ----------
    lattice : Lattice

    Returns
    -------
    float, range 0..2
    """
    share = lattice.points / (lattice.points + _MANY[len(lattice.vectors)])
    return float(worth(lattice.contrast, lattice.correlation)) * share


def worth(contrast: npt.ArrayLike, level: npt.ArrayLike) -> Doubles:
    """Multiply contrast by correlation: a lattice that misses the highest peaks is not the right one.

    Parameters
    ----------
    contrast, level : float or ndarray of one shape
        As ``contrast`` and ``correlation`` of ``Lattice``; below 0 they count as 0.

    Returns
    -------
    ndarray, float64, same shape, range 0..2
    """
    return np.asarray(np.maximum(contrast, 0) * np.maximum(level, 0), np.float64)


def lattice_steps(basis: Doubles, peaks_map: PeakMap, most: int = 400) -> Doubles:
    """List the whole-number steps whose points lie on the map, nearest first, one of each opposite pair.

    Parameters
    ----------
    basis : ndarray, float64, shape (k, 2), rows (x, y), pixels; k = 1 or 2
    peaks_map : PeakMap
    most : int
        Steps returned at most.

    Returns
    -------
    ndarray, float64, shape (N, k)
        ``steps @ basis`` are the points.
    """
    reach = float(np.hypot(*peaks_map.middle))
    if len(basis) == 1:
        steps = np.arange(1, int(reach / np.hypot(*basis[0])) + 1, dtype=np.float64)[:, None]
    else:
        spread = np.minimum(np.abs(np.linalg.inv(basis)).sum(0) * reach, min(most, 24)).astype(int) + 1
        steps = _half_plane(*spread.tolist())
    points = steps @ basis
    within = peaks_map.inside(points)
    return steps[within][np.argsort(np.hypot(*points[within].T), kind="stable")[:most]]


@lru_cache(maxsize=64)
def _half_plane(reach_i: int, reach_j: int) -> Doubles:
    """Whole-number steps (i, j), one of each pair of opposite ones."""
    steps = np.indices((2 * reach_i + 1, reach_j + 1), np.float64).reshape(2, -1).T - [reach_i, 0]
    return frozen(steps[(steps[:, 1] > 0) | (steps[:, 0] > 0)])


def refined(peaks_map: PeakMap, basis: Doubles, *, points: int = 160) -> Doubles:
    """Fit the vectors to the peaks near their points, first the near points and then ever more.

    Parameters
    ----------
    peaks_map : PeakMap
    basis : ndarray, float64, shape (k, 2), rows (x, y), pixels; k = 1 or 2
    points : int
        Points used in the last round at most.

    Returns
    -------
    ndarray, float64, shape (k, 2)
    """
    for count, reach_px in ((4, 3), (12, 3), (40, 2), (160, 2)):
        if count > points:
            return basis
        steps = lattice_steps(basis, peaks_map, count)
        if len(steps) < len(basis):
            return basis
        tops = peaks_map.climbed(steps @ basis, reach_px)
        weight = np.clip(peaks_map.level(tops, 1), 0.01, 1)[:, None]
        fitted, _, rank, _ = np.linalg.lstsq(steps * weight, tops * weight, rcond=None)
        if rank < len(basis) or np.hypot(*fitted.T).min() < LEAST_PERIOD_PX:
            return basis
        basis = np.asarray(fitted, np.float64)
    return basis


def measured(peaks_map: PeakMap, basis: Doubles) -> Lattice:
    """Measure correlation and contrast over all points within reach, near ones counting more.

    Parameters
    ----------
    peaks_map : PeakMap
    basis : ndarray, float64, shape (k, 2), rows (x, y), pixels; k = 1 or 2

    Returns
    -------
    Lattice
        ``NO_LATTICE`` where too few points lie on the map.
    """
    if len(basis) == 2:
        basis = reduced(basis)
    steps = lattice_steps(basis, peaks_map, 60)
    if len(steps) < len(basis) or np.linalg.matrix_rank(steps) < len(basis):
        return NO_LATTICE
    period_px = float(np.hypot(*basis.T).min())
    points = steps @ basis
    level = float(np.average(peaks_map.eased(points, period_px), weights=peaks_map.weight(points)))
    between = BETWEEN_2 if len(basis) == 2 else _BETWEEN_1
    start = np.concatenate([np.zeros((1, len(basis))), steps[:20]])
    places = (start[:, None] + between) @ basis
    weights = np.where(peaks_map.inside(places), peaks_map.weight(places), 1e-9)
    middles = (peaks_map.eased(places, period_px) * weights).sum(0) / weights.sum(0)
    return Lattice(vectors=basis, correlation=level, contrast=level - float(middles.max()), points=len(steps))
