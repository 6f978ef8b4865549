"""Register a design: one question a page, then all answers once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from wtforms import Form

from motif.messages import N_, _
from motif.report.phrases import date
from motif.web import forms
from motif.web.jobs import Job
from motif.web.pages.checks import decision_on
from motif.web.photos import HandedIn
from motif.web.visit import NotHereError, Visit
from motif.web.words import entry_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One page of questions that belong together.

    Parameters
    ----------
    form : class of Form
    label : str
        What the list of answers calls it.
    may_be_left : bool
        Whether no answer is an answer.
    """

    form: type[Form]
    label: str
    may_be_left: bool = True


QUESTIONS: Final[Mapping[str, Question]] = {
    "title": Question(form=forms.TitleForm, label=N_("Name of the motif"), may_be_left=False),
    "maker": Question(form=forms.MakerForm, label=N_("Maker")),
    "place": Question(form=forms.PlaceForm, label=N_("Place of origin")),
    "technique": Question(form=forms.TechniqueForm, label=N_("Technique")),
    "announced": Question(form=forms.AnnouncedForm, label=N_("First announced")),
    "story": Question(form=forms.StoryForm, label=N_("Description and meaning")),
    "access": Question(form=forms.AccessForm, label=N_("Who may see it"), may_be_left=False),
}
_LAST: Final = "answers"


def begin(visit: Visit) -> Response:
    """Go to the first question that is still open."""
    photo = visit.photo()
    draft = visit.counter.photos.draft(photo.number) or {}
    step = next((name for name in QUESTIONS if name not in draft.get("asked", [])), _LAST)
    return visit.redirect(f"/photos/{photo.number}/register/{step}")


def ask(visit: Visit) -> Response:
    """Ask one question, or show all answers and register."""
    photo, step = visit.photo(), str(visit.request.path_params["question"])
    if step != _LAST and step not in QUESTIONS:
        raise NotHereError
    if photo.entry is not None:
        return visit.redirect(f"/registry/{photo.entry}")
    known = visit.counter.jobs.of_photo(photo.number, "register")
    if known and not known[0].is_finished:
        return visit.redirect(f"/jobs/{known[0].number}")
    obstacle = _obstacle(visit, photo)
    if obstacle is not None:
        return obstacle
    draft = visit.counter.photos.draft(photo.number) or {"asked": []}
    if step == _LAST:
        return _check_answers(visit, photo, draft, known[0] if known else None)
    return _question(visit, photo, draft, step)


def _question(visit: Visit, photo: HandedIn, draft: dict[str, Any], step: str) -> Response:
    form_class = QUESTIONS[step].form
    form = form_class(visit.form) if visit.is_sent else form_class(data=draft)
    if not visit.is_sent or not form.validate():
        names = list(QUESTIONS)
        return visit.page(
            "question",
            status=422 if visit.is_sent else 200,
            form=form,
            photo=photo,
            step=step,
            place=names.index(step) + 1,
            count=len(names),
            back=names[names.index(step) - 1] if step != names[0] else "",
            may_be_left=QUESTIONS[step].may_be_left,
        )
    answers = {name: str(value or "").strip() for name, value in form.data.items()}
    if isinstance(form, forms.AnnouncedForm):
        answers["first_announced_date"] = form.date()
    asked = [*(one for one in draft["asked"] if one != step), step]
    visit.counter.photos.keep_draft(photo.number, visit.account.number, answers | {"asked": asked})
    return begin(visit)


def _check_answers(visit: Visit, photo: HandedIn, draft: dict[str, Any], failed: Job | None) -> Response:
    left = [name for name in QUESTIONS if name not in draft["asked"]]
    if left:
        return visit.redirect(f"/photos/{photo.number}/register/{left[0]}")
    if not visit.is_sent:
        rows = [(step, _(question.label), said_of(step, draft)) for step, question in QUESTIONS.items()]
        return visit.page("answers", photo=photo, rows=rows, failed=failed)
    answers = {name: value for name, value in draft.items() if name != "asked"}
    subject = {"sha256": photo.sha256, "name": photo.name, "answers": answers}
    asked = visit.counter.jobs.ask("register", visit.account, subject, photo=photo.number)
    return visit.redirect(f"/jobs/{asked.number}")


def said_of(step: str, draft: Mapping[str, Any]) -> str:
    """Say in words what was answered to a question.

    Parameters
    ----------
    step : str
    draft : mapping

    Returns
    -------
    str
        Empty where the question was left.
    """
    form = QUESTIONS[step].form(data=dict(draft))
    if step == "announced":
        return date(draft["first_announced_date"]) if draft.get("first_announced_date") else ""
    if step == "maker":
        if not draft.get("maker"):
            return ""
        may = _("may be named") if draft.get("may_be_named") == "yes" else _("is not named to others")
        return f"{draft['maker']} ({may})"
    said = []
    for field in form:
        label = dict(getattr(field, "choices", None) or {}).get(field.data)
        said.append(_(label) if label else str(field.data or ""))
    return ", ".join(filter(None, said))


def _obstacle(visit: Visit, photo: HandedIn) -> Response | None:
    """Say what must be done before a photo is registered: it is compared, and what is alike is decided."""
    checks = visit.counter.jobs.of_photo(photo.number, "check")
    answered = [job for job in checks if job.state == "done"]
    if not answered:
        return visit.page("obstacle", status=409, photo=photo, check=None, name="")
    value = visit.counter.folder.answer(answered[0].number) or {"matches": []}
    for match in value["matches"]:
        if match["verdict"] == "conflict":
            decision = decision_on(visit, photo, match)
            if decision is None or decision.human_verdict == "confirm":
                return visit.page(
                    "obstacle",
                    status=409,
                    photo=photo,
                    check=answered[0],
                    name=entry_name(match),
                    match=match,
                    decision=decision,
                )
    return None
