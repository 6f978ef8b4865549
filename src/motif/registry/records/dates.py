"""Days, months and moments of a design, and which certainly came first."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from motif.times import iso, parse_iso

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
        event, day = min(self.known().items(), key=lambda item: _last(item[1]), default=("", ""))
        return (day[:10], event) if day else None

    def before(self, other: Dates) -> bool:
        """Tell whether this design certainly came first."""
        own_days, other_days = self.known().values(), other.known().values()
        return bool(other_days) and any(
            all(certainly_before(own, other_day) for other_day in other_days) for own in own_days
        )

    def to_json(self) -> dict[str, Any]:
        """Return the dates as JSON-ready values."""
        return {
            "first_seen": None if self.first_seen is None else iso(self.first_seen),
            "first_announced": self.first_announced,
            "filed": self.filed,
        }

    @classmethod
    def from_json(cls, value: Any) -> Dates:
        """Read what ``to_json`` made."""
        seen = value["first_seen"]
        return cls(**{**value, "first_seen": None if seen is None else parse_iso(seen)})


def certainly_before(first: str, second: str) -> bool:
    """Tell whether a day, month, year or time lies before another, whatever moments they mean."""
    if _is_moment(first) == _is_moment(second):
        return _last(first) < _first(second)
    end = first if _is_moment(first) else _moment(_end(first), _DAY_ENDS_H)
    begin = second if _is_moment(second) else _moment(date.fromisoformat(_first(second)), _DAY_BEGINS_H)
    return end < begin


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


def earliest(days: list[str]) -> str | None:
    """Return the date that ends first.

    Parameters
    ----------
    days : list of str
        Days, months, years or times.

    Returns
    -------
    str or None
        As it was given; None if there is none.
    """
    return min(days, key=_last) if days else None


def _first(day: str) -> str:
    """Return the earliest moment that a day, month, year or time can mean; texts sort as times do."""
    return day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day


def _last(day: str) -> str:
    """Return the latest moment; the tilde sorts behind every hour of a day."""
    return _whole(day) + "~" if len(day) <= 10 else day


def _whole(day: str) -> str:
    return day + "-12-31"[len(day) - 4 :] if len(day) < 10 else day
