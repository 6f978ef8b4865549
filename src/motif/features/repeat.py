"""The repeat of a cloth: the shifts that carry it onto itself, their confidence, how equal its cells are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.features.autocorrelation import autocorrelation
from motif.features.bravais import LatticeClass, lattice_class, reduced
from motif.features.drawing import Drawing
from motif.features.lattice import NO_LATTICE, Lattice, find_lattice, support
from motif.features.tile import Tile, average_tile, typical_repeat

Raport = Literal["segi empat", "miring"]
Vector = tuple[float, float]
Part = tuple[slice, slice]

WHOLE: Final[Part] = (slice(None), slice(None))

_LEAST_PLANAR: Final = 0.02
_LEAST_LINEAR: Final = 0.10
"""Least support of a lattice of two vectors, and of one: set by looking at drawn splashes and noise, which
stay below, and at drawn repeats."""

_LEAST_POINTS: Final = 12
"""In the middle alone, fewer points are too easily chance."""

_UPRIGHT_DEG: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What repeats, in pixels of the original picture.

    Parameters
    ----------
    vectors_px : tuple of (x, y), pixels of the original picture
        Two shortest vectors of a field; one for a border or for stripes; none where nothing repeats.
    confidence : float, range 0..1
        That these vectors are right; without vectors, that nothing repeats.
    lattice : str or None
        ``"square"``, ``"rectangular"``, ``"centred rectangular"``, ``"hexagonal"`` or ``"oblique"``.
    raport : str or None
        In the craft's words: ``"segi empat"`` where a cell stands upright, ``"miring"`` where the rows slant.
    correlation, contrast : float, range -1..1, -2..2
        Of the lattice, as ``motif.features.lattice.Lattice``.
    cells, left_out : int
        Repeats averaged, and repeats left out as unlike the rest.
    equality : float, range -1..1
        Correlation of the averages over every other repeat.
    variation : float, >= 0
        How far single repeats are from the average, in deviations of the drawing: prints and stamps are
        alike, hand-drawn repeats are less so. Noise of the photo adds to it.
    drift_px : float, pixels of the original picture
        How far single repeats lie off the lattice.
    part : float, range 0..1
        Share of the picture's sides that this was measured on: 0.5, the middle, where the step changes
        too much towards the edges (a photo at an angle, a fold), else 1.

    Examples
    --------
    >>> Repeat().vectors_px, Repeat().lattice
    ((), None)
    """

    vectors_px: tuple[Vector, ...] = ()
    confidence: float = 0.0
    lattice: LatticeClass | None = None
    raport: Raport | None = None
    correlation: float = 0.0
    contrast: float = 0.0
    cells: int = 0
    left_out: int = 0
    equality: float = 0.0
    variation: float = 0.0
    drift_px: float = 0.0
    part: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundRepeat:
    """A repeat with what later features need: the lattice in the drawing's pixels, and the average tile.

    Parameters
    ----------
    repeat : Repeat
    lattice : Lattice
        In pixels of the drawing.
    tile : Tile or None
        None without two vectors, or where fewer than two repeats lie whole in the picture.
    within : tuple of two slices
        Rows and columns of the drawing that this was measured on.
    """

    repeat: Repeat
    lattice: Lattice
    tile: Tile | None = None
    within: Part = WHOLE


def find_repeat(drawing: Drawing) -> FoundRepeat:
    """Find the repeat of a drawing.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    FoundRepeat

    Examples
    --------
    >>> from motif.features.drawing import find_drawing
    >>> spots = np.full((200, 260, 3), 240, np.uint8)
    >>> for x in range(10, 260, 50):
    ...     for y in range(8, 200, 40):
    ...         spots[y : y + 12, x : x + 9] = spots[y : y + 5, x : x + 20] = (120, 60, 20)
    >>> repeat = find_repeat(find_drawing(spots)).repeat
    >>> [tuple(round(abs(c)) for c in vector) for vector in repeat.vectors_px]
    [(0, 40), (50, 0)]
    >>> repeat.lattice, repeat.raport, repeat.confidence > 0.9
    ('rectangular', 'segi empat', True)
    """
    planar, linear = find_lattice(autocorrelation(drawing.values))
    planar_support, linear_support = support(planar), support(linear)
    if planar_support >= _LEAST_PLANAR:
        return _field(drawing, planar, WHOLE)
    if linear_support >= _LEAST_LINEAR:
        repeat = Repeat(
            vectors_px=_in_original(linear.vectors, drawing.scale),
            confidence=_confidence(linear_support, _LEAST_LINEAR),
            raport=_raport(linear.vectors),
            correlation=round(linear.correlation, 4),
            contrast=round(linear.contrast, 4),
        )
        return FoundRepeat(repeat=repeat, lattice=linear)
    middle = _middle(drawing)
    central, _ = find_lattice(autocorrelation(drawing.values[middle]))
    if support(central) >= _LEAST_PLANAR and central.points >= _LEAST_POINTS:
        return _field(drawing, central, middle)
    planar_confidence = _confidence(planar_support, _LEAST_PLANAR)
    linear_confidence = _confidence(linear_support, _LEAST_LINEAR)
    confidence = 1 - max(planar_confidence, linear_confidence)
    return FoundRepeat(repeat=Repeat(confidence=round(confidence, 4)), lattice=NO_LATTICE)


