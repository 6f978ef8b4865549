"""An event forged together with all hashes over it ends in findings and errors of ours, in no traceback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from motif.errors import MotifError
from motif.registry.audit.ledger import verify_registry
from motif.registry.ledger.event import canonical
from motif.registry.ledger.merkle import frontier_of, leaf_hash
from motif.registry.records.people import Party, Role
from motif.registry.registry import Registry
from motif.registry.transfer.copy import copy_registry

pytestmark = pytest.mark.usefixtures("own_key")

Data = dict[str, Any]
STRANGE: list[Any] = [None, True, 1.5, 2**53 - 1, "x", "", [], {}, ["x"], {"a": 1}, [[]], "9" * 5000]
USED_WITH: list[Any] = [1.5, {"a": 1}, [[]]]
"""One of them for each field: copying, which is most of the time, is tried with it."""


@pytest.fixture
def place(folder: Path) -> Path:
    """A registry whose last event puts a record that has links."""
    with Registry.open(folder) as registry:
        registry.revise("M-000001-3", note="dicap")
        registry.records.put(Party(name="Sri", roles=(Role(role="pencipta", of="M-000001-3"),)))
    return folder


def forge(place: Path, kind: str, change: Callable[[Data], object]) -> None:
    """Change the data of the last event of a kind, and all hashes that follow."""
    with closing(sqlite3.connect(place / "registry.sqlite")) as connection, connection:
        bodies = [row[0] for row in connection.execute("SELECT body FROM events ORDER BY seq")]
        events = [json.loads(body) for body in bodies]
        seq = max(event["seq"] for event in events if event["kind"] == kind)
        change(events[seq]["data"])
        bodies[seq] = canonical(events[seq]).decode()
        leaves = [leaf_hash(body.encode()) for body in bodies]
        row = (bodies[seq], leaves[seq], seq)
        connection.execute("UPDATE events SET body = ?, leaf = ? WHERE seq = ?", row)
        connection.execute("UPDATE heads SET roots = ?", (frontier_of(leaves).to_bytes(),))


def use(place: Path, tmp_path: Path) -> None:
    """Do what may fail, but as one of our errors only."""
    with suppress(MotifError):
        copy_registry(place, tmp_path / "copy")
    with suppress(MotifError), Registry.open(place) as registry:
        for ask in (registry.ledger.history, registry.ledger.proof):
            with suppress(MotifError):
                ask("M-000001-3")
        with suppress(MotifError):
            registry.list(include_withdrawn=True)


FIELDS = {
    "entry.added": ("id", "title", "note", "registered_at", "similar_to"),
    "photo.added": ("key", "entry", "photo", "fingerprint_sha256"),
    "entry.revised": ("id", "title", "note"),
    "entry.withdrawn": ("id", "at", "reason"),
    "record.put": ("id", "version", "kind", "number", "links", "blobs", "body_sha256"),
    "checkpoint.signed": ("size", "key", "note_sha256"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "field"), [(kind, name) for kind, names in FIELDS.items() for name in names]
)
def test_a_value_of_any_kind_is_named(place: Path, tmp_path: Path, kind: str, field: str) -> None:
    for value in STRANGE:
        before: list[Any] = []

        def change(data: Data, value: Any = value, before: list[Any] = before) -> None:
            before.append(data[field])
            data[field] = value

        forge(place, kind, change)
        same = before == [value] or not (before[0] or value)
        assert same or not verify_registry(place).whole, value
        if value == USED_WITH[len(kind + field) % 3]:
            use(place, tmp_path)
        forge(place, kind, lambda data, before=before: data.update({field: before[0]}))
    assert verify_registry(place).whole


@pytest.mark.slow
@pytest.mark.parametrize("links", [["x"], {"pencipta": "M-000001-3"}, {"pencipta": [{}]}, {"pencipta": 5}])
def test_links_of_any_kind_are_named(place: Path, tmp_path: Path, links: Any) -> None:
    forge(place, "record.put", lambda data: data.update({"links": links}))
    assert not verify_registry(place).whole
    use(place, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("roots", ["x'00'", "'x'"])
def test_a_forged_goal_of_a_copy_ends_with_an_error_of_ours(place: Path, roots: str) -> None:
    for size in ("5", "'many'"):
        with closing(sqlite3.connect(place / "registry.sqlite")) as connection, connection:
            connection.execute("DELETE FROM heads WHERE name = 'goal'")
            connection.execute(f"INSERT INTO heads VALUES ('goal', {size}, {roots})")
        assert "damaged" in str(verify_registry(place).findings[0])
        with pytest.raises(MotifError):
            Registry.open(place)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["²", "٣٤", "9" * 5000, "9" * 15, "-1", ""])
def test_a_proof_of_no_event_ends_with_an_error_of_ours(place: Path, what: str) -> None:
    with Registry.open(place) as registry, pytest.raises(MotifError):
        registry.ledger.proof(what)
