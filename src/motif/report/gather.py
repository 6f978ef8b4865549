"""From a result to a report: a check, a decision or an entry becomes a record of facts with its pictures.

Nothing is worded here except the sentences that the machine record itself holds, in every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from motif.arrays import RGB8
from motif.capture.inspect import inspect
from motif.description import describe_fully
from motif.errors import EntryNotFoundError, ParameterError, RegistryError
from motif.fingerprint import Fingerprint, fingerprint
from motif.matching.explain import Cloth, Explanation, cloth_on, explain
from motif.matching.search import compare
from motif.messages import LANGUAGES, N_
from motif.normalize.pictures import cloth_picture
from motif.normalize.small import reduced
from motif.normalize.swatch import Swatch, normalize_fields, normalize_with_photo
from motif.photo.photo import Photo, read_photo
from motif.profiles import Profile
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.people import Party
from motif.registry.records.text import clean_name
from motif.registry.results import CheckResult, Match
from motif.report.description import description_sentences
from motif.report.listed import listed
from motif.report.pictures.aligned import (
    SMALL_SHEET_PX,
    align,
    laid_over,
    marked_difference,
    outlined,
    strips,
)
from motif.report.pictures.compared import with_outlines
from motif.report.pictures.description import with_lattice
from motif.report.record import RECORD_FORMAT, Album, Report, made_with
from motif.times import iso

if TYPE_CHECKING:
    from motif.registry.registry import Registry


MOST_SHOWN: Final = 5
"""Matches that get a page with pictures; further ones are in the table."""
MOST_CAPTURES: Final = 12
"""Photos of an entry that are shown; further ones are named with their SHA-256."""

_LIMITS: Final = {
    "query": (900, 150_000),
    "thumbnail": (480, 45_000),
    "sheet": (SMALL_SHEET_PX, 44_000),
    "cloth": (900, 220_000),
    "unit": (360, 60_000),
    "lattice": (640, 110_000),
}
"""Kind of picture -> its longer side at most, in pixels, and the most bytes of its file."""

_EXPLAINED: Final = ("sentence", "dyes", "dye_change", "other_dye", "differs", "differing_share", "style")
"""Fields of an explanation that a match adds to its evidence."""


def check_report(
    result: CheckResult, photo: Photo, registry: Registry, *, everything: bool = False
) -> Report:
    """Gather the facts of a report on a check.

    Parameters
    ----------
    result : CheckResult
    photo : Photo
        The photo that was checked.
    registry : Registry
        The registry that was searched: it gives the registered photos, and the state of its ledger.
    everything : bool
        List every match, and not only those that are worth a look; the machine record holds all anyway.

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
        message = N_("photo {sha256}… is not the one that was checked", sha256=photo.sha256[:12])
        raise ParameterError(message, hint=N_("Give the same file that was checked."))
    pictured = sorted(
        (match for match in result.matches if match.verdict != "clear" and not match.withheld),
        key=lambda match: match.verdict != "conflict",
    )
    matches = result.matches if everything else listed(result.matches)
    ids = [match.entry.id for match in matches]
    return _result_report("check", result, pictured[:MOST_SHOWN], photo, registry, listed=ids)


def decision_report(record_id: str, registry: Registry, *, photo: Photo | None = None) -> Report:
    """Gather the facts of a report on a saved decision (``motif decide``).

    Parameters
    ----------
    record_id : str, such as ``"B-000001-3"``
    registry : Registry
    photo : Photo, optional
        The photo that was decided on, if it is not in the registry.

    Returns
    -------
    Report
        For ``report_html`` and ``report_pdf``; dated by the decision. The evidence is that of
        ``motif.compare``.

    Raises
    ------
    EntryNotFoundError
        If there is no such record, or a photo is needed that is neither registered nor given.
    ParameterError
        If it is a record of another kind, or concerns a single entry.
    """
    decision = registry.records.get(record_id)
    if not isinstance(decision, Decision) or decision.decided_at is None:
        raise ParameterError(
            N_("{record_id} is not a decision", record_id=record_id),
            hint=N_("Give the id of a decision, such as B-000001-3."),
        )
    if decision.a is None or decision.b is None:
        hint = N_("See the sheet of the entry: motif report {id}", id=decision.a or decision.b)
        raise ParameterError(N_("{record_id} concerns a single entry", record_id=record_id), hint=hint)
    query_side, entry = _sides(decision.a, decision.b, registry)
    query = _query_photo(query_side, registry, photo)
    asked = fingerprint(query, registry.profile, cut=_known_cut(query.sha256, registry))
    matches = [
        Match(
            entry=entry,
            photo=registered,
            evidence=compare(asked, _registered_print(registered, registry), registry.profile),
            decision=decision,
        )
        for registered in entry.photos
    ]
    closest = max(matches, key=lambda match: match.score)
    result = CheckResult(
        verdict=closest.verdict,
        matches=(closest,),
        query=asked,
        searched_entries=1,
        profile_id=registry.profile.id,
        checked_at=decision.decided_at,
    )
    facts = {"decision": decision.to_json(), "listed": [entry.id]}
    return _result_report("decision", result, [closest], query, registry, **facts)


