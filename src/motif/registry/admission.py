"""Admit photos: the search and the insertion as one step, however many processes work at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from typing import Any

from motif.errors import DuplicateMotifError, MotifError, RegistryError
from motif.fingerprint import Fingerprint, detail_fingerprint
from motif.matching.plain import shows_too_little
from motif.messages import N_
from motif.photo.photo import Photo, file_sha256
from motif.photo.source import PhotoSource
from motif.profiles import Profile
from motif.registry.alerts import SavedChecks, remember
from motif.registry.catalogue import put_record
from motif.registry.decisions import apply_decisions, gravest
from motif.registry.marks import without_ignored
from motif.registry.priority import dated
from motif.registry.proposals import propose
from motif.registry.records.decision import SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.ids import format_id, parse_id
from motif.registry.records.text import clean_note, clean_title
from motif.registry.records.works import Motif
from motif.registry.results import CheckResult, Match
from motif.registry.search.lookup import Lookup
from motif.registry.store import EntryReader, NewEntry, OriginalStore, Reader, Store, Writer
from motif.registry.submission import Draft, Submission, data_of, draft, draft_of_computed, draft_or_error
from motif.workers.limits import NO_LIMITS, Limits, died_error
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

_SIMILAR_MAX = 10
"""Most entries that are compared, and recorded as similar, when a photo is admitted."""

_LOADED = 200
"""Designs that are added in one step where none is looked up; with fingerprints some 25 MB."""

_FEW = 32
"""Most photos, added by others meanwhile, that are searched apart from the rest."""

_ROUNDS = 5
"""Most times that a search is repeated because others have added photos."""


class Admission:
    """Searches a store, and admits photos into it.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    lookup : Lookup
    saved_checks : SavedChecks
        The saved checks, which each new photo is compared with.
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
        saved_checks: SavedChecks,
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

    def acting(self, store: Store, by: str) -> Admission:
        """Return what admits in another name, with the same search index.

        Parameters
        ----------
        store : Store
            The same one, as that actor writes to it.
        by : str
        """
        return Admission(
            store, self._originals, self.lookup, self._saved_checks, profile=self._profile, by=by
        )

    def add(self, item: Submission, *, allow_duplicate: bool, computed: Fingerprint | None = None) -> Entry:
        """Register a design; see ``Registry.register``.

        Parameters
        ----------
        item : Submission
        allow_duplicate : bool
        computed : Fingerprint, optional
            Of this photo, where it is at hand already.
        """
        self._require_admissible(item)
        drafts = [draft(item.photo, self._profile, computed or item.computed)]
        drafts += [draft(photo, self._profile) for photo in item.others]
        return self._add_drafts(drafts, item, allow_duplicate=allow_duplicate)

    def add_many(
        self,
        items: Iterable[Submission | tuple[Photo | PhotoSource, str]],
        *,
        jobs: int,
        allow_duplicate: bool,
        limits: Limits | None,
    ) -> Generator[Entry | MotifError, None, None]:
        """Register many designs, with fingerprints computed ahead; see ``Registry.register_many``."""
        drafted = self._drafted(items, self._require_admissible, jobs=jobs, limits=limits)
        with closing(drafted) as every:
            for item, drafts in every:
                if isinstance(drafts, MotifError):
                    yield drafts
                    continue
                try:
                    entry = self._add_drafts(drafts, item, allow_duplicate=allow_duplicate)
                except MotifError as error:
                    yield error
                else:
                    yield entry

    def load_many(
        self, items: Iterable[Submission], *, jobs: int, limits: Limits | None
    ) -> Generator[Entry | MotifError, None, None]:
        """Register many designs without looking them up; see ``Registry.load_many``."""
        page: list[tuple[Submission, list[Draft] | MotifError]] = []
        drafted = self._drafted(items, _require_clean, jobs=jobs, limits=limits)
        with closing(drafted) as every:
            for item, drafts in every:
                page.append((item, drafts if isinstance(drafts, MotifError) else self._kept(drafts, item)))
                if len(page) == _LOADED:
                    yield from self._load(page)
                    page = []
        yield from self._load(page)

    def _drafted(
        self,
        items: Iterable[Submission | tuple[Photo | PhotoSource, str]],
        require: Callable[[Submission], object],
        *,
        jobs: int,
        limits: Limits | None,
    ) -> Generator[tuple[Submission, list[Draft] | MotifError], None, None]:
        """Yield items with their drafts, or with why there is none."""
        waiting: deque[tuple[Submission, MotifError | None]] = deque()
        of_one: list[Draft | MotifError | WorkerDied[Any] | None] = []

        def sources() -> Iterator[Photo | PhotoSource | None]:
            for item in items:
                if not isinstance(item, Submission):
                    item = Submission(photo=item[0], title=item[1])
                try:
                    require(item)
                except MotifError as error:
                    waiting.append((item, error))
                    yield None
                else:
                    waiting.append((item, None))
                    yield from item.photos if item.computed is None else (None, *item.others)

        task = partial(draft_or_error, profile=self._profile)
        if jobs == 1 and limits is None:
            drafts: Generator[Any, None, None] = (task(source) for source in sources())
        else:
            limits = limits or NO_LIMITS
            setup = partial(prepare_worker, self._profile, limits.memory_bytes)
            drafts = run_in_workers(task, sources(), jobs=jobs, setup=setup, time_limit_s=limits.seconds)
        with closing(drafts):
            for drafted in drafts:
                of_one.append(drafted)
                item, problem = waiting[0]
                if problem or len(of_one) == len(item.photos):
                    waiting.popleft()
                    yield item, problem or self._usable(of_one, item)
                    of_one = []

    def _usable(
        self, drafts: Sequence[Draft | MotifError | WorkerDied[Any] | None], item: Submission
    ) -> list[Draft] | MotifError:
        """Return the drafts of an item, or the first error among them."""
        usable = []
        for drafted, photo in zip(drafts, item.photos, strict=True):
            if drafted is None:
                assert item.computed is not None, "a photo was given"
                try:
                    drafted = draft_of_computed(photo, item.computed, self._profile)
                except MotifError as error:
                    return error
            if isinstance(drafted, WorkerDied):
                return died_error(drafted)
            if isinstance(drafted, MotifError):
                return drafted
            usable.append(drafted)
        return usable

    def _kept(self, drafts: Sequence[Draft], item: Submission) -> list[Draft] | MotifError:
        """Keep the files of drafts, which are not held in memory any more."""
        try:
            for drafted, photo in zip(drafts, item.photos, strict=True):
                self._originals.put(drafted.sha256, data_of(drafted, photo))
        except MotifError as error:
            return error
        first, *others = drafts
        named = replace(first, name=item.name or first.name)
        return [replace(drafted, data=None) for drafted in (named, *others)]

    def _load(
        self, page: Sequence[tuple[Submission, list[Draft] | MotifError]]
    ) -> Iterator[Entry | MotifError]:
        """Add the items of a page in one step, and yield what came of each."""
        sound = [(item, drafts) for item, drafts in page if not isinstance(drafts, MotifError)]
        try:
            loaded = iter(self._loaded(sound) if sound else ())
        except MotifError as error:
            loaded = repeat(error)
        for _, drafts in page:
            yield drafts if isinstance(drafts, MotifError) else next(loaded)

    def _loaded(self, page: Sequence[tuple[Submission, list[Draft]]]) -> list[Entry | MotifError]:
        """Add items in one step; one whose file an active entry has, or an item before it, is an error."""
        self._store.prepare([one.fingerprint.to_bytes() for _, drafts in page for one in drafts])
        with self._store.reading() as reader:
            earlier = [
                [self._saved_checks.search(reader, one.fingerprint) for one in drafts] for _, drafts in page
            ]
        at = datetime.now(UTC)
        with self._store.writing(by=self._by) as writer:
            holders = _holders(writer, [one.sha256 for _, drafts in page for one in drafts])
            first, added, numbers = writer.newest("entry") + 1, list[NewEntry](), list[int]()
            for item, drafts in page:
                held = [holders[one.sha256] for one in drafts if one.sha256 in holders]
                numbers.append(held[0] if held else first + len(added))
                if not held:
                    added.append(_new_entry(item, drafts, at))
                    holders |= {one.sha256: numbers[-1] for one in drafts}
            writer.add_entries(added)
            results: list[Entry | MotifError] = []
            waiting = set(range(first, first + len(added)))
            entries = writer.entries_of(numbers)
            for (item, drafts), number, matches in zip(page, numbers, earlier, strict=True):
                if number not in waiting:
                    results.append(_duplicate(entries[number], 1.0, same_file=True))
                    continue
                waiting.remove(number)
                if item.known:
                    put_record(writer, Motif(id=format_id(number), **item.known))
                for one, found in zip(drafts, matches, strict=True):
                    self._saved_checks.raise_alerts(writer, number, one.fingerprint, (), found)
                results.append(entries[number])
        return results

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

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            if not _has_file(_require_active(writer.entry(number)), drafted.sha256):
                writer.add_photo(
                    number, drafted.entry_photo(datetime.now(UTC)), drafted.fingerprint.to_bytes()
                )
            return number

        return self._admit([(drafted, photo)], insert, allow_duplicate=allow_duplicate, own=number)

    def check(
        self, query: Fingerprint, photo: Photo | None, *, limit: int, announced: str | None
    ) -> CheckResult:
        """Return the entries that a design may reuse; see ``Registry.check``.

        Parameters
        ----------
        query : Fingerprint
        photo : Photo or None
            The query's; None where there is only the fingerprint, and no detail can be asked for.
        limit : int
        announced : str or None

        Returns
        -------
        CheckResult
        """
        with self._store.reading() as reader:
            asked, marks = without_ignored(reader, query, self._profile)
            matches = apply_decisions(reader, query, self.lookup.find(reader, asked, limit=limit))
            if photo is not None and gravest(matches) == "clear":
                details = detail_fingerprint(query, photo, self._profile)
                details, _ = without_ignored(reader, query, self._profile, details=details)
                found = apply_decisions(reader, query, self.lookup.find(reader, details, limit=limit))
                matches = _closest((*matches, *found), limit=limit)
            verdict = gravest(matches)
            result = CheckResult(
                verdict=verdict,
                too_little=verdict == "clear" and shows_too_little(asked, self._profile),
                matches=matches,
                query=query,
                searched_entries=reader.count(),
                profile_id=self._profile.id,
                checked_at=datetime.now(UTC),
                revision=reader.revision(),
                ignored_marks=marks,
                proposed_mark=propose(matches),
            )
            return dated(reader, result, announced=announced)

    def remember(self, result: CheckResult, *, note: str) -> SavedCheck:
        """Keep a check; see ``Registry.remember``."""
        with self._store.writing(by=self._by) as writer:
            added = writer.changes(result.revision).added
            fresh = self._find_among(writer, added, result.query)
            return remember(writer, result, fresh, note=note)

    def _add_drafts(self, drafts: Sequence[Draft], item: Submission, *, allow_duplicate: bool) -> Entry:
        title, note = clean_title(item.title), clean_note(item.note)
        first, *others = drafts
        drafts = [replace(first, name=item.name or first.name), *others]
        for drafted in drafts:
            self._refuse_known_file(drafted.sha256)

        def insert(writer: Writer, similar: tuple[Match, ...]) -> int:
            at = datetime.now(UTC)
            similar_to = [parse_id(match.entry.id) for match in similar]
            number = writer.add_entry(title=title, note=note, at=at, similar_to=similar_to)
            for drafted in drafts:
                writer.add_photo(number, drafted.entry_photo(at), drafted.fingerprint.to_bytes())
            if item.known:
                put_record(writer, Motif(id=format_id(number), **item.known))
            return number

        photos = list(zip(drafts, item.photos, strict=True))
        return self._admit(photos, insert, allow_duplicate=allow_duplicate)

    def _require_admissible(self, item: Submission) -> None:
        """Refuse what can be refused before the photo is decoded."""
        _require_clean(item)
        for photo in item.photos:
            self._refuse_known_file(file_sha256(photo))

    def _refuse_known_file(self, sha256: str | None) -> None:
        if sha256 is not None:
            with self._store.reading() as reader:
                _refuse_file(reader, sha256)

    def _admit(
        self,
        photos: Sequence[tuple[Draft, Photo | PhotoSource]],
        insert: Callable[[Writer, tuple[Match, ...]], int],
        *,
        allow_duplicate: bool,
        own: int = 0,
    ) -> Entry:
        """Compare photos with all active entries, and insert them; one atomic step.

        The search, also of what others add meanwhile, runs while they write; what is left to search while
        they wait is next to nothing. The originals are durable before a record names them.

        Parameters
        ----------
        photos : sequence of (Draft, Photo, path, bytes or ndarray)
            Each with what was drafted; at least one.
        insert : callable
            Called as the one writer, with the matches of the first photo to record; returns the entry's
            number.
        allow_duplicate : bool
            Admit the photos even if one conflicts; a new entry needs files of its own all the same.
        own : int
            Number of the entry that gets the photos, which they may well resemble; 0 for a new one.

        Raises
        ------
        DuplicateMotifError
            If a photo conflicts with another active entry.
        """
        queries = [drafted.fingerprint for drafted, _ in photos]
        with self._store.reading() as reader:
            check_matches = [self._saved_checks.search(reader, query) for query in queries]
        for rounds_left in reversed(range(_ROUNDS)):
            searched = [self._search(query) for query in queries]
            for matches, _ in searched:
                _relevant(matches, own=own, allow_duplicate=allow_duplicate)
            for drafted, source in photos:
                self._originals.put(drafted.sha256, data_of(drafted, source))
            self._store.prepare([drafted.fingerprint.to_bytes() for drafted, _ in photos])
            searched = [self._catch_up(query, *found) for query, found in zip(queries, searched, strict=True)]
            with self._store.writing(by=self._by) as writer:
                if not (own and allow_duplicate):  # a new entry is never made of another's file
                    for drafted, _ in photos:
                        _refuse_file(writer, drafted.sha256, own=own)
                similar = []
                for query, (matches, revision) in zip(queries, searched, strict=True):
                    fresh = self._search_added(writer, query, revision, rounds_left=rounds_left)
                    if fresh is None:
                        break
                    if writer.revision() != revision:
                        matches = _as_of(writer, query, matches, fresh)
                    similar.append(_relevant(matches, own=own, allow_duplicate=allow_duplicate))
                if len(similar) < len(queries):
                    continue
                number = insert(writer, similar[0])
                for query, resembled, earlier in zip(queries, similar, check_matches, strict=True):
                    self._saved_checks.raise_alerts(writer, number, query, resembled, earlier)
                return writer.entry(number)
        raise AssertionError("the last round returns")

    def _find(self, reader: Reader, query: Fingerprint, *, limit: int) -> tuple[Match, ...]:
        asked, _ = without_ignored(reader, query, self._profile)
        return apply_decisions(reader, query, self.lookup.find(reader, asked, limit=limit))

    def _find_among(self, reader: Reader, keys: Collection[int], query: Fingerprint) -> tuple[Match, ...]:
        asked, _ = without_ignored(reader, query, self._profile)
        return apply_decisions(reader, query, self.lookup.find_among(reader, keys, asked))

    def _search(self, query: Fingerprint) -> tuple[tuple[Match, ...], int]:
        """Search all photos, and those added during the search; return up to which revision."""
        with self._store.reading() as reader:
            revision = reader.revision()
            matches = self._find(reader, query, limit=_SIMILAR_MAX)
        return self._catch_up(query, matches, revision)

    def _catch_up(
        self, query: Fingerprint, matches: tuple[Match, ...], revision: int
    ) -> tuple[tuple[Match, ...], int]:
        """Search what was added since a revision, while others write, until nothing is left."""
        for _ in range(_ROUNDS):
            with self._store.reading() as reader:
                if reader.revision() == revision:
                    break
                fresh = self._search_added(reader, query, revision, rounds_left=1)
                revision = reader.revision()
                if fresh is None:
                    matches = self._find(reader, query, limit=_SIMILAR_MAX)
                else:
                    matches = _as_of(reader, query, matches, fresh)
        return matches, revision

    def _search_added(
        self, reader: Reader, query: Fingerprint, since: int, *, rounds_left: int
    ) -> tuple[Match, ...] | None:
        """Search what was added since a revision; None if all photos had better be searched again."""
        added = reader.changes(since).added
        if len(added) > _FEW and rounds_left:
            return None
        return self._find_among(reader, added, query)


