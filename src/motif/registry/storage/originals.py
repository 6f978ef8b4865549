"""The original files, each under its SHA-256, written so that a crash leaves all of a file or none of it."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from motif.errors import OriginalMissingError, ParameterError, RegistryCorruptError
from motif.files import SHA256, hash_file, read_at_most, sync_folder, write_durably
from motif.messages import N_
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.schema import original_parts as parts
from motif.registry.store import RESTORE_HINT

PART_BYTES = 1 << 20
"""Bytes of a file in one row of the table ``original_parts``."""
_DESKTOP_FILES = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", ".localized", "icon\r", ".directory"}
)
"""Files that Windows, macOS and Linux desktops put into folders that somebody looks at; in lower case."""

_OF_DESKTOP = N_("file that a desktop puts into folders")
_REFUSED = N_("whole file of a registration that was refused or stopped")


class Originals:
    """A folder of files named by their content: ``ab/abcdef...``.

    A file is written beside its place under a temporary name, synced and renamed, then the folder is
    synced: a crash leaves behind at most a file that starts with a dot and that nobody reads.
    Folders have mode 0700 and files 0600. Links are never followed.

    Parameters
    ----------
    folder : Path
        Created when the first file is put.

    Examples
    --------
    >>> import tempfile
    >>> originals = Originals(Path(tempfile.mkdtemp()) / "originals")
    >>> sha256 = hashlib.sha256(b"scan").hexdigest()
    >>> originals.put(sha256, b"scan")
    >>> originals.get(sha256, size_bytes=4)
    b'scan'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where a file lies, or would lie."""
        _require_sha256(sha256)
        return self.folder / sha256[:2] / sha256

    def put(self, sha256: str, data: bytes) -> None:
        """Keep a file durably; a file that is there already, whole, stays as it is.

        Raises
        ------
        RegistryCorruptError
            If a link lies where a folder should be.
        RegistryError
            If it cannot be written.
        """
        target = self.path(sha256)
        with translate_errors(self.folder.parent):
            for folder in (self.folder, target.parent):
                _make_folder(folder)
            if not _holds(target, data):
                write_durably(target, data)
            sync_folder(target.parent)

    def get(self, sha256: str, *, size_bytes: int) -> bytes:
        """Return a file's bytes, verified.

        Parameters
        ----------
        sha256 : str
        size_bytes : int
            No more than this is read.

        Raises
        ------
        RegistryCorruptError
            If the file is missing (``OriginalMissingError``), or its content has another SHA-256.
        """
        target = self.path(sha256)
        with translate_errors(self.folder.parent):
            if not _is_plain_file(target):
                raise _missing(sha256)
            data = read_at_most(target, size_bytes + 1)
        return _verified(data, sha256, size_bytes)

    def unregistered_files(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield what is in the folder and is not the file of a registered photo.

        Parameters
        ----------
        known : collection of str
            The SHA-256 of every registered photo.

        Yields
        ------
        path : str
            Below the folder.
        explanation : str
            How it can have come there harmlessly; empty if nothing explains it.
        """
        if not self.folder.is_dir():
            return
        with translate_errors(self.folder.parent):
            for path in sorted(self.folder.rglob("*")):
                name = str(path.relative_to(self.folder))
                if path.is_dir() and not path.is_symlink():
                    if path.parent != self.folder or not re.fullmatch("[0-9a-f]{2}", path.name):
                        yield name, ""
                elif path.name not in known or path != self.path(path.name):
                    yield name, _explained(path)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            message = N_("{name} among the originals is not a folder", name=folder.name)
            raise RegistryCorruptError(message, hint=RESTORE_HINT) from None
    else:
        sync_folder(folder.parent)


def is_desktop_file(name: str) -> bool:
    """Tell whether a file of this name is put into folders by a desktop, not by a person.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_desktop_file(name) for name in ("Thumbs.db", ".DS_Store", "._IMG_1.JPG", "thumbs.jpg")]
    [True, True, True, False]
    """
    return name.lower() in _DESKTOP_FILES or name.startswith("._")


