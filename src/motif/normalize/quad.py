"""Quadrilaterals: order of corners, sides fitted to evidence, and proportions of rectangles seen askew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Quad = npt.NDArray[np.float64]
"""Four corners (x, y), float64, shape (4, 2), clockwise as seen on screen, from the top left."""

_PLACES = 40
"""Points along a side at which evidence is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSupport:
    """The evidence for one side of a quadrilateral.

    Parameters
    ----------
    ground_share, cloth_share : float, range 0..1
        Share of places with ground just outside, and with cloth just inside.
    ground_level, cloth_level : float
        Mean evidence there, both positive where it supports the side.
    beyond_share : float, range 0..1
        Share of places just outside that the picture does not show; they count as ground.
    """

    ground_share: float
    cloth_share: float
    ground_level: float
    cloth_level: float
    beyond_share: float


def in_order(corners: npt.ArrayLike) -> Quad:
    """Sort four corners clockwise as seen on screen, the top left one (least x + y) first.

    Examples
    --------
    >>> in_order([[9, 8], [0, 8], [9, 0], [0, 0]]).tolist()
    [[0.0, 0.0], [9.0, 0.0], [9.0, 8.0], [0.0, 8.0]]
    """
    points = np.asarray(corners, np.float64)
    away = points - points.mean(axis=0)
    points = points[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]
    return np.roll(points, -int(np.argmin(points.sum(axis=1))), axis=0)


def sides_of(quad: Quad) -> Quad:
    """Return the vector of each side, from each corner to the next."""
    return np.roll(quad, -1, axis=0) - quad


def mean_sides(quad: Quad) -> tuple[float, float]:
    """Return the mean length of the top and bottom sides, and of the left and right ones.

    Parameters
    ----------
    quad : ndarray, float64, shape (4, 2), (x, y), pixels

    Returns
    -------
    tuple of 2 floats, pixels
    """
    length = np.linalg.norm(sides_of(quad), axis=1)
    return float(length[0] + length[2]) / 2, float(length[1] + length[3]) / 2


def four_corners(hull: npt.NDArray[Any]) -> Quad | None:
    """Approximate a convex hull by four corners, in order; None where OpenCV finds none."""
    corners = hull if len(hull) == 4 else cv2.approxPolyN(hull, 4, ensure_convex=True)
    return in_order(np.reshape(corners, (-1, 2))) if np.size(corners) == 8 else None


def is_convex(quad: Quad) -> bool:
    """Tell whether the corners turn the same way throughout, by more than rounding.

    Examples
    --------
    >>> is_convex(np.float64([[0, 0], [9, 0], [9, 9], [0, 9]]))
    True
    >>> is_convex(np.float64([[0, 0], [9, 0], [2, 2], [0, 9]]))
    False
    """
    side = sides_of(quad)
    after = np.roll(side, -1, axis=0)
    turn = side[:, 0] * after[:, 1] - side[:, 1] * after[:, 0]
    least = 0.02 * np.linalg.norm(side, axis=1) * np.linalg.norm(after, axis=1)
    return bool((turn > least).all())


def cover(shape: tuple[int, ...], quad: Quad) -> npt.NDArray[np.uint8]:
    """Draw the mask of the pixels inside a quadrilateral.

    Parameters
    ----------
    shape : (height, width, ...), pixels
    quad : ndarray, float, shape (4, 2), (x, y), pixels

    Returns
    -------
    ndarray, uint8, shape (height, width)
        1 inside, 0 outside.
    """
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(quad * 16).astype(np.int32), 1, shift=4)
    return mask


def moved_to_evidence(
    evidence: npt.NDArray[np.float32], quad: Quad, reach_px: float
) -> tuple[Quad, float] | None:
    """Move each side to where evidence for cloth turns into evidence for ground.

    At places along a side, the step chosen leaves most evidence for cloth inside and most
    against it outside; a straight line is fitted to the steps with little weight on outliers.

    Parameters
    ----------
    evidence : ndarray, float32, shape (H, W)
    quad : Quad
    reach_px : float, pixels
        How far a side may move.

    Returns
    -------
    quad : Quad
    straightness : float, range 0..1
        Of the least straight side: share of places whose step is within 2 px of the line.
        None where the sides do not meet in a convex quadrilateral.
    """
    steps = np.arange(-reach_px, reach_px + 1, dtype=np.float64)
    along = np.linspace(0.04, 0.96, _PLACES)
    read = cv2.blur(_read(evidence, quad, along, steps, beyond=-1.0), (1, 3)).reshape(4, _PLACES, -1)
    inside = np.cumsum(read, axis=2)
    best = np.argmax(2 * inside - inside[:, :, -1:], axis=2)
    start, end, straightness = np.transpose([_fitted_line(along - 0.5, row) for row in steps[best] + 0.5])
    outward, following = _outward(quad), np.roll(quad, -1, axis=0)
    starts, stops = quad + start[:, None] * outward, following + end[:, None] * outward
    corners = [_crossing(starts[i - 1], stops[i - 1], starts[i], stops[i]) for i in range(4)]
    if any(corner is None for corner in corners):
        return None
    moved = in_order(np.array(corners))
    return (moved, float(straightness.min())) if is_convex(moved) else None


