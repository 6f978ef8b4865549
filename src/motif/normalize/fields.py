"""Find the fields of a photo: the parts that are compared, each for itself.

A page may show several pictures, and each is a field. Of one picture, the cloth is cut out; where its outline
is not sure, the picture is kept whole as well, since another photo of the cloth may be cut otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.color import luma
from motif.normalize.cut import Cut, corners_of
from motif.normalize.outline import WORK_PX, Outline, as_tuples, find_outline
from motif.normalize.page import at_edges, is_label, page_fields
from motif.normalize.quad import Quad, cover
from motif.normalize.rectify import by_hand, scaled
from motif.normalize.small import reduced
from motif.photo.limits import PhotoLimits
from motif.photo.photo import Photo, read_photo

MOST_FIELDS: Final = 6
"""Most fields of one photo."""

SURE: Final = 0.85
"""Least confidence of an outline at which the cut alone is kept. Of 40 cloths on tables all are above; of the
objects on cloths whose outline another photo does not show, half are below."""

_PLAIN_GROUND: Final = 9.0
"""Deviation of lightness over 5 x 5 px outside an outline, in levels, from which on a cloth may lie there,
with an object on it. Floors, mats and sheets have up to 8, a lawn 13, real cloths 8 to 40."""

_SURE_OF_PAGE: Final = 0.9
WHOLE: Final = Outline(kind="whole", corners=None, confidence=0.0)
_READ_BEFORE: Final = PhotoLimits(max_pixels=2**31, max_bytes=2**31, min_short_edge_px=1)
"""Whatever was read once may be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoField:
    """A part of a photo that is compared for itself.

    Parameters
    ----------
    outline : Outline
        In pixels of the upright original.
    picture : int
        Which of the pictures that the photo shows, from 0.
    """

    outline: Outline
    picture: int = 0


def given_field(photo: Photo, cut: Cut, *, long_edge_px: int) -> tuple[Photo, tuple[PhotoField, ...]]:
    """Take the field that a person gave.

    Parameters
    ----------
    photo : Photo
    cut : str
        As in ``cut``, not empty.
    long_edge_px : int
        Least pixels along the field's longer side that are wanted.

    Returns
    -------
    photo : Photo
        The same, or read again at a larger scale.
    fields : tuple of 1 PhotoField

    Raises
    ------
    ParameterError
        If it is no cut, or the corners do not form a convex four-sided field in the picture.
    """
    corners = corners_of(cut)
    if corners is None:
        return photo, (PhotoField(outline=WHOLE),)
    outline = by_hand(corners, photo_px=(photo.width_px, photo.height_px))
    ratio = photo.rgb.shape[1] / photo.width_px
    side_px = float(np.ptp(np.array(outline.corners), axis=0).max()) * ratio
    return _larger(photo, side_px, long_edge_px), (PhotoField(outline=outline),)


def find_fields(photo: Photo, *, long_edge_px: int) -> tuple[Photo, tuple[PhotoField, ...]]:
    """Find the parts of a photo that are compared, the main one first.

    Parameters
    ----------
    photo : Photo
    long_edge_px : int
        Least pixels along a field's longer side that are wanted.

    Returns
    -------
    photo : Photo
        The same; read again at a larger scale where a field on a page was decoded with fewer pixels than
        wanted.
    fields : tuple of 1 to 6 PhotoField
        Of a page with several pictures one for each, the largest first. Otherwise one, or two of one picture
        where the outline is not sure: cut, and whole.

    Examples
    --------
    >>> page = np.full((400, 700, 3), 255, np.uint8)
    >>> blots = np.random.default_rng(0).integers(0, 256, (2, 300, 300, 3), np.uint8)
    >>> page[50:350, 30:330], page[50:350, 370:670] = blots
    >>> _, fields = find_fields(read_photo(page), long_edge_px=640)
    >>> [(field.outline.kind, field.picture) for field in fields]
    [('page', 0), ('page', 1)]
    """
    quads = page_fields(photo.rgb)[:MOST_FIELDS]
    if quads:
        photo, quads = _decoded_for(photo, quads, long_edge_px)
    found: list[PhotoField] = []
    for number, quad in enumerate(quads or [None]):
        cut, uncut = _outlines(photo.rgb, quad)
        if cut.corners is None or _is_sure(photo.rgb, cut):
            found.append(PhotoField(outline=cut if cut.corners else uncut, picture=number))
        elif len(quads) > 1:
            found.append(PhotoField(outline=uncut, picture=number))
        else:
            found += [PhotoField(outline=cut), PhotoField(outline=uncut)]
    ratio = (photo.width_px / photo.rgb.shape[1], photo.height_px / photo.rgb.shape[0])
    return photo, tuple(replace(field, outline=scaled(field.outline, by=ratio)) for field in found)