def entry_report(entry_id: str, registry: Registry) -> Report:
    """Gather the facts of the motif sheet of an entry.

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
    captures = []
    for known in entry.photos[:MOST_CAPTURES]:
        photo = registered_photo(known.sha256, registry)
        swatches = normalize_fields(photo, registry.profile, cut=known.cut)
        facts = _photo_facts(photo, swatches, known.cut, album)
        captures.append(facts | {"name": known.name})
    return _report(
        "entry",
        newest.at,
        registry,
        album,
        entry=entry.to_json(),
        proof=_proof(entry, registry),
        records=_disclosed_records(registry, entry.id, ("motif", "specimen", "filing", "party")),
        described=_described(entry, registry, album),
        captures=captures,
    )


def as_compared(photo: Photo, profile: Profile) -> Photo:
    """Read a photo's file again at the scale at which it is compared.

    Its pictures are then the same in every report, at whatever scale the caller read it.
    """
    return replace(read_photo(photo.data, long_edge_px=profile.long_edge_px), name=photo.name)


def registered_photo(sha256: str, registry: Registry) -> Photo:
    """Read an original of the registry at the scale at which it is compared; errors as of both.

    Parameters
    ----------
    sha256 : str
    registry : Registry

    Returns
    -------
    Photo
    """
    return read_photo(registry.original(sha256), long_edge_px=registry.profile.long_edge_px)


def _report(kind: str, at: datetime, registry: Registry, album: Album, **facts: Any) -> Report:
    """Make a report of facts, with what every report says of its registry: versions, and the ledger's end."""
    head, checkpoints = registry.ledger.head(), registry.ledger.checkpoints()
    record = {
        "format": RECORD_FORMAT,
        "kind": kind,
        "at": iso(at),
        "made_with": made_with(registry.profile),
        "searched": {
            "origin": registry.ledger.origin,
            "events": head.size,
            "root": head.root().hex(),
            "checkpoint": checkpoints[-1].note if checkpoints else None,
        },
        "pictures": album.sizes,
        **facts,
    }
    return Report(record=record, pictures=album.files)


def _result_report(
    kind: str, result: CheckResult, pictured: Sequence[Match], photo: Photo, registry: Registry, **facts: Any
) -> Report:
    """Gather a report of a kind on a result, with a page for each match of ``pictured``."""
    album, profile = Album(), registry.profile
    photo = as_compared(photo, profile)
    larger, swatches = normalize_with_photo(photo, profile, cut=result.query.cut)
    query = _photo_facts(photo, swatches, result.query.cut, album)
    facts |= {"result": result.to_json(), "query": query, "shown": []}
    if pictured:  # each field of the query is cut out once for all of them
        fields = {match.evidence.query_field for match in pictured}
        sides = {
            field: (
                cloth_on(larger, profile, field=field, swatches=swatches),
                _outlined(photo, swatches, field, album),
            )
            for field in fields
        }
        thumbnail = _add("thumbnail", photo.rgb, album)
        facts["shown"] = [
            _match_facts(match, *sides[match.evidence.query_field], thumbnail, registry, album)
            for match in pictured
        ]
    return _report(kind, result.checked_at, registry, album, **facts)


def _add(kind: str, rgb: RGB8, album: Album) -> str:
    """Add a picture within the limits of its kind, and return its SHA-256."""
    long_edge_px, most_bytes = _LIMITS[kind]
    return album.add(reduced(rgb, long_edge_px), most_bytes=most_bytes)


def _outlined(photo: Photo, swatches: Sequence[Swatch], matched: int | None, album: Album) -> str:
    """Add the photo with the outline of each field, and return its SHA-256."""
    outlines = [swatch.outline_px for swatch in swatches]
    long_edge_px, most_bytes = _LIMITS["query"]
    several = any(swatch.picture for swatch in swatches)
    drawn = with_outlines(photo, outlines, matched=matched, numbered=several, long_edge_px=long_edge_px)
    return album.add(drawn, most_bytes=most_bytes)


def _compared(swatches: Sequence[Swatch], cut: str) -> dict[str, Any]:
    """Note what is compared of a photo, as ``Fingerprint.compared`` does."""
    fields = [
        {
            "picture": swatch.picture,
            "outline_px": swatch.outline_px and [list(corner) for corner in swatch.outline_px],
        }
        for swatch in swatches
    ]
    return {"cut": cut, "fields": fields}


def _photo_facts(photo: Photo, swatches: Sequence[Swatch], cut: str, album: Album) -> dict[str, Any]:
    """Note what a photo is, what is compared of it, and what is wrong with the capture."""
    return {
        "name": clean_name(photo.name),
        "sha256": photo.sha256,
        "size_bytes": len(photo.data),
        "media_type": photo.media_type,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "compared": _compared(swatches, cut),
        "findings": [finding.to_json() for finding in inspect(photo, swatch=swatches[0])],
        "picture": _outlined(photo, swatches, None, album),
    }


