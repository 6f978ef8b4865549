"""The cloth on which a family draws: one tile that wraps round, or a whole frame."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from clothmaker.wallpaper import Lattice, placements

Ink = tuple[int, int, int]
Points = NDArray[np.float64]

SUPERSAMPLING = 2
_SHIFT = 4  # sub-pixel bits that OpenCV's drawing functions take


class Canvas:
    """Draws each stroke under all operations of a wallpaper group, wrapping at the tile's edges.

    Parameters
    ----------
    lattice : Lattice or None
        None draws once, on a frame of ``frame_px``, without wrapping.
    group : str or None
        IUC name; None with a None lattice.
    ground : (int, int, int), sRGB, range 0..255
    frame_px : (int, int), px
        Width and height of the frame; read only without a lattice.

    Notes
    -----
    Coordinates are in pixels, continuous, with the origin at a corner of a pixel, so
    that a mirror in x = 0 takes pixel column 0 to column -1 exactly. Every stroke is
    laid down in all its copies before the next one, which keeps overlaps symmetric.
    """

    def __init__(
        self,
        lattice: Lattice | None,
        group: str | None,
        ground: Ink,
        *,
        frame_px: tuple[int, int] = (0, 0),
    ) -> None:
        self.lattice = lattice
        self.group = group
        self.width, self.height = lattice.tile_px if lattice else frame_px
        self.ground = ground
        self.image = np.empty((self.height * SUPERSAMPLING, self.width * SUPERSAMPLING, 3), dtype=np.uint8)
        self.image[:] = ground
        moves = placements(lattice, group or "p1") if lattice else [(np.eye(2), np.zeros(2))]
        self._matrices = np.stack([matrix.T for matrix, _ in moves])
        self._shifts = np.stack([shift for _, shift in moves])[:, None, :]

    def stencil(self) -> Canvas:
        """Return a black canvas with the same repeat, to draw a mask on in white."""
        return Canvas(self.lattice, self.group, (0, 0, 0), frame_px=(self.width, self.height))

    def fill(self, points: ArrayLike, ink: Ink) -> None:
        """Fill a polygon; ``points`` has shape (N, 2), px."""
        self._fill(self._copies(points, 1.0), ink)

    def stroke(self, points: ArrayLike, width_px: float, ink: Ink, *, closed: bool = False) -> None:
        """Draw along ``points``, shape (N, 2), px, with round ends."""
        self._stroke(self._copies(points, width_px), width_px, ink, closed=closed)

    def shape(self, points: ArrayLike, fill: Ink, line: Ink, width_px: float) -> None:
        """Fill a polygon and draw its outline."""
        copies = self._copies(points, width_px)
        self._fill(copies, fill)
        self._stroke(copies, width_px, line, closed=True)

    def dots(self, centres: ArrayLike, radius_px: float, ink: Ink) -> None:
        """Draw discs; ``centres`` has shape (N, 2) or (2,), px."""
        points = np.atleast_2d(np.asarray(centres, dtype=np.float64))
        if not points.size:
            return
        everywhere = self._everywhere(points).reshape(-1, 2)
        if self.lattice:
            everywhere = self._wrapped(everywhere, radius_px + 1.0)
        fixed = _fixed(everywhere)
        radius = max(1, round(radius_px * SUPERSAMPLING * (1 << _SHIFT)))
        for x, y in np.unique(fixed, axis=0).tolist():
            cv2.circle(self.image, (x, y), radius, ink, cv2.FILLED, cv2.LINE_AA, _SHIFT)

    def picture(self) -> NDArray[np.uint8]:
        """Return the tile or frame, uint8 sRGB, shape (height, width, 3)."""
        return cv2.resize(self.image, (self.width, self.height), interpolation=cv2.INTER_AREA)

    def _fill(self, copies: list[NDArray[np.int32]], ink: Ink) -> None:
        for copy in copies:
            cv2.fillPoly(self.image, [copy], ink, cv2.LINE_AA, _SHIFT)

    def _stroke(self, copies: list[NDArray[np.int32]], width_px: float, ink: Ink, *, closed: bool) -> None:
        thickness = max(1, round(width_px * SUPERSAMPLING))
        for copy in copies:
            cv2.polylines(self.image, [copy], closed, ink, thickness, cv2.LINE_AA, _SHIFT)

    def _everywhere(self, points: Points) -> Points:
        return points @ self._matrices + self._shifts

    def _copies(self, points: ArrayLike, margin_px: float) -> list[NDArray[np.int32]]:
        """Return the polygon under every operation and wherever it shows in the tile."""
        moved = self._everywhere(np.asarray(points, dtype=np.float64))
        fixed = _fixed(moved)
        if not self.lattice:
            return list(fixed)
        lows = (moved.min(axis=1) - margin_px - 1).tolist()
        highs = (moved.max(axis=1) + margin_px + 1).tolist()
        unit = SUPERSAMPLING << _SHIFT
        copies: dict[bytes, NDArray[np.int32]] = {}
        for copy, (left, top), (right, bottom) in zip(fixed, lows, highs, strict=True):
            for i in range(math.ceil(-right / self.width), math.floor((self.width - left) / self.width) + 1):
                for j in range(
                    math.ceil(-bottom / self.height), math.floor((self.height - top) / self.height) + 1
                ):
                    here = copy + np.array([i * self.width * unit, j * self.height * unit], dtype=np.int32)
                    # A motif on a mirror meets its own image; once is enough.
                    copies.setdefault(self._key(here), here)
        return list(copies.values())

    def _key(self, copy: NDArray[np.int32]) -> bytes:
        if len(self._matrices) == 1:
            return copy[:2].tobytes()
        return np.sort(copy[:, 0] * 65_521 + copy[:, 1]).tobytes()

    def _wrapped(self, points: Points, margin_px: float) -> Points:
        size = np.array([self.width, self.height], dtype=np.float64)
        inside = np.mod(np.round(points, 4), size)
        copies = [inside + size * (i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = np.concatenate(copies)
        return near[((near > -margin_px) & (near < size + margin_px)).all(axis=1)]


def _fixed(points: Points) -> NDArray[np.int32]:
    # OpenCV puts whole numbers at pixel centres; ours lie at corners.
    return np.round((points * SUPERSAMPLING - 0.5) * (1 << _SHIFT)).astype(np.int32)
