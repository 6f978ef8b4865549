"""Each part of a verification says what was compared, and its numbers and names are the true ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import spots

import motif
from motif.messages import use_language
from motif.profiles import CHEAPEST_1
from motif.report.audit import PartAudit, ReportAudit
from motif.report.record import Report

pytestmark = pytest.mark.slow

Parts = dict[str, tuple[bool | None, str]]
"""What -> whether it holds, and the detail."""
FIRST, SECOND = "M-000001-3", "M-000002-1"
RECORD_MADE = "made again from its record, it is the same byte for byte"
OTHER_VERSIONS = "other versions of motif or its libraries made it; made again, "


def drawn(seed: int) -> motif.Photo:
    """Draw a photo; those of two seeds never match."""
    return replace(motif.read_photo(spots(seed)), name=f"{seed}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of two entries with three photos: 1 and 2 of the first, 3 of the second."""
    path = tmp_path_factory.mktemp("audit") / "r"
    with motif.Registry.open(path, profile=CHEAPEST_1) as opened:
        opened.register(drawn(1), title="One")
        opened.add_photo(FIRST, drawn(2))
        opened.register(drawn(3), title="Three")
    return path


@pytest.fixture(scope="module")
def kept(folder: Path) -> Iterator[motif.Registry]:
    """The registry, for tests that leave it as it is."""
    with motif.Registry.open(folder, profile=CHEAPEST_1) as opened:
        yield opened


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Iterator[motif.Registry]:
    """A copy of the registry, for tests that add to it."""
    shutil.copytree(folder, tmp_path / "r")
    with motif.Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        yield opened


@pytest.fixture(scope="module")
def clear(kept: motif.Registry) -> Report:
    """The report on a design that is not registered, but announced."""
    return checked(drawn(9), kept, announced="2024-05")


@pytest.fixture(scope="module")
def found(kept: motif.Registry) -> Report:
    """The report on a file that is registered: the first photo of the first entry."""
    return checked(drawn(1), kept)


@pytest.fixture(scope="module")
def first_sheet(kept: motif.Registry) -> Report:
    """The sheet of the first entry."""
    return motif.report.entry_report(FIRST, kept)


def checked(photo: motif.Photo, registry: motif.Registry, **options: Any) -> Report:
    return motif.report.check_report(registry.check(photo, **options), photo, registry)


def parts_of(report: Report, registry: motif.Registry | None, photo: motif.Photo | None = None) -> Parts:
    page = motif.report.report_html(report, "en")
    audit = motif.report.verify_report(page, registry=registry, photo=photo)
    assert audit.sha256 == report.sha256()
    parts = {part.what: (part.holds, part.detail) for part in audit.parts}
    assert len(parts) == len(audit.parts)
    return parts


def rewritten(report: Report, change: Callable[[Any], object]) -> Report:
    """Return the report with another record, as a forger or another version would make it."""
    record = json.loads(report.to_bytes())
    change(record)
    return Report(record=record, pictures=report.pictures)


def remove_original(registry_folder: Path, sha256: str) -> None:
    (file,) = (registry_folder / "originals").rglob(sha256)
    file.unlink()


@pytest.mark.parametrize(
    ("language", "holds", "said"),
    [
        ("en", True, "holds: ledger: x"),
        ("en", False, "DOES NOT HOLD: ledger: x"),
        ("en", None, "not checked: ledger: x"),
        ("id", True, "cocok: buku catatan: x"),
        ("id", False, "TIDAK COCOK: buku catatan: x"),
        ("id", None, "tidak diperiksa: buku catatan: x"),
    ],
)
def test_a_part_says_whether_it_holds_in_both_languages(language: str, holds: bool | None, said: str) -> None:
    use_language(language)
    try:
        assert str(PartAudit("ledger", holds, "x")) == said
    finally:
        use_language(None)


