"""Where a registry is: a folder, or a database server; what there is to open in either."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from motif.errors import ParameterError, RegistryCorruptError, RegistryError, SchemaVersionError
from motif.files import sync_folder
from motif.messages import N_
from motif.profiles import PROFILES, STANDARD_1, Profile
from motif.registry.storage import index_rows, migrate, postgres
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.migrate import Founding, bring_level
from motif.registry.storage.originals import Originals, SqlOriginals
from motif.registry.storage.sql_store import SqlStore
from motif.registry.store import RESTORE_HINT, OriginalStore, Store

Place = str | os.PathLike[str]
"""Path of a folder, or address of a server's database: ``postgresql+psycopg://USER@HOST/DATABASE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The parts of an opened registry.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    profile : Profile
        The one that the registry was made with.
    cache_folder : Path or None
        On this machine, for what can be made anew at any time; None where nothing is kept here.
    """

    store: Store
    originals: OriginalStore
    profile: Profile
    cache_folder: Path | None

    @classmethod
    def agreed(
        cls, store: Store, originals: OriginalStore, *, profile: Profile | None, cache_folder: Path | None
    ) -> Self:
        """Put the parts together if the registry's profile is known, and is the one that was asked for."""
        try:
            known = _agreed(store.profile_id, profile)
        except BaseException:
            store.close()
            raise
        return cls(store=store, originals=originals, profile=known, cache_folder=cache_folder)


def open_place(
    place: Place,
    *,
    create: bool = True,
    profile: Profile | None = None,
    busy_timeout_s: float = 60.0,
    founding: Founding | None = None,
) -> Opened:
    """Open what ``Registry.open`` opens.

    Parameters
    ----------
    place, create, profile, busy_timeout_s : as for ``Registry.open``
    founding : Founding, optional
        Make it, or go on with it, as the copy of another registry.
    """

    if profile is not None and PROFILES.get(profile.id) != profile:
        raise ParameterError(
            N_("profile {id} is none of this version's: {names}", id=profile.id, names=", ".join(PROFILES))
        )
    text = os.fsdecode(os.fspath(place))
    if re.match(r"[a-z][a-z0-9+.-]*://", text):
        return open_server(
            text, create=create, profile=profile, busy_timeout_s=busy_timeout_s, founding=founding
        )
    return open_folder(
        place, create=create, profile=profile, busy_timeout_s=busy_timeout_s, founding=founding
    )


def _agreed(stored: str, wanted: Profile | None) -> Profile:
    if stored not in PROFILES:
        hint = N_("Update motif; nothing was changed in the registry.")
        raise SchemaVersionError(
            N_("the registry's profile {stored!r:.60} is not known to this version", stored=stored), hint=hint
        )
    if wanted is not None and wanted.id != stored:
        hint = N_("Leave the profile out, or register into a new registry.")
        raise RegistryError(
            N_("the registry's profile is {stored}; {id} was asked for", stored=stored, id=wanted.id),
            hint=hint,
        )
    return PROFILES[stored]


DATABASE = "registry.sqlite"


def open_folder(
    path: str | os.PathLike[str],
    *,
    create: bool,
    profile: Profile | None,
    busy_timeout_s: float,
    founding: Founding | None = None,
) -> Opened:
    """Open what lies in a folder, for reading only where nothing can be written."""
    folder = _folder(path)
    with translate_errors(folder):
        _prepare(folder, create=create)
        database = folder / DATABASE
        store = SqlStore.open_sqlite(
            database,
            profile_id=(profile or STANDARD_1).id,
            writable=_writable(folder) and (not database.exists() or _writable(database)),
            create=create,
            busy_timeout_s=busy_timeout_s,
            founding=founding,
        )
    return Opened.agreed(
        store, Originals(folder / "originals"), profile=profile, cache_folder=folder / "cache"
    )


def _folder(path: str | os.PathLike[str]) -> Path:
    text = os.fsdecode(os.fspath(path))
    if "\0" in text or not text:
        raise ParameterError(N_("path={text!r:.80}; expected the path of a folder", text=text))
    return Path(text)


def _prepare(folder: Path, *, create: bool) -> None:
    if not folder.exists():
        if not create:
            hint = N_("Check the path; registering something makes a registry.")
            raise RegistryError(N_("there is no registry at {folder}", folder=folder), hint=hint)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    if not folder.is_dir():
        raise RegistryError(
            N_("{folder} is a file; expected a folder", folder=folder), hint=N_("Give another path.")
        )
    for end in ("", "-wal", "-shm", "-journal"):
        if (folder / (DATABASE + end)).is_symlink():
            raise RegistryCorruptError(
                N_("{database}{end} is a link; expected a file", database=DATABASE, end=end),
                hint=RESTORE_HINT,
            )
    if not (folder / DATABASE).exists():
        _require_free(folder, create=create)


def _require_free(folder: Path, *, create: bool) -> None:
    """Refuse to make a registry among other files, or to use one that lost its database."""
    names = {entry.name for entry in folder.iterdir() if not entry.name.startswith(".")}
    if DATABASE in names:  # another process made it just now
        return
    if "originals" in names:
        raise RegistryCorruptError(
            N_("the registry at {folder} has lost {database}", folder=folder, database=DATABASE),
            hint=RESTORE_HINT,
        )
    if names or not create:
        hint = N_("Give the path of a registry, or of a folder that is empty or not there yet.")
        raise RegistryError(N_("the folder {folder} holds no registry", folder=folder), hint=hint)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def open_server(
    dsn: str,
    *,
    create: bool,
    profile: Profile | None,
    busy_timeout_s: float,
    founding: Founding | None = None,
) -> Opened:
    """Open the registry in a server's database, for reading only where the user may not write."""
    url = postgres.parse(dsn)
    place = postgres.shown(url)
    with translate_errors(place):
        engine = postgres.make_engine(url, busy_timeout_s=busy_timeout_s)
        try:
            with engine.connect() as connection, connection.begin():
                postgres.require_able(connection)
                writable = postgres.may_write(connection)
            bring_level(
                engine,
                (profile or STANDARD_1).id,
                writable=writable,
                create=create,
                founding=founding,
                look=migrate.stored_revision,
            )
            store = SqlStore(
                engine, place=place, writable=writable, founding=founding, viewing=postgres.VIEWING
            )
            _take_in_rest(engine, writable=writable)
        except BaseException:
            engine.dispose()
            raise
    return Opened.agreed(store, SqlOriginals(engine, place), profile=profile, cache_folder=None)


def _take_in_rest(engine: sa.Engine, *, writable: bool) -> None:
    """Write what an older version did not: the words of photos, some at a time, so that it can be stopped."""
    with engine.connect() as connection, connection.begin():
        level = index_rows.is_level(connection)
        if not level and not writable:
            index_rows.require_level(connection)
    while not level:
        with engine.connect() as connection:
            connection.execution_options(motif_writing=True)
            with connection.begin():
                level = not index_rows.take_in(connection)
