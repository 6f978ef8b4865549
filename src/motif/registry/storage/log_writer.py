"""Append events to the log, apply them to the tables, and maintain the Merkle tree's frontier."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from motif.errors import ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.ledger.event import READING, Event
from motif.registry.ledger.merkle import Frontier, leaf_hash
from motif.registry.storage.backend import Backend
from motif.registry.storage.projection import KEYS, Change, Digest, Row, changes_of
from motif.registry.storage.schema import counters, fingerprints, heads, metadata
from motif.registry.store import RESTORE_HINT

HEAD = "log"
"""Name of the row that says where the log ends."""

_GOAL = "goal"
"""Name of the row that says where the log of an unfinished copy must end."""

Attachments = Mapping[str, bytes]
"""Data that events name but do not contain, by SHA-256."""


def read_frontier(connection: sa.Connection) -> Frontier:
    """Read where the log ends.

    Parameters
    ----------
    connection : Connection

    Returns
    -------
    Frontier

    Raises
    ------
    RegistryCorruptError
        If the head of the log is missing or damaged.
    """
    head = _read_head(connection, HEAD)
    if head is None:
        raise RegistryCorruptError(N_("the head of the log is missing"), hint=RESTORE_HINT)
    return head


def read_goal(connection: sa.Connection) -> Frontier | None:
    """Read where the log of an unfinished copy must end; None for a finished registry.

    Parameters
    ----------
    connection : Connection

    Returns
    -------
    Frontier or None
    """
    return _read_head(connection, _GOAL)


def _read_head(connection: sa.Connection, name: str) -> Frontier | None:
    row = connection.execute(sa.select(heads).where(heads.c.name == name)).one_or_none()
    try:
        return None if row is None else Frontier.from_bytes(row.size, bytes(row.roots))
    except (ParameterError, TypeError, AttributeError) as error:
        message = N_("the head of the log is damaged: {error}", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def write_goal(connection: sa.Connection, goal: Frontier | None) -> None:
    """Mark a registry as an unfinished copy, or as finished.

    Parameters
    ----------
    connection : Connection
    goal : Frontier or None
        Where the log must end; None marks it as finished.
    """
    connection.execute(heads.delete().where(heads.c.name == _GOAL))
    if goal is not None:
        row = {"name": _GOAL, "size": goal.size, "roots": goal.to_bytes()}
        connection.execute(heads.insert(), row)


def require_counter(name: str, value: int | None) -> int:
    """Return the value of a counter that every registry has.

    Parameters
    ----------
    name : str
    value : int or None
        As ``LogWriter.counter`` returned it.

    Raises
    ------
    RegistryCorruptError
        If it is None: the counter is missing.
    """
    if value is None:
        message = N_("the registry's counter {name!r} is missing", name=name)
        raise RegistryCorruptError(message, hint=RESTORE_HINT)
    return value


class LogWriter:
    """Appends to the log inside a writing transaction; ``finish`` must be called before it commits.

    Parameters
    ----------
    connection : Connection
        In a transaction that excludes other writers.
    backend : Backend
    by : str
        Who writes, for the log.
    """

    def __init__(self, connection: sa.Connection, backend: Backend, *, by: str = "") -> None:
        self._connection = connection
        self._backend = backend
        self._by = by
        self._frontier: Frontier | None = None
        self._bodies: list[Row] = []
        self._stored: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._revision = 0

    def start(self) -> None:
        """Create the head of a new log."""
        self._connection.execute(heads.insert(), {"name": HEAD, "size": 0, "roots": b""})

    def counter(self, name: str) -> int | None:
        """Return the last number given, also by this write; None if there is none."""
        if not self._stored:
            rows = self._connection.execute(sa.select(counters)).all()
            self._stored = {row.name: row.value for row in rows}
            self._counters = self._stored | self._counters
        return self._counters.get(name)

    def append(
        self,
        kind: str,
        data: dict[str, Any],
        attachments: Attachments | None = None,
        *,
        at: datetime | None = None,
        revision: int | None = None,
    ) -> Event:
        """Append an event, and apply it to the tables.

        Parameters
        ----------
        kind, data : as in ``Event``
        attachments : dict of str to bytes
            By SHA-256, all data that the event names and does not contain.
        at : datetime, UTC, optional
        revision : int, optional
            By default this write's own: the previous one plus 1, however much the write changes. A reading
            bears the previous one.
        """
        if revision is None:
            revision = self._newest_revision() if kind == READING else self._own_revision()
        event = Event(
            seq=self.end().size,
            revision=revision,
            at=at or datetime.now(UTC),
            by=self._by,
            kind=kind,
            data=data,
        )
        self.replay([event], attachments or {})
        return event

    def append_many(
        self, drafts: Iterable[tuple[str, dict[str, Any], datetime]], attachments: Attachments
    ) -> None:
        """Append events of this write, and apply them together.

        Parameters
        ----------
        drafts : iterable of (kind, data, datetime)
            As for ``append``, in order.
        attachments : dict of str to bytes
        """
        revision = self._own_revision()
        events = [
            Event(seq=seq, revision=revision, at=at, by=self._by, kind=kind, data=data)
            for seq, (kind, data, at) in enumerate(drafts, self.end().size)
        ]
        self.replay(events, attachments)

    def replay(self, page: Sequence[Event], attachments: Attachments) -> None:
        """Append existing events, perhaps another registry's.

        Parameters
        ----------
        page : sequence of Event
            The next ones, in order.
        attachments : dict of str to bytes
            By SHA-256, all data that they name and do not contain.

        Raises
        ------
        ParameterError
            If an event is not the next one, or an attachment that it names is missing.
        """
        changes: list[Change] = []
        for event in page:
            body = event.to_bytes()
            if event.seq != self.end().size:
                raise ParameterError(f"event {event.seq} comes after {self.end().size} others")
            leaf = leaf_hash(body)
            self._frontier = self.end().append(leaf)
            self._bodies.append({"seq": event.seq, "body": body.decode(), "leaf": leaf})
            changes += changes_of(event)
        self._apply(changes, attachments)

    def finish(self) -> None:
        """Write what is put off until the end: the events, the counters and the head."""
        if self._bodies:
            self._backend.insert(self._connection, "events", self._bodies)
            end = self.end()
            row = {"size": end.size, "roots": end.to_bytes()}
            self._connection.execute(heads.update().where(heads.c.name == HEAD), row)
        for name, value in self._counters.items():
            if name not in self._stored:
                self._connection.execute(counters.insert(), {"name": name, "value": value})
            elif self._stored[name] != value:
                step = counters.update().where(counters.c.name == name)
                self._connection.execute(step, {"value": value})
        self._bodies, self._stored = [], dict(self._counters)

    def end(self) -> Frontier:
        """Return where the log ends, after what this write has appended."""
        if self._frontier is None:
            self._frontier = read_frontier(self._connection)
        return self._frontier

    def _own_revision(self) -> int:
        if not self._revision:
            self._revision = self._newest_revision() + 1
        return self._revision

    def _newest_revision(self) -> int:
        return require_counter("revision", self.counter("revision"))

    def _apply(self, changes: Iterable[Change], attachments: Attachments) -> None:
        """Apply changes in order; neighbours that insert into one table go in one statement."""
        waiting: dict[str, dict[tuple[Any, ...], Row]] = defaultdict(dict)
        for change in changes:
            if change.table == "counters":
                self.counter(change.key[0])
                self._counters[change.key[0]] = change.row["value"]
            elif change.op == "put":
                waiting[change.table][change.key] = _filled(change.row, attachments)
            elif change.op == "keep":
                if change.key not in waiting[change.table] and not self._has(change):
                    waiting[change.table][change.key] = _filled(change.row, attachments)
            elif change.op == "set" and change.key in waiting[change.table]:
                waiting[change.table][change.key] |= _filled(change.row, attachments)
            elif change.op == "set":
                self._set(change, _filled(change.row, attachments))
            else:
                self._clear(change, waiting[change.table])
        for table in KEYS:
            if waiting[table]:
                self._backend.insert(self._connection, table, list(waiting[table].values()))
        if waiting[fingerprints.name]:
            self._index(waiting[fingerprints.name].values())

    def _index(self, rows: Iterable[Row]) -> None:
        """Add photos to the search index, which is written with the log."""
        from motif.registry.storage.index_rows import index_photos  # NumPy, which other changes do not need

        index_photos(self._connection, self._backend, {row["photo_key"]: row["data"] for row in rows})

    def _has(self, change: Change) -> bool:
        query = sa.select(sa.literal(1)).where(_is(change))
        return self._connection.execute(query).first() is not None

    def _set(self, change: Change, values: Row) -> None:
        update = metadata.tables[change.table].update().where(_is(change))
        if self._connection.execute(update, values).rowcount != 1:
            raise ParameterError(f"no row {change.key} in {change.table}")

    def _clear(self, change: Change, waiting: dict[tuple[Any, ...], Row]) -> None:
        for key in [key for key in waiting if key[: len(change.key)] == change.key]:
            del waiting[key]
        self._connection.execute(metadata.tables[change.table].delete().where(_is(change)))


def _is(change: Change) -> sa.ColumnElement[bool]:
    table = metadata.tables[change.table]
    pairs = zip(KEYS[change.table], change.key, strict=False)
    return sa.and_(*(table.c[name] == value for name, value in pairs))


def _filled(row: Row, attachments: Attachments) -> Row:
    """Replace digests in a row by the attachments that they name."""
    return {
        name: _attachment(name, value.sha256, attachments) if isinstance(value, Digest) else value
        for name, value in row.items()
    }


def _attachment(column: str, sha256: str, attachments: Attachments) -> bytes | str | None:
    data = attachments.get(sha256)
    if data is None:
        raise ParameterError(f"what belongs to SHA-256 {sha256} is missing")
    if data and hashlib.sha256(data).hexdigest() != sha256:
        raise ParameterError(f"what should have the SHA-256 {sha256} has another")
    return data.decode("utf-8") if column in ("body", "note") else data
