"""Descriptors of many photos, which vote for the photos that resemble a query.

A descriptor votes for its photo with its similarity above the background, the similarity of unrelated
photos to the same query descriptor. Common strokes have no vote, distinctive ones have a heavy one. Votes are
gathered by difference of size and direction [1]_: a reused drawing is enlarged and turned as a whole.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.fingerprint import FieldPrint
from motif.matching.cohort import Cohort
from motif.matching.neighbors import Neighbors, appended, beside, trained_on
from motif.matching.views import SIZE_STEPS, TURN_STEPS, View, distinct, plain_view, quantized
from motif.profiles import Profile

OCTAVE_STEP = 0.6
OCTAVES_MAX = 2.4
SIZE_BINS = 8
TURN_BINS = 16
_NOBODY = -1


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


_WAITING_ROWS = 100_000
"""Most rows held twice until the next search: with more, a large registry would not fit into memory."""

_Column = npt.NDArray[Any]
_COLUMNS: dict[str, type[np.generic]] = {"owner": np.int32, "size": np.uint8, "angle": np.uint16}
"""Of each row: its photo's key (-1 once it is gone, less for drawn cloths), 16ths of an octave above 1 px,
65536ths of a turn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The voters of one photo: one keypoint for each ornament.

    Parameters
    ----------
    descriptors : ndarray, uint8, shape (K, 128)
    size : ndarray, uint8, shape (K,), 16ths of an octave above 1 px
    angle : ndarray, uint16, shape (K,), 65536ths of a turn
    """

    descriptors: npt.NDArray[np.uint8]
    size: npt.NDArray[np.uint8]
    angle: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.size)


class DescriptorIndex:
    """Descriptors of many photos, searched together; see ``CandidateIndex`` for the whole.

    Parameters
    ----------
    profile : Profile
    cohort : Cohort
        Drawn cloths, the first rows of every index: they have no vote and show what is common.
    """

    def __init__(self, profile: Profile, cohort: Cohort) -> None:
        self.profile = profile
        self._cohort = cohort
        self._neighbors = Neighbors()
        self._columns = {name: np.zeros(0, kind) for name, kind in _COLUMNS.items()}
        self._filled = 0
        nothing = {name: np.zeros(len(cohort), kind) for name, kind in _COLUMNS.items()}
        self._waiting = [(cohort.descriptors, nothing | {"owner": cohort.owner})]
        self._waiting_rows = 0

    def __len__(self) -> int:
        self._take_in()
        return self._filled

    @property
    def coded(self) -> bool:
        """Whether rows are short codes; see ``neighbors``."""
        self._take_in()
        return self._neighbors.coded

    def add(self, key: int, fields: Sequence[FieldPrint]) -> None:
        """Add the keypoints of a photo's fields; repeats count once."""
        rows = rows_of(fields, self.profile)
        self._waiting.append((rows.descriptors, _columns(key, rows)))
        self._waiting_rows += len(rows)
        if self._waiting_rows > _WAITING_ROWS:
            self._take_in()

    @classmethod
    def of_few(cls, rows: Mapping[int, Rows], profile: Profile, cohort: Cohort) -> DescriptorIndex:
        """Make an index of a few photos, by their keys: nothing is trained, and no more can be added."""
        index = cls(profile, cohort)
        (_, drawn), index._waiting = index._waiting[0], []
        parts = [drawn, *(_columns(key, photo) for key, photo in rows.items())]
        index._columns = {name: np.concatenate([part[name] for part in parts]) for name in _COLUMNS}
        index._filled = len(index._columns["owner"])
        own = [cohort.descriptors[:0], *(photo.descriptors for photo in rows.values())]
        index._neighbors = beside(_drawn(cohort), cohort.descriptors, np.concatenate(own))
        return index

    def settle(self) -> None:
        """Take in what was added; see ``CandidateIndex.settle``."""
        self._take_in()
        self._neighbors.settle()

    def discard(self, key: int) -> None:
        """Forget a photo: its rows remain, without an owner."""
        self._take_in()
        owner = self._columns["owner"][: self._filled]
        owner[owner == key] = _NOBODY

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
        if not len(chosen):
            return [], np.full((len(views), len(plain.xy)), self.profile.background_default, np.float32)
        queries = np.concatenate([view.descriptors[chosen] for view in views])
        similarity, rows = self._neighbors.search(queries, min(self.profile.neighbors, self._filled))
        owner = np.where(rows >= 0, self._columns["owner"][rows], np.int32(_NOBODY))
        background = self._background(similarity, owner)
        weight = np.maximum(similarity - background[:, None], 0)
        weight *= np.tile(np.sqrt(np.bincount(member_of, minlength=len(chosen))), len(views))[:, None]
        weight[owner < 0] = 0
        turns = np.concatenate([view.angle_rad[chosen] for view in views])
        sizes = np.concatenate([view.log2_size[chosen] for view in views])
        candidates = self._gather(weight, rows, sizes, turns, len(views))
        return candidates, background.reshape(len(views), -1)[:, member_of]

    def columns(self) -> dict[str, _Column]:
        """Return the index as arrays, from which ``from_columns`` builds it again."""
        self._take_in()
        return {name: column[: self._filled] for name, column in self._columns.items()} | {
            "descriptors": self._neighbors.descriptors,
            "engine": self._neighbors.engine_bytes(),
            "line": np.array(self._neighbors.line),
        }

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, _Column], keys: set[int], profile: Profile, cohort: Cohort
    ) -> DescriptorIndex:
        """Build an index from the arrays of ``columns``; raise ``KeyError`` or ``ValueError`` on others.

        The engine is native code that trusts its bytes: they must be this machine's own.
        """
        index = cls(profile, cohort)
        index._waiting = []
        index._columns = {name: np.array(columns[name]) for name in _COLUMNS}
        index._filled = len(columns["owner"])
        engine = faiss.deserialize_index(columns["engine"]) if len(columns["engine"]) else None
        slope, offset = columns["line"].tolist()
        index._neighbors = Neighbors(columns["descriptors"], engine, (slope, offset))
        index._require_whole(keys)
        return index

    def _require_whole(self, keys: set[int]) -> None:
        kinds = {name: column.dtype for name, column in self._columns.items()}
        if kinds != _COLUMNS or {len(column) for column in self._columns.values()} != {self._filled}:
            raise ValueError("columns of the candidate index do not fit together")
        if len(self._neighbors) != self._filled or self._neighbors.descriptors.dtype != np.uint8:
            raise ValueError("descriptors of the candidate index do not fit its columns")
        drawn_owner, photo_owner = np.split(self._columns["owner"], [len(self._cohort)])
        stored = self._neighbors.descriptors[: len(self._cohort)]  # none where rows are short codes
        drawn = self._cohort.descriptors[: len(stored)]
        if not (np.array_equal(drawn_owner, self._cohort.owner) and np.array_equal(stored, drawn)):
            raise ValueError("candidate index was made with other drawn cloths")
        if not set(np.unique(photo_owner).tolist()) <= keys | {_NOBODY}:
            raise ValueError("candidate index has rows of unknown photos")

    def _take_in(self) -> None:
        """Move waiting photos into the rows."""
        if not self._waiting:
            return
        waiting, self._waiting, self._waiting_rows = self._waiting, [], 0
        self._neighbors.add(np.concatenate([descriptors for descriptors, _ in waiting]))
        for name, column in self._columns.items():
            more = np.concatenate([columns[name] for _, columns in waiting])
            self._columns[name] = appended(column, self._filled, more)
        self._filled += len(more)

    def _background(self, similarity: Floats, owner: npt.NDArray[np.int64]) -> Floats:
        """Similarity of the photo at the background rank, each photo counted once."""
        first = _first_of_each(owner)
        rank = np.cumsum(first, axis=1)
        at = np.argmax(rank >= self.profile.background_rank, axis=1)
        reached = rank[:, -1] >= self.profile.background_rank
        fallback = np.minimum(similarity[:, -1], np.float32(self.profile.background_default))
        return np.where(reached, similarity[np.arange(len(at)), at], fallback).astype(np.float32)

    def _gather(
        self, weight: Floats, rows: npt.NDArray[np.int64], sizes: Floats, turns: Floats, views: int
    ) -> list[Candidate]:
        """Add up votes in bins of (view, photo, size ratio, turn); a query descriptor votes once a bin."""
        query, column = np.nonzero(weight > 0)
        octaves = self._columns["size"][rows[query, column]] / SIZE_STEPS - sizes[query]
        near = np.abs(octaves) < OCTAVES_MAX
        query, column, octaves = query[near], column[near], octaves[near]
        hit = rows[query, column]
        turn = (self._columns["angle"][hit] / TURN_STEPS - turns[query]) % (2 * np.pi)
        keys, photo = np.unique(self._columns["owner"][hit], return_inverse=True)
        size_bin = ((octaves + OCTAVES_MAX) / OCTAVE_STEP).astype(np.int64)
        turn_bin = (turn / (2 * np.pi) * TURN_BINS).astype(np.int64) % TURN_BINS
        view = query // (len(weight) // views)
        place = ((view * len(keys) + photo) * SIZE_BINS + size_bin) * TURN_BINS + turn_bin
        _, once = np.unique(place * np.int64(len(weight)) + query, return_index=True)
        shape = (views, len(keys), SIZE_BINS, TURN_BINS)
        bins = np.bincount(place[once], weights=weight[query, column][once], minlength=int(np.prod(shape)))
        votes = best_bins(bins.reshape(shape))
        order = np.lexsort((keys, -votes.max(axis=0)))
        return [Candidate(key=int(keys[i]), votes=tuple(votes[:, i].tolist())) for i in order]


