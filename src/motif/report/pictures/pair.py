"""Two photos of one design side by side, so that an examiner sees at a glance what coincides."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from itertools import cycle
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Matrix3
from motif.matching.explain import Explanation
from motif.messages import _
from motif.report.check_text import verdict_text
from motif.report.pictures.aligned import tinted
from motif.report.pictures.sheet import INK, PAPER, QUIET, Color, Place, Sheet, fitted, hex_color, text_height
from motif.report.text import printable

_PANEL_PX: Final = 640
_EDGE: Final = 36
_GAP: Final = 70
_HEAD: Final = 96
_LINES_MAX: Final = 36
_LEAST_TURN_DEG: Final = 10
_SMALL_PX: Final = 250
_DIFFERENT: Final = (225, 30, 40)
_DIFFERENT_FROM: Final = 170
_PARTS: Final[tuple[Color, ...]] = (
    (230, 90, 20),
    (20, 120, 220),
    (30, 150, 70),
    (160, 50, 190),
    (200, 150, 0),
    (0, 150, 160),
)


def comparison_sheet(
    explanation: Explanation,
    *,
    names: tuple[str, str] = ("", ""),
    titles: tuple[str, str] | None = None,
    photos: tuple[RGB8, RGB8] | None = None,
) -> RGB8:
    """Draw a comparison: both cloths in one orientation, the parts that coincide, and the verdict in words.

    Parameters
    ----------
    explanation : Explanation
    names : (str, str)
        What to call the two pictures, such as their files' names.
    titles : (str, str), optional
        Instead of "Checked" and "Registered".
    photos : (RGB8, RGB8), optional
        Both photos with the outline of what was compared, from ``with_outlines``; small, at the foot.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
        In the language in force.
    """
    upright, to_upright = _upright(explanation)
    fits = [
        fitted(cloth, width_px=_PANEL_PX, height_px=_PANEL_PX)
        for cloth in (upright, explanation.registered_rgb)
    ]
    tall = max(picture.shape[0] for picture, _scale in fits)
    left, right = (picture.shape[1] for picture, _scale in fits)
    width = max(2 * _EDGE + left + _GAP + right, 900)
    words = f"{verdict_text(explanation.evidence)}\n{explanation.sentence()}"
    words_px = text_height(words, size=20, width=width - 2 * _EDGE)
    below = _HEAD + tall + 18 + words_px
    is_aligned = explanation.aligned_rgb is not None
    foot = below + (_SMALL_PX + 70 if is_aligned else 24)
    sheet = Sheet(width, round(foot + (_SMALL_PX + 70 if photos else 0)))
    to_sheet = []
    for (picture, scale), x, title, name, change, to_cloth in zip(
        fits,
        (_EDGE, _EDGE + left + _GAP),
        titles or (_("Checked"), _("Registered")),
        names,
        (_change_words(explanation), ""),
        (to_upright, np.eye(3)),
        strict=True,
    ):
        y = _HEAD + (tall - picture.shape[0]) / 2
        sheet.picture(picture, (x, y))
        sheet.text(title, (x, 14), size=26)
        caption = ", ".join(filter(None, [_shortened(printable(name)), change]))
        sheet.text(caption, (x, 54), size=17, fill=QUIET)
        to_place = np.array([[scale, 0, x + scale / 2], [0, scale, y + scale / 2], [0, 0, 1]])
        to_sheet.append(to_place @ to_cloth)
    _draw_points(sheet, explanation, to_sheet)
    _draw_parts(sheet, explanation, to_sheet)
    sheet.text(words, (_EDGE, _HEAD + tall + 14), width=width - 2 * _EDGE)
    if is_aligned:
        _draw_foot(sheet, explanation, below + 4)
    if photos:
        _draw_photos(sheet, photos, foot)
    return sheet.pixels()


def _moved(places: npt.ArrayLike, matrix: Matrix3) -> list[Place]:
    rows = np.asarray(places, np.float64).reshape(-1, 2)
    moved = np.c_[rows, np.ones(len(rows))] @ matrix.T
    return [(float(x), float(y)) for x, y in moved[:, :2]]


def _upright(explanation: Explanation) -> tuple[RGB8, Matrix3]:
    """Mirror and turn the query as the registered one lies; return it and the way there."""
    height, width = explanation.query_rgb.shape[:2]
    mirror = np.diag([-1.0, 1, 1]) if explanation.evidence.mirrored else np.eye(3)
    turn = np.deg2rad(explanation.evidence.turn_deg or 0.0) if _is_turned(explanation) else 0.0
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]) @ mirror
    frame = matrix @ np.array([[0, width - 1, width - 1, 0], [0, 0, height - 1, height - 1], [1, 1, 1, 1]])
    matrix[:2, 2] = -frame[:2].min(1)
    size = tuple(round(side) + 1 for side in np.ptp(frame[:2], axis=1).tolist())
    turned = cv2.warpAffine(explanation.query_rgb, matrix[:2], size, flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return np.asarray(turned, np.uint8), matrix


def _is_turned(explanation: Explanation) -> bool:
    return abs(explanation.evidence.turn_deg or 0.0) >= _LEAST_TURN_DEG


def _change_words(explanation: Explanation) -> str:
    """Say how the query was changed so that it stands as the registered cloth does."""
    if explanation.evidence.mirrored:
        both = _("mirrored and turned back for comparison")
        return both if _is_turned(explanation) else _("mirrored back for comparison")
    return _("turned back for comparison") if _is_turned(explanation) else _("as it was taken")


def _draw_parts(sheet: Sheet, explanation: Explanation, to_sheet: Sequence[Matrix3]) -> None:
    outlines = (explanation.evidence.query_outline, explanation.evidence.registered_outline)
    for matrix, parts in zip(to_sheet, outlines, strict=True):
        for number, (part, color) in enumerate(zip(parts, cycle(_PARTS), strict=False), 1):
            ring = _moved(part, matrix)
            sheet.outline(ring, color=color)
            sheet.number(number, min(ring, key=sum), color=color)


def _draw_points(sheet: Sheet, explanation: Explanation, to_sheet: Sequence[Matrix3]) -> None:
    points = spread_out(np.array(explanation.evidence.points, np.float64).reshape(-1, 4), _LINES_MAX)
    starts, ends = _moved(points[:, :2], to_sheet[0]), _moved(points[:, 2:], to_sheet[1])
    for start, end in zip(starts, ends, strict=True):
        hue = 0.02 + 0.86 * min(max((start[1] - _HEAD) / _PANEL_PX, 0), 1)
        red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.85, 0.95))
        sheet.line(start, end, color=(red, green, blue), alpha=170)
        for place in (start, end):
            sheet.dot(place, color=(red, green, blue))


def spread_out(points: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """Choose rows far from each other, so that few lines show the whole.

    Parameters
    ----------
    points : ndarray, float64, shape (N, 4)
    most : int

    Returns
    -------
    ndarray, float64, shape (min(N, most), 4)

    Examples
    --------
    >>> spread_out(np.arange(20.0).reshape(5, 4), 3)[:, 0].tolist()
    [0.0, 16.0, 8.0]
    """
    chosen: list[int] = []
    away = np.full(len(points), np.inf)
    while len(chosen) < min(most, len(points)):
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return points[chosen]


def _draw_foot(sheet: Sheet, explanation: Explanation, top: float) -> None:
    """Draw the small pictures: laid over, where they differ, and the dyes side by side."""
    x: float = _EDGE
    differing = _("Red: where the drawing differs ({share})").format(
        share=f"{100 * explanation.differing_share:.0f} %"
    )
    for picture, text in (
        (_over(explanation), _("Laid over the registered cloth")),
        (_differing(explanation), differing),
    ):
        small, _scale = fitted(picture, width_px=round(_SMALL_PX * 4 / 3), height_px=_SMALL_PX)
        step = max(small.shape[1], 300)
        sheet.text(text, (x, top), size=15, fill=QUIET, width=step)
        sheet.picture(small, (x, top + 30))
        x += step + 24
    if not explanation.dyes or x > sheet.size[0] - 180:
        return
    dyes = _("Dyes in the same places, checked and registered")
    sheet.text(dyes, (x, top), size=15, fill=QUIET, width=sheet.size[0] - x - _EDGE)
    y = top + 52
    for pair in explanation.dyes[:6]:
        for number, dye in enumerate((pair.query, pair.registered)):
            sheet.bar(hex_color(dye.hex), (x + 46 * number, y, x + 46 * number + 40, y + 24))
        sheet.text(f"CIEDE2000 {pair.delta_e:.0f}", (x + 100, y + 2), size=15, fill=INK)
        y += 32


def _draw_photos(sheet: Sheet, photos: tuple[RGB8, RGB8], top: float) -> None:
    """Show both photos as they came, with the outline of what was compared."""
    words = _("The photos; outlined in orange: what was compared, and matched")
    sheet.text(words, (_EDGE, top), size=15, fill=QUIET)
    x: float = _EDGE
    for photo in photos:
        small, _scale = fitted(photo, width_px=2 * _SMALL_PX, height_px=_SMALL_PX)
        sheet.picture(small, (x, top + 30))
        x += small.shape[1] + 24


def _over(explanation: Explanation) -> RGB8:
    """Show the query in its place on the registered cloth, which stays pale where it does not reach."""
    assert explanation.aligned_rgb is not None
    pale = (explanation.registered_rgb.astype(np.uint16) + 2 * np.array(PAPER, np.uint16)) // 3
    reached = (explanation.aligned_rgb.max(2) > 0)[..., None]
    return np.where(reached, explanation.aligned_rgb, pale.astype(np.uint8))


def _differing(explanation: Explanation) -> RGB8:
    """Show the registered drawing in grey, pale where nothing is compared, with red where it differs."""
    gray = cv2.cvtColor(explanation.registered_rgb, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    pale = np.where(explanation.coincides[..., None], 60 + gray * 0.7, 190 + gray * 0.2)
    drawn = np.asarray(
        tinted(pale, explanation.difference, color=_DIFFERENT, full_from=_DIFFERENT_FROM), np.uint8
    )
    rings = [np.rint(np.array(ring)).astype(np.int32) for ring in explanation.differs]
    return np.asarray(cv2.polylines(drawn, rings, True, _DIFFERENT, 2, cv2.LINE_AA), np.uint8)


def _shortened(name: str) -> str:
    return name if len(name) <= 44 else f"{name[:22]} … {name[-19:]}"
