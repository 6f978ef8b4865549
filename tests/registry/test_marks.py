"""A mark that a registry ignores is no evidence on any side; a copy under it is found by its cloth."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.pictures import labelled, spots
from tests.records import entry_photo

from motif import fingerprint
from motif.arrays import Gray8
from motif.errors import EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.matching.evidence import Evidence
from motif.photo.photo import read_photo
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import verify_registry
from motif.registry.proposals import propose
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry
from motif.registry.records.ids import format_id
from motif.registry.records.mark import IgnoredMark
from motif.registry.registry import Registry
from motif.registry.results import Match
from motif.registry.transfer.backup import backup_registry
from motif.registry.transfer.copy import copy_registry
from motif.registry.transfer.restore import restore_registry
from motif.report import check_report, report_html
from motif.report.check_text import check_text
from motif.report.mark_text import consequences_text, marks_text

LABEL = spots(99, (20, 20), 6)
BOX = (40, 60, 120, 120)
WHY = "label of the shop"


def cloth(seed: int, at: tuple[int, int] | None = None, *, near: bool = False) -> Gray8:
    """Draw a cloth, with a label at a place; ``near`` photographs the cloth again, closer."""
    picture = spots(seed, (40, 40))
    if near:
        turn = cv2.getRotationMatrix2D((240, 240), 4, 1.1)
        picture = cv2.warpAffine(picture, turn, (480, 480), borderMode=cv2.BORDER_REFLECT).astype(np.uint8)
    return picture if at is None else labelled(picture, LABEL, at)


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place for a registry, in each of the engines."""
    server = request.param == "server"
    return str(request.getfixturevalue("new_database")()) if server else tmp_path / "r"


