"""Spots of a drawing: connected light or dark parts, each with place, size and shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles, Floats

_STANDS_OUT: Final = 0.6
_LEAST_AREA_PX: Final = 5
_LARGEST_SHARE: Final = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spots:
    """Spots, in pixels of the drawing, in no particular order.

    Parameters
    ----------
    xy : ndarray, float64, shape (N, 2), pixels (x, y)
        Centres of mass.
    area_px : ndarray, float64, shape (N,), square pixels
    elongation : ndarray, float64, shape (N,), >= 1
        Longer over shorter axis of the ellipse with the same moments.
    angle_deg : ndarray, float64, shape (N,), 0 <= angle < 180, clockwise from x
        Of the longer axis.
    solidity : ndarray, float64, shape (N,), range 0..1
        Area over that of this ellipse: near 1 for drops and streaks, low for nets and curls.
    light : ndarray, bool, shape (N,)
        Lighter than its surroundings.
    size_px : tuple of 2 ints
        Width and height of the drawing.
    """

    xy: Doubles = field(repr=False)
    area_px: Doubles = field(repr=False)
    elongation: Doubles = field(repr=False)
    angle_deg: Doubles = field(repr=False)
    solidity: Doubles = field(repr=False)
    light: npt.NDArray[np.bool_] = field(repr=False)
    size_px: tuple[int, int]

    def __len__(self) -> int:
        return len(self.xy)

    def round_dots(self) -> npt.NDArray[np.bool_]:
        """Mark small round spots: shape (N,)."""
        small = self.area_px <= (0.022 * max(self.size_px)) ** 2
        return np.asarray(small & (self.elongation <= 1.7) & (self.solidity >= 0.8))

    def drops(self) -> npt.NDArray[np.bool_]:
        """Mark spots of the shape of drops and streaks: shape (N,)."""
        return np.asarray(self.solidity >= 0.72)


def find_spots(values: Floats) -> Spots:
    """Find light and dark spots.

    Parameters
    ----------
    values : ndarray, float32, shape (H, W)
        As ``Drawing.values``.

    Returns
    -------
    Spots

    Examples
    --------
    >>> field = np.full((80, 100), -0.2, np.float32)
    >>> _ = cv2.circle(field, (30, 40), 6, 2.0, -1)
    >>> spots = find_spots(field)
    >>> len(spots), spots.xy.round().tolist(), bool(spots.light[0])
    (1, [[30.0, 40.0]], True)
    """
    light, dark = _parts(values > _STANDS_OUT), _parts(values < -_STANDS_OUT)
    columns = {name: np.concatenate([light[name], dark[name]]) for name in light}
    is_light = np.arange(len(columns["xy"])) < len(light["xy"])
    return Spots(**columns, light=is_light, size_px=(values.shape[1], values.shape[0]))


def _parts(mask: npt.NDArray[np.bool_]) -> dict[str, Doubles]:
    """Measure connected parts by their moments: columns of ``Spots``."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    keep = (area >= _LEAST_AREA_PX) & (area <= _LARGEST_SHARE * mask.size)
    keep[0] = False
    y, x = np.nonzero(keep[labels])
    of = labels[y, x]
    dx, dy = x - centres[of, 0], y - centres[of, 1]
    # A pixel has an extent of its own: a twelfth.
    safe = np.maximum(area, 1)
    xx = np.bincount(of, dx * dx, count) / safe + 1 / 12
    yy = np.bincount(of, dy * dy, count) / safe + 1 / 12
    xy = np.bincount(of, dx * dy, count) / safe
    root = np.sqrt(np.square(xx - yy) / 4 + np.square(xy))
    long, short = (xx + yy) / 2 + root, np.maximum((xx + yy) / 2 - root, 1 / 24)
    columns = {
        "xy": np.asarray(centres, np.float64),
        "area_px": area,
        "elongation": np.sqrt(long / short),
        "angle_deg": np.degrees(np.arctan2(2 * xy, xx - yy)) / 2 % 180,
        "solidity": np.minimum(area / (4 * np.pi * np.sqrt(long * short)), 1.0),
    }
    return {name: column[keep] for name, column in columns.items()}
