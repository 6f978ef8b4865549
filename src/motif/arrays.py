"""Array aliases, and the checks of shape and dtype at public entry points.

Points are ``(x, y)``; arrays are indexed ``[row, col]``; the origin is the top-left
corner of the top-left pixel's centre, rows run downward.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from motif.errors import ImageShapeError
from motif.messages import N_

RGB8: TypeAlias = npt.NDArray[np.uint8]
"""sRGB, uint8, shape (H, W, 3), range 0..255."""

Gray8: TypeAlias = npt.NDArray[np.uint8]
"""BT.601 luma or another lightness, uint8, shape (H, W), range 0..255."""

Floats: TypeAlias = npt.NDArray[np.float32]
"""Any shape, float32; the docstring that uses it says which shape, unit and range."""

Doubles: TypeAlias = npt.NDArray[np.float64]
"""The same in float64."""

Matrix3: TypeAlias = npt.NDArray[np.float64]
"""Homography on column vectors (x, y, 1), float64, shape (3, 3), last element 1."""


def require_rgb8(array: npt.NDArray[Any], name: str = "rgb") -> RGB8:
    """Return ``array`` if it is sRGB uint8 of shape (H, W, 3); raise otherwise.

    Parameters
    ----------
    array : ndarray
    name : str
        What the error message calls the array.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB, range 0..255
        The same object.

    Raises
    ------
    ImageShapeError
        With the offending shape or dtype as ``name.shape=...``.

    Examples
    --------
    >>> require_rgb8(np.zeros((2, 3, 3), np.uint8)).shape
    (2, 3, 3)
    >>> require_rgb8(np.zeros((2, 3)))
    Traceback (most recent call last):
    motif.errors.ImageShapeError: rgb.shape=(2, 3), rgb.dtype=float64; expected (H, W, 3) of uint8
    """
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or 0 in array.shape:
        raise _shape_error(array, name, "(H, W, 3)", N_("Pass sRGB pixels, 0 to 255."))
    return array


def require_gray8(array: npt.NDArray[Any], name: str = "gray") -> Gray8:
    """Return ``array`` if it is uint8 of shape (H, W); raise otherwise.

    Parameters
    ----------
    array : ndarray
    name : str
        What the error message calls the array.

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..255
        The same object.

    Raises
    ------
    ImageShapeError
        With the offending shape or dtype as ``name.shape=...``.

    Examples
    --------
    >>> require_gray8(np.zeros((4, 4, 3), np.uint8))
    Traceback (most recent call last):
    motif.errors.ImageShapeError: gray.shape=(4, 4, 3), gray.dtype=uint8; expected (H, W) of uint8
    """
    if array.ndim != 2 or array.dtype != np.uint8 or 0 in array.shape:
        raise _shape_error(array, name, "(H, W)", N_("Convert with motif.color.luma."))
    return array


def _shape_error(array: npt.NDArray[Any], name: str, expected: str, hint: str) -> ImageShapeError:
    actual = f"{name}.shape={array.shape}, {name}.dtype={array.dtype}"
    return ImageShapeError(f"{actual}; expected {expected} of uint8", hint=hint)


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return ``array``, contiguous and write-protected, as frozen dataclasses hold it.

    Parameters
    ----------
    array : ndarray, any dtype and shape

    Returns
    -------
    ndarray
        A copy only where ``array`` is not contiguous.
    """
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
