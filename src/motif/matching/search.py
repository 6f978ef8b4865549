"""Search an index for the photos that a query may reuse, and compare two photos without a registry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from motif.errors import IncomparableFingerprintsError
from motif.fingerprint import (
    FieldPrint,
    Fingerprint,
    detail_fingerprint,
    fingerprint,
    require_comparable,
)
from motif.matching.assess import SAME_PICTURE_BITS, QueryVariant, assess_candidate, sized, unverified
from motif.matching.cohort import Part, background
from motif.matching.evidence import Evidence, SearchHit
from motif.matching.inverted_index import MemorySource, PostingSource, alike
from motif.matching.plain import shows_too_little
from motif.matching.views import as_strokes, distinct, query_views
from motif.matching.votes import LOOKED_AT, Candidate, Question, proposed, votes_for
from motif.photo.photo import Photo, decoded_photo
from motif.photo.source import PhotoSource
from motif.profiles import STANDARD_1, Profile

Load = Callable[[Collection[int]], dict[int, Fingerprint]]
"""Returns the fingerprints of photos, by their keys; what is no longer registered is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How many photos of an index are looked at, and how closely.

    Parameters
    ----------
    held : int
        Photos whose words are held against those of the query.
    verified_least, verified_step : int
        Candidates whose geometry is checked where none is a conflict, and how many are checked at a time.
    verified_strokes : int
        Candidates proposed by strokes whose geometry is checked where none is a conflict.
    least_votes : float
        With fewer, a candidate's geometry is not checked.
    """

    held: int = LOOKED_AT
    verified_least: int = 10
    verified_step: int = 4
    verified_strokes: int = 8
    least_votes: float = 0.0


THOROUGH: Final = Effort()
"""For somebody who asks whether a design exists."""

QUICK: Final = Effort(held=96, verified_least=4, verified_strokes=0, least_votes=0.7)
"""For many pictures among each other, in an index in memory, which has few photos without lists.

