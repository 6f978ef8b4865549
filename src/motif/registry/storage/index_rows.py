"""The search index of a registry, in the tables ``photo_words`` and ``posting_lists`` of either engine.

It is written by the transaction that adds a photo, and follows from the fingerprints alone. Keys of photos
count up from 1 without a gap, so a range of keys is a segment. A full segment has posting lists; the few
photos after the last full segment are searched by the words in their own rows. Eight segments of one size
are merged into one of the next [1]_.

References
----------
.. [1] O'Neil, Cheng, Gawlick, O'Neil (1996). The log-structured merge-tree. Acta Informatica 33.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from motif.errors import MalformedFingerprintError, RegistryCorruptError, SchemaVersionError, SearchIndexError
from motif.fingerprint import Fingerprint
from motif.matching.cohort import Part
from motif.matching.inverted_index import ENTRY, HASH_BYTES, PARTS, IndexedPhoto, PhotoWords
from motif.matching.visual_words import CODEBOOK, WORD, WORDS, Words
from motif.messages import N_
from motif.normalize.fields import MOST_FIELDS
from motif.profiles import PROFILES, Profile
from motif.registry.storage.backend import Backend
from motif.registry.storage.schema import facts, fingerprints, photo_words, photos, posting_lists
from motif.registry.store import INDEX_HINT, RESTORE_HINT

SEGMENTS: Final = (8192, 1024, 128)
"""Photos in a segment: a photo's place in one fits into two bytes, and a list into a row."""

HASHES: Final = "hashes"
"""Lists beside those of tones and strokes: a photo and a pHash in each entry, a list for each field."""

_KINDS: Final = (*PARTS, HASHES)
_HASH_ENTRY: Final = np.dtype([("hash", "u1", HASH_BYTES), ("photo", "<u2")])
_DTYPES: Final = {"tones": ENTRY, "strokes": ENTRY, HASHES: _HASH_ENTRY}

_COLUMNS: Final = {"tones": "tones", "strokes": "strokes", HASHES: "phashes"}
"""Columns of ``photo_words`` that lists are made of."""

_TOTAL: Final = -1
"""Stands in place of a word; its list holds how many entries all lists of the segment have."""

_NOTE_KEY: Final = {"part": -1, "word": 0, "segment": 0}
_NOTE: Final = sa.and_(*(posting_lists.c[name] == value for name, value in _NOTE_KEY.items()))
"""The row that notes the codebook of all words and the last indexed photo. Without it, nobody would notice if
the last photos were removed."""
_NOTE_TOO_HIGH: Final = N_("the note of the last photo names one that does not exist")
_CODEBOOK_SHIFT: Final = 48
"""The note is the codebook's number, shifted by this many bits, plus the photo's key."""

_PAGE = 100
"""Photos that are indexed or verified at a time."""
_WORDS_READ = 256
"""Words whose lists are read at a time: at a hundred thousand photos, some ten megabytes."""
_WORDS_MERGED = 4096
_AT_ONCE = 8
"""Photos whose words are found together: as many as their numbers fit into a processor's cache."""
_PREPARED_MAX = 256
"""Photos whose words are remembered until they are added, some ten kilobytes each."""
_HASHED: Final = tuple(column.name for column in photo_words.columns if column.name != "digest")

Entries = npt.NDArray[np.void]


