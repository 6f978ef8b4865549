"""Many pictures straight into a registry, each as a design of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import groupby, islice
from pathlib import PurePath

from motif.batch.ahead import read_ahead
from motif.batch.rows import Item, Outcome, Row, forget_copy, outcome_with, stamp_of
from motif.batch.run import Tally, choose_jobs
from motif.errors import DuplicateMotifError, MotifError
from motif.fingerprint import Fingerprint
from motif.photo.photo import file_sha256
from motif.photo.source import file_and_page
from motif.registry.records.entry import Entry
from motif.registry.records.text import TITLE_MAX
from motif.registry.registry import Registry
from motif.registry.submission import Submission, withdrawn_error
from motif.workers.limits import Limits

_PAGE = 64
"""Pictures whose files are looked for in the registry at a time."""


def admit(
    registry: Registry,
    items: Iterable[Item],
    tally: Tally,
    *,
    note: str = "",
    jobs: int | None = None,
    allow_duplicate: bool = False,
    look_up: bool = True,
    limits: Limits | None = None,
) -> Generator[Outcome, None, None]:
    """Register pictures, with fingerprints computed ahead where they are not ready.

    A picture whose very file is in the registry is passed over, so that a run that was stopped goes on when
    it is started again. If the entry was withdrawn, it is an error, unless duplicates are allowed.

    Parameters
    ----------
    registry : Registry
    items : iterable of Item
        Drawn a few ahead. One without a title gets the name of its file.
    tally : Tally
        Counts what was found, unchanged, computed and failed.
    note : str
        Kept with each.
    jobs : int or None
        None chooses by the number of items.
    allow_duplicate : bool
        Register also where an earlier entry looks the same.
    look_up : bool
        Look each up first; otherwise see ``Registry.load_many``.
    limits : Limits or None

    Yields
    ------
    Outcome
        In the order of ``items``, with a row of ``path`` and the fields of the entry, or ``path`` and
        ``error`` with code, message and hint.
    """
    chosen_jobs, items = choose_jobs(items)
    jobs = jobs or chosen_jobs
    submitted: deque[Item] = deque()
    with closing(read_ahead(items, depth=2 * jobs)) as arriving:
        submissions = _submissions(
            registry, arriving, tally, submitted, note=note, allow_duplicate=allow_duplicate
        )
        if look_up:
            results = registry.register_many(
                submissions, jobs=jobs, allow_duplicate=allow_duplicate, limits=limits
            )
        else:
            results = registry.load_many(submissions, jobs=jobs, limits=limits)
        with closing(results):
            for result in results:
                item = submitted.popleft()
                outcome = _outcome(item, item.problem or result)
                forget_copy(item)
                if isinstance(result, DuplicateMotifError) and result.same_file and not item.problem:
                    tally.unchanged += 1  # twice among the sources
                    continue
                tally.computed += 1
                tally.bytes_read += outcome.size_bytes
                tally.failure(outcome.code)
                yield outcome


def _submissions(
    registry: Registry,
    items: Iterable[Item],
    tally: Tally,
    submitted: deque[Item],
    *,
    note: str,
    allow_duplicate: bool,
) -> Iterator[Submission]:
    for item, entries in _with_holders(registry, items):
        tally.found += 1
        item, computed = _with_print(item)
        if any(not entry.withdrawn for entry in entries):
            tally.unchanged += 1
            forget_copy(item)
            continue
        if entries and not allow_duplicate:
            item = replace(item, problem=withdrawn_error(entries[-1]))
        submitted.append(item)
        path = PurePath(item.path)
        title = item.title or _title(item.path)
        if item.problem:
            yield Submission(photo=b"", title=title)  # no photo, so that nothing is registered
        else:
            yield Submission(
                photo=item.file or item.path, title=title, note=note, name=path.name, computed=computed
            )


def _with_print(item: Item) -> tuple[Item, Fingerprint | None]:
    """Return an item with its fingerprint, if it is ready; one that is none is the item's problem."""
    if item.ready is None:
        return item, None
    try:
        return item, item.ready.fingerprint()
    except MotifError as error:
        return replace(item, problem=error), None


def _with_holders(registry: Registry, items: Iterable[Item]) -> Iterator[tuple[Item, tuple[Entry, ...]]]:
    """Yield items with the entries that have their files; asked for many together where no file is read."""
    for is_ready, group in groupby(items, lambda item: item.ready is not None):
        while page := list(islice(group, _PAGE if is_ready else 1)):
            files = [_sha256_of(item) for item in page]
            held = registry.holding_any(set(filter(None, files)))
            yield from ((item, held.get(file or "", ())) for item, file in zip(page, files, strict=True))


def _sha256_of(item: Item) -> str | None:
    if item.problem:
        return None
    return item.ready.sha256 if item.ready else file_sha256(item.file or item.path)


def _title(path: str) -> str:
    """Return the name of a file, with the number of a further page."""
    file, page = file_and_page(path)
    return (PurePath(file).stem + (f" {page}" if page > 1 else ""))[:TITLE_MAX]


def _outcome(item: Item, result: Entry | MotifError) -> Outcome:
    row: Row = {"path": item.path}
    if isinstance(result, DuplicateMotifError):
        earlier = {"entry_id": result.entry_id, "title": result.title, "score": result.score}
        row |= {"error": result.to_json() | earlier}
    elif isinstance(result, MotifError):
        row |= {"error": result.to_json()}
    else:
        row |= result.to_json()
    return outcome_with(item, item.stamp or stamp_of(item.path), row)
