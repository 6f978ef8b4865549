"""The score: each of its terms by hand, and a number whatever coincides."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.places import pairs_of, similarity_transform, unlike, view_of

from motif import CHEAPEST_1, STANDARD_1
from motif.arrays import Floats
from motif.matching import score as scoring
from motif.matching.geometry import Coincidence
from motif.matching.score import (
    Verdict,
    false_alarm_rate,
    ornaments,
    rarity,
    score,
    verdict_of,
    votes_score,
)
from motif.matching.views import View
from motif.profiles import ScoreWeights

NO_WEIGHT = ScoreWeights(**{weight.name: 0.0 for weight in fields(ScoreWeights)})

Case = tuple[Coincidence, View, Floats]


def logit(value: float) -> float:
    return float(np.log(value / (1 - value)))


@pytest.fixture(scope="module")
def case() -> Case:
    """The query is laid on a registered swatch of 300 x 200 px at half its size, from (100, 50) on.

    Of nine keypoints of the query seven land on it, five of them coincide; of ten of the registered swatch
    eight lie on the query, five coincide.
    """
    query_axes = unlike(9)
    query_axes[1] = 0.91 * query_axes[0] + np.sqrt(1 - 0.91**2) * query_axes[1]  # one ornament, twice
    query_axes[3] = 0.89 * query_axes[2] + np.sqrt(1 - 0.89**2) * query_axes[3]  # two
    registered_axes = unlike(10)
    registered_axes[1:3] = registered_axes[0]
    query = view_of(
        [(10, 10), (14, 12), (100, 10), (200, 200), (399, 299), (400, 100), (100, 300), (0, 0), (300, 100)],
        query_axes,
        size_px=(640, 480),
    )
    registered = view_of(
        [
            *[(105, 55), (107, 56), (154, 55), (200, 150), (100, 50), (99, 60), (110, 49), (290, 190)],
            *[(250, 60), (253, 104)],
        ],
        registered_axes,
        size_px=(300, 200),
    )
    rows, columns = [0, 0, 1, 2, 3, 8], [0, 1, 1, 2, 3, 9]
    pairs = pairs_of(
        query.xy[rows],
        registered.xy[columns],
        query=rows,
        registered=columns,
        similarity=[0.95, 0.8, 0.9, 0.85, 0.8, 0.5],
    )
    affine = similarity_transform(0.5, 0.0, (100.0, 50.0))
    return (
        Coincidence(view=query, pairs=pairs, affine=affine, cells=4),
        registered,
        np.full(9, 0.6, np.float32),
    )


TERMS = {
    "bias": 1.0,
    "log_ornaments": np.log(3),  # four of the query, three registered
    "log_firm_cells": np.log(3 + 1),  # the last pair is 5 px off, and two share a cell of the query
    "log_rarity": np.log(0.35 + 0.25 + 0.2 + 0 + 0.05),
    "log_query_spread": np.log(4 / 5 + 0.02),
    "log_registered_spread": np.log(4 / 6 + 0.02),
    "log_query_share": np.log(5 / 7 + 0.01),
    "log_registered_share": np.log(5 / 8 + 0.01),
    "similarity": (0.95 + 0.9 + 0.85 + 0.8 + 0.5) / 5,
    "log_votes": np.log(1.8 + 0.2),
}


@pytest.mark.parametrize("name", TERMS)
def test_each_term_of_the_score_is_what_it_says(case: Case, name: str) -> None:
    alone = replace(NO_WEIGHT, **{name: 1.0})
    assert logit(score(*case, 1.8, alone)) == pytest.approx(TERMS[name], abs=1e-5)


@pytest.mark.parametrize("weights", [STANDARD_1.weights, STANDARD_1.stroke_weights])
def test_the_score_is_the_logistic_function_of_the_weighted_terms(case: Case, weights: ScoreWeights) -> None:
    assert len(TERMS) == len(fields(ScoreWeights))
    total = sum(getattr(weights, name) * term for name, term in TERMS.items() if name != "bias")
    expected = 1 / (1 + np.exp(-(weights.bias + total)))
    assert 0.001 < expected < 0.999
    assert score(*case, 1.8, weights) == pytest.approx(expected, abs=1e-5)


def test_rarity_is_the_mean_over_cells_of_the_best_similarity_above_background(case: Case) -> None:
    coincidence, registered, background = case
    assert rarity(coincidence, background) == pytest.approx(0.8 / 4)
    assert rarity(coincidence, background + 0.5) == 0.0
    assert ornaments(coincidence, registered) == 3
    single = replace(coincidence, pairs=coincidence.pairs.take(np.array([0])))
    assert rarity(single, background) == pytest.approx(0.35)


def test_the_side_with_fewer_ornaments_counts(case: Case) -> None:
    coincidence, registered, _ = case
    many = replace(registered, descriptors=unlike(10, seed=1))
    assert ornaments(coincidence, many) == 4


@pytest.mark.parametrize(
    ("place", "is_inside"),
    [
        ((0, 0), True),
        ((-0.01, 5), False),
        ((5, -0.01), False),
        ((299.9, 199.9), True),
        ((300, 5), False),
        ((5, 200), False),
        ((250, 150), True),
        ((150, 250), False),
    ],
)
def test_a_place_is_inside_up_to_the_far_edges(place: tuple[float, float], is_inside: bool) -> None:
    swatch = view_of([], unlike(0), size_px=(300, 200))
    assert scoring._inside(np.array([place]), swatch).tolist() == [is_inside]


@pytest.mark.parametrize(
    ("inliers", "every", "spread"),
    [
        ([(1, 1)], [(1, 1)], 1.0),
        ([(1, 1)], [(1, 1), (63, 63)], 1.0),
        ([(1, 1)], [(1, 1), (64, 1)], 0.5),
        ([(1, 1)], [(1, 1), (1, 64)], 0.5),
        ([(1, 1), (70, 1)], [(1, 1), (70, 1), (1, 130), (130, 1)], 0.5),
        ([(200, 200)], [(1, 1), (70, 1)], 0.0),
        ([(1, 1)], [], 0.0),
    ],
)
def test_spread_is_the_share_of_cells_of_64_px_that_hold_an_inlier(
    inliers: list[tuple[int, int]], every: list[tuple[int, int]], spread: float
) -> None:
    sides = (np.array(side, np.float32).reshape(-1, 2) for side in (inliers, every))
    assert scoring._spread(*sides) == spread


def test_pairs_less_than_5_px_off_are_firm_and_the_side_with_fewer_cells_counts() -> None:
    x = np.array([(0, 0), (100, 0), (200, 0), (300, 0)], np.float32)
    y = x + np.float32([(4.9, 0), (0, -4.9), (3, 4), (3.5, 3.5)])
    flat = unlike(4)

    def firm_cells(x: np.ndarray, y: np.ndarray) -> int:
        return scoring._firm_cells(
            Coincidence(view=view_of(x, flat), pairs=pairs_of(x, y), affine=np.eye(3)[:, :2], cells=4)
        )

    assert firm_cells(x, y) == firm_cells(y, x) == 3
    near = np.array([(0, 0), (4, 0), (20, 0)], np.float32)  # 0 and 4 share a cell, 5 and 9 do not
    moved = near + np.float32([4.5, 0])
    assert firm_cells(near, moved) == firm_cells(moved, near) == 2


coordinate = st.floats(-5000, 5000, width=32)
likeness = st.floats(0, 1, width=32)


@settings(max_examples=25)
@given(
    points=st.lists(
        st.tuples(coordinate, coordinate, coordinate, coordinate, likeness), min_size=1, max_size=9
    ),
    background=likeness,
    votes=st.floats(0, 1e6),
    scale=st.floats(0.15, 7),
    turn_rad=st.floats(-4, 4),
    weights=st.sampled_from([STANDARD_1.weights, STANDARD_1.stroke_weights]),
)
def test_a_score_is_a_number_from_0_to_1_whatever_coincides(
    points: list[tuple[float, ...]],
    background: float,
    votes: float,
    scale: float,
    turn_rad: float,
    weights: ScoreWeights,
) -> None:
    """Also where only one pair does, and where the transform lays neither picture on the other."""
    rows = np.array(points, np.float32)
    sides = [view_of(places, unlike(len(rows))) for places in (rows[:, :2], rows[:, 2:4])]
    pairs = pairs_of(rows[:, :2], rows[:, 2:4], similarity=rows[:, 4])
    coincidence = Coincidence(
        view=sides[0], pairs=pairs, affine=similarity_transform(scale, turn_rad, (3.0, -7.0)), cells=1
    )
    level = np.full(len(rows), background, np.float32)
    with np.errstate(over="ignore"):
        assert 0 <= score(coincidence, sides[1], level, votes, weights) <= 1
    assert 0 <= rarity(coincidence, level) <= 1


def test_nothing_inside_gives_the_least_spread_and_share() -> None:
    far = view_of([(10, 10)], unlike(1))
    coincidence = Coincidence(
        view=far,
        pairs=pairs_of([(10, 10)], [(20, 20)]),
        affine=similarity_transform(1, 0, (9000.0, 0.0)),
        cells=1,
    )
    terms = {
        name: np.exp(logit(score(coincidence, far, np.zeros(1, np.float32), 0.0, alone)))
        for name in TERMS
        for alone in [replace(NO_WEIGHT, **{name: 1.0})]
    }
    expected = {"log_query_spread": 0.02, "log_registered_spread": 0.02, "log_firm_cells": 1.0}
    expected |= {"log_query_share": 1.01, "log_registered_share": 1.01, "log_votes": 0.2}
    assert {name: terms[name] for name in expected} == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("votes", "value"), [(0, 0.0), (1, 0.003625), (5, 0.012642), (10, 0.017293), (1e9, 0.02)]
)
def test_votes_alone_never_score_more_than_2_hundredths(votes: float, value: float) -> None:
    assert votes_score(votes) == pytest.approx(value, abs=1e-6)
    assert verdict_of(votes_score(votes), STANDARD_1, cells=999) == "clear"


@pytest.mark.parametrize(
    ("value", "cells", "verdict"),
    [
        (0.0, 0, "clear"),
        (0.4999, 999, "clear"),
        (0.5, 0, "review"),
        (0.7999, 999, "review"),
        (0.8, 23, "review"),
        (0.8, 24, "conflict"),
        (1.0, 23, "review"),
        (1.0, 24, "conflict"),
    ],
)
def test_a_verdict_needs_its_score_and_a_conflict_its_cells(
    value: float, cells: int, verdict: Verdict
) -> None:
    assert verdict_of(value, STANDARD_1, cells=cells) == verdict


def test_a_profile_gives_the_cells_that_a_conflict_needs() -> None:
    assert [verdict_of(0.9, CHEAPEST_1, cells=cells) for cells in (3, 4)] == ["review", "conflict"]


def test_false_alarms_are_as_measured_and_straight_between() -> None:
    measured = dict(STANDARD_1.false_alarms)
    assert [false_alarm_rate(value, STANDARD_1) for value in measured] == list(measured.values())
    assert false_alarm_rate(0.55, STANDARD_1) == pytest.approx((measured[0.5] + measured[0.6]) / 2)
    rates = [false_alarm_rate(value, STANDARD_1) for value in np.linspace(0, 1, 101)]
    assert rates == sorted(rates, reverse=True)
