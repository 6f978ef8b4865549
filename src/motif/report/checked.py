"""From the answer of a check to a report: pictures made, findings and the ledger's state noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from motif.arrays import Matrix3
from motif.errors import ParameterError
from motif.matching.explain import Cloth, cloth_on, explain
from motif.messages import N_
from motif.normalize.quality import inspect
from motif.normalize.small import reduced
from motif.normalize.swatch import Swatch, normalize
from motif.photo import Photo, read_photo
from motif.profiles import Profile
from motif.registry.answers import CheckResult, Match
from motif.registry.records import iso
from motif.registry.text import clean_name
from motif.report.aligned import SMALL_SHEET_PX, align, laid_over, marked_difference, outlined, strips
from motif.report.linked import MATCH, told_records
from motif.report.record import RECORD_FORMAT, Album, Report, made_with

if TYPE_CHECKING:
    from motif.matching.records import Evidence
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
