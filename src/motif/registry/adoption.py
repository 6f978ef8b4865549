"""Write what a registry held before it had a log into the log, in the order in which it came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from motif.registry.ids import format_id
from motif.registry.log import LogWriter
from motif.registry.projection import photo_data
from motif.registry.records import EntryPhoto, iso
from motif.registry.schema import entries, facts, fingerprints, photos, similarities


def adopt(connection: sa.Connection) -> None:
    """Fill the log of a registry that has none; the rows stay as they are.

    The events carry the time of the adoption, because that is when they were written, and in their data
    the times that the tables held. A registry that is being made has no facts yet and gets an empty log.
    """
    known = {row.name: row.value for row in connection.execute(sa.select(facts))}
    log = _Adopting(connection)
    log.start()
    if known:
        log.append("registry.made", known, revision=0)
        for revision, _, kind, data in sorted(_changes(connection), key=lambda change: change[:2]):
            log.append(kind, data, revision=revision)
        log.finish()


class _Adopting(LogWriter):
    """A log whose rows are there already."""

    def _apply(self, changes: object, attachments: object) -> None:
        del changes, attachments


def _changes(connection: sa.Connection) -> Iterator[tuple[int, tuple[int, int], str, dict[str, Any]]]:
    """Yield revision, order within it, kind and data of each change that the tables tell of."""
    began: dict[int, int] = {}
    for row in connection.execute(sa.select(photos).order_by(photos.c.key)):
        began.setdefault(row.entry_number, row.revision)
        yield row.revision, (1, row.key), "photo.added", _photo(connection, row)
    alike: dict[int, list[str]] = {}
    order = (similarities.c.entry_number, similarities.c.position)
    for row in connection.execute(sa.select(similarities).order_by(*order)):
        alike.setdefault(row.entry_number, []).append(format_id(row.earlier_number))
    for row in connection.execute(sa.select(entries).order_by(entries.c.number)):
        data = {
            "id": format_id(row.number),
            "title": row.title,
            "note": row.note,
            "registered_at": iso(row.registered_at),
            "similar_to": alike.get(row.number, []),
        }
        first = row.revision if row.withdrawn_at is None else began.get(row.number, row.revision)
        yield first, (0, row.number), "entry.added", data
        if row.withdrawn_at is not None:
            data = {
                "id": format_id(row.number),
                "at": iso(row.withdrawn_at),
                "reason": row.withdrawn_reason,
            }
            yield row.revision, (2, row.number), "entry.withdrawn", data


def _photo(connection: sa.Connection, row: sa.Row[Any]) -> dict[str, Any]:
    query = sa.select(fingerprints.c.data).where(
        fingerprints.c.photo_key == row.key, fingerprints.c.profile_id == row.profile_id
    )
    photo = EntryPhoto(
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        name=row.name,
        width_px=row.width_px,
        height_px=row.height_px,
        added_at=row.added_at,
        profile_id=row.profile_id,
    )
    made = connection.scalar(query) or b""
    return photo_data(row.key, row.entry_number, photo, hashlib.sha256(made).hexdigest())
