"""Ornaments that several families share: rosettes, leaves, stems, wings, birds, mountains."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Points, Rng, petal, place, polygon, ring, star
from clothmaker.isen import KINDS, UPRIGHT, fill_ornament
from clothmaker.palettes import Inks


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Widths of the canting, in px: of an outline, of a fine line, and the pitch of isen."""

    line: float
    fine: float
    pitch: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One ring of petals of a rosette; lengths are shares of its radius."""

    count: int
    start: float
    end: float
    width: float
    belly: float
    point: float
    turn_deg: float
    isen: str
    fill: Ink
    line: Ink


@dataclass(frozen=True, slots=True, kw_only=True)
class Rosette:
    """A flower seen from above."""

    layers: tuple[Layer, ...]
    backing: Points | None
    heart: str
    heart_share: float
    fill: Ink
    line: Ink


def choose_rosette(rng: Rng, inks: Inks, *, order: int, mirrored: bool = True) -> Rosette:
    """Invent a rosette whose rings have a multiple of ``order`` petals."""
    pairs = [
        (inks.motif, inks.line),
        (inks.accent, inks.line),
        (inks.second, inks.motif),
        (inks.line, inks.motif),
    ]
    kinds = UPRIGHT if mirrored else KINDS
    layers, reach = [], 1.0
    for depth in range(int(rng.integers(1, 4))):
        count = order * int(rng.integers(max(1, math.ceil(4 / order)), max(2, 12 // order) + 1))
        start = reach * rng.uniform(0.22, 0.5)
        fill, line = pairs[int(rng.integers(len(pairs)))]
        width = 2 * math.pi * (reach * 0.62) / count * rng.uniform(0.55, 1.1)
        layers.append(
            Layer(
                count=count,
                start=start,
                end=reach,
                width=min(width, reach * 0.8),
                belly=rng.uniform(0.6, 1.8),
                point=rng.uniform(0.45, 1.2),
                turn_deg=float(rng.choice([0.0, 180.0 / count])) if depth or order > 1 else 0.0,
                isen=str(rng.choice(kinds)) if depth == 0 else "plain",
                fill=fill,
                line=line,
            )
        )
        reach *= rng.uniform(0.5, 0.8)
    backing = None
    if rng.random() < 0.6:
        lobes = order * int(rng.integers(max(1, math.ceil(4 / order)), max(2, 16 // order) + 1))
        backing = ring(1.08, lobes=lobes, depth=rng.uniform(0.0, 0.22), sharp=rng.uniform(0.5, 1.4))
    heart = str(rng.choice(["disc", "target", "dots", "star"]))
    return Rosette(
        layers=tuple(layers),
        backing=backing,
        heart=heart,
        heart_share=rng.uniform(0.12, 0.26),
        fill=inks.ground,
        line=inks.motif,
    )


def draw_rosette(
    canvas: Canvas, rosette: Rosette, at: ArrayLike, radius: float, pen: Pen, *, angle_deg: float = -90.0
) -> None:
    """Draw a rosette of ``radius`` px, its first petal towards ``angle_deg``."""
    if rosette.backing is not None:
        outline = place(rosette.backing, at, angle_deg=angle_deg, scale=radius)
        canvas.shape(outline, rosette.fill, rosette.line, pen.line)
    for layer in rosette.layers:
        length, width = (layer.end - layer.start) * radius, layer.width * radius
        if length < 2 * pen.fine:  # finer than the canting
            continue
        steps = 18 if length > 10 * pen.line else 10
        shape = petal(length, width, belly=layer.belly, point=layer.point, steps=steps)
        for k in range(layer.count):
            turn = angle_deg + layer.turn_deg + 360.0 * k / layer.count
            moved = place(shape + (layer.start * radius, 0.0), at, angle_deg=turn)
            canvas.shape(moved, layer.fill, layer.line, pen.fine)
            if radius * layer.width > 2.2 * pen.pitch:
                fill_ornament(canvas, moved, layer.isen, layer.line, pitch=pen.pitch, width=pen.fine)
    _heart(canvas, rosette, at, radius * rosette.heart_share, pen, order=rosette.layers[0].count)


def _heart(canvas: Canvas, rosette: Rosette, at: ArrayLike, radius: float, pen: Pen, *, order: int) -> None:
    first = rosette.layers[0]
    canvas.dots(at, radius, first.line)
    canvas.dots(at, max(1.0, radius - pen.line), first.fill)
    if rosette.heart == "target":
        canvas.dots(at, radius * 0.5, first.line)
    elif rosette.heart == "dots" and radius > 3 * pen.fine:
        canvas.dots(place(polygon(radius * 0.6, order), at, angle_deg=-90), pen.fine * 0.7, first.line)
    elif rosette.heart == "star":
        canvas.fill(place(star(radius * 0.8, radius * 0.35, order), at, angle_deg=-90), first.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf's shape: proportions, teeth and filling."""

    aspect: float
    belly: float
    point: float
    isen: str
    bend: float


