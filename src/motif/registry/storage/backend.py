"""What a kind of database does in its own way; the rest of the SQL is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

if TYPE_CHECKING:  # it loads NumPy and faiss, which listing a folder's entries does not need
    from motif.matching.inverted_index import PostingSource


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
        """Insert rows that follow from the log, and whatever the search index derives from them."""

    def problems(self, connection: sa.Connection) -> list[str]:
        """Return what the database itself reports as damaged, and what it holds besides tables."""

    def prepare(self, fingerprint: bytes, profile_id: str) -> None:
        """Compute in advance what inserting a fingerprint needs."""

    def index(self, connection: sa.Connection) -> PostingSource | None:
        """Return the search index in the database; None if each process builds its own."""

    def index_problems(self, connection: sa.Connection, recomputes: Callable[[int], bool]) -> Iterator[str]:
        """Yield what in the search index does not follow from the fingerprints.

        A photo's index rows are computed again only if ``recomputes`` is true for its key: that takes as
        long as a check.
        """
