"""The words in which records, decisions, dates and alerts are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _, current_language
from motif.registry.records.fields import Choice, Many
from motif.report.text import WIDE, count, name_of, printable, table, verdict_word
from motif.vocabulary import term

if TYPE_CHECKING:
    from motif.exchange.importing import Outcome
    from motif.registry.records.decision import Alert
    from motif.registry.records.entry import Entry, EntryPhoto
    from motif.registry.records.record import Record


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

_WITHDRAWN = N_("withdrawn")


def registered_text(entry: Entry) -> str:
    """Confirm a registration."""
    return _("Registered as {entry}.").format(entry=name_of(entry))


def similar_text(entry: Entry) -> str:
    """Warn that a new entry resembles earlier ones; empty where it does not."""
    if not entry.similar_to:
        return ""
    others = ", ".join(entry.similar_to)
    told = _("REVIEW: {entry} resembles {others}. A person must look: motif show {first}")
    return told.format(entry=entry.id, others=others, first=entry.similar_to[0])


def withdrawn_text(entry: Entry) -> str:
    """Confirm a withdrawal."""
    told = _("Withdrawn: {entry}. Nothing was deleted; checks pass over it from now on.")
    return told.format(entry=name_of(entry))


def photo_added_text(entry: Entry) -> str:
    """Confirm a further photo."""
    told = _("Added: {entry} now has {photos}.")
    return told.format(entry=name_of(entry), photos=count(len(entry.photos), N_("photo")))


def list_text(entries: Iterable[Entry], *, width: int = WIDE) -> str:
    """List entries, one a row."""
    rows = [_list_row(entry) for entry in entries]
    if not rows:
        return _("No entries.")
    headings = [_("id"), _("registered (UTC)"), _("photos"), _("title"), _("state")]
    return table(headings, rows, width=width, unbroken=3)


def entry_text(entry: Entry, *, width: int = WIDE) -> str:
    """Show everything that is kept of one entry."""
    facts = [
        [_("id"), entry.id],
        [_("title"), printable(entry.title)],
        [_("registered (UTC)"), _time(entry.registered_at)],
        [_("resembled then"), ", ".join(entry.similar_to)],
        [_("note"), printable(entry.note, lines=True)],
        [_("withdrawn (UTC)"), _time(entry.withdrawn_at)],
        [_("reason"), printable(entry.withdrawn_reason, lines=True)],
    ]
    headings = [_("photo"), _("size"), _("kind"), _("added (UTC)"), "SHA-256"]
    photos = table(headings, map(_photo_row, entry.photos), width=width)
    return table(["", ""], [fact for fact in facts if fact[1]], width=width).lstrip("\n") + f"\n\n{photos}"


def _list_row(entry: Entry) -> list[str]:
    state = f"{_(_WITHDRAWN)} {_time(entry.withdrawn_at)}" if entry.withdrawn else ""
    return [entry.id, _time(entry.registered_at), str(len(entry.photos)), printable(entry.title), state]


def _photo_row(photo: EntryPhoto) -> list[str]:
    size = f"{photo.width_px} x {photo.height_px} px"
    return [printable(photo.name), size, photo.media_type, _time(photo.added_at), photo.sha256]


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
