"""Rows that run aslant: a lattice in whole pixels, and coordinates along and across a row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clothmaker.curves import Points, Rng
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import Lattice

_SLOPES = ((1, 1), (1, 1), (4, 3), (3, 4), (2, 1), (3, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slant:
    """A lattice whose first vector runs along the rows."""

    lattice: Lattice

    @property
    def period_px(self) -> float:
        """Length of the repeat along a row."""
        return math.hypot(*self.lattice.first)

    @property
    def across_px(self) -> float:
        """Distance from one row to the next."""
        return self.lattice.area_px / self.period_px

    @property
    def angle_deg(self) -> float:
        """Direction of the rows, from x towards y."""
        return math.degrees(math.atan2(self.lattice.first[1], self.lattice.first[0]))

    def put(self, points: ArrayLike) -> Points:
        """Turn points (along, across) into pixels; a row lies round across = 0."""
        along = np.array(self.lattice.first, dtype=np.float64) / self.period_px
        # The second vector points to the side that counts as across.
        side = np.array([-along[1], along[0]])
        if side @ np.array(self.lattice.second) < 0:
            side = -side
        local = np.asarray(points, dtype=np.float64)
        return local[..., :1] * along + local[..., 1:] * side


def choose_slant(rng: Rng, sheet: Sheet, *, period: float, across: float) -> Slant:
    """Return a slant near the wished ``period`` and ``across``, in units of the sheet."""
    run, rise = _SLOPES[rng.integers(len(_SLOPES))]
    length = math.hypot(run, rise)
    # The second vector is horizontal and shares factors with the first: the tile stays small.
    halves = max(2, round(across * length**2 / (rise * run * period / 2)))
    unit = max(2, 2 * round(sheet.px(period) / length / 2))
    down = 1 if rng.random() < 0.25 else -1
    lattice = Lattice(first=(run * unit, down * rise * unit), second=(halves * run * unit // 2, 0))
    return Slant(lattice=lattice)
