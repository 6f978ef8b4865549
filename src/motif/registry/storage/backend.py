"""What a kind of database does in its own way; the rest of the SQL is the same for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa


class Backend(Protocol):
    """SQLite or PostgreSQL, as the other modules of this package see it.

    Attributes
    ----------
    tables : mapping of str to Table
        All tables that a registry has in this kind of database.
    view_options : mapping
        SQLAlchemy's execution options of a connection that sees one consistent state.
    """

    @property
    def tables(self) -> Mapping[str, sa.Table]: ...

    @property
    def view_options(self) -> Mapping[str, Any]: ...

    def require_safe(self, connection: sa.Connection) -> None:
        """Raise ``RegistryCorruptError`` if reading the database could run code that is not ours."""

    def has_remains(self) -> bool:
        """Tell whether there is what only a registry leaves, so that an empty database is no new one."""

    def configure(self, engine: sa.Engine) -> None:
        """Make the settings that a database keeps, before anything else is written to it."""

    def insert(self, connection: sa.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, many at a time."""

    def read(self, connection: sa.Connection, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query without parameters, bytes as bytes, as fast as the driver can."""

    def problems(self, connection: sa.Connection) -> list[str]:
        """Return what the database itself reports as damaged, and what it holds besides tables."""