class SqlIndex:
    """The search index as one view sees it; see ``motif.matching.inverted_index.PostingSource``.

    Parameters
    ----------
    connection : Connection
    backend : Backend
    """

    def __init__(self, connection: sa.Connection, backend: Backend) -> None:
        self._connection, self._backend = connection, backend
        self._newest = _require_current(connection)
        self._segments = list(_full_segments(self._newest))
        self._phashes: tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]] | None = None

    def keys(self) -> Sequence[int]:
        return range(1, self._newest + 1)

    def lists(self, part: Part, words: Sequence[int]) -> Iterator[tuple[int, Sequence[tuple[int, bytes]]]]:
        for start in range(0, len(words), _WORDS_READ):
            yield from self._lists(part, words[start : start + _WORDS_READ])

    def _lists(self, kind: str, words: Sequence[int]) -> Iterator[tuple[int, list[tuple[int, bytes]]]]:
        first_of = {
            (_number(kind, level), segment): segment * SEGMENTS[level] + 1
            for level, segment in self._segments
        }
        if not first_of:
            return
        query = (
            "SELECT word, part, segment, entries FROM posting_lists"
            f" WHERE part IN {_among({number for number, _ in first_of})} AND word IN {_among(words)}"
        )
        rows = sorted(self._backend.read(self._connection, query), key=itemgetter(0))
        for word, group in groupby(rows, itemgetter(0)):
            known = ((first_of.get((part, segment)), data) for _, part, segment, data in group)
            yield word, [(first, data) for first, data in known if first is not None]

    def unlisted(self) -> Sequence[int]:
        return range(_last_listed(self._segments) + 1, self._newest + 1)

    def words(self, part: Part, keys: Collection[int]) -> PhotoWords:
        query = f"SELECT photo_key, {part} FROM photo_words WHERE photo_key IN {_among(keys)}"
        rows = self._backend.read(self._connection, query) if keys else []
        if len(rows) < len(keys):
            raise _missing_words()
        return PhotoWords.of({key: np.frombuffer(data, WORD) for key, data in sorted(rows)})

    def phashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        if self._phashes is None:
            keys, hashes = [np.zeros(0, np.int64)], [np.zeros((0, HASH_BYTES), np.uint8)]
            for _, lists in self._lists(HASHES, range(MOST_FIELDS)):
                for first, data in lists:
                    entries = np.frombuffer(data, _HASH_ENTRY)
                    keys.append(first + entries["photo"])
                    hashes.append(entries["hash"])
            for key, data in self._after_segments("phashes"):
                hashes.append(np.frombuffer(data, np.uint8).reshape(-1, HASH_BYTES))
                keys.append(np.full(len(hashes[-1]), key, np.int64))
            self._phashes = np.concatenate(keys), np.concatenate(hashes)
        return self._phashes

    def active(self, keys: Collection[int]) -> Collection[int]:
        if not keys:
            return ()
        query = (
            "SELECT p.key FROM photos p JOIN entries e ON e.number = p.entry_number"
            f" WHERE e.withdrawn_at IS NULL AND p.key IN {_among(keys)}"
        )
        return {key for (key,) in self._backend.read(self._connection, query)}

    def _after_segments(self, column: str) -> list[tuple[int, bytes]]:
        """Return a column of the photos that stand in no list yet."""
        after = _last_listed(self._segments)
        query = f"SELECT photo_key, {column} FROM photo_words WHERE photo_key > {after} ORDER BY photo_key"
        return self._backend.read(self._connection, query)


def index_photos(connection: sa.Connection, backend: Backend, encoded: Mapping[int, bytes]) -> None:
    """Add photos to the index, inside the transaction that adds them to the registry.

    Parameters
    ----------
    connection : Connection
    backend : Backend
    encoded : dict of int to bytes
        The photos' fingerprints by key; the keys follow the last indexed one without a gap.

    Raises
    ------
    SearchIndexError
        If there is a gap: the photos in it could never be found.
    """
    indexed = _newest_indexed(connection)
    if sorted(encoded) != list(range(indexed + 1, indexed + 1 + len(encoded))):
        raise _missing_words()
    profile = _profile(connection)
    rows = _rows(dict(sorted(encoded.items())), profile)
    backend.insert(connection, photo_words.name, list(rows.values()))
    last = indexed + len(rows)
    connection.execute(posting_lists.delete().where(_NOTE))
    note = CODEBOOK << _CODEBOOK_SHIFT | last
    connection.execute(posting_lists.insert(), _NOTE_KEY | {"entries": note.to_bytes(8)})
    if indexed // min(SEGMENTS) < last // min(SEGMENTS):
        _list_full_segments(connection, backend, last)


def is_current(connection: sa.Connection) -> bool:
    """Tell whether all photos are indexed, and all lists that there must be are there."""
    try:
        _require_current(connection)
    except SearchIndexError:
        return False
    return True


def can_go_on(connection: sa.Connection) -> bool:
    """Tell whether nothing that this version's codebook indexed has gone: more photos can be added."""
    try:
        _newest_sound(connection)
    except SearchIndexError:
        return False
    return _noted(connection)[0] == CODEBOOK


def clear(connection: sa.Connection) -> None:
    """Remove the whole index, in a writing transaction."""
    connection.execute(photo_words.delete())
    connection.execute(posting_lists.delete())


