"""Numbers and dates as readers of the language in use expect them, for documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from motif.messages import N_, _, current_language
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


def number(value: float, digits: int) -> str:
    """Write a number with its decimal sign.

    Examples
    --------
    >>> from motif.messages import use_language
    >>> use_language("id")
    >>> number(0.5, 2)
    '0,50'
    >>> use_language(None)
    """
    return f"{value:.{digits}f}".replace(".", "," if current_language() == "id" else ".")


def percent(share: float) -> str:
    """Write a share as whole percents.

    Parameters
    ----------
    share : float, range 0..1

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.123)
    '12 %'
    """
    return f"{number(100 * share, 0)} %"


def day(at: datetime) -> str:
    """Write a date in words.

    Parameters
    ----------
    at : datetime

    Returns
    -------
    str
        Of the day in UTC.

    Examples
    --------
    >>> day(datetime(2026, 5, 2, tzinfo=UTC))
    '2 May 2026'
    """
    at = at.astimezone(UTC)
    return f"{at.day} {_(_MONTHS[at.month - 1])} {at.year}"


def date(iso: str) -> str:
    """Write a day, month or year in words, as precisely as it is known.

    Parameters
    ----------
    iso : str, such as ``"2026-05"``

    Returns
    -------
    str

    Examples
    --------
    >>> date("2026"), date("2026-05"), date("2026-05-02")
    ('2026', 'May 2026', '2 May 2026')
    """
    year, *rest = iso.split("-")
    month = [_(_MONTHS[int(rest[0]) - 1])] if rest else []
    return " ".join([*(str(int(digits)) for digits in rest[1:]), *month, year])


def moment(at: datetime | str) -> str:
    """Write a date with its time.

    Examples
    --------
    >>> moment("2026-11-24T08:00:00.000000Z")
    '24 November 2026, 08:00 UTC'
    """
    at = parse_iso(at) if isinstance(at, str) else at.astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"
