"""The counter's own small database: accounts, sessions, photos that were handed in, and work to be done.

Nothing of the registry is in it, and nothing in it is evidence: whoever loses it makes accounts anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from motif.errors import SchemaVersionError
from motif.messages import N_

REVISION: Final = "0001"
DATABASE: Final = "counter.sqlite"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Moment(sa.types.TypeDecorator[datetime]):
    """A time in UTC, whatever the engine keeps of the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the time with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password", sa.String(400)),
    sa.Column("language", sa.String(2)),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("made_by", sa.String(40), nullable=False),
    sa.Column("closed_at", Moment),
)
codes = sa.Table(
    "codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number")),
    sa.Column("ends_at", Moment, nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
)
photos = sa.Table(
    "photos",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("taken_in_at", Moment, nullable=False),
    sa.Column("entry", sa.String(20)),
)
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
    sa.Column("photo", sa.Integer, sa.ForeignKey("photos.number"), index=True),
    sa.Column("subject", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("answer", sa.JSON),
)
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("photo", sa.Integer, sa.ForeignKey("photos.number"), primary_key=True),
    sa.Column("account", sa.Integer, sa.ForeignKey("accounts.number"), nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)


class Database:
    """The counter's database, opened.

    Parameters
    ----------
    folder : Path
        Where its file lies, or is made.

    Raises
    ------
    SchemaVersionError
        If a newer version wrote it.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / DATABASE
        path.touch(0o600, exist_ok=True)
        self.engine = sa.create_engine(f"sqlite:///{path}", poolclass=QueuePool, max_overflow=-1)
        sa.event.listen(self.engine, "connect", _prepare)
        sa.event.listen(self.engine, "begin", _begin)
        with self.writing() as connection:
            _bring_up_to_date(connection)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a consistent view."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Be the one writer; commit durably at the end, or undo all on an exception."""
        with self.engine.execution_options(motif_writing=True).connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Release connections."""
        self.engine.dispose()


def add_row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    """Add a row, and return its number."""
    made = table.insert().values(**values).returning(table.c.number)
    return int(connection.execute(made).scalar_one())


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA busy_timeout=20000")


def _begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("motif_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _bring_up_to_date(connection: sa.Connection) -> None:
    known = sa.inspect(connection).has_table("alembic_version")
    revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if known else None
    if revision == REVISION:
        return
    if revision is not None and str(revision) > REVISION:
        message = N_("the counter's tables are of revision {revision!r}", revision=revision)
        raise SchemaVersionError(message, hint=N_("Update motif; nothing was changed."))
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
