"""Parang: slanting rows of blades, with a strip of mlinjon between."""

from __future__ import annotations

import numpy as np

from clothmaker.canvas import Canvas
from clothmaker.curves import Points, Rng, petal, place, polygon, spiral
from clothmaker.families.slanted import Slant, choose_slant
from clothmaker.isen import fill_ornament
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a parang."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    slant = choose_slant(rng, sheet, period=rng.uniform(78, 135), across=rng.uniform(125, 225))
    canvas = Canvas(slant.lattice, "p2", inks.ground)
    strip = slant.across_px * rng.uniform(0.16, 0.26)
    seling = rng.random() < 0.3 and slant.across_px > sheet.px(120)
    blade_room = slant.across_px - (strip * 2.2 if seling else strip)
    _blades(canvas, rng, inks, pen, slant, blade_room)
    _strip(canvas, rng, inks, pen, slant, slant.across_px - blade_room, flowers=seling)
    return canvas


def _outline(rng: Rng, period: float, half: float) -> Points:
    """Return a blade round (0, 0): x along the row, y across it; two-fold by construction."""
    t = np.linspace(-1, 1, 41)
    lean, swing = rng.uniform(-0.7, 0.7) * period, rng.uniform(0.12, 0.42) * period
    lean = np.copysign(max(abs(lean), 0.25 * period), lean)
    spine = lean * t - np.copysign(swing, lean) * np.sin(np.pi * t)
    at, spread = rng.uniform(0.45, 0.75), rng.uniform(0.16, 0.3)
    base = rng.uniform(0.14, 0.32)
    head = rng.uniform(0.08, 0.5 - base) * period
    base *= period
    ends = (1 - np.abs(t) ** rng.uniform(2.5, 6)) ** 0.5
    left = spine - (base + head * np.exp(-(((t - at) / spread) ** 2))) * ends
    right = -left[::-1]
    return np.concatenate(
        [np.stack([left, t * half], axis=1), np.stack([right, t * half], axis=1)[::-1][1:-1]]
    )


def _blades(canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, slant: Slant, room: float) -> None:
    period = slant.period_px
    blade = _outline(rng, period, room / 2 - pen.line)
    line = inks.line if inks.line != inks.ground else inks.second
    canvas.shape(slant.put(blade), inks.motif, line, pen.line)
    core = blade * (rng.uniform(0.4, 0.62), rng.uniform(0.66, 0.84))
    style = str(rng.choice(["core", "contour", "both", "isen"]))
    if style in ("core", "both"):
        canvas.shape(slant.put(core), inks.second if rng.random() < 0.6 else inks.accent, inks.line, pen.fine)
    if style in ("contour", "both"):
        canvas.stroke(slant.put(blade * (0.76, 0.88)), pen.fine, inks.line, closed=True)
    if style == "isen":
        kind = str(rng.choice(["cecek", "cecek_rim", "contour"]))
        fill_ornament(canvas, slant.put(blade), kind, inks.line, pitch=pen.pitch, width=pen.fine)
    left = blade[:41]
    middle = np.stack([(left[:, 0] - left[::-1, 0]) / 2, left[:, 1]], axis=1)
    rows = np.linspace(8, 32, int(rng.integers(3, 8))).round().astype(int)
    canvas.dots(slant.put(middle[rows]), pen.line * 0.8, inks.line)
    _between(canvas, rng, inks, pen, slant, room)


def _between(canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, slant: Slant, room: float) -> None:
    """Draw the mata gareng: what looks out between two blades."""
    at = np.array([slant.period_px / 2, 0.0])
    kind = str(rng.choice(["eye", "lozenge", "curl", "dots"]))
    size = slant.period_px * rng.uniform(0.09, 0.15)
    if kind == "eye":
        canvas.shape(slant.put(at + polygon(size, 20)), inks.motif, inks.line, pen.fine)
        canvas.dots(slant.put(at[None]), size * 0.45, inks.line)
    elif kind == "lozenge":
        canvas.shape(slant.put(at + polygon(size * 1.2, 4) * (0.7, 1.3)), inks.accent, inks.motif, pen.fine)
    elif kind == "curl":
        curl = spiral(size * 1.1, turns=1.3)
        canvas.stroke(slant.put(at + (0, room * 0.2) + curl), pen.fine, inks.fine)
    else:
        canvas.dots(slant.put(at + np.array([[0, -1.4], [0, 0], [0, 1.4]]) * size), pen.line, inks.fine)


def _strip(
    canvas: Canvas, rng: Rng, inks: Inks, pen: Pen, slant: Slant, width: float, *, flowers: bool
) -> None:
    """Draw the strip between two rows, lozenges or flowers, with its two edges."""
    period, middle = slant.period_px, slant.across_px / 2
    edge = np.array([[-period * 0.6, 0.0], [period * 0.6, 0.0]])
    body = np.array([[-0.51, -0.5], [0.51, -0.5], [0.51, 0.5], [-0.51, 0.5]]) * (period, width)
    canvas.fill(slant.put(body + (0, middle)), inks.ground if rng.random() < 0.4 else inks.line)
    for side in (-0.5, 0.5):
        canvas.stroke(slant.put(edge + (0, middle + side * width)), pen.line * 1.4, inks.motif)
        canvas.stroke(slant.put(edge + (0, middle + side * width * 0.76)), pen.fine, inks.accent)
    count = 1 if flowers else int(rng.integers(1, 4))
    size = min(period / count * 0.46, width * 0.34)
    flower = choose_rosette(rng, inks, order=2, mirrored=False)
    for k in range(count):
        at = np.array([(k + 0.5) / count * period, middle])
        if flowers:
            draw_rosette(canvas, flower, slant.put(at[None])[0], width * 0.36, pen, angle_deg=slant.angle_deg)
            continue
        canvas.shape(
            slant.put(at + polygon(size, 4) * (1.0, width * 0.3 / size)), inks.motif, inks.line, pen.fine
        )
        canvas.dots(slant.put(at[None]), size * 0.28, inks.line)
    if flowers:
        leaf = petal(width * 0.3, width * 0.16)
        for way in (0, 180):
            canvas.fill(slant.put(place(leaf + (2, 0), (0, middle), angle_deg=way)), inks.second)
