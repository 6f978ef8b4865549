"""Search an index for the photos that a query may reuse, and compare two photos without a registry."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from motif.arrays import Floats
from motif.errors import IncomparableFingerprintsError
from motif.fingerprint import FieldPrint, Fingerprint, fingerprint, require_comparable
from motif.matching.assess import SAME_PICTURE_BITS, QueryVariant, assess_candidate, sized, unverified
from motif.matching.candidates import CandidateIndex, Load, RerankingIndex
from motif.matching.descriptors import Candidate
from motif.matching.evidence import Evidence, SearchHit
from motif.matching.plain import shows_too_little
from motif.matching.views import VIEWS, View, as_strokes, query_views
from motif.photo.photo import Photo
from motif.photo.source import PhotoSource
from motif.profiles import STANDARD_1, Profile


class Voters(Protocol):
    """One half of an index: the keypoints of its photos, or those of their strokes."""

    def vote(self, views: Sequence[View]) -> tuple[list[Candidate], Floats]:
        """See ``DescriptorIndex.vote``."""
        ...


class Index(Protocol):
    """An index to search: a ``CandidateIndex``, or an ``InvertedIndex``."""

    profile: Profile

    @property
    def tones(self) -> Voters: ...

    @property
    def strokes(self) -> Voters: ...

    def alike(self, phash: bytes, *, most_bits: int) -> list[int]:
        """See ``CandidateIndex.alike``."""
        ...


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
        The same as ``Registry.check`` gives, but without other designs to show what is common: all that
        coincides counts as distinctive.

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
    >>> evidence = compare(blots[:, ::-1], blots)
    >>> evidence.verdict, evidence.mirrored, evidence.negative
    ('conflict', True, False)
    """
    query, registered = (
        side if isinstance(side, Fingerprint) else fingerprint(side, profile) for side in (a, b)
    )
    shared_profile = require_comparable(query, registered)
    if query.source_sha256 == registered.source_sha256:
        return same_file(query)
    index = CandidateIndex(shared_profile)
    index.add(1, registered)
    results = search(query, index, lambda keys: dict.fromkeys(keys, registered), limit=1)
    nothing = Evidence(score=0.0, verdict="clear", basis="none")
    evidence = results[0].evidence if results else sized(nothing, query.main, registered.main)
    little = any(shows_too_little(side, shared_profile) for side in (query, registered))
    return replace(evidence, too_little=evidence.verdict == "clear" and little)


def same_file(query: Fingerprint) -> Evidence:
    """Return the evidence for two photos that are the same file.

    Parameters
    ----------
    query : Fingerprint

    Returns
    -------
    Evidence
        Basis "file", score 1, verdict "conflict", the identity as transform.

    Examples
    --------
    >>> noise = np.random.default_rng(0).integers(0, 256, (80, 120), np.uint8)
    >>> evidence = same_file(fingerprint(noise))
    >>> evidence.score, evidence.scale, evidence.turn_deg, evidence.query_share
    (1.0, 1.0, 0.0, 1.0)
    """
    identity = tuple(np.eye(3).ravel().tolist())
    evidence = Evidence(score=1.0, verdict="conflict", basis="file", transform=identity)
    return sized(evidence, query.main, query.main)


def search(query: Fingerprint, index: Index, load: Load, *, limit: int) -> list[SearchHit]:
    """Find the photos of the index that the query may reuse, best first.

    Geometry is checked a few candidates at a time, as long as the last few gave an indication, and, without
    a conflict, for at least the profile's least number. Where none is a conflict, strokes are searched as
    well. The rest follow in the order of their votes.

    Each field of the query is searched for itself, and held against each field of a candidate; a photo
    counts by its best evidence. Of two fields that show one picture, cut and whole, the second is searched
    where the first finds no conflict.

    Parameters
    ----------
    query : Fingerprint
    index : CandidateIndex or InvertedIndex
    load : callable, keys -> {key: Fingerprint}
        Called with the few keys whose geometry is checked. A key that it does not return
        (withdrawn meanwhile) is left out of the answer.
    limit : int, most photos returned

    Returns
    -------
    list of SearchHit

    Raises
    ------
    IncomparableFingerprintsError
        If the query is of another profile than the index.
    """
    if query.profile_id != index.profile.id:
        message = f"query of profile {query.profile_id}, index of {index.profile.id}; expected one"
        raise IncomparableFingerprintsError(message)
    with one_thread():
        searched = RerankingIndex(index, load) if isinstance(index, CandidateIndex) else index
        best: dict[int, Evidence] = {}
        settled: set[int] = set()
        for number, field in enumerate(query.fields):
            found = {} if field.picture in settled else _search(field, searched, load, limit)
            if _has_conflict(found):
                settled.add(field.picture)
            picture = field.picture if query.shows_several else None
            for key, evidence in found.items():
                if key not in best or evidence.score > best[key].score:
                    best[key] = replace(evidence, query_field=number, query_picture=picture)
    return _ranked(best)[:limit]


