"""Inverted index: which photos may show a query's design, found by lists of who has a visual word.

A posting list names the keypoints of many photos that have one visual word: the photo, the signature, the
size and the direction. A keypoint of the query votes for a photo where few bits of two signatures differ, the
more the fewer [1]_. Votes are gathered by photo and by how reading, size and direction differ [1]_: a reused
drawing is mirrored, enlarged and turned as a whole. The votes for a photo follow from the two fingerprints
alone: whatever else the index holds changes none.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from motif.fingerprint import FieldPrint, Fingerprint
from motif.hashes import HASH_BITS
from motif.matching.cohort import Part
from motif.matching.views import SIZE_STEPS, VIEWS, View, as_strokes, distinct, query_views
from motif.matching.visual_words import TURNS, WORD, WORDS, Words, words_of
from motif.profiles import Profile

PARTS: Final[tuple[Part, ...]] = ("tones", "strokes")

ENTRY: Final = np.dtype([("signature", "<u8"), ("photo", "<u2"), ("size", "u1"), ("turn", "u1")])
"""A record of a posting list: as ``visual_words.WORD``, with the photo's place in its segment instead of the
word."""

Entries = npt.NDArray[np.void]
"""Records of ``ENTRY``."""

HASH_BYTES: Final = HASH_BITS // 8

_OF_A_WORD = 8
"""Most keypoints of a photo that stand in one list: no list is longer than a row of a database may be."""
_ALTERNATIVES = 3
_DIFFERING_MAX: Final[dict[Part, int]] = {"tones": 20, "strokes": 22}
"""Most bits in which signatures differ that still vote; of keypoints that have only the word in common, half
differ. Strokes of a line drawing are less like those of the cloth that it shows."""
_SPREAD_BITS: Final[dict[Part, float]] = {"tones": 10.0, "strokes": 12.0}
_VOTE = 256.0
"""Sums of votes are divided by this, so that a keypoint has one vote at most."""
_OCTAVES_MAX = 2.4
_SIZE_BINS, _TURN_BINS = 8, 16
_BINS = VIEWS * _SIZE_BINS * _TURN_BINS
_SMOOTHED = 1024
"""Photos whose votes are added up over neighbouring bins: those with most in a single bin."""


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexedPhoto:
    """What an index keeps of a photo, computed from its fingerprint.

    Parameters
    ----------
    phashes : bytes, 32 for each field
    words : dict of part to Words, shape (K,)
        One keypoint for each ornament.
    """

    phashes: bytes
    words: Mapping[Part, Words]

    @classmethod
    def of(cls, value: Fingerprint, profile: Profile) -> IndexedPhoto:
        """Index the keypoints of a photo's fields; repeats count once, also across fields."""
        return cls(
            phashes=b"".join(field.phash for field in value.fields),
            words={
                "tones": _words_of_fields(value.fields, profile),
                "strokes": _words_of_fields([as_strokes(field) for field in value.fields], profile),
            },
        )

    @classmethod
    def nothing(cls) -> IndexedPhoto:
        """Return the index of a photo whose fingerprint cannot be read."""
        return cls(phashes=b"", words={part: np.zeros(0, WORD) for part in PARTS})


def _words_of_fields(fields: Sequence[FieldPrint], profile: Profile) -> Words:
    names = ("xy", "log2_size", "angle_rad", "descriptors")
    views = [
        replace(
            of_fields[0], **{name: np.concatenate([getattr(v, name) for v in of_fields]) for name in names}
        )
        for of_fields in zip(*map(query_views, fields), strict=True)
    ]
    chosen, _ = distinct(views[0].descriptors, profile.same_descriptor)
    words = words_of(views, chosen)[:, 0]
    order = np.argsort(words["word"], kind="stable")
    ordered = words["word"][order]
    rank = np.arange(len(words)) - np.searchsorted(ordered, ordered)
    return np.asarray(words[np.sort(order[rank < _OF_A_WORD])])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tail:
    """The newest photos of an index, whose words stand in no list yet.

    Parameters
    ----------
    keys : ndarray, int, shape (N,)
    counts : ndarray, int, shape (N,)
        Of the words of each.
    words : Words
        Of one photo after another.
    """

    keys: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    words: Words


