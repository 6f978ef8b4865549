"""One picture to one row: its fingerprint, or what is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motif.errors import MotifError
from motif.files import in_utf8
from motif.fingerprint import fingerprint
from motif.hashes import dhash, phash
from motif.normalize.swatch import normalize_fields
from motif.photo.pages import count_pages, may_have_pages, pages_note
from motif.photo.photo import Photo, read_photo
from motif.photo.source import file_and_page, read_bytes
from motif.profiles import STANDARD_1, Profile
from motif.workers.limits import died_error, out_of_memory, unexpected_error
from motif.workers.pool import WorkerDied

Row = dict[str, Any]
"""JSON-ready: ``path`` and either the fields of a fingerprint or ``error``, never both."""


MAX_ROW_BYTES = 1_000_000
"""No row is longer; a longer line was not written by a batch."""

_UNFORESEEN = ("out-of-memory", "unexpected")
"""Errors after which the file is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What tells without reading whether a file has changed.

    Parameters
    ----------
    size_bytes, mtime_ns : int or None
        None where there is no such file.
    """

    size_bytes: int | None = None
    mtime_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRow:
    """A row that was computed earlier.

    Parameters
    ----------
    stored : dict
        As it was read.
    is_columns : bool
        Whether it is a row of Parquet, with ``COLUMNS``, and none of JSON Lines.
    """

    stored: Row
    is_columns: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the picture could not be used."""
        return self.stored.get("error") is not None or self.stored.get("error_code") is not None

    @property
    def sha256(self) -> str:
        """Of the picture's file; empty if it is not known."""
        return str(self.stored.get("source_sha256") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A picture on its way into a batch.

    Parameters
    ----------
    path : str
        As it is named in the row.
    title : str
        From a column of a list; empty where there is none.
    file : str
        Where its bytes lie, if not at ``path``, with the page; deleted once the row is made.
    page : int
        Of an object in a store, from 1. The path of a file says it itself.
    stamp : Stamp or None
        Of an object in a store; None for a file, which is asked itself.
    known_sha256 : str
        Of the content that has a row already; empty if there is none.
    problem : MotifError or None
        Why it cannot even be read, such as a folder that may not be opened.
    ready : ReadyRow or None
        Its row, where a file of prints has it.
    """

    path: str
    title: str = ""
    file: str = ""
    page: int = 1
    stamp: Stamp | None = None
    known_sha256: str = ""
    problem: MotifError | None = None
    ready: ReadyRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an item.

    Parameters
    ----------
    path : str
    row : bytes
        One line of JSON with its line end; empty if the content is ``known_sha256``.
    code : str
        Of the error; empty if there is a fingerprint, or nothing was done.
    size_bytes : int
        0 where there is no such file.
    """

    path: str
    row: bytes
    code: str = ""
    size_bytes: int = 0


def fingerprint_row(path: str, *, profile: Profile = STANDARD_1, hashes_only: bool = False) -> Row:
    """Compute one row of a batch; never raises on account of the photo.

    Parameters
    ----------
    path : str
    profile : Profile
    hashes_only : bool
        Leave the keypoints out.
    """
    return {"path": path} | _fields(path, profile, hashes_only)


def outcome_of(item: Item, *, profile: Profile = STANDARD_1, hashes_only: bool = False) -> Outcome:
    """Compute the row of an item, with size and time of its file; never raises on account of the photo.

    Parameters
    ----------
    item : Item
    profile : Profile
    hashes_only : bool
        Leave the keypoints out.
    """
    try:
        stamp = item.stamp or stamp_of(item.path)
        if item.problem is not None:
            return _stamped_outcome(item, stamp, {"error": item.problem.to_json()})
        try:
            data, _ = read_bytes(item.file or item.path)
        except Exception as error:
            return _stamped_outcome(item, stamp, _known_as(None, _error_fields(error)))
        sha256 = hashlib.sha256(data).hexdigest()
        if item.known_sha256 == sha256:
            return Outcome(path=item.path, row=b"", size_bytes=stamp.size_bytes or 0)
        fields = _known_as(sha256, _fields(data, profile, hashes_only))
        pages = 1 if "error" in fields or may_have_pages(item.path) else count_pages(data)
        if pages > 1:  # otherwise each has a row
            fields = fields | {"notes": [*fields.get("notes", []), pages_note(pages, item.path)]}
        return _stamped_outcome(item, stamp, fields)
    finally:
        forget_copy(item)


def died_row(died: WorkerDied[str]) -> Row:
    """Make the row of a picture on which a worker process died.

    Parameters
    ----------
    died : WorkerDied of str
        Its item is the picture's path.

    Returns
    -------
    dict
    """
    return {"path": died.item, "error": died_error(died).to_json()}


def died_outcome(died: WorkerDied[Item]) -> Outcome:
    """Make the outcome of an item on which a worker process died.

    Parameters
    ----------
    died : WorkerDied of Item

    Returns
    -------
    Outcome
    """
    item = died.item
    stamp = item.stamp or stamp_of(item.path)
    return _stamped_outcome(item, stamp, {"error": died_error(died).to_json()})


def stamp_of(path: str) -> Stamp:
    """Return size and time of a file; empty if there is no such regular file.

    Parameters
    ----------
    path : str

    Returns
    -------
    Stamp

    Examples
    --------
    >>> stamp_of("no-such-file.jpg")
    Stamp(size_bytes=None, mtime_ns=None)
    """
    with suppress(OSError, ValueError):
        status = Path(file_and_page(path)[0]).stat()
        if stat.S_ISREG(status.st_mode):
            return Stamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    return Stamp()


def forget_copy(item: Item) -> None:
    """Delete the copy of an item's bytes, if there is one."""
    if item.file:
        with suppress(OSError):
            Path(file_and_page(item.file)[0]).unlink()


def _stamped_outcome(item: Item, stamp: Stamp, fields: Row) -> Outcome:
    row = {"path": item.path, "size_bytes": stamp.size_bytes, "mtime_ns": stamp.mtime_ns} | fields
    return outcome_with(item, stamp, row)


def outcome_with(item: Item, stamp: Stamp, row: Row) -> Outcome:
    """Return the outcome of an item whose row is known."""
    return Outcome(
        path=item.path,
        row=line_of(row),
        code=row.get("error", {}).get("code", ""),
        size_bytes=stamp.size_bytes or 0,
    )


def line_of(row: Row) -> bytes:
    """Write a row as a line of JSON that every reader takes.

    Parameters
    ----------
    row : dict
        Its ``path`` may hold bytes that are no UTF-8, as ``os.fsdecode`` puts them into a str.

    Returns
    -------
    bytes
        With the line end. Where the path is no UTF-8, ``path`` spells those bytes as ``\\udcff``, and
        ``path_raw`` holds all of its bytes, as base64.

    Examples
    --------
    >>> line_of({"path": "caf\\udce9.jpg", "size_bytes": 9})
    b'{"path": "caf\\\\\\\\udce9.jpg", "path_raw": "Y2Fm6S5qcGc=", "size_bytes": 9}\\n'
    """
    written = in_utf8(row)
    if written["path"] != row["path"]:
        with suppress(UnicodeEncodeError):  # half a character, which no system gives
            raw = base64.b64encode(row["path"].encode("utf-8", "surrogateescape")).decode()
            written = {"path": written["path"], "path_raw": raw} | written
    return json.dumps(written).encode() + b"\n"


def read_row(line: bytes) -> Row:
    """Read what ``line_of`` wrote.

    Parameters
    ----------
    line : bytes

    Returns
    -------
    dict
        With the ``path`` as the system gives it, and without ``path_raw``.

    Raises
    ------
    ValueError
        If it is no JSON object, or ``path_raw`` is no base64.

    Examples
    --------
    >>> read_row(line_of({"path": "caf\\udce9.jpg"})) == {"path": "caf\\udce9.jpg"}
    True
    """
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("no object")
    raw = row.pop("path_raw", None)
    if raw is not None:
        row["path"] = base64.b64decode(str(raw), validate=True).decode("utf-8", "surrogateescape")
    return row


def _fields(source: str | bytes, profile: Profile, hashes_only: bool) -> Row:
    try:
        photo = read_photo(source, long_edge_px=profile.long_edge_px)
        fields = _hash_fields(photo, profile) if hashes_only else fingerprint(photo, profile).to_json()
        return fields | ({"notes": [str(note) for note in photo.notes]} if photo.notes else {})
    except Exception as error:
        return _error_fields(error)


def _error_fields(error: Exception) -> Row:
    if isinstance(error, MotifError):
        return {"error": error.to_json()}
    if isinstance(error, MemoryError):
        return {"error": out_of_memory().to_json()}
    return {"error": unexpected_error(error).to_json()}


def _known_as(sha256: str | None, fields: Row) -> Row:
    """Put the SHA-256 beside an error, unless the file is to be left alone."""
    foreseen = fields.get("error", {}).get("code") not in (None, *_UNFORESEEN)
    return {"source_sha256": sha256} | fields if foreseen else fields


def _hash_fields(photo: Photo, profile: Profile) -> Row:
    return {
        "profile": {"name": profile.name, "version": profile.version},
        "source_sha256": photo.sha256,
        "photo_px": [photo.width_px, photo.height_px],
        "fields": [
            {
                "picture": swatch.picture,
                "swatch_px": [swatch.luma.shape[1], swatch.luma.shape[0]],
                "phash": phash(swatch.luma).hex(),
                "dhash": dhash(swatch.luma).hex(),
            }
            for swatch in normalize_fields(photo, profile)
        ],
    }


def parsed_row(line: bytes) -> Row | None:
    """Read a line of a file, which anybody may have written; None if it is no row of a batch.

    Parameters
    ----------
    line : bytes
        With its line end.

    Returns
    -------
    dict or None
    """
    if not line.endswith(b"\n"):
        return None
    try:
        row = read_row(line)
    except ValueError:
        return None
    return row if _has_fields(row) else None


def _has_fields(row: dict[str, Any]) -> bool:
    error = row.get("error", {"code": ""})
    return (
        ("error" in row or "fields" in row)
        and isinstance(row.get("path"), str)
        and _are_fields(row.get("fields"))
        and isinstance(error, dict)
        and isinstance(error.get("code"), str)
        and isinstance(row.get("source_sha256"), str | None)
        and isinstance(row.get("profile", {}), dict)
        and all(_is_count(row.get(name)) for name in ("size_bytes", "mtime_ns"))
    )


def _are_fields(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(field, dict) for field in value))


def _is_count(value: object) -> bool:
    return value is None or (isinstance(value, int) and -(2**63) <= value < 2**63)


def kind_of_row(row: dict[str, Any]) -> str:
    """Name what a row holds, like ``run.kind_of``; empty for an error.

    Parameters
    ----------
    row : dict
        As it is in the file.

    Returns
    -------
    str
    """
    if "error" in row:
        return ""
    profile = row.get("profile", {})
    depth = "fingerprint" if any("keypoints" in field for field in row.get("fields") or ()) else "hashes"
    return f"{profile.get('name')}-{profile.get('version')} {depth}"
