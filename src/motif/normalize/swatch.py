"""Photo to swatch: the picture of the cloth from which features and hashes are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8, Matrix3, frozen
from motif.color import luma
from motif.normalize.cut import Cut
from motif.normalize.exposure import Mask, clear_glare
from motif.normalize.fields import WHOLE, PhotoField, find_fields, given_field
from motif.normalize.light import LightColor, even_light
from motif.normalize.rectify import Corner, Rectification, by_hand, rectification, resized, warped
from motif.normalize.small import reduced
from motif.photo.photo import Photo
from motif.profiles import STANDARD_1, Profile
from motif.resize import resize_long_edge

_SMALL_PX = 256
FORMAT = 1
"""Number of the record's JSON form."""

Step = tuple[str, tuple[tuple[str, float], ...]]
"""A step: its name and its numbers, such as ``("even-light", (("sigma_px", 40.0),))``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swatch:
    """The cloth as it is compared, and the steps that led to it.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255, write-protected
        BT.601 luma in evened light.
    steps : tuple of (name, ((parameter, value), ...))
        In the order in which they were taken.
    scale : float
        Swatch pixels for one pixel of the upright original photo; where perspective was taken out,
        their mean over the cloth's sides.
    outline_px : tuple of 4 (x, y), or None
        The cloth's corners in the upright original photo, pixels, clockwise from the cloth's top left;
        None where the whole picture is kept.
    outline_confidence : float, range 0..1
        That ``outline_px`` is the right cut; below 0.5 the whole picture is kept.
    rectification : Rectification or None
        How the swatch was cut out; None where the whole picture is kept.
    glare : ndarray, bool, shape (H, W), or None
        True where reflected light hides the design; None where there is next to none.
    light : LightColor or None
        The light's color, where it was given; ``luma`` does not depend on it.
    picture : int
        Which of the pictures that the photo shows, from 0.
    """

    luma: Gray8 = field(repr=False)
    steps: tuple[Step, ...]
    scale: float
    outline_px: tuple[Corner, ...] | None = None
    outline_confidence: float = 0.0
    rectification: Rectification | None = field(default=None, repr=False)
    glare: Mask | None = field(default=None, repr=False)
    light: LightColor | None = None
    picture: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the record of the steps, as JSON-ready values; the pixels are left out."""
        return {
            "format": FORMAT,
            "picture": self.picture,
            "swatch_px": [self.luma.shape[1], self.luma.shape[0]],
            "outline_px": None if self.outline_px is None else [list(corner) for corner in self.outline_px],
            "outline_kind": "whole" if self.rectification is None else self.rectification.outline.kind,
            "outline_confidence": self.outline_confidence,
            "to_photo": self.to_photo().tolist(),
            "glare_share": 0.0 if self.glare is None else round(float(self.glare.mean()), 4),
            "light": None if self.light is None else self.light.to_json(),
            "steps": [{"step": name, **dict(numbers)} for name, numbers in self.steps],
        }

    def to_photo(self) -> Matrix3:
        """Return the homography from swatch pixels to pixels of the upright original.

        Returns
        -------
        ndarray, float64, shape (3, 3), on columns (x, y, 1)
        """
        if self.rectification is not None:
            return self.rectification.matrix()
        shift = 0.5 / self.scale - 0.5
        return np.array([[1 / self.scale, 0, shift], [0, 1 / self.scale, shift], [0, 0, 1.0]])

    def photo_points(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map places on the swatch back to the upright original.

        Parameters
        ----------
        points : array-like, shape (N, 2), swatch pixels (x, y)

        Returns
        -------
        ndarray, float64, shape (N, 2), pixels (x, y) of the upright original
        """
        on_swatch = np.asarray(points, np.float64).reshape(1, -1, 2)
        return np.asarray(cv2.perspectiveTransform(on_swatch, self.to_photo())[0], np.float64)


def normalize(
    photo: Photo,
    profile: Profile = STANDARD_1,
    *,
    corners_px: Sequence[Sequence[float]] | None = None,
    light: LightColor | None = None,
) -> Swatch:
    """Bring a photo's cloth to standard size and even light, as if seen from straight above.

    Of a page (a screenshot, a museum's layout), the picture alone is taken; of several, the largest
    (``normalize_fields`` gives all). Where four straight sides separate the cloth from its ground, the rest
    is cut away and the perspective removed; otherwise the whole picture is kept.

    Parameters
    ----------
    photo : Photo
    profile : Profile
    corners_px : four (x, y), pixels of the upright original, optional
        The cloth's corners, given by a person.
    light : LightColor, optional
        From ``find_light``; goes with the swatch, so that its pictures can be shown as under a neutral lamp.

    Returns
    -------
    Swatch
        Its longer side is ``profile.long_edge_px``.

    Raises
    ------
    ParameterError
        If the corners do not form a convex four-sided field in the picture.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> swatch = normalize(read_photo(np.dstack([checks] * 3)))
    >>> swatch.luma.shape, swatch.outline_px, [name for name, _ in swatch.steps]
    ((480, 640), None, ['outline', 'resize', 'even-light'])
    >>> part = normalize(read_photo(checks), corners_px=[(0, 0), (199, 0), (199, 99), (0, 99)])
    >>> part.luma.shape, part.photo_points([[-0.5, -0.5], [639.5, 319.5]]).round(2).tolist()
    ((320, 640), [[-0.5, -0.5], [199.5, 99.5]])
    """
    if corners_px is not None:
        outline = by_hand(corners_px, photo_px=(photo.width_px, photo.height_px))
        return _swatch(photo, PhotoField(outline=outline), profile, light)
    photo, fields = _fields(photo, profile, "")
    return _swatch(photo, fields[0], profile, light)


def normalize_fields(
    photo: Photo, profile: Profile = STANDARD_1, *, cut: Cut = "", light: LightColor | None = None
) -> tuple[Swatch, ...]:
    """Turn a photo into the swatches that are compared, each for itself.

    Of a page with several pictures there is one for each, the largest first. Of one picture there are two
    where the outline of its cloth is not sure: cut, and whole. Where a person gave the cut, there is one.

    Parameters
    ----------
    photo : Photo
        Where fields on a page were decoded small, the photo's bytes are decoded again at a larger scale.
    profile : Profile
    cut : str
        "whole", or the cloth's corners, such as ``"120,80 2900,95 2850,2100 160,2080"``; see ``cut``.
    light : LightColor, optional
        As for ``normalize``.

    Returns
    -------
    tuple of 1 to 6 Swatch
        Without a cut, the first one is that of ``normalize``.

    Raises
    ------
    PhotoError
        If the photo's bytes cannot be read any more.
    ParameterError
        If the cut is none, or its corners do not form a convex four-sided field in the picture.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> page = np.full((400, 700, 3), 255, np.uint8)
    >>> blots = np.random.default_rng(0).integers(0, 256, (2, 300, 300, 3), np.uint8)
    >>> page[50:350, 30:330], page[50:350, 370:670] = blots
    >>> [(swatch.picture, swatch.luma.shape) for swatch in normalize_fields(read_photo(page))]
    [(0, (640, 640)), (1, (640, 640))]
    """
    return normalize_with_photo(photo, profile, cut=cut, light=light)[1]


def normalize_with_photo(
    photo: Photo, profile: Profile = STANDARD_1, *, cut: Cut = "", light: LightColor | None = None
) -> tuple[Photo, tuple[Swatch, ...]]:
    """Return what ``normalize_fields`` does, and the photo at the scale at which the fields were cut out.

    Pictures of the fields are taken from that photo; those of a smaller one would be soft.

    Parameters
    ----------
    photo, profile, cut, light
        As for ``normalize_fields``.

    Returns
    -------
    photo : Photo
        The same, or read again at a larger scale.
    swatches : tuple of 1 to 6 Swatch

    Raises
    ------
    PhotoError, ParameterError
        As ``normalize_fields``.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> photo, swatches = normalize_with_photo(read_photo(np.eye(90, dtype=np.uint8) * 200), cut="whole")
    >>> photo.rgb.shape, swatches[0].luma.shape
    ((90, 90, 3), (640, 640))
    """
    photo, fields = _fields(photo, profile, cut)
    return photo, tuple(_swatch(photo, field, profile, light) for field in fields)


def _fields(photo: Photo, profile: Profile, cut: Cut) -> tuple[Photo, tuple[PhotoField, ...]]:
    if cut:
        return given_field(photo, cut, long_edge_px=profile.long_edge_px)
    if not profile.rectify:
        return photo, (PhotoField(outline=WHOLE),)
    return find_fields(photo, long_edge_px=profile.long_edge_px)


def _swatch(photo: Photo, found: PhotoField, profile: Profile, light: LightColor | None = None) -> Swatch:
    photo_px, outline = (photo.width_px, photo.height_px), found.outline
    steps: list[Step] = []
    if profile.rectify or outline.kind == "by-hand":
        is_cut = float(outline.corners is not None)
        steps.append(("outline", (("confidence", outline.confidence), ("found", is_cut))))
    plan = None
    if outline.corners is None:
        gray, small = resize_long_edge(luma(photo.rgb), profile.long_edge_px), reduced(photo.rgb, _SMALL_PX)
        scale = profile.long_edge_px / max(photo_px)
        steps.append(("resize", _size(gray)))
    else:
        plan = rectification(outline, photo_px=photo_px, long_edge_px=profile.long_edge_px)
        gray = warped(luma(photo.rgb), plan, photo_px=photo_px)
        small = warped(photo.rgb, resized(plan, _SMALL_PX), photo_px=photo_px)
        scale = plan.mean_scale()
        numbers = [(f"h{row}{column}", plan.to_photo[3 * row + column]) for row, column in np.ndindex(3, 3)]
        steps.append(("rectify", (*_size(gray), ("focal_px", plan.focal_px), *numbers)))
    steps.append(("even-light", (("sigma_px", profile.light_sigma_px),)))
    return Swatch(
        luma=frozen(even_light(gray, sigma_px=profile.light_sigma_px)),
        steps=tuple(steps),
        scale=scale,
        outline_px=outline.corners,
        outline_confidence=outline.confidence,
        rectification=plan,
        glare=clear_glare(small, width_px=gray.shape[1], height_px=gray.shape[0]),
        light=light,
        picture=found.picture,
    )


def _size(gray: Gray8) -> tuple[tuple[str, float], tuple[str, float]]:
    return ("width_px", float(gray.shape[1])), ("height_px", float(gray.shape[0]))
