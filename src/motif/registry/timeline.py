"""Which came first: when the registry first saw a design, when it was announced, when it was filed.

The first is proven by the ledger; the others are as people recorded them. Of two designs one came first
only if that is certain: "2024" is neither before nor after "2024-05". Nor is a day before or after the
moment at which the registry saw something, while that may lie within the day somewhere on Earth: days were
written down where people live, moments are in UTC.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from motif.registry.answers import CheckResult, Match
from motif.registry.book import motif_of, records_of
from motif.registry.filing import Filing
from motif.registry.records import Entry, iso
from motif.registry.store import Reader
from motif.registry.values import Day

Side = Literal["entry", "query"]

_DAY_BEGINS_H: Final = -14
_DAY_ENDS_H: Final = 24 + 12
"""A day begins in Kiribati (UTC+14), and ends last at UTC-12: hours after its midnight in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of one design; None where nothing is known.

    Parameters
    ----------
    first_seen : datetime, UTC
        When it was registered, or for a photo that is only checked, when that was.
    first_announced : str, a day, month or year
        The earlier of announcement and disclosure.
    filed : str
        The earliest application or priority date of its filings.

    Examples
    --------
    >>> from datetime import UTC
    >>> seen = datetime(2026, 11, 24, tzinfo=UTC)
    >>> old, new = Dates(first_seen=seen, first_announced="2019"), Dates(first_seen=seen, filed="2024-05-17")
    >>> old.before(new), new.before(old), old.earliest()
    (True, False, ('2019', 'first_announced'))
    """

    first_seen: datetime | None = None
    first_announced: str | None = None
    filed: str | None = None

    def known(self) -> dict[str, str]:
        """Return what is known, by name: days, months or years, and for ``first_seen`` the time."""
        seen = None if self.first_seen is None else iso(self.first_seen)
        named = {"first_announced": self.first_announced, "filed": self.filed, "first_seen": seen}
        return {name: day for name, day in named.items() if day}

    def earliest(self) -> tuple[str, str] | None:
        """Return the earliest day and what happened then."""
        found = min(self.known().items(), key=lambda item: _last(item[1]), default=None)
        return None if found is None else (found[1][:10], found[0])

    def before(self, other: Dates) -> bool:
        """Tell whether this design certainly came first."""
        mine, others = self.known().values(), other.known().values()
        return bool(others) and any(all(_certainly(one, two) for two in others) for one in mine)

    def to_json(self) -> dict[str, Any]:
        """Return the dates as JSON-ready values."""
        return {
            "first_seen": None if self.first_seen is None else iso(self.first_seen),
            "first_announced": self.first_announced,
            "filed": self.filed,
        }


def dates_of(reader: Reader, entry: Entry) -> Dates:
    """Return the dates of an entry."""
    known = motif_of(reader, entry.id)
    told = [day for day in (known.first_announced_date, known.first_disclosed_date) if day]
    filings = records_of(reader, Filing, about=entry.id)
    filed = [day for one in filings for day in (one.application_date, one.priority_date) if day]
    return Dates(first_seen=entry.registered_at, first_announced=_least(told), filed=_least(filed))


def dated(reader: Reader, result: CheckResult, *, announced: str | None) -> CheckResult:
    """Add to a check's answer what came first.

    Parameters
    ----------
    reader : Reader
    result : CheckResult
    announced : str, a day, month or year, optional
        When the design that was checked was first announced, as its maker says.
    """
    own = _own_dates(reader, result, announced)
    matches = []
    for match in result.matches:
        if match.verdict == "clear":
            matches.append(match)
            continue
        dates = dates_of(reader, match.entry)
        first: Side | None = "entry" if dates.before(own) else "query" if own.before(dates) else None
        matches.append(replace(match, dates=dates, came_first=first))
    return replace(result, matches=tuple(matches), query_dates=own, earliest=_earliest_of(own, matches))


def _own_dates(reader: Reader, result: CheckResult, announced: str | None) -> Dates:
    day = None if announced is None else Day().read(announced, "announced")
    holders = reader.standing([holder.key for holder in reader.holders(result.query.source_sha256)])
    for _, number in sorted((key, holder.number) for key, holder in holders.items()):
        registered = dates_of(reader, reader.entry(number))
        told = [one for one in (day, registered.first_announced) if one]
        return replace(registered, first_announced=_least(told))
    return Dates(first_seen=result.checked_at, first_announced=day)


def _earliest_of(own: Dates, matches: Iterable[Match]) -> str | None:
    """Name the one design that certainly came before all others: an entry's id, or "query"."""
    sides = [("query", own)] + [
        (match.entry.id, match.dates)
        for match in matches
        if match.dates and match.verdict != "clear" and match.evidence.basis != "file"
    ]
    for name, dates in sides:
        if len(sides) > 1 and all(dates.before(other) for them, other in sides if them != name):
            return name
    return None


def _certainly(one: str, two: str) -> bool:
    """Tell whether a day, month, year or time lies before another, whatever they mean."""
    if _is_moment(one) == _is_moment(two):
        return _last(one) < _first(two)
    ends = one if _is_moment(one) else _moment(_end(one), _DAY_ENDS_H)
    begins = two if _is_moment(two) else _moment(date.fromisoformat(_first(two)), _DAY_BEGINS_H)
    return ends < begins


def _is_moment(day: str) -> bool:
    return len(day) > len("2024-05-17")


def _moment(day: date, hours: int) -> str:
    """Return the time some hours after midnight in UTC, or the first or last that there is."""
    try:
        return iso(datetime.combine(day, time(), UTC) + timedelta(hours=hours))
    except OverflowError:
        return iso(datetime.combine(day, time.min if hours < 0 else time.max, UTC))


def _end(day: str) -> date:
    year, month, *rest = [*map(int, day.split("-")), *([12] if len(day) == len("2024") else [])]
    return date(year, month, rest[0] if rest else monthrange(year, month)[1])


def _least(days: list[str]) -> str | None:
    return min(days, key=_last) if days else None


def _first(day: str) -> str:
    """Return the earliest moment that a day, month, year or time can mean; texts sort as times do."""
    return day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day


def _last(day: str) -> str:
    """Return the latest moment; the tilde sorts behind every hour of a day."""
    return _whole(day) + "~" if len(day) <= 10 else day


def _whole(day: str) -> str:
    return day + "-12-31"[len(day) - 4 :] if len(day) < 10 else day
