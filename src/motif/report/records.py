"""The words in which records, decisions, dates and alerts are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _, current_language
from motif.registry.values import Choice, Many
from motif.report.table import table
from motif.report.text import WIDE, count, printable, verdict_word
from motif.vocabulary import term

if TYPE_CHECKING:
    from motif.exchange.intake import Outcome
    from motif.registry.answers import CheckResult, Match
    from motif.registry.comparison import Alert, Comparison
    from motif.registry.entity import Record

KIND_NAMES: Final = {
    "motif": N_("design"),
    "specimen": N_("cloth"),
    "capture": N_("capture"),
    "party": N_("party"),
    "filing": N_("filing"),
    "comparison": N_("decision"),
    "check": N_("remembered check"),
    "alert": N_("alert"),
}
HAPPENED: Final = {
    "first_seen": N_("registered {day}"),
    "first_announced": N_("announced {day}"),
    "filed": N_("filed {day}"),
}
_DECIDED = {
    "confirm": N_("confirmed as the same design by {who} ({record})"),
    "reject": N_("rejected by {who} ({record})"),
    "classic": N_("classic, nobody's own, says {who} ({record})"),
}
_ROW, _FIELD = N_("row"), N_("field")
_MASKED = frozenset({"nik_hash"})


def kept_text(record: Record) -> str:
    """Confirm that a record is kept."""
    return _("Kept: {kind} {id}.").format(kind=_(KIND_NAMES[record.KIND]), id=record.id)


def record_text(record: Record, *, width: int = WIDE) -> str:
    """Show what is known of a record, a field a row; what is unknown is counted, not shown."""
    known = record_rows(record)
    unknown = sum(
        getattr(record, one.name) is None for one in fields(record) if one.name not in {"id", *_MASKED}
    )
    rows = [[_("number"), str(record.id)], [_("kind"), _(KIND_NAMES[record.KIND])]]
    rows += [[label, printable(text, lines=True)] for label, text in known]
    rows.append([_("unknown"), count(unknown, _FIELD)])
    return table(["", ""], rows, width=width).lstrip("\n")


def record_rows(record: Record) -> list[tuple[str, str]]:
    """Return what is known of a record, (label, value), in the language in use."""
    return [
        (one.metadata[current_language()], _worded(one.metadata["kind"], getattr(record, one.name)))
        for one in fields(record)
        if one.name not in {"id", *_MASKED} and getattr(record, one.name) is not None
    ]


def linked_text(linked: Mapping[str, tuple[Record, ...]], *, width: int = WIDE) -> str:
    """Show the records that are linked with an entry, one block for each of which something is known."""
    blocks = [
        record_text(record, width=width)
        for records in linked.values()
        for record in records
        if _tells(record)
    ]
    return "\n\n".join(blocks)


def decision_text(match: Match) -> str:
    """Say what a person decided about a match; empty if nobody did."""
    return "" if match.decision is None else decided_text(match.decision)


def decided_text(made: Comparison) -> str:
    """Say what a person decided."""
    words = _(_DECIDED[str(made.human_verdict)])
    return words.format(who=printable(str(made.examiner)), record=made.id)


def first_text(match: Match) -> str:
    """Say the earliest date of a match's entry."""
    found = None if match.dates is None else match.dates.earliest()
    return "" if found is None else _(HAPPENED[found[1]]).format(day=found[0])


def priority_text(result: CheckResult) -> str:
    """Say in a sentence which of a check's designs came first; empty where there is nothing to compare."""
    alike = [one for one in result.matches if one.verdict != "clear" and one.evidence.basis != "file"]
    if not alike or result.query_dates is None:
        return ""
    if result.earliest is None:
        return _("Which came first cannot be told from the dates that are recorded.")
    if result.earliest == "query":
        return _("Came first, as far as is recorded: the design that was checked.")
    first = next(match for match in alike if match.entry.id == result.earliest)
    return _("Came first, as far as is recorded: {entry} ({when}).").format(
        entry=first.entry.id, when=first_text(first)
    )


def alerts_text(alerts: Iterable[Alert], *, width: int = WIDE) -> str:
    """List alerts, one a row."""
    rows = [
        [
            str(one.id),
            str(one.entry),
            str(one.about),
            verdict_word(str(one.verdict)),
            f"{one.score or 0:.2f}",
            _why(one),
        ]
        for one in alerts
    ]
    if not rows:
        return _("No alerts.")
    headings = [_("alert"), _("new entry"), _("about"), _("verdict"), _("score"), _("why")]
    return table(headings, rows, width=width, unbroken=5)


def alert_text(alert: Alert) -> str:
    """Warn of one alert."""
    words = _("ALERT {id}: {entry} resembles {other}; {why}. A person must look: motif alerts")
    other = str(alert.other) if len(str(alert.other)) < 64 else str(alert.other)[:12] + "…"
    return words.format(id=alert.id, entry=alert.entry, other=other, why=_why(alert))


def _why(alert: Alert) -> str:
    if str(alert.about).startswith("F"):
        words = _("{entry} is being filed ({about})")
        return words.format(entry=alert.other, about=alert.about)
    return _("a check was answered before it was there ({about})").format(about=alert.about)


def _tells(record: Record) -> bool:
    return any(getattr(record, one.name) is not None for one in fields(record) if one.name != "id")


def _worded(kind: object, value: object) -> str:
    """Say a value; a term of the vocabulary by its label."""
    if isinstance(kind, Many) and isinstance(value, tuple) and isinstance(kind.inner, Choice):
        return "; ".join(labelled(kind.inner.list, key) for key in value) or _("none")
    return labelled(kind.list, str(value)) if isinstance(kind, Choice) else _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_shown(item) for item in value) or _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if hasattr(value, "to_json"):
        return ", ".join(str(item) for item in value.to_json().values() if item is not None)
    return str(value)


def labelled(name: str, key: str) -> str:
    """Return a term's label in the language in use, marked where it is not verified."""
    found = term(name, key)
    if found.verified or found.note == "Project list":
        return found.label()
    return _("{label} (not verified)").format(label=found.label())


def import_text(outcomes: Sequence[Outcome], *, width: int = WIDE) -> str:
    """Tell what became of a list's rows: the refused ones, then how many of each kind."""
    refused = [one for one in outcomes if one.status == "refused"]
    rows = [
        [str(one.row.number), printable(one.title), printable(_(one.reason)), printable(_(one.hint))]
        for one in refused
    ]
    counted: Counter[str] = Counter(one.status for one in outcomes)
    told = [_(words).format(count=counted[status]) for status, words in _BECAME.items() if counted[status]]
    said = ", ".join(told) or _("none")
    summary = f"{count(len(outcomes), _ROW)}: {said}."
    headings = [_("row"), _("title"), _("refused because"), _("hint")]
    return f"{table(headings, rows, width=width)}\n\n{summary}" if rows else summary


_BECAME = {
    "imported": N_("{count} imported"),
    "ready": N_("{count} ready to be imported"),
    "already": N_("{count} there already"),
    "refused": N_("{count} refused"),
}
