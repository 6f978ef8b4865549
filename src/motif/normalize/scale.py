"""Scale: pixels per centimetre of cloth, from its width, a ruler or a sheet of A4 paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import cv2
import numpy as np

from motif.arrays import RGB8, Gray8, Matrix3
from motif.errors import ParameterError
from motif.messages import N_
from motif.normalize.quad import Quad, four_corners, sides_of
from motif.normalize.small import reduced
from motif.normalize.swatch import Swatch
from motif.photo.photo import Photo

ScaleSource = Literal["cloth-width", "ruler", "a4-sheet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Pixels for a centimetre of cloth.

    Parameters
    ----------
    px_per_cm : float, pixels of the cut picture for one centimetre
    source : "cloth-width", "ruler" or "a4-sheet"
        A person gave the cloth's width, or two marks of a ruler in the picture; or a sheet of A4 paper
        was found in the cloth's plane.
    """

    px_per_cm: float
    source: ScaleSource

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"px_per_cm": self.px_per_cm, "source": self.source}


def from_cloth_width(width_px: int, width_cm: float) -> Scale:
    """Take the scale from the cloth's width, as a person measured it.

    Parameters
    ----------
    width_px : int, pixels of the cut picture
    width_cm : float, centimetres

    Returns
    -------
    Scale

    Raises
    ------
    ParameterError
        If the width is not above 0.

    Examples
    --------
    >>> from_cloth_width(2200, 110.0).px_per_cm
    20.0
    """
    if not 0 < width_cm < 100_000:
        message = N_("width_cm={width_cm}; expected more than 0", width_cm=width_cm)
        raise ParameterError(message, hint=N_("Give it in cm, such as 110."))
    return Scale(px_per_cm=width_px / width_cm, source="cloth-width")


def from_ruler(swatch: Swatch, width_px: int, marks_px: Sequence[Sequence[float]], length_cm: float) -> Scale:
    """Take the scale from two marks of a ruler that lies in the cloth's plane.

    Parameters
    ----------
    swatch : Swatch
    width_px : int, pixels of the cut picture
    marks_px : two (x, y), pixels of the upright original
    length_cm : float, centimetres between the marks

    Returns
    -------
    Scale

    Raises
    ------
    ParameterError
        If the marks are one place, or the length is not above 0.

    Examples
    --------
    >>> from motif.normalize.swatch import normalize
    >>> from motif.photo.photo import read_photo
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> whole = normalize(read_photo(checks))
    >>> round(from_ruler(whole, 400, [(50, 20), (350, 20)], 30.0).px_per_cm, 6)
    10.0
    """
    hint = N_("Give two marks and the centimetres between them, such as 120,80 1450,95 30.")
    marks = np.asarray(marks_px, np.float64)
    if marks.shape != (2, 2) or not np.isfinite(marks).all() or not 0 < length_cm < 100_000:
        message = N_(
            "ruler={marks_px!r:.80}, {length_cm} cm; expected two marks x,y",
            marks_px=marks_px,
            length_cm=length_cm,
        )
        raise ParameterError(message, hint=hint)
    on_swatch = cv2.perspectiveTransform(marks[None], np.linalg.inv(swatch.to_photo()))[0]
    length_px = float(np.linalg.norm(np.diff(on_swatch * (width_px / swatch.luma.shape[1]), axis=0)))
    if not 2 <= length_px < 1e6:
        message = N_(
            "the ruler's marks are {length_px:.3g} px apart; expected 2 or more", length_px=length_px
        )
        raise ParameterError(message, hint=hint)
    return Scale(px_per_cm=length_px / length_cm, source="ruler")


def from_sheet(photo: Photo, swatch: Swatch, width_px: int) -> Scale:
    """Take the scale from a sheet of A4 paper that lies on or beside the cloth, in its plane.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo``
    width_px : int, pixels of the cut picture

    Returns
    -------
    Scale

    Raises
    ------
    ParameterError
        If no such sheet is found.
    """
    to_original = np.diag([photo.width_px / photo.rgb.shape[1], photo.height_px / photo.rgb.shape[0], 1.0])
    to_original[:2, 2] = np.diag(to_original)[:2] / 2 - 0.5
    to_plane = np.asarray(np.linalg.inv(swatch.to_photo()) @ to_original, np.float64)
    sheet = find_sheet(photo.rgb, to_plane)
    if sheet is None:
        message = N_("no sheet of A4 paper is seen; expected one flat in the cloth's plane")
        hint = N_(
            "Lay the whole sheet flat on the cloth or close to it, or give the cloth's width (--cloth-cm)."
        )
        raise ParameterError(message, hint=hint)
    corners = cv2.perspectiveTransform(sheet[None], to_plane)[0] * (width_px / swatch.luma.shape[1])
    lengths = np.linalg.norm(sides_of(np.asarray(corners)), axis=1)
    return Scale(px_per_cm=float(lengths.sum()) / (2 * sum(A4_CM)), source="a4-sheet")


