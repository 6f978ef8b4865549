"""A drawn cloth, and how to ask for one."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import Canvas
from clothmaker.curves import Rng
from clothmaker.families import DRAW
from clothmaker.palettes import BLUES, PALETTES, Palette, choose_palette
from clothmaker.sheet import REFERENCE_PX, Sheet
from clothmaker.texture import age, by_hand, lay_out
from clothmaker.wallpaper import Vector

VERSION = "1"
FAMILIES = tuple(DRAW)
_SIZES = (0.7, 0.75, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloth:
    """A cloth and what is known of it.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    family : str
        One of ``FAMILIES``.
    seed : int
    repeat_vectors_px : tuple of (int, int), px
        Two vectors ``(x, y)``; empty for a cloth that does not repeat.
    wallpaper_group : str or None
        IUC name of the clean drawing's group; None for a cloth that does not repeat.
    palette : Palette
    version : str
        Of the generator: a seed promises the same cloth within one version only.
    """

    rgb: NDArray[np.uint8]
    family: str
    seed: int
    repeat_vectors_px: tuple[Vector, ...]
    wallpaper_group: str | None
    palette: Palette
    version: str = VERSION


def draw_cloth(family: str, seed: int, *, long_edge_px: int = REFERENCE_PX, texture: bool = True) -> Cloth:
    """Draw a cloth; the same arguments give the same pixels.

    Parameters
    ----------
    family : str
        One of ``FAMILIES``.
    seed : int, 0 or more
        Another seed is another maker's design, not only other dyes.
    long_edge_px : int, px, 64 or more
        The design scales along.
    texture : bool
        False leaves out hand, dye, wax and loom: the design alone, which its
        repeat vectors reproduce exactly.
    """
    canvas, sheet, palette = _drawn(family, seed, long_edge_px)
    finish = _stream(family, seed, 2)
    start = (int(finish.integers(canvas.width)), int(finish.integers(canvas.height)))
    margin = round(8 * sheet.scale) if texture and canvas.lattice else 0
    size = (sheet.width_px + 2 * margin, sheet.height_px + 2 * margin)
    rgb = lay_out(canvas.picture(), size, start) if canvas.lattice else canvas.picture()
    if texture:
        rgb = age(by_hand(rgb, finish, sheet.scale, margin), finish, sheet.scale)
    return _cloth(rgb, canvas, family, seed, palette)


def draw_tile(family: str, seed: int, *, long_edge_px: int = REFERENCE_PX) -> Cloth:
    """Draw one clean tile, the group's centre at its top left corner.

    A family without a repeat gives its whole clean cloth.
    """
    canvas, _, palette = _drawn(family, seed, long_edge_px)
    return _cloth(canvas.picture(), canvas, family, seed, palette)


def _cloth(rgb: NDArray[np.uint8], canvas: Canvas, family: str, seed: int, palette: Palette) -> Cloth:
    vectors = (canvas.lattice.first, canvas.lattice.second) if canvas.lattice else ()
    return Cloth(
        rgb=rgb,
        family=family,
        seed=seed,
        repeat_vectors_px=vectors,
        wallpaper_group=canvas.group,
        palette=palette,
    )


def _drawn(family: str, seed: int, long_edge_px: int) -> tuple[Canvas, Sheet, Palette]:
    if family not in DRAW:
        raise ValueError(f"family={family!r}; expected one of {', '.join(FAMILIES)}")
    if seed < 0 or long_edge_px < 64:
        raise ValueError(f"seed={seed}, long_edge_px={long_edge_px}; expected 0 or more, and 64 or more")
    shape, dyes = _stream(family, seed, 0), _stream(family, seed, 1)
    blue = family == "mega_mendung" and dyes.random() < 0.75
    palette = choose_palette(dyes, BLUES if blue else PALETTES)
    short = round(long_edge_px * _SIZES[shape.integers(len(_SIZES))])
    upright = shape.random() < 0.2
    width, height = (short, long_edge_px) if upright else (long_edge_px, short)
    sheet = Sheet(width_px=width, height_px=height, scale=long_edge_px / REFERENCE_PX)
    return DRAW[family](shape, palette, sheet), sheet, palette


def _stream(family: str, seed: int, part: int) -> Rng:
    # A checksum, unlike hash(), is the same in every process.
    return np.random.default_rng([zlib.crc32(family.encode()), seed, part])
