"""Strokes: what remains of a drawing without its tones.

Designs are often shown as black-and-white line drawings. Where a line drawing has one edge, a cloth has
a step of tone, and their gradients differ in strength everywhere. Here each pixel is compared with its near
surroundings and driven towards black or white, so that cloth and drawing become the same picture of
strokes; keypoints are then found on that picture as on any other.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8, require_gray8
from motif.features.keypoints import Keypoints, find_keypoints, moved_to, shrunk
from motif.profiles import STANDARD_1, Profile

_SMOOTH_PX = 0.7
_NEAR_PX = 6.0
_GAIN = 4.0
_LEAST_DEVIATION = 4
_STEPS = 64
"""Contrast is looked up in 64ths of the local deviation, so the result is the same on every machine."""

_CURVE = np.clip(
    np.rint(128 + 100 * np.tanh(_GAIN * np.arange(-4 * _STEPS, 4 * _STEPS + 1) / _STEPS)), 0, 255
).astype(np.uint8)


def stroke_picture(luma: Gray8, *, long_edge_px: int) -> Gray8:
    """Drive each pixel towards black or white, compared with its near surroundings.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255
    long_edge_px : int, pixels
        Longer side of the result; a smaller picture keeps its size.

    Returns
    -------
    ndarray, uint8, shape (h, w), range 28..228

    Examples
    --------
    >>> stripes = np.tile(np.repeat([0, 1], 8), (64, 8)).astype(np.uint8)
    >>> faint, strong = 100 + 30 * stripes, 100 + 120 * stripes
    >>> [int(np.ptp(stroke_picture(gray, long_edge_px=320)[:, 40:80])) for gray in (faint, strong)]
    [200, 200]
    """
    small = shrunk(require_gray8(luma, "luma"), long_edge_px)
    smooth = cv2.GaussianBlur(small, (0, 0), _SMOOTH_PX)
    mean = cv2.GaussianBlur(smooth, (0, 0), _NEAR_PX)
    deviation = np.maximum(cv2.GaussianBlur(cv2.absdiff(smooth, mean), (0, 0), _NEAR_PX), _LEAST_DEVIATION)
    apart = np.subtract(smooth, mean, dtype=np.float32)
    apart *= _STEPS
    apart /= deviation
    steps = np.clip(np.rint(apart), -4 * _STEPS, 4 * _STEPS).astype(np.intp)
    return np.asarray(_CURVE[steps + 4 * _STEPS], np.uint8)


def find_strokes(
    luma: Gray8, profile: Profile = STANDARD_1, *, mask: npt.NDArray[np.bool_] | None = None
) -> Keypoints:
    """Find at most ``profile.strokes_max`` keypoints on the picture of strokes.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255
        Lightness in evened light, as ``Swatch.luma``.
    profile : Profile
    mask : ndarray, bool, shape (H, W), optional
        True where no keypoint may lie, as ``Swatch.glare``.

    Returns
    -------
    Keypoints
        In pixels of ``luma``, strongest first.

    Examples
    --------
    >>> spots = np.full((300, 400), 90, np.uint8)
    >>> for x in range(40, 400, 60):
    ...     _ = cv2.circle(spots, (x, 150), 14, 200, -1)
    >>> drawing = np.where(spots > 120, 255, 0).astype(np.uint8)
    >>> a, b = find_strokes(spots), find_strokes(drawing)
    >>> bool(np.abs(a.xy[:5] - [[[x, 150]] for x in range(40, 400, 60)]).sum(2).min() < 2), len(b) > 0
    (True, True)
    """
    small = stroke_picture(luma, long_edge_px=profile.strokes_edge_px)
    strokes_profile = replace(
        profile, keypoint_edge_px=profile.strokes_edge_px, keypoints_max=profile.strokes_max
    )
    if mask is not None:
        resized = cv2.resize(mask.astype(np.uint8), small.shape[::-1], interpolation=cv2.INTER_NEAREST)
        mask = np.asarray(resized > 0, np.bool_)
    return moved_to(find_keypoints(small, strokes_profile, mask=mask), of=small.shape, to=luma.shape)
