"""Mega mendung: clouds in nested outlines, from pale to deep."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import SUPERSAMPLING, Canvas, Ink
from clothmaker.curves import Points, Rng, place, polygon, smooth, spaced, thick
from clothmaker.grounds import fill_ground
from clothmaker.motifs import Pen
from clothmaker.palettes import Palette
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import cell_px, rectangular

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Discs whose union is a cloud, and hooks cut into it round which its outlines curl."""

    discs: tuple[tuple[Points, float], ...]
    hooks: tuple[Points, ...]


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a mega mendung."""
    pen = sheet.pen(rng)
    group = str(rng.choice(["p1", "pg", "p2"], p=[0.6, 0.2, 0.2]))
    rows = int(rng.integers(2, 5)) if group == "p1" else int(rng.integers(1, 3))
    width = sheet.px(rng.uniform(330, 520) * (1.0 if group == "p1" else 1.7))
    row_height = sheet.px(rng.uniform(120, 200))
    lattice = rectangular(width, row_height * rows)
    ground, ramp = _ramp(rng, palette)
    canvas = Canvas(lattice, group, ground)
    kind = str(rng.choice(["plain", "plain", "cecek", "sisik" if group == "p1" else "plain"]))
    fill_ground(canvas, kind, ramp[len(ramp) // 2], pitch=pen.pitch * 1.8, width=pen.fine)
    cell = np.array(cell_px(lattice), dtype=np.float64)
    step = sheet.px(rng.uniform(4.8, 8.0))
    facing, span = rng.random(), cell[0] * (1.0 if group == "p1" else 0.5)
    shift = rng.uniform(0.35, 0.65) if group == "p1" else 0.0

    def invent(row: int, share: float, *, small: bool) -> Cloud:
        x = (row * shift + (0.5 if small else 0.0)) % 1 * span + span / 2
        at = np.array([x, (row + (1.0 if small else 0.5)) * row_height])
        mirror = bool(rng.random() < (0.15 if facing < 0.6 else 0.5))
        height = row_height * share * rng.uniform(0.95, 1.25)
        return _cloud(rng, at, span * share, height, step, mirror=mirror)

    _paint(canvas, [invent(row, rng.uniform(0.3, 0.45), small=True) for row in range(rows)], ramp, step, pen)
    for row in range(rows):  # each large cloud covers what lies behind it
        _paint(canvas, [invent(row, rng.uniform(0.82, 1.02), small=False)], ramp, step, pen)
    return canvas


def _ramp(rng: Rng, palette: Palette) -> tuple[Ink, list[Ink]]:
    """Return the ground and the clouds' shades from the rim inward."""
    stops = [palette.pale.ink, palette.second.ink, palette.main.ink, palette.deep.ink]
    if rng.random() < 0.35:
        stops = [palette.pale.ink, palette.accent.ink, palette.main.ink, palette.deep.ink]
    count = int(rng.integers(5, 9))
    at = np.linspace(0, len(stops) - 1, count)
    shades = np.stack([np.interp(at, range(len(stops)), [ink[c] for ink in stops]) for c in range(3)], axis=1)
    ramp = [(int(r), int(g), int(b)) for r, g, b in shades.round()]
    choices = {"deep": palette.deep.ink, "main": palette.main.ink, "red": (142, 34, 38)}
    ground = choices[str(rng.choice(list(choices), p=[0.35, 0.35, 0.3]))]
    return ground, ramp if rng.random() < 0.7 else [ramp[0], *ramp[:0:-1]]


def _cloud(rng: Rng, at: Points, width: float, height: float, step: float, *, mirror: bool) -> Cloud:
    """Invent a cloud about ``width`` x ``height`` px: lobes on a bent spine, drawn out to tails."""
    bend, lean = rng.uniform(-0.2, 0.2) * height, rng.uniform(0.7, 1.4)
    discs: list[tuple[Points, float]] = []

    def spine(t: float) -> Points:
        return np.array([(t - 0.5) * width * 0.74, bend * math.sin(2 * math.pi * t)])

    def half(t: float) -> float:
        return height * 0.5 * math.sin(math.pi * t**lean) ** 0.7

    discs += [(spine(t), half(t) * 0.55) for t in np.linspace(0.08, 0.92, 12)]
    lobes = []
    for side, count in ((-1, int(rng.integers(3, 6))), (1, int(rng.integers(2, 5)))):
        for k in range(count):
            t = (k + 0.5) / count * 0.84 + 0.08 + rng.uniform(-0.03, 0.03)
            radius = min(half(t) * rng.uniform(0.46, 0.62), width * 0.5 / count)
            lobes.append((spine(t) + (0.0, side * (half(t) - radius)), radius))
    discs += lobes
    for way in (-1, 1) if rng.random() < 0.6 else (1,):
        discs += _tail(rng, spine(0.5 + 0.42 * way), way, width, height)
    hooks = []
    for centre, radius in lobes:
        if radius > 3.6 * step and rng.random() < 0.6:
            hooks.append(_hook(rng, centre, radius, step))
    flip = np.array([-1.0 if mirror else 1.0, 1.0])
    return Cloud(
        discs=tuple((centre * flip + at, radius) for centre, radius in discs),
        hooks=tuple(hook * flip + at for hook in hooks),
    )


def _tail(rng: Rng, root: Points, way: int, width: float, height: float) -> list[tuple[Points, float]]:
    sweep = rng.uniform(-0.18, 0.18) * height
    path = smooth(
        [root, root + (way * width * 0.07, sweep), root + (way * width * rng.uniform(0.13, 0.2), 0.0)]
    )
    along = spaced(path, height * 0.02)
    taper = np.linspace(0.15, 0.008, len(along)) ** 1.2 * height
    return list(zip(along, taper.tolist(), strict=True))


def _hook(rng: Rng, centre: Points, radius: float, step: float) -> Points:
    """Return a thin cut that winds from outside a lobe towards its middle."""
    start, turn = rng.uniform(0, 2 * math.pi), rng.choice([-1, 1]) * rng.uniform(3.2, 4.6)
    along = np.linspace(0, 1, 24)
    angle, reach = start + turn * along, radius * (1.15 - 0.7 * along**0.8)
    path = centre + np.stack([np.cos(angle) * reach, np.sin(angle) * reach], axis=1)
    return thick(path, step * 0.6, step * 0.15)


def _paint(canvas: Canvas, clouds: list[Cloud], ramp: list[Ink], step: float, pen: Pen) -> None:
    stencil = canvas.stencil()
    for centre, radius in (disc for cloud in clouds for disc in cloud.discs):
        stencil.fill(place(polygon(radius, 32), centre), _WHITE)
    outer = stencil.image[..., 0] > 127
    for hook in (hook for cloud in clouds for hook in cloud.hooks):
        stencil.fill(hook, _BLACK)
    rings = _depth(stencil.image[..., 0] > 127)[outer] / (step * SUPERSAMPLING)
    shades = np.array(ramp, dtype=np.uint8)[rings.clip(0, len(ramp) - 1).astype(np.uint8)]
    near = np.abs(rings - np.round(rings)) < pen.fine * 0.3 / step
    shades[near & (rings > 0.6) & (rings < len(ramp) - 0.5)] = ramp[0]
    canvas.image[outer] = shades


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the distance to the rim in supersampled px, negative outside, across the tile's edges."""
    pad = min(mask.shape[0], mask.shape[1]) // 3
    wide = np.pad(mask, pad, mode="wrap").astype(np.uint8)
    inside = cv2.distanceTransform(wide, cv2.DIST_L2, 5)[pad:-pad, pad:-pad]
    return np.where(mask, inside, np.float32(-1.0))
