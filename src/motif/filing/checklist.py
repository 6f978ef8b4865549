"""``0-periksa``: what is missing first, then every field, file and check with its answer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from motif.filing.crosscheck import Mismatch
from motif.filing.dossier import CONDITION, MET, OPEN, STATES, UNMET, Answer, Dossier, Words
from motif.filing.recorded import ADDRESS
from motif.filing.setting import pdf_of
from motif.messages import N_, _, use_language
from motif.report.phrases import date, day
from motif.times import iso

FORMAT: Final = 1
"""Number of the JSON form."""
_SHORT: Final = 40
"""Letters of a basis that stands beside its row."""
_BETWEEN_PIECES: Final = re.compile(r";\s+(?![^(]*\))")
_AGREEING: Final = ("konsistensi_nama",)
"""Checks that the finished texts themselves answer."""
STATE_WORDS: Final = {UNMET: N_("not met"), OPEN: N_("cannot be told yet"), MET: N_("met")}
_SECTIONS: Final = {
    "field": N_("Fields of the form"),
    "file": N_("Files"),
    "condition": N_("What applies here"),
    "check": N_("Checks"),
    "clause": N_("Clauses of the statement"),
    "agreement": N_("Agreement of all texts"),
}
"""Parts of the list, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file of the bag.

    Parameters
    ----------
    name : str
        In the bag, such as ``1-unggah/01-contoh-ciptaan.jpg``.
    row : str
        Key of the file row or letter that it belongs to; empty for others.
    size_bytes : int
    sha256 : str
    photo_sha256 : str
        Of the untouched photo that a picture was cut from; else empty.
    """

    name: str
    row: str
    size_bytes: int
    sha256: str
    photo_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of the list."""

    section: str
    key: str
    label: Words
    answer: Answer
    group: Words | None = None
    decides: str = ""


