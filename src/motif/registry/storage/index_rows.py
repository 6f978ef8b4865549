"""The search index of a database server, in the tables ``photo_words`` and ``posting_lists``.

Each process builds the index of a folder for itself; a server's index is written by the transaction that adds
a photo. It follows from the fingerprints alone. Keys of photos count up from 1 without a gap, so a range of
keys is a segment. A full segment has posting lists: for each visual word, the photos that have it. The few
photos after the last full segment are searched by the words in their own rows. The small segments that fill a
large one are replaced by it [1]_.

References
----------
.. [1] O'Neil, Cheng, Gawlick, O'Neil (1996). The log-structured merge-tree. Acta Informatica 33.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from motif.errors import MalformedFingerprintError, RegistryCorruptError, RegistryError, SchemaVersionError
from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.fingerprint import Fingerprint
from motif.matching.cohort import Part
from motif.matching.inverted_index import (
    HASH_BLOCKS,
    HASH_BYTES,
    HASH_WORDS,
    Bytes,
    IndexedPhoto,
    Postings,
    hash_blocks,
)
from motif.matching.visual_words import CODEBOOK, ITEM, WORDS, Words
from motif.messages import N_
from motif.profiles import PROFILES, Profile
from motif.registry.storage.postgres_rows import copy_rows, read_rows
from motif.registry.storage.schema import facts, fingerprints, photo_words, photos, posting_lists
from motif.registry.store import RESTORE_HINT

SEGMENTS: Final = (4096, 256)
"""Photos in a large and in a small segment. Several small ones make a large one, and a photo's place in its
segment fits into two bytes."""

PARTS: Final[dict[Part | None, int]] = {"tones": 0, "strokes": 1, None: 2}
"""Numbers of a fingerprint's parts in posting lists of large segments; None stands for blocks of pHashes."""

COUNTS: Final = -1
"""Stands in place of a word; its list holds how many words each photo of the segment has."""

_NOTE_KEY: Final = {"part": -1, "word": 0, "segment": 0}
_NOTE: Final = sa.and_(*(posting_lists.c[name] == value for name, value in _NOTE_KEY.items()))
"""The row that notes the codebook of all words and the last indexed photo. Without it, nobody would notice if
the last photos were removed."""
_NOTE_TOO_HIGH: Final = N_("the note of the last photo names one that does not exist")
_CODEBOOK_SHIFT: Final = 48
"""The note is the codebook's number, shifted by this many bits, plus the photo's key."""

_PAGE = 100
"""Photos that are indexed or verified at a time."""
_CACHED = 16
"""Fingerprints whose index rows are remembered."""
_HASHED: Final = tuple(column.name for column in photo_words.columns if column.name != "digest")

_POSTINGS = (
    "SELECT part, segment, string_agg(photos, ''::bytea) FILTER (WHERE word = -1),"
    " coalesce(string_agg(photos, ''::bytea) FILTER (WHERE word >= 0), ''::bytea) FROM posting_lists"
    " WHERE part = ANY(%(parts)s::int4[]) AND word = ANY(%(words)s::int4[])"
    " GROUP BY part, segment ORDER BY part, segment"
)
_UNLISTED = "SELECT photo_key, {column} FROM photo_words WHERE photo_key > %(after)s ORDER BY photo_key"
_ACTIVE = (
    "SELECT w.photo_key, w.{column} FROM photo_words w JOIN photos p ON p.key = w.photo_key"
    " JOIN entries e ON e.number = p.entry_number AND e.withdrawn_at IS NULL"
    " WHERE w.photo_key = ANY(%(keys)s::int4[])"
)


