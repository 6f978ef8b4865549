"""Small copies of a picture, on which slow changes of light are measured quickly."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8

Field = npt.NDArray[np.float32]

_EVEN = 14
"""Levels by which a color may differ along a drawn frame."""


def reduced(rgb: RGB8, long_edge_px: int) -> RGB8:
    """Average over areas, to ``long_edge_px`` on the longer side at most.

    Halved first, which is quick.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    long_edge_px : int, pixels

    Returns
    -------
    ndarray, uint8, shape (h, w, 3), sRGB

    Examples
    --------
    >>> reduced(np.zeros((300, 900, 3), np.uint8), 100).shape
    (33, 100, 3)
    """
    while max(rgb.shape[:2]) >= 2 * long_edge_px and min(rgb.shape[:2]) >= 4:
        height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
        halved = cv2.resize(rgb[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
        rgb = np.asarray(halved, np.uint8)
    scale = long_edge_px / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def middle(
    pixels: npt.NDArray[np.uint8], side_px: int, centre: tuple[float, float] | None = None
) -> npt.NDArray[np.uint8]:
    """Cut out a window of at most ``side_px``, unscaled, about ``centre`` (x, y) or the middle.

    Parameters
    ----------
    pixels : ndarray, uint8, shape (H, W) or (H, W, 3)
    side_px : int, pixels
    centre : (x, y), pixels, or None

    Returns
    -------
    ndarray, uint8
        A view of ``pixels``, at most ``side_px`` on either side.

    Examples
    --------
    >>> middle(np.zeros((300, 900, 3), np.uint8), 512).shape
    (300, 512, 3)
    """
    height, width = pixels.shape[:2]
    x, y = centre or (width / 2, height / 2)
    left = min(max(round(x - side_px / 2), 0), max(width - side_px, 0))
    top = min(max(round(y - side_px / 2), 0), max(height - side_px, 0))
    return pixels[top : top + side_px, left : left + side_px]


def without_frame(rgb: RGB8) -> RGB8:
    """Cut off an even color at the rim: a drawn frame, or the black bars of an app.

    At least half of either side remains.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    ndarray, uint8, shape (h, w, 3), sRGB

    Examples
    --------
    >>> framed = np.full((80, 100, 3), 255, np.uint8)
    >>> framed[20:60, 10:90] = np.random.default_rng(1).integers(0, 256, (40, 80, 3))
    >>> without_frame(framed).shape, without_frame(framed[20:60, 10:90]).shape
    ((40, 76, 3), (40, 80, 3))
    """
    top, bottom = _frame_of(rgb)
    left, right = _frame_of(rgb[top : len(rgb) - bottom].swapaxes(0, 1))
    return np.ascontiguousarray(rgb[top : len(rgb) - bottom, left : rgb.shape[1] - right])


def _frame_of(rows: RGB8) -> tuple[int, int]:
    """Count even rows at both ends, and the two after them, which a reduced picture mixes with the rest."""
    apart = np.abs(rows.astype(np.int16) - np.median(rows, axis=1, keepdims=True)).max(axis=2)
    busy = np.flatnonzero((apart >= _EVEN).mean(axis=1) > 0.1)
    ends = (int(busy[0]), len(rows) - 1 - int(busy[-1])) if len(busy) else (0, 0)
    first, last = (min(end + 2, len(rows) // 4) if end else 0 for end in ends)
    return first, last


def shading(small: RGB8, *, step: float = 0.08) -> Field:
    """Estimate light and shade: how much lighter each pixel is than the mean of its color.

    Shade darkens all channels alike, so ratios of channels stay; the mean lightness of each pair of
    ratios over the whole picture is what dye explains, and the rest is light, or a design in shades of
    one color.

    Parameters
    ----------
    small : ndarray, uint8, shape (H, W, 3), sRGB
    step : float
        Width of the steps of a ratio's natural logarithm within which colors are taken for one.

    Returns
    -------
    ndarray, float32, shape (H, W)
        Natural logarithm, mean 0 over each color.
    """
    log = np.log(cv2.GaussianBlur(small.astype(np.float32) + 6, (0, 0), 0.8))
    light = log.mean(axis=2)
    most = round(1 / step)
    ratios = np.rint((log[..., ::2] - log[..., 1:2]) / step) + most
    red, blue = np.moveaxis(np.clip(ratios, 0, 2 * most).astype(np.int32), -1, 0)
    code = (red * (2 * most + 1) + blue).ravel()
    mean = np.bincount(code, light.ravel()) / np.maximum(np.bincount(code), 1)
    return np.asarray(light - mean[code].reshape(light.shape), np.float32)