def best_bins(bins: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the most votes that two neighbouring bins of size and two of turn have together.

    Parameters
    ----------
    bins : ndarray, shape (..., SIZE_BINS, TURN_BINS)
        Turns go round; sizes do not.

    Returns
    -------
    ndarray, shape (...)
    """
    bins = bins + np.roll(bins, 1, axis=-1)
    bins[..., 1:, :] += bins[..., :-1, :].copy()
    return np.asarray(bins.max(axis=(-2, -1)))


def rows_of(fields: Sequence[FieldPrint], profile: Profile) -> Rows:
    """Return the keypoints of a photo's fields as they vote; repeats count once, also across fields.

    Parameters
    ----------
    fields : sequence of FieldPrint
    profile : Profile
        Its ``same_descriptor`` says what counts as a repeat.

    Returns
    -------
    Rows
    """
    views = [plain_view(field) for field in fields]
    descriptors = np.concatenate([view.descriptors for view in views])
    chosen, _ = distinct(descriptors, profile.same_descriptor)
    size, angle = quantized(
        np.concatenate([view.log2_size for view in views])[chosen],
        np.concatenate([view.angle_rad for view in views])[chosen],
    )
    stored = np.concatenate([field.keypoints.descriptors for field in fields])
    return Rows(descriptors=stored[chosen], size=size, angle=angle)


@cache
def _drawn(cohort: Cohort) -> Any:
    return trained_on(cohort.descriptors)


def _columns(key: int, rows: Rows) -> dict[str, _Column]:
    return {"owner": np.full(len(rows), key, np.int32), "size": rows.size, "angle": rows.angle}


def _first_of_each(owner: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mark each photo's first place in every row; rows are sorted by similarity."""
    order = np.argsort(owner, axis=1, kind="stable")
    ordered = np.take_along_axis(owner, order, 1)
    first = np.ones(owner.shape, np.bool_)
    np.put_along_axis(first, order[:, 1:], ordered[:, 1:] != ordered[:, :-1], 1)
    return np.asarray(first & (owner != _NOBODY))
