"""Exposure of a photo: too bright, too dark, unevenly lit, or with glare."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Gray8
from motif.color import luma
from motif.normalize.small import shading

_WHITE = 246
_LEAST_GLARE_PX = 40
_LARGE, _LEAST_FADING = 0.02, 0.05
"""Share of the picture, and share of a spot's rim, 2 px wide, that is darker than its middle. Large drawn
glare on photos has 0.3 and more, the white of screenshots and pages 0.01 at most."""
LEAST_GLARE = 0.01
"""Share of the cloth above which glare is warned of and masked."""

Mask = npt.NDArray[np.bool_]


def glare_mask(small: RGB8) -> Mask:
    """Find glare: white spots with a bright haze all round.

    A white part of the design has sharp edges with dark next to them; a reflection fades out. The white of a
    page or a screen is even up to its edge; a reflection fades from within.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        About 256 px on the longer side.

    Returns
    -------
    ndarray, bool, shape (H, W)

    Examples
    --------
    >>> cloth = np.full((200, 256, 3), 90, np.uint8)
    >>> y, x = np.mgrid[:200, :256]
    >>> shine = 400 * np.exp(-((x - 100) ** 2 + (y - 90) ** 2) / 800)[..., None]
    >>> bool(glare_mask(np.clip(cloth + shine, 0, 255).astype(np.uint8))[90, 100])
    True
    >>> cloth[60:140, 60:140] = 255
    >>> bool(glare_mask(cloth).any()), bool(glare_mask(np.full_like(cloth, 255)).any())
    (False, False)
    """
    dullest = np.asarray(small.min(axis=2), np.uint8)
    white = (cv2.blur(dullest, (3, 3)) >= _WHITE).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    white = np.asarray(cv2.morphologyEx(white, cv2.MORPH_OPEN, disc), np.uint8)
    soft = np.asarray(cv2.GaussianBlur(luma(small), (0, 0), 1.0))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(white)
    mask = np.zeros(white.shape, np.bool_)
    for number in range(1, count):
        if stats[number, cv2.CC_STAT_AREA] < _LEAST_GLARE_PX:
            continue
        spot = (labels == number).astype(np.uint8)
        ring = cv2.dilate(spot, np.ones((7, 7))) > cv2.dilate(spot, np.ones((3, 3)))
        if ring.any() and np.percentile(soft[ring], 20) > 150 and _fades(dullest, spot):
            mask |= cv2.dilate(spot, np.ones((5, 5))) > 0
    return mask


def _fades(dullest: Gray8, spot: Gray8) -> bool:
    """Tell whether a large spot is darker at its rim; a small one may be too steep to show it."""
    rim = (spot > 0) & (cv2.erode(spot, np.ones((5, 5))) == 0)
    middle = np.median(dullest[spot > 0])
    return bool(spot.mean() < _LARGE or (dullest[rim] < middle - 1).mean() > _LEAST_FADING)


def clear_glare(small: RGB8, *, width_px: int, height_px: int) -> Mask | None:
    """Return the mask of glare at a swatch's size; None where there is hardly any.

    Below ``LEAST_GLARE`` of the cloth, what looks like glare is mostly a pale part of the design, and nothing
    is masked.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        The cloth alone, about 256 px on the longer side.
    width_px, height_px : int, pixels of the swatch

    Returns
    -------
    ndarray, bool, shape (height_px, width_px), or None

    Examples
    --------
    >>> clear_glare(np.full((200, 256, 3), 90, np.uint8), width_px=640, height_px=500) is None
    True
    """
    mask = glare_mask(small)
    if float(mask.mean()) <= LEAST_GLARE:
        return None
    sized = cv2.resize(mask.astype(np.uint8), (width_px, height_px), interpolation=cv2.INTER_NEAREST)
    return np.asarray(sized > 0, np.bool_)


def brightest_level(small: RGB8) -> float:
    """Return the level that 1 % of the pixels exceed in their strongest channel, range 0..255.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    float, range 0..255

    Examples
    --------
    >>> brightest_level(np.full((64, 64, 3), 70, np.uint8))
    70.0
    """
    return float(np.percentile(small.max(axis=2), 99))


def clipped_share(rgb: RGB8) -> float:
    """Return the share of pixels that are too bright for the picture, range 0..1.

    A pixel with one saturated channel has lost its color and counts fully; one with all channels saturated
    may simply be white cloth and counts for three tenths.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    float, range 0..1

    Examples
    --------
    >>> washed = np.full((64, 64, 3), (255, 200, 180), np.uint8)
    >>> clipped_share(washed), round(clipped_share(np.full((64, 64, 3), 255, np.uint8)), 2)
    (1.0, 0.3)
    """
    lit, dull = rgb.max(axis=2) >= 254, rgb.min(axis=2) < 250
    return float((lit & dull).mean() + 0.3 * (lit & ~dull).mean())


def light_fall(small: RGB8) -> float:
    """Return how unevenly the cloth is lit, in natural logarithms of light from one side to the other.

    A plane fitted to the shading that dyes do not explain.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
        About 128 px on the longer side.

    Returns
    -------
    float, natural logarithm, >= 0

    Examples
    --------
    >>> cloth = np.full((64, 64, 3), (160, 80, 60), np.uint8)
    >>> lamp = np.linspace(0.5, 1, 64)[None, :, None]
    >>> round(light_fall(cloth), 2), 0.5 < light_fall((cloth * lamp).astype(np.uint8)) < 0.8
    (0.0, True)
    """
    shade = shading(small)
    height, width = shade.shape
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    terms = np.stack([np.ones_like(x), x, y], axis=2).reshape(-1, 3)
    plane = np.linalg.lstsq(terms, shade.ravel(), rcond=None)[0]
    return float(2 * (abs(plane[1]) + abs(plane[2])))
