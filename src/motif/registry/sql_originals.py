"""The untouched files in a server's database, in parts, so that no file is ever one huge value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from motif.errors import ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.failures import RESTORE_HINT, told
from motif.registry.schema import original_parts as parts

PART_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
        if not _SHA256.fullmatch(sha256):
            raise ParameterError(
                N_("sha256={sha256!r:.80}; expected 64 lower-case hex digits", sha256=sha256)
            )
        with told(self._place), self._engine.begin() as connection:
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
        with told(self._place), self._engine.begin() as connection:
            found = connection.execute(query.order_by(parts.c.position).limit(count + 1)).all()
        if not found:
            raise RegistryCorruptError(N_("original {sha256} is missing", sha256=sha256), hint=RESTORE_HINT)
        data = b"".join(bytes(row.data) for row in found)
        in_place = [row.position for row in found] == list(range(count))
        if not in_place or len(data) != size_bytes or hashlib.sha256(data).hexdigest() != sha256:
            message = N_("original {sha256} was changed: its SHA-256 does not fit", sha256=sha256)
            raise RegistryCorruptError(message, hint=RESTORE_HINT)
        return data

    def strangers(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        with told(self._place), self._engine.begin() as connection:
            names = connection.scalars(sa.select(parts.c.sha256).distinct())
            for name in sorted(set(names) - set(known)):
                whole = _stored_digest(connection, name) == name
                yield name, "whole file of a registration that was refused or stopped" if whole else ""


def _stored_digest(connection: sa.Connection, sha256: str) -> str | None:
    """Let the server hash what it holds under a name; None if that is nothing, or not all of it."""
    query = (
        "SELECT encode(sha256(string_agg(data, ''::bytea ORDER BY position)), 'hex')"
        " FROM original_parts WHERE sha256 = :sha256"
        " HAVING min(position) = 0 AND max(position) = count(*) - 1"
        " AND (count(*) = 1 OR min(length(data)) > 0)"
    )
    found = connection.scalar(sa.text(query), {"sha256": sha256})
    return None if found is None else str(found)
