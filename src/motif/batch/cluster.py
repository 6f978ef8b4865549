"""A batch on the machines of a Dask cluster that others run (extra ``dask``)."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import Any

from motif.batch.parquet import columns_of
from motif.batch.parts import (
    Part,
    PartCounts,
    compute_part,
    counts_of,
    parts_of,
    row_of,
    write_list,
    write_part,
)
from motif.batch.rows import Item, Row, stamp_of
from motif.batch.run import Tally
from motif.errors import ParameterError
from motif.extras import require
from motif.messages import N_
from motif.profiles import STANDARD_1, Profile
from motif.troubles import died_error
from motif.workers import WorkerDied

_PARTS_AHEAD = 2
"""Parts under way for each thread of the cluster; bounds what is in memory here and in the scheduler."""

_CONNECT_S = 30


def compute_on_cluster(
    items: Iterable[Item],
    target: str,
    tally: Tally,
    *,
    scheduler: str,
    profile: Profile = STANDARD_1,
    hashes_only: bool = False,
) -> Generator[PartCounts, None, None]:
    """Compute parts of a batch on a cluster, into Parquet files in a store that its workers reach.

    A part whose file is there is passed over. A part on which workers died is computed picture by
    picture, so that only the picture that they died of is an error.

    Parameters
    ----------
    items : iterable of Item
        Paths as the workers see them.
    target : str
        Folder or address for ``part-….parquet`` and ``_parts.json``, as the workers see it.
    tally : Tally
    scheduler : str
        Such as ``"tcp://10.0.0.5:8786"``.
    profile : Profile
    hashes_only : bool

    Yields
    ------
    PartCounts
        As parts finish, those that were there included.

    Raises
    ------
    MissingExtraError
        If the extra ``dask`` is not installed.
    ParameterError
        If there is no scheduler at the address.
    """
    distributed = require("distributed", extra="dask")
    finished: dict[str, PartCounts] = {}
    order: list[str] = []

    def todo() -> Iterator[Part]:
        for part in parts_of(items, profile, hashes_only=hashes_only):
            tally.found += len(part.items)
            order.append(part.name)
            counts = counts_of(part, target)
            if counts is None:
                yield part
            else:
                tally.unchanged += counts.pictures
                _note_errors(tally, counts)
                finished[part.name] = counts

    with _client(distributed, scheduler) as client:
        for part, future in _computed(distributed, client, todo(), (target, profile, hashes_only)):
            try:
                counts = future.result()
            except distributed.KilledWorker:
                counts = _one_by_one(distributed, client, part, (target, profile, hashes_only))
            tally.computed += counts.pictures
            tally.bytes_read += counts.size_bytes
            _note_errors(tally, counts)
            finished[part.name] = counts
            yield counts
    write_list(target, [finished[name] for name in order])


def _client(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = N_("Give the address that the scheduler prints when it starts, such as tcp://10.0.0.5:8786.")
        raise ParameterError(
            N_("no Dask scheduler answers at {scheduler!r} ({error})", scheduler=scheduler, error=error),
            hint=hint,
        ) from error


def _computed(
    distributed: Any, client: Any, parts: Iterator[Part], options: tuple[str, Profile, bool]
) -> Iterator[tuple[Part, Any]]:
    """Yield parts with their results as they finish, with a bounded number of them under way."""
    ahead = _PARTS_AHEAD * max(1, sum(client.nthreads().values()))

    under_way: dict[str, Part] = {}

    def submit(part: Part) -> Any:
        future = client.submit(compute_part, part, *options, pure=False)
        under_way[future.key] = part
        return future

    first = [submit(part) for part in islice(parts, ahead)]
    running = distributed.as_completed(first, loop=client.loop)
    for future in running:
        yield under_way.pop(future.key), future
        running.update([submit(part) for part in islice(parts, 1)])


def _one_by_one(distributed: Any, client: Any, part: Part, options: tuple[str, Profile, bool]) -> PartCounts:
    target, profile, hashes_only = options
    rows: list[Row] = []
    for item in part.items:
        try:
            rows.append(client.submit(row_of, item, profile, hashes_only, pure=False).result())
        except distributed.KilledWorker:
            stamp = item.stamp or stamp_of(item.path)
            error = died_error(WorkerDied(item=item, exit_code=None)).to_json()
            row = {"path": item.path, "size_bytes": stamp.size_bytes, "mtime_ns": stamp.mtime_ns}
            rows.append(columns_of(row | {"error": error}))
    return write_part(part, target, rows)


def _note_errors(tally: Tally, counts: PartCounts) -> None:
    for code, count in counts.codes.items():
        for _ in range(count):
            tally.failure(code)