def side_support(evidence: npt.NDArray[np.float32], quad: Quad) -> list[SideSupport]:
    """Measure the evidence for each side, in narrow strips outside (3 px) and inside (6 px) of it."""
    along = np.linspace(0.05, 0.95, _PLACES)
    near, within = np.arange(1.5, 4.5), -np.arange(1.5, 7.5)
    visible = _read(np.ones_like(evidence), quad, along, near[:1], beyond=0.0).reshape(4, -1)
    outside, inside = (
        _read(evidence, quad, along, steps, beyond=beyond).mean(axis=1).reshape(4, -1)
        for steps, beyond in ((near, -2.0), (within, 0.0))
    )
    return [
        SideSupport(
            ground_share=float((outside[i] < 0).mean()),
            cloth_share=float((inside[i] > 0).mean()),
            ground_level=-float(outside[i].mean()),
            cloth_level=float(inside[i].mean()),
            beyond_share=float((visible[i] < 0.5).mean()),
        )
        for i in range(4)
    ]


def seen_aspect(quad: Quad, middle: tuple[float, float], long_edge_px: float) -> tuple[float, float]:
    """Return the width over height of the rectangle that a camera saw as ``quad``.

    With square pixels and the camera's axis through ``middle``, a rectangle's image gives both the
    focal length and the proportions [1]_. Where the sides are nearly parallel, or the focal length
    would be one that no phone has, the mean lengths of opposite sides are compared instead.

    Parameters
    ----------
    quad : Quad
    middle : (x, y), pixels
    long_edge_px : float, pixels
        Of the whole picture.

    Returns
    -------
    aspect : float
    focal_px : float, pixels
        0 where it could not be determined.

    References
    ----------
    .. [1] Zhang, He (2007). Whiteboard scanning and image enhancement. Digital Signal Processing 17.

    Examples
    --------
    >>> seen_aspect(np.float64([[0, 0], [200, 0], [200, 100], [0, 100]]), (100, 50), 200)
    (2.0, 0.0)
    """
    across, down = mean_sides(quad)
    plain = across / down
    first, second, third, fourth = np.column_stack([(quad - middle) / long_edge_px, np.ones(4)])
    k2 = np.cross(first, third) @ fourth / (np.cross(second, third) @ fourth)
    k3 = np.cross(first, third) @ second / (np.cross(fourth, third) @ second)
    right, below = k2 * second - first, k3 * fourth - first
    bend = right[2] * below[2]
    if abs(bend) < 1e-4:
        return plain, 0.0
    squared = -(right[0] * below[0] + right[1] * below[1]) / bend
    if not 0.45**2 < squared < 3.0**2:
        return plain, 0.0
    weights = np.array([1 / squared, 1 / squared, 1.0])
    aspect = float(np.sqrt((right**2 * weights).sum() / (below**2 * weights).sum()))
    return aspect, float(np.sqrt(squared)) * long_edge_px


def _outward(quad: Quad) -> Quad:
    """Return a unit vector for each side that points away from the inside."""
    side = sides_of(quad)
    side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    return np.column_stack([side[:, 1], -side[:, 0]])


def _read(
    evidence: npt.NDArray[np.float32],
    quad: Quad,
    along: npt.NDArray[np.float64],
    steps: npt.NDArray[np.float64],
    *,
    beyond: float,
) -> npt.NDArray[np.float32]:
    """Read evidence along all sides, shape (4 * places, steps); ``beyond`` stands outside the picture."""
    base = quad[:, None, :] + along[None, :, None] * sides_of(quad)[:, None, :]
    points = base[:, :, None, :] + steps[None, None, :, None] * _outward(quad)[:, None, None, :]
    x, y = (points[..., i].reshape(4 * len(along), -1).astype(np.float32) for i in (0, 1))
    read = cv2.remap(evidence, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(beyond,))
    return np.asarray(read, np.float32)


def _fitted_line(
    along: npt.NDArray[np.float64], steps: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return a robust line's height at both ends of a side, and the share of steps near it."""
    weight = np.ones_like(steps)
    for _ in range(8):
        x0, y0 = (weight @ along) / weight.sum(), (weight @ steps) / weight.sum()
        from_x0 = along - x0
        slope = (weight * from_x0) @ (steps - y0) / max(float((weight * from_x0) @ from_x0), 1e-9)
        apart = np.abs(steps - y0 - slope * from_x0)
        weight = 1 / (1 + (apart / 1.5) ** 2)
    level = y0 - slope * x0
    return float(level - slope / 2), float(level + slope / 2), float((apart < 2.0).mean())


def _crossing(a: Quad, b: Quad, c: Quad, d: Quad) -> npt.NDArray[np.float64] | None:
    """Return where the lines a-b and c-d cross; None where they hardly do."""
    first, second = b - a, d - c
    area = first[0] * second[1] - first[1] * second[0]
    if abs(area) <= 1e-3 * np.linalg.norm(first) * np.linalg.norm(second):
        return None
    gap = c - a
    return np.asarray(a + first * (gap[0] * second[1] - gap[1] * second[0]) / area)