def _ranked(evidence: dict[int, Evidence]) -> list[SearchHit]:
    ranked = sorted(evidence.items(), key=lambda item: (-item[1].score, item[0]))
    return [SearchHit(key=key, evidence=evidence) for key, evidence in ranked]


def _search(query: FieldPrint, index: Index, load: Load, limit: int) -> dict[int, Evidence]:
    """Return the evidence of the photos whose geometry is checked, and of the next ones by their votes."""
    profile = index.profile
    tones, voted = _vote_by_tones(query, index)
    candidates = _same_pictures_first(voted, index.alike(query.phash, most_bits=SAME_PICTURE_BITS))
    verified: dict[int, Evidence] = {}
    end = 0
    while end < len(candidates):
        start, end = end, end + profile.verified_step
        if start < profile.verified_least:
            end = min(end, profile.verified_least)
        checked = _checked(query, tones, candidates[start:end], load, profile)
        verified |= checked
        enough = end >= profile.verified_least or _has_conflict(verified)
        if enough and all(evidence.verdict == "clear" for evidence in checked.values()):
            break
    if not _has_conflict(verified):
        _search_strokes(query, index, load, (tones, candidates), verified)
    for candidate in candidates[end : end + limit]:
        verified.setdefault(candidate.key, unverified(candidate))
    return verified


def _vote_by_tones(query: FieldPrint, index: Index) -> tuple[QueryVariant, list[Candidate]]:
    views = query_views(query)
    voted, background = index.tones.vote(views)
    return QueryVariant(
        basis="keypoints",
        views=views,
        background=background,
        weights=index.profile.weights,
        represent=lambda value: value,
    ), voted


def _same_pictures_first(voted: list[Candidate], alike: list[int]) -> list[Candidate]:
    """Put photos with a near hash first, including those without a vote."""
    by_key = {candidate.key: candidate for candidate in voted}
    first = [by_key.pop(key, Candidate(key=key, votes=(0.0,) * VIEWS)) for key in alike]
    return first + list(by_key.values())


def _checked(
    query: FieldPrint, variant: QueryVariant, chosen: Sequence[Candidate], load: Load, profile: Profile
) -> dict[int, Evidence]:
    registered = load([candidate.key for candidate in chosen])
    return {
        candidate.key: _best_field(query, registered[candidate.key], variant, candidate, profile)
        for candidate in chosen
        if candidate.key in registered
    }


def _best_field(
    query: FieldPrint, registered: Fingerprint, variant: QueryVariant, candidate: Candidate, profile: Profile
) -> Evidence:
    """Hold a field of the query against each field of a photo; the first of equals counts."""
    of_each = [assess_candidate(query, field, variant, candidate, profile) for field in registered.fields]
    number = max(range(len(of_each)), key=lambda k: of_each[k].score)
    picture = registered.fields[number].picture if registered.shows_several else None
    return replace(of_each[number], registered_field=number, registered_picture=picture)


def _has_conflict(verified: dict[int, Evidence]) -> bool:
    return any(evidence.verdict == "conflict" for evidence in verified.values())


def _search_strokes(
    query: FieldPrint,
    index: Index,
    load: Load,
    by_tones: tuple[QueryVariant, list[Candidate]],
    verified: dict[int, Evidence],
) -> None:
    """Search by strokes where tones find no conflict: line drawings, small cut-outs, folds.

    A photo that strokes propose is verified by its tones too, however few votes those gave it.
    """
    tones, candidates = by_tones
    strokes, voted = _vote_by_strokes(query, index)
    chosen = voted[: index.profile.verified_least]
    keys = {candidate.key for candidate in chosen} - verified.keys()
    unchecked = [candidate for candidate in candidates if candidate.key in keys]
    for variant, few in ((tones, unchecked), (strokes, chosen)):
        checked = _checked(query, variant, few, load, index.profile)
        for key, evidence in checked.items():
            if key not in verified or evidence.score > verified[key].score:
                verified[key] = evidence


def _vote_by_strokes(query: FieldPrint, index: Index) -> tuple[QueryVariant, list[Candidate]]:
    views = query_views(as_strokes(query))
    voted, background = index.strokes.vote(views)
    return QueryVariant(
        basis="strokes",
        views=views,
        background=background,
        weights=index.profile.stroke_weights,
        represent=as_strokes,
    ), voted


def one_thread() -> AbstractContextManager[Any]:
    """Hold BLAS and OpenMP to one thread while the context lasts; results stay the same.

    Examples
    --------
    >>> with one_thread():
    ...     1 + 1
    2
    """
    return _controller().limit(limits=1)  # type: ignore[no-any-return]


@cache
def _controller() -> ThreadpoolController:
    """Return the controller, created once: inspecting the loaded libraries takes longer than a search."""
    return ThreadpoolController()
