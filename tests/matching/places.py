"""Keypoints at places that a test gives, and pairs of them, made without any picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.geometry import Pairs
from motif.matching.views import View


def unlike(count: int, seed: int = 0) -> Floats:
    """Return descriptors of length 1, each at right angles to all others."""
    turned = np.linalg.qr(np.random.default_rng(seed).normal(size=(128, 128)))[0]
    return np.asarray(turned[:count], np.float32)


def view_of(
    xy: npt.ArrayLike,
    descriptors: npt.ArrayLike,
    *,
    log2_size: npt.ArrayLike = 3.0,
    angle_rad: npt.ArrayLike = 0.0,
    size_px: tuple[int, int] = (640, 480),
) -> View:
    """Return a view with keypoints at these places."""
    places = np.asarray(xy, np.float32).reshape(-1, 2)
    count = len(places)
    return View(
        xy=places,
        log2_size=np.broadcast_to(np.asarray(log2_size, np.float32), count).copy(),
        angle_rad=np.broadcast_to(np.asarray(angle_rad, np.float32), count).copy(),
        descriptors=np.asarray(descriptors, np.float32),
        width_px=size_px[0],
        height_px=size_px[1],
    )


def pairs_of(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    query: Sequence[int] | None = None,
    registered: Sequence[int] | None = None,
    similarity: npt.ArrayLike = 0.9,
    weight: npt.ArrayLike = 0.3,
    octaves: npt.ArrayLike = 0.0,
    turn_rad: npt.ArrayLike = 0.0,
) -> Pairs:
    """Return pairs of these places, by default each of keypoints of its own."""
    places, landed = (np.asarray(side, np.float32).reshape(-1, 2) for side in (x, y))

    def column(values: npt.ArrayLike) -> Floats:
        return np.broadcast_to(np.asarray(values, np.float32), len(places)).copy()

    turn = column(turn_rad)
    return Pairs(
        query=np.arange(len(places)) if query is None else np.array(query, np.intp),
        registered=np.arange(len(places)) if registered is None else np.array(registered, np.intp),
        similarity=column(similarity),
        weight=column(weight),
        x=places,
        y=landed,
        octaves=column(octaves),
        cos=np.cos(turn),
        sin=np.sin(turn),
    )


def similarity_transform(scale: float, turn_rad: float, shift: tuple[float, float]) -> np.ndarray:
    """Return ``[x, y, 1] @ affine``: enlarge, turn clockwise on screen, shift; shape (3, 2)."""
    cos, sin = scale * np.cos(turn_rad), scale * np.sin(turn_rad)
    return np.array([[cos, sin], [-sin, cos], shift])
