"""Random pictures for tests: those of two seeds never match."""

from __future__ import annotations

import cv2
import numpy as np

from motif.arrays import Gray8


def spots(seed: int, shape: tuple[int, int] = (24, 24), cell_px: int = 12) -> Gray8:
    """Draw ``shape`` square cells of random gray, 0 to 255."""
    cells = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return cells.repeat(cell_px, 0).repeat(cell_px, 1)


def blots(
    seed: int, shape: tuple[int, int] = (24, 30), cell_px: int = 12, dark: int = 20, bright: int = 220
) -> Gray8:
    """Draw ``shape`` square cells that are either dark or bright."""
    cells = np.random.default_rng(seed).integers(0, 2, shape, np.uint8)
    return (cells * (bright - dark) + dark).astype(np.uint8).repeat(cell_px, 0).repeat(cell_px, 1)


def labelled(picture: Gray8, label: Gray8, at: tuple[int, int], *, size: float = 1.0) -> Gray8:
    """Stick a label on a picture with its top left corner at ``at``, (x, y)."""
    (left, top), label = at, cv2.resize(label, None, fx=size, fy=size)
    changed = picture.copy()
    changed[top : top + label.shape[0], left : left + label.shape[1]] = label
    return changed
