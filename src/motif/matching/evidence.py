"""What coincides, and under which transform: the answer that check and compare share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from motif.errors import IncomparableFingerprintsError
from motif.fingerprint import Fingerprint, fingerprint, require_comparable
from motif.hashes import HASH_BITS, hamming
from motif.matching.candidates import Candidate, CandidateIndex
from motif.matching.decision import Verdict, score, verdict_of, votes_score
from motif.matching.records import Basis, Evidence, Found
from motif.matching.threads import one_thread
from motif.matching.verify import Coincidence, coincide
from motif.matching.views import VIEWS, Floats, View, as_strokes, plain_view, query_views
from motif.photo import Photo, PhotoSource
from motif.profiles import STANDARD_1, Profile, ScoreWeights

__all__ = ["Basis", "Evidence", "Found", "Verdict", "compare", "same_file", "search"]

_SECOND_VIEW = 0.85
"""A candidate's second-best view is checked too if it has this share of the best view's votes."""

_SAME_PICTURE_BITS = 24
"""Most bits, of pHash and of dHash, in which the same picture may differ. Nine in ten of 40 photos that were
halved and saved at JPEG quality 40 stay within 13; of 22 665 pairs of different designs (200 photos, 56
and 50 cloths) none is nearer than 90."""

_SAME_PICTURE_SCORE = 0.99

Load = Callable[[Collection[int]], dict[int, Fingerprint]]


def search(
    query: Fingerprint,
    index: CandidateIndex,
    load: Load,
    *,
    limit: int,
) -> list[Found]:
    """Find the photos of the index that the query may reuse, best first.

    Geometry is checked for the profile's least number of candidates, and for further ones as long
    as the last few brought an indication. Where none is a conflict, strokes are asked as well. The rest
    follow in the order of their votes.

    Parameters
    ----------
    query : Fingerprint
    index : CandidateIndex
    load : callable, keys -> {key: Fingerprint}
        Called with the few keys that are looked at closely. A key that it does not return
        (withdrawn meanwhile) is left out of the answer.
    limit : int, most photos returned

    Returns
    -------
    list of Found

    Raises
    ------
    IncomparableFingerprintsError
        If the query is of another profile than the index.
    """
    if query.profile_id != index.profile.id:
        made = f"query of profile {query.profile_id}, index of {index.profile.id}"
        raise IncomparableFingerprintsError(f"{made}; expected one")
    with one_thread():
        return _search(query, index, load, limit)


def _search(query: Fingerprint, index: CandidateIndex, load: Load, limit: int) -> list[Found]:
    profile = index.profile
    look, voted = _look_at_tones(query, index)
    candidates = _same_pictures_first(voted, index.alike(query.phash, most_bits=_SAME_PICTURE_BITS))
    found: dict[int, Evidence] = {}
    looked, step = 0, profile.verified_least
    while looked < len(candidates):
        chosen = candidates[looked : looked + step]
        looked += step
        checked = _checked(query, look, chosen, load, profile)
        found |= checked
        step = profile.verified_step
        if all(one.verdict == "clear" for one in [*checked.values()][-step:]):
            break
    if all(one.verdict != "conflict" for one in found.values()):
        _ask_strokes(query, index, load, (look, candidates), found)
    for one in candidates[looked : looked + limit]:
        found.setdefault(one.key, _unverified(one))
    ranked = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))
    return [Found(key=key, evidence=evidence) for key, evidence in ranked[:limit]]


def _ask_strokes(
    query: Fingerprint,
    index: CandidateIndex,
    load: Load,
    by_tones: tuple[_Look, list[Candidate]],
    found: dict[int, Evidence],
) -> None:
    """Where tones leave it open, let strokes propose and judge: line drawings, small cut-outs, folds.

    A photo that strokes propose is looked at by its tones too, however few votes those gave it.
    """
    look, voted = _look_at_strokes(query, index)
    chosen = voted[: index.profile.verified_least]
    keys = {one.key for one in chosen} - found.keys()
    few = [one for one in by_tones[1] if one.key in keys]
    for judged in (
        _checked(query, by_tones[0], few, load, index.profile),
        _checked(query, look, chosen, load, index.profile),
    ):
        for key, evidence in judged.items():
            if key not in found or evidence.score > found[key].score:
                found[key] = evidence


def compare(
    a: Photo | PhotoSource | Fingerprint, b: Photo | PhotoSource | Fingerprint, profile: Profile = STANDARD_1
) -> Evidence:
    """Compare two photos without a registry.

    Parameters
    ----------
    a, b : Photo, path, bytes, ndarray or Fingerprint
        ``a`` plays the query, ``b`` the registered photo.
    profile : Profile

    Returns
    -------
    Evidence
        The same as ``Registry.check`` gives, but without other designs to say what is common: what
        it finds weighs as if it were distinctive.

    Raises
    ------
    PhotoError
        If a photo cannot be used.
    IncomparableFingerprintsError
        If fingerprints of unlike profiles are given.

    Examples
    --------
    >>> noise = np.random.default_rng(0).integers(0, 2, (40, 50), np.uint8)
    >>> blots = np.kron(noise * 200, np.ones((12, 12), np.uint8))
    >>> found = compare(blots[:, ::-1], blots)
    >>> found.verdict, found.mirrored, found.negative
    ('conflict', True, False)
    """
    query, registered = (one if isinstance(one, Fingerprint) else fingerprint(one, profile) for one in (a, b))
    known = require_comparable(query, registered)
    if query.source_sha256 == registered.source_sha256:
        return same_file(query)
    index = CandidateIndex(known)
    index.add(1, registered)
    found = search(query, index, lambda keys: dict.fromkeys(keys, registered), limit=1)
    nothing = Evidence(score=0.0, verdict="clear", basis="none")
    return found[0].evidence if found else _sized(nothing, query, registered)


def same_file(query: Fingerprint) -> Evidence:
    """Return the evidence of two photos that are one file.

    Examples
    --------
    >>> noise = np.random.default_rng(0).integers(0, 256, (80, 120), np.uint8)
    >>> found = same_file(fingerprint(noise))
    >>> found.score, found.scale, found.turn_deg, found.query_share
    (1.0, 1.0, 0.0, 1.0)
    """
    size = (query.width_px, query.height_px)
    place = tuple(np.eye(3).ravel().tolist())
    return Evidence(
        score=1.0, verdict="conflict", basis="file", transform=place, query_px=size, registered_px=size
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A way to look at a query: by its tones, or by its strokes."""

    basis: Basis
    views: tuple[View, ...]
    background: Floats
    weights: ScoreWeights
    shown: Callable[[Fingerprint], Fingerprint]