def choose_leaf(rng: Rng) -> Leaf:
    """Invent a leaf."""
    return Leaf(
        aspect=rng.uniform(0.28, 0.6),
        belly=rng.uniform(0.6, 1.3),
        point=rng.uniform(0.55, 1.3),
        isen=str(rng.choice(["vein", "cecek_rim", "galaran", "contour", "cecek", "sisik", "plain"])),
        bend=rng.uniform(-0.25, 0.25),
    )


def draw_leaf(
    canvas: Canvas,
    leaf: Leaf,
    at: ArrayLike,
    length: float,
    angle_deg: float,
    colors: tuple[Ink, Ink],
    pen: Pen,
    *,
    mirror: bool = False,
) -> None:
    """Draw a leaf with its foot at ``at``; ``colors`` are fill and line."""
    shape = petal(length, length * leaf.aspect, belly=leaf.belly, point=leaf.point)
    shape[:, 1] += leaf.bend * length * (shape[:, 0] / length) ** 2
    moved = place(shape, at, angle_deg=angle_deg, mirror=mirror)
    canvas.shape(moved, colors[0], colors[1], pen.line)
    if length * leaf.aspect > 1.8 * pen.pitch:  # a bud is too small for isen
        fill_ornament(canvas, moved, leaf.isen, colors[1], pitch=pen.pitch, width=pen.fine)


def draw_wing(
    canvas: Canvas,
    at: ArrayLike,
    size: float,
    angle_deg: float,
    colors: tuple[Ink, Ink, Ink],
    pen: Pen,
    *,
    feathers: int,
    spread_deg: float,
    aspect: float,
    mirror: bool = False,
) -> None:
    """Draw a lar: feathers fanned from a shoulder, longest first."""
    fill, line, band = colors
    side = -1.0 if mirror else 1.0
    for k in range(feathers):
        share = k / max(1, feathers - 1)
        length = size * (1.0 - 0.45 * share)
        shape = petal(length, length * aspect, belly=1.6, point=0.6)
        moved = place(shape, at, angle_deg=angle_deg + side * spread_deg * share)
        canvas.shape(moved, fill, line, pen.line)
        inner = place(
            petal(length * 0.72, length * aspect * 0.45, belly=1.6, point=0.7),
            at,
            angle_deg=angle_deg + side * spread_deg * share,
        )
        canvas.stroke(inner, pen.fine, line, closed=True)
    shoulder = place(
        petal(size * 0.42, size * 0.3, belly=0.9, point=0.6),
        at,
        angle_deg=angle_deg + side * spread_deg * 0.5,
    )
    canvas.shape(shoulder, band, line, pen.line)
    fill_ornament(canvas, shoulder, "sisik", line, pitch=pen.pitch, width=pen.fine)


