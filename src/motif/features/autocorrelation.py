"""Autocorrelation: how similar a picture is to shifted copies of itself, and the peaks of that map.

The peaks are the shifts that carry the picture onto itself: candidates for the vectors of a repeat.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles, Floats
from motif.errors import ImageShapeError

REACH = 0.72
"""Longest shift, as a share of the picture's side; what still overlaps carries the evidence."""


def autocorrelation(values: Floats, *, reach: float = REACH) -> Floats:
    """Compute the normalised autocorrelation over the part that overlaps.

    For each shift, Pearson's correlation over the pixels that overlap: large shifts are not dimmed, and
    a bright corner gives no false peak.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W)
    reach : float, range 0..1
        Longest shift over the picture's side.

    Returns
    -------
    ndarray, float32, shape (1 + 2 My, 1 + 2 Mx), range -1..1
        The middle is the shift (0, 0), with My = floor(reach H) and Mx = floor(reach W); symmetric
        about the middle.

    Raises
    ------
    ImageShapeError
        If ``values`` is not two-dimensional.

    References
    ----------
    .. [1] Lewis (1995). Fast normalized cross-correlation. Vision Interface.
    .. [2] Padfield (2012). Masked object registration in the Fourier domain. IEEE TIP 21(5).

    Examples
    --------
    >>> stripes = np.tile(np.float32([0, 0, 1, 1]), (16, 8))
    >>> autocorrelation(stripes)[11, 19:28].round().astype(int).tolist()
    [1, 0, -1, 0, 1, 0, -1, 0, 1]
    """
    from scipy import fft

    if values.ndim != 2:
        raise ImageShapeError(f"values.shape={values.shape}; expected (H, W)")
    height, width = values.shape
    rows, columns = int(reach * height), int(reach * width)
    centred = (values - values.mean()).astype(np.float32)
    shape = (fft.next_fast_len(height + rows, real=True), fft.next_fast_len(width + columns, real=True))
    spectrum = fft.rfft2(centred, shape)
    raw = fft.irfft2(spectrum.real**2 + spectrum.imag**2, shape)
    half = np.concatenate([raw[: rows + 1, -columns:], raw[: rows + 1, : columns + 1]], axis=1)
    lower = _normalised(half, centred, rows, columns)
    return np.asarray(np.concatenate([lower[:0:-1, ::-1], lower]), np.float32)


def _normalised(half: Floats, centred: Floats, rows: int, columns: int) -> Floats:
    """Turn raw sums of products, for shifts down by 0..rows, into correlations."""
    sums, squares = _overlap_sums(centred, rows, columns), _overlap_sums(centred**2, rows, columns)
    height, width = centred.shape
    down, right = np.arange(rows + 1), np.abs(np.arange(-columns, columns + 1))
    count = ((height - down)[:, None] * (width - right)[None, :]).astype(np.float64)
    covariance = half - sums[0] * sums[1] / count
    variances = [square - total**2 / count for total, square in zip(sums, squares, strict=True)]
    floor = 1e-6 * float(np.square(centred, dtype=np.float64).sum()) + 1e-9
    scale = np.sqrt(np.maximum(variances[0], floor) * np.maximum(variances[1], floor))
    return np.asarray(np.clip(covariance / scale, -1, 1).astype(np.float32), np.float32)


