"""What the log tells of a design, what a proof holds, and what cannot even be audited."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError, RegistryError
from motif.registry.audit.findings import Audit
from motif.registry.audit.ledger import _event_json, verify_registry
from motif.registry.ledger.checkpoint import Checkpoint, SigningKey
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import EMPTY_ROOT, consistency_path, frontier_of, inclusion_paths
from motif.registry.registry import Registry

pytestmark = pytest.mark.usefixtures("own_key")


@pytest.fixture
def registry(folder: Path) -> Iterator[Registry]:
    with Registry.open(folder) as opened:
        yield opened


def kinds(events: Iterable[Event]) -> list[str]:
    return [event.kind for event in events]


def spelled(events: Iterable[Event]) -> list[bytes]:
    return [event.to_bytes() for event in events]


def coded(path: tuple[bytes, ...]) -> str:
    return base64.b64encode(b"".join(path)).decode()


def test_the_log_ends_where_its_events_do(registry: Registry) -> None:
    events = list(registry.ledger.events())
    assert [event.seq for event in events] == list(range(len(registry.ledger)))
    assert registry.ledger.head() == frontier_of(event.leaf() for event in events)
    assert spelled(registry.ledger.events(3, 6)) == spelled(events[3:6])
    assert spelled(registry.ledger.events(17)) == spelled(events[17:])


def test_a_history_has_all_that_concerns_a_design_and_nothing_else(registry: Registry) -> None:
    told = {
        "M-000001-3": ["entry.added", "photo.added", "photo.added"],
        "M-000002-1": ["entry.added", "photo.added", "entry.withdrawn"],
        "M-000003-7": ["entry.added", "photo.added"],
    }
    for entry_id, expected in told.items():
        history = registry.ledger.history(entry_id)
        assert kinds(history) == expected
        assert {event.data.get("id", event.data.get("entry")) for event in history} == {entry_id}
        spelled_otherwise = f" m {int(entry_id[2:8])} {entry_id[-1]}"
        assert spelled(registry.ledger.history(spelled_otherwise)) == spelled(history)


def test_a_photo_has_a_history_of_its_own(registry: Registry) -> None:
    sha256 = registry.get("M-000001-3").photos[1].sha256
    (event,) = registry.ledger.history(sha256)
    assert (event.kind, event.data["photo"]["sha256"]) == ("photo.added", sha256)


def test_a_record_has_a_history_in_either_case(registry: Registry) -> None:
    registry.decide("M-000001-3", verdict="classic", by="Sri", reason="old")
    assert kinds(registry.ledger.history("B-000001-3")) == ["record.put"]
    assert spelled(registry.ledger.history(" b-000001-3 ")) == spelled(registry.ledger.history("B-000001-3"))
    assert kinds(registry.ledger.history("M-000001-3"))[-1] == "record.put", "it is about the entry, too"


@pytest.mark.parametrize("what", ["M-000099-6", "B-000001-3", "0" * 64, "0" * 63, "turi", ""])
def test_of_what_never_was_the_log_tells_nothing(registry: Registry, what: str) -> None:
    with pytest.raises(EntryNotFoundError, match="the log has no event about"):
        registry.ledger.history(what)


def proof_of(registry: Registry, *places: int) -> dict[str, Any]:
    """Put a proof together, as docs/ledger.md says, from the newest checkpoint and the log."""
    newest = registry.ledger.checkpoints()[-1]
    events = list(registry.ledger.events())
    leaves = [event.leaf() for event in events[: newest.size]]
    return {
        "format": 1,
        "checkpoint": newest.note,
        "key": str(SigningKey.load().verifier(registry.ledger.origin)),
        "events": [events[place].to_json() for place in places],
        "path": coded(inclusion_paths(leaves, places)),
    }


def places_of(registry: Registry, what: str) -> list[int]:
    return [event.seq for event in registry.ledger.history(what)]


def test_a_proof_holds_all_events_of_a_design_under_the_newest_checkpoint(registry: Registry) -> None:
    for what in ("M-000001-3", "m 2 1", "M-000007-6", registry.get("M-000003-7").photos[0].sha256):
        made = registry.ledger.proof(what)
        assert made == proof_of(registry, *places_of(registry, what))
        assert made["checkpoint"] == registry.ledger.checkpoints()[1].note


def test_a_number_names_one_event(registry: Registry) -> None:
    size = registry.ledger.checkpoints()[-1].size
    for place in (0, 1, 4, 13, size - 1):
        assert registry.ledger.proof(str(place)) == proof_of(registry, place)


def test_what_no_checkpoint_covers_yet_is_not_proved(registry: Registry) -> None:
    size = registry.ledger.checkpoints()[-1].size
    registry.withdraw("M-000003-7", reason="salah")
    for what in (str(size), str(size + 1), str(size + 99)):
        with pytest.raises(RegistryError, match="no signed checkpoint covers this yet"):
            registry.ledger.proof(what)
    made = registry.ledger.proof("M-000003-7")
    assert made == proof_of(registry, *places_of(registry, "M-000003-7")[:2]), "what came later is left out"
    note = registry.ledger.checkpoint()
    for what, places in ((str(size), [size]), ("M-000003-7", places_of(registry, "M-000003-7"))):
        made = registry.ledger.proof(what)
        assert made == proof_of(registry, *places)
        assert made["checkpoint"] == note == registry.ledger.checkpoints()[2].note


def test_without_a_checkpoint_nothing_is_proved(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "new") as registry:
        for what in ("0", "1"):
            with pytest.raises(RegistryError, match="no signed checkpoint covers this yet"):
                registry.ledger.proof(what)
        note = registry.ledger.checkpoint()
        assert registry.ledger.proof("0")["checkpoint"] == note


def test_a_proof_shows_that_the_log_only_grew_since_an_earlier_checkpoint(registry: Registry) -> None:
    registry.ledger.checkpoint()
    *_, newest = registry.ledger.checkpoints()
    leaves = [event.leaf() for event in registry.ledger.events(0, newest.size)]
    for earlier in registry.ledger.checkpoints():
        made = registry.ledger.proof("M-000001-3", since=earlier.note)
        assert made["since"] == {
            "checkpoint": earlier.note,
            "path": coded(consistency_path(leaves, earlier.size)),
        }
        assert (made["since"]["path"] == "") is (earlier.size == newest.size)
        assert {**proof_of(registry, *places_of(registry, "M-000001-3")), "since": made["since"]} == made


def test_a_log_has_grown_only_since_a_checkpoint_of_one_event_to_all(registry: Registry) -> None:
    newest = registry.ledger.checkpoints()[-1]
    leaves = [event.leaf() for event in registry.ledger.events(0, newest.size)]
    key = SigningKey.load()

    def note_of(size: int) -> str:
        checkpoint = Checkpoint(
            origin=registry.ledger.origin, size=size, root=EMPTY_ROOT, at=datetime(2026, 11, 24, tzinfo=UTC)
        )
        return key.sign(checkpoint)

    for size in (1, newest.size):
        made = registry.ledger.proof("0", since=note_of(size))
        assert made["since"]["path"] == coded(consistency_path(leaves, size))
    for size in (0, newest.size + 1, newest.size + 2):
        with pytest.raises(ParameterError, match=f"covers {size} events; expected 1 to {newest.size}"):
            registry.ledger.proof("0", since=note_of(size))


@pytest.mark.parametrize(
    ("data", "is_plain"),
    [
        ({"title": "Turi", "note": ""}, True),
        ({"title": "Ceplok ꦏꦮꦸꦁ", "note": "é"}, True),
        ({"b": 1, "a": [2, {"d": None, "c": True}]}, True),
        ({"width": 1.5}, True),
        ({"width": 1.0}, False),
        ({"width": 1e-7}, False),
        ({"\ue000": 1, "\U00010000": 2}, False),  # sorted by UTF-16 units, not by characters
    ],
)
def test_an_event_is_spelled_as_text_only_where_plain_json_spells_it_otherwise(
    data: dict[str, Any], is_plain: bool
) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    event = Event(seq=7, revision=3, at=at, by="Sri", kind="record.put", data=data)
    assert _event_json(event) == (event.to_json() if is_plain else event.to_bytes().decode())


def test_a_checkpoint_is_signed_with_the_key_that_is_given_or_else_the_users_own(
    registry: Registry, tmp_path: Path
) -> None:
    given, own = SigningKey.load(tmp_path / "given.pem"), SigningKey.load()
    for key, signer in ((given, given), (None, own)):
        size, head = len(registry.ledger), registry.ledger.head()
        note = registry.ledger.checkpoint(key, by="Pak Joko")
        *_, event = registry.ledger.events()
        assert event.data == {
            "size": size,
            "key": str(signer.verifier(registry.ledger.origin)),
            "note_sha256": hashlib.sha256(note.encode()).hexdigest(),
        }
        assert (event.kind, event.by, event.seq) == ("checkpoint.signed", "Pak Joko", size)
        signed = Checkpoint.from_note(note)
        assert (signed.size, signed.root, signed.origin) == (size, head.root(), registry.ledger.origin)
        assert registry.ledger.proof("0")["key"] == event.data["key"]
        assert registry.ledger.checkpoints()[-1].note == note


def test_bytes_that_no_row_uses_are_compared_only_until_the_log_grows(registry: Registry) -> None:
    assert registry.ledger.verify().notes == ()
    registry.withdraw("M-000003-7", reason="salah")
    checked = registry.ledger.verify()
    assert checked.whole and [note for note in checked.notes if "no checkpoint since" in note]
    registry.ledger.checkpoint()
    assert registry.ledger.verify().notes == ()


def test_where_there_is_no_registry_none_is_audited_or_made(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(RegistryError) as caught:
            verify_registry(place)
        assert not isinstance(caught.value, RegistryCorruptError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["garbled", "never", "foreign"])
def test_a_registry_that_cannot_be_opened_is_one_finding(folder: Path, damage: str) -> None:
    database = folder / "registry.sqlite"
    if damage == "garbled":
        database.write_bytes(b"no database" * 1000)
    with closing(sqlite3.connect(database)) as connection, connection:
        if damage == "never":
            connection.execute("UPDATE alembic_version SET version_num = '00x01'")
        if damage == "foreign":
            connection.execute("DROP TABLE facts")
    found = verify_registry(folder)
    (finding,) = found.findings
    assert (finding.how, finding.what) == ("damaged", "the registry")
    assert found == Audit(
        findings=(finding,), notes=(), events=0, originals=0, checkpoints=0, root=EMPTY_ROOT
    )