class PostingSource(Protocol):
    """A store of indexed photos, by keys from 1."""

    def lists(self, part: Part, words: Sequence[int]) -> Iterable[tuple[int, Sequence[tuple[int, bytes]]]]:
        """Yield words that have lists, rising, each with the lists of all segments.

        A list is the key of the segment's first photo, and bytes of ``ENTRY``.
        """
        ...

    def tail(self, part: Part) -> Tail:
        """Return the photos that stand in no list; asked after ``lists``."""
        ...

    def phashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        """Return keys, shape (M,), and pHashes, shape (M, 32), of all fields of all photos, by key."""
        ...

    def active(self, keys: Collection[int]) -> Collection[int]:
        """Return those of the photos that are not withdrawn."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """The votes of a query's keypoints, added up for each photo, view, size ratio and turn.

    Parameters
    ----------
    keys : ndarray, int, shape (N,), rising
        The photos that have a vote.
    photo, bin : ndarray, int, shape (M,)
        Of each sum: which of ``keys``; the view, size ratio and turn.
    total : ndarray, int, shape (M,)
    """

    keys: npt.NDArray[np.int64]
    photo: npt.NDArray[np.int64]
    bin: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]

    def ranked(self) -> list[Candidate]:
        """Return the photos with most votes, at most 1024, most first; ties by key; also withdrawn ones."""
        most = np.zeros(len(self.keys), np.int64)
        np.maximum.at(most, self.photo, self.total)
        best = np.argsort(-most, kind="stable")[:_SMOOTHED]
        candidates = self.of(self.keys[best].tolist()).values()
        return sorted(candidates, key=lambda candidate: (-max(candidate.votes), candidate.key))

    def of(self, keys: Collection[int]) -> dict[int, Candidate]:
        """Return the votes for some photos; for one of which nobody has heard, none."""
        wanted = np.unique(np.array(list(keys), np.int64))
        row = np.searchsorted(wanted, self.keys)
        row[(row == len(wanted)) | (wanted[np.minimum(row, len(wanted) - 1)] != self.keys)] = -1
        taken = row[self.photo] >= 0
        bins = np.zeros((len(wanted), _BINS), np.int64)
        bins[row[self.photo[taken]], self.bin[taken]] = self.total[taken]
        votes = best_bins(bins.reshape(len(wanted), VIEWS, _SIZE_BINS, _TURN_BINS)) / _VOTE
        return {
            key: Candidate(key=key, votes=tuple(of_key))
            for key, of_key in zip(wanted.tolist(), votes.tolist(), strict=True)
        }


def vote(
    source: PostingSource,
    part: Part,
    views: Sequence[View],
    chosen: npt.NDArray[np.intp],
) -> Votes:
    """Let the keypoints of a query vote for photos.

    Parameters
    ----------
    source : PostingSource
    part : "tones" or "strokes"
    views : the query's four views
    chosen : ndarray, int, shape (K,)
        Which keypoints, see ``distinct``.

    Returns
    -------
    Votes
    """
    asked = words_of(views, chosen, alternatives=_ALTERNATIVES)
    ask, key, hit, bits = _near_pairs(source, part, asked.ravel())
    octaves = (hit["size"].astype(np.int64) - asked["size"].ravel()[ask]) / float(SIZE_STEPS)
    near = np.flatnonzero(np.abs(octaves) < _OCTAVES_MAX)
    ask, key, hit, octaves = ask[near], key[near], hit[near], octaves[near]
    reading, steps = np.divmod(hit["turn"].astype(np.int64), TURNS)
    asked_reading, asked_steps = np.divmod(asked["turn"].ravel()[ask].astype(np.int64), TURNS)
    turn = np.where(reading >= 2, asked_steps - steps, steps - asked_steps) % TURNS
    size = ((octaves + _OCTAVES_MAX) * (_SIZE_BINS / (2 * _OCTAVES_MAX))).astype(np.int64)
    of_bin = ((reading ^ asked_reading) * _SIZE_BINS + size) * _TURN_BINS + turn * _TURN_BINS // TURNS
    return _added_up(key, of_bin, ask // asked.shape[1], bits[near], _weights(part))


def _near_pairs(source: PostingSource, part: Part, asked: Words) -> tuple[Any, Any, Entries, Any]:
    """Return where signatures of the query and of photos are near.

    These are: which of ``asked``, the photo's key, the entry, and in how many bits they differ.
    """
    most = _DIFFERING_MAX[part]
    order = np.argsort(asked["word"], kind="stable")
    sought = asked["word"][order]
    starts = np.searchsorted(sought, np.arange(WORDS + 1))
    found: list[tuple[Any, ...]] = []
    for word, lists in source.lists(part, np.unique(sought).tolist()):
        entries = np.frombuffer(b"".join([data for _, data in lists]), ENTRY)
        signatures = np.ascontiguousarray(entries["signature"])
        ends = np.cumsum([len(data) // ENTRY.itemsize for _, data in lists])
        firsts = np.array([first for first, _ in lists], np.int64)
        for ask in order[starts[word] : starts[word + 1]]:
            bits = np.bitwise_count(signatures ^ asked["signature"][ask])
            rows = np.flatnonzero(bits <= most)
            hit = entries[rows]
            keys = firsts[np.searchsorted(ends, rows, "right")] + hit["photo"]
            found.append((np.full(len(rows), ask), keys, hit, bits[rows]))
    found.append(_near_in_tail(source.tail(part), asked, most, order, starts))
    asks, key, hits, differing = (np.concatenate(column) for column in zip(*found, strict=True))
    return asks, key, hits, differing


def _near_in_tail(
    tail: Tail, asked: Words, most: int, order: npt.NDArray[np.intp], starts: npt.NDArray[np.intp]
) -> tuple[Any, ...]:
    """Look at the words of the newest photos, all at once."""
    word = tail.words["word"].astype(np.int64)
    first, counts = starts[word], starts[word + 1] - starts[word]
    row = np.repeat(np.arange(len(word)), counts)
    ask = order[np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - first, counts)]
    bits = np.bitwise_count(tail.words["signature"][row] ^ asked["signature"][ask])
    near = np.flatnonzero(bits <= most)
    keys = np.repeat(tail.keys, tail.counts)[row[near]]
    return ask[near], keys, tail.words[row[near]].view(ENTRY), bits[near]


def _added_up(
    key: npt.NDArray[np.int64],
    of_bin: npt.NDArray[np.int64],
    keypoint: npt.NDArray[np.int64],
    bits: npt.NDArray[np.uint8],
    weights: npt.NDArray[np.int64],
) -> Votes:
    """Add up votes in bins; a keypoint of the query votes once in a bin, by its nearest."""
    keys, photo = np.unique(key, return_inverse=True)
    keypoints, steps = int(keypoint.max(initial=0)) + 1, len(weights)
    votes = np.sort(((photo * _BINS + of_bin) * keypoints + keypoint) * steps + bits)
    votes = votes[np.flatnonzero(np.diff(votes // steps, prepend=-1))]
    value = weights[votes % steps]
    place = votes // (steps * keypoints)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    total = np.add.reduceat(value, starts) if len(starts) else value
    photo, of_bin = np.divmod(place[starts], _BINS)
    return Votes(keys=keys, photo=photo, bin=of_bin, total=total)


@cache
def _weights(part: Part) -> npt.NDArray[np.int64]:
    """Return the votes by the number of differing bits: whole numbers, whose sums depend on no order."""
    bits = np.arange(_DIFFERING_MAX[part] + 1)
    return np.rint(_VOTE * np.exp(-np.square(bits / _SPREAD_BITS[part]))).astype(np.int64)


def best_bins(bins: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the most votes that two neighbouring bins of size and two of turn have together.

    Parameters
    ----------
    bins : ndarray, shape (..., sizes, turns)
        Turns go round; sizes do not.

    Returns
    -------
    ndarray, shape (...)
    """
    bins = bins + np.roll(bins, 1, axis=-1)
    bins[..., 1:, :] += bins[..., :-1, :].copy()
    return np.asarray(bins.max(axis=(-2, -1)))