@pytest.mark.parametrize(
    ("document", "other", "whole"),
    [
        ((True,), (), True),
        ((True,), (True,), True),
        ((True,), (None,), True),
        ((True,), (True, None), True),
        ((True,), (False,), False),
        ((True,), (True, False), False),
        ((True,), (None, False), False),
        ((False,), (True,), False),
        ((None,), (True,), False),
        ((None,), (), False),
        ((), (True,), False),
        ((True, True), (True,), False),
    ],
)
def test_a_report_is_whole_where_its_document_holds_and_no_part_fails(
    document: tuple[bool | None, ...], other: tuple[bool | None, ...], whole: bool
) -> None:
    parts = [PartAudit("document", holds, "d") for holds in document]
    parts += [PartAudit("answer", holds, "a") for holds in other]
    audit = ReportAudit(sha256="ab", parts=tuple(parts))
    assert audit.whole is whole
    assert audit.to_json() == {
        "whole": whole,
        "record_sha256": "ab",
        "held": [{"what": part.what, "holds": part.holds, "detail": part.detail} for part in parts],
    }


def test_every_part_of_an_untouched_report_holds_and_counts_what_there_is(
    found: Report, clear: Report, kept: motif.Registry
) -> None:
    held = {
        "document": (True, RECORD_MADE),
        "ledger": (True, f"its first {len(list(kept.ledger.events(0, 99)))} events are those of the report"),
        "registered motifs": (True, "as the report says"),
        "registered photos": (True, "the SHA-256 of all 3 match"),
        "checked photo": (True, "its SHA-256 matches"),
        "answer": (True, "made again, it is the same"),
    }
    assert clear.record["result"]["query"]["dates"]["first_announced"] == "2024-05"
    assert parts_of(clear, kept, drawn(9)) == held
    assert parts_of(found, kept) == held, "the registry holds the photo itself"


def test_the_closest_entry_alone_is_asked_for_again_and_only_its_photos_are_counted(
    kept: motif.Registry,
) -> None:
    closest = checked(drawn(9), kept, limit=1)
    ((entry_id, entry),) = entries_of(closest.record).items()
    photos = len(entry["photos"])
    assert photos == {FIRST: 2, SECOND: 1}[entry_id]
    parts = parts_of(closest, kept, drawn(9))
    assert parts["registered photos"] == (True, f"the SHA-256 of all {photos} match")
    assert parts["answer"] == (True, "made again, it is the same")


@pytest.mark.parametrize("more_events", [-1, 1])
def test_a_ledger_of_another_length_than_the_root_says_is_noticed(
    clear: Report, kept: motif.Registry, more_events: int
) -> None:
    size = kept.ledger.head().size
    forged = rewritten(clear, lambda record: record["searched"].update(events=size + more_events))
    assert parts_of(forged, kept)["ledger"] == (False, "it is not the ledger that the report names")


def test_another_root_of_the_ledger_is_noticed(clear: Report, kept: motif.Registry) -> None:
    forged = rewritten(clear, lambda record: record["searched"].update(root="0" * 64))
    assert parts_of(forged, kept)["ledger"] == (False, "it is not the ledger that the report names")


def test_another_registry_is_not_asked(clear: Report, tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "other", profile=CHEAPEST_1) as other:
        parts = parts_of(clear, other, drawn(9))
    not_given = (None, "the registry of this report was not given")
    assert parts == {"document": (True, RECORD_MADE), "ledger": not_given}
    assert parts_of(clear, None) == parts


def test_a_document_of_another_version_is_not_called_false(clear: Report) -> None:
    now = clear.record["made_with"]["motif"]
    changed = rewritten(clear, lambda record: record["made_with"].update(motif="0.0.1"))
    page = motif.report.report_html(changed, "en")
    assert motif.report.verify_report(page).parts[0].holds is True, "this version made it of that record"
    touched = motif.report.verify_report(page.replace(b"</main>", b"<p>.</p></main>")).parts[0]
    assert touched == PartAudit(
        "document", None, f"it was made with motif 0.0.1, this is {now}; use that version"
    )
    page = motif.report.report_html(clear, "en").replace(b"</main>", b"<p>.</p></main>")
    assert motif.report.verify_report(page).parts[0] == PartAudit(
        "document", False, "made again from its record, it differs: text, pictures or record were changed"
    )


