"""Which came first: when the registry first saw a design, when it was announced, when it was filed.

The first is proven by the ledger; the others are as people recorded them. Of two designs one came first
only if that is certain: "2024" is neither before nor after "2024-05". Nor is a day before or after the
moment at which the registry saw something, while that may lie within the day somewhere on Earth: days were
written down where people live, moments are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from motif.registry.catalogue import motif_of, records_of
from motif.registry.records.dates import Dates, Side, earliest
from motif.registry.records.entry import Entry
from motif.registry.records.fields import Day
from motif.registry.records.filing import Filing
from motif.registry.results import CheckResult, Match
from motif.registry.store import Reader


def dates_of(reader: Reader, entry: Entry) -> Dates:
    """Return the dates of an entry."""
    known = motif_of(reader, entry.id)
    days = [day for day in (known.first_announced_date, known.first_disclosed_date) if day]
    filings = records_of(reader, Filing, about=entry.id)
    filed = [day for one in filings for day in (one.application_date, one.priority_date) if day]
    return Dates(first_seen=entry.registered_at, first_announced=earliest(days), filed=earliest(filed))


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
    references = reader.active(
        [reference.key for reference in reader.photo_references(result.query.source_sha256)]
    )
    for _, number in sorted((key, reference.number) for key, reference in references.items()):
        registered = dates_of(reader, reader.entry(number))
        days = [one for one in (day, registered.first_announced) if one]
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
        if len(sides) > 1 and all(dates.before(other) for them, other in sides if them != name):
            return name
    return None