def _overlap_sums(
    values: Floats, rows: int, columns: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum both copies over what overlaps, for shifts (0..rows, -columns..columns)."""
    table = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    np.cumsum(np.cumsum(values, axis=0, dtype=np.float64), axis=1, out=table[1:, 1:])
    top, left = np.arange(rows + 1)[:, None], np.arange(columns + 1)[None, :]
    height, width = values.shape
    total = table[-1, -1]
    # The corner that a shift leaves: upper left, lower right, upper right, lower left.
    upper_left = table[height - top, width - left]
    lower_right = total - table[top, width] - table[height, left] + table[top, left]
    upper_right = table[height - top, width] - table[height - top, left]
    lower_left = table[height, width - left] - table[top, width - left]
    first = np.concatenate([upper_right[:, :0:-1], upper_left], axis=1)
    second = np.concatenate([lower_left[:, :0:-1], lower_right], axis=1)
    return first, second


LEAST_PERIOD_PX: Final = 6.0
"""Shorter repeats are weave, print raster or isen-isen."""

_PEAKS: Final = 36
_APART: Final = 0.006
"""Of the map's longer side: nearer to a higher one, a peak is none."""
_GIVES_WAY: Final = 0.015
_FAR: Final = 0.5


class PeakMap:
    """An autocorrelation that gives its level at any shift, and its peaks.

    Parameters
    ----------
    correlation : ndarray, float32, shape (1 + 2 My, 1 + 2 Mx)
        As ``motif.features.autocorrelation.autocorrelation`` returns it.
    """

    def __init__(self, correlation: Floats) -> None:
        self.map = correlation
        self.middle = np.array([correlation.shape[1] // 2, correlation.shape[0] // 2], np.float64)
        self._wide = np.stack([cv2.dilate(correlation, np.ones((2 * r + 1, 2 * r + 1))) for r in (1, 2, 3)])

    def inside(self, shifts: Doubles, margin_px: float = 3.0) -> npt.NDArray[np.bool_]:
        """Tell which shifts (x, y), shape (..., 2), lie on the map."""
        return np.asarray((np.abs(shifts) <= self.middle - margin_px).all(axis=-1))

    def level(self, shifts: Doubles, slack_px: int | npt.NDArray[np.intp] = 1) -> Floats:
        """Return the highest correlation within ``slack_px`` (1..3) of shifts, shape (..., 2)."""
        x, y = np.moveaxis(np.rint(shifts + self.middle).astype(np.intp), -1, 0)
        height, width = self.map.shape
        y, x = np.minimum(np.maximum(y, 0), height - 1), np.minimum(np.maximum(x, 0), width - 1)
        return np.asarray(self._wide[slack_px - 1, y, x])

    def exact(self, shifts: Doubles) -> Floats:
        """Return the correlation at shifts, shape (..., 2), to part of a pixel; the border's outside."""
        x, y = np.moveaxis((shifts + self.middle).reshape(-1, 1, 2).astype(np.float32), -1, 0)
        levels = cv2.remap(self.map, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(levels, np.float32).reshape(shifts.shape[:-1])

    def eased(self, shifts: Doubles, period_px: float) -> Floats:
        """Return the correlation at shifts, searched more widely for long ones, since cloth stretches."""
        widest = int(np.clip(period_px / 8, 1, 3))
        slack = np.clip(np.rint(_GIVES_WAY * np.hypot(shifts[..., 0], shifts[..., 1])), 1, widest)
        return self.level(shifts, slack.astype(np.intp))

    def weight(self, shifts: Doubles) -> Doubles:
        """Return how much a shift counts: by the part of the picture that overlaps, and short ones more."""
        overlap = np.prod(np.clip(1 - np.abs(shifts) * REACH / self.middle, 0.05, 1), axis=-1)
        far = np.square(shifts / (_FAR * self.middle)).sum(-1)
        return np.asarray(overlap * np.exp(-0.5 * far))

    def peaks(self) -> Doubles:
        """Return the strongest local maxima of one half-plane, shape (N, 2), (x, y), strongest first."""
        reach = max(2, round(_APART * max(self.map.shape)))
        window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        highest = self.map >= cv2.dilate(self.map, window)
        prominence = self.map - cv2.blur(self.map, (8 * reach + 1, 8 * reach + 1))
        y, x = np.nonzero(highest)
        shifts = np.stack([x, y], 1) - self.middle
        half = (shifts[:, 1] > 0) | ((shifts[:, 1] == 0) & (shifts[:, 0] > 0))
        keep = half & self.inside(shifts) & (np.hypot(*shifts.T) >= LEAST_PERIOD_PX)
        shifts, worth = shifts[keep], (prominence + 0.5 * self.map)[y, x][keep]
        best = np.argsort(-worth, kind="stable")[: _PEAKS // 2]
        # Short vectors make the basis, though long ones may stand higher.
        near = np.argsort(np.hypot(*shifts.T) - 60 * worth, kind="stable")[: _PEAKS // 2]
        chosen = np.array(list(dict.fromkeys([*best.tolist(), *near.tolist()])), np.intp)
        return self._subpixel(shifts[chosen])

    def _subpixel(self, shifts: Doubles) -> Doubles:
        """Move each maximum to the top of the parabola through it and its neighbours."""
        if not len(shifts):
            return np.zeros((0, 2))
        x, y = np.rint(shifts + self.middle).astype(np.intp).T
        x, y = np.clip(x, 1, self.map.shape[1] - 2), np.clip(y, 1, self.map.shape[0] - 2)
        steps = []
        for right, down in ((1, 0), (0, 1)):
            before, after = self.map[y - down, x - right], self.map[y + down, x + right]
            bend = before - 2 * self.map[y, x] + after
            top = np.where(bend < -1e-6, 0.5 * (before - after) / np.minimum(bend, -1e-6), 0)
            steps.append(np.clip(top, -0.5, 0.5))
        return np.asarray(np.stack([x, y], 1) - self.middle + np.stack(steps, 1), np.float64)

    def climbed(self, shifts: Doubles, reach_px: int) -> Doubles:
        """Move each shift, shape (N, 2), to the highest place within ``reach_px``, to part of a pixel."""
        steps = np.arange(-reach_px, reach_px + 1)
        grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
        around = np.rint(shifts[:, None] + self.middle).astype(np.intp) + grid
        x = np.clip(around[..., 0], 0, self.map.shape[1] - 1)
        y = np.clip(around[..., 1], 0, self.map.shape[0] - 1)
        best = np.argmax(self.map[y, x], axis=1)
        rows = np.arange(len(shifts))
        return self._subpixel(np.stack([x[rows, best], y[rows, best]], 1) - self.middle)
