"""Where a registry is: a folder, or a database server; what there is to open in either."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from motif.errors import ParameterError, RegistryError, SchemaVersionError
from motif.messages import N_
from motif.profiles import PROFILES, Profile
from motif.registry.migrate import Founding
from motif.registry.store import OriginalStore, Store

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
    from motif.registry.folder import open_folder
    from motif.registry.server import open_server

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
