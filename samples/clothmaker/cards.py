"""What is laid on a cloth so that colors and size can be told: a color chart, a gray card, paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# sRGB of the chart of 24 patches, row by row, as its makers publish it.
_PATCHES = np.array(
    [
        [(115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170)],
        [(214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46)],
        [(56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161)],
        [(243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52)],
    ],
    np.uint8,
)
A4_CM = (29.7, 21.0)


def color_chart(width_px: int) -> Picture:
    """Draw the chart of 24 patches on black."""
    pitch = width_px / 6.2
    chart = np.full((round(4.2 * pitch), width_px, 3), 25, np.uint8)
    for row in range(4):
        for column in range(6):
            (y, x), side = np.rint((np.array([row, column]) + 0.17) * pitch).astype(int), round(0.86 * pitch)
            chart[y : y + side, x : x + side] = _PATCHES[row, column]
    return chart


def gray_card(width_px: int) -> Picture:
    """Draw a card that throws back 18 % of the light."""
    return np.full((round(0.8 * width_px), width_px, 3), 118, np.uint8)


def a4_sheet(width_px: int) -> Picture:
    """Draw a sheet of white paper, its longer side across."""
    return np.full((round(width_px * A4_CM[1] / A4_CM[0]), width_px, 3), 244, np.uint8)


def laid_on(cloth: Picture, card: Picture, *, left_px: int, top_px: int) -> Picture:
    """Lay a card on a cloth."""
    picture = cloth.copy()
    picture[top_px : top_px + card.shape[0], left_px : left_px + card.shape[1]] = card
    return picture
