"""Mega mendung: clouds in nested outlines, from pale to deep."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import SUPERSAMPLING, Canvas, Ink
from clothmaker.curves import Points, Rng, place, polygon, smooth, spaced
from clothmaker.grounds import fill_ground
from clothmaker.motifs import Pen
from clothmaker.palettes import Palette
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import cell_px, rectangular


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a mega mendung."""
    pen = sheet.pen(rng)
    group = str(rng.choice(["p1", "p1", "pg", "p2", "cm", "pmg"]))
    width = sheet.px(rng.uniform(430, 620))
    lattice = rectangular(width, width * rng.uniform(0.6, 1.0), centred=group == "cm")
    ground, ramp = _ramp(rng, palette)
    canvas = Canvas(lattice, group, ground)
    kind = str(rng.choice(["plain", "plain", "cecek", "sisik" if group == "p1" else "plain"]))
    fill_ground(canvas, kind, ramp[len(ramp) // 2], pitch=pen.pitch * 1.8, width=pen.fine)
    cell = np.array(cell_px(lattice), dtype=np.float64)
    copies = {"p1": 1, "pmg": 4}.get(group, 2)
    step = sheet.px(rng.uniform(6.5, 11.0))
    rows = max(1, round(6 / copies))
    for k in range(rows):
        x = rng.uniform(0.2, 0.3) if copies > 1 else ((k * 0.5 + rng.uniform(-0.1, 0.1)) % 1)
        at = cell * (x, (k + rng.uniform(0.3, 0.7)) / (rows * (1 if group == "p1" else 2)))
        size = float(cell.min()) * rng.uniform(0.3, 0.46)
        cloud = _cloud(rng, size)
        if rng.random() < 0.5:
            cloud = [(centre * (-1, 1), radius) for centre, radius in cloud]
        _paint(canvas, [(centre + at, radius) for centre, radius in cloud], ramp, step, pen)
    return canvas


def _ramp(rng: Rng, palette: Palette) -> tuple[Ink, list[Ink]]:
    """Return the ground and the clouds' shades from the rim inward."""
    stops = [palette.pale.ink, palette.accent.ink, palette.second.ink, palette.main.ink, palette.deep.ink]
    stops = sorted(stops, key=lambda ink: -sum(ink))
    count = int(rng.integers(5, 9))
    at = np.linspace(0, len(stops) - 1, count)
    shades = np.stack([np.interp(at, range(len(stops)), [ink[c] for ink in stops]) for c in range(3)], axis=1)
    ramp = [(int(r), int(g), int(b)) for r, g, b in shades.round()]
    choices = {"deep": palette.deep.ink, "main": palette.main.ink, "warm": (150, 38, 40)}
    ground = choices[str(rng.choice(list(choices), p=[0.4, 0.35, 0.25]))]
    return ground, ramp if rng.random() < 0.75 else [ramp[0], *ramp[:0:-1]]


def _cloud(rng: Rng, size: float) -> list[tuple[Points, float]]:
    """Return discs whose union is a cloud: lobes along a bent spine, thinning to a tail."""
    lobes = int(rng.integers(4, 8))
    bend, lift = rng.uniform(-0.35, 0.35), rng.uniform(0.1, 0.32)
    discs = []
    for k in range(lobes):
        t = k / (lobes - 1)
        middle = np.array([(t - 0.35) * 1.7, bend * math.sin(math.pi * t) - lift * (k % 2) * (1 - t)]) * size
        discs.append((middle, size * (0.36 * (1 - t) ** 0.8 + 0.05) * rng.uniform(0.85, 1.15)))
    for _ in range(int(rng.integers(2, 6))):
        base, radius = discs[int(rng.integers(0, max(1, lobes - 2)))]
        angle = rng.uniform(0, 2 * math.pi)
        arm = np.array([math.cos(angle), 0.75 * math.sin(angle)])
        discs.append((base + arm * radius * rng.uniform(0.75, 1.05), radius * rng.uniform(0.4, 0.7)))
    tail = smooth(
        [discs[lobes - 1][0] + np.array(step) * size for step in ((-0.3, 0), (0.15, 0.04), (0.55, -0.02))]
    )
    along = spaced(tail, size * 0.05)
    taper = np.linspace(0.1, 0.012, len(along)) * size
    return discs + list(zip(along, taper.tolist(), strict=True))


def _paint(canvas: Canvas, cloud: list[tuple[Points, float]], ramp: list[Ink], step: float, pen: Pen) -> None:
    stencil = canvas.stencil()
    for centre, radius in cloud:
        stencil.fill(place(polygon(radius, 28), centre), (255, 255, 255))
    depth = _depth(stencil.image[..., 0] > 127)
    rim = step * SUPERSAMPLING
    shade = np.clip(depth / rim, 0, len(ramp) - 1e-3)
    inside = depth > 0
    canvas.image[inside] = np.array(ramp, dtype=np.uint8)[shade.astype(int)][inside]
    line = np.abs(depth - np.round(depth / rim) * rim) < pen.fine * SUPERSAMPLING * 0.3
    canvas.image[line & (depth > rim * 0.6) & (depth < rim * (len(ramp) - 0.5))] = ramp[0]


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the distance to the rim in supersampled px, negative outside, across the tile's edges."""
    pad = min(mask.shape[0], mask.shape[1]) // 3
    wide = np.pad(mask, pad, mode="wrap").astype(np.uint8)
    inside = cv2.distanceTransform(wide, cv2.DIST_L2, 5)[pad:-pad, pad:-pad]
    return np.where(mask, inside, np.float32(-1.0))
