"""Read and write records in SQL tables; the statements suit every engine."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import datetime
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.ids import format_id, parse_id
from motif.registry.storage.backend import Backend
from motif.registry.storage.log_writer import LogWriter, read_frontier, require_counter, write_goal
from motif.registry.storage.projection import entry_data, photo_data
from motif.registry.storage.schema import (
    REVISION,
    blobs,
    checkpoints,
    counters,
    entries,
    events,
    fingerprints,
    links,
    metadata,
    photos,
    records,
    similarities,
)
from motif.registry.store import (
    RESTORE_HINT,
    Changes,
    NewEntry,
    PhotoReference,
    StoredCheckpoint,
    StoredRecord,
)
from motif.times import iso

if TYPE_CHECKING:
    from motif.matching.inverted_index import PostingSource

_CHUNK = 500
"""Most keys in one statement; engines limit bound parameters."""

_PAGE = 1000
"""Rows of the log, or of a raw table, that are fetched at a time."""

_PHOTO_FIELDS = [field.name for field in fields(EntryPhoto)]
_ACTIVE = entries.c.withdrawn_at.is_(None)
_PHOTOS_OF_ENTRIES = photos.join(entries, photos.c.entry_number == entries.c.number)


class SqlLogReader:
    """One consistent view of the log and the records; see ``store.Reader``."""

    def __init__(self, connection: sa.Connection, backend: Backend) -> None:
        self._connection = connection
        self._backend = backend

    @property
    def connection(self) -> sa.Connection:
        return self._connection

    def head(self) -> Frontier:
        return read_frontier(self._connection)

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Event]:
        for seq, body in self.bodies(start, end):
            try:
                yield Event.from_bytes(body)
            except ParameterError as error:
                raise RegistryCorruptError(
                    N_("event {seq} of the log is damaged: {error}", seq=seq, error=error), hint=RESTORE_HINT
                ) from error

    def bodies(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
        stop = 2**62 if end is None else end
        while start < stop:
            query = sa.select(events).where(events.c.seq >= start, events.c.seq < stop)
            rows = self._connection.execute(query.order_by(events.c.seq).limit(_PAGE)).all()
            yield from ((row.seq, row.body) for row in rows)
            if len(rows) < _PAGE:
                return
            start = rows[-1].seq + 1

    def leaves(self, size: int) -> list[bytes]:
        query = sa.select(events.c.leaf).where(events.c.seq < size).order_by(events.c.seq)
        leaves = [bytes(leaf) for leaf in self._connection.scalars(query)]
        if len(leaves) != size:
            raise RegistryCorruptError(
                N_("the log has {count} events; expected {size}", count=len(leaves), size=size),
                hint=RESTORE_HINT,
            )
        return leaves

    def checkpoints(self) -> tuple[StoredCheckpoint, ...]:
        rows = self._connection.execute(sa.select(checkpoints).order_by(checkpoints.c.size)).all()
        return tuple(
            StoredCheckpoint(size=row.size, note=row.note, timestamp_token=row.timestamp_token)
            for row in rows
        )

    def record(self, record_id: str, version: int | None = None) -> StoredRecord:
        query = sa.select(records).where(records.c.id == record_id)
        if version is not None:
            query = query.where(records.c.version == version)
        row = self._connection.execute(query.order_by(records.c.version.desc()).limit(1)).one_or_none()
        if row is None:
            raise EntryNotFoundError(
                N_("there is no record {record_id!r:.60}", record_id=record_id),
                hint=N_("Check the id; each kind has its own first letter."),
            )
        return _stored(row)

    def records(self, kind: str = "", *, about: str = "") -> tuple[StoredRecord, ...]:
        newest = sa.select(records.c.id, sa.func.max(records.c.version).label("version"))
        if kind:
            newest = newest.where(records.c.kind == kind)
        if about:
            newest = newest.where(records.c.id.in_(sa.select(links.c.id).where(links.c.target == about)))
        latest = newest.group_by(records.c.id).subquery()
        query = sa.select(records).join(
            latest, sa.and_(records.c.id == latest.c.id, records.c.version == latest.c.version)
        )
        # Sorted here: on a server, the order of text depends on its locale.
        return tuple(sorted(map(_stored, self._connection.execute(query)), key=lambda record: record.id))

    def versions(self, record_id: str) -> tuple[StoredRecord, ...]:
        query = sa.select(records).where(records.c.id == record_id).order_by(records.c.version)
        return tuple(_stored(row) for row in self._connection.execute(query))

    def newest(self, kind: str) -> int:
        return int(self._counter(kind) or 0)

    def blobs(self, sha256s: Collection[str]) -> dict[str, bytes]:
        rows = self._rows_with(sa.select(blobs), blobs.c.sha256, sha256s)
        return {row.sha256: bytes(row.data) for row in rows if row.data is not None}

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        with closing(self._raw(table, "")) as result:  # an open result would keep SQLite's files open, too
            yield from map(dict, result.mappings())

    def row(self, table: str, key: Sequence[Any]) -> dict[str, Any] | None:
        names = [column.name for column in metadata.tables[table].primary_key]
        where = " AND ".join(f"{name} = :{name}" for name in names)
        row = self._raw(table, f" WHERE {where}", dict(zip(names, key, strict=True))).first()
        return None if row is None else row._asdict()

    def problems(self) -> list[str]:
        expected = {*self._backend.tables, "alembic_version"}
        inspector = sa.inspect(self._connection)
        stored = set(inspector.get_table_names())
        problems = [f"table {name} is not ours" for name in sorted(stored - expected)]
        problems += [f"table {name} is missing" for name in sorted(expected - stored)]
        problems += _column_problems(inspector, self._backend.tables, stored)
        versions = self._connection.execute(sa.text("SELECT version_num FROM alembic_version")).all()
        if [row[0] for row in versions] != [REVISION]:
            problems.append(f"table alembic_version holds {versions!r:.80}; expected {REVISION!r}")
        return problems + self._backend.problems(self._connection)

    def index_problems(self, recomputes: Callable[[int], bool]) -> Iterator[str]:
        from motif.registry.storage.index_rows import index_problems  # NumPy, which other views do not need

        return index_problems(self._connection, self._backend, recomputes)

    def _counter(self, name: str) -> int | None:
        return self._connection.scalar(sa.select(counters.c.value).where(counters.c.name == name))

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with _checked():
            return self._connection.execute(query).all()

    def _rows_with(
        self, query: sa.Select[Any], column: sa.ColumnElement[Any], values: Collection[Any]
    ) -> Iterator[sa.Row[Any]]:
        """Yield the rows that have one of many values in a column."""
        ordered = sorted(values)
        for start in range(0, len(ordered), _CHUNK):
            yield from self._rows(query.where(column.in_(ordered[start : start + _CHUNK])))

    def _raw(self, table: str, where: str, values: dict[str, Any] | None = None) -> sa.CursorResult[Any]:
        names = ", ".join(column.name for column in metadata.tables[table].columns)
        query = sa.text(f"SELECT {names} FROM {table}{where}")
        # For this statement only: set on the connection, it would stay there.
        return self._connection.execute(query, values or {}, execution_options={"yield_per": _PAGE})


class SqlReader(SqlLogReader):
    """One consistent view; see ``store.Reader``."""

    def revision(self) -> int:
        return require_counter("revision", self._counter("revision"))

    def count(self) -> int:
        return int(self._rows(sa.select(sa.func.count()).select_from(entries).where(_ACTIVE))[0][0])

    def entry(self, number: int) -> Entry:
        page = self._entries(self._rows(sa.select(entries).where(entries.c.number == number)))
        if not page:
            hint = N_("The id is well formed; list the entries to see which there are.")
            raise EntryNotFoundError(N_("{number} is not registered", number=format_id(number)), hint=hint)
        return page[0]

    def entries_of(self, numbers: Collection[int]) -> dict[int, Entry]:
        page = self._entries([*self._rows_with(sa.select(entries), entries.c.number, numbers)])
        return {parse_id(entry.id): entry for entry in page}

    def entries(
        self, *, limit: int, after: int = 0, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        query = sa.select(entries).where(entries.c.number > after).order_by(entries.c.number)
        if not include_withdrawn:
            query = query.where(_ACTIVE)
        return self._entries(self._rows(query.limit(limit).offset(offset)))

    def photo_references(self, *sha256s: str) -> tuple[PhotoReference, ...]:
        rows = self._rows_with(sa.select(photos), photos.c.sha256, sha256s)
        return tuple(map(_reference, sorted(rows, key=attrgetter("key"))))

    def active(self, keys: Collection[int]) -> dict[int, PhotoReference]:
        query = sa.select(photos).select_from(_PHOTOS_OF_ENTRIES).where(_ACTIVE)
        return {row.key: _reference(row) for row in self._rows_with(query, photos.c.key, keys)}

    def changes(self, since: int = 0) -> Changes:
        keys = sa.select(photos.c.key).select_from(_PHOTOS_OF_ENTRIES).order_by(photos.c.key)
        withdrawn = keys.where(~_ACTIVE, entries.c.revision > since)
        return Changes(
            revision=self.revision(),
            added=tuple(row[0] for row in self._rows(keys.where(_ACTIVE, photos.c.revision > since))),
            withdrawn=tuple(row[0] for row in self._rows(withdrawn)) if since else (),
        )

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        query = sa.select(fingerprints).where(fingerprints.c.profile_id == profile_id)
        rows = self._rows_with(query, fingerprints.c.photo_key, keys)
        return {row.photo_key: bytes(row.data) for row in rows}

    def index(self) -> PostingSource:
        from motif.registry.storage.index_rows import SqlIndex  # NumPy, which other views do not need

        return SqlIndex(self._connection, self._backend)

    def _entries(self, rows: Sequence[sa.Row[Any]]) -> tuple[Entry, ...]:
        numbers = [row.number for row in rows]
        photos_of: dict[int, list[EntryPhoto]] = defaultdict(list)
        for row in self._rows_with(sa.select(photos).order_by(photos.c.key), photos.c.entry_number, numbers):
            photos_of[row.entry_number].append(_reference(row).photo)
        similar_to: dict[int, list[str]] = defaultdict(list)
        similar = sa.select(similarities).order_by(similarities.c.entry_number, similarities.c.position)
        for row in self._rows_with(similar, similarities.c.entry_number, numbers):
            similar_to[row.entry_number].append(format_id(row.earlier_number))
        with _checked():
            return tuple(
                Entry(
                    id=format_id(row.number),
                    title=row.title,
                    note=row.note,
                    photos=tuple(photos_of[row.number]),
                    registered_at=row.registered_at,
                    similar_to=tuple(similar_to[row.number]),
                    withdrawn_at=row.withdrawn_at,
                    withdrawn_reason=row.withdrawn_reason,
                )
                for row in rows
            )


class SqlWriter(SqlReader):
    """The one writer; see ``store.Writer``. Whatever it does is an event in the log."""

    def __init__(self, connection: sa.Connection, backend: Backend, *, by: str = "") -> None:
        super().__init__(connection, backend)
        self._log = LogWriter(connection, backend, by=by)

    def add_entry(self, *, title: str, note: str, at: datetime, similar_to: Collection[int]) -> int:
        number = require_counter("entry", self._counter("entry")) + 1
        self._log.append("entry.added", entry_data(number, title, note, at, similar_to), at=at)
        return number

    def add_photo(self, number: int, photo: EntryPhoto, fingerprint: bytes) -> int:
        key = require_counter("photo", self._counter("photo")) + 1
        sha256 = hashlib.sha256(fingerprint).hexdigest()
        data = photo_data(key, number, photo, sha256)
        self._log.append("photo.added", data, {sha256: fingerprint}, at=photo.added_at)
        return key

    def add_entries(self, entries: Sequence[NewEntry]) -> range:
        first = require_counter("entry", self._counter("entry")) + 1
        keys = count(require_counter("photo", self._counter("photo")) + 1)
        drafts: list[tuple[str, dict[str, Any], datetime]] = []
        attachments: dict[str, bytes] = {}
        for number, entry in enumerate(entries, first):
            drafts.append(
                ("entry.added", entry_data(number, entry.title, entry.note, entry.at, ()), entry.at)
            )
            for photo, fingerprint in entry.photos:
                sha256 = hashlib.sha256(fingerprint).hexdigest()
                attachments[sha256] = fingerprint
                drafts.append(("photo.added", photo_data(next(keys), number, photo, sha256), photo.added_at))
        self._log.append_many(drafts, attachments)
        return range(first, first + len(entries))

    def withdraw(self, number: int, *, at: datetime, reason: str) -> None:
        data = {"id": format_id(number), "at": iso(at), "reason": reason}
        self._log.append("entry.withdrawn", data, at=at)

    def append(
        self, kind: str, data: dict[str, Any], attachments: Mapping[str, bytes] | None = None
    ) -> Event:
        return self._log.append(kind, data, attachments)

    def replay(self, page: Sequence[Event], attachments: Mapping[str, bytes]) -> None:
        self._log.replay(page, attachments)

    def set_copy_goal(self, goal: Frontier | None) -> None:
        write_goal(self._connection, goal)

    def head(self) -> Frontier:
        return self._log.end()

    def finish(self) -> None:
        """Write what was kept back until the end of the transaction."""
        self._log.finish()

    def next_number(self, kind: str) -> int:
        return self.newest(kind) + 1

    def _counter(self, name: str) -> int | None:
        return self._log.counter(name)


@contextmanager
def _checked() -> Iterator[None]:
    """Turn what only a damaged or forged database holds into an error that says so."""
    try:
        yield
    except (ParameterError, ValueError, TypeError, KeyError) as error:
        message = N_("a record in the registry is malformed: {error}", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def _reference(row: sa.Row[Any]) -> PhotoReference:
    with _checked():
        photo = EntryPhoto(**{name: getattr(row, name) for name in _PHOTO_FIELDS})
    return PhotoReference(key=row.key, number=row.entry_number, photo=photo)


def _column_problems(
    inspector: sa.Inspector, tables: Mapping[str, sa.Table], stored: set[str]
) -> Iterator[str]:
    """Yield how columns differ from those of the migrations; a default is code that runs at each row."""
    for name in sorted(stored & tables.keys()):
        columns = {column["name"]: column for column in inspector.get_columns(name)}
        for column in sorted(columns.keys() ^ set(tables[name].columns.keys())):
            yield f"column {column} of table {name} is {'not ours' if column in columns else 'missing'}"
        for column, properties in columns.items():
            if properties["default"] is not None or properties.get("computed") is not None:
                yield f"column {column} of table {name} fills itself"


def _stored(row: sa.Row[Any]) -> StoredRecord:
    return StoredRecord(id=row.id, kind=row.kind, version=row.version, body=row.body)
