"""Write what a server keeps in order to search by itself, and hold it against the fingerprints."""

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
from motif.registry.storage import postgres
from motif.registry.storage.schema import facts, fingerprints, photo_words, photos, word_lists
from motif.registry.store import RESTORE_HINT

_PAGE = 100
_REMEMBERED = 16
_NOTE_KEY: Final = {"part": -1, "word": 0, "segment": 0}
_NOTE: Final = sa.and_(*(word_lists.c[name] == value for name, value in _NOTE_KEY.items()))
"""The row that notes the last photo that was taken in: without it, nobody would miss the last ones."""
_CODEBOOK_SHIFT: Final = 48
"""Above the photo's key the note holds by which codebook its words were found, less one: notes from before
codebooks were counted are of the first."""

_HASHED: Final = tuple(column.name for column in photo_words.columns if column.name != "digest")


def take_in(connection: sa.Connection, brought: Mapping[int, bytes] | None = None) -> int:
    """Write what follows from fingerprints; inside a writing transaction.

    Parameters
    ----------
    connection : Connection
    brought : dict of key to bytes, optional
        Fingerprints that this transaction inserted, so that they need not be read again. Where an older
        version left photos before them, all are taken in; otherwise a hundred at most. Words of an earlier
        codebook are removed first.

    Returns
    -------
    int
        How many photos were taken in.
    """
    if _noted(connection)[0] < CODEBOOK:
        connection.execute(photo_words.delete())
        connection.execute(word_lists.delete())
    done, profile = newest(connection), _profile(connection)
    if brought and min(brought) == done + 1:
        return _write(connection, done, brought, profile)
    taken = _write(connection, done, _missing(connection, done, profile), profile)
    while brought and (waiting := _missing(connection, done := newest(connection), profile)):
        taken += _write(connection, done, waiting, profile)
    return taken


def _write(connection: sa.Connection, done: int, waiting: Mapping[int, bytes], profile: Profile) -> int:
    if not waiting:
        return 0
    rows = [_row(key, data, profile) for key, data in sorted(waiting.items())]
    postgres.copy_rows(connection, photo_words, rows)
    last = max(waiting)
    connection.execute(word_lists.delete().where(_NOTE))
    noted = (CODEBOOK - 1) << _CODEBOOK_SHIFT | last
    connection.execute(word_lists.insert(), _NOTE_KEY | {"photos": noted.to_bytes(8)})
    if done // min(SEGMENTS) < last // min(SEGMENTS):
        _list_full_segments(connection, last)
    return len(rows)


