"""The seventeen wallpaper groups: their operations, in whichever basis a lattice was found.

Operations are those of the International Tables, in the conventional cell; a group that a lattice's
lengths and angles allow is brought into the found basis in every orientation in which it fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from motif.features.bravais import Basis

System = Literal["oblique", "rectangular", "centred", "square", "hexagonal"]
Linear = tuple[int, int, int, int]
"""Whole-number matrix, row by row, on column coordinates (u, v) along the lattice vectors."""

Operation = tuple[Linear, tuple[float, float]]
"""Linear part, and translation in shares of the lattice vectors."""

_P1 = ((1, 0, 0, 1, 0, 0),)
_P2 = (*_P1, (-1, 0, 0, -1, 0, 0))
_P4 = (*_P2, (0, -1, 1, 0, 0, 0), (0, 1, -1, 0, 0, 0))
_P3 = (*_P1, (0, -1, 1, -1, 0, 0), (-1, 1, -1, 0, 0, 0))
_P6 = (*_P3, (-1, 0, 0, -1, 0, 0), (0, 1, -1, 1, 0, 0), (1, -1, 1, 0, 0, 0))
_H1 = ((0, -1, -1, 0, 0, 0), (-1, 1, 0, 1, 0, 0), (1, 0, 1, -1, 0, 0))
_H2 = ((0, 1, 1, 0, 0, 0), (1, -1, 0, -1, 0, 0), (-1, 0, -1, 1, 0, 0))
_D4 = ((-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0))

GROUPS: Final[dict[str, tuple[System, tuple[tuple[float, ...], ...]]]] = {
    "p1": ("oblique", _P1),
    "p2": ("oblique", _P2),
    "pm": ("rectangular", (*_P1, (-1, 0, 0, 1, 0, 0))),
    "pg": ("rectangular", (*_P1, (-1, 0, 0, 1, 0, 0.5))),
    "cm": ("centred", (*_P1, (-1, 0, 0, 1, 0, 0))),
    "pmm": ("rectangular", (*_P2, (-1, 0, 0, 1, 0, 0), (1, 0, 0, -1, 0, 0))),
    "pmg": ("rectangular", (*_P2, (-1, 0, 0, 1, 0.5, 0), (1, 0, 0, -1, 0.5, 0))),
    "pgg": ("rectangular", (*_P2, (-1, 0, 0, 1, 0.5, 0.5), (1, 0, 0, -1, 0.5, 0.5))),
    "cmm": ("centred", (*_P2, (-1, 0, 0, 1, 0, 0), (1, 0, 0, -1, 0, 0))),
    "p4": ("square", _P4),
    "p4m": ("square", (*_P4, *((*d, 0, 0) for d in _D4))),
    "p4g": ("square", (*_P4, *((*d, 0.5, 0.5) for d in _D4))),
    "p3": ("hexagonal", _P3),
    "p3m1": ("hexagonal", (*_P3, *_H1)),
    "p31m": ("hexagonal", (*_P3, *_H2)),
    "p6": ("hexagonal", _P6),
    "p6m": ("hexagonal", (*_P6, *_H1, *_H2)),
}
"""IUC name -> system of the cell, and (a, b, c, d, s, t): u' = a u + b v + s, v' = c u + d v + t."""

_MINIMAL_SUPERGROUPS: Final = {
    "p1": ("p2", "pm", "pg", "cm", "p3"),
    "p2": ("pmm", "pmg", "pgg", "cmm", "p4", "p6"),
    "pm": ("pmm", "pmg"),
    "pg": ("pmg", "pgg"),
    "cm": ("cmm", "p3m1", "p31m"),
    "pmm": ("p4m",),
    "pmg": (),
    "pgg": ("p4g",),
    "cmm": ("p4m", "p4g", "p6m"),
    "p4": ("p4m", "p4g"),
    "p4m": (),
    "p4g": (),
    "p3": ("p3m1", "p31m", "p6"),
    "p3m1": ("p6m",),
    "p31m": ("p6m",),
    "p6": ("p6m",),
    "p6m": (),
}

_COSINE_TOLERANCE: Final = 0.10
_LENGTH_TOLERANCE: Final = 0.10
"""How far a cell may be from the shape of its system: cosine of its angle, and half the logarithm of the
ratio of its squared lengths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A wallpaper group in a found basis, in one orientation.

    Parameters
    ----------
    group : str, IUC name
    operations : tuple of Operation
        In shares of the found lattice vectors; the identity left out.
    """

    group: str
    operations: tuple[Operation, ...]


@cache
def supergroups(group: str) -> frozenset[str]:
    """Return the groups that have every operation of this one and more, on the same lattice.

    Parameters
    ----------
    group : str, IUC name

    Returns
    -------
    frozenset of str

    References
    ----------
    .. [1] International Tables for Crystallography A1 (2010), translationengleiche subgroups.

    Examples
    --------
    >>> sorted(supergroups("p4")), sorted(supergroups("pm"))
    (['p4g', 'p4m'], ['p4m', 'pmg', 'pmm'])
    """
    above = _MINIMAL_SUPERGROUPS[group]
    return frozenset(above).union(*map(supergroups, above))


def settings(basis: Basis) -> tuple[Setting, ...]:
    """List every group that a lattice's lengths and angles allow, in every orientation.

    Parameters
    ----------
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels, reduced

    Returns
    -------
    tuple of Setting

    Examples
    --------
    >>> sorted({setting.group for setting in settings(np.array([[40.0, 0.0], [0.0, 60.0]]))})
    ['p1', 'p2', 'pg', 'pgg', 'pm', 'pmg', 'pmm']
    """
    gram = basis @ basis.T
    fitting = {
        system: [cell for cell in _cells(system) if _fits(system, cell.T @ gram @ cell)]
        for system in get_args(System)
    }
    distinct: dict[tuple[str, frozenset[Operation]], Setting] = {}
    for group, (system, table) in GROUPS.items():
        for cell in fitting[system]:
            operations = _in_basis(table, cell)
            distinct.setdefault((group, frozenset(operations)), Setting(group=group, operations=operations))
    return tuple(distinct.values())


@cache
def _cells(system: System) -> tuple[npt.NDArray[np.int64], ...]:
    """Conventional cells as columns in the found basis; two that differ in signs only are one."""
    if system == "oblique":
        return (np.eye(2, dtype=np.int64),)
    limit, volume = (2, 2) if system == "centred" else (1, 1)
    cells = []
    for a, b, c, d in product(range(-limit, limit + 1), repeat=4):
        turned = (a, c) < (0, 0) or ((b, d) < (0, 0) and system != "hexagonal")
        uncentred = system == "centred" and ((a + b) % 2 or (c + d) % 2)
        if abs(a * d - b * c) == volume and not turned and not uncentred:
            cells.append(np.array([[a, b], [c, d]], np.int64))
    return tuple(cells)


def _fits(system: System, gram: npt.NDArray[np.float64]) -> bool:
    cosine = float(gram[0, 1] / np.sqrt(gram[0, 0] * gram[1, 1]))
    unequal = abs(float(np.log(gram[1, 1] / gram[0, 0]))) / 2
    if system == "oblique":
        return True
    if system == "hexagonal":
        return abs(cosine + 0.5) <= _COSINE_TOLERANCE and unequal <= _LENGTH_TOLERANCE
    return abs(cosine) <= _COSINE_TOLERANCE and (system != "square" or unequal <= _LENGTH_TOLERANCE)


def _in_basis(table: tuple[tuple[float, ...], ...], cell: npt.NDArray[np.int64]) -> tuple[Operation, ...]:
    inverse = np.linalg.inv(cell)
    operations = []
    for a, b, c, d, s, t in table[1:]:
        linear = np.rint(cell @ np.array([[a, b], [c, d]]) @ inverse).astype(int)
        shift = np.round(cell @ np.array([s, t]), 6) % 1.0
        operations.append((tuple(linear.ravel().tolist()), tuple(shift.tolist())))
    return tuple(operations)
