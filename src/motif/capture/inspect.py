"""The capture gate: judge a photo while it can still be retaken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.capture.gates import ADVICE, CAPTURE_1, OF_CAMERAS, Code, Gate, Limit
from motif.capture.handling import fold_depth, page_share, thing_at_rim
from motif.capture.sharpness import blockiness, edge_width, screen_grid
from motif.capture.writing import writing_score
from motif.color import luma
from motif.errors import ParameterError
from motif.messages import LANGUAGES, N_, _
from motif.normalize.exposure import brightest_level, clipped_share, glare_mask, light_fall
from motif.normalize.quad import Quad, cover, mean_sides
from motif.normalize.rectify import resized, tilt_deg, warped
from motif.normalize.small import middle, reduced, without_frame
from motif.normalize.swatch import Swatch, normalize
from motif.photo.photo import Photo

Severity = Literal["warn", "refuse"]

_SMALL_PX, _WINDOW_PX = 256, 512
_CM_PER_INCH = 2.54
DEFAULT_PRINT_CM = 15.0
"""Default for the longer side at which a cloth is printed in a filing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of a capture.

    Parameters
    ----------
    code : str
        Stable, such as ``"blur"``; docs/capture.md lists all.
    value, limit : float
        The measurement, and the limit that it exceeds.
    unit : str
    severity : "warn" or "refuse"
    advice : str
        What to do: an English sentence, which is also the key of its translation.

    Examples
    --------
    >>> finding = Finding(code="blur", value=3.0, limit=2.0, unit="px", severity="refuse",
    ...                   advice=ADVICE["blur"])
    >>> finding.in_words("id")[:19]
    'Foto kurang tajam: '
    """

    code: Code
    value: float
    limit: float
    unit: str
    severity: Severity
    advice: str

    def in_words(self, language: str | None = None) -> str:
        """Return the advice in "en", "id" or the language in use."""
        return _(self.advice, language)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values, with the advice in all languages."""
        return {
            "code": self.code,
            "value": round(self.value, 4),
            "limit": self.limit,
            "unit": self.unit,
            "severity": self.severity,
            "advice": {language: self.in_words(language) for language in LANGUAGES},
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """The pixels that are measured.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch
    cloth : ndarray, uint8, shape (H, W, 3), sRGB
        The cloth alone, without a drawn frame; at most 256 px on the longer side.
    window : ndarray, uint8, shape (H, W, 3), sRGB
        Unscaled pixels from the cloth's middle.
    print_cm : float, centimetres
        Longer side of the cloth's picture in print.
    """

    photo: Photo
    swatch: Swatch
    cloth: RGB8 = field(repr=False)
    window: RGB8 = field(repr=False)
    print_cm: float


def inspect(
    photo: Photo,
    *,
    gate: Gate = CAPTURE_1,
    swatch: Swatch | None = None,
    print_cm: float = DEFAULT_PRINT_CM,
) -> tuple[Finding, ...]:
    """Judge a capture.

    Sharpness is judged on unscaled pixels of the photo as it was decoded: read the photo whole for that.

    Parameters
    ----------
    photo : Photo
    gate : Gate
        ``CAPTURE_1``, or ``FILING_1`` for the requirements of a design office.
    swatch : Swatch, optional
        Made from the photo; computed unless given.
    print_cm : float, centimetres
        Longer side in print; only ``FILING_1`` uses it.

    Returns
    -------
    tuple of Finding
        Refusals first; empty where the capture is good.

    Raises
    ------
    ParameterError
        If ``print_cm`` is not above 0.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> rng = np.random.default_rng(4)
    >>> spots = np.kron(rng.integers(60, 220, (90, 90, 1)), np.ones((9, 9, 3))).astype(np.uint8)
    >>> spots = cv2.GaussianBlur(spots, (0, 0), 0.7)
    >>> inspect(read_photo(spots))
    ()
    >>> [finding.code for finding in inspect(read_photo(cv2.GaussianBlur(spots, (0, 0), 5)))]
    ['blur']
    """
    if not 0 < print_cm < 10_000:
        message = N_("print_cm={print_cm}; expected more than 0", print_cm=print_cm)
        raise ParameterError(message, hint=N_("Give centimetres, such as 15."))
    view = view_of(photo, swatch or normalize(photo), print_cm)
    values = measurements(view, gate)
    findings = (_judged(code, values[code], gate.limits[code]) for code in gate.limits if code in values)
    return tuple(sorted(filter(None, findings), key=lambda finding: finding.severity != "refuse"))


def is_refused(findings: tuple[Finding, ...]) -> bool:
    """Tell whether one of the findings is a refusal.

    Parameters
    ----------
    findings : tuple of Finding
        As ``inspect`` returns them.

    Returns
    -------
    bool
    """
    return any(finding.severity == "refuse" for finding in findings)


def measurements(view: View, gate: Gate = CAPTURE_1) -> dict[Code, float]:
    """Return all that a gate measures, within limits or not; what a photo does not show is left out."""
    values: dict[Code, float | None] = {}
    width = edge_width(luma(view.window))
    values["blur"], values["motion"] = (width.blur_px, width.motion_ratio()) if width else (None, None)
    for code, measure in _MEASURES.items():
        if code in gate.limits:
            values[code] = measure(view)
    if "print-size" in gate.limits:
        values["print-size"] = _cloth_px(view, longer=True) / (view.print_cm / _CM_PER_INCH)
    page = "page" in gate.limits and gate.limits["page"].passed_by(
        values["page"] or 0.0, gate.limits["page"].warn
    )
    left_out = OF_CAMERAS if page else ()
    return {code: value for code, value in values.items() if value is not None and code not in left_out}


def _judged(code: Code, value: float, limit: Limit) -> Finding | None:
    if not limit.passed_by(value, limit.warn):
        return None
    refused = limit.passed_by(value, limit.refuse)
    return Finding(
        code=code,
        value=value,
        limit=limit.refuse if refused else limit.warn,
        unit=limit.unit,
        severity="refuse" if refused else "warn",
        advice=ADVICE[code],
    )


def view_of(photo: Photo, swatch: Swatch, print_cm: float) -> View:
    """Cut the pixels to measure out of a photo."""
    photo_px, centre, cloth = (photo.width_px, photo.height_px), None, photo.rgb
    if swatch.rectification is not None and swatch.outline_px is not None:
        cloth = warped(photo.rgb, resized(swatch.rectification, _SMALL_PX), photo_px=photo_px)
        x, y = np.mean(swatch.outline_px, axis=0)
        centre = (float(x) * photo.rgb.shape[1] / photo_px[0], float(y) * photo.rgb.shape[0] / photo_px[1])
    window = middle(photo.rgb, _WINDOW_PX, centre)
    cloth = without_frame(reduced(cloth, _SMALL_PX))
    return View(photo=photo, swatch=swatch, cloth=cloth, window=window, print_cm=print_cm)


def _cloth_px(view: View, *, longer: bool) -> float:
    """Return the mean length of the cloth's longer, or shorter, sides in the original photo."""
    width, height = float(view.photo.width_px), float(view.photo.height_px)
    if view.swatch.outline_px is not None:
        width, height = mean_sides(np.array(view.swatch.outline_px))
    return max(width, height) if longer else min(width, height)


def _tilt(view: View) -> float | None:
    plan = view.swatch.rectification
    if plan is None or plan.outline.kind in ("inner-rectangle", "page"):
        return None
    return tilt_deg(plan, (view.photo.width_px, view.photo.height_px))


def _busy_ground(view: View) -> float | None:
    """Return the mean local contrast of the ground around the cloth, in natural logarithms of light."""
    if view.swatch.outline_px is None:
        return None
    small = reduced(view.photo.rgb, _SMALL_PX)
    ratio = np.array([small.shape[1] / view.photo.width_px, small.shape[0] / view.photo.height_px])
    quad: Quad = np.array(view.swatch.outline_px) * ratio
    ground = cv2.dilate(cover(small.shape, quad), np.ones((9, 9), np.uint8)) == 0
    if int(ground.sum()) < 100:
        return None
    shade = np.log(cv2.GaussianBlur(luma(small), (0, 0), 1.0).astype(np.float32) + 16)
    local = shade - cv2.GaussianBlur(shade, (0, 0), 6.0)
    return float(np.std(np.asarray(local)[ground]))


_MEASURES: dict[Code, Callable[[View], float | None]] = {
    "glare": lambda view: float(glare_mask(view.cloth).mean()),
    "too-dark": lambda view: brightest_level(view.cloth),
    "too-bright": lambda view: clipped_share(view.window[::2, ::2]),
    "uneven-light": lambda view: light_fall(reduced(view.cloth, 128)),
    "folds": lambda view: fold_depth(reduced(view.cloth, 160)),
    "tilt": _tilt,
    "few-pixels": lambda view: _cloth_px(view, longer=False),
    "compression": lambda view: blockiness(luma(view.window)),
    "screen": lambda view: screen_grid(middle(view.window, 256)),
    "page": lambda view: page_share(view.cloth),
    "obstruction": lambda view: thing_at_rim(reduced(view.cloth, 160)),
    "busy-ground": _busy_ground,
    "overlay": lambda view: writing_score(view.photo.rgb),
}
