"""Two swatches on sheets of one size: same scale, orientation and place, with coinciding parts outlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Floats, Gray8, Matrix3
from motif.color import luma

SHEET_PX: Final = 560
"""Longer side of a sheet: 170 dots per inch where two stand side by side on A4."""
SMALL_SHEET_PX: Final = 420
"""Longer side of a sheet that is shown three in a row: 190 dots per inch."""
MOST_MARKED: Final = 9
"""Differences that are outlined, the largest; further ones are only red."""

_PAPER: Final = 244
_MOST_TIMES: Final = 2.5
"""Size of a sheet at most, in longer sides of the registered swatch. A query that reaches further is cut off
there, since its design would otherwise become too small to see."""
_STRIPS: Final = 10
_LEAST_STRIP_PX: Final = 12
_RED: Final = (190, 20, 30)
_RED_FROM: Final = 200
"""Difference from which a place is fully red."""

Outlines = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aligned:
    """The query and the registered cloth on two sheets of one size, each place of the drawing at one place.

    Parameters
    ----------
    query, registered : ndarray, uint8, shape (H, W, 3), sRGB
        Light gray where the cloth does not reach.
    query_to_sheet, registered_to_sheet : ndarray, float64, shape (3, 3)
        From swatch pixels.
    both : ndarray, bool, shape (H, W)
        Where both cloths are.

    Notes
    -----
    ``Explanation.aligned_rgb`` keeps to the frame of the registered swatch; the sheets also show what of the
    query lies outside it.
    """

    query: RGB8 = field(repr=False)
    registered: RGB8 = field(repr=False)
    query_to_sheet: Matrix3
    registered_to_sheet: Matrix3
    both: npt.NDArray[np.bool_] = field(repr=False)


def align(query: RGB8, registered: RGB8, transform: Matrix3, *, long_edge_px: int = SHEET_PX) -> Aligned:
    """Draw two swatches on sheets of one size.

    Parameters
    ----------
    query, registered : ndarray, uint8, shape (H, W, 3), sRGB
        Swatches in color.
    transform : ndarray, float64, shape (3, 3)
        From query to registered pixels.
    long_edge_px : int, pixels
        Longer side of the sheets.

    Returns
    -------
    Aligned

    Examples
    --------
    >>> cloth = np.full((60, 80, 3), 30, np.uint8)
    >>> sheets = align(cloth, cloth, np.diag([0.5, 0.5, 1.0]), long_edge_px=160)
    >>> sheets.query.shape, round(float(sheets.both.mean()), 2)
    ((120, 160, 3), 0.25)
    """
    start, size = _frame(query.shape, registered.shape, transform)
    scale = long_edge_px / max(size)
    place = np.array([[scale, 0, -scale * start[0]], [0, scale, -scale * start[1]], [0, 0, 1.0]])
    width, height = (max(1, round(side * scale)) for side in size)
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sheets, covers = [], []
    for picture, matrix in ((query, place @ transform), (registered, place)):
        paper = (_PAPER,) * 3
        sheets.append(cv2.warpPerspective(picture, matrix, (width, height), flags=flags, borderValue=paper))
        full = np.full(picture.shape[:2], 255, np.uint8)
        covers.append(cv2.warpPerspective(full, matrix, (width, height), flags=cv2.INTER_NEAREST) > 0)
    return Aligned(
        query=np.asarray(sheets[0], np.uint8),
        registered=np.asarray(sheets[1], np.uint8),
        query_to_sheet=place @ transform,
        registered_to_sheet=place,
        both=covers[0] & covers[1],
    )


def outlined(sheet: RGB8, outlines: Outlines, to_sheet: Matrix3, *, letters: bool = False) -> RGB8:
    """Draw outlines with numbers, or letters: a dark line between two light ones, visible on any dye.

    Parameters
    ----------
    sheet : ndarray, uint8, shape (H, W, 3), sRGB
    outlines : sequence of polygons, swatch pixels
    to_sheet : ndarray, float64, shape (3, 3)
        From swatch pixels to sheet pixels.
    letters : bool
        A, B, C instead of 1, 2, 3.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
        A copy.
    """
    drawn = sheet.copy()
    rings = [
        cv2.perspectiveTransform(np.array(outline, np.float64).reshape(1, -1, 2), to_sheet)[0]
        for outline in outlines
    ]
    for color, width in (((255, 255, 255), 7), ((20, 20, 20), 3)):
        for ring in rings:
            cv2.polylines(drawn, [np.rint(ring * 16).astype(np.int32)], True, color, width, cv2.LINE_AA, 4)
    for number, ring in enumerate(rings, 1):
        _draw_label(drawn, chr(64 + number) if letters else str(number), ring)
    return drawn


def numbered(sheet: RGB8, points: Floats, to_sheet: Matrix3) -> RGB8:
    """Mark points with numbers, on discs that are visible on any dye.

    Parameters
    ----------
    sheet : ndarray, uint8, shape (H, W, 3), sRGB
    points : ndarray, shape (N, 2), swatch pixels
    to_sheet : ndarray, float64, shape (3, 3)
        From swatch pixels to sheet pixels.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
        A copy.

    Examples
    --------
    >>> numbered(np.zeros((60, 60, 3), np.uint8), np.array([[30.0, 30.0]]), np.eye(3)).max()
    np.uint8(255)
    """
    drawn = sheet.copy()
    for number, point in enumerate(points, 1):
        place = cv2.perspectiveTransform(np.array(point, np.float64).reshape(1, 1, 2), to_sheet)[0]
        _draw_label(drawn, str(number), place)
    return drawn


def strips(sheets: Aligned) -> RGB8 | None:
    """Cut the part that both cloths cover into strips, alternately of the query and of the registered cloth.

    Lines that continue across the cuts coincide.

    Parameters
    ----------
    sheets : Aligned

    Returns
    -------
    ndarray, uint8, shape (H', W', 3), sRGB, or None
        The strips below bars, black over the query and gray over the registered cloth. None where both
        cloths cover too little.
    """
    rows, columns = (np.flatnonzero(sheets.both.any(axis)) for axis in (1, 0))
    if len(columns) < _STRIPS * _LEAST_STRIP_PX or len(rows) < _LEAST_STRIP_PX:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    query, registered = (sheet[top:bottom, left:right] for sheet in (sheets.query, sheets.registered))
    of_query = (np.arange(right - left) * _STRIPS // (right - left)) % 2 == 0
    mixed = np.where(of_query[None, :, None], query, registered)
    cuts = np.flatnonzero(np.diff(of_query.astype(np.int8)))
    bars = np.full((10, right - left, 3), 255, np.uint8)
    bars[:8][:, of_query] = 30
    bars[:8][:, ~of_query] = 190
    mixed[:, cuts] = 255
    return np.asarray(np.vstack([bars, mixed]), np.uint8)


def laid_over(sheets: Aligned) -> RGB8:
    """Draw both cloths on each other, half and half; where there is only one of them, it is pale.

    Lines that coincide are sharp, others show twice.

    Parameters
    ----------
    sheets : Aligned

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB

    Examples
    --------
    >>> dark, light = np.full((40, 60, 3), 40, np.uint8), np.full((40, 60, 3), 80, np.uint8)
    >>> int(laid_over(align(dark, light, np.eye(3), long_edge_px=60))[20, 30, 0])
    60
    """
    half = cv2.addWeighted(sheets.query, 0.5, sheets.registered, 0.5, 0)
    paper = np.full_like(half, _PAPER)
    alone = np.where((sheets.query == _PAPER).all(2)[..., None], sheets.registered, sheets.query)
    pale = cv2.addWeighted(alone, 0.35, paper, 0.65, 0)
    return np.asarray(np.where(sheets.both[..., None], half, pale), np.uint8)


def marked_difference(
    registered: RGB8, difference: Gray8, differs: Outlines, *, long_edge_px: int = SMALL_SHEET_PX
) -> RGB8:
    """Draw where the drawing differs: the registered cloth in pale gray, differences in red, outlined.

    Parameters
    ----------
    registered : ndarray, uint8, shape (H, W, 3), sRGB
    difference : ndarray, uint8, shape (H, W)
        85 for one standard deviation of lightness.
    differs : sequence of polygons, swatch pixels
        Where it differs clearly; the largest are outlined, with letters.
    long_edge_px : int, pixels
        Longer side of the picture.

    Returns
    -------
    ndarray, uint8, shape (H', W', 3), sRGB
    """
    pale = 150 + luma(registered).astype(np.float32) * (95 / 255)
    mixed = tinted(pale[..., None], difference, color=_RED, full_from=_RED_FROM)
    height, width = registered.shape[:2]
    scale = long_edge_px / max(height, width)
    size = (round(width * scale), round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sheet = cv2.resize(np.rint(mixed).astype(np.uint8), size, interpolation=way)
    to_sheet = np.diag([scale, scale, 1.0])
    return outlined(np.asarray(sheet, np.uint8), differs[:MOST_MARKED], to_sheet, letters=True)


def tinted(pale: Floats, difference: Gray8, *, color: tuple[int, int, int], full_from: float) -> Floats:
    """Blend a color into a picture, the more the drawing differs at a place.

    Parameters
    ----------
    pale : ndarray, float32, shape (H, W, 1) or (H, W, 3), range 0..255
    difference : ndarray, uint8, shape (H, W)
        ``Explanation.difference``.
    color : (red, green, blue), range 0..255
    full_from : float
        Difference from which only the color is seen.

    Returns
    -------
    ndarray, float32, shape (H, W, 3), range 0..255

    Examples
    --------
    >>> difference = np.array([[0, 50, 200]], np.uint8)
    >>> tinted(np.full((1, 3, 1), 100, np.float32), difference, color=(200, 0, 0), full_from=100).tolist()
    [[[100.0, 100.0, 100.0], [150.0, 50.0, 50.0], [200.0, 0.0, 0.0]]]
    """
    share = np.clip(difference.astype(np.float32) / full_from, 0, 1)[..., None]
    return np.asarray(pale * (1 - share) + np.array(color, np.float32) * share, np.float32)


def _frame(
    query: tuple[int, ...], registered: tuple[int, ...], transform: Matrix3
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the sheet starts and how large it is, in pixels of the registered swatch."""
    height, width = registered[:2]
    corners = np.array([[0, 0], [query[1], 0], [query[1], query[0]], [0, query[0]]], np.float64)
    on = cv2.perspectiveTransform(corners[None], transform)[0]
    reach = (_MOST_TIMES - 1) / 2 * max(width, height)
    low = np.clip(np.minimum(on.min(0), 0), -reach, 0)
    high = np.clip(np.maximum(on.max(0), (width, height)), (width, height), (width + reach, height + reach))
    return (float(low[0]), float(low[1])), (float(high[0] - low[0]), float(high[1] - low[1]))


def _draw_label(drawn: RGB8, text: str, ring: npt.NDArray[np.float64]) -> None:
    """Write a number or letter on a light disc at the top of an outline, inside the sheet."""
    top = ring[ring[:, 1].argmin()]
    x, y = np.clip(top, 18, [drawn.shape[1] - 18, drawn.shape[0] - 18])
    centre = (round(float(x)), round(float(y)))
    cv2.circle(drawn, centre, 15, (20, 20, 20), cv2.FILLED, cv2.LINE_AA)
    cv2.circle(drawn, centre, 13, (255, 255, 255), cv2.FILLED, cv2.LINE_AA)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 2)
    at = (centre[0] - width // 2, centre[1] + height // 2)
    cv2.putText(drawn, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (20, 20, 20), 2, cv2.LINE_AA)
