"""Find a color chart of 24 patches in a picture; its patches show how the light colors the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Matrix3
from motif.color import delta_e, linear, linear_to_lab
from motif.normalize.small import reduced

PATCHES = np.array(
    [
        [(115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170)],
        [(214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46)],
        [(56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161)],
        [(243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52)],
    ],
    np.uint8,
)
"""sRGB of the chart of McCamy, Marcus and Davidson (1976), row by row, as its makers publish it."""

_SEARCH_PX = 1024
_LEAST_PATCHES = 15
_MOST_APART = 8.0
"""CIEDE2000: largest median difference between the corrected patches and those of a chart."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """A chart found in a picture.

    Parameters
    ----------
    corners : ndarray, float64, shape (4, 2), pixels (x, y) of the picture that was searched
    to_neutral : ndarray, float64, shape (3, 3)
        From linear light in the picture to that of the chart under a neutral lamp.
    apart : float, CIEDE2000
        Median difference of the patches after correction.
    uncertainty : float
        Median error of a channel of the patches' linear light after correction, as a share of it.
    """

    corners: npt.NDArray[np.float64] = field(repr=False)
    to_neutral: Matrix3
    apart: float
    uncertainty: float


def find_chart(rgb: RGB8) -> Chart | None:
    """Find a color chart of 24 patches and fit the correction that makes its colors true.

    OpenCV's detector finds it; None where the installed OpenCV, older than 5, has no detector.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    Chart or None
    """
    small = reduced(rgb, _SEARCH_PX)
    detected = _patches(small)
    if detected is None:  # the detector only sees some sizes, and small patches vanish in its filters
        small = np.asarray(cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
        detected = _patches(small)
    if detected is None:
        return None
    corners, levels = detected
    usable = (levels.max(axis=1) < 250) & (levels.max(axis=1) > 8)
    if int(usable.sum()) < _LEAST_PATCHES:
        return None
    light = linear(levels.astype(np.uint8))[usable].astype(np.float64)
    true = linear(PATCHES.reshape(-1, 3))[usable].astype(np.float64)
    weight = 1 / (true.mean(axis=1, keepdims=True) + 0.02)  # relative errors count, as for the eye
    matrix = np.linalg.lstsq(light * weight, true * weight, rcond=None)[0].T
    corrected = np.clip(light @ matrix.T, 1e-4, 1)
    apart = float(np.median(delta_e(linear_to_lab(corrected), linear_to_lab(true))))
    if apart > _MOST_APART:
        return None
    error = float(np.median(np.abs(corrected - true) / (true + 0.02)))
    return Chart(
        corners=corners * rgb.shape[1] / small.shape[1], to_neutral=matrix, apart=apart, uncertainty=error
    )


def _patches(small: RGB8) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
    """Return the chart's corners and the median levels of its patches, shape (24, 3)."""
    finder = getattr(cv2, "mcc", None)
    if finder is None or min(small.shape[:2]) < 64:
        return None
    detector = finder.CCheckerDetector_create()
    detector.setColorChartType(finder.MCC24)
    detector.setUseDnnModel(False)  # the network is a download
    try:
        if not detector.process(cv2.cvtColor(small, cv2.COLOR_RGB2BGR), 1):
            return None
    except cv2.error:
        return None
    best = detector.getBestColorChecker()
    places = np.array(best.getColorCharts(), np.float64).reshape(-1, 4, 2)
    if len(places) != 24 or not np.isfinite(places).all():
        return None
    levels = np.array([_median_in(small, place) for place in places])
    return np.array(best.getBox(), np.float64).reshape(4, 2), levels


def _median_in(rgb: RGB8, corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    middle, half = corners.mean(axis=0), np.ptp(corners, axis=0) / 4
    (left, top), (right, bottom) = np.maximum(middle - half, 0).astype(int), (middle + half).astype(int) + 1
    patch = rgb[top:bottom, left:right].reshape(-1, 3)
    return np.median(patch, axis=0) if len(patch) else np.zeros(3)