def _require_clean(item: Submission) -> None:
    clean_title(item.title)
    clean_note(item.note)


def _new_entry(item: Submission, drafts: Sequence[Draft], at: datetime) -> NewEntry:
    photos = tuple((one.entry_photo(at), one.fingerprint.to_bytes()) for one in drafts)
    return NewEntry(title=clean_title(item.title), note=clean_note(item.note), at=at, photos=photos)


def _holders(reader: EntryReader, sha256s: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the active entries that have some files."""
    keys = [reference.key for reference in reader.photo_references(*sha256s)]
    return {reference.photo.sha256: reference.number for reference in reader.active(keys).values()}


def _refuse_file(reader: EntryReader, sha256: str, *, own: int = 0) -> None:
    """Raise if another active entry has this very file."""
    keys = [reference.key for reference in reader.photo_references(sha256) if reference.number != own]
    for reference in reader.active(keys).values():
        raise _duplicate(reader.entry(reference.number), 1.0, same_file=True)


def _relevant(matches: tuple[Match, ...], *, own: int, allow_duplicate: bool) -> tuple[Match, ...]:
    """Return the matches with other entries that are not clear; raise if one forbids registering."""
    others = tuple(
        match for match in matches if match.verdict != "clear" and match.entry.id != (own and format_id(own))
    )
    for match in others:
        if match.verdict == "conflict" and not allow_duplicate:
            raise _duplicate(match.entry, match.score, same_file=match.evidence.basis == "file")
    return others[:_SIMILAR_MAX]


def _duplicate(entry: Entry, score: float, *, same_file: bool) -> DuplicateMotifError:
    facts = {"id": entry.id, "title": entry.title, "score": score}
    if same_file:
        message = N_("photo is the same file as a photo of {id} {title!r} (score {score:.2f})", **facts)
        hint = N_("It is there already; motif set {id} changes what is known of it.", id=entry.id)
    else:
        message = N_("photo shows the design of {id} {title!r} (score {score:.2f})", **facts)
        hint = N_(
            "If it is the same design, add the photo to {id} (add_photo). If a person has looked and it is "
            "another, register it with --allow-duplicate (allow_duplicate=True).",
            id=entry.id,
        )
    return DuplicateMotifError(
        message, entry_id=entry.id, title=entry.title, score=score, same_file=same_file, hint=hint
    )


def _as_of(
    reader: Reader, query: Fingerprint, matches: tuple[Match, ...], fresh: tuple[Match, ...]
) -> tuple[Match, ...]:
    """Bring matches of an earlier view up to this one: what was withdrawn, decided and added since."""
    active = tuple(match for match in matches if not reader.entry(parse_id(match.entry.id)).withdrawn)
    closest: dict[str, Match] = {}
    every = (*apply_decisions(reader, query, active), *fresh)
    for match in sorted(every, key=lambda match: (-match.score, match.entry.id)):
        closest.setdefault(match.entry.id, match)
    return tuple(closest.values())


def _require_active(entry: Entry) -> Entry:
    if entry.withdrawn:
        hint = N_("Register the design as a new entry.")
        raise RegistryError(N_("{id} was withdrawn; no photo can be added", id=entry.id), hint=hint)
    return entry


def _has_file(entry: Entry, sha256: str) -> bool:
    return any(photo.sha256 == sha256 for photo in entry.photos)


def _closest(matches: Iterable[Match], *, limit: int) -> tuple[Match, ...]:
    """Keep the closest match of each entry, closest first."""
    closest: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: -match.score):
        closest.setdefault(match.entry.id, match)
    return tuple(closest.values())[:limit]
