"""Bring a registry's tables to the newest revision; only here is Alembic loaded, and only when needed."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from motif.errors import ParameterError, RegistryCorruptError, RegistryError, SchemaVersionError
from motif.messages import N_
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.ids import format_id
from motif.registry.storage.log_writer import LogWriter, write_goal
from motif.registry.storage.projection import photo_data
from motif.registry.storage.schema import KIND, REVISION, entries, facts, fingerprints, photos, similarities
from motif.times import iso

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION_TABLE = "alembic_version"
_REGISTRY_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """With what a copy of another registry begins.

    Parameters
    ----------
    event : Event
        The first of the other's log; it says which registry this is.
    goal : Frontier
        Where the log of the finished copy ends.
    """

    event: Event
    goal: Frontier

    def __post_init__(self) -> None:
        data = self.event.data
        if self.event.kind != "registry.made" or data.get("kind") != KIND:
            raise RegistryCorruptError(N_("the log does not begin with the making of a registry"))
        if not _REGISTRY_ID.fullmatch(self.registry_id):
            raise RegistryCorruptError(
                N_("{registry_id!r:.60} is no registry's id", registry_id=self.registry_id)
            )

    @property
    def registry_id(self) -> str:
        """The id that the copy has too."""
        return str(self.event.data.get("registry_id"))


def stored_revision(connection: sa.Connection) -> str | None:
    """Return the revision of the registry behind a connection; None for an empty database.

    Raises
    ------
    SchemaVersionError
        If the database belongs to another program.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    if not {_VERSION_TABLE, facts.name} <= tables or _kind(connection) != KIND:
        hint = N_("Give another folder with --registry; nothing was changed in this one.")
        raise SchemaVersionError(N_("the registry's database belongs to another program"), hint=hint)
    return str(connection.scalar(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")))


def upgrade(connection: sa.Connection, profile_id: str, founding: Founding | None = None) -> None:
    """Bring an empty or older registry to ``REVISION``, inside the writing transaction of the connection.

    Several processes may come here for the same new registry: the transaction lets one work and
    the others find the work done.

    Parameters
    ----------
    connection : Connection
        In a transaction that excludes other writers; all is undone if it does not commit.
    profile_id : str
        Recorded in a new registry.
    founding : Founding, optional
        Makes a new registry the unfinished copy of another.

    Raises
    ------
    SchemaVersionError
        If the revision is not known here: a newer program wrote it.
    """
    revision = stored_revision(connection)
    if revision == REVISION:
        return
    _run_alembic(connection, revision)
    if revision is None and founding is None:
        _record_facts(connection, profile_id)
    elif revision is None and founding is not None:
        _begin_copy(connection, founding)


def _run_alembic(connection: sa.Connection, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        ScriptDirectory.from_config(config).get_revision(revision or "base")
    except CommandError as error:
        message = N_(
            "the registry's tables are of revision {revision!r}; this version knows up to {known!r}",
            revision=revision,
            known=REVISION,
        )
        hint = N_("Update motif; nothing was changed in the registry.")
        raise SchemaVersionError(message, hint=hint) from error
    command.upgrade(config, "head")


def _record_facts(connection: sa.Connection, profile_id: str) -> None:
    values = {
        "kind": KIND,
        "registry_id": secrets.token_hex(16),
        "profile": profile_id,
        "created_at": iso(datetime.now(UTC)),
    }
    log = LogWriter(connection)
    log.append("registry.made", values, revision=0)
    log.finish()


def _begin_copy(connection: sa.Connection, founding: Founding) -> None:
    log = LogWriter(connection)
    try:
        log.replay([founding.event], {})
    except ParameterError as error:
        raise RegistryCorruptError(N_("the copied log makes no sense: {error}", error=error)) from error
    log.finish()
    write_goal(connection, founding.goal)


def _kind(connection: sa.Connection) -> str | None:
    try:
        return connection.scalar(sa.select(facts.c.value).where(facts.c.name == "kind"))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):  # a table of this name, without these columns
        return None


def adopt(connection: sa.Connection) -> None:
    """Fill the log of a registry that has none; the rows stay as they are.

    The events carry the time of the adoption, because that is when they were written, and in their data
    the times that the tables held. A registry that is being made has no facts yet and gets an empty log.
    """
    known = {row.name: row.value for row in connection.execute(sa.select(facts))}
    log = _Adopting(connection)
    log.start()
    if known:
        log.append("registry.made", known, revision=0)
        for revision, _, kind, data in sorted(_changes(connection), key=lambda change: change[:2]):
            log.append(kind, data, revision=revision)
        log.finish()


class _Adopting(LogWriter):
    """A log whose rows are there already."""

    def _apply(self, changes: object, attachments: object) -> None:
        del changes, attachments


def _changes(connection: sa.Connection) -> Iterator[tuple[int, tuple[int, int], str, dict[str, Any]]]:
    """Yield revision, order within it, kind and data of each change that the tables tell of."""
    began: dict[int, int] = {}
    for row in connection.execute(sa.select(photos).order_by(photos.c.key)):
        began.setdefault(row.entry_number, row.revision)
        yield row.revision, (1, row.key), "photo.added", _photo(connection, row)
    alike: dict[int, list[str]] = {}
    order = (similarities.c.entry_number, similarities.c.position)
    for row in connection.execute(sa.select(similarities).order_by(*order)):
        alike.setdefault(row.entry_number, []).append(format_id(row.earlier_number))
    for row in connection.execute(sa.select(entries).order_by(entries.c.number)):
        data = {
            "id": format_id(row.number),
            "title": row.title,
            "note": row.note,
            "registered_at": iso(row.registered_at),
            "similar_to": alike.get(row.number, []),
        }
        first = row.revision if row.withdrawn_at is None else began.get(row.number, row.revision)
        yield first, (0, row.number), "entry.added", data
        if row.withdrawn_at is not None:
            data = {
                "id": format_id(row.number),
                "at": iso(row.withdrawn_at),
                "reason": row.withdrawn_reason,
            }
            yield row.revision, (2, row.number), "entry.withdrawn", data


def _photo(connection: sa.Connection, row: sa.Row[Any]) -> dict[str, Any]:
    query = sa.select(fingerprints.c.data).where(
        fingerprints.c.photo_key == row.key, fingerprints.c.profile_id == row.profile_id
    )
    photo = EntryPhoto(
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        name=row.name,
        width_px=row.width_px,
        height_px=row.height_px,
        added_at=row.added_at,
        profile_id=row.profile_id,
    )
    made = connection.scalar(query) or b""
    return photo_data(row.key, row.entry_number, photo, hashlib.sha256(made).hexdigest())


def bring_level(
    engine: sa.Engine,
    profile_id: str,
    *,
    writable: bool,
    create: bool,
    founding: Founding | None,
    look: Callable[[sa.Connection], object],
    prepare: Callable[[sa.Engine], object] | None = None,
) -> None:
    """Make the tables, or bring them to the newest revision, where that is due.

    Parameters
    ----------
    engine : Engine
    profile_id, writable, create, founding : as for ``SqlStore.open_sqlite``
    look : callable
        Raises if the engine holds what it should not.
    prepare : callable, optional
        Sets the engine up before anything is written.
    """
    with engine.connect() as connection, connection.begin():
        look(connection)
        revision = stored_revision(connection)
    if revision is None and not (create and writable):
        raise RegistryError(N_("the registry's database is empty"), hint=N_("Register something first."))
    if revision != REVISION and not writable:
        raise RegistryError(
            N_(
                "the registry's tables are of revision {revision!r}; expected {known!r}",
                revision=revision,
                known=REVISION,
            ),
            hint=N_("Open it once with write permission, so that it can be brought up to date."),
        )
    if writable and prepare is not None:
        prepare(engine)
    if revision != REVISION:
        with engine.connect() as connection:
            connection.execution_options(motif_writing=True)
            with connection.begin():
                upgrade(connection, profile_id, founding)
