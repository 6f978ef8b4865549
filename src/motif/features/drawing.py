"""The drawing on a cloth: the one channel in which its colours differ most, in even light.

Repeat, symmetry, texture and drops are measured on this. Luma alone would lose a drawing in two dyes of
one lightness; the first principal axis of CIE Lab keeps it, and a cloth in other dyes gives nearly the
same channel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from motif.arrays import RGB8, Floats, frozen, require_rgb8
from motif.color import lab

LONG_EDGE_PX: Final = 480
_LIGHT_SHARE: Final = 0.11
_COARSE: Final = 8
_CLIP: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """A small picture of the cloth, and its drawing.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W), range -3..3, write-protected
        Zero where the local mean is, 1 a local deviation lighter. Light stays light: the axis points to
        larger L.
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, write-protected
    scale : float
        Pixels of the drawing for one pixel of the original picture.
    """

    values: Floats = field(repr=False)
    rgb: RGB8 = field(repr=False)
    scale: float

    def to_original(self, x: float, y: float) -> tuple[float, float]:
        """Take a place (x, y) of the drawing to pixels of the original picture."""
        return ((x + 0.5) / self.scale - 0.5, (y + 0.5) / self.scale - 0.5)


def find_drawing(rgb: RGB8, *, width_px: int | None = None, long_edge_px: int = LONG_EDGE_PX) -> Drawing:
    """Extract the drawing.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    width_px : int or None, pixels
        Width of the original picture, where ``rgb`` was decoded at a reduced scale.
    long_edge_px : int, pixels
        A larger picture is reduced to this by area means; a smaller one stays as it is.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> red_and_green = np.zeros((80, 100, 3), np.uint8)
    >>> red_and_green[:, ::2], red_and_green[:, 1::2] = (182, 60, 60), (30, 116, 60)
    >>> drawing = find_drawing(red_and_green)
    >>> drawing.values.shape, bool((np.diff(np.sign(drawing.values[40, 20:60])) != 0).all())
    ((80, 100), True)
    """
    height, width = require_rgb8(rgb).shape[:2]
    share = min(1.0, long_edge_px / max(height, width))
    small = rgb
    if share < 1:
        size = (max(1, round(width * share)), max(1, round(height * share)))
        small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    values = frozen(_evened(_main_channel(small)))
    return Drawing(values=values, rgb=frozen(small), scale=small.shape[1] / (width_px or width))


def _main_channel(rgb: RGB8) -> Floats:
    """Project on the first principal axis of CIE Lab, turned so that it points to lighter colours."""
    colors = lab(rgb)
    sample = colors.reshape(-1, 3)[:: max(1, colors.shape[0] * colors.shape[1] // 8000)]
    _, axes = np.linalg.eigh(np.cov(sample.T))
    axis = axes[:, -1] * (1 if axes[0, -1] >= 0 else -1)
    return np.asarray(cv2.transform(colors, axis[None].astype(np.float32)), np.float32)


def _evened(values: Floats) -> Floats:
    """Subtract the local mean, divide by the local deviation, and soften by about a pixel."""
    apart = values - _local_mean(values)
    deviation = np.sqrt(np.maximum(_local_mean(np.square(apart)), 1.0))
    evened = np.clip(apart / deviation, -_CLIP, _CLIP)
    return np.asarray(cv2.GaussianBlur(evened, (0, 0), 0.8), np.float32)


def _local_mean(values: Floats) -> Floats:
    height, width = values.shape
    coarse = cv2.resize(values, (-(-width // _COARSE), -(-height // _COARSE)), interpolation=cv2.INTER_AREA)
    sigma = _LIGHT_SHARE * max(height, width) / _COARSE
    blurred = cv2.GaussianBlur(coarse, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
