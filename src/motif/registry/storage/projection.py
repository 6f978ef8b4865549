"""What an event changes in the tables: the one place where the log becomes rows.

The writer applies the changes, ``verify`` replays them and compares, and a copy of a registry replays them
elsewhere. So the tables cannot hold anything that the log does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from motif.errors import EntryNotFoundError, ParameterError
from motif.files import SHA256
from motif.registry.ledger.event import Event, canonical
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.ids import format_id, parse_id
from motif.registry.storage.schema import UtcDateTime, metadata
from motif.times import iso, parse_iso

Row = dict[str, Any]
Key = tuple[Any, ...]

KEYS: dict[str, tuple[str, ...]] = {
    name: tuple(table.primary_key.columns.keys())
    for name, table in metadata.tables.items()
    if name not in ("events", "heads")
}
"""Tables that follow from the log, each after those that it refers to, with their primary keys."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Stands in a row for bytes or text kept beside the log, by its SHA-256."""

    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one row, or with ``op`` "clear" of all rows with the beginning ``key``.

    Parameters
    ----------
    op : "put", "keep", "set" or "clear"
        Insert; insert unless it exists; or set some columns of an existing row (of a counter, also of one
        that does not exist).
    table : str
    key : tuple
    row : dict
    """

    op: str
    table: str
    key: Key
    row: Row = field(default_factory=dict)


def changes_of(event: Event) -> list[Change]:
    """Return what an event changes in the tables, in order.

    Parameters
    ----------
    event : Event

    Returns
    -------
    list of Change

    Raises
    ------
    ParameterError
        If the event is malformed.
    """
    try:
        changes = list(_PROJECTIONS[event.kind](event, event.data))
        for change in changes:
            _require_fitting(change)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, EntryNotFoundError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"event {event.seq} ({event.kind}) is malformed: {error}") from error
    return [*changes, _count("revision", event.revision)]


def digests_of(changes: list[Change]) -> Iterator[str]:
    """Yield the SHA-256 of everything beside the log that some changes need.

    Parameters
    ----------
    changes : list of Change

    Returns
    -------
    str, 64 lower-case hex digits
    """
    values = (value for change in changes for value in change.row.values())
    return (value.sha256 for value in values if isinstance(value, Digest))


def entry_data(
    number: int, title: str, note: str, at: datetime, similar_to: Collection[int]
) -> dict[str, Any]:
    """Return the data of the event that adds an entry."""
    return {
        "id": format_id(number),
        "title": title,
        "note": note,
        "registered_at": iso(at),
        "similar_to": [format_id(earlier) for earlier in similar_to],
    }


def photo_data(key: int, number: int, photo: EntryPhoto, fingerprint_sha256: str) -> dict[str, Any]:
    """Return the data of the event that adds a photo."""
    return {
        "key": key,
        "entry": format_id(number),
        "photo": photo.to_json(),
        "fingerprint_sha256": fingerprint_sha256,
    }


def _require_fitting(change: Change) -> None:
    """Refuse values that no row of the table could hold: a forger may write anything into an event."""
    kinds = _kinds(change.table)
    for name, value in [*zip(KEYS[change.table], change.key, strict=False), *change.row.items()]:
        if isinstance(value, bool) or not isinstance(value, kinds[name]):
            raise ParameterError(f"{change.table}.{name} is {type(value).__name__}")
        if isinstance(value, Digest) and not SHA256.fullmatch(value.sha256):
            raise ParameterError(f"{change.table}.{name} is named by no SHA-256")


@cache
def _kinds(table: str) -> dict[str, tuple[type, ...]]:
    """Return the types of value that each column of a table accepts."""
    return {column.name: _kinds_of(column) for column in metadata.tables[table].columns}


def _kinds_of(column: sa.Column[Any]) -> tuple[type, ...]:
    if isinstance(column.type, sa.Integer):
        return (int,)
    if isinstance(column.type, UtcDateTime | sa.LargeBinary):
        return (datetime if isinstance(column.type, UtcDateTime) else Digest, type(None))
    return (str, Digest)


def _put(table: str, row: Row) -> Change:
    return Change(op="put", table=table, key=tuple(row[name] for name in KEYS[table]), row=row)


def _count(name: str, value: int) -> Change:
    return Change(op="set", table="counters", key=(name,), row={"value": value})


def _registry_made(event: Event, data: Row) -> Iterator[Change]:
    for name in ("kind", "registry_id", "profile", "created_at"):
        yield _put("facts", {"name": name, "value": data[name]})
    yield _count("entry", 0)
    yield _count("photo", 0)


def _entry_added(event: Event, data: Row) -> Iterator[Change]:
    number = parse_id(data["id"])
    yield _put(
        "entries",
        {
            "number": number,
            "title": data["title"],
            "note": data["note"],
            "registered_at": parse_iso(data["registered_at"]),
            "withdrawn_at": None,
            "withdrawn_reason": "",
            "revision": event.revision,
        },
    )
    for position, earlier in enumerate(data["similar_to"]):
        row = {"entry_number": number, "position": position, "earlier_number": parse_id(earlier)}
        yield _put("similarities", row)
    yield _count("entry", number)


def _photo_added(event: Event, data: Row) -> Iterator[Change]:
    photo = EntryPhoto.from_json(data["photo"])
    key = data["key"]
    row = {"key": key, "entry_number": parse_id(data["entry"]), "revision": event.revision}
    yield _put("photos", row | asdict(photo))
    digest = Digest(data["fingerprint_sha256"])
    yield _put("fingerprints", {"photo_key": key, "profile_id": photo.profile_id, "data": digest})
    yield _count("photo", key)


def _entry_revised(event: Event, data: Row) -> Iterator[Change]:
    row = {"title": data["title"], "note": data["note"]}
    yield Change(op="set", table="entries", key=(parse_id(data["id"]),), row=row)


def _entry_withdrawn(event: Event, data: Row) -> Iterator[Change]:
    row = {
        "withdrawn_at": parse_iso(data["at"]),
        "withdrawn_reason": data["reason"],
        "revision": event.revision,
    }
    yield Change(op="set", table="entries", key=(parse_id(data["id"]),), row=row)


def _entry_read(event: Event, data: Row) -> Iterator[Change]:
    parse_id(data["id"])
    return iter(())


def _record_put(event: Event, data: Row) -> Iterator[Change]:
    body = Digest(data["body_sha256"]) if "body_sha256" in data else canonical(data["body"]).decode()
    row = {name: data[name] for name in ("id", "version", "kind")}
    yield _put("records", row | {"body": body, "revision": event.revision})
    yield Change(op="clear", table="links", key=(data["id"],))
    for role, targets in data["links"].items():
        for position, target in enumerate(targets):
            yield _put("links", {"id": data["id"], "role": role, "position": position, "target": target})
    for sha256 in data["blobs"]:
        yield Change(op="keep", table="blobs", key=(sha256,), row={"sha256": sha256, "data": Digest(sha256)})
    if data["version"] == 1:
        yield _count(data["kind"], data["number"])


def _record_erased(event: Event, data: Row) -> Iterator[Change]:
    for version in range(1, data["versions"] + 1):
        row = {"body": "", "revision": event.revision}
        yield Change(op="set", table="records", key=(data["id"], version), row=row)
    for sha256 in data["blobs"]:
        yield Change(op="set", table="blobs", key=(sha256,), row={"data": None})


def _checkpoint_signed(event: Event, data: Row) -> Iterator[Change]:
    yield _put(
        "checkpoints", {"size": data["size"], "note": Digest(data["note_sha256"]), "timestamp_token": None}
    )


def _checkpoint_timestamped(event: Event, data: Row) -> Iterator[Change]:
    row = {"timestamp_token": Digest(data["token_sha256"])}
    yield Change(op="set", table="checkpoints", key=(data["size"],), row=row)


def _rollback_accepted(event: Event, data: Row) -> Iterator[Change]:
    return iter(())


_PROJECTIONS: dict[str, Callable[[Event, Row], Iterator[Change]]] = {
    "registry.made": _registry_made,
    "entry.added": _entry_added,
    "photo.added": _photo_added,
    "entry.revised": _entry_revised,
    "entry.withdrawn": _entry_withdrawn,
    "entry.read": _entry_read,
    "record.put": _record_put,
    "record.erased": _record_erased,
    "checkpoint.signed": _checkpoint_signed,
    "checkpoint.timestamped": _checkpoint_timestamped,
    "rollback.accepted": _rollback_accepted,
}
