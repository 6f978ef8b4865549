"""How the cloth is laid out: folds, things that reach into the picture, and a page or screen around it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.color import linear, linear_to_lab
from motif.normalize.small import Field, shading

_ANGLES = 16
_FINE_STEP = 0.05
"""Of color ratios: finer than for uneven light, so that dyes of similar color are told apart."""
_MOST_AT_ONE_PLACE, _MOST_SHADE = 0.2, 0.12
_LIT = 60
"""Below this level less and less of a fold can be seen."""
_FOLD_WIDTHS_PX = (2.5, 3.5, 5.0, 7.0)
_LEAST_THING, _MOST_THING = 0.008, 0.25
_EVEN_LEVELS = 2
_LEAST_EVEN = 0.005
_SHARP_LEVELS = 25
"""Least step at the edge of a page: glare and light that is too strong end in steps of 5 to 15 levels."""


def fold_depth(small: RGB8) -> float:
    """Return how deep the shade of the longest fold is, in natural logarithms of light.

    A fold is lighter on one side and darker on the other, along a straight line. Shading (what the colors
    do not explain) of medium width is therefore averaged along lines in sixteen directions, lit places more
    than dark ones, and the profile across the lines is compared with a light and a dark band beside each
    other. A single dark ornament weighs little: shading counts up to 0.2 at a place, and up to 0.12 in its
    neighborhood. What all lines of a direction have is the design and is subtracted, 1.5 times the median.
    The numbers are tuned on half of the pictures described in docs/capture.md.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        About 160 px on the longer side.

    Examples
    --------
    >>> cloth = np.random.default_rng(3).integers(90, 150, (120, 160, 1)).repeat(3, 2).astype(np.uint8)
    >>> folded = cloth.copy()
    >>> folded[:, 66:74], folded[:, 74:82] = folded[:, 66:74] * 0.7, folded[:, 74:82] * 1.3
    >>> fold_depth(cloth) < 0.02, fold_depth(folded) > 0.05
    (True, True)
    """
    shade = np.clip(shading(small, step=_FINE_STEP), -_MOST_AT_ONE_PLACE, _MOST_AT_ONE_PLACE)
    weight = np.clip(small.max(axis=2) / np.float32(_LIT), 0.05, 1.0).astype(np.float32)
    narrow, wide = (_averaged(shade, weight, sigma_px) for sigma_px in (2.0, 10.0))
    depth = 0.0
    for line in _along_lines(np.clip(narrow - wide, -_MOST_SHADE, _MOST_SHADE), weight):
        for fold in _FOLDS:
            if len(line) > len(fold) + 8:
                apart = np.convolve(line, fold, "valid")
                apart = np.abs(apart - np.median(apart))
                depth = max(depth, float(apart.max() - 1.5 * np.median(apart)))
    return depth


def page_share(small: RGB8) -> float:
    """Return the share of a picture that is a page or a screen: of one color, with sharp edges.

    A cloth has threads and shades; what is too bright or too dark for a camera is even, too, but fades out.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        About 256 px on the longer side.

    Returns
    -------
    float, range 0..1

    Examples
    --------
    >>> screen = np.full((256, 128, 3), 255, np.uint8)
    >>> screen[100:120, 20:100] = np.random.default_rng(0).integers(0, 200, (20, 80, 3))
    >>> round(page_share(screen), 1)
    0.9
    """
    square = np.ones((3, 3), np.uint8)
    even = ((cv2.dilate(small, square) - cv2.erode(small, square)).max(axis=2) <= _EVEN_LEVELS).astype(
        np.uint8
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    page = 0
    for number in range(1, count):
        area = int(stats[number, cv2.CC_STAT_AREA])
        if area >= _LEAST_EVEN * even.size and _edge_step(small, labels == number) > _SHARP_LEVELS:
            page += area
    return float(page / even.size)


def _edge_step(small: RGB8, area: npt.NDArray[np.bool_]) -> float:
    """Return the median difference between an area's color and what lies 2 to 3 px outside it, in levels."""
    near, far = (cv2.dilate(area.astype(np.uint8), np.ones((side, side))) > 0 for side in (3, 7))
    around = small[far & ~near].astype(np.int16)
    return (
        float(np.median(np.abs(around - np.median(small[area], axis=0)).max(axis=1)))
        if len(around)
        else 255.0
    )


def _averaged(field: Field, weight: Field, sigma_px: float) -> Field:
    total, weights = (cv2.GaussianBlur(values, (0, 0), sigma_px) for values in (field * weight, weight))
    return np.asarray(total / weights, np.float32)


def _fold(width_px: float) -> Field:
    """Return the profile of shade across a fold, positive on one side; magnitudes add up to 1."""
    reach = int(3 * width_px)
    at = np.arange(-reach, reach + 1) / width_px
    profile = at * np.exp(-(at**2) / 2)
    return np.asarray(profile / np.abs(profile).sum(), np.float32)


_FOLDS = tuple(_fold(width_px) for width_px in _FOLD_WIDTHS_PX)


def thing_at_rim(small: RGB8) -> float:
    """Return how much something smooth at the picture's rim differs from the rest: a finger, a shoe.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        About 160 px on the longer side.

    Returns
    -------
    float, 0 or more
        Its area over that of what has the same color elsewhere, plus 0.4 % of the picture.

    Examples
    --------
    >>> cloth = (np.indices((120, 160)).sum(0) // 3 % 2 * 120 + 60)[..., None].repeat(3, 2).astype(np.uint8)
    >>> round(thing_at_rim(cloth), 2)
    0.0
    >>> thing_at_rim(cv2.circle(cloth, (80, 0), 24, (205, 150, 120), -1)) > 3
    True
    """
    lab = linear_to_lab(linear(small))
    lightness, square = np.ascontiguousarray(lab[..., 0]), np.ones((5, 5))
    smooth = (cv2.dilate(lightness, square) - cv2.erode(lightness, square) < 12).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    smooth = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_OPEN, disc), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(smooth, connectivity=4)
    height, width = smooth.shape
    most = 0.0
    for number in range(1, count):
        left, top, wide, high, area = stats[number].tolist()
        at_rim = left <= 2 or top <= 2 or left + wide >= width - 2 or top + high >= height - 2
        if at_rim and _LEAST_THING < area / smooth.size < _MOST_THING:
            most = max(most, area / smooth.size / (0.004 + _alike_elsewhere(lab, labels == number)))
    return most


def _alike_elsewhere(lab: Field, thing: npt.NDArray[np.bool_]) -> float:
    apart = (lab - np.median(lab[thing], axis=0)) * np.array([0.6, 1, 1], np.float32)
    beside = cv2.dilate(thing.astype(np.uint8), np.ones((7, 7))) == 0
    return float(((np.linalg.norm(apart, axis=2) < 9) & beside).mean())


def _along_lines(field: Field, weight: Field) -> list[npt.NDArray[np.float32]]:
    """Average along all lines that cross half the picture or more, direction by direction."""
    height, width = field.shape
    side = int(np.hypot(height, width))
    layers = np.dstack([field * weight, weight, np.ones_like(weight)])
    lines = []
    for step in range(_ANGLES):
        turn = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), step * 180 / _ANGLES, 1.0))
        turn[:, 2] = turn[:, 2] + [(side - width) / 2, (side - height) / 2]
        turned = np.asarray(cv2.warpAffine(layers, turn, (side, side)), np.float32).sum(axis=0)
        long = turned[turned[:, 2] > 0.5 * min(height, width)]
        lines.append(long[:, 0] / np.maximum(long[:, 1], np.float32(1e-3)))
    return lines
