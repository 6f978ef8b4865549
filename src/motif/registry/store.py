"""The interface of a storage engine: a few operations on records, and no policy.

Whether a duplicate is refused or a withdrawn entry shown is decided by ``Registry``, so that engines cannot
disagree about it. One contract suite (tests/contract) runs against every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from motif.messages import N_
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.records.entry import Entry, EntryPhoto

if TYPE_CHECKING:
    from motif.matching.inverted_index import PostingSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened to the searchable photos after some revision.

    Parameters
    ----------
    revision : int
        The newest revision; the next call starts here.
    added : tuple of int
        Keys of photos added since, of active entries.
    withdrawn : tuple of int
        Keys of photos whose entry was withdrawn since.
    """

    revision: int
    added: tuple[int, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReference:
    """A registered photo.

    Parameters
    ----------
    key : int
        Of the photo, from 1.
    number : int
        Of its entry, from 1.
    photo : EntryPhoto
    """

    key: int
    number: int
    photo: EntryPhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that is added together with others.

    Parameters
    ----------
    title, note : str
    at : datetime
    photos : tuple of (EntryPhoto, bytes)
        Each with its fingerprint.
    """

    title: str
    note: str
    at: datetime
    photos: tuple[tuple[EntryPhoto, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One version of a record, as it is kept.

    Parameters
    ----------
    id, kind : str
    version : int
        From 1.
    body : str
        Canonical JSON; empty once the record was erased.
    """

    id: str
    kind: str
    version: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A signed checkpoint and, where there is one, its timestamp.

    Parameters
    ----------
    size : int
        Events of the log that it covers.
    note : str
        The signed note.
    timestamp_token : bytes or None
        The authority's answer, RFC 3161, DER.
    """

    size: int
    note: str
    timestamp_token: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEnd:
    """Where the log ended once, as a file says that lies beside the database or with the user's key.

    Parameters
    ----------
    file : str
        Name of the file.
    size : int
        Events in the log.
    root : str, 64 lower-case hex digits
        Of the tree over them.
    """

    file: str
    size: int
    root: str


class EntryReader(Protocol):
    """Entries and their photos, in one consistent view; what others write meanwhile stays unseen.

    ``number`` is an entry's number (see ``ids``), ``key`` a photo's; both start at 1 and are never
    used again. ``revision`` counts the writes. An entry is *active* unless it was withdrawn.
    """

    def revision(self) -> int:
        """Return the number of the newest write; 0 for a new registry."""

    def count(self) -> int:
        """Return how many entries are active."""

    def entry(self, number: int) -> Entry:
        """Return one entry, withdrawn or not; raise ``EntryNotFoundError``."""

    def entries_of(self, numbers: Collection[int]) -> dict[int, Entry]:
        """Return those of the entries that there are, withdrawn or not."""

    def entries(
        self, *, limit: int, after: int = 0, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        """Return entries in order of their number, from the first number above ``after``."""

    def photo_references(self, *sha256s: str) -> tuple[PhotoReference, ...]:
        """Return the photos, withdrawn or not, whose file has one of these SHA-256, oldest first."""

    def active(self, keys: Collection[int]) -> dict[int, PhotoReference]:
        """Return those of the photos whose entry is active."""

    def changes(self, since: int = 0) -> Changes:
        """Return what was added and withdrawn after a revision; after 0, all active photos."""

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        """Return encoded fingerprints; a photo without one of this profile is left out."""

    def index(self) -> PostingSource:
        """Return the search index; raise ``SearchIndexError`` if it lacks photos."""


class LogReader(Protocol):
    """The log and its signed checkpoints, in one consistent view."""

    def head(self) -> Frontier:
        """Return where the log ends."""

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Event]:
        """Yield the log's events from ``start`` to before ``end``."""

    def bodies(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield place and canonical JSON of the log's events, whatever they hold."""

    def leaves(self, size: int) -> list[bytes]:
        """Return the hashes of the log's first events."""

    def checkpoints(self) -> tuple[StoredCheckpoint, ...]:
        """Return the signed checkpoints, smallest log first."""


class RecordReader(Protocol):
    """Records about designs and people, in one consistent view."""

    def record(self, record_id: str, version: int | None = None) -> StoredRecord:
        """Return a record, by default in its newest version; raise ``EntryNotFoundError``."""

    def records(self, kind: str = "", *, about: str = "") -> tuple[StoredRecord, ...]:
        """Return the newest version of the records of a kind, of those that refer to ``about``."""

    def versions(self, record_id: str) -> tuple[StoredRecord, ...]:
        """Return all versions of a record, oldest first."""

    def blobs(self, sha256s: Collection[str]) -> dict[str, bytes]:
        """Return data that records name by SHA-256; what is missing or was erased is left out."""

    def newest(self, kind: str) -> int:
        """Return the number of the newest record of a kind; 0 if there is none.

        Parameters
        ----------
        kind : str, such as ``"decision"``
        """


class TableReader(Protocol):
    """The tables as they are, unchecked, for an audit only."""

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield a table's rows as they lie, unchecked; for comparing them with the log."""

    def row(self, table: str, key: Sequence[Any]) -> dict[str, Any] | None:
        """Return one row as it lies, by its primary key."""

    def problems(self) -> list[str]:
        """Return what the engine's own checks report as wrong."""

    def index_problems(self, recomputes: Callable[[int], bool]) -> Iterator[str]:
        """Yield what in the engine's search index does not follow from the fingerprints.

        A photo's part is computed again only if ``recomputes`` is true for its key: that takes as long as a
        check.
        """


class Reader(EntryReader, LogReader, RecordReader, TableReader, Protocol):
    """One consistent view of everything; functions that need less ask for one of its parts."""


class Writer(Reader, Protocol):
    """The only writer until it ends; its changes are committed as a whole or not at all."""

    def add_entry(self, *, title: str, note: str, at: datetime, similar_to: Collection[int]) -> int:
        """Add an entry without photos yet; return its number."""

    def add_photo(self, number: int, photo: EntryPhoto, fingerprint: bytes) -> int:
        """Add a photo, with its fingerprint, to an entry; return its key."""

    def add_entries(self, entries: Sequence[NewEntry]) -> range:
        """Add entries with their photos, which takes less time than one by one; return their numbers."""

    def withdraw(self, number: int, *, at: datetime, reason: str) -> None:
        """Mark an entry as withdrawn; nothing is deleted."""

    def append(
        self, kind: str, data: dict[str, Any], attachments: Mapping[str, bytes] | None = None
    ) -> Event:
        """Append an event to the log and apply it to the tables.

        ``attachments`` holds, by SHA-256, the data that the event names and does not contain.
        """

    def replay(self, page: Sequence[Event], attachments: Mapping[str, bytes]) -> None:
        """Append events of another registry as they are; raise ``ParameterError`` if one does not follow."""

    def set_copy_goal(self, goal: Frontier | None) -> None:
        """Mark the registry as a copy whose log must still reach ``goal``; None marks it as finished."""

    def next_number(self, kind: str) -> int:
        """Return the number that the next new record of a kind gets."""


class Store(Protocol):
    """An engine that keeps a registry's records.

    Attributes
    ----------
    registry_id : str
        Made once, when the registry was made.
    profile_id : str
        Whose fingerprints are searched; chosen when the registry was made.
    """

    @property
    def registry_id(self) -> str: ...

    @property
    def profile_id(self) -> str: ...

    def reading(self) -> AbstractContextManager[Reader]:
        """Open a consistent view; it never waits for a writer."""

    def writing(self, *, by: str = "") -> AbstractContextManager[Writer]:
        """Wait to be the one writer; commit durably at the end, or undo all on an exception.

        Parameters
        ----------
        by : str
            Who writes, for the log.

        Raises
        ------
        RegistryBusyError
            If another writer did not end in time.
        RegistryCorruptError
            If the log does not fit its checkpoints, or what is known of it; see ``require_sound``.
        """

    def together(self, *, by: str = "") -> AbstractContextManager[None]:
        """Make one step of all that this thread writes meanwhile: all of it is kept at the end, or nothing.

        Parameters
        ----------
        by : str
            Who writes, for the log.

        Raises
        ------
        RegistryBusyError, RegistryCorruptError
            As of ``writing``.
        """

    def prepare(self, fingerprints: Sequence[bytes]) -> None:
        """Compute what writing these fingerprints will need, so that other writers need not wait for it."""

    def require_index(self) -> None:
        """Build the search index again, and say so in a warning, if it is damaged or lacks photos.

        Raises
        ------
        SearchIndexError
            If it would have to be built, and nothing can be written.
        """

    def rebuild_index(self) -> int:
        """Build the search index from the fingerprints; return the number of photos."""

    def settle(self) -> None:
        """Bring the database's file up to date, as far as others allow it; call it outside a view."""

    def write_file_checksum(self) -> None:
        """Record the SHA-256 of the database file, if the engine keeps one."""

    def file_checksum_problem(self, reader: Reader) -> str | None:
        """Return how the database file differs from its checksum; None if it does not, or there is none.

        Empty if they cannot be compared, because the log has grown since.
        """

    def rollback_problem(self) -> str:
        """Return how what is known of the log contradicts it; empty if nothing does.

        Such as that it was longer: an older copy was put back. To be asked outside a view.
        """

    def require_sound(self, reader: LogReader) -> None:
        """Raise ``RegistryCorruptError`` unless log, checkpoints and what is known of the log fit together.

        ``writing`` asks it the first time; what only reads, and passes on what it has read, asks it too.
        """

    def accept_rollback(self, *, reason: str, by: str = "", known: KnownEnd | None = None) -> Event:
        """Go on with a log that was put back, and let the log tell; raise ``RegistryError`` if none was.

        ``known`` is an end of the log that is known from elsewhere.
        """

    def close(self) -> None:
        """Release connections; reading and writing raise ``RegistryError`` from now on."""


class OriginalStore(Protocol):
    """The untouched files, each under its SHA-256."""

    def put(self, sha256: str, data: bytes) -> None:
        """Store a file durably, unless it is stored already."""

    def get(self, sha256: str, *, size_bytes: int) -> bytes:
        """Return a file's bytes, verified; raise ``RegistryCorruptError``."""

    def unregistered_files(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the files that belong to no registered photo.

        Parameters
        ----------
        known : collection of str
            The SHA-256 of every registered photo.

        Yields
        ------
        name : str
        explanation : str
            How it can have come there harmlessly; empty if nothing explains it.
        """


RESTORE_HINT = N_("Keep a copy of the folder as it is, then restore it from a backup.")

INDEX_HINT = N_("The index follows from the fingerprints; build it again: motif registry reindex.")