def _outlines(rgb: RGB8, quad: Quad | None) -> tuple[Outline, Outline]:
    """Return the outline of the cloth in a picture, if it has one, and that of the whole picture."""
    if quad is None:
        cut = _cloth_outline(rgb)
        return cut, replace(WHOLE, confidence=cut.confidence)
    (left, top), (right, bottom) = np.rint(quad[0]).astype(int), np.rint(quad[2]).astype(int)
    cut = _cloth_outline(np.ascontiguousarray(rgb[top : bottom + 1, left : right + 1]))
    if cut.corners is not None:
        cut = replace(cut, corners=as_tuples(np.add(cut.corners, [left, top])))
    return cut, Outline(kind="page", corners=as_tuples(quad), confidence=_SURE_OF_PAGE)


def _cloth_outline(rgb: RGB8) -> Outline:
    """Find the outline of the cloth; a label that lies on it has one, too, which is not taken."""
    outline = find_outline(rgb)
    return WHOLE if outline.corners is not None and is_label(rgb, outline.corners) else outline


def _is_sure(rgb: RGB8, cut: Outline) -> bool:
    """Tell whether a cut is clear, and leaves out nothing that is drawn on as a cloth is."""
    if cut.confidence < SURE:
        return False
    gray = luma(reduced(rgb, WORK_PX)).astype(np.float32)
    ratio = np.array([gray.shape[1] / rgb.shape[1], gray.shape[0] / rgb.shape[0]])
    inside = cover(gray.shape, (np.array(cut.corners) + 0.5) * ratio - 0.5)
    outside = cv2.dilate(inside, np.ones((9, 9), np.uint8)) == 0
    mean, mean_square = (cv2.blur(values, (5, 5)) for values in (gray, gray * gray))
    deviation = np.sqrt(np.maximum(mean_square - mean * mean, 0))
    return not outside.any() or float(deviation[outside].mean()) < _PLAIN_GROUND


def _decoded_for(photo: Photo, quads: list[Quad], long_edge_px: int) -> tuple[Photo, list[Quad]]:
    """Read a photo again, if that gives its smallest field more of the pixels that are wanted."""
    larger = _larger(photo, min(float(np.ptp(quad, axis=0).max()) for quad in quads), long_edge_px)
    if larger is photo:
        return photo, quads
    ratio = np.array([larger.rgb.shape[1] / photo.rgb.shape[1], larger.rgb.shape[0] / photo.rgb.shape[0]])
    return larger, [at_edges(larger.rgb, (quad + 0.5) * ratio - 0.5) for quad in quads]


def _larger(photo: Photo, side_px: float, wanted_px: int) -> Photo:
    """Read a photo again, if that gives a field's longer side more of the pixels that are wanted."""
    decoded_px, whole_px = max(photo.rgb.shape[:2]), max(photo.width_px, photo.height_px)
    if side_px >= wanted_px or decoded_px >= whole_px:
        return photo
    long_edge_px = math.ceil(decoded_px * wanted_px / max(side_px, 1.0))
    return replace(read_photo(photo.data, long_edge_px=long_edge_px, limits=_READ_BEFORE), name=photo.name)