def _match_facts(
    match: Match, query: Cloth, query_outlined: str, thumbnail: str, registry: Registry, album: Album
) -> dict[str, Any]:
    photo, profile = registered_photo(match.photo.sha256, registry), registry.profile
    larger, swatches = normalize_with_photo(photo, profile, cut=match.photo.cut)
    field = match.evidence.registered_field
    cloth = cloth_on(larger, profile, field=field, swatches=swatches)
    explanation = explain(query, cloth, match.evidence, profile)
    values = explanation.to_json()
    return {
        "entry": match.entry.id,
        "records": _disclosed_records(registry, match.entry.id, ("filing", "party")),
        "photo": match.photo.sha256,
        "explanation": {name: values[name] for name in _EXPLAINED},
        "compared": _compared(swatches, match.photo.cut),
        "outlined": [query_outlined, _outlined(photo, swatches, field, album)],
        "untouched": [thumbnail, _add("thumbnail", photo.rgb, album)],
        **_pictures_of_both(explanation, album),
    }


def _pictures_of_both(explanation: Explanation, album: Album) -> dict[str, Any]:
    """Draw both cloths in one place: side by side, on each other, in strips, and where they differ.

    Nothing where no place is known in which they coincide.
    """
    if explanation.homography is None:
        return {}
    evidence = explanation.evidence
    sheets = align(explanation.query_rgb, explanation.registered_rgb, explanation.homography)
    outlines = (
        outlined(sheets.query, evidence.query_outline, sheets.query_to_sheet),
        outlined(sheets.registered, evidence.registered_outline, sheets.registered_to_sheet),
    )
    difference = marked_difference(explanation.registered_rgb, explanation.difference, explanation.differs)
    small = {"overlay": laid_over(sheets), "difference": difference, "strips": strips(sheets)}
    return {
        "aligned": [album.add(sheet) for sheet in outlines],
        **{name: _add("sheet", rgb, album) for name, rgb in small.items() if rgb is not None},
    }


def _disclosed_records(registry: Registry, entry_id: str, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return an entry's records as JSON, without what a report must not disclose about people.

    Of a person or body it holds only the roles, and the name if it may be shown: no number, address or
    telephone.
    """
    linked = registry.records.about(entry_id)
    records = (record for kind in kinds for record in linked.get(kind, ()))
    disclosed = (
        Party(id=record.id, name=record.shown_name(), roles=record.roles)
        if isinstance(record, Party)
        else record
        for record in records
    )
    return [record.to_json() for record in disclosed]


def _sides(a: str, b: str, registry: Registry) -> tuple[str, Entry]:
    """Return the side that plays the query (a photo, or the later entry), and the other side's entry."""
    photos = [side for side in (a, b) if len(side) == 64]
    if len(photos) == 2:
        raise ParameterError(
            N_("both sides are photos; neither is an entry"), hint=N_("Compare them: motif compare A B")
        )
    query = photos[0] if photos else max(a, b)
    return query, registry.get(b if query == a else a)


def _query_photo(side: str, registry: Registry, photo: Photo | None) -> Photo:
    """Return the photo of the side that plays the query: the one given, or the registry's original."""
    if photo is not None and photo.sha256 == side:
        return photo
    try:
        return registered_photo(side, registry)
    except EntryNotFoundError as error:
        message = N_("the photo {sha256}… is not stored here", sha256=side[:12])
        hint = N_("Give the file with --photo; checks do not store photos.")
        raise EntryNotFoundError(message, hint=hint) from error


def _known_cut(sha256: str, registry: Registry) -> str:
    """Return what a person said of the cut of a registered photo; empty where it is not registered."""
    photos = (photo for entry in registry.holding(sha256) for photo in entry.photos)
    return next((photo.cut for photo in photos if photo.sha256 == sha256), "")


def _registered_print(photo: EntryPhoto, registry: Registry) -> Fingerprint:
    return fingerprint(registry.original(photo.sha256), registry.profile, cut=photo.cut)


def _proof(entry: Entry, registry: Registry) -> dict[str, Any] | None:
    """Prove the entry to somebody who cannot see the registry; None while no checkpoint covers it."""
    try:
        return registry.ledger.proof(entry.id)
    except RegistryError:
        return None


def _described(entry: Entry, registry: Registry, album: Album) -> dict[str, Any]:
    """Describe the first photo, with one repeat of the drawing where it repeats."""
    long_edge_px, _bytes = _LIMITS["cloth"]
    data = registry.original(entry.photos[0].sha256)
    photo = read_photo(data, long_edge_px=long_edge_px)
    larger, swatches = normalize_with_photo(photo, registry.profile, cut=entry.photos[0].cut)
    cloth = cloth_picture(larger, swatches[0], long_edge_px=long_edge_px)
    described = describe_fully(data)
    description, unit, lattice = described.description, described.unit_picture(), None
    if description.repeat.vectors_px:
        lattice = with_lattice(reduced(photo.rgb, _LIMITS["lattice"][0]), described)
    pictures = {"lattice": lattice, "cloth": cloth, "unit": unit}
    return {
        **{kind: None if rgb is None else _add(kind, rgb, album) for kind, rgb in pictures.items()},
        "measured": description.to_json(),
        "draft": {
            language: [text for text, _fields in description_sentences(description, language)]
            for language in LANGUAGES
        },
    }
