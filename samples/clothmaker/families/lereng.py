"""Lereng: narrow slanting stripes, each with a filling of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Points, Rng, petal, place, polygon, spiral
from clothmaker.families.slanted import Slant, choose_slant
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet

Stripe = Callable[[Canvas, Rng, Slant, Inks, Pen, float, float], None]


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a lereng."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    count = int(rng.integers(2, 6))
    slant = choose_slant(rng, sheet, period=rng.uniform(64, 120), across=rng.uniform(46, 66) * count)
    canvas = Canvas(slant.lattice, "p1", inks.ground)
    shares = rng.uniform(0.5, 1.5, size=count)
    shares = shares / shares.sum() * slant.across_px
    kinds = rng.permutation(len(STRIPES))[:count]
    grounds = [inks.ground, inks.line, inks.second, inks.ground]
    across = 0.0
    for k, (share, kind) in enumerate(zip(shares, kinds, strict=True)):
        ground = grounds[int(rng.integers(len(grounds)))]
        _body(canvas, slant, across, share, ground)
        on_dark = sum(ground) < 380
        own = Inks(
            ground=ground,
            motif=inks.motif if ground != inks.motif else inks.line,
            line=inks.line if ground != inks.line else inks.motif,
            second=inks.second,
            accent=inks.accent,
            fine=inks.motif if on_dark else inks.line,
        )
        STRIPES[kind](canvas, rng, slant, own, pen, across + share / 2, share * 0.72)
        _edge(canvas, slant, across, inks, pen, beaded=bool((k + kind) % 2))
        across += share
    _edge(canvas, slant, 0.0, inks, pen, beaded=bool(kinds[0] % 2))
    return canvas


def _body(canvas: Canvas, slant: Slant, across: float, width: float, ink: Ink) -> None:
    period = slant.period_px
    corners = [[-0.51 * period, across], [0.51 * period, across]]
    canvas.fill(slant.put([*corners, [0.51 * period, across + width], [-0.51 * period, across + width]]), ink)


def _edge(canvas: Canvas, slant: Slant, across: float, inks: Inks, pen: Pen, *, beaded: bool) -> None:
    line = np.array([[-0.55 * slant.period_px, across], [0.55 * slant.period_px, across]])
    canvas.stroke(slant.put(line), pen.line * 2.4, inks.motif)
    if beaded:
        count = max(3, round(slant.period_px / (pen.pitch * 0.9)))
        x = (np.arange(count) + 0.5) / count * slant.period_px
        canvas.dots(slant.put(np.stack([x, np.full(count, across)], axis=1)), pen.fine * 0.6, inks.line)


def _steps(rng: Rng, slant: Slant, width: float, low: float, high: float) -> tuple[Points, float]:
    """Return where marks stand along a row, and how much room each has."""
    count = max(1, round(slant.period_px / (width * rng.uniform(low, high))))
    room = slant.period_px / count
    return (np.arange(count) + 0.5) * room, room


def _wave(canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float) -> None:
    count = int(rng.integers(1, 4))
    x = np.linspace(0, slant.period_px, 49)
    phase = 2 * np.pi * count * x / slant.period_px
    for shift in (0.0, np.pi) if rng.random() < 0.5 else (0.0,):
        y = across + width * 0.34 * np.sin(phase + shift)
        canvas.stroke(slant.put(np.stack([x, y], axis=1)), pen.line * 1.3, inks.motif)
    peaks = (np.arange(count * 2) + 0.5) / (count * 2) * slant.period_px
    side = np.where(np.arange(count * 2) % 2 == 0, -0.2, 0.2) * width
    canvas.dots(slant.put(np.stack([peaks, across + side], axis=1)), width * 0.11, inks.accent)


def _leaves(
    canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float
) -> None:
    at, room = _steps(rng, slant, width, 0.45, 0.9)
    stem = np.array([[0.0, across], [slant.period_px, across]])
    canvas.stroke(slant.put(stem), pen.line, inks.motif)
    turn, shape = (
        rng.uniform(30, 65),
        petal(width * 0.5, room * rng.uniform(0.4, 0.6), point=rng.uniform(0.5, 1)),
    )
    for x in at:
        for side in (-1, 1):
            leaf = place(shape, (x - room * 0.2, across), angle_deg=side * turn)
            canvas.shape(slant.put(leaf), inks.motif if side > 0 else inks.accent, inks.line, pen.fine)


def _lozenges(
    canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float
) -> None:
    at, room = _steps(rng, slant, width, 0.6, 1.3)
    for x in at:
        canvas.shape(
            slant.put((x, across) + polygon(1, 4) * (room * 0.46, width * 0.48)),
            inks.motif,
            inks.line,
            pen.fine,
        )
        canvas.shape(
            slant.put((x, across) + polygon(1, 4) * (room * 0.24, width * 0.26)),
            inks.second,
            inks.line,
            pen.fine,
        )
    joints = np.stack([at - room / 2, np.full_like(at, across)], axis=1)
    canvas.dots(
        slant.put(np.concatenate([joints + (0, width * 0.3), joints - (0, width * 0.3)])), pen.line, inks.fine
    )


def _flowers(
    canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float
) -> None:
    at, room = _steps(rng, slant, width, 1.1, 1.5)
    flower = choose_rosette(rng, inks, order=1, mirrored=False)
    for x in at:
        middle = slant.put([[x, across]])[0]
        draw_rosette(canvas, flower, middle, min(width * 0.5, room * 0.46), pen, angle_deg=slant.angle_deg)
    joints = np.stack([at - room / 2, np.full_like(at, across)], axis=1)
    canvas.dots(slant.put(joints), pen.line * 1.3, inks.fine)


def _curls(canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float) -> None:
    at, room = _steps(rng, slant, width, 0.9, 1.3)
    radius = min(width * 0.42, room * 0.36)
    curl = spiral(radius, turns=rng.uniform(1.2, 2.0))
    for k, x in enumerate(at):
        canvas.stroke(
            slant.put(place(curl, (x, across), angle_deg=90, mirror=bool(k % 2))), pen.line, inks.motif
        )
        tail = np.array([[x + radius, across - radius * 0.9], [x + room - radius, across + radius * 0.9]])
        canvas.stroke(slant.put(tail), pen.line, inks.accent)


def _teeth(canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float) -> None:
    at, room = _steps(rng, slant, width, 0.5, 0.9)
    lean = rng.uniform(-0.4, 0.4) * room
    for x in at:
        for side, ink in ((1, inks.motif), (-1, inks.accent)):
            tooth = [
                [x - room * 0.48, across + side * width * 0.6],
                [x + room * 0.48, across + side * width * 0.6],
                [x + lean * side, across - side * width * 0.1],
            ]
            canvas.fill(slant.put(np.array(tooth) + (room / 2 if side < 0 else 0, 0)), ink)
        canvas.dots(slant.put([[x, across + width * 0.36]]), pen.line * 0.9, inks.line)


def _scales(
    canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float
) -> None:
    at, room = _steps(rng, slant, width, 0.25, 0.4)
    bow = np.linspace(-np.pi / 2, np.pi / 2, 9)
    arc = np.stack([np.cos(bow) * room * 0.9, np.sin(bow) * width / 6], axis=1)
    for row in (-1, 0, 1):
        for x in at:
            shift = room / 2 if row else 0
            canvas.stroke(slant.put(arc + (x + shift, across + row * width / 3)), pen.fine, inks.motif)
            canvas.dots(
                slant.put([[x + shift + room * 0.3, across + row * width / 3]]), pen.fine * 0.7, inks.fine
            )


def _dots(canvas: Canvas, rng: Rng, slant: Slant, inks: Inks, pen: Pen, across: float, width: float) -> None:
    at, room = _steps(rng, slant, width, 0.7, 1.1)
    around = int(rng.integers(5, 9))
    for x in at:
        canvas.dots(slant.put((x, across) + polygon(min(room, width) * 0.34, around)), pen.line, inks.motif)
        canvas.dots(slant.put([[x, across]]), min(room, width) * 0.15, inks.accent)


STRIPES: tuple[Stripe, ...] = (_wave, _leaves, _lozenges, _flowers, _curls, _teeth, _scales, _dots)