A4_CM: Final = (29.7, 21.0)

_SEARCH_PX = 1024
_LEAST_SHARE, _MOST_SHARE = 0.004, 0.5
_LIGHTNESS = (0.93, 0.86, 0.76, 0.62)
"""What counts as light, as a share of the lightest: paper is seldom darker than a pale dye beside it."""
_FILLED = 0.94
_ASPECT_WITHIN, _SIDES_WITHIN = 0.035, 0.035
_RIGHT_WITHIN = 0.06


def find_sheet(rgb: RGB8, to_plane: Matrix3) -> Quad | None:
    """Find white paper with the proportions of A4, once the perspective is removed.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    to_plane : ndarray, float64, shape (3, 3)
        Homography from pixels of ``rgb`` to the plane of the cloth.

    Returns
    -------
    ndarray, float64, shape (4, 2), or None
        Corners in ``rgb``, pixels (x, y); of several sheets the largest.

    Examples
    --------
    >>> cloth = np.full((600, 800, 3), (120, 70, 40), np.uint8)
    >>> cloth[100:310, 200:497] = 240
    >>> find_sheet(cloth, np.eye(3)).round().tolist()
    [[200.0, 100.0], [496.0, 100.0], [496.0, 309.0], [200.0, 309.0]]
    >>> cloth[100:310, 497:600] = 240
    >>> find_sheet(cloth, np.eye(3)) is None
    True
    """
    small = reduced(rgb, _SEARCH_PX)
    ratio = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    for lightness in _LIGHTNESS:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(_paper(small, lightness), connectivity=4)
        for number in (1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA]))[:8].tolist():
            if not _LEAST_SHARE < stats[number, cv2.CC_STAT_AREA] / labels.size < _MOST_SHARE:
                continue
            corners_small = _sheet_corners(np.asarray(labels == number).astype(np.uint8))
            if corners_small is not None:
                corners: Quad = (corners_small + 0.5) * ratio - 0.5
                if _is_a4(np.asarray(cv2.perspectiveTransform(corners[None], to_plane)[0])):
                    return corners
    return None


def _paper(small: RGB8, lightness: float) -> Gray8:
    """Mark what is light, hardly colored and even; adjoining threads and dots are removed."""
    soft = np.asarray(cv2.medianBlur(small, 5), np.uint8)
    lightest, darkest = soft.max(axis=2), soft.min(axis=2)
    white = (darkest > lightness * np.percentile(darkest, 99.5)) & (lightest - darkest < 0.3 * lightest)
    rise = np.asarray(cv2.morphologyEx(lightest, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    even = (white & (rise < 28)).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(even, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8)


def _sheet_corners(mask: Gray8) -> Quad | None:
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)  # adds the rim, which is uneven
    contour = max(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    hull = cv2.convexHull(contour)
    if len(hull) < 4 or cv2.contourArea(contour) < _FILLED * cv2.contourArea(hull):
        return None
    corners = four_corners(hull)
    if corners is None or cv2.contourArea(hull) < _FILLED * cv2.contourArea(corners.astype(np.float32)):
        return None
    return corners


def _is_a4(quad: Quad) -> bool:
    sides = sides_of(quad)
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 1:
        return False
    directions = sides / lengths[:, None]
    cosine = np.abs((directions * np.roll(directions, 1, axis=0)).sum(axis=1)).max()
    unequal = np.abs(np.log(lengths[:2] / lengths[2:])).max()
    short, long = sorted(lengths[:2] + lengths[2:])
    aspect_error = abs(float(np.log(long / short)) - np.log(A4_CM[0] / A4_CM[1]))
    return bool(cosine < _RIGHT_WITHIN and unequal < _SIDES_WITHIN and aspect_error < _ASPECT_WITHIN)
