"""A page that shows what was described: lattice, repeat, axes, colours, fillers or drops, and words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Doubles
from motif.description import Described
from motif.features.isen import CELL_PX
from motif.messages import _, current_language
from motif.report.description import LIKE_SPLASHES, description_sentences, isen_words
from motif.report.pictures.sheet import QUIET, Color, Sheet, fitted, hex_color, text_height
from motif.report.text import printable

_EDGE: Final = 36
_GAP: Final = 28
_PANEL: Final = (700, 560)
_SIDE: Final = (380, 265)
_BAR_PX: Final = 40


def description_sheet(described: Described, rgb: RGB8, *, name: str = "") -> RGB8:
    """Draw a description on one page, in the language in force.

    Parameters
    ----------
    described : Described
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
    sentences = description_sentences(described.description, current_language())
    words = "\n".join(text for text, _fields in sentences)
    words_px = text_height(words, size=17, width=width - 2 * _EDGE)
    panels = _side_panels(described)
    tall = max(cloth.shape[0] + 26, len(panels) * (_SIDE[1] + 36))
    bar_top = 96 + tall + 20
    sheet = Sheet(width, round(bar_top + _BAR_PX + 82 + words_px))
    repeats = described.description.repeat.vectors_px
    title = _("The cloth, with its lattice") if repeats else _("The cloth; nothing repeats")
    sheet.text(printable(name)[:90], (_EDGE, 14), size=26)
    sheet.text(title, (_EDGE, 62), size=17, fill=QUIET)
    sheet.picture(with_lattice(cloth, described), (_EDGE, 92))
    if described.description.symmetry.axes or described.description.symmetry.centres:
        axes = _("red: mirror axes; blue, dashed: glide axes; yellow: centres of rotation")
        sheet.text(axes, (_EDGE, 98 + cloth.shape[0]), size=14, fill=QUIET)
    _draw_side(sheet, panels)
    _draw_colors(sheet, described, bar_top)
    sheet.text(words, (_EDGE, bar_top + _BAR_PX + 66), size=17, width=width - 2 * _EDGE)
    return sheet.pixels()


def _side_panels(described: Described) -> list[tuple[str, RGB8]]:
    """One repeat, fillers, drops: those that there are, each with its caption."""
    description, unit = described.description, described.unit_picture()
    panels = []
    if unit is not None:
        repeat = _("One repeat, averaged over {cells}").format(cells=description.repeat.cells)
        panels.append((repeat, unit))
    splashes = description.scatter.likeness >= LIKE_SPLASHES
    if description.isen:
        names = isen_words(description, current_language())
        panels.append((_("Fillers: {names}").format(names=names), filler_map(described)))
    elif description.repeat.vectors_px and not splashes:
        panels.append((_("No fillers found"), filler_map(described)))
    if splashes or not panels:
        drops = _("{drops} drops").format(drops=description.scatter.drops)
        panels.append((drops, drop_map(described)))
    return panels


def _draw_side(sheet: Sheet, panels: list[tuple[str, RGB8]]) -> None:
    x, y = _EDGE + _PANEL[0] + _GAP, 62.0
    high = _SIDE[1] if len(panels) > 1 else _PANEL[1]
    for text, picture in panels:
        sheet.text(text, (x, y), size=17, fill=QUIET)
        sheet.picture(fitted(picture, width_px=_SIDE[0], height_px=high)[0], (x, y + 30))
        y += high + 42


def _draw_colors(sheet: Sheet, described: Described, top: float) -> None:
    """Draw a bar in which each colour takes its share, with names below where there is room."""
    colors = described.description.palette.colors
    width = sheet.size[0] - 2 * _EDGE
    x = free_from = float(_EDGE)
    sheet.text(_("Colors by area"), (_EDGE, top - 26), size=15, fill=QUIET)
    for color in colors:
        end = x + width * color.share
        sheet.bar(hex_color(color.hex), (x, top, end, top + _BAR_PX))
        if x >= free_from and end - x > 60:
            name = color.name_id if current_language() == "id" else color.name_en
            below = sheet.text(name, (x, top + _BAR_PX + 4), size=13, width=max(end - x, 90))
            sheet.text(f"{color.hex} {100 * color.share:.0f} %", (x, below), size=13, fill=QUIET)
            free_from = x + 92
        x = end


LATTICE: Final[Color] = (255, 255, 255)
MIRROR: Final[Color] = (235, 30, 60)
GLIDE: Final[Color] = (40, 120, 240)
CENTRE: Final[Color] = (255, 190, 0)
FILLERS: Final[dict[str, Color]] = {"cecek": (230, 90, 20), "sawut": (20, 120, 220), "ukel": (20, 150, 60)}
DROP: Final[Color] = (20, 60, 160)

_FRACTION_BITS: Final = 4


def with_lattice(picture: RGB8, described: Described) -> RGB8:
    """Draw the lattice over the part on which it was found, and axes and centres of the repeat in its middle.

    Parameters
    ----------
    picture : ndarray, uint8, shape (H, W, 3), sRGB
        The described photo at any size.
    described : Described

    Returns
    -------
    ndarray, uint8, shape (H, W, 3)
    """
    drawn = np.ascontiguousarray(picture).copy()
    scale = picture.shape[1] / described.description.width_px
    vectors = np.array(described.description.repeat.vectors_px, np.float64).reshape(-1, 2) * scale
    measured, corner = _measured_part(drawn, described.description.repeat.part)
    for start, end in _grid(vectors, _origin(described, scale, picture.shape), picture.shape):
        _line(measured, start - corner, end - corner, (30, 30, 30), 3)
        _line(measured, start - corner, end - corner, LATTICE, 1)
    if len(vectors) == 2:
        _draw_axes(drawn, described, scale, 0.6 * float(np.hypot(*vectors.T).max()))
    return drawn


