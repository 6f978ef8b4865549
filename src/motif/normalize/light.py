"""Even the light of a picture, so that a shadow is no drawing."""

from __future__ import annotations

import cv2
import numpy as np

from motif.arrays import Gray8, require_gray8

_MEAN_LEVEL = 128
_SPREAD = 40
_LEAST_DEVIATION = 6
_COARSE = 8


def even_light(luma: Gray8, *, sigma_px: float) -> Gray8:
    """Subtract the local mean and divide by the local deviation.

    Both are measured in a Gaussian window on an eight times coarser grid and brought back
    by exact bilinear interpolation. Sums are integers and the rest is one correctly rounded
    operation at a time, so the result is the same on every machine.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255
    sigma_px : float, pixels
        Width of the window; motif areas much larger than this are flattened.

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..255
        Mean near 128, mean absolute deviation near 40.

    References
    ----------
    .. [1] Jain, Bolle (1988); divisive normalisation as in Lyu, Simoncelli (2008), Nonlinear
       image representation using divisive normalization, CVPR.

    Examples
    --------
    >>> slope = np.tile(np.linspace(0, 200, 256).astype(np.uint8), (64, 1))
    >>> slope[::2] += 20
    >>> evened = even_light(slope, sigma_px=20)
    >>> abs(int(evened[:, 40].mean()) - int(evened[:, 200].mean())) < 12
    True
    """
    mean = _local_mean(require_gray8(luma, "luma"), sigma_px)
    deviation = np.maximum(
        _local_mean(np.asarray(cv2.absdiff(luma, mean), np.uint8), sigma_px), _LEAST_DEVIATION
    )
    apart = np.subtract(luma, mean, dtype=np.float32)
    apart *= _SPREAD
    apart /= deviation
    np.rint(apart, out=apart)
    apart += _MEAN_LEVEL
    return np.clip(apart, 0, 255, out=apart).astype(np.uint8)


def _local_mean(values: Gray8, sigma_px: float) -> Gray8:
    height, width = values.shape
    coarse = cv2.resize(values, (-(-width // _COARSE), -(-height // _COARSE)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(coarse, (0, 0), sigma_px / _COARSE, borderType=cv2.BORDER_REFLECT_101)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR_EXACT)  # type: ignore[return-value]
