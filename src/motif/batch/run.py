"""The run of a batch: pictures that have a row already are skipped, the others go to the workers."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from typing import Protocol

from motif.batch.ahead import read_ahead
from motif.batch.prints import ready_outcome
from motif.batch.rows import Item, Outcome, Stamp, died_outcome, outcome_of, stamp_of
from motif.profiles import STANDARD_1, Profile
from motif.workers.limits import NO_LIMITS, Limits
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

PHOTOS_PER_WORKER = 4
"""Starting a worker costs about as much as this many photos."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts for the summary of a run.

    Parameters
    ----------
    found, unchanged, computed, failed : int, pictures
        ``failed`` are those whose row is an error, from this run or an earlier one.
    bytes_read : int
        Of the files that this run computed.
    codes : dict of code to count
        Of the errors.
    """

    found: int = 0
    unchanged: int = 0
    computed: int = 0
    failed: int = 0
    bytes_read: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def failure(self, code: str, count: int = 1) -> None:
        """Count errors of one code; none if it is empty."""
        if code:
            self.failed += count
            self.codes[code] += count


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an output already holds about a picture.

    Parameters
    ----------
    stamp : Stamp
    sha256 : str
        Empty where the file could not be read.
    kind : str
        Profile and depth of the fingerprint (see ``kind_of``); empty for an error.
    code : str
        Of the error; empty for a fingerprint.
    """

    stamp: Stamp
    sha256: str
    kind: str
    code: str


class Output(Protocol):
    """Where rows are written, and which says what it holds already."""

    def claim(self, path: str) -> bool:
        """Note that this run names a picture; False if it has done so before."""

    def find(self, path: str) -> Written | None:
        """Return what is there already."""

    def append(self, outcome: Outcome) -> None:
        """Write a row."""


def kind_of(profile: Profile, *, hashes_only: bool) -> str:
    """Name what a row holds, in order to tell whether it would be computed the same today.

    Parameters
    ----------
    profile : Profile
    hashes_only : bool

    Returns
    -------
    str

    Examples
    --------
    >>> kind_of(STANDARD_1, hashes_only=True)
    'standard-1 hashes'
    """
    return f"{profile.id} {'hashes' if hashes_only else 'fingerprint'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOptions:
    """Which rows are computed, and of what they consist.

    Parameters
    ----------
    hashes_only : bool
        Leave the keypoints out.
    checksum : bool
        Compare contents also where size and time are unchanged.
    retry_errors : bool
        Compute again where the row is an error.
    """

    hashes_only: bool = False
    checksum: bool = False
    retry_errors: bool = False


def fill(
    output: Output,
    items: Iterable[Item],
    tally: Tally,
    *,
    profile: Profile = STANDARD_1,
    rows: RowOptions = RowOptions(),
    jobs: int | None = None,
    ordered: bool = True,
    limits: Limits | None = None,
) -> Generator[Outcome, None, None]:
    """Bring an output to where it has a row for each item.

    Parameters
    ----------
    output : Output
    items : iterable of Item
        Drawn as needed, a few ahead.
    tally : Tally
        Counts what was found, unchanged, computed and failed.
    profile : Profile
    rows : RowOptions
    jobs : int or None
        None chooses by the number of items.
    ordered : bool
    limits : Limits or None
        See ``run``.

    Yields
    ------
    Outcome
        After its row was written.
    """
    kind = kind_of(profile, hashes_only=rows.hashes_only)
    todo = remaining(items, output, tally, kind=kind, rows=rows)
    chosen_jobs, todo = choose_jobs(todo)
    outcomes = run(
        todo,
        profile=profile,
        hashes_only=rows.hashes_only,
        jobs=jobs or chosen_jobs,
        ordered=ordered,
        limits=limits,
    )
    with closing(outcomes):
        for outcome in outcomes:
            _take(outcome, output, tally)
            yield outcome


