"""Truntum: small stars strewn on a dark ground."""

from __future__ import annotations

import numpy as np

from clothmaker.canvas import Canvas
from clothmaker.curves import Points, Rng, petal, place, polygon, smooth
from clothmaker.grounds import fill_ground
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import cell_px, rectangular


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a truntum."""
    pen = sheet.pen(rng)
    deep = palette.deep.ink if rng.random() < 0.8 else palette.main.ink
    inks = Inks(
        ground=deep,
        motif=palette.pale.ink,
        line=deep,
        second=palette.second.ink,
        accent=palette.accent.ink,
        fine=palette.second.ink,
    )
    group = str(rng.choice(["p4m", "p4", "cmm", "pmm", "p2"], p=[0.35, 0.2, 0.2, 0.15, 0.1]))
    side = sheet.px(rng.uniform(80, 165))
    stretch = 1.0 if group.startswith("p4") else rng.uniform(0.7, 1.25)
    lattice = rectangular(side, side * stretch, centred=group == "cmm")
    canvas = Canvas(lattice, group, inks.ground)
    fill_ground(
        canvas,
        str(rng.choice(["plain", "plain", "cecek", "sekar"])),
        inks.fine,
        pitch=pen.pitch * rng.uniform(1.1, 1.7),
        width=pen.fine * 0.8,
    )
    corner = np.array(cell_px(lattice)) / 2.0
    order = 4 if group.startswith("p4") else 2
    radius = float(corner.min()) * rng.uniform(0.5, 0.72) * (0.75 if group == "cmm" else 1.0)
    mirrored = group not in ("p4", "p2")
    _sprigs(canvas, rng, inks, pen, corner, radius, mirrored=mirrored)
    _blossom(canvas, rng, inks, pen, np.zeros(2), radius, order=order)
    if group != "cmm":
        _blossom(canvas, rng, inks, pen, corner, radius * rng.uniform(0.45, 1.0), order=order)
    if not mirrored or rng.random() < 0.45:
        # A strewn star off every axis, with its images; it is what tells p4 from p4m.
        at = corner * (rng.uniform(0.6, 0.78), rng.uniform(0.22, 0.36))
        _blossom(canvas, rng, inks, pen, at, radius * rng.uniform(0.22, 0.36), order=order)
    return canvas


def _blossom(
    canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, at: Points, radius: float, *, order: int
) -> None:
    if rng.random() < 0.35:
        draw_rosette(canvas, choose_rosette(rng, inks, order=order), at, radius * 0.85, pen)
        return
    rays = int(rng.choice([4, 8, 8, 12])) if order == 4 else int(rng.choice([6, 8, 10, 12]))
    width, belly, point = radius * rng.uniform(0.14, 0.3), rng.uniform(0.8, 1.7), rng.uniform(0.6, 1.1)
    short = rng.uniform(0.55, 1.0)
    for k in range(rays):
        length = radius * (short if k % 2 else 1.0)
        ray = petal(length * 0.72, width, belly=belly, point=point) + (length * 0.28, 0.0)
        canvas.fill(place(ray, at, angle_deg=360.0 * k / rays), inks.motif if k % 2 == 0 else inks.accent)
        if k % 2 == 0 or short > 0.8:
            canvas.dots(place([[length * 1.14, 0.0]], at, angle_deg=360.0 * k / rays), pen.fine, inks.motif)
    canvas.dots(at, radius * 0.2, inks.accent)
    canvas.dots(at, radius * 0.1, inks.line)


def _sprigs(
    canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, corner: Points, radius: float, *, mirrored: bool
) -> None:
    """Draw what grows between the stars: a curved twig with buds, or dots."""
    middle = np.array([corner[0], 0.0])
    kind = str(rng.choice(["twig", "buds", "dots", "bars"]))
    if kind == "twig" and not mirrored:
        reach = corner * rng.uniform(0.5, 0.75)
        path = smooth([(radius * 0.9, 0), (reach[0], radius * rng.uniform(0.2, 0.5)), (corner[0], reach[1])])
        canvas.stroke(path, pen.fine, inks.second)
        leaf = petal(radius * 0.4, radius * 0.18)
        for at in path[6::5]:
            canvas.fill(place(leaf, at, angle_deg=rng.uniform(-80, 80)), inks.accent)
    elif kind in ("twig", "buds"):
        bud = petal(radius * rng.uniform(0.4, 0.6), radius * rng.uniform(0.2, 0.32), point=0.8)
        for way in (90, 270):
            canvas.shape(
                place(bud + (pen.line * 1.5, 0), middle, angle_deg=way), inks.second, inks.motif, pen.fine
            )
        canvas.dots(middle, pen.line, inks.motif)
    elif kind == "dots":
        canvas.dots(middle + polygon(radius * 0.26, 4), pen.line * 0.8, inks.motif)
        canvas.dots(middle, pen.line * 1.2, inks.accent)
    else:
        bar = petal(radius * 0.7, radius * 0.1) - (radius * 0.35, 0)
        for turn in (0, 90):
            canvas.fill(place(bar, middle, angle_deg=turn + 45), inks.accent)
            canvas.fill(place(bar, middle, angle_deg=turn - 45), inks.accent)
