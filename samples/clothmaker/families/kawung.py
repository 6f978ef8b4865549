"""Kawung: four ovals that meet at a point, in a square or stretched grid."""

from __future__ import annotations

import numpy as np

from clothmaker.canvas import Canvas
from clothmaker.curves import Points, Rng, petal, place, polygon
from clothmaker.grounds import choose_ground, fill_ground
from clothmaker.isen import fill_ornament
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import Lattice, rectangular


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a kawung."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    side = 2 * round(sheet.px(rng.uniform(52, 105)))
    upright = rng.random() < 0.25
    stretch = rng.choice([1.0, 1.0, rng.uniform(0.7, 0.88)])
    if upright and stretch == 1.0:  # the same cell stood on its corner: ovals lie along the axes
        lattice, group = Lattice(first=(side, side), second=(side, -side)), "p4m"
        corner = np.array([0.0, float(side)])
    else:
        lattice = rectangular(side, side * stretch)
        group = "p4m" if stretch == 1.0 else "pmm"
        corner = np.array(lattice.tile_px) / 2.0
    ground, left = choose_ground(rng, group)
    canvas = Canvas(lattice, group, inks.ground)
    fill_ground(canvas, ground, inks.fine, pitch=pen.pitch * 1.1, width=pen.fine)
    _ovals(canvas, rng, inks, pen, corner)
    _fillers(canvas, rng, inks, pen, corner, order=4 if group == "p4m" else 2)
    canvas.group = left
    return canvas


def _ovals(canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, corner: Points) -> None:
    reach = float(np.hypot(*corner))
    angle = float(np.degrees(np.arctan2(corner[1], corner[0])))
    start, end = reach * rng.uniform(0.04, 0.16), reach * rng.uniform(0.86, 0.99)
    across = reach * rng.uniform(0.4, 0.62)
    belly, point = rng.choice([1.0, rng.uniform(0.75, 1.35)]), rng.uniform(0.46, 0.85)
    style = str(rng.choice(["classic", "double", "isen", "seed", "split"]))
    isen = str(rng.choice(["cecek_rim", "contour", "vein", "galaran"]))

    def oval(shrink: float, across_share: float) -> Points:
        margin = (end - start) * shrink / 2
        shape = petal(end - start - 2 * margin, across * across_share, belly=belly, point=point, steps=22)
        return place(shape + (start + margin, 0.0), angle_deg=angle)

    canvas.stroke(oval(0, 1), pen.line * 3.6, inks.ground, closed=True)  # a clear rim on the ground's fill
    canvas.shape(oval(0, 1), inks.motif, inks.line if inks.line != inks.ground else inks.motif, pen.line)
    if style == "double":
        canvas.stroke(oval(0.16, 0.8), pen.fine, inks.line, closed=True)
        canvas.shape(oval(0.4, 0.48), inks.accent, inks.line, pen.fine)
    elif style == "isen":
        fill_ornament(canvas, oval(0, 1), isen, inks.line, pitch=pen.pitch, width=pen.fine)
        canvas.fill(oval(0.62, 0.3), inks.second)
    elif style == "seed":
        canvas.fill(oval(0.3, 0.55), inks.second)
        fill_ornament(canvas, oval(0.3, 0.55), "cecek_rim", inks.motif, pitch=pen.pitch, width=pen.fine)
    elif style == "split":
        canvas.stroke(place([[start, 0], [end, 0]], angle_deg=angle), pen.line, inks.line)
        canvas.fill(oval(0.5, 0.3), inks.accent)
        canvas.stroke(oval(0.22, 0.7), pen.fine, inks.line, closed=True)
    else:
        canvas.stroke(oval(0.22, 0.72), pen.fine, inks.line, closed=True)
    if style in ("classic", "double"):
        count = int(rng.integers(2, 6))
        along = np.linspace(0.28, 0.72, count) * (end - start) + start
        canvas.dots(place(np.stack([along, 0 * along], axis=1), angle_deg=angle), pen.line * 0.9, inks.line)


def _fillers(canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, corner: Points, *, order: int) -> None:
    reach = float(np.hypot(*corner))
    radius = reach * rng.uniform(0.1, 0.2)
    if rng.random() < 0.5:
        draw_rosette(canvas, choose_rosette(rng, inks, order=order), (0, 0), radius, pen)
    else:
        canvas.shape(
            polygon(radius * 0.8, 4, angle_deg=float(rng.choice([0, 45]))), inks.accent, inks.motif, pen.line
        )
        canvas.dots((0, 0), radius * 0.25, inks.line)
    side = (corner[0], 0.0) if corner[0] else (corner[1] / 2, corner[1] / 2)
    other = (0.0, corner[1]) if corner[0] else side
    kind, share = str(rng.choice(["cross", "lozenge", "rosette", "dots", "none"])), rng.uniform(0.1, 0.18)
    choice = choose_rosette(rng, inks, order=2)
    for at in {side, other}:
        _filler(canvas, kind, np.array(at), reach * share, inks, pen)
        if kind == "rosette":
            draw_rosette(canvas, choice, at, reach * share, pen, angle_deg=0 if at == side else 90)
    if rng.random() < 0.5:
        draw_rosette(
            canvas, choose_rosette(rng, inks, order=order), corner, reach * rng.uniform(0.08, 0.15), pen
        )


def _filler(canvas: Canvas, kind: str, at: Points, size: float, inks: Inks, pen: Pen) -> None:
    cross = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], dtype=np.float64)
    if kind == "cross":
        for arm in cross:
            canvas.stroke(np.stack([at + arm * size * 0.3, at + arm * size]), pen.line, inks.fine)
        canvas.dots(at, pen.line * 0.8, inks.fine)
    elif kind == "lozenge":
        canvas.shape(at + cross * size, inks.second, inks.motif, pen.line)
        canvas.dots(at, size * 0.25, inks.motif)
    elif kind == "dots":
        canvas.dots(at + cross * size * 0.8, pen.line, inks.fine)
        canvas.dots(at, pen.line * 1.3, inks.motif)
