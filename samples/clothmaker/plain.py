"""Plain grounds, which are nobody's: gingham and other checks, stripes, dots, tartan, houndstooth, zigzags.

Each is a rule that says for every place how much of which thread shows. Kinds differ by rule; grounds of one
kind by size, proportion, colors, contrast, sharpness and threads.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.curves import Rng
from clothmaker.palettes import PALETTES
from clothmaker.texture import noise, weave

Picture = NDArray[np.uint8]
Field = NDArray[np.float32]
Rule = Callable[[Rng, Field, Field], list[Field]]
"""Random numbers and a place in repeats, right and down, to the share of each color but the first."""

_DRAWN_LARGER = 2
_REPEATS = (5.0, 34.0)
"""Least and most repeats across the picture's longer side."""
_SIDES = (0.7, 0.75, 0.8, 1.0)


def draw_plain(kind: str, seed: int, *, long_edge_px: int = 900) -> Picture:
    """Draw a plain ground; the same arguments give the same pixels.

    Parameters
    ----------
    kind : str
        One of ``PLAIN``.
    seed : int, 0 or more
    long_edge_px : int, px

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
    """
    rng = np.random.default_rng([zlib.crc32(kind.encode()), seed])
    height, width = long_edge_px, round(long_edge_px * _SIDES[rng.integers(len(_SIDES))])
    if rng.random() < 0.5:
        height, width = width, height
    u, v = _places(rng, width, height)
    cloth = _dyed(rng, PLAIN[kind](rng, u, v))
    cloth = cv2.resize(cloth, (width, height), interpolation=cv2.INTER_AREA)
    softness = rng.choice([0.0, rng.uniform(0.3, 1.0), rng.uniform(1.0, 2.6)])
    if softness:
        cloth = cv2.GaussianBlur(cloth, (0, 0), softness * long_edge_px / 900)
    return _woven(rng, cloth, long_edge_px / 900)


def _places(rng: Rng, width: int, height: int) -> tuple[Field, Field]:
    """Return the places in repeats, somewhat askew, at twice the picture's size."""
    y, x = np.mgrid[0 : height * _DRAWN_LARGER, 0 : width * _DRAWN_LARGER].astype(np.float32)
    low, high = np.log(_REPEATS)
    step = _DRAWN_LARGER * max(width, height) / math.exp(rng.uniform(low, high))
    angle = math.radians(rng.choice([0.0, rng.normal(0, 4), 45.0 + rng.normal(0, 2)], p=[0.45, 0.45, 0.1]))
    off = rng.uniform(0, 1, size=2)
    if rng.random() < 0.5:  # cloth does not lie quite straight
        for field in (x, y):
            field += noise(rng, (x.shape[1], x.shape[0]), max(x.shape) / 3) * (0.003 * max(x.shape))
    u = (x * math.cos(angle) + y * math.sin(angle)) / step + off[0]
    v = (y * math.cos(angle) - x * math.sin(angle)) / step + off[1]
    return u.astype(np.float32), v.astype(np.float32)


def _dyed(rng: Rng, shares: list[Field]) -> NDArray[np.float32]:
    """Mix the colors: a ground, mostly pale, and one for each share, apart from it by a random contrast."""
    inks = [np.array(color.ink, np.float32) for color in PALETTES[rng.integers(len(PALETTES))].colors()]
    if rng.random() < 0.5:
        inks = [np.array(ink, np.float32) for ink in rng.integers(0, 256, size=(5, 3))]
        inks.sort(key=lambda ink: -ink.sum())
        inks[0] = np.float32(255) - (np.float32(255) - inks[0]) * rng.uniform(0, 0.5)
    pale, *others = inks
    others = [others[row] for row in rng.permutation(len(others))[: len(shares)]]
    if rng.random() < 0.3:
        pale, others[0] = others[0], pale
    contrast = rng.uniform(0.3, 1.0)
    cloth = np.broadcast_to(pale, (*shares[0].shape, 3)).astype(np.float32)
    for share, ink in zip(shares, others, strict=True):
        cloth += share[..., None] * (pale + contrast * (ink - pale) - cloth)
    return cloth


def _woven(rng: Rng, cloth: NDArray[np.float32], scale: float) -> Picture:
    """Add threads, uneven light and the noise of a camera."""
    size = (cloth.shape[1], cloth.shape[0])
    threads = 1 + (weave(rng, size, scale * rng.uniform(0.8, 2)) - 1) * rng.uniform(0, 2)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, size[0]), np.linspace(-0.5, 0.5, size[1]))
    light = 1 + x * rng.uniform(-0.25, 0.25) + y * rng.uniform(-0.25, 0.25)
    cloth = cloth * (threads * light)[..., None] + rng.normal(0, rng.uniform(0.5, 4), size=(*size[::-1], 1))
    return np.clip(cloth, 0, 255).round().astype(np.uint8)


