"""Draws fields of fillers as a hand would: curls, scales, and much that is neither, worn by light and lens.

Each maker yields the shapes of a field round (0, 0): points, width of line, whether filled, whether closed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Shape = tuple[np.ndarray, float, bool, bool]
Rng = np.random.Generator
SUPERSAMPLING, SHIFT = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How far a field reaches, how far apart its marks are, how wide its lines, in pixels; and the dice."""

    reach: float
    pitch: float
    width: float
    rng: Rng

    def rows(
        self, row: float, stagger: float, jitter: float = 0.02, pitch: float | None = None
    ) -> np.ndarray:
        """Return places in rows, every other one shifted; shape (N, 2)."""
        pitch = pitch or self.pitch
        count, lines = int(self.reach / pitch) + 2, int(self.reach / row) + 2
        x, y = np.meshgrid(np.arange(-count, count + 1.0), np.arange(-lines, lines + 1.0))
        x = x + stagger * (y % 2)
        places = np.stack([x.ravel() * pitch, y.ravel() * row], 1)
        return places + self.rng.normal(0, jitter * pitch, places.shape)

    def loose(self, gap: float | None = None) -> np.ndarray:
        """Return places about a gap apart, in no order."""
        gap = gap or self.pitch
        places = self.rows(gap * 0.87, 0.5, 0, gap)
        return places + self.rng.uniform(-0.22, 0.22, places.shape) * gap

    def some(self, row: float = 0.9) -> np.ndarray:
        """Return places in rows or in no order."""
        if self.rng.random() < 0.5:
            return self.loose()
        return self.rows(self.pitch * row, float(self.rng.choice([0, 0.5])))

    def angle(self) -> float:
        """Return any angle, in radians."""
        return float(self.rng.uniform(0, 2 * math.pi))


def turned(
    points: Any, angle: float, scale: float = 1.0, at: Any = (0, 0), mirror: bool = False
) -> np.ndarray:
    """Mirror, scale, turn and move."""
    scaled = np.asarray(points, float) * scale * ((1, -1) if mirror else (1, 1))
    cos, sin = math.cos(angle), math.sin(angle)
    return scaled @ np.array([[cos, sin], [-sin, cos]]) + at


def arc(rx: float, ry: float, first: float = 0.0, last: float = 2 * math.pi, count: int = 24) -> np.ndarray:
    """Return part of an ellipse."""
    angle = np.linspace(first, last, count)
    return np.stack([rx * np.cos(angle), ry * np.sin(angle)], 1)


def leaf(length: float, width: float) -> np.ndarray:
    """Return a closed leaf from (0, 0) to (length, 0)."""
    along = np.linspace(0, 1, 12)
    half = width / 2 * np.sin(math.pi * along**0.8)
    upper, lower = np.stack([along * length, -half], 1), np.stack([along * length, half], 1)
    return np.concatenate([upper, lower[::-1]])


def spiral(rng: Rng, turns: float) -> np.ndarray:
    """Return a spiral of one of three kinds, from radius 1 inward."""
    along, inner = np.linspace(0, 1, int(14 * turns) + 8), rng.uniform(0.06, 0.2)
    radius = (
        inner**along,
        1 - (1 - inner) * along,
        inner + (1 - inner) * (1 - along) ** rng.uniform(0.8, 1.6),
    )[int(rng.integers(3))]
    angle = 2 * math.pi * turns * along
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1) * (1, rng.uniform(0.75, 1))


def curls(f: Field) -> Iterator[Shape]:
    """Ukel: curls of 0.95 to 2.5 turns both ways, bare, with a stem or in pairs."""
    least = f.rng.uniform(0.95, 1.7)
    most, style = f.rng.uniform(least, 2.5), int(f.rng.integers(3))
    for at in f.loose():
        size = f.pitch * f.rng.uniform(0.33, 0.5)
        turns = min(f.rng.uniform(least, most), max(0.75, size / (f.width * 2.1)))  # lines must not close up
        line = spiral(f.rng, turns)
        if style == 1:
            back = np.linspace(1, 0, 7)[:, None]
            stem = np.hstack([1 + f.rng.uniform(-0.3, 0.5) * back**2, -f.rng.uniform(0.4, 1.2) * back])
            line = np.concatenate([stem[:-1], line])
        elif style == 2:
            line = np.concatenate([(2, 0) - spiral(f.rng, max(0.8, turns * 0.8))[::-1], line]) * 0.7
        yield turned(line, f.angle(), size, at, bool(f.rng.random() < 0.5)), f.width, False, False