@pytest.fixture
def registry(place: Path | str) -> Iterator[Registry]:
    """One registered design under a label."""
    with Registry.open(place, profile=CHEAPEST_1, by="Bu Sri") as opened:
        opened.register(cloth(1, (40, 60)), title="Turi")
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A registry in a folder that ignores one mark."""
    with Registry.open(tmp_path / "f", profile=CHEAPEST_1, by="Bu Sri") as opened:
        opened.register(cloth(1, (40, 60)), title="Turi")
        opened.marks.ignore(opened.marks.draft(cloth(1, (40, 60)), BOX), reason=WHY)
    return tmp_path / "f"


def ignore(registry: Registry) -> IgnoredMark:
    return registry.marks.ignore(registry.marks.draft(cloth(1, (40, 60)), BOX), reason=WHY)


def test_an_ignored_mark_counts_nowhere_and_the_answer_says_that_it_was_found(registry: Registry) -> None:
    other = cloth(2, (250, 200))
    assert registry.check(other).verdict == "conflict"
    mark = ignore(registry)
    result = registry.check(other)
    assert (result.verdict, result.ignored_marks) == ("clear", (mark.id,))
    assert result.to_json()["ignored_marks"] == [mark.id]
    assert "1 mark that this registry ignores was found (X-000001-3)." in check_text(result)
    assert registry.register(other, title="Sekar").similar_to == ()
    assert "mark" not in check_text(registry.check(cloth(3)))


def test_a_copy_under_an_ignored_mark_is_a_conflict(registry: Registry) -> None:
    ignore(registry)
    copy = labelled(cloth(1, near=True), LABEL, (300, 40))
    result = registry.check(copy)
    assert (result.verdict, result.matches[0].entry.title) == ("conflict", "Turi")
    assert result.ignored_marks


def test_a_mark_that_was_taken_back_counts_again(registry: Registry) -> None:
    mark = ignore(registry)
    back = registry.marks.restore("x 1 3", reason="a motif after all", by="Pak Joko")
    assert (back.id, back.active, back.restored_by) == (mark.id, False, "Pak Joko")
    assert registry.check(cloth(2, (250, 200))).verdict == "conflict"
    assert registry.marks.list() == ()
    assert registry.marks.list(restored=True) == (back,)
    assert registry.marks.restore(str(mark.id), reason="again") == back, "doing so twice changes nothing"
    again = ignore(registry)
    assert again.id != mark.id and registry.check(cloth(2, (250, 200))).verdict == "clear"


def test_each_change_stands_in_the_log(registry: Registry) -> None:
    ignore(registry)
    registry.marks.restore("X-000001-3", reason="a motif after all")
    *_, ignored, restored = registry.ledger.events()
    assert [(event.kind, event.by, event.data["kind"]) for event in (ignored, restored)] == [
        ("record.put", "Bu Sri", "mark")
    ] * 2
    assert ignored.data["body"]["reason"] == WHY
    assert restored.data["body"]["restored_reason"] == "a motif after all"
    assert registry.ledger.verify().findings == ()


def test_the_same_box_is_ignored_once(registry: Registry) -> None:
    assert ignore(registry) == ignore(registry)
    assert len(registry.marks.list()) == 1


def test_what_would_weaken_is_told_beforehand(registry: Registry) -> None:
    registry.register(cloth(2, (250, 200)), title="Sekar", allow_duplicate=True)
    saved = registry.remember(registry.check(cloth(3, (100, 300))))
    registry.register(labelled(cloth(1, near=True), LABEL, (300, 40)), title="Salinan", allow_duplicate=True)
    told = registry.marks.consequences(registry.marks.draft(cloth(1, (40, 60)), BOX))
    pairs = {(frozenset((match.asked, match.entry)), match.before, match.after) for match in told.weakened}
    assert (frozenset(("M-000001-3", "M-000002-1")), "conflict", "clear") in pairs
    assert (frozenset((str(saved.id), "M-000001-3")), "conflict", "clear") in pairs
    copies = frozenset(("M-000001-3", "M-000003-7"))
    assert not any(pair == copies and after != "conflict" for pair, _, after in pairs), "found by its cloth"
    assert (told.found, told.asked) == (4, 4)
    text = consequences_text(told)
    assert "These indications would vanish or weaken." in text and "M-000002-1" in text
    assert registry.marks.list() == (), "telling changes nothing"


def test_nothing_weakens_where_nobody_else_has_the_mark(registry: Registry) -> None:
    told = registry.marks.consequences(registry.marks.draft(cloth(1, (40, 60)), BOX))
    assert (told.weakened, told.found) == ((), 1)
    assert "No indication would vanish" in consequences_text(told)


def test_a_decision_that_a_label_coincides_ignores_it(registry: Registry) -> None:
    registry.register(cloth(2, (250, 200)), title="Sekar", allow_duplicate=True)
    decision = registry.decide("M-000001-3", "M-000002-1", verdict="label", by="Bu Sri", reason=WHY)
    (mark,) = registry.marks.list()
    assert (decision.human_verdict, mark.decision) == ("label", decision.id)
    assert mark.sha256 == registry.get("M-000002-1").photos[0].sha256
    left, top, width, height = mark.box or ()
    assert 235 < left < 290 and 185 < top < 240 and left + width < 390 and top + height < 340
    assert registry.check(cloth(3, (100, 300))).verdict == "clear"
    assert registry.ledger.verify().findings == ()


def test_a_checked_photo_is_decided_about_by_its_saved_check_or_its_fingerprint(registry: Registry) -> None:
    other = cloth(2, (250, 200))
    found = registry.check(other)
    sha256 = found.query.source_sha256
    with pytest.raises(EntryNotFoundError, match="nothing is kept of photo"):
        registry.decide(sha256, "M-000001-3", verdict="label", by="Bu Sri", reason=WHY)
    assert registry.records.list(Decision) == ()
    draft = registry.marks.draft_of_match(sha256, "M-000001-3", checked=fingerprint(other, CHEAPEST_1))
    assert draft.sha256 == registry.get("M-000001-3").photos[0].sha256
    saved = registry.remember(found)
    assert registry.marks.draft_of_match(str(saved.id), "M-000001-3").box == draft.box
    decision = registry.decide(sha256, "M-000001-3", verdict="label", by="Bu Sri", reason=WHY, label=draft)
    assert registry.check(other).verdict == "clear"
    assert (decision.a, decision.b) == (sha256, "M-000001-3")


def test_what_is_no_part_is_no_label(registry: Registry) -> None:
    registry.register(cloth(2), title="Sekar")
    with pytest.raises(ParameterError, match="no part of"):
        registry.decide("M-000001-3", "M-000002-1", verdict="label", by="Bu Sri", reason=WHY)
    with pytest.raises(ParameterError, match="said of a pair"):
        registry.decide("M-000001-3", verdict="label", by="Bu Sri", reason=WHY)
    assert registry.marks.list() == ()


@pytest.mark.parametrize("box", [(0, 0, 480, 400), (400, 0, 100, 50), (-1, 0, 9, 9), (0, 0, 0, 9), (1, 2, 3)])
def test_a_box_that_cannot_be_a_mark_is_refused(folder: Path, box: tuple[int, ...]) -> None:
    with Registry.open(folder) as registry, pytest.raises(ParameterError, match="box"):
        registry.marks.draft(cloth(1), box)


def test_a_box_in_which_nothing_stands_out_is_refused(folder: Path) -> None:
    plain = cloth(1)
    plain[60:180, 40:160] = 128
    with Registry.open(folder) as registry, pytest.raises(ParameterError, match="found again"):
        registry.marks.draft(plain, (50, 70, 90, 90))


def test_a_reason_is_needed_and_another_record_is_no_mark(folder: Path) -> None:
    with Registry.open(folder) as registry:
        with pytest.raises(ParameterError, match="reason is empty"):
            registry.marks.ignore(registry.marks.draft(cloth(1, (40, 60)), (41, *BOX[1:])), reason=" ")
        with pytest.raises(ParameterError, match="reason is empty"):
            registry.marks.restore("X-000001-3", reason="")
        saved = registry.remember(registry.check(cloth(2)))
        with pytest.raises(EntryNotFoundError, match="is no ignored mark"):
            registry.marks.restore(str(saved.id), reason="x")


def test_an_alert_about_a_saved_check_does_not_rest_on_an_ignored_mark(folder: Path) -> None:
    with Registry.open(folder) as registry:
        registry.remember(registry.check(cloth(2, (250, 200))))
        registry.register(cloth(3, (100, 300)), title="Sekar")
        assert registry.alerts() == ()
        registry.register(labelled(cloth(2, near=True), LABEL, (20, 20)), title="Salinan")
        assert [alert.entry for alert in registry.alerts()] == ["M-000003-7"]


@pytest.mark.slow
def test_a_copy_and_a_backup_ignore_it_too(
    folder: Path, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    server = new_database()
    copy_registry(folder, server)
    backup_registry(server, tmp_path / "b.zip")
    restore_registry(tmp_path / "b.zip", tmp_path / "restored")
    for place in (server, tmp_path / "restored"):
        with Registry.open(place) as registry:
            assert registry.check(cloth(2, (250, 200))).ignored_marks == ("X-000001-3",)
            assert [mark.reason for mark in registry.marks.list()] == [WHY]
            assert registry.ledger.verify().findings == ()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE records SET body = replace(body, 'shop', 'shoq') WHERE kind = 'mark'",
            "changed: record X-0",
        ),
        ("DELETE FROM records WHERE kind = 'mark'", "removed: record X-000001-3"),
        ("UPDATE blobs SET data = x'00'", "changed: blob "),
        ("DELETE FROM blobs", "removed: blob "),
        ("UPDATE links SET target = 'ab' WHERE role = 'photo'", "changed: link photo 0 of X-000001-3"),
        ("UPDATE counters SET value = 7 WHERE name = 'mark'", "changed: counter mark"),
    ],
)
def test_tampering_with_a_mark_is_named(folder: Path, statement: str, expected: str) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        connection.execute(statement)
    assert expected in "\n".join(map(str, verify_registry(folder).findings))


def test_a_mark_whose_keypoints_are_damaged_stops_the_check(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "registry.sqlite")) as connection, connection:
        connection.execute("UPDATE blobs SET data = x'00'")
    with Registry.open(folder) as registry, pytest.raises(RegistryCorruptError, match="mark X-000001-3"):
        registry.check(cloth(2))


def test_marks_are_listed_with_reason_and_box(folder: Path) -> None:
    with Registry.open(folder) as registry:
        text = marks_text(registry.marks.list())
        registry.marks.restore("X-000001-3", reason="x")
        assert "taken back" in marks_text(registry.marks.list(restored=True))
    for fact in ("X-000001-3", "Bu Sri", WHY, "40,60,120,120"):
        assert fact in text
    assert marks_text(()) == "No marks are ignored."


def match_on(number: int, corners: tuple[tuple[float, float], ...], **how: object) -> Match:
    """Return a match of which a square patch coincides."""
    points = tuple((x, y, x, y) for x, y in corners)
    evidence = Evidence(score=0.01, verdict="clear", basis="label", points=points)
    entry = Entry(
        id=format_id(number),
        title="Turi",
        note="",
        registered_at=entry_photo().added_at,
        photos=(entry_photo(),),
    )
    return replace(Match(entry=entry, photo=entry_photo(), evidence=evidence), **how)  # type: ignore[arg-type]


HERE = ((10.0, 10.0), (110.0, 10.0), (110.0, 60.0), (10.0, 60.0))
THERE = ((310.0, 310.0), (410.0, 310.0), (410.0, 360.0), (310.0, 360.0))


def test_a_patch_that_coincides_with_three_entries_is_proposed() -> None:
    near = tuple((x + 4, y + 3) for x, y in HERE)
    matches = [match_on(1, HERE), match_on(2, near), match_on(3, HERE), match_on(4, THERE)]
    proposed = propose(matches)
    assert proposed is not None and proposed.entries == ("M-000001-3", "M-000002-1", "M-000003-7")
    assert np.abs(np.array(proposed.outline) - HERE).max() < 30
    assert propose([*matches[1:], match_on(5, THERE)]) is None, "two and two"


def test_so_is_a_small_patch_of_matches_that_were_rejected() -> None:
    evidence = replace(match_on(1, HERE).evidence, basis="strokes", verdict="conflict", query_px=(640, 480))
    rejected = Decision(
        a="M-000001-3",
        b="M-000002-1",
        human_verdict="reject",
        reason="r",
        examiner="Sri",
        decided_at="2026-11-24T08:00:00Z",  # type: ignore[arg-type]
    )
    matches = [match_on(number, HERE, evidence=evidence, decision=rejected) for number in (1, 2, 3)]
    assert propose(matches) is not None
    assert propose([replace(match, decision=None) for match in matches]) is None


def test_a_check_proposes_the_box_on_the_photo(registry: Registry) -> None:
    """Three designs under one label, which a person rejected each."""
    for seed, at in ((2, (250, 200)), (3, (100, 300))):
        registry.register(cloth(seed, at), title=f"Sekar {seed}", allow_duplicate=True)
    query = cv2.resize(cloth(4, (200, 100)), None, fx=2, fy=2)
    found = registry.check(query)
    assert found.proposed_mark is None
    for match in found.matches:
        registry.decide(
            found.query.source_sha256, match.entry.id, verdict="reject", by="Bu Sri", reason="other"
        )
    proposed = registry.check(query).proposed_mark
    assert proposed is not None and len(proposed.entries) == 3 and proposed.box is not None
    left, top, width, height = proposed.box
    assert 370 < left < 500 and 170 < top < 300 and left + width < 710 and top + height < 510
    assert f"--box {left},{top},{width},{height}" in check_text(registry.check(query))
    assert registry.check(found.query).proposed_mark.box is None  # type: ignore[union-attr]


def test_a_report_says_that_an_ignored_mark_was_found(folder: Path) -> None:
    photo = read_photo(cloth(2, (250, 200)))
    with Registry.open(folder) as registry:
        report = check_report(registry.check(photo), photo, registry)
    assert "1 mark that this registry ignores was found (X-000001-3)." in report_html(report).decode()
