"""A cloth on a floor, seen by a pinhole camera: where its corners are is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng
from clothmaker.floors import FLOORS
from clothmaker.texture import noise

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]

FLOOR_PX = 1400
_FLOOR_UNITS = 9.0  # side of the floor; the cloth's longer side is 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A photo of a cloth, and the truth about it.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    corners_px : ndarray, float64, shape (4, 2), pixels (x, y)
        Clockwise from the cloth's top left.
    aspect : float
        The cloth's width over its height.
    floor : str
    tilt_deg : float
        Between the camera's axis and the cloth's normal.
    """

    rgb: Picture
    corners_px: NDArray[np.float64]
    aspect: float
    floor: str
    tilt_deg: float


def photograph(
    cloth: Picture,
    rng: Rng,
    *,
    size_px: tuple[int, int] = (1600, 1200),
    floor: str | None = None,
    tilt_deg: float | None = None,
    light: bool = True,
) -> Scene:
    """Photograph a cloth that lies whole in the picture.

    Parameters
    ----------
    cloth : ndarray, uint8, shape (H, W, 3), sRGB
    rng : numpy.random.Generator
    size_px : (int, int), width and height
    floor : str, one of ``FLOORS``; None for any
    tilt_deg : float; None for 0 to 38
    light : bool
        False leaves out lamp, lens and sensor.
    """
    height, width = cloth.shape[:2]
    floor = floor or list(FLOORS)[rng.integers(len(FLOORS))]
    tilt = float(rng.uniform(0, 38)) if tilt_deg is None else tilt_deg
    units = np.array([width, height]) / max(width, height)
    view = _view(rng, units, size_px, tilt)
    outline = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * units / 2
    corners = cv2.perspectiveTransform(outline[None], view)[0]
    ground = cv2.warpPerspective(
        FLOORS[floor](rng, FLOOR_PX),
        view @ _from_px(FLOOR_PX, FLOOR_PX, _FLOOR_UNITS),
        size_px,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    lens = view @ _from_px(width, height, 1.0)
    laid = cv2.warpPerspective(cloth, lens, size_px, flags=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.warpPerspective(np.full((height, width), 255, np.uint8), lens, size_px)
    share = cover[..., None] / np.float32(255)
    shadow = cv2.GaussianBlur(cover, (0, 0), max(size_px) * 0.006)[..., None] / np.float32(255)
    rgb = ground * (1 - 0.4 * shadow) * (1 - share) + laid * share
    photo = seen(rgb, rng) if light else np.clip(rgb, 0, 255).round().astype(np.uint8)
    return Scene(rgb=photo, corners_px=corners, aspect=width / height, floor=floor, tilt_deg=tilt)


def seen(rgb: NDArray[np.float32], rng: Rng) -> Picture:
    """Add what lamp, lens and sensor do."""
    size = (rgb.shape[1], rgb.shape[0])
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, size[0]), np.linspace(-0.5, 0.5, size[1]))
    angle, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.6)
    lamp = 1 + fall * (x * np.cos(angle) + y * np.sin(angle)) - rng.uniform(0, 0.4) * (x**2 + y**2)
    lamp = lamp * (1 + 0.02 * noise(rng, size, max(size) / 3))
    tint = rng.uniform(0.86, 1.08, 3)
    lit = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.0) * max(size) / 1600)
    lit = lit * (lamp[..., None] * tint).astype(np.float32)
    lit += rng.normal(0, rng.uniform(1.5, 5), rgb.shape).astype(np.float32)
    return np.clip(lit, 0, 255).round().astype(np.uint8)


def _from_px(width_px: int, height_px: int, long_side: float) -> Matrix:
    """Take pixel centres to the plane, origin in the middle."""
    unit = long_side / max(width_px, height_px)
    return np.array(
        [[unit, 0, (0.5 - width_px / 2) * unit], [0, unit, (0.5 - height_px / 2) * unit], [0, 0, 1.0]]
    )


def _view(rng: Rng, units: NDArray[np.float64], size_px: tuple[int, int], tilt_deg: float) -> Matrix:
    """Return the homography from the cloth's plane to the picture; the cloth lies whole in it."""
    outline = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * units / 2
    focal = rng.uniform(0.7, 1.1) * max(size_px)
    roll, azimuth = np.radians(rng.uniform(-22, 22)), rng.uniform(0, 2 * np.pi)
    axis = np.array([np.cos(azimuth), np.sin(azimuth), 0.0]) * np.radians(tilt_deg)
    turn = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    fill, middle = rng.uniform(0.6, 0.94), np.array(size_px) / 2 - 0.5
    camera = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1.0]])
    aim = rng.uniform(-0.8, 0.8, 2)
    place = np.array([0.0, 0.0, 1.0])
    for _ in range(20):  # the farther away, the smaller; a few steps find where it fills as much as asked
        view = camera @ np.column_stack([turn[:, 0], turn[:, 1], place])
        corners = cv2.perspectiveTransform(outline[None], view)[0]
        span = np.ptp(corners, axis=0)
        goal = middle + aim * (np.array(size_px) - span) / 2
        place[:2] += (goal - (corners.min(axis=0) + corners.max(axis=0)) / 2) * place[2] / focal
        place *= float(((span / np.array(size_px)).max() / fill) ** 0.9)
    return np.asarray(view)
