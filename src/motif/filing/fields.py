"""What the form of a route asks for: each field with its value, and whether it is in order."""

from __future__ import annotations

import re
from typing import Final

from motif.filing.conditions import condition_answer
from motif.filing.dossier import MET, OPEN, UNMET, Answer, FieldRow, Words
from motif.filing.facts import Facts, raw, role_of, spelled, words
from motif.filing.routes import FieldSpec
from motif.messages import N_
from motif.registry.records.people import Party

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PART_OF_A_DAY: Final = re.compile(r"[0-9]{4}(-[0-9]{2})?")


def field_rows(facts: Facts) -> tuple[FieldRow, ...]:
    """Return the fields of a filing's form, in the portal's order; those of a person one by one.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of FieldRow
    """
    rows: list[FieldRow] = []
    for spec in facts.route.fields:
        rows += _block_rows(facts, spec) if spec.block else [_row(facts, spec)]
    return tuple(rows)


def account_rows(facts: Facts) -> tuple[FieldRow, ...]:
    """Return what the owner of the portal's account types; nothing of it is kept or copied.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of FieldRow
    """
    reason = words(N_("The owner of the account types it."))
    return tuple(
        FieldRow(
            key=f"akun.{spec.key}",
            label=spec.label,
            value="",
            answer=Answer(state=MET, reason=reason, clause=clause_of(spec.sources), verified=spec.verified),
            typed_by_owner=True,
            note=spec.note,
        )
        for spec in facts.route.account
    )


def clause_of(sources: tuple[str, ...]) -> str:
    """Return the page that a row rests on; empty if it has none.

    Parameters
    ----------
    sources : tuple of str

    Returns
    -------
    str
    """
    return sources[0] if sources else ""


def missing_state(*, verified: bool) -> str:
    """Return the answer of something that is missing: a rule that is not verified blocks nothing.

    Parameters
    ----------
    verified : bool

    Returns
    -------
    str

    Examples
    --------
    >>> missing_state(verified=True), missing_state(verified=False)
    ('tidak_terpenuhi', 'belum_dapat_disimpulkan')
    """
    return UNMET if verified else OPEN


def _row(facts: Facts, spec: FieldSpec) -> FieldRow:
    value = facts.value(spec)
    usual = bool(value) and not facts.known(spec.maps_to, spec.key)
    state, reason = _judged(facts, spec, value, usual=usual)
    return FieldRow(
        key=spec.key,
        label=spec.label,
        value=value,
        answer=_answer(spec, state, reason),
        note=spec.note,
    )


def _judged(facts: Facts, spec: FieldSpec, value: str, *, usual: bool) -> tuple[str, Words]:
    if not value:
        return _missing(facts, spec)
    if _is_date(spec) and _PART_OF_A_DAY.fullmatch(value):
        return OPEN, words(N_("The form asks for a day; known is only {value}."), value=value)
    if _is_date(spec) and not _DAY.fullmatch(value):
        return missing_state(verified=spec.verified), words(N_("{value} is not a date."), value=value)
    if spec.values and not _offered(spec, facts, value):
        offered = ", ".join(spec.values)
        return OPEN, words(
            N_("{value} is not among what the form offers: {offered}."), value=value, offered=offered
        )
    return MET, words(N_("The usual value; change it if it is wrong.")) if usual else Words(id="", en="")


def _missing(facts: Facts, spec: FieldSpec) -> tuple[str, Words]:
    if spec.condition is not None:
        condition = condition_answer(facts, spec.condition)
        if condition.state == UNMET:
            return MET, words(
                N_("Not asked here: “{condition}” does not hold."), condition=spec.condition.label
            )
        if condition.state == OPEN:
            reason = N_("Asked only where “{condition}” holds, which cannot be told yet.")
            return OPEN, words(reason, condition=spec.condition.label)
    elif not spec.required:
        return MET, words(N_("May stay empty."))
    return missing_state(verified=spec.verified), words(N_("It is missing."))


def _is_date(spec: FieldSpec) -> bool:
    return spec.maps_to.endswith("_date")


def _offered(spec: FieldSpec, facts: Facts, value: str) -> bool:
    keys = raw(facts, spec.maps_to) or (value,)
    return all(key.casefold() in {each.casefold() for each in spec.values} for key in keys)


def _block_rows(facts: Facts, spec: FieldSpec) -> list[FieldRow]:
    role = role_of(spec)
    people = facts.people(role)
    if not people:
        state, reason = _missing(facts, spec)
        return [
            FieldRow(
                key=spec.key, label=spec.label, value="", answer=_answer(spec, state, reason), note=spec.note
            )
        ]
    is_usual = not facts.named(role)
    return [
        _person_row(spec, part, party, place, is_usual=is_usual)
        for place, party in enumerate(people, 1)
        for part in spec.block
    ]


def _person_row(spec: FieldSpec, part: FieldSpec, party: Party, place: int, *, is_usual: bool) -> FieldRow:
    known = spelled(party, part.maps_to.rpartition(".")[2])
    value = known or part.default
    verified = spec.verified and part.verified
    if value:
        state, reason = MET, Words(id="", en="")
        if is_usual:
            reason = words(N_("Nobody else is recorded for it."))
        elif not known:
            reason = words(N_("The usual value; change it if it is wrong."))
    elif part.required:
        state, reason = missing_state(verified=verified), words(N_("It is missing."))
    else:
        state, reason = MET, words(N_("May stay empty."))
    answer = Answer(state=state, reason=reason, clause=clause_of(part.sources), verified=verified)
    group = Words(id=f"{spec.label.id} {place}", en=f"{spec.label.en} {place}")
    key = f"{spec.key}.{place}.{part.key}"
    return FieldRow(key=key, label=part.label, value=value, answer=answer, group=group, note=part.note)


def _answer(spec: FieldSpec, state: str, reason: Words) -> Answer:
    return Answer(state=state, reason=reason, clause=clause_of(spec.sources), verified=spec.verified)
