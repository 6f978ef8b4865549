"""How large the cloth is: pixels for a centimetre, and how that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np

from motif.errors import ParameterError
from motif.messages import N_
from motif.normalize.sheet import A4_CM, find_sheet
from motif.normalize.swatch import Swatch
from motif.photo import Photo

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
        raise ParameterError(
            N_("width_cm={width_cm}; expected more than 0", width_cm=width_cm),
            hint=N_("Give it in cm, such as 110."),
        )
    return Scale(px_per_cm=width_px / width_cm, source="cloth-width")


def from_ruler(swatch: Swatch, width_px: int, marks_px: Sequence[Sequence[float]], length_cm: float) -> Scale:
    """Take the scale from two marks of a ruler that lies in the cloth's plane.

    Parameters
    ----------
    swatch : Swatch
    width_px : int, pixels of the cut picture
    marks_px : two (x, y), pixels of the upright original
    length_cm : float, centimetres between the marks

    Raises
    ------
    ParameterError
        If the marks are one place, or the length is not above 0.

    Examples
    --------
    >>> from motif.normalize.swatch import normalize
    >>> from motif.photo import read_photo
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> whole = normalize(read_photo(checks))
    >>> round(from_ruler(whole, 400, [(50, 20), (350, 20)], 30.0).px_per_cm, 6)
    10.0
    """
    hint = N_("Give two marks and the centimetres between them, such as 120,80 1450,95 30.")
    marks = np.asarray(marks_px, np.float64)
    if marks.shape != (2, 2) or not np.isfinite(marks).all() or not 0 < length_cm < 100_000:
        raise ParameterError(
            N_(
                "ruler={marks_px!r:.80}, {length_cm} cm; expected two marks x,y",
                marks_px=marks_px,
                length_cm=length_cm,
            ),
            hint=hint,
        )
    length_px = float(np.linalg.norm(np.diff(_in_picture(swatch, width_px, marks), axis=0)))
    if not 2 <= length_px < 1e6:
        raise ParameterError(
            N_("the ruler's marks are {length_px:.3g} px apart; expected 2 or more", length_px=length_px),
            hint=hint,
        )
    return Scale(px_per_cm=length_px / length_cm, source="ruler")


def from_sheet(photo: Photo, swatch: Swatch, width_px: int) -> Scale:
    """Take the scale from a sheet of A4 paper that lies on or beside the cloth, in its plane.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo``
    width_px : int, pixels of the cut picture

    Raises
    ------
    ParameterError
        If no such sheet is found.
    """
    to_original = np.diag([photo.width_px / photo.rgb.shape[1], photo.height_px / photo.rgb.shape[0], 1.0])
    to_original[:2, 2] = np.diag(to_original)[:2] / 2 - 0.5
    to_plane = np.asarray(np.linalg.inv(swatch.to_photo()) @ to_original, np.float64)
    found = find_sheet(photo.rgb, to_plane)
    if found is None:
        hint = N_(
            "Lay the whole sheet flat on the cloth or close to it, or give the cloth's width (--cloth-cm)."
        )
        raise ParameterError(
            N_("no sheet of A4 paper is seen; expected one flat in the cloth's plane"), hint=hint
        )
    corners = cv2.perspectiveTransform(found[None], to_plane)[0] * (width_px / swatch.luma.shape[1])
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return Scale(px_per_cm=float(sides.sum()) / (2 * sum(A4_CM)), source="a4-sheet")


def _in_picture(
    swatch: Swatch, width_px: int, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Take places in the upright original to the cut picture, whatever its size; only lengths are kept."""
    on_swatch = cv2.perspectiveTransform(points[None], np.linalg.inv(swatch.to_photo()))[0]
    return np.asarray(on_swatch * (width_px / swatch.luma.shape[1]), np.float64)
