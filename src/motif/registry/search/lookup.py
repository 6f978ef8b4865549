"""Search among the registered photos: an index that follows the store, and a memory of fingerprints."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice

from motif.errors import MalformedFingerprintError, MotifError, RegistryCorruptError
from motif.fingerprint import Fingerprint
from motif.matching.candidates import CandidateIndex
from motif.matching.evidence import Evidence, SearchHit
from motif.matching.inverted_index import InvertedIndex
from motif.matching.search import same_file, search
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.records.ids import format_id
from motif.registry.results import Match
from motif.registry.search.cache import IndexCache
from motif.registry.store import RESTORE_HINT, EntryReader, PhotoReference

_REMEMBERED = 500
"""Most decoded fingerprints kept in memory, about 90 KB each."""

_PAGE = 200
"""Fingerprints decoded at a time while the index is built."""

_WORTH_SAVING = 8
"""Fewer new photos than this are indexed faster than an index is written."""


class Lookup:
    """Finds the registered photos that a fingerprint may reuse; safe to use from several threads.

    The index is derived: whatever is on disk or in memory, each search first adds the photos that only the
    reader's view has, and drops those that it lacks. One thread at a time does so; searches run side by
    side. What people decided about a match is for the caller to add.

    Parameters
    ----------
    profile : Profile
    cache : IndexCache or None
        Where the index is kept between runs; None if it is not.
    """

    def __init__(self, profile: Profile, cache: IndexCache | None) -> None:
        self._profile = profile
        self._cache = cache
        self._index: CandidateIndex | None = None
        self._revision = 0
        self._unsaved = 0
        self._memory: OrderedDict[int, Fingerprint] = OrderedDict()
        self._lock = RWLock()
        self._memory_lock = threading.Lock()

    def find(self, reader: EntryReader, query: Fingerprint, *, limit: int) -> tuple[Match, ...]:
        """Search all active photos of a view.

        Parameters
        ----------
        reader : EntryReader
        query : Fingerprint
        limit : int
            Most entries returned.

        Returns
        -------
        tuple of Match
            One for each entry, closest first; ties in order of registration.
        """
        photo_limit = 4 * limit  # an entry may have several photos among the closest
        postings = reader.index()
        if postings is None:
            candidates = self._search_index(reader, query, photo_limit)
        else:
            with _damage_translated():
                index = InvertedIndex(postings, self._profile)
                candidates = search(query, index, partial(self._load, reader), limit=photo_limit)
        return _matches(reader, candidates, query, limit=limit)

    def find_among(self, reader: EntryReader, keys: Collection[int], query: Fingerprint) -> tuple[Match, ...]:
        """Search a few photos only, without the index: those that were added a moment ago.

        Parameters
        ----------
        reader : EntryReader
        keys : collection of int
            Of the photos.
        query : Fingerprint

        Returns
        -------
        tuple of Match
            As from ``find``, for active photos only.
        """
        if not keys:
            return ()
        load = partial(self._load, reader)
        index = CandidateIndex.of_few(load(keys), self._profile)
        candidates = search(query, index, load, limit=len(keys)) if len(index) else []
        return _matches(reader, candidates, query, limit=len(keys), among=frozenset(keys))

    def _search_index(self, reader: EntryReader, query: Fingerprint, limit: int) -> list[SearchHit]:
        """Search the index, which may be newer than the view: photos that the view lacks are not loaded."""
        while True:
            with self._lock.shared():
                index = self._index
                if index is not None and reader.revision() <= self._revision:
                    load = partial(self._load, reader)
                    return search(query, index, load, limit=limit) if len(index) else []
            with self._lock.alone():
                self._catch_up(reader)

    def save(self, reader: EntryReader) -> None:
        """Keep the index for the next run, if enough has changed since it was saved."""
        with self._lock.alone():
            self._save(reader)

    def _save(self, reader: EntryReader) -> None:
        index = self._index
        if index is None or self._cache is None or self._unsaved < max(_WORTH_SAVING, len(index) // 10):
            return
        self._cache.save(index, reader)
        self._unsaved = 0

    def _catch_up(self, reader: EntryReader) -> None:
        """Bring the index up to the reader's view; a view older than the index leaves it as it is."""
        try:
            self._apply_changes(reader)
        except BaseException:  # also Ctrl-C: an index with half a photo must not be kept
            self._index, self._revision = None, 0
            raise

    def _apply_changes(self, reader: EntryReader) -> None:
        if self._index is None:
            loaded = None if self._cache is None else self._cache.load(reader)
            self._index = CandidateIndex(self._profile) if loaded is None else loaded
        revision = reader.revision()
        if revision <= self._revision:
            return
        # The first time, all active photos are compared with the keys that were loaded.
        changes = reader.changes(self._revision)
        indexed = frozenset(self._index.keys())
        withdrawn = changes.withdrawn if self._revision else indexed.difference(changes.added)
        for key in withdrawn:
            self._index.discard(key)
            with self._memory_lock:
                self._memory.pop(key, None)
        added = sorted(set(changes.added) - indexed)
        for start in range(0, len(added), _PAGE):
            for key, fingerprint in self._decode(reader, added[start : start + _PAGE]).items():
                self._index.add(key, fingerprint)
        self._unsaved += len(added) + len(withdrawn)
        self._index.settle()
        self._revision = revision
        self._save(reader)

    def _load(self, reader: EntryReader, keys: Collection[int]) -> dict[int, Fingerprint]:
        with self._memory_lock:
            loaded = {key: self._memory[key] for key in keys if key in self._memory}
        loaded |= self._decode(reader, [key for key in keys if key not in loaded])
        with self._memory_lock:
            for key, fingerprint in loaded.items():
                self._memory[key] = fingerprint
                self._memory.move_to_end(key)
            while len(self._memory) > _REMEMBERED:
                self._memory.popitem(last=False)
        return loaded

    def _decode(self, reader: EntryReader, keys: Collection[int]) -> dict[int, Fingerprint]:
        stored = reader.fingerprints(keys, self._profile.id)
        for key, reference in (reader.active(keys) if len(stored) < len(keys) else {}).items():
            if key not in stored:
                raise _damaged(reference, "is missing")
        decoded = {}
        for key, data in stored.items():
            try:
                decoded[key] = Fingerprint.from_bytes(data)
            except MalformedFingerprintError as error:
                raise _damaged(reader.active([key]).get(key), str(error)) from error
        return decoded


