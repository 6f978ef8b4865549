"""Style: how two cloths resemble each other without sharing a drawing. It is no evidence of copying.

Cloths of one technique, workshop or family have a texture, dyes and a kind of repeat in common. Style is
separate from what coincides, and never raises a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.features.drawing import find_drawing
from motif.features.palette import Palette, find_palette
from motif.features.repeat import Repeat, find_repeat
from motif.features.texture import Texture, find_texture, style_likeness

STYLE_EDGE_PX: Final = 320
_COLORS_APART: Final = 30.0
"""Mean distance in CIE Lab at which likeness of colours has fallen to 1/e; set by hand."""


class HasStyle(Protocol):
    """What ``compare_style`` needs; a ``Description`` has it too."""

    @property
    def texture(self) -> Texture: ...
    @property
    def palette(self) -> Palette: ...
    @property
    def repeat(self) -> Repeat: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Texture, colours and repeat of a cloth, measured on a small picture of it."""

    texture: Texture
    palette: Palette
    repeat: Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleLikeness:
    """How alike two cloths are in style; each range 0..1, larger is closer.

    Parameters
    ----------
    texture : float
        How they are drawn. Dyes that differ in contrast lower it clearly: of one drawn cloth in two dyes
        0.2 to 0.8 were measured, of unlike cloths 0.1 to 0.4.
    colors : float
        Which dyes cover how much of them, whatever is drawn with them.
    repeat : float
        Kind of repeat: 1 the same lattice class, 0.5 another one in as many directions, 0 neither, or where
        nothing repeats.
    """

    texture: float
    colors: float
    repeat: float


def find_style(rgb: RGB8) -> Style:
    """Measure the style of a cloth.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    Style

    Examples
    --------
    >>> checks = np.kron(np.indices((12, 16)).sum(0) % 2, np.ones((20, 20))).astype(np.uint8)
    >>> cloth = np.array([(18, 32, 63), (243, 230, 200)], np.uint8)[checks]
    >>> style = find_style(cloth)
    >>> len(style.palette.colors), len(style.repeat.vectors_px)
    (2, 2)
    """
    drawing = find_drawing(rgb, long_edge_px=STYLE_EDGE_PX)
    return Style(texture=find_texture(drawing), palette=find_palette(rgb), repeat=find_repeat(drawing).repeat)


def compare_style(first: HasStyle, second: HasStyle) -> StyleLikeness:
    """Compare two cloths in style.

    Parameters
    ----------
    first, second : Style or Description
        Both measured alike.

    Returns
    -------
    StyleLikeness
        Likeness in texture, colours and repeat, each 0..1; no evidence.

    References
    ----------
    .. [1] Rubner, Tomasi, Guibas (2000). The earth mover's distance as a metric for image retrieval. IJCV 40.

    Examples
    --------
    >>> checks = np.kron(np.indices((12, 16)).sum(0) % 2, np.ones((20, 20))).astype(np.uint8)
    >>> blue, red = (np.array(dyes, np.uint8)[checks] for dyes in ([(18, 32, 63), (243, 230, 200)],
    ...                                                            [(122, 30, 30), (243, 230, 200)]))
    >>> likeness = compare_style(find_style(blue), find_style(red))
    >>> likeness.texture > 0.9, likeness.colors < 0.6, likeness.repeat
    (True, True, 1.0)
    """
    return StyleLikeness(
        texture=style_likeness(first.texture, second.texture),
        colors=_colors_alike(first.palette, second.palette),
        repeat=_repeats_alike(first.repeat, second.repeat),
    )


def _colors_alike(first: Palette, second: Palette) -> float:
    """Earth mover's distance of two palettes in CIE Lab [1]_, as a likeness."""
    if not first.colors or not second.colors:
        return 1.0 if first.colors == second.colors else 0.0
    shares = [[(color.share, *color.lab) for color in palette.colors] for palette in (first, second)]
    work = cv2.EMD(np.array(shares[0], np.float32), np.array(shares[1], np.float32), cv2.DIST_L2)[0]
    return round(float(np.exp(-work / _COLORS_APART)), 4)


def _repeats_alike(first: Repeat, second: Repeat) -> float:
    if not first.vectors_px or len(first.vectors_px) != len(second.vectors_px):
        return 0.0
    return 1.0 if first.lattice == second.lattice else 0.5
