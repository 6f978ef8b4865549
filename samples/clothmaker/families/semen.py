"""Semen: sprouting vines with leaves, wings, birds and mountains."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import SUPERSAMPLING, Canvas
from clothmaker.curves import Points, Rng, place, smooth, spiral
from clothmaker.grounds import fill_ground
from clothmaker.motifs import (
    Leaf,
    Pen,
    choose_leaf,
    choose_rosette,
    draw_bird,
    draw_leaf,
    draw_meru,
    draw_rosette,
    draw_wing,
)
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import cell_px, rectangular


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a semen."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    group = str(rng.choice(["pm", "pm", "p1", "pg", "cm"]))
    width = sheet.px(rng.uniform(480, 640))
    lattice = rectangular(width, width * rng.uniform(0.75, 1.15), centred=group == "cm")
    canvas = Canvas(lattice, group, inks.ground)
    used = canvas.stencil()
    cell = np.array(cell_px(lattice), dtype=np.float64)
    ground = str(rng.choice(["plain", "cecek", "sekar", "cecek_double"]))
    fill_ground(canvas, ground, inks.fine, pitch=pen.pitch * rng.uniform(1.1, 1.6), width=pen.fine * 0.8)
    leaf = choose_leaf(rng)
    _center(canvas, used, rng, inks, pen, cell)
    _vines(canvas, used, rng, inks, pen, cell, leaf)
    _strew(canvas, used, rng, inks, pen, leaf, floor=sheet.px(10))
    return canvas


def _claim(used: Canvas, at: Points, radius: float) -> None:
    used.dots(at, radius, (255, 255, 255))


def _center(canvas: Canvas, used: Canvas, rng: Rng, inks: Inks, pen: Pen, cell: Points) -> None:
    """Draw the great ornament on the axis: a pair of wings, a meru, or a flower."""
    size = float(cell.min()) * rng.uniform(0.2, 0.28)
    kind = str(rng.choice(["lar", "meru", "flower"]))
    at = np.array([0.0, cell[1] * rng.uniform(0.2, 0.3)])
    if kind == "lar":
        feathers, spread, aspect = int(rng.integers(4, 8)), rng.uniform(55, 95), rng.uniform(0.18, 0.28)
        for mirror in (False, True):
            way = -90 - 62 if mirror else -90 + 62
            foot = at + ((-1 if mirror else 1) * size * 0.08, size * 0.2)
            draw_wing(
                canvas,
                foot,
                size * 1.1,
                way + (40 if mirror else -40),
                (inks.motif, inks.line, inks.accent),
                pen,
                feathers=feathers,
                spread_deg=spread,
                aspect=aspect,
                mirror=mirror,
            )
        draw_rosette(canvas, choose_rosette(rng, inks, order=1), at + (0, size * 0.1), size * 0.3, pen)
    elif kind == "meru":
        draw_meru(
            canvas,
            at + (0, size * 0.6),
            size * 1.3,
            0.0,
            inks,
            pen,
            peaks=int(rng.choice([3, 5])),
            isen=str(rng.choice(["cecek", "galaran", "contour"])),
        )
    else:
        draw_rosette(canvas, choose_rosette(rng, inks, order=1), at, size * 0.8, pen)
    _claim(used, at, size * 1.02)


def _vines(canvas: Canvas, used: Canvas, rng: Rng, inks: Inks, pen: Pen, cell: Points, leaf: Leaf) -> None:
    """Let stems climb through the cell, each ending in a curl."""
    for _ in range(int(rng.integers(2, 5))):
        start = cell * (rng.uniform(0.08, 0.42), rng.uniform(0, 1))
        heading, knots = rng.uniform(-150, -30), [start]
        turn = rng.choice([-1, 1]) * rng.uniform(25, 50)
        for k in range(int(rng.integers(4, 7))):
            heading += turn * (1 if k % 3 else -1)
            knots.append(knots[-1] + place([[float(cell.min()) * 0.11, 0]], angle_deg=heading)[0])
        stem = smooth(knots)
        radius = float(cell.min()) * rng.uniform(0.035, 0.06)
        curl = place(
            spiral(radius, turns=1.6),
            stem[-1] + place([[0, np.sign(turn) * radius]], angle_deg=heading)[0],
            angle_deg=heading - np.sign(turn) * 90,
            mirror=bool(turn < 0),
        )
        whole = np.concatenate([stem, curl])
        canvas.stroke(whole, pen.line * 3.0, inks.ground)
        canvas.stroke(whole, pen.line * 1.7, inks.motif)
        used.stroke(whole, pen.pitch * 1.6, (255, 255, 255))
        for n, at in enumerate(stem[4:-4:5]):
            ahead = stem[4 + n * 5 + 1] - at
            way = float(np.degrees(np.arctan2(ahead[1], ahead[0])))
            length, side = float(cell.min()) * rng.uniform(0.06, 0.1), 1 if n % 2 else -1
            draw_leaf(
                canvas, leaf, at, length, way + side * 50, (inks.motif, inks.line), pen, mirror=side < 0
            )
            _claim(used, at + place([[length * 0.55, 0]], angle_deg=way + side * 50)[0], length * 0.5)


def _strew(canvas: Canvas, used: Canvas, rng: Rng, inks: Inks, pen: Pen, leaf: Leaf, *, floor: float) -> None:
    """Fill the gaps, the largest first: birds, then flowers, leaves and buds."""
    small = choose_leaf(rng)
    flowers = [choose_rosette(rng, inks, order=1, mirrored=True) for _ in range(2)]
    line = inks.line if inks.line != inks.ground else inks.second
    birds = int(rng.integers(1, 4))
    for _ in range(8 if canvas.group in ("pm", "cm") else 0):
        at, room = _widest(used.image[..., 0] > 127, canvas, on_axis=True)
        if room < floor:
            break
        size = min(room * 0.9, floor * 4)
        draw_rosette(canvas, flowers[int(rng.integers(2))], at, size, pen)
        _claim(used, at, size * 1.1)
    for _ in range(110):
        at, room = _widest(used.image[..., 0] > 127, canvas)
        if room < floor:
            return
        if birds and room > floor * 2.4:
            birds -= 1
            size = min(room * 1.9, floor * 15)
            draw_bird(canvas, at, size, rng.uniform(-30, 10), inks, pen, rng)
            _claim(used, at, size * 0.48)
        elif rng.random() < 0.3 or room < floor * 1.25:
            size = min(room * 0.9, floor * 3)
            draw_rosette(canvas, flowers[int(rng.integers(2))], at, size, pen, angle_deg=rng.uniform(0, 360))
            _claim(used, at, size * 1.1)
        else:
            length, way = min(room * 1.8, floor * 6), rng.uniform(0, 360)
            foot = at - place([[length / 2, 0]], angle_deg=way)[0]
            choice, ink = (leaf, inks.motif) if rng.random() < 0.5 else (small, inks.accent)
            draw_leaf(canvas, choice, foot, length, way, (ink, line), pen)
            for step in (0.25, 0.5, 0.75):
                _claim(used, foot + place([[length * step, 0]], angle_deg=way)[0], length * 0.28)


def _widest(used: NDArray[np.bool_], canvas: Canvas, *, on_axis: bool = False) -> tuple[Points, float]:
    """Return the emptiest point and its distance to what is drawn, in px, wrapping round the tile.

    Under a mirror the point lies on an axis or keeps clear of it: an ornament that
    straddles one would run into its own image.
    """
    coarse = 4
    free = (~used[::coarse, ::coarse]).astype(np.uint8)
    pad = min(free.shape) // 4
    room = cv2.distanceTransform(np.pad(free, pad, mode="wrap"), cv2.DIST_L2, 3)[pad:-pad, pad:-pad]
    to_px = coarse / SUPERSAMPLING
    if canvas.group in ("pm", "cm"):
        half = canvas.width / 2 / to_px
        x = np.arange(free.shape[1], dtype=np.float32) % half
        axis = np.minimum(x, half - x)[None, :]
        room = np.where(axis < 1, room, 0) if on_axis else np.minimum(room, axis)
    row, column = np.unravel_index(int(room.argmax()), room.shape)
    x = float(column) * to_px
    if on_axis:
        x = round(x / (canvas.width / 2)) * canvas.width / 2
    return np.array([x, row * to_px]), float(room[row, column]) * to_px
