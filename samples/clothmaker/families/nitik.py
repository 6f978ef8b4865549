"""Nitik: a woven pattern set out in little squares and dashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Rng
from clothmaker.palettes import Palette, choose_inks
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import Lattice


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a nitik."""
    inks = choose_inks(rng, palette)
    count = 2 * int(rng.integers(9, 19))
    step = max(4, round(sheet.px(rng.uniform(8.0, 11.5))))
    lattice = Lattice(first=(count * step, 0), second=(0, count * step))
    canvas = Canvas(lattice, "p4m", inks.ground)
    levels = _chart(rng, count)
    size = step * rng.uniform(0.28, 0.35)
    marks = [str(mark) for mark in rng.choice(["square", "dash", "lozenge", "dot", "pair"], size=4)]
    colors = [inks.motif, inks.accent, inks.second, inks.fine]
    if rng.random() < 0.5:
        colors[:2] = colors[1::-1]
    for level in range(1, 5):
        _marks(canvas, levels == level, marks[level - 1], colors[level - 1], step, size)
    return canvas


def _chart(rng: Rng, count: int) -> NDArray[np.int64]:
    """Return the level of each stitch in one quarter, shape (count / 2, count / 2), 0 for bare ground."""
    half = count // 2
    x, y = np.meshgrid(np.arange(half) + 0.5, np.arange(half) + 0.5)
    levels = np.zeros((half, half), dtype=np.int64)
    for centre, reach in (
        ((0, 0), rng.uniform(0.75, 1.05) * half),
        ((half, half), rng.uniform(0.6, 0.95) * half),
    ):
        field = _flower(rng, np.abs(x - centre[0]), np.abs(y - centre[1]), reach)
        levels = np.where((levels == 0) & (field > 0), field, levels)
    edge = str(rng.choice(["trellis", "box", "none"]))
    if edge == "trellis":
        on = np.abs(x + y - half) < 0.75
        levels = np.where(on, 1, np.where(np.abs(np.abs(x + y - half) - 2) < 0.75, 0, levels))
    elif edge == "box":
        levels = np.where(np.maximum(x, y) > half - 1, 2, levels)
    spare = ((np.floor(x) + np.floor(y)) % int(rng.integers(3, 5)) == 0) & (
        (np.floor(x) - np.floor(y)) % 3 == 0
    )
    return np.where((levels == 0) & spare, 4, levels)


def _flower(rng: Rng, x: NDArray[np.float64], y: NDArray[np.float64], reach: float) -> NDArray[np.int64]:
    """Return levels of a flower that both diagonals mirror."""
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    norms = {
        "diamond": x + y,
        "box": np.maximum(x, y) * 1.3,
        "disc": radius,
        "cross": np.minimum(x, y) * rng.uniform(1.5, 3) + np.maximum(x, y) * 0.8,
        "saltire": np.abs(x - y) * rng.uniform(0.8, 1.6) + radius * 0.7,
    }
    names = list(norms)
    outer = norms[names[rng.integers(len(names))]]
    inner = norms[names[rng.integers(len(names))]]
    swing = rng.uniform(0, 0.3) * reach * np.cos(angle * 4 * int(rng.integers(1, 3)))
    rings = np.floor((outer - swing) / rng.uniform(1.2, 2.4)).astype(np.int64)
    order = rng.permutation([0, 1, 1, 2, 3, 0, 1, 2])
    levels = order[np.mod(rings, len(order))]
    levels = np.where(inner < reach * rng.uniform(0.2, 0.4), rng.permutation([1, 2, 3])[0], levels)
    levels = np.where(inner < reach * 0.12, 1, levels)
    return np.where(outer - swing < reach * 0.92, levels, 0)


def _marks(canvas: Canvas, on: NDArray[np.bool_], kind: str, ink: Ink, step: int, size: float) -> None:
    rows, columns = np.nonzero(on)
    unit = {
        "square": [[-1, -1], [1, -1], [1, 1], [-1, 1]],
        "lozenge": [[-1.2, 0], [0, -1.2], [1.2, 0], [0, 1.2]],
        "dash": [[-1.25, -0.5], [1.25, -0.5], [1.25, 0.5], [-1.25, 0.5]],
        "pair": [[-1.1, -1.0], [1.1, -1.0], [1.1, -0.25], [-1.1, -0.25]],
    }
    points = (np.stack([columns, rows], axis=1) + 0.5) * step
    if kind == "dot":
        canvas.dots(points, size, ink)
        return
    mark = np.array(unit[kind]) * size
    for at, row, column in zip(points, rows, columns, strict=True):
        turned = mark[:, ::-1] if kind in ("dash", "pair") and row > column else mark
        canvas.fill(at + turned, ink)
        if kind == "pair":
            canvas.fill(at - turned, ink)
