"""Which of many decisions counts for a query and an entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from motif.profiles import CHEAPEST_1
from motif.registry.decisions import decision_on
from motif.registry.records.decision import Decision
from motif.registry.registry import Registry

OWN, OTHER_QUERY = "1" * 64, "2" * 64
ENTRY, OTHER_ENTRY = "M-000001-3", "M-000004-5"
AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def registry(small_registry: Path) -> Iterator[Registry]:
    with Registry.open(small_registry, profile=CHEAPEST_1, by="Bu Sri") as opened:
        yield opened


def put(registry: Registry, verdict: str | None, *sides: str, at_h: int = 0) -> str:
    a, b = [*sides, None][:2]
    decided = Decision(
        a=a, b=b, human_verdict=verdict, reason="r", examiner="Sri", decided_at=AT + timedelta(hours=at_h)
    )
    return str(registry.records.put(decided).id)


def counting(registry: Registry, own: set[str], entry_id: str = ENTRY) -> str | None:
    with registry._store.reading() as reader:
        decision = decision_on(reader, own, reader.entry(int(entry_id[2:8])))
        return None if decision is None else decision.id


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["confirm", "reject"])
def test_a_pair_is_decided_whichever_side_was_named_first_and_by_photo_or_id(
    registry: Registry, verdict: str
) -> None:
    photo, second_photo = (photo.sha256 for photo in registry.get(ENTRY).photos)
    at_h = 0
    for own in (OWN, OTHER_ENTRY):
        for theirs in (ENTRY, photo, second_photo):
            for sides in ((own, theirs), (theirs, own)):
                at_h += 1
                made = put(registry, verdict, *sides, at_h=at_h)
                assert counting(registry, {OWN, OTHER_ENTRY}) == made
                assert counting(registry, {OTHER_QUERY}) is None, "another query was not decided about"
    assert counting(registry, {OWN}, OTHER_ENTRY) is None, "nor was another entry"


@pytest.mark.slow
@pytest.mark.parametrize(
    "sides",
    [
        (OTHER_QUERY, ENTRY),
        (ENTRY, OTHER_QUERY),
        (OWN, OTHER_ENTRY),
        (OTHER_ENTRY, OWN),
        (ENTRY, OTHER_ENTRY),
    ],
)
def test_a_pair_of_others_is_no_decision_about_this_one(registry: Registry, sides: tuple[str, str]) -> None:
    put(registry, "reject", *sides)
    assert counting(registry, {OWN}) is None


@pytest.mark.slow
def test_a_comparison_without_a_verdict_decides_nothing(registry: Registry) -> None:
    put(registry, None, OWN, ENTRY)
    assert counting(registry, {OWN}) is None
    made = put(registry, "reject", OWN, ENTRY)
    put(registry, None, OWN, ENTRY, at_h=1)
    assert counting(registry, {OWN}) == made


@pytest.mark.slow
def test_the_newest_counts_in_whichever_order_they_came_in(registry: Registry) -> None:
    for number, hours in enumerate(permutations(range(3))):
        ids = {at_h: put(registry, "reject", OWN, ENTRY, at_h=at_h + 10 * number) for at_h in hours}
        assert counting(registry, {OWN}) == ids[2]


@pytest.mark.slow
def test_of_two_at_one_time_the_later_record_counts(registry: Registry) -> None:
    put(registry, "reject", OWN, ENTRY)
    later = put(registry, "confirm", OWN, ENTRY)
    assert counting(registry, {OWN}) == later


@pytest.mark.slow
def test_that_an_entry_is_classic_counts_before_any_pair_until_it_is_taken_back(registry: Registry) -> None:
    classic = put(registry, "classic", ENTRY)
    assert counting(registry, {OWN}) == classic
    pair = put(registry, "confirm", OWN, ENTRY, at_h=1)
    assert counting(registry, {OWN}) == counting(registry, {OTHER_QUERY}) == classic
    assert counting(registry, {OWN}, OTHER_ENTRY) is None
    put(registry, "reject", ENTRY, at_h=2)
    assert counting(registry, {OWN}) == pair
    assert counting(registry, {OTHER_QUERY}) is None
    again = put(registry, "classic", ENTRY, OTHER_QUERY, at_h=3)
    assert counting(registry, {OWN}) == again, "classic is said of the entry, whatever it was compared with"
