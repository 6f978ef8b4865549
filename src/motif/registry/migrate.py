"""Bring a registry's tables to the newest revision; only here is Alembic loaded, and only when needed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from motif.errors import ParameterError, RegistryCorruptError, SchemaVersionError
from motif.messages import N_
from motif.registry.event import Event
from motif.registry.log import LogWriter, write_goal
from motif.registry.merkle import Frontier
from motif.registry.records import iso
from motif.registry.schema import KIND, REVISION, facts

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
