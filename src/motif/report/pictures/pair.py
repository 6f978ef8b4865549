"""Two photos of one design side by side, so that an examiner sees at a glance what coincides."""

from __future__ import annotations

import colorsys
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.matching.explain import Explanation
from motif.matching.parts import Polygon
from motif.messages import N_, _
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
_TITLES: Final = (N_("Checked"), N_("Registered"))
_AS_TAKEN: Final = N_("as it was taken")
_SET_UPRIGHT: Final = N_("turned back for comparison")
_FLIPPED: Final = N_("mirrored back for comparison")
_BOTH: Final = N_("mirrored and turned back for comparison")
_LAID_OVER: Final = N_("Laid over the registered cloth")
_WHERE: Final = N_("Red: where the drawing differs ({share})")
_DYES: Final = N_("Dyes in the same places, checked and registered")


def comparison_sheet(
    explanation: Explanation, *, names: tuple[str, str] = ("", ""), titles: tuple[str, str] | None = None
) -> RGB8:
    """Draw a comparison: both cloths in one orientation, the parts that coincide, and what is said of them.

    Parameters
    ----------
    explanation : Explanation
    names : (str, str)
        What to call the two pictures, such as their files' names.
    titles : (str, str), optional
        Instead of "Checked" and "Registered".

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
        In the language in force.
    """
    upright, to_upright = _upright(explanation)
    shown = [
        fitted(cloth, width_px=_PANEL_PX, height_px=_PANEL_PX)
        for cloth in (upright, explanation.registered_rgb)
    ]
    tall = max(picture.shape[0] for picture, _scale in shown)
    left, right = (picture.shape[1] for picture, _scale in shown)
    width = max(2 * _EDGE + left + _GAP + right, 900)
    words = f"{verdict_text(explanation.evidence)}\n{explanation.sentence()}"
    words_px = text_height(words, size=20, width=width - 2 * _EDGE)
    below = _HEAD + tall + 18 + words_px
    small = explanation.aligned_rgb is not None
    sheet = Sheet(width, round(below + (_SMALL_PX + 70 if small else 24)))
    corners = [
        (_EDGE, _HEAD + (tall - shown[0][0].shape[0]) / 2),
        (_EDGE + left + _GAP, _HEAD + (tall - shown[1][0].shape[0]) / 2),
    ]
    for side, title in enumerate(titles or tuple(map(_, _TITLES))):
        sheet.picture(shown[side][0], corners[side])
        sheet.text(title, (corners[side][0], 14), size=26)
        name = printable(names[side])
        changed = ", ".join(filter(None, [_shortened(name), _shown_how(explanation) if side == 0 else ""]))
        sheet.text(changed, (corners[side][0], 54), size=17, fill=QUIET)
    places = [
        _Places(to_upright, shown[0][1], corners[0]),
        _Places(np.eye(3), shown[1][1], corners[1]),
    ]
    _draw_points(sheet, explanation, places)
    _draw_parts(sheet, explanation, places)
    sheet.text(words, (_EDGE, _HEAD + tall + 14), width=width - 2 * _EDGE)
    if small:
        _draw_foot(sheet, explanation, below + 4)
    return sheet.pixels()


class _Places:
    """Where places of a swatch lie on the sheet."""

    def __init__(self, first: npt.NDArray[np.float64], scale: float, corner: Place) -> None:
        after = np.array([[scale, 0, corner[0] + scale / 2], [0, scale, corner[1] + scale / 2], [0, 0, 1]])
        self._matrix = after @ first

    def of(self, places: npt.ArrayLike) -> list[Place]:
        rows = np.asarray(places, np.float64).reshape(-1, 2)
        moved = np.c_[rows, np.ones(len(rows))] @ self._matrix.T
        return [(float(x), float(y)) for x, y in moved[:, :2]]


