"""A day to come cannot be the first, and an improbable one is asked about before it stays in the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.errors import ParameterError
from motif.profiles import CHEAPEST_1
from motif.registry.records.fields import PastDay
from motif.registry.records.filing import Filing
from motif.registry.records.works import Motif
from motif.registry.registry import Registry

FIELDS = [
    (Motif, "first_announced_date"),
    (Motif, "first_disclosed_date"),
    (Motif, "created_date"),
    (Filing, "application_date"),
    (Filing, "registration_date"),
    (Filing, "priority_date"),
]


def days_from_now(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=[name for _, name in FIELDS])
@pytest.mark.parametrize("typed", ["2204", "2204-05", "9999-12-31", days_from_now(2)])
def test_a_day_to_come_is_refused(kind: type[Motif | Filing], name: str, typed: str) -> None:
    for spelled in (typed, typed + "!"):
        with pytest.raises(ParameterError, match="has not come yet"):
            kind.parse({name: spelled})


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=[name for _, name in FIELDS])
@pytest.mark.parametrize("typed", ["0204", "0204-05-17", "1024", "1799-12-31"])
def test_an_improbable_day_is_asked_about(kind: type[Motif | Filing], name: str, typed: str) -> None:
    with pytest.raises(ParameterError, match="before 1800") as caught:
        kind.parse({name: typed})
    assert f"{typed}!" in caught.value.hint
    assert kind.parse({name: typed + "!"}) == {name: typed}


@pytest.mark.parametrize("typed", ["1800", "1945-08-17", "2024-05", days_from_now(0), days_from_now(0)[:4]])
def test_a_day_that_has_been_is_taken(typed: str) -> None:
    assert PastDay().parse(typed, "since") == typed


@pytest.mark.parametrize("day", ["0204", "1799-12-31", "1800", "2024-05"])
def test_what_is_written_of_a_day_is_read_as_it(day: str) -> None:
    assert PastDay().parse(PastDay().spell(day), "since") == day


def test_a_deadline_may_be_to_come() -> None:
    assert Filing.parse({"publication_until": "2204-05-17"}) == {"publication_until": "2204-05-17"}


def test_a_program_cannot_keep_or_ask_with_a_day_to_come(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        entry = registry.register(spots(1), title="Turi")
        events = len(registry.ledger)
        with pytest.raises(ParameterError, match="has not come yet"):
            registry.records.put(Motif(id=entry.id, first_announced_date="2204"))
        with pytest.raises(ParameterError, match="has not come yet"):
            registry.records.put(Filing(priority_date="2204-01"))
        assert len(registry.ledger) == events
        for typed, message in (("2204", "has not come yet"), ("0204", "before 1800")):
            with pytest.raises(ParameterError, match=message):
                registry.check(spots(1), announced=typed)
