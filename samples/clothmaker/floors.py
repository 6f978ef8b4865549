"""What a cloth is laid on to be photographed: floors, mats and sheets, drawn from above."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng
from clothmaker.texture import Field, noise

Picture = NDArray[np.float32]
"""sRGB, float32, shape (side_px, side_px, 3), about 0..255."""


def _concrete(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(150, 148, 143), (120, 118, 115), (178, 172, 160)])
    grain = 9 * noise(rng, (side_px, side_px), side_px / 12) + 6 * noise(rng, (side_px, side_px), 6)
    return tone + (grain + rng.normal(0, 5, (side_px, side_px)).astype(np.float32))[..., None]


def _tiles(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(205, 200, 190), (176, 150, 128), (120, 132, 138), (225, 225, 222)])
    pitch, gap = side_px // int(rng.integers(7, 14)), max(2, side_px // 260)
    at = np.arange(side_px)
    each = rng.normal(0, 4, (side_px // pitch + 1, side_px // pitch + 1)).astype(np.float32)
    picture = tone + each[at // pitch][:, at // pitch][..., None]
    grout = (at % pitch < gap)[:, None] | (at % pitch < gap)[None, :]
    picture[grout] = tone * rng.uniform(0.6, 0.85)
    return picture + (3 * noise(rng, (side_px, side_px), side_px / 30))[..., None]


def _wood(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(142, 98, 62), (178, 134, 92), (96, 66, 46), (196, 164, 124)])
    plank = side_px // int(rng.integers(9, 18))
    row = np.arange(side_px)
    each = rng.normal(0, 8, side_px // plank + 1).astype(np.float32)[row // plank]
    grain = cv2.resize(noise(rng, (40, side_px), 3), (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    light = each[:, None] + 7 * grain + 3 * noise(rng, (side_px, side_px), side_px / 8)
    light[row % plank < max(1, side_px // 500)] -= 35
    return tone + light[..., None] * np.float32([1.0, 0.9, 0.75])


def _mat(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(196, 176, 120), (170, 142, 92), (150, 160, 110)])
    reed = max(3, side_px // int(rng.integers(120, 220)))
    cell = (np.arange(side_px) // reed)[:, None] * 2 + (np.arange(side_px) // (2 * reed))[None, :]
    strand = np.where(cell % 4 < 2, 9.0, -9.0).astype(np.float32)
    return tone + (strand + 5 * noise(rng, (side_px, side_px), 2.0 * reed))[..., None]


def _grass(rng: Rng, side_px: int) -> Picture:
    blades = 20 * noise(rng, (side_px, side_px), 4) + 9 * noise(rng, (side_px, side_px), 30)
    return _tone(rng, [(92, 116, 54), (112, 124, 66)]) + blades[..., None] * np.float32([0.9, 1.0, 0.6])


def _sheet(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(228, 226, 220), (58, 60, 66), (150, 60, 58), (62, 92, 140), (236, 224, 196)])
    return tone * (1 + 0.035 * noise(rng, (side_px, side_px), side_px / 9))[..., None]


def _carpet(rng: Rng, side_px: int) -> Picture:
    tone = _tone(rng, [(120, 60, 54), (70, 84, 104), (132, 120, 104)])
    pile = 10 * noise(rng, (side_px, side_px), 3) + 5 * noise(rng, (side_px, side_px), side_px / 10)
    stripe: Field = np.float32(8) * np.sin(np.arange(side_px) * 2 * np.pi / (side_px / 26)).astype(np.float32)
    return tone + (pile + stripe[:, None])[..., None]


FLOORS: dict[str, Callable[[Rng, int], Picture]] = {
    "concrete": _concrete,
    "tiles": _tiles,
    "wood": _wood,
    "mat": _mat,
    "grass": _grass,
    "sheet": _sheet,
    "carpet": _carpet,
}


def _tone(rng: Rng, tones: list[tuple[int, int, int]]) -> Picture:
    chosen = np.array(tones[rng.integers(len(tones))], dtype=np.float32)
    return chosen + rng.uniform(-10, 10, 3).astype(np.float32)
