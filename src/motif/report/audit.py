"""Verification of a report: its document, the originals, the ledger, and the answer, computed again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from motif.errors import EntryNotFoundError, MotifError, ParameterError, PhotoError, RegistryCorruptError
from motif.fingerprint import fingerprint
from motif.messages import LANGUAGES, N_, _
from motif.photo.photo import Photo
from motif.registry.ledger.merkle import root_of
from motif.registry.records.entry import Entry
from motif.report.gather import as_compared, check_report, decision_report, entry_report, registered_photo
from motif.report.html import report_html
from motif.report.pdf import report_pdf
from motif.report.reading import is_pdf, read_report
from motif.report.record import Json, Report, made_with, version_of
from motif.times import parse_iso

if TYPE_CHECKING:
    from motif.registry.registry import Registry
    from motif.registry.results import CheckResult


_DOCUMENT: Final = N_("document")
_ANSWER: Final = N_("answer")


@dataclass(frozen=True, slots=True)
class PartAudit:
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
    parts : tuple of PartAudit
    """

    sha256: str
    parts: tuple[PartAudit, ...]

    @property
    def whole(self) -> bool:
        """Whether the document is as it was made, and nothing that could be checked differs."""
        document = [part.holds for part in self.parts if part.what == _DOCUMENT]
        return document == [True] and all(part.holds is not False for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        parts = [asdict(part) for part in self.parts]
        return {"whole": self.whole, "record_sha256": self.sha256, "held": parts}


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
    parts = [_document(data, report)]
    if registry is None or registry.ledger.origin != report.record["searched"]["origin"]:
        parts.append(PartAudit(N_("ledger"), None, _("the registry of this report was not given")))
    else:
        entries = _reported_entries(report.record)
        parts += [_ledger(report, registry), _entries(entries, registry), _originals(entries, registry)]
        parts += _repeated(report, registry, photo)
    return ReportAudit(sha256=report.sha256(), parts=tuple(parts))


def _document(data: bytes, report: Report) -> PartAudit:
    """Make the document again from its own record and pictures."""
    make = report_pdf if is_pdf(data) else report_html
    if any(make(report, language) == data for language in LANGUAGES):
        return PartAudit(_DOCUMENT, True, _("made again from its record, it is the same byte for byte"))
    made, now = report.record["made_with"]["motif"], version_of("motif-registry")
    if made != now:
        detail = _("it was made with motif {made}, this is {now}; use that version")
        return PartAudit(_DOCUMENT, None, detail.format(made=made, now=now))
    detail = _("made again from its record, it differs: text, pictures or record were changed")
    return PartAudit(_DOCUMENT, False, detail)


def _ledger(report: Report, registry: Registry) -> PartAudit:
    searched = report.record["searched"]
    leaves = [event.leaf() for event in registry.ledger.events(0, searched["events"])]
    if len(leaves) == searched["events"] and root_of(leaves).hex() == searched["root"]:
        detail = _("its first {count} events are those of the report")
        return PartAudit(N_("ledger"), True, detail.format(count=len(leaves)))
    return PartAudit(N_("ledger"), False, _("it is not the ledger that the report names"))


def _reported_entries(record: Json) -> list[Entry]:
    if record["kind"] == "entry":
        return [Entry.from_json(record["entry"])]
    return [Entry.from_json(match["entry"]) for match in record["result"]["matches"]]


def _entries(entries: Sequence[Entry], registry: Registry) -> PartAudit:
    """Compare each entry with the registry's; what may be added later (photos, a withdrawal) may differ."""
    different, changed_since = [], []
    for entry in entries:
        try:
            now = registry.get(entry.id)
        except EntryNotFoundError:
            different.append(entry.id)
            continue
        then = replace(
            now,
            photos=now.photos[: len(entry.photos)],
            withdrawn_at=entry.withdrawn_at,
            withdrawn_reason=entry.withdrawn_reason,
        )
        if then != entry:
            different.append(entry.id)
        elif now != entry:
            changed_since.append(entry.id)
    what = N_("registered motifs")
    if different:
        detail = _("different in the registry: {ids}").format(ids=", ".join(different))
        return PartAudit(what, False, detail)
    if changed_since:
        detail = _("as the report says; changed since: {ids}").format(ids=", ".join(changed_since))
        return PartAudit(what, True, detail)
    return PartAudit(what, True, _("as the report says"))


def _originals(entries: Sequence[Entry], registry: Registry) -> PartAudit:
    wrong = []
    photos = [photo.sha256 for entry in entries for photo in entry.photos]
    for sha256 in photos:
        try:
            registry.original(sha256)
        except MotifError:
            wrong.append(sha256[:16])
    what = N_("registered photos")
    if wrong:
        return PartAudit(what, False, _("missing or changed: {names}").format(names=", ".join(wrong)))
    return PartAudit(what, True, _("the SHA-256 of all {count} match").format(count=len(photos)))


def _repeated(report: Report, registry: Registry, photo: Photo | None) -> list[PartAudit]:
    """Check the photo, and make the report again from it."""
    if report.record["kind"] == "entry":
        return [_gathered_again(report, registry, None)]
    query, what = report.record["query"], N_("checked photo")
    photo = photo or _stored_photo(query["sha256"], registry)
    if photo is None:
        detail = _("{name} was not given; then the answer is not computed again").format(name=query["name"])
        return [PartAudit(what, None, detail)]
    if photo.sha256 != query["sha256"]:
        return [PartAudit(what, False, _("its SHA-256 is different"))]
    photo = as_compared(replace(photo, name=query["name"]), registry.profile)
    repeat = _gathered_again if report.record["kind"] == "decision" else _checked_again
    return [PartAudit(what, True, _("its SHA-256 matches")), repeat(report, registry, photo)]


def _stored_photo(sha256: str, registry: Registry) -> Photo | None:
    try:
        return registered_photo(sha256, registry)
    except (EntryNotFoundError, PhotoError, RegistryCorruptError):
        return None


def _checked_again(report: Report, registry: Registry, photo: Photo) -> PartAudit:
    """Check again. The whole report must come out the same, unless the registry has changed since."""
    result = report.record["result"]
    dates = result["query"]["dates"]
    announced = None if dates is None else dates["first_announced"]
    try:
        query = fingerprint(photo, registry.profile, cut=str(result["query"].get("cut", "")))
    except ParameterError as error:  # of a cut that does not fit the photo
        return PartAudit(_ANSWER, False, _(error.message))
    limit = max(len(result["matches"]), 1)
    checked = registry.check(photo, limit=limit, announced=announced, computed=query)
    checked = _as_then(checked, parse_iso(result["checked_at"]))
    if registry.ledger.head().size == report.record["searched"]["events"]:
        everything = len(report.record["listed"]) == len(result["matches"])

        def gather() -> Report:
            return check_report(checked, photo, registry, everything=everything)

        return _compared(_ANSWER, gather, report, registry)
    if _verdicts(checked.to_json()) == _verdicts(result):
        detail = _("checked again in the registry as it is now, it is the same")
        return PartAudit(_ANSWER, True, detail)
    detail = _("the registry has changed since; checked again, the answer is different")
    return PartAudit(_ANSWER, None, detail)


def _as_then(result: CheckResult, at: datetime) -> CheckResult:
    """Replace the time of this check by that of the first one."""
    dates = result.query_dates
    if dates is not None and dates.first_seen == result.checked_at:
        dates = replace(dates, first_seen=at)
    return replace(result, checked_at=at, query_dates=dates)


def _gathered_again(report: Report, registry: Registry, photo: Photo | None) -> PartAudit:
    """Gather the report of an entry or a decision again, unless the registry has changed since."""
    record = report.record
    is_sheet = record["kind"] == "entry"
    what = N_("motif sheet") if is_sheet else _ANSWER
    if registry.ledger.head().size != record["searched"]["events"]:
        return PartAudit(what, None, _("the registry has changed since; it is not made again"))

    def gather() -> Report:
        if is_sheet:
            return entry_report(record["entry"]["id"], registry)
        return decision_report(record["decision"]["id"], registry, photo=photo)

    return _compared(what, gather, report, registry)


def _compared(what: str, gather: Callable[[], Report], report: Report, registry: Registry) -> PartAudit:
    """Compare a report with the one that is gathered from the same things now.

    Other versions may measure differently: then only the indications count, and they must be the same.
    Without its originals it cannot be made again; what the registry never held is no excuse.
    """
    try:
        again = gather()
    except RegistryCorruptError as error:
        return PartAudit(what, None, _(error.message))
    except (EntryNotFoundError, ParameterError) as error:
        return PartAudit(what, False, _(error.message))
    if _record_of(again) == _record_of(report):
        return PartAudit(what, True, _("made again, it is the same"))
    if report.record["made_with"] == made_with(registry.profile):
        return PartAudit(what, False, _("made again, it differs"))
    if "result" not in report.record:
        detail = _("other versions of motif or its libraries made it; made again, it differs")
        return PartAudit(what, None, detail)
    same = _verdicts(again.record["result"]) == _verdicts(report.record["result"])
    detail = (
        _("other versions of motif or its libraries made it; made again, the indications are the same")
        if same
        else _("other versions of motif or its libraries made it; made again, the indications differ")
    )
    return PartAudit(what, same, detail)


def _record_of(report: Report) -> Any:
    """Return the record without the versions that made it."""
    return {name: value for name, value in json.loads(report.to_bytes()).items() if name != "made_with"}


def _verdicts(result: Any) -> dict[str, str]:
    """Return the entries with an indication, and which."""
    matches = ((match["entry"]["id"], match["verdict"]) for match in result["matches"])
    return {entry: verdict for entry, verdict in matches if verdict != "clear"}
