"""What happens to a design that is used again: pure functions from picture to picture.

All take and return sRGB uint8 of shape (H, W, 3); the size may change.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng
from clothmaker.palettes import PALETTES
from clothmaker.texture import noise

Picture = NDArray[np.uint8]
Ink = tuple[int, int, int]


def mirror(rgb: Picture) -> Picture:
    """Swap left and right."""
    return np.ascontiguousarray(rgb[:, ::-1])


def crop(rgb: Picture, rng: Rng, area: float) -> Picture:
    """Cut out a part of the same proportions.

    Parameters
    ----------
    area : float, range 0..1
        Share of the picture's area that is kept.
    """
    height, width = (max(1, round(side * area**0.5)) for side in rgb.shape[:2])
    top = int(rng.integers(rgb.shape[0] - height + 1))
    left = int(rng.integers(rgb.shape[1] - width + 1))
    return rgb[top : top + height, left : left + width].copy()


def rotate(rgb: Picture, angle_deg: float) -> Picture:
    """Turn about the middle (x towards y); the largest upright part without empty corners is kept."""
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle_deg, 1.0)
    turned = cv2.warpAffine(rgb, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    sine, cosine = abs(np.sin(np.radians(angle_deg))), abs(np.cos(np.radians(angle_deg)))
    share = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    h, w = max(1, int(height * share)), max(1, int(width * share))
    top, left = (height - h) // 2, (width - w) // 2
    return turned[top : top + h, left : left + w].copy()


def redye(rgb: Picture, rng: Rng) -> Picture:
    """Dye the same drawing in other colors, pale parts still pale.

    Light and dark are kept and mapped on the dyes of another palette, with a share
    of the old hue differences, so that neighboring colors stay apart.
    """
    palette = PALETTES[rng.integers(len(PALETTES))]
    stops = sorted((color.ink for color in palette.colors()), key=sum)
    light = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    level = cv2.LUT(light[..., 0], _ranks(light[..., 0]))
    at = np.linspace(0, 255, len(stops))
    table = np.stack([np.interp(np.arange(256), at, [ink[c] for ink in stops]) for c in range(3)], axis=1)
    dyed = cv2.cvtColor(table.round().astype(np.uint8)[level], cv2.COLOR_RGB2LAB).astype(np.int16)
    turn = rng.uniform(-0.5, 0.5, size=2)
    hue = light[..., 1:].astype(np.float32) - 128
    dyed[..., 1] += np.round(turn[0] * hue[..., 0]).astype(np.int16)
    dyed[..., 2] += np.round(turn[1] * hue[..., 1]).astype(np.int16)
    return cv2.cvtColor(np.clip(dyed, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)


def negative(rgb: Picture, rng: Rng) -> Picture:
    """Exchange waxed and dyed parts: the same drawing with ground and ornament swapped."""
    return redye(np.uint8(255) - rgb, rng)


def trace(rgb: Picture, rng: Rng) -> Picture:
    """Draw the design in ink: black lines where dark meets light, on white paper."""
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    width_px = rng.uniform(1.2, 2.0) * max(gray.shape) / 640
    apart = cv2.GaussianBlur(gray, (0, 0), width_px) - cv2.GaussianBlur(gray, (0, 0), 2.5 * width_px)
    ink = np.where(apart < -rng.uniform(2.0, 4.0), 0, 255).astype(np.uint8)
    return cv2.cvtColor(cv2.medianBlur(ink, 3), cv2.COLOR_GRAY2RGB)


def insert(rgb: Picture, ground: Picture, rng: Rng) -> Picture:
    """Lay a cut-out of the design, a fourth to a third of the picture, on another design."""
    height, width = ground.shape[:2]
    share = float(rng.uniform(0.5, 0.58))
    part = cv2.resize(
        crop(rgb, rng, 0.5), (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA
    )
    top = int(rng.integers(height - part.shape[0] + 1))
    left = int(rng.integers(width - part.shape[1] + 1))
    made = ground.copy()
    made[top : top + part.shape[0], left : left + part.shape[1]] = part
    return made


def drape(rgb: Picture, rng: Rng) -> Picture:
    """Lay the cloth in soft waves, with their shading."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    to_x, to_y, shade = x.copy(), y.copy(), np.ones_like(x)
    for _ in range(3):
        angle, start, waves = rng.uniform(0, np.pi), rng.uniform(0, 6.28), rng.uniform(1, 3)
        size = rng.uniform(0.004, 0.012) * max(height, width)
        wave = 2 * np.pi * waves * (np.cos(angle) * x / width + np.sin(angle) * y / height) + start
        to_x += size * np.sin(wave)
        to_y += size * np.cos(0.8 * wave)
        shade += 0.1 * np.cos(wave)
    draped = cv2.remap(rgb, to_x, to_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.clip(draped * shade[..., None], 0, 255).astype(np.uint8)


def rephotograph(rgb: Picture, rng: Rng) -> Picture:
    """Photograph the cloth on a table: perspective, uneven light, blur and sensor noise."""
    height, width = rgb.shape[:2]
    ground = tuple(
        int(c) for c in rng.choice([(112, 84, 60), (170, 168, 160), (66, 70, 74), (196, 180, 150)])
    )
    edge = round(0.06 * max(height, width))
    out = (width + 2 * edge, height + 2 * edge)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    shift = rng.uniform(-0.045, 0.045, size=(4, 2)) * (width, height)
    seen = (corners + edge + shift).astype(np.float32)
    lens = cv2.getPerspectiveTransform(corners, seen)
    table = _table(rng, out, ground)
    cloth = cv2.warpPerspective(rgb, lens, out, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(
        np.full((height, width), 255, dtype=np.uint8), lens, out, flags=cv2.INTER_LINEAR
    )
    shade = cv2.GaussianBlur(cover, (0, 0), max(height, width) * 0.008)[..., None] / np.float32(255)
    share = cover[..., None] / np.float32(255)
    photo = table * (1 - 0.45 * shade * (1 - share)) * (1 - share) + cloth.astype(np.float32) * share
    photo = cv2.GaussianBlur(photo, (0, 0), rng.uniform(0.5, 0.9) * max(width, height) / 1200 + 0.2)
    photo *= _light(rng, out)
    photo += rng.normal(0, rng.uniform(1.5, 3.5), size=(out[1], out[0], 1)).astype(np.float32)
    return np.clip(photo, 0, 255).round().astype(np.uint8)


def _ranks(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # Stretching between the 2nd and the 98th percentile survives cracks and glints.
    low, high = np.percentile(gray, (2, 98))
    levels = (np.arange(256) - low) / max(float(high - low), 1.0) * 255
    return np.clip(levels, 0, 255).round().astype(np.uint8)


def _table(rng: Rng, size: tuple[int, int], ground: Ink) -> NDArray[np.float32]:
    grain = noise(rng, size, max(size) / 40)[:, :1] * 5 + noise(rng, size, max(size) / 6) * 4
    return np.array(ground, dtype=np.float32) + grain[..., None]


def _light(rng: Rng, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return the gain of a lamp to one side, per channel: float32, shape (H, W, 3)."""
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, size[0]), np.linspace(-0.5, 0.5, size[1]))
    angle, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0.12, 0.32)
    lamp = 1.0 + fall * (x * np.cos(angle) + y * np.sin(angle)) - rng.uniform(0.05, 0.25) * (x**2 + y**2)
    warmth = rng.uniform(-0.05, 0.05)
    tint = np.array([1 + warmth, 1.0, 1 - warmth]) * rng.uniform(0.9, 1.03)
    return (lamp[..., None] * tint).astype(np.float32)