def _list_full_segments(connection: sa.Connection, last: int) -> None:
    """Write the lists of full segments that have none, and drop those of small ones in a full large one."""
    after = 0
    for size in SEGMENTS:
        of_size = word_lists.c.part.in_([number_of(part, size) for part in PARTS])
        connection.execute(word_lists.delete().where(of_size, word_lists.c.segment < after // size))
        done = word_lists.c.word == COUNTS
        there = set(connection.scalars(sa.select(word_lists.c.segment).where(of_size, done)))
        for segment in range(after // size, last // size):
            for part in PARTS if segment not in there else ():
                postgres.copy_rows(connection, word_lists, _lists(connection, segment, part, size))
        after = last // size * size


def newest(connection: sa.Connection) -> int:
    """Return the key of the last photo that was taken in; all before it were, by this codebook."""
    codebook, last = _noted(connection)
    return last if codebook == CODEBOOK else 0


def _noted(connection: sa.Connection) -> tuple[int, int]:
    """Return by which codebook photos were taken in, and the key of the last.

    Raises
    ------
    SchemaVersionError
        If the codebook is a later one: what this version would ask for or add means something else there.
    """
    noted = connection.scalar(sa.select(word_lists.c.photos).where(_NOTE))
    if noted is None:
        last = connection.scalar(sa.select(sa.func.max(photo_words.c.photo_key)))
        return CODEBOOK, int(last or 0)
    earlier, last = divmod(int.from_bytes(noted), 1 << _CODEBOOK_SHIFT)
    if earlier >= CODEBOOK:
        message = N_(
            "the registry is searched by codebook {number}; this version knows up to {known}",
            number=earlier + 1,
            known=CODEBOOK,
        )
        raise SchemaVersionError(message, hint=N_("Update motif; nothing was changed in the registry."))
    return earlier + 1, last


def is_level(connection: sa.Connection) -> bool:
    """Tell whether all photos were taken in."""
    return newest(connection) == _last_photo(connection)


def require_level(connection: sa.Connection) -> int:
    """Return the key of the last photo, which must have been taken in: else it could not be found."""
    done, last = newest(connection), _last_photo(connection)
    if done > last:
        message = N_("the note of the last photo names one that there is not")
        raise RegistryCorruptError(message, hint=RESTORE_HINT)
    if done < last:
        raise RegistryError(
            N_("the registry's photos are not ready for the search of this version"),
            hint=N_("Open it anew with write permission, so that it can be brought up to date."),
        )
    return last


def _last_photo(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(photos.c.key))) or 0)


def differences(connection: sa.Connection, looked_at: Callable[[int], bool]) -> Iterator[str]:
    """Say what is not as the fingerprints want it.

    Every row must have its digest, and every list follow from the words. Words are found again only for some
    photos, because that takes as long as a check.

    Parameters
    ----------
    connection : Connection
    looked_at : callable, key -> bool
        Whose words are found again.
    """
    profile, done = _profile(connection), newest(connection)
    if done and connection.execute(sa.select(word_lists).where(_NOTE)).first() is None:
        yield "the note of the last photo is missing"
    have = set(connection.scalars(sa.select(photos.c.key)))
    if done > max(have, default=0):
        yield "the note of the last photo names one that there is not"
        done = 0  # whatever was written into it, it is not counted up to
    keys = sorted(have.union(connection.scalars(sa.select(photo_words.c.photo_key))))
    for some in (keys[start : start + _PAGE] for start in range(0, len(keys), _PAGE)):
        query = sa.select(photo_words).where(photo_words.c.photo_key.in_(some))
        there = {row.photo_key: row for row in connection.execute(query)}
        wanted = _fingerprints(connection, [key for key in some if looked_at(key)], profile)
        for key in some:
            if key not in there or key not in have:
                yield f"the words of photo {key} are {'missing' if key in have else 'of no photo'}"
            elif bytes(there[key].digest) != _digest(dict(there[key]._mapping)) or (
                key in wanted and _row(key, wanted[key], profile)["digest"] != bytes(there[key].digest)
            ):
                yield f"the words of photo {key} do not follow from its fingerprint"
    yield from _lists_amiss(connection, done)


def _lists_amiss(connection: sa.Connection, done: int) -> Iterator[str]:
    after, expected = 0, [_NOTE]
    for size in SEGMENTS:
        numbers = {number_of(part, size): part for part in PARTS}
        of_size = word_lists.c.part.in_(numbers)
        stored = sa.select(sa.func.max(word_lists.c.segment)).where(of_size)
        full = range(after // size, done // size)
        if size < max(SEGMENTS):  # small ones after the last are read from the words, if they have no lists
            full = full[: max(0, (connection.scalar(stored) or 0) + 1 - full.start)]
        for segment in full:
            for number, part in numbers.items():
                if _stored(connection, segment, number) != _lists(connection, segment, part, size):
                    first = segment * size + 1
                    yield f"lists of words ({number}) of photos from {first} on do not follow from the words"
        expected.append(of_size & word_lists.c.segment.in_(full))
        after = done // size * size
    of_none = sa.select(word_lists.c.word).where(~sa.or_(*expected)).limit(1)
    if connection.execute(of_none).first() is not None:
        yield "there are lists of words of no photos"


def _stored(connection: sa.Connection, segment: int, number: int) -> list[dict[str, Any]]:
    query = sa.select(word_lists).where(word_lists.c.segment == segment, word_lists.c.part == number)
    return [
        dict(row._mapping) | {"photos": bytes(row.photos)}
        for row in connection.execute(query.order_by("word"))
    ]


def _fingerprints(connection: sa.Connection, keys: Sequence[int], profile: Profile) -> dict[int, bytes]:
    query = sa.select(fingerprints).where(
        fingerprints.c.photo_key.in_(keys), fingerprints.c.profile_id == profile.id
    )
    return {row.photo_key: bytes(row.data) for row in connection.execute(query)} if keys else {}


def _digest(row: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 over all of a row, so that a change of a single byte is seen at once."""
    made = hashlib.sha256()
    for name in _HASHED:
        value = row[name] if isinstance(row[name], bytes) else str(row[name]).encode()
        made.update(len(value).to_bytes(8) + value)
    return made.digest()


def _missing(connection: sa.Connection, done: int, profile: Profile) -> dict[int, bytes]:
    query = sa.select(fingerprints.c.photo_key, fingerprints.c.data).where(
        fingerprints.c.photo_key > done, fingerprints.c.profile_id == profile.id
    )
    rows = connection.execute(query.order_by(fingerprints.c.photo_key).limit(_PAGE))
    return {row.photo_key: bytes(row.data) for row in rows}


def _profile(connection: sa.Connection) -> Profile:
    name = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "profile"))
    try:
        return PROFILES[str(name)]
    except KeyError as error:
        message = N_("the registry's profile {error} is not known", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def prepare(fingerprint: bytes, profile_id: str) -> None:
    """Find the words of a fingerprint that is about to be written, and remember them."""
    _shelved(fingerprint, PROFILES[profile_id])


@lru_cache(maxsize=_REMEMBERED)
def _shelved(data: bytes, profile: Profile) -> IndexedPhoto:
    """Find a photo's words; a damaged fingerprint, which ``verify`` names, proposes nothing."""
    try:
        return IndexedPhoto.of(Fingerprint.from_bytes(data), profile)
    except MalformedFingerprintError:
        return IndexedPhoto.nothing()


def _row(key: int, data: bytes, profile: Profile) -> dict[str, Any]:
    made = _shelved(data, profile)
    row: dict[str, Any] = {"photo_key": key, "phash": made.phash}
    for part in made.words:
        row[f"{part}_words"] = made.words[part].to_bytes()
        row[f"{part}_descriptors"] = made.descriptors[part].tobytes()
    return row | {"digest": _digest(row)}


def _lists(connection: sa.Connection, segment: int, part: Part | None, size: int) -> list[dict[str, Any]]:
    """Make the lists of one part of a full segment, in order of words."""
    column = photo_words.c.phash if part is None else photo_words.c[f"{part}_words"]
    keys = photo_words.c.photo_key.between(segment * size + 1, (segment + 1) * size)
    data = [bytes(row[0]) for row in connection.execute(sa.select(column).where(keys).order_by("photo_key"))]
    if part is None:
        every = list(hash_blocks(np.frombuffer(b"".join(data), np.uint8).reshape(-1, HASH_BYTES)))
    else:
        every = [Words.from_bytes(one).word.astype(np.int64) for one in data]
    counts = np.array([len(one) for one in every], np.int64)
    pairs = np.unique(np.concatenate(every) * size + np.repeat(np.arange(len(data)), counts))
    words, starts = np.unique(pairs // size, return_index=True)
    lists = np.split((pairs % size).astype("<u2"), starts)[1:]  # none where no photo has a word
    found = {COUNTS: counts.astype("<u2")} | dict(zip(words.tolist(), lists, strict=True))
    return [
        {"part": number_of(part, size), "word": word, "segment": segment, "photos": one.tobytes()}
        for word, one in found.items()
    ]


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


class SqlPostings:
    """The photos of one view of a registry on a server; see ``motif.matching.inverted_index.PostingSource``.

    Parameters
    ----------
    connection : Connection
    newest : int
        Key of the last photo; of all up to it there must be words.
    """

    def __init__(self, connection: sa.Connection, *, newest: int) -> None:
        self._connection = connection
        self._newest = newest

    def postings(self, part: Part | None, words: Sequence[int]) -> Iterator[Postings]:
        numbers = [number_of(part, size) for size in SEGMENTS]
        found = self._read(_LISTS, parts=numbers, words=[COUNTS, *words])
        after = 0
        for number, size in zip(numbers, SEGMENTS, strict=True):
            for segment, counts, data in (rest for one, *rest in found if one == number):
                if segment * size != after or len(counts or b"") != 2 * size:
                    raise RegistryCorruptError(N_("lists of words are damaged or missing"), hint=RESTORE_HINT)
                yield Postings(
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

    def _fresh(self, part: Part | None, words: Sequence[int], after: int) -> Postings:
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
        return Postings(first_key=after + 1, words_of_each=counts, photos=shared)

    def _standing(self, column: str, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        return self._read(_STANDING.format(column=column), keys=list(keys)) if len(keys) else []

    def _read(self, query: str, **values: Any) -> list[Any]:
        return postgres.read_rows(self._connection, query, values)