Of 1554 pairs that a thorough search finds among 756 photos and reuses of them, thirteen are missed and no
group is, at half of the cost."""

_PARTS: Final[tuple[Part, ...]] = ("tones", "strokes")


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
        The same as ``Registry.check`` gives of the pair. Where ``a`` is a photo and nothing is found, it is
        looked at once more as an enlarged detail.

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
    if isinstance(a, Fingerprint):
        photo, query = None, a
    else:
        photo = decoded_photo(a, long_edge_px=profile.long_edge_px)
        query = fingerprint(photo, profile)
    registered = b if isinstance(b, Fingerprint) else fingerprint(b, profile)
    shared_profile = require_comparable(query, registered)
    evidence = _compared(query, registered, shared_profile)
    if evidence.verdict == "clear" and photo is not None:
        details = detail_fingerprint(query, photo, shared_profile)
        evidence = max(evidence, _compared(details, registered, shared_profile), key=lambda one: one.score)
    little = any(shows_too_little(side, shared_profile) for side in (query, registered))
    return replace(evidence, too_little=evidence.verdict == "clear" and little)


def _compared(query: Fingerprint, registered: Fingerprint, profile: Profile) -> Evidence:
    if query.source_sha256 == registered.source_sha256:
        return same_file(query)
    source = MemorySource(profile, {1: registered})
    results = search(query, source, lambda keys: dict.fromkeys(keys, registered), profile, limit=1)
    nothing = Evidence(score=0.0, verdict="clear", basis="none")
    evidence = results[0].evidence
    if evidence.basis == "votes" and not evidence.score:
        evidence = sized(nothing, query.main, registered.main)
    return evidence


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


def search(
    query: Fingerprint,
    source: PostingSource,
    load: Load,
    profile: Profile,
    *,
    limit: int,
    effort: Effort = THOROUGH,
) -> list[SearchHit]:
    """Find the photos of an index that the query may reuse, best first.

    Votes propose candidates. Geometry is checked a few at a time, as long as the last few gave an indication,
    and, without a conflict, for at least the least number. Where none is a conflict, those that
    strokes propose are checked as well. The rest follow in the order of their votes.

    What is said of a candidate follows from the two fingerprints, whatever else the index holds: its tones
    are compared, then its strokes where its tones are no conflict, for each field of the query that shows one
    picture, and each field of the photo. Each picture that the query shows is searched for itself.

    Parameters
    ----------
    query : Fingerprint
    source : PostingSource
        Photos with fingerprints of ``profile``.
    load : callable, keys -> {key: Fingerprint}
        Called with the few keys whose geometry is checked. A key that it does not return
        (withdrawn meanwhile) is left out of the answer.
    profile : Profile
    limit : int, most photos returned
    effort : Effort
        Changes which candidates are checked, and never what is said of one.

    Returns
    -------
    list of SearchHit

    Raises
    ------
    IncomparableFingerprintsError
        If the query is of another profile.
    """
    if query.profile_id != profile.id:
        message = f"query of profile {query.profile_id}, index of {profile.id}; expected one"
        raise IncomparableFingerprintsError(message)
    best: dict[int, Evidence] = {}
    with one_thread():
        for picture in sorted({field.picture for field in query.fields}):
            of_picture = _PictureSearch(query, picture, source, load, profile, effort)
            for key, evidence in of_picture.run(limit).items():
                if key not in best or evidence.score > best[key].score:
                    best[key] = evidence
    ranked = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
    return [SearchHit(key=key, evidence=evidence) for key, evidence in ranked[:limit]]


class _Asked:
    """The tones or the strokes of a field of the query, and the votes for photos that were asked for."""

    def __init__(self, variant: QueryVariant, question: Question, source: PostingSource) -> None:
        self.variant = variant
        self._question, self._source = question, source
        self._votes: dict[int, Candidate] = {}

    def ranked(self, most: int) -> list[Candidate]:
        """Return the photos with most votes that are not withdrawn, most first; ties by key."""
        every = proposed(self._source, self._question, most=most)
        active = self._source.active(every)
        looked_at = [key for key in every if key in active][:most]
        candidates = self.votes(looked_at).values()
        return sorted(candidates, key=lambda candidate: (-max(candidate.votes), candidate.key))

    def votes(self, keys: Collection[int]) -> dict[int, Candidate]:
        """Return the votes for some photos."""
        unknown = [key for key in keys if key not in self._votes]
        if unknown:
            words = self._source.words(self._question.part, unknown)
            self._votes |= votes_for(words, self._question)
        return {key: self._votes[key] for key in keys}


class _QueryField:
    """A field of the query; its strokes vote when they are first asked for."""

    def __init__(self, number: int, field: FieldPrint, source: PostingSource, profile: Profile) -> None:
        self.number, self.field = number, field
        self._source, self._profile = source, profile

    @cached_property
    def tones(self) -> _Asked:
        return self._ask("tones")

    @cached_property
    def strokes(self) -> _Asked:
        return self._ask("strokes")

    def _ask(self, part: Part) -> _Asked:
        of_tones = part == "tones"
        represent = _as_it_is if of_tones else as_strokes
        views = query_views(represent(self.field))
        chosen, member_of = distinct(views[0].descriptors, self._profile.same_descriptor)
        variant = QueryVariant(
            basis="keypoints" if of_tones else "strokes",
            views=views,
            background=cache(lambda number: background(views[number].descriptors[chosen], part)[member_of]),
            weights=self._profile.weights if of_tones else self._profile.stroke_weights,
            represent=represent,
        )
        return _Asked(variant, Question.of(part, views[0], chosen, member_of), self._source)


class _PictureSearch:
    """The search for one picture that the query shows, in one or two fields: cut, and whole."""

    def __init__(
        self,
        query: Fingerprint,
        picture: int,
        source: PostingSource,
        load: Load,
        profile: Profile,
        effort: Effort,
    ) -> None:
        self._fields = [
            _QueryField(number, field, source, profile)
            for number, field in enumerate(query.fields)
            if field.picture == picture
        ]
        self._picture = picture if query.shows_several else None
        self._source, self._load, self._profile, self._effort = source, load, profile, effort
        self._verified: dict[int, Evidence] = {}
        self._gone: set[int] = set()

    def run(self, limit: int) -> dict[int, Evidence]:
        """Return the evidence of the photos whose geometry is checked, and of the next by their votes."""
        known: dict[int, Candidate] = {}
        for field in self._fields:
            ranked = field.tones.ranked(self._effort.held)
            near = alike(self._source, field.field.phash, most_bits=SAME_PICTURE_BITS)
            self._verify_while_indicated(list(dict.fromkeys([*near, *self._voted(ranked)])))
            for one in ranked:
                if one.key not in known or max(one.votes) > max(known[one.key].votes):
                    known[one.key] = one
        for field in self._fields:
            if self._effort.verified_strokes and not self._has_conflict():
                self._verify(self._by_strokes(field))
        unchecked = known.keys() - self._verified.keys() - self._gone
        rest = sorted(unchecked, key=lambda key: (-max(known[key].votes), key))
        return self._verified | {key: unverified(known[key]) for key in rest[:limit]}

    def _by_strokes(self, field: _QueryField) -> list[int]:
        return self._voted(field.strokes.ranked(self._effort.held))[: self._effort.verified_strokes]

    def _voted(self, ranked: Sequence[Candidate]) -> list[int]:
        return [one.key for one in ranked if max(one.votes) > self._effort.least_votes]

    def _verify_while_indicated(self, keys: Sequence[int]) -> None:
        end = 0
        while end < len(keys):
            start, end = end, end + self._effort.verified_step
            if start < self._effort.verified_least:
                end = min(end, self._effort.verified_least)
            checked = self._verify(keys[start:end])
            enough = end >= self._effort.verified_least or self._has_conflict()
            if enough and all(evidence.verdict == "clear" for evidence in checked):
                break

    def _verify(self, keys: Sequence[int]) -> list[Evidence]:
        """Check the geometry of photos that was not checked yet; return their evidence."""
        unknown = [key for key in keys if key not in self._verified]
        registered = self._load(unknown)
        self._gone.update(set(unknown) - registered.keys())
        for field in self._fields:
            for part in _PARTS:
                unsettled = [key for key in registered if not self._is_conflict(key)]
                if unsettled:
                    asked: _Asked = getattr(field, part)
                    for key, candidate in asked.votes(unsettled).items():
                        self._hold(field, asked.variant, candidate, registered[key])
        return [self._verified[key] for key in registered]

    def _hold(
        self, query: _QueryField, variant: QueryVariant, candidate: Candidate, registered: Fingerprint
    ) -> None:
        """Hold a field of the query against each field of a photo; the first of equals counts."""
        of_each = [
            assess_candidate(query.field, field, variant, candidate, self._profile)
            for field in registered.fields
        ]
        number = max(range(len(of_each)), key=lambda k: of_each[k].score)
        earlier = self._verified.get(candidate.key)
        if earlier is None or of_each[number].score > earlier.score:
            self._verified[candidate.key] = replace(
                of_each[number],
                query_field=query.number,
                query_picture=self._picture,
                registered_field=number,
                registered_picture=registered.fields[number].picture if registered.shows_several else None,
            )

    def _is_conflict(self, key: int) -> bool:
        return key in self._verified and self._verified[key].verdict == "conflict"

    def _has_conflict(self) -> bool:
        return any(map(self._is_conflict, self._verified))


def _as_it_is(field: FieldPrint) -> FieldPrint:
    return field


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
