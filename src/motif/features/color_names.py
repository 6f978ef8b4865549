"""A colour of a cloth, and what it is called: from a table, in Indonesian and English."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from motif.color import delta_e, hex_to_lab, lab_to_hex

Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteColor:
    """One colour of a cloth.

    Parameters
    ----------
    lab : tuple of 3 floats
        CIE Lab under D65: L 0..100.
    hex : str
        The same in sRGB, ``#rrggbb``.
    share : float, range 0..1
        Of the area.
    key : str
        Of its name in the table of colours.
    name_id, name_en : str
        Its name in Indonesian and in English.
    ground : bool
        Whether it is the ground on which the figure stands.
    """

    lab: Lab
    hex: str
    share: float
    key: str
    name_id: str
    name_en: str
    ground: bool = False


def palette_color(color: npt.NDArray[np.floating[Any]], share: float, ground: bool) -> PaletteColor:
    """Name a color of CIE Lab, shape (3,), and write it in sRGB."""
    lightness, a, b = (round(float(value), 2) for value in color)
    key, name_id, name_en = color_name((lightness, a, b))
    return PaletteColor(
        lab=(lightness, a, b),
        hex=lab_to_hex((lightness, a, b)),
        share=round(share, 4),
        key=key,
        name_id=name_id,
        name_en=name_en,
        ground=ground,
    )


def color_name(color: Lab) -> tuple[str, str, str]:
    """Return key, Indonesian and English name of the nearest colour in the table.

    Examples
    --------
    >>> color_name(hex_to_lab("#7a4420"))
    ('soga', 'soga', 'soga brown')
    """
    names, shades = _table()
    nearest = int(np.argmin(delta_e(shades, np.array(color))))
    return names[nearest]


@cache
def _table() -> tuple[tuple[tuple[str, str, str], ...], npt.NDArray[np.float64]]:
    text = resources.files("motif.features").joinpath("colors.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["colors"]
    names = tuple((row["key"], row["id"], row["en"]) for row in rows for _ in row["shades"])
    return names, np.array([hex_to_lab(shade) for row in rows for shade in row["shades"]])
