"""The registry: looked through by pictures, each design with all that is known of it, and the ledger."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from motif.errors import AccessDeniedError, RegistryError
from motif.files import SHA256
from motif.messages import N_, _
from motif.records import Filing, Party, Specimen
from motif.registry.actor import OWNER
from motif.registry.ledger.event import READING, Event, subject_of
from motif.report.record_text import record_rows
from motif.vocabulary import terms
from motif.web.catalogue import PAGE_SIZE, Wanted, families
from motif.web.pages.checks import FORMS
from motif.web.tasks import Errand
from motif.web.visit import NotHereError, Visit
from motif.web.words import decided_words

SYMMETRIES: Final = (
    *("p1", "p2", "pm", "pg", "cm", "pmm", "pmg", "pgg", "cmm"),
    *("p4", "p4m", "p4g", "p3", "p3m1", "p31m", "p6", "p6m"),
)
"""The seventeen groups of repeating patterns."""
_ASKED: Final = ("words", "family", "symmetry", "color")
_SIZES: Final = ("photo", "small")
_PATIENCE_S: Final = 30.0
_MOST_EVENTS: Final = 200
_HAPPENED: Final = {
    "entry.added": N_("registered"),
    "photo.added": N_("a photo was added"),
    "entry.revised": N_("name or note was changed"),
    "entry.withdrawn": N_("withdrawn"),
    "entry.read": N_("read by somebody, as it is not open"),
    "record.put": N_("something was recorded: {kind}"),
    "record.erased": N_("a person's record was erased"),
}
_OF_THE_OFFICE: Final = {
    "registry.made": N_("the registry was made"),
    "checkpoint.signed": N_("the log was signed"),
    "checkpoint.timestamped": N_("a timestamp was kept"),
    "rollback.accepted": N_("an older copy was accepted"),
}
_KINDS: Final = {
    "motif": N_("about the design"),
    "specimen": N_("about a cloth"),
    "capture": N_("about a photo"),
    "party": N_("about a person"),
    "filing": N_("about an application"),
    "decision": N_("a decision"),
    "check": N_("a saved check"),
    "alert": N_("an alert"),
    "traits": N_("what was measured"),
    "mark": N_("a mark that counts nowhere"),
    "paper": N_("a paper of an application"),
}


def catalogue(visit: Visit) -> Response:
    """Show designs as pictures; look for them by words, family, colour, symmetry."""
    asked = visit.request.query_params
    wanted = Wanted(**{name: asked.get(name, "").strip()[:100] for name in _ASKED})
    rows = visit.counter.catalogues.rows(visit.registry())
    found = [row for row in rows if wanted.fits(row)]
    page = max(1, int(asked["page"])) if asked.get("page", "").isdecimal() and len(asked["page"]) < 6 else 1
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(page, pages)
    query = {name: value for name in _ASKED if (value := getattr(wanted, name))}
    return visit.page(
        "registry",
        rows=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        wanted=wanted,
        total=len(rows),
        count=len(found),
        unmeasured=sum(row.traits is None for row in rows) if wanted.symmetry or wanted.color else 0,
        page=page,
        pages=pages,
        address=lambda number: "/registry?" + urlencode(query | {"page": number}),
        families=families(),
        symmetries=SYMMETRIES,
    )


def show(visit: Visit) -> Response:
    """Show a design: its photos, what is known, its history, its proofs, its reports."""
    registry = visit.registry()
    entry = registry.get(str(visit.request.path_params["entry"]))
    if entry.id != visit.request.path_params["entry"]:
        return visit.redirect(f"/registry/{entry.id}")
    about = registry.records.about(entry.id)
    makers = [
        party.name
        for party in about.get("party", ())
        if isinstance(party, Party) and (party.may_be_named or registry.actor.sees_people) and party.name
    ]
    shown = _HAPPENED.keys() - (() if registry.actor.sees_everything else {READING})
    events = (event for event in registry.ledger.history(entry.id) if event.kind in shown)
    history = [(event.at, event.by, _happened(event)) for event in events]
    return visit.page(
        "entry",
        entry=entry,
        is_new="new" in visit.request.query_params,
        known=[row for record in about["motif"] for row in record_rows(record)],
        cloths=[(one.id, record_rows(one)) for one in about.get("specimen", ()) if isinstance(one, Specimen)],
        traits=next(iter(about.get("traits", ())), None),
        makers=makers,
        decisions=about.get("decision", ()) if visit.may("see everyone's") else (),
        decided_words=decided_words,
        history=history,
        is_proven=_proof_of(visit, entry.id) is not None,
        filings=_filings_of(visit, entry.id) if visit.may("see filings") else None,
        filing_routes={key: term.label() for key, term in terms("routes").items()},
        family_names={key: term.label() for key, term in terms("families").items()},
    )


def _filings_of(visit: Visit, entry_id: str) -> list[tuple[Filing, str]]:
    filings = visit.registry().records.list(Filing, about=entry_id)
    labels = terms("filing_statuses")
    return [(filing, labels[filing.status].label() if filing.status else "") for filing in filings]


def ledger(visit: Visit) -> Response:
    """Show the last events of the ledger, all or those of one person: also who read what is not open."""
    by = visit.request.query_params.get("by", "").strip()[:100]
    events = visit.registry().ledger.newest(by=by, limit=_MOST_EVENTS)
    rows = [(event.at, event.by, _happened(event), subject_of(event)) for event in events]
    names = sorted({account.login for account in visit.counter.accounts.list()})
    return visit.page("ledger", rows=rows, by=by, names=names, most=_MOST_EVENTS)


def _happened(event: Event) -> str:
    kind = _KINDS.get(str(event.data.get("kind")), "")
    return _((_HAPPENED | _OF_THE_OFFICE)[event.kind]).format(kind=_(kind))


def picture(visit: Visit) -> Response:
    """Send a photo of a design, small or large; it is drawn by a worker the first time."""
    registry, params = visit.registry(), visit.request.path_params
    sha256, name = str(params["sha256"]), str(params["name"]).removesuffix(".jpg")
    if not SHA256.fullmatch(sha256) or name not in _SIZES:
        raise NotHereError
    entry = registry.get(str(params["entry"]))
    if sha256 not in {photo.sha256 for photo in entry.photos}:
        raise NotHereError
    place = visit.counter.folder.picture(sha256, f"{name}.jpg")
    if not place.exists():
        errand = Errand(
            kind="thumbnail", folder=visit.counter.folder.path, actor=OWNER, subject={"sha256": sha256}
        )
        outcome = visit.counter.workbench.do(errand).result(_PATIENCE_S)
        if outcome.failed:
            raise NotHereError
    return visit.file(place, "image/jpeg", keep_s=3600)


def report(visit: Visit) -> Response:
    """Have the sheet of a design written."""
    entry = visit.registry().get(str(visit.request.path_params["entry"]))
    form = str(visit.request.path_params["form"])
    if form not in FORMS:
        raise NotHereError
    subject = {"entry": entry.id, "form": form, "language": visit.language}
    asked = visit.counter.jobs.ask("report", visit.account, subject)
    return visit.redirect(f"/jobs/{asked.number}")


def proof(visit: Visit) -> Response:
    """Send the proof that a design is in the ledger, as a file to be kept."""
    entry = visit.registry().get(str(visit.request.path_params["entry"]))
    value = _proof_of(visit, entry.id)
    if value is None:
        raise NotHereError
    name = f"motif-{entry.id}-proof.json"
    return JSONResponse(value, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _proof_of(visit: Visit, entry_id: str) -> dict[str, object] | None:
    """Return the proof; None while no checkpoint covers the design, or where who asks may not see it."""
    try:
        return visit.registry().ledger.proof(entry_id)
    except AccessDeniedError:
        raise
    except RegistryError:
        return None
