"""Pictures of a swatch for people: the cloth in its own colors, and the photo beside it."""

from __future__ import annotations

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.normalize.light import balanced
from motif.normalize.rectify import resized, warped
from motif.normalize.small import reduced
from motif.normalize.swatch import Swatch
from motif.photo.photo import Photo

_LINE = (230, 40, 40)


def cloth_picture(photo: Photo, swatch: Swatch, *, long_edge_px: int | None = None) -> RGB8:
    """Cut the cloth out of a photo in its original colors.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo``
    long_edge_px : int, pixels, optional
        By default as many as the photo has along the cloth's sides.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB

    Examples
    --------
    >>> from motif.normalize.swatch import normalize
    >>> from motif.photo.photo import read_photo
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> photo = read_photo(checks)
    >>> part = normalize(photo, corners_px=[(0, 0), (199, 0), (199, 99), (0, 99)])
    >>> cloth_picture(photo, part).shape
    (100, 200, 3)
    """
    plan = swatch.rectification
    if plan is None:
        return photo.rgb if long_edge_px is None else reduced(photo.rgb, long_edge_px)
    own_px = round(max(plan.width_px, plan.height_px) / plan.mean_scale())
    sized = resized(plan, long_edge_px or max(own_px, 1))
    return warped(photo.rgb, sized, photo_px=(photo.width_px, photo.height_px))


def balanced_picture(photo: Photo, swatch: Swatch) -> RGB8:
    """Cut the cloth out of a photo and show it as under a neutral lamp.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo``
        Without a light color, the colors remain as they are.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB
        Of the size of ``cloth_picture``.
    """
    cloth = cloth_picture(photo, swatch)
    return cloth if swatch.light is None else balanced(cloth, swatch.light)


def before_after(photo: Photo, swatch: Swatch, *, height_px: int = 480) -> RGB8:
    """Draw the photo with the cloth's outline, and the cut cloth to its right.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo``
    height_px : int, pixels

    Returns
    -------
    ndarray, uint8, shape (height_px, W, 3), sRGB
    """
    before = _at_height(photo.rgb, height_px).copy()
    if swatch.outline_px is not None:
        ratio = np.array([before.shape[1] / photo.width_px, height_px / photo.height_px])
        corners = (np.array(swatch.outline_px) + 0.5) * ratio - 0.5
        cv2.polylines(before, [np.rint(corners * 16).astype(np.int32)], True, _LINE, 2, cv2.LINE_AA, 4)
        cv2.circle(before, (round(corners[0, 0]), round(corners[0, 1])), 6, _LINE, cv2.FILLED, cv2.LINE_AA)
    after = _at_height(cloth_picture(photo, swatch), height_px)
    return np.hstack([before, np.full((height_px, 12, 3), 255, np.uint8), after])


def _at_height(rgb: RGB8, height_px: int) -> RGB8:
    width = max(1, min(4 * height_px, round(rgb.shape[1] * height_px / rgb.shape[0])))
    return np.asarray(cv2.resize(rgb, (width, height_px), interpolation=cv2.INTER_AREA), np.uint8)