def entries_of(record: Any) -> dict[str, Any]:
    return {match["entry"]["id"]: match["entry"] for match in record["result"]["matches"]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({FIRST: {"title": "Another"}}, (False, f"different in the registry: {FIRST}")),
        ({SECOND: {"note": "Another"}}, (False, f"different in the registry: {SECOND}")),
        ({FIRST: {"id": "M-000007-6"}}, (False, "different in the registry: M-000007-6")),
        ({FIRST: {"similar_to": [SECOND]}}, (False, f"different in the registry: {FIRST}")),
        ({FIRST: {"title": "X"}, SECOND: {"title": "Y"}}, (False, "different in the registry: {both}")),
        ({}, (True, "as the report says")),
    ],
)
def test_an_entry_that_the_registry_does_not_hold_so_is_named(
    clear: Report, kept: motif.Registry, values: dict[str, Any], said: tuple[bool, str]
) -> None:
    def change(record: Any) -> None:
        for entry_id, entry in entries_of(record).items():
            entry.update(values.get(entry_id, {}))

    both = ", ".join(entries_of(clear.record))
    parts = parts_of(rewritten(clear, change), kept)
    assert parts["registered motifs"] == (said[0], said[1].format(both=both))


def test_a_photo_that_only_the_report_has_is_noticed(clear: Report, kept: motif.Registry) -> None:
    def change(record: Any) -> None:
        photos = entries_of(record)[SECOND]["photos"]
        photos.append(photos[0] | {"sha256": "cd" * 32})

    parts = parts_of(rewritten(clear, change), kept)
    assert parts["registered motifs"] == (False, f"different in the registry: {SECOND}")
    assert parts["registered photos"] == (False, "missing or changed: cdcdcdcdcdcdcdcd")


def test_what_may_be_added_later_is_told_and_no_difference(clear: Report, own: motif.Registry) -> None:
    own.withdraw(SECOND, reason="twice")
    own.add_photo(FIRST, drawn(20))
    parts = parts_of(clear, own)
    (first, then) = entries_of(clear.record)
    assert parts["registered motifs"] == (True, f"as the report says; changed since: {first}, {then}")
    assert parts["registered photos"] == (True, "the SHA-256 of all 3 match")


def test_originals_that_are_missing_are_named(
    found: Report, first_sheet: Report, own: motif.Registry, tmp_path: Path
) -> None:
    lost = [drawn(seed).sha256 for seed in (2, 1)]
    remove_original(tmp_path / "r", lost[0])
    assert parts_of(first_sheet, own)["registered photos"] == (False, f"missing or changed: {lost[0][:16]}")
    remove_original(tmp_path / "r", lost[1])
    named = f"missing or changed: {lost[1][:16]}, {lost[0][:16]}"
    for report in (found, first_sheet):
        assert parts_of(report, own)["registered photos"] == (False, named)
    parts = parts_of(found, own, drawn(1))
    assert parts["registered photos"] == (False, named)
    assert parts["checked photo"] == (True, "its SHA-256 matches")
    assert parts["answer"][0] is None


def test_a_photo_that_was_registered_since_is_asked_about_again_without_being_given(
    clear: Report, own: motif.Registry
) -> None:
    parts = parts_of(clear, own)
    not_given = "9.png was not given; then the answer is not computed again"
    assert parts["checked photo"] == (None, not_given)
    assert "answer" not in parts
    own.register(drawn(9), title="Nine")
    parts = parts_of(clear, own)
    assert parts["checked photo"] == (True, "its SHA-256 matches")
    changed = "the registry has changed since; checked again, the answer is different"
    assert parts["answer"] == (None, changed), "the photo itself is an indication now"


def test_another_photo_than_the_checked_one_is_told_and_not_asked_about(
    clear: Report, kept: motif.Registry
) -> None:
    parts = parts_of(clear, kept, drawn(3))
    assert parts["checked photo"] == (False, "its SHA-256 is different")
    assert "answer" not in parts


def test_in_a_registry_that_has_grown_the_answer_is_the_same_and_the_events_of_the_report_are_counted(
    clear: Report, found: Report, own: motif.Registry
) -> None:
    reported = own.ledger.head().size
    own.register(drawn(20), title="Later")
    assert own.ledger.head().size > reported
    events = (True, f"its first {reported} events are those of the report")
    answer = (True, "checked again in the registry as it is now, it is the same")
    for parts in (parts_of(clear, own, drawn(9)), parts_of(found, own)):
        assert (parts["ledger"], parts["answer"]) == (events, answer)


