"""Traces of machines in a picture: strong compression, and the grid of a screen."""

from __future__ import annotations

import cv2
import numpy as np

from motif.arrays import RGB8, Gray8

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
    spectrum = cv2.dft(
        (difference - difference.mean()) * window[:, None] * window, flags=cv2.DFT_COMPLEX_OUTPUT
    )
    strength = cv2.magnitude(spectrum[..., 0], spectrum[..., 1])
    frequency = np.fft.fftfreq(side)
    fine = np.hypot(frequency[:, None], frequency[None, :]) > _LEAST_FREQUENCY
    strengths = np.asarray(strength)[fine]
    return float(np.log10((strengths.max() + 1) / (np.median(strengths) + 1)))
