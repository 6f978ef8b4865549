"""The registry: where fingerprints, search and storage meet, and the rules between them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from motif.errors import (
    EntryNotFoundError,
    MotifError,
    ParameterError,
    RegistryError,
)
from motif.messages import N_
from motif.profiles import Profile
from motif.registry import decisions, priority
from motif.registry.audit.ledger import Ledger
from motif.registry.catalogue import Records
from motif.registry.records.decision import Alert, Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.ids import LETTERS, format_record_id, parse_id, parse_record_id
from motif.registry.records.text import clean_by, clean_note
from motif.registry.records.traits import Traits
from motif.registry.results import CheckResult
from motif.registry.search.traits import measure_traits
from motif.registry.storage.opening import open_place
from motif.registry.store import OriginalStore, Store

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.photo.photo import Photo
    from motif.photo.source import PhotoSource
    from motif.registry.admission import Admission
    from motif.registry.submission import Submission
    from motif.workers.limits import Limits

_log = logging.getLogger(__name__)

_PAGE = 200
"""Entries read at a time while a registry is walked."""

_HEX = frozenset("0123456789abcdef")


class Registry:
    """Registered designs: their photos, kept untouched, and the search among them.

    Open one with ``Registry.open``. Several processes may use the same registry at the same time;
    each opens it for itself, also after a fork. Within a process, threads may share one.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    profile : Profile
        The store's.
    cache_folder : Path or None
        For what can be made anew at any time; None where nothing is kept on this machine.
    by : str
        Who works with it; recorded in the ledger with each change.

    Attributes
    ----------
    ledger : Ledger
        The log of all changes, with its proofs.
    records : Records
        Designs, cloths, photos, people, filings and judgements.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from motif.profiles import CHEAPEST_1
    >>> spots = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> with Registry.open(tempfile.mkdtemp(), profile=CHEAPEST_1) as registry:
    ...     registry.register(spots, title="Kembang Turi").id
    ...     registry.check(spots).verdict
    ...     registry.check(spots).matches[0].entry.title
    'M-000001-3'
    'conflict'
    'Kembang Turi'
    """

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
        self._cache_folder = cache_folder
        self._admission: Admission | None = None
        self._admission_lock = threading.Lock()
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
            Of a new registry; by default STANDARD_1. A registry keeps its profile for life, and naming
            another one here is an error.
        busy_timeout_s : float, seconds
            How long to wait for another process that writes.
        by : str
            Who works with it; recorded in the ledger with each change.

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
            if self._admission is not None:
                with self._store.reading() as reader:
                    self._admission.lookup.save(reader)
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

    def register(
        self,
        photo: Photo | PhotoSource,
        *,
        title: str,
        note: str = "",
        allow_duplicate: bool = False,
        computed: Fingerprint | None = None,
    ) -> Entry:
        """Register a design, unless it is registered already; one atomic step, also among processes.

        Parameters
        ----------
        photo : Photo, path, bytes or ndarray
            Its file is kept untouched; pixels are kept as PNG.
        title : str, 1 to 200 characters in any script
        note : str, at most 10 000 characters
        allow_duplicate : bool
            Register also where an earlier entry is judged "conflict".
        computed : Fingerprint, optional
            Of this photo, where it is at hand already; computed here unless given.

        Returns
        -------
        Entry
            Durably kept when this returns. ``similar_to`` names the entries judged "review", and
            "conflict" where that was allowed.

        Raises
        ------
        DuplicateMotifError
            If the design conflicts with an active entry; names it.
        PhotoError
            If the photo cannot be used.
        ParameterError
            If title or note cannot be kept, or the fingerprint is of another photo or profile.
        """
        from motif.registry.submission import Submission

        item = Submission(photo=photo, title=title, note=note)
        return self._searching().add(item, allow_duplicate=allow_duplicate, computed=computed)

    def register_many(
        self,
        items: Iterable[Submission | tuple[Photo | PhotoSource, str]],
        *,
        jobs: int = 1,
        allow_duplicate: bool = False,
        limits: Limits | None = None,
    ) -> Generator[Entry | MotifError, None, None]:
        """Register many designs, one after the other, with fingerprints computed ahead.

        Parameters
        ----------
        items : iterable of Submission or (photo, title)
            Drawn as needed, a few ahead.
        jobs : int, worker processes
            1 computes in this process. A script that asks for more must do so under
            ``if __name__ == "__main__":``.
        allow_duplicate : bool
        limits : Limits or None
            What one photo may take, in a worker process also where there is one job.

        Yields
        ------
        Entry or MotifError
            In the order of ``items``: what was registered, or why not. A trouble of the registry
            itself, such as a full disk, is yielded for each item that it stopped.
        """
        if jobs < 1:
            raise ParameterError(N_("jobs={jobs}; expected 1 or more", jobs=jobs))
        return self._searching().add_many(items, jobs=jobs, allow_duplicate=allow_duplicate, limits=limits)

    def add_photo(self, entry_id: str, photo: Photo | PhotoSource, *, allow_duplicate: bool = False) -> Entry:
        """Add a photo to an entry: another part of the cloth, another dye.

        A file that the entry has already changes nothing.

        Parameters
        ----------
        entry_id : str, in any spelling that ``get`` takes
        photo : Photo, path, bytes or ndarray
        allow_duplicate : bool
            Add the photo also where it is judged "conflict" with another entry.

        Raises
        ------
        DuplicateMotifError
            If the photo shows the design of another entry.
        RegistryError
            If the entry was withdrawn.
        """
        return self._searching().add_photo(parse_id(entry_id), photo, allow_duplicate=allow_duplicate)

    def withdraw(self, entry_id: str, *, reason: str) -> Entry:
        """Withdraw an entry: checks pass over it from now on; nothing is deleted.

        Withdrawing once more changes nothing: time and reason of the first time stay.

        Parameters
        ----------
        entry_id : str
        reason : str, 1 to 10 000 characters
        """
        number = parse_id(entry_id)
        if not clean_note(reason, name="reason"):
            raise ParameterError(N_("reason is empty"), hint=N_("Say why the entry is withdrawn."))
        with self._store.writing(by=self.by) as writer:
            if not writer.entry(number).withdrawn:
                writer.withdraw(number, at=datetime.now(UTC), reason=clean_note(reason, name="reason"))
            return writer.entry(number)

    def check(
        self, photo: Photo | PhotoSource | Fingerprint, *, limit: int = 10, announced: str | None = None
    ) -> CheckResult:
        """Look a design up: which entries may it reuse?

        Parameters
        ----------
        photo : Photo, path, bytes, ndarray or Fingerprint
        limit : int
            Most entries reported.
        announced : str, a day, month or year, optional
            When the design was first announced, as its maker says; the answer tells which came first.

        Returns
        -------
        CheckResult
            One match for each entry, closest first. Withdrawn entries are not among them. What people
            decided before is part of a match and counts (``decide``).

        Raises
        ------
        PhotoError
            If the photo cannot be used.
        IncomparableFingerprintsError
            If a fingerprint of another profile is given.
        """
        from motif.registry.submission import query_of

        if limit < 1:
            raise ParameterError(N_("limit={limit}; expected 1 or more", limit=limit))
        query = query_of(photo, self.profile)
        with self._store.reading() as reader:
            found = self._searching().lookup.find(reader, query, limit=limit)
            matches = decisions.apply_decisions(reader, query, found)
            result = CheckResult(
                verdict=decisions.gravest(matches),
                matches=matches,
                query=query,
                searched_entries=reader.count(),
                profile_id=self.profile.id,
                checked_at=datetime.now(UTC),
                revision=reader.revision(),
            )
            return priority.dated(reader, result, announced=announced)

    def remember(self, result: CheckResult, *, note: str = "") -> SavedCheck:
        """Keep a check with its fingerprint, so that every later entry is held against it (``alerts``).

        Parameters
        ----------
        result : CheckResult
            Of this registry.
        note : str, at most 10 000 characters
            For whom, or what for.

        Returns
        -------
        Check
            Also with what was added since it was answered.
        """
        from motif.registry.alerts import remember

        with self._store.writing(by=self.by) as writer:
            added = writer.changes(result.revision).added
            fresh = self._searching().lookup.find_among(writer, added, result.query)
            return remember(
                writer, result, decisions.apply_decisions(writer, result.query, fresh), note=clean_note(note)
            )

    def alerts(self, entry_id: str = "", *, closed: bool = False) -> tuple[Alert, ...]:
        """Return what new entries call into question: designs being filed, and remembered checks.

        An alert is closed by a decision on the pair, or when its entry is withdrawn.

        Parameters
        ----------
        entry_id : str, optional
            Only those that this entry, filing or check is part of.
        closed : bool
            Those too that are closed.
        """
        from motif.registry.alerts import open_alerts

        about = ""
        if entry_id:
            letter, number = parse_record_id(entry_id)
            about = format_record_id(LETTERS[letter], number)
        with self._store.reading() as reader:
            return open_alerts(reader, entry=about, closed=closed)

    def decide(self, *sides: str, verdict: str, by: str, reason: str, part: str | None = None) -> Decision:
        """Keep what a person decided; later checks obey it.

        Parameters
        ----------
        *sides : one or two str
            An entry, or the two sides of a match: entries, the SHA-256 of a photo that was checked, or
            the id of a remembered check.
        verdict : "confirm", "reject" or "classic"
            One design; two designs; or nobody's own, of the entries named. ``reject`` of one entry
            alone says that it is not classic after all.
        by, reason : str
            Who decided, and why.
        part : str, optional
            The part that is classic, a term of the list ``parts``.

        Returns
        -------
        Comparison

        Raises
        ------
        ParameterError, EntryNotFoundError
            If the sides and the verdict do not fit together, or a side is not there.
        """
        with self._store.writing(by=clean_by(by)) as writer:
            return decisions.decide(writer, sides, verdict, by=by, reason=reason, part=part)

    def __len__(self) -> int:
        """Count the active entries, those that are not withdrawn."""
        with self._store.reading() as reader:
            return reader.count()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the active entries, in order; what is added meanwhile may be among them."""
        last = 0
        while True:
            with self._store.reading() as reader:
                page = reader.entries(after=last, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            last = parse_id(page[-1].id)

    def __getitem__(self, entry_id: str) -> Entry:
        """Return an entry, withdrawn or not; see ``get``."""
        return self.get(entry_id)

    def __contains__(self, entry_id: object) -> bool:
        """Tell whether an id is that of an entry, withdrawn or not."""
        try:
            self.get(str(entry_id))
        except EntryNotFoundError:
            return False
        return True

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

    def traits(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Traits]]:
        """Yield entries with what was measured on their first photo: family, symmetry, colours.

        Measuring takes about a second an entry; it is done once, and kept if the registry can be written.

        Parameters
        ----------
        entries : iterable of Entry
            Of this registry.

        Yields
        ------
        (Entry, Traits)
            In the order given; all unknown where the photo cannot be described.
        """
        return measure_traits(entries, self.records, self.original)

    def holding(self, sha256: str) -> tuple[Entry, ...]:
        """Return the entries, withdrawn or not, that have this very file, oldest first."""
        with self._store.reading() as reader:
            numbers = dict.fromkeys(reference.number for reference in reader.photo_references(sha256))
            return tuple(reader.entry(number) for number in numbers)

    def has_file(self, sha256: str) -> bool:
        """Tell whether an entry, withdrawn or not, has this very file.

        Parameters
        ----------
        sha256 : str, 64 lower-case hex digits
        """
        with self._store.reading() as reader:
            return any(True for _ in reader.photo_references(sha256))

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
                photos = [reference.photo for reference in reader.photo_references(which)]
        else:
            photos = list(self.get(which).photos)
        if not photos:
            raise EntryNotFoundError(
                N_("no photo has the SHA-256 {which}", which=which), hint=N_("Give the id of an entry.")
            )
        return self._originals.get(photos[0].sha256, size_bytes=photos[0].size_bytes)

    def _searching(self) -> Admission:
        """Return what searches and admits; made when first needed, since listing needs no matching."""
        from motif.registry.admission import Admission
        from motif.registry.alerts import Alerts
        from motif.registry.search.cache import IndexCache
        from motif.registry.search.lookup import Lookup

        with self._admission_lock:
            if self._admission is None:
                folder, registry_id = self._cache_folder, self._store.registry_id
                cache = None if folder is None else IndexCache(folder, self.profile, registry_id)
                self._admission = Admission(
                    self._store,
                    self._originals,
                    Lookup(self.profile, cache),
                    Alerts(self.profile),
                    profile=self.profile,
                    by=self.by,
                )
            return self._admission
