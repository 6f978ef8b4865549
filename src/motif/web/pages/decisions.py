"""A person decides whether two pictures show one design; the reason is required."""

from __future__ import annotations

from starlette.responses import Response

from motif.errors import AccessDeniedError
from motif.messages import N_
from motif.records import Decision
from motif.web.forms import DecisionForm
from motif.web.pages.checks import decision_on
from motif.web.tasks import drawn_words
from motif.web.visit import NotHereError, Visit
from motif.web.words import decided_words, entry_name


def decide(visit: Visit) -> Response:
    """Ask for the decision and its reason, and keep both."""
    job = visit.job("check", "check")
    photo, entry = visit.own_photo(job.photo or 0), str(visit.request.path_params["entry"])
    value = visit.counter.folder.answer(job.number)
    match = next((one for one in (value or {"matches": []})["matches"] if one["entry"]["id"] == entry), None)
    if match is None or match["withheld"]:
        raise NotHereError
    earlier = decision_on(visit, photo, match)
    form = DecisionForm(visit.form) if visit.is_sent else DecisionForm()
    if not visit.is_sent or not form.validate():
        drawn = drawn_words(visit.counter.folder, job.number) or {}
        return visit.page(
            "decide",
            status=422 if visit.is_sent else 200,
            form=form,
            job=job,
            photo=photo,
            match=match,
            name=entry_name(match),
            is_drawn=entry in drawn,
            earlier=earlier,
            may_overrule=_may_decide_again(visit, earlier),
            decided_words=decided_words,
        )
    verdict, reason = str(form.verdict.data), str(form.reason.data)
    back = f"/checks/{job.number}?entry={entry}"
    if earlier is not None and _is_same(visit, earlier, verdict, reason):
        return visit.redirect(back)  # sent twice
    if not _may_decide_again(visit, earlier):
        message = N_("Somebody else has decided this already")
        raise AccessDeniedError(message, hint=N_("Only the head overrules a decision."))
    if verdict == "label":
        subject = {
            "sha256": photo.sha256,
            "entry": entry,
            "check": job.number,
            "reason": reason,
            "examiner": visit.account.name,
        }
        asked = visit.counter.jobs.ask("label", visit.account, subject, photo=photo.number)
        return visit.redirect(f"/jobs/{asked.number}")
    sides = (entry,) if verdict == "classic" else (photo.sha256, entry)
    visit.registry().decide(*sides, verdict=verdict, by=visit.account.name, reason=reason)
    return visit.redirect(back)


def _may_decide_again(visit: Visit, earlier: Decision | None) -> bool:
    """Tell whether who asks may decide: the first, who decided before, or the head."""
    return earlier is None or earlier.examiner == visit.account.name or visit.may("overrule")


def _is_same(visit: Visit, earlier: Decision, verdict: str, reason: str) -> bool:
    said = (earlier.human_verdict, (earlier.reason or "").split(), earlier.examiner)
    return said == (verdict, reason.split(), visit.account.name)
