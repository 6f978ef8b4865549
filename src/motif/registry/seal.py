"""Fix every byte of a SQLite database, also those that no row uses, at the moment of a checkpoint.

The log accounts for what the database says. A byte in an unused corner of its file says nothing, and
yet somebody who changes it has been at the file. The seal is the file's SHA-256, believed only while the
log is exactly where it was: every write moves the log.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from motif.registry.merkle import Frontier
from motif.registry.originals import sync_folder

_FORMAT = 1
_SEAL_BYTES_MAX = 2_000


def seal_path(database: Path) -> Path:
    """Return where the seal of a database file lies."""
    return database.with_suffix(".seal")


def write_seal(database: Path, head: Frontier) -> None:
    """Write the seal; the caller keeps others from writing to the database, whose log is folded in."""
    text = json.dumps(_stated(head) | {"sha256": _sha256(database)}, sort_keys=True)
    target = seal_path(database)
    draft = target.with_name(f".{target.name}-{secrets.token_hex(8)}.tmp")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def broken_seal(database: Path, head: Frontier) -> str | None:
    """Say in how far a database is not the sealed one.

    Returns
    -------
    str or None
        None if it is the very file; empty if that cannot be said, because the log has grown since, or
        nothing was sealed.
    """
    try:
        with seal_path(database).open("rb") as file:
            text = file.read(_SEAL_BYTES_MAX)
    except FileNotFoundError:
        return ""
    try:
        seal = json.loads(text)
        if not isinstance(seal, dict) or set(seal) != {"format", "size", "root", "sha256"}:
            raise ValueError("it has other fields")
    except (ValueError, RecursionError) as error:
        return f"the seal was changed: {error}"
    if not isinstance(seal["size"], int) or seal["size"] > head.size or seal["format"] != _FORMAT:
        return f"the seal was changed, or the log was cut: it knew {seal['size']!r:.40} events"
    if seal["size"] < head.size:
        return ""
    if {name: seal[name] for name in ("format", "size", "root")} != _stated(head):
        return "the seal is of another log"
    return None if seal["sha256"] == _sha256(database) else "the file or its seal was changed"


def _stated(head: Frontier) -> dict[str, Any]:
    return {"format": _FORMAT, "size": head.size, "root": head.root().hex()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
