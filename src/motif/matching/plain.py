"""Tell plain grounds from designs: gingham, stripes, dots, tartan coincide with their like, and are nobody's.

Two ginghams of other sizes and colors coincide at every crossing, and no other cloth of a registry shows
that this is common. Their ornaments are few, and drawn ones show them all: the package holds the keypoints
that recur in plain grounds drawn by the project's own generator (``benchmarks/make_plain.py``). Where much
of what coincides is like these, they are taken away, and the rest has to coincide by itself.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.fingerprint import Fingerprint
from motif.matching.cohort import Part
from motif.matching.views import UNIT
from motif.profiles import Profile

FILE: Final = "plain.npz"

ALIKE: Final = 0.92
"""Least cosine to a plain ground's ornament, for what coincides."""

_HARDLY_MORE: Final = 0.9
"""The same for telling whether a picture shows anything else. Of six bare woven cloths, photographed or not,
at most 11 of 600 keypoints are less alike; of photographed batiks with the finest drawing 268 and more."""


@cache
def plain_ornaments(part: Part) -> Floats:
    """Return the ornaments of plain grounds.

    Parameters
    ----------
    part : "tones" or "strokes"

    Returns
    -------
    ndarray, float32, shape (N, 128), unit length
        Read once, then shared.

    Examples
    --------
    >>> np.allclose(np.linalg.norm(plain_ornaments("tones"), axis=1), 1, atol=0.02)
    True
    """
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        return np.asarray(stored[part] * UNIT, np.float32)


def is_plain(descriptors: Floats, part: Part, alike: float = ALIKE) -> npt.NDArray[np.bool_]:
    """Tell which keypoints are like those that recur in plain grounds.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length
    part : "tones" or "strokes"
        What the keypoints were found on.
    alike : float, cosine

    Returns
    -------
    ndarray, bool, shape (N,)

    Examples
    --------
    >>> is_plain(plain_ornaments("tones")[:2], "tones").tolist()
    [True, True]
    >>> is_plain(np.eye(1, 128, dtype=np.float32), "tones").tolist()
    [False]
    """
    if not len(descriptors):
        return np.zeros(0, np.bool_)
    return np.asarray((descriptors @ plain_ornaments(part).T).max(axis=1) >= alike, np.bool_)


def shows_too_little(value: Fingerprint, profile: Profile) -> bool:
    """Tell whether a picture has too few drops, lines or ornaments for a comparison to say anything.

    Counted are the keypoints that a plain ground or the threads of a bare cloth do not have. With fewer than
    a conflict needs of coinciding cells, in each field, nothing could be found: "clear" would be no answer.

    Parameters
    ----------
    value : Fingerprint
    profile : Profile

    Returns
    -------
    bool

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> from motif.profiles import STANDARD_1
    >>> slope = np.tile(np.arange(240, dtype=np.uint8), (200, 1))
    >>> blots = np.kron(np.random.default_rng(0).integers(0, 2, (20, 25), np.uint8) * 200, np.ones((12, 12)))
    >>> [shows_too_little(fingerprint(gray.astype(np.uint8)), STANDARD_1) for gray in (slope, blots)]
    [True, False]
    """
    telling = (~is_plain(field.keypoints.descriptors * UNIT, "tones", _HARDLY_MORE) for field in value.fields)
    return all(int(field.sum()) < profile.conflict_cells for field in telling)
