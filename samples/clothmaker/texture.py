"""What hand, dye, wax and loom add to a clean drawing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng

Picture = NDArray[np.uint8]
Field = NDArray[np.float32]


def noise(rng: Rng, size: tuple[int, int], wavelength_px: float) -> Field:
    """Return smooth noise, float32, about unit variance, shape (H, W) for ``size`` (W, H)."""
    width, height = size
    shape = (max(2, round(height / wavelength_px) + 2), max(2, round(width / wavelength_px) + 2))
    coarse = rng.standard_normal(shape, dtype=np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * 1.3


def lay_out(tile: Picture, size: tuple[int, int], start: tuple[int, int]) -> Picture:
    """Repeat a tile over ``size`` (width, height), its top left corner at ``start`` px."""
    shifted = np.roll(tile, (start[1], start[0]), axis=(0, 1))
    repeats = (-(-size[1] // tile.shape[0]), -(-size[0] // tile.shape[1]), 1)
    return np.tile(shifted, repeats)[: size[1], : size[0]]


def by_hand(rgb: Picture, rng: Rng, scale: float, margin_px: int = 0) -> Picture:
    """Let every line waver: no two repeats of a drawn cloth are quite alike.

    ``margin_px`` is cut off all round; it holds what moves in from outside.
    """
    height, width = (side - 2 * margin_px for side in rgb.shape[:2])
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for field in (x, y):
        field += noise(rng, (width, height), 170 * scale) * (1.3 * scale) + margin_px
        field += noise(rng, (width, height), 16 * scale) * (0.38 * scale)
    return cv2.remap(rgb, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def crackle(rng: Rng, size: tuple[int, int], scale: float) -> Field:
    """Return remukan, where dye crept through cracks in the wax: float32, range 0..1."""
    width, height = size
    mask = np.zeros((height, width), dtype=np.uint8)
    for _ in range(int(rng.integers(15, 80))):
        at, heading = rng.uniform(0, 1, 2) * (width, height), rng.uniform(0, 2 * np.pi)
        count = int(rng.integers(8, 40))
        turns = heading + np.cumsum(rng.normal(0, 0.35, count))
        steps = rng.uniform(4, 14, count)[:, None] * scale * np.stack([np.cos(turns), np.sin(turns)], axis=1)
        line = np.round((at + np.cumsum(steps, axis=0)) * 16).astype(np.int32)
        cv2.polylines(mask, [line], False, int(rng.integers(90, 230)), 1, cv2.LINE_AA, 4)
    patches = np.clip(noise(rng, size, 220 * scale) * 0.6 + 0.5, 0, 1)
    return mask.astype(np.float32) / 255 * patches


def weave(rng: Rng, size: tuple[int, int], scale: float) -> Field:
    """Return the threads' light and shade as a gain about 1, float32, shape (height, width)."""
    width, height = size
    pitch = max(2.0, 2.6 * scale)
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    warp = np.sin(2 * np.pi * x / pitch) * 0.012 + rng.standard_normal(width, dtype=np.float32) * 0.012
    weft = np.sin(2 * np.pi * y / pitch) * 0.012 + rng.standard_normal(height, dtype=np.float32) * 0.014
    return 1 + warp[None, :] + weft[:, None]


def age(rgb: Picture, rng: Rng, scale: float) -> Picture:
    """Turn a clean drawing into a dyed cloth: uneven baths, cracks and threads."""
    size = (rgb.shape[1], rgb.shape[0])
    cloth = rgb.astype(np.float32)
    pale = cloth[::5, ::5].reshape(-1, 3).max(axis=0)
    depth = 1 + 0.06 * noise(rng, size, 260 * scale) + 0.03 * noise(rng, size, 45 * scale)
    # A bath that took longer multiplies the dye's density, not its lightness.
    density = cv2.log((cloth + 6) / (pale + 6)) * depth[..., None]
    cloth = cv2.exp(density) * (pale + 6) - 6
    darkest = cloth[::7, ::7].reshape(-1, 3)
    dye = darkest[np.argmin(darkest.sum(axis=1))]
    light = np.clip((cloth.sum(axis=2) - dye.sum()) / max(float(pale.sum() - dye.sum()), 1.0), 0, 1)
    cracks = crackle(rng, size, scale) * light * rng.uniform(0.15, 0.7)
    cloth += (dye - cloth) * cracks[..., None]
    cloth *= weave(rng, size, scale)[..., None]
    return np.clip(cloth, 0, 255).round().astype(np.uint8)
