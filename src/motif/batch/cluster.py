"""A batch on the machines of a Dask cluster that others run (extra ``dask``)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from motif.batch import remote
from motif.batch.columns import columns_of
from motif.batch.parquet import write_rows
from motif.batch.rows import Item, Row, outcome_of, read_row, stamp_of
from motif.batch.run import Tally, kind_of
from motif.errors import ParameterError
from motif.extras import require
from motif.messages import N_
from motif.profiles import STANDARD_1, Profile
from motif.workers.limits import died_error
from motif.workers.pool import WorkerDied

_PARTS_AHEAD = 2
"""Parts under way for each thread of the cluster; bounds what is in memory here and in the scheduler."""

_CONNECT_S = 30

PART_ITEMS = 256
"""Pictures in a part, on average."""

_MOST_ITEMS = 4 * PART_ITEMS
"""Pictures in a part at most."""


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

    def note(counts: PartCounts) -> None:
        for code, count in counts.codes.items():
            tally.failure(code, count)
        finished[counts.name] = counts

    def todo() -> Iterator[Part]:
        for part in parts_of(items, profile, hashes_only=hashes_only):
            tally.found += len(part.items)
            order.append(part.name)
            counts = counts_of(part, target)
            if counts is None:
                yield part
            else:
                tally.unchanged += counts.pictures
                note(counts)

    with _client(distributed, scheduler) as client:
        for part, future in _computed(distributed, client, todo(), (target, profile, hashes_only)):
            try:
                counts = future.result()
            except distributed.KilledWorker:
                counts = _one_by_one(distributed, client, part, (target, profile, hashes_only))
            tally.computed += counts.pictures
            tally.bytes_read += counts.size_bytes
            note(counts)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some pictures, and the name of the file that holds their rows.

    Parameters
    ----------
    name : str
        Made of the paths, sizes and times of the pictures, so that a file of this name is this part.
    items : tuple of Item
    """

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCounts:
    """Counts of the rows of a part.

    Parameters
    ----------
    name : str
    pictures : int
    codes : dict of code to count
        Of the errors.
    size_bytes : int
        Of the pictures' files.
    """

    name: str
    pictures: int
    codes: Counter[str]
    size_bytes: int


def parts_of(items: Iterable[Item], profile: Profile, *, hashes_only: bool) -> Iterator[Part]:
    """Divide pictures into parts, as they are drawn; each picture once within a part.

    A part ends where the hash of a path says so. A picture that is added or removed therefore changes
    its own part only; where later parts begin stays the same.

    Parameters
    ----------
    items : iterable of Item
    profile : Profile
    hashes_only : bool

    Yields
    ------
    Part
    """
    kind = kind_of(profile, hashes_only=hashes_only)
    waiting: dict[str, Item] = {}
    for item in items:
        waiting.setdefault(item.path, item)
        digest = hashlib.sha256(item.path.encode("utf-8", "surrogatepass")).digest()
        if int.from_bytes(digest[:4]) % PART_ITEMS == 0 or len(waiting) == _MOST_ITEMS:
            yield _part(waiting, kind)
            waiting = {}
    if waiting:
        yield _part(waiting, kind)


def compute_part(part: Part, target: str, profile: Profile, hashes_only: bool) -> PartCounts:
    """Compute the rows of a part and write them; the file is there whole or not at all.

    Parameters
    ----------
    part : Part
    target : str
        Folder or address that the rows go to.
    profile : Profile
    hashes_only : bool

    Returns
    -------
    PartCounts
    """
    import cv2

    cv2.setNumThreads(1)
    return write_part(part, target, [row_of(item, profile, hashes_only) for item in part.items])


def row_of(item: Item, profile: Profile, hashes_only: bool) -> Row:
    """Compute one row of ``COLUMNS``; a picture in an object store is fetched first.

    Parameters
    ----------
    item : Item
    profile : Profile
    hashes_only : bool

    Returns
    -------
    dict, column -> value
    """
    with tempfile.TemporaryDirectory(prefix="motif-") as folder:
        if remote.is_remote(item.path):
            item = remote.fetch(item, Path(folder), 0)
        return columns_of(read_row(outcome_of(item, profile=profile, hashes_only=hashes_only).row))


def write_part(part: Part, target: str, rows: list[Row]) -> PartCounts:
    """Write the rows of a part and count them.

    Parameters
    ----------
    part : Part
    target : str
        Folder or address.
    rows : list of dict, column -> value

    Returns
    -------
    PartCounts
    """
    store, folder = store_of(target)
    store.makedirs(folder, exist_ok=True)
    draft = f"{folder}/.{part.name}.{uuid4().hex}"  # two workers may have been given the part
    with store.open(draft, "wb") as file:
        write_rows(file, rows)
    store.mv(draft, f"{folder}/{part.name}")
    return _counts(part.name, rows)


def counts_of(part: Part, target: str) -> PartCounts | None:
    """Count the rows of a part that was written before.

    Parameters
    ----------
    part : Part
    target : str
        Folder or address.

    Returns
    -------
    PartCounts or None
        None if there is no file of the part's name.
    """
    parquet = require("pyarrow.parquet", extra="parquet")
    store, folder = store_of(target)
    try:
        with store.open(f"{folder}/{part.name}", "rb") as file:
            rows = parquet.read_table(file, columns=["size_bytes", "error_code"]).to_pylist()
    except FileNotFoundError:
        return None
    return _counts(part.name, rows)


def write_list(target: str, parts: list[PartCounts]) -> None:
    """Write ``_parts.json``: which parts make the result, in the order of the sources."""
    store, folder = store_of(target)
    entries = [{"name": part.name, "pictures": part.pictures, "errors": part.codes.total()} for part in parts]
    store.makedirs(folder, exist_ok=True)
    with store.open(f"{folder}/_parts.json", "wb") as file:
        file.write(json.dumps({"format": 1, "parts": entries}, indent=1).encode() + b"\n")


def store_of(target: str) -> tuple[Any, str]:
    """Return the file system of a folder or address, and the place in it."""
    core = require("fsspec.core", extra="dask")
    store, folder = core.url_to_fs(target)
    return store, str(folder).rstrip("/")


def _part(items: dict[str, Item], kind: str) -> Part:
    digest = hashlib.sha256(kind.encode())
    for item in items.values():
        stamp = item.stamp or stamp_of(item.path)
        digest.update(json.dumps([item.path, stamp.size_bytes, stamp.mtime_ns]).encode())
    return Part(name=f"part-{digest.hexdigest()[:24]}.parquet", items=tuple(items.values()))


def _counts(name: str, rows: list[Row]) -> PartCounts:
    codes = Counter(row["error_code"] for row in rows if row["error_code"])
    size_bytes = sum(row["size_bytes"] or 0 for row in rows)
    return PartCounts(name=name, pictures=len(rows), codes=codes, size_bytes=size_bytes)
