"""Perspective: from the cloth's corners to the swatch as if seen from straight above, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Matrix3
from motif.errors import ParameterError
from motif.messages import N_
from motif.normalize.outline import Outline, as_tuples
from motif.normalize.quad import Quad, in_order, is_convex, seen_aspect, sides_of
from motif.resize import shrink_by_area

Corner = tuple[float, float]
"""Pixels (x, y) of the upright original."""

_LEAST_SIDE_PX = 16.0
_EXTREME_ASPECT = 40.0
_PHONE_FOCAL = 0.75
"""Focal length of a phone's main camera over the longer side of its picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """How a swatch is cut out of a photo, and how to map back.

    Parameters
    ----------
    outline : Outline
        In pixels of the upright original.
    width_px, height_px : int, pixels of the swatch
    to_photo : tuple of 9 floats
        Homography, row by row, from swatch pixels to pixels of the upright original, on columns (x, y, 1).
    focal_px : float, pixels of the original
        Focal length that the corners' perspective implies; 0 where it could not be determined, and then
        the swatch's proportions are those of the outline's mean sides.
    """

    outline: Outline
    width_px: int
    height_px: int
    to_photo: tuple[float, ...]
    focal_px: float

    def matrix(self) -> Matrix3:
        """Return ``to_photo``, float64, shape (3, 3)."""
        return np.array(self.to_photo, np.float64).reshape(3, 3)

    def mean_scale(self) -> float:
        """Return swatch pixels for one pixel of the original, averaged over the four sides."""
        return 2 * (self.width_px + self.height_px) / float(_side_lengths(self, self.matrix()).sum())


def rectification(outline: Outline, *, photo_px: tuple[int, int], long_edge_px: int) -> Rectification:
    """Plan the swatch of an outline.

    Parameters
    ----------
    outline : Outline
        In pixels of the upright original; "whole" gives a plain change of size.
    photo_px : (width, height), pixels of the upright original
    long_edge_px : int, pixels of the swatch

    Examples
    --------
    >>> corners = ((10.0, 10.0), (109.0, 10.0), (109.0, 59.0), (10.0, 59.0))
    >>> outline = Outline(kind="corners", corners=corners, confidence=0.9)
    >>> plan = rectification(outline, photo_px=(400, 300), long_edge_px=200)
    >>> plan.width_px, plan.height_px
    (200, 100)
    >>> (plan.matrix() @ [-0.5, -0.5, 1]).round(3).tolist()
    [9.5, 9.5, 1.0]
    """
    width, height = photo_px
    quad, aspect, focal_px = _frame(width, height), width / height, 0.0
    if outline.corners is not None:
        quad = _grown(np.array(outline.corners))
        aspect, focal_px = seen_aspect(quad, ((width - 1) / 2, (height - 1) / 2), max(photo_px))
    size = _size(aspect, long_edge_px)
    matrix = cv2.getPerspectiveTransform(_frame(*size).astype(np.float32), quad.astype(np.float32))
    return Rectification(
        outline=outline,
        width_px=size[0],
        height_px=size[1],
        to_photo=tuple(float(value) for value in matrix.ravel()),
        focal_px=focal_px,
    )


def scaled(outline: Outline, *, by: tuple[float, float]) -> Outline:
    """Bring an outline from a picture decoded at reduced scale to the original's pixels.

    Parameters
    ----------
    outline : Outline
    by : (float, float)
        Original pixels for one pixel of the reduced picture, in x and y.

    Examples
    --------
    >>> half = Outline(kind="by-hand", corners=((0, 0), (9, 0), (9, 9), (0, 9)), confidence=1.0)
    >>> scaled(half, by=(2.0, 2.0)).corners[2]
    (18.5, 18.5)
    """
    if outline.corners is None:
        return outline
    corners = (np.array(outline.corners) + 0.5) * by - 0.5
    return replace(outline, corners=as_tuples(corners))


def by_hand(corners: Sequence[Sequence[float]], *, photo_px: tuple[int, int]) -> Outline:
    """Take corners that a person gave.

    Parameters
    ----------
    corners : four (x, y), pixels of the upright original
        In any order; a corner may lie a little outside the picture.
    photo_px : (width, height), pixels

    Raises
    ------
    ParameterError
        If these are not the corners of a convex four-sided field in the picture.

    Examples
    --------
    >>> by_hand([(90, 10), (10, 10), (10, 70), (90, 70)], photo_px=(100, 80)).corners[0]
    (10.0, 10.0)
    """
    try:
        points = np.asarray(corners, np.float64)
    except (TypeError, ValueError):
        points = np.zeros(0)
    if points.shape != (4, 2) or not np.isfinite(points).all():
        message = N_("corners={corners!r:.80}; expected four pairs x,y", corners=corners)
        raise ParameterError(message, hint=_CORNERS_HINT)
    quad = in_order(points)
    size = np.array(photo_px, np.float64)
    inside = (quad > -0.25 * size).all() and (quad < 1.25 * size).all()
    lengths = np.linalg.norm(sides_of(quad), axis=1)
    if not inside or not is_convex(quad) or lengths.min() < _LEAST_SIDE_PX:
        message = N_(
            "corners={corners}, photo of {width} x {height} px; expected a field with four corners in it",
            corners=points.tolist(),
            width=photo_px[0],
            height=photo_px[1],
        )
        raise ParameterError(message, hint=_CORNERS_HINT)
    return Outline(kind="by-hand", corners=as_tuples(quad), confidence=1.0)


_CORNERS_HINT = N_(
    "Give the cloth's four corners in pixels of the original, such as 120,80 2900,95 2850,2100 160,2080."
)


def warped(
    pixels: npt.NDArray[np.uint8], plan: Rectification, *, photo_px: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    """Cut the swatch out of a picture, decoded at any scale.

    Parameters
    ----------
    pixels : ndarray, uint8, shape (H, W) or (H, W, 3)
        The upright photo, perhaps at reduced scale.
    plan : Rectification
    photo_px : (width, height), pixels of the upright original

    Returns
    -------
    ndarray, uint8, shape (plan.height_px, plan.width_px) or that by 3
        Bilinear, from pixels that were first averaged over areas where there are far more than needed.
    """
    matrix = _at_scale(plan.matrix(), pixels.shape, photo_px)
    factor = int(_pixels_per_pixel(matrix, plan) / 1.5)
    if factor >= 2:
        pixels = shrink_by_area(pixels, factor)
        matrix = _at_scale(plan.matrix(), pixels.shape, photo_px)
    size, flags = (plan.width_px, plan.height_px), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    swatch = cv2.warpPerspective(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(swatch, np.uint8)


def _frame(width_px: int, height_px: int) -> Quad:
    """Return the outer corners of a picture's corner pixels."""
    return np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]]) - 0.5


