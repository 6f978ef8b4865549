"""Records check themselves, go to JSON and back, and say what is unknown."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.errors import EntryNotFoundError, ParameterError, RegistryError
from motif.registry.catalogue import CLASSES
from motif.registry.ledger.event import canonical
from motif.registry.records.decision import Decision, PartVerdict
from motif.registry.records.fields import (
    Choice,
    Day,
    Flag,
    Id,
    Many,
    Moment,
    Number,
    Part,
    PastDay,
    Sha256,
    Text,
)
from motif.registry.records.filing import Fee, Filing
from motif.registry.records.ids import format_id, format_record_id, parse_record_id
from motif.registry.records.mark import IgnoredMark
from motif.registry.records.people import Consent, NikHasher, Party, Role
from motif.registry.records.record import Record
from motif.registry.records.works import Motif, Movement, Specimen
from motif.registry.registry import Registry
from motif.vocabulary import lists, sources, term, terms

PIECES = {"roles": Role, "consent": Consent, "custody": Movement, "part_verdicts": PartVerdict, "fees": Fee}
DECIDED = {"a": "M-000001-3", "b": "M-000002-1", "reason": "r", "examiner": "Sri"}
DECIDED |= {"human_verdict": "reject", "decided_at": "2026-11-24T08:00:00Z"}
MARKED = {"sha256": "ab" * 32, "box": (40, 30, 200, 80), "outline": (0.0, 0.5, 9.0, 0.5, 9.0, 9.5)}
MARKED |= {"keypoints_sha256": "cd" * 32, "reason": "r", "ignored_at": "2026-11-24T08:00:00Z"}
FIXED: dict[type[Any], dict[str, Any]] = {Decision: DECIDED, IgnoredMark: MARKED}


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    """Draw a value that a kind takes."""
    match kind:
        case Text(lines=True):
            return st.text(st.characters(categories=["L", "N"]), max_size=30)
        case Text():
            return st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)
        case Choice(list=name):
            return st.sampled_from(list(terms(name)))
        case Number(low=low, high=high, whole=True):
            return st.integers(int(low), min(int(high), 10**9))
        case Number(low=low, high=high):
            return st.floats(low, min(high, 1e6))
        case Many(exactly=int(count)):
            return st.lists(value_of(kind.inner), min_size=count, max_size=count)
        case Many():
            return st.lists(value_of(kind.inner).filter(lambda item: item != ""), max_size=3)
        case Part(make=make):
            return pieces(make.__self__)
    return {
        Day: st.dates().map(str) | st.integers(1000, 9999).map(str),
        PastDay: st.dates().map(str) | st.integers(1000, 9999).map(str),
        Moment: st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)),
        Flag: st.booleans(),
        Sha256: st.binary(min_size=32, max_size=32).map(bytes.hex),
        Id: st.integers(1, 9999).map(lambda number: kind.letters[0] + format_id(number)[1:]),
    }[type(kind)]


def pieces(made: type[Any]) -> st.SearchStrategy[Any]:
    drawn = {
        one.name: st.none() | value_of(one.metadata["kind"])
        for one in fields(made)
        if "kind" in one.metadata and one.name not in FIXED.get(made, {})
    }
    fixed = FIXED.get(made, {})
    return st.fixed_dictionaries(drawn).map(lambda values: made(**fixed, **values))


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLASSES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_record_survives_json_and_canonical_json(kind: str, data: st.DataObject) -> None:
    made: Record = data.draw(pieces(CLASSES[kind]))
    assert type(made).from_json(json.loads(canonical(made.to_json()))) == made
    assert hash(made) == hash(type(made).from_json(made.to_json()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2, "kind": "party", "id": None},
        {"format": 1, "kind": "filing", "id": None},
        {"format": 1, "kind": "party", "id": None, "disability": "x"},
        {"format": 1, "kind": "party", "id": "F-000001-3"},
        {"format": 1, "kind": "party", "id": None, "roles": {}},
        {"format": 1, "kind": "party", "id": None, "may_be_named": "yes"},
        [],
        None,
    ],
)
def test_json_that_is_no_party_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError):
        Party.from_json(wrong)


@pytest.mark.parametrize("day", ["2024-02-30", "24-05", "2024-5", "tahun 2024", "2024-13", "", 2024, "0000"])
def test_what_is_no_day_is_refused(day: Any) -> None:
    with pytest.raises(ParameterError):
        Motif(id="M-000001-3", created_date=day)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, "3", True])
def test_what_is_no_length_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError):
        Specimen(width_mm=value)


def test_unknown_is_null_and_none_is_an_empty_list() -> None:
    assert Motif(id="M-000001-3").to_json()["isen"] is None
    assert Motif(id="M-000001-3", isen=()).to_json()["isen"] == []


def test_no_field_tells_of_health_and_none_holds_the_nik_itself() -> None:
    names = {one.name for made in CLASSES.values() for one in fields(made)}
    assert not [name for name in names if "disab" in name or "difabel" in name or name == "nik"]


def test_ids_of_kinds_are_told_apart_and_typing_errors_noticed() -> None:
    assert parse_record_id(format_record_id("filing", 42)) == ("F", 42)
    with pytest.raises(EntryNotFoundError, match="F-000043-7 is not an entry"):
        parse_record_id("F-000043-7")
    with pytest.raises(ParameterError, match="M-000042-7"):
        Filing(entries=("P-000042-7",))


def test_every_term_has_a_key_of_its_own_labels_and_known_sources() -> None:
    for name in lists():
        assert terms(name)
        for one in terms(name).values():
            assert one.label("id") and one.label("en") and isinstance(one.verified, bool)
            assert set(one.src) <= sources().keys()
            assert one.src or not one.verified or name in ("routes",)


def test_an_unknown_term_names_the_nearest() -> None:
    with pytest.raises(ParameterError) as caught:
        term("techniques", "cipratt")
    assert "ciprat" in caught.value.hint


def test_those_who_need_the_salt_at_the_same_moment_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for round_ in range(20):
        monkeypatch.setenv("MOTIF_NIK_SALT", str(tmp_path / f"{round_}.salt"))
        start = threading.Barrier(4)

        def load(start: threading.Barrier = start) -> bytes:
            start.wait(60)
            return NikHasher.load("ab" * 16)._salt

        with ThreadPoolExecutor(4) as pool:
            assert len({done.result(60) for done in [pool.submit(load) for _ in range(4)]}) == 1
    assert len(list(tmp_path.iterdir())) == 20


def test_a_nik_is_refused_without_being_repeated() -> None:
    with pytest.raises(ParameterError) as caught:
        NikHasher(bytes(32)).hash("3505-1234")
    assert "3505" not in str(caught.value)


@pytest.mark.slow
def test_another_salt_makes_another_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTIF_NIK_SALT", str(tmp_path / "one" / "salt"))
    first = NikHasher.load("ab" * 16)
    assert first.matches("3505010101900001", NikHasher.load("ab" * 16).hash("3505010101900001"))
    assert (tmp_path / "one" / "salt").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("MOTIF_NIK_SALT", str(tmp_path / "two"))
    assert not NikHasher.load("ab" * 16).matches("3505010101900001", first.hash("3505010101900001"))
    (tmp_path / "two").write_text("zz")
    with pytest.raises(RegistryError, match="cannot be used"):
        NikHasher.load("ab" * 16)


@pytest.fixture
def registry(tmp_path: Path) -> Any:
    with Registry.open(tmp_path / "r", by="Bu Sri") as opened:
        yield opened


def test_versions_are_kept_and_putting_the_same_changes_nothing(registry: Registry) -> None:
    made = registry.records.put(Filing(route="copyright"))
    later = registry.records.put(replace(made, status="diajukan"))
    events = len(registry.ledger)
    assert registry.records.put(later) == later and len(registry.ledger) == events
    assert registry.records.versions("f 1 3") == (made, later)
    assert registry.records.get("F-000001-3") == later
    assert registry.records.get("F-000001-3", version=1) == made


def test_what_is_not_there_cannot_be_linked_or_changed(registry: Registry) -> None:
    with pytest.raises(EntryNotFoundError):
        registry.records.put(Specimen(entry="M-000001-3"))
    with pytest.raises(EntryNotFoundError):
        registry.records.put(Motif(id="M-000001-3"))
    with pytest.raises(EntryNotFoundError):
        registry.records.put(Filing(id="F-000001-3"))
    assert len(registry.ledger) == 1


def test_an_erased_person_leaves_no_trace(registry: Registry, tmp_path: Path) -> None:
    sri = registry.records.put(Party(name="Sumiyati Wardhani", email="s@example.id"))
    registry.records.put(replace(sri, phone="0812-5550-1234"))
    registry.records.erase("p 1 3", reason="asked for")
    assert registry.ledger.verify().whole
    with pytest.raises(EntryNotFoundError, match="was erased"):
        registry.records.get("P-000001-3")
    with pytest.raises(RegistryError, match="was erased"):
        registry.records.put(replace(sri, name="Other"))
    assert registry.records.put(Party(name="Next")).id == "P-000002-1"
    registry.close()
    for path in (tmp_path / "r").rglob("*"):
        if path.is_file():
            assert b"Sumiyati" not in path.read_bytes() and b"5550-1234" not in path.read_bytes(), path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE records SET body = replace(body, 'copyright', 'communal')", "record F-000001-3, version 1"),
        ("UPDATE records SET kind = 'party' WHERE id = 'F-000001-3'", "record F-000001-3, version 1"),
        ("DELETE FROM records WHERE id = 'P-000001-3'", "record P-000001-3, version 1"),
        ("UPDATE records SET body = replace(body, 'Sri', 'Tri')", "record P-000001-3, version 1"),
        ("DELETE FROM links", "link pencipta 0 of P-000001-3"),
        ("UPDATE links SET target = 'F-000002-1'", "link pencipta 0 of P-000001-3"),
        ("UPDATE blobs SET data = x'00'", "blob 2c26b46b"),
        ("UPDATE counters SET value = 9 WHERE name = 'filing'", "counter filing"),
    ],
)
def test_what_was_changed_behind_the_logs_back_is_named(
    registry: Registry, tmp_path: Path, statement: str, named: str
) -> None:
    sha256 = hashlib.sha256(b"foo").hexdigest()
    registry.records.put(Filing(route="copyright"), blobs={sha256: b"foo"})
    registry.records.put(Party(name="Sri", roles=(Role(role="pencipta", of="F-000001-3"),)))
    assert registry.ledger.verify().whole
    with closing(sqlite3.connect(tmp_path / "r" / "registry.sqlite")) as behind, behind:
        behind.execute(statement)
    assert [one for one in registry.ledger.verify().findings if named in one.what]


def test_guessing_at_what_was_erased_cannot_be_verified(registry: Registry) -> None:
    """Two records of equal content have unlike hashes in the log."""
    for _ in range(2):
        registry.records.put(Party(name="Sri"))
    hashes = [event.data["body_sha256"] for event in registry.ledger.events(1)]
    assert len(set(hashes)) == 2


def test_only_records_of_people_are_erased(registry: Registry) -> None:
    registry.records.put(Filing(route="design"))
    with pytest.raises(ParameterError, match="not a record of a person"):
        registry.records.erase("F-000001-3", reason="x")


def test_a_record_too_large_for_a_row_is_refused(registry: Registry) -> None:
    with pytest.raises(ParameterError, match="at most"):
        registry.records.put(Decision(a="ab" * 32, b="cd" * 32, differences=("x" * 9000,) * 30))


@pytest.mark.parametrize(
    "change",
    [{"outline": (0.0, 0.5)}, {"outline": (0.0,) * 7}, {"reason": ""}, {"box": None}, {"box": (1, 2, 3)}],
)
def test_a_mark_without_box_outline_or_reason_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        IgnoredMark(**MARKED | change)
