"""What a check found: words first, then the cloths; and the progress of everything that takes a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from motif.errors import AccessDeniedError
from motif.messages import N_
from motif.records import Decision
from motif.web.photos import HandedIn
from motif.web.tasks import drawn_words
from motif.web.visit import NotHereError, Visit
from motif.web.words import answer_words, came_first, decided_words, entry_name, timeline

VIEWS: Final = {
    "beside": N_("Side by side"),
    "overlay": N_("One on the other"),
    "difference": N_("What differs"),
    "points": N_("The same points"),
}
"""Ways to look at two cloths, in the order of the keys 1 to 4."""
FORMS: Final = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_SAVED: Final = {**FORMS, "zip": "application/zip"}
_PICTURES: Final = ("checked", "registered", "overlay", "difference", "points-checked", "points-registered")


def show(visit: Visit) -> Response:
    """Say what was found, and show both cloths."""
    job = visit.job("check", "check")
    photo = visit.own_photo(job.photo or 0)
    value = visit.counter.folder.answer(job.number) if job.state == "done" else None
    if value is None:
        return visit.page("progress", job=job, photo=photo, ahead=visit.counter.jobs.ahead_of(job), here=True)
    matches = [match for match in value["matches"] if match["verdict"] != "clear"]
    shown = _chosen(visit, matches)
    drawn = drawn_words(visit.counter.folder, job.number)
    drawing = None
    if matches and drawn is None:
        drawing = visit.counter.jobs.draw(job, visit.counter.accounts.get(job.account))
    words = (drawn or {}).get(shown["entry"]["id"]) if shown else None
    view = visit.request.query_params.get("view", "beside")
    return visit.page(
        "check",
        job=job,
        photo=photo,
        value=value,
        answer=answer_words(value),
        matches=matches,
        shown=shown,
        words=words,
        drawing=drawing,
        view=view if words and view in words["views"] else "beside",
        views=VIEWS,
        names={match["entry"]["id"]: entry_name(match) for match in matches},
        decisions={match["entry"]["id"]: decision_on(visit, photo, match) for match in matches},
        decided_words=decided_words,
        timeline=timeline(value, shown) if shown else [],
        came_first=came_first(shown) if shown else "",
        look=visit.counter.jobs.of_photo(photo.number, "look")[0],
    )


def _chosen(visit: Visit, matches: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the match that the address asks for, or else the gravest."""
    wanted = visit.request.query_params.get("entry")
    gravest = sorted(matches, key=lambda match: match["verdict"] != "conflict")
    chosen = [match for match in matches if match["entry"]["id"] == wanted]
    return next(iter(chosen or gravest), None)


def decision_on(visit: Visit, photo: HandedIn, match: Mapping[str, Any]) -> Decision | None:
    """Return what was decided about a photo and a design, also after the check; None if nothing.

    Parameters
    ----------
    visit : Visit
    photo : HandedIn
    match : mapping
        ``Match.to_json``.

    Returns
    -------
    Decision or None
    """
    if match["withheld"]:
        return None
    entry, sha256s = match["entry"]["id"], {one["sha256"] for one in match["entry"]["photos"]}
    known = visit.registry().records.list(Decision, about=entry)
    own = {photo.sha256, photo.entry}
    between = [
        one
        for one in known
        if ({one.a, one.b} & own and {one.a, one.b} & {entry, *sha256s})
        or (one.human_verdict == "classic" and one.b is None)
    ]
    return max(between, key=lambda one: (one.decided_at, one.id), default=None)


def picture(visit: Visit) -> Response:
    """Send a picture of an answer."""
    job = visit.job("check", "check")
    entry, _dash, kind = str(visit.request.path_params["name"]).removesuffix(".jpg").partition("_")
    value = visit.counter.folder.answer(job.number) or {"matches": []}
    ids = {match["entry"]["id"] for match in value["matches"] if not match["withheld"]}
    if entry not in ids or kind not in _PICTURES:
        raise NotHereError
    visit.registry().get(entry)  # it may have been closed since
    return visit.file(visit.counter.folder.check(job.number, f"{entry}-{kind}.jpg"), "image/jpeg")


def report(visit: Visit) -> Response:
    """Have the report on a check written."""
    job = visit.job("check", "check")
    photo, form = visit.own_photo(job.photo or 0), str(visit.request.path_params["form"])
    if form not in FORMS or job.state != "done":
        raise NotHereError
    subject = {
        "sha256": photo.sha256,
        "check": job.number,
        "name": photo.name,
        "form": form,
        "language": visit.language,
    }
    asked = visit.counter.jobs.ask("report", visit.account, subject, photo=photo.number)
    return visit.redirect(f"/jobs/{asked.number}")


def job(visit: Visit) -> Response:
    """Show how far something is, and lead on to what came of it."""
    known = visit.job("job", "report", "register", "label", "search", "build")
    photo = visit.own_photo(known.photo) if known.photo else None
    if known.state == "done" and known.kind == "register":
        return visit.redirect(f"/registry/{known.answer['entry']}?new=1")
    if known.state == "done" and known.kind == "label":
        return visit.redirect(f"/checks/{known.subject['check']}?entry={known.subject['entry']}")
    if known.state == "done" and known.kind == "search":
        return visit.redirect(f"/filings/{known.subject['filing']}")
    ahead = visit.counter.jobs.ahead_of(known)
    return visit.page("progress", job=known, photo=photo, ahead=ahead, here=False)


def state(visit: Visit) -> Response:
    """Say how far something is, for the script of the page."""
    known = visit.job("job", "look", "check", "draw", "report", "register", "label", "search", "build")
    return JSONResponse({"state": known.state, "ahead": visit.counter.jobs.ahead_of(known)})


def _require_released(visit: Visit, filing_id: str) -> None:
    """Refuse a file with pictures that was built when the design was still open."""
    from motif.filing.facts import gather

    if gather(visit.registry(), filing_id).pictures_closed:
        message = N_("this file has pictures, and the design is closed now")
        raise AccessDeniedError(message, hint=N_("Build the file again."))


def report_file(visit: Visit) -> Response:
    """Send a report as a file to be saved; whether its design is open is asked again."""
    from motif.web.guard import DOCUMENT_POLICY

    known = visit.job("job", "report", "build")
    if known.state != "done":
        raise NotHereError
    entry, form = known.subject.get("entry"), known.subject["form"]
    if entry:
        visit.registry().get(entry)
    if known.kind == "build" and known.answer["shows"]:
        _require_released(visit, known.subject["filing"])
    response = visit.file(visit.counter.folder.report(known.number, form), _SAVED[form])
    name = known.answer.get("name") or f"motif-{entry or known.subject['check']}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response
