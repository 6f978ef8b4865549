"""Inverted index: which photos may show a query's design, found by lists of who has a visual word.

A posting list names the keypoints of many photos that have one visual word: the photo, the signature, the
size and the direction [1]_. See ``votes`` for how they are asked.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from motif.fingerprint import FieldPrint, Fingerprint
from motif.hashes import HASH_BITS
from motif.matching.cohort import Part
from motif.matching.views import View, as_strokes, first_of_each, plain_view
from motif.matching.visual_words import WORD, WORDS, Words, words_of
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
        return cls.of_many([value], profile)[0]

    @classmethod
    def of_many(cls, values: Sequence[Fingerprint], profile: Profile) -> list[IndexedPhoto]:
        """Index some photos together, which takes less time than one by one."""
        if not values:
            return []
        tones = _words_of_photos([value.fields for value in values], profile)
        strokes = _words_of_photos([[*map(as_strokes, value.fields)] for value in values], profile)
        return [
            cls(
                phashes=b"".join(field.phash for field in value.fields),
                words={"tones": of_tones, "strokes": of_strokes},
            )
            for value, of_tones, of_strokes in zip(values, tones, strokes, strict=True)
        ]

    @classmethod
    def nothing(cls) -> IndexedPhoto:
        """Return the index of a photo whose fingerprint cannot be read."""
        return cls(phashes=b"", words={part: np.zeros(0, WORD) for part in PARTS})


def _words_of_photos(photos: Sequence[Sequence[FieldPrint]], profile: Profile) -> list[Words]:
    chosen = [_distinct_view(fields, profile) for fields in photos]
    counts = [len(view.xy) for view in chosen]
    words = words_of(_joined(chosen), np.arange(sum(counts)))[:, 0]
    return [_few_of_each(one) for one in np.split(words, np.cumsum(counts[:-1]))]


def _distinct_view(fields: Sequence[FieldPrint], profile: Profile) -> View:
    """Return a photo's fields together, with one keypoint for each ornament."""
    view = _joined([*map(plain_view, fields)])
    return view.take(first_of_each(view.descriptors, profile.same_descriptor))


def _joined(views: Sequence[View]) -> View:
    if len(views) == 1:
        return views[0]
    return replace(
        views[0],
        xy=np.concatenate([view.xy for view in views]),
        log2_size=np.concatenate([view.log2_size for view in views]),
        angle_rad=np.concatenate([view.angle_rad for view in views]),
        descriptors=np.concatenate([view.descriptors for view in views]),
    )


def _few_of_each(words: Words) -> Words:
    """Leave out a photo's keypoints that no list has room for."""
    order = np.argsort(words["word"], kind="stable")
    ordered = words["word"][order]
    rank = np.arange(len(words)) - np.searchsorted(ordered, ordered)
    return np.asarray(words[np.sort(order[rank < _OF_A_WORD])])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotoWords:
    """The words of some photos.

    Parameters
    ----------
    keys : ndarray, int, shape (N,)
    counts : ndarray, int, shape (N,)
        How many words each has.
    words : Words
        Of one photo after another.
    """

    keys: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    words: Words

    @classmethod
    def of(cls, photos: Mapping[int, Words]) -> PhotoWords:
        """Join the words of photos, by their keys."""
        return cls(
            keys=np.array(list(photos), np.int64),
            counts=np.array([len(words) for words in photos.values()], np.int64),
            words=np.concatenate([np.zeros(0, WORD), *photos.values()]),
        )


class PostingSource(Protocol):
    """A store of indexed photos, by keys from 1."""

    def keys(self) -> Sequence[int]:
        """Return all photos, rising."""
        ...

    def lists(self, part: Part, words: Sequence[int]) -> Iterable[tuple[int, Sequence[tuple[int, bytes]]]]:
        """Yield words that have lists, rising, each with the lists of all segments.

        A list is the key of the segment's first photo, and bytes of ``ENTRY``.
        """
        ...

    def unlisted(self) -> Sequence[int]:
        """Return the photos that stand in no list, the newest; asked after ``lists``."""
        ...

    def words(self, part: Part, keys: Collection[int]) -> PhotoWords:
        """Return the words of photos."""
        ...

    def phashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        """Return keys, shape (M,), and pHashes, shape (M, 32), of all fields of all photos, by key."""
        ...

    def active(self, keys: Collection[int]) -> Collection[int]:
        """Return those of the photos that are not withdrawn."""
        ...


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


