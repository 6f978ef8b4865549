"""Outlines and lines, as float arrays of shape (N, 2), x and y; y points down."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
Rng = np.random.Generator


def place(
    points: ArrayLike,
    at: ArrayLike = (0.0, 0.0),
    *,
    angle_deg: float = 0.0,
    scale: float = 1.0,
    mirror: bool = False,
) -> Points:
    """Mirror in the x axis, scale, turn (x towards y) and move."""
    turned = np.asarray(points, dtype=np.float64) * scale
    if mirror:
        turned = turned * (1.0, -1.0)
    angle = math.radians(angle_deg)
    matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return turned @ matrix.T + np.asarray(at, dtype=np.float64)


def petal(length: float, width: float, *, belly: float = 1.0, point: float = 0.6, steps: int = 18) -> Points:
    """Return a leaf from (0, 0) to (length, 0).

    Parameters
    ----------
    length, width : float
        Extent along x, and greatest width along y.
    belly : float
        Below 1 the widest place lies near the base, above 1 near the tip.
    point : float
        0.5 gives rounded ends like an ellipse, 1 and more pointed ones.
    steps : int
        Points along each side.
    """
    # A cosine spacing puts points where the outline bends most.
    along = (1 - np.cos(np.linspace(0, math.pi, steps))) / 2
    half = width / 2 * np.sin(math.pi * along**belly).clip(0) ** point
    upper = np.stack([along * length, -half], axis=1)
    lower = np.stack([along[::-1] * length, half[::-1]], axis=1)
    return np.concatenate([upper, lower[1:-1]])


def ring(radius: float, *, lobes: int = 0, depth: float = 0.0, steps: int = 0, sharp: float = 1.0) -> Points:
    """Return a circle round (0, 0) whose radius swings by ``depth`` in ``lobes`` waves."""
    count = steps or max(32, lobes * 12)
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    wave = np.abs(np.cos(angle * lobes / 2)) ** sharp if lobes else np.ones_like(angle)
    swing = radius * (1 - depth + depth * wave)
    return np.stack([swing * np.cos(angle), swing * np.sin(angle)], axis=1)


def polygon(radius: float, corners: int, *, angle_deg: float = 0.0) -> Points:
    """Return a regular polygon round (0, 0)."""
    angle = np.linspace(0, 2 * math.pi, corners, endpoint=False) + math.radians(angle_deg)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def star(outer: float, inner: float, points: int) -> Points:
    """Return a star round (0, 0) with one tip along +x."""
    angle = np.linspace(0, 2 * math.pi, 2 * points, endpoint=False)
    radius = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def spiral(radius: float, *, turns: float = 1.5, inner: float = 0.12, steps: int = 28) -> Points:
    """Return an ukel: a spiral from (radius, 0) inward round (0, 0)."""
    along = np.linspace(0, 1, steps)
    angle = 2 * math.pi * turns * along
    shrink = radius * (inner + (1 - inner) * (1 - along) ** 1.2)
    return np.stack([shrink * np.cos(angle), shrink * np.sin(angle)], axis=1)


def smooth(points: ArrayLike, *, closed: bool = False, steps: int = 8) -> Points:
    """Return a Catmull-Rom curve through ``points``."""
    knots = np.asarray(points, dtype=np.float64)
    ends = (
        np.concatenate([knots[-1:], knots, knots[:2]])
        if closed
        else np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    )
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:], strict=True):
        bend = 2 * p0 - 5 * p1 + 4 * p2 - p3
        pieces.append(0.5 * (2 * p1 + (p2 - p0) * t + bend * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3))
    curve = np.concatenate(pieces)
    return curve if closed else np.concatenate([curve, knots[-1:]])


def inset(points: Points, distance: float) -> Points:
    """Move a closed outline inward along its normals; meant for smooth shapes."""
    ahead, behind = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
    tangent = ahead - behind
    length = np.hypot(tangent[:, 0], tangent[:, 1]).clip(1e-9)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / length
    x, y = points[:, 0], points[:, 1]
    clockwise = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) > 0
    moved = points + normal * (distance if clockwise else -distance)
    return moved[inside_margin(points, moved, distance * 0.75)]


def inside_margin(outline: Points, points: Points, margin: float) -> NDArray[np.bool_]:
    """Tell which ``points`` lie inside a closed outline and ``margin`` or more away from it."""
    contour = outline.astype(np.float32)[:, None]
    return np.array([cv2.pointPolygonTest(contour, (float(x), float(y)), True) >= margin for x, y in points])


def thick(spine: Points, width_start: float, width_end: float = 0.0) -> Points:
    """Return the outline of a stroke that tapers along ``spine``."""
    tangent = np.gradient(spine, axis=0)
    length = np.hypot(tangent[:, 0], tangent[:, 1]).clip(1e-9)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / length
    half = np.linspace(width_start / 2, width_end / 2, len(spine))[:, None]
    return np.concatenate([spine + normal * half, (spine - normal * half)[::-1]])


def spaced(points: Points, gap: float, *, closed: bool = False) -> Points:
    """Return points about ``gap`` apart along a line."""
    line = np.concatenate([points, points[:1]]) if closed else points
    if len(line) < 2:
        return line
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    count = max(2, round(run[-1] / max(gap, 1e-6)) + (0 if closed else 1))
    at = np.linspace(0, run[-1], count, endpoint=not closed)
    return np.stack([np.interp(at, run, line[:, 0]), np.interp(at, run, line[:, 1])], axis=1)
