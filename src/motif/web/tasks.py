"""What worker processes do: everything that opens a picture or compares designs.

A picture that breaks its reader ends a worker, and nothing else. Each task reads files of the counter's
folder, writes others there, and returns a few values; doing it twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from motif.errors import DuplicateMotifError, MotifError
from motif.messages import LANGUAGES, N_, _, message_of
from motif.registry.actor import Actor
from motif.web.folder import Folder, read_json, write_json

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.fingerprint import Fingerprint
    from motif.photo.photo import Photo
    from motif.registry.records.entry import Entry
    from motif.registry.registry import Registry
    from motif.registry.results import Match

LARGE_PX: Final = 1280
SMALL_PX: Final = 480
MOST_PICTURED: Final = 4
"""Matches of a check that are drawn."""
_MOST_BYTES: Final = 420_000
_MOST_POINTS: Final = 12
_SHEET_PX: Final = 1000
_SERVER: Final = "motif serve"

_open: dict[str, Registry] = {}
"""The registry that this worker process has open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One thing to do.

    Parameters
    ----------
    kind : str, a key of ``TASKS``
    folder : Path
        The counter's.
    actor : Actor
        In whose name.
    subject : mapping
        JSON-ready; what each task needs.
    """

    kind: str
    folder: Path
    actor: Actor
    subject: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an errand.

    Parameters
    ----------
    answer : mapping
        JSON-ready; of a failure ``code``, and ``message`` and ``hint`` in each language.
    failed : bool
    """

    answer: Mapping[str, Any]
    failed: bool = False


def prepare(place: str, memory_bytes: int | None) -> None:
    """Make a worker process ready: one core, warm, the registry open, memory limited.

    Parameters
    ----------
    place : str
        Of the registry.
    memory_bytes : int or None
        See ``workers.limits.Limits``.
    """
    from motif.registry.registry import Registry
    from motif.workers.setup import prepare_worker

    registry = Registry.open(place, create=False, by=_SERVER)
    _open["registry"] = registry
    prepare_worker(registry.profile, memory_bytes)


def perform(errand: Errand) -> Outcome:
    """Do an errand in a worker process; an error is returned, not raised.

    Parameters
    ----------
    errand : Errand

    Returns
    -------
    Outcome
    """
    from motif.workers.limits import out_of_memory

    try:
        acting = _open["registry"].acting(errand.actor)
        return Outcome(answer=TASKS[errand.kind](errand, acting))
    except MotifError as error:
        return failure(error)
    except MemoryError:
        return failure(out_of_memory())
    except Exception as error:
        return failure(
            MotifError(
                N_("this should not have happened: {kind}: {error}", kind=type(error).__name__, error=error),
                hint=N_("Send picture and message to the developers."),
            )
        )


def failure(error: MotifError) -> Outcome:
    """Return an error as the outcome of an errand.

    Parameters
    ----------
    error : MotifError

    Returns
    -------
    Outcome
    """
    answer: dict[str, Any] = {
        "code": error.code,
        "message": {language: _(message_of(error), language) for language in LANGUAGES},
        "hint": {language: _(error.hint, language) for language in LANGUAGES},
    }
    if isinstance(error, DuplicateMotifError):
        answer |= {"entry": error.entry_id}
    return Outcome(answer=answer, failed=True)


