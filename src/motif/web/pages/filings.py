"""Filings: what the portal asks of a design, answered on pages, and the file built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from starlette.responses import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm

from motif.errors import ParameterError
from motif.filing.change import (
    new_filing,
    note_result,
    note_sent,
    problems_of,
    release_pictures,
    set_answers,
)
from motif.filing.checklist import STATE_WORDS
from motif.filing.checks import check_rows, clause_rows
from motif.filing.dossier import CONDITION, MET, OPEN, UNMET, Answer, Words
from motif.filing.facts import TODAY, Facts, gather, raw, role_of, spelled
from motif.filing.fields import field_rows
from motif.filing.files import file_answer, is_wanted
from motif.filing.routes import FieldSpec, FileSpec, shipped_rules
from motif.filing.terms import alerts_of_terms, due_of
from motif.messages import N_, _, message_of
from motif.records import Filing, Motif
from motif.registry.records.fields import Text
from motif.registry.records.filing import Notice
from motif.vocabulary import term, terms
from motif.web.forms import str_or_sentence
from motif.web.visit import NotHereError, Visit

SECTIONS: Final[Mapping[str, str]] = {
    "form": N_("Fields of the form"),
    "people": N_("People"),
    "papers": N_("Papers and photos"),
    "checks": N_("Checks"),
}
"""Pages on which a filing is filled in."""

OUTCOMES: Final = ("diajukan", "kurang", "dicatat", "terdaftar", "ditolak", "ditarik", "dibatalkan")
_STATES: Final = (UNMET, OPEN, MET)
_REASON: Final = ".reason"
"""Ends the name of the field in which a check's answer is given a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is asked, as the page of a filing shows it."""

    state: str
    label: str
    value: str
    reason: str
    verified: bool


def listing(visit: Visit) -> Response:
    """Show all filings, and what is due."""
    registry = visit.registry()
    titles = {entry.id: entry.title for entry in registry.list(include_withdrawn=True)}
    rows = []
    for filing in reversed(registry.records.list(Filing)):
        title = titles.get(filing.entries[0]) if filing.entries else ""
        if title is None:
            continue
        rows.append((filing, title, _label("routes", filing.route), _label("filing_statuses", filing.status)))
    return visit.page("filings", rows=rows, due=alerts_of_terms(registry), said=_speaker(visit))


def begin(visit: Visit) -> Response:
    """Begin a filing of a design; one that is under way is shown."""
    registry = visit.registry()
    entry = registry.get(str(visit.request.path_params["entry"]))
    route = visit.text("route")
    if route not in shipped_rules().routes:
        return visit.redirect(f"/registry/{entry.id}")
    for filing in registry.records.list(Filing, about=entry.id):
        if filing.route == route and filing.pending:
            return visit.redirect(f"/filings/{filing.id}")
    return visit.redirect(f"/filings/{new_filing(registry, entry.id, route).id}")


def show(visit: Visit) -> Response:
    """Show a filing: what is missing first, then what people decide, then what is met."""
    return _shown(visit)


def fill(visit: Visit) -> Response:
    """Ask one part of what the portal asks, and keep what was answered."""
    facts, section = _facts(visit), str(visit.request.path_params["section"])
    if section not in SECTIONS:
        raise NotHereError
    form = _form_of(visit, facts, section)
    if visit.is_sent:
        typed = _changed(form)
        problems = problems_of(facts, typed)
        for key, message in problems.items():
            form[key].errors = [message]
        if not problems:
            try:
                set_answers(visit.registry(), str(facts.filing.id), typed, by=visit.account.name)
            except ParameterError as error:
                next(iter(form)).errors = [message_of(error)]
            else:
                return visit.redirect(f"/filings/{facts.filing.id}")
    wrong = [(field.name, str_or_sentence(field.errors[0])) for field in form if field.errors]
    return visit.page(
        "filing_fill",
        status=422 if wrong else 200,
        facts=facts,
        section=section,
        sections=SECTIONS,
        form=form,
        groups=_groups(visit, facts, form, section),
        addable=[spec for spec in facts.route.fields if spec.block],
        said=_speaker(visit),
    )