def test_an_answer_of_an_empty_registry_is_asked_again(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "empty", profile=CHEAPEST_1) as empty:
        report = checked(drawn(9), empty)
        assert report.record["result"]["matches"] == []
        parts = parts_of(report, empty, drawn(9))
    assert parts["answer"] == (True, "made again, it is the same")
    assert parts["registered photos"] == (True, "the SHA-256 of all 0 match")


@pytest.mark.parametrize(
    ("verdicts", "score", "other_version", "said"),
    [
        ({}, None, True, (True, "made again, it is the same")),
        ({}, 0.01, False, (False, "made again, it differs")),
        ({}, 0.01, True, (True, f"{OTHER_VERSIONS}the indications are the same")),
        ({FIRST: "review"}, None, False, (False, "made again, it differs")),
        ({FIRST: "review"}, None, True, (False, f"{OTHER_VERSIONS}the indications differ")),
        ({SECOND: "conflict"}, None, True, (False, f"{OTHER_VERSIONS}the indications differ")),
    ],
)
def test_another_version_may_score_otherwise_but_indicates_the_same(
    clear: Report,
    kept: motif.Registry,
    verdicts: dict[str, str],
    score: float | None,
    other_version: bool,
    said: tuple[bool, str],
) -> None:
    def change(record: Any) -> None:
        record["made_with"]["scoring"] += other_version
        for match in record["result"]["matches"]:
            match["verdict"] = verdicts.get(match["entry"]["id"], match["verdict"])
            match["evidence"]["score"] = score or match["evidence"]["score"]

    assert parts_of(rewritten(clear, change), kept, drawn(9))["answer"] == said


def test_an_indication_that_another_version_gives_less_weight_is_another_answer(
    found: Report, own: motif.Registry
) -> None:
    def weighed(verdict: str) -> Report:
        def change(record: Any) -> None:
            record["made_with"]["scoring"] += 1
            record["result"]["matches"][0]["verdict"] = verdict

        return rewritten(found, change)

    assert parts_of(weighed("clear"), own)["answer"] == (False, f"{OTHER_VERSIONS}the indications differ")
    own.register(drawn(20), title="Later")
    changed = "the registry has changed since; checked again, the answer is different"
    for verdict in ("review", "clear"):
        assert parts_of(weighed(verdict), own)["answer"] == (None, changed)


def test_a_sheet_is_made_again_while_the_registry_is_as_it_was(
    first_sheet: Report, own: motif.Registry
) -> None:
    def another_draft(record: Any) -> None:
        record["described"]["draft"]["en"] = ["x"]

    def of_another_version(record: Any) -> None:
        another_draft(record)
        record["made_with"]["scoring"] += 1

    forged, other = rewritten(first_sheet, another_draft), rewritten(first_sheet, of_another_version)
    assert parts_of(first_sheet, own)["motif sheet"] == (True, "made again, it is the same")
    assert parts_of(forged, own)["motif sheet"] == (False, "made again, it differs")
    assert parts_of(other, own)["motif sheet"] == (None, f"{OTHER_VERSIONS}it differs")
    own.register(drawn(20), title="Later")
    parts = parts_of(first_sheet, own)
    assert parts["motif sheet"] == (None, "the registry has changed since; it is not made again")
    assert "checked photo" not in parts and "answer" not in parts


def test_a_decision_is_made_again_while_the_registry_is_as_it_was(own: motif.Registry) -> None:
    photo = drawn(9)
    decision = own.decide(photo.sha256, FIRST, verdict="reject", by="Bu Sri", reason="lain")
    report = motif.report.decision_report(str(decision.id), own, photo=photo)
    assert parts_of(report, own, photo)["answer"] == (True, "made again, it is the same")
    forged = rewritten(report, lambda record: record["decision"].update(id="B-000002-1"))
    assert parts_of(forged, own, photo)["answer"] == (False, "there is no record 'B-000002-1'")
    own.register(drawn(20), title="Later")
    parts = parts_of(report, own, photo)
    assert parts["checked photo"] == (True, "its SHA-256 matches")
    assert parts["answer"] == (None, "the registry has changed since; it is not made again")
