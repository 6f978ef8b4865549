"""Verify one candidate: find where the two designs coincide, and score it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.fingerprint import FieldPrint
from motif.hashes import HASH_BITS, hamming
from motif.matching.cohort import Part
from motif.matching.evidence import Basis, Evidence
from motif.matching.geometry import Coincidence, coincide
from motif.matching.marks import is_mark, on_mark
from motif.matching.parts import Polygon, outlined
from motif.matching.plain import is_plain
from motif.matching.score import false_alarm_rate, rarity, score, verdict_of, votes_score
from motif.matching.views import View, plain_view
from motif.matching.votes import Candidate
from motif.profiles import Profile, ScoreWeights

_SECOND_VIEW = 0.85
"""A candidate's second-best view is checked too if it has this share of the best view's votes."""

_LEAST_VOTES = 0.3
"""With fewer votes in a view, geometry is not looked at. On splits 2 and 4 of the harness 0.15 finds no more
reuses than 0.3, at up to half as much again of CPU; 0.5 loses cloths in another dye."""

SAME_PICTURE_BITS = 24
"""Most bits, of pHash and of dHash, in which the same picture may differ. Nine in ten of 40 photos that were
halved and saved at JPEG quality 40 stay within 13; of 22 665 pairs of different designs (200 photos, 56
and 50 cloths) none is nearer than 90."""

_SAME_PICTURE_SCORE = 0.99

_LEAST_PLAIN = 0.6
"""Share of what coincides. In copies of 91 photographed batiks, nineteen in twenty have less than 0.52."""

_IN_PLACE_PX, _MOST_IN_PLACE = 2.0, 0.5
"""How far a place may have moved, and the least share of the keypoints of both pictures that has not."""

_LAID_OVER_MAX = 5
"""Times that two drawings are laid over each other, each time without the marks that coincided before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVariant:
    """One representation of a query, by its tones or by its strokes, ready to be compared.

    Parameters
    ----------
    basis : "keypoints" or "strokes"
        What evidence from this variant rests on.
    views : tuple of View
        The query as it is, negative, mirrored, and both, as ``query_views`` orders them.
    background : callable, number of a view -> ndarray, float32, shape (N,), cosine
        How similar each of its N keypoints is to unrelated designs.
    weights : ScoreWeights
        The profile's weights for this basis.
    represent : callable, FieldPrint -> FieldPrint
        Brings a registered field into the same representation.
    """

    basis: Basis
    views: tuple[View, ...]
    background: Callable[[int], Floats]
    weights: ScoreWeights
    represent: Callable[[FieldPrint], FieldPrint]


def assess_candidate(
    query: FieldPrint, registered: FieldPrint, variant: QueryVariant, candidate: Candidate, profile: Profile
) -> Evidence:
    """Compare a field of a query with one of a candidate, in the one or two views that got most of its votes.

    Geometry decides how much of the two drawings coincides under one affine transform (see
    ``geometry.coincide``), and the better of the two views is scored. A label or watermark that coincides
    is set aside, and the rest is looked at again (see ``marks.is_mark``). The hashes of the two fields
    are compared as well: a re-saved picture is recognised without keypoints.

    Parameters
    ----------
    query, registered : FieldPrint
        Of one profile.
    variant : QueryVariant
        The query's representation that is compared.
    candidate : Candidate
        The registered photo's votes, one number for each of the query's views.
    profile : Profile
        Its thresholds give the verdict.

    Returns
    -------
    Evidence
        Basis "votes" and verdict "clear" where no geometry holds and the hashes differ; basis "label" or
        "ground" where only a mark or a plain ground coincides.

    References
    ----------
    Philbin, Chum, Isard, Sivic, Zisserman (2007). Object retrieval with large vocabularies and fast
    spatial matching. CVPR. The geometry of a few best-ranked candidates is verified, as here.
    """
    target = plain_view(variant.represent(registered))
    best, aside = unverified(candidate), None
    for number in np.argsort(candidate.votes, kind="stable")[::-1][:2]:
        votes = candidate.votes[number]
        if votes < max(_LEAST_VOTES, _SECOND_VIEW * max(candidate.votes)):
            break
        of_design, of_other = _coincidences((query, registered), variant, (number, votes), target, profile)
        if of_design is not None and of_design.score > best.score:
            best = of_design
        aside = aside or of_other
    if aside is not None and best.verdict == "clear":
        best = replace(aside, score=max(best.score, aside.score))
    return sized(_same_picture(query, registered, best), query, registered)


