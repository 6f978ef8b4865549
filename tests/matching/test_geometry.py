"""One transform that lays a drawing on another: which pairs propose it, which agree, and which are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.places import pairs_of, similarity_transform, unlike, view_of

from motif.matching import geometry
from motif.matching.geometry import Pairs, cell_numbers, coincide, count_cells
from motif.matching.views import View

SQUARE = np.array([(0, 0), (100, 0), (0, 80), (100, 80), (37, 21)], np.float32)
IDENTITY = np.eye(3)[:, :2]


def landed(x: np.ndarray, affine: np.ndarray) -> np.ndarray:
    return np.asarray(x, float) @ affine[:2] + affine[2]


@pytest.mark.parametrize(
    ("places", "cells"),
    [
        ([(0, 0), (7.9, 7.9)], 1),
        ([(0, 0), (8, 0)], 2),
        ([(0, 0), (0, 8)], 2),
        ([(8, 0), (0, 8)], 2),
        ([(-1, 0), (0, 0)], 2),
        ([(100, 20), (20, 100), (100.5, 20.5)], 2),
        ([], 0),
    ],
)
def test_cells_are_8_px_wide_and_begin_at_0(places: list[tuple[float, float]], cells: int) -> None:
    assert count_cells(np.array(places, np.float32).reshape(-1, 2)) == cells


def test_each_cell_of_a_swatch_has_a_number_of_its_own() -> None:
    grid = np.stack(np.meshgrid(np.arange(-3, 80), np.arange(-3, 80)), axis=-1).reshape(-1, 2)
    numbers = cell_numbers(grid.astype(np.float32) * 64 + 63, 64.0)
    assert len(np.unique(numbers)) == len(grid)


@settings(max_examples=40)
@given(
    scale=st.floats(0.15, 6),
    turn_rad=st.floats(-3.1, 3.1),
    stretch=st.floats(1.0, 2.9),
    shift=st.tuples(st.floats(-900, 900), st.floats(-900, 900)),
    seed=st.integers(0, 1000),
)
def test_a_fit_recovers_the_transform(
    scale: float, turn_rad: float, stretch: float, shift: tuple[float, float], seed: int
) -> None:
    x = np.random.default_rng(seed).uniform(0, 640, (9, 2)).astype(np.float32)
    truth = similarity_transform(scale, turn_rad, shift)
    truth[:2] = np.diag([stretch**0.5, stretch**-0.5]) @ truth[:2]
    made = geometry._affine(x, landed(x, truth).astype(np.float32))
    assert made is not None
    assert np.abs(landed(x, made) - landed(x, truth)).max() < 0.01


def test_a_fit_is_the_least_squares_one() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 640, (30, 2)).astype(np.float32)
    y = (landed(x, similarity_transform(0.7, 0.4, (90, -30))) + rng.normal(0, 3, x.shape)).astype(np.float32)
    expected = np.linalg.lstsq(np.c_[x, np.ones(30)], y, rcond=None)[0]
    assert geometry._affine(x, y) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("linear", "is_fit"),
    [
        ([[1, 0], [0, 1]], True),
        ([[2.99, 0], [0, 1]], True),
        ([[3.03, 0], [0, 1]], False),
        ([[1, 0], [0, 3.03]], False),
        ([[1, 1.1], [0, 1]], True),  # sheared: 3.21 against 3.34 times the determinant
        ([[1, 1.2], [0, 1]], False),
        ([[1, 0], [1.2, 1]], False),
        ([[-1, 0], [0, 1]], False),
        ([[0, 1], [1, 0]], False),
        ([[0, 1], [-1, 0]], True),
        ([[0.143, 0], [0, 0.143]], True),
        ([[0.140, 0], [0, 0.140]], False),
        ([[0, 0], [0, 0]], False),
    ],
)
def test_a_transform_that_collapses_flips_or_shears_is_none(linear: list[list[float]], is_fit: bool) -> None:
    made = geometry._affine(SQUARE, landed(SQUARE, np.vstack([linear, [5, 9]])).astype(np.float32))
    assert (made is not None) == is_fit


@pytest.mark.parametrize(
    ("places", "is_fit"),
    [
        (SQUARE[:2], False),
        (SQUARE[:3], True),
        (SQUARE[[0, 0, 0]], False),
        (np.array([(10, 10), (20, 20), (30, 30), (50, 50)], np.float32), False),
        (np.array([(-1, -0.031), (1, -0.031), (1, 0.031), (-1, 0.031)], np.float32), False),
        (np.array([(-1, -0.033), (1, -0.033), (1, 0.033), (-1, 0.033)], np.float32), True),
    ],
)
def test_three_places_that_are_not_in_line_make_a_transform(places: np.ndarray, is_fit: bool) -> None:
    assert (geometry._affine(places, places) is not None) == is_fit


OFF = {
    "as it is": ((0.0, 0.0), 0.0, 0.0),
    "9.9 px across": ((9.9, 0.0), 0.0, 0.0),
    "10.1 px across": ((10.1, 0.0), 0.0, 0.0),
    "9.9 px down": ((0.0, -9.9), 0.0, 0.0),
    "10.1 px down": ((0.0, -10.1), 0.0, 0.0),
    "larger by 0.79 octaves": ((0.0, 0.0), 0.79, 0.0),
    "larger by 0.81 octaves": ((0.0, 0.0), 0.81, 0.0),
    "smaller by 0.79 octaves": ((0.0, 0.0), -0.79, 0.0),
    "smaller by 0.81 octaves": ((0.0, 0.0), -0.81, 0.0),
    "turned by 0.49": ((0.0, 0.0), 0.0, 0.49),
    "turned by 0.55": ((0.0, 0.0), 0.0, 0.55),
    "turned back by 0.55": ((0.0, 0.0), 0.0, -0.55),
    "turned by 0.61": ((0.0, 0.0), 0.0, 0.61),
    "turned back by 0.61": ((0.0, 0.0), 0.0, -0.61),
    "turned by half": ((0.0, 0.0), 0.0, np.pi),
}
FAR_OFF = {name for name in OFF if any(number in name for number in ("10.1", "0.81", "0.61", "half"))}
TRANSFORMS = [(1.0, 0.0), (0.5, 0.0), (2.0, 1.2), (0.7, -2.5), (3.0, 3.1)]


def off_by(scale: float, turn_rad: float, place: tuple[float, float]) -> Pairs:
    """Return a pair for each row of ``OFF``, all of one place of the query."""
    y = landed(np.array([place]), similarity_transform(scale, turn_rad, (300.0, 200.0)))
    return pairs_of(
        [place] * len(OFF),
        [y[0] + row[0] for row in OFF.values()],
        octaves=[np.log2(scale) + row[1] for row in OFF.values()],
        turn_rad=[turn_rad + row[2] for row in OFF.values()],
    )


@pytest.mark.parametrize(("scale", "turn_rad"), TRANSFORMS)
def test_inliers_agree_in_place_size_and_direction(scale: float, turn_rad: float) -> None:
    affine = similarity_transform(scale, turn_rad, (300.0, 200.0))
    agree = geometry._inliers(off_by(scale, turn_rad, (50, 20)), affine, 10.0)
    assert [name for name, is_inlier in zip(OFF, agree, strict=True) if not is_inlier] == [
        name for name in OFF if name in FAR_OFF
    ]


@pytest.mark.parametrize(("scale", "turn_rad"), TRANSFORMS)
@pytest.mark.parametrize("at", [(50, 20), (80, -15)])
def test_a_pair_proposes_the_transform_of_its_own_place_size_and_direction(
    scale: float, turn_rad: float, at: tuple[float, float]
) -> None:
    """Those agree that lie within 10 px, and a tenth of the distance, of where it puts them."""
    affine = similarity_transform(scale, turn_rad, (300.0, 200.0))
    one = pairs_of([at], landed(np.array([at]), affine), octaves=np.log2(scale), turn_rad=turn_rad)
    sample = off_by(scale, turn_rad, (50, 20))
    agree = geometry._supports(sample, one)
    expected = {name for name in FAR_OFF if "px" not in name} | {name for name in OFF if "0.55" in name}
    assert agree.shape == (len(OFF), 1)
    assert {name for name, is_inlier in zip(OFF, agree[:, 0], strict=True) if not is_inlier} == expected


@pytest.mark.parametrize(("away_px", "agrees"), [(19.9, True), (23.0, False)])
def test_the_room_for_a_pair_grows_by_a_tenth_of_its_distance(away_px: float, agrees: bool) -> None:
    one = pairs_of([(0, 0)], [(0, 0)])
    far = pairs_of([(100, 0), (0, 100)], [(100, away_px), (away_px, 100)])
    assert geometry._supports(far, one).tolist() == [[agrees], [agrees]]


@settings(max_examples=15)
@given(count=st.integers(401, 700), queries=st.integers(1, 200), seed=st.integers(0, 99))
def test_a_sample_takes_the_best_pair_of_each_keypoint_first(count: int, queries: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight, similarity = rng.permuted(np.linspace(0.1, 1, count)), rng.permuted(np.linspace(0.7, 1, count))
    query = rng.integers(0, queries, count)
    zero = np.zeros((count, 2))
    pairs = pairs_of(zero, zero, query=query.tolist(), similarity=similarity, weight=weight)
    rank = [int((similarity[query == query[i]] > similarity[i]).sum()) for i in range(count)]
    worth = weight / (1 + np.array(rank))
    chosen = geometry._sample(pairs)
    assert len(set(chosen.tolist())) == 400
    assert worth[chosen].min() >= np.delete(worth, chosen).max() - 1e-6  # but for ties


@pytest.mark.parametrize("count", [4, 400])
def test_few_pairs_are_all_sampled(count: int) -> None:
    zero = np.zeros((count, 2))
    assert geometry._sample(pairs_of(zero, zero)).tolist() == list(range(count))


def grid(columns: int, rows: int, step_px: float = 60.0) -> np.ndarray:
    return np.array([(x * step_px, y * step_px) for y in range(rows) for x in range(columns)], np.float32)


def together(*parts: Pairs) -> Pairs:
    return Pairs(*(np.concatenate([getattr(part, name) for part in parts]) for name in Pairs.__slots__))


def proposed(sample: Pairs) -> list[list[int]]:
    return [np.flatnonzero(support).tolist() for support in geometry._proposals(sample)]


def shifted(places: np.ndarray, by: tuple[float, float], weight: float) -> Pairs:
    return pairs_of(places, places + np.float32(by), weight=weight)


def test_the_three_best_supported_transforms_are_proposed_each_once() -> None:
    sizes = {0: 3, 1: 6, 2: 4, 3: 5}
    parts = [shifted(grid(count, 1), (0, 400 * part), 0.3) for part, count in sizes.items()]
    assert proposed(together(*parts)) == [list(range(3, 9)), list(range(13, 18)), list(range(9, 13))]


def test_weight_counts_and_not_number_alone() -> None:
    parts = [shifted(grid(6, 1), (0, 0), 0.1), shifted(grid(3, 1), (0, 400), 0.3)]
    assert proposed(together(*parts)) == [[6, 7, 8], [0, 1, 2, 3, 4, 5]]


def test_two_pairs_propose_nothing() -> None:
    assert proposed(shifted(grid(2, 1), (0, 0), 0.3)) == []
    assert proposed(shifted(grid(3, 1), (0, 0), 0.3)) == [[0, 1, 2]]


@pytest.mark.parametrize(("shared", "count"), [(3, 2), (4, 1)])
def test_a_transform_supported_by_mostly_the_same_pairs_is_no_other(shared: int, count: int) -> None:
    """Two transforms of five pairs each are one if they share more than 3; what they share proposes none."""
    own = 5 - shared
    turn_rad = [-0.45] * own + [0.45] * own + [0.0] * shared
    octaves = [2.25] * 2 * own + [2.31] * shared
    places = np.zeros((len(turn_rad), 2))
    supports = geometry._proposals(pairs_of(places, places, octaves=octaves, turn_rad=turn_rad))
    assert [int(support.sum()) for support in supports] == [5] * count


@pytest.mark.parametrize(("octaves", "count"), [(2.29, 1), (-2.29, 1), (2.31, 0), (-2.31, 0)])
def test_no_more_than_five_times_larger_or_smaller_is_proposed(octaves: float, count: int) -> None:
    x = grid(4, 2)
    pairs = pairs_of(x, x * 2**octaves, octaves=octaves)
    assert len(geometry._proposals(pairs)) == count


def test_only_the_96_heaviest_pairs_propose() -> None:
    """Each of the heavy ones lies far from where any other would put it."""
    away = np.arange(96) ** 2 * 900.0
    odd = pairs_of(grid(96, 1, 300.0), np.stack([away, -away], axis=1), weight=0.2)
    agreeing = shifted(grid(5, 1), (0, 5000), 0.1)
    assert proposed(together(odd.take(np.arange(95)), agreeing)) == [list(range(95, 100))]
    assert proposed(together(odd, agreeing)) == []


def pair_of_views(scale: float, turn_rad: float, strangers: int = 0) -> tuple[View, View, np.ndarray]:
    """Draw a query and the same keypoints on a registered swatch, some of them elsewhere."""
    rng = np.random.default_rng(7)
    x = rng.uniform(0, 400, (40, 2)).astype(np.float32)
    affine = similarity_transform(scale, turn_rad, (120.0, 60.0))
    y = landed(x, affine)
    y[:strangers] = rng.uniform(0, 640, (strangers, 2))
    registered = view_of(y, unlike(40), log2_size=3 + np.log2(scale), angle_rad=0.3 + turn_rad)
    return view_of(x, unlike(40), angle_rad=0.3), registered, affine


@pytest.mark.parametrize(("scale", "turn_rad"), [*TRANSFORMS, (0.25, 0.4), (4.0, -1.0)])
@pytest.mark.parametrize("strangers", [0, 25])
def test_a_drawing_is_found_where_it_lies(scale: float, turn_rad: float, strangers: int) -> None:
    query, registered, affine = pair_of_views(scale, turn_rad, strangers)
    made = coincide(query, registered, np.full(40, 0.5, np.float32))
    assert made is not None and made.view is query
    assert np.abs(landed(query.xy, made.affine) - landed(query.xy, affine)).max() < 0.05
    assert made.pairs.query.tolist() == made.pairs.registered.tolist() == list(range(strangers, 40))
    assert made.cells == min(count_cells(query.xy[strangers:]), count_cells(registered.xy[strangers:]))


def test_four_keypoints_make_a_coincidence_and_three_none() -> None:
    query, registered, _ = pair_of_views(1.0, 0.0)
    for count, found in ((3, False), (4, True)):
        rows = np.arange(count)
        few = replace(
            query,
            xy=query.xy[rows],
            log2_size=query.log2_size[rows],
            angle_rad=query.angle_rad[rows],
            descriptors=query.descriptors[rows],
        )
        made = coincide(few, registered, np.full(count, 0.5, np.float32))
        assert (made is not None) == found


def test_of_two_transforms_the_one_that_covers_more_cells_is_taken() -> None:
    """Thirty heavy pairs in one corner against twenty lighter ones all over."""
    crowd, wide = grid(6, 5, 1.5), grid(5, 4, 60.0) + 30
    axes = unlike(50)
    own = axes[30:] * np.float32(0.8)  # a mean similarity of 0.8, and something of the others' own
    own = own + np.float32(0.6) * unlike(128)[60:80]
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    query = view_of(np.vstack([crowd, wide]), axes)
    registered = view_of(np.vstack([crowd + np.float32([0, 300]), wide]), np.vstack([axes[:30], own]))
    made = coincide(query, registered, np.full(50, 0.5, np.float32))
    assert made is not None
    assert made.pairs.query.tolist() == list(range(30, 50)) and made.cells == 20


def test_pairs_are_alike_by_070_at_least_and_by_002_less_than_the_background() -> None:
    cosines = [0.69, 0.71, 0.91, 0.875, 0.885]
    background = np.array([0.5, 0.5, 0.9, 0.9, 0.9], np.float32)
    axes = unlike(10)
    other = np.array([c * axes[i] + np.sqrt(1 - c * c) * axes[5 + i] for i, c in enumerate(cosines)])
    query = view_of(grid(5, 1), axes[:5], log2_size=[3, 4, 5, 6, 7], angle_rad=[0.1, 0.2, 0.3, 0.4, 0.5])
    registered = view_of(grid(5, 2)[5:], other, log2_size=4.5, angle_rad=1.0)
    pairs = geometry._correspondences(query, registered, background)
    assert pairs.query.tolist() == pairs.registered.tolist() == [1, 2, 4]
    assert pairs.similarity == pytest.approx([0.71, 0.91, 0.885], abs=1e-5)
    assert pairs.weight == pytest.approx([0.26, 0.06, 0.035], abs=1e-5)
    assert pairs.octaves == pytest.approx([0.5, -0.5, -2.5])
    assert np.arctan2(pairs.sin, pairs.cos) == pytest.approx([0.8, 0.7, 0.5], abs=1e-5)
    assert (pairs.x == query.xy[pairs.query]).all() and (pairs.y == registered.xy[pairs.registered]).all()


def test_of_many_pairs_the_8000_heaviest_are_kept_in_order() -> None:
    axes = unlike(128)
    query = view_of(np.zeros((90, 2)), np.broadcast_to(axes[0], (90, 128)))
    cosines = np.linspace(0.75, 0.99, 100)
    others = np.array([c * axes[0] + np.sqrt(1 - c * c) * axes[1] for c in cosines])
    pairs = geometry._correspondences(query, view_of(np.zeros((100, 2)), others), np.zeros(90, np.float32))
    assert len(pairs) == 8000
    places = pairs.query * 100 + pairs.registered
    assert (np.diff(places) > 0).all()
    kept = np.bincount(pairs.registered, minlength=100)
    assert (kept[12:] == 90).all() and kept[:11].sum() == 0  # 88 whole columns, and part of one
    assert kept[11] == 80


def test_four_pairs_are_enough_and_repeats_of_keypoints_are_pairs_of_their_own() -> None:
    axis = unlike(1)
    query = view_of(grid(2, 2, 50.0), np.broadcast_to(axis, (4, 128)))
    made = coincide(query, query, np.full(4, 0.5, np.float32))
    assert made is not None
    assert made.pairs.query.tolist() == made.pairs.registered.tolist() == [0, 1, 2, 3]
    assert made.affine == pytest.approx(IDENTITY, abs=1e-6)
