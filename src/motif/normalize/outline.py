"""Find the cloth's outline against its ground, on a small picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8
from motif.normalize.ground import Codes, Field, Mask, cloth_evidence, look_of, rim
from motif.normalize.quad import Quad, SideSupport, cover, in_order, moved_to_evidence, side_support
from motif.normalize.small import reduced

OutlineKind = Literal["corners", "inner-rectangle", "page", "by-hand", "whole"]

WORK_PX = 192
"""Longer side of the picture on which the outline is looked for."""

SURE, SURE_OF_FIELD = 0.5, 0.7
"""Least confidence at which a picture is cut: along four corners; to a rectangle in a curved outline."""

_CLEAR, _FILLED = 0.75, 0.95
"""Four corners of less confidence may lie round a garment: unless its field fills them, a rectangle inside
it is taken first, if that is sure."""

_LEAST_FIELD_AREA, _MOST_AREA = 0.12, 0.85

_LEAST_AREA = 0.08
_LEAST_GROUND = 0.02
_LEAST_SIDE_PX = 32
_PASSES = ((0.1, 0.35), (0.05, 0.6), (0.05, 0.6))
"""How far a side may move, as a share of the longer edge, and how straight it must then be."""
_NEAR_PASSES = ((0.05, 0.35), *_PASSES[1:])
_NO_GROUT = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
"""Takes joints between tiles off a field that they touch: they may have the cloth's color."""
_OPEN_SHARE = 0.2
"""A side with more than this beyond the picture's edge is not seen; one such side is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Where the cloth lies in a picture.

    Parameters
    ----------
    kind : "corners", "inner-rectangle", "page", "by-hand" or "whole"
        Four corners were found; or a rectangle inside a curved outline; or the picture on a page, such as a
        screenshot; or a person gave the corners; or the whole picture is taken.
    corners : tuple of 4 (x, y), or None
        Pixels of the picture that was searched, clockwise from the cloth's top left; None with "whole".
    confidence : float, range 0..1
        That the picture should be cut here; the whole is kept below 0.5 (corners) or 0.7 (rectangle).
    """

    kind: OutlineKind
    corners: tuple[tuple[float, float], ...] | None
    confidence: float


def find_outline(rgb: RGB8) -> Outline:
    """Find the four corners of a cloth that lies on a ground.

    The rim of the picture is taken for ground, its middle for cloth. Both are
    learnt as shares of colors and textures; four straight sides are moved to where one turns into the
    other, and both are learnt anew from them. The confidence is that of the weakest sign: ground
    outside and cloth inside all along every side, and straight sides.

    A garment does not have four corners: where it fills a quadrilateral badly, but is clearly distinct from
    its ground all round, the largest upright rectangle inside it is taken.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    Outline
        "whole" where the cloth fills the frame, or where it is not clear what is cloth.

    Examples
    --------
    >>> table = np.full((300, 400, 3), (120, 90, 60), np.uint8)
    >>> checks = np.kron(np.indices((18, 24)).sum(0) % 2, np.ones((10, 10)))[..., None]
    >>> table[60:240, 80:320] = checks * (90, 160, 190) + 30
    >>> outline, truth = find_outline(table), [[80, 60], [320, 60], [320, 240], [80, 240]]
    >>> outline.kind, bool(np.abs(np.array(outline.corners) - truth).max() < 4)
    ('corners', True)
    >>> find_outline(np.ascontiguousarray(table[60:240, 80:320])).kind
    'whole'
    """
    small = reduced(rgb, WORK_PX)
    kind, quad, confidence = _find(small)
    if quad is None:
        return Outline(kind="whole", corners=None, confidence=confidence)
    ratio = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    corners = (quad + 0.5) * ratio - 0.5
    return Outline(kind=kind, corners=as_tuples(corners), confidence=confidence)


def as_tuples(corners: npt.NDArray[np.floating]) -> tuple[tuple[float, float], ...]:
    """Return corners as a tuple of pairs, as records hold them."""
    return tuple((float(x), float(y)) for x, y in corners)


