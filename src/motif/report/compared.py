"""From a kept decision on two sides to a report: both cloths, what coincides, and what the person decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from motif.errors import EntryNotFoundError, ParameterError
from motif.fingerprint import fingerprint
from motif.matching.evidence import compare
from motif.messages import N_
from motif.photo import Photo, read_photo
from motif.registry.answers import CheckResult, Match
from motif.registry.comparison import Comparison
from motif.registry.records import Entry
from motif.report.checked import gathered
from motif.report.record import Report

if TYPE_CHECKING:
    from motif.registry.registry import Registry


def comparison_report(record_id: str, registry: Registry, *, photo: Photo | None = None) -> Report:
    """Gather what a report on a kept decision tells (``motif decide``).

    Parameters
    ----------
    record_id : str, such as ``"B-000001-3"``
    registry : Registry
    photo : Photo, optional
        The photo that was judged, where it is none of the registry's.

    Returns
    -------
    Report
        For ``report_html`` and ``report_pdf``; dated by the decision. The evidence is ``motif.compare``'s.

    Raises
    ------
    EntryNotFoundError
        If there is no such record, or a photo that is not kept was not given.
    ParameterError
        If it is a record of another kind, or speaks of one entry alone.
    """
    decided = registry.records.get(record_id)
    if not isinstance(decided, Comparison) or decided.decided_at is None:
        raise ParameterError(
            N_("{record_id} is no decision", record_id=record_id),
            hint=N_("Give the id of one, such as B-000001-3."),
        )
    if decided.a is None or decided.b is None:
        hint = N_("Its sheet tells it: motif report {id}", id=decided.a or decided.b)
        raise ParameterError(N_("{record_id} speaks of one entry alone", record_id=record_id), hint=hint)
    asked, entry = _sides(decided.a, decided.b, registry)
    query = _photo(asked, registry, photo)
    match = max(
        (_match(query, entry, place, registry, decided) for place in range(len(entry.photos))), key=_score
    )
    result = CheckResult(
        verdict=match.verdict,
        matches=(match,),
        query=fingerprint(query, registry.profile),
        searched_entries=1,
        profile_id=registry.profile.id,
        checked_at=decided.decided_at,
    )
    return gathered("comparison", result, [match], query, registry, comparison=decided.to_json())


def _sides(a: str, b: str, registry: Registry) -> tuple[str, Entry]:
    """Return the side that plays the query (a photo, or the later entry), and the other side's entry."""
    photos = [side for side in (a, b) if len(side) == 64]
    if len(photos) == 2:
        raise ParameterError(
            N_("both sides are photos, none an entry"), hint=N_("Compare them: motif compare A B")
        )
    asked = photos[0] if photos else max(a, b)
    return asked, registry.get(b if asked == a else a)


def _photo(asked: str, registry: Registry, photo: Photo | None) -> Photo:
    if photo is not None and photo.sha256 == asked:
        return photo
    try:
        data = registry.original(asked)
    except EntryNotFoundError as error:
        hint = N_("Give the file with --photo; checks keep no photo.")
        raise EntryNotFoundError(
            N_("the photo {asked}… is not kept here", asked=asked[:12]), hint=hint
        ) from error
    return read_photo(data, long_edge_px=registry.profile.long_edge_px)


def _match(query: Photo, entry: Entry, place: int, registry: Registry, decided: Comparison) -> Match:
    known = entry.photos[place]
    evidence = compare(query, registry.original(known.sha256), registry.profile)
    return Match(entry=entry, photo=known, evidence=evidence, decision=decided)


def _score(match: Match) -> float:
    return match.score
