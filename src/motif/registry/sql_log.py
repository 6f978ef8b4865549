"""Read the log, and the records that follow from it, from SQL tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry import postgres, shelf_rows, sqlite
from motif.registry.event import Event
from motif.registry.failures import RESTORE_HINT
from motif.registry.log import read_frontier
from motif.registry.merkle import Frontier
from motif.registry.schema import (
    REVISION,
    blobs,
    checkpoints,
    events,
    links,
    metadata,
    records,
    server_metadata,
)
from motif.registry.store import StoredCheckpoint, StoredRecord

_PAGE = 1000


class SqlLogReader:
    """One consistent view of the log and the records; see ``store.Reader``."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

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

    def blobs(self, sha256s: Collection[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        wanted = sorted(set(sha256s))
        for start in range(0, len(wanted), 500):
            query = sa.select(blobs).where(blobs.c.sha256.in_(wanted[start : start + 500]))
            found |= {row.sha256: bytes(row.data) for row in self._connection.execute(query)}
        return found

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        return (dict(row._mapping) for row in self._raw(table, ""))

    def row(self, table: str, key: Sequence[Any]) -> dict[str, Any] | None:
        names = [column.name for column in metadata.tables[table].primary_key]
        where = " AND ".join(f"{name} = :{name}" for name in names)
        found = self._raw(table, f" WHERE {where}", dict(zip(names, key, strict=True))).first()
        return None if found is None else dict(found._mapping)

    def ailments(self) -> list[str]:
        server = self._connection.dialect.name == "postgresql"
        expected = {*metadata.tables, *(server_metadata.tables if server else ()), "alembic_version"}
        inspector = sa.inspect(self._connection)
        there = set(inspector.get_table_names())
        found = [f"table {name} is not ours" for name in sorted(there - expected)]
        found += [f"table {name} is missing" for name in sorted(expected - there)]
        found += _columns_amiss(inspector, there & expected)
        versions = self._connection.execute(sa.text("SELECT version_num FROM alembic_version")).all()
        if [row[0] for row in versions] != [REVISION]:
            found.append(f"table alembic_version holds {versions!r:.80}; expected {REVISION!r}")
        ailing = postgres.ailments if server else sqlite.ailments
        return found + ailing(self._connection)

    def misfits(self, looked_at: Callable[[int], bool]) -> Iterator[str]:
        if self._connection.dialect.name == "postgresql":
            yield from shelf_rows.differences(self._connection, looked_at)

    def _raw(self, table: str, where: str, values: dict[str, Any] | None = None) -> sa.CursorResult[Any]:
        names = ", ".join(column.name for column in metadata.tables[table].columns)
        query = sa.text(f"SELECT {names} FROM {metadata.tables[table].name}{where}")
        # For this statement only: set on the connection, it would stay there.
        return self._connection.execute(query, values or {}, execution_options={"yield_per": _PAGE})


def _columns_amiss(inspector: sa.Inspector, tables: set[str]) -> Iterator[str]:
    """Say which columns are not as the migrations made them; a default is a program that runs at each row."""
    ours = {**metadata.tables, **server_metadata.tables}
    for name in sorted(tables & ours.keys()):
        kept = {column["name"]: column for column in inspector.get_columns(name)}
        for column in sorted(kept.keys() ^ set(ours[name].columns.keys())):
            yield f"column {column} of table {name} is {'not ours' if column in kept else 'missing'}"
        for column, made in kept.items():
            if made["default"] is not None or made.get("computed") is not None:
                yield f"column {column} of table {name} fills itself"


def _stored(row: sa.Row[Any]) -> StoredRecord:
    return StoredRecord(id=row.id, kind=row.kind, version=row.version, body=row.body)