def draw_bird(
    canvas: Canvas,
    at: ArrayLike,
    size: float,
    angle_deg: float,
    inks: Inks,
    pen: Pen,
    rng: Rng,
    *,
    mirror: bool = False,
) -> None:
    """Draw a bird in flight or at rest, about ``size`` px from beak to tail."""
    tails, spread = int(rng.integers(3, 7)), rng.uniform(25, 60)
    flip = -1.0 if mirror else 1.0

    def put(shape: Points, x: float, y: float, turn: float) -> Points:
        local = place(shape, (x * size, y * size), angle_deg=turn)
        return place(local, at, angle_deg=angle_deg, mirror=mirror)

    for k in range(tails):
        turn = 180 + (k / max(1, tails - 1) - 0.5) * spread
        feather = put(petal(size * 0.5, size * 0.1, belly=1.8, point=0.6), -0.18, 0.0, turn)
        canvas.shape(feather, inks.accent, inks.line, pen.line)
        canvas.dots(feather[len(feather) // 2 - 1], pen.fine, inks.line)
    body = put(petal(size * 0.62, size * rng.uniform(0.24, 0.34), belly=1.2, point=0.6), -0.3, 0.0, 0)
    canvas.shape(body, inks.motif, inks.line, pen.line)
    fill_ornament(canvas, body, "sisik", inks.line, pitch=pen.pitch, width=pen.fine)
    neck = put(petal(size * 0.32, size * 0.12, belly=1.0, point=0.5), 0.18, 0.0, -40)
    canvas.shape(neck, inks.motif, inks.line, pen.line)
    head = place((0.40 * size, -0.19 * size * flip * flip), (0, 0))
    crown = put(petal(size * 0.16, size * 0.05, belly=1.4, point=0.7), 0.37, -0.24, -110)
    canvas.shape(crown, inks.accent, inks.line, pen.fine)
    canvas.shape(
        put(polygon(size * 0.075, 16), head[0] / size, head[1] / size, 0), inks.motif, inks.line, pen.line
    )
    canvas.shape(
        put(petal(size * 0.14, size * 0.06, belly=0.6, point=0.8), 0.45, -0.19, 15),
        inks.accent,
        inks.line,
        pen.fine,
    )
    canvas.dots(
        put(np.zeros((1, 2)), head[0] / size, head[1] / size - 0.01, 0), max(1.0, pen.fine), inks.line
    )
    wing_at = put(np.zeros((1, 2)), 0.08, -0.02, 0)[0]
    draw_wing(
        canvas,
        wing_at,
        size * 0.46,
        angle_deg - flip * rng.uniform(115, 150),
        (inks.second, inks.line if inks.second != inks.line else inks.motif, inks.accent),
        pen,
        feathers=int(rng.integers(3, 6)),
        spread_deg=rng.uniform(40, 75),
        aspect=0.26,
        mirror=mirror,
    )


def draw_meru(
    canvas: Canvas,
    at: ArrayLike,
    size: float,
    angle_deg: float,
    inks: Inks,
    pen: Pen,
    *,
    peaks: int,
    isen: str,
) -> None:
    """Draw a meru: peaks in rows, the middle one highest, with its foot at ``at``."""
    order = sorted(range(peaks), key=lambda k: -abs(k - (peaks - 1) / 2))
    for k in order:
        offset = (k - (peaks - 1) / 2) / peaks
        height = size * (1.0 - 0.9 * abs(offset))
        x = np.linspace(-1, 1, 15)
        hill = np.stack([x * size * 0.36, -height * (1 - np.abs(x) ** 1.5)], axis=1)
        moved = place(hill + (offset * size * 0.95, 0), at, angle_deg=angle_deg)
        canvas.shape(moved, inks.motif, inks.line, pen.line)
        core = place(hill * (0.6, 0.62) + (offset * size * 0.95, 0), at, angle_deg=angle_deg)
        canvas.shape(core, inks.second, inks.motif if inks.second == inks.line else inks.line, pen.fine)
        fill_ornament(canvas, moved, isen, inks.line, pitch=pen.pitch, width=pen.fine)
