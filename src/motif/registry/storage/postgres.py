"""How a PostgreSQL server is opened: durable commits, one writer at a time among all machines.

A writer takes an advisory lock before anything else and keeps it until it has committed, so that its
search and its insertion are one step for everybody. Readers see one snapshot and wait for nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from motif.errors import ParameterError, RegistryError
from motif.extras import require
from motif.messages import N_

VIEWING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of a consistent view."""

_SCHEME = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://")
_LOCK = int.from_bytes(hashlib.sha256(b"motif registry: one writer").digest()[:8], "big", signed=True)
_OLDEST = 15
_AILING = {
    "trigger {} is not ours": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "rule {} is not ours": "SELECT rulename FROM pg_rules WHERE schemaname = current_schema() ORDER BY 1",
    "constraint {} is not ours": "SELECT conname FROM pg_constraint WHERE contype = 'c'"
    " AND connamespace = current_schema()::regnamespace ORDER BY 1",
    "table {} hides rows from some users": "SELECT relname FROM pg_class WHERE relrowsecurity"
    " AND relnamespace = current_schema()::regnamespace ORDER BY 1",
}
"""What is said of each row that a query finds."""
_CONNECT_TIMEOUT_S = 10
_TYPES: dict[type[Any], str] = {
    sa.types.TypeDecorator: "timestamptz",
    sa.LargeBinary: "bytea",
    sa.BigInteger: "int8",
    sa.Integer: "int4",
    sa.Text: "text",
    sa.String: "varchar",
}
"""What the server calls the types of our columns, narrower ones first; times are the one decorated type."""


def is_dsn(place: str) -> bool:
    """Tell whether a place is on a server.

    Examples
    --------
    >>> is_dsn("postgresql+psycopg://sri@office/batik"), is_dsn("registry.motif")
    (True, False)
    """
    return _SCHEME.match(place) is not None


def parse(dsn: str) -> sa.URL:
    """Read ``postgresql+psycopg://USER@HOST/DATABASE``.

    Raises
    ------
    ParameterError
        On anything else; the message does not repeat it, because it may hold a password.
    """
    try:
        url = sa.make_url(_SCHEME.sub("postgresql+psycopg://", dsn, count=1))
        if is_dsn(dsn) and url.database:
            return url
    except (sa.exc.ArgumentError, ValueError):
        pass
    hint = N_("Write postgresql+psycopg://USER@HOST/DATABASE.")
    raise ParameterError(N_("this is no address of a database server"), hint=hint) from None


def shown(url: sa.URL) -> str:
    """Return an address without its password."""
    return url.set(password=None, query={}).render_as_string()


def make_engine(url: sa.URL, *, busy_timeout_s: float) -> sa.Engine:
    """Return an engine for a server's database, which must be there.

    Parameters
    ----------
    url : URL
        The password may be left to ``~/.pgpass`` and libpq's environment.
    busy_timeout_s : float, seconds
        How long a writer waits for another before it gives up.
    """
    require("psycopg", extra="postgres")
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",  # the default here may fix a writer's view before it has the lock
        poolclass=QueuePool,
        max_overflow=-1,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "motif"},
    )
    wait_ms = str(max(1, round(busy_timeout_s * 1000)))
    take = sa.text(
        "SELECT set_config('lock_timeout', :wait_ms, true), set_config('synchronous_commit', 'on', true),"
        " pg_advisory_xact_lock(:lock)"
    )

    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("motif_writing", False):
            connection.execute(take, {"wait_ms": wait_ms, "lock": _LOCK})

    sa.event.listen(engine, "begin", begin)
    return engine


def require_able(connection: sa.Connection) -> None:
    """Refuse a server that is too old, or does not keep text as UTF-8."""
    version = int(connection.scalar(sa.text("SELECT current_setting('server_version_num')")) or 0) // 10_000
    if version < _OLDEST:
        raise RegistryError(
            N_(
                "the server is PostgreSQL {version}; expected {oldest} or newer",
                version=version,
                oldest=_OLDEST,
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


def read_rows(connection: sa.Connection, query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Read rows with bytes as they are; the driver would have them sent as hexadecimal digits.

    Parameters
    ----------
    connection : Connection
    query : str
        With ``%(name)s`` for the values.
    values : dict
    """
    from psycopg import Error

    try:
        with connection.connection.cursor(binary=True) as cursor:  # type: ignore[attr-defined]
            rows: list[tuple[Any, ...]] = cursor.execute(query, values).fetchall()
            return rows
    except Error as error:  # past SQLAlchemy, which would have wrapped it
        raise sa.exc.DBAPIError(query, None, error) from error


def copy_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Load many rows at once, by binary COPY."""
    from psycopg import Error, sql

    columns = [column for column in table.columns if column.name in rows[0]]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    try:
        with connection.connection.cursor() as cursor, cursor.copy(query) as copy:  # type: ignore[attr-defined]
            copy.set_types([_type(column) for column in columns])
            for row in rows:
                copy.write_row([row[column.name] for column in columns])
    except Error as error:  # past SQLAlchemy, which would have wrapped it
        raise sa.exc.DBAPIError("COPY", None, error) from error


def problems(connection: sa.Connection) -> list[str]:
    """Return what a registry's database should not have: what runs at a statement, or hides rows."""
    return [
        told.format(row[0]) for told, query in _AILING.items() for row in connection.execute(sa.text(query))
    ]


def _type(column: sa.Column[Any]) -> str:
    return next(name for kind, name in _TYPES.items() if isinstance(column.type, kind))
