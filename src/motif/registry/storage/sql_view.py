"""Read and write records in SQL tables; the statements suit every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.ids import format_id, parse_id
from motif.registry.storage.backend import Backend
from motif.registry.storage.log_writer import LogWriter, read_frontier, write_goal
from motif.registry.storage.projection import photo_data
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
from motif.registry.store import RESTORE_HINT, Changes, PhotoReference, StoredCheckpoint, StoredRecord
from motif.times import iso

if TYPE_CHECKING:
    from motif.matching.inverted_index import PostingSource

_CHUNK = 500
"""Most keys in one statement; engines limit bound parameters."""

_ACTIVE = entries.c.withdrawn_at.is_(None)
_PHOTOS_OF_ENTRIES = photos.join(entries, photos.c.entry_number == entries.c.number)


class SqlLogReader:
    """One consistent view of the log and the records; see ``store.Reader``."""

    def __init__(self, connection: sa.Connection, backend: Backend) -> None:
        self._connection = connection
        self._backend = backend

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
        found = [bytes(row[0]) for row in self._connection.execute(query)]
        if len(found) != size:
            raise RegistryCorruptError(
                N_("the log has {count} events; expected {size}", count=len(found), size=size),
                hint=RESTORE_HINT,
            )
        return found

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
        query = sa.select(counters.c.value).where(counters.c.name == kind)
        return int(self._connection.scalar(query) or 0)

    def blobs(self, sha256s: Collection[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        wanted = sorted(set(sha256s))
        for start in range(0, len(wanted), 500):
            query = sa.select(blobs).where(blobs.c.sha256.in_(wanted[start : start + 500]))
            found |= {row.sha256: bytes(row.data) for row in self._connection.execute(query)}
        return found

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        with closing(self._raw(table, "")) as found:  # what is left open would keep SQLite's files open, too
            for row in found:
                yield dict(row._mapping)

    def row(self, table: str, key: Sequence[Any]) -> dict[str, Any] | None:
        names = [column.name for column in metadata.tables[table].primary_key]
        where = " AND ".join(f"{name} = :{name}" for name in names)
        found = self._raw(table, f" WHERE {where}", dict(zip(names, key, strict=True))).first()
        return None if found is None else dict(found._mapping)

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

    def index_problems(self, looked_at: Callable[[int], bool]) -> Iterator[str]:
        return self._backend.index_problems(self._connection, looked_at)

    def _raw(self, table: str, where: str, values: dict[str, Any] | None = None) -> sa.CursorResult[Any]:
        names = ", ".join(column.name for column in metadata.tables[table].columns)
        query = sa.text(f"SELECT {names} FROM {metadata.tables[table].name}{where}")
        # For this statement only: set on the connection, it would stay there.
        return self._connection.execute(query, values or {}, execution_options={"yield_per": _PAGE})


class SqlReader(SqlLogReader):
    """One consistent view; see ``store.Reader``."""

    def revision(self) -> int:
        return self._counter("revision")

    def count(self) -> int:
        return int(self._rows(sa.select(sa.func.count()).select_from(entries).where(_ACTIVE))[0][0])

    def entry(self, number: int) -> Entry:
        found = self._entries(sa.select(entries).where(entries.c.number == number))
        if not found:
            hint = N_("The id is well formed; list the entries to see which there are.")
            raise EntryNotFoundError(N_("{number} is not registered", number=format_id(number)), hint=hint)
        return found[0]

    def entries_of(self, numbers: Collection[int]) -> dict[int, Entry]:
        pages = (self._entries(sa.select(entries).where(entries.c.number.in_(c))) for c in _chunks(numbers))
        return {parse_id(entry.id): entry for page in pages for entry in page}

    def entries(
        self, *, limit: int, after: int = 0, offset: int = 0, include_withdrawn: bool = False
    ) -> tuple[Entry, ...]:
        query = sa.select(entries).where(entries.c.number > after).order_by(entries.c.number)
        if not include_withdrawn:
            query = query.where(_ACTIVE)
        return self._entries(query.limit(limit).offset(offset))

    def photo_references(self, sha256: str) -> tuple[PhotoReference, ...]:
        return self._references(sa.select(photos).where(photos.c.sha256 == sha256).order_by(photos.c.key))

    def active(self, keys: Collection[int]) -> dict[int, PhotoReference]:
        query = sa.select(photos).select_from(_PHOTOS_OF_ENTRIES).where(_ACTIVE)
        found = (self._references(query.where(photos.c.key.in_(chunk))) for chunk in _chunks(keys))
        return {reference.key: reference for page in found for reference in page}

    def changes(self, since: int = 0) -> Changes:
        keys = sa.select(photos.c.key).select_from(_PHOTOS_OF_ENTRIES).order_by(photos.c.key)
        gone = keys.where(~_ACTIVE, entries.c.revision > since)
        return Changes(
            revision=self.revision(),
            added=tuple(row[0] for row in self._rows(keys.where(_ACTIVE, photos.c.revision > since))),
            gone=tuple(row[0] for row in self._rows(gone)) if since else (),
        )

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        query = sa.select(fingerprints.c.photo_key, fingerprints.c.data).where(
            fingerprints.c.profile_id == profile_id
        )
        pages = (self._rows(query.where(fingerprints.c.photo_key.in_(chunk))) for chunk in _chunks(keys))
        return {row.photo_key: bytes(row.data) for page in pages for row in page}

    def index(self) -> PostingSource | None:
        return self._backend.index(self._connection)

    def _entries(self, query: sa.Select[Any]) -> tuple[Entry, ...]:
        rows = self._rows(query)
        numbers = [row.number for row in rows]
        pictures, alike = self._photos_of(numbers), self._similar_to(numbers)
        with _checked():
            return tuple(_entry(row, pictures[row.number], alike[row.number]) for row in rows)

    def _photos_of(self, numbers: Sequence[int]) -> dict[int, list[EntryPhoto]]:
        found: dict[int, list[EntryPhoto]] = {number: [] for number in numbers}
        for chunk in _chunks(numbers):
            query = sa.select(photos).where(photos.c.entry_number.in_(chunk)).order_by(photos.c.key)
            for reference in self._references(query):
                found[reference.number].append(reference.photo)
        return found

    def _similar_to(self, numbers: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {number: [] for number in numbers}
        for chunk in _chunks(numbers):
            query = sa.select(similarities).where(similarities.c.entry_number.in_(chunk))
            for row in self._rows(query.order_by(similarities.c.entry_number, similarities.c.position)):
                found[row.entry_number].append(row.earlier_number)
        return found

    def _references(self, query: sa.Select[Any]) -> tuple[PhotoReference, ...]:
        rows = self._rows(query)
        with _checked():
            return tuple(
                PhotoReference(key=row.key, number=row.entry_number, photo=_photo(row)) for row in rows
            )

    def _counter(self, name: str) -> int:
        rows = self._rows(sa.select(counters.c.value).where(counters.c.name == name))
        if not rows:
            raise RegistryCorruptError(
                N_("the registry's counter {name!r} is missing", name=name), hint=RESTORE_HINT
            )
        return int(rows[0][0])

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with _checked():
            return self._connection.execute(query).all()


class SqlWriter(SqlReader):
    """The one writer; see ``store.Writer``. Whatever it does is an event in the log."""

    def __init__(self, connection: sa.Connection, backend: Backend, *, by: str = "") -> None:
        super().__init__(connection, backend)
        self._log = LogWriter(connection, backend, by=by)

    def add_entry(self, *, title: str, note: str, at: datetime, similar_to: Collection[int]) -> int:
        number = self._counter("entry") + 1
        data = {
            "id": format_id(number),
            "title": title,
            "note": note,
            "registered_at": iso(at),
            "similar_to": [format_id(earlier) for earlier in similar_to],
        }
        self._log.append("entry.added", data, at=at)
        return number

    def add_photo(self, number: int, photo: EntryPhoto, fingerprint: bytes) -> int:
        key = self._counter("photo") + 1
        sha256 = hashlib.sha256(fingerprint).hexdigest()
        data = photo_data(key, number, photo, sha256)
        self._log.append("photo.added", data, {sha256: fingerprint}, at=photo.added_at)
        return key

    def withdraw(self, number: int, *, at: datetime, reason: str) -> None:
        data = {"id": format_id(number), "at": iso(at), "reason": reason}
        self._log.append("entry.withdrawn", data, at=at)

    def append(
        self, kind: str, data: dict[str, Any], attachments: Mapping[str, bytes] | None = None
    ) -> Event:
        return self._log.append(kind, data, attachments)

    def replay(self, page: Sequence[Event], attachments: Mapping[str, bytes]) -> None:
        self._log.replay(page, attachments)

    def aim(self, goal: Frontier | None) -> None:
        write_goal(self._connection, goal)

    def head(self) -> Frontier:
        return self._log.end()

    def finish(self) -> None:
        """Write what was kept back until the end of the transaction."""
        self._log.finish()

    def next_number(self, kind: str) -> int:
        return (self._log.counter(kind) or 0) + 1

    def _counter(self, name: str) -> int:
        value = self._log.counter(name)
        if value is None:
            raise RegistryCorruptError(
                N_("the registry's counter {name!r} is missing", name=name), hint=RESTORE_HINT
            )
        return value


@contextmanager
def _checked() -> Iterator[None]:
    """Turn what only a damaged or forged database holds into an error that says so."""
    try:
        yield
    except (ParameterError, ValueError, TypeError, KeyError) as error:
        message = N_("a record in the registry is malformed: {error}", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def _entry(row: sa.Row[Any], pictures: Iterable[EntryPhoto], alike: Iterable[int]) -> Entry:
    return Entry(
        id=format_id(row.number),
        title=row.title,
        note=row.note,
        photos=tuple(pictures),
        registered_at=row.registered_at,
        similar_to=tuple(format_id(number) for number in alike),
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
    )


def _photo(row: sa.Row[Any]) -> EntryPhoto:
    return EntryPhoto(
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        name=row.name,
        width_px=row.width_px,
        height_px=row.height_px,
        added_at=row.added_at,
        profile_id=row.profile_id,
    )


def _chunks(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


_PAGE = 1000


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
