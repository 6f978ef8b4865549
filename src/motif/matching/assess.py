"""Look closely at one candidate: where do the two coincide, and what is that worth?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from motif.fingerprint import Fingerprint
from motif.hashes import HASH_BITS, hamming
from motif.matching.descriptors import Candidate
from motif.matching.evidence import Basis, Evidence
from motif.matching.geometry import Coincidence, coincide
from motif.matching.score import false_alarm_rate, rarity, score, verdict_of, votes_score
from motif.matching.views import Floats, View, plain_view
from motif.profiles import Profile, ScoreWeights

_SECOND_VIEW = 0.85
"""A candidate's second-best view is checked too if it has this share of the best view's votes."""

SAME_PICTURE_BITS = 24
"""Most bits, of pHash and of dHash, in which the same picture may differ. Nine in ten of 40 photos that were
halved and saved at JPEG quality 40 stay within 13; of 22 665 pairs of different designs (200 photos, 56
and 50 cloths) none is nearer than 90."""

_SAME_PICTURE_SCORE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVariant:
    """A way to look at a query: by its tones, or by its strokes."""

    basis: Basis
    views: tuple[View, ...]
    background: Floats
    weights: ScoreWeights
    shown: Callable[[Fingerprint], Fingerprint]


def assess_candidate(
    query: Fingerprint, registered: Fingerprint, variant: QueryVariant, candidate: Candidate, profile: Profile
) -> Evidence:
    """Look closely at one candidate, in the views that got most of its votes."""
    target = plain_view(variant.shown(registered))
    order = np.argsort(candidate.votes)[::-1][:2]
    best = unverified(candidate)
    for view in order:
        if candidate.votes[view] < _SECOND_VIEW * candidate.votes[order[0]]:
            break
        coinciding = coincide(variant.views[view], target, variant.background[view])
        if coinciding is None:
            continue
        value = score(coinciding, target, variant.background[view], candidate.votes[view], variant.weights)
        if value > best.score:
            best = _evidence(coinciding, value, variant, variant.background[view], profile)
    return sized(_same_picture(query, registered, best), query, registered)


def sized(evidence: Evidence, query: Fingerprint, registered: Fingerprint) -> Evidence:
    """Add the sizes of the swatches that the evidence speaks of."""
    query_px, registered_px = ((one.width_px, one.height_px) for one in (query, registered))
    return replace(evidence, query_px=query_px, registered_px=registered_px)


def unverified(candidate: Candidate) -> Evidence:
    return Evidence(score=votes_score(max(candidate.votes)), verdict="clear", basis="votes")


def _same_picture(query: Fingerprint, registered: Fingerprint, best: Evidence) -> Evidence:
    """Let hashes speak for a re-saved picture, also one without keypoints."""
    away = max(hamming(query.phash, registered.phash), hamming(query.dhash, registered.dhash))
    if away > SAME_PICTURE_BITS or best.score >= _SAME_PICTURE_SCORE:
        return best
    value = _SAME_PICTURE_SCORE * (1 - away / HASH_BITS)
    return replace(
        best, score=max(best.score, value), verdict="conflict", basis="hash", false_alarm_rate=None
    )


def _evidence(
    found: Coincidence, value: float, variant: QueryVariant, background: Floats, profile: Profile
) -> Evidence:
    view = found.view
    homography = np.eye(3)
    homography[:2] = found.affine.T
    places = found.pairs.x.astype(np.float64)
    if view.mirrored:
        homography = homography @ np.array([[-1.0, 0, view.width_px - 1], [0, 1, 0], [0, 0, 1]])
        places = places * [-1, 1] + [view.width_px - 1, 0]
    points = np.hstack([places, found.pairs.y])
    return Evidence(
        score=value,
        verdict=verdict_of(value, profile, cells=found.cells),
        basis=variant.basis,
        mirrored=view.mirrored,
        negative=view.negative,
        transform=tuple(homography.ravel().tolist()),
        points=tuple(tuple(row) for row in points.tolist()),
        cells=found.cells,
        rarity=rarity(found, background),
        false_alarm_rate=false_alarm_rate(value, profile),
    )