def check_list(
    dossier: Dossier,
    made: Sequence[MadeFile],
    mismatches: Sequence[Mismatch],
    notes: Sequence[str] = (),
    unread: Sequence[str] = (),
) -> tuple[bytes, bytes]:
    """Make the check list of a filing.

    Parameters
    ----------
    dossier : Dossier
    made : sequence of MadeFile
    mismatches : sequence of Mismatch
        From ``cross_check`` and ``personal_findings``.
    notes : sequence of str
        Marked sentences on what could not be made.
    unread : sequence of str
        Names of letters and documents without text, which nobody has compared.

    Returns
    -------
    pdf, json : bytes
        Neither holds a value of a person's field.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    agreement = tuple(_agreement(mismatches, unread))
    rows = [*_rows(dossier, agreement[0].answer), *agreement]
    pdf = copy_context().run(_pdf, dossier, rows, made, notes)
    return pdf, _json(dossier, rows, made, mismatches)


def _rows(dossier: Dossier, agreed: Answer) -> Iterator[_Row]:
    for field in dossier.fields:
        yield _Row(section="field", key=field.key, label=field.label, answer=field.answer, group=field.group)
    for file in dossier.files:
        answer = _with_seen(file.answer, dossier) if file.kind == "identity" and file.wanted else file.answer
        yield _Row(section="file", key=file.key, label=file.label, answer=answer)
    for check in dossier.checks:
        answer = check.answer
        if check.key in _AGREEING:
            answer = replace(answer, state=agreed.state, reason=agreed.reason)
        yield _Row(
            section="condition" if check.decides == CONDITION else "check",
            key=check.key,
            label=check.label,
            answer=answer,
            group=check.group,
            decides=check.decides,
        )
    for clause in dossier.clauses:
        label = Words(id=f"{clause.key}. {clause.label.id}", en=f"{clause.key}. {clause.label.en}")
        yield _Row(section="clause", key=clause.key, label=label, answer=clause.answer, decides="human")


def _with_seen(answer: Answer, dossier: Dossier) -> Answer:
    """Add whose identity paper was seen, by whom and when."""
    seen = [(person.name, person.identity_seen) for person in dossier.people if person.identity_seen]
    reason = Words(
        id="\n".join([answer.reason.id, *(f"{name}: {each.id}" for name, each in seen)]),
        en="\n".join([answer.reason.en, *(f"{name}: {each.en}" for name, each in seen)]),
    )
    return replace(answer, reason=reason)


def _agreement(mismatches: Sequence[Mismatch], unread: Sequence[str]) -> Iterator[_Row]:
    for number, each in enumerate(mismatches, 1):
        yield _Row(
            section="agreement",
            key=f"agreement.{number}",
            label=Words(id=f"{each.file}: {each.what.id}", en=f"{each.file}: {each.what.en}"),
            answer=Answer(state=UNMET, reason=in_both(lambda each=each: mismatch_text(each))),  # type: ignore[misc]
        )
    for number, name in enumerate(unread, 1):
        reason = in_both(lambda: _("A scan without text, which cannot be read here: compare it by eye."))
        yield _Row(
            section="agreement",
            key=f"agreement.unread.{number}",
            label=in_both(lambda name=name: _("{file}: what it says").format(file=name)),  # type: ignore[misc]
            answer=Answer(state=OPEN, reason=reason),
        )
    if not mismatches and not unread:
        label = in_both(lambda: _("Names, title, dates, numbers and sizes"))
        reason = in_both(lambda: _("They agree in all texts that can be read."))
        yield _Row(section="agreement", key="agreement", label=label, answer=Answer(state=MET, reason=reason))


def mismatch_text(mismatch: Mismatch) -> str:
    """Say what disagrees, in the language in use.

    Parameters
    ----------
    mismatch : Mismatch

    Returns
    -------
    str

    Examples
    --------
    >>> from motif.filing.recorded import NAME
    >>> mismatch_text(Mismatch(file="a.docx", what=NAME, found="Sri Aminh", expected="Sri Aminah"))
    'There: “Sri Aminh”; recorded: “Sri Aminah”.'
    """
    if mismatch.what == ADDRESS:
        text = _("It is not the one that is recorded.")
    elif mismatch.found and mismatch.expected:
        text = _("There: “{found}”; recorded: “{expected}”.")
    elif mismatch.found:
        text = _("There: “{found}”; nothing of the kind is recorded.")
    elif mismatch.expected:
        text = _("Not found there: “{expected}”.")
    else:
        text = _("Take it out, and build the file again.")
    return text.format(found=mismatch.found, expected=mismatch.expected)


def in_both(say: Callable[[], str]) -> Words:
    """Say something in both languages; the language in use stays as it is.

    Parameters
    ----------
    say : callable
        Speaks the language in use.

    Returns
    -------
    Words

    Examples
    --------
    >>> in_both(lambda: _("Copy"))
    Words(id='Salin', en='Copy')
    """

    def said(language: str) -> str:
        use_language(language)
        return say()

    return Words(id=copy_context().run(said, "id"), en=copy_context().run(said, "en"))


def _pdf(dossier: Dossier, rows: Sequence[_Row], made: Sequence[MadeFile], notes: Sequence[str]) -> bytes:
    language = dossier.language
    use_language(language)
    cells = _Cells(language)
    counts = Counter(row.answer.state for row in rows if row.section != "condition")
    matter = {
        "language": language,
        "title": _("Check list of the filing"),
        "work": dossier.work.title,
        "subtitle": " · ".join(
            (dossier.route.label.said(language), dossier.work.entry_id, dossier.filing_id, day(dossier.at))
        ),
        "counts": [{"state": state, "text": f"{counts[state]} {_(STATE_WORDS[state])}"} for state in STATES],
        "notes": [_(note) for note in notes],
        "missing": [_section(_(title), state, rows, cells) for state, title in _MISSING if counts[state]],
        "sections": [
            {"title": _(title), "rows": [cells.of(row) for row in _folded(rows, section)]}
            for section, title in _SECTIONS.items()
            if any(row.section == section and _is_listed(row) for row in rows)
        ],
        "in_order": _("In order"),
        "headings": [_("Answer"), _("What"), _("Why"), _("Basis")],
        "signing": _signing(dossier),
        "files": _files(made),
        "amounts": _amounts(dossier),
        "sources": {
            "title": _("Basis and sources"),
            "texts": [f"[{number}]  {text}" for text, number in cells.sources.items()],
        },
        "notice": dossier.route.notice.said(language),
        "foot": f"{dossier.work.entry_id} · {dossier.filing_id} · motif",
    }
    return pdf_of("checklist.typ", matter, dossier.at, {})


_MISSING: Final = ((UNMET, N_("Still missing")), (OPEN, N_("For a person to judge")))


def _section(title: str, state: str, rows: Iterable[_Row], cells: _Cells) -> dict[str, Any]:
    return {"title": title, "rows": [cells.of(row) for row in rows if _is_lacking(row, state)]}


def _is_lacking(row: _Row, state: str) -> bool:
    return row.answer.state == state and row.section != "condition"


def _folded(rows: Iterable[_Row], section: str) -> Iterator[_Row]:
    """Yield what is met in a section; a group of fields that are all in order is one line."""
    of_section = (row for row in rows if row.section == section)
    for group, each in groupby(of_section, lambda row: row.group):
        members = list(each)
        whole = section == "field" and group and {m.answer.state for m in members} == {MET}
        alike = {(member.answer.verified, member.answer.clause) for member in members}
        if whole and group and len(alike) == 1:
            yield _Row(section=section, key="", label=group, answer=members[0].answer)
        else:
            yield from filter(_is_listed, members)


def _is_listed(row: _Row) -> bool:
    """Tell whether a row is listed below what is missing: all conditions are, whether they hold or not."""
    return row.answer.state == MET or row.section == "condition"


class _Cells:
    """Rows in words; what their bases cite at length is numbered, and told once at the end."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.sources: dict[str, int] = {}

    def of(self, row: _Row) -> dict[str, Any]:
        """Return the cells of a row."""
        answer, label = row.answer, row.label.said(self._language)
        if row.group is not None and row.section == "field":
            label = f"{row.group.said(self._language)}: {label}"
        pieces = [self._cited(piece) for piece in _BETWEEN_PIECES.split(answer.clause) if piece]
        verified = [] if answer.verified else [_("not verified")]
        return {
            "state": answer.state,
            "word": _(STATE_WORDS[answer.state]),
            "is_condition": row.section == "condition",
            "label": label,
            "reason": answer.reason.said(self._language),
            "clause": " · ".join([*pieces, *verified]),
        }

    def _cited(self, text: str) -> str:
        if len(text) <= _SHORT and "://" not in text:
            return text
        return f"[{self.sources.setdefault(text, len(self.sources) + 1)}]"


