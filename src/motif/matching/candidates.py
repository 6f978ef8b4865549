"""Derived, disposable indexes: which photos may show the same design.

Every registered descriptor votes for its photo with its similarity above the background, the
similarity of unrelated photos to the same query descriptor. Common strokes vote for nobody,
distinctive ones loudly. Votes are gathered by how size and direction differ [1]_: a reused
drawing is enlarged and turned as one.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.fingerprint import Fingerprint
from motif.hashes import HASH_BITS
from motif.matching.views import UNIT, Floats, View, distinct, plain_view
from motif.profiles import STANDARD_1, Profile

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


class CandidateIndex:
    """Descriptors of many photos, searched together.

    Keys are small positive integers that the caller gives, one for each photo. Added photos are
    taken in by the next search. Not safe to use from several threads at once.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile = STANDARD_1) -> None:
        self.profile = profile
        self._phashes: dict[int, bytes] = {}
        self._rows = _no_rows()
        self._waiting: list[_Rows] = []
        self._engine: Any = None
        self._trained_on = 0

    def __len__(self) -> int:
        return len(self._phashes)

    def keys(self) -> Iterator[int]:
        """Yield the keys of all photos in the index."""
        return iter(self._phashes)

    def add(self, key: int, fingerprint: Fingerprint) -> None:
        """Add a photo; it is found by the next search."""
        if key in self._phashes:
            return
        self._phashes[key] = fingerprint.phash
        view = plain_view(fingerprint)
        chosen, _ = distinct(view.descriptors, self.profile.same_descriptor)
        stored = fingerprint.keypoints.descriptors[chosen]
        owner = np.full(len(chosen), key, np.int64)
        self._waiting.append(_Rows(stored, owner, view.log2_size[chosen], view.angle_rad[chosen]))

    def discard(self, key: int) -> None:
        """Forget a photo, if it is there."""
        if self._phashes.pop(key, None) is None:
            return
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

    def alike(self, phash: bytes, *, most_bits: int) -> list[int]:
        """Return the photos whose pHash is near: re-saved pictures, also those without keypoints.

        Parameters
        ----------
        phash : bytes, length 32
        most_bits : int, bits, range 0..256

        Returns
        -------
        list of int
            Keys, nearest first; ties in the order in which they were added.
        """
        if not self._phashes:
            return []
        differing = np.bitwise_xor(_hash_rows(self._phashes), np.frombuffer(phash, np.uint8))
        away = np.unpackbits(differing, axis=1).sum(axis=1, dtype=np.int64)
        keys = np.array(list(self._phashes))
        nearest = np.argsort(away, kind="stable")
        return [int(key) for key in keys[nearest[away[nearest] <= most_bits]]]

    def save(self, path: Path) -> None:
        """Write the index; the file is a cache that may be deleted at any time."""
        self._take_in()
        columns = {name: getattr(self._rows, name) for name in _Rows.__slots__}
        with path.open("wb") as file:
            np.savez(
                file,
                profile=np.frombuffer(self.profile.id.encode(), np.uint8),
                keys=np.array(list(self._phashes), np.int64),
                phashes=_hash_rows(self._phashes),
                **columns,
            )

    @classmethod
    def load(cls, path: Path, profile: Profile = STANDARD_1) -> CandidateIndex:
        """Read what ``save`` wrote.

        Raises
        ------
        ValueError
            If it is cut, damaged or of another profile.
        """
        made = cls(profile)
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
                if stored["profile"].tobytes().decode() != profile.id:
                    raise ValueError("index of another profile")
                made._phashes = _phashes(stored["keys"], stored["phashes"])
                made._rows = _Rows(*(stored[name] for name in _Rows.__slots__))
        except (OSError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(f"no whole candidate index: {error}") from error
        _require_whole(made._rows, set(made._phashes))
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


def _hash_rows(phashes: dict[int, bytes]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(b"".join(phashes.values()), np.uint8).reshape(len(phashes), -1)


def _phashes(keys: npt.NDArray[np.generic], rows: npt.NDArray[np.generic]) -> dict[int, bytes]:
    if rows.dtype != np.uint8 or rows.shape != (len(keys), HASH_BITS // 8):
        raise ValueError("hashes of the candidate index do not fit its keys")
    return {int(key): row.tobytes() for key, row in zip(keys, rows, strict=True)}


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
