"""Sharpness of a photo: the width of its edges, JPEG blocks, and the pixel grid of a screen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from motif.arrays import RGB8, Gray8
from motif.normalize.small import Field

_REBLUR_PX = 1.5
_CALM_PX = 0.6
"""A slight blur before anything is measured, against noise."""
_STRONGEST = 0.03
_LEAST_SLOPE = 4.0
_LEAST_PLACES = 50
_DIRECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeWidth:
    """Blur as the standard deviation of a Gaussian that would have the same effect.

    Parameters
    ----------
    blur_px : float, pixels
        In the direction in which edges are sharpest.
    motion_px : float, pixels
        The additional blur in the direction in which they are softest.
    """

    blur_px: float
    motion_px: float

    def motion_ratio(self) -> float:
        """Return the additional blur over the blur in all directions, at least 1 px.

        A phone that moved leaves edges along its way sharp; where no edge is sharp, the picture was
        enlarged or out of focus, and directions differ by chance.

        Examples
        --------
        >>> EdgeWidth(blur_px=0.8, motion_px=1.5).motion_ratio()
        1.5
        >>> EdgeWidth(blur_px=2.0, motion_px=1.5).motion_ratio()
        0.75
        """
        return self.motion_px / max(1.0, self.blur_px)


def edge_width(gray: Gray8) -> EdgeWidth | None:
    """Measure how wide the strongest edges are, by direction.

    Blurring an edge again weakens its slope less, the wider the edge: the ratio of slopes before
    and after gives the width [1]_. The median over the steepest places in each of eight directions.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
        Unscaled pixels; a window of 512 px is plenty.

    Returns
    -------
    EdgeWidth or None
        None where there are hardly any edges.

    References
    ----------
    .. [1] Zhuo, Sim (2011). Defocus map estimation from a single image. Pattern Recognition 44(9),
       doi:10.1016/j.patcog.2011.03.009.

    Examples
    --------
    >>> checks = np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((32, 32))).astype(np.float32) * 200 + 20
    >>> soft = cv2.GaussianBlur(checks, (0, 0), 3.0).astype(np.uint8)
    >>> width = edge_width(soft)
    >>> abs(width.blur_px - 3.0) < 0.5, width.motion_px < 0.8
    (True, True)
    """
    calm = cv2.GaussianBlur(gray.astype(np.float32), (0, 0), _CALM_PX)
    again = cv2.GaussianBlur(calm, (0, 0), _REBLUR_PX)
    before, after = (_slopes(np.asarray(picture, np.float32)) for picture in (calm, again))
    widths = []
    for step in range(_DIRECTIONS):
        cosine, sine = np.cos(step * np.pi / _DIRECTIONS), np.sin(step * np.pi / _DIRECTIONS)
        slope = np.abs(cosine * before[0] + sine * before[1])
        sample = slope[::3, ::3].ravel()
        at = int((1 - _STRONGEST) * sample.size)
        steep = slope >= max(float(np.partition(sample, at)[at]), _LEAST_SLOPE)
        if int(steep.sum()) < _LEAST_PLACES:
            continue
        weaker = np.abs(cosine * after[0][steep] + sine * after[1][steep])
        ratio = float(np.median(slope[steep] / np.maximum(weaker, 1e-3)))
        widths.append(_REBLUR_PX / np.sqrt(max(ratio**2 - 1, 1e-3)))
    if not widths:
        return None
    least, most = float(min(widths)), float(max(widths))
    return EdgeWidth(blur_px=least, motion_px=float(np.sqrt(most**2 - least**2)))


def _slopes(picture: Field) -> tuple[Field, Field]:
    across, down = (cv2.Sobel(picture, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


_BLOCK = 8
_SCREEN_PX = 256
_LEAST_FREQUENCY = 0.12


def blockiness(gray: Gray8) -> float:
    """Return how much larger steps are at the edges of JPEG's blocks than between them.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
        Unscaled pixels.

    Returns
    -------
    float
        Ratio of mean steps, the less of rows and columns; 1 without any blocks.

    Examples
    --------
    >>> blocks = np.kron(np.random.default_rng(1).integers(90, 110, (20, 20)), np.ones((8, 8)))
    >>> noise = np.random.default_rng(2).normal(0, 1, blocks.shape)
    >>> blockiness((blocks + noise).astype(np.uint8)) > 3, blockiness((100 + noise).astype(np.uint8)) < 1.2
    (True, True)
    """
    ratios = []
    for axis in (1, 0):
        steps = np.abs(np.diff(gray.astype(np.int16), axis=axis)).mean(axis=1 - axis)
        whole = len(steps) // _BLOCK * _BLOCK
        if not whole:
            return 1.0
        places = steps[:whole].reshape(-1, _BLOCK).mean(axis=0)
        ratios.append(float((places.max() + 0.05) / (np.median(places) + 0.05)))
    return min(ratios)


def screen_grid(rgb: RGB8) -> float:
    """Return how far a fine periodic color pattern stands out: a screen's red, green and blue dots.

    Threads are periodic too, but alike in all channels; dots of three colors make red and blue differ.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
        Unscaled pixels; a window of at least 64 px.

    Returns
    -------
    float
        Decimal logarithm of the strongest line in the spectrum of red less blue over the median one, above
        0.12 cycles a pixel.

    Examples
    --------
    >>> noise = np.random.default_rng(1).integers(90, 110, (256, 256, 3)).astype(np.uint8)
    >>> dots = noise.copy()
    >>> dots[:, ::4, 0] += 60
    >>> screen_grid(noise) < 1.5, screen_grid(dots) > 2.5
    (True, True)
    """
    side = min(_SCREEN_PX, *rgb.shape[:2])
    part = rgb[:side, :side].astype(np.float32)
    difference = part[..., 0] - part[..., 2]
    window = np.hanning(side).astype(np.float32)
    windowed = (difference - difference.mean()) * window[:, None] * window
    spectrum = cv2.dft(windowed, flags=cv2.DFT_COMPLEX_OUTPUT)
    frequency = np.fft.fftfreq(side)
    fine = np.hypot(frequency[:, None], frequency) > _LEAST_FREQUENCY
    strength = np.asarray(cv2.magnitude(spectrum[..., 0], spectrum[..., 1]))[fine]
    return float(np.log10((strength.max() + 1) / (np.median(strength) + 1)))