def index_pending(connection: sa.Connection, backend: Backend) -> int:
    """Add the next hundred photos that are not indexed, in a writing transaction; return how many."""
    indexed, profile = _newest_indexed(connection), _profile(connection)
    pending = _encoded(connection, fingerprints.c.photo_key > indexed, profile, limit=_PAGE)
    if pending:
        index_photos(connection, backend, pending)
    return len(pending)


def prepare(encoded: Sequence[bytes], profile_id: str) -> None:
    """Compute the words of encoded fingerprints that are about to be added, and remember them."""
    _indexed(encoded, PROFILES[profile_id])


def index_problems(
    connection: sa.Connection, backend: Backend, recomputes: Callable[[int], bool]
) -> Iterator[str]:
    """Yield what in the index does not follow from the fingerprints.

    Every row must have its digest, and posting lists must hold what the rows hold. Words are computed again
    only for some photos, because that takes as long as a check.

    Parameters
    ----------
    connection : Connection
    backend : Backend
    recomputes : callable, int -> bool
        Whether to compute the words of the photo with this key again.

    Yields
    ------
    str
    """
    indexed, registered = _newest_indexed(connection), set(connection.scalars(sa.select(photos.c.key)))
    if indexed and connection.execute(sa.select(posting_lists).where(_NOTE)).first() is None:
        yield "the note of the last photo is missing"
    if indexed > max(registered, default=0):
        yield _NOTE_TOO_HIGH
        indexed = 0  # a forged number may be too large to count up to
    segments = list(_full_segments(indexed))
    sums = _Sums()
    for key, row, problem in _checked_rows(connection, registered, recomputes):
        if problem:
            yield f"the words of photo {key} {problem}"
        if row is not None:
            sums.add_photo(row)
    for level, segment in segments:
        for kind in _KINDS:
            if not sums.fits(connection, backend, kind, level, segment):
                first = _keys_of(level, segment)[0]
                yield f"posting lists ({kind}) from photo {first} on do not follow from the words"
    expected = [_NOTE, *(_is_of(kind, level, segment) for level, segment in segments for kind in _KINDS)]
    unexpected = sa.select(posting_lists.c.word).where(~sa.or_(*expected)).limit(1)
    if connection.execute(unexpected).first() is not None:
        yield "there are posting lists of no photos"


def _checked_rows(
    connection: sa.Connection, registered: set[int], recomputes: Callable[[int], bool]
) -> Iterator[tuple[int, Mapping[str, Any] | None, str]]:
    """Yield all keys of photos, registered or indexed, with their row and what is wrong with it."""
    profile = _profile(connection)
    keys = sorted(registered.union(connection.scalars(sa.select(photo_words.c.photo_key))))
    for page in (keys[start : start + _PAGE] for start in range(0, len(keys), _PAGE)):
        query = sa.select(photo_words).where(photo_words.c.photo_key.in_(page))
        rows = {row.photo_key: row._asdict() for row in connection.execute(query)}
        encoded = _encoded(connection, fingerprints.c.photo_key.in_([*filter(recomputes, page)]), profile)
        recomputed = _rows(encoded, profile)
        for key in page:
            row, problem = rows.get(key), ""
            if row is None or key not in registered:
                problem = "are missing" if key in registered else "are of no photo"
            elif row["digest"] != _digest(row) or (
                key in recomputed and recomputed[key]["digest"] != row["digest"]
            ):
                problem = "do not follow from its fingerprint"
            yield key, row, problem


