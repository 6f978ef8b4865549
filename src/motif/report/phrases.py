"""Numbers and dates as readers of one language expect them, for documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from motif.messages import N_, _
from motif.times import parse_iso

_MONTHS: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def number(value: float, digits: int, language: str) -> str:
    """Write a number with its decimal sign.

    Examples
    --------
    >>> number(0.5, 2, "en"), number(0.5, 2, "id")
    ('0.50', '0,50')
    """
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language == "id" else text


def percent(share: float, language: str) -> str:
    """Write a share as whole percents.

    Examples
    --------
    >>> percent(0.123, "en")
    '12 %'
    """
    return f"{number(100 * share, 0, language)} %"


def day(at: datetime, language: str) -> str:
    """Write a date in words.

    Examples
    --------
    >>> day(datetime(2026, 5, 2, tzinfo=UTC), "id")
    '2 Mei 2026'
    """
    at = at.astimezone(UTC)
    return f"{at.day} {_(_MONTHS[at.month - 1], language)} {at.year}"


def date(iso: str, language: str) -> str:
    """Write a day, month or year in words, as precisely as it is known.

    Examples
    --------
    >>> date("2026", "en"), date("2026-05", "id"), date("2026-05-02", "id")
    ('2026', 'Mei 2026', '2 Mei 2026')
    """
    year, *month_and_day = iso.split("-")
    words = [_(_MONTHS[int(month_and_day[0]) - 1], language)] if month_and_day else []
    words = [str(int(digits)) for digits in month_and_day[1:]] + words
    return " ".join([*words, year])


def moment(at: datetime | str, language: str) -> str:
    """Write a date with its time.

    Examples
    --------
    >>> moment("2026-11-24T08:00:00.000000Z", "en")
    '24 November 2026, 08:00 UTC'
    """
    at = parse_iso(at) if isinstance(at, str) else at.astimezone(UTC)
    return f"{day(at, language)}, {at:%H:%M} UTC"