def _measured_part(drawn: RGB8, part: float) -> tuple[RGB8, Doubles]:
    """Return a view of the middle that a repeat was measured on, and where it starts (x, y)."""
    height, width = drawn.shape[:2]
    left, top = round(width * (1 - part) / 2), round(height * (1 - part) / 2)
    if part < 1:
        cv2.rectangle(drawn, (left, top), (width - left - 1, height - top - 1), LATTICE, 1)
    return drawn[top : height - top, left : width - left], np.array([left, top], np.float64)


def drop_map(described: Described) -> RGB8:
    """Draw every drop as the ellipse that was measured, on pale cloth: shape of the drawing."""
    drawn = _pale(described.drawing.rgb)
    spots = described.spots
    for number in np.flatnonzero(spots.drops()).tolist():
        diameter_px = 2 * np.sqrt(spots.area_px[number] / np.pi)
        stretch = np.sqrt(spots.elongation[number])
        axes_px = (diameter_px * stretch, diameter_px / stretch)
        box = (spots.xy[number].tolist(), axes_px, float(spots.angle_deg[number]))
        cv2.ellipse(drawn, box, DROP, 1, cv2.LINE_AA)
    return drawn


def filler_map(described: Described) -> RGB8:
    """Colour the cells of the fillers that are suggested, on pale cloth: uint8, shape of the drawing."""
    drawn = _pale(described.drawing.rgb)
    height, width = drawn.shape[:2]
    for filler in described.description.isen:
        cells = described.isen.maps[filler.key]
        large = np.kron(cells, np.ones((CELL_PX, CELL_PX), bool))[:height, :width]
        drawn[large] = (drawn[large] // 2 + np.array(FILLERS[filler.key], np.uint8) // 2).astype(np.uint8)
    return drawn


def _pale(rgb: RGB8) -> RGB8:
    return np.asarray(160 + rgb.astype(np.uint16) * 95 // 255, np.uint8)


def _origin(described: Described, scale: float, shape: tuple[int, ...]) -> Doubles:
    """Let the lattice run through a centre of the highest order, or through the picture's middle."""
    centres = described.description.symmetry.centres
    if centres and len(described.description.repeat.vectors_px) == 2:
        return np.array(max(centres, key=lambda centre: centre.order).at) * scale
    return np.array([shape[1] / 2, shape[0] / 2])


def _grid(vectors: Doubles, origin: Doubles, shape: tuple[int, ...]) -> Iterator[tuple[Doubles, Doubles]]:
    """Yield the lines of a lattice that may cross the picture; lines across where one vector repeats."""
    reach = float(np.hypot(shape[0], shape[1]))
    if not len(vectors) or np.hypot(*vectors.T).min() < 3:
        return
    along_each = vectors[::-1] if len(vectors) == 2 else vectors[:, ::-1] * [-1, 1]
    for step, along in zip(vectors, along_each, strict=True):
        unit = along / np.hypot(*along)
        apart = abs(float(step @ np.array([-unit[1], unit[0]])))
        count = min(int(reach / max(apart, 1)) + 2, 400)
        for number in range(-count, count + 1):
            middle = origin + number * step
            yield middle - 2 * reach * unit, middle + 2 * reach * unit


def _draw_axes(drawn: RGB8, described: Described, scale: float, half_px: float) -> None:
    for axis in described.description.symmetry.axes:
        angle = np.radians(axis.angle_deg)
        way = half_px * np.array([np.cos(angle), np.sin(angle)])
        through = np.array(axis.through) * scale
        ink, pieces = (MIRROR, 1) if axis.kind == "mirror" else (GLIDE, 9)
        for piece in range(0, pieces, 2):
            start, end = (through + way * (2 * part / pieces - 1) for part in (piece, piece + 1))
            _line(drawn, start, end, ink, 2)
    for centre in described.description.symmetry.centres:
        _mark(drawn, np.array(centre.at) * scale, centre.order)


def _mark(drawn: RGB8, at: Doubles, order: int, radius_px: float = 8.0) -> None:
    """Mark a centre: a lens for 2, else a polygon with as many corners as its order."""
    if order == 2:
        place, size = (float(at[0]), float(at[1])), (2 * radius_px, radius_px)
        cv2.ellipse(drawn, (place, size, 0.0), CENTRE, cv2.FILLED, cv2.LINE_AA)
        cv2.ellipse(drawn, (place, size, 0.0), (30, 30, 30), 1, cv2.LINE_AA)
        return
    turns = np.arange(order) / order * 2 * np.pi - np.pi / 2
    ring = _fixed(at + radius_px * np.stack([np.cos(turns), np.sin(turns)], 1))
    cv2.fillPoly(drawn, [ring], CENTRE, cv2.LINE_AA, _FRACTION_BITS)
    cv2.polylines(drawn, [ring], True, (30, 30, 30), 1, cv2.LINE_AA, _FRACTION_BITS)


def _line(drawn: RGB8, start: Doubles, end: Doubles, ink: Color, width: int) -> None:
    cv2.polylines(drawn, [_fixed(np.stack([start, end]))], False, ink, width, cv2.LINE_AA, _FRACTION_BITS)


def _fixed(places: Doubles) -> npt.NDArray[np.int32]:
    return np.rint(places * 2**_FRACTION_BITS).astype(np.int32)
