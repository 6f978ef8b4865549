"""How alike a picture is to itself, shifted: the map on whose peaks a repeat shows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from motif.errors import ImageShapeError

Floats = npt.NDArray[np.float32]
REACH = 0.72
"""Longest shift, as a share of the picture's side; what still overlaps carries the evidence."""


def autocorrelation(values: Floats, *, reach: float = REACH) -> Floats:
    """Compute the normalised autocorrelation over the part that overlaps.

    For each shift, Pearson's correlation of the picture with itself, of the pixels that lie on each
    other only: large shifts are not dimmed, and a bright corner gives no false peak.

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
