"""A verdict is what the score and a person's decision say; a check's is the gravest of its matches'."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from tests.pictures import spots
from tests.records import entry_photo

import motif
from motif.errors import ParameterError
from motif.matching.evidence import Evidence
from motif.matching.score import Verdict
from motif.profiles import CHEAPEST_1
from motif.registry.decisions import gravest
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry
from motif.registry.registry import Registry
from motif.registry.results import CheckResult, Match

AT = datetime(2026, 11, 24, tzinfo=UTC)
PHOTO = entry_photo(sha256="0" * 64, added_at=AT)
ENTRY = Entry(id="M-000042-7", title="Turi", photos=(PHOTO,), registered_at=AT)
VERDICTS: tuple[Verdict, ...] = ("clear", "review", "conflict")


def match(verdict: Verdict, decided: str = "") -> Match:
    evidence = Evidence(score=0.5, verdict=verdict, basis="keypoints")
    decision = Decision(
        a=ENTRY.id,
        b="1" * 64,
        human_verdict=decided or "confirm",
        reason="looked",
        examiner="Bu Sri",
        decided_at=AT,
    )
    return Match(entry=ENTRY, photo=PHOTO, evidence=evidence, decision=decision if decided else None)


@pytest.mark.parametrize(
    ("decided", "clear", "review", "conflict"),
    [
        ("", "clear", "review", "conflict"),
        ("confirm", "clear", "conflict", "conflict"),
        ("reject", "clear", "review", "review"),
        ("classic", "clear", "review", "review"),
    ],
)
def test_a_decision_raises_or_lowers_a_verdict_by_one_step_and_never_makes_it_clear(
    decided: str, clear: str, review: str, conflict: str
) -> None:
    assert [match(verdict, decided).verdict for verdict in VERDICTS] == [clear, review, conflict]


def test_the_gravest_of_no_matches_is_clear() -> None:
    assert gravest(()) == "clear"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("clear", "clear"),
        ("review", "review"),
        ("conflict", "conflict"),
        ("clear clear", "clear"),
        ("clear review", "review"),
        ("clear conflict", "conflict"),
        ("review review", "review"),
        ("review conflict", "conflict"),
        ("conflict conflict", "conflict"),
        ("clear clear clear", "clear"),
        ("clear clear review", "review"),
        ("clear clear conflict", "conflict"),
        ("clear review review", "review"),
        ("clear review conflict", "conflict"),
        ("clear conflict conflict", "conflict"),
        ("review review review", "review"),
        ("review review conflict", "conflict"),
        ("review conflict conflict", "conflict"),
        ("conflict conflict conflict", "conflict"),
    ],
)
def test_the_gravest_of_up_to_three_verdicts_in_any_order(verdicts: str, expected: str) -> None:
    wanted = sorted(verdicts.split())
    orders = [row for row in product(VERDICTS, repeat=len(wanted)) if sorted(row) == wanted]
    assert [gravest(match(one) for one in row) for row in orders] == [expected] * len(orders)


def test_the_gravest_counts_what_a_person_decided() -> None:
    assert gravest([match("clear"), match("conflict", "reject")]) == "review"
    assert gravest([match("clear"), match("review", "confirm")]) == "conflict"
    assert gravest([match("conflict", "classic"), match("conflict")]) == "conflict"


@pytest.mark.slow
def test_one_conflict_among_clear_matches_makes_a_check_a_conflict(small_registry: Path) -> None:
    with Registry.open(small_registry, profile=CHEAPEST_1) as registry:
        found = registry.check(spots(4))
        assert sorted(one.verdict for one in found.matches) == ["clear", "clear", "conflict"]
        assert found.verdict == found.to_json()["verdict"] == "conflict"
        assert [one["verdict"] for one in found.to_json()["matches"]] == [m.verdict for m in found.matches]
        registry.decide("M-000004-5", verdict="classic", by="Bu Sri", reason="everybody draws it")
        lowered = registry.check(spots(4))
        assert sorted(one.verdict for one in lowered.matches) == ["clear", "clear", "review"]
        assert lowered.verdict == "review"
        other = registry.check(spots(9))
        assert {one.verdict for one in other.matches} == {"clear"}
        assert other.verdict == "clear"


def test_an_answer_is_read_back_as_it_was_told(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "registry", profile=CHEAPEST_1) as registry:
        first = registry.register(spots(1), title="Kembang Turi")
        registry.decide(first.id, verdict="classic", by="Bu Sri", reason="milik umum")
        result = registry.check(spots(1), announced="2024-05")
        value = json.loads(json.dumps(result.to_json()))
        again = CheckResult.from_json(value, result.query)
        assert again.to_json() == value
        assert again.matches[0].decision is not None
        with pytest.raises(ParameterError):
            CheckResult.from_json(value, motif.fingerprint(spots(2), CHEAPEST_1))
