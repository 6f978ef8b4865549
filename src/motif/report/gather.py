"""From the answer of a check to a report: pictures made, findings and the ledger's state noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from motif.arrays import Matrix3
from motif.capture.inspect import inspect
from motif.description import describe_fully
from motif.errors import EntryNotFoundError, ParameterError, RegistryError
from motif.fingerprint import fingerprint
from motif.matching.explain import Cloth, cloth_on, explain
from motif.matching.search import compare
from motif.messages import LANGUAGES, N_
from motif.normalize.pictures import cloth_picture
from motif.normalize.small import reduced
from motif.normalize.swatch import Swatch, normalize
from motif.photo.photo import Photo, read_photo
from motif.profiles import Profile
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.text import clean_name
from motif.registry.results import CheckResult, Match
from motif.report.description import description_sentences
from motif.report.match_words import MATCH, SHEET, told_records
from motif.report.pictures.aligned import (
    SMALL_SHEET_PX,
    align,
    laid_over,
    marked_difference,
    outlined,
    strips,
)
from motif.report.pictures.description import with_lattice
from motif.report.record import RECORD_FORMAT, Album, Report, made_with
from motif.times import iso

if TYPE_CHECKING:
    from motif.matching.evidence import Evidence
    from motif.registry.registry import Registry


SHOWN_MOST: Final = 5
"""So many matches get a page with pictures; further ones stand in the table."""

_QUERY_PX: Final = 900
_THUMB_PX: Final = 480
_SMALL_BYTES: Final = 44_000
_EXPLAINED: Final = ("sentence", "dyes", "dye_change", "other_dye", "differs", "differing_share", "style")


def check_report(result: CheckResult, photo: Photo, registry: Registry) -> Report:
    """Gather what a report on a check tells.

    Parameters
    ----------
    result : CheckResult
    photo : Photo
        The one that was checked.
    registry : Registry
        In which it was looked up; for the registered photos, and the state of its ledger.

    Returns
    -------
    Report
        For ``report_html`` and ``report_pdf``.

    Raises
    ------
    ParameterError
        If the photo is not the one that was checked.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    if photo.sha256 != result.query.source_sha256:
        hint = N_("Give the same file that was checked.")
        raise ParameterError(
            N_("photo {sha256}… is not the one that was checked", sha256=photo.sha256[:12]), hint=hint
        )
    shown = sorted(
        (match for match in result.matches if match.verdict != "clear"),
        key=lambda match: match.verdict != "conflict",
    )
    return gathered("check", result, shown[:SHOWN_MOST], photo, registry)


def gathered(
    kind: str, result: CheckResult, shown: Sequence[Match], photo: Photo, registry: Registry, **more: Any
) -> Report:
    """Gather a report of a kind on an answer, with pictures of the matches ``shown``."""
    album, profile = Album(), registry.profile
    photo = as_compared(photo, profile)
    swatch = normalize(photo, profile)
    record = {
        "format": RECORD_FORMAT,
        "kind": kind,
        **more,
        "at": iso(result.checked_at),
        "made_with": made_with(profile),
        "result": result.to_json(),
        "query": photo_facts(photo, swatch, album),
        "searched": ledger_state(registry),
        "shown": _shown_facts(shown, photo, swatch, registry, album),
        "pictures": album.sizes,
    }
    return Report(record=record, pictures=album.files)


def as_compared(photo: Photo, profile: Profile) -> Photo:
    """Read a photo's file again at the scale at which it is compared, for pictures that never change."""
    return replace(read_photo(photo.data, long_edge_px=profile.long_edge_px), name=photo.name)


def ledger_state(registry: Registry) -> dict[str, Any]:
    """Note where the log ends and what was signed last."""
    head = registry.ledger.head()
    signed = registry.ledger.checkpoints()
    return {
        "origin": registry.ledger.origin,
        "events": head.size,
        "root": head.root().hex(),
        "checkpoint": signed[-1].note if signed else None,
    }


def photo_facts(photo: Photo, swatch: Swatch, album: Album) -> dict[str, Any]:
    """Note what a photo is, and what is wrong with the capture."""
    return {
        "name": clean_name(photo.name),
        "sha256": photo.sha256,
        "size_bytes": len(photo.data),
        "media_type": photo.media_type,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "cut": swatch.outline_px is not None,
        "findings": [finding.to_json() for finding in inspect(photo, swatch=swatch)],
        "picture": album.add(reduced(photo.rgb, _QUERY_PX), most_bytes=150_000),
    }


def _shown_facts(
    shown: Sequence[Match], photo: Photo, swatch: Swatch, registry: Registry, album: Album
) -> list[dict[str, Any]]:
    """Note each match; what is made of the photo asked about is made once."""
    if not shown:
        return []
    cloth, thumb = cloth_on(photo, registry.profile, swatch=swatch), _thumb(photo, album)
    return [_match_facts(match, cloth, thumb, registry, album) for match in shown]


def _thumb(photo: Photo, album: Album) -> str:
    return album.add(reduced(photo.rgb, _THUMB_PX), most_bytes=45_000)


