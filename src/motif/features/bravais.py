"""Lattices in the plane: reduced bases, Bravais classes, sublattices, and the distance of two lattices.

A basis is a float64 array of shape (2, 2) whose *rows* are the two vectors ``(x, y)``, in pixels,
x to the right and y downward.
"""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Basis: TypeAlias = npt.NDArray[np.float64]
"""Two lattice vectors (x, y) as rows, float64, shape (2, 2), pixels."""

LatticeClass: TypeAlias = Literal["square", "rectangular", "centred rectangular", "hexagonal", "oblique"]

_EVEN: Final = 0.06
"""Lengths within this share, and angles within its sine, count as equal: a cloth that was photographed
slightly askew is sheared by 3 %, which changes lengths by 3 % and angles by 1.7 degrees each way."""


def reduced(basis: Basis) -> Basis:
    """Return the shortest basis of the same lattice (Lagrange and Gauss).

    Parameters
    ----------
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels

    Returns
    -------
    ndarray, float64, shape (2, 2)
        Shorter vector first, the angle between them 90 to 120 degrees; the first points to the right, or
        straight down.

    References
    ----------
    .. [1] Nguyen, Stehle (2009). Low-dimensional lattice basis reduction revisited. ACM TALG 5(4).

    Examples
    --------
    >>> reduced(np.array([[7.0, 10.0], [4.0, 0.0]])).tolist()
    [[4.0, 0.0], [-1.0, 10.0]]
    """
    a, b = np.array(basis, np.float64)
    if a @ a > b @ b:
        a, b = b, a
    for _ in range(100):
        b = b - round(float(a @ b) / max(float(a @ a), 1e-12)) * a
        if b @ b >= (a @ a) * (1 - 1e-12):
            break
        a, b = b, a
    if a[0] < -1e-9 or (abs(a[0]) <= 1e-9 and a[1] < 0):
        a = -a
    if a @ b > 0:
        b = -b
    return np.array([a, b])


def reduced_all(bases: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Reduce many bases at once, each as ``reduced`` does.

    Parameters
    ----------
    bases : ndarray, float64, shape (N, 2, 2), pixels

    Returns
    -------
    ndarray, float64, shape (N, 2, 2)

    Examples
    --------
    >>> reduced_all(np.array([[[7.0, 10.0], [4.0, 0.0]]])).tolist()
    [[[4.0, 0.0], [-1.0, 10.0]]]
    """
    a, b = _shorter_first(*np.moveaxis(np.array(bases, np.float64), 1, 0))
    for _ in range(100):
        before = np.einsum("nc,nc->n", b, b)
        times = np.rint(np.einsum("nc,nc->n", a, b) / np.maximum(np.einsum("nc,nc->n", a, a), 1e-12))
        b = b - times[:, None] * a
        if not (times != 0).any() or (np.einsum("nc,nc->n", b, b) >= before * (1 - 1e-12)).all():
            break
        a, b = _shorter_first(a, b)
    a, b = _shorter_first(a, b)
    flipped = (a[:, 0] < -1e-9) | ((np.abs(a[:, 0]) <= 1e-9) & (a[:, 1] < 0))
    a = np.where(flipped[:, None], -a, a)
    b = np.where((np.einsum("nc,nc->n", a, b) > 0)[:, None], -b, b)
    return np.stack([a, b], axis=1)


def _shorter_first(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    swapped = (np.einsum("nc,nc->n", a, a) > np.einsum("nc,nc->n", b, b))[:, None]
    return np.where(swapped, b, a), np.where(swapped, a, b)


def lattice_class(basis: Basis, *, even: float = _EVEN) -> LatticeClass:
    """Name the Bravais class that a lattice comes closest to, the most symmetric one within tolerance.

    Parameters
    ----------
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels
    even : float
        Relative difference of lengths, and sine of the deviation of angles, that still count as none.

    Returns
    -------
    str
        A ``LatticeClass``.

    Examples
    --------
    >>> second = ([0.0, 41.0], [20.0, 35.0])
    >>> [lattice_class(np.array([[40.0, 0.0], b])) for b in second]
    ['square', 'hexagonal']
    >>> second = ([20.0, 60.0], [13.0, 60.0])
    >>> [lattice_class(np.array([[40.0, 0.0], b])) for b in second]
    ['centred rectangular', 'oblique']
    """
    a, b = reduced(basis)
    long, short = float(np.hypot(*b)), float(np.hypot(*a))
    equal = long / short - 1 <= even
    cosine = abs(float(a @ b)) / (short * long)
    if cosine <= even:
        return "square" if equal else "rectangular"
    if equal and abs(cosine - 0.5) <= even:
        return "hexagonal"
    if equal or abs(2 * abs(float(a @ b)) / short**2 - 1) <= even:
        return "centred rectangular"
    return "oblique"


def lattice_distance(measured: Basis, true: Basis) -> float:
    """Measure how far two lattices are apart, whichever bases describe them.

    Parameters
    ----------
    measured, true : ndarray, float64, shape (2, 2), rows (x, y), pixels

    Returns
    -------
    float, >= 0
        The largest error of a vector of the true reduced basis, over that vector's length; infinite
        where no basis of the measured lattice comes near.

    Examples
    --------
    >>> square = np.array([[50.0, 0.0], [0.0, 50.0]])
    >>> lattice_distance(np.array([[50.0, 50.0], [0.0, 51.0]]), square)
    0.02
    >>> lattice_distance(2 * square, square)
    inf
    """
    target = reduced(true)
    coordinates = target @ np.linalg.inv(reduced(measured))
    whole = np.rint(coordinates)
    if abs(round(float(np.linalg.det(whole)))) != 1:
        return math.inf
    apart = np.hypot(*(whole @ reduced(measured) - target).T) / np.hypot(*target.T)
    return float(np.round(apart.max(), 9))


def sublattices(index: int) -> tuple[npt.NDArray[np.int64], ...]:
    """List every sublattice of a given index, as integer matrices on basis rows (Hermite normal forms).

    Parameters
    ----------
    index : int, >= 1
        How many times larger the sublattice's cell is.

    Returns
    -------
    tuple of ndarray, int64, shape (2, 2)

    Examples
    --------
    >>> [form.tolist() for form in sublattices(2)]
    [[[1, 0], [0, 2]], [[1, 1], [0, 2]], [[2, 0], [0, 1]]]
    """
    return tuple(
        np.array([[first, shift], [0, index // first]], np.int64)
        for first in range(1, index + 1)
        if index % first == 0
        for shift in range(index // first)
    )
