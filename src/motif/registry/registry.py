"""The registry, which connects fingerprints, search and storage."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from motif.errors import (
    AccessDeniedError,
    DuplicateMotifError,
    EntryNotFoundError,
    MotifError,
    ParameterError,
    RegistryError,
)
from motif.files import SHA256
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.actor import OWNER, Actor, ActorStore, closed_entries, not_open
from motif.registry.audit.ledger import Ledger
from motif.registry.audit.readings import Readings
from motif.registry.catalogue import Records, canonical_id, motif_of, put_record, required_reason
from motif.registry.decisions import decide, decision_on
from motif.registry.records.decision import Alert, Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.ids import parse_id
from motif.registry.records.text import clean_by, clean_note, clean_title
from motif.registry.records.traits import Traits
from motif.registry.results import CheckResult, Match
from motif.registry.search.traits import measure_traits
from motif.registry.storage.opening import open_place
from motif.registry.store import OriginalStore, Reader, Store

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.photo.photo import Photo
    from motif.photo.source import PhotoSource
    from motif.registry.admission import Admission
    from motif.registry.marks import IgnoredMarks, MarkDraft
    from motif.registry.submission import Submission
    from motif.workers.limits import Limits

_PAGE = 200
"""Entries read at a time while a registry is walked."""

_MOST_WEAKENED = 50
"""Most entries looked at for each photo that shows a mark, before it is ignored."""


class Registry:
    """Registered designs: their photos, kept untouched, and the search among them.

    Open one with ``Registry.open``. Processes may use a registry at the same time if each opens it for
    itself, also after a fork; the threads of a process may share one.

    Parameters
    ----------
    store, originals, profile : as in ``opening.Opened``
    by : str
        Who works with it; recorded in the ledger with each change.
    actor : Actor, optional
        What they may see and change; see ``acting``.

    Attributes
    ----------
    ledger : Ledger
        The log of all changes, with its proofs.
    records : Records
        Designs, cloths, photos, people, filings and judgements.
    marks : IgnoredMarks
        Labels, logos and watermarks that count nowhere.

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
        by: str = "",
        actor: Actor = OWNER,
    ) -> None:
        self.profile = profile
        self.actor = actor
        self._store = store
        self._originals = originals
        self._whole: Registry | None = None  # what this one is a view of
        self._closed_to_actor: tuple[int, frozenset[str]] = (-1, frozenset())
        self._admission: Admission | None = None
        self._admission_lock = threading.Lock()
        self.ledger = Ledger(store, originals)
        self.records = Records(
            store,
            by=by,
            sees_people=actor.sees_people,
            opens_pictures=actor.opens_pictures,
            closed=self._closed_entries,
            noted=self._note_reading,
        )
        self._readings = Readings(store)
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
        """Open a registry, or create it; for reading only where nothing can be written.

        Parameters
        ----------
        path : path of a folder, or address of a database
            ``postgresql+psycopg://USER@HOST/DATABASE`` (extra ``postgres``); leave the password to
            ``~/.pgpass`` or ``PGPASSWORD``.
        create : bool
            Create the registry if there is none; otherwise that is an error.
        profile : Profile, optional
            Of a new registry, which keeps it for life; by default STANDARD_1. Naming another profile than
            an existing registry's is an error.
        busy_timeout_s : float, seconds
            How long to wait for another process that writes.
        by : str
            Who works with it; recorded in the ledger with each change.

        Raises
        ------
        SchemaVersionError, RegistryError
            If a newer version, or another program, wrote it; if there is none, or none can be created.
        """
        opened = open_place(path, create=create, profile=profile, busy_timeout_s=busy_timeout_s)
        return cls(opened.store, opened.originals, profile=opened.profile, by=clean_by(by))

    def acting(self, actor: Actor) -> Registry:
        """Return this registry as one actor sees and changes it; it shares the search index with this one.

        Designs that are not open to the actor are not found in it; a check tells only that there is one. Each
        change stands in the ledger under the actor's name, whatever ``by`` says. So does the reading of a
        design that is not open to everyone (its entry, a photo, what is known of it), once a day; lists and
        checks leave nothing. The ledger itself tells all: do not show it to who may not see everything.

        Parameters
        ----------
        actor : Actor

        Returns
        -------
        Registry
            Usable until this one is closed; closing it changes nothing.
        """
        whole = self._whole or self
        store = ActorStore(whole._store, actor)
        view = Registry(store, whole._originals, profile=self.profile, by=actor.name, actor=actor)
        view._whole, view._readings = whole, whole._readings
        return view

    @property
    def revision(self) -> int:
        """The number of the newest change; readings count none."""
        with self._store.reading() as reader:
            return reader.revision()

    def close(self) -> None:
        """Release files and connections; may be called twice."""
        if self._whole is None:
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
            Register even if an earlier entry is judged "conflict"; the very file of one is refused in any
            case.
        computed : Fingerprint, optional
            Of this photo; computed here unless given.

        Returns
        -------
        Entry
            Durable when this returns. ``similar_to`` names the entries judged "review" or "conflict".

        Raises
        ------
        DuplicateMotifError
            If the design conflicts with an active entry, which it names.
        PhotoError, ParameterError
            If the photo cannot be used; if title or note cannot be kept, or the fingerprint is of another
            photo or profile.
        """
        from motif.registry.submission import Submission

        item = Submission(photo=photo, title=title, note=note)
        return self.submit(item, allow_duplicate=allow_duplicate, computed=computed)

    def submit(
        self, item: Submission, *, allow_duplicate: bool = False, computed: Fingerprint | None = None
    ) -> Entry:
        """Register a design together with what is known of it, in one step; otherwise as ``register``.

        Parameters
        ----------
        item : Submission
        allow_duplicate, computed : as for ``register``

        Returns
        -------
        Entry
        """
        try:
            return self._searching().add(item, allow_duplicate=allow_duplicate, computed=computed)
        except DuplicateMotifError as error:
            if error.entry_id not in self._closed_entries():
                raise
            message = N_("the design is registered already, as one that is not open to you")
            raise AccessDeniedError(message, hint=N_("Ask the head of the office.")) from None

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
            Of one photo; they need a worker process, even with one job.

        Yields
        ------
        Entry or MotifError
            In the order of ``items``: what was registered, or why not. A failure of the registry
            itself, such as a full disk, is yielded for each item that it stopped.
        """
        if jobs < 1:
            raise ParameterError(N_("jobs={jobs}; expected 1 or more", jobs=jobs))
        return self._searching().add_many(items, jobs=jobs, allow_duplicate=allow_duplicate, limits=limits)

    def load_many(
        self, items: Iterable[Submission], *, jobs: int = 1, limits: Limits | None = None
    ) -> Generator[Entry | MotifError, None, None]:
        """Register many designs without looking them up, two hundred in one step.

        For an archive that becomes a registry: neither copies of registered designs nor copies among the
        items are refused, and ``similar_to`` is empty. What holds all the same: an item whose very file an
        active entry has is refused, saved checks raise alerts, and what was yielded is durable and found by
        the next check. ``motif dedupe`` finds the copies.

        Parameters
        ----------
        items : iterable of Submission
            Drawn as needed, some ahead. With ``computed``, the picture is not decoded.
        jobs, limits : as for ``register_many``

        Yields
        ------
        Entry or MotifError
            In the order of ``items``: what was registered, or why not. A failure of the registry
            itself is yielded for each item of the step that it stopped.
        """
        if jobs < 1:
            raise ParameterError(N_("jobs={jobs}; expected 1 or more", jobs=jobs))
        return self._searching().load_many(items, jobs=jobs, limits=limits)

    def add_photo(self, entry_id: str, photo: Photo | PhotoSource, *, allow_duplicate: bool = False) -> Entry:
        """Add a photo to an entry, unless it has that file: another part of the cloth, another dye.

        Parameters
        ----------
        entry_id : str, in any spelling that ``get`` takes
        photo : Photo, path, bytes or ndarray
        allow_duplicate : bool
            Add the photo even if it is judged "conflict" with another entry.

        Raises
        ------
        DuplicateMotifError, RegistryError
            If the photo shows the design of another entry, or the entry was withdrawn.
        """
        self._require_open(entry_id)
        return self._searching().add_photo(parse_id(entry_id), photo, allow_duplicate=allow_duplicate)

    def together(self) -> AbstractContextManager[None]:
        """Make one step of several changes: all are kept at the end, or none if it fails or the process dies.

        Returns
        -------
        context manager
            For this thread; others wait meanwhile, as for any change.

        Raises
        ------
        RegistryBusyError
            If another writer did not end in time.
        """
        return self._store.together(by=self.by)

    def revise(
        self,
        entry_id: str,
        *,
        title: str | None = None,
        note: str | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Change the title, the note or what is known of a design, in one step; the log keeps what was.

        Parameters
        ----------
        entry_id : str, in any spelling that ``get`` takes
        title, note : str, optional
            None leaves it as it is.
        known : mapping of str to value, optional
            Fields of ``Motif``; those that are not named stay.

        Returns
        -------
        Entry
            As it is now.

        Raises
        ------
        EntryNotFoundError, ParameterError
            If there is no such entry, or a value cannot be kept.
        """
        self._require_open(entry_id)
        with self._store.writing(by=self.by) as writer:
            entry = writer.entry(parse_id(entry_id))
            revised = {
                "title": entry.title if title is None else clean_title(title),
                "note": entry.note if note is None else clean_note(note),
            }
            if revised != {"title": entry.title, "note": entry.note}:
                writer.append("entry.revised", {"id": entry.id, **revised})
            if known:
                put_record(writer, replace(motif_of(writer, entry.id), **known))
            return writer.entry(parse_id(entry.id))

    def withdraw(self, entry_id: str, *, reason: str) -> Entry:
        """Withdraw an entry: later checks pass over it; nothing is deleted. Doing so again changes nothing.

        Parameters
        ----------
        entry_id : str
        reason : str, 1 to 10 000 characters
        """
        self._require_open(entry_id)
        number = parse_id(entry_id)
        reason = required_reason(reason, hint=N_("Say why the entry is withdrawn."))
        with self._store.writing(by=self.by) as writer:
            if not writer.entry(number).withdrawn:
                writer.withdraw(number, at=datetime.now(UTC), reason=reason)
            return writer.entry(number)

    def check(
        self,
        photo: Photo | PhotoSource | Fingerprint,
        *,
        limit: int = 10,
        announced: str | None = None,
        computed: Fingerprint | None = None,
    ) -> CheckResult:
        """Look a design up: which entries may it reuse?

        Parameters
        ----------
        photo : Photo, path, bytes, ndarray or Fingerprint
        limit : int
            Most entries reported.
        announced : str, a day, month or year, optional
            When its maker says that the design was first announced; the answer tells which came first.
        computed : Fingerprint, optional
            Of this photo; computed here unless given.

        Returns
        -------
        CheckResult
            One match for each active entry, closest first, with what people decided (``decide``). What lies
            on a mark that this registry ignores (``marks``) is no evidence. Where a photo is given and
            nothing is found, it is asked once more as an enlarged detail.

        Raises
        ------
        PhotoError, IncomparableFingerprintsError, ParameterError
            If the photo cannot be used, the fingerprint is of another profile, or what is computed is of
            another photo.
        """
        from motif.fingerprint import Fingerprint
        from motif.photo.photo import decoded_photo
        from motif.registry.proposals import located
        from motif.registry.submission import query_of

        if limit < 1:
            raise ParameterError(N_("limit={limit}; expected 1 or more", limit=limit))
        if isinstance(photo, Fingerprint):
            decoded, query = None, query_of(photo, self.profile, computed)
        else:
            decoded = decoded_photo(photo, long_edge_px=self.profile.long_edge_px)
            query = query_of(decoded, self.profile, computed)
        result = self._searching().check(query, decoded, limit=limit, announced=announced)
        closed = self._closed_entries()
        if closed:
            matches = (match.withhold() if match.entry.id in closed else match for match in result.matches)
            result = replace(result, matches=tuple(matches))
        return result if decoded is None else located(result, decoded, self.profile)

    def remember(self, result: CheckResult, *, note: str = "") -> SavedCheck:
        """Keep a check and its fingerprint, so that every later entry is compared with it (``alerts``).

        Parameters
        ----------
        result : CheckResult
            Of this registry.
        note : str, at most 10 000 characters
            For whom, or what for.

        Returns
        -------
        SavedCheck
            It includes matches with entries that were added since the check.
        """
        return self._searching().remember(result, note=clean_note(note))

    def alerts(self, entry_id: str = "", *, closed: bool = False) -> tuple[Alert, ...]:
        """Return the alerts about designs being filed, and saved checks, that a new entry resembles.

        An alert is closed by a decision on the pair, or when its entry is withdrawn.

        Parameters
        ----------
        entry_id : str, optional
            Only alerts that this entry, filing or check is part of.
        closed : bool
            Return the closed ones too.
        """
        from motif.registry.alerts import open_alerts

        about = canonical_id(entry_id) if entry_id else ""
        with self._store.reading() as reader:
            alerts = open_alerts(reader, entry=about, closed=closed)
        hidden = self._closed_entries()
        return tuple(alert for alert in alerts if not {alert.entry, alert.other} & hidden)

    @property
    def marks(self) -> IgnoredMarks:
        """Labels, logos and watermarks that count nowhere in this registry."""
        from motif.registry.marks import IgnoredMarks

        def find(reader: Reader, query: Fingerprint) -> tuple[Match, ...]:
            return self._searching().lookup.find(reader, query, limit=_MOST_WEAKENED)

        return IgnoredMarks(self._store, self._originals, profile=self.profile, by=self.by, find=find)

    def decide(
        self,
        *sides: str,
        verdict: str,
        by: str,
        reason: str,
        part: str | None = None,
        label: MarkDraft | None = None,
    ) -> Decision:
        """Record what a person decided; later checks obey it.

        Parameters
        ----------
        *sides : one or two str
            An entry, or the two sides of a match: entries, the SHA-256 of a photo that was checked, or
            the id of a saved check (``remember``).
        verdict : "confirm", "reject", "label" or "classic"
            One design; two designs; two designs under one label, which is ignored from now on (``marks``);
            or nobody's own. ``reject`` of a single entry says that it is not
            classic after all.
        by, reason : str
            Who decided, and why.
        part : str, optional
            The part that is classic, a term of the list ``parts``.
        label : MarkDraft, optional
            What coincides, for the verdict "label"; by default ``marks.draft_of_match``.

        Raises
        ------
        ParameterError, EntryNotFoundError
            If the sides and the verdict do not fit together, or a side does not exist.
        """
        self._require_open(*sides)
        if verdict == "label":
            if part is not None:
                raise ParameterError(N_("a part is named only where it is classic"))
            return self.marks.decide(label or self.marks.draft_of_match(*sides), sides, by=by, reason=reason)
        with self._store.writing(by=clean_by(by)) as writer:
            return decide(writer, sides, verdict, by=by, reason=reason, part=part)

    def decided(self, entry_id: str, other_id: str) -> Decision | None:
        """Return what a person decided on two entries; None where nobody did.

        Parameters
        ----------
        entry_id, other_id : str
            A decision that the other is classic counts before one on the pair.

        Returns
        -------
        Decision or None
        """
        self._require_open(entry_id, other_id)
        with self._store.reading() as reader:
            entry, other = reader.entry(parse_id(entry_id)), reader.entry(parse_id(other_id))
            own = {entry.id, *(photo.sha256 for photo in entry.photos)}
            return decision_on(reader, own, other)

    def newest(self, *, at: datetime | None = None, besides: str = "") -> Entry | None:
        """Return the entry that was registered last.

        Parameters
        ----------
        at : datetime, optional
            Entries registered later do not count.
        besides : str, optional
            The id of an entry that does not count.

        Returns
        -------
        Entry or None
            Withdrawn or not; None if there is none.
        """
        with self._store.reading() as reader:
            for number in range(reader.newest("entry"), 0, -1):
                entry = reader.entry(number)
                if entry.id != besides and (at is None or entry.registered_at <= at):
                    return entry
        return None

    def __len__(self) -> int:
        """Return the number of active entries: those that are not withdrawn."""
        if self._closed_entries():
            return sum(1 for _entry in self)
        with self._store.reading() as reader:
            return reader.count()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the active entries in order; entries added meanwhile may be among them."""
        last = 0
        while True:
            with self._store.reading() as reader:
                page = reader.entries(after=last, limit=_PAGE)
            closed = self._closed_entries()
            yield from (entry for entry in page if entry.id not in closed)
            if len(page) < _PAGE:
                return
            last = parse_id(page[-1].id)

    def __contains__(self, entry_id: object) -> bool:
        """Tell whether an id is that of an entry, withdrawn or not."""
        try:
            self._entry(str(entry_id))
        except (EntryNotFoundError, AccessDeniedError):
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
            If there is none; the hint tells a typing error from an id that is not in use yet.
        AccessDeniedError
            If it is not open to the actor.
        RegistryError
            If it is not open to everyone, and the log cannot keep who read it; an owner reads all the same.
        """
        entry = self._entry(entry_id)
        self._note_reading([entry.id])
        return entry

    __getitem__ = get

    def list(
        self, *, limit: int | None = None, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        """Return entries in order of registration, at one moment.

        Parameters
        ----------
        limit, offset : int
            Most entries returned, None for all; and entries skipped at the start.
        include_withdrawn : bool
        """
        if offset < 0 or (limit is not None and limit < 0):
            raise ParameterError(
                N_("limit={limit}, offset={offset}; expected 0 or more", limit=limit, offset=offset)
            )
        most, closed = 2**31 if limit is None else limit, self._closed_entries()
        with self._store.reading() as reader:
            if not closed:
                return reader.entries(limit=most, offset=offset, include_withdrawn=include_withdrawn)
            every = reader.entries(limit=2**31, include_withdrawn=include_withdrawn)
        return tuple(entry for entry in every if entry.id not in closed)[offset : offset + most]

    @contextmanager
    def rehearsal(self) -> Iterator[Registry]:
        """Open a copy of the registry as it is now, in which things can be tried; it is thrown away.

        It holds no originals, and what is registered there is searched like any other entry.
        """
        from motif.registry.transfer.rehearsal import rehearsal_of

        if not self.actor.sees_everything:
            raise not_open(N_("the whole registry"))
        with (
            rehearsal_of(self._store) as opened,
            Registry(opened.store, opened.originals, profile=opened.profile) as copy,
        ):
            yield copy

    def rebuild_index(self) -> int:
        """Build the search index again from the fingerprints; return the number of photos.

        Where it is damaged or lacks photos, the first search does so by itself.
        """
        return self._store.rebuild_index()

    def traits(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Traits]]:
        """Yield entries, in the order given, with the family, symmetry and colours of their first photo.

        Measuring takes about a second an entry; it is done once, and kept if the registry can be written.
        All traits are unknown where the photo cannot be described.
        """
        return measure_traits(entries, self.records, self.original)

    def holding(self, sha256: str) -> tuple[Entry, ...]:
        """Return the entries, withdrawn or not, that have this very file, oldest first."""
        return self.holding_any([sha256]).get(sha256, ())

    def holding_any(self, sha256s: Collection[str]) -> dict[str, tuple[Entry, ...]]:
        """Return the entries, withdrawn or not, that have some files, oldest first.

        Parameters
        ----------
        sha256s : collection of str

        Returns
        -------
        dict of str to tuple of Entry
            By SHA-256; a file that no entry has is left out.
        """
        with self._store.reading() as reader:
            references = reader.photo_references(*sha256s)
            entries = reader.entries_of({reference.number for reference in references})
        closed = self._closed_entries() if entries else frozenset()
        held: dict[str, dict[int, Entry]] = {}
        for reference in references:
            if entries[reference.number].id not in closed:
                held.setdefault(reference.photo.sha256, {})[reference.number] = entries[reference.number]
        return {sha256: tuple(of_file.values()) for sha256, of_file in held.items()}

    def has_file(self, sha256: str) -> bool:
        """Tell whether an entry, withdrawn or not, has this very file."""
        with self._store.reading() as reader:
            return bool(reader.photo_references(sha256))

    def original(self, which: str) -> bytes:
        """Return the untouched file of a photo, verified against its SHA-256.

        Parameters
        ----------
        which : str
            An entry's id, for its first photo, or a photo's SHA-256.

        Raises
        ------
        EntryNotFoundError, RegistryCorruptError
            If no such entry or photo is registered, or the file is missing or was changed.
        """
        if SHA256.fullmatch(which):
            entries = self.holding(which)
            photos = [photo for entry in entries for photo in entry.photos if photo.sha256 == which]
            self._note_reading([entry.id for entry in entries])
            if not photos and self.has_file(which):
                raise not_open(which[:12])
        else:
            photos = list(self.get(which).photos)
        if not photos:
            raise EntryNotFoundError(
                N_("no photo has the SHA-256 {which}", which=which), hint=N_("Give the id of an entry.")
            )
        return self._originals.get(photos[0].sha256, size_bytes=photos[0].size_bytes)

    def _entry(self, entry_id: str) -> Entry:
        with self._store.reading() as reader:
            entry = reader.entry(parse_id(entry_id))
        if entry.id in self._closed_entries():
            raise not_open(entry.id)
        return entry

    def _note_reading(self, entry_ids: Collection[str]) -> None:
        """Keep in the log who reads designs that are not open; who has the folder reads them anyway."""
        with suppress(RegistryError) if self.actor.role == "owner" else nullcontext():
            self._readings.note(entry_ids, by=self.actor.name or self.by)

    def _require_open(self, *sides: str) -> None:
        """Raise ``AccessDeniedError`` if one of some entries is not open to the actor."""
        closed = self._closed_entries()
        for side in sides if closed else ():
            if not SHA256.fullmatch(side) and canonical_id(side) in closed:
                raise not_open(side)

    def _closed_entries(self) -> frozenset[str]:
        """Return the entries that the actor must not see, as of the newest write."""
        if self.actor.sees_everything:
            return frozenset()
        with self._store.reading() as reader:
            revision, known = reader.revision(), self._closed_to_actor
            if revision != known[0]:
                known = self._closed_to_actor = (revision, closed_entries(reader, self.actor))
        return known[1]

    def _searching(self) -> Admission:
        """Return what searches and admits, built when first needed: listing entries does not need it."""
        if self._whole is not None:
            return self._whole._searching().acting(self._store, self.by)
        from motif.registry.admission import Admission
        from motif.registry.alerts import SavedChecks
        from motif.registry.search.lookup import Lookup

        with self._admission_lock:
            if self._admission is None:
                self._store.require_index()
                lookup, saved_checks = Lookup(self.profile), SavedChecks(self.profile)
                self._admission = Admission(
                    self._store, self._originals, lookup, saved_checks, profile=self.profile, by=self.by
                )
            return self._admission
