"""Visual words: which of 16384 typical strokes a keypoint is, in any direction and dye, and how it differs.

A keypoint's word is the nearest of a fixed codebook, where the keypoint may also be taken mirrored, dark for
light, or both: one search finds all four readings. A word says little about a keypoint, but the words of
a photo say much about it [1]_. Beside the word stands a signature, a bit for each of 64 directions in which
the keypoint may lie from its word: where few bits differ, two keypoints of a word are alike [2]_.

All sums here are of whole numbers that float32 holds exactly, so that every machine finds the same words.

References
----------
.. [1] Sivic, Zisserman (2003). Video Google: a text retrieval approach to object matching in videos. ICCV.
.. [2] Jegou, Douze, Schmid (2008). Hamming embedding and weak geometric consistency for large
   scale image search. ECCV.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.features.keypoints import mirrored, negative
from motif.matching.views import UNIT, VIEWS, View, quantized

CENTERS: Final = 128
OF_CENTER: Final = 128
WORDS: Final = CENTERS * OF_CENTER
"""How many words there are: as many around each of the centers."""

AXES: Final = 64
"""On which descriptors are projected; also the bits of a signature."""

FILE: Final = "words.npz"

CODEBOOK: Final = 1
"""Counts up whenever ``FILE``, or how words are found by it, changes: words kept under another number are of
other strokes."""

TURNS: Final = 64
"""Steps of a direction in a full turn, as words are kept."""

_HALF_TURN = 32768
"""Of an angle in stored steps."""
_LEAST_PROBES, _WORDS_A_PROBE = 8, 4
"""How many centers are looked at: at least so many, and one more for every so many words."""
_LEVEL_BITS = 26
"""More than any product of places with centers or words has."""
_PLACE_STEP = np.float32(1 / 64)
_WORD_STEP = np.float32(63)
"""Brings a word's numbers to the length of places, 8000."""

WORD: Final = np.dtype([("signature", "<u8"), ("word", "<u2"), ("size", "u1"), ("turn", "u1")])
"""How a keypoint's word is kept: its size in 16ths of an octave above 1 px; in ``turn`` the reading (which of
the four views is nearest to its word) times 64, plus the direction in that view."""

Words = npt.NDArray[np.void]
"""Records of ``WORD``."""


