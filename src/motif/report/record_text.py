"""What the commands about entries, records, imports and alerts print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from motif.messages import N_, _, current_language
from motif.normalize.cut import WHOLE_PHOTO
from motif.registry.records.fields import Choice, Day, Flag, Many, Moment, Number
from motif.registry.records.record import Piece
from motif.report.phrases import date, moment
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
    "decision": N_("decision"),
    "check": N_("saved check"),
    "alert": N_("alert"),
    "mark": N_("ignored mark"),
    "paper": N_("paper"),
}
"""Kind of a record -> its name for people."""

_IMPORTED: Final = {
    "imported": N_("{count} imported"),
    "ready": N_("{count} ready to be imported"),
    "already": N_("{count} already registered"),
    "updated": N_("{count} updated"),
    "refused": N_("{count} refused"),
}
_NEVER_SHOWN: Final = frozenset({"id", "nik_hash"})
"""Fields that are no facts for people; the id is shown apart from the facts."""


def registered_text(entry: Entry) -> str:
    """Confirm a registration.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
    """
    return _("Registered as {entry}.").format(entry=name_of(entry))


def similar_text(entry: Entry) -> str:
    """Warn that a new entry resembles earlier ones.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
        Empty if it resembles none.
    """
    if not entry.similar_to:
        return ""
    warning = _("REVIEW: {entry} resembles {others}. A person must look: motif show {first}")
    return warning.format(entry=entry.id, others=", ".join(entry.similar_to), first=entry.similar_to[0])


def too_little_text(entry: Entry) -> str:
    """Warn that the photo of a new entry shows too little to find the design again by.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
    """
    warning = _(
        "Warning: the photo of {entry} shows too few drops, lines or ornaments to compare, and later checks "
        "cannot find the design by it. Add one that shows more of the cloth: motif add-photo {entry} PHOTO"
    )
    return warning.format(entry=entry.id)


def withdrawn_text(entry: Entry) -> str:
    """Confirm a withdrawal.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
    """
    sentence = _("Withdrawn: {entry}. Nothing was deleted; checks ignore it from now on.")
    return sentence.format(entry=name_of(entry))


def photo_added_text(entry: Entry) -> str:
    """Confirm a further photo.

    Parameters
    ----------
    entry : Entry
        With the photo.

    Returns
    -------
    str
    """
    sentence = _("Added: {entry} now has {photos}.")
    return sentence.format(entry=name_of(entry), photos=count(len(entry.photos), N_("photo")))


def list_text(entries: Iterable[Entry], *, width: int = WIDE) -> str:
    """List entries, one a row.

    Parameters
    ----------
    entries : iterable of Entry
    width : int, character cells

    Returns
    -------
    str
        A table, or that there are none.
    """
    withdrawn = _("withdrawn")
    rows = [
        [
            entry.id,
            _time(entry.registered_at),
            str(len(entry.photos)),
            printable(entry.title),
            f"{withdrawn} {_time(entry.withdrawn_at)}" if entry.withdrawn else "",
        ]
        for entry in entries
    ]
    if not rows:
        return _("No entries.")
    headings = [_("id"), _("registered (UTC)"), _("photos"), _("title"), _("state")]
    return table(headings, rows, width=width, unbroken=3)


def entry_text(entry: Entry, *, width: int = WIDE) -> str:
    """Show everything that is stored of one entry.

    Parameters
    ----------
    entry : Entry
    width : int, character cells

    Returns
    -------
    str
        A table of facts, then one of photos.
    """
    facts = [
        [_("id"), entry.id],
        [_("title"), printable(entry.title)],
        [_("registered (UTC)"), _time(entry.registered_at)],
        [_("resembled at registration"), ", ".join(entry.similar_to)],
        [_("note"), printable(entry.note, lines=True)],
        [_("withdrawn (UTC)"), _time(entry.withdrawn_at)],
        [_("reason"), printable(entry.withdrawn_reason, lines=True)],
        [_("compared"), "\n".join(_cut_words(photo) for photo in entry.photos if photo.cut)],
    ]
    headings = [_("photo"), _("size"), _("kind"), _("added (UTC)"), "SHA-256"]
    photos = [
        [
            printable(photo.name),
            f"{photo.width_px} x {photo.height_px} px",
            photo.media_type,
            _time(photo.added_at),
            photo.sha256,
        ]
        for photo in entry.photos
    ]
    return f"{_fact_table(facts, width)}\n\n{table(headings, photos, width=width)}"


def _cut_words(photo: EntryPhoto) -> str:
    """Say what a person wanted compared of a photo."""
    whole = _("the whole photo, as a person asked")
    words = whole if photo.cut == WHOLE_PHOTO else _("within the corners {corners}").format(corners=photo.cut)
    return f"{printable(photo.name)}: {words}"


def saved_text(record: Record) -> str:
    """Confirm that a record is saved.

    Parameters
    ----------
    record : Record

    Returns
    -------
    str
    """
    return _("Saved: {kind} {id}.").format(kind=_(KIND_NAMES[record.KIND]), id=record.id)


def record_text(record: Record, *, width: int = WIDE) -> str:
    """Show what is known of a record, a field a row; unknown fields are only counted.

    Parameters
    ----------
    record : Record
    width : int, character cells

    Returns
    -------
    str
        A table.
    """
    names = [field.name for field in fields(record) if field.name not in _NEVER_SHOWN]
    unknown = sum(getattr(record, name) is None for name in names)
    facts = [[_("number"), str(record.id)], [_("kind"), _(KIND_NAMES[record.KIND])]]
    facts += [[label, printable(text, lines=True)] for label, text in record_rows(record)]
    return _fact_table([*facts, [_("unknown"), count(unknown, N_("field"))]], width)


def record_rows(record: Record) -> list[tuple[str, str]]:
    """Return what is known of a record, in the language in use.

    Parameters
    ----------
    record : Record

    Returns
    -------
    list of (label, value)
    """
    return [
        (field.metadata[current_language()], _value_text(field.metadata["kind"], getattr(record, field.name)))
        for field in fields(record)
        if field.name not in _NEVER_SHOWN and getattr(record, field.name) is not None
    ]


def linked_text(linked: Mapping[str, tuple[Record, ...]], *, width: int = WIDE) -> str:
    """Show the records that are linked with an entry.

    Parameters
    ----------
    linked : mapping of str to tuple of Record
        By kind.
    width : int, character cells

    Returns
    -------
    str
        A table for each record of which something is known, with empty lines between them.
    """
    return "\n\n".join(
        record_text(record, width=width) for record in chain(*linked.values()) if _is_known(record)
    )


def alerts_text(alerts: Iterable[Alert], *, width: int = WIDE) -> str:
    """List alerts, one a row.

    Parameters
    ----------
    alerts : iterable of Alert
    width : int, character cells

    Returns
    -------
    str
        A table, or that there are none.
    """
    rows = [
        [
            str(alert.id),
            str(alert.entry),
            str(alert.about),
            verdict_word(str(alert.verdict)),
            f"{alert.score or 0:.2f}",
            _why(alert),
        ]
        for alert in alerts
    ]
    if not rows:
        return _("No alerts.")
    headings = [_("alert"), _("new entry"), _("about"), _("verdict"), _("score"), _("why")]
    return table(headings, rows, width=width, unbroken=5)


def alert_text(alert: Alert) -> str:
    """Warn of one alert.

    Parameters
    ----------
    alert : Alert

    Returns
    -------
    str
        A sentence with what to do.
    """
    warning = _("ALERT {id}: {entry} resembles {other}; {why}. A person must look: motif alerts")
    other = shortened(str(alert.other))
    return warning.format(id=alert.id, entry=alert.entry, other=other, why=_why(alert))


def import_text(outcomes: Sequence[Outcome], *, width: int = WIDE) -> str:
    """Say what became of the rows of a list: the refused ones, then how many of each kind.

    Parameters
    ----------
    outcomes : sequence of Outcome
    width : int, character cells

    Returns
    -------
    str
        A table of refused rows, if there are some, and a sentence.
    """
    rows = [
        [
            str(outcome.row.number),
            printable(outcome.title),
            printable(_(outcome.reason)),
            printable(_(outcome.hint)),
        ]
        for outcome in outcomes
        if outcome.status == "refused"
    ]
    counts = Counter[str](outcome.status for outcome in outcomes)
    parts = [_(phrase).format(count=counts[status]) for status, phrase in _IMPORTED.items() if counts[status]]
    became = ", ".join(parts) or _("none")
    summary = f"{count(len(outcomes), N_('row'))}: {became}."
    headings = [_("row"), _("title"), _("refused because"), _("hint")]
    return f"{table(headings, rows, width=width)}\n\n{summary}" if rows else summary


def shortened(side: str) -> str:
    """Shorten the SHA-256 of a photo; the id of an entry stays."""
    return side if len(side) < 64 else f"{side[:12]}…"


def labelled(name: str, key: str) -> str:
    """Return a term's label in the language in use, marked if it is not verified."""
    entry = term(name, key)
    if entry.verified or entry.note == "Project list":
        return entry.label()
    return _("{label} (not verified)").format(label=entry.label())