def _upright(explanation: Explanation) -> tuple[RGB8, npt.NDArray[np.float64]]:
    """Mirror and turn the query as the registered one lies; return it and the way there."""
    height, width = explanation.query_rgb.shape[:2]
    mirror = np.diag([-1.0, 1, 1]) if explanation.evidence.mirrored else np.eye(3)
    turn = np.deg2rad(explanation.evidence.turn_deg or 0.0)
    if abs(turn) < np.deg2rad(_LEAST_TURN_DEG):
        turn = 0.0
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]) @ mirror
    frame = matrix @ np.array([[0, width - 1, width - 1, 0], [0, 0, height - 1, height - 1], [1, 1, 1, 1]])
    matrix[:2, 2] = -frame[:2].min(1)
    size = tuple(round(side) + 1 for side in np.ptp(frame[:2], axis=1).tolist())
    turned = cv2.warpAffine(explanation.query_rgb, matrix[:2], size, flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return np.asarray(turned, np.uint8), matrix


def _shown_how(explanation: Explanation) -> str:
    turned = abs(explanation.evidence.turn_deg or 0.0) >= _LEAST_TURN_DEG
    if explanation.evidence.mirrored:
        return _(_BOTH) if turned else _(_FLIPPED)
    return _(_SET_UPRIGHT) if turned else _(_AS_TAKEN)


def _draw_parts(sheet: Sheet, explanation: Explanation, places: list[_Places]) -> None:
    outlines = (explanation.evidence.query_outline, explanation.evidence.registered_outline)
    for side, parts in enumerate(outlines):
        for number, part in enumerate(parts):
            color = _PARTS[number % len(_PARTS)]
            ring = places[side].of(part)
            sheet.outline(ring, color=color)
            sheet.number(number + 1, min(ring, key=sum), color=color)


def _draw_points(sheet: Sheet, explanation: Explanation, places: list[_Places]) -> None:
    points = spread_out(np.array(explanation.evidence.points, np.float64).reshape(-1, 4), _LINES_MAX)
    starts, ends = places[0].of(points[:, :2]), places[1].of(points[:, 2:])
    top, reach = _HEAD, _PANEL_PX
    for start, end in zip(starts, ends, strict=True):
        hue = 0.02 + 0.86 * min(max((start[1] - top) / reach, 0), 1)
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
    assert explanation.aligned_rgb is not None
    x: float = _EDGE
    for picture, text in (
        (_over(explanation), _(_LAID_OVER)),
        (_differing(explanation), _(_WHERE).format(share=f"{100 * explanation.differing_share:.0f} %")),
    ):
        small, _scale = fitted(picture, width_px=round(_SMALL_PX * 4 / 3), height_px=_SMALL_PX)
        step = max(small.shape[1], 300)
        sheet.text(text, (x, top), size=15, fill=QUIET, width=step)
        sheet.picture(small, (x, top + 30))
        x += step + 24
    if not explanation.dyes or x > sheet.size[0] - 180:
        return
    sheet.text(_(_DYES), (x, top), size=15, fill=QUIET, width=sheet.size[0] - x - _EDGE)
    y = top + 52
    for pair in explanation.dyes[:6]:
        for number, dye in enumerate((pair.query, pair.registered)):
            sheet.bar(hex_color(dye.hex), (x + 46 * number, y, x + 46 * number + 40, y + 24))
        sheet.text(f"CIEDE2000 {pair.delta_e:.0f}", (x + 100, y + 2), size=15, fill=INK)
        y += 32


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
    shown = tinted(pale, explanation.difference, color=_DIFFERENT, full_from=_DIFFERENT_FROM)
    return _ringed(np.asarray(shown, np.uint8), explanation.differs)


def _ringed(picture: RGB8, rings: tuple[Polygon, ...]) -> RGB8:
    picture = np.ascontiguousarray(picture)
    for ring in rings:
        cv2.polylines(picture, [np.rint(np.array(ring)).astype(np.int32)], True, _DIFFERENT, 2, cv2.LINE_AA)
    return picture


def _shortened(name: str, most: int = 44) -> str:
    return name if len(name) <= most else f"{name[: most // 2]} … {name[-most // 2 + 3 :]}"
