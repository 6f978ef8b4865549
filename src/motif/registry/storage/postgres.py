"""A registry in a PostgreSQL database: durable commits, and one writer at a time among all machines.

A writer takes an advisory lock first and keeps it until it has committed, so that its search and its
insertion are one step for everybody. Readers see one snapshot and wait for nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from motif.errors import ParameterError, RegistryError
from motif.extras import require
from motif.messages import N_
from motif.registry.storage.postgres_rows import copy_rows, read_rows
from motif.registry.storage.schema import index_metadata, metadata, server_metadata

_SCHEME = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""
    [a-z+]+://
    (?: (?:[^@:/?#%\s]|%[0-9a-f]{2})* (?: : (?:[^@:/?#%\s]|%[0-9a-f]{2})* )? @ )?  # user, password
    (?: \[[0-9a-f:.%]+\] | [^@:/?#\[\]\s]* ) (?: :[0-9]{1,5} )?  # host, port
    /(?:[^@:/?#%\s]|%[0-9a-f]{2})+  # database
    (?: \? [^\s#]* )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An address in which nothing of a password can be taken for something else."""

_LOCK = int.from_bytes(hashlib.sha256(b"motif registry: one writer").digest()[:8], "big", signed=True)
_OLDEST_VERSION = 15
_CONNECT_TIMEOUT_S = 10
_COPY_ROWS = 50
"""From this many rows on, COPY is faster than INSERT."""
_FOREIGN_OBJECTS = {
    "trigger {} is not ours": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "rule {} is not ours": "SELECT rulename FROM pg_rules WHERE schemaname = current_schema() ORDER BY 1",
    "constraint {} is not ours": "SELECT conname FROM pg_constraint WHERE contype = 'c'"
    " AND connamespace = current_schema()::regnamespace ORDER BY 1",
    "table {} hides rows from some users": "SELECT relname FROM pg_class WHERE relrowsecurity"
    " AND relnamespace = current_schema()::regnamespace ORDER BY 1",
}
"""Queries for what runs at a statement or hides rows, and what is reported of each row that they return."""


class PostgresBackend:
    """What PostgreSQL does in its own way; see ``backend.Backend``."""

    tables: Mapping[str, sa.Table] = {
        **metadata.tables,
        **index_metadata.tables,
        **server_metadata.tables,
    }
    view_options: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def require_safe(self, connection: sa.Connection) -> None:
        """Do nothing: whoever may create triggers is an owner of the database; ``verify`` reports them."""

    def has_remains(self) -> bool:
        """Return False: all of a registry is in its tables."""
        return False

    def configure(self, engine: sa.Engine) -> None:
        """Do nothing: a server's settings are its administrator's."""

    def insert(self, connection: sa.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
        if len(rows) >= _COPY_ROWS:
            copy_rows(connection, self.tables[table], rows)
        else:
            connection.execute(self.tables[table].insert(), rows)

    def read(self, connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
        return read_rows(connection, query)

    def problems(self, connection: sa.Connection) -> list[str]:
        return [
            problem.format(row[0])
            for problem, query in _FOREIGN_OBJECTS.items()
            for row in connection.execute(sa.text(query))
        ]


def parse(dsn: str) -> sa.URL:
    """Read an address, ``postgresql+psycopg://USER@HOST/DATABASE``.

    Parameters
    ----------
    dsn : str

    Returns
    -------
    URL

    Raises
    ------
    ParameterError
        On anything else; the message does not repeat it, because it may hold a password.
    """
    if not _SCHEME.match(dsn):
        hint = N_("Write postgresql+psycopg://USER@HOST/DATABASE.")
        raise ParameterError(N_("this is not the address of a database server"), hint=hint)
    if _ADDRESS.fullmatch(dsn):
        with suppress(sa.exc.ArgumentError, ValueError):
            return sa.make_url(_SCHEME.sub("postgresql+psycopg://", dsn, count=1))
    hint = N_(
        "Write postgresql+psycopg://USER@HOST/DATABASE, and leave the password to ~/.pgpass or PGPASSWORD. "
        "In an address, each special character of a password is escaped: @ is %40."
    )
    raise ParameterError(N_("this address of a database server cannot be read"), hint=hint)


def display(url: sa.URL) -> str:
    """Return an address without its password, to be shown to people."""
    return url.set(password=None, query={}).render_as_string()


def make_engine(url: sa.URL, *, busy_timeout_s: float) -> sa.Engine:
    """Return an engine for an existing database of a server.

    Parameters
    ----------
    url : URL
        The password may be left to ``~/.pgpass`` and libpq's environment.
    busy_timeout_s : float, seconds
        How long a writer waits for another before it gives up.

    Returns
    -------
    Engine
        Transactions of a connection with the execution option ``motif_writing`` exclude other writers.

    Raises
    ------
    MissingExtraError
        If psycopg is not installed.
    """
    require("psycopg", extra="postgres")
    engine = sa.create_engine(
        url,
        # A stricter default of the server could fix a writer's view before it has the lock.
        isolation_level="READ COMMITTED",
        poolclass=QueuePool,
        max_overflow=-1,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "motif",
            "client_encoding": "utf8",
            "prepare_threshold": None,  # a pooler may give each transaction another connection
        },
    )
    wait_ms = str(max(1, round(busy_timeout_s * 1000)))
    take_lock = sa.text(
        "SELECT set_config('lock_timeout', :wait_ms, true), set_config('synchronous_commit', 'on', true),"
        " pg_advisory_xact_lock(:lock)"
    )

    # For the transaction only: a pooler may give the connection to others afterwards.
    spell_dates = sa.text("SELECT set_config('datestyle', 'ISO', true), set_config('timezone', 'UTC', true)")

    def begin(connection: sa.Connection) -> None:
        connection.execute(spell_dates)
        if connection.get_execution_options().get("motif_writing", False):
            connection.execute(take_lock, {"wait_ms": wait_ms, "lock": _LOCK})

    sa.event.listen(engine, "begin", begin)
    return engine


def require_suitable(connection: sa.Connection) -> None:
    """Refuse a server that is too old, or a database that does not keep text as UTF-8.

    Parameters
    ----------
    connection : Connection

    Raises
    ------
    RegistryError
    """
    version = int(connection.scalar(sa.text("SELECT current_setting('server_version_num')")) or 0) // 10_000
    if version < _OLDEST_VERSION:
        raise RegistryError(
            N_(
                "the server is PostgreSQL {version}; expected {oldest} or newer",
                version=version,
                oldest=_OLDEST_VERSION,
            )
        )
    encoding = connection.scalar(sa.text("SELECT current_setting('server_encoding')"))
    if encoding != "UTF8":
        hint = N_("Have a database made for it: createdb --encoding UTF8 --template template0 NAME")
        raise RegistryError(
            N_("the database keeps text as {encoding}; expected UTF8", encoding=encoding), hint=hint
        )


def may_write(connection: sa.Connection) -> bool:
    """Tell whether this user may write here; on a standby nobody may."""
    query = (
        "SELECT NOT pg_is_in_recovery() AND CASE WHEN to_regclass('heads') IS NULL"
        " THEN has_schema_privilege(current_schema(), 'CREATE')"
        " ELSE has_table_privilege('heads', 'UPDATE') END"
    )
    return bool(connection.scalar(sa.text(query)))
