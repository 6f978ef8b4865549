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