def search(visit: Visit) -> Response:
    """Have the design checked against all entries, and the answer remembered."""
    return _asked(visit, "search", {})


def build(visit: Visit) -> Response:
    """Have the file of the filing built."""
    return _asked(visit, "build", {"form": "zip", "language": visit.language})


def outcome(visit: Visit) -> Response:
    """Note that it was sent, or what the authority answered."""
    facts, registry = _facts(visit), visit.registry()
    status, number, day = (visit.text(name).strip() for name in ("status", "number", "day"))
    filing_id = str(facts.filing.id)
    if status not in OUTCOMES:
        return _shown(visit, problems=[("status", N_("Choose what happened"))])
    try:
        if status == "diajukan" and facts.filing.status == "draf":
            note_sent(registry, filing_id, number=number, day=day)
        else:
            notice = _notice(visit, status, day)
            note_result(registry, filing_id, status, number=number, day=day, notice=notice)
    except (ParameterError, LookupError) as error:
        return _shown(visit, problems=[("status", message_of(error))])
    return visit.redirect(f"/filings/{filing_id}")


def release(visit: Visit) -> Response:
    """Note that the head lets pictures of a closed design into the file."""
    facts = _facts(visit)
    try:
        release_pictures(visit.registry(), str(facts.filing.id), reason=visit.text("reason"))
    except ParameterError:
        return _shown(visit, problems=[("reason", N_("Write why, and with whom it was agreed"))])
    return visit.redirect(f"/filings/{facts.filing.id}")


def _shown(visit: Visit, problems: Sequence[tuple[str, str]] = ()) -> Response:
    facts = _facts(visit)
    lines = list(_lines(facts, visit.language))
    return visit.page(
        "filing",
        status=422 if problems else 200,
        facts=facts,
        status_label=_label("filing_statuses", facts.filing.status),
        lines={state: [line for line in lines if line.state == state] for state in _STATES},
        states={state: _(STATE_WORDS[state]) for state in _STATES},
        sections=SECTIONS,
        outcomes=[(key, _label("filing_statuses", key)) for key in OUTCOMES],
        due=due_of(visit.registry(), facts.filing, at=facts.at),
        said=_speaker(visit),
        trouble=list(problems),
    )


def _facts(visit: Visit) -> Facts:
    return gather(visit.registry(), str(visit.request.path_params["filing"]))


def _asked(visit: Visit, kind: str, more: Mapping[str, str]) -> Response:
    facts = _facts(visit)
    subject = {"filing": str(facts.filing.id), "entry": facts.entry.id, **more}
    asked = visit.counter.jobs.ask(kind, visit.account, subject)
    return visit.redirect(f"/jobs/{asked.number}")


def _notice(visit: Visit, status: str, day: str) -> Notice | None:
    if status != "kurang":
        return None
    texts = {"text": visit.text("notice").strip(), "due": visit.text("due").strip(), "received": day}
    if not texts["text"]:
        raise ParameterError(N_("Write what the notice says"))
    return Notice.from_json({name: text for name, text in texts.items() if text})


def _lines(facts: Facts, language: str) -> Iterator[Line]:
    for row in field_rows(facts):
        label = row.label if row.group is None else Words(
            id=f"{row.group.id}: {row.label.id}", en=f"{row.group.en}: {row.label.en}"
        )  # fmt: skip
        yield _line(label, row.answer, language, row.value)
    for spec in facts.route.files:
        yield _line(spec.label, file_answer(facts, spec), language)
    for check in check_rows(facts):
        if check.decides != CONDITION:
            yield _line(check.label, check.answer, language)
    for clause in clause_rows(facts):
        yield _line(clause.label, clause.answer, language)


def _line(label: Words, answer: Answer, language: str, value: str = "") -> Line:
    return Line(
        state=answer.state,
        label=label.said(language),
        value=value,
        reason=answer.reason.said(language),
        verified=answer.verified,
    )


