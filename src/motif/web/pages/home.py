"""What waits for whoever is signed in, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from motif.messages import _
from motif.records import Decision
from motif.web.jobs import Job
from motif.web.photos import HandedIn
from motif.web.visit import Visit
from motif.web.words import clock

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits, or one that is answered.

    Parameters
    ----------
    text : str
        A sentence.
    path : str
        Where it goes on.
    picture : str
        Address of a small picture; empty if there is none.
    at : datetime or None
    """

    text: str
    path: str
    picture: str = ""
    at: datetime | None = None


def home(visit: Visit) -> Response:
    """Show what waits, oldest first, and what was answered lately."""
    everyone = visit.may("see everyone's")
    photos = visit.counter.photos.newest(None if everyone else visit.account.number)
    numbers = [photo.number for photo in photos]
    looks, checks = (visit.counter.jobs.newest_of(numbers, kind) for kind in ("look", "check"))
    decided = _decided(visit) if everyone else set()
    waiting: list[Waiting] = []
    answered: list[Waiting] = []
    for photo in photos:
        look, check = looks.get(photo.number), checks.get(photo.number)
        if look is None or (look.state == "done" and photo.entry is not None):
            continue
        item, waits = _of_photo(visit, photo, look, check, decided)
        (waiting if waits else answered).append(item)
    if everyone:
        waiting += _alerts(visit)
    return visit.page(
        "home",
        waiting=list(reversed(waiting)),
        answered=answered[:MOST_SHOWN],
        entries=len(visit.counter.catalogues.rows(visit.registry())),
        newest=visit.counter.catalogues.rows(visit.registry())[:4],
    )


def _of_photo(
    visit: Visit, photo: HandedIn, look: Job, check: Job | None, decided: set[tuple[str, str]]
) -> tuple[Waiting, bool]:
    """Say how it stands with a photo, and whether it waits for who asks."""
    small = f"/photos/{photo.number}/picture/small.jpg" if look.state == "done" else ""

    def item(text: str, path: str) -> Waiting:
        when = clock(photo.taken_in_at)
        return Waiting(text=text.format(when=when), path=path, picture=small, at=photo.taken_in_at)

    here = f"/photos/{photo.number}"
    may_work, may_register = visit.may("check"), visit.may("register")
    if not look.is_finished:
        return item(_("The photo of {when} is being looked at."), here), False
    if look.state == "failed":
        return item(_("The photo of {when} could not be read."), here), False
    if check is None:
        if look.answer.get("refused"):
            return item(_("The photo of {when} should be taken again."), here), False
        return item(_("The photo of {when} is not compared yet."), here), may_work
    answer = f"/checks/{check.number}"
    if not check.is_finished:
        return item(_("The photo of {when} is being compared."), answer), False
    if check.state == "failed":
        return item(_("The photo of {when} could not be compared."), answer), False
    entry = check.answer["entry"]
    if entry is not None and not decided & {(photo.sha256, entry), (entry, "None")}:
        text = _("The photo of {when} resembles {entry}: a person must look.").replace("{entry}", entry)
        return item(text, answer), visit.may("decide")
    if entry is not None:
        return item(_("The photo of {when} was compared, and a person has decided."), answer), False
    if visit.counter.photos.draft(photo.number) is not None:
        text = _("The photo of {when} is about to be registered: some questions are open.")
        return item(text, f"{here}/register"), may_register
    return item(_("The photo of {when} resembles nothing that is registered."), answer), False


def _decided(visit: Visit) -> set[tuple[str, str]]:
    """Return the pairs of photo and entry about which somebody decided."""
    decisions = visit.registry().records.list(Decision)
    pairs = {(str(one.a), str(one.b)) for one in decisions if one.human_verdict}
    return pairs | {(b, a) for a, b in pairs}


def _alerts(visit: Visit) -> Iterator[Waiting]:
    registry = visit.registry()
    for alert in registry.alerts():
        if alert.entry is None or alert.entry not in registry:
            continue
        text = _("{entry}, which was registered lately, resembles {other}.")
        other = alert.other if alert.other and len(alert.other) < 20 else _("a photo that was checked")
        yield Waiting(
            text=text.format(entry=alert.entry, other=other),
            path=f"/registry/{alert.entry}",
            at=alert.raised_at,
        )
