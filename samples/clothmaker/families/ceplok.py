"""Ceplok: rosettes in frames, in a square, oblong or staggered grid."""

from __future__ import annotations

import numpy as np

from clothmaker.canvas import Canvas
from clothmaker.curves import Points, Rng, petal, place, polygon, ring, spaced
from clothmaker.grounds import choose_ground, fill_ground
from clothmaker.isen import fill_ornament
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import cell_px, rectangular


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a ceplok."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    side = sheet.px(rng.uniform(150, 270))
    group = str(rng.choice(["p4m", "pmm", "cmm", "p4", "pm", "p2"], p=[0.34, 0.14, 0.2, 0.12, 0.1, 0.1]))
    stretch = 1.0 if group in ("p4m", "p4") else rng.uniform(0.72, 1.2)
    lattice = rectangular(side, side * stretch, centred=group == "cmm")
    ground, left = choose_ground(rng, group, upright=group != "cmm")
    canvas = Canvas(lattice, group, inks.ground)
    fill_ground(canvas, ground, inks.fine, pitch=pen.pitch * 1.1, width=pen.fine)
    width, height = cell_px(lattice)
    order = {"p4m": 4, "p4": 4, "pm": 1}.get(group, 2)
    mirrored = group not in ("p4", "p2")
    radius = min(width, height) / 2 * (rng.uniform(0.62, 0.95) if group != "cmm" else rng.uniform(0.62, 0.72))
    _frame(canvas, rng, inks, pen, radius, order=order)
    flower = choose_rosette(rng, inks, order=order, mirrored=mirrored)
    draw_rosette(canvas, flower, (0, 0), radius * rng.uniform(0.7, 0.86), pen)
    if group != "cmm":
        _between(canvas, rng, inks, pen, np.array([width, height]) / 2, radius, order=order)
    _links(canvas, rng, inks, pen, np.array([width, height]) / 2, radius, square=order == 4)
    canvas.group = left
    return canvas


def _frame(canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, radius: float, *, order: int) -> None:
    corners = order * int(rng.integers(1, 5)) if order > 1 else int(rng.integers(4, 10))
    outline = {
        "circle": ring(radius, steps=64),
        "lobed": ring(
            radius, lobes=max(4, corners), depth=rng.uniform(0.08, 0.25), sharp=rng.uniform(0.5, 1.2)
        ),
        "square": polygon(radius * 1.3, 4, angle_deg=45),
        "lozenge": polygon(radius * 1.15, 4),
        "octagon": polygon(radius * 1.04, 8, angle_deg=22.5),
        "none": None,
    }[str(rng.choice(["circle", "lobed", "square", "lozenge", "octagon", "none"]))]
    if outline is None:
        return
    outline = place(outline, angle_deg=-90)
    canvas.shape(outline, inks.motif, inks.line if inks.line != inks.ground else inks.motif, pen.line)
    inner = outline * (1 - 2.2 * pen.pitch / radius)
    canvas.shape(inner, rng.choice([inks.ground, inks.second, inks.line]).tolist(), inks.line, pen.line)
    if rng.random() < 0.7:
        middle = outline * (1 - 1.1 * pen.pitch / radius)
        beads = 4 * max(4, round(2 * np.pi * radius / (pen.pitch * 4)))
        canvas.dots(
            spaced(middle, 2 * np.pi * radius / beads, closed=True)[:beads], pen.fine * 0.9, inks.line
        )


def _between(
    canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, corner: Points, radius: float, *, order: int
) -> None:
    room = float(np.hypot(*corner)) - radius
    size = room * rng.uniform(0.7, 1.0)
    if rng.random() < 0.75:
        draw_rosette(canvas, choose_rosette(rng, inks, order=order), corner, size, pen)
    else:
        star = place(ring(size, lobes=4, depth=rng.uniform(0.4, 0.7), sharp=1.5), corner)
        canvas.shape(star, inks.second, inks.motif, pen.line)
        canvas.dots(corner, size * 0.2, inks.motif)


def _links(
    canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, corner: Points, radius: float, *, square: bool
) -> None:
    kind = str(rng.choice(["leaf", "lozenge", "dots", "none"]))
    lean = 0.0
    if canvas.group in ("p4", "p2"):  # leaves that lean all one way are what tells p4 from p4m
        kind, lean = "leaf", rng.uniform(18, 42)
    shape = petal(
        radius * rng.uniform(0.35, 0.6), radius * rng.uniform(0.14, 0.26), point=rng.uniform(0.5, 1.0)
    )
    for axis in (0, 1):
        if axis and square:
            break
        at = np.array([corner[0], 0.0]) if axis == 0 else np.array([0.0, corner[1]])
        turn = 90.0 if axis == 0 else 0.0
        if kind == "leaf":
            for way in (0, 180):
                moved = place(shape + (pen.pitch * 0.6, 0), at, angle_deg=turn + way + lean)
                canvas.shape(
                    moved, inks.accent, inks.line if inks.line != inks.ground else inks.motif, pen.line
                )
                fill_ornament(canvas, moved, "vein", inks.line, pitch=pen.pitch, width=pen.fine)
            canvas.dots(at, pen.line * 1.2, inks.motif)
        elif kind == "lozenge":
            canvas.shape(at + polygon(radius * 0.16, 4), inks.motif, inks.line, pen.line)
            canvas.dots(at, pen.line, inks.line)
        elif kind == "dots":
            canvas.dots(at + polygon(radius * 0.12, 4), pen.line, inks.motif)
            canvas.dots(at, pen.line * 1.4, inks.accent)
