"""Moments in UTC as text, and back."""

from __future__ import annotations

from datetime import UTC, datetime

from motif.errors import ParameterError


def iso(value: datetime) -> str:
    """Spell a moment in UTC, such as ``2026-11-24T08:00:00.000000Z``; texts sort as moments do.

    Parameters
    ----------
    value : datetime, with a time zone

    Returns
    -------
    str
    """
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_iso(text: str) -> datetime:
    """Read a time with its offset from UTC; raise ``ParameterError`` on anything else.

    Parameters
    ----------
    text : str, ISO 8601 with an offset

    Returns
    -------
    datetime, UTC

    Examples
    --------
    >>> iso(parse_iso("2026-11-24T15:00:00+07:00"))
    '2026-11-24T08:00:00.000000Z'
    """
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo is not None:
            return value.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise ParameterError(f"{text!r:.60} is no ISO 8601 time") from error
    raise ParameterError(f"time {text!r:.60} names no offset from UTC")