def words_of(view: View, chosen: npt.NDArray[np.intp], *, alternatives: int = 1) -> Words:
    """Find the words of some of a photo's keypoints.

    Parameters
    ----------
    view : View
        The photo's plain view; the other readings of a keypoint follow from it.
    chosen : ndarray, int, shape (K,)
        Which keypoints, see ``distinct``.
    alternatives : int
        Words for each keypoint: one of a query may lie at a border between words, or between readings.

    Returns
    -------
    ndarray of WORD, shape (K, alternatives)
        The nearest first.

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> from motif.matching.views import query_views
    >>> blots = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> views = query_views(fingerprint(blots).main)
    >>> plain, mirrored = (words_of(views[reading], np.arange(9)) for reading in (0, 2))
    >>> bool((plain["word"] == mirrored["word"]).all())
    True
    """
    count = len(chosen)
    found = np.zeros((count, alternatives), WORD)
    if not count:
        return found
    places = _project_readings(view.descriptors[chosen])
    rough = (places @ _codebook().centers.T).reshape(count, VIEWS * CENTERS)
    probes = max(_LEAST_PROBES, alternatives // _WORDS_A_PROBE)
    reading, center = np.divmod(_largest(rough, probes), CENTERS)
    keypoint = np.arange(count)[:, None]
    row = keypoint * VIEWS + reading
    probe, of_center = _nearest_words(places.take(row, axis=0), center, alternatives)
    row, reading, center = row[keypoint, probe], reading[keypoint, probe], center[keypoint, probe]
    word = center * OF_CENTER + of_center
    found["signature"] = _signatures(places, row, word)
    found["word"] = word
    size, angle = quantized(view.log2_size[chosen], view.angle_rad[chosen])
    found["size"] = size[:, None]
    steps = angle[:, None].astype(np.int64)
    steps = np.where(reading >= 2, _HALF_TURN - steps, steps) + _HALF_TURN * (reading % 2)
    found["turn"] = reading * TURNS + steps % (2 * _HALF_TURN) * TURNS // (2 * _HALF_TURN)
    return found


def _signatures(
    places: Floats, row: npt.NDArray[np.intp], word: npt.NDArray[np.intp]
) -> npt.NDArray[np.uint64]:
    """Return the signatures of words: on which side of them keypoints lie, in 64 directions.

    Parameters
    ----------
    places : ndarray, float32, shape (N, AXES)
    row, word : ndarray, int, shape (K, alternatives)
        Which of the places, and which word.

    Returns
    -------
    ndarray, uint64, shape (K, alternatives)
    """
    if row.shape[1] == 1:
        turned = places.take(row, axis=0) @ _hadamard()
    else:
        turned = (places @ _hadamard()).take(row, axis=0)
    apart = turned > _words_turned().take(word, axis=0)
    return np.packbits(apart, axis=-1, bitorder="little").view("<u8")[..., 0]


def _nearest_words(
    places: Floats, center: npt.NDArray[np.intp], alternatives: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the nearest words of keypoints, nearest first: around which of their centers, and which there.

    Parameters
    ----------
    places : ndarray, float32, shape (K, P, AXES)
    center : ndarray, int, shape (K, P)
        P centers to look around, for each keypoint.
    alternatives : int

    Returns
    -------
    probe, of_center : ndarray, int, shape (K, alternatives)
    """
    count, probes = center.shape
    order = np.argsort(center, axis=None, kind="stable")
    ends = np.searchsorted(center.ravel()[order], np.arange(CENTERS + 1))
    near, words = places.reshape(-1, AXES)[order], _codebook().words
    alone = alternatives == 1  # then the best around each center is enough
    levels = np.zeros((count * probes, 1 if alone else OF_CENTER), np.float32)
    best_there = np.zeros(count * probes, np.intp)
    for one in np.flatnonzero(np.diff(ends)):
        of_one = slice(ends[one], ends[one + 1])
        there = near[of_one] @ words[one].T
        if alone:
            best_there[order[of_one]] = best = there.argmax(axis=1)
            there = there[np.arange(len(there)), best][:, None]
        levels[order[of_one]] = there
    best = _largest(levels.reshape(count, -1), alternatives)
    if alone:
        return best, best_there.reshape(count, probes)[np.arange(count)[:, None], best]
    probe, of_center = np.divmod(best, OF_CENTER)
    return probe, of_center


def project(descriptors: Floats) -> Floats:
    """Project descriptors on the codebook's axes.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length

    Returns
    -------
    ndarray, float32, shape (N, 64), whole numbers, -8000..8000
    """
    return np.asarray(np.rint(descriptors @ _codebook().axes))


def _project_readings(descriptors: Floats) -> Floats:
    """Project the four readings of descriptors, those of one after those of another.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length

    Returns
    -------
    ndarray, float32, shape (4 * N, 64), whole numbers, -8000..8000
    """
    return np.asarray(np.rint(descriptors @ _axes_of_readings())).reshape(-1, AXES)


def nearest_centers(places: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the centers nearest to what ``project`` returned, nearest first.

    Parameters
    ----------
    places : ndarray, float32, shape (N, 64)
    count : int

    Returns
    -------
    ndarray, int, shape (N, count), range 0..CENTERS-1
    """
    return _largest(places @ _codebook().centers.T, count)


def _largest(values: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return where the largest whole numbers of each row stand, largest first; of equals the first."""
    if count == 1:
        return np.asarray(values.argmax(axis=1)[:, None])
    height, width = values.shape
    least = np.partition(values, width - count, axis=1)[:, width - count, None]
    place = np.flatnonzero(values >= least)
    row = place // width
    levels = values.ravel()[place].astype(np.int64)
    ranked = np.sort(((row << _LEVEL_BITS) - levels) * width + place % width)
    starts = np.searchsorted(row, np.arange(height))
    return np.asarray(ranked[starts[:, None] + np.arange(count)] % width)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Codebook:
    """Whole numbers, as float32, of shapes (128, AXES), (CENTERS, AXES), (CENTERS, OF_CENTER, AXES).

    Axes are scaled by a power of two, from descriptors of unit length to places.
    """

    axes: Floats
    centers: Floats
    words: Floats


@cache
def _codebook() -> _Codebook:
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        axes, centers, words = (stored[name].astype(np.float32) for name in ("axes", "centers", "words"))
    axes *= _PLACE_STEP / UNIT
    return _Codebook(axes=axes, centers=centers, words=words.reshape(CENTERS, OF_CENTER, AXES))


@cache
def _axes_of_readings() -> Floats:
    """Return the axes as the four readings of a descriptor meet them, beside each other.

    A reading is a permutation of the descriptor that is its own inverse: the axes may be permuted instead.
    """
    axes = _codebook().axes.T
    readings = (axes, negative(axes), mirrored(axes), mirrored(negative(axes)))
    return np.ascontiguousarray(np.concatenate(readings).T)


@cache
def _words_turned() -> Floats:
    """Return the words, of the length of places, along 64 directions at right angles to each other."""
    return np.asarray(_codebook().words.reshape(WORDS, AXES) * _WORD_STEP @ _hadamard())


@cache
def _hadamard() -> npt.NDArray[Any]:
    """Return 64 directions at right angles to each other."""
    matrix = np.ones((1, 1), np.float32)
    while len(matrix) < AXES:
        matrix = np.kron(np.array([[1, 1], [1, -1]], np.float32), matrix)
    return matrix
