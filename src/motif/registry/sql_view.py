"""Read and write records in SQL tables; the statements suit every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.matching.shelf import Shelf
from motif.messages import N_
from motif.registry import shelf_rows
from motif.registry.event import Event
from motif.registry.failures import RESTORE_HINT
from motif.registry.ids import format_id, parse_id
from motif.registry.log import LogWriter, write_goal
from motif.registry.merkle import Frontier
from motif.registry.projection import photo_data
from motif.registry.records import Entry, EntryPhoto, iso
from motif.registry.schema import counters, entries, fingerprints, photos, similarities
from motif.registry.sql_log import SqlLogReader
from motif.registry.sql_shelf import SqlShelf
from motif.registry.store import Changes, Holder

_CHUNK = 500
"""Most keys in one statement; engines limit bound parameters."""

_STANDS = entries.c.withdrawn_at.is_(None)
_PHOTOS_OF_ENTRIES = photos.join(entries, photos.c.entry_number == entries.c.number)


class SqlReader(SqlLogReader):
    """One consistent view; see ``store.Reader``."""

    def revision(self) -> int:
        return self._counter("revision")

    def count(self) -> int:
        return int(self._rows(sa.select(sa.func.count()).select_from(entries).where(_STANDS))[0][0])

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
            query = query.where(_STANDS)
        return self._entries(query.limit(limit).offset(offset))

    def holders(self, sha256: str) -> tuple[Holder, ...]:
        return self._holders(sa.select(photos).where(photos.c.sha256 == sha256).order_by(photos.c.key))

    def standing(self, keys: Collection[int]) -> dict[int, Holder]:
        query = sa.select(photos).select_from(_PHOTOS_OF_ENTRIES).where(_STANDS)
        found = (self._holders(query.where(photos.c.key.in_(chunk))) for chunk in _chunks(keys))
        return {holder.key: holder for holders in found for holder in holders}

    def changes(self, since: int = 0) -> Changes:
        keys = sa.select(photos.c.key).select_from(_PHOTOS_OF_ENTRIES).order_by(photos.c.key)
        gone = keys.where(~_STANDS, entries.c.revision > since)
        return Changes(
            revision=self.revision(),
            added=tuple(row[0] for row in self._rows(keys.where(_STANDS, photos.c.revision > since))),
            gone=tuple(row[0] for row in self._rows(gone)) if since else (),
        )

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        query = sa.select(fingerprints.c.photo_key, fingerprints.c.data).where(
            fingerprints.c.profile_id == profile_id
        )
        pages = (self._rows(query.where(fingerprints.c.photo_key.in_(chunk))) for chunk in _chunks(keys))
        return {row.photo_key: bytes(row.data) for page in pages for row in page}

    def shelf(self) -> Shelf | None:
        if self._connection.dialect.name != "postgresql":
            return None
        return SqlShelf(self._connection, newest=shelf_rows.require_level(self._connection))

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
            for holder in self._holders(query):
                found[holder.number].append(holder.photo)
        return found

    def _similar_to(self, numbers: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {number: [] for number in numbers}
        for chunk in _chunks(numbers):
            query = sa.select(similarities).where(similarities.c.entry_number.in_(chunk))
            for row in self._rows(query.order_by(similarities.c.entry_number, similarities.c.position)):
                found[row.entry_number].append(row.earlier_number)
        return found

    def _holders(self, query: sa.Select[Any]) -> tuple[Holder, ...]:
        rows = self._rows(query)
        with _checked():
            return tuple(Holder(key=row.key, number=row.entry_number, photo=_photo(row)) for row in rows)

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

    def __init__(self, connection: sa.Connection, *, by: str = "") -> None:
        super().__init__(connection)
        self._log = LogWriter(connection, by=by)

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
        message = N_("a record in the registry makes no sense: {error}", error=error)
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