def _take(outcome: Outcome, output: Output, tally: Tally) -> None:
    if not outcome.row:
        written = output.find(outcome.path)
        tally.unchanged += 1
        tally.failure(written.code if written else "")
        return
    output.append(outcome)
    tally.computed += 1
    tally.bytes_read += outcome.size_bytes
    tally.failure(outcome.code)


def remaining(
    items: Iterable[Item], output: Output, tally: Tally, *, kind: str, rows: RowOptions = RowOptions()
) -> Iterator[Item]:
    """Yield the items that still need a row.

    A row is kept if it is of the same kind and its file has the size and time that the row states. Where only
    the time differs, or with ``checksum``, the item carries the row's SHA-256, for a worker to compare.

    Parameters
    ----------
    items : iterable of Item
    output : Output
    tally : Tally
        Gets what is found and what is unchanged.
    kind : str
        See ``kind_of``.
    rows : RowOptions

    Yields
    ------
    Item
    """
    for item in items:
        if not output.claim(item.path):
            continue
        tally.found += 1
        row = output.find(item.path)
        if row is None or row.kind not in ("", kind) or (row.code and rows.retry_errors):
            yield item
            continue
        stamp = item.stamp or stamp_of(item.path)
        if stamp.size_bytes != row.stamp.size_bytes:
            yield item
        elif rows.checksum or stamp != row.stamp:
            yield replace(item, known_sha256=row.sha256)
        else:
            tally.unchanged += 1
            tally.failure(row.code)


def run(
    items: Iterable[Item],
    *,
    profile: Profile = STANDARD_1,
    hashes_only: bool = False,
    jobs: int,
    ordered: bool,
    limits: Limits | None,
) -> Generator[Outcome, None, None]:
    """Compute the rows of some items.

    Parameters
    ----------
    items : iterable of Item
        Drawn as needed, a few ahead.
    profile : Profile
    hashes_only : bool
    jobs : int, worker processes
    ordered : bool
        Yield in the order of the items; otherwise as they finish.
    limits : Limits or None
        None leaves pictures unbounded, and with one job computes in this process.

    Yields
    ------
    Outcome
        One for each item.
    """
    task = partial(_made, profile=profile, hashes_only=hashes_only)
    with closing(read_ahead(items, depth=2 * jobs)) as arriving:
        if jobs <= 1 and limits is None:
            yield from map(task, arriving)
            return
        limits = limits or NO_LIMITS
        setup = partial(prepare_worker, profile, limits.memory_bytes)
        results = run_in_workers(
            task, arriving, jobs=jobs, setup=setup, ordered=ordered, time_limit_s=limits.seconds
        )
        with closing(results):
            for result in results:
                yield died_outcome(result) if isinstance(result, WorkerDied) else result


def _made(item: Item, *, profile: Profile, hashes_only: bool) -> Outcome:
    if item.ready is not None:
        return ready_outcome(item, item.ready, hashes_only=hashes_only)
    return outcome_of(item, profile=profile, hashes_only=hashes_only)


def choose_jobs(items: Iterable[Item]) -> tuple[int, Iterator[Item]]:
    """Choose how many worker processes some items are worth, by drawing the first few only.

    Parameters
    ----------
    items : iterable of Item

    Returns
    -------
    jobs : int, >= 1
    items : iterator of Item
        The same items, those that were drawn included.
    """
    drawn = iter(items)
    first = list(islice(drawn, PHOTOS_PER_WORKER * cores()))
    return jobs_for(len(first)), chain(first, drawn)


def jobs_for(count: int) -> int:
    """Choose how many worker processes some photos are worth: at most one for each core that we may use.

    Parameters
    ----------
    count : int
        Number of photos.

    Returns
    -------
    int, >= 1

    Examples
    --------
    >>> jobs_for(1), jobs_for(7)
    (1, 1)
    """
    return max(1, min(cores(), count // PHOTOS_PER_WORKER))


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
