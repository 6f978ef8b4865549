"""Marks that a registry proposes to ignore: a patch of one query that coincides with several designs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from motif.photo.photo import Photo, decoded_photo
from motif.photo.source import PhotoSource
from motif.profiles import Profile
from motif.registry.marks import box_around, is_part
from motif.registry.results import CheckResult, Match, ProposedMark

_LEAST_ENTRIES: Final = 3
_SAME_PLACE: Final = 0.5
"""Least overlap, area of both over area of either, of two outlines that are about the same."""
_COMPACT: Final = 0.25
"""Most of the query that a patch covers which is proposed after a person rejected the match."""


def propose(matches: Iterable[Match]) -> ProposedMark | None:
    """Propose a mark where the same patch of a query coincides with several designs.

    Parameters
    ----------
    matches : iterable of Match
        Of one query, with decisions.

    Returns
    -------
    ProposedMark or None
        Where three entries or more show about the same patch, as a label or in a match that was rejected.
    """
    suspects = [match for match in matches if _is_suspect(match)]
    groups = ([other for other in suspects if _same_patch(match, other)] for match in suspects)
    alike = max(groups, key=len, default=[])
    if len(alike) < _LEAST_ENTRIES:
        return None
    left, top, right, bottom = np.median([_bounds(match) for match in alike], axis=0).tolist()
    outline = ((left, top), (right, top), (right, bottom), (left, bottom))
    entries = tuple(match.entry.id for match in alike)
    return ProposedMark(entries=entries, outline=outline, field=alike[0].evidence.query_field)


def located(result: CheckResult, photo: Photo | PhotoSource, profile: Profile) -> CheckResult:
    """Say where on the photo the mark that a result proposes lies.

    Parameters
    ----------
    result : CheckResult
    photo : Photo, path, bytes or ndarray
        The one that was checked.
    profile : Profile

    Returns
    -------
    CheckResult
        ``result`` itself where it proposes none.
    """
    proposed = result.proposed_mark
    if proposed is None:
        return result
    decoded = decoded_photo(photo, long_edge_px=profile.long_edge_px)
    box = box_around(proposed.outline, decoded, profile, field=proposed.field, cut=result.query.cut)
    return replace(result, proposed_mark=replace(proposed, box=box))


def _is_suspect(match: Match) -> bool:
    evidence = match.evidence
    if not evidence.query_outline or not is_part(evidence):
        return False
    is_rejected = match.decision is not None and match.decision.human_verdict == "reject"
    return evidence.basis == "label" or (is_rejected and evidence.query_share <= _COMPACT)


def _same_patch(match: Match, other: Match) -> bool:
    same_field = match.evidence.query_field == other.evidence.query_field
    return same_field and _overlap(_bounds(match), _bounds(other)) >= _SAME_PLACE


def _bounds(match: Match) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of what coincides on the query."""
    x, y = zip(*match.evidence.query_outline[0], strict=True)
    return min(x), min(y), max(x), max(y)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the area of both boxes over the area of either."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / either if either > 0 else 0.0