def _explained(path: Path) -> str:
    if not _is_plain_file(path):
        return ""
    if is_desktop_file(path.name):
        return _OF_DESKTOP
    if re.fullmatch(r"\.[0-9a-f]{8}-[0-9a-f]{16}\.tmp", path.name):
        return N_("half a file, left by a program that was stopped")
    if path.name[:2] != path.parent.name or not SHA256.fullmatch(path.name):
        return ""
    return _REFUSED if hash_file(path) == path.name else ""


def _holds(target: Path, data: bytes) -> bool:
    return _is_plain_file(target) and read_at_most(target, len(data) + 1) == data


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


class SqlOriginals:
    """Files named by their content, in the table ``original_parts``; see ``store.OriginalStore``.

    A file is committed as a whole, before the record that names it. Thread-safe.

    Parameters
    ----------
    engine : Engine
        Of PostgreSQL.
    place : str
        What errors call the registry.
    """

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    def put(self, sha256: str, data: bytes) -> None:
        _require_sha256(sha256)
        with translate_errors(self._place), self._engine.begin() as connection:
            if _stored_digest(connection, sha256) == sha256:
                return
            # Two may bring the same file at once: the second waits here for the first.
            lock = int.from_bytes(bytes.fromhex(sha256)[:8], "big", signed=True)
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
            if _stored_digest(connection, sha256) == sha256:
                return
            connection.execute(parts.delete().where(parts.c.sha256 == sha256))
            for position, start in enumerate(range(0, max(1, len(data)), PART_BYTES)):
                row = {"sha256": sha256, "position": position, "data": data[start : start + PART_BYTES]}
                connection.execute(parts.insert(), row)

    def get(self, sha256: str, *, size_bytes: int) -> bytes:
        query = sa.select(parts.c.position, parts.c.data).where(parts.c.sha256 == sha256)
        count = max(1, -(-size_bytes // PART_BYTES))
        with translate_errors(self._place), self._engine.begin() as connection:
            rows = connection.execute(query.order_by(parts.c.position).limit(count + 1)).all()
        if not rows:
            raise _missing(sha256)
        if [row.position for row in rows] != list(range(count)):
            raise _changed(sha256)
        return _verified(b"".join(row.data for row in rows), sha256, size_bytes)

    def unregistered_files(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        with translate_errors(self._place), self._engine.begin() as connection:
            names = connection.scalars(sa.select(parts.c.sha256).distinct())
            for name in sorted(set(names) - set(known)):
                yield name, _REFUSED if _stored_digest(connection, name) == name else ""


def _require_sha256(sha256: str) -> None:
    if not SHA256.fullmatch(sha256):
        raise ParameterError(N_("sha256={sha256!r:.80}; expected 64 lower-case hex digits", sha256=sha256))


def _verified(data: bytes, sha256: str, size_bytes: int) -> bytes:
    if len(data) != size_bytes or hashlib.sha256(data).hexdigest() != sha256:
        raise _changed(sha256)
    return data


def _missing(sha256: str) -> OriginalMissingError:
    return OriginalMissingError(N_("original {sha256} is missing", sha256=sha256), hint=RESTORE_HINT)


def _changed(sha256: str) -> RegistryCorruptError:
    message = N_("original {sha256} was changed: its SHA-256 does not fit", sha256=sha256)
    return RegistryCorruptError(message, hint=RESTORE_HINT)


def _stored_digest(connection: sa.Connection, sha256: str) -> Any:
    """Let the server hash the file that it holds under a name; None if there is none, or not all of it."""
    query = (
        "SELECT encode(sha256(string_agg(data, ''::bytea ORDER BY position)), 'hex')"
        " FROM original_parts WHERE sha256 = :sha256"
        " HAVING min(position) = 0 AND max(position) = count(*) - 1"
        " AND (count(*) = 1 OR min(length(data)) > 0)"
    )
    return connection.scalar(sa.text(query), {"sha256": sha256})