def _match_facts(match: Match, asked: Cloth, thumb: str, registry: Registry, album: Album) -> dict[str, Any]:
    data = registry.original(match.photo.sha256)
    photo = read_photo(data, long_edge_px=registry.profile.long_edge_px)
    made = explain(asked, photo, match.evidence, registry.profile)
    told = made.to_json()
    facts: dict[str, Any] = {
        "entry": match.entry.id,
        "records": told_records(registry, match.entry.id, MATCH),
        "photo": match.photo.sha256,
        "explanation": {name: told[name] for name in _EXPLAINED},
        "untouched": [thumb, _thumb(photo, album)],
    }
    transform = placement(match.evidence)
    if transform is None:
        return facts
    sheets = align(made.query_rgb, made.registered_rgb, transform)
    evidence = match.evidence
    facts["aligned"] = [
        album.add(outlined(sheets.query, evidence.query_outline, sheets.query_to_sheet)),
        album.add(outlined(sheets.registered, evidence.registered_outline, sheets.registered_to_sheet)),
    ]
    cut = strips(sheets)
    small = {
        "overlay": laid_over(sheets),
        "difference": marked_difference(made.registered_rgb, made.difference, made.differs),
        **({} if cut is None else {"strips": cut}),
    }
    for name, picture in small.items():
        facts[name] = album.add(reduced(picture, SMALL_SHEET_PX), most_bytes=_SMALL_BYTES)
    return facts


def placement(evidence: Evidence) -> Matrix3 | None:
    """Return where the query lies on the registered swatch; None where that is not known.

    Nearly the same picture lies on it as a whole.
    """
    if evidence.transform is not None:
        return np.reshape(np.array(evidence.transform, np.float64), (3, 3))
    if evidence.basis != "hash" or 0 in evidence.query_px:
        return None
    x, y = (there / here for here, there in zip(evidence.query_px, evidence.registered_px, strict=True))
    return np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])


def decision_report(record_id: str, registry: Registry, *, photo: Photo | None = None) -> Report:
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
    if not isinstance(decided, Decision) or decided.decided_at is None:
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
    return gathered("decision", result, [match], query, registry, decision=decided.to_json())


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


def _match(query: Photo, entry: Entry, place: int, registry: Registry, decided: Decision) -> Match:
    known = entry.photos[place]
    evidence = compare(query, registry.original(known.sha256), registry.profile)
    return Match(entry=entry, photo=known, evidence=evidence, decision=decided)


def _score(match: Match) -> float:
    return match.score


_CLOTH_PX: Final = 900
_UNIT_PX: Final = 360
_LATTICE_PX: Final = 640
_CAPTURES_MOST: Final = 12
"""So many photos of an entry are shown; further ones are named with their SHA-256."""


def entry_report(entry_id: str, registry: Registry) -> Report:
    """Gather what the motif sheet of an entry tells.

    Parameters
    ----------
    entry_id : str, in any spelling that ``Registry.get`` takes
    registry : Registry

    Returns
    -------
    Report
        For ``report_html`` and ``report_pdf``. Dated by the newest event of the ledger.

    Raises
    ------
    EntryNotFoundError
        If there is no such entry.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    entry, album = registry.get(entry_id), Album()
    end = registry.ledger.head().size
    newest = next(iter(registry.ledger.events(end - 1, end)))
    record = {
        "format": RECORD_FORMAT,
        "kind": "entry",
        "at": iso(newest.at),
        "made_with": made_with(registry.profile),
        "entry": entry.to_json(),
        "searched": ledger_state(registry),
        "proof": _proof(entry, registry),
        "records": told_records(registry, entry.id, SHEET),
        "described": _described(entry, registry, album),
        "captures": [_capture(photo, registry, album) for photo in entry.photos[:_CAPTURES_MOST]],
        "pictures": album.sizes,
    }
    return Report(record=record, pictures=album.files)


def _proof(entry: Entry, registry: Registry) -> dict[str, Any] | None:
    """Prove the entry to somebody who cannot see the registry; None while no checkpoint covers it."""
    try:
        return registry.ledger.proof(entry.id)
    except RegistryError:
        return None


def _described(entry: Entry, registry: Registry, album: Album) -> dict[str, Any]:
    """Describe the first photo, with one repeat of the drawing where it repeats."""
    data = registry.original(entry.photos[0].sha256)
    photo = read_photo(data, long_edge_px=_CLOTH_PX)
    swatch = normalize(photo, registry.profile)
    cloth = cloth_picture(photo, swatch, long_edge_px=_CLOTH_PX)
    made = describe_fully(data)
    unit = made.unit_picture()
    sentences = {
        language: [text for text, _ in description_sentences(made.description, language)]
        for language in LANGUAGES
    }
    lattice = None
    if made.description.repeat.vectors_px:
        lattice = album.add(with_lattice(reduced(photo.rgb, _LATTICE_PX), made), most_bytes=110_000)
    return {
        "lattice": lattice,
        "cloth": album.add(cloth, most_bytes=220_000),
        "unit": None if unit is None else album.add(reduced(unit, _UNIT_PX), most_bytes=60_000),
        "measured": made.description.to_json(),
        "draft": sentences,
    }


def _capture(known: EntryPhoto, registry: Registry, album: Album) -> dict[str, Any]:
    photo = read_photo(registry.original(known.sha256), long_edge_px=registry.profile.long_edge_px)
    facts = photo_facts(photo, normalize(photo, registry.profile), album)
    return facts | {"name": known.name}