def _look_at_tones(query: Fingerprint, index: CandidateIndex) -> tuple[_Look, list[Candidate]]:
    views = query_views(query)
    voted, background = index.tones.vote(views)
    return _Look(
        basis="keypoints",
        views=views,
        background=background,
        weights=index.profile.weights,
        shown=lambda value: value,
    ), voted


def _look_at_strokes(query: Fingerprint, index: CandidateIndex) -> tuple[_Look, list[Candidate]]:
    profile = index.profile
    drawing = query.two_tone >= profile.two_tone
    views = query_views(as_strokes(query))
    voted, background = index.strokes.vote(views)
    return _Look(
        basis="strokes",
        views=views,
        background=background,
        weights=profile.drawing_weights if drawing else profile.stroke_weights,
        shown=as_strokes,
    ), voted


def _same_pictures_first(voted: list[Candidate], alike: list[int]) -> list[Candidate]:
    """Look at photos with a near hash first, also at those that got no vote."""
    by_key = {one.key: one for one in voted}
    first = [by_key.pop(key, Candidate(key=key, votes=(0.0,) * VIEWS)) for key in alike]
    return first + list(by_key.values())


def _checked(
    query: Fingerprint, look: _Look, chosen: Sequence[Candidate], load: Load, profile: Profile
) -> dict[int, Evidence]:
    registered = load([one.key for one in chosen])
    return {
        one.key: _judge(query, registered[one.key], look, one, profile)
        for one in chosen
        if one.key in registered
    }


def _judge(
    query: Fingerprint, registered: Fingerprint, look: _Look, candidate: Candidate, profile: Profile
) -> Evidence:
    """Look closely at one candidate, in the views that got most of its votes."""
    target = plain_view(look.shown(registered))
    order = np.argsort(candidate.votes)[::-1][:2]
    best = _unverified(candidate)
    for view in order:
        if candidate.votes[view] < _SECOND_VIEW * candidate.votes[order[0]]:
            break
        coinciding = coincide(look.views[view], target, look.background[view])
        if coinciding is None:
            continue
        value = score(coinciding, target, look.background[view], candidate.votes[view], look.weights)
        if value > best.score:
            best = _evidence(coinciding, value, look.basis, profile)
    return _sized(_same_picture(query, registered, best), query, registered)


def _sized(evidence: Evidence, query: Fingerprint, registered: Fingerprint) -> Evidence:
    """Add the sizes of the swatches that the evidence speaks of."""
    query_px, registered_px = ((one.width_px, one.height_px) for one in (query, registered))
    return replace(evidence, query_px=query_px, registered_px=registered_px)


def _unverified(candidate: Candidate) -> Evidence:
    return Evidence(score=votes_score(max(candidate.votes)), verdict="clear", basis="votes")


def _same_picture(query: Fingerprint, registered: Fingerprint, best: Evidence) -> Evidence:
    """Let hashes speak for a re-saved picture, also one without keypoints."""
    away = max(hamming(query.phash, registered.phash), hamming(query.dhash, registered.dhash))
    if away > _SAME_PICTURE_BITS or best.score >= _SAME_PICTURE_SCORE:
        return best
    value = _SAME_PICTURE_SCORE * (1 - away / HASH_BITS)
    return replace(best, score=max(best.score, value), verdict="conflict", basis="hash")


def _evidence(found: Coincidence, value: float, basis: Basis, profile: Profile) -> Evidence:
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
        basis=basis,
        mirrored=view.mirrored,
        negative=view.negative,
        transform=tuple(homography.ravel().tolist()),
        points=tuple(tuple(row) for row in points.tolist()),
        cells=found.cells,
    )
