"""Uniform local binary patterns of eight neighbours, number for number those of scikit-image, but sooner."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8

_NEAR: Final = round(math.sqrt(0.5), 5)
"""Where the neighbours on the diagonals lie, one pixel away; scikit-image rounds to five digits."""


def local_patterns(gray: Gray8) -> npt.NDArray[np.uint8]:
    """Tell for each pixel how many neighbours in one run are as light or lighter.

    Equal to ``skimage.feature.local_binary_pattern(gray, 8, 1, "uniform")``, which goes pixel by pixel. The
    same sums are done in the same order, so that ties on flat ground fall the same way.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..9
        9 where lighter and darker neighbours alternate more than once.

    References
    ----------
    .. [1] Ojala, Pietikainen, Maenpaa (2002). Multiresolution gray-scale and rotation invariant texture
       classification with local binary patterns. IEEE TPAMI 24(7).

    Examples
    --------
    >>> flat, corner = np.full((3, 3), 7, np.uint8), np.array([[0, 0, 9], [0, 7, 9], [9, 9, 9]], np.uint8)
    >>> int(local_patterns(flat)[1, 1]), int(local_patterns(corner)[1, 1])
    (8, 3)
    """
    height, width = gray.shape
    padded = np.pad(gray, 1)
    middle = slice(1, -1)
    rows, columns = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)
    exact = padded.astype(np.float64)
    right = _between(exact[:, 1:-1], exact[:, 2:], (columns + _NEAR) - columns)
    left = _between(exact[:, :-2], exact[:, 1:-1], (columns - _NEAR) - (columns - 1))
    up, down = (rows - _NEAR) - (rows - 1), (rows + _NEAR) - rows
    lighter = [
        padded[middle, 2:] >= gray,
        _between(right[:-2], right[1:-1], up) - gray >= 0,
        padded[:-2, middle] >= gray,
        _between(left[:-2], left[1:-1], up) - gray >= 0,
        padded[middle, :-2] >= gray,
        _between(left[1:-1], left[2:], down) - gray >= 0,
        padded[2:, middle] >= gray,
        _between(right[1:-1], right[2:], down) - gray >= 0,
    ]
    changes, count = np.zeros(gray.shape, np.uint8), np.zeros(gray.shape, np.uint8)
    for one in lighter:
        count += one
    for one, other in pairwise(lighter):
        changes += one != other
    return np.where(changes <= 2, count, np.uint8(9))


def _between(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], share: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.asarray((1 - share) * first + share * second)