def _middle(drawing: Drawing) -> Part:
    """Return the middle half: a step that changes from edge to edge changes half as much there."""
    height, width = drawing.values.shape
    return slice(height // 4, height - height // 4), slice(width // 4, width - width // 4)


def unit_picture(drawing: Drawing, found: FoundRepeat) -> RGB8 | None:
    """Return the picture of one repeat, averaged over all that show, in colours.

    Parameters
    ----------
    drawing : Drawing
    found : FoundRepeat
        Of this drawing.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB, or None without two vectors
        The cell's parallelogram laid into a rectangle of its two lengths, in pixels of the drawing. Odd
        repeats are left out, the others shifted to fit.

    Examples
    --------
    >>> from motif.features.drawing import find_drawing
    >>> spots = np.full((200, 260, 3), 240, np.uint8)
    >>> spots[::40], spots[:, ::50] = 20, 20
    >>> drawing = find_drawing(spots)
    >>> unit_picture(drawing, find_repeat(drawing)).shape
    (40, 50, 3)
    """
    if len(found.lattice.vectors) != 2:
        return None
    basis = _upright(found.lattice.vectors)
    return typical_repeat(drawing.rgb[found.within], drawing.values[found.within], basis)


def _field(drawing: Drawing, lattice: Lattice, within: Part) -> FoundRepeat:
    basis = reduced(lattice.vectors)
    tile = average_tile(drawing.values[within], basis)
    if tile is not None and within != WHOLE:
        x, y = tile.start_px
        tile = replace(tile, start_px=(x + within[1].start, y + within[0].start))
    repeat = Repeat(
        vectors_px=_in_original(basis, drawing.scale),
        confidence=_confidence(support(lattice), _LEAST_PLANAR),
        lattice=lattice_class(basis),
        raport=_raport(basis),
        correlation=round(lattice.correlation, 4),
        contrast=round(lattice.contrast, 4),
        cells=tile.cells if tile else 0,
        left_out=tile.left_out if tile else 0,
        equality=round(tile.reliability, 4) if tile else 0.0,
        variation=round(tile.variation, 4) if tile else 0.0,
        drift_px=round(tile.drift_px / drawing.scale, 2) if tile else 0.0,
        part=1.0 if within == WHOLE else 0.5,
    )
    return FoundRepeat(repeat=repeat, lattice=replace(lattice, vectors=basis), tile=tile, within=within)


def _confidence(lattice_support: float, least: float) -> float:
    """Turn a lattice's support into a confidence: one half at ``least``, near 1 at four times that."""
    return round(float(1 / (1 + np.exp(-2.2 * np.log2(max(lattice_support, 1e-4) / least)))), 4)


def _in_original(vectors: npt.NDArray[np.float64], scale: float) -> tuple[Vector, ...]:
    return tuple((round(x / scale, 3), round(y / scale, 3)) for x, y in vectors.tolist())


def _upright(basis: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Order a basis so that the first vector runs more across and the second more down."""
    a, b = basis
    if abs(a[1]) * np.hypot(*b) > abs(b[1]) * np.hypot(*a):
        a, b = b, a
    return np.array([a if a[0] >= 0 else -a, b if b[1] >= 0 else -b])


def _raport(vectors: npt.NDArray[np.float64]) -> Raport:
    """Say whether a right-angled cell, plain or centred, stands upright."""
    if len(vectors) == 1:
        return "segi empat" if _off_upright_deg(vectors[0]) <= _UPRIGHT_DEG else "miring"
    a, b = reduced(vectors)
    for first, second in ((a, b), (a + b, a - b), (a, a + 2 * b), (b, b + 2 * a)):
        cosine = abs(float(first @ second)) / float(np.hypot(*first) * np.hypot(*second))
        if cosine <= 0.1 and _off_upright_deg(first) <= _UPRIGHT_DEG:
            return "segi empat"
    return "miring"


def _off_upright_deg(vector: npt.NDArray[np.float64]) -> float:
    angle = float(np.degrees(np.arctan2(abs(vector[1]), abs(vector[0]))))
    return min(angle, 90 - angle)
