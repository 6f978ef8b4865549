"""Votes: which photos of an index may show a query's design, in which reading, how much larger, how turned.

A keypoint of the query votes for a photo that has one of its visual words, where few bits of two signatures
differ, the more the fewer [1]_. Votes are gathered by how reading, size and direction differ [1]_: a reused
drawing is mirrored, enlarged and turned as a whole.

It is done twice. To propose photos, posting lists are read for the few nearest words of each keypoint. The
words of the proposed photos, and of those that stand in no list, are then held against many words of each
keypoint [2]_, so that few keypoints of a pair miss each other. These votes follow from the two fingerprints
alone: whatever else the index holds changes none.

References
----------
.. [1] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
.. [2] Philbin, Chum, Isard, Sivic, Zisserman (2008). Lost in quantization: improving particular object
   retrieval in large scale image databases. CVPR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from motif.matching.cohort import Part
from motif.matching.inverted_index import ENTRY, Entries, PhotoWords, PostingSource
from motif.matching.views import SIZE_STEPS, VIEWS, View
from motif.matching.visual_words import TURNS, WORDS, Words, words_of

LOOKED_AT: Final = 384
"""Most photos whose words are held against those of a query. An index that has no more is searched whole."""
_LISTS_READ = 3
"""Words of each keypoint whose lists are read."""
_WORDS_HELD: Final[dict[Part, int]] = {"tones": 16, "strokes": 64}
"""Words of each keypoint that are held against those of a photo. Strokes of a drawing in lines lie further
from those of the cloth that it shows."""
_DIFFERING_MAX: Final[dict[Part, int]] = {"tones": 20, "strokes": 22}
"""Most bits in which signatures differ that still vote; of keypoints that have only the word in common, half
differ. Strokes of a line drawing are less like those of the cloth that it shows."""
_OF_A_REPEAT = 3
"""Bits that must differ less where a keypoint only repeats an ornament, for which another stands. Where all
that a cloth shows is a few ornaments, the ones that stand for them in two pictures are less alike."""
_SPREAD_BITS: Final[dict[Part, float]] = {"tones": 10.0, "strokes": 12.0}
_VOTE = 256.0
"""Sums of votes are divided by this, so that an ornament has one vote at most."""
_OCTAVES_MAX = 2.4
_SIZE_BINS, _TURN_BINS = 8, 16
_BINS = VIEWS * _SIZE_BINS * _TURN_BINS
_PORTION_BYTES = 1 << 20
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """The visual words of a query's keypoints.

    Parameters
    ----------
    part : "tones" or "strokes"
    words : Words, shape (N, 16) or (N, 64)
        The nearest of each keypoint, nearest first.
    ornament : ndarray, int, shape (N,)
        Keypoints with one number repeat one ornament, and together have one vote.
    chosen : ndarray, int, shape (K,)
        The keypoint that stands for each ornament.
    """

    part: Part
    words: Words
    ornament: npt.NDArray[np.intp]
    chosen: npt.NDArray[np.intp]

    @classmethod
    def of(
        cls,
        part: Part,
        view: View,
        chosen: npt.NDArray[np.intp],
        ornament: npt.NDArray[np.intp],
    ) -> Question:
        """Find the words of a query's keypoints.

        Parameters
        ----------
        part : "tones" or "strokes"
        view : the query's plain view
        chosen, ornament : as ``distinct`` returns them

        Returns
        -------
        Question
        """
        every = np.arange(len(ornament))
        words = words_of(view, every, alternatives=_WORDS_HELD[part])
        return cls(part=part, words=words, ornament=ornament, chosen=chosen)

    def of_lists(self) -> Question:
        """Return the few words whose lists are read, of one keypoint for each ornament."""
        every = np.arange(len(self.chosen))
        words = self.words[self.chosen, :_LISTS_READ]
        return Question(part=self.part, words=words, ornament=every, chosen=every)

    @cached_property
    def penalty(self) -> npt.NDArray[np.uint8]:
        """Bits that are added for each keypoint."""
        bits = np.full(len(self.words), _OF_A_REPEAT, np.uint8)
        bits[self.chosen] = 0
        return bits

    @cached_property
    def by_word(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Rows of all words, flattened, in their order; and where each of ``WORDS`` begins there."""
        words = self.words["word"].ravel()
        order = np.argsort(words, kind="stable")
        return order, np.searchsorted(words[order], np.arange(WORDS + 1))


def proposed(source: PostingSource, question: Question, *, most: int = LOOKED_AT) -> Sequence[int]:
    """Return the photos that are worth a look: all of a small index, of a larger one what its lists propose.

    Parameters
    ----------
    source : PostingSource
    question : Question
    most : int
        Photos that are looked at: an index that has no more is small.

    Returns
    -------
    sequence of int
        Keys, also of withdrawn photos: those that stand in no list, then at most 1024 from lists, most votes
        first.
    """
    every = source.keys()
    if len(every) <= min(most, LOOKED_AT):
        return every
    few = question.of_lists()
    totals = _totals(few, *_near_in_lists(source, few))
    in_one_bin = np.zeros(len(totals.keys), np.int64)
    np.maximum.at(in_one_bin, totals.photo, totals.total)
    best = np.argsort(-in_one_bin, kind="stable")[:_SMOOTHED]
    listed = totals.of(totals.keys[best])
    return [*source.unlisted(), *sorted(listed, key=lambda key: (-max(listed[key].votes), key))]


