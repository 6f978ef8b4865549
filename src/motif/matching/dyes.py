"""Which dye of the query lies where which dye of the registered cloth lies, and how far apart they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.color import delta_e, lab
from motif.features.palette import Palette, PaletteColor, palette_color, softened

_LEAST_PIXELS: Final = 400
_LEAST_SHARE: Final = 0.03
_LEAST_EVEN: Final = 20
"""So many pixels inside areas tell a color better than all, of which many lie on edges."""
_LONG_EDGE_PX: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class DyePair:
    """One dye of the query and the dye that lies in the same places on the registered cloth.

    Parameters
    ----------
    query, registered : PaletteColor
        Shares are of the parts that coincide.
    share : float, range 0..1
        Of the coinciding area that both cover together.
    delta_e : float
        CIEDE2000 between them.
    """

    query: PaletteColor
    registered: PaletteColor
    share: float
    delta_e: float

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        made = asdict(self)
        for side in ("query", "registered"):
            made[side]["lab"] = list(made[side]["lab"])
        return made


def pair_dyes(
    query: RGB8, registered: RGB8, where: npt.NDArray[np.bool_], palettes: tuple[Palette, Palette]
) -> tuple[DyePair, ...]:
    """Pair the dyes of two aligned pictures, each with the one that it shares most places with.

    Parameters
    ----------
    query, registered : ndarray, uint8, shape (H, W, 3), sRGB, aligned
    where : ndarray, bool, shape (H, W)
        What coincides; the rest is not looked at.
    palettes : (Palette, Palette)
        Of both whole cloths. A dye is told as it looks in the part that coincides, which may lie in
        another light than the rest.

    Returns
    -------
    tuple of DyePair
        By falling share; empty where hardly anything coincides.

    Examples
    --------
    >>> from motif.features.palette import find_palette
    >>> cloth = np.full((60, 60, 3), (18, 32, 63), np.uint8)
    >>> cloth[20:40] = (243, 230, 200)
    >>> other = np.where(cloth == cloth[:1, :1], np.uint8([122, 68, 32]), cloth)
    >>> palettes = (find_palette(other), find_palette(cloth))
    >>> pairs = pair_dyes(other, cloth, np.ones((60, 60), bool), palettes)
    >>> [(pair.query.name_en, pair.registered.name_en, pair.share) for pair in pairs]
    [('soga brown', 'dark indigo', 0.6667), ('ivory', 'ivory', 0.3333)]
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = np.nonzero(where)
    if len(rows) < _LEAST_PIXELS or not all(palette.colors for palette in palettes):
        return ()
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    inside = where[box]
    step = max(1, round(max(inside.shape) / _LONG_EDGE_PX))
    ones, others = (
        _within(np.ascontiguousarray(one[box]), inside[::step, ::step], palette, step)
        for one, palette in zip((query, registered), palettes, strict=True)
    )
    counts = np.zeros((len(ones.colors), len(others.colors)))
    np.add.at(counts, (ones.labels, others.labels), 1)
    shares = counts / counts.sum()
    pairs = [
        DyePair(
            query=ones.colors[a],
            registered=others.colors[b],
            share=round(float(shares[a, b]), 4),
            delta_e=round(float(delta_e(ones.colors[a].lab, others.colors[b].lab)), 2),
        )
        for a, b in zip(*(side.tolist() for side in linear_sum_assignment(-shares)), strict=True)
        if shares[a, b] >= _LEAST_SHARE
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.share))


def dye_change(pairs: tuple[DyePair, ...]) -> float:
    """Return the mean CIEDE2000 of paired dyes, weighted by the area that they share; 0 for no pairs."""
    area = sum(pair.share for pair in pairs)
    return sum(pair.share * pair.delta_e for pair in pairs) / area if area else 0.0


@dataclass(frozen=True, slots=True)
class _Part:
    colors: list[PaletteColor]
    labels: npt.NDArray[np.intp]


def _within(rgb: RGB8, inside: npt.NDArray[np.bool_], palette: Palette, step: int) -> _Part:
    """Give each pixel that lies inside its color of the palette, and tell the colors as they are there."""
    soft, even = softened(rgb, step=step)
    pixels, even = lab(soft)[inside], even[inside]
    centres = np.array([color.lab for color in palette.colors], np.float32)
    apart: npt.NDArray[np.float32] = -2 * pixels @ centres.T + np.square(centres).sum(1)
    labels = apart.argmin(1)
    colors = []
    for number, color in enumerate(palette.colors):
        mine = labels == number
        sure = mine & even if (mine & even).sum() >= _LEAST_EVEN else mine
        seen = np.median(pixels[sure], axis=0) if sure.any() else centres[number]
        colors.append(palette_color(seen, float(mine.mean()), color.ground))
    return _Part(colors, labels)
