"""Small pictures that differ in every cell."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np


def picture(path: Path, seed: int) -> Path:
    """Write a picture of random cells as PNG and return its path."""
    noise = np.random.default_rng(seed).integers(0, 256, (20, 20), np.uint8)
    path.write_bytes(cv2.imencode(".png", np.kron(noise, np.ones((12, 12), np.uint8)))[1].tobytes())
    return path