def _coincidences(
    pair: tuple[FieldPrint, FieldPrint],
    variant: QueryVariant,
    voted: tuple[np.intp, float],
    target: View,
    profile: Profile,
) -> tuple[Evidence | None, Evidence | None]:
    """Return how the designs coincide in one view, and how a mark or a plain ground on both does.

    What lies within the mark is taken away, and the rest is laid over each other again: under one label may
    lie two designs, or the same one twice. A plain ground is taken away in the same way; its score is brought
    below every indication, so that the most alike still comes first.
    """
    number, votes = voted
    view, background = variant.views[number], variant.background(int(number))
    aside: Evidence | None = None
    for _ in range(_LAID_OVER_MAX):
        coincidence = coincide(view, target, background)
        if coincidence is None:
            return None, aside
        value = score(coincidence, target, background, votes, variant.weights)
        evidence = sized(_evidence(coincidence, value, variant, background, profile), *pair)
        if evidence.verdict == "clear":
            return evidence, aside
        nothing = replace(evidence, score=0.0, verdict="clear", false_alarm_rate=None)
        if _on_plain_ground(coincidence, target, variant.basis) and not _in_place(coincidence, target):
            aside = aside or replace(nothing, score=profile.review_score * value, basis="ground")
            drawn, target = _without_plain(view, target, variant.basis)
            view, background = view.take(drawn), background[drawn]
            continue
        if not is_mark(*pair, evidence):
            return evidence, aside
        aside = aside or replace(nothing, basis="label")
        marked = on_mark(pair[0], evidence)
        points = tuple(point for point, lies_on_it in zip(evidence.points, marked, strict=True) if lies_on_it)
        part, taken = replace(evidence, points=points), coincidence.pairs.take(marked)
        rest = _outside(view, taken.query, part.query_outline)
        view, background = view.take(rest), background[rest]
        target = target.take(_outside(target, taken.registered, part.registered_outline))
    return None, aside


def _on_plain_ground(coincidence: Coincidence, registered: View, basis: Basis) -> bool:
    """Tell whether most of what coincides is what plain grounds have, on both pictures."""
    part: Part = "tones" if basis == "keypoints" else "strokes"
    sides = ((coincidence.view, coincidence.pairs.query), (registered, coincidence.pairs.registered))
    return all(
        is_plain(view.descriptors[np.unique(rows)], part).mean() >= _LEAST_PLAIN for view, rows in sides
    )


def _in_place(coincidence: Coincidence, registered: View) -> bool:
    """Tell whether most of two pictures coincides where it lies: one picture, dyed anew, whatever it shows.

    Two plain grounds of one size and in step to the pixel would be that, too.
    """
    pairs = coincidence.pairs
    still = pairs.take(np.abs(pairs.x - pairs.y).max(axis=1) < _IN_PLACE_PX)
    shares = (
        len(np.unique(rows)) / len(view.xy)
        for view, rows in ((coincidence.view, still.query), (registered, still.registered))
    )
    return min(shares) >= _MOST_IN_PLACE


def _without_plain(view: View, registered: View, basis: Basis) -> tuple[npt.NDArray[np.intp], View]:
    """Return the query's keypoints that plain grounds do not have, and the registered view of such."""
    part: Part = "tones" if basis == "keypoints" else "strokes"
    drawn, others = (np.flatnonzero(~is_plain(side.descriptors, part)) for side in (view, registered))
    return drawn, registered.take(others)


def _outside(view: View, rows: npt.NDArray[np.intp], outlines: tuple[Polygon, ...]) -> npt.NDArray[np.intp]:
    """Return the keypoints outside the outlines, without some rows."""
    x, y = np.clip(np.rint(view.xy).astype(int), 0, [view.width_px - 1, view.height_px - 1]).T
    if view.mirrored:
        x = view.width_px - 1 - x
    outside = ~outlined(outlines, (view.width_px, view.height_px))[y, x]
    outside[rows] = False
    return np.flatnonzero(outside)


def sized(evidence: Evidence, query: FieldPrint, registered: FieldPrint) -> Evidence:
    """Add the sizes of the two swatches to the evidence.

    Parameters
    ----------
    evidence : Evidence
    query, registered : FieldPrint

    Returns
    -------
    Evidence
    """
    return replace(
        evidence,
        query_px=(query.width_px, query.height_px),
        registered_px=(registered.width_px, registered.height_px),
    )


def unverified(candidate: Candidate) -> Evidence:
    """Return the evidence of a candidate whose geometry is not checked: its votes alone.

    Parameters
    ----------
    candidate : Candidate

    Returns
    -------
    Evidence
        Basis "votes", verdict "clear".
    """
    return Evidence(score=votes_score(max(candidate.votes)), verdict="clear", basis="votes")


def _same_picture(query: FieldPrint, registered: FieldPrint, best: Evidence) -> Evidence:
    """Raise the evidence to "hash" where the hashes show a re-saved picture, also one without keypoints."""
    bits = max(hamming(query.phash, registered.phash), hamming(query.dhash, registered.dhash))
    if bits > SAME_PICTURE_BITS or best.score >= _SAME_PICTURE_SCORE:
        return best
    value = max(best.score, _SAME_PICTURE_SCORE * (1 - bits / HASH_BITS))
    return replace(best, score=value, verdict="conflict", basis="hash", false_alarm_rate=None)


def _evidence(
    coincidence: Coincidence, value: float, variant: QueryVariant, background: Floats, profile: Profile
) -> Evidence:
    view = coincidence.view
    homography = np.eye(3)
    homography[:2] = coincidence.affine.T
    query_points = coincidence.pairs.x.astype(np.float64)
    if view.mirrored:
        homography = homography @ np.array([[-1.0, 0, view.width_px - 1], [0, 1, 0], [0, 0, 1]])
        query_points = query_points * [-1, 1] + [view.width_px - 1, 0]
    points = np.hstack([query_points, coincidence.pairs.y])
    return Evidence(
        score=value,
        verdict=verdict_of(value, profile, cells=coincidence.cells),
        basis=variant.basis,
        mirrored=view.mirrored,
        negative=view.negative,
        transform=tuple(homography.ravel().tolist()),
        points=tuple(tuple(row) for row in points.tolist()),
        cells=coincidence.cells,
        rarity=rarity(coincidence, background),
        false_alarm_rate=false_alarm_rate(value, profile),
    )
