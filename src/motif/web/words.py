"""What pages say that depends on facts: answers in a sentence, when something was, who came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from motif.messages import N_, _, current_language
from motif.report.phrases import date, day
from motif.times import parse_iso

_HAPPENED: Final = {
    "first_seen": N_("{id} was registered here"),
    "first_announced": N_("{id} was first announced, as its maker states"),
    "filed": N_("{id} was filed"),
}
_DECIDED: Final = {
    "confirm": N_("the same design"),
    "reject": N_("another design"),
    "label": N_("another design; only a label is the same"),
    "classic": N_("a classic, which belongs to everybody"),
}


def clock(at: datetime) -> str:
    """Write when something was, in the time of western Indonesia.

    Parameters
    ----------
    at : datetime, UTC

    Returns
    -------
    str

    Examples
    --------
    >>> clock(datetime(2026, 11, 24, 2, 5, tzinfo=UTC))
    '24 November 2026, 09.05 WIB'
    """
    local = at.astimezone(_zone())
    return f"{day(local.replace(tzinfo=UTC))}, {local:%H.%M} WIB"


def _zone() -> tzinfo:
    try:
        return ZoneInfo("Asia/Jakarta")
    except ZoneInfoNotFoundError:  # a machine without the tables of time zones
        from datetime import timezone

        return timezone(timedelta(hours=7))


def decided_words(verdict: str) -> str:
    """Say what a person decided, in a few words.

    Parameters
    ----------
    verdict : "confirm", "reject", "label" or "classic"

    Returns
    -------
    str
    """
    return _(_DECIDED[verdict])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in words.

    Parameters
    ----------
    tone : "conflict", "review" or "clear"
        How its frame is drawn.
    headline : str
        The page's first line.
    word : str
        How strong the indication is.
    sentence : str
        What coincides with what.
    """

    tone: str
    headline: str
    word: str
    sentence: str


def answer_words(value: Mapping[str, Any]) -> Answer:
    """Say the answer of a check.

    Parameters
    ----------
    value : mapping
        ``CheckResult.to_json``.

    Returns
    -------
    Answer
    """
    verdict, searched = value["verdict"], value["searched_entries"]
    if value["too_little"]:
        return Answer(
            tone="review",
            headline=_("The photo shows too little to compare"),
            word=_("No answer."),
            sentence=_("Take a photo that shows more of the cloth. A person must look."),
        )
    if verdict == "clear":
        none = _("The registry is still empty.") if not searched else _("This is no proof of originality.")
        return Answer(
            tone="clear",
            headline=_("Nothing alike was found among {count} motifs").format(count=searched),
            word=_("No indication."),
            sentence=none,
        )
    best = next(match for match in value["matches"] if match["verdict"] == verdict)
    name = entry_name(best)
    if verdict == "conflict":
        return Answer(
            tone="conflict",
            headline=_("This motif resembles one that is registered"),
            word=_("Strong indication."),
            sentence=_("Its drawing coincides with {entry}.").format(entry=name),
        )
    return Answer(
        tone="review",
        headline=_("This motif may resemble one that is registered"),
        word=_("Some indication."),
        sentence=_("Look at it beside {entry}.").format(entry=name),
    )


def entry_name(match: Mapping[str, Any]) -> str:
    """Name the design of a match.

    Parameters
    ----------
    match : mapping
        ``Match.to_json``.

    Returns
    -------
    str
    """
    entry = match["entry"]
    if match["withheld"]:
        return _("{id}, which is not open to you").format(id=entry["id"])
    return f"{entry['id']} “{entry['title']}”"


def timeline(value: Mapping[str, Any], match: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tell by date what is known of both designs of a match.

    Parameters
    ----------
    value : mapping
        ``CheckResult.to_json``.
    match : mapping
        One of its matches.

    Returns
    -------
    list of (when, what happened)
    """
    sides: Sequence[tuple[str, Mapping[str, Any]]] = (
        (match["entry"]["id"], match["dates"] or {"first_seen": match["entry"]["registered_at"]}),
        (_("the checked design"), {**(value["query"]["dates"] or {}), "first_seen": None}),
    )
    events = [
        (at, _(_HAPPENED[name]).format(id=which))
        for which, dates in sides
        for name, at in dates.items()
        if at
    ]
    events.append((value["checked_at"], _("the photo was checked")))
    return [(_when(at), _capital(what)) for at, what in sorted(events)]


def came_first(match: Mapping[str, Any]) -> str:
    """Say which of two designs came first.

    Parameters
    ----------
    match : mapping

    Returns
    -------
    str
    """
    if match["came_first"] == "entry":
        return _("The registered one came first: {id}.").format(id=match["entry"]["id"])
    if match["came_first"] == "query":
        return _("The checked design came first, as its maker states.")
    return _("Which came first cannot be told from the dates that are known.")


def _when(at: str) -> str:
    return date(at) if len(at) <= 10 else clock(parse_iso(at))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if current_language() in ("en", "id") else text