def _signing(dossier: Dossier) -> dict[str, Any]:
    language = dossier.language
    rows = [
        [
            letter.label.said(language) if number == 0 else "",
            signer.name,
            signer.capacity,
            _("meterai") if signer.meterai else "",
        ]
        for letter in dossier.letters
        for number, signer in enumerate(letter.signers)
    ]
    headings = [_("Letter"), _("Who signs"), _("As"), _("Stamp")]
    return {"title": _("To be signed"), "headings": headings, "rows": rows}


def _files(made: Sequence[MadeFile]) -> dict[str, Any]:
    rows = [[each.name, f"{max(1, round(each.size_bytes / 1000))} KB"] for each in made]
    return {"title": _("What this file holds"), "headings": [_("Name"), _("Size")], "rows": rows}


def _amounts(dossier: Dossier) -> dict[str, Any]:
    language = dossier.language
    rows = [
        [
            each.label.said(language),
            date(each.text) if _is_day(each.text) else each.text,
            " · ".join(
                filter(
                    None,
                    (
                        each.note.said(language) if each.note else "",
                        "" if each.verified else _("not verified"),
                    ),
                )
            ),
        ]
        for each in (*dossier.terms, *dossier.fees)
    ]
    return {"title": _("Terms and fees"), "headings": [_("What"), "", _("Note")], "rows": rows}


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _json(
    dossier: Dossier, rows: Sequence[_Row], made: Sequence[MadeFile], mismatches: Sequence[Mismatch]
) -> bytes:
    def both(words: Words | None) -> dict[str, str] | None:
        return None if words is None else {"id": words.id, "en": words.en}

    counts = Counter(row.answer.state for row in rows if row.section != "condition")
    record = {
        "format": FORMAT,
        "filing": dossier.filing_id,
        "entry": dossier.work.entry_id,
        "title": dossier.work.title,
        "route": dossier.route.key,
        "at": iso(dossier.at),
        "notice": both(dossier.route.notice),
        "counts": {state: counts[state] for state in STATES},
        "rows": [
            {
                "section": row.section,
                "key": row.key,
                "group": both(row.group),
                "label": both(row.label),
                "state": row.answer.state,
                "reason": both(row.answer.reason),
                "clause": row.answer.clause,
                "verified": row.answer.verified,
                "decides": row.decides or None,
            }
            for row in sorted(rows, key=lambda row: STATES.index(row.answer.state))
        ],
        "mismatches": [
            {"file": each.file, "what": both(each.what), "found": each.found, "expected": each.expected}
            for each in mismatches
        ],
        "letters": [
            {
                "key": letter.key,
                "label": both(letter.label),
                "place": letter.place,
                "date": letter.date,
                "signers": [
                    {"name": signer.name, "capacity": signer.capacity, "meterai": signer.meterai}
                    for signer in letter.signers
                ],
            }
            for letter in dossier.letters
        ],
        "files": [
            {
                "name": each.name,
                "row": each.row or None,
                "bytes": each.size_bytes,
                "sha256": each.sha256,
                "photo_sha256": each.photo_sha256 or None,
            }
            for each in made
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"