def _speaker(visit: Visit) -> Any:
    return lambda words: words.said(visit.language)


def _label(name: str, key: str | None) -> str:
    return term(name, key).label() if key else ""


def _changed(form: BaseForm) -> dict[str, str]:
    """Return what was typed otherwise than it stood there; a check's answer and its reason as one."""
    typed = {}
    for field in form:
        if field.name.endswith(_REASON) or not field.raw_data:
            continue
        now, before = str(field.data or "").strip(), str(field.object_data or "").strip()
        reason = field.name + _REASON
        if reason in form:
            said = str(form[reason].data or "").strip()
            if (now, said) != (before, str(form[reason].object_data or "").strip()):
                typed[field.name] = f"{now}: {said}" if now and said else now
        elif now != before:
            typed[field.name] = now
    return typed


def _form_of(visit: Visit, facts: Facts, section: str) -> BaseForm:
    """Make the form of a part, filled with what is known or was sent."""
    maker = {"form": _own_fields, "people": _people_fields, "papers": _paper_fields, "checks": _check_fields}
    made: dict[str, Any] = {}
    known: dict[str, str] = {}
    for key, field, value in maker[section](visit, facts):
        made[key], known[key] = field, value
    form = BaseForm(made)
    form.process(visit.form if visit.is_sent else None, data=known)
    return form


Asked = tuple[str, Any, str]
"""Key, unbound field, and what is known."""


def _own_fields(visit: Visit, facts: Facts) -> Iterator[Asked]:
    for spec in facts.route.fields:
        if spec.block or spec.maps_to.endswith("].id"):  # the latter follows from who is recorded
            continue
        known = raw(facts, spec.maps_to) or tuple(filter(None, (facts.known(spec.maps_to, spec.key),)))
        remark = _remark(visit, spec)
        if spec.values and len(known) < 2:
            yield spec.key, _choice(spec, known, visit, remark), known[0] if known else spec.default
        elif _is_long(spec):
            yield (
                spec.key,
                TextAreaField(spec.label.said(visit.language), description=remark),
                "; ".join(known),
            )
        else:
            yield spec.key, StringField(spec.label.said(visit.language), description=remark), "; ".join(known)


def _choice(spec: FieldSpec, known: tuple[str, ...], visit: Visit, remark: str) -> RadioField:
    labels = {
        key: each.label()
        for name in ("applicant_kinds", "access_classes")
        for key, each in terms(name).items()
    }
    offered = dict.fromkeys((*spec.values, *known))
    choices = [(key, labels.get(key, key)) for key in offered] + [("", _("Not known"))]
    return RadioField(
        spec.label.said(visit.language), choices=choices, description=remark, validate_choice=False
    )


def _terms_field(label: str, name: str) -> RadioField:
    choices = [(key, each.label()) for key, each in terms(name).items()] + [("", _("Not known"))]
    return RadioField(label, choices=choices, validate_choice=False)


def _remark(visit: Visit, spec: FieldSpec | FileSpec) -> str:
    parts = [spec.note.said(visit.language)] if spec.note else []
    if isinstance(spec, FieldSpec) and spec.maps_to.endswith("date"):
        parts.append(_("Year, month, day: 2026-05-17."))
    if isinstance(spec, FieldSpec) and spec.default and not spec.values:
        usual = _("the day of the file") if spec.default == TODAY else spec.default
        parts.append(_("Left empty: {value}.").format(value=usual))
    return " ".join(parts if spec.verified else [*parts, f"({_('not verified')})"])


def _is_long(spec: FieldSpec) -> bool:
    name = spec.maps_to.rpartition(".")[2]
    kind = {each.name: each.metadata.get("kind") for each in fields(Motif)}.get(name)
    return spec.maps_to.startswith("motif.") and isinstance(kind, Text) and kind.lines


