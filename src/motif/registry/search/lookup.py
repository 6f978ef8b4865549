"""Search among the registered photos: the store's index, and a memory of fingerprints."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice

from motif.errors import MalformedFingerprintError, MotifError, RegistryCorruptError, SearchIndexError
from motif.fingerprint import Fingerprint
from motif.matching.evidence import Evidence, SearchHit
from motif.matching.inverted_index import MemorySource
from motif.matching.search import same_file, search
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.records.ids import format_id
from motif.registry.results import Match
from motif.registry.store import INDEX_HINT, RESTORE_HINT, EntryReader, PhotoReference

_REMEMBERED = 500
"""Most decoded fingerprints kept in memory, about 90 KB each."""


class Lookup:
    """Finds the registered photos that a fingerprint may reuse; safe to use from several threads.

    The index lies in the store, so that a search sees what its view sees. What people decided about a match
    is for the caller to add.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._memory: OrderedDict[int, Fingerprint] = OrderedDict()
        self._lock = threading.Lock()

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
        load = partial(self._load, reader)
        with _damage_translated():
            hits = search(query, reader.index(), load, self._profile, limit=photo_limit)
        return _matches(reader, hits, query, limit=limit)

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
        source = MemorySource(self._profile, load(keys))
        hits = search(query, source, load, self._profile, limit=len(keys))
        return _matches(reader, hits, query, limit=len(keys), among=frozenset(keys))

    def _load(self, reader: EntryReader, keys: Collection[int]) -> dict[int, Fingerprint]:
        with self._lock:
            loaded = {key: self._memory[key] for key in keys if key in self._memory}
        loaded |= self._decode(reader, [key for key in keys if key not in loaded])
        with self._lock:
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
    hits: Iterable[SearchHit],
    query: Fingerprint,
    *,
    limit: int,
    among: frozenset[int] | None = None,
) -> tuple[Match, ...]:
    """Turn found photos into one match for each entry; the same file counts as certain."""
    evidence = {photo.key: photo.evidence for photo in hits if photo.evidence.basis != "none"}
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
        message = N_("the search index is malformed: {error}", error=error)
        raise SearchIndexError(message, hint=INDEX_HINT) from error


def _damaged(reference: PhotoReference | None, what: str) -> RegistryCorruptError:
    whose = (
        "a photo" if reference is None else f"photo {reference.photo.sha256} of {format_id(reference.number)}"
    )
    return RegistryCorruptError(
        N_("the fingerprint of {whose}: {what}", whose=whose, what=what), hint=RESTORE_HINT
    )
