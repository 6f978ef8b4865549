"""Whether a picture shows anything: detail, or one even colour under a sensor's noise."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8


def has_detail(rgb: RGB8) -> bool:
    """Distinguish a picture from a flat colour with noise.

    It has detail if single pixels differ clearly (5th to 95th percentile of a channel over
    32 levels apart). If not, it is averaged over areas to 64..128 px on the long edge and
    smoothed by one of those pixels, which leaves little of any noise, and the spread between
    the 0.1th and 99.9th percentile of its luma must exceed 1.5 levels, or that of a colour
    difference 4. Where noise remains in small pictures, the limit rises to 2.2 times
    its standard deviation measured before smoothing (white noise spreads by 1.75), but to 8 at most.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255

    Returns
    -------
    bool
        False for a flat colour under sensor noise of up to about 4 levels, PNG or JPEG.
        True for lines of 8 levels in a picture of 640 px, noise of 2 levels included. The
        numbers are tuned, on drawn circles and noise of 100 to 4000 px.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(128, 3, (240, 320, 3)).round().astype(np.uint8)
    >>> has_detail(noise)
    False
    >>> noise[60:180, 60:63] += 20
    >>> has_detail(noise)
    True
    """
    step = max(1, max(rgb.shape[:2]) // 128)
    low, high = np.percentile(rgb[::step, ::step], (5, 95), axis=(0, 1))
    if (high - low).max() > 32:
        return True
    small = _shrunk(rgb)
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    low, high = np.percentile(smooth, (0.1, 99.9), axis=(0, 1))
    limit = np.maximum([1.5, 4.0, 4.0], np.minimum(2.2 * _noise(small), 8.0))
    return bool(((high - low) > limit).any())


def _shrunk(rgb: RGB8) -> npt.NDArray[np.float32]:
    """Return luma and colour differences, float32, area-averaged to 64..128 px on the long edge."""
    while max(rgb.shape[:2]) > 512:
        rgb = _halved(rgb)
    small = cv2.cvtColor(rgb.astype(np.float32), cv2.COLOR_RGB2YCrCb)
    while max(small.shape[:2]) > 128:
        small = _halved(small)
    return small  # type: ignore[return-value]


def _halved(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Average two by two, the fast integer case of cv2's area interpolation."""
    height, width = (max(1, side // 2) for side in pixels.shape[:2])
    even = pixels[: max(1, height * 2), : max(1, width * 2)]
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)


def _noise(small: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Estimate white noise per channel from a response that smooth surfaces and straight lines lack.

    Standard deviation from the median absolute response of the diagonal Haar filter, as
    Donoho and Johnstone (1994) do, doi:10.1093/biomet/81.3.425.
    """
    if min(small.shape[:2]) < 2:
        return np.zeros(3)
    diagonal = small[:-1, :-1] - small[1:, :-1] - small[:-1, 1:] + small[1:, 1:]
    return np.median(np.abs(diagonal), axis=(0, 1)) / (0.6745 * 2)  # type: ignore[no-any-return]
