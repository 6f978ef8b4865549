"""Random ornaments with a known wallpaper or frieze group, for measuring what finds them again.

The groups are closed here from generators, apart from any table in the library, so that a slip in one
of the two shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Move = tuple[tuple[int, int, int, int], tuple[float, float]]
"""x' = a x + b y + s, y' = c x + d y + t, in shares of the conventional cell."""

_R2: Move = ((-1, 0, 0, -1), (0, 0))
_R4: Move = ((0, -1, 1, 0), (0, 0))
_R3: Move = ((0, -1, 1, -1), (0, 0))
_R6: Move = ((1, -1, 1, 0), (0, 0))
_MX: Move = ((-1, 0, 0, 1), (0, 0))
_MY: Move = ((1, 0, 0, -1), (0, 0))
_GX: Move = ((-1, 0, 0, 1), (0, 0.5))
_SWAP: Move = ((0, 1, 1, 0), (0, 0))
_ANTISWAP: Move = ((0, -1, -1, 0), (0, 0))
_CENTRE: Move = ((1, 0, 0, 1), (0.5, 0.5))

GENERATORS: dict[str, tuple[str, tuple[Move, ...]]] = {
    "p1": ("oblique", ()),
    "p2": ("oblique", (_R2,)),
    "pm": ("rectangular", (_MX,)),
    "pg": ("rectangular", (_GX,)),
    "cm": ("rectangular", (_MX, _CENTRE)),
    "pmm": ("rectangular", (_MX, _MY)),
    "pmg": ("rectangular", (_R2, ((-1, 0, 0, 1), (0.5, 0)))),
    "pgg": ("rectangular", (_R2, ((-1, 0, 0, 1), (0.5, 0.5)))),
    "cmm": ("rectangular", (_MX, _MY, _CENTRE)),
    "p4": ("square", (_R4,)),
    "p4m": ("square", (_R4, _MX)),
    "p4g": ("square", (_R4, ((-1, 0, 0, 1), (0.5, 0.5)))),
    "p3": ("hexagonal", (_R3,)),
    "p3m1": ("hexagonal", (_R3, _ANTISWAP)),
    "p31m": ("hexagonal", (_R3, _SWAP)),
    "p6": ("hexagonal", (_R6,)),
    "p6m": ("hexagonal", (_R6, _SWAP)),
}
FRIEZES: dict[str, tuple[Move, ...]] = {
    "p1": (),
    "p11g": (((1, 0, 0, -1), (0.5, 0)),),
    "p1m1": (_MX,),
    "p2": (_R2,),
    "p2mg": (_R2, ((1, 0, 0, -1), (0.5, 0))),
    "p11m": (_MY,),
    "p2mm": (_MX, _MY),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ornament:
    """A drawn field and the truth about it.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    group : str
    basis_px : ndarray, float64, shape (2, 2) or (1, 2)
        Primitive lattice vectors (x, y) as rows, as they lie in the picture.
    """

    rgb: NDArray[np.uint8]
    group: str
    basis_px: NDArray[np.float64]


def closed(generators: tuple[Move, ...]) -> list[Move]:
    """Return every operation that the generators give, modulo whole cells."""
    moves: list[Move] = [((1, 0, 0, 1), (0.0, 0.0))]
    frontier = list(moves)
    while frontier:
        (a, b, c, d), (s, t) = frontier.pop()
        for (e, f, g, h), (u, v) in generators:
            linear = (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)
            shift = ((a * u + b * v + s) % 1.0, (c * u + d * v + t) % 1.0)
            if (linear, shift) not in moves:
                moves.append((linear, shift))
                frontier.append((linear, shift))
    return moves


def draw_ornament(
    group: str, seed: int, *, cell_px: float, size_px: int = 480, turn_deg: float = 0.0, shear: float = 0.0
) -> Ornament:
    """Draw a field with a wallpaper group out of random blobs, strokes and dots.

    Parameters
    ----------
    group : str, one of the 17 IUC names
    seed : int
        Of the drawing and of the lattice's free lengths and angle.
    cell_px : float, px
        Square root of the area of the primitive cell.
    turn_deg, shear : float
        How the cloth lies: turned, and sheared along x.
    """
    rng = np.random.default_rng([seed, list(GENERATORS).index(group)])
    system, generators = GENERATORS[group]
    cell = _cell(rng, system)
    moves = closed(generators)
    primitive = cell
    if _CENTRE in generators:
        primitive = np.array([[0.5, 0.5], [0.5, -0.5]]) @ cell
    grow = cell_px / math.sqrt(abs(np.linalg.det(primitive)))
    turn = math.radians(turn_deg)
    lie = np.array([[1.0, shear], [0.0, 1.0]])
    lie = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ lie
    to_px = grow * cell @ lie.T
    rgb = _painted(rng, moves, to_px, (size_px, size_px), cell_px * grow_count(moves, generators))
    return Ornament(rgb=rgb, group=group, basis_px=grow * primitive @ lie.T)


def grow_count(moves: list[Move], generators: tuple[Move, ...]) -> float:
    """Return the side of the part that is drawn freely, in primitive cells."""
    order = len(moves) / (2 if _CENTRE in generators else 1)
    return 1 / math.sqrt(order)


def draw_border(
    group: str, seed: int, *, period_px: float, size_px: tuple[int, int] = (480, 160)
) -> Ornament:
    """Draw a strip with one of the seven frieze groups along x, on plain ground."""
    rng = np.random.default_rng([seed, 100 + list(FRIEZES).index(group)])
    height = size_px[1]
    moves = closed(FRIEZES[group])
    band = 0.7 * height
    to_px = np.array([[period_px, 0.0], [0.0, band]])
    rgb = _painted(
        rng,
        moves,
        to_px,
        size_px,
        math.sqrt(period_px * band / len(moves)),
        origin=(0.0, height / 2),
        band=True,
    )
    return Ornament(rgb=rgb, group=group, basis_px=to_px[:1])


def worn(rgb: NDArray[np.uint8], rng: Rng, *, noise: float = 0.10, light: float = 0.35) -> NDArray[np.uint8]:
    """Put a picture into uneven light and add noise.

    Parameters
    ----------
    noise : float
        Standard deviation over the full range of 255 levels.
    light : float
        Fall of the light across the picture; 0.35 leaves 65 % at the dark end.
    """
    height, width = rgb.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    way = rng.uniform(0, 2 * math.pi)
    ramp = (x - 0.5) * math.cos(way) + (y - 0.5) * math.sin(way) + 0.5
    lamp = 1 - light * np.clip(ramp, 0, 1) ** 1.5
    seen = rgb.astype(np.float32) * lamp[..., None] + rng.normal(0, 255 * noise, rgb.shape).astype(np.float32)
    return np.clip(seen, 0, 255).astype(np.uint8)


def _cell(rng: Rng, system: str) -> NDArray[np.float64]:
    """Return the conventional cell: rows (x, y), clearly of its own class."""
    if system == "square":
        return np.eye(2)
    if system == "hexagonal":
        return np.array([[1.0, 0.0], [-0.5, math.sqrt(0.75)]])
    ratio = rng.uniform(1.25, 1.6)
    if rng.random() < 0.5:
        ratio = 1 / ratio
    if system == "rectangular":
        return np.array([[1.0, 0.0], [0.0, ratio]])
    angle = math.radians(rng.uniform(66, 80))
    return np.array([[1.0, 0.0], [ratio * math.cos(angle), ratio * math.sin(angle)]])


def _painted(
    rng: Rng,
    moves: list[Move],
    to_px: NDArray[np.float64],
    size_px: tuple[int, int],
    side_px: float,
    *,
    origin: tuple[float, float] | None = None,
    band: bool = False,
) -> NDArray[np.uint8]:
    """Paint random strokes, each in all its copies before the next one, so that overlaps keep the group."""
    width, height = size_px
    ground, *inks = _inks(rng)
    image = np.empty((height * 2, width * 2, 3), np.uint8)
    image[:] = ground
    start = np.array(origin if origin else rng.uniform(0, 1, 2) * (width, height))
    inverse = np.linalg.inv(to_px)
    corners = (np.array([[0, 0], [width, 0], [0, height], [width, height]]) - start) @ inverse
    low, high = np.floor(corners.min(0)).astype(int) - 1, np.ceil(corners.max(0)).astype(int) + 1
    rows = [0] if band else range(low[1], high[1] + 1)
    cells = np.array([(i, j) for i in range(low[0], high[0] + 1) for j in rows], np.float64)
    for number in range(int(rng.integers(7, 11))):
        ink = inks[number % len(inks)]
        outline = _stroke(rng, side_px) @ inverse + rng.uniform(-0.5, 0.5, 2) * (1, 0.8 if band else 1)
        if band:
            outline[:, 1] = np.clip(outline[:, 1], -0.5, 0.5)
        for (a, b, c, d), (s, t) in moves:
            moved = outline @ np.array([[a, c], [b, d]]) + (s, t)
            copies = (moved[None] + cells[:, None]) @ to_px + start
            fixed = np.round((copies * 2 - 0.5) * 16).astype(np.int32)
            for copy in fixed:
                cv2.fillPoly(image, [copy], ink, cv2.LINE_AA, 4)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _inks(rng: Rng) -> list[tuple[int, ...]]:
    """Return a ground and three inks, each at least 90 levels (RGB distance) from the ground."""
    ground = rng.integers(0, 256, 3)
    inks: list[NDArray[np.int64]] = []
    while len(inks) < 3:
        ink = rng.integers(0, 256, 3)
        if np.linalg.norm(ink - ground) >= 90:
            inks.append(ink)
    return [tuple(ink.tolist()) for ink in (ground, *inks)]


def _stroke(rng: Rng, side_px: float) -> NDArray[np.float64]:
    """Return the outline of a blob, a bent leaf or a comma about the origin, in px."""
    kind = rng.integers(3)
    turn = rng.uniform(0, 2 * math.pi)
    angle = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    if kind == 0:
        swing = 1 + sum(rng.normal(0, 0.22) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (1, 2, 3))
        shape = swing[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) * rng.uniform(0.10, 0.28)
    else:
        along = np.linspace(0, 1, 14)
        bend = rng.uniform(0.15, 0.5) * (along if kind == 1 else along**2)
        half = rng.uniform(0.05, 0.12) * np.sin(math.pi * along ** rng.uniform(0.5, 1.2))
        spine = np.stack([along - 0.5, bend], 1)
        shape = np.concatenate(
            [spine + np.stack([0 * half, half], 1), (spine - np.stack([0 * half, half], 1))[::-1]]
        )
        shape *= rng.uniform(0.5, 1.0)
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return shape @ rotation * side_px
