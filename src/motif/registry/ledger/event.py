"""One change of the registry, as it is in the log: canonical JSON (RFC 8785), hashed as a leaf.

The log is the truth and the tables are read from it: ``projection.changes_of`` says what an event does
to them. Large or personal matter is not in an event but beside it, named by its SHA-256: fingerprints,
signed checkpoints, timestamps, and records of people, which can be erased without breaking the log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.ledger.merkle import leaf_hash
from motif.times import iso, parse_iso

EVENT_FORMAT = 1
"""Number of the JSON form; a reader refuses a number that it does not know."""

KINDS = (
    "registry.made",
    "entry.added",
    "photo.added",
    "entry.revised",
    "entry.withdrawn",
    "entry.read",
    "record.put",
    "record.erased",
    "checkpoint.signed",
    "checkpoint.timestamped",
    "rollback.accepted",
)

READING = "entry.read"
"""Somebody read a design that is not open; it changes nothing, so it bears the revision before it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Event:
    """One change, or the reading of what is not open.

    Parameters
    ----------
    seq : int
        Its place in the log, from 0.
    revision : int
        The write to which it belongs; several events may belong to one.
    at : datetime, UTC
        When it was written.
    by : str
        Who did it, as the caller said; empty if nobody said.
    kind : str, one of ``KINDS``
    data : dict
        What changed; see docs/ledger.md.

    Examples
    --------
    >>> from datetime import UTC
    >>> event = Event(seq=3, revision=2, at=datetime(2026, 11, 24, tzinfo=UTC), by="Sri",
    ...               kind="entry.withdrawn", data={"id": "M-000001-3"})
    >>> event.to_bytes()[:60]
    b'{"at":"2026-11-24T00:00:00.000000Z","by":"Sri","data":{"id":'
    >>> Event.from_bytes(event.to_bytes()).data
    {'id': 'M-000001-3'}
    """

    seq: int
    revision: int
    at: datetime
    by: str
    kind: str
    data: dict[str, Any]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            hint = N_("A newer program wrote it; update motif.")
            raise ParameterError(f"event kind {self.kind!r:.40} is not known", hint=hint)
        for name in ("seq", "revision"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
                raise ParameterError(f"{name}={value!r:.40}; expected a number from 0")
        if not isinstance(self.by, str) or not isinstance(self.data, dict):
            raise ParameterError("event with by or data of another type")

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON-ready values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"format": EVENT_FORMAT} | values | {"at": iso(self.at)}

    def to_bytes(self) -> bytes:
        """Return the canonical JSON that is hashed."""
        return canonical(self.to_json())

    def leaf(self) -> bytes:
        """Return the hash of the event in the tree."""
        return leaf_hash(self.to_bytes())

    @classmethod
    def from_bytes(cls, data: bytes | str) -> Event:
        """Read what ``to_bytes`` made.

        Raises
        ------
        ParameterError
            On anything else, also if it is the same value spelled otherwise.
        """
        try:
            text = data if isinstance(data, str) else data.decode("utf-8")
            value = json.loads(text)
            if value["format"] != EVENT_FORMAT:
                message = f"event format {value['format']!r:.40}; expected {EVENT_FORMAT}"
                raise ParameterError(message, hint=N_("Update motif."))
            values = {field.name: value[field.name] for field in fields(cls)}
            event = cls(**values | {"at": parse_iso(value["at"])})
            if event.to_bytes() != text.encode("utf-8"):
                raise ParameterError("event is not spelled in canonical JSON")
        except ParameterError:
            raise
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ParameterError(f"this is no event: {error}") from error
        return event


def subjects(event: Event) -> set[str]:
    """Return the ids and SHA-256 that an event concerns; of a malformed one, those that can be read.

    Parameters
    ----------
    event : Event

    Returns
    -------
    set of str
    """
    data = event.data
    photo, links = data.get("photo"), data.get("links")
    named: list[Any] = [data.get("id"), data.get("entry")]
    named += [photo.get("sha256")] if isinstance(photo, dict) else []
    for targets in links.values() if isinstance(links, dict) else ():
        named += targets if isinstance(targets, list) else []
    return {name for name in named if isinstance(name, str)}


def subject_of(event: Event) -> str:
    """Return the id that an event is about first of all; empty if it is about the registry.

    Parameters
    ----------
    event : Event

    Returns
    -------
    str
    """
    first = event.data.get("id", event.data.get("entry", ""))
    return first if isinstance(first, str) else ""


def canonical(value: Any) -> bytes:
    """Spell a JSON value in the one way of RFC 8785, so that equal values have equal bytes.

    Parameters
    ----------
    value : object
        Of dict, list, str, int, float, bool and None.

    Returns
    -------
    bytes, UTF-8

    Raises
    ------
    ParameterError
        If JSON cannot hold it: NaN, numbers beyond 2**53, half a surrogate pair.

    Examples
    --------
    >>> canonical({"b": 1.0, "a": "é"})
    b'{"a":"\\xc3\\xa9","b":1}'
    """
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise ParameterError(f"a value that JSON cannot hold: {error}") from error
