"""Bring a registry's tables to the newest revision; only here is Alembic loaded, and only when needed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from motif.errors import SchemaVersionError
from motif.registry.log import LogWriter
from motif.registry.records import iso
from motif.registry.schema import KIND, REVISION, facts

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION_TABLE = "alembic_version"


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
        hint = "Give another folder with --registry; nothing was changed in this one."
        raise SchemaVersionError("the registry's database belongs to another program", hint=hint)
    return str(connection.scalar(sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")))


def upgrade(connection: sa.Connection, profile_id: str) -> None:
    """Bring an empty or older registry to ``REVISION``, inside the writing transaction of the connection.

    Several processes may come here for the same new registry: the transaction lets one work and
    the others find the work done.

    Parameters
    ----------
    connection : Connection
        In a transaction that excludes other writers; all is undone if it does not commit.
    profile_id : str
        Recorded in a new registry.

    Raises
    ------
    SchemaVersionError
        If the revision is not known here: a newer program wrote it.
    """
    revision = stored_revision(connection)
    if revision == REVISION:
        return
    _run_alembic(connection, revision)
    if revision is None:
        _record_facts(connection, profile_id)


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
        message = f"the registry's tables are of revision {revision!r}; this version knows up to {REVISION!r}"
        hint = "Update motif; nothing was changed in the registry."
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


def _kind(connection: sa.Connection) -> str | None:
    try:
        return connection.scalar(sa.select(facts.c.value).where(facts.c.name == "kind"))
    except sa.exc.OperationalError:  # a table of this name, without these columns
        return None
