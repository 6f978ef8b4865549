"""Isen-isen: the fine fill inside an ornament."""

from __future__ import annotations

import math

import numpy as np

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Points, inset, inside_margin, place, spaced, spiral

KINDS = ("cecek", "cecek_rim", "galaran", "sawut", "sisik", "contour", "vein", "ukel", "plain", "mlinjon")
UPRIGHT = ("cecek_rim", "contour", "vein", "plain", "galaran")  # keep a mirror along the ornament's axis


def fill_ornament(
    canvas: Canvas, outline: Points, kind: str, ink: Ink, *, pitch: float, width: float
) -> None:
    """Fill a closed outline.

    Parameters
    ----------
    outline : ndarray, shape (N, 2), px
        Its first point is the ornament's foot; the axis runs from there through the middle.
    kind : str
        One of ``KINDS``.
    pitch, width : float, px
        Distance between marks, and width of a line.
    """
    foot = outline[0]
    middle = outline.mean(axis=0)
    angle = math.degrees(math.atan2(middle[1] - foot[1], middle[0] - foot[0]))
    if kind == "cecek":
        canvas.dots(_grid(outline, pitch, angle, margin=pitch * 0.55), width * 0.75, ink)
    elif kind == "cecek_rim":
        canvas.dots(spaced(inset(outline, pitch * 0.8), pitch * 0.8, closed=True), width * 0.75, ink)
    elif kind == "contour":
        _contours(canvas, outline, ink, pitch=pitch, width=width)
    elif kind == "galaran":
        _lines(canvas, outline, angle + 90, ink, pitch=pitch, width=width)
    elif kind == "sawut":
        _rays(canvas, outline, foot, ink, pitch=pitch, width=width)
    elif kind == "sisik":
        _scales(canvas, outline, angle, ink, pitch=pitch, width=width)
    elif kind == "vein":
        _vein(canvas, outline, ink, pitch=pitch, width=width)
    elif kind == "ukel":
        size = np.ptp(outline, axis=0).min() * 0.3
        canvas.stroke(place(spiral(size), middle, angle_deg=angle), width, ink)
    elif kind == "mlinjon":
        for at in _grid(outline, pitch * 1.6, angle, margin=pitch):
            lozenge = pitch * 0.5 * np.array([[1, 0], [0, 0.6], [-1, 0], [0, -0.6]])
            canvas.fill(place(lozenge, at, angle_deg=angle), ink)


def _grid(outline: Points, pitch: float, angle_deg: float, *, margin: float) -> Points:
    reach = np.hypot(*np.ptp(outline, axis=0)) / 2 + pitch
    rows = np.arange(-math.ceil(reach / pitch), math.ceil(reach / pitch) + 1)
    x, y = np.meshgrid(rows * pitch, rows * pitch * 0.87)
    x = x + np.where(rows[:, None] % 2 == 0, 0.0, pitch / 2)
    box = (outline.min(axis=0) + outline.max(axis=0)) / 2
    points = place(np.stack([x.ravel(), y.ravel()], axis=1), box, angle_deg=angle_deg)
    return points[inside_margin(outline, points, margin)]


def _contours(canvas: Canvas, outline: Points, ink: Ink, *, pitch: float, width: float) -> None:
    for depth in (1, 2):
        ring = inset(outline, pitch * 0.85 * depth)
        if len(ring) > 6:
            canvas.stroke(ring, width, ink, closed=True)


def _runs(outline: Points, line: Points, margin: float) -> list[Points]:
    kept = inside_margin(outline, line, margin)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(int)))
    return [line[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _lines(
    canvas: Canvas, outline: Points, angle_deg: float, ink: Ink, *, pitch: float, width: float
) -> None:
    reach = np.hypot(*np.ptp(outline, axis=0)) / 2 + pitch
    box = (outline.min(axis=0) + outline.max(axis=0)) / 2
    count = math.ceil(reach / pitch)
    along = np.linspace(-reach, reach, 40)
    for row in range(-count, count + 1):
        line = place(
            np.stack([along, np.full_like(along, row * pitch * 0.8)], axis=1), box, angle_deg=angle_deg
        )
        for run in _runs(outline, line, width * 1.2):
            canvas.stroke(run[[0, -1]], width, ink)


def _rays(canvas: Canvas, outline: Points, foot: Points, ink: Ink, *, pitch: float, width: float) -> None:
    rim = spaced(inset(outline, pitch * 0.7), pitch * 0.9, closed=True)
    for end in rim:
        if np.hypot(*(end - foot)) > pitch * 2:
            canvas.stroke(np.stack([end + (foot - end) * 0.55, end]), width, ink)


def _scales(
    canvas: Canvas, outline: Points, angle_deg: float, ink: Ink, *, pitch: float, width: float
) -> None:
    bow = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 7)
    arc = pitch * 0.62 * np.stack([np.cos(bow), np.sin(bow)], axis=1)
    for at in _grid(outline, pitch * 1.2, angle_deg + 90, margin=pitch * 0.7):
        canvas.stroke(place(arc, at, angle_deg=angle_deg), width, ink)


def _vein(canvas: Canvas, outline: Points, ink: Ink, *, pitch: float, width: float) -> None:
    foot, tip = outline[0], outline[np.argmax(np.hypot(*(outline - outline[0]).T))]
    canvas.stroke(np.stack([foot + (tip - foot) * 0.1, foot + (tip - foot) * 0.88]), width, ink)
    axis = (tip - foot) / max(np.hypot(*(tip - foot)), 1e-9)
    normal = np.array([-axis[1], axis[0]])
    length = np.hypot(*(tip - foot))
    for step in np.arange(0.2, 0.8, max(0.08, pitch * 1.1 / max(length, 1.0))):
        root = foot + (tip - foot) * step
        for side in (-1, 1):
            rib = root + np.linspace(0, length * 0.4, 7)[:, None] * (axis * 0.75 + normal * side)
            for run in _runs(outline, rib, width * 1.6)[:1]:
                canvas.stroke(run[[0, -1]], width, ink)
