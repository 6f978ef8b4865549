"""A field's keypoints as they are compared: four views, and repeats counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.features.keypoints import mirrored, negative
from motif.fingerprint import FieldPrint

UNIT = np.float32(1 / 512)
"""Stored descriptors times this have length 1."""

SIZE_STEPS = np.float32(16)
"""Steps in an octave, in which sizes are stored."""

TURN_STEPS = np.float32(65536 / (2 * np.pi))
"""Steps in a radian, in which angles are stored: 65536 in a turn."""

VIEWS = 4
"""A query is compared as it is, negative, mirrored, and both."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Keypoints of one field as it is, mirrored, with light and dark exchanged, or both.

    Parameters
    ----------
    xy : ndarray, float32, shape (N, 2), swatch pixels
    log2_size : ndarray, float32, shape (N,), octaves above 1 px
    angle_rad : ndarray, float32, shape (N,), clockwise from x
    descriptors : ndarray, float32, shape (N, 128), unit length
    width_px, height_px : int
    mirrored, negative : bool
    """

    xy: Floats
    log2_size: Floats
    angle_rad: Floats
    descriptors: Floats
    width_px: int
    height_px: int
    mirrored: bool = False
    negative: bool = False

    def take(self, rows: npt.NDArray[np.intp]) -> View:
        """Return some of the keypoints."""
        return replace(
            self,
            xy=self.xy[rows],
            log2_size=self.log2_size[rows],
            angle_rad=self.angle_rad[rows],
            descriptors=self.descriptors[rows],
        )


def as_strokes(value: FieldPrint) -> FieldPrint:
    """Return the field with its strokes as its keypoints, so that strokes are compared.

    Parameters
    ----------
    value : FieldPrint

    Returns
    -------
    FieldPrint
    """
    return replace(value, keypoints=value.strokes)


def plain_view(value: FieldPrint) -> View:
    """Return a field's keypoints as they are.

    Parameters
    ----------
    value : FieldPrint

    Returns
    -------
    View
    """
    points = value.keypoints
    return View(
        xy=points.xy,
        log2_size=np.log2(points.size_px),
        angle_rad=np.deg2rad(points.angle_deg),
        descriptors=points.descriptors * UNIT,
        width_px=value.width_px,
        height_px=value.height_px,
    )


def query_views(value: FieldPrint) -> tuple[View, ...]:
    """Return the plain, negative, mirrored and mirrored negative views of a query.

    Mirroring is left-right within the swatch; angles and descriptors follow, so that a
    similarity transform relates each view to a registered photo.

    Parameters
    ----------
    value : Fingerprint

    Returns
    -------
    tuple of 4 View
        In this order.
    """
    plain = plain_view(value)
    ends = np.array([value.width_px - 1, 0], np.float32)
    flipped = replace(
        plain,
        xy=plain.xy * np.array([-1, 1], np.float32) + ends,
        angle_rad=np.pi - plain.angle_rad,
        mirrored=True,
    )
    stored = value.keypoints.descriptors
    return tuple(
        replace(
            view,
            angle_rad=(view.angle_rad + np.pi * invert).astype(np.float32),
            descriptors=(negative(descriptors) if invert else descriptors) * UNIT,
            negative=invert,
        )
        for view, descriptors in ((plain, stored), (flipped, mirrored(stored)))
        for invert in (False, True)
    )


def quantized(log2_size: Floats, angle_rad: Floats) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """Return sizes and angles in the steps in which they are stored.

    Parameters
    ----------
    log2_size : ndarray, float32, any shape, octaves above 1 px
    angle_rad : ndarray, float32, any shape

    Returns
    -------
    sizes : ndarray, uint8, 16ths of an octave
        Clipped to 0..255.
    angles : ndarray, uint16, 65536ths of a turn

    Examples
    --------
    >>> [column.tolist() for column in quantized(np.float32([1.0]), np.float32([-np.pi]))]
    [[16], [32768]]
    """
    sizes = np.clip(np.rint(log2_size.astype(np.float64) * SIZE_STEPS), 0, 255).astype(np.uint8)
    turns = np.rint(angle_rad.astype(np.float64) * TURN_STEPS).astype(np.int64) % 65536
    return sizes, turns.astype(np.uint16)


def _first_of_alike(near: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Keep each row that is near no kept row before it; most rows are near only themselves."""
    kept = np.ones(len(near), bool)
    for row in np.flatnonzero(np.count_nonzero(near, axis=1) > 1):
        if kept[row]:
            kept[row + 1 :] &= ~near[row, row + 1 :]
    return np.flatnonzero(kept)


def distinct(descriptors: Floats, same: float) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Choose one keypoint for each ornament that repeats.

    A batik shows one ornament dozens of times; if each counted, it would crowd every other
    design out of a list of nearest neighbours.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length, strongest keypoint first
    same : float, cosine
        Keypoints more alike than this are one.

    Returns
    -------
    chosen : ndarray, int, shape (K,)
        Rows kept, in order.
    member_of : ndarray, int, shape (N,)
        For each row, the position in ``chosen`` of its most similar kept row.

    Examples
    --------
    >>> rows = np.eye(3, 128, dtype=np.float32)[[0, 1, 0]]
    >>> [part.tolist() for part in distinct(rows, 0.9)]
    [[0, 1], [0, 1, 0]]
    """
    alike = descriptors @ descriptors.T
    chosen = _first_of_alike(alike > same)
    return chosen, alike[:, chosen].argmax(1) if len(chosen) else np.zeros(0, np.intp)


def first_of_each(descriptors: Floats, same: float) -> npt.NDArray[np.intp]:
    """Choose as ``distinct`` does, where nobody asks what the others repeat.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length, strongest keypoint first
    same : float, cosine

    Returns
    -------
    ndarray, int, shape (K,)
        Rows kept, in order.
    """
    return _first_of_alike(descriptors @ descriptors.T > same)
