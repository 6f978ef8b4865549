"""Records in SQL tables; the engine is SQLite now, and the statements suit PostgreSQL as well."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError, RegistryError
from motif.registry import migrate, sqlite
from motif.registry.event import Event
from motif.registry.failures import RESTORE_HINT, told
from motif.registry.ids import format_id, parse_id
from motif.registry.log import LogWriter, read_goal, write_goal
from motif.registry.merkle import Frontier
from motif.registry.migrate import Founding
from motif.registry.projection import photo_data
from motif.registry.records import Entry, EntryPhoto, iso
from motif.registry.schema import REVISION, counters, entries, facts, fingerprints, photos, similarities
from motif.registry.seal import broken_seal, write_seal
from motif.registry.sql_log import SqlLogReader
from motif.registry.store import Changes, Holder, Reader

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
            hint = "The id is well formed; list the entries to see which there are."
            raise EntryNotFoundError(f"{format_id(number)} is not registered", hint=hint)
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
            raise RegistryCorruptError(f"the registry's counter {name!r} is missing", hint=RESTORE_HINT)
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
            raise RegistryCorruptError(f"the registry's counter {name!r} is missing", hint=RESTORE_HINT)
        return value


class SqlStore:
    """Records in an SQL database; see ``store.Store``.

    Thread-safe: each view has its own connection. Not to be carried over a fork.

    Parameters
    ----------
    engine : Engine
    place : Path
        What errors call the registry.
    writable : bool
    database : Path, optional
        The file, if the engine keeps all in one.
    founding : Founding, optional
        Open an unfinished copy, in order to go on with it.

    Raises
    ------
    RegistryError
        If it is an unfinished copy, or with ``founding`` a registry other than that one.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        place: Path,
        writable: bool,
        database: Path | None = None,
        founding: Founding | None = None,
    ) -> None:
        self._engine = engine
        self._database = database
        self._place = place
        self._process = os.getpid()
        self._closed = False
        self.writable = writable
        with told(place), engine.connect() as connection, connection.begin():
            known = {row.name: row.value for row in connection.execute(sa.select(facts))}
            goal = read_goal(connection)
        try:
            self.registry_id, self.profile_id = str(known["registry_id"]), str(known["profile"])
        except KeyError as error:
            raise RegistryCorruptError(
                f"the registry's fact {error} is missing", hint=RESTORE_HINT
            ) from error
        if founding is None and goal is not None:
            hint = "Run the copy or the restoring again; it goes on where it stopped."
            raise RegistryError(f"registry {place} is an unfinished copy", hint=hint)
        if founding is not None and founding.registry_id != self.registry_id:
            hint = "Give a place that is empty or not there yet."
            raise RegistryError(f"{place} holds another registry; nothing was changed in it", hint=hint)

    @classmethod
    def open_sqlite(
        cls,
        path: Path,
        *,
        profile_id: str,
        writable: bool = True,
        create: bool = True,
        busy_timeout_s: float = 60.0,
        founding: Founding | None = None,
    ) -> SqlStore:
        """Open a database file; make it, or bring it to the newest schema, where that is due.

        Parameters
        ----------
        path : Path
        profile_id : str
            Recorded if the registry is new.
        writable, create : bool
        busy_timeout_s : float, seconds
        founding : Founding, optional
            Make it, or go on with it, as the copy of another registry.

        Raises
        ------
        SchemaVersionError
            If another or a newer program wrote the file.
        """
        with told(path.parent):
            if writable and create:
                sqlite.make_file(path)
            engine = sqlite.make_engine(path, writable=writable, busy_timeout_s=busy_timeout_s)
            try:
                _bring_level(engine, profile_id, writable=writable, create=create, founding=founding)
                return cls(engine, place=path.parent, writable=writable, database=path, founding=founding)
            except BaseException:
                engine.dispose()
                raise

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        self._require_usable()
        with told(self._place), self._engine.connect() as connection, connection.begin():
            yield SqlReader(connection)

    @contextmanager
    def writing(self, *, by: str = "") -> Iterator[SqlWriter]:
        self._require_usable()
        if not self.writable:
            hint = "Ask for write permission, or copy the folder to a place of your own."
            raise RegistryError(f"registry {self._place} is open for reading only", hint=hint)
        with told(self._place), self._engine.connect() as connection:
            connection.execution_options(motif_writing=True)
            with connection.begin():
                writer = SqlWriter(connection, by=by)
                yield writer
                writer.finish()

    def settle(self) -> None:
        if self._database is not None and self.writable:
            with told(self._place):
                sqlite.fold_log(self._engine)

    def seal(self) -> None:
        if self._database is None:
            return
        self.settle()
        with self.writing() as writer:
            if sqlite.log_is_empty(self._database):
                write_seal(self._database, writer.head())

    def broken_seal(self, reader: Reader) -> str | None:
        if self._database is None:
            return None
        with told(self._place):
            return broken_seal(self._database, reader.head()) if sqlite.log_is_empty(self._database) else ""

    def close(self) -> None:
        self._closed = True
        if os.getpid() == self._process:
            self._engine.dispose()

    def _require_usable(self) -> None:
        if self._closed:
            raise RegistryError(f"registry {self._place} is closed", hint="Open it again.")
        if os.getpid() != self._process:
            hint = "Open the registry again in each process; a connection does not survive a fork."
            raise RegistryError(f"registry {self._place} was opened by another process", hint=hint)


def _bring_level(
    engine: sa.Engine, profile_id: str, *, writable: bool, create: bool, founding: Founding | None
) -> None:
    with engine.connect() as connection, connection.begin():
        sqlite.refuse_programs(connection)
        revision = migrate.stored_revision(connection)
    if revision is None and not (create and writable):
        raise RegistryError("the registry's database is empty", hint="Register something first.")
    if revision != REVISION and not writable:
        raise RegistryError(
            f"the registry's tables are of revision {revision!r}; expected {REVISION!r}",
            hint="Open it once with write permission, so that it can be brought up to date.",
        )
    if writable:
        sqlite.use_write_ahead_log(engine)
    if revision != REVISION:
        with engine.connect() as connection:
            connection.execution_options(motif_writing=True)
            with connection.begin():
                migrate.upgrade(connection, profile_id, founding)


@contextmanager
def _checked() -> Iterator[None]:
    """Turn what only a damaged or forged database holds into an error that says so."""
    try:
        yield
    except (ParameterError, ValueError, TypeError, KeyError) as error:
        message = f"a record in the registry makes no sense: {error}"
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
