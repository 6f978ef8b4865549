"""Create a registry's tables, or bring them to the newest revision; only then is Alembic loaded."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from motif.errors import (
    ParameterError,
    RegistryCorruptError,
    RegistryError,
    RegistryUnavailableError,
    SchemaVersionError,
)
from motif.messages import N_
from motif.profiles import STANDARD_1, Profile
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.storage.backend import Backend
from motif.registry.storage.failures import is_damage
from motif.registry.storage.log_writer import LogWriter, write_goal
from motif.registry.storage.schema import KIND, REVISION, facts
from motif.registry.store import RESTORE_HINT
from motif.times import iso

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where Alembic finds its ``env.py`` and ``versions``."""

_VERSION_TABLE = "alembic_version"
_REGISTRY_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """How a copy of another registry begins.

    Parameters
    ----------
    event : Event
        The first event of the source's log; it says which registry this is.
    goal : Frontier
        The Merkle frontier of the log when the copy is finished.
    """

    event: Event
    goal: Frontier

    def __post_init__(self) -> None:
        data = self.event.data
        if self.event.kind != "registry.made" or data.get("kind") != KIND:
            raise RegistryCorruptError(N_("the log does not begin with the creation of a registry"))
        if not _REGISTRY_ID.fullmatch(self.registry_id):
            raise RegistryCorruptError(
                N_("{registry_id!r:.60} is not the id of a registry", registry_id=self.registry_id)
            )

    @property
    def registry_id(self) -> str:
        """The id of the source, and so of the copy."""
        return str(self.event.data.get("registry_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOptions:
    """How a registry is opened.

    Parameters
    ----------
    create : bool
        Create the registry if there is none.
    profile : Profile, optional
        Of a new registry, by default STANDARD_1; of an existing one, the profile that is required.
    busy_timeout_s : float, seconds
        How long to wait for another process that writes.
    founding : Founding, optional
        Create it as the unfinished copy of another registry, or continue that copy.
    """

    create: bool = True
    profile: Profile | None = None
    busy_timeout_s: float = 60.0
    founding: Founding | None = None


def bring_up_to_date(engine: sa.Engine, backend: Backend, options: OpenOptions, *, writable: bool) -> bool:
    """Create the tables, or bring them to the newest revision, if necessary.

    Parameters
    ----------
    engine : Engine
    backend : Backend
    options : OpenOptions
    writable : bool

    Returns
    -------
    bool
        Whether existing tables were changed.

    Raises
    ------
    RegistryCorruptError
        If the database is empty though it belonged to a registry.
    RegistryError
        If it is necessary, and nothing may be created or written.
    SchemaVersionError
        If the database belongs to another program, or to a newer version of this one.
    """
    has_remains = backend.has_remains()  # asked first: a registry that is just made leaves them later
    with engine.begin() as connection:
        backend.require_safe(connection)
        try:
            revision = _stored_revision(connection)
        except SchemaVersionError as error:
            if not has_remains:
                raise
            raise RegistryCorruptError(error.message, hint=RESTORE_HINT) from error
    _require_known_revision(revision)
    if revision is None and has_remains:
        raise _emptied()
    if revision is None and not (options.create and writable):
        raise RegistryError(N_("the registry's database is empty"), hint=N_("Register something first."))
    if revision != REVISION and not writable:
        raise RegistryUnavailableError(
            N_(
                "the registry's tables are of revision {revision!r}; expected {known!r}",
                revision=revision,
                known=REVISION,
            ),
            hint=N_("Open it once with write permission, so that it can be brought up to date."),
        )
    if writable:
        backend.configure(engine)
    if revision != REVISION:
        with engine.execution_options(motif_writing=True).begin() as connection:
            _upgrade(connection, backend, options)
    return revision not in (None, REVISION)


def _require_known_revision(revision: str | None) -> None:
    """Refuse tables of a newer version, and of a revision that no version writes."""
    if revision is None or revision == REVISION:
        return
    message = N_(
        "the registry's tables are of revision {revision!r}; this version knows up to {known!r}",
        revision=revision,
        known=REVISION,
    )
    if not re.fullmatch("[0-9]{4}", revision):
        raise RegistryCorruptError(message, hint=RESTORE_HINT)
    if revision > REVISION:
        hint = N_("Update motif; nothing was changed in the registry.")
        raise SchemaVersionError(message, hint=hint)


def _emptied() -> RegistryCorruptError:
    return RegistryCorruptError(
        N_("the registry's database is empty; its originals or what was known of its log are there"),
        hint=RESTORE_HINT,
    )


def _stored_revision(connection: sa.Connection) -> str | None:
    """Return the revision of a registry's tables; None for an empty database.

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


def _kind(connection: sa.Connection) -> str | None:
    try:
        return connection.scalar(sa.select(facts.c.value).where(facts.c.name == "kind"))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        if not is_damage(error):  # such as a user who may not read the table
            raise
        return None  # a table of this name, without these columns


def _upgrade(connection: sa.Connection, backend: Backend, options: OpenOptions) -> None:
    """Bring an empty or older registry to ``REVISION``; the transaction excludes other writers.

    Several processes may get here for the same new registry: one does the work, the others find it done.
    """
    revision = _stored_revision(connection)
    if revision == REVISION:
        return
    if revision is None and backend.has_remains():
        raise _emptied()
    _run_alembic(connection)
    if revision is None:
        log = LogWriter(connection, backend)
        log.start()
        if options.founding is None:
            _record_facts(log, options.profile or STANDARD_1)
        else:
            _begin_copy(log, options.founding)
            write_goal(connection, options.founding.goal)
        log.finish()


def _run_alembic(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _record_facts(log: LogWriter, profile: Profile) -> None:
    values = {
        "kind": KIND,
        "registry_id": secrets.token_hex(16),
        "profile": profile.id,
        "created_at": iso(datetime.now(UTC)),
    }
    log.append("registry.made", values, revision=0)


def _begin_copy(log: LogWriter, founding: Founding) -> None:
    try:
        log.replay([founding.event], {})
    except ParameterError as error:
        raise RegistryCorruptError(N_("the log of the source is malformed: {error}", error=error)) from error
