"""What two small files beside a database know of its log: how far it had come, and the file's bytes then.

``registry.acknowledged`` has a line for each write that a program has reported as done. A line is on disk
before the report, so that a log that lost its end afterwards is found out: with a write-ahead log that was
removed, or an older database that was put back. ``registry.checksum`` holds the SHA-256 of the database's
file at the last checkpoint, because bytes that no row uses follow from no event.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from motif.errors import RegistryCorruptError
from motif.files import NO_FOLLOW, hash_file, read_at_most, sync_folder, write_durably
from motif.messages import N_
from motif.registry.ledger.merkle import Frontier, roots_at
from motif.registry.store import RESTORE_HINT, KnownEnd, LogReader

ROLLBACK_HINT = N_(
    "Keep a copy of the folder as it is, and find out who could write to it. If it was restored on purpose: "
    "motif registry accept-rollback --reason '...'"
)

_LINE = re.compile(rb"(0|[1-9][0-9]{0,15}) ([0-9a-f]{64})")
_LINES_BYTES_MAX = 64_000
"""From this size on, the next write leaves only one line."""

_READ_BYTES_MAX = 16_000_000
_CHECKSUM_FORMAT = 1
_CHECKSUM_BYTES_MAX = 2_000


def acknowledged_path(database: Path) -> Path:
    """Return where the ends of the log that were reported as done are recorded."""
    return database.with_suffix(".acknowledged")


def checksum_path(database: Path) -> Path:
    """Return where the checksum of a database file is recorded."""
    return database.with_suffix(".checksum")


def acknowledge(database: Path, head: Frontier) -> None:
    """Record, durably, that everything up to an end of the log was written; several may do so at once.

    Parameters
    ----------
    database : Path
    head : Frontier
        Committed.
    """
    path = acknowledged_path(database)
    is_new = not path.exists()
    line = b"%d %s\n" % (head.size, head.root().hex().encode())
    descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR | NO_FOLLOW, 0o600)
    try:
        if os.lseek(descriptor, 0, os.SEEK_END):
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":  # a program was killed as it wrote
                line = b"\n" + line
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)


def acknowledge_only(database: Path, head: Frontier) -> None:
    """Let this end of the log be the only one that is recorded as done; nobody else may write meanwhile."""
    write_end(acknowledged_path(database), head)


def shorten_acknowledged(database: Path, head: Frontier) -> None:
    """Keep one line of a long record; nobody else may write to the database meanwhile."""
    path = acknowledged_path(database)
    if path.exists() and path.stat().st_size > _LINES_BYTES_MAX:
        acknowledge_only(database, head)


def acknowledged_end(database: Path) -> KnownEnd | None:
    """Return the furthest end of the log that was reported as done; None if none is recorded.

    Raises
    ------
    RegistryCorruptError
        If the record holds nothing that the program writes.
    """
    return read_end(acknowledged_path(database))


def read_end(path: Path) -> KnownEnd | None:
    """Read the furthest of the ends of a log in a file, each on a line; None if there is none.

    Parameters
    ----------
    path : Path

    Returns
    -------
    KnownEnd or None

    Raises
    ------
    RegistryCorruptError
        If the file holds nothing that the program writes.
    """
    try:
        data = read_at_most(path, _READ_BYTES_MAX)
    except FileNotFoundError:
        return None
    ends = [match.groups() for match in map(_LINE.fullmatch, data.split(b"\n")) if match]
    if data and not ends and b"\n" in data:
        raise RegistryCorruptError(N_("{file} was changed", file=path.name), hint=RESTORE_HINT)
    if not ends:
        return None
    size, root = max((int(size), root.decode()) for size, root in ends)
    return KnownEnd(file=path.name, size=size, root=root)


def write_end(path: Path, head: Frontier) -> None:
    """Let a file hold this end of a log only.

    Parameters
    ----------
    path : Path
    head : Frontier
    """
    write_durably(path, b"%d %s\n" % (head.size, head.root().hex().encode()))
    sync_folder(path.parent)


def contradiction(end: KnownEnd, reader: LogReader) -> str:
    """Say how a known end contradicts a log; empty if the log passes through it.

    Parameters
    ----------
    end : KnownEnd
    reader : LogReader

    Returns
    -------
    str
    """
    head = reader.head()
    values = {"file": end.file, "known": end.size, "there": head.size}
    if end.size > head.size:
        return N_(
            "the log was cut, or an older database was put back: {file} knows {known} events, the log has "
            "{there}",
            **values,
        )
    root = head.root().hex() if end.size == head.size else root_at(reader, end.size)
    if root == end.root:
        return ""
    return N_("the log is another than the one whose first {known} events {file} knows", **values)


def checksum_end(database: Path) -> KnownEnd | None:
    """Return where the log ended at the checksum of the database's file; None if there is none.

    Raises
    ------
    RegistryCorruptError
        If it is not as the program writes it.
    """
    record = _read_checksum(database)
    if record is None:
        return None
    return KnownEnd(file=checksum_path(database).name, size=record["size"], root=record["root"])


def known_ends(database: Path) -> Iterator[KnownEnd]:
    """Yield the ends of the log that are recorded beside a database, the newest first."""
    for end in (acknowledged_end(database), checksum_end(database)):
        if end is not None:
            yield end


def root_at(reader: LogReader, size: int) -> str:
    """Return the root that a log had at an earlier size, in hex."""
    return roots_at(reader.leaves(size), {size})[size].hex()


def write_file_checksum(database: Path, head: Frontier) -> None:
    """Record the SHA-256 of a database file, so that changes of bytes that no row uses are noticed too.

    It is valid until the next write, which moves the log's end.

    Parameters
    ----------
    database : Path
        Nobody else may write to it meanwhile, and its write-ahead log must be empty.
    head : Frontier
        Where the log ends.
    """
    record = {"format": _CHECKSUM_FORMAT, "size": head.size, "root": head.root().hex()}
    text = json.dumps(record | {"sha256": hash_file(database)}, sort_keys=True)
    target = checksum_path(database)
    write_durably(target, text.encode() + b"\n")
    sync_folder(target.parent)


def file_differs(database: Path, head: Frontier) -> bool | None:
    """Tell whether a database file has other bytes than when its checksum was recorded.

    Parameters
    ----------
    database : Path
        Its write-ahead log must be empty.
    head : Frontier
        Where the log ends.

    Returns
    -------
    bool or None
        None if that cannot be known: the log has grown since, or there is no checksum.
    """
    record = _read_checksum(database)
    if record is None or record["size"] != head.size:
        return None
    return bool(record["sha256"] != hash_file(database))


def _read_checksum(database: Path) -> dict[str, Any] | None:
    path = checksum_path(database)
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_CHECKSUM_BYTES_MAX))
        if not isinstance(record, dict) or set(record) != {"format", "size", "root", "sha256"}:
            raise ValueError("it has other fields")
        if record["format"] != _CHECKSUM_FORMAT or not isinstance(record["size"], int):
            raise ValueError("it has other values")
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        message = N_("the file checksum was changed: {error}", error=error)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error
    return record