def _matches(
    reader: EntryReader,
    candidates: Iterable[SearchHit],
    query: Fingerprint,
    *,
    limit: int,
    among: frozenset[int] | None = None,
) -> tuple[Match, ...]:
    """Turn found photos into one match for each entry; the same file counts as certain."""
    evidence = {photo.key: photo.evidence for photo in candidates if photo.evidence.basis != "none"}
    identical = {reference.key for reference in reader.photo_references(query.source_sha256)}
    for key in identical if among is None else identical & among:
        evidence[key] = _same_file(evidence.get(key), query)

    def rank(reference: PhotoReference) -> tuple[float, bool, int]:
        return -evidence[reference.key].score, reference.key not in identical, reference.key

    closest: dict[int, PhotoReference] = {}
    for reference in sorted(reader.active(evidence).values(), key=rank):
        closest.setdefault(reference.number, reference)
    closest = dict(islice(closest.items(), limit))
    entries = reader.entries_of(closest)
    return tuple(
        Match(entry=entries[number], photo=reference.photo, evidence=evidence[reference.key])
        for number, reference in closest.items()
    )


def _same_file(known: Evidence | None, query: Fingerprint) -> Evidence:
    if known is None:
        return same_file(query)
    return replace(known, score=1.0, verdict="conflict", basis="file", false_alarm_rate=None)


@contextmanager
def _damage_translated() -> Iterator[None]:
    """Turn errors that only a damaged or forged inverted index causes into one that says so."""
    try:
        yield
    except MotifError:
        raise
    except (ValueError, IndexError) as error:
        message = N_("the inverted index of the server is malformed: {error}", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def _damaged(reference: PhotoReference | None, what: str) -> RegistryCorruptError:
    whose = (
        "a photo" if reference is None else f"photo {reference.photo.sha256} of {format_id(reference.number)}"
    )
    return RegistryCorruptError(
        N_("the fingerprint of {whose}: {what}", whose=whose, what=what), hint=RESTORE_HINT
    )


class RWLock:
    """A lock held by many threads together, or by one alone, which goes before those that come later.

    A thread that holds it must not ask for it again: it would wait for itself.

    Examples
    --------
    >>> lock = RWLock()
    >>> with lock.shared():
    ...     pass
    >>> with lock.alone():
    ...     pass
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._waiting_writers = 0
        self._writing = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock together with others."""
        with self._changed:
            self._changed.wait_for(lambda: not self._writing and not self._waiting_writers)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock while nobody else does."""
        with self._changed:
            self._waiting_writers += 1
            try:
                self._changed.wait_for(lambda: not self._writing and not self._readers)
                self._writing = True
            finally:
                self._waiting_writers -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
