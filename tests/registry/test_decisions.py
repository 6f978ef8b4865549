"""What people decided steers later checks; new entries call old answers and filings into question."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.pictures import spots

from motif.arrays import RGB8
from motif.errors import DuplicateMotifError, EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.profiles import CHEAPEST_1
from motif.registry.records.dates import Dates
from motif.registry.records.filing import Filing
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.report.check_text import check_text, priority_text

BY = {"by": "Bu Sri", "reason": "looked at both"}


def cloth(seed: int, *, near: bool = False) -> RGB8:
    """Draw a field of blots; ``near`` photographs it again, closer and turned."""
    picture = np.stack([spots(seed, (25, 25))] * 3, axis=-1)
    if near:
        turn = cv2.getRotationMatrix2D((150, 150), 4, 1.1)
        picture = cv2.warpAffine(picture, turn, (300, 300), borderMode=cv2.BORDER_REFLECT).astype(np.uint8)
    return picture


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1, by="Bu Sri") as opened:
        opened.register(cloth(1), title="Turi")
        yield opened


@pytest.mark.slow
def test_a_rejected_pair_is_no_conflict_any_more_and_names_the_decision(registry: Registry) -> None:
    found = registry.check(cloth(1, near=True))
    assert found.verdict == "conflict"
    registry.decide(found.query.source_sha256, "M-000001-3", verdict="reject", **BY)
    again = registry.check(cloth(1, near=True))
    assert again.verdict == "review" and again.matches[0].score == found.matches[0].score
    assert again.to_json()["matches"][0]["decision"]["human_verdict"] == "reject"
    assert "rejected by Bu Sri (B-000001-3)" in check_text(again)
    assert registry.check(cloth(1)).verdict == "conflict", "another photo was not decided about"


@pytest.mark.slow
def test_a_rejected_pair_can_be_registered_and_stays_apart(registry: Registry) -> None:
    near = cloth(1, near=True)
    with pytest.raises(DuplicateMotifError):
        registry.register(near, title="Lain")
    registry.decide(registry.check(near).query.source_sha256, "m 1 3", verdict="reject", **BY)
    assert registry.register(near, title="Lain").similar_to == ("M-000001-3",)
    verdicts = {match.entry.id: match.verdict for match in registry.check(cloth(1)).matches}
    assert verdicts["M-000002-1"] == "review", "the decision counts also from the other side"


@pytest.mark.slow
def test_the_newest_decision_counts(registry: Registry) -> None:
    sha256 = registry.check(cloth(1, near=True)).query.source_sha256
    registry.decide(sha256, "M-000001-3", verdict="reject", **BY)
    registry.decide("M-000001-3", sha256, verdict="confirm", **BY)
    assert registry.check(cloth(1, near=True)).verdict == "conflict"


@pytest.mark.slow
def test_a_classic_is_never_a_conflict_until_that_is_taken_back(registry: Registry) -> None:
    registry.decide("M-000001-3", verdict="classic", part="isen_latar", **BY)
    assert registry.check(cloth(1)).verdict == "review"
    assert registry.check(cloth(1, near=True)).matches[0].decision is not None
    registry.decide("M-000001-3", verdict="reject", **BY)
    assert registry.check(cloth(1)).verdict == "conflict"


@pytest.mark.slow
def test_what_is_clear_stays_clear_whatever_was_decided(registry: Registry) -> None:
    registry.decide("M-000001-3", verdict="classic", **BY)
    assert registry.check(cloth(2)).verdict == "clear"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sides", "verdict", "part"),
    [
        (("M-000001-3",), "confirm", None),
        (("M-000001-3", "M-000001-3"), "reject", None),
        (("ab" * 32, "cd" * 32), "reject", None),
        ((), "classic", None),
        (("M-000001-3",) * 3, "classic", None),
        (("M-000001-3",), "reject", "raport"),
        (("M-000001-3",), "classic", "no_part"),
        (("M-000001-3",), "perhaps", None),
    ],
)
def test_decisions_that_make_no_sense_are_refused(
    registry: Registry, sides: tuple[str, ...], verdict: str, part: str | None
) -> None:
    with pytest.raises(ParameterError):
        registry.decide(*sides, verdict=verdict, part=part, **BY)


def test_a_decision_needs_a_reason_and_sides_that_are_there(registry: Registry) -> None:
    with pytest.raises(ParameterError, match="reason"):
        registry.decide("M-000001-3", verdict="classic", by="Sri", reason="  ")
    for side in ("M-000002-1", "Q-000001-3", "F-000001-3"):
        with pytest.raises(EntryNotFoundError):
            registry.decide(side, "M-000001-3", verdict="reject", **BY)


@pytest.mark.slow
def test_a_remembered_check_hears_of_a_later_entry_once_and_a_decision_closes_it(registry: Registry) -> None:
    kept = registry.remember(registry.check(cloth(7, near=True)), note="Pak Joko")
    assert (kept.verdict, kept.matched) == ("clear", ())
    registry.register(cloth(8), title="Other")
    assert registry.alerts() == ()
    entry = registry.register(cloth(7), title="Late")
    (alert,) = registry.alerts()
    assert (alert.entry, alert.about, alert.verdict) == (entry.id, kept.id, "conflict")
    assert registry.alerts(entry.id) == registry.alerts("Q-000001-3") == (alert,)
    registry.decide("Q-000001-3", entry.id, verdict="reject", **BY)
    assert registry.alerts() == () and registry.alerts(closed=True) == (alert,)


@pytest.mark.slow
def test_a_decision_that_is_taken_back_during_a_registration_counts_no_more(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.decide("M-000001-3", verdict="classic", **BY)
    put = registry._originals.put

    def meanwhile(sha256: str, data: bytes) -> None:
        put(sha256, data)
        with Registry.open(tmp_path / "r") as other:
            other.decide("M-000001-3", verdict="reject", **BY)

    monkeypatch.setattr(registry._originals, "put", meanwhile)
    with pytest.raises(DuplicateMotifError):
        registry.register(cloth(1, near=True), title="Lain")


@pytest.mark.slow
def test_an_entry_that_is_withdrawn_during_a_registration_is_not_resembled(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = registry._originals.put

    def meanwhile(sha256: str, data: bytes) -> None:
        put(sha256, data)
        with Registry.open(tmp_path / "r") as other:
            other.withdraw("M-000001-3", reason="salah")

    monkeypatch.setattr(registry._originals, "put", meanwhile)
    assert registry.register(cloth(1, near=True), title="Lain", allow_duplicate=True).similar_to == ()


@pytest.mark.slow
def test_a_remembered_check_that_cannot_be_read_stops_each_registration_until_it_is_mended(
    registry: Registry, tmp_path: Path
) -> None:
    registry.remember(registry.check(cloth(7, near=True)), note="Pak Joko")
    registry.remember(registry.check(cloth(8, near=True)), note="Pak Joko")

    def write(statement: str, *values: object) -> list[tuple[bytes]]:
        with closing(sqlite3.connect(tmp_path / "r" / "registry.sqlite")) as connection, connection:
            return connection.execute(statement, values).fetchall()

    (kept,) = write("SELECT data FROM blobs ORDER BY sha256 LIMIT 1")
    of_it = "WHERE sha256 = (SELECT min(sha256) FROM blobs)"
    write(f"UPDATE blobs SET data = x'00' {of_it}")
    for seed in (7, 8):
        with pytest.raises(RegistryCorruptError, match="of check Q-"):
            registry.register(cloth(seed), title="Baru")
    write(f"UPDATE blobs SET data = ? {of_it}", *kept)
    for seed in (7, 8):
        registry.register(cloth(seed), title="Baru")
    assert len(registry.alerts()) == 2


@pytest.mark.slow
def test_a_remembered_check_can_be_erased_and_is_passed_over(registry: Registry) -> None:
    registry.remember(registry.check(cloth(7, near=True)), note="Pak Joko")
    registry.records.erase("Q-000001-3", reason="asked for")
    registry.register(cloth(7), title="Late")
    assert registry.alerts() == () and registry.ledger.verify().whole


@pytest.mark.slow
def test_the_very_photo_that_was_checked_raises_no_alert(registry: Registry) -> None:
    registry.remember(registry.check(cloth(7)))
    registry.register(cloth(7), title="As checked")
    assert registry.alerts() == ()


@pytest.mark.slow
def test_an_entry_added_between_a_check_and_its_being_remembered_is_not_missed(registry: Registry) -> None:
    result = registry.check(cloth(7, near=True))
    entry = registry.register(cloth(7), title="Meanwhile")
    kept = registry.remember(result)
    assert (kept.verdict, kept.matched) == ("conflict", (entry.id,))


@pytest.mark.slow
def test_a_check_remembered_elsewhere_is_taken_in(registry: Registry, tmp_path: Path) -> None:
    registry.register(cloth(8), title="Before")
    with Registry.open(tmp_path / "r") as other:
        other.remember(other.check(cloth(7, near=True)))
    registry.register(cloth(7), title="Late")
    assert [alert.about for alert in registry.alerts()] == ["Q-000001-3"]


@pytest.mark.slow
@pytest.mark.parametrize(("status", "alerts"), [("diajukan", 1), ("kurang", 1), (None, 1), ("dicatat", 0)])
def test_a_new_entry_that_resembles_a_pending_filing_raises_an_alert(
    registry: Registry, status: str | None, alerts: int
) -> None:
    registry.records.put(Filing(entries=("M-000001-3",), route="copyright", status=status))
    entry = registry.register(cloth(1, near=True), title="Copy", allow_duplicate=True)
    found = [(one.entry, one.about, one.other) for one in registry.alerts()]
    assert found == [(entry.id, "F-000001-3", "M-000001-3")] * alerts


@pytest.mark.slow
def test_withdrawing_the_new_entry_closes_its_alerts(registry: Registry) -> None:
    registry.records.put(Filing(entries=("M-000001-3",), status="diajukan"))
    entry = registry.register(cloth(1, near=True), title="Copy", allow_duplicate=True)
    assert registry.alerts()
    registry.withdraw(entry.id, reason="a copy")
    assert registry.alerts() == ()


@pytest.mark.slow
def test_a_photo_added_to_an_entry_looks_back_too(registry: Registry) -> None:
    registry.remember(registry.check(cloth(7, near=True)))
    registry.add_photo("M-000001-3", cloth(7))
    assert [alert.entry for alert in registry.alerts()] == ["M-000001-3"]


@pytest.mark.slow
def test_all_of_it_is_in_the_ledger(registry: Registry) -> None:
    registry.remember(registry.check(cloth(7, near=True)))
    registry.register(cloth(7), title="Late")
    registry.decide("Q-000001-3", "M-000002-1", verdict="confirm", **BY)
    assert registry.ledger.verify().whole
    assert {event.data.get("kind") for event in registry.ledger.events()} >= {"check", "alert", "decision"}


@pytest.mark.slow
def test_what_was_announced_before_it_was_registered_came_first(registry: Registry) -> None:
    query = cloth(1, near=True)
    assert registry.check(query).earliest == "M-000001-3", "it was registered before it was checked"
    registry.records.put(Motif(id="M-000001-3", first_announced_date="2024-05"))
    for announced, first in [("2023", "query"), ("2025", "M-000001-3"), ("2024", None), ("2024-05", None)]:
        result = registry.check(query, announced=announced)
        assert result.earliest == first, announced
        came = result.matches[0].came_first
        assert came == {"query": "query", "M-000001-3": "entry", None: None}[first]
    assert "cannot be told" in priority_text(result)
    registry.records.put(Filing(entries=("M-000001-3",), application_date="2022-01-05"))
    result = registry.check(query, announced="2023")
    assert result.earliest == "M-000001-3" and "filed 2022-01-05" in priority_text(result)
    assert result.to_json()["matches"][0]["dates"]["filed"] == "2022-01-05"


@pytest.mark.slow
def test_among_several_entries_the_first_is_named(registry: Registry) -> None:
    second = registry.register(cloth(1, near=True), title="Again", allow_duplicate=True)
    registry.records.put(replace(registry.records.motif(second.id), first_disclosed_date="2001"))
    assert registry.check(cloth(1)).matches[0].entry.id == "M-000001-3"
    assert registry.check(cloth(1)).earliest == second.id


@pytest.mark.slow
def test_a_day_that_is_not_a_day_is_refused(registry: Registry) -> None:
    with pytest.raises(ParameterError, match="announced"):
        registry.check(cloth(1), announced="last year")


@pytest.mark.parametrize(
    ("seen", "day", "first"),
    [
        ("2026-11-23T23:00Z", "2026-11-24", None),  # in Blitar it was six o'clock of that day
        ("2026-11-24T15:00Z", "2026-11-24", None),
        ("2026-11-23T09:59Z", "2026-11-24", "seen"),
        ("2026-11-25T11:59Z", "2026-11-24", None),
        ("2026-11-25T12:01Z", "2026-11-24", "day"),
        ("2024-03-01T10:00Z", "2024-02", None),
        ("2024-03-01T13:00Z", "2024-02", "day"),
        ("2024-12-31T23:00Z", "2024", None),
        ("2025-01-01T13:00Z", "2024", "day"),
        ("2026-11-24T00:00Z", "9999-12-31", "seen"),
        ("2026-11-24T00:00Z", "0001", "day"),
    ],
)
def test_a_moment_is_before_or_after_a_day_only_everywhere_on_earth(
    seen: str, day: str, first: str | None
) -> None:
    moment, told = Dates(first_seen=datetime.fromisoformat(seen)), Dates(filed=day)
    found = "seen" if moment.before(told) else "day" if told.before(moment) else None
    assert found == first


def test_nothing_known_is_neither_before_nor_after() -> None:
    assert not Dates().before(Dates(filed="2020")) and not Dates(filed="2020").before(Dates())
