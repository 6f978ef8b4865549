"""Dyes: named palettes, a maker's own shade of each, and the parts that the colours play."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

Ink = tuple[int, int, int]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Color:
    """One dye on the cloth: sRGB ``#rrggbb`` and a plain name."""

    hex: str
    name: str

    @property
    def ink(self) -> Ink:
        """The color as (R, G, B), each 0..255."""
        return int(self.hex[1:3], 16), int(self.hex[3:5], 16), int(self.hex[5:7], 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Five dyes from the undyed cloth to the darkest bath."""

    name: str
    pale: Color
    deep: Color
    main: Color
    second: Color
    accent: Color

    def colors(self) -> tuple[Color, ...]:
        """Return the dyes, palest first."""
        return (self.pale, self.accent, self.second, self.main, self.deep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inks:
    """What each color does in a drawing.

    ``line`` outlines on the motif, ``fine`` draws dots and lines on the ground.
    """

    ground: Ink
    motif: Ink
    line: Ink
    second: Ink
    accent: Ink
    fine: Ink


def _palette(name: str, *dyes: tuple[str, str]) -> Palette:
    pale, deep, main, second, accent = (Color(hex=value, name=label) for value, label in dyes)
    return Palette(name=name, pale=pale, deep=deep, main=main, second=second, accent=accent)


PALETTES = (
    _palette("sogan Solo", ("#f0dfb4", "mori cream"), ("#2a1a12", "soga black"), ("#7a4420", "soga brown"),
             ("#b9803d", "soga gold"), ("#d9b26a", "tegeran yellow")),
    _palette("sogan Yogya", ("#f6f1e2", "mori white"), ("#161a2e", "wedel blue-black"),
             ("#6b3a1e", "soga brown"), ("#2f4170", "indigo"), ("#c08a4a", "soga gold")),
    _palette("indigo", ("#f2efe4", "mori white"), ("#12203f", "deep indigo"), ("#28508a", "indigo"),
             ("#6f97c4", "pale indigo"), ("#b8cfe2", "first dip")),
    _palette("nila lan soga", ("#efe3c8", "mori cream"), ("#182440", "indigo black"), ("#35548c", "indigo"),
             ("#8c4f26", "soga brown"), ("#cf9d58", "soga gold")),
    _palette("mengkudu", ("#f3e6cf", "mori cream"), ("#3a1416", "mengkudu black"),
             ("#9c2a2a", "mengkudu red"), ("#c9643f", "brick"), ("#e4b26a", "tegeran yellow")),
    _palette("pesisir", ("#f7f0df", "mori white"), ("#1c2340", "night blue"), ("#b3202e", "coast red"),
             ("#1f7a6d", "sea green"), ("#e9b33f", "turmeric")),
    _palette("remasol laut", ("#eef4f2", "mori white"), ("#0d2b3a", "petrol"), ("#137a8b", "turquoise"),
             ("#f08a4b", "coral"), ("#f6d25f", "lemon")),
    _palette("remasol senja", ("#fbeee0", "mori white"), ("#2c1138", "aubergine"), ("#a8265e", "magenta"),
             ("#e8663c", "sunset orange"), ("#f6b93b", "saffron")),
    _palette("kembang turi", ("#f8f2e4", "mori white"), ("#15181a", "black"), ("#c4182c", "turi red"),
             ("#2f8a3c", "leaf green"), ("#f2a7a0", "blossom pink")),
    _palette("daun", ("#f1eedb", "mori cream"), ("#16281c", "forest"), ("#3f6b35", "leaf green"),
             ("#8f9f3c", "olive"), ("#d8c35a", "mango yellow")),
    _palette("ungu", ("#f3ecf1", "mori white"), ("#23153a", "deep violet"), ("#5d3a8c", "violet"),
             ("#b26fb0", "orchid"), ("#e3b7d2", "pale orchid")),
    _palette("tanah", ("#efe6d6", "mori cream"), ("#2b2320", "iron black"), ("#8d5b43", "clay"),
             ("#c98f6a", "terracotta"), ("#7f8a7a", "sage")),
    _palette("abu", ("#f2f1ec", "mori white"), ("#1d2024", "jet"), ("#4d5661", "slate"),
             ("#9aa3ab", "ash"), ("#d0463b", "vermilion")),
    _palette("tosca", ("#f4f1e1", "mori white"), ("#0f2f33", "deep teal"), ("#1c8577", "tosca"),
             ("#7cc4a8", "mint"), ("#e5764f", "salmon")),
    _palette("bang biru", ("#f5ecd8", "mori cream"), ("#1a2148", "indigo"), ("#a12430", "red"),
             ("#3d5aa0", "blue"), ("#d98a76", "rose")),
    _palette("jagung", ("#fbf3d9", "mori cream"), ("#3b2410", "bark"), ("#c77f1a", "ochre"),
             ("#5a7d3a", "husk green"), ("#f1cf63", "maize")),
)  # fmt: skip
BLUES = tuple(palette for palette in PALETTES if palette.name in ("indigo", "remasol laut", "tosca", "abu"))


def _shade(color: Color, turn: float, lift: float) -> Color:
    hue, light, strength = colorsys.rgb_to_hls(*(channel / 255 for channel in color.ink))
    red, green, blue = colorsys.hls_to_rgb((hue + turn) % 1.0, min(0.97, max(0.04, light * lift)), strength)
    return Color(
        hex=f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}", name=color.name
    )


def choose_palette(rng: Rng, palettes: tuple[Palette, ...] = PALETTES) -> Palette:
    """Return one of ``palettes`` in a shade of its own: no two baths are alike."""
    base = palettes[rng.integers(len(palettes))]
    turn = rng.normal(0, 0.008)
    shades = [_shade(color, turn, rng.uniform(0.93, 1.06)) for color in
              (base.pale, base.deep, base.main, base.second, base.accent)]  # fmt: skip
    pale, deep, main, second, accent = shades
    return Palette(name=base.name, pale=pale, deep=deep, main=main, second=second, accent=accent)


def choose_inks(rng: Rng, palette: Palette) -> Inks:
    """Return the colors' parts: on a dark ground, a pale one, or one in the main dye."""
    pale, deep, main = palette.pale.ink, palette.deep.ink, palette.main.ink
    second, accent = palette.second.ink, palette.accent.ink
    kind = rng.choice(["dark", "pale", "main"], p=[0.5, 0.25, 0.25])
    if kind == "dark":
        return Inks(ground=deep, motif=pale, line=main, second=second, accent=accent, fine=accent)
    if kind == "pale":
        return Inks(ground=pale, motif=main, line=deep, second=second, accent=accent, fine=second)
    return Inks(ground=main, motif=pale, line=deep, second=deep, accent=accent, fine=pale)
