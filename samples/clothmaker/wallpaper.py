"""Repeats: two translation vectors, and the symmetry operations of a wallpaper group.

A family draws its motif once; the canvas lays it down under every operation of the
group, so that the group named in the manifest holds by construction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = tuple[int, int]

# Operations of the conventional cell as (a, b, c, d, tx, ty): x' = a x + b y + tx W,
# y' = c x + d y + ty H, with the origin at the highest symmetry (x right, y down).
_E = (1, 0, 0, 1, 0.0, 0.0)
_R2 = (-1, 0, 0, -1, 0.0, 0.0)
_MX = (-1, 0, 0, 1, 0.0, 0.0)
_MY = (1, 0, 0, -1, 0.0, 0.0)
_R4 = (0, -1, 1, 0, 0.0, 0.0)
_R43 = (0, 1, -1, 0, 0.0, 0.0)
_D1 = (0, 1, 1, 0, 0.0, 0.0)
_D2 = (0, -1, -1, 0, 0.0, 0.0)
OPERATIONS: dict[str, tuple[tuple[int, int, int, int, float, float], ...]] = {
    "p1": (_E,),
    "p2": (_E, _R2),
    "pm": (_E, _MX),
    "pg": (_E, (-1, 0, 0, 1, 0.0, 0.5)),
    "cm": (_E, _MX),
    "pmm": (_E, _R2, _MX, _MY),
    "pmg": (_E, _R2, (-1, 0, 0, 1, 0.5, 0.0), (1, 0, 0, -1, 0.5, 0.0)),
    "pgg": (_E, _R2, (-1, 0, 0, 1, 0.5, 0.5), (1, 0, 0, -1, 0.5, 0.5)),
    "cmm": (_E, _R2, _MX, _MY),
    "p4": (_E, _R2, _R4, _R43),
    "p4m": (_E, _R2, _R4, _R43, _MX, _MY, _D1, _D2),
}
CENTRED = frozenset({"cm", "cmm"})

# What is left of a group once a ground with only upright mirrors (scales, say) lies under it.
UNDER_UPRIGHT_GROUND = {"p1": "p1", "p2": "p1", "p4": "p1", "pm": "pm", "pmm": "pm", "p4m": "pm", "cm": "cm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Two repeat vectors in whole pixels.

    Parameters
    ----------
    first, second : (int, int), px
        ``(x, y)`` of each vector, x to the right and y downward; not parallel.
    """

    first: Vector
    second: Vector

    def __post_init__(self) -> None:
        if self.area_px == 0:
            raise ValueError(
                f"first={self.first}, second={self.second}; expected vectors that are not parallel"
            )

    @property
    def area_px(self) -> int:
        """Area of one repeat, in square pixels."""
        return abs(self.first[0] * self.second[1] - self.first[1] * self.second[0])

    @property
    def tile_px(self) -> tuple[int, int]:
        """Width and height of the smallest upright rectangle that repeats along x and along y."""
        return (
            self.area_px // math.gcd(self.first[1], self.second[1]),
            self.area_px // math.gcd(self.first[0], self.second[0]),
        )

    def points_in_tile(self) -> NDArray[np.float64]:
        """Return the lattice points of one tile, shape (K, 2), x and y in px."""
        width, height = self.tile_px
        found = {(0, 0)}
        frontier = [(0, 0)]
        while frontier:
            x, y = frontier.pop()
            for step in (self.first, self.second):
                point = ((x + step[0]) % width, (y + step[1]) % height)
                if point not in found:
                    found.add(point)
                    frontier.append(point)
        return np.array(sorted(found), dtype=np.float64)


def rectangular(width_px: float, height_px: float | None = None, *, centred: bool = False) -> Lattice:
    """Return an upright lattice, rounded to an even number of pixels.

    Parameters
    ----------
    width_px, height_px : float, px
        The conventional cell; a missing height means a square.
    centred : bool
        Whether the middle of the cell is a lattice point as well.
    """
    width = max(8, 2 * round(width_px / 2))
    height = width if height_px is None else max(8, 2 * round(height_px / 2))
    if centred:
        return Lattice(first=(width // 2, height // 2), second=(width // 2, -height // 2))
    return Lattice(first=(width, 0), second=(0, height))


def cell_px(lattice: Lattice) -> tuple[int, int]:
    """Return width and height of the conventional cell of an upright lattice."""
    (ax, ay), (bx, by) = lattice.first, lattice.second
    return (ax + bx if ay + by == 0 else abs(ax), ay - by if ay + by == 0 and ay else abs(by))


def placements(lattice: Lattice, group: str) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return every (2 x 2 matrix, translation in px) that the group asks for within one tile."""
    width, height = lattice.tile_px if group in ("p1", "p2") else cell_px(lattice)
    moves = []
    for a, b, c, d, tx, ty in OPERATIONS[group]:
        matrix = np.array([[a, b], [c, d]], dtype=np.float64)
        moves += [(matrix, point + (tx * width, ty * height)) for point in lattice.points_in_tile()]
    return moves
