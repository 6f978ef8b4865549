"""One repeat, averaged over all visible ones, on a grid that follows the lattice.

In lattice coordinates every symmetry operation is a whole-number matrix, and a slightly skewed picture
is no longer skewed: turn, shear and unequal scales are part of the basis.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Floats
from motif.features.bravais import Basis

GRID: Final = 48
"""Samples along each lattice vector."""

_MOST_CELLS: Final = 80
_LEAST_SHARE: Final = 0.85
_DRIFT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """The average repeat and how the single ones differ from it.

    Parameters
    ----------
    mean : ndarray, float32, shape (GRID, GRID)
        ``[row, column]``: row along the second vector, column along the first; zero mean, unit deviation.
    halves : ndarray, float32, shape (2, GRID, GRID)
        Averages over every other repeat, scaled alike: what they share is the drawing, the rest is noise.
    reliability : float, range -1..1
        Correlation of the two halves.
    cells : int
        Repeats that were averaged.
    left_out : int
        Repeats left out because they look unlike the rest: a fold, a label, a tear.
    variation : float, >= 0
        Root mean square difference of single repeats from the average, in deviations of the drawing.
        Small for prints and stamps, larger where a hand drew each repeat; noise adds to it.
    drift_px : float, pixels
        Root mean square of the shift of single repeats off the lattice.
    start_px : tuple of 2 floats, pixels
        Where the tile's first sample lies in the picture, (x, y).
    """

    mean: Floats = field(repr=False)
    halves: Floats = field(repr=False)
    reliability: float
    cells: int
    left_out: int
    variation: float
    drift_px: float
    start_px: tuple[float, float]


def average_tile(values: Floats, basis: Basis) -> Tile | None:
    """Average the repeats of a picture, each one shifted to fit, odd ones left out.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W)
        In even light.
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels

    Returns
    -------
    Tile, or None where fewer than two repeats lie whole in the picture

    Examples
    --------
    >>> waves = np.sin(np.arange(96) / 12 * 2 * np.pi)[:, None] + np.cos(np.arange(120) / 20 * 2 * np.pi)
    >>> tile = average_tile(waves.astype(np.float32), np.array([[20.0, 0.0], [0.0, 12.0]]))
    >>> tile.cells > 20, round(tile.reliability, 2), tile.drift_px < 0.5
    (True, 1.0, True)
    """
    start, cells = _cells(values.shape, basis)
    if len(cells) < 2:
        return None
    stack = _sampled(values, basis, start, cells)
    whole = (~np.isnan(stack)).mean((1, 2)) >= _LEAST_SHARE
    if whole.sum() < 2:
        return None
    cells = cells[whole]
    stack, shifts = _registered(_standardised(stack[whole]))
    alike = _correlations(stack, _standard(stack.mean(0)))
    typical = alike >= _least_alike(alike)
    if typical.sum() < 2:
        typical[:] = True
    parity = cells.sum(1) % 2 == 0
    halves = _halves(stack[typical], parity[typical])
    mean = _standard(stack[typical].mean(0))
    step_px = np.hypot(*(shifts[typical] / GRID @ basis).T)
    return Tile(
        mean=mean,
        halves=halves,
        reliability=float((halves[0] * halves[1]).mean()),
        cells=int(typical.sum()),
        left_out=int((~typical).sum()),
        variation=float(np.sqrt(np.square(stack[typical] - mean).mean((1, 2))).mean()),
        drift_px=float(np.sqrt(np.square(step_px).mean())),
        start_px=(float(start[0]), float(start[1])),
    )


def typical_repeat(rgb: RGB8, values: Floats, basis: Basis) -> RGB8 | None:
    """Average the picture of one repeat: repeats shifted to fit, odd ones left out.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    values : ndarray, float32, shape (H, W)
        The drawing, by which repeats are shifted and judged.
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels

    Returns
    -------
    ndarray, uint8, shape (round(|b|), round(|a|), 3), sRGB, or None with fewer than two whole repeats
    """
    start, cells = _cells(values.shape, basis)
    if len(cells) < 2:
        return None
    stack = _sampled(values, basis, start, cells)
    whole = (~np.isnan(stack)).mean((1, 2)) >= 0.999
    if whole.sum() < 2:
        return None
    registered, shifts = _registered(_standardised(stack[whole]))
    alike = _correlations(registered, _standard(registered.mean(0)))
    typical = alike >= _least_alike(alike)
    width, height = (max(4, round(float(np.hypot(*vector)))) for vector in basis)
    places = _places(basis, start, cells[whole][typical], (height, width))
    places = places - (shifts[typical] / GRID @ basis)[:, None, None].astype(np.float32)
    pictures = _interpolated(rgb.astype(np.float32), places.reshape(-1, width, 2), 0.0)
    middle = np.median(pictures.reshape(-1, height, width, 3), axis=0)
    return np.asarray(np.clip(np.rint(middle), 0, 255), np.uint8)


def _cells(shape: tuple[int, ...], basis: Basis) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the start of cell (0, 0), in the middle of the picture, and the cells that touch the picture."""
    height, width = shape
    start = np.array([width / 2, height / 2]) - basis.sum(0) / 2
    corners = (np.array([[0, 0], [width, 0], [0, height], [width, height]]) - start) @ np.linalg.inv(basis)
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int)
    cells = np.indices(high - low + 1).reshape(2, -1).T + low
    places = (cells[:, None] + [[0, 0], [1, 0], [0, 1], [1, 1]]) @ basis + start
    slack = 0.1 * np.abs(basis).sum(0)
    cells = cells[((places >= -slack) & (places <= np.array([width, height]) + slack)).all((1, 2))]
    order = np.argsort(np.hypot(*(cells @ basis).T), kind="stable")
    if len(order) > _MOST_CELLS:  # spread over the picture, neighbours kept together in pairs
        pairs = np.linspace(0, len(order) // 2 - 1, _MOST_CELLS // 2).astype(int)
        order = order[np.sort(np.concatenate([2 * pairs, 2 * pairs + 1]))]
    return start, cells[order]


def _sampled(
    values: Floats, basis: Basis, start: npt.NDArray[np.float64], cells: npt.NDArray[np.int64]
) -> Floats:
    """Sample every cell on the grid, NaN outside the picture: float32, shape (cells, GRID, GRID)."""
    places = _places(basis, start, cells, (GRID, GRID))
    # Average over about a sample's width, or fine drawing would alias.
    blur = 0.4 * float(np.hypot(*basis.T).max()) / GRID
    source = cv2.GaussianBlur(values, (0, 0), blur) if blur > 0.5 else values
    sampled = _interpolated(np.asarray(source, np.float32), places.reshape(-1, GRID, 2), np.nan)
    return sampled.reshape(len(cells), GRID, GRID)


def _places(
    basis: Basis, start: npt.NDArray[np.float64], cells: npt.NDArray[np.int64], shape: tuple[int, int]
) -> Floats:
    """Where the samples of each cell lie, (x, y) in pixels: float32, shape (cells, rows, columns, 2)."""
    u, v = np.meshgrid(np.arange(shape[1]) / shape[1], np.arange(shape[0]) / shape[0])
    within = np.stack([u, v], -1) @ basis + start
    return np.asarray(within[None] + (cells @ basis)[:, None, None], np.float32)


def _interpolated(source: npt.NDArray[np.float32], places: Floats, outside: float) -> npt.NDArray[np.float32]:
    x, y = np.moveaxis(places, -1, 0)
    border, values = cv2.BORDER_CONSTANT, (outside,) * 3
    samples = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=border, borderValue=values)
    return np.asarray(samples, np.float32)