class SqlPostings:
    """The search index as one view sees it; see ``motif.matching.inverted_index.PostingSource``.

    Parameters
    ----------
    connection : Connection
    newest : int
        Key of the last photo; there must be words of all photos up to it.
    """

    def __init__(self, connection: sa.Connection, *, newest: int) -> None:
        self._connection = connection
        self._newest = newest

    def postings(self, part: Part | None, words: Sequence[int]) -> Iterator[Postings]:
        sizes = {_number_of(part, size): size for size in SEGMENTS}
        rows = self._read(_POSTINGS, parts=list(sizes), words=[COUNTS, *words])
        after = 0
        for number, size in sizes.items():
            for segment, counts, data in (row[1:] for row in rows if row[0] == number):
                if segment * size != after or len(counts or b"") != 2 * size:
                    raise RegistryCorruptError(N_("posting lists are damaged or missing"), hint=RESTORE_HINT)
                yield Postings(
                    first_key=after + 1,
                    words_of_each=np.frombuffer(counts, "<u2"),
                    photos=np.frombuffer(data, "<u2"),
                )
                after += size
        yield self._unlisted(part, words, after)

    def words(self, part: Part, keys: Sequence[int]) -> dict[int, bytes]:
        return dict(self._active(f"{part}_words", keys))

    def descriptors(self, part: Part, keys: Sequence[int]) -> dict[int, Bytes]:
        rows = self._active(f"{part}_descriptors", keys)
        return {key: np.frombuffer(data, np.uint8).reshape(-1, DESCRIPTOR_SIZE) for key, data in rows}

    def phashes(self, keys: Sequence[int]) -> dict[int, bytes]:
        return dict(self._active("phashes", keys))

    def _unlisted(self, part: Part | None, words: Sequence[int], after: int) -> Postings:
        """Return which photos after the last full segment have the words."""
        column = "phashes" if part is None else f"{part}_words"
        rows = self._read(_UNLISTED.format(column=column), after=after)
        if [key for key, _ in rows] != list(range(after + 1, self._newest + 1)):
            raise _missing_words()
        data = [value for _, value in rows]
        if part is None:
            blocks = hash_blocks(np.frombuffer(b"".join(data), np.uint8).reshape(-1, HASH_BYTES))
            fields_of_each = np.array([len(value) for value in data], np.int64) // HASH_BYTES
            counts, all_words = fields_of_each * HASH_BLOCKS, blocks.ravel()
        else:
            counts = np.array([len(value) for value in data], np.int64) // ITEM.itemsize
            all_words = np.frombuffer(b"".join(data), ITEM)["word"]
        is_sought = np.zeros(max(WORDS, HASH_WORDS), bool)
        is_sought[list(words)] = True
        hits = np.flatnonzero(is_sought[all_words])
        owners = np.repeat(np.arange(len(counts)), counts)[hits]
        pairs = np.sort(owners << 32 | all_words[hits].astype(np.int64))
        shared = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))] >> 32  # each word counts once
        return Postings(first_key=after + 1, words_of_each=counts, photos=shared)

    def _active(self, column: str, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        return self._read(_ACTIVE.format(column=column), keys=list(keys)) if len(keys) else []

    def _read(self, query: str, **values: Any) -> list[Any]:
        return read_rows(self._connection, query, values)


def index_photos(connection: sa.Connection, encoded: Mapping[int, bytes]) -> None:
    """Add photos to the index, inside the transaction that adds them to the registry.

    Parameters
    ----------
    connection : Connection
    encoded : dict of int to bytes
        The photos' fingerprints by key; the keys follow the last indexed one without a gap.

    Raises
    ------
    RegistryCorruptError
        If there is a gap: the photos in it could never be found.
    """
    indexed = _newest_indexed(connection)
    if sorted(encoded) != list(range(indexed + 1, indexed + 1 + len(encoded))):
        raise _missing_words()
    _write(connection, indexed, encoded, _profile(connection))


def index_pending(connection: sa.Connection) -> int:
    """Add the next hundred photos that this version's codebook has not indexed; in a writing transaction.

    Words of an earlier codebook are removed first. Returns how many photos were added; 0 if the index is up
    to date.
    """
    codebook, _ = _noted(connection)
    if codebook < CODEBOOK:
        connection.execute(photo_words.delete())
        connection.execute(posting_lists.delete())
    indexed, profile = _newest_indexed(connection), _profile(connection)
    pending = _encoded(connection, fingerprints.c.photo_key > indexed, profile, limit=_PAGE)
    if pending:
        _write(connection, indexed, pending, profile)
    return len(pending)


def is_current(connection: sa.Connection) -> bool:
    """Tell whether all photos are indexed."""
    return _newest_indexed(connection) == _last_photo(connection)


def require_current(connection: sa.Connection) -> int:
    """Return the key of the last photo; raise ``RegistryError`` if some photos are not indexed yet."""
    indexed, last = _newest_indexed(connection), _last_photo(connection)
    if indexed > last:
        raise RegistryCorruptError(_NOTE_TOO_HIGH, hint=RESTORE_HINT)
    if indexed < last:
        raise RegistryError(
            N_("the registry's search index is not up to date with this version"),
            hint=N_("Open it again with write permission, so that the index can be updated."),
        )
    return last


def index_problems(connection: sa.Connection, recomputes: Callable[[int], bool]) -> Iterator[str]:
    """Yield what in the index does not follow from the fingerprints.

    Every row must have its digest, and every posting list must follow from the words. Words are computed
    again only for some photos, because that takes as long as a check.

    Parameters
    ----------
    connection : Connection
    recomputes : callable, int -> bool
        Whether to compute the words of the photo with this key again.

    Yields
    ------
    str
    """
    profile, indexed = _profile(connection), _newest_indexed(connection)
    if indexed and connection.execute(sa.select(posting_lists).where(_NOTE)).first() is None:
        yield "the note of the last photo is missing"
    registered = set(connection.scalars(sa.select(photos.c.key)))
    if indexed > max(registered, default=0):
        yield _NOTE_TOO_HIGH
        indexed = 0  # a forged number may be too large to count up to
    keys = sorted(registered.union(connection.scalars(sa.select(photo_words.c.photo_key))))
    for page in (keys[start : start + _PAGE] for start in range(0, len(keys), _PAGE)):
        query = sa.select(photo_words).where(photo_words.c.photo_key.in_(page))
        rows = {row.photo_key: row for row in connection.execute(query)}
        keys_to_recompute = list(filter(recomputes, page))
        recomputed = _encoded(connection, fingerprints.c.photo_key.in_(keys_to_recompute), profile)
        for key in page:
            if key not in rows or key not in registered:
                yield f"the words of photo {key} are {'missing' if key in registered else 'of no photo'}"
            elif rows[key].digest != _digest(rows[key]._asdict()) or (
                key in recomputed and _row(key, recomputed[key], profile)["digest"] != rows[key].digest
            ):
                yield f"the words of photo {key} do not follow from its fingerprint"
    yield from _list_problems(connection, indexed)


def prepare(fingerprint: bytes, profile_id: str) -> None:
    """Compute the words of an encoded fingerprint that is about to be added, and remember them."""
    _indexed(fingerprint, PROFILES[profile_id])


def _number_of(part: Part | None, size: int) -> int:
    """Return the number of a part's posting lists in segments of a size."""
    return PARTS[part] + len(PARTS) * SEGMENTS.index(size)


def _newest_indexed(connection: sa.Connection) -> int:
    """Return the key of the last photo that this version's codebook indexed; 0 if it indexed none."""
    codebook, last = _noted(connection)
    return last if codebook == CODEBOOK else 0


def _write(connection: sa.Connection, indexed: int, pending: Mapping[int, bytes], profile: Profile) -> None:
    copy_rows(connection, photo_words, [_row(key, data, profile) for key, data in sorted(pending.items())])
    last = max(pending)
    connection.execute(posting_lists.delete().where(_NOTE))
    note = CODEBOOK << _CODEBOOK_SHIFT | last
    connection.execute(posting_lists.insert(), _NOTE_KEY | {"photos": note.to_bytes(8)})
    if indexed // min(SEGMENTS) < last // min(SEGMENTS):
        _list_full_segments(connection, last)


def _list_full_segments(connection: sa.Connection, last: int) -> None:
    """Write the posting lists of full segments, and delete those of small segments in a full large one."""
    after = 0
    for size in SEGMENTS:
        of_size = posting_lists.c.part.in_([_number_of(part, size) for part in PARTS])
        connection.execute(posting_lists.delete().where(of_size, posting_lists.c.segment < after // size))
        is_count = posting_lists.c.word == COUNTS
        listed = set(connection.scalars(sa.select(posting_lists.c.segment).where(of_size, is_count)))
        for segment in range(after // size, last // size):
            for part in PARTS if segment not in listed else ():
                copy_rows(connection, posting_lists, _lists(connection, segment, part, size))
        after = last // size * size


def _noted(connection: sa.Connection) -> tuple[int, int]:
    """Return the number of the codebook that indexed photos, and the key of the last one.

    Without its note, which ``index_problems`` reports, the index is taken to end with its last row.

    Raises
    ------
    SchemaVersionError
        If the codebook is a later one: this version's words have other meanings there.
    """
    note = connection.scalar(sa.select(posting_lists.c.photos).where(_NOTE))
    if note is None:
        last = connection.scalar(sa.select(sa.func.max(photo_words.c.photo_key)))
        return CODEBOOK, int(last or 0)
    codebook, last = divmod(int.from_bytes(note), 1 << _CODEBOOK_SHIFT)
    if codebook > CODEBOOK:
        message = N_(
            "the registry is searched by codebook {number}; this version knows up to {known}",
            number=codebook,
            known=CODEBOOK,
        )
        raise SchemaVersionError(message, hint=N_("Update motif; nothing was changed in the registry."))
    return codebook, last


def _last_photo(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(photos.c.key))) or 0)


def _list_problems(connection: sa.Connection, indexed: int) -> Iterator[str]:
    after, expected = 0, [_NOTE]
    for size in SEGMENTS:
        numbers = {_number_of(part, size): part for part in PARTS}
        full = range(after // size, indexed // size)
        for segment in full:
            for number, part in numbers.items():
                if _stored_lists(connection, segment, number) != _lists(connection, segment, part, size):
                    first = segment * size + 1
                    yield f"posting lists ({number}) from photo {first} on do not follow from the words"
        expected.append(posting_lists.c.part.in_(numbers) & posting_lists.c.segment.in_(full))
        after = indexed // size * size
    unexpected = sa.select(posting_lists.c.word).where(~sa.or_(*expected)).limit(1)
    if connection.execute(unexpected).first() is not None:
        yield "there are posting lists of no photos"


def _stored_lists(connection: sa.Connection, segment: int, number: int) -> list[dict[str, Any]]:
    query = sa.select(posting_lists).where(posting_lists.c.segment == segment, posting_lists.c.part == number)
    return [row._asdict() for row in connection.execute(query.order_by("word"))]


def _lists(connection: sa.Connection, segment: int, part: Part | None, size: int) -> list[dict[str, Any]]:
    """Compute the posting lists of one part of a full segment, in order of words."""
    column = photo_words.c.phashes if part is None else photo_words.c[f"{part}_words"]
    keys = photo_words.c.photo_key.between(segment * size + 1, (segment + 1) * size)
    data = connection.scalars(sa.select(column).where(keys).order_by("photo_key")).all()
    if part is None:
        words_of_photos = [
            hash_blocks(np.frombuffer(value, np.uint8).reshape(-1, HASH_BYTES)).ravel() for value in data
        ]
    else:
        words_of_photos = [Words.from_bytes(value).word.astype(np.int64) for value in data]
    counts = np.array([len(words) for words in words_of_photos], np.int64)
    pairs = np.unique(np.concatenate(words_of_photos) * size + np.repeat(np.arange(len(data)), counts))
    words, starts = np.unique(pairs // size, return_index=True)
    lists = np.split((pairs % size).astype("<u2"), starts)[1:]  # without words, there are no lists
    photos_of = {COUNTS: counts.astype("<u2")} | dict(zip(words.tolist(), lists, strict=True))
    return [
        {"part": _number_of(part, size), "word": word, "segment": segment, "photos": places.tobytes()}
        for word, places in photos_of.items()
    ]


def _encoded(
    connection: sa.Connection, where: sa.ColumnElement[bool], profile: Profile, *, limit: int | None = None
) -> dict[int, bytes]:
    """Return fingerprints by the key of their photo."""
    query = sa.select(fingerprints).where(where, fingerprints.c.profile_id == profile.id)
    rows = connection.execute(query.order_by(fingerprints.c.photo_key).limit(limit))
    return {row.photo_key: row.data for row in rows}


def _profile(connection: sa.Connection) -> Profile:
    profile_id = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "profile"))
    try:
        return PROFILES[str(profile_id)]
    except KeyError as error:
        message = N_("the registry's profile {error} is not known", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def _row(key: int, data: bytes, profile: Profile) -> dict[str, Any]:
    photo = _indexed(data, profile)
    row: dict[str, Any] = {"photo_key": key, "phashes": photo.phashes}
    for part in photo.words:
        row[f"{part}_words"] = photo.words[part].to_bytes()
        row[f"{part}_descriptors"] = photo.descriptors[part].tobytes()
    return row | {"digest": _digest(row)}


@lru_cache(maxsize=_CACHED)
def _indexed(data: bytes, profile: Profile) -> IndexedPhoto:
    """Compute a photo's words; a damaged fingerprint, which ``verify`` reports, has none."""
    try:
        return IndexedPhoto.of(Fingerprint.from_bytes(data), profile)
    except MalformedFingerprintError:
        return IndexedPhoto.nothing()


def _digest(row: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of a whole row, so that a change of a single byte is noticed quickly."""
    digest = hashlib.sha256()
    for name in _HASHED:
        value = row[name] if isinstance(row[name], bytes) else str(row[name]).encode()
        digest.update(len(value).to_bytes(8) + value)
    return digest.digest()


def _missing_words() -> RegistryCorruptError:
    return RegistryCorruptError(N_("words of a photo are missing"), hint=RESTORE_HINT)
