"""Random pictures for tests: those of two seeds never match."""

from __future__ import annotations

import cv2
import numpy as np

from motif.arrays import Gray8


def spots(seed: int, shape: tuple[int, int] = (24, 24), cell_px: int = 12) -> Gray8:
    """Draw ``shape`` square cells of random gray, 0 to 255."""
    cells = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return cells.repeat(cell_px, 0).repeat(cell_px, 1)


def saved_again(picture: Gray8) -> bytes:
    """Return a PNG of the same pixels that is another file than the registry makes of them."""
    return bytes(cv2.imencode(".png", picture)[1].tobytes()) + b"\0"


def blots(
    seed: int, shape: tuple[int, int] = (24, 30), cell_px: int = 12, dark: int = 20, bright: int = 220
) -> Gray8:
    """Draw ``shape`` square cells that are either dark or bright."""
    cells = np.random.default_rng(seed).integers(0, 2, shape, np.uint8)
    return (cells * (bright - dark) + dark).astype(np.uint8).repeat(cell_px, 0).repeat(cell_px, 1)


def sheet_of(*pictures: Gray8, gap_px: int = 30, columns: int = 2, margin_px: int = 30) -> Gray8:
    """Lay pictures of one size out on white paper, row by row."""
    height, width = pictures[0].shape
    rows = -(-len(pictures) // columns)
    sheet = np.full(
        (
            2 * margin_px + rows * (height + gap_px) - gap_px,
            2 * margin_px + columns * (width + gap_px) - gap_px,
        ),
        255,
        np.uint8,
    )
    for number, picture in enumerate(pictures):
        top = margin_px + number // columns * (height + gap_px)
        left = margin_px + number % columns * (width + gap_px)
        sheet[top : top + height, left : left + width] = picture
    return sheet
