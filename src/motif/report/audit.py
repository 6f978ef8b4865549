"""Does a report still hold? Its document, the originals, the ledger, and the answer, computed again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from motif.errors import EntryNotFoundError, MotifError, PhotoError
from motif.messages import LANGUAGES, N_, _
from motif.photo.photo import Photo
from motif.registry.ledger.merkle import root_of
from motif.registry.records.entry import Entry
from motif.report.gather import as_compared, check_report, decision_report, entry_report
from motif.report.html import report_html
from motif.report.reading import is_pdf, read_report
from motif.report.record import Report, made_with, version_of
from motif.times import parse_iso

if TYPE_CHECKING:
    from motif.registry.registry import Registry
    from motif.registry.results import CheckResult


_DOCUMENT: Final = N_("document")
_ORIGINALS: Final = N_("registered photos")
_ENTRIES: Final = N_("registered motifs")
_LEDGER: Final = N_("ledger")
_PHOTO: Final = N_("checked photo")
_ANSWER: Final = N_("answer")
_SHEET: Final = N_("motif sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One part of a report that was verified.

    Parameters
    ----------
    what : str
        English; also the key of its translation.
    holds : bool or None
        None if it could not be checked.
    detail : str
        In the language in use.
    """

    what: str
    holds: bool | None
    detail: str

    def __str__(self) -> str:
        word = {True: _("holds"), False: _("DOES NOT HOLD"), None: _("not checked")}[self.holds]
        return f"{word}: {_(self.what)}: {self.detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAudit:
    """Whether a report still holds.

    Parameters
    ----------
    sha256 : str
        Of the report's record.
    held : tuple of Held
    """

    sha256: str
    held: tuple[Held, ...]

    @property
    def whole(self) -> bool:
        """Whether the document is as it was made, and nothing that could be checked differs."""
        document = [part.holds for part in self.held if part.what == _DOCUMENT]
        return document == [True] and all(part.holds is not False for part in self.held)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        held = [{"what": part.what, "holds": part.holds, "detail": part.detail} for part in self.held]
        return {"whole": self.whole, "record_sha256": self.sha256, "held": held}


def verify_report(
    data: bytes, *, registry: Registry | None = None, photo: Photo | None = None
) -> ReportAudit:
    """Check a report's document against the registry and the photos that it was made from.

    Parameters
    ----------
    data : bytes
        The HTML or PDF file.
    registry : Registry, optional
        The registry of the report: with it, entries, originals, the ledger and the answer are checked too.
    photo : Photo, optional
        The photo that was checked; without it, the registry's originals are searched for it.

    Returns
    -------
    ReportAudit

    Raises
    ------
    ParameterError
        If this is no report.
    """
    report = read_report(data)
    held = [_document(data, report)]
    if registry is None or registry.ledger.origin != report.record["searched"]["origin"]:
        detail = _("the registry of this report was not given")
        held.append(Held(what=_LEDGER, holds=None, detail=detail))
    else:
        held += [_ledger(report, registry), _entries(report, registry), _originals(report, registry)]
        held += _asked_again(report, registry, photo)
    return ReportAudit(sha256=report.sha256(), held=tuple(held))


def _document(data: bytes, report: Report) -> Held:
    """Make the document again from its own record and pictures."""
    made, now = report.record["made_with"]["motif"], version_of("motif-registry")
    if any(_made_again(report, language, pdf=is_pdf(data)) == data for language in LANGUAGES):
        return Held(
            what=_DOCUMENT, holds=True, detail=_("made again from its record, it is the same byte for byte")
        )
    if made != now:
        detail = _("it was made with motif {made}, this is {now}; use that version").format(
            made=made, now=now
        )
        return Held(what=_DOCUMENT, holds=None, detail=detail)
    detail = _("made again from its record, it differs: text, pictures or record were changed")
    return Held(what=_DOCUMENT, holds=False, detail=detail)


def _made_again(report: Report, language: str, *, pdf: bool) -> bytes:
    if not pdf:
        return report_html(report, language)
    from motif.report.pdf import report_pdf

    return report_pdf(report, language)


def _ledger(report: Report, registry: Registry) -> Held:
    searched = report.record["searched"]
    leaves = [event.leaf() for event in registry.ledger.events(0, searched["events"])]
    if len(leaves) == searched["events"] and root_of(leaves).hex() == searched["root"]:
        detail = _("its first {count} events are those of the report").format(count=len(leaves))
        return Held(what=_LEDGER, holds=True, detail=detail)
    return Held(what=_LEDGER, holds=False, detail=_("it is not the ledger that the report names"))


def _entries(report: Report, registry: Registry) -> Held:
    """Compare each entry with the registry's; what may be added later (photos, a withdrawal) may differ."""
    different, later = [], []
    for entry in _reported_entries(report):
        try:
            now = registry.get(entry.id)
        except EntryNotFoundError:
            different.append(entry.id)
            continue
        photos = now.photos[: len(entry.photos)]
        if (
            replace(
                entry, photos=photos, withdrawn_at=now.withdrawn_at, withdrawn_reason=now.withdrawn_reason
            )
            != replace(now, photos=photos)
            or photos != entry.photos
        ):
            different.append(entry.id)
        elif now != entry:
            later.append(entry.id)
    if different:
        detail = _("different in the registry: {ids}").format(ids=", ".join(different))
        return Held(what=_ENTRIES, holds=False, detail=detail)
    detail = _("as the report says")
    if later:
        detail = _("as the report says; changed since: {ids}").format(ids=", ".join(later))
    return Held(what=_ENTRIES, holds=True, detail=detail)


