"""Tambal: patches of other designs, sewn into one cloth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import SUPERSAMPLING, Canvas
from clothmaker.curves import Rng
from clothmaker.families import ceplok, kawung, lereng, nitik, parang, truntum
from clothmaker.grounds import SYMMETRIC, UPRIGHT, fill_ground
from clothmaker.motifs import Pen, choose_rosette, draw_rosette
from clothmaker.palettes import Inks, Palette, choose_inks
from clothmaker.sheet import Sheet
from clothmaker.wallpaper import rectangular

_SOURCES = (kawung, ceplok, truntum, nitik, parang, lereng)
Picture = NDArray[np.uint8]


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw one repeat of a tambal."""
    inks, pen = choose_inks(rng, palette), sheet.pen(rng)
    side = 2 * round(sheet.px(rng.uniform(105, 165)) / 2)
    columns, rows = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    canvas = Canvas(rectangular(side * columns, side * rows), "p1", inks.ground)
    big = side * SUPERSAMPLING
    stock = [_patch(rng, palette, sheet, big) for _ in range(int(rng.integers(5, 8)))]
    cut = str(rng.choice(["square", "triangle", "mixed", "lozenge"]))
    for row in range(rows):
        for column in range(columns):
            first, second = rng.permutation(len(stock))[:2]
            block = canvas.image[row * big : (row + 1) * big, column * big : (column + 1) * big]
            block[:] = stock[first]
            shape = cut if cut != "mixed" else str(rng.choice(["square", "triangle", "lozenge"]))
            _cut(block, stock[second], shape, inks, pen, flip=bool((row + column) % 2))
    _seams(canvas, inks, pen, side, columns, rows)
    if rng.random() < 0.5:
        flower = choose_rosette(rng, inks, order=4)
        for row in range(rows):
            for column in range(row % 2, columns, 2 if columns % 2 == 0 else columns):
                draw_rosette(canvas, flower, (column * side, row * side), side * 0.2, pen)
    return canvas


def _patch(rng: Rng, palette: Palette, sheet: Sheet, size: int) -> Picture:
    """Return a piece of some other design, drawn small."""
    small = Sheet(
        width_px=sheet.width_px, height_px=sheet.height_px, scale=sheet.scale * rng.uniform(0.4, 0.6)
    )
    if rng.random() < 0.7:
        image = _SOURCES[rng.integers(len(_SOURCES))].draw(rng, palette, small).image
    else:
        inks = choose_inks(rng, palette)
        bare = Canvas(rectangular(size // SUPERSAMPLING), "p1", inks.ground)
        kind = str(rng.choice([*SYMMETRIC[1:], *UPRIGHT]))
        fill_ground(bare, kind, inks.motif, pitch=sheet.px(rng.uniform(9, 16)), width=sheet.px(2.0))
        image = bare.image
    repeats = (-(-size // image.shape[0]), -(-size // image.shape[1]), 1)
    return np.tile(image, repeats)[:size, :size]


def _cut(block: Picture, other: Picture, shape: str, inks: Inks, pen: Pen, *, flip: bool) -> None:
    size = block.shape[0]
    corners = {
        "square": [],
        "triangle": [[0, 0], [size, size], [0, size]] if flip else [[0, 0], [size, 0], [0, size]],
        "lozenge": [[size // 2, 0], [size, size // 2], [size // 2, size], [0, size // 2]],
    }[shape]
    if not corners:
        return
    mask = np.zeros(block.shape[:2], dtype=np.uint8)
    outline = np.array(corners, dtype=np.int32)
    cv2.fillPoly(mask, [outline], 1)
    block[mask > 0] = other[mask > 0]
    width = max(2, round(pen.line * SUPERSAMPLING * 1.8))
    cv2.polylines(block, [outline], True, inks.motif, width + 4, cv2.LINE_AA)
    cv2.polylines(block, [outline], True, inks.line, max(1, width // 3), cv2.LINE_AA)


def _seams(canvas: Canvas, inks: Inks, pen: Pen, side: int, columns: int, rows: int) -> None:
    lines = [[[k * side, 0], [k * side, rows * side]] for k in range(columns)]
    lines += [[[0, k * side], [columns * side, k * side]] for k in range(rows)]
    for width, ink in ((pen.line * 3.2, inks.motif), (pen.line, inks.line)):
        for line in lines:
            canvas.stroke(line, width, ink)
