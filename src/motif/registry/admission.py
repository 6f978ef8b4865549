"""May this photo enter? The search and the insertion as one step, however many processes ask at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from motif.errors import DuplicateMotifError, MotifError, RegistryError
from motif.fingerprint import Fingerprint
from motif.messages import N_
from motif.photo.photo import Photo
from motif.photo.source import PhotoSource
from motif.profiles import Profile
from motif.registry.alerts import Alerts, LookedBack
from motif.registry.decisions import apply_decisions
from motif.registry.records.entry import Entry
from motif.registry.records.ids import format_id, parse_id
from motif.registry.records.text import clean_note, clean_title
from motif.registry.results import Match
from motif.registry.search.lookup import Lookup
from motif.registry.store import EntryReader, OriginalStore, Reader, Store, Writer
from motif.registry.submission import Draft, Submission, data_of, draft, draft_or_error, file_sha256
from motif.workers.limits import NO_LIMITS, Limits, died_error
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

_SIMILAR_MAX = 10
"""Most entries that are looked at, and remembered as similar, when a photo is admitted."""

_FEW = 32
"""Most photos added by others meanwhile that are searched apart from the rest."""

_ROUNDS = 5


class Admission:
    """Admits photos into a store.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    lookup : Lookup
    saved_checks : Alerts
        The remembered checks, which each new photo is held against.
    profile : Profile
        The store's.
    by : str
        Who admits, for the log.
    """

    def __init__(
        self,
        store: Store,
        originals: OriginalStore,
        lookup: Lookup,
        saved_checks: Alerts,
        *,
        profile: Profile,
        by: str = "",
    ) -> None:
        self._store = store
        self._originals = originals
        self.lookup = lookup
        self._saved_checks = saved_checks
        self._profile = profile
        self._by = by

    def add(self, item: Submission, *, allow_duplicate: bool, computed: Fingerprint | None = None) -> Entry:
        """Register a design; see ``Registry.register``.

        Parameters
        ----------
        item : Submission
        allow_duplicate : bool
        computed : Fingerprint, optional
            Of this photo, where it is at hand already.
        """
        problem = self._known_problem(item, allow_duplicate=allow_duplicate)
        if problem is not None:
            raise problem
        drafted = draft(item.photo, self._profile, computed)
        return self._add_draft(drafted, item, allow_duplicate=allow_duplicate)

    def add_many(
        self,
        items: Iterable[Submission | tuple[Photo | PhotoSource, str]],
        *,
        jobs: int,
        allow_duplicate: bool,
        limits: Limits | None,
    ) -> Generator[Entry | MotifError, None, None]:
        """Register many designs, with fingerprints computed ahead; see ``Registry.register_many``."""
        waiting: deque[tuple[Submission, MotifError | None]] = deque()

        def sources() -> Iterator[Photo | PhotoSource | None]:
            for given in items:
                item = given if isinstance(given, Submission) else Submission(photo=given[0], title=given[1])
                problem = self._known_problem(item, allow_duplicate=allow_duplicate)
                waiting.append((item, problem))
                yield None if problem else item.photo

        task = partial(draft_or_error, profile=self._profile)
        if jobs == 1 and limits is None:
            drafts: Generator[Any, None, None] = (task(source) for source in sources())
        else:
            limits = limits or NO_LIMITS
            setup = partial(prepare_worker, self._profile, limits.memory_bytes)
            drafts = run_in_workers(task, sources(), jobs=jobs, setup=setup, time_limit_s=limits.seconds)
        with closing(drafts):
            for drafted in drafts:
                item, problem = waiting.popleft()
                yield problem or self._add_or_error(drafted, item, allow_duplicate=allow_duplicate)

    def add_photo(self, number: int, photo: Photo | PhotoSource, *, allow_duplicate: bool) -> Entry:
        """Add a photo to an entry; see ``Registry.add_photo``.

        Parameters
        ----------
        number : int
            Of the entry.
        photo : Photo, path, bytes or ndarray
        allow_duplicate : bool
        """
        with self._store.reading() as reader:
            entry = _require_active(reader.entry(number))
        drafted = draft(photo, self._profile)
        if _has_file(entry, drafted.sha256):
            return entry
        earlier = self._search_saved_checks(drafted.fingerprint)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            if not _has_file(_require_active(writer.entry(number)), drafted.sha256):
                writer.add_photo(
                    number, drafted.entry_photo(datetime.now(UTC)), drafted.fingerprint.to_bytes()
                )
                self._saved_checks.look_back(writer, number, drafted.fingerprint, similar, earlier)
            return number

        data = data_of(drafted, photo)
        return self.admit(drafted, data, insert, allow_duplicate=allow_duplicate, own=number)

    def _add_draft(self, drafted: Draft, item: Submission, *, allow_duplicate: bool) -> Entry:
        title, note = clean_title(item.title), clean_note(item.note)
        drafted = replace(drafted, name=item.name or drafted.name)
        if not allow_duplicate:
            self._refuse_known_file(drafted.sha256)
        earlier = self._search_saved_checks(drafted.fingerprint)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            at = datetime.now(UTC)
            similar_to = [parse_id(match.entry.id) for match in similar]
            number = writer.add_entry(title=title, note=note, at=at, similar_to=similar_to)
            writer.add_photo(number, drafted.entry_photo(at), drafted.fingerprint.to_bytes())
            self._saved_checks.look_back(writer, number, drafted.fingerprint, similar, earlier)
            return number

        data = data_of(drafted, item.photo)
        return self.admit(drafted, data, insert, allow_duplicate=allow_duplicate)

    def _add_or_error(
        self, drafted: Draft | MotifError | WorkerDied[Any], item: Submission, *, allow_duplicate: bool
    ) -> Entry | MotifError:
        if isinstance(drafted, WorkerDied):
            return died_error(drafted)
        if isinstance(drafted, MotifError):
            return drafted
        try:
            return self._add_draft(drafted, item, allow_duplicate=allow_duplicate)
        except MotifError as error:
            return error

    def _known_problem(self, item: Submission, *, allow_duplicate: bool) -> MotifError | None:
        """Say what can be said against an item before its photo is decoded."""
        try:
            clean_title(item.title)
            clean_note(item.note)
            if not allow_duplicate:
                self._refuse_known_file(file_sha256(item.photo))
        except MotifError as error:
            return error
        return None

    def _search_saved_checks(self, query: Fingerprint) -> LookedBack:
        """Search the remembered checks while others can write."""
        with self._store.reading() as reader:
            return self._saved_checks.search(reader, query)

    def _refuse_known_file(self, sha256: str | None) -> None:
        if sha256 is not None:
            with self._store.reading() as reader:
                refuse_file(reader, sha256)

    def admit(
        self,
        made: Draft,
        data: bytes,
        insert: Callable[[Writer, tuple[Match, ...]], int],
        *,
        allow_duplicate: bool,
        own: int = 0,
    ) -> Entry:
        """Compare a photo with all active entries, and insert it; one atomic step.

        The search runs while others write, and so does the search of what they added meanwhile; what is
        left to search while they wait is next to nothing. The original is durable before a record names it.

        Parameters
        ----------
        made : Draft
        data : bytes
            Its file.
        insert : callable
            Called as the one writer, with the matches worth remembering; returns the entry's number.
        allow_duplicate : bool
            Admit the photo also where it conflicts.
        own : int
            Number of the entry that gets the photo, which it may well resemble; 0 for a new one.

        Raises
        ------
        DuplicateMotifError
            If the photo conflicts with another active entry.
        """
        for rounds_left in reversed(range(_ROUNDS)):
            found, revision = self._look(made.fingerprint)
            _speaks_against(found, own=own, allow_duplicate=allow_duplicate)
            self._originals.put(made.sha256, data)
            self._store.prepare(made.fingerprint.to_bytes())
            found, revision = self._catch_up(made.fingerprint, found, revision)
            with self._store.writing(by=self._by) as writer:
                if not allow_duplicate:
                    refuse_file(writer, made.sha256, own=own)
                fresh = self._look_again(writer, made.fingerprint, revision, rounds_left=rounds_left)
                if fresh is None:
                    continue
                if writer.revision() != revision:
                    found = _as_of(writer, made.fingerprint, found, fresh)
                similar = _speaks_against(found, own=own, allow_duplicate=allow_duplicate)
                return writer.entry(insert(writer, similar))
        raise AssertionError("the last round returns")

    def _look(self, query: Fingerprint) -> tuple[tuple[Match, ...], int]:
        """Search all, and what was added during the search; say up to which revision."""
        with self._store.reading() as reader:
            revision = reader.revision()
            found = self._find(reader, query)
        return self._catch_up(query, found, revision)

    def _find(self, reader: Reader, query: Fingerprint) -> tuple[Match, ...]:
        return apply_decisions(reader, query, self.lookup.find(reader, query, limit=_SIMILAR_MAX))

    def _catch_up(
        self, query: Fingerprint, found: tuple[Match, ...], revision: int
    ) -> tuple[tuple[Match, ...], int]:
        """Search what was added since a revision, while others write, until that is nothing."""
        for _ in range(_ROUNDS):
            with self._store.reading() as reader:
                if reader.revision() == revision:
                    break
                fresh = self._look_again(reader, query, revision, rounds_left=1)
                revision = reader.revision()
                found = self._find(reader, query) if fresh is None else _as_of(reader, query, found, fresh)
        return found, revision

    def _look_again(
        self, reader: Reader, query: Fingerprint, since: int, *, rounds_left: int
    ) -> tuple[Match, ...] | None:
        """Search what was added since a revision; None if that is better done by searching all.

        Among few photos everything looks distinctive, so a likeness is judged among all, if there is time.
        """
        added = reader.changes(since).added
        if len(added) > _FEW and rounds_left:
            return None
        fresh = apply_decisions(reader, query, self.lookup.find_among(reader, added, query))
        return None if rounds_left and any(match.verdict != "clear" for match in fresh) else fresh


def refuse_file(reader: EntryReader, sha256: str, *, own: int = 0) -> None:
    """Raise if another active entry has this very file."""
    keys = [reference.key for reference in reader.photo_references(sha256) if reference.number != own]
    for reference in reader.active(keys).values():
        raise _duplicate(reader.entry(reference.number), 1.0, same_file=True)


def _speaks_against(matches: tuple[Match, ...], *, own: int, allow_duplicate: bool) -> tuple[Match, ...]:
    """Return the matches with other entries that are worth remembering; raise if one forbids registering."""
    others = tuple(
        match for match in matches if match.verdict != "clear" and match.entry.id != (own and format_id(own))
    )
    for match in others:
        if match.verdict == "conflict" and not allow_duplicate:
            raise _duplicate(match.entry, match.score, same_file=match.evidence.basis == "file")
    return others[:_SIMILAR_MAX]


def _duplicate(entry: Entry, score: float, *, same_file: bool) -> DuplicateMotifError:
    hint = N_(
        "If it is the same design, add the photo to {id} (add_photo). If a person has looked and it is "
        "another, register it with --allow-duplicate (allow_duplicate=True).",
        id=entry.id,
    )
    facts = {"id": entry.id, "title": entry.title, "score": score}
    if same_file:
        message = N_("photo is the very file of {id} {title!r} (score {score:.2f})", **facts)
    else:
        message = N_("photo shows the design of {id} {title!r} (score {score:.2f})", **facts)
    return DuplicateMotifError(
        message, entry_id=entry.id, title=entry.title, score=score, same_file=same_file, hint=hint
    )


def _as_of(
    reader: Reader, query: Fingerprint, found: tuple[Match, ...], fresh: tuple[Match, ...]
) -> tuple[Match, ...]:
    """Bring matches of an earlier view up to this one: what was withdrawn, decided and added since."""
    standing = (match for match in found if not reader.entry(parse_id(match.entry.id)).withdrawn)
    return _merged(apply_decisions(reader, query, tuple(standing)), fresh)


def _merged(some: tuple[Match, ...], more: tuple[Match, ...]) -> tuple[Match, ...]:
    """Keep one match for each entry, closest first."""
    best: dict[str, Match] = {}
    for match in sorted((*some, *more), key=lambda one: (-one.score, one.entry.id)):
        best.setdefault(match.entry.id, match)
    return tuple(best.values())


def _require_active(entry: Entry) -> Entry:
    if entry.withdrawn:
        hint = N_("Register the design as a new entry.")
        raise RegistryError(N_("{id} was withdrawn; no photo can be added", id=entry.id), hint=hint)
    return entry


def _has_file(entry: Entry, sha256: str) -> bool:
    return any(photo.sha256 == sha256 for photo in entry.photos)
