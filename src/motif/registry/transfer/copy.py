"""Copies a whole registry: replays its log elsewhere, brings the originals, and compares both ends.

A copy is the same registry, with the same id and the same log. Until it is whole it is marked as
unfinished and cannot be opened; the same call, made again, continues where it stopped.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from motif.errors import ParameterError, RegistryCorruptError, RegistryError
from motif.messages import N_
from motif.registry.audit.audit import audit
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier, frontier_of
from motif.registry.storage.migrate import Founding
from motif.registry.storage.opening import DATABASE, Opened, Place, is_address, open_place
from motif.registry.storage.projection import Change, Digest, changes_of
from motif.registry.store import RESTORE_HINT, OriginalStore, Reader, Store

_PAGE = 200
"""Events that are copied in one transaction; with fingerprints about 10 MB."""

ProgressCallback = Callable[[int, int], object]
"""Called now and then with the number of events copied so far, and of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a finished copy holds.

    Parameters
    ----------
    events, originals : int
        In all, those of earlier attempts included.
    root : bytes, 32
        Over the log, the same as in the source.
    """

    events: int
    originals: int
    root: bytes


class Source(Protocol):
    """What a registry is copied from: another one, as it was at one moment, or an archive.

    Attributes
    ----------
    head : Frontier
        Where its log ends.
    """

    @property
    def head(self) -> Frontier: ...

    def frontier(self, size: int) -> Frontier:
        """Return where the log ended when it had ``size`` events."""
        ...

    def events(self, start: int) -> Iterator[Event]:
        """Yield the events from ``start`` on."""
        ...

    def attachments(self, page: Sequence[Event]) -> dict[str, bytes]:
        """Return what the events name and do not hold; empty where it was erased or replaced since."""
        ...

    def original(self, sha256: str, size_bytes: int) -> bytes:
        """Return an untouched file, verified; raise ``RegistryCorruptError``."""
        ...


def copy_registry(source: Place, target: Place, *, on_progress: ProgressCallback | None = None) -> Copied:
    """Copy a registry to another place: log, tables and originals.

    Others may write to the source meanwhile; what they add is not copied. A copy that was stopped,
    or whose source has grown since, is continued.

    Parameters
    ----------
    source, target : as for ``Registry.open``
        The target is made if it is not there.
    on_progress : callable, optional
        See ``ProgressCallback``.

    Returns
    -------
    Copied

    Raises
    ------
    RegistryError
        If the target holds something else, or cannot be written.
    RegistryCorruptError
        If the source is damaged, or the copy is not whole in the end.

    Examples
    --------
    >>> import tempfile
    >>> from motif.registry.registry import Registry
    >>> place = tempfile.mkdtemp()
    >>> Registry.open(f"{place}/laptop").close()
    >>> copy_registry(f"{place}/laptop", f"{place}/office").events
    1
    """
    require_apart(source, target)
    with snapshot(source) as registry:
        return copy_into(registry, target, on_progress=on_progress)


def require_apart(source: Place, target: Place) -> None:
    """Refuse a target inside the source's folder, or around it: each would hold the other.

    Parameters
    ----------
    source : as for ``Registry.open``
    target : as for ``Registry.open``, or path of a file

    Raises
    ------
    RegistryError
    """
    if is_address(source) or is_address(target):
        return
    inner, outer = (Path(os.path.realpath(os.fsdecode(place))) for place in (target, source))
    if inner == outer:
        raise RegistryError(
            N_("{target} is the registry itself", target=os.fsdecode(target)), hint=N_("Give another place.")
        )
    if outer in inner.parents or (inner in outer.parents and (inner / DATABASE).exists()):
        values = {"target": os.fsdecode(target), "source": os.fsdecode(source)}
        message = N_("{target} and {source} lie one inside the other", **values)
        raise RegistryError(message, hint=N_("Give a place outside the registry's folder."))


@contextmanager
def snapshot(place: Place) -> Iterator[RegistrySource]:
    """Open a registry as it is at this moment, in order to copy it.

    Parameters
    ----------
    place : as for ``Registry.open``

    Yields
    ------
    RegistrySource

    Raises
    ------
    RegistryCorruptError
        If its log was cut, put back or rewritten.
    """
    opened = open_place(place, create=False)
    with closing(opened.store), opened.store.reading() as reader:
        opened.store.require_sound(reader)
        yield RegistrySource(reader, opened.originals)


def copy_into(source: Source, target: Place, *, on_progress: ProgressCallback | None = None) -> Copied:
    """Copy a source to a place; see ``copy_registry``.

    Parameters
    ----------
    source : Source
    target : as for ``Registry.open``
    on_progress : callable, optional

    Returns
    -------
    Copied
    """
    first = next(source.events(0), None)
    if first is None:
        raise RegistryCorruptError(N_("there is nothing to copy: the log is empty"), hint=RESTORE_HINT)
    opened = open_place(target, founding=Founding(event=first, goal=source.head))
    with closing(opened.store):
        _require_beginning(opened.store, source)
        copy_events(source, opened, on_progress)
        return _finish(source, opened)


class RegistrySource:
    """A registry as one view shows it.

    Parameters
    ----------
    reader : Reader
    originals : OriginalStore
    """

    def __init__(self, reader: Reader, originals: OriginalStore) -> None:
        self._reader = reader
        self._originals = originals
        self.head = reader.head()

    def frontier(self, size: int) -> Frontier:
        return frontier_of(self._reader.leaves(size))

    def events(self, start: int) -> Iterator[Event]:
        return self._reader.events(start, self.head.size)

    def attachments(self, page: Sequence[Event]) -> dict[str, bytes]:
        changes = [change for event in page for change in changes_of(event)]
        fingerprints = self._fingerprints([change for change in changes if change.table == "fingerprints"])
        return {
            value.sha256: fingerprints.get(change.key) or self._attachment(change, column)
            for change in changes
            for column, value in change.row.items()
            if isinstance(value, Digest)
        }

    def original(self, sha256: str, size_bytes: int) -> bytes:
        return self._originals.get(sha256, size_bytes=size_bytes)

    def _fingerprints(self, changes: Sequence[Change]) -> dict[tuple[object, ...], bytes]:
        fingerprints: dict[tuple[object, ...], bytes] = {}
        for profile_id in {change.key[1] for change in changes}:
            keys = [change.key[0] for change in changes if change.key[1] == profile_id]
            stored = self._reader.fingerprints(keys, profile_id)
            fingerprints |= {(key, profile_id): data for key, data in stored.items()}
        return fingerprints

    def _attachment(self, change: Change, column: str) -> bytes:
        row = self._reader.row(change.table, change.key)
        value = None if row is None else row[column]
        data = value.encode() if isinstance(value, str) else bytes(value or b"")
        if column == "timestamp_token" and hashlib.sha256(data).hexdigest() != change.row[column].sha256:
            return b""  # a later answer has replaced it
        return data


def _require_beginning(store: Store, source: Source) -> None:
    """Refuse a target whose log is not the beginning of the source's; mark one that is shorter.

    In one step: once it is marked, nobody else can write to it and make the logs differ while it is copied.
    """
    with store.writing() as writer:
        head = writer.head()
        if head.size > source.head.size or source.frontier(head.size) != head:
            hint = N_("Copy to a place that is empty or not there yet; nothing was changed in this one.")
            message = N_(
                "the target has changes of its own: its log is not the beginning of the source's log"
            )
            raise RegistryError(message, hint=hint)
        if head.size < source.head.size:
            writer.set_copy_goal(source.head)


def copy_events(source: Source, opened: Opened, on_progress: ProgressCallback | None = None) -> None:
    """Append what the log of a copy lacks, with the originals that its events name."""
    with opened.store.reading() as reader:
        start = reader.head().size
    for page in pages(source.events(start)):
        for sha256, size_bytes in files_of(page):
            opened.originals.put(sha256, source.original(sha256, size_bytes))
        attachments = source.attachments(page)
        with opened.store.writing() as writer:
            rest = page[max(0, writer.head().size - page[0].seq) :]  # another copy may be at work too
            try:
                writer.replay(rest, attachments)
            except ParameterError as error:
                message = N_("the source is damaged, the copy stops: {message}", message=error.message)
                raise RegistryCorruptError(message, hint=N_("Run motif verify on the source.")) from error
        if on_progress is not None:
            on_progress(page[-1].seq + 1, source.head.size)


def pages(events: Iterator[Event]) -> Iterator[list[Event]]:
    """Yield events, some at a time.

    Parameters
    ----------
    events : iterator of Event

    Yields
    ------
    list of Event
        In order; never empty.
    """
    while page := list(islice(events, _PAGE)):
        yield page


def files_of(page: Sequence[Event]) -> Iterator[tuple[str, int]]:
    """Yield SHA-256 and size of the originals that events name.

    Parameters
    ----------
    page : sequence of Event

    Yields
    ------
    (str, int)
        SHA-256, and size in bytes.
    """
    for event in page:
        for change in changes_of(event):
            if change.table == "photos":
                yield change.row["sha256"], change.row["size_bytes"]


def _finish(source: Source, opened: Opened) -> Copied:
    """Compare the copy with its log and the log with the source's; only then may it be opened."""
    opened.store.settle()
    with opened.store.reading() as reader:
        result = audit(reader, opened.originals, unfinished=True)
        _read_all(reader)
    if result.root != source.head.root() or not result.whole:
        detail = "; ".join(map(str, result.findings[:3])) or "its log ends elsewhere"
        message = N_("the copy does not match its source and stays closed: {detail}", detail=detail)
        raise RegistryCorruptError(message, hint=N_("Run motif verify on the source."))
    with opened.store.writing() as writer:
        writer.set_copy_goal(None)
    return Copied(events=result.events, originals=result.originals, root=result.root)


def _read_all(reader: Reader) -> None:
    """Read each entry once: an archive can bring titles and names that no registry would take."""
    offset = 0
    while page := reader.entries(limit=_PAGE, offset=offset, include_withdrawn=True):
        offset += len(page)