def _people_fields(visit: Visit, facts: Facts) -> Iterator[Asked]:
    more = visit.request.query_params.get("more", "")
    for spec in facts.route.fields:
        if not spec.block:
            continue
        people = facts.named(role_of(spec))
        is_asked = not people and spec.required and not facts.people(role_of(spec))
        places = len(people) + (1 if is_asked or more == spec.key else 0)
        for place in range(1, places + 1):
            party = people[place - 1] if place <= len(people) else None
            for part in spec.block:
                name = part.maps_to.rpartition(".")[2]
                value = spelled(party, name) if party else ""
                field = StringField(part.label.said(visit.language), description=_remark(visit, part))
                yield f"{spec.key}.{place}.{part.key}", field, value or part.default
            kind = (party.party_kind or "") if party else ""
            yield f"{spec.key}.{place}.party_kind", _terms_field(_("Kind"), "party_kinds"), kind
            represented = (party.represented_by or "") if party else ""
            remark = _("Of a body: who signs for it, and the office held, such as Siti Aminah, Ketua.")
            field = StringField(_("Represented by"), description=remark)
            yield f"{spec.key}.{place}.represented_by", field, represented


def _paper_fields(visit: Visit, facts: Facts) -> Iterator[Asked]:
    for spec in facts.route.files:
        if not is_wanted(facts, spec) and spec.condition is not None:
            continue
        documents = facts.documents(spec.key)
        first = documents[0] if documents else None
        if spec.kind == "image":
            remark = _("Numbers of the photos, such as 1; 2. Empty: as the page of the filing says.")
            chosen = {photo.sha256 for photo in facts.filing.photos or () if photo.key == spec.key}
            numbers = [str(at) for at, photo in enumerate(facts.entry.photos, 1) if photo.sha256 in chosen]
            yield f"{spec.key}.photos", StringField(_("Photos"), description=remark), "; ".join(numbers)
        elif spec.kind == "identity" or not spec.signers:
            remark = _("Your name. The paper itself is never kept.") if spec.kind == "identity" else ""
            seen = (first.seen_by or "") if first else ""
            yield f"{spec.key}.seen_by", StringField(_("Seen by"), description=remark), seen
        else:
            day, place, stamp = (first.date, first.place, first.meterai) if first else (None, None, None)
            remark = _("Such as 2026-12-01, once all have signed.")
            yield f"{spec.key}.date", StringField(_("Signed on"), description=remark), day or ""
            yield f"{spec.key}.place", StringField(_("Signed at")), place or ""
            if spec.meterai:
                yield f"{spec.key}.meterai", _terms_field(_("Meterai"), "stamp_kinds"), stamp or ""


def _check_fields(visit: Visit, facts: Facts) -> Iterator[Asked]:
    answers = {each.key: each for each in facts.filing.answers or ()}
    choices = [("", _("As the record says"))]
    choices += [(key, each.label()) for key, each in terms("check_answers").items()]
    rows = {row.key: row.answer for row in check_rows(facts)}
    rows |= {row.key: row.answer for row in clause_rows(facts)}
    for spec in (*facts.route.checks, *facts.route.clauses):
        given = answers.get(spec.key)
        remark = rows[spec.key].reason.said(visit.language)
        label = spec.label.said(visit.language)
        key = f"check.{spec.key}"
        field = SelectField(label, choices=choices, description=remark, validate_choice=False)
        yield key, field, (given.answer or "") if given else ""
        reason = StringField(f"{_('Why?')} ({label})")
        yield key + _REASON, reason, (given.reason or "") if given else ""


def _groups(visit: Visit, facts: Facts, form: BaseForm, section: str) -> list[tuple[str, list[Any]]]:
    """Put the fields of a form under headings."""
    if section in ("form", "checks"):
        return [("", list(form))]
    labels = {spec.key: spec.label.said(visit.language) for spec in facts.route.fields}
    labels |= {spec.key: spec.label.said(visit.language) for spec in facts.route.files}
    groups: dict[str, list[Any]] = {}
    for field in form:
        key, _dot, rest = field.name.partition(".")
        place = rest.partition(".")[0]
        title = f"{labels[key]} {place}" if section == "people" else labels[key]
        groups.setdefault(title, []).append(field)
    return list(groups.items())