def _find(small: RGB8) -> tuple[OutlineKind, Quad | None, float]:
    """Look for four corners, else for a rectangle within a curved outline."""
    if min(small.shape[:2]) < _LEAST_SIDE_PX:
        return "whole", None, 0.0
    codes = look_of(small)
    evidence = cloth_evidence(codes, _middle(small.shape), rim(small.shape))
    first = _find_corners(codes, evidence, _first_quad(evidence), _PASSES)
    if first is not None and first.confidence >= SURE and first.filled:
        return "corners", first.quad, first.confidence
    grown, again, rectangle = grown_field(codes, evidence), None, None
    if grown is not None:
        compact = cv2.morphologyEx(grown[1].astype(np.uint8), cv2.MORPH_OPEN, _NO_GROUT)
        start = _first_quad(2 * compact.astype(np.float32) - 1)
        again = _find_corners(codes, grown[0], start, _NEAR_PASSES)
        if again is not None and again.confidence >= SURE and again.filled:
            return "corners", again.quad, again.confidence
        rectangle = inner_rectangle(*grown)
        if rectangle is not None and rectangle[1] >= SURE_OF_FIELD:
            return "inner-rectangle", *rectangle
    confidences = [rectangle[1]] if rectangle else []
    for corners in filter(None, (first, again)):
        if corners.confidence >= SURE:
            return "corners", corners.quad, corners.confidence
        confidences.append(corners.confidence)
    return "whole", None, max(confidences, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Corners:
    """Four corners, and whether they are clear or filled by what looks like cloth."""

    quad: Quad
    confidence: float
    filled: bool


def _find_corners(
    codes: Codes, evidence: Field, quad: Quad | None, passes: tuple[tuple[float, float], ...]
) -> _Corners | None:
    straightness = 0.0
    for share, least_straight in passes:
        reach_px = round(share * max(evidence.shape))
        moved = None if quad is None else moved_to_evidence(evidence, quad, reach_px)
        if moved is None or moved[1] < least_straight:
            return None
        quad, straightness = moved
        learnt = _learnt(codes, quad)
        if learnt is None:
            return None
        evidence = learnt
    assert quad is not None
    confidence = _confidence(side_support(evidence, quad), straightness)
    enclosed = np.asarray(cover(evidence.shape, quad) > 0, np.bool_)
    filled = confidence >= _CLEAR or agreement(evidence, enclosed) >= _FILLED
    return _Corners(quad=quad, confidence=confidence, filled=filled)


def _learnt(codes: Codes, quad: Quad) -> Field | None:
    """Learn cloth and ground anew, leaving out the pixels on the sides; None where too few are left."""
    inside = cover(codes.color.shape, quad)
    square = np.ones((3, 3), np.uint8)
    cloth, ground = cv2.erode(inside, square) > 0, cv2.dilate(inside, square) == 0
    if inside.mean() < _LEAST_AREA or ground.mean() < _LEAST_GROUND:
        return None
    return cloth_evidence(codes, cloth, ground)


def _middle(shape: tuple[int, ...]) -> Mask:
    height, width = shape[:2]
    mask = np.zeros((height, width), np.bool_)
    mask[height // 4 : -(height // 4), width // 4 : -(width // 4)] = True
    return mask


def _first_quad(evidence: Field) -> Quad | None:
    """Put four sides round the largest field of pixels that look like cloth."""
    likely = (cv2.boxFilter(evidence, -1, (9, 9)) > 0).astype(np.uint8)
    likely = np.asarray(cv2.morphologyEx(likely, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(likely)
    if count < 2:
        return None
    largest = (labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).astype(np.uint8)
    contours = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    if len(hull) < 4 or cv2.contourArea(hull) < _LEAST_AREA * evidence.size / 2:
        return None
    four = hull if len(hull) == 4 else cv2.approxPolyN(hull, 4, ensure_convex=True)
    return in_order(np.reshape(four, (-1, 2))) if np.size(four) == 8 else None


def _confidence(sides: list[SideSupport], straightness: float) -> float:
    """Return the weakest sign, each brought to 0..1.

    The ends of each scale lie between what was measured on cloths that fill the frame and on cloths
    on floors (``benchmarks/normalize.py``).
    """
    if sum(side.beyond_share > _OPEN_SHARE for side in sides) > 1:
        return 0.0
    signs = [(straightness - 0.5) / (0.95 - 0.5)]
    for side in sides:
        signs += [(share - 0.6) / (1.0 - 0.6) for share in (side.ground_share, side.cloth_share)]
        signs += [(level - 0.3) / (1.5 - 0.3) for level in (side.ground_level, side.cloth_level)]
    return min(max(min(signs), 0.0), 1.0)


_COARSE_PX = 4
_LEAST_RECTANGLE = 0.08


def grown_field(codes: Codes, evidence: Field) -> tuple[Field, Mask] | None:
    """Learn cloth and ground from the largest field of likely cloth, and again from what that gives.

    Parameters
    ----------
    codes : Codes
    evidence : ndarray, float32, shape (H, W)
        From the picture's middle and rim.

    Returns
    -------
    evidence : ndarray, float32, shape (H, W)
        Learnt from the field and all that lies outside it.
    field : ndarray, bool, shape (H, W)
        None where it becomes too small, or nearly the whole picture.
    """
    field = _largest_field(evidence)
    for _ in range(3):
        if not _LEAST_FIELD_AREA < float(field.mean()) < _MOST_AREA:
            return None
        beside = np.asarray(cv2.dilate(field.astype(np.uint8), np.ones((5, 5))) == 0, np.bool_)
        evidence = cloth_evidence(codes, field, beside)
        learnt, field = field, _largest_field(evidence)
    return evidence, learnt


def inner_rectangle(evidence: Field, field: Mask) -> tuple[Quad, float] | None:
    """Find the largest rectangle in cloth that ground surrounds on all sides.

    Parameters
    ----------
    evidence, field
        From ``grown_field``.

    Returns
    -------
    quad : ndarray, float64, shape (4, 2), pixels
    confidence : float, range 0..1
        The weakest sign: ground all along the rim, cloth within, one compact field.
        None where there is no such field.
    """
    rectangle = _largest_rectangle(field)
    return None if rectangle is None else (rectangle, _field_confidence(evidence, field))


def agreement(evidence: Field, inside: Mask) -> float:
    """Return how well four sides enclose what looks like cloth, and nothing else: intersection over union.

    Sides drawn round a skirt or a shirt take in corners of ground, though each of them looks straight.

    Parameters
    ----------
    evidence : ndarray, float32, shape (H, W)
    inside : ndarray, bool, shape (H, W)
        What the sides enclose.

    Examples
    --------
    >>> inside = np.zeros((60, 80), bool)
    >>> inside[10:50, 10:70] = True
    >>> bool(agreement(np.where(inside, 1, -1).astype(np.float32), inside) > 0.98)  # corners are rounded off
    True
    """
    field = _largest_field(evidence)
    return float((field & inside).sum() / max(int((field | inside).sum()), 1))


def _field_confidence(evidence: Field, field: Mask) -> float:
    """Return the weakest sign of a compact field; or, where colors are hardly shared, of one of any shape."""
    contour = _contour(field)
    solid = cv2.contourArea(contour) / max(cv2.contourArea(cv2.convexHull(contour)), 1.0)
    smooth = _smooth(evidence)
    at_edge = float((smooth[rim(evidence.shape)] < 0).mean())
    apart = float(min(evidence[field].mean(), -evidence[~field].mean()))
    within = (float((smooth[field] > 0).mean()) - 0.85) / 0.15
    compact = min((at_edge - 0.9) / 0.1, (solid - 0.75) / 0.2, (apart - 1.0) / 2.0, within)
    garment = min((at_edge - 0.85) / 0.1, (solid - 0.6) / 0.2, (apart - 1.8) / 1.2, within)
    return min(1.0, max(0.0, compact, garment))


def _smooth(evidence: Field) -> Field:
    return np.asarray(cv2.boxFilter(evidence, -1, (9, 9)), np.float32)


def _largest_field(evidence: Field) -> Mask:
    """Return the largest connected field of pixels that look like cloth, its holes filled."""
    likely = (_smooth(evidence) > 0).astype(np.uint8)
    likely = np.asarray(cv2.morphologyEx(likely, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    filled = np.zeros_like(likely)
    if likely.any():
        cv2.drawContours(filled, [_contour(likely > 0)], -1, (1,), cv2.FILLED)
    return np.asarray(filled > 0, np.bool_)


def _contour(mask: Mask) -> npt.NDArray[np.int32]:
    contours = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    return np.asarray(max(contours, key=cv2.contourArea), np.int32)


def _largest_rectangle(field: Mask) -> Quad | None:
    """Return the largest upright rectangle of cells that are cloth through and through.

    Row by row, columns of cloth that end there form a skyline, and each run under it is a rectangle.
    """
    height, width = (side // _COARSE_PX for side in field.shape)
    cells = field[: height * _COARSE_PX, : width * _COARSE_PX]
    full: Mask = np.asarray(cells.reshape(height, _COARSE_PX, width, _COARSE_PX).all(axis=(1, 3)))
    best, corners = 0, (0, 0, 0, 0)
    heights = np.zeros(width, np.int64)
    for bottom, row in enumerate(full, 1):
        heights = np.where(row, heights + 1, 0)
        for left, right, high in _runs(heights.tolist()):
            if high * (right - left) > best:
                best, corners = high * (right - left), (left, bottom - high, right, bottom)
    if best < _LEAST_RECTANGLE * height * width:
        return None
    x0, y0, x1, y1 = (float(cell * _COARSE_PX) for cell in corners)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - 0.5


def _runs(heights: list[int]) -> list[tuple[int, int, int]]:
    """Return every maximal run ``(left, right, height)`` under a skyline.

    Examples
    --------
    >>> sorted(_runs([1, 2, 2]))
    [(0, 3, 1), (1, 3, 2)]
    """
    open_runs: list[tuple[int, int]] = []
    runs = []
    for at, high in enumerate([*heights, 0]):
        left = at
        while open_runs and open_runs[-1][1] > high:
            left, height = open_runs.pop()
            runs.append((left, at, height))
        if high and (not open_runs or open_runs[-1][1] < high):
            open_runs.append((left, high))
    return runs
