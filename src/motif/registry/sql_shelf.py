"""What a server keeps in order to search by itself: each photo's words, and for each word who has it.

All of it follows from the fingerprints, and is written in the transaction that brings them. Keys of photos
count up from 1 without a gap, so that photos fall into segments. Once a segment is full, lists say who of it
has which word; of the few photos after it the words themselves are read. Small segments make way for the
large one that they fill [1]_.

References
----------
.. [1] O'Neil, Cheng, Gawlick, O'Neil (1996). The log-structured merge-tree. Acta Informatica 33.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from motif.errors import RegistryCorruptError
from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.matching.cohort import Part
from motif.matching.shelf import HASH_BLOCKS, HASH_BYTES, HASH_WORDS, Bytes, Having, hash_blocks
from motif.matching.words import ITEM, WORDS
from motif.messages import N_
from motif.registry import postgres
from motif.registry.failures import RESTORE_HINT

SEGMENTS: Final = (4096, 256)
"""Photos of a large segment, and of a small one, of which some make a large one; places fit two bytes."""

PARTS: Final[dict[Part | None, int]] = {"tones": 0, "strokes": 1, None: 2}
"""As the lists of large segments number them; the last are blocks of pHashes."""

COUNTS: Final = -1
"""In the place of a word: how many words each photo of the segment has."""

_LISTS = (
    "SELECT part, segment, string_agg(photos, ''::bytea) FILTER (WHERE word = -1),"
    " coalesce(string_agg(photos, ''::bytea) FILTER (WHERE word >= 0), ''::bytea) FROM word_lists"
    " WHERE part = ANY(%(parts)s::int4[]) AND word = ANY(%(words)s::int4[])"
    " GROUP BY part, segment ORDER BY part, segment"
)
_FRESH = "SELECT photo_key, {column} FROM photo_words WHERE photo_key > %(after)s ORDER BY photo_key"
_STANDING = (
    "SELECT w.photo_key, w.{column} FROM photo_words w JOIN photos p ON p.key = w.photo_key"
    " JOIN entries e ON e.number = p.entry_number AND e.withdrawn_at IS NULL"
    " WHERE w.photo_key = ANY(%(keys)s::int4[])"
)


def number_of(part: Part | None, size: int) -> int:
    """Return the number under which lists of a part stand, for segments of one size."""
    return PARTS[part] + len(PARTS) * SEGMENTS.index(size)


class SqlShelf:
    """The photos of one view of a registry on a server; see ``motif.matching.shelf.Shelf``.

    Parameters
    ----------
    connection : Connection
    newest : int
        Key of the last photo; of all up to it there must be words.
    """

    def __init__(self, connection: sa.Connection, *, newest: int) -> None:
        self._connection = connection
        self._newest = newest

    def having(self, part: Part | None, words: Sequence[int]) -> Iterator[Having]:
        numbers = [number_of(part, size) for size in SEGMENTS]
        found = self._read(_LISTS, parts=numbers, words=[COUNTS, *words])
        after = 0
        for number, size in zip(numbers, SEGMENTS, strict=True):
            for segment, counts, data in (rest for one, *rest in found if one == number):
                if segment * size != after or len(counts or b"") != 2 * size:
                    raise RegistryCorruptError(N_("lists of words are damaged or missing"), hint=RESTORE_HINT)
                yield Having(
                    first_key=after + 1,
                    words_of_each=np.frombuffer(counts, "<u2"),
                    photos=np.frombuffer(data, "<u2"),
                )
                after += size
        yield self._fresh(part, words, after)

    def words(self, part: Part, keys: Sequence[int]) -> dict[int, bytes]:
        return dict(self._standing(f"{part}_words", keys))

    def descriptors(self, part: Part, keys: Sequence[int]) -> dict[int, Bytes]:
        rows = self._standing(f"{part}_descriptors", keys)
        return {key: np.frombuffer(data, np.uint8).reshape(-1, DESCRIPTOR_SIZE) for key, data in rows}

    def phashes(self, keys: Sequence[int]) -> dict[int, bytes]:
        return dict(self._standing("phash", keys))

    def _fresh(self, part: Part | None, words: Sequence[int], after: int) -> Having:
        """Look for words among the photos of no full segment."""
        column = "phash" if part is None else f"{part}_words"
        found = self._read(_FRESH.format(column=column), after=after)
        if [key for key, _ in found] != list(range(after + 1, self._newest + 1)):
            raise RegistryCorruptError(N_("words of a photo are missing"), hint=RESTORE_HINT)
        rows = [data for _, data in found]
        if part is None:
            blocks = hash_blocks(np.frombuffer(b"".join(rows), np.uint8).reshape(-1, HASH_BYTES))
            counts, every = np.full(len(blocks), HASH_BLOCKS), blocks.ravel()
        else:
            counts = np.array([len(data) for data in rows], np.int64) // ITEM.itemsize
            every = np.frombuffer(b"".join(rows), ITEM)["word"]
        sought = np.zeros(max(WORDS, HASH_WORDS), bool)
        sought[list(words)] = True
        hit = np.flatnonzero(sought[every])
        owner = np.repeat(np.arange(len(counts)), counts)[hit]
        pairs = np.sort(owner << 32 | every[hit].astype(np.int64))
        shared = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))] >> 32  # each word counts once
        return Having(first_key=after + 1, words_of_each=counts, photos=shared)

    def _standing(self, column: str, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        return self._read(_STANDING.format(column=column), keys=list(keys)) if len(keys) else []

    def _read(self, query: str, **values: Any) -> list[Any]:
        return postgres.read_rows(self._connection, query, values)