def resized(plan: Rectification, long_edge_px: int) -> Rectification:
    """Return a plan for the same cut with another longer side.

    Parameters
    ----------
    plan : Rectification
    long_edge_px : int, pixels

    Returns
    -------
    Rectification
        The same corners; matrix and size scaled.
    """
    size = _size(plan.width_px / plan.height_px, long_edge_px)
    matrix = plan.matrix() @ resizing(plan.width_px / size[0], plan.height_px / size[1])
    matrix /= matrix[2, 2]
    return replace(plan, width_px=size[0], height_px=size[1], to_photo=tuple(map(float, matrix.ravel())))


def tilt_deg(plan: Rectification, photo_px: tuple[int, int]) -> float:
    """Return the angle between the camera's axis and the cloth's normal.

    Where the perspective does not show the focal length, that of a phone's main camera is assumed.

    Parameters
    ----------
    plan : Rectification
    photo_px : (width, height), pixels of the upright original

    Returns
    -------
    float, degrees, range 0..90

    Examples
    --------
    >>> corners = ((100.0, 100.0), (300.0, 100.0), (300.0, 200.0), (100.0, 200.0))
    >>> flat = rectification(Outline(kind="corners", corners=corners, confidence=1.0),
    ...                      photo_px=(400, 300), long_edge_px=100)
    >>> round(tilt_deg(flat, (400, 300)))
    0
    """
    focal_px = plan.focal_px or _PHONE_FOCAL * max(photo_px)
    middle = np.array([[1, 0, (photo_px[0] - 1) / 2], [0, 1, (photo_px[1] - 1) / 2], [0, 0, 1.0]])
    lens = middle @ np.diag([focal_px, focal_px, 1.0])
    plane = np.linalg.solve(lens, plan.matrix())
    normal = np.cross(plane[:, 0], plane[:, 1])
    return float(np.degrees(np.arccos(min(1.0, abs(normal[2]) / max(float(np.linalg.norm(normal)), 1e-12)))))


def _at_scale(matrix: Matrix3, shape: tuple[int, ...], photo_px: tuple[int, int]) -> Matrix3:
    """Turn a homography to pixels of the original into one to pixels of a reduced picture."""
    return resizing(shape[1] / photo_px[0], shape[0] / photo_px[1]) @ matrix


def resizing(x: float, y: float) -> Matrix3:
    """Return the homography that resizes a picture; pixels' outer edges, not their centres, keep their place.

    Parameters
    ----------
    x, y : float
        Factors across and down.

    Returns
    -------
    ndarray, float64, shape (3, 3), on columns (x, y, 1)
    """
    return np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])


def _pixels_per_pixel(matrix: Matrix3, plan: Rectification) -> float:
    """Return how many source pixels one swatch pixel spans, where that is least."""
    lengths = _side_lengths(plan, matrix)
    return float(min(lengths[[0, 2]].min() / plan.width_px, lengths[[1, 3]].min() / plan.height_px))


def _side_lengths(plan: Rectification, matrix: Matrix3) -> npt.NDArray[np.float64]:
    """Return how long each side of the swatch is where ``matrix`` takes it, in pixels."""
    frame = cv2.perspectiveTransform(_frame(plan.width_px, plan.height_px)[None], matrix)[0]
    return np.asarray(np.linalg.norm(sides_of(np.asarray(frame)), axis=1))


def _grown(quad: Quad) -> Quad:
    """Move corners from the centres of the outermost pixels to their outer edges: half a pixel out."""
    away = quad - quad.mean(axis=0)
    return np.asarray(quad + 0.5 * np.sign(away), np.float64)


def _size(aspect: float, long_edge_px: int) -> tuple[int, int]:
    aspect = min(max(aspect, 1 / _EXTREME_ASPECT), _EXTREME_ASPECT)
    if aspect >= 1:
        return long_edge_px, max(1, round(long_edge_px / aspect))
    return max(1, round(long_edge_px * aspect)), long_edge_px
