"""A page that shows what was described: lattice, repeat, axes, colours, fillers or drops, and words."""

from __future__ import annotations

from typing import Final

from motif.arrays import RGB8
from motif.description import Described
from motif.messages import N_, _, current_language
from motif.report.description import description_sentences, isen_words
from motif.report.overlay import drop_map, filler_map, with_lattice
from motif.report.sheet import QUIET, Sheet, fitted, hex_color, text_height
from motif.report.text import printable

_EDGE: Final = 36
_GAP: Final = 28
_PANEL: Final = (700, 560)
_SIDE: Final = (380, 265)
_BAR_PX: Final = 40
_LIKE_SPLASHES: Final = 0.5
_CLOTH: Final = N_("The cloth, with its lattice")
_NO_LATTICE: Final = N_("The cloth; nothing repeats")
_AXES: Final = N_("red: mirror axes; blue, dashed: glide axes; yellow: centres of turns")
_REPEAT: Final = N_("One repeat, averaged over {cells}")
_FILLERS: Final = N_("Fillers: {names}")
_NO_FILLERS: Final = N_("No fillers found")
_DROPS: Final = N_("{drops} drops")
_COLORS: Final = N_("Colours by area")


def description_sheet(made: Described, rgb: RGB8, *, name: str = "") -> RGB8:
    """Draw a description on one page, in the language in force.

    Parameters
    ----------
    made : Described
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
        The photo that was described, at any size.
    name : str
        What to call the photo, such as its file's name.

    Returns
    -------
    ndarray, uint8, shape (H', W', 3), sRGB
    """
    width = 2 * _EDGE + _PANEL[0] + _GAP + _SIDE[0]
    cloth, _scale = fitted(rgb, width_px=_PANEL[0], height_px=_PANEL[1])
    said = "\n".join(text for text, _from in description_sentences(made.description, current_language()))
    words_px = text_height(said, size=17, width=width - 2 * _EDGE)
    panels = _side_panels(made)
    tall = max(cloth.shape[0] + 26, len(panels) * (_SIDE[1] + 36))
    bar_top = 96 + tall + 20
    sheet = Sheet(width, round(bar_top + _BAR_PX + 82 + words_px))
    repeats = bool(made.description.repeat.vectors_px)
    sheet.text(printable(name)[:90], (_EDGE, 14), size=26)
    sheet.text(_(_CLOTH) if repeats else _(_NO_LATTICE), (_EDGE, 62), size=17, fill=QUIET)
    sheet.picture(with_lattice(cloth, made), (_EDGE, 92))
    if made.description.symmetry.axes or made.description.symmetry.centres:
        sheet.text(_(_AXES), (_EDGE, 98 + cloth.shape[0]), size=14, fill=QUIET)
    _draw_side(sheet, panels)
    _draw_colors(sheet, made, bar_top)
    sheet.text(said, (_EDGE, bar_top + _BAR_PX + 66), size=17, width=width - 2 * _EDGE)
    return sheet.pixels()


def _side_panels(made: Described) -> list[tuple[str, RGB8]]:
    """One repeat, fillers, drops: those that there are, each with its caption."""
    description, unit = made.description, made.unit_picture()
    panels = [] if unit is None else [(_(_REPEAT).format(cells=description.repeat.cells), unit)]
    splashes = description.scatter.likeness >= _LIKE_SPLASHES
    if description.isen:
        names = isen_words(description, current_language())
        panels.append((_(_FILLERS).format(names=names), filler_map(made)))
    elif description.repeat.vectors_px and not splashes:
        panels.append((_(_NO_FILLERS), filler_map(made)))
    if splashes or not panels:
        panels.append((_(_DROPS).format(drops=description.scatter.drops), drop_map(made)))
    return panels


def _draw_side(sheet: Sheet, panels: list[tuple[str, RGB8]]) -> None:
    x, y = _EDGE + _PANEL[0] + _GAP, 62.0
    high = _SIDE[1] if len(panels) > 1 else _PANEL[1]
    for text, picture in panels:
        sheet.text(text, (x, y), size=17, fill=QUIET)
        sheet.picture(fitted(picture, width_px=_SIDE[0], height_px=high)[0], (x, y + 30))
        y += high + 42


def _draw_colors(sheet: Sheet, made: Described, top: float) -> None:
    """Draw a bar in which each colour takes its share, with names below where there is room."""
    colors = made.description.palette.colors
    width = sheet.size[0] - 2 * _EDGE
    x: float = _EDGE
    sheet.text(_(_COLORS), (_EDGE, top - 26), size=15, fill=QUIET)
    free_from = 0.0
    for color in colors:
        end = x + width * color.share
        sheet.bar(hex_color(color.hex), (x, top, end, top + _BAR_PX))
        if x >= free_from and end - x > 60:
            name = color.name_id if current_language() == "id" else color.name_en
            below = sheet.text(name, (x, top + _BAR_PX + 4), size=13, width=max(end - x, 90))
            sheet.text(f"{color.hex} {100 * color.share:.0f} %", (x, below), size=13, fill=QUIET)
            free_from = x + 92
        x = end
