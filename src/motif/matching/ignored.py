"""Marks that count nowhere: found in a photo, and taken away before the photo is compared.

A shop's label, a logo or a watermark is known by its keypoints, as it lies on one photo. On another photo it
may be turned, larger, mirrored or dark for light; it is found like a design is, by geometry, only that most
of what it shows must be there. What lies inside its outline is then no evidence. What lies outside is
compared as ever, so that a copy under a known mark is found by its cloth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import frozen
from motif.features.keypoints import Keypoints
from motif.fingerprint import FieldPrint, Fingerprint
from motif.matching.geometry import TOLERANCE_PX, Coincidence, coincide
from motif.matching.parts import Polygon, outlined
from motif.matching.views import UNIT, View, as_strokes, plain_view, query_views

LEAST_KEYPOINTS: Final = 8
"""Fewer keypoints than this are no mark: by so few, nothing is found again."""

_LEAST_EXPLAINED: Final = 0.3
"""Least share of the mark's keypoints that coincide, or of the photo's there if those are fewer."""
_BACKGROUND: Final = np.float32(0.85)
"""How similar a keypoint of a photo may be to any mark: less similar ones are no correspondence."""
_LEAST_SIMILARITY: Final = 0.9
"""Least mean cosine of what coincides: of marks drawn on cloths and photographed again it is .93 and more, of
cloths without the mark at most .89."""
_REPEATED: Final = 0.9
"""Keypoints of a mark that are more similar than this to one beside it are of the cloth around it."""
_TIMES_MAX: Final = 8
"""Most times that one mark is looked for on a photo: a watermark may be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark as it lies on one photo.

    Parameters
    ----------
    fingerprint : Fingerprint
        Of that photo, with one field, and of that the keypoints and strokes inside the outline only.
    outline : polygon, swatch pixels of the field
    """

    fingerprint: Fingerprint
    outline: Polygon

    def __len__(self) -> int:
        """Return how many keypoints it is known by, tones or strokes, whichever are more."""
        return max(len(self.fingerprint.main.keypoints), len(self.fingerprint.main.strokes))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMark:
    """Where a mark lies on a photo.

    Parameters
    ----------
    number : int
        Which of the marks that were looked for, from 0.
    field : int
        Which of the photo's fields, from 0.
    outline : polygon, swatch pixels of the field
        It may reach beyond the field.
    """

    number: int
    field: int
    outline: Polygon


def cut_mark(photo: Fingerprint, outline: Polygon, *, field: int = 0) -> Mark:
    """Return what a photo shows inside an outline as a mark.

    Keypoints that are found beside it, too, are of the cloth that shows through it or around it. They are
    left out: otherwise each repeat of the cloth would be taken for the mark.

    Parameters
    ----------
    photo : Fingerprint
    outline : polygon, swatch pixels
    field : int
        Which of the photo's fields, from 0.

    Returns
    -------
    Mark
        Perhaps without keypoints.

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> noise = np.random.default_rng(0).integers(0, 256, (24, 32), np.uint8)
    >>> photo = fingerprint(noise.repeat(20, 0).repeat(20, 1))
    >>> mark = cut_mark(photo, ((0.0, 0.0), (320.0, 0.0), (320.0, 240.0), (0.0, 240.0)))
    >>> LEAST_KEYPOINTS < len(mark) < len(photo.main.keypoints)
    True
    """
    shown = photo.fields[field]
    tones, strokes = (_own(points, outline, shown) for points in (shown.keypoints, shown.strokes))
    blank = bytes(len(shown.phash))
    own = replace(shown, picture=0, phash=blank, dhash=blank, keypoints=tones, strokes=strokes)
    return Mark(fingerprint=replace(photo, fields=(own,)), outline=outline)


def find_marks(photo: Fingerprint, marks: Sequence[Mark]) -> tuple[FoundMark, ...]:
    """Find marks on a photo: plain, mirrored, dark for light, turned, smaller or larger, and repeated.

    Parameters
    ----------
    photo : Fingerprint
    marks : sequence of Mark
        Of the photo's profile.

    Returns
    -------
    tuple of FoundMark
        In the order of ``marks``; a mark that is repeated is found several times.

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> noise = np.random.default_rng(0).integers(0, 256, (24, 32), np.uint8)
    >>> cloth = noise.repeat(20, 0).repeat(20, 1)
    >>> mark = cut_mark(fingerprint(cloth), ((0.0, 0.0), (320.0, 0.0), (320.0, 240.0), (0.0, 240.0)))
    >>> [found.number for found in find_marks(fingerprint(cloth[:, ::-1]), [mark])]
    [0]
    """
    return tuple(
        FoundMark(number=number, field=field, outline=outline)
        for number, mark in enumerate(marks)
        for field, shown in enumerate(photo.fields)
        for outline in _outlines_on(shown, mark.fingerprint.main, mark.outline)
    )


def without_marks(photo: Fingerprint, marks: Sequence[Mark]) -> Fingerprint:
    """Return a fingerprint without what lies on one of some marks.

    Parameters
    ----------
    photo : Fingerprint
    marks : sequence of Mark

    Returns
    -------
    Fingerprint
        ``photo`` itself where no mark is found.
    """
    return without_found(photo, find_marks(photo, marks))


def without_found(photo: Fingerprint, found: Sequence[FoundMark]) -> Fingerprint:
    """Return a fingerprint without the keypoints and strokes on marks that were found on it.

    Parameters
    ----------
    photo : Fingerprint
    found : sequence of FoundMark

    Returns
    -------
    Fingerprint
        Its hashes are those of the whole picture. ``photo`` itself where nothing was found.
    """
    if not found:
        return photo
    outlines = [[each.outline for each in found if each.field == field] for field in range(len(photo.fields))]
    return replace(photo, fields=tuple(map(_without, photo.fields, outlines)))


def _without(photo: FieldPrint, outlines: Sequence[Polygon]) -> FieldPrint:
    tones, strokes = (
        _taken(points, ~_inside(points, outlines, photo)) for points in (photo.keypoints, photo.strokes)
    )
    return replace(photo, keypoints=tones, strokes=strokes)


def _outlines_on(photo: FieldPrint, mark: FieldPrint, outline: Polygon) -> Iterator[Polygon]:
    """Yield where a mark lies on a field, each time without what was found before."""
    for _ in range(_TIMES_MAX):
        found = _outline_on(photo, mark, outline)
        if found is None:
            return
        yield found
        photo = _without(photo, [found])


def _outline_on(photo: FieldPrint, mark: FieldPrint, mark_outline: Polygon) -> Polygon | None:
    """Return where a mark lies on a field; None where it does not."""
    for represent in (lambda value: value, as_strokes):
        target = plain_view(represent(mark))
        if len(target.xy) < LEAST_KEYPOINTS:
            continue
        found = [
            (places, _on_plain(outline, coincidence.view))
            for coincidence in _coincidences(query_views(represent(photo)), target)
            for outline, places in [(_moved(mark_outline, coincidence), _places(coincidence))]
            if _is_explained(coincidence, outline, places, len(target.xy))
        ]
        if found:
            return max(found)[1]
    return None


def _places(coincidence: Coincidence) -> int:
    """Count the keypoints that coincide, on the side where they are fewer."""
    return min(len(np.unique(rows)) for rows in (coincidence.pairs.registered, coincidence.pairs.query))


def _is_explained(
    coincidence: Coincidence, outline: npt.NDArray[np.float64], places: int, of_mark: int
) -> bool:
    """Tell whether enough of a mark coincides, and well enough, for it to be the mark."""
    if places < LEAST_KEYPOINTS or coincidence.pairs.similarity.mean() < _LEAST_SIMILARITY:
        return False
    on_photo = int(_within(coincidence.view, outline).sum())
    return places >= _LEAST_EXPLAINED * min(of_mark, on_photo)


def _coincidences(views: Sequence[View], target: View) -> Iterator[Coincidence]:
    for view in views:
        if not len(view.xy):
            continue
        alike = (view.descriptors @ target.descriptors.T).max(axis=0) > _BACKGROUND
        if np.count_nonzero(alike) >= max(LEAST_KEYPOINTS, _LEAST_EXPLAINED * len(alike)):
            coincidence = coincide(view, target, np.full(len(view.xy), _BACKGROUND))
            if coincidence is not None:
                yield coincidence


def _moved(outline: Polygon, coincidence: Coincidence) -> npt.NDArray[np.float64]:
    """Lay a mark's outline, a little widened, on the view that coincides with it."""
    corners = np.array(outline, np.float64)
    corners = (corners - coincidence.affine[2]) @ np.linalg.inv(coincidence.affine[:2])
    away = corners - corners.mean(0)
    longer = TOLERANCE_PX / np.maximum(np.hypot(*away.T), 1.0)
    return np.asarray(corners + away * longer[:, None], np.float64)