def _on(phase: Field, share: float = 0.5) -> Field:
    return (phase % 1 < share).astype(np.float32)


def _gingham(rng: Rng, u: Field, v: Field) -> list[Field]:
    share = rng.choice([0.5, rng.uniform(0.35, 0.65)])
    return [(_on(u, share) + _on(v, share)) / 2]


def _checks(rng: Rng, u: Field, v: Field) -> list[Field]:
    return [np.abs(_on(u) - _on(v))]


def _windowpane(rng: Rng, u: Field, v: Field) -> list[Field]:
    line, double = rng.uniform(0.05, 0.2), rng.random() < 0.3
    shares = [np.maximum(_on(u, line), _on(v, line))]
    if double:
        gap = rng.uniform(0.3, 0.5)
        shares.append(np.maximum(_on(u + gap, line), _on(v + gap, line)))
    return shares


def _stripes(rng: Rng, u: Field, v: Field) -> list[Field]:
    along = u if rng.random() < 0.5 else v
    shares = [_on(along, rng.uniform(0.12, 0.6))]
    if rng.random() < 0.5:
        shares.append(_on(along + rng.uniform(0.2, 0.4), rng.uniform(0.04, 0.2)))
    return shares


def _dots(rng: Rng, u: Field, v: Field) -> list[Field]:
    radius = rng.uniform(0.1, 0.36)
    near = np.hypot((u % 1) - 0.5, (v % 1) - 0.5)
    shares = [(near < radius).astype(np.float32)]
    if rng.random() < 0.6:  # a second row, half a step on
        between = np.hypot(((u + 0.5) % 1) - 0.5, ((v + 0.5) % 1) - 0.5)
        small = (between < radius * rng.choice([1.0, rng.uniform(0.4, 0.8)])).astype(np.float32)
        if rng.random() < 0.25:
            shares.append(small)
        else:
            shares[0] = np.maximum(shares[0], small)
    return shares


def _tartan(rng: Rng, u: Field, v: Field) -> list[Field]:
    """Lay one sequence of bands as warp and as weft; threads of both show at each place in a twill."""
    u, v, bands = u / 2, v / 2, int(rng.integers(3, 7))
    edges = np.sort(rng.uniform(0.05, 0.95, size=bands))
    color = rng.permutation(np.arange(bands + 1) % 4)
    twill = _on((u + v) * rng.uniform(14, 40), 0.5) if rng.random() < 0.5 else np.full_like(u, 0.5)
    mirrored = rng.random() < 0.7
    warp, weft = (color[np.searchsorted(edges, _folded(phase, mirrored))] for phase in (u, v))
    shown = [(warp == number) * twill + (weft == number) * (1 - twill) for number in (1, 2, 3)]
    left, shares = np.ones_like(u), []
    for share in reversed(shown):  # each share is of what the later ones leave
        shares.append(np.where(left > 0, np.minimum(1, share / np.maximum(left, 1e-6)), 0).astype(np.float32))
        left = left - share
    return shares[::-1]


def _folded(phase: Field, mirrored: bool) -> Field:
    return 1 - np.abs(2 * (phase % 1) - 1) if mirrored else phase % 1


def _houndstooth(rng: Rng, u: Field, v: Field) -> list[Field]:
    """Weave four dark and four pale threads both ways in a twill of two over two."""
    threads = int(rng.choice([4, 4, 6]))
    column, row = np.floor(u * 2 * threads), np.floor(v * 2 * threads)
    warp, weft = (_on(line / (2 * threads)) for line in (column, row))
    return [np.where((column + row) % 4 < 2, warp, weft).astype(np.float32)]


def _herringbone(rng: Rng, u: Field, v: Field) -> list[Field]:
    steep, width = rng.uniform(0.6, 1.6), rng.uniform(0.8, 3)
    zigzag = np.abs(2 * ((u / width) % 1) - 1) * width / 2
    broken = (np.floor(2 * u / width) % 2) * rng.choice([0.0, 0.5])
    return [_on(v + steep * zigzag + broken, rng.uniform(0.35, 0.6))]


PLAIN: dict[str, Rule] = {
    "gingham": _gingham,
    "checks": _checks,
    "windowpane": _windowpane,
    "stripes": _stripes,
    "dots": _dots,
    "tartan": _tartan,
    "houndstooth": _houndstooth,
    "herringbone": _herringbone,
}
