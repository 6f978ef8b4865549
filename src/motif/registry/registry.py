"""The registry: where fingerprints, search and storage meet, and the rules between them."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from motif.errors import (
    EntryNotFoundError,
    IncomparableFingerprintsError,
    MotifError,
    ParameterError,
    RegistryError,
)
from motif.fingerprint import Fingerprint, fingerprint
from motif.limits import NO_LIMITS, Limits
from motif.photo import Photo, PhotoSource
from motif.profiles import Profile
from motif.registry import decisions, intake, timeline, watch
from motif.registry.admission import Admission, refuse_file
from motif.registry.book import Records
from motif.registry.cache import IndexCache
from motif.registry.comparison import Alert, Check, Comparison
from motif.registry.ids import parse_id
from motif.registry.intake import Draft, Submission
from motif.registry.ledger import Ledger
from motif.registry.lookup import Lookup
from motif.registry.place import open_place
from motif.registry.records import CheckResult, Entry, Match
from motif.registry.store import OriginalStore, Store, Writer
from motif.registry.text import clean_by, clean_note, clean_title
from motif.registry.values import LETTERS, format_record_id, parse_record_id
from motif.troubles import died_error
from motif.warm import prepare_worker
from motif.workers import WorkerDied, run_in_workers

_log = logging.getLogger(__name__)

_PAGE = 200
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
    cache_folder : Path
        For what can be made anew at any time.
    by : str
        Who works with it; stands in the ledger beside each change.

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
        self, store: Store, originals: OriginalStore, *, profile: Profile, cache_folder: Path, by: str = ""
    ) -> None:
        self.profile = profile
        self._store = store
        self._originals = originals
        self._lookup = Lookup(profile, IndexCache(cache_folder, profile, store.registry_id))
        self._admission = Admission(store, originals, self._lookup, by=by)
        self._watch = watch.Watch(profile)
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

    def register(
        self,
        photo: Photo | PhotoSource,
        *,
        title: str,
        note: str = "",
        allow_duplicate: bool = False,
        made: Fingerprint | None = None,
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
        made : Fingerprint, optional
            Of this photo, where it is at hand already; computed here unless given.

        Returns
        -------
        Entry
            Durably kept when this returns. ``similar_to`` names the entries judged "review", and
            "conflict" where that was allowed.

        Raises
        ------
        DuplicateMotifError
            If the design conflicts with an entry that stands; names it.
        PhotoError
            If the photo cannot be used.
        ParameterError
            If title or note cannot be kept, or the fingerprint is of another photo or profile.
        """
        clean_title(title)
        clean_note(note)
        if not allow_duplicate:
            self._refuse_known_file(intake.file_sha256(photo))
        drafted = intake.draft(photo, self.profile, made)
        return self._register(
            drafted, Submission(photo=photo, title=title, note=note), allow_duplicate=allow_duplicate
        )

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
            raise ParameterError(f"jobs={jobs}; expected 1 or more")
        return self._register_many(items, jobs=jobs, allow_duplicate=allow_duplicate, limits=limits)

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
        number = parse_id(entry_id)
        entry = _require_standing(self.get(entry_id))
        made = intake.draft(photo, self.profile)
        if _has_file(entry, made.sha256):
            return entry

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            if not _has_file(_require_standing(writer.entry(number)), made.sha256):
                writer.add_photo(number, made.entry_photo(datetime.now(UTC)), made.fingerprint.to_bytes())
                self._watch.look_back(writer, number, made.fingerprint, similar)
            return number

        self._level_watch()
        data = intake.data_of(made, photo)
        return self._admission.admit(made, data, insert, allow_duplicate=allow_duplicate, own=number)

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
            decided before stands beside a match and counts (``decide``).

        Raises
        ------
        PhotoError
            If the photo cannot be used.
        IncomparableFingerprintsError
            If a fingerprint of another profile is given.
        """
        if limit < 1:
            raise ParameterError(f"limit={limit}; expected 1 or more")
        query = photo if isinstance(photo, Fingerprint) else fingerprint(photo, self.profile)
        if query.profile_id != self.profile.id:
            hint = "Compute the fingerprint again with the registry's profile, or give the photo."
            message = f"fingerprint of profile {query.profile_id}; the registry's is {self.profile.id}"
            raise IncomparableFingerprintsError(message, hint=hint)
        with self._store.reading() as reader:
            matches = self._lookup.find(reader, query, limit=limit)
            result = CheckResult(
                verdict=decisions.gravest(matches),
                matches=matches,
                query=query,
                searched_entries=reader.count(),
                profile_id=self.profile.id,
                checked_at=datetime.now(UTC),
                revision=reader.revision(),
            )
            return timeline.dated(reader, result, announced=announced)

    def remember(self, result: CheckResult, *, note: str = "") -> Check:
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
        with self._store.writing(by=self.by) as writer:
            fresh = self._lookup.find_among(writer, writer.changes(result.revision).added, result.query)
            return watch.remember(writer, result, fresh, note=clean_note(note))

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
        about = "" if not entry_id else format_record_id(*_kind_and_number(entry_id))
        with self._store.reading() as reader:
            return watch.open_alerts(reader, entry=about, closed=closed)

    def decide(self, *sides: str, verdict: str, by: str, reason: str, part: str | None = None) -> Comparison:
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
            If that makes no sense, or a side is not there.
        """
        with self._store.writing(by=clean_by(by)) as writer:
            return decisions.decide(writer, sides, verdict, by=by, reason=reason, part=part)

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
            raise ParameterError(f"limit={limit}, offset={offset}; expected 0 or more")
        with self._store.reading() as reader:
            most = 2**31 if limit is None else limit
            return reader.entries(limit=most, offset=offset, include_withdrawn=include_withdrawn)

    def holding(self, sha256: str) -> tuple[Entry, ...]:
        """Return the entries, withdrawn or not, that have this very file, oldest first."""
        with self._store.reading() as reader:
            numbers = dict.fromkeys(holder.number for holder in reader.holders(sha256))
            return tuple(reader.entry(number) for number in numbers)

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
            raise ParameterError("reason is empty", hint="Say why the entry is withdrawn.")
        with self._store.writing(by=self.by) as writer:
            if not writer.entry(number).withdrawn:
                writer.withdraw(number, at=datetime.now(UTC), reason=clean_note(reason, name="reason"))
            return writer.entry(number)

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
            raise EntryNotFoundError(f"no photo has the SHA-256 {which}", hint="Give the id of an entry.")
        return self._originals.get(photos[0].sha256, size_bytes=photos[0].size_bytes)

    def _register(self, made: Draft, item: Submission, *, allow_duplicate: bool) -> Entry:
        title, note = clean_title(item.title), clean_note(item.note)
        made = replace(made, name=item.name or made.name)
        if not allow_duplicate:
            self._refuse_known_file(made.sha256)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            at = datetime.now(UTC)
            earlier = [parse_id(match.entry.id) for match in similar]
            number = writer.add_entry(title=title, note=note, at=at, similar_to=earlier)
            writer.add_photo(number, made.entry_photo(at), made.fingerprint.to_bytes())
            self._watch.look_back(writer, number, made.fingerprint, similar)
            return number

        self._level_watch()
        return self._admission.admit(
            made, intake.data_of(made, item.photo), insert, allow_duplicate=allow_duplicate
        )

    def _register_many(
        self,
        items: Iterable[Submission | tuple[Photo | PhotoSource, str]],
        *,
        jobs: int,
        allow_duplicate: bool,
        limits: Limits | None,
    ) -> Generator[Entry | MotifError, None, None]:
        waiting: deque[tuple[Submission, MotifError | None]] = deque()

        def sources() -> Iterator[Photo | PhotoSource | None]:
            for given in items:
                item = given if isinstance(given, Submission) else Submission(photo=given[0], title=given[1])
                known = self._known_trouble(item, allow_duplicate=allow_duplicate)
                waiting.append((item, known))
                yield None if known else item.photo

        task = partial(intake.draft_or_error, profile=self.profile)
        if jobs == 1 and limits is None:
            made_in_order: Generator[Any, None, None] = (task(source) for source in sources())
        else:
            limits = limits or NO_LIMITS
            setup = partial(prepare_worker, self.profile, limits.memory_bytes)
            made_in_order = run_in_workers(
                task, sources(), jobs=jobs, setup=setup, time_limit_s=limits.seconds
            )
        with closing(made_in_order):
            for made in made_in_order:
                item, known = waiting.popleft()
                yield known or self._register_made(made, item, allow_duplicate=allow_duplicate)

    def _register_made(
        self, made: Draft | MotifError | WorkerDied[Any], item: Submission, *, allow_duplicate: bool
    ) -> Entry | MotifError:
        if isinstance(made, WorkerDied):
            return died_error(made)
        if isinstance(made, MotifError):
            return made
        try:
            return self._register(made, item, allow_duplicate=allow_duplicate)
        except MotifError as error:
            return error

    def _known_trouble(self, item: Submission, *, allow_duplicate: bool) -> MotifError | None:
        """Say what can be said against an item before its photo is decoded."""
        try:
            clean_title(item.title)
            clean_note(item.note)
            if not allow_duplicate:
                self._refuse_known_file(intake.file_sha256(item.photo))
        except MotifError as error:
            return error
        return None

    def _level_watch(self) -> None:
        """Take in the remembered checks before others have to wait for this write."""
        with self._store.reading() as reader:
            self._watch.level(reader)

    def _refuse_known_file(self, sha256: str | None) -> None:
        if sha256 is not None:
            with self._store.reading() as reader:
                refuse_file(reader, sha256)


def _kind_and_number(record_id: str) -> tuple[str, int]:
    letter, number = parse_record_id(record_id)
    return LETTERS[letter], number


def _require_standing(entry: Entry) -> Entry:
    if entry.withdrawn:
        hint = "Register the design as a new entry."
        raise RegistryError(f"{entry.id} was withdrawn; no photo can be added", hint=hint)
    return entry


def _has_file(entry: Entry, sha256: str) -> bool:
    return any(photo.sha256 == sha256 for photo in entry.photos)