def _standardised(stack: Floats) -> Floats:
    """Give each cell zero mean and unit deviation; what is not known becomes the mean."""
    mean = np.nanmean(stack, axis=(1, 2), keepdims=True)
    deviation = np.nanstd(stack, axis=(1, 2), keepdims=True) + 1e-6
    return np.asarray(np.nan_to_num((stack - mean) / deviation, nan=0.0), np.float32)


def _standard(tile: Floats) -> Floats:
    return np.asarray((tile - tile.mean()) / (tile.std() + 1e-6), np.float32)


def _registered(stack: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Shift each cell by up to ``_DRIFT`` samples to fit the average, twice."""
    from scipy import fft

    spectra, shifted = fft.rfft2(stack), stack
    near = np.r_[-_DRIFT : _DRIFT + 1]
    for _ in range(2):
        reference = fft.rfft2(shifted.mean(0))
        fit = fft.irfft2(np.conj(spectra) * reference, (GRID, GRID))[:, near[:, None], near[None, :]]
        down, right = np.divmod(fit.reshape(len(stack), -1).argmax(1), len(near))
        shifts = np.stack([right - _DRIFT, down - _DRIFT], 1)
        pairs = zip(stack, shifts.tolist(), strict=True)
        shifted = np.stack([np.roll(cell, (y, x), (0, 1)) for cell, (x, y) in pairs])
    return shifted, shifts - np.rint(shifts.mean(0)).astype(np.int64)


def _correlations(stack: Floats, mean: Floats) -> Floats:
    deviation = np.sqrt(np.square(stack).mean((1, 2))) + 1e-6
    return np.asarray((stack * mean).mean((1, 2)) / deviation, np.float32)


def _least_alike(alike: Floats) -> float:
    middle = float(np.median(alike))
    spread = 1.4826 * float(np.median(np.abs(alike - middle)))
    return middle - max(3 * spread, 0.1)


def _halves(stack: Floats, parity: npt.NDArray[np.bool_]) -> Floats:
    if parity.all() or not parity.any():
        parity = np.arange(len(stack)) % 2 == 0
    return np.stack([_standard(stack[parity].mean(0)), _standard(stack[~parity].mean(0))])