def votes_for(photos: PhotoWords, question: Question) -> dict[int, Candidate]:
    """Count the votes for photos, each as if it were the only one.

    Parameters
    ----------
    photos : PhotoWords
    question : Question

    Returns
    -------
    dict of int to Candidate
        By key, for each of ``photos``.
    """
    row, asked, bits = _near(photos.words["word"], photos.words["signature"], question)
    key = np.repeat(photos.keys, photos.counts)[row]
    totals = _totals(question, asked, key, photos.words[row].view(ENTRY), bits)
    return totals.of(photos.keys)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Totals:
    """Votes, added up for each photo, view, size ratio and turn.

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

    def of(self, keys: npt.NDArray[np.int64]) -> dict[int, Candidate]:
        """Return the votes for some photos; for one that nobody voted for, none."""
        wanted = np.unique(keys)
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


def _near(
    word: npt.NDArray[np.uint16], signature: npt.NDArray[np.uint64], question: Question
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
    """Return where words are the same and signatures near: row, which of the flattened words, bits."""
    order, starts = question.by_word
    counts = starts[word + np.intp(1)] - starts[word]
    row = np.repeat(np.arange(len(word)), counts)
    place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - starts[word], counts)
    asked = order[place]
    bits = np.bitwise_count(signature[row] ^ question.words["signature"].ravel()[asked])
    bits += question.penalty[asked // question.words.shape[1]]
    near = np.flatnonzero(bits <= _DIFFERING_MAX[question.part])
    return row[near], asked[near], bits[near]


def _near_in_lists(
    source: PostingSource, question: Question
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], Entries, npt.NDArray[np.uint8]]:
    """Return where signatures of the query and of listed photos are near.

    These are: which of the flattened words, the photo's key, the entry, and in how many bits they differ.
    """
    sought = np.flatnonzero(np.diff(question.by_word[1])).tolist()
    found: list[tuple[Any, ...]] = [
        (np.zeros(0, np.intp), np.zeros(0, np.int64), np.zeros(0, ENTRY), np.zeros(0, np.uint8))
    ]
    for lists in _in_portions(source.lists(question.part, sought)):
        entries = np.frombuffer(b"".join([data for _, _, data in lists]), ENTRY)
        lengths = [len(data) // ENTRY.itemsize for _, _, data in lists]
        word = np.repeat(np.array([word for word, _, _ in lists], np.uint16), lengths)
        row, asked, bits = _near(word, np.ascontiguousarray(entries["signature"]), question)
        firsts = np.repeat(np.array([first for _, first, _ in lists], np.int64), lengths)
        found.append((asked, firsts[row] + entries["photo"][row], entries[row], bits))
    asked, key, hit, bits = (np.concatenate(column) for column in zip(*found, strict=True))
    return asked, key, hit, bits


def _in_portions(
    words: Iterable[tuple[int, Sequence[tuple[int, bytes]]]],
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Yield word, first key and entries of lists, about a megabyte at a time."""
    portion: list[tuple[int, int, bytes]] = []
    size = 0
    for word, lists in words:
        portion += [(word, first, data) for first, data in lists]
        size += sum(len(data) for _, data in lists)
        if size > _PORTION_BYTES:
            yield portion
            portion, size = [], 0
    yield portion


def _totals(
    question: Question,
    asked: npt.NDArray[np.intp],
    key: npt.NDArray[np.int64],
    hit: Entries,
    bits: npt.NDArray[np.uint8],
) -> _Totals:
    """Add up votes in bins; an ornament of the query votes once in a bin, by its nearest keypoint."""
    words = question.words.ravel()
    octaves = (hit["size"].astype(np.int64) - words["size"][asked]) / float(SIZE_STEPS)
    near = np.flatnonzero(np.abs(octaves) < _OCTAVES_MAX)
    asked, key, hit, octaves, bits = asked[near], key[near], hit[near], octaves[near], bits[near]
    reading, steps = np.divmod(hit["turn"].astype(np.int64), TURNS)
    asked_reading, asked_steps = np.divmod(words["turn"][asked].astype(np.int64), TURNS)
    turn = np.where(reading >= 2, asked_steps - steps, steps - asked_steps) % TURNS
    size = ((octaves + _OCTAVES_MAX) * (_SIZE_BINS / (2 * _OCTAVES_MAX))).astype(np.int64)
    of_bin = ((reading ^ asked_reading) * _SIZE_BINS + size) * _TURN_BINS + turn * _TURN_BINS // TURNS
    ornament, weights = question.ornament[asked // question.words.shape[1]], _weights(question.part)
    keys, photo = np.unique(key, return_inverse=True)
    ornaments, steps_of_bits = int(question.ornament.max(initial=0)) + 1, len(weights)
    votes = np.sort(((photo * _BINS + of_bin) * ornaments + ornament) * steps_of_bits + bits)
    votes = votes[np.flatnonzero(np.diff(votes // steps_of_bits, prepend=-1))]
    value = weights[votes % steps_of_bits]
    place = votes // (steps_of_bits * ornaments)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    total = np.add.reduceat(value, starts) if len(starts) else value
    photo, of_bin = np.divmod(place[starts], _BINS)
    return _Totals(keys=keys, photo=photo, bin=of_bin, total=total)


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