def _within(view: View, outline: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    hull = outline.astype(np.float32)
    signed = [cv2.pointPolygonTest(hull, (float(x), float(y)), measureDist=False) for x, y in view.xy]
    return np.array(signed) >= 0


def _on_plain(outline: npt.NDArray[np.float64], view: View) -> Polygon:
    """Return an outline on a view as it lies on the photo itself; it may reach beyond the photo."""
    x, y = outline.T
    x = view.width_px - 1 - x if view.mirrored else x
    return tuple((round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True))


def _inside(points: Keypoints, outlines: Sequence[Polygon], photo: FieldPrint) -> npt.NDArray[np.bool_]:
    size_px = (photo.width_px, photo.height_px)
    x, y = np.clip(np.rint(points.xy).astype(int), 0, np.subtract(size_px, 1)).T
    return np.asarray(outlined(outlines, size_px)[y, x], np.bool_)


def _own(points: Keypoints, outline: Polygon, photo: FieldPrint) -> Keypoints:
    """Return the keypoints that lie inside an outline and have none like them outside."""
    inside = _inside(points, [outline], photo)
    unit = points.descriptors * UNIT
    alike = (unit[inside] @ unit[~inside].T).max(axis=1, initial=-1.0) > _REPEATED
    inside[np.flatnonzero(inside)[alike]] = False
    return _taken(points, inside)


def _taken(points: Keypoints, rows: npt.NDArray[np.bool_]) -> Keypoints:
    xy, size_px, angle_deg, descriptors = points.xy, points.size_px, points.angle_deg, points.descriptors
    return Keypoints(
        xy=frozen(xy[rows]),
        size_px=frozen(size_px[rows]),
        angle_deg=frozen(angle_deg[rows]),
        descriptors=frozen(descriptors[rows]),
    )