def look(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Read a photo, judge how it was taken, compute its fingerprint, and draw what was compared."""
    from motif.capture.inspect import inspect, is_refused
    from motif.fingerprint import fingerprint_swatches
    from motif.normalize.pictures import cloth_picture
    from motif.normalize.swatch import normalize_fields

    files = _Pictures(errand)
    photo = files.photo()
    swatches = normalize_fields(photo, registry.profile)
    findings = inspect(photo, swatch=swatches[0])
    files.save("photo", photo.rgb, LARGE_PX)
    files.save("small", photo.rgb, SMALL_PX)
    outlines = [swatch.outline_px for swatch in swatches if swatch.outline_px is not None]
    if outlines:
        files.save("outlined", _with_outlines(photo, outlines), LARGE_PX)
    files.save("swatch", cloth_picture(photo, swatches[0], long_edge_px=LARGE_PX), LARGE_PX)
    computed = fingerprint_swatches(photo, swatches, registry.profile)
    files.folder.picture(files.sha256, "fingerprint").write_bytes(computed.to_bytes())
    return {
        "findings": [finding.to_json() for finding in findings],
        "refused": is_refused(findings),
        "outlined": bool(outlines),
        "width_px": photo.width_px,
        "height_px": photo.height_px,
    }


def check(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Look a photo up in the registry, and keep the answer."""
    files = _Pictures(errand)
    result = registry.check(
        files.photo(registry.profile.long_edge_px),
        announced=errand.subject.get("announced") or None,
        computed=files.fingerprint(),
    )
    write_json(files.folder.check(errand.subject["check"], "answer.json"), result.to_json())
    best = next((match for match in result.matches if match.verdict == result.verdict), None)
    return {
        "verdict": result.verdict,
        "too_little": result.too_little,
        "entry": None if best is None or result.verdict == "clear" else best.entry.id,
        "searched": result.searched_entries,
    }


def draw(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Draw the matches of an answer: side by side, on each other, what differs, the points that coincide."""
    from motif.matching.explain import cloth_on
    from motif.registry.results import CheckResult

    files, number = _Pictures(errand), errand.subject["check"]
    value = files.folder.answer(number)
    result = CheckResult.from_json(value, files.fingerprint())
    photo = files.photo(registry.profile.long_edge_px)
    drawn: dict[str, Any] = {}
    shown = [match for match in result.matches if match.verdict != "clear" and not match.withheld]
    for match in shown[:MOST_PICTURED]:
        field = match.evidence.query_field
        query = cloth_on(photo, registry.profile, field=field)
        drawn[match.entry.id] = _draw_match(match, query, registry, partial(files.save_of_check, number))
        write_json(files.folder.check(number, "drawn.json"), drawn)
    write_json(files.folder.check(number, "drawn.json"), drawn)
    return {"drawn": list(drawn)}


def register(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Register a photo with what was answered; what an earlier try has done already stays as it is."""
    from motif.registry.submission import Submission

    files, answers = _Pictures(errand), errand.subject["answers"]
    data = files.folder.photo(files.sha256).read_bytes()
    own = [entry for entry in registry.holding(files.sha256) if not entry.withdrawn]
    entry = next((one for one in own if _added_by(registry, one, errand)), None)
    if entry is None:
        item = Submission(
            photo=data,
            title=answers["title"],
            note=answers.get("note", ""),
            name=errand.subject["name"],
            known=_known_of(answers),
        )
        entry = registry.submit(item, computed=files.fingerprint())
    _put_people(registry, entry, answers)
    for name, size in (("photo", LARGE_PX), ("small", SMALL_PX)):
        if not files.folder.picture(files.sha256, f"{name}.jpg").exists():
            files.save(name, files.photo().rgb, size)
    return {"entry": entry.id, "title": entry.title}


def label(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Keep the decision that what coincides is a label, which counts nowhere from now on."""
    files, subject = _Pictures(errand), errand.subject
    sides = (files.sha256, subject["entry"])
    draft = registry.marks.draft_of_match(*sides, checked=files.fingerprint())
    decided = registry.decide(
        *sides, verdict="label", by=subject["examiner"], reason=subject["reason"], label=draft
    )
    return {"decision": decided.id}


def report(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Write a report, on a check or an entry, as HTML or PDF."""
    from motif.registry.results import CheckResult
    from motif.report import check_report, entry_report, report_html, report_pdf

    subject, folder = errand.subject, Folder(path=errand.folder)
    if subject.get("entry"):
        made = entry_report(subject["entry"], registry)
    else:
        files = _Pictures(errand)
        result = CheckResult.from_json(folder.answer(subject["check"]), files.fingerprint())
        made = check_report(result, replace(files.photo(), name=subject["name"]), registry)
    write = report_pdf if subject["form"] == "pdf" else report_html
    folder.report(subject["job"], subject["form"]).write_bytes(write(made, subject["language"]))
    return {}


def search(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Check the design of a filing against all entries, and remember the answer, unless that was done."""
    from motif.filing.facts import gather
    from motif.filing.prior import search_again
    from motif.times import parse_iso

    filing = errand.subject["filing"]
    known = gather(registry, filing).search.check
    asked_at = parse_iso(errand.subject["asked_at"])
    if known is None or known.checked_at is None or known.checked_at < asked_at:
        known = search_again(registry, filing, note=filing)
    return {"check": known.id}


def build(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Build the file of a filing, as of the moment when it was asked for."""
    from motif.filing.build import build_filing
    from motif.filing.facts import gather
    from motif.messages import use_language
    from motif.times import parse_iso

    subject, folder = errand.subject, Folder(path=errand.folder)
    use_language(subject["language"])
    try:
        built = build_filing(registry, subject["filing"], at=parse_iso(subject["asked_at"]))
    finally:
        use_language(None)
    folder.report(subject["job"], subject["form"]).write_bytes(built.data)
    shows = not gather(registry, subject["filing"]).pictures_closed
    return {"name": built.name, "mismatches": len(built.mismatches), "shows": shows}


def thumbnail(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Draw the registered photo of an entry that whoever asks may see."""
    from motif.photo.photo import read_photo

    files = _Pictures(errand)
    photo = read_photo(registry.original(files.sha256), long_edge_px=LARGE_PX)
    files.save("photo", photo.rgb, LARGE_PX)
    files.save("small", photo.rgb, SMALL_PX)
    return {}


def traits(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Measure by what an entry is found: family, symmetry, colours."""
    measured = list(registry.traits([registry.get(errand.subject["entry"])]))
    return {"measured": len(measured)}


def warm(errand: Errand, registry: Registry) -> dict[str, Any]:
    """Do nothing but be there: the worker is ready before somebody waits for it."""
    return {"entries": len(registry)}


TASKS: Final[Mapping[str, Callable[[Errand, Any], dict[str, Any]]]] = {
    "look": look,
    "check": check,
    "draw": draw,
    "register": register,
    "label": label,
    "report": report,
    "search": search,
    "build": build,
    "thumbnail": thumbnail,
    "traits": traits,
    "warm": warm,
}


class _Pictures:
    """The files of the photo that an errand is about."""

    def __init__(self, errand: Errand) -> None:
        self.folder, self.sha256 = Folder(path=errand.folder), str(errand.subject.get("sha256"))

    def photo(self, long_edge_px: int | None = None) -> Photo:
        from motif.photo.photo import read_photo

        return read_photo(self.folder.photo(self.sha256).read_bytes(), long_edge_px=long_edge_px)

    def fingerprint(self) -> Fingerprint:
        from motif.fingerprint import Fingerprint

        return Fingerprint.from_bytes(self.folder.picture(self.sha256, "fingerprint").read_bytes())

    def save(self, name: str, rgb: RGB8, long_edge_px: int) -> None:
        _save(self.folder.picture(self.sha256, f"{name}.jpg"), rgb, long_edge_px)

    def save_of_check(self, number: int, name: str, rgb: RGB8) -> None:
        _save(self.folder.check(number, f"{name}.jpg"), rgb, LARGE_PX)


def _save(path: Path, rgb: RGB8, long_edge_px: int) -> None:
    from motif.files import write_durably
    from motif.normalize.small import reduced
    from motif.report.record import jpeg

    write_durably(path, jpeg(reduced(rgb, long_edge_px), most_bytes=_MOST_BYTES))


def _with_outlines(photo: Photo, outlines: list[Any]) -> RGB8:
    from motif.normalize.small import reduced
    from motif.report.pictures.aligned import outlined

    small = reduced(photo.rgb, LARGE_PX)
    ratio = (small.shape[1] / photo.width_px, small.shape[0] / photo.height_px, 1.0)
    return outlined(small, outlines, np.diag(ratio))


def _draw_match(
    match: Match, query: Any, registry: Registry, save: Callable[[str, RGB8], None]
) -> dict[str, Any]:
    """Draw one match, and return in words what the pictures show."""
    from motif.matching.explain import explain
    from motif.report.gather import registered_photo
    from motif.report.pictures.aligned import align, laid_over, marked_difference, outlined

    photo = registered_photo(match.photo.sha256, registry)
    explanation = explain(query, photo, match.evidence, registry.profile)
    entry, evidence = match.entry.id, match.evidence
    words = explanation.to_json()
    told = {name: words[name] for name in ("sentence", "dyes", "other_dye", "differing_share", "differs")}
    if explanation.homography is None:
        save(f"{entry}-checked", explanation.query_rgb)
        save(f"{entry}-registered", explanation.registered_rgb)
        return told | {"views": ["beside"]}
    sheets = align(
        explanation.query_rgb, explanation.registered_rgb, explanation.homography, long_edge_px=_SHEET_PX
    )
    outlines = evidence.query_outline, evidence.registered_outline
    save(f"{entry}-checked", outlined(sheets.query, outlines[0], sheets.query_to_sheet))
    save(f"{entry}-registered", outlined(sheets.registered, outlines[1], sheets.registered_to_sheet))
    save(f"{entry}-overlay", laid_over(sheets))
    difference = explanation.registered_rgb, explanation.difference, explanation.differs
    save(f"{entry}-difference", marked_difference(*difference, long_edge_px=_SHEET_PX))
    views = ["beside", "overlay", "difference"]
    if evidence.points:
        _draw_points(evidence.points, sheets, lambda side, rgb: save(f"{entry}-points-{side}", rgb))
        views.append("points")
    return told | {"views": views}


def _draw_points(points: Any, sheets: Any, save: Callable[[str, RGB8], None]) -> None:
    """Draw the same numbers at places that coincide, a few that lie far from each other."""
    from motif.report.pictures.aligned import numbered
    from motif.report.pictures.pair import spread_out

    few = spread_out(np.array(points, np.float64).reshape(-1, 4), _MOST_POINTS).astype(np.float32)
    save("checked", numbered(sheets.query, few[:, :2], sheets.query_to_sheet))
    save("registered", numbered(sheets.registered, few[:, 2:], sheets.registered_to_sheet))


def _known_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was answered about the design, as fields of ``Motif``."""
    names = ("first_announced_date", "first_announced_city", "origin_village", "origin_regency_city")
    known = {name: answers[name] for name in (*names, "access_class", "family") if answers.get(name)}
    return known | {"description_short": answers["story"]} if answers.get("story") else known


def _put_people(registry: Registry, entry: Entry, answers: Mapping[str, Any]) -> None:
    """Keep who made the design and with which technique, unless that was done."""
    from motif.registry.records.people import Party, Role
    from motif.registry.records.works import Specimen

    linked = registry.records.about(entry.id)
    if answers.get("maker") and "party" not in linked:
        roles = (Role(role="pencipta", of=entry.id),)
        may_be_named = answers.get("may_be_named") == "yes"
        registry.records.put(Party(name=answers["maker"], roles=roles, may_be_named=may_be_named))
    if answers.get("technique") and "specimen" not in linked:
        registry.records.put(Specimen(entry=entry.id, technique=(answers["technique"],)))


def _added_by(registry: Registry, entry: Entry, errand: Errand) -> bool:
    """Tell whether this errand registered an entry before it was cut off."""
    from motif.times import parse_iso

    first = next(event for event in registry.ledger.history(entry.id) if event.kind == "entry.added")
    asked_at = parse_iso(errand.subject["asked_at"])
    return (
        first.by == errand.actor.name
        and first.at >= asked_at
        and entry.title == errand.subject["answers"]["title"]
    )


def drawn_words(folder: Folder, number: int) -> dict[str, Any] | None:
    """Return what is drawn of an answer: entry -> its words; None where nothing is yet.

    Parameters
    ----------
    folder : Folder
    number : int

    Returns
    -------
    dict or None
    """
    value: dict[str, Any] | None = read_json(folder.check(number, "drawn.json"))
    return value
