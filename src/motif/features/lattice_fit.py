"""A lattice, fitted to an autocorrelation and measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from motif.arrays import frozen
from motif.features.peaks import LEAST_PERIOD_PX, Doubles, PeakMap
from motif.geometry import reduced

_MANY: Final = {0: 1, 1: 4, 2: 20}
"""Points that bear out a lattice of so many vectors half as well as endless ones: set by looking at soft
noise, of which no lattice may come out, and at cloths."""

BETWEEN_2: Final = np.array(
    [[0.5, 0], [0, 0.5], [0.5, 0.5], [1 / 3, 0], [0, 1 / 3], [1 / 3, 1 / 3], [1 / 3, -1 / 3]]
)
_BETWEEN_1: Final = np.array([[0.5], [1 / 3]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Vectors that carry a picture onto itself, and what speaks for them.

    Parameters
    ----------
    vectors : ndarray, float64, shape (k, 2), rows (x, y), pixels; k = 2, 1 or 0
    correlation : float, range -1..1
        Mean autocorrelation at the lattice points within reach.
    contrast : float, range -2..2
        That, less the mean correlation between the points where it is highest.
    points : int
        Lattice points within reach, each pair of opposite ones counted once.
    """

    vectors: Doubles
    correlation: float
    contrast: float
    points: int


NO_LATTICE: Final = Lattice(vectors=np.zeros((0, 2)), correlation=0.0, contrast=0.0, points=0)


def borne_out(lattice: Lattice) -> float:
    """Contrast times correlation; the fewer points bear it out, the less it is worth.

    Among many shifts a few correlate by chance, and any three of them make a lattice.
    """
    share = lattice.points / (lattice.points + _MANY[len(lattice.vectors)])
    return float(worth(lattice.contrast, lattice.correlation)) * share


def worth(contrast: npt.ArrayLike, level: npt.ArrayLike) -> Doubles:
    """Weigh contrast with the level reached: a lattice that misses the highest peaks is not the one."""
    return np.asarray(np.maximum(contrast, 0) * np.maximum(level, 0), np.float64)


def lattice_steps(basis: Doubles, peaks_map: PeakMap, most: int = 400) -> Doubles:
    """Return integer steps of one half-plane whose points lie on the map, nearest first, shape (N, k)."""
    reach = float(np.hypot(*peaks_map.middle))
    if len(basis) == 1:
        steps = np.arange(1, int(reach / np.hypot(*basis[0])) + 1, dtype=np.float64)[:, None]
    else:
        spread = np.minimum(np.abs(np.linalg.inv(basis)).sum(0) * reach, min(most, 24)).astype(int) + 1
        steps = _half_plane(*spread.tolist())
    points = steps @ basis
    within = peaks_map.inside(points)
    steps, points = steps[within], points[within]
    return steps[np.argsort(np.hypot(points[:, 0], points[:, 1]), kind="stable")[:most]]


@lru_cache(maxsize=64)
def _half_plane(reach_i: int, reach_j: int) -> Doubles:
    """Whole-number steps (i, j), one of each pair of opposite ones."""
    i, j = np.meshgrid(np.arange(-reach_i, reach_i + 1), np.arange(0, reach_j + 1), indexing="ij")
    steps = np.stack([i.ravel(), j.ravel()], 1).astype(np.float64)
    return frozen(steps[(steps[:, 1] > 0) | (steps[:, 0] > 0)])


def refined(peaks_map: PeakMap, basis: Doubles, *, points: int = 160) -> Doubles:
    """Fit the vectors to the peaks near their points, first the near points and then ever more."""
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
    """Measure correlation and contrast over all points within reach, near ones counting more."""
    if len(basis) == 2:
        basis = reduced(basis)
    steps = lattice_steps(basis, peaks_map, 60)
    if np.linalg.matrix_rank(steps) < len(basis):
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
