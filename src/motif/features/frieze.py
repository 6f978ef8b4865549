"""The seven frieze groups, for borders and other drawings that repeat along one direction only."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from motif.arrays import Doubles, Floats
from motif.features.symmetry import Symmetry, score_groups

PERIOD_SAMPLES: Final = 48
"""Samples along the period."""

_ROW_PX: Final = 0.5
"""Least step between rows across the period: for fine stripes, finer rows would add nothing."""

FRIEZES: Final[dict[str, tuple[tuple[int, int, float], ...]]] = {
    "p1": (),
    "p11g": ((1, -1, 0.5),),
    "p1m1": ((-1, 1, 0.0),),
    "p2": ((-1, -1, 0.0),),
    "p2mg": ((-1, 1, 0.0), (1, -1, 0.5), (-1, -1, 0.5)),
    "p11m": ((1, -1, 0.0),),
    "p2mm": ((-1, 1, 0.0), (1, -1, 0.0), (-1, -1, 0.0)),
}
"""IUC name -> operations (along, across, shift): along' = +-along + shift periods, across' = +-across."""

_SUPERGROUPS: Final = {
    "p1": frozenset({"p11g", "p1m1", "p2", "p2mg", "p11m", "p2mm"}),
    "p11g": frozenset({"p2mg"}),
    "p1m1": frozenset({"p2mg", "p2mm"}),
    "p2": frozenset({"p2mg", "p2mm"}),
    "p2mg": frozenset[str](),
    "p11m": frozenset({"p2mm"}),
    "p2mm": frozenset[str](),
}
"""IUC name -> groups that have all its operations and more."""


def find_frieze(values: Floats, vector: Doubles) -> Symmetry:
    """Rank the frieze groups of a drawing that repeats along one vector.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W)
        In even light.
    vector : ndarray, float64, shape (2,), (x, y) in pixels

    Returns
    -------
    Symmetry
        Without centres and axes; empty where fewer than two periods show.

    References
    ----------
    .. [1] Liu, Collins, Tsin (2004). A computational model for periodic pattern perception based on
       frieze and wallpaper groups. IEEE TPAMI 26(3).

    Examples
    --------
    >>> y, x = np.mgrid[-40:40, :240].astype(np.float32)
    >>> teeth = np.exp(-np.square(y - 12 * np.cos(x * 2 * np.pi / 40)) / 30).astype(np.float32)
    >>> find_frieze(teeth, np.array([40.0, 0.0])).best
    'p2mg'
    """
    halves = _strips(values, vector)
    if halves is None:
        return Symmetry()
    maps = {(along, across): _agreement(halves, along, across) for along in (1, -1) for across in (1, -1)}
    agreements = {group: _joint(maps, operations) for group, operations in FRIEZES.items()}
    ranked = score_groups(agreements, _SUPERGROUPS)
    agreement = tuple((group, round(agreements[group], 4)) for group, _ in ranked)
    return Symmetry(ranked=ranked, agreement=agreement)


def _strips(values: Floats, vector: Doubles) -> Floats | None:
    """Average every other period: shape (2, rows across, PERIOD_SAMPLES), zero mean and joint scale."""
    height, width = values.shape
    length = float(np.hypot(*vector))
    across = np.array([-vector[1], vector[0]]) / length
    reach = float(np.abs(across) @ [width, height]) / 2
    rows = np.arange(-reach, reach, max(length / PERIOD_SAMPLES, _ROW_PX))
    count = int(float(np.abs(vector) @ [width, height]) / length**2 / 2) + 1
    periods = np.arange(-count, count + 1)
    along = (periods[:, None] + np.arange(PERIOD_SAMPLES) / PERIOD_SAMPLES)[:, None, :, None] * vector
    places = along + (rows[:, None] * across)[None, :, None, :] + np.array([width / 2, height / 2])
    # One period at a time: OpenCV accepts no map of more than 32 767 rows.
    stack = np.stack([_sampled(values, period) for period in places.astype(np.float32)]).astype(np.float64)
    known = ~np.isnan(stack)
    stack = np.nan_to_num(stack)
    parity = periods % 2 == 0
    counts = [known[parity].sum(0), known[~parity].sum(0)]
    whole = (counts[0].min(1) > 0) & (counts[1].min(1) > 0)
    if whole.sum() < 8:
        return None
    means = [stack[half].sum(0)[whole] / n[whole] for half, n in zip((parity, ~parity), counts, strict=True)]
    halves = np.stack(means)
    halves -= np.median(halves)
    return np.asarray(halves / (halves.std() + 1e-6), np.float32)


def _sampled(values: Floats, places: Floats) -> Floats:
    """Read a drawing at places (x, y), float32 of shape (rows, PERIOD_SAMPLES, 2); NaN outside."""
    x, y = np.moveaxis(places, -1, 0)
    samples = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=np.nan)
    return np.asarray(samples, np.float32)


def _agreement(halves: Floats, along: int, across: int) -> Doubles:
    """Correlate the halves, one reflected, at each shift (across, along): shape (2 rows, PERIOD_SAMPLES)."""
    from scipy import fft

    shape = (2 * halves.shape[1], PERIOD_SAMPLES)
    first = fft.rfft2(halves[0].astype(np.float64), shape)
    second = fft.rfft2(halves[1][::across, ::along].astype(np.float64), shape)
    product = fft.irfft2(first * np.conj(second), shape)
    scale = float((halves[0] * halves[1]).sum())
    return np.asarray(product / max(scale, 1e-6 * halves[0].size))


def _joint(maps: dict[tuple[int, int], Doubles], operations: tuple[tuple[int, int, float], ...]) -> float:
    """Return the agreement of the worst operation, at the axes where the operations agree best together."""
    if not operations:
        return 1.0
    levels = []
    for along, across, shift in operations:
        level = np.roll(maps[along, across], -round(shift * PERIOD_SAMPLES), axis=1)
        # An operation that keeps a direction has no axis across it: there is no shift to choose there.
        level = level[:1] if across == 1 else level
        level = level[:, :1] if along == 1 else level
        levels.append(np.broadcast_to(level, maps[1, 1].shape))
    stack = np.stack(levels)
    row, column = np.unravel_index(int((stack.mean(0) + stack.min(0)).argmax()), stack.shape[1:])
    return float(stack[:, row, column].min())
