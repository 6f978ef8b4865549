"""Which photos hold descriptors like these? Every registered descriptor votes.

A descriptor votes for its photo with its similarity above the background, the similarity of unrelated
photos to the same query descriptor. Common strokes vote for nobody, distinctive ones loudly. Votes are
gathered by how size and direction differ [1]_: a reused drawing is enlarged and turned as one.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.fingerprint import Fingerprint
from motif.matching.views import UNIT, Floats, View, distinct, plain_view
from motif.profiles import Profile

_OCTAVE_STEP = 0.6
_OCTAVES_MAX = 2.4
_SIZE_BINS = 8
_TURN_BINS = 16
_TRAINED_GROWTH = 4
_TRAIN_ROWS_PER_LIST = 64
_EXACT_BELOW = 4000
_PROBES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A photo that may show the query's design.

    Parameters
    ----------
    key : int
    votes : tuple of 4 floats, >= 0
        For each of the query's views, in the order of ``query_views``.
    """

    key: int
    votes: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Index rows: descriptor, owner's key, size and direction, one each."""

    descriptors: npt.NDArray[np.uint8]
    owner: npt.NDArray[np.int64]
    log2_size: Floats
    angle_rad: Floats

    def __len__(self) -> int:
        return len(self.owner)


class DescriptorIndex:
    """Descriptors of many photos, searched together; see ``CandidateIndex`` for the whole.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._rows = _no_rows()
        self._waiting: list[_Rows] = []
        self._engine: Any = None
        self._trained_on = 0

    def __len__(self) -> int:
        self._take_in()
        return len(self._rows)

    def add(self, key: int, fingerprint: Fingerprint) -> None:
        """Add a photo's keypoints; repeats count once."""
        view = plain_view(fingerprint)
        chosen, _ = distinct(view.descriptors, self.profile.same_descriptor)
        stored = fingerprint.keypoints.descriptors[chosen]
        owner = np.full(len(chosen), key, np.int64)
        self._waiting.append(_Rows(stored, owner, view.log2_size[chosen], view.angle_rad[chosen]))

    def discard(self, key: int) -> None:
        """Forget a photo."""
        self._take_in()
        kept = self._rows.owner != key
        self._rows = _Rows(*(getattr(self._rows, name)[kept] for name in _Rows.__slots__))
        self._engine = None

    def vote(self, views: Collection[View]) -> tuple[list[Candidate], Floats]:
        """Let the registered descriptors vote.

        Parameters
        ----------
        views : the query's four views

        Returns
        -------
        candidates : list of Candidate
            Every photo with a vote, most votes first; ties by key.
        background : ndarray, float32, shape (4, N), cosine
            For each view and query keypoint, the similarity of unrelated photos.
        """
        self._take_in()
        plain = next(iter(views))
        chosen, member_of = distinct(plain.descriptors, self.profile.same_descriptor)
        if not len(chosen) or not len(self._rows):
            return [], np.full((len(views), len(plain.xy)), self.profile.background_default, np.float32)
        queries = np.concatenate([view.descriptors[chosen] for view in views])
        similarity, rows = self._nearest(queries)
        owner = np.where(rows >= 0, self._rows.owner[rows], -1)
        background = self._background(similarity, owner)
        weight = np.maximum(similarity - background[:, None], 0)
        weight *= np.tile(np.sqrt(np.bincount(member_of, minlength=len(chosen))), len(views))[:, None]
        weight[rows < 0] = 0
        turns = np.concatenate([view.angle_rad[chosen] for view in views])
        sizes = np.concatenate([view.log2_size[chosen] for view in views])
        candidates = self._gather(weight, rows, sizes, turns, len(views))
        return candidates, background.reshape(len(views), -1)[:, member_of]

    def columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return all that ``from_columns`` needs."""
        self._take_in()
        return {name: getattr(self._rows, name) for name in _Rows.__slots__}

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, npt.NDArray[Any]], keys: set[int], profile: Profile
    ) -> DescriptorIndex:
        """Build an index from what ``columns`` gave; raise ``KeyError`` or ``ValueError`` if it is not."""
        made = cls(profile)
        made._rows = _Rows(*(columns[name] for name in _Rows.__slots__))
        _require_whole(made._rows, keys)
        return made

    def _take_in(self) -> None:
        """Move waiting photos into the rows, and into the engine if one stands."""
        if not self._waiting:
            return
        parts = [self._rows, *self._waiting]
        if self._engine is not None:
            for part in self._waiting:
                self._engine.add(part.descriptors * UNIT)
        self._waiting = []
        self._rows = _Rows(*(np.concatenate([getattr(p, name) for p in parts]) for name in _Rows.__slots__))
        if len(self._rows) > _TRAINED_GROWTH * self._trained_on:
            self._engine = None

    def _nearest(self, queries: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        if self._engine is None:
            self._engine, self._trained_on = _engine(self._rows.descriptors), len(self._rows)
        count = min(self.profile.neighbors, len(self._rows))
        similarity, rows = self._engine.search(queries, count)
        return np.where(rows >= 0, similarity, np.float32(0)), rows

    def _background(self, similarity: Floats, owner: npt.NDArray[np.int64]) -> Floats:
        """Similarity of the photo at the background rank, each photo counted once."""
        first = _first_of_each(owner)
        rank = np.cumsum(first, axis=1)
        at = np.argmax(rank >= self.profile.background_rank, axis=1)
        reached = rank[:, -1] >= self.profile.background_rank
        fallback = np.minimum(similarity[:, -1], np.float32(self.profile.background_default))
        level: Floats = np.where(reached, similarity[np.arange(len(at)), at], fallback).astype(np.float32)
        return level

    def _gather(
        self, weight: Floats, rows: npt.NDArray[np.int64], sizes: Floats, turns: Floats, views: int
    ) -> list[Candidate]:
        """Add up votes in bins of (view, photo, size ratio, turn); a query descriptor votes once a bin."""
        asked, column = np.nonzero(weight > 0)
        hit = rows[asked, column]
        octaves = self._rows.log2_size[hit] - sizes[asked]
        turn = (self._rows.angle_rad[hit] - turns[asked]) % (2 * np.pi)
        near = np.abs(octaves) < _OCTAVES_MAX
        asked, column, hit, octaves, turn = (part[near] for part in (asked, column, hit, octaves, turn))
        keys, photo = np.unique(self._rows.owner[hit], return_inverse=True)
        size_bin = ((octaves + _OCTAVES_MAX) / _OCTAVE_STEP).astype(np.int64)
        turn_bin = (turn / (2 * np.pi) * _TURN_BINS).astype(np.int64) % _TURN_BINS
        view = asked // (len(weight) // views)
        place = ((view * len(keys) + photo) * _SIZE_BINS + size_bin) * _TURN_BINS + turn_bin
        _, once = np.unique(place * np.int64(len(weight)) + asked, return_index=True)
        shape = (views, len(keys), _SIZE_BINS, _TURN_BINS)
        bins = np.bincount(place[once], weights=weight[asked, column][once], minlength=int(np.prod(shape)))
        bins = bins.reshape(shape)
        bins = bins + np.roll(bins, 1, axis=3)
        bins[:, :, 1:] += bins[:, :, :-1].copy()
        votes = bins.max(axis=(2, 3))
        order = np.lexsort((keys, -votes.max(axis=0)))
        return [Candidate(key=int(keys[i]), votes=tuple(votes[:, i].tolist())) for i in order]


def _engine(descriptors: npt.NDArray[np.uint8]) -> Any:
    """Build the neighbour search: exact for a few photos, inverted lists of 8-bit codes for many."""
    values = descriptors * UNIT
    if len(values) < _EXACT_BELOW:
        engine: Any = faiss.IndexFlatIP(DESCRIPTOR_SIZE)
    else:
        lists = int(2 ** np.clip(np.round(np.log2(2 * np.sqrt(len(values)))), 6, 12))
        engine = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(DESCRIPTOR_SIZE),
            DESCRIPTOR_SIZE,
            lists,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        engine.cp.niter = 6
        engine.cp.seed = 1
        engine.cp.min_points_per_centroid = 1  # few photos train few lists; that is fine, and no news
        engine.nprobe = _PROBES
        shuffled = np.random.default_rng(1).permutation(len(values))[: lists * _TRAIN_ROWS_PER_LIST]
        engine.train(values[shuffled])
    engine.add(values)
    return engine


def _first_of_each(owner: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mark each photo's first place in every row; rows are sorted by similarity, -1 is nobody."""
    order = np.argsort(owner, axis=1, kind="stable")
    ordered = np.take_along_axis(owner, order, 1)
    starts = np.ones_like(ordered, bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.zeros_like(starts)
    np.put_along_axis(first, order, starts, 1)
    marked: npt.NDArray[np.bool_] = first & (owner >= 0)
    return marked


def _no_rows() -> _Rows:
    empty = np.zeros(0, np.float32)
    return _Rows(np.zeros((0, DESCRIPTOR_SIZE), np.uint8), np.zeros(0, np.int64), empty, empty)


def _require_whole(rows: _Rows, keys: set[int]) -> None:
    count = len(rows)
    shapes = (rows.descriptors.shape, rows.log2_size.shape, rows.angle_rad.shape)
    kinds = tuple(getattr(rows, name).dtype for name in _Rows.__slots__)
    if shapes != ((count, DESCRIPTOR_SIZE), (count,), (count,)) or kinds != (
        np.uint8,
        np.int64,
        np.float32,
        np.float32,
    ):
        raise ValueError("columns of the candidate index do not fit together")
    if not set(np.unique(rows.owner).tolist()) <= keys:
        raise ValueError("candidate index has rows of unknown photos")
