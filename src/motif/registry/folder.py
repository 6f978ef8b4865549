"""A registry's folder: what lies where, and whether a path can hold one."""

from __future__ import annotations

import os
from pathlib import Path

from motif.errors import ParameterError, RegistryCorruptError, RegistryError
from motif.messages import N_
from motif.profiles import STANDARD_1, Profile
from motif.registry.failures import RESTORE_HINT, told
from motif.registry.migrate import Founding
from motif.registry.originals import Originals, sync_folder
from motif.registry.place import Opened
from motif.registry.sql import SqlStore

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
    with told(folder):
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
