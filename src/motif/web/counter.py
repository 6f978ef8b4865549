"""The parts of a running counter, opened together and closed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from motif.registry.registry import Registry
from motif.web.accounts import Accounts
from motif.web.catalogue import Catalogues
from motif.web.database import Database
from motif.web.folder import Folder
from motif.web.guard import Guessing
from motif.web.jobs import Jobs
from motif.web.photos import Photos
from motif.web.settings import Settings
from motif.web.workbench import Workbench

_BUSY_S = 20.0
"""How long a page waits for another writer of the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What the pages work with.

    Parameters
    ----------
    settings : Settings
    registry : Registry
        As its owner sees it; pages ask for that of who is signed in.
    database : Database
    accounts : Accounts
    photos : Photos
    jobs : Jobs
    folder : Folder
    workbench : Workbench
    catalogues : Catalogues
    guessing : Guessing
    """

    settings: Settings
    registry: Registry
    database: Database
    accounts: Accounts
    photos: Photos
    jobs: Jobs
    folder: Folder
    workbench: Workbench
    catalogues: Catalogues
    guessing: Guessing

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open a counter, and make its folder and its registry where there are none.

        Parameters
        ----------
        settings : Settings

        Returns
        -------
        Counter
            Whose workers are not started yet.

        Raises
        ------
        RegistryError
            If the registry cannot be opened, or its log was cut or put back.
        """
        folder = Folder(path=settings.folder)
        folder.make()
        registry = Registry.open(settings.registry, busy_timeout_s=_BUSY_S, by="motif serve")
        try:
            registry.ledger.require_sound()
            database = Database(settings.folder)
        except BaseException:
            registry.close()
            raise
        accounts, workbench = Accounts(database, settings), Workbench(settings)
        return cls(
            settings=settings,
            registry=registry,
            database=database,
            accounts=accounts,
            photos=Photos(database, folder),
            jobs=Jobs(database, folder, accounts, workbench),
            folder=folder,
            workbench=workbench,
            catalogues=Catalogues(),
            guessing=Guessing(),
        )

    def close(self) -> None:
        """Stop the workers and close what is open."""
        self.workbench.stop()
        self.database.close()
        self.registry.close()