def scales(f: Field) -> Iterator[Shape]:
    """Sisik: rows of arcs that open one way, each shifted by half, bare or with a dot or a smaller arc."""
    row, inner = f.pitch * f.rng.uniform(0.38, 0.7), int(f.rng.integers(3))
    bow = arc(0.5 * f.pitch, f.rng.uniform(0.75, 1.2) * max(row, 0.45 * f.pitch), 0, math.pi, 15)
    for at in f.rows(row, 0.5, 0.03):
        yield bow + at, f.width, False, False
        if inner == 1:
            yield turned(arc(0.08, 0.08), 0, f.pitch, at + np.array([0, row * 0.3])), 0, True, True
        elif inner == 2:
            yield bow * 0.55 + at, f.width, False, False


def chevrons(f: Field) -> Iterator[Shape]:
    """Zigzags and waves."""
    x = np.arange(-f.reach, f.reach, f.pitch / (2 if f.rng.random() < 0.6 else 12))
    high, row = f.pitch * f.rng.uniform(0.25, 0.8), max(f.pitch * f.rng.uniform(0.3, 0.8), f.width * 2.2)
    for y in np.arange(-f.reach, f.reach, row):
        yield np.stack([x, y + high / 2 * np.cos(2 * math.pi * x / f.pitch)], 1), f.width, False, False


def lozenges(f: Field) -> Iterator[Shape]:
    """Crossing lines, with a dot in each field or none."""
    slope, step = math.atan(f.rng.uniform(0.4, 1.1)), max(f.pitch * 0.7, f.width * 2.5)
    for angle in (slope, -slope):
        for away in np.arange(-1.5 * f.reach, 1.5 * f.reach, step):
            yield turned([[-2 * f.reach, away], [2 * f.reach, away]], angle), f.width, False, False


def dots(f: Field) -> Iterator[Shape]:
    """Cecek and splashes."""
    spread = f.rng.choice([0.1, 0.6])
    for at in f.some():
        size = f.pitch * 0.22 * math.exp(f.rng.normal(0, spread))
        yield turned(arc(size * f.rng.uniform(1, 1 + spread), size), f.angle(), 1, at), 0, True, True


def rings(f: Field) -> Iterator[Shape]:
    """Circles, or rings in rings."""
    count, size = int(f.rng.integers(1, 4)), f.rng.uniform(0.28, 0.6) * f.pitch
    for at in f.some():
        for number in range(count):
            radius = size * (1 - number / count)
            yield at + arc(radius, radius * 0.9), f.width, False, True


def lines(f: Field) -> Iterator[Shape]:
    """Galaran: parallel lines, straight or waved."""
    x, high = np.linspace(-f.reach, f.reach, 60), float(f.rng.choice([0, 0.1, 0.4])) * f.pitch
    for y in np.arange(-f.reach, f.reach, max(f.pitch * f.rng.uniform(0.25, 0.7), 2.2 * f.width)):
        yield np.stack([x, y + high * np.sin(6 * x / f.reach)], 1), f.width, False, False


def kawung(f: Field) -> Iterator[Shape]:
    """Four ovals round each place."""
    filled = bool(f.rng.random() < 0.6)
    for at in f.rows(f.pitch, 0):
        for quarter in range(4):
            yield turned(leaf(0.66, 0.32), math.pi * (0.25 + quarter / 2), f.pitch, at), f.width, filled, True


def leaves(f: Field) -> Iterator[Shape]:
    """Leaves, all one way or every way; flowers of four to eight."""
    petals, fixed, first = int(f.rng.choice([1, 1, 4, 5, 8])), f.rng.random() < 0.3, f.angle()
    for at in f.some(0.7):
        angle = first if fixed else f.angle()
        for number in range(petals):
            shape = leaf(0.9 if petals == 1 else 0.45, 0.35 if petals == 1 else 1.2 / petals)
            yield (
                turned(shape, angle + 2 * math.pi * number / petals, f.pitch, at),
                f.width,
                petals % 2 == 0,
                True,
            )


def hooks(f: Field) -> Iterator[Shape]:
    """Arcs every way, hooks of half a turn, commas and waves like an S."""
    kind, t = int(f.rng.integers(4)), np.linspace(-1, 1, 16)
    for at in f.loose():
        form = (
            arc(0.4, 0.3, 0, f.rng.uniform(1.8, 3.5)),
            np.concatenate([[[0.25, -0.7]], arc(0.25, 0.25, 0, f.rng.uniform(2.4, 3.6))]),
            np.concatenate([arc(0.2, 0.2, 0, 4.5), [[0.1, -0.5]]]),
            0.4 * np.stack([t, 0.6 * np.sin(t * 3)], 1),
        )[kind]
        line = turned(form, f.angle(), f.pitch * 0.85, at, bool(f.rng.random() < 0.5))
        yield line, f.width, kind == 2, kind == 2


