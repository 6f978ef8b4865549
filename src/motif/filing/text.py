"""What the commands about filings print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from motif.filing.checklist import STATE_WORDS
from motif.filing.checks import CONDITIONS, check_rows, clause_rows, worst_first
from motif.filing.dossier import CONDITION, MET, OPEN, UNMET, Answer, CheckRow, Words
from motif.filing.facts import Facts
from motif.filing.fields import field_rows
from motif.filing.files import file_answer
from motif.filing.terms import Due
from motif.messages import N_, _, current_language
from motif.report.text import WIDE, count, printable, table


def said(words: Words) -> str:
    """Return words in the language in use.

    Parameters
    ----------
    words : Words

    Returns
    -------
    str
    """
    return words.said(current_language())


def filing_text(facts: Facts, due: Sequence[Due], *, width: int = WIDE) -> str:
    """Show a filing: what its form asks, which files, what is due.

    Parameters
    ----------
    facts : Facts
    due : sequence of Due
    width : int, character cells

    Returns
    -------
    str
        A heading and tables; the first column is what ``motif filing set`` takes.
    """
    fields = [
        [row.key, _word(row.answer), said(row.label), printable(row.value, lines=True), _why(row.answer)]
        for row in field_rows(facts)
    ]
    files = [
        [spec.key, _word(answer), said(spec.label), _why(answer)]
        for spec in facts.route.files
        for answer in (file_answer(facts, spec),)
    ]
    parts = [_heading(facts)]
    if fields:
        headings = [_("field"), _("answer"), _("asked"), _("value"), _("why")]
        parts.append(table(headings, fields, width=width, unbroken=2))
    if files:
        parts.append(table([_("file"), _("answer"), _("asked"), _("why")], files, width=width, unbroken=2))
    if due:
        parts.append(due_text(due, width=width))
    return "\n\n".join([*parts, _next_step(facts), said(facts.route.notice)])


def checks_text(facts: Facts, *, width: int = WIDE) -> str:
    """Show the checks of a filing, those that are not met first, then its conditions.

    Parameters
    ----------
    facts : Facts
    width : int, character cells

    Returns
    -------
    str
    """
    rows = worst_first(check_rows(facts))
    parts = [_heading(facts)]
    checks = [_check_cells(row) for row in rows if row.group != CONDITIONS]
    headings = [_("check"), _("answer"), _("checked"), _("why"), _("basis")]
    parts.append(table(headings, checks, width=width, unbroken=2))
    clauses = [
        [
            f"check.{clause.key}",
            _word(clause.answer),
            said(clause.label),
            _why(clause.answer),
            clause.answer.clause,
        ]
        for clause in clause_rows(facts)
    ]
    if clauses:
        headings = [_("clause"), _("answer"), _("the signer states"), _("why"), _("basis")]
        parts.append(table(headings, clauses, width=width, unbroken=2))
    conditions = [
        [said(row.label), _word(row.answer), _why(row.answer)] for row in rows if row.group == CONDITIONS
    ]
    if conditions:
        parts.append(table([_("condition"), _("answer"), _("why")], conditions, width=width))
    return "\n\n".join([*parts, said(facts.route.notice)])


def due_text(due: Iterable[Due], *, width: int = WIDE) -> str:
    """List what is due.

    Parameters
    ----------
    due : iterable of Due
    width : int, character cells

    Returns
    -------
    str
        A table.
    """
    rows = [[each.filing, each.entry, each.due, _days(each.days), printable(said(each.what))] for each in due]
    headings = [_("filing"), _("design"), _("due"), _("when"), _("what")]
    return table(headings, rows, width=width, unbroken=4)


def filing_json(facts: Facts, due: Sequence[Due]) -> dict[str, Any]:
    """Return a filing with every answer as JSON-ready values.

    Parameters
    ----------
    facts : Facts
    due : sequence of Due

    Returns
    -------
    dict
    """
    search = facts.search
    return {
        "format": 1,
        "filing": facts.filing.to_json(),
        "title": facts.entry.title,
        "route": {"key": facts.route.key, "label": _both(facts.route.label)},
        "notice": _both(facts.route.notice),
        "fields": [
            {"key": row.key, "label": _both(row.label), "value": row.value, **_answer(row.answer)}
            for row in field_rows(facts)
        ],
        "files": [
            {"key": spec.key, "label": _both(spec.label), **_answer(file_answer(facts, spec))}
            for spec in facts.route.files
        ],
        "checks": [
            {"key": row.key, "label": _both(row.label), "decides": row.decides, **_answer(row.answer)}
            for row in check_rows(facts)
        ],
        "clauses": [
            {"key": clause.key, "label": _both(clause.label), **_answer(clause.answer)}
            for clause in clause_rows(facts)
        ],
        "search": {
            "check": None if search.check is None else search.check.id,
            "age_days": search.age_days if search.check else None,
            "old": search.is_old,
            "indications": [
                {
                    "entry": each.entry.id if each.entry else None,
                    "verdict": each.decision.human_verdict if each.decision else None,
                    "reason": each.decision.reason if each.decision else None,
                    "by": each.decision.examiner if each.decision else None,
                    "filings": [filing.id for filing in each.filings],
                }
                for each in search.indications
            ],
        },
        "due": [each.to_json() for each in due],
    }


def lacking(facts: Facts) -> bool:
    """Tell whether a field, a file or a check of a filing is not met.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    bool
        What cannot be told yet is left to people, and counts as met.
    """
    answers = [
        *(row.answer for row in field_rows(facts)),
        *(file_answer(facts, spec) for spec in facts.route.files),
        *(row.answer for row in check_rows(facts) if row.decides != CONDITION),
    ]
    return any(answer.state == UNMET for answer in answers)


def _heading(facts: Facts) -> str:
    name = f"{facts.entry.id} {printable(facts.entry.title)}"
    return f"{facts.filing.id} · {said(facts.route.label)} · {name}"


def _next_step(facts: Facts) -> str:
    answers = [row.answer for row in field_rows(facts)]
    answers += [file_answer(facts, spec) for spec in facts.route.files]
    states = [answer.state for answer in answers]
    met, unmet, unclear = (states.count(state) for state in (MET, UNMET, OPEN))
    summary = _("{met} met, {unmet} not met, {open} cannot be told yet.").format(
        met=met, unmet=unmet, open=unclear
    )
    step = _("Answer: motif filing set {id} KEY=VALUE. The checks: motif filing check {id}")
    return f"{summary} {step.format(id=facts.filing.id)}"


def _check_cells(row: CheckRow) -> list[str]:
    key = row.key if row.group is not None else f"check.{row.key}"
    return [key, _word(row.answer), said(row.label), _why(row.answer), row.answer.clause]


def _word(answer: Answer) -> str:
    return _(STATE_WORDS[answer.state])


def _why(answer: Answer) -> str:
    reason = printable(said(answer.reason), lines=True)
    return reason if answer.verified else " ".join(filter(None, (reason, f"({_('not verified')})")))


def _days(days: int) -> str:
    if days < 0:
        return _("{days} overdue").format(days=count(-days, N_("day")))
    return _("in {days}").format(days=count(days, N_("day")))


def _both(words: Words) -> dict[str, str]:
    return {"id": words.id, "en": words.en}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "state": answer.state,
        "reason": _both(answer.reason),
        "clause": answer.clause,
        "verified": answer.verified,
    }
