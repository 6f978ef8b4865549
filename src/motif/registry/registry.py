"""The registry: where fingerprints, search and storage meet, and the rules between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from motif.errors import MotifError, ParameterError, RegistryError
from motif.fingerprint import Fingerprint
from motif.limits import NO_LIMITS, Limits
from motif.messages import N_
from motif.photo import Photo, PhotoSource
from motif.profiles import Profile
from motif.registry import intake, watch
from motif.registry.admission import Admission, refuse_file
from motif.registry.answers import Match
from motif.registry.ids import parse_id
from motif.registry.intake import Draft, Submission
from motif.registry.questions import Questions
from motif.registry.records import Entry
from motif.registry.store import OriginalStore, Store, Writer
from motif.registry.text import clean_note, clean_title
from motif.troubles import died_error
from motif.warm import prepare_worker
from motif.workers import WorkerDied, run_in_workers


class Registry(Questions):
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
        self,
        store: Store,
        originals: OriginalStore,
        *,
        profile: Profile,
        cache_folder: Path | None,
        by: str = "",
    ) -> None:
        super().__init__(store, originals, profile=profile, cache_folder=cache_folder, by=by)
        self._admission = Admission(store, originals, self._lookup, by=by)
        self._watch = watch.Watch(profile)

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
        item = Submission(photo=photo, title=title, note=note)
        trouble = self._known_trouble(item, allow_duplicate=allow_duplicate)
        if trouble is not None:
            raise trouble
        drafted = intake.draft(photo, self.profile, made)
        return self._register(drafted, item, allow_duplicate=allow_duplicate)

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
        asked = self._asked_before(made.fingerprint)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            if not _has_file(_require_standing(writer.entry(number)), made.sha256):
                writer.add_photo(number, made.entry_photo(datetime.now(UTC)), made.fingerprint.to_bytes())
                self._watch.look_back(writer, number, made.fingerprint, similar, asked)
            return number

        data = intake.data_of(made, photo)
        return self._admission.admit(made, data, insert, allow_duplicate=allow_duplicate, own=number)

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

    def _register(self, made: Draft, item: Submission, *, allow_duplicate: bool) -> Entry:
        title, note = clean_title(item.title), clean_note(item.note)
        made = replace(made, name=item.name or made.name)
        if not allow_duplicate:
            self._refuse_known_file(made.sha256)
        asked = self._asked_before(made.fingerprint)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            at = datetime.now(UTC)
            earlier = [parse_id(match.entry.id) for match in similar]
            number = writer.add_entry(title=title, note=note, at=at, similar_to=earlier)
            writer.add_photo(number, made.entry_photo(at), made.fingerprint.to_bytes())
            self._watch.look_back(writer, number, made.fingerprint, similar, asked)
            return number

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

    def _asked_before(self, made: Fingerprint) -> watch.LookedBack:
        """Search the remembered checks while others can write."""
        with self._store.reading() as reader:
            return self._watch.search(reader, made)

    def _refuse_known_file(self, sha256: str | None) -> None:
        if sha256 is not None:
            with self._store.reading() as reader:
                refuse_file(reader, sha256)


def _require_standing(entry: Entry) -> Entry:
    if entry.withdrawn:
        hint = N_("Register the design as a new entry.")
        raise RegistryError(N_("{id} was withdrawn; no photo can be added", id=entry.id), hint=hint)
    return entry


def _has_file(entry: Entry, sha256: str) -> bool:
    return any(photo.sha256 == sha256 for photo in entry.photos)