def _fact_table(facts: Iterable[Sequence[str]], width: int) -> str:
    """Lay out the facts that have a value, without headings."""
    return table(["", ""], [fact for fact in facts if fact[1]], width=width).lstrip("\n")


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _is_known(record: Record) -> bool:
    """Say whether anything is known of a record beyond its id."""
    return any(getattr(record, field.name) is not None for field in fields(record) if field.name != "id")


def _value_text(kind: object, value: Any) -> str:
    """Write a field's value as a person reads it: terms by their labels, days in words."""
    if isinstance(kind, Many):
        return "; ".join(_value_text(kind.inner, item) for item in value) or _("none")
    if isinstance(kind, Choice):
        return labelled(kind.list, str(value))
    if isinstance(kind, Day):
        return date(value)
    if isinstance(kind, Moment):
        return moment(value)
    if isinstance(kind, Flag):
        return _("yes") if value else _("no")
    if isinstance(kind, Number):
        decimals = f"{value}".removesuffix(".0")
        return decimals.replace(".", ",") if current_language() == "id" else decimals
    if isinstance(value, Piece):
        parts = ((field.metadata["kind"], getattr(value, field.name)) for field in fields(value))
        return ", ".join(_value_text(kind, part) for kind, part in parts if part is not None)
    return str(value)


def _why(alert: Alert) -> str:
    if str(alert.about).startswith("F"):
        phrase = _("{entry} is being filed ({about})")
        return phrase.format(entry=alert.other, about=alert.about)
    return _("a check was answered before this entry was registered ({about})").format(about=alert.about)
