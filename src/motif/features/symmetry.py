"""The wallpaper groups of a repeat, ranked, and the places of its rotation centres and axes.

Every operation that a group asks for is tried on the averaged repeat at every place. Two averages over
different repeats are compared, so that noise does not count as asymmetry: an agreement of 1 means "as
symmetric as the repeats are equal". A group ranks high if all its operations agree and no larger group
that contains it does: p4m comes before p4 only when the mirrors are really there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles, Floats
from motif.features.bravais import Basis
from motif.features.tile import GRID, Tile
from motif.features.wallpaper import GROUPS, Linear, Operation, Setting, settings, supergroups

AxisKind = Literal["mirror", "glide"]

_HOLDS_FROM: Final = 0.80
_HOLDS_WIDTH: Final = 0.035
"""Agreement at which an operation is as likely to be meant as not, and how sharply that turns."""

_STEP_FROM: Final = 0.92
_STEP_WIDTH: Final = 0.01
"""The same for a group's agreement over that of its best subgroup: what a true group adds costs nothing.
All four were set by hand on generated tiles of all groups, those of ``benchmarks/describe.py`` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A rotation centre: order 2, 3, 4 or 6, and its place (x, y) in pixels of the picture."""

    order: int
    at: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A mirror or glide axis: a point on it, and its direction, 0 <= angle < 180, clockwise from x."""

    kind: AxisKind
    through: tuple[float, float]
    angle_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Symmetry:
    """Groups with their scores, and the elements of the best one.

    Parameters
    ----------
    ranked : tuple of (str, float)
        Every group that was tried, best first; scores, range 0..1, sum to 1.
    agreement : tuple of (str, float)
        For the same groups in the same order: how well the worst of its operations agrees, range
        -1..1 or slightly above; 1 is as well as the repeats agree with each other.
    centres : tuple of Centre
        Of the best group, in the repeat in the middle of the picture.
    axes : tuple of Axis
    """

    ranked: tuple[tuple[str, float], ...] = ()
    agreement: tuple[tuple[str, float], ...] = ()
    centres: tuple[Centre, ...] = ()
    axes: tuple[Axis, ...] = ()

    @property
    def best(self) -> str | None:
        """Name of the best group, None where there is no repeat."""
        return self.ranked[0][0] if self.ranked else None


def find_symmetry(tile: Tile, basis: Basis) -> Symmetry:
    """Rank the wallpaper groups that the lattice allows.

    Parameters
    ----------
    tile : Tile
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels, reduced

    Returns
    -------
    Symmetry
        All groups that the lattice allows, best first, with axes and centres.

    References
    ----------
    .. [1] Liu, Collins, Tsin (2004). A computational model for periodic pattern perception based on
       frieze and wallpaper groups. IEEE TPAMI 26(3).

    Examples
    --------
    >>> from motif.features.tile import average_tile
    >>> y, x = np.mgrid[:200, :240] * 2 * np.pi / 40
    >>> checks = (np.cos(x) + 0.5 * np.cos(y) + np.cos(x) * np.cos(y)).astype(np.float32)
    >>> square = np.array([[40.0, 0.0], [0.0, 40.0]])
    >>> find_symmetry(average_tile(checks, square), square).best
    'pmm'
    """
    maps = _Agreements(tile)
    best: dict[str, tuple[float, Setting, Doubles]] = {}
    for setting in settings(basis):
        agreement, origin = maps.of(setting)
        if setting.group not in best or agreement > best[setting.group][0]:
            best[setting.group] = (agreement, setting, origin)
    agreements = {group: agreement for group, (agreement, _, _) in best.items()}
    ranked = rank(agreements)
    _, setting, origin = best[ranked[0][0]]
    centres, axes = _elements(_moved(setting, origin), basis, np.array(tile.start_px))
    return Symmetry(
        ranked=ranked,
        agreement=tuple((group, round(agreements[group], 4)) for group, _ in ranked),
        centres=centres,
        axes=axes,
    )


