"""What an engine must be able to do: few verbs about records, and no policy.

Whether a duplicate is refused or a withdrawn entry shown is the ``Registry``'s business, so
engines cannot disagree about it. One contract suite (tests/contract) runs against every engine.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motif.registry.records import Entry, EntryPhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened to the searchable photos after some revision.

    Parameters
    ----------
    revision : int
        The newest revision; the next call starts here.
    added : tuple of int
        Keys of photos added since, of entries that stand.
    gone : tuple of int
        Keys of photos whose entry was withdrawn since.
    """

    revision: int
    added: tuple[int, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One photo in its place: its key, the number of its entry, and the record."""

    key: int
    number: int
    photo: EntryPhoto


class Reader(Protocol):
    """One consistent view of the registry; what others write meanwhile stays unseen.

    ``number`` is an entry's number (see ``ids``), ``key`` a photo's; both start at 1 and are never
    used again. ``revision`` counts the writes.
    """

    def revision(self) -> int:
        """Return the number of the newest write; 0 for a new registry."""
        ...

    def count(self) -> int:
        """Return how many entries stand (are not withdrawn)."""
        ...

    def entry(self, number: int) -> Entry:
        """Return one entry, withdrawn or not; raise ``EntryNotFoundError``."""
        ...

    def entries(
        self, *, limit: int, after: int = 0, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        """Return entries in order of their number, from the first number above ``after``."""
        ...

    def holders(self, sha256: str) -> tuple[Holder, ...]:
        """Return the photos, withdrawn or not, whose file has this SHA-256, oldest first."""
        ...

    def standing(self, keys: Collection[int]) -> dict[int, Holder]:
        """Return those of the photos whose entry stands."""
        ...

    def changes(self, since: int = 0) -> Changes:
        """Return what was added and withdrawn after a revision; after 0, all that stands."""
        ...

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        """Return encoded fingerprints; a photo without one of this profile is left out."""
        ...


class Writer(Reader, Protocol):
    """The one writer: nobody else writes until it ends; kept as a whole or not at all."""

    def add_entry(self, *, title: str, note: str, at: datetime, similar_to: Collection[int]) -> int:
        """Add an entry without photos yet; return its number."""
        ...

    def add_photo(self, number: int, photo: EntryPhoto, fingerprint: bytes) -> int:
        """Add a photo, with its fingerprint, to an entry; return its key."""
        ...

    def withdraw(self, number: int, *, at: datetime, reason: str) -> None:
        """Mark an entry as withdrawn; nothing is deleted."""
        ...


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
        ...

    def writing(self) -> AbstractContextManager[Writer]:
        """Wait to be the one writer; commit durably at the end, or undo all on an exception.

        Raises
        ------
        RegistryBusyError
            If another writer did not end in time.
        """
        ...

    def close(self) -> None:
        """Give back what is held; reading and writing raise ``RegistryError`` from now on."""
        ...
