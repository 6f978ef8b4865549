"""Dates of designs: which is known, which is the earliest, and which certainly came first."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motif.registry.records.dates import Dates, certainly_before, earliest
from motif.times import iso, parse_iso

SEEN = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

days = st.dates(date(1000, 1, 1), date(9998, 12, 31)).map(date.isoformat)
months = days.map(lambda day: day[:7])
years = days.map(lambda day: day[:4])
calendar_days = st.one_of(days, months, years)
moments = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30)).map(
    lambda at: iso(at.replace(tzinfo=UTC))
)


def span(day: str) -> tuple[datetime, datetime]:
    """Return the first moment that a text can mean somewhere on Earth, and the one after the last."""
    if len(day) > 10:
        return parse_iso(day), parse_iso(day)
    first, last = calendar_span(day)
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=14)
    ends = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(hours=36)
    return begins, ends


def calendar_span(day: str) -> tuple[date, date]:
    year, month, number = [*map(int, day.split("-")), 0, 0][:3]
    last_month = month or 12
    return date(year, month or 1, number or 1), date(
        year, last_month, number or monthrange(year, last_month)[1]
    )


@pytest.mark.parametrize(
    ("first", "second", "is_before"),
    [
        ("2023", "2024", True),
        ("2024", "2024", False),
        ("2024", "2023", False),
        ("2024", "2024-12", False),
        ("2024", "2024-12-31", False),
        ("2024", "2025-01", True),
        ("2024", "2025-01-01", True),
        ("2024-05", "2024", False),
        ("2024-12-31", "2025", True),
        ("2024-01-01", "2024", False),
        ("2024-04", "2024-05", True),
        ("2024-05", "2024-05", False),
        ("2024-05", "2024-05-31", False),
        ("2024-05", "2024-06-01", True),
        ("2024-05-01", "2024-05", False),
        ("2024-04-30", "2024-05", True),
        ("2024-05-16", "2024-05-17", True),
        ("2024-05-17", "2024-05-17", False),
        ("2024-05-18", "2024-05-17", False),
        ("2024-05-17T08:00:00Z", "2024-05-17T08:00:01Z", True),
        ("2024-05-17T08:00:00Z", "2024-05-17T08:00:00Z", False),
        ("2024-05-17T08:00:01Z", "2024-05-17T08:00:00Z", False),
        ("2024-05-16T09:59:59Z", "2024-05-17", True),  # it begins in Kiribati at 10 o'clock UTC
        ("2024-05-16T10:00:00Z", "2024-05-17", False),
        ("2024-05-17T00:00:00Z", "2024-05-17", False),
        ("2024-04-30T09:59:59Z", "2024-05", True),
        ("2024-04-30T10:00:00Z", "2024-05", False),
        ("2023-12-31T09:59:59Z", "2024", True),
        ("2023-12-31T10:00:00Z", "2024", False),
        ("2024-05-17", "2024-05-18T12:00:00Z", False),  # it ends at UTC-12 at noon
        ("2024-05-17", "2024-05-18T12:00:01Z", True),
        ("2024-02", "2024-03-01T12:00:00Z", False),
        ("2024-02", "2024-03-01T12:00:01Z", True),
        ("2023-02", "2023-03-01T12:00:01Z", True),
        ("2024", "2025-01-01T12:00:00Z", False),
        ("2024", "2025-01-01T12:00:01Z", True),
        ("0001-01-01", "0001-01-02T12:00:01Z", True),
        ("0001-01-01T00:00:00Z", "0001-01-01", False),
        ("9999-12-30", "9999-12-31T12:00:01Z", True),
        ("9999-12-31", "9999-12-31T23:59:59Z", False),
        ("9999", "9999-12-31T23:59:59Z", False),
    ],
)
def test_one_lies_before_another_only_if_its_last_moment_does(
    first: str, second: str, is_before: bool
) -> None:
    first, second = (iso(parse_iso(text)) if "T" in text else text for text in (first, second))
    assert certainly_before(first, second) is is_before


@given(st.one_of(calendar_days, moments), st.one_of(calendar_days, moments))
def test_before_is_said_of_the_moments_that_texts_can_mean(first: str, second: str) -> None:
    if len(first) > 10 or len(second) > 10:
        expected = span(first)[1] < span(second)[0]
    else:  # people who write days mean the same time zone
        expected = calendar_span(first)[1] < calendar_span(second)[0]
    assert certainly_before(first, second) is expected
    assert not (certainly_before(first, second) and certainly_before(second, first))
    assert not certainly_before(first, first)


@given(st.lists(calendar_days, min_size=1, max_size=6))
def test_the_earliest_is_the_one_that_ends_first_as_it_was_written(written: list[str]) -> None:
    found = earliest(written)
    assert found in written
    assert calendar_span(str(found))[1] == min(calendar_span(day)[1] for day in written)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ([], None),
        (["2024"], "2024"),
        (["2024", "2023"], "2023"),
        (["2024", "2024-05"], "2024-05"),
        (["2024-05", "2024-05-31"], "2024-05"),  # end at once: as they were given
        (["2024-05-31", "2024-05"], "2024-05-31"),
        (["2024-12-30", "2024"], "2024-12-30"),
        (["2024-05-17", "2024-05-17T08:00:00Z"], "2024-05-17T08:00:00Z"),
        (["2024-05-17T23:59:59Z", "2024-05-17"], "2024-05-17T23:59:59Z"),
        (["2024-05-18T00:00:00Z", "2024-05-17"], "2024-05-17"),
    ],
)
def test_the_earliest_of_some_days(written: list[str], first: str | None) -> None:
    assert earliest(written) == first


@pytest.mark.parametrize(
    ("dates", "known", "first"),
    [
        (Dates(), {}, None),
        (Dates(first_seen=SEEN), {"first_seen": iso(SEEN)}, ("2026-11-24", "first_seen")),
        (Dates(first_announced="2019"), {"first_announced": "2019"}, ("2019", "first_announced")),
        (Dates(filed="2024-05-17"), {"filed": "2024-05-17"}, ("2024-05-17", "filed")),
        (
            Dates(first_seen=SEEN, first_announced="2026", filed="2026-12"),
            {"first_announced": "2026", "filed": "2026-12", "first_seen": iso(SEEN)},
            ("2026-11-24", "first_seen"),
        ),
        (
            Dates(first_seen=SEEN, first_announced="2026-11-24", filed="2026-11"),
            {"first_announced": "2026-11-24", "filed": "2026-11", "first_seen": iso(SEEN)},
            ("2026-11-24", "first_seen"),
        ),
        (
            Dates(first_seen=SEEN, first_announced="2025", filed="2024"),
            {"first_announced": "2025", "filed": "2024", "first_seen": iso(SEEN)},
            ("2024", "filed"),
        ),
        (
            Dates(first_announced="2024", filed="2024-12-31"),
            {"first_announced": "2024", "filed": "2024-12-31"},
            ("2024", "first_announced"),
        ),
    ],
)
def test_what_is_known_and_the_earliest_of_it(
    dates: Dates, known: dict[str, str], first: tuple[str, str] | None
) -> None:
    assert (dates.known(), dates.earliest()) == (known, first)
    assert dates.to_json() == {"first_seen": None, "first_announced": None, "filed": None} | known


@pytest.mark.parametrize(
    ("own", "other", "is_before"),
    [
        (Dates(), Dates(), False),
        (Dates(), Dates(filed="2024"), False),
        (Dates(filed="2024"), Dates(), False),
        (Dates(filed="2023"), Dates(filed="2024"), True),
        (Dates(filed="2024"), Dates(filed="2024"), False),
        # One of its own dates is enough, whichever that is, ...
        (Dates(first_announced="2019", filed="2025"), Dates(filed="2024"), True),
        (Dates(first_announced="2025", filed="2019"), Dates(filed="2024"), True),
        # ... but it must lie before every date of the other.
        (Dates(filed="2022"), Dates(first_announced="2021", filed="2024"), False),
        (Dates(filed="2022"), Dates(first_announced="2024", filed="2021"), False),
        (Dates(filed="2020"), Dates(first_announced="2021", filed="2024"), True),
        (Dates(first_announced="2023", filed="2020"), Dates(first_announced="2022", filed="2021"), True),
        (Dates(first_seen=SEEN), Dates(first_seen=SEEN + timedelta(seconds=1)), True),
        (Dates(first_seen=SEEN), Dates(first_seen=SEEN), False),
        (Dates(first_seen=SEEN, filed="2020"), Dates(first_seen=SEEN), True),
    ],
)
def test_a_design_came_first_if_one_of_its_dates_lies_before_all_of_the_others(
    own: Dates, other: Dates, is_before: bool
) -> None:
    assert own.before(other) is is_before
    if is_before:
        assert not other.before(own)
