"""Photos that were handed in at the counter, and what was answered about them so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from motif.files import sync_folder
from motif.registry.records.text import clean_name
from motif.web.database import Database, add_row, drafts, now, photos
from motif.web.folder import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A photo that somebody handed in.

    Parameters
    ----------
    number : int
    account : int
        Of who handed it in.
    sha256 : str
    name : str
        Of the file.
    taken_in_at : datetime, UTC
    entry : str or None
        As which it was registered here.
    """

    number: int
    account: int
    sha256: str
    name: str
    taken_in_at: datetime
    entry: str | None


class Photos:
    """The photos of a counter.

    Parameters
    ----------
    database : Database
    folder : Folder
    """

    def __init__(self, database: Database, folder: Folder) -> None:
        self._database, self._folder = database, folder

    def take_in(self, account: int, file: Path, name: str) -> HandedIn:
        """Keep a file, which is moved; the same photo of the same account is one photo.

        Parameters
        ----------
        account : int
        file : Path
            In the counter's folder.
        name : str
            As whoever handed it in calls it.

        Returns
        -------
        HandedIn
        """
        with file.open("rb") as data:
            sha256 = hashlib.file_digest(data, "sha256").hexdigest()
        file.replace(self._folder.photo(sha256))
        sync_folder(self._folder.photo(sha256).parent)
        with self._database.writing() as connection:
            same = (photos.c.account == account, photos.c.sha256 == sha256)
            found = connection.execute(sa.select(photos).where(*same)).first()
            if found is not None:
                return _photo(found)
            values = {"account": account, "sha256": sha256, "name": clean_name(name), "taken_in_at": now()}
            number = add_row(connection, photos, **values)
            return _photo(connection.execute(sa.select(photos).where(photos.c.number == number)).one())

    def get(self, number: int) -> HandedIn:
        """Return a photo; raise ``LookupError``."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(photos).where(photos.c.number == number)).one_or_none()
        if row is None:
            raise LookupError(number)
        return _photo(row)

    def newest(self, account: int | None, *, limit: int = 60) -> list[HandedIn]:
        """Return photos, newest first: of one account, or None for everyone's."""
        query = sa.select(photos).order_by(photos.c.number.desc()).limit(limit)
        if account is not None:
            query = query.where(photos.c.account == account)
        with self._database.reading() as connection:
            return [_photo(row) for row in connection.execute(query)]

    def draft(self, photo: int) -> dict[str, Any] | None:
        """Return what was answered about a photo that is being registered; None if nobody began."""
        with self._database.reading() as connection:
            answers: dict[str, Any] | None = connection.scalar(
                sa.select(drafts.c.answers).where(drafts.c.photo == photo)
            )
        return answers

    def keep_draft(self, photo: int, account: int, answers: Mapping[str, Any]) -> None:
        """Keep answers; those to other questions stay."""
        with self._database.writing() as connection:
            known = connection.scalar(sa.select(drafts.c.answers).where(drafts.c.photo == photo))
            values = {"account": account, "answers": {**(known or {}), **answers}, "changed_at": now()}
            if known is None:
                connection.execute(drafts.insert().values(photo=photo, **values))
            else:
                connection.execute(drafts.update().where(drafts.c.photo == photo).values(**values))


def _photo(row: Any) -> HandedIn:
    return HandedIn(
        number=row.number,
        account=row.account,
        sha256=row.sha256,
        name=row.name,
        taken_in_at=row.taken_in_at,
        entry=row.entry,
    )
