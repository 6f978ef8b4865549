"""Visual words: which of 8192 typical strokes a photo has, in any direction and dye.

A keypoint's word is the nearest of a fixed codebook, where the keypoint may also be taken mirrored, dark for
light, or both: one search finds all four readings. A word says little about a keypoint, but the words of
a photo say much about it [1]_; they propose the few photos whose keypoints are then compared one by one.

All sums here are of whole numbers that float32 holds exactly, so that every machine finds the same words.

References
----------
.. [1] Sivic, Zisserman (2003). Video Google: a text retrieval approach to object matching in videos. ICCV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

import faiss
import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.views import UNIT, VIEWS, View, quantized

WORDS: Final = 8192
"""How many words there are."""

FILE: Final = "words.npz"

CODEBOOK: Final = 1
"""Counts up whenever ``FILE``, or how words are found by it, changes: words kept under another number are of
other strokes."""

_PROBES = 4
_PLACE_STEP = np.float32(1 / 64)

ITEM: Final = np.dtype([("word", "<u2"), ("reading", "u1"), ("size", "u1"), ("angle", "<u2")])
"""How a word is kept."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """The words of a photo's keypoints, one keypoint for each ornament.

    Parameters
    ----------
    word : ndarray, uint16, shape (K,), range 0 to WORDS - 1; of a query (K, A), nearest first
    reading : ndarray, uint8, shape (K,)
        In which of the four views (see ``query_views``) the keypoint is nearest to its word.
    size : ndarray, uint8, shape (K,), 16ths of an octave above 1 px
    angle : ndarray, uint16, shape (K,), 65536ths of a turn
        In that view.
    """

    word: npt.NDArray[np.uint16]
    reading: npt.NDArray[np.uint8]
    size: npt.NDArray[np.uint8]
    angle: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.size)

    def plain_angle(self) -> npt.NDArray[np.uint16]:
        """Return the angles in the plain view, 65536ths of a turn."""
        angle = self.angle.astype(np.int64) - 32768 * (self.reading.astype(np.int64) & 1)
        return (np.where(self.reading >= 2, 32768 - angle, angle) % 65536).astype(np.uint16)

    def to_bytes(self) -> bytes:
        """Return the words of a photo as records of 6 bytes, in the order of ``ITEM``."""
        items = np.zeros(len(self), ITEM)
        for name in ITEM.names or ():
            items[name] = getattr(self, name)
        return items.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Words:
        """Read what ``to_bytes`` wrote, of one photo or several; raise ``ValueError`` on anything else."""
        items = np.frombuffer(data, ITEM)
        words = cls(**{name: items[name] for name in ITEM.names or ()})
        if words.word.max(initial=0) >= WORDS or words.reading.max(initial=0) >= VIEWS:
            raise ValueError("word or reading out of range")
        return words


def words_of(views: Sequence[View], chosen: npt.NDArray[np.intp], *, alternatives: int = 0) -> Words:
    """Find the words of some of a photo's keypoints.

    Parameters
    ----------
    views : the photo's four views
    chosen : ndarray, int, shape (K,)
        Which keypoints, see ``distinct``.
    alternatives : int
        If given, the number of words for each keypoint: a query keypoint may lie at a border between words.

    Examples
    --------
    >>> from motif.fingerprint import fingerprint
    >>> from motif.matching.views import query_views
    >>> blots = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> views = query_views(fingerprint(blots).main)
    >>> plain, flipped = (words_of(order, np.arange(9)) for order in (views, views[::-1]))
    >>> bool((plain.word == flipped.word).all())
    True
    """
    if not len(chosen):
        none = Words.from_bytes(b"")
        return replace(none, word=np.zeros((0, alternatives), np.uint16)) if alternatives else none
    codebook = _codebook()
    places = np.concatenate([view.descriptors[chosen] for view in views]) / UNIT @ codebook.axes
    results = codebook.engine.search(np.rint(places * _PLACE_STEP), max(1, alternatives))
    similarity, nearest = (result.reshape(len(views), len(chosen), -1) for result in results)
    reading, keypoint = similarity[:, :, 0].argmax(0), np.arange(len(chosen))
    word = nearest[reading, keypoint].astype(np.uint16)
    size, angle = quantized(views[0].log2_size[chosen], np.stack([v.angle_rad[chosen] for v in views]))
    return Words(
        word=word if alternatives else word[:, 0],
        reading=reading.astype(np.uint8),
        size=size,
        angle=angle[reading, keypoint],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Codebook:
    """The words, and the search for the nearest.

    Parameters
    ----------
    axes : ndarray, float32, shape (128, D), whole numbers
        On which descriptors are projected.
    engine : faiss index
        Inverted lists around given centers: nothing is trained here.
    """

    axes: Floats
    engine: Any


@cache
def _codebook() -> _Codebook:
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        axes, centers, words = (stored[name].astype(np.float32) for name in ("axes", "centers", "words"))
    around = faiss.IndexFlatIP(words.shape[1])
    around.add(centers)
    engine = faiss.IndexIVFFlat(around, words.shape[1], len(centers), faiss.METRIC_INNER_PRODUCT)
    engine.is_trained = True
    engine.add(words)
    engine.nprobe = _PROBES
    return _Codebook(axes=axes, engine=engine)
