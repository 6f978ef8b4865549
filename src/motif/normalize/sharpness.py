"""How wide edges are: out of focus, or moved while the shutter was open."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from motif.arrays import Gray8
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
        What comes on top in the direction in which they are softest.
    """

    blur_px: float
    motion_px: float

    def motion_ratio(self) -> float:
        """Return what comes on top over what is there anyhow, 1 px at least.

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

    Blurring an edge once more weakens its slope the less, the wider it was: the ratio of slopes before
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
