"""Open a registry in a folder or in the database of a server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from motif.errors import ParameterError, RegistryCorruptError, RegistryError, SchemaVersionError
from motif.files import sync_folder
from motif.messages import N_
from motif.profiles import PROFILES, Profile
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.migrate import Founding, OpenOptions, bring_up_to_date
from motif.registry.storage.originals import Originals, SqlOriginals, is_desktop_file
from motif.registry.storage.sql_store import SqlStore
from motif.registry.storage.sqlite import ORIGINALS, SqliteBackend
from motif.registry.store import RESTORE_HINT, OriginalStore, Store

DATABASE = "registry.sqlite"
"""Name of the database file in a registry's folder."""

Place = str | os.PathLike[str]
"""Path of a folder, or address of a server's database: ``postgresql+psycopg://USER@HOST/DATABASE``."""

_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*://|postgres[a-z0-9+]*:)", re.IGNORECASE)
_Parts = tuple[Store, OriginalStore]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The parts of an opened registry.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    profile : Profile
        The registry's own, chosen when it was created.
    """

    store: Store
    originals: OriginalStore
    profile: Profile


def is_address(place: Place) -> bool:
    """Tell whether a place is an address of a server; a mistyped one is no name of a folder either.

    Parameters
    ----------
    place : path of a folder, or address

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_address(place) for place in ("postgresql://sri@office/batik", "Postgres:/sri", "r.motif")]
    [True, True, False]
    """
    return bool(_ADDRESS.match(os.fsdecode(place)))


def open_place(
    place: Place,
    *,
    create: bool = True,
    profile: Profile | None = None,
    busy_timeout_s: float = 60.0,
    founding: Founding | None = None,
) -> Opened:
    """Open the store and the originals of a registry.

    Parameters
    ----------
    place, create, profile, busy_timeout_s : as for ``Registry.open``
    founding : Founding, optional
        Create it as the unfinished copy of another registry, or continue that copy.

    Returns
    -------
    Opened

    Raises
    ------
    RegistryError
        If there is no registry, or it cannot be opened; see ``Registry.open``.
    """
    if profile is not None and PROFILES.get(profile.id) != profile:
        raise ParameterError(
            N_("profile {id} is not one of this version: {names}", id=profile.id, names=", ".join(PROFILES))
        )
    options = OpenOptions(create=create, profile=profile, busy_timeout_s=busy_timeout_s, founding=founding)
    text = os.fsdecode(place)
    open_parts = _open_server if is_address(place) else _open_folder
    store, originals = open_parts(text, options)
    try:
        agreed = _agreed_profile(store, profile)
    except BaseException:
        store.close()
        raise
    return Opened(store=store, originals=originals, profile=agreed)


def _agreed_profile(store: Store, requested: Profile | None) -> Profile:
    stored = store.profile_id
    if stored not in PROFILES:
        message = N_("the registry's profile {stored!r:.60} is not known to this version", stored=stored)
        with store.reading() as reader:
            founding = next(reader.events(0, 1), None)
        if founding is None or founding.data.get("profile") != stored:
            raise RegistryCorruptError(message, hint=RESTORE_HINT)
        hint = N_("Update motif; nothing was changed in the registry.")
        raise SchemaVersionError(message, hint=hint)
    if requested is not None and requested.id != stored:
        hint = N_("Leave the profile out, or register into a new registry.")
        raise RegistryError(
            N_("the registry's profile is {stored}; {id} was asked for", stored=stored, id=requested.id),
            hint=hint,
        )
    return PROFILES[stored]


def _open_folder(path: str, options: OpenOptions) -> _Parts:
    """Open the registry in a folder; for reading only where nothing can be written."""
    if "\0" in path or not path:
        raise ParameterError(N_("path={text!r:.80}; expected the path of a folder", text=path))
    folder = Path(path)
    with translate_errors(folder):
        _prepare(folder, create=options.create)
        database = folder / DATABASE
        writable = _writable(folder) and (not database.exists() or _writable(database))
        store = SqlStore.open_sqlite(database, options, writable=writable)
    return store, Originals(folder / ORIGINALS)


def _prepare(folder: Path, *, create: bool) -> None:
    if not folder.exists():
        if not create:
            hint = N_("Check the path; registering something creates a registry.")
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
    """Refuse to create a registry among other files, or to use one that lost its database."""
    every = (entry.name for entry in folder.iterdir())
    names = {name for name in every if not name.startswith(".") and not is_desktop_file(name)}
    if DATABASE in names:  # another process has just created it
        return
    if SqliteBackend(folder / DATABASE).has_remains():
        raise RegistryCorruptError(
            N_("the registry at {folder} has lost {database}", folder=folder, database=DATABASE),
            hint=RESTORE_HINT,
        )
    if names or not create:
        hint = N_("Give the path of a registry, or of a folder that is empty or not there yet.")
        raise RegistryError(N_("the folder {folder} holds no registry", folder=folder), hint=hint)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _open_server(dsn: str, options: OpenOptions) -> _Parts:
    """Open the registry in a server's database; for reading only where the user may not write."""
    from motif.registry.storage import postgres

    url = postgres.parse(dsn)
    place = postgres.display(url)
    backend = postgres.PostgresBackend()
    with translate_errors(place):
        engine = postgres.make_engine(url, busy_timeout_s=options.busy_timeout_s)
        try:
            with engine.begin() as connection:
                postgres.require_suitable(connection)
                writable = postgres.may_write(connection)
            bring_up_to_date(engine, backend, options, writable=writable)
            store = SqlStore(engine, backend, place=place, writable=writable, founding=options.founding)
        except BaseException:
            engine.dispose()
            raise
    return store, SqlOriginals(engine, place)
