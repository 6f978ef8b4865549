"""One file per family; each draws a clean repeat, or a whole clean cloth."""

from __future__ import annotations

from collections.abc import Callable

from clothmaker.canvas import Canvas
from clothmaker.curves import Rng
from clothmaker.families import (
    ceplok,
    ciprat,
    kawung,
    lereng,
    mega_mendung,
    nitik,
    parang,
    semen,
    tambal,
    truntum,
)
from clothmaker.palettes import Palette
from clothmaker.sheet import Sheet

Draw = Callable[[Rng, Palette, Sheet], Canvas]

DRAW: dict[str, Draw] = {
    "kawung": kawung.draw,
    "parang": parang.draw,
    "ceplok": ceplok.draw,
    "truntum": truntum.draw,
    "nitik": nitik.draw,
    "mega_mendung": mega_mendung.draw,
    "lereng": lereng.draw,
    "semen": semen.draw,
    "tambal": tambal.draw,
    "ciprat": ciprat.draw,
}