def _reported_entries(report: Report) -> list[Entry]:
    if report.record["kind"] == "entry":
        return [Entry.from_json(report.record["entry"])]
    return [Entry.from_json(match["entry"]) for match in report.record["result"]["matches"]]


def _originals(report: Report, registry: Registry) -> Held:
    wrong, count = [], 0
    for entry in _reported_entries(report):
        for photo in entry.photos:
            count += 1
            try:
                registry.original(photo.sha256)
            except MotifError:
                wrong.append(photo.sha256[:16])
    if wrong:
        detail = _("missing or changed: {names}").format(names=", ".join(wrong))
        return Held(what=_ORIGINALS, holds=False, detail=detail)
    detail = _("the SHA-256 of all {count} match").format(count=count)
    return Held(what=_ORIGINALS, holds=True, detail=detail)


def _asked_again(report: Report, registry: Registry, photo: Photo | None) -> list[Held]:
    if report.record["kind"] == "entry":
        return [_again(report, registry, None)]
    query = report.record["query"]
    if photo is None:
        photo = _kept_photo(query["sha256"], registry)
    if photo is None:
        detail = _("{name} was not given; then the answer is not computed again").format(name=query["name"])
        return [Held(what=_PHOTO, holds=None, detail=detail)]
    if photo.sha256 != query["sha256"]:
        return [Held(what=_PHOTO, holds=False, detail=_("its SHA-256 is different"))]
    photo = as_compared(replace(photo, name=query["name"]), registry.profile)
    fits = Held(what=_PHOTO, holds=True, detail=_("its SHA-256 matches"))
    if report.record["kind"] == "decision":
        return [fits, _again(report, registry, photo)]
    return [fits, _answer(report, registry, photo)]


def _kept_photo(sha256: str, registry: Registry) -> Photo | None:
    from motif.photo.photo import read_photo

    try:
        return read_photo(registry.original(sha256), long_edge_px=registry.profile.long_edge_px)
    except (EntryNotFoundError, PhotoError):
        return None


def _answer(report: Report, registry: Registry, photo: Photo) -> Held:
    """Check again. The whole report must come out the same, unless the registry has changed since."""
    result = report.record["result"]
    dates = result["query"]["dates"]
    announced = None if dates is None else dates["first_announced"]
    checked = registry.check(photo, limit=max(len(result["matches"]), 1), announced=announced)
    again = _as_then(checked, parse_iso(result["checked_at"]))
    if registry.ledger.head().size == report.record["searched"]["events"]:
        return _held(_ANSWER, check_report(again, photo, registry), report, registry)
    if _verdicts(again.to_json()) == _verdicts(result):
        return Held(
            what=_ANSWER, holds=True, detail=_("checked again in the registry as it is now, it is the same")
        )
    detail = _("the registry has changed since; checked again, the answer is different")
    return Held(what=_ANSWER, holds=None, detail=detail)


def _as_then(result: CheckResult, at: datetime) -> CheckResult:
    """Replace the time of this check by that of the first one."""
    dates = result.query_dates
    if dates is not None and dates.first_seen == result.checked_at:
        dates = replace(dates, first_seen=at)
    return replace(result, checked_at=at, query_dates=dates)


def _again(report: Report, registry: Registry, photo: Photo | None) -> Held:
    """Gather the report of an entry or a decision again, unless the registry has changed since."""
    record = report.record
    what = _SHEET if record["kind"] == "entry" else _ANSWER
    if registry.ledger.head().size != record["searched"]["events"]:
        return Held(what=what, holds=None, detail=_("the registry has changed since; it is not made again"))
    if record["kind"] == "entry":
        made = entry_report(record["entry"]["id"], registry)
    else:
        made = decision_report(record["decision"]["id"], registry, photo=photo)
    return _held(what, made, report, registry)


def _held(what: str, made: Report, report: Report, registry: Registry) -> Held:
    """Compare a report with the one that is made from the same things now.

    Other versions may measure differently: then only the indications count, and they must be the same.
    """
    if _record_of(made) == _record_of(report):
        return Held(what=what, holds=True, detail=_("made again, it is the same"))
    if report.record["made_with"] == made_with(registry.profile):
        return Held(what=what, holds=False, detail=_("made again, it differs"))
    if "result" not in report.record:
        detail = _("other versions of motif or its libraries made it; made again, it differs")
        return Held(what=what, holds=None, detail=detail)
    same = _verdicts(made.record["result"]) == _verdicts(report.record["result"])
    detail = (
        _("other versions of motif or its libraries made it; made again, the indications are the same")
        if same
        else _("other versions of motif or its libraries made it; made again, the indications differ")
    )
    return Held(what=what, holds=same, detail=detail)


def _record_of(report: Report) -> Any:
    """Return the record without the versions that made it."""
    return {name: value for name, value in json.loads(report.to_bytes()).items() if name != "made_with"}


def _verdicts(result: Any) -> dict[str, str]:
    """Return the entries with an indication, and which."""
    matches = ((match["entry"]["id"], match["verdict"]) for match in result["matches"])
    return {entry: verdict for entry, verdict in matches if verdict != "clear"}