def alike(source: PostingSource, phash: bytes, *, most_bits: int) -> list[int]:
    """Return the photos with a field whose pHash is near: re-saved pictures, also without keypoints.

    Parameters
    ----------
    source : PostingSource
    phash : bytes, length 32
    most_bits : int, bits, range 0..256

    Returns
    -------
    list of int
        Keys, nearest first; ties by key.
    """
    keys, hashes = source.phashes()
    rows = np.ascontiguousarray(hashes).view("<u8") ^ np.frombuffer(phash, "<u8")
    bits = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    near = np.flatnonzero(bits <= most_bits)
    return list(dict.fromkeys(keys[near[np.lexsort((keys[near], bits[near]))]].tolist()))


_IN_TAIL = 256
"""Photos in memory without lists: with more, lists of them are made."""


class MemorySource:
    """Indexed photos in memory: of a folder of pictures, of saved checks, of one photo. A ``PostingSource``.

    Parameters
    ----------
    profile : Profile
    photos : dict of int to Fingerprint, optional
        By their keys.
    """

    def __init__(self, profile: Profile, photos: Mapping[int, Fingerprint] | None = None) -> None:
        self._profile = profile
        self._phashes: dict[int, bytes] = {}
        self._waiting: dict[int, IndexedPhoto] = {}
        self._segments: list[dict[Part, _Segment]] = []
        for key, fingerprint in sorted((photos or {}).items()):
            self.add(key, fingerprint)

    def __len__(self) -> int:
        return len(self._phashes)

    def add(self, key: int, fingerprint: Fingerprint) -> None:
        """Add a photo, by a key above those before it; it is found by the next search."""
        photo = IndexedPhoto.of(fingerprint, self._profile)
        if self._waiting and key - min(self._waiting) >= 1 << 16:
            self._make_lists()
        self._waiting[key], self._phashes[key] = photo, photo.phashes

    def lists(self, part: Part, words: Sequence[int]) -> Iterator[tuple[int, Sequence[tuple[int, bytes]]]]:
        if len(self._waiting) > _IN_TAIL:
            self._make_lists()
        for word in words if self._segments else ():
            yield word, [segment[part].list_of(word) for segment in self._segments]

    def tail(self, part: Part) -> Tail:
        of_each = [photo.words[part] for photo in self._waiting.values()]
        return Tail(
            keys=np.array(list(self._waiting), np.int64),
            counts=np.array([len(words) for words in of_each], np.int64),
            words=np.concatenate([np.zeros(0, WORD), *of_each]),
        )

    def phashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        fields = [len(hashes) // HASH_BYTES for hashes in self._phashes.values()]
        joined = np.frombuffer(b"".join(self._phashes.values()), np.uint8)
        return np.repeat(np.array(list(self._phashes), np.int64), fields), joined.reshape(-1, HASH_BYTES)

    def active(self, keys: Collection[int]) -> Collection[int]:
        return keys

    def _make_lists(self) -> None:
        first = min(self._waiting)
        self._segments.append({part: _Segment.of(self.tail(part), first) for part in PARTS})
        self._waiting.clear()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Segment:
    """Posting lists in memory, one after another; that of word w begins at ``starts[w]``."""

    first_key: int
    entries: Entries
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, photos: Tail, first_key: int) -> _Segment:
        order = np.argsort(photos.words["word"], kind="stable")
        starts = np.searchsorted(photos.words["word"][order], np.arange(WORDS + 1))
        entries = photos.words.view(ENTRY).copy()
        entries["photo"] = np.repeat(photos.keys - first_key, photos.counts)
        return cls(first_key=first_key, entries=entries[order], starts=starts)

    def list_of(self, word: int) -> tuple[int, bytes]:
        return self.first_key, self.entries[self.starts[word] : self.starts[word + 1]].tobytes()