def strokes(f: Field) -> Iterator[Shape]:
    """Strokes that bend at will."""
    t = np.linspace(0, 1, 14)[:, None]
    for at in f.loose():
        a, b, c, d = np.cumsum(f.rng.normal(0, 0.5, (4, 2)), 0)
        line = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
        yield turned(line - (a + d) / 2, 0, 0.8 * f.pitch, at), f.width, False, False


def keys(f: Field) -> Iterator[Shape]:
    """Banji, crosses, and squares in squares."""
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    forms: tuple[tuple[Any, ...], ...] = (
        ([[-1, 1], [-1, 0], [1, 0], [1, -1]], [[-1, -1], [0, -1], [0, 1], [1, 1]]),
        ([[-1, 0], [1, 0]], [[0, -1], [0, 1]]),
        (square, 0.4 * square),
    )
    form, size = forms[int(f.rng.integers(3))], f.rng.uniform(0.3, 0.5) * f.pitch
    for at in f.rows(f.pitch, float(f.rng.choice([0, 0.5]))):
        yield from ((np.array(line) * size + at, f.width, False, False) for line in form)


def cracks(f: Field) -> Iterator[Shape]:
    """Cells round scattered places, as pebbles or cracks."""
    side = int(2 * f.reach) + 4
    cells, places = cv2.Subdiv2D((-side // 2, -side // 2, side, side)), f.loose()
    for x, y in places[np.abs(places).max(1) < f.reach]:
        cells.insert((float(x), float(y)))
    pebbles = bool(f.rng.random() < 0.4)
    for facet, centre in zip(*cells.getVoronoiFacetList([]), strict=True):
        yield centre + (np.array(facet) - centre) * (0.8 if pebbles else 1), f.width, pebbles, True


def plain(f: Field) -> Iterator[Shape]:
    """Nothing."""
    yield from ()


NEITHER: tuple[Callable[[Field], Iterator[Shape]], ...] = (
    chevrons, lozenges, dots, rings, lines, kawung, leaves, hooks, strokes, keys, cracks, plain,
)  # fmt: skip


def draw_field(
    maker: Callable[[Field], Iterator[Shape]], seed: int, pitch_px: tuple[float, float], size_px: int = 256
) -> np.ndarray:
    """Draw a field, warped, turned, dark on light or light on dark; blur and light it, add noise up to 10 %.

    Returns
    -------
    ndarray, uint8, shape (size, size, 3), gray in each channel
    """
    rng = np.random.default_rng([seed, 99])
    pitch = math.exp(rng.uniform(*np.log(pitch_px)))
    width = min(max(1.0, pitch * math.exp(rng.uniform(math.log(0.05), math.log(0.18)))), max(1, pitch / 7))
    ground, ink = rng.permutation([rng.uniform(30, 110), rng.uniform(150, 225)])
    image = np.full((size_px * SUPERSAMPLING,) * 2, ground, np.uint8)
    angle, amplitude = rng.uniform(0, 2 * math.pi), pitch * float(rng.choice([0, 0.15, 0.5, 1]))
    waves = rng.normal(0, 2 * math.pi / (pitch * rng.uniform(6, 20)), (2, 2))
    for points, thick, filled, closed in maker(
        Field(reach=size_px * 0.75, pitch=pitch, width=width, rng=rng)
    ):
        placed = turned(points, angle)
        placed = placed + amplitude * np.sin(placed @ waves) + size_px / 2
        if (placed.max(0) < 0).any() or (placed.min(0) > size_px).any():
            continue
        fixed = [np.round((placed * SUPERSAMPLING - 0.5) * 2**SHIFT).astype(np.int32)]
        if filled:
            cv2.fillPoly(image, fixed, float(ink), cv2.LINE_AA, SHIFT)
        elif thick:
            line_px = max(1, round(thick * SUPERSAMPLING))
            cv2.polylines(image, fixed, closed, float(ink), line_px, cv2.LINE_AA, SHIFT)
    soft = cv2.GaussianBlur(image.astype(np.float32), (0, 0), SUPERSAMPLING * rng.uniform(0.1, 1.1))
    small = cv2.resize(soft, (size_px, size_px), interpolation=cv2.INTER_AREA)
    light = cv2.resize(
        rng.normal(1, rng.uniform(0, 0.12), (3, 3)), (size_px, size_px), interpolation=cv2.INTER_CUBIC
    )
    worn = small * light + rng.normal(0, rng.uniform(0, 0.1) * abs(ink - ground), small.shape)
    return np.repeat(np.clip(worn, 0, 255).astype(np.uint8)[..., None], 3, 2)
