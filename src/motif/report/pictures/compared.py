"""A photo with the outline of what was compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.fingerprint import Fingerprint
from motif.normalize.rectify import Corner
from motif.normalize.small import reduced
from motif.photo.photo import Photo

_MATCHED: Final = (240, 110, 20)
_OTHER: Final = (70, 150, 230)
_UNDER: Final = (25, 20, 15)
_EDGE_PX: Final = 3
_LETTER_PX: Final = 26


def with_outlines(
    photo: Photo,
    outlines_px: Sequence[Sequence[Corner] | None],
    *,
    matched: int | None = None,
    numbered: bool = False,
    long_edge_px: int = 900,
) -> RGB8:
    """Draw the outline of each field of a photo.

    Parameters
    ----------
    photo : Photo
    outlines_px : sequence of (4 (x, y), or None)
        Of each field, in pixels of the upright original; None for the whole photo.
    matched : int, optional
        The field that matched: orange and thick; the others are thin and blue. Without it all are orange.
    numbered : bool
        Write the number of each field at its first corner, from 1.
    long_edge_px : int, pixels

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> photo = read_photo(np.kron(np.eye(8, dtype=np.uint8) * 200, np.ones((40, 40), np.uint8)))
    >>> drawn = with_outlines(photo, [((80, 80), (239, 80), (239, 239), (80, 239))], long_edge_px=320)
    >>> drawn.shape, drawn[160, 80].tolist()
    ((320, 320, 3), [240, 110, 20])
    """
    drawn = reduced(photo.rgb, long_edge_px).copy()
    height, width = drawn.shape[:2]
    ratio = np.array([width / photo.width_px, height / photo.height_px])
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    inset = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * _EDGE_PX
    order = sorted(range(len(outlines_px)), key=lambda number: number == matched)
    for number in order:
        outline = outlines_px[number]
        ring = frame + inset if outline is None else (np.array(outline) + 0.5) * ratio - 0.5
        _draw(drawn, ring, is_matched=matched in (None, number))
    if numbered:
        for number, outline in enumerate(outlines_px):
            if outline is not None:
                corner = (np.array(outline[0]) + 0.5) * ratio
                _letter(drawn, str(number + 1), (round(corner[0]) + 8, round(corner[1]) + 8 + _LETTER_PX))
    return drawn


def compared_photo(photo: Photo, compared: Fingerprint, matched: int | None = None) -> RGB8:
    """Draw what a fingerprint compares on its photo.

    Parameters
    ----------
    photo : Photo
    compared : Fingerprint
        Of the photo.
    matched : int, optional
        As for ``with_outlines``.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
    """
    outlines = [field.outline_px for field in compared.fields]
    return with_outlines(photo, outlines, matched=matched, numbered=compared.shows_several)


def _draw(drawn: RGB8, ring: np.ndarray[tuple[int, ...], np.dtype[np.float64]], *, is_matched: bool) -> None:
    points = [np.rint(ring * 16).astype(np.int32)]
    color, line_px = (_MATCHED, 4) if is_matched else (_OTHER, 2)
    cv2.polylines(drawn, points, True, _UNDER, line_px + 3, cv2.LINE_AA, 4)
    cv2.polylines(drawn, points, True, color, line_px, cv2.LINE_AA, 4)


def _letter(drawn: RGB8, text: str, place: tuple[int, int]) -> None:
    for color, line_px in ((_UNDER, 6), ((255, 255, 255), 2)):
        cv2.putText(drawn, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, color, line_px, cv2.LINE_AA)
