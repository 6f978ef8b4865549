"""Inverted index: search photos stored elsewhere, such as in a database, without loading all of them.

A posting list names the photos that have one visual word. A search has three steps, each over fewer photos:
posting lists give the photos that share the query's words; of these, those remain whose words agree in
reading, size and direction, as the same drawing would; finally, as in every index, the keypoints of these
few photos vote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.fingerprint import FieldPrint, Fingerprint
from motif.hashes import HASH_BITS, hamming
from motif.matching.cohort import Part, cohort
from motif.matching.descriptors import (
    OCTAVE_STEP,
    OCTAVES_MAX,
    SIZE_BINS,
    TURN_BINS,
    Candidate,
    DescriptorIndex,
    Rows,
    best_bins,
)
from motif.matching.views import SIZE_STEPS, View, as_strokes, distinct, query_views
from motif.matching.visual_words import ITEM, WORDS, Words, words_of
from motif.profiles import Profile

ROUGH_SHARE, ROUGH_LEAST, ROUGH_MOST = 0.01, 200, 1000
"""Photos whose words are compared one by one: this share of all, between these numbers."""

FEW: Final = 60
"""Photos whose keypoints vote."""

HASH_BLOCKS: Final = 25
"""Blocks of a pHash. Where 22 bits or fewer differ, three blocks at least are the same, and nearly always
where 24 do; by chance some thousandth of all photos have one, and next to none have three."""

HASH_BYTES: Final = HASH_BITS // 8
HASH_WORDS: Final = HASH_BLOCKS << (HASH_BITS // HASH_BLOCKS + 1)
"""Above the largest number of a block."""

_BLOCKS_ALIKE = 3
_ALTERNATIVES = 2
_LENGTH_POWER = 0.85
_RELATIONS = 4
_TURN = 65536

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postings:
    """Posting lists of some visual words, over photos with consecutive keys.

    Parameters
    ----------
    first_key : int
    words_of_each : ndarray, int, shape (N,)
        Number of words of each photo, one for each keypoint.
    photos : ndarray, int, shape (M,)
        The posting lists, joined: for each word and each photo that has it, the key minus ``first_key``.
    """

    first_key: int
    words_of_each: npt.NDArray[np.integer]
    photos: npt.NDArray[np.integer]


class PostingSource(Protocol):
    """A store of indexed photos. All but ``postings`` leave out photos whose entry was withdrawn."""

    def postings(self, part: Part | None, words: Sequence[int]) -> Iterable[Postings]:
        """Yield the posting lists of these words or, where ``part`` is None, of these pHash blocks."""
        ...

    def words(self, part: Part, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the words of these photos, as ``Words.to_bytes`` wrote them."""
        ...

    def descriptors(self, part: Part, keys: Sequence[int]) -> dict[int, Bytes]:
        """Return the descriptors of these photos, uint8, shape (K, 128), in the order of their words."""
        ...

    def phashes(self, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the pHashes of these photos, 32 bytes for each field."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexedPhoto:
    """What a source stores of a photo, computed from its fingerprint.

    Parameters
    ----------
    phashes : bytes, 32 for each field
    words : dict of part to Words
    descriptors : dict of part to ndarray, uint8, shape (K, 128)
    """

    phashes: bytes
    words: Mapping[Part, Words]
    descriptors: Mapping[Part, Bytes]

    @classmethod
    def nothing(cls) -> IndexedPhoto:
        """Return the record of a photo whose fingerprint cannot be read."""
        words, descriptors = Words.from_bytes(b""), np.zeros((0, DESCRIPTOR_SIZE), np.uint8)
        return cls(
            phashes=bytes(HASH_BYTES),
            words={"tones": words, "strokes": words},
            descriptors={"tones": descriptors, "strokes": descriptors},
        )

    @classmethod
    def of(cls, value: Fingerprint, profile: Profile) -> IndexedPhoto:
        """Find the words of a photo."""
        words: dict[Part, Words] = {}
        descriptors: dict[Part, Bytes] = {}
        represented_by: dict[Part, Sequence[FieldPrint]] = {
            "tones": value.fields,
            "strokes": [as_strokes(field) for field in value.fields],
        }
        for part, fields in represented_by.items():
            views = _joined([query_views(field) for field in fields])
            chosen, _ = distinct(views[0].descriptors, profile.same_descriptor)
            words[part] = words_of(views, chosen)
            stored = np.concatenate([field.keypoints.descriptors for field in fields])
            descriptors[part] = stored[chosen]
        phashes = b"".join(field.phash for field in value.fields)
        return cls(phashes=phashes, words=words, descriptors=descriptors)


def _joined(of_fields: Sequence[tuple[View, ...]]) -> tuple[View, ...]:
    """Join the views of a photo's fields, for its words, to which places do not matter."""
    names = ("xy", "log2_size", "angle_rad", "descriptors")
    return tuple(
        replace(views[0], **{name: np.concatenate([getattr(view, name) for view in views]) for name in names})
        for views in zip(*of_fields, strict=True)
    )


class InvertedIndex:
    """Searches the posting lists of a source, as a ``CandidateIndex`` searches photos in memory.

    Parameters
    ----------
    source : PostingSource
    profile : Profile
    """

    def __init__(self, source: PostingSource, profile: Profile) -> None:
        self.profile = profile
        self.tones = _IndexPart(source, profile, "tones")
        self.strokes = _IndexPart(source, profile, "strokes")
        self._source = source

    def alike(self, phash: bytes, *, most_bits: int) -> list[int]:
        """Return the photos whose pHash is near, nearest first; see ``CandidateIndex.alike``."""
        query_blocks = hash_blocks(np.frombuffer(phash, np.uint8)[None])[0].tolist()
        near: dict[int, None] = {}
        for postings in self._source.postings(None, query_blocks):
            photos = np.flatnonzero(np.bincount(postings.photos) >= _BLOCKS_ALIKE)
            near |= dict.fromkeys((postings.first_key + photos).tolist())
        distances = [
            (
                min(hamming(phash, stored[at : at + HASH_BYTES]) for at in range(0, len(stored), HASH_BYTES)),
                key,
            )
            for key, stored in self._source.phashes([*near]).items()
        ]
        return [key for distance, key in sorted(distances) if distance <= most_bits]


class _IndexPart:
    def __init__(self, source: PostingSource, profile: Profile, part: Part) -> None:
        self._source, self._profile, self._part = source, profile, part

    def vote(self, views: Sequence[View]) -> tuple[list[Candidate], Floats]:
        """Let the keypoints of the few most likely photos vote; see ``DescriptorIndex.vote``."""
        chosen, _ = distinct(views[0].descriptors, self._profile.same_descriptor)
        query_words = words_of(views, chosen, alternatives=_ALTERNATIVES)
        rough, words = self._rank_by_shared_words(query_words)
        voters = _choose_voters(query_words, words, rough)
        rows = {}
        for key, descriptors in self._source.descriptors(self._part, voters).items():
            photo_words = Words.from_bytes(words[key])
            if len(photo_words) != len(descriptors):
                raise ValueError(
                    f"photo {key} has {len(photo_words)} words and {len(descriptors)} descriptors"
                )
            rows[key] = Rows(descriptors=descriptors, size=photo_words.size, angle=photo_words.plain_angle())
        return DescriptorIndex.of_few(rows, self._profile, cohort(self._part)).vote(views)

    def _rank_by_shared_words(self, query_words: Words) -> tuple[npt.NDArray[np.float64], dict[int, bytes]]:
        """Return the scores of the photos that share most words with the query, and their words.

        A score is the number of shared words, divided by a power of the number of the photo's words.
        """
        shares, keys = [np.zeros(0)], [np.zeros(0, np.int64)]
        for postings in self._source.postings(self._part, np.unique(query_words.word).tolist()):
            shared = np.bincount(postings.photos, minlength=len(postings.words_of_each))
            shares.append(shared / np.maximum(postings.words_of_each, 1) ** _LENGTH_POWER)
            keys.append(postings.first_key + np.arange(len(shared)))
        scores, every = np.concatenate(shares), np.concatenate(keys)
        most = int(np.clip(len(every) * ROUGH_SHARE, ROUGH_LEAST, ROUGH_MOST))
        order = np.argsort(-scores, kind="stable")[: int(np.count_nonzero(scores))]
        words: dict[int, bytes] = {}
        for start in range(0, len(order), most):
            words |= self._source.words(self._part, np.sort(every[order[start : start + most]]).tolist())
            if len(words) >= most // 2:  # otherwise most were withdrawn, and those after them count
                break
        return scores[np.searchsorted(every, np.array(list(words), np.int64))], words


def _choose_voters(
    query_words: Words, words: Mapping[int, bytes], rough: npt.NDArray[np.float64]
) -> list[int]:
    """Choose the photos whose keypoints vote: half by shared words that agree, half by shared words alone.

    Each finds reuses that the other misses: line drawings, and cloths with one small ornament.
    """
    keys = np.array(list(words), np.int64)
    counts = np.array([len(packed) for packed in words.values()], np.int64) // ITEM.itemsize
    agreed = rough * agreement(query_words, Words.from_bytes(b"".join(words.values())), counts)
    agreed /= np.maximum(counts, 1) ** 0.25
    first = np.argsort(-agreed, kind="stable")[: FEW // 2]
    rest = np.argsort(-rough, kind="stable")
    chosen = [*first, *rest[~np.isin(rest, first)][: FEW - len(first)]]
    return sorted(keys[chosen].tolist())


def agreement(query_words: Words, photo_words: Words, counts: npt.NDArray[np.int64]) -> Floats:
    """Measure how well the words of photos agree with the query's, as one drawing in another place would.

    Shared words are gathered by how reading, size and direction differ [1]_; a word of the query counts once
    in each bin.

    Parameters
    ----------
    query_words : Words
    photo_words : Words
        Of N photos, one after another.
    counts : ndarray, int, shape (N,)
        How many of the words each photo has.

    Returns
    -------
    ndarray, float32, shape (N,), >= 0

    References
    ----------
    .. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
       scale image search. ECCV.
    """
    owner = np.repeat(np.arange(len(counts)), counts)
    hit, keypoint = _shared(query_words, photo_words.word)
    octaves = (photo_words.size[hit].astype(np.float32) - query_words.size[keypoint]) / SIZE_STEPS
    near = np.abs(octaves) < OCTAVES_MAX
    hit, keypoint, octaves = hit[near], keypoint[near], octaves[near]
    turn = photo_words.angle[hit].astype(np.int64) - query_words.angle[keypoint]
    turn = np.where(photo_words.reading[hit] >= 2, -turn, turn) % _TURN * TURN_BINS // _TURN
    relation = query_words.reading[keypoint] ^ photo_words.reading[hit]
    size_bin = ((octaves + OCTAVES_MAX) / OCTAVE_STEP).astype(np.int64)
    place = ((owner[hit] * _RELATIONS + relation) * SIZE_BINS + size_bin) * TURN_BINS + turn
    votes = np.sort(place * max(1, len(query_words)) + keypoint)
    once = votes[np.flatnonzero(np.diff(votes, prepend=-1))] // max(1, len(query_words))
    shape = (len(counts), _RELATIONS, SIZE_BINS, TURN_BINS)
    bins = np.bincount(once, minlength=int(np.prod(shape))).astype(np.float32).reshape(shape)
    return np.asarray(best_bins(bins).max(axis=1))


def _shared(
    query_words: Words, word: npt.NDArray[np.uint16]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return all pairs of a place in ``word`` and a keypoint of the query that asks for that word."""
    order = np.argsort(query_words.word.ravel(), kind="stable")
    sought = query_words.word.ravel()[order]
    starts = np.searchsorted(sought, np.arange(WORDS + 1))
    first = starts[word]
    counts = starts[word.astype(np.int64) + 1] - first
    hit = np.repeat(np.arange(len(word)), counts)
    place = np.arange(len(hit)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return hit, order[place] // max(1, query_words.word.shape[1])


def hash_blocks(phashes: Bytes) -> npt.NDArray[np.int64]:
    """Return the blocks of pHashes, each with its place, as numbers.

    Parameters
    ----------
    phashes : ndarray, uint8, shape (N, 32)

    Returns
    -------
    ndarray, int64, shape (N, HASH_BLOCKS)

    Examples
    --------
    >>> rows = np.zeros((2, 32), np.uint8)
    >>> rows[1, 31] = 1
    >>> int((hash_blocks(rows)[0] != hash_blocks(rows)[1]).sum())
    1
    """
    bits = np.unpackbits(phashes, axis=1).astype(np.int64)
    starts = -(-np.arange(HASH_BLOCKS) * HASH_BITS // HASH_BLOCKS)
    place = np.arange(HASH_BITS) - starts[np.searchsorted(starts, np.arange(HASH_BITS), "right") - 1]
    values = np.add.reduceat(bits << place, starts, axis=1)
    return np.asarray(values + (np.arange(HASH_BLOCKS) << (HASH_BITS // HASH_BLOCKS + 1)))