_PLACES = 1 << 16
"""Of photos in a segment, see ``ENTRY``."""

_UNLISTED_MAX = 32
"""Photos in memory without lists: with more, lists of them are made. Fewer than any search looks at."""


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
        self._photos: dict[int, IndexedPhoto] = {}
        self._unlisted: list[int] = []
        self._segments: list[tuple[list[int], dict[Part, _Segment]]] = []
        for key, fingerprint in sorted((photos or {}).items()):
            self.add(key, fingerprint)

    def __len__(self) -> int:
        return len(self._photos)

    def add(self, key: int, photo: Fingerprint | IndexedPhoto) -> None:
        """Add a photo, by a key above those before it; it is found by the next search."""
        if self._unlisted and key - self._unlisted[0] >= _PLACES:
            self._make_lists()
        indexed = photo if isinstance(photo, IndexedPhoto) else IndexedPhoto.of(photo, self._profile)
        self._photos[key] = indexed
        self._unlisted.append(key)

    def keys(self) -> Sequence[int]:
        return list(self._photos)

    def lists(self, part: Part, words: Sequence[int]) -> Iterator[tuple[int, Sequence[tuple[int, bytes]]]]:
        if len(self._unlisted) > _UNLISTED_MAX:
            self._make_lists()
        for word in words if self._segments else ():
            yield word, [lists[part].list_of(word) for _, lists in self._segments]

    def unlisted(self) -> Sequence[int]:
        return self._unlisted

    def words(self, part: Part, keys: Collection[int]) -> PhotoWords:
        return PhotoWords.of({key: self._photos[key].words[part] for key in keys})

    def phashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        of_each = [photo.phashes for photo in self._photos.values()]
        fields = [len(hashes) // HASH_BYTES for hashes in of_each]
        joined = np.frombuffer(b"".join(of_each), np.uint8)
        return np.repeat(np.array(list(self._photos), np.int64), fields), joined.reshape(-1, HASH_BYTES)

    def active(self, keys: Collection[int]) -> Collection[int]:
        return keys

    def _make_lists(self) -> None:
        """Make a segment of the photos without lists, together with the last segments that are no larger.

        So a photo is listed anew a few times at most, and there are few segments [1]_.

        References
        ----------
        .. [1] O'Neil, Cheng, Gawlick, O'Neil (1996). The log-structured merge-tree. Acta Informatica 33.
        """
        keys = self._unlisted
        while self._segments:
            last, _ = self._segments[-1]
            if len(last) > len(keys) or keys[-1] - last[0] >= _PLACES:
                break
            keys = last + keys
            self._segments.pop()
        lists = {part: _Segment.of(self.words(part, keys), keys[0]) for part in PARTS}
        self._segments.append((keys, lists))
        self._unlisted = []


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Segment:
    """Posting lists in memory, one after another; that of word w begins at ``starts[w]``."""

    first_key: int
    entries: Entries
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, photos: PhotoWords, first_key: int) -> _Segment:
        order = np.argsort(photos.words["word"], kind="stable")
        starts = np.searchsorted(photos.words["word"][order], np.arange(WORDS + 1))
        entries = photos.words.view(ENTRY).copy()
        entries["photo"] = np.repeat(photos.keys - first_key, photos.counts)
        return cls(first_key=first_key, entries=entries[order], starts=starts)

    def list_of(self, word: int) -> tuple[int, bytes]:
        return self.first_key, self.entries[self.starts[word] : self.starts[word + 1]].tobytes()
