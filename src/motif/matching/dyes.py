"""Pairs of dyes that lie in the same places on two aligned cloths, and how far apart they are."""

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
"""With this many pixels inside even areas, the others, many of them on edges, are ignored."""
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
        values = asdict(self)
        for side in ("query", "registered"):
            values[side]["lab"] = list(values[side]["lab"])
        return values


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
        Of both whole cloths. A dye is returned as it looks in the part that coincides, which may be in
        different light from the rest.

    Returns
    -------
    tuple of DyePair
        By falling share; empty where hardly anything coincides.

    Examples
    --------
    >>> from motif.features.palette import find_palette
    >>> cloth = np.full((60, 60, 3), (18, 32, 63), np.uint8)
    >>> cloth[20:40] = (243, 230, 200)
    >>> brown = np.where(cloth == cloth[:1, :1], np.uint8([122, 68, 32]), cloth)
    >>> palettes = (find_palette(brown), find_palette(cloth))
    >>> pairs = pair_dyes(brown, cloth, np.ones((60, 60), bool), palettes)
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
    (query_dyes, query_labels), (registered_dyes, registered_labels) = (
        _within(np.ascontiguousarray(rgb[box]), inside[::step, ::step], palette, step)
        for rgb, palette in zip((query, registered), palettes, strict=True)
    )
    counts = np.zeros((len(query_dyes), len(registered_dyes)))
    np.add.at(counts, (query_labels, registered_labels), 1)
    shares = counts / counts.sum()
    pairs = [
        DyePair(
            query=query_dyes[a],
            registered=registered_dyes[b],
            share=round(float(shares[a, b]), 4),
            delta_e=round(float(delta_e(query_dyes[a].lab, registered_dyes[b].lab)), 2),
        )
        for a, b in np.transpose(linear_sum_assignment(-shares)).tolist()
        if shares[a, b] >= _LEAST_SHARE
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.share))


def dye_change(pairs: tuple[DyePair, ...]) -> float:
    """Return the mean CIEDE2000 of paired dyes, weighted by the area that they share; 0 for no pairs.

    Parameters
    ----------
    pairs : tuple of DyePair

    Returns
    -------
    float, CIEDE2000, >= 0
    """
    area = sum(pair.share for pair in pairs)
    return sum(pair.share * pair.delta_e for pair in pairs) / area if area else 0.0


def _within(
    rgb: RGB8, inside: npt.NDArray[np.bool_], palette: Palette, step: int
) -> tuple[list[PaletteColor], npt.NDArray[np.intp]]:
    """Return the palette's colors as they look inside, and for each inside pixel the number of its color."""
    soft, even = softened(rgb, step=step)
    pixels, even = lab(soft)[inside], even[inside]
    centres = np.array([color.lab for color in palette.colors], np.float32)
    apart: npt.NDArray[np.float32] = -2 * pixels @ centres.T + np.square(centres).sum(1)
    labels = apart.argmin(1)
    colors = []
    for number, color in enumerate(palette.colors):
        labelled = labels == number
        sure = labelled & even if (labelled & even).sum() >= _LEAST_EVEN else labelled
        median = np.median(pixels[sure], axis=0) if sure.any() else centres[number]
        colors.append(palette_color(median, float(labelled.mean()), color.ground))
    return colors, labels
