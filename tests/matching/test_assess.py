"""One candidate: which of its views are verified, what the evidence tells, and when hashes decide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.pictures import blots

from motif import CHEAPEST_1, Evidence, FieldPrint, fingerprint
from motif.features.keypoints import Keypoints
from motif.matching import assess
from motif.matching.assess import QueryVariant, assess_candidate, sized, unverified
from motif.matching.geometry import coincide
from motif.matching.score import false_alarm_rate, rarity, score
from motif.matching.views import plain_view, query_views
from motif.matching.votes import Candidate

BACKGROUND = np.float32(0.7)


@pytest.fixture(scope="module")
def drawn() -> FieldPrint:
    return fingerprint(blots(1), CHEAPEST_1).main


@pytest.fixture(scope="module")
def flipped() -> FieldPrint:
    return fingerprint(np.ascontiguousarray(blots(1)[:, ::-1]), CHEAPEST_1).main


def assessed(query: FieldPrint, registered: FieldPrint, votes: tuple[float, ...]) -> Evidence:
    views = query_views(query)
    variant = QueryVariant(
        basis="keypoints",
        views=views,
        background=lambda number: np.full(len(query.keypoints), BACKGROUND, np.float32),
        weights=CHEAPEST_1.weights,
        represent=lambda value: value,
    )
    return assess_candidate(query, registered, variant, Candidate(key=1, votes=votes), CHEAPEST_1)


@pytest.mark.parametrize(
    ("votes", "is_found"),
    [
        ((0, 0, 9, 0), True),
        ((9, 0, 9, 0), True),
        ((9, 0, 7.7, 0), True),  # 0.85 of the best
        ((9, 0, 7.6, 0), False),
        ((9, 8.8, 8.7, 0), False),  # the third best
        ((9, 8.7, 8.8, 0), True),
        ((9, 0, 0, 0), False),
    ],
)
def test_the_best_view_is_verified_and_a_second_with_nearly_its_votes(
    drawn: FieldPrint, flipped: FieldPrint, votes: tuple[float, ...], is_found: bool
) -> None:
    far = replace(flipped, phash=bytes(32), dhash=bytes(32))
    found = assessed(drawn, far, votes)
    assert (found.verdict == "conflict" and found.mirrored) == is_found


def test_evidence_of_a_mirrored_query_tells_places_and_transform_of_the_query_itself(
    drawn: FieldPrint, flipped: FieldPrint
) -> None:
    found = assessed(drawn, flipped, (0, 0, 9.0, 0))
    points, transform = np.array(found.points), np.reshape(found.transform or (), (3, 3))
    assert (found.mirrored, found.negative, found.basis) == (True, False, "keypoints")
    assert np.median(np.abs(points[:, 0] + points[:, 2] - 319)) < 1
    assert np.median(np.abs(points[:, 1] - points[:, 3])) < 1
    assert transform[:2, :2] == pytest.approx(np.diag([-1, 1]), abs=0.01)
    known = {tuple(row) for row in drawn.keypoints.xy.tolist()}
    assert {tuple(row) for row in points[:, :2].tolist()} <= known
    landed = np.c_[points[:, :2], np.ones(len(points))] @ transform.T
    assert landed[:, 2] == pytest.approx(1)
    off = landed[:, :2] - points[:, 2:]
    assert np.abs(off).max() < 10 and np.abs(off.mean(axis=0)).max() < 0.05  # a least squares fit
    assert found.query_px == found.registered_px == (320, 256)


def test_the_numbers_of_the_evidence_are_those_of_what_coincides(
    drawn: FieldPrint, flipped: FieldPrint
) -> None:
    """The scores of both views that are verified count, and the better is kept, whichever comes first."""
    background = np.full(len(drawn.keypoints), BACKGROUND, np.float32)
    target = plain_view(flipped)
    made = coincide(query_views(drawn)[2], target, background)
    assert made is not None
    for votes in ((9.0, 0, 8.5, 0), (8.6, 0, 9.0, 0)):
        found = assessed(drawn, flipped, votes)
        assert found.score == score(made, target, background, votes[2], CHEAPEST_1.weights)
        assert (found.cells, len(found.points)) == (made.cells, len(made.pairs))
        assert found.rarity == rarity(made, background)
        assert found.false_alarm_rate == false_alarm_rate(found.score, CHEAPEST_1)


def test_nothing_verified_leaves_the_votes_and_the_sizes(drawn: FieldPrint) -> None:
    other = fingerprint(np.ascontiguousarray(blots(2)[:200]), CHEAPEST_1).main
    bare = replace(other, keypoints=nothing())
    found = assessed(drawn, bare, (1.0, 3.0, 2.0, 0.5))
    plain = unverified(Candidate(key=1, votes=(1.0, 3.0, 2.0, 0.5)))
    assert found == sized(plain, drawn, bare)
    assert (plain.basis, plain.verdict, plain.query_px) == ("votes", "clear", (0, 0))
    assert plain.score == pytest.approx(0.02 * (1 - np.exp(-3 / 5)))
    assert (found.query_px, found.registered_px) == ((320, 256), (320, 178))


def nothing() -> Keypoints:
    return Keypoints(
        xy=np.zeros((0, 2), np.float32),
        size_px=np.zeros(0, np.float32),
        angle_deg=np.zeros(0, np.float32),
        descriptors=np.zeros((0, 128), np.uint8),
    )


def flip_bits(bits: bytes, count: int) -> bytes:
    flipped = np.unpackbits(np.frombuffer(bits, np.uint8))
    flipped[:count] ^= 1
    return np.packbits(flipped).tobytes()


@pytest.mark.parametrize(
    ("phash_bits", "dhash_bits", "value"),
    [
        (0, 0, 0.99),
        (24, 0, 0.99 * (1 - 24 / 256)),
        (0, 24, 0.99 * (1 - 24 / 256)),
        (10, 20, 0.99 * (1 - 20 / 256)),
        (25, 0, None),
        (0, 25, None),
    ],
)
def test_up_to_24_bits_of_both_hashes_may_differ_in_one_picture(
    drawn: FieldPrint, phash_bits: int, dhash_bits: int, value: float | None
) -> None:
    bare = replace(
        drawn,
        keypoints=nothing(),
        phash=flip_bits(drawn.phash, phash_bits),
        dhash=flip_bits(drawn.dhash, dhash_bits),
    )
    found = assessed(drawn, bare, (0.0, 0.0, 0.0, 0.0))
    if value is None:
        assert (found.basis, found.verdict, found.score) == ("votes", "clear", 0.0)
    else:
        assert (found.basis, found.verdict) == ("hash", "conflict")
        assert found.score == pytest.approx(value)
        assert found.false_alarm_rate is None


@pytest.mark.parametrize(
    ("known", "basis", "value"),
    [(0.5, "hash", 0.99), (0.98, "hash", 0.99), (0.99, "keypoints", 0.99), (0.995, "keypoints", 0.995)],
)
def test_hashes_raise_a_lower_score_and_leave_a_higher_one(
    drawn: FieldPrint, known: float, basis: str, value: float
) -> None:
    best = Evidence(score=known, verdict="review", basis="keypoints", cells=7, false_alarm_rate=0.1)
    made = assess._same_picture(drawn, drawn, best)
    assert (made.basis, made.score, made.cells) == (basis, value, 7)
    assert made.verdict == ("conflict" if basis == "hash" else "review")


def test_hashes_never_lower_a_score(drawn: FieldPrint) -> None:
    best = Evidence(score=0.95, verdict="conflict", basis="keypoints")
    near = replace(drawn, phash=flip_bits(drawn.phash, 20))
    made = assess._same_picture(drawn, near, best)
    assert (made.basis, made.score) == ("hash", 0.95)
