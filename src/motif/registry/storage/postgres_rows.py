"""Read and write many rows of a PostgreSQL database at once, in the server's binary format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

_TYPES: dict[type[Any], str] = {
    sa.types.TypeDecorator: "timestamptz",
    sa.LargeBinary: "bytea",
    sa.BigInteger: "int8",
    sa.Integer: "int4",
    sa.Text: "text",
    sa.String: "varchar",
}
"""The server's names of our column types, subclasses first; the only decorated type is ``UtcDateTime``."""


def read_rows(connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
    """Read rows in binary format; by default, the server would send bytes as hexadecimal digits.

    Parameters
    ----------
    connection : Connection
    query : str
        SQL without parameters.

    Returns
    -------
    list of tuple
    """
    from psycopg import Error

    try:
        with connection.connection.cursor(binary=True) as cursor:  # type: ignore[attr-defined]
            rows: list[tuple[Any, ...]] = cursor.execute(query).fetchall()
            return rows
    except Error as error:  # SQLAlchemy, which would have wrapped it, is bypassed here
        raise sa.exc.DBAPIError(query, None, error) from error


def copy_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows with a binary COPY.

    Parameters
    ----------
    connection : Connection
    table : Table
    rows : sequence of dict
        At least one; all have the same columns.
    """
    from psycopg import Error, sql

    columns = [column for column in table.columns if column.name in rows[0]]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    try:
        with connection.connection.cursor() as cursor, cursor.copy(query) as copy:  # type: ignore[attr-defined]
            copy.set_types([_type_name(column) for column in columns])
            for row in rows:
                copy.write_row([row[column.name] for column in columns])
    except Error as error:  # SQLAlchemy, which would have wrapped it, is bypassed here
        raise sa.exc.DBAPIError("COPY", None, error) from error


def _type_name(column: sa.Column[Any]) -> str:
    return next(name for kind, name in _TYPES.items() if isinstance(column.type, kind))
