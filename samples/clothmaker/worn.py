"""Garments on a hanger or a person: a shirt or a wrapped cloth with hanging folds, before a plain wall."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng
from clothmaker.scenes import seen
from clothmaker.texture import Field, noise

Picture = NDArray[np.uint8]
_SKINS = ((198, 150, 118), (150, 104, 76), (112, 76, 56))
_WALLS = ((226, 222, 212), (188, 184, 176), (150, 164, 170), (206, 190, 160), (96, 100, 106))
_TROUSERS, _HANGER = (52, 50, 56), (60, 60, 64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worn:
    """A photo of a garment, and the truth about it.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    cloth : ndarray, bool, shape (H, W)
        True on the garment.
    kind : "shirt" or "wrapped"
    """

    rgb: Picture
    cloth: NDArray[np.bool_]
    kind: str


def wear(cloth: Picture, rng: Rng, *, size_px: tuple[int, int] = (768, 1024)) -> Worn:
    """Hang a cloth up as a shirt, or put it on a person, and photograph it upright and whole.

    Parameters
    ----------
    cloth : ndarray, uint8, shape (H, W, 3), sRGB
        Repeated where the garment is larger.
    rng : numpy.random.Generator
    size_px : (int, int), width and height
    """
    width, height = size_px
    kind = ("shirt", "wrapped")[rng.integers(2)]
    on_hanger = kind == "shirt" and bool(rng.integers(2))
    wall = np.float32(_WALLS[rng.integers(len(_WALLS))]) + np.float32(rng.uniform(-8, 8))
    rgb = np.ascontiguousarray(wall + (3 * noise(rng, size_px, width / 6))[..., None], np.float32)
    points = (_shirt(rng) if kind == "shirt" else _wrapped(rng)) + [0.5, 0]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * size_px).astype(np.int32)], (255,), cv2.LINE_AA)
    if on_hanger:
        cv2.line(rgb, (width // 2, 0), (width // 2, int(0.14 * height)), _HANGER, 5, cv2.LINE_AA)
    else:
        (_wearer if kind == "shirt" else _dancer)(rgb, rng)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shade, shift = _hanging(rng, x, y)
    scale = rng.uniform(0.55, 0.95) * max(cloth.shape[:2]) / height
    where = ((x + shift) * scale).astype(np.float32), (y * scale).astype(np.float32)
    laid = cv2.remap(cloth, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    share = mask[..., None] / np.float32(255)
    rgb = rgb * (1 - share) + laid * np.exp(shade)[..., None] * share
    return Worn(rgb=seen(rgb.astype(np.float32), rng), cloth=mask > 127, kind=kind)


def _shirt(rng: Rng) -> NDArray[np.float64]:
    """Return the outline of a shirt with short sleeves, shares of the picture, its middle at x = 0."""
    half, arm, low = rng.uniform(0.2, 0.27), rng.uniform(0.34, 0.42), rng.uniform(0.32, 0.42)
    hem, flare = rng.uniform(0.78, 0.92), rng.uniform(-0.01, 0.03)
    sleeve = [(half, 0.17), (arm, low), (arm - 0.1, low + 0.05), (half, low - 0.06)]
    return _both_sides([(0.0, 0.19), (0.06, 0.12), *sleeve, (half + flare, hem)])


def _wrapped(rng: Rng) -> NDArray[np.float64]:
    waist, hips, foot = rng.uniform(0.13, 0.17), rng.uniform(0.2, 0.25), rng.uniform(0.16, 0.24)
    return _both_sides([(waist, 0.22), (hips, 0.4), (hips, 0.6), (foot, rng.uniform(0.86, 0.93))])


def _both_sides(right: list[tuple[float, float]]) -> NDArray[np.float64]:
    return np.array([*right, *[(-x, y) for x, y in reversed(right)]])


def _wearer(rgb: Field, rng: Rng) -> None:
    """Draw head, arms and trousers of somebody in a shirt."""
    height, width = rgb.shape[:2]
    skin, middle = _SKINS[rng.integers(len(_SKINS))], width // 2
    head = (int(0.085 * width), int(0.085 * height))
    cv2.ellipse(rgb, (middle, int(0.07 * height)), head, 0, 0, 360, skin, cv2.FILLED, cv2.LINE_AA)
    for side in (-1, 1):
        elbow, hand = (
            (middle + side * int(x * width), int(y * height)) for x, y in ((0.33, 0.36), (0.3, 0.62))
        )
        cv2.line(rgb, elbow, hand, skin, int(0.07 * width), cv2.LINE_AA)
    hip, half = int(0.75 * height), int(0.2 * width)
    cv2.rectangle(rgb, (middle - half, hip), (middle + half, height), _TROUSERS, cv2.FILLED)


def _dancer(rgb: Field, rng: Rng) -> None:
    """Draw blouse and feet of somebody in a wrapped cloth."""
    height, width = rgb.shape[:2]
    skin, blouse = _SKINS[rng.integers(len(_SKINS))], 0.6 * np.array(_WALLS[rng.integers(len(_WALLS))])
    middle, half = width // 2, int(0.17 * width)
    ink = tuple(blouse.tolist())
    cv2.rectangle(rgb, (middle - half, 0), (middle + half, int(0.26 * height)), ink, cv2.FILLED)
    foot = (int(0.05 * width), int(0.05 * height))
    for side in (-1, 1):
        at = (middle + side * int(0.08 * width), int(0.95 * height))
        cv2.ellipse(rgb, at, foot, 0, 0, 360, skin, cv2.FILLED, cv2.LINE_AA)


def _hanging(rng: Rng, x: Field, y: Field) -> tuple[Field, Field]:
    """Return soft, nearly upright folds: shade, natural logarithm, and what they move sideways, pixels."""
    height, width = x.shape
    shade, shift = np.zeros_like(x), np.zeros_like(x)
    for _ in range(int(rng.integers(3, 7))):
        lean, wide = rng.uniform(-0.25, 0.25), rng.uniform(0.015, 0.04) * width
        at = (x - rng.uniform(0.2, 0.8) * width - lean * (y - height / 2)) / wide
        bump = np.exp(-(at**2) / 2) * (0.4 + 0.6 * y / height)
        shade -= rng.uniform(0.15, 0.45) * 1.6 * at * bump
        shift += rng.uniform(-0.012, 0.012) * width * bump
    shade -= rng.uniform(0.1, 0.5) * (2 * (x / width - 0.5)) ** 2
    return shade, shift
