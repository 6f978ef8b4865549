"""How a pair votes: each keypoint of the query by its similarity to the photo's, above the background.

Common strokes have no vote, distinctive ones have a heavy one. Votes are gathered by difference of size and
direction [1]_: a reused drawing is enlarged and turned as a whole.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.inverted_index import OCTAVES_MAX, SIZE_BINS, TURN_BINS, best_bins
from motif.matching.views import View
from motif.matching.visual_words import project


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Voters:
    """A query's keypoints, one for each ornament, in its four views.

    Parameters
    ----------
    places : ndarray, float32, shape (4, K, 64), unit length
        Their descriptors on the axes of the codebook.
    log2_size : ndarray, float32, shape (K,), octaves above 1 px
    angle_rad : ndarray, float32, shape (4, K)
    background : ndarray, float32, shape (4, K), cosine
        How similar unrelated designs are.
    weight : ndarray, float32, shape (K,)
    """

    places: Floats
    log2_size: Floats
    angle_rad: Floats
    background: Floats
    weight: Floats

    @classmethod
    def of(
        cls,
        views: Sequence[View],
        chosen: npt.NDArray[np.intp],
        repeats: npt.NDArray[np.intp],
        background: Floats,
    ) -> Voters:
        """Prepare some keypoints of a query, each with the number of its repeats; see ``distinct``."""
        return cls(
            places=np.stack([_unit(view.descriptors[chosen]) for view in views]),
            log2_size=views[0].log2_size[chosen],
            angle_rad=np.stack([view.angle_rad[chosen] for view in views]),
            background=background,
            weight=np.sqrt(repeats).astype(np.float32),
        )

    def votes_for(self, registered: View, views: Sequence[int]) -> dict[int, float]:
        """Return the votes for a registered view, in some views of the query.

        Parameters
        ----------
        registered : View
        views : sequence of int, range 0..3

        Returns
        -------
        dict of int to float, >= 0
        """
        count = len(self.weight)
        if not count or not len(registered.xy):
            return dict.fromkeys(views, 0.0)
        chosen = list(views)
        above = self.places[chosen].reshape(len(chosen) * count, -1) @ _unit(registered.descriptors).T
        above -= self.background[chosen].reshape(-1, 1)
        rows, columns = np.divmod(np.flatnonzero(above > 0), above.shape[1])
        keypoint = rows % count
        octaves = registered.log2_size[columns] - self.log2_size[keypoint]
        near = np.abs(octaves) < OCTAVES_MAX
        rows, columns, keypoint, octaves = rows[near], columns[near], keypoint[near], octaves[near]
        turn = (registered.angle_rad[columns] - self.angle_rad[chosen].ravel()[rows]) % (2 * np.pi)
        size_bin = ((octaves + OCTAVES_MAX) * (SIZE_BINS / (2 * OCTAVES_MAX))).astype(np.int64)
        turn_bin = (turn * (TURN_BINS / (2 * np.pi))).astype(np.int64) % TURN_BINS
        place = (rows * SIZE_BINS + size_bin) * TURN_BINS + turn_bin
        best = np.zeros(len(chosen) * count * SIZE_BINS * TURN_BINS, np.float32)
        np.maximum.at(best, place, above[rows, columns] * self.weight[keypoint])  # once in each bin
        bins = best.reshape(len(chosen), count, SIZE_BINS, TURN_BINS).sum(axis=1, dtype=np.float64)
        return dict(zip(chosen, best_bins(bins).tolist(), strict=True))


def _unit(descriptors: Floats) -> Floats:
    places = project(descriptors)
    length = np.linalg.norm(places, axis=1, keepdims=True)
    return np.asarray(places / np.maximum(length, 1), np.float32)
