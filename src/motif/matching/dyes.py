"""Which dye of the query lies where which dye of the registered cloth lies, and how far apart they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from motif.arrays import RGB8
from motif.color import delta_e, lab
from motif.features.palette import Palette, PaletteColor, find_palette
from motif.normalize.small import reduced

_LEAST_PIXELS: Final = 400
_LEAST_SHARE: Final = 0.03
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


def pair_dyes(query: RGB8, registered: RGB8, where: npt.NDArray[np.bool_]) -> tuple[DyePair, ...]:
    """Pair the dyes of two aligned pictures, each with the one that it shares most places with.

    Parameters
    ----------
    query, registered : ndarray, uint8, shape (H, W, 3), sRGB, aligned
    where : ndarray, bool, shape (H, W)
        What coincides; the rest is not looked at.

    Returns
    -------
    tuple of DyePair
        By falling share; empty where hardly anything coincides.

    Examples
    --------
    >>> cloth = np.full((60, 60, 3), (18, 32, 63), np.uint8)
    >>> cloth[20:40] = (243, 230, 200)
    >>> other = np.where(cloth == cloth[:1, :1], np.uint8([122, 68, 32]), cloth)
    >>> pairs = pair_dyes(other, cloth, np.ones((60, 60), bool))
    >>> [(pair.query.name_en, pair.registered.name_en, pair.share) for pair in pairs]
    [('soga brown', 'dark indigo', 0.6667), ('ivory', 'ivory', 0.3333)]
    """
    rows, columns = np.nonzero(where)
    if len(rows) < _LEAST_PIXELS:
        return ()
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    inside, sides = where[box], [np.ascontiguousarray(one[box]) for one in (query, registered)]
    if max(inside.shape) > _LONG_EDGE_PX:
        sides = [reduced(one, _LONG_EDGE_PX) for one in sides]
        height, width = sides[0].shape[:2]
        inside = cv2.resize(inside.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    palettes = [_palette(one, inside) for one in sides]
    if not all(palette.colors for palette in palettes):
        return ()
    labels = [_labels(one, palette)[inside] for one, palette in zip(sides, palettes, strict=True)]
    counts = np.zeros([len(palette.colors) for palette in palettes])
    np.add.at(counts, (labels[0], labels[1]), 1)
    shares = counts / counts.sum()
    ones, others = linear_sum_assignment(-shares)
    pairs = [
        DyePair(
            query=palettes[0].colors[a],
            registered=palettes[1].colors[b],
            share=round(float(shares[a, b]), 4),
            delta_e=round(float(delta_e(palettes[0].colors[a].lab, palettes[1].colors[b].lab)), 2),
        )
        for a, b in zip(ones.tolist(), others.tolist(), strict=True)
        if shares[a, b] >= _LEAST_SHARE
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.share))


def dye_change(pairs: tuple[DyePair, ...]) -> float:
    """Return the mean CIEDE2000 of paired dyes, weighted by the area that they share; 0 for no pairs."""
    area = sum(pair.share for pair in pairs)
    return sum(pair.share * pair.delta_e for pair in pairs) / area if area else 0.0


def _palette(rgb: RGB8, inside: npt.NDArray[np.bool_]) -> Palette:
    """Find the colours of the coinciding part alone; the rest is filled from its edge inward."""
    if not inside.all():
        filled = rgb.copy()
        filled[~inside] = np.median(rgb[inside], axis=0).astype(np.uint8)
        nearest = _nearest_inside(inside)
        filled[~inside] = rgb[nearest[0][~inside], nearest[1][~inside]]
        rgb = filled
    return find_palette(rgb)


def _nearest_inside(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(~inside, return_distances=False, return_indices=True))


def _labels(rgb: RGB8, palette: Palette) -> npt.NDArray[np.intp]:
    soft = lab(np.asarray(cv2.medianBlur(rgb, 3), np.uint8))
    centres = np.array([color.lab for color in palette.colors], np.float32)
    apart: npt.NDArray[np.float32] = -2 * soft @ centres.T + np.square(centres).sum(1)
    return np.asarray(apart.argmin(-1))