class _Sums:
    """Sums over the words of photos, which posting lists must have as well.

    Each word is folded with numbers drawn anew, so that nobody can forge lists of the same sum.
    """

    def __init__(self) -> None:
        self._factors = np.array([secrets.randbits(64) | 1 for _ in range(3)], np.uint64)
        self._of: dict[tuple[str, int], int] = {}

    def add_photo(self, row: Mapping[str, Any]) -> None:
        key = row["photo_key"]
        for kind in _KINDS:
            word, entries = _entries(kind, [row[_COLUMNS[kind]]])
            self._of[kind, key] = self._sum(word, entries, np.full(len(word), key, np.uint64))

    def fits(self, connection: sa.Connection, backend: Backend, kind: str, level: int, segment: int) -> bool:
        """Tell whether the lists of a segment have the words of its photos, and no others."""
        keys, listed, count = _keys_of(level, segment), 0, 0
        for lists in _stored_lists(connection, backend, kind, level, (segment, segment + 1)):
            lengths = [len(data) // _DTYPES[kind].itemsize for _, _, data in lists]
            word = np.repeat(np.array([word for word, _, _ in lists], np.int64), lengths)
            try:
                entries = np.frombuffer(b"".join([data for _, _, data in lists]), _DTYPES[kind])
            except ValueError:
                return False
            if len(entries) != len(word):
                return False
            listed += self._sum(word, entries, entries["photo"].astype(np.uint64) + np.uint64(keys[0]))
            count += len(entries)
        expected = sum(self._of.get((kind, key), 0) for key in keys)
        is_total = _is_of(kind, level, segment, _TOTAL)
        total = connection.scalar(sa.select(posting_lists.c.entries).where(is_total))
        return listed % 2**64 == expected % 2**64 and total == count.to_bytes(8, "little")

    def _sum(self, word: npt.NDArray[np.int64], entries: Entries, key: npt.NDArray[np.uint64]) -> int:
        fields = np.zeros((len(entries), 5), np.uint64)
        if entries.dtype == _HASH_ENTRY:
            fields[:, :4] = np.ascontiguousarray(entries["hash"]).view("<u8")
        else:
            fields[:, 0] = entries["signature"]
            fields[:, 1] = entries["size"].astype(np.uint64) << np.uint64(8) | entries["turn"]
        fields[:, 4] = word.astype(np.uint64) << np.uint64(32) | key
        mixed = np.zeros(len(entries), np.uint64)
        for column in fields.T:
            mixed = (mixed ^ column) * self._factors[0]
            mixed = (mixed ^ mixed >> np.uint64(29)) * self._factors[1]
        mixed = (mixed ^ mixed >> np.uint64(32)) * self._factors[2]
        return int(mixed.sum(dtype=np.uint64))


def _full_segments(newest: int) -> Iterator[tuple[int, int]]:
    """Yield level and number of the full segments of photos 1 to ``newest``: the largest first."""
    after = 0
    for level, size in enumerate(SEGMENTS):
        yield from ((level, segment) for segment in range(after // size, newest // size))
        after = newest // size * size


def _keys_of(level: int, segment: int) -> range:
    size = SEGMENTS[level]
    return range(segment * size + 1, (segment + 1) * size + 1)


def _number(kind: str, level: int) -> int:
    """Return the number under which lists of a kind are kept for segments of a size."""
    return _KINDS.index(kind) + len(_KINDS) * level


def _is_of(kind: str, level: int, segment: int, word: int | None = None) -> sa.ColumnElement[bool]:
    where = sa.and_(posting_lists.c.part == _number(kind, level), posting_lists.c.segment == segment)
    return where if word is None else sa.and_(where, posting_lists.c.word == word)


def _among(numbers: Collection[int]) -> str:
    return f"({','.join(str(int(number)) for number in numbers)})"


def _list_full_segments(connection: sa.Connection, backend: Backend, last: int) -> None:
    """Write the posting lists of full segments that have none; lists of smaller segments in them go."""
    for level, segment in _full_segments(last):
        for kind in _KINDS:
            _list_segment(connection, backend, kind, level, segment)


def _list_segment(connection: sa.Connection, backend: Backend, kind: str, level: int, segment: int) -> None:
    done = sa.select(sa.literal(1)).where(_is_of(kind, level, segment, _TOTAL))
    if connection.execute(done).first() is not None:
        return
    total = 0
    if level == len(SEGMENTS) - 1:
        of_rows = _of_rows(connection, backend, kind, segment)
        total = _insert_lists(connection, backend, (kind, level, segment), *of_rows)
    else:
        times = SEGMENTS[level] // SEGMENTS[level + 1]
        smaller = range(segment * times, (segment + 1) * times)
        for one in smaller:
            _list_segment(connection, backend, kind, level + 1, one)
        for lists in _stored_lists(connection, backend, kind, level + 1, (smaller.start, smaller.stop)):
            of_lists = _merged(lists, _DTYPES[kind], SEGMENTS[level + 1], smaller.start)
            total += _insert_lists(connection, backend, (kind, level, segment), *of_lists)
        for one in smaller:
            connection.execute(posting_lists.delete().where(_is_of(kind, level + 1, one)))
    key = {"part": _number(kind, level), "word": _TOTAL, "segment": segment}
    connection.execute(posting_lists.insert(), key | {"entries": total.to_bytes(8, "little")})


def _of_rows(
    connection: sa.Connection, backend: Backend, kind: str, segment: int
) -> tuple[npt.NDArray[np.int64], Entries]:
    """Return the words, rising, and entries of a segment's photos from their own rows."""
    keys = _keys_of(len(SEGMENTS) - 1, segment)
    query = (
        f"SELECT photo_key, {_COLUMNS[kind]} FROM photo_words"
        f" WHERE photo_key BETWEEN {keys[0]} AND {keys[-1]} ORDER BY photo_key"
    )
    word, entries = _entries(kind, [data for _, data in backend.read(connection, query)])
    order = np.argsort(word, kind="stable")
    return word[order], entries[order]


def _entries(kind: str, columns: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], Entries]:
    """Return what photos have, as entries of lists; a pHash's word is the number of its field."""
    if kind == HASHES:
        hashes = np.frombuffer(b"".join(columns), np.uint8).reshape(-1, HASH_BYTES)
        counts = [len(data) // HASH_BYTES for data in columns]
        entries = np.zeros(len(hashes), _HASH_ENTRY)
        entries["hash"] = hashes
        word = np.concatenate([np.zeros(0, np.int64), *map(np.arange, counts)])
    else:
        words: Words = np.frombuffer(b"".join(columns), WORD)
        counts = [len(data) // WORD.itemsize for data in columns]
        entries, word = words.astype(WORD).view(ENTRY), words["word"].astype(np.int64)
    entries["photo"] = np.repeat(np.arange(len(columns)), counts)
    return word, entries


def _merged(
    lists: Sequence[tuple[int, int, bytes]], kind: np.dtype[np.void], size: int, first: int
) -> tuple[npt.NDArray[np.int64], Entries]:
    """Join the lists of neighbouring segments, word by word; photos get their place in the larger one."""
    lengths = [len(data) // kind.itemsize for _, _, data in lists]
    entries = np.frombuffer(b"".join([data for _, _, data in lists]), kind).copy()
    entries["photo"] += np.repeat(np.array([(one - first) * size for _, one, _ in lists], "<u2"), lengths)
    return np.repeat(np.array([word for word, _, _ in lists], np.int64), lengths), entries


def _stored_lists(
    connection: sa.Connection, backend: Backend, kind: str, level: int, segments: tuple[int, int]
) -> Iterator[list[tuple[int, int, bytes]]]:
    """Yield word, segment and bytes of the lists of neighbouring segments, by words, some at a time."""
    for start in range(0, WORDS, _WORDS_MERGED):
        query = (
            f"SELECT word, segment, entries FROM posting_lists WHERE part = {_number(kind, level)}"
            f" AND word >= {start} AND word < {start + _WORDS_MERGED}"
            f" AND segment >= {segments[0]} AND segment < {segments[1]} ORDER BY word, segment"
        )
        yield backend.read(connection, query)


def _insert_lists(
    connection: sa.Connection,
    backend: Backend,
    of: tuple[str, int, int],
    word: npt.NDArray[np.int64],
    entries: Entries,
) -> int:
    """Write posting lists, given their entries in the order of words; return the number of entries."""
    kind, level, segment = of
    starts = np.flatnonzero(np.diff(word, prepend=-1))
    data, width = entries.tobytes(), entries.dtype.itemsize
    ends = [*(starts[1:] * width).tolist(), len(data)]
    part = _number(kind, level)
    rows = [
        {"part": part, "word": one, "segment": segment, "entries": data[start:end]}
        for one, start, end in zip(word[starts].tolist(), (starts * width).tolist(), ends, strict=False)
    ]
    if rows:
        backend.insert(connection, posting_lists.name, rows)
    return len(entries)


def _noted(connection: sa.Connection) -> tuple[int, int]:
    """Return the number of the codebook that indexed photos, and the key of the last one.

    Without its note, which ``index_problems`` reports, the index is taken to end with its last row.

    Raises
    ------
    SchemaVersionError
        If the codebook is a later one: this version's words have other meanings there.
    """
    note = connection.scalar(sa.select(posting_lists.c.entries).where(_NOTE))
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


def _newest_indexed(connection: sa.Connection) -> int:
    """Return the key of the last photo that this version's codebook indexed; 0 if it indexed none."""
    codebook, last = _noted(connection)
    return last if codebook == CODEBOOK else 0


def _newest_sound(connection: sa.Connection) -> int:
    """Return the key of the last indexed photo; refuse an index that lacks lists, or photos after them."""
    indexed = _newest_indexed(connection)
    if indexed > _last_photo(connection):
        raise SearchIndexError(_NOTE_TOO_HIGH, hint=INDEX_HINT)
    segments = list(_full_segments(indexed))
    query = sa.select(posting_lists.c.part, posting_lists.c.segment).where(
        posting_lists.c.part.in_(range(len(_KINDS) * len(SEGMENTS))), posting_lists.c.word == _TOTAL
    )
    listed = {(row.part, row.segment) for row in connection.execute(query)}
    if not {(_number(kind, level), segment) for level, segment in segments for kind in _KINDS} <= listed:
        raise SearchIndexError(N_("posting lists are damaged or missing"), hint=INDEX_HINT)
    after = _last_listed(segments)
    query = sa.select(photo_words.c.photo_key).where(photo_words.c.photo_key > after)
    if sorted(connection.scalars(query)) != list(range(after + 1, indexed + 1)):
        raise _missing_words()
    return indexed


def _require_current(connection: sa.Connection) -> int:
    """Return the key of the last photo; refuse an index that ends before it."""
    indexed = _newest_sound(connection)
    if indexed < _last_photo(connection):
        raise SearchIndexError(N_("the registry's search index lacks photos"), hint=INDEX_HINT)
    return indexed


def _last_photo(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(photos.c.key))) or 0)


def _last_listed(segments: Sequence[tuple[int, int]]) -> int:
    """Return the key of the last photo that stands in lists."""
    return max((_keys_of(level, segment)[-1] for level, segment in segments), default=0)


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


def _rows(encoded: Mapping[int, bytes], profile: Profile) -> dict[int, dict[str, Any]]:
    """Return the rows of ``photo_words`` that photos have, by their keys."""
    rows = {}
    for key, photo in zip(encoded, _indexed(list(encoded.values()), profile), strict=True):
        row: dict[str, Any] = {"photo_key": key, "phashes": photo.phashes}
        row |= {part: words.tobytes() for part, words in photo.words.items()}
        rows[key] = row | {"digest": _digest(row)}
    return rows


_prepared: OrderedDict[tuple[str, bytes], IndexedPhoto] = OrderedDict()
_lock = threading.Lock()


def _indexed(encoded: Sequence[bytes], profile: Profile) -> list[IndexedPhoto]:
    """Return the words of photos, as they were prepared or computed now."""
    keys = [(profile.id, hashlib.sha256(data).digest()) for data in encoded]
    with _lock:
        known = {key: _prepared[key] for key in keys if key in _prepared}
    unknown = {key: data for key, data in zip(keys, encoded, strict=True) if key not in known}
    known |= zip(unknown, _computed(list(unknown.values()), profile), strict=True)
    with _lock:
        _prepared.update(known)
        while len(_prepared) > _PREPARED_MAX:
            _prepared.popitem(last=False)
    return [known[key] for key in keys]


def _computed(encoded: Sequence[bytes], profile: Profile) -> Iterator[IndexedPhoto]:
    """Compute the words of photos; a damaged fingerprint, which ``verify`` reports, has none."""
    for start in range(0, len(encoded), _AT_ONCE):
        decoded = [_decoded(data) for data in encoded[start : start + _AT_ONCE]]
        sound = iter(IndexedPhoto.of_many([value for value in decoded if value is not None], profile))
        for value in decoded:
            yield IndexedPhoto.nothing() if value is None else next(sound)


def _decoded(data: bytes) -> Fingerprint | None:
    try:
        return Fingerprint.from_bytes(data)
    except MalformedFingerprintError:
        return None


def _digest(row: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of a whole row, so that a change of a single byte is noticed quickly."""
    digest = hashlib.sha256()
    for name in _HASHED:
        value = row[name] if isinstance(row[name], bytes) else str(row[name]).encode()
        digest.update(len(value).to_bytes(8) + value)
    return digest.digest()


def _missing_words() -> SearchIndexError:
    return SearchIndexError(N_("words of a photo are missing"), hint=INDEX_HINT)
