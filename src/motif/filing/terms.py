"""What is due: answers to notices, ends of protection, looking at the cloth that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from motif.errors import AccessDeniedError, EntryNotFoundError
from motif.filing.dossier import Words
from motif.filing.facts import words
from motif.messages import N_
from motif.registry.records.filing import Filing
from motif.registry.records.works import Specimen
from motif.registry.registry import Registry

WARN_DAYS: Final = 30
"""Days before something is due from which on it is an alert."""

RECHECK_DAYS: Final = 365
"""Days after which a cloth under seal is photographed and checked again."""

_PROTECTED_YEARS: Final = {"design": 10}
_GRANTED: Final = ("dicatat", "terdaftar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that is due of a filing.

    Parameters
    ----------
    filing, entry : str
        Ids.
    what : Words
    due : str
        A day, month or year.
    days : int
        Until then; negative if it is overdue.
    """

    filing: str
    entry: str
    what: Words
    due: str
    days: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        what = {"id": self.what.id, "en": self.what.en}
        return {"filing": self.filing, "entry": self.entry, "what": what, "due": self.due, "days": self.days}


def due_of(registry: Registry, filing: Filing, *, at: datetime | None = None) -> tuple[Due, ...]:
    """Return everything that is due of a filing, soonest first.

    Parameters
    ----------
    registry : Registry
    filing : Filing
    at : datetime, optional
        From when days are counted; by default now.

    Returns
    -------
    tuple of Due
    """
    today = (at or datetime.now(UTC)).date()
    pairs = [
        *(
            (words(N_("Answer to a notice")), notice.due)
            for notice in filing.notices or ()
            if not notice.answered
        ),
        *(
            (Words(id=each.what or "?", en=each.what or "?"), each.due)
            for each in filing.deadlines or ()
            if not each.done
        ),
        *_protection(filing),
        *_cloth(registry, filing),
    ]
    entry = (filing.entries or ("",))[0]
    found = (
        Due(filing=str(filing.id), entry=entry, what=what, due=due, days=days_until(due, today))
        for what, due in pairs
        if due
    )
    return tuple(sorted(found, key=lambda each: (each.days, each.due)))


def alerts_of_terms(registry: Registry, *, at: datetime | None = None) -> tuple[Due, ...]:
    """Return what is due soon, or overdue, of all filings that the actor may see.

    Parameters
    ----------
    registry : Registry
    at : datetime, optional
        By default now.

    Returns
    -------
    tuple of Due
        Soonest first.
    """
    found = [
        due
        for filing in registry.records.list(Filing)
        for due in due_of(registry, filing, at=at)
        if due.days <= WARN_DAYS
    ]
    return tuple(sorted(found, key=lambda each: (each.days, each.filing)))


def days_until(due: str, today: date) -> int:
    """Return in how many days something is due; negative if it is overdue.

    Parameters
    ----------
    due : str
        A day; of a month or a year its last day counts.
    today : date

    Returns
    -------
    int

    Examples
    --------
    >>> days_until("2026-12-01", date(2026, 11, 30)), days_until("2026-11", date(2026, 11, 30))
    (1, 0)
    >>> days_until("2026", date(2026, 12, 30))
    1
    """
    numbers = [int(part) for part in due.split("-")]
    if len(numbers) == 3:
        return (date(*numbers) - today).days
    year, month = [*numbers, 12][:2]
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - today).days - 1


def _protection(filing: Filing) -> list[tuple[Words, str | None]]:
    years, filed = _PROTECTED_YEARS.get(str(filing.route)), filing.application_date
    if years is None or not filed or filing.status not in _GRANTED:
        return []
    return [(words(N_("End of protection")), f"{int(filed[:4]) + years}{filed[4:]}")]


def _cloth(registry: Registry, filing: Filing) -> list[tuple[Words, str | None]]:
    """Return when each kept cloth of a granted filing is to be looked at again."""
    if filing.status not in _GRANTED or not filing.entries:
        return []
    try:
        cloths = registry.records.list(Specimen, about=filing.entries[0])
    except (AccessDeniedError, EntryNotFoundError):
        return []
    last = [cloth.last_check or filing.registration_date for cloth in cloths if cloth.storage or cloth.seal]
    return [(words(N_("Check of the cloth under seal")), _a_year_after(day)) for day in last if day]


def _a_year_after(day: str) -> str:
    """Return the day, month or year that is ``RECHECK_DAYS`` after another."""
    numbers = [int(part) for part in day.split("-")]
    year, month, of_month = [*numbers, 1, 1][:3]
    return f"{date.fromordinal(date(year, month, of_month).toordinal() + RECHECK_DAYS)}"
