"""Which design came first, by the dates when the registry first saw it, and it was announced and filed.

The first date is proven by the ledger; the others are as people recorded them. One of two designs came first
only if that is certain: "2024" is neither before nor after "2024-05". Nor is a day before or after a moment
in UTC that may lie within that day somewhere on Earth, because people record days in their own time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from motif.registry.catalogue import motif_of, records_of
from motif.registry.records.dates import Dates, Side, earliest
from motif.registry.records.entry import Entry
from motif.registry.records.fields import PastDay
from motif.registry.records.filing import Filing
from motif.registry.results import CheckResult, Match
from motif.registry.store import Reader


def dates_of(reader: Reader, entry: Entry) -> Dates:
    """Return the dates of an entry."""
    known = motif_of(reader, entry.id)
    days = [day for day in (known.first_announced_date, known.first_disclosed_date) if day]
    filings = records_of(reader, Filing, about=entry.id)
    filed = [day for filing in filings for day in (filing.application_date, filing.priority_date) if day]
    return Dates(first_seen=entry.registered_at, first_announced=earliest(days), filed=earliest(filed))


def dated(reader: Reader, result: CheckResult, *, announced: str | None) -> CheckResult:
    """Add the dates, and which design came first, to a check's answer.

    Parameters
    ----------
    reader : Reader
    result : CheckResult
    announced : str, a day, month or year, optional
        When its maker says that the checked design was first announced.
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
    day = None if announced is None else PastDay().parse(announced, "announced")
    references = reader.photo_references(result.query.source_sha256)
    active = reader.active([reference.key for reference in references])
    if active:
        registered = dates_of(reader, reader.entry(active[min(active)].number))
        days = [date for date in (day, registered.first_announced) if date]
        return replace(registered, first_announced=earliest(days))
    return Dates(first_seen=result.checked_at, first_announced=day)


def _earliest_of(own: Dates, matches: Iterable[Match]) -> str | None:
    """Name the one design that certainly came before all others: an entry's id, or "query"."""
    sides = [("query", own)] + [
        (match.entry.id, match.dates)
        for match in matches
        if match.dates and match.verdict != "clear" and match.evidence.basis != "file"
    ]
    for name, dates in sides:
        if len(sides) > 1 and all(dates.before(others) for side, others in sides if side != name):
            return name
    return None
