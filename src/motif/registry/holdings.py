"""A registry opened for reading: what it holds, entry by entry."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from motif.errors import EntryNotFoundError, ParameterError, RegistryError
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.book import Records
from motif.registry.cache import IndexCache
from motif.registry.ids import parse_id
from motif.registry.ledger import Ledger
from motif.registry.lookup import Lookup
from motif.registry.place import open_place
from motif.registry.records import Entry
from motif.registry.store import OriginalStore, Store
from motif.registry.text import clean_by

_log = logging.getLogger(__name__)

_PAGE = 200
_HEX = frozenset("0123456789abcdef")


class Holdings:
    """Opens a registry and gives what it holds; parameters as those of ``Registry``, which can more."""

    def __init__(
        self,
        store: Store,
        originals: OriginalStore,
        *,
        profile: Profile,
        cache_folder: Path | None,
        by: str = "",
    ) -> None:
        self.profile = profile
        self._store = store
        self._originals = originals
        cache = None if cache_folder is None else IndexCache(cache_folder, profile, store.registry_id)
        self._lookup = Lookup(profile, cache)
        self._closed = False
        self.ledger = Ledger(store, originals)
        self.records = Records(store, by=by)
        self.by = by

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = True,
        profile: Profile | None = None,
        busy_timeout_s: float = 60.0,
        by: str = "",
    ) -> Self:
        """Open a registry, or make it.

        A folder or a database in which nothing can be written is opened for reading.

        Parameters
        ----------
        path : path of a folder, or address of a database
            ``postgresql+psycopg://USER@HOST/DATABASE`` (extra ``postgres``); leave the password to
            ``~/.pgpass`` or ``PGPASSWORD``.
        create : bool
            Make the registry if there is none; otherwise that is an error.
        profile : Profile, optional
            Of a new registry, STANDARD_1 unless told. A registry keeps its profile for life, and naming
            another one here is an error.
        busy_timeout_s : float, seconds
            How long to wait for another process that writes.
        by : str
            Who works with it; stands in the ledger beside each change.

        Raises
        ------
        SchemaVersionError
            If a newer version, or another program, wrote it.
        RegistryError
            If there is none, or the path cannot hold one.
        """
        opened = open_place(path, create=create, profile=profile, busy_timeout_s=busy_timeout_s)
        return cls(
            opened.store,
            opened.originals,
            profile=opened.profile,
            cache_folder=opened.cache_folder,
            by=clean_by(by),
        )

    def close(self) -> None:
        """Keep the search index for the next time, and give back what is held; may be called twice."""
        if self._closed:
            return
        self._closed = True
        try:
            with self._store.reading() as reader:
                self._lookup.save(reader)
        except RegistryError as error:
            _log.warning("search index is not saved: %s", error)
        finally:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Count the entries that stand (are not withdrawn)."""
        with self._store.reading() as reader:
            return reader.count()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries that stand, in order; what is added meanwhile may be among them."""
        last = 0
        while True:
            with self._store.reading() as reader:
                page = reader.entries(after=last, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            last = parse_id(page[-1].id)

    def get(self, entry_id: str) -> Entry:
        """Return an entry, withdrawn or not.

        Parameters
        ----------
        entry_id : str
            Any case; dashes, spaces and leading zeros may be missing.

        Raises
        ------
        EntryNotFoundError
            If there is none; the hint tells a typing error from an id not given yet.
        """
        with self._store.reading() as reader:
            return reader.entry(parse_id(entry_id))

    def list(
        self, *, limit: int | None = None, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        """Return entries in order of registration, all of one moment.

        Parameters
        ----------
        limit : int or None
            Most entries returned; None for all.
        offset : int
            Entries left out at the start.
        include_withdrawn : bool
        """
        if offset < 0 or (limit is not None and limit < 0):
            raise ParameterError(
                N_("limit={limit}, offset={offset}; expected 0 or more", limit=limit, offset=offset)
            )
        with self._store.reading() as reader:
            most = 2**31 if limit is None else limit
            return reader.entries(limit=most, offset=offset, include_withdrawn=include_withdrawn)

    def holding(self, sha256: str) -> tuple[Entry, ...]:
        """Return the entries, withdrawn or not, that have this very file, oldest first."""
        with self._store.reading() as reader:
            numbers = dict.fromkeys(holder.number for holder in reader.holders(sha256))
            return tuple(reader.entry(number) for number in numbers)

    def has_file(self, sha256: str) -> bool:
        """Tell whether an entry, withdrawn or not, has this very file.

        Parameters
        ----------
        sha256 : str, 64 lower-case hex digits
        """
        with self._store.reading() as reader:
            return any(True for _ in reader.holders(sha256))

    def original(self, which: str) -> bytes:
        """Return the untouched file of a photo, verified against its SHA-256.

        Parameters
        ----------
        which : str
            An entry's id, for its first photo, or a photo's SHA-256.

        Raises
        ------
        EntryNotFoundError
            If nothing of the kind is registered.
        RegistryCorruptError
            If the file is missing or was changed.
        """
        if len(which) == 64 and _HEX.issuperset(which):
            with self._store.reading() as reader:
                photos = [holder.photo for holder in reader.holders(which)]
        else:
            photos = list(self.get(which).photos)
        if not photos:
            raise EntryNotFoundError(
                N_("no photo has the SHA-256 {which}", which=which), hint=N_("Give the id of an entry.")
            )
        return self._originals.get(photos[0].sha256, size_bytes=photos[0].size_bytes)