def rank(agreements: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Turn agreements into scores that take subgroups into account, best first.

    Parameters
    ----------
    agreements : dict of str to float
        IUC name -> agreement of the group's worst operation; p1 has none and gets 1.

    Returns
    -------
    tuple of (str, float), best first, scores summing to 1

    Examples
    --------
    >>> rank({"p1": 1.0, "p2": 0.98, "p4": 0.97, "p4m": 0.4})[0][0]
    'p4'
    """
    return score_groups(agreements, {group: supergroups(group) for group in GROUPS})


def score_groups(
    agreements: dict[str, float], above: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, float], ...]:
    """Score groups by how certain it is that their operations hold and those of larger groups do not.

    Parameters
    ----------
    agreements : dict of str to float
        As for ``rank``.
    above : mapping of str to frozenset of str
        For each group, those that have all its operations and more.

    Returns
    -------
    tuple of (str, float), best first, scores summing to 1
    """
    holds = {group: _holds(group, agreements, above) for group in agreements}
    scores = {
        group: hold * (1 - max((holds.get(larger, 0.0) for larger in above[group]), default=0.0))
        for group, hold in holds.items()
    }
    total = sum(scores.values()) + 1e-12
    order = sorted(scores, key=lambda group: (-scores[group], list(above).index(group)))
    return tuple((group, round(scores[group] / total, 6)) for group in order)


def _holds(group: str, agreements: dict[str, float], above: Mapping[str, frozenset[str]]) -> float:
    """Return how certain it is that all operations of a group hold, range 0..1."""
    if group == "p1":
        return 1.0
    agreement = agreements[group]
    below = [value for smaller, value in agreements.items() if smaller != "p1" and group in above[smaller]]
    step = agreement / max(*below, 1e-6) if below else 1.0
    return _logistic((agreement - _HOLDS_FROM) / _HOLDS_WIDTH) * _logistic((step - _STEP_FROM) / _STEP_WIDTH)


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(x, -50, 50))))


class _Agreements:
    """How well the repeat agrees with itself under each linear part, for every translation."""

    def __init__(self, tile: Tile) -> None:
        from scipy import fft

        self._spectra = fft.fft2(tile.halves)
        self._reliability = max(tile.reliability, 0.05)
        self._maps: dict[Linear, Floats] = {}
        self._origins = np.indices((GRID, GRID))[::-1].reshape(2, -1).T

    def of(self, setting: Setting) -> tuple[float, Doubles]:
        """Return the agreement at the best origin, and this origin in shares of the vectors."""
        if not setting.operations:
            return 1.0, np.zeros(2)
        levels = np.stack([self._levels(operation) for operation in setting.operations])
        joint = levels.mean(0) + levels.min(0)
        best = int(joint.argmax())
        return float(levels[:, best].min()), self._origins[best] / GRID

    def _levels(self, operation: Operation) -> Floats:
        """Agreement under one operation for each origin, shape (GRID * GRID,)."""
        linear, shift = operation
        turned = self._origins @ (np.eye(2, dtype=int) - np.reshape(linear, (2, 2))).T
        u, v = ((turned + np.rint(np.multiply(shift, GRID)).astype(int)) % GRID).T
        return np.asarray(self._map(linear)[v, u])

    def _map(self, linear: Linear) -> Floats:
        """Mean of f1(x) f2(Wx + t) and the same with the halves exchanged, for all t."""
        if linear not in self._maps:
            from scipy import fft, ndimage

            kv, ku = np.indices((GRID, GRID))
            a, b, c, d = linear
            # The spectrum of f(W^-1 x) at k is that of f at W^T k.
            pu, pv = a * ku + c * kv, b * ku + d * kv
            turned = self._spectra[:, pv % GRID, pu % GRID]
            product = np.conj(turned[0]) * self._spectra[1] + np.conj(turned[1]) * self._spectra[0]
            levels = fft.ifft2(product).real / (2 * GRID**2 * self._reliability)
            # A hand-drawn mirror may be a sample off.
            self._maps[linear] = ndimage.maximum_filter(levels, 3, mode="wrap").astype(np.float32)
        return self._maps[linear]


def _moved(setting: Setting, origin: Doubles) -> list[tuple[npt.NDArray[np.int64], Doubles]]:
    """Return the operations about ``origin``, with translations in shares of the vectors."""
    matrices = [np.reshape(linear, (2, 2)) for linear, _ in setting.operations]
    shifts = [np.array(shift) for _, shift in setting.operations]
    return [(m, shift + (np.eye(2) - m) @ origin) for m, shift in zip(matrices, shifts, strict=True)]


def _elements(
    operations: list[tuple[npt.NDArray[np.int64], Doubles]], basis: Basis, start: Doubles
) -> tuple[tuple[Centre, ...], tuple[Axis, ...]]:
    """Find the fixed points and lines of all operations, up to a whole repeat."""
    orders: dict[tuple[float, float], int] = {}
    axes: dict[tuple[AxisKind, float, float], Axis] = {}
    for (matrix, shift), step in product(operations, np.ndindex(3, 3)):
        moved = shift + np.subtract(step, 1)
        if round(float(np.linalg.det(matrix))) == 1:
            u, v = np.round(np.linalg.solve(np.eye(2) - matrix, moved), 4) % 1.0
            place = (round(float(u), 3) % 1.0, round(float(v), 3) % 1.0)
            orders[place] = max(orders.get(place, 0), _ORDER_OF_TRACE[int(np.trace(matrix))])
        else:
            _note_axis(axes, matrix, moved, basis, start)
    centres = []
    for place, order in sorted(orders.items(), key=lambda item: (-item[1], item[0])):
        x, y = np.array(place) @ basis + start
        centres.append(Centre(order=order, at=(round(float(x), 2), round(float(y), 2))))
    return tuple(centres), tuple(axes[key] for key in sorted(axes))


_ORDER_OF_TRACE: Final = {-2: 2, -1: 3, 0: 4, 1: 6}
"""Order of a rotation, by the trace of its matrix."""


def _note_axis(
    axes: dict[tuple[AxisKind, float, float], Axis],
    matrix: npt.NDArray[np.int64],
    shift: Doubles,
    basis: Basis,
    start: Doubles,
) -> None:
    """Split a reflection's translation into what moves the axis and what glides along it."""
    gliding = (matrix @ shift + shift) / 2
    fixed = (shift - gliding) / 2
    whole = np.abs(gliding - np.rint(gliding)).max() < 0.02
    if whole and np.abs(gliding).max() > 0.02:
        return  # a mirror and a whole step along it: the mirror is in the list already
    columns = (matrix + np.eye(2)).T
    along = columns[np.argmax(np.abs(columns).sum(1))] @ basis
    angle_deg = float(np.degrees(np.arctan2(along[1], along[0]))) % 180
    if angle_deg > 179.9:
        angle_deg = 0.0
    x, y = through = fixed @ basis + start
    normal = np.array([-np.sin(np.radians(angle_deg)), np.cos(np.radians(angle_deg))])
    kind: AxisKind = "mirror" if whole else "glide"
    axis = Axis(kind=kind, through=(round(float(x), 2), round(float(y), 2)), angle_deg=round(angle_deg, 2))
    axes.setdefault((kind, round(angle_deg, 1), round(float(through @ normal))), axis)
