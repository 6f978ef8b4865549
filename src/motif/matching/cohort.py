"""Drawn cloths that belong to nobody and show what is common: the background of every score.

The rarity of a stroke is judged by how similar it is to strokes of unrelated designs. Score normalisation
against a fixed cohort of unrelated designs [1]_ makes the score of a pair follow from the two pictures alone:
it is the same in ``compare``, in a registry of three and among a hundred thousand. The cohort's cloths are
of the classic families, drawn by the project's own generator (``benchmarks/make_cohort.py``); nobody's photo
is in it.

References
----------
.. [1] Reynolds, Quatieri, Dunn (2000). Speaker verification using adapted Gaussian mixture models. Digital
   Signal Processing 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.views import UNIT
from motif.matching.visual_words import CENTERS, nearest_centers, project

FILE: Final = "cohort.npz"

Part = Literal["tones", "strokes"]

_RANK = 8
"""The similarity of the cloth at this rank is the background of a keypoint of the query."""

_LEAST = np.float32(0.6)
"""Below it lies no background: so far from the keypoint, too few cloths are looked at."""

_PROBES = 4
"""Centers of the codebook around which a keypoint's neighbours are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Around:
    """The cohort's keypoints around one center of the codebook, cloth by cloth.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (128, N), unit length
    starts : ndarray, int, shape (M,)
        Where each cloth's begin.
    cloths : ndarray, int, shape (M,)
    """

    descriptors: Floats
    starts: npt.NDArray[np.intp]
    cloths: npt.NDArray[np.intp]


@cache
def _drawn(part: Part) -> tuple[int, tuple[_Around, ...]]:
    """Return the number of cloths, and their keypoints around each center."""
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        descriptors, counts = stored[f"{part}_descriptors"] * UNIT, stored[f"{part}_counts"]
    cloth = np.repeat(np.arange(len(counts)), counts)
    center = nearest_centers(project(descriptors), 1)[:, 0]
    every = []
    for one in range(CENTERS):
        rows = np.flatnonzero(center == one)
        starts = np.flatnonzero(np.diff(cloth[rows], prepend=-1))
        around = np.ascontiguousarray(descriptors[rows].T)
        every.append(_Around(descriptors=around, starts=starts, cloths=cloth[rows][starts]))
    return len(counts), tuple(every)


def background(descriptors: Floats, part: Part) -> Floats:
    """Return how similar unrelated designs are to keypoints of a query.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (K, 128), unit length
        Of one of the query's views.
    part : "tones" or "strokes"
        What the keypoints were found on.

    Returns
    -------
    ndarray, float32, shape (K,), cosine
        The similarity of the drawn cloth that is eighth.

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> from motif.matching.views import plain_view
    >>> blots = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> levels = background(plain_view(fingerprint(blots).main).descriptors[:9], "tones")
    >>> levels.shape, bool((levels >= 0.6).all())
    ((9,), True)
    """
    count, of_center = _drawn(part)
    near = np.zeros((len(descriptors), count), np.float32)
    if len(descriptors):
        probed = nearest_centers(project(descriptors), _PROBES)
        asking = np.zeros((CENTERS, len(descriptors)), np.bool_)
        asking[probed.ravel(), np.repeat(np.arange(len(descriptors)), _PROBES)] = True
        for around, asked in zip(of_center, asking, strict=True):
            rows = np.flatnonzero(asked)
            if len(rows) and len(around.cloths):
                best = np.maximum.reduceat(descriptors[rows] @ around.descriptors, around.starts, axis=1)
                place = np.ix_(rows, around.cloths)
                near[place] = np.maximum(near[place], best)
    ranked = np.partition(near, count - _RANK, axis=1)[:, count - _RANK]
    return np.asarray(np.maximum(ranked, _LEAST))
