"""Drawn cloths that every index holds beside its photos, to show from the start what is common.

The rarity of a stroke is judged by how similar it is to strokes of unrelated designs. A new registry, a
comparison of two photos, or a search among a few hardly has any: each line end would look distinctive.
Score normalisation against a fixed cohort of unrelated designs prevents that [1]_. The cohort's cloths are
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

FILE: Final = "cohort.npz"

Part = Literal["tones", "strokes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """Descriptors of drawn cloths.

    Parameters
    ----------
    descriptors : ndarray, uint8, shape (N, 128)
    owner : ndarray, int32, shape (N,)
        -2 for the first cloth, -3 for the second, and so on: no photo's key.
    """

    descriptors: npt.NDArray[np.uint8]
    owner: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.owner)


@cache
def cohort(part: Part) -> Cohort:
    """Return the drawn cloths' keypoints, or those of their strokes.

    Parameters
    ----------
    part : "tones" or "strokes"

    Returns
    -------
    Cohort
        Read once, then shared.

    Examples
    --------
    >>> drawn = cohort("strokes")
    >>> drawn.descriptors.shape == (len(drawn), 128), int(drawn.owner[0])
    (True, -2)
    """
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        descriptors, counts = stored[f"{part}_descriptors"], stored[f"{part}_counts"]
    owner = np.repeat(-2 - np.arange(len(counts)), counts).astype(np.int32)
    return Cohort(descriptors=descriptors, owner=owner)
