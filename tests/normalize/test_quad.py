"""Four corners: their order, their sides moved to the evidence, and the rectangle that a camera saw."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.normalize import quad as quads
from motif.normalize.quad import (
    Quad,
    cover,
    four_corners,
    in_order,
    is_convex,
    mean_sides,
    moved_to_evidence,
    seen_aspect,
    side_support,
)

FIELD = np.array([[30.0, 20.0], [130.0, 20.0], [130.0, 90.0], [30.0, 90.0]])


def evidence_of(quad: Quad, shape: tuple[int, int] = (120, 160)) -> np.ndarray:
    """Return evidence for cloth inside, and against it outside."""
    return np.where(cover(shape, quad) > 0, 1, -1).astype(np.float32)


@settings(max_examples=30)
@given(st.permutations(range(4)), st.floats(-15, 15), st.floats(-50, 50))
def test_corners_in_any_order_are_the_same_quadrilateral(order: list[int], dx: float, dy: float) -> None:
    askew = FIELD + np.array([[2 * dx, dy], [dx, dy], [dx, dy], [dx, dy]])
    assert in_order(askew[order]) == pytest.approx(askew)


@pytest.mark.parametrize(
    "turned",
    [
        [(40.0, 0.0), (100.0, 51.0), (50.0, 100.0), (0.0, 45.0)],  # the left corner is above the middle
        [(0.0, 45.0), (50.0, 0.0), (100.0, 51.0), (40.0, 100.0)],
        [(0.0, 55.0), (60.0, 0.0), (100.0, 51.0), (40.0, 100.0)],
    ],
)
def test_of_turned_corners_the_one_nearest_the_top_left_is_first(turned: list[tuple[float, float]]) -> None:
    for order in ((0, 1, 2, 3), (2, 3, 0, 1), (3, 2, 1, 0), (1, 3, 0, 2)):
        assert in_order([turned[i] for i in order]).tolist() == [list(corner) for corner in turned]


@pytest.mark.parametrize(
    ("corner", "convex"),
    [((100, 100), True), ((40, 40), False), ((51, 51), True), ((50.4, 50.4), False), ((49, 49), False)],
)
def test_a_corner_that_hardly_turns_is_none(corner: tuple[float, float], convex: bool) -> None:
    quad = np.array([(0.0, 0.0), (100.0, 0.0), corner, (0.0, 100.0)])
    assert is_convex(quad) == convex
    assert not is_convex(quad[::-1])
    assert not is_convex(quad[[0, 0, 1, 3]])


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_turn_of_less_than_2_hundredths_is_none_wherever_it_is(turn: int) -> None:
    for sine, convex in ((0.0095, False), (0.0105, True)):
        nearly = np.array([(0.0, 0.0), (100.0, -100 * sine), (200.0, 0.0), (100.0, 100.0)])
        assert is_convex(np.roll(nearly, turn, axis=0)) == convex, sine  # it turns by twice that


def test_mean_sides_are_those_across_and_down() -> None:
    askew = np.array([[0.0, 0.0], [100.0, 0.0], [80.0, 60.0], [20.0, 60.0]])
    down = (np.hypot(20, 60) + np.hypot(20, 60)) / 2
    assert mean_sides(askew) == pytest.approx(((100 + 60) / 2, down))
    assert mean_sides(np.array([[0, 0], [50, 0], [50, 30], [0, 10]])) == pytest.approx(
        ((50 + np.hypot(50, 20)) / 2, 20)
    )


def test_a_hull_of_many_corners_becomes_four() -> None:
    rounded = np.array([(10, 0), (90, 0), (100, 10), (100, 50), (90, 60), (10, 60), (0, 50), (0, 10)])
    made = four_corners(rounded.reshape(-1, 1, 2).astype(np.int32))
    assert made is not None and made.shape == (4, 2) and is_convex(made)
    assert cv2.contourArea(made.astype(np.float32)) == pytest.approx(100 * 60, rel=0.1)
    exact = np.array([(100, 60), (0, 60), (0, 0), (100, 0)]).reshape(-1, 1, 2)
    assert np.array_equal(four_corners(exact), [[0, 0], [100, 0], [100, 60], [0, 60]])


def test_a_cover_holds_the_pixels_inside() -> None:
    mask = cover((120, 160, 3), FIELD)
    rows, columns = np.nonzero(mask)
    assert mask.shape == (120, 160) and set(np.unique(mask)) == {0, 1}
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 90, 30, 130)
    assert mask.sum() == 71 * 101


ALONG = np.linspace(-0.46, 0.46, 40)


@pytest.mark.parametrize("off", [-30, -12, -5, -3, -2, -1, 1, 2, 3, 4, 8, 20, 30])
@pytest.mark.parametrize(("level", "slope"), [(0.0, 0.0), (7.0, 5.0), (-9.0, -3.0)])
def test_a_quarter_of_outliers_along_a_side_moves_it_by_less_than_a_pixel(
    off: float, level: float, slope: float
) -> None:
    """Scattered, or in one run, which looks like a bend of the side itself where it lies 3 px off or less."""
    places = [np.random.default_rng(seed).permutation(40)[:10] for seed in range(5)]
    if abs(off) > 3:
        places += [np.arange(at, at + 10) for at in (5, 15, 25)]
    if abs(off) > 19:
        places += [np.arange(10), np.arange(30, 40)]
    for outliers in places:
        steps = level + slope * ALONG
        steps[outliers] += off
        start, end, straightness = quads._fitted_line(ALONG, steps)
        assert (start, end) == pytest.approx((level - slope / 2, level + slope / 2), abs=0.999)
        assert straightness >= 0.75


def test_a_line_is_fitted_exactly_and_its_share_of_near_steps_is_told() -> None:
    steps = 3.0 + 2.0 * ALONG
    assert quads._fitted_line(ALONG, steps) == pytest.approx((2.0, 4.0, 1.0))
    for off, share in ((1.8, 1.0), (2.3, 0.95), (-2.3, 0.95)):
        moved = steps.copy()
        moved[[10, 29]] += off
        assert quads._fitted_line(ALONG, moved)[2] == share


def test_a_line_is_drawn_to_most_and_not_to_the_mean() -> None:
    """Ten steps of forty lie 6 px off: least squares would be 1.5 px off, and weights leave little."""
    steps = np.where(np.arange(40) % 4 == 0, 6.0, 0.0)
    start, end, straightness = quads._fitted_line(ALONG, steps)
    assert (start + end) / 2 == pytest.approx(0.115, abs=0.03)
    assert straightness == 0.75


STARTS = {
    "as it is": FIELD,
    "too large": FIELD + np.array([[-5, -6], [4, -3], [6, 5], [-4, 6]]),
    "too small": FIELD + np.array([[5, 6], [-4, 3], [-6, -5], [4, -6]]),
    "shifted": FIELD + np.array([7, -6]),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize(
    "truth",
    [
        FIELD,
        FIELD + np.array([[3, 2], [-2, -4], [4, 1], [-3, 3]]),
        np.array([[40, 15], [125, 30], [120, 95], [33, 80]]),
    ],
    ids=["upright", "askew", "turned"],
)
def test_sides_move_to_where_cloth_turns_into_ground(start: Quad, truth: Quad) -> None:
    made = moved_to_evidence(evidence_of(truth), start, 16)
    assert made is not None
    moved, straightness = made
    assert np.abs(moved - truth).max() < (0.7 if start is truth else 1.4)
    assert straightness >= 0.8


@pytest.mark.parametrize(("left", "moved_to"), [(20, 23.5), (27, 29.5), (33, 29.5), (40, 35.5)])
def test_a_side_moves_to_outer_edges_of_pixels_and_no_further_than_its_reach(
    left: float, moved_to: float
) -> None:
    start = FIELD.copy()
    start[[0, 3], 0] = left
    made = moved_to_evidence(evidence_of(FIELD), start, 4)
    assert made is not None
    expected = np.array([[moved_to, 19.5], [130.5, 19.5], [130.5, 90.5], [moved_to, 90.5]])
    assert made[0] == pytest.approx(expected, abs=0.15)


@pytest.mark.parametrize("side", range(4))
def test_straightness_is_that_of_the_least_straight_side(side: int) -> None:
    """Three sides are straight; one goes in and out by 8 px."""
    evidence = evidence_of(FIELD)
    for step in range(0, 160, 20):
        strip = slice(step, step + 10)
        if side == 0:
            evidence[20:28, strip] = -1
        elif side == 1:
            evidence[strip, 123:131] = -1
        elif side == 2:
            evidence[83:91, strip] = -1
        else:
            evidence[strip, 30:38] = -1
    wavy, straight = (moved_to_evidence(one, FIELD, 12) for one in (evidence, evidence_of(FIELD)))
    assert straight is not None and straight[1] == 1.0
    assert wavy is not None and wavy[1] < 0.7


def test_beyond_the_picture_is_ground() -> None:
    """The cloth goes on to the left edge: the side moves there and no further."""
    cut = FIELD.copy()
    cut[[0, 3], 0] = -30
    start = FIELD.copy()
    start[[0, 3], 0] = 6
    made = moved_to_evidence(evidence_of(cut), start, 16)
    assert made is not None
    assert made[0][[0, 3], 0] == pytest.approx([0, 0], abs=1)


def test_sides_that_do_not_meet_in_four_corners_are_none() -> None:
    assert moved_to_evidence(np.full((120, 160), -1, np.float32), np.tile(FIELD[:1], (4, 1)), 5) is None
    flat = np.array([[30.0, 20.0], [80.0, 20.0], [130.0, 20.0], [80.0, 90.0]])  # two sides in one line
    assert moved_to_evidence(evidence_of(flat), flat, 0) is None
    arrow = np.array([[30.0, 20.0], [130.0, 20.0], [60.0, 40.0], [30.0, 90.0]])
    assert moved_to_evidence(evidence_of(arrow), arrow, 0) is None
    assert moved_to_evidence(evidence_of(FIELD), FIELD, 0) is not None


def test_support_is_read_side_by_side() -> None:
    """Ground to the right of the right side looks like cloth; the lower half within the left like ground."""
    evidence = 2 * evidence_of(FIELD)
    evidence[:, 131:] = 0.5
    evidence[55:91, 30:45] = -1
    top, right, bottom, left = side_support(evidence, FIELD)
    assert (top.ground_share, top.cloth_share, top.beyond_share) == (1.0, 1.0, 0.0)
    assert (top.ground_level, top.cloth_level) == pytest.approx((2.0, 1.9), abs=0.15)
    assert (right.ground_share, right.cloth_share) == (0.0, 1.0)
    assert right.ground_level == pytest.approx(-0.5, abs=0.02)
    assert (left.ground_share, left.ground_level) == (1.0, 2.0)
    assert left.cloth_share == pytest.approx(0.5, abs=0.1)
    assert left.cloth_level == pytest.approx(0.5, abs=0.15)
    assert bottom.cloth_share == pytest.approx(0.9, abs=0.05)


def test_a_side_beyond_the_picture_is_told_and_counts_as_ground() -> None:
    beyond = FIELD.copy()
    beyond[[1, 2], 0] = 159
    sides = side_support(np.ones((120, 160), np.float32), beyond)
    assert [side.beyond_share for side in sides] == [0.0, 1.0, 0.0, 0.0]
    assert (sides[1].ground_share, sides[1].ground_level) == (1.0, 2.0)
    assert sides[0].ground_level == pytest.approx(-1.0)
    assert {side.cloth_level for side in sides} == {1.0}
    half = beyond + np.array([[0, 0], [6, 0], [-34, 0], [0, 0]])
    assert side_support(np.ones((120, 160), np.float32), half)[1].beyond_share == pytest.approx(
        0.13, abs=0.03
    )


@pytest.mark.parametrize(("right_px", "beyond"), [(157.4, 0.0), (157.9, 0.0), (158.1, 1.0), (159.0, 1.0)])
def test_a_place_is_beyond_where_less_than_half_of_it_is_seen_1_px_and_a_half_outside(
    right_px: float, beyond: float
) -> None:
    quad = FIELD.copy()
    quad[[1, 2], 0] = right_px
    sides = side_support(np.ones((120, 160), np.float32), quad)
    assert [side.beyond_share for side in sides] == [0.0, beyond, 0.0, 0.0]


@pytest.mark.parametrize("place", [10, 20, 33])
def test_each_place_of_a_side_counts_by_itself(place: int) -> None:
    """One of forty places, 2.3 px apart, looks much like the other; its neighbours do not."""
    column = round(35 + 90 * place / 39)
    evidence = evidence_of(FIELD)
    evidence[10:20, column], evidence[20:30, column] = 50, -50
    top, right, bottom, left = side_support(evidence, FIELD)
    assert (top.ground_share, top.cloth_share) == (39 / 40, 39 / 40)
    assert {(side.ground_share, side.cloth_share) for side in (right, bottom, left)} == {(1.0, 1.0)}


@pytest.mark.parametrize("part", [slice(30, 43), slice(118, 131)])
def test_straightness_counts_places_from_4_to_96_hundredths_of_a_side(part: slice) -> None:
    evidence = evidence_of(FIELD)
    evidence[20:28, part] = -1
    made = moved_to_evidence(evidence, FIELD, 12)
    assert made is not None
    assert made[1] == pytest.approx(36 / 40, abs=0.026)
    assert made[0][:, 1] == pytest.approx([19.5, 19.5, 90.5, 90.5], abs=1.5)


def test_evidence_is_looked_for_3_px_outside_and_6_px_inside() -> None:
    evidence = np.zeros((120, 160), np.float32)
    evidence[:20] = -np.arange(20, 0, -1, dtype=np.float32)[:, None]  # one px out: -1, two: -2 ...
    evidence[20:] = np.arange(1, 101, dtype=np.float32)[:, None]  # on the side: 1, one px in: 2 ...
    top = side_support(evidence, FIELD)[0]
    assert top.ground_level == pytest.approx((1.5 + 2.5 + 3.5) / 3)
    assert top.cloth_level == pytest.approx(1 + (1.5 + 2.5 + 3.5 + 4.5 + 5.5 + 6.5) / 6)


def seen(width: float, height: float, focal_px: float, tilt: tuple[float, float, float]) -> Quad:
    """Photograph a rectangle with a camera whose axis goes through (500, 400)."""
    turn = cv2.Rodrigues(np.array(tilt))[0]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    points = np.c_[corners, np.zeros(4)] @ turn.T + [30, -20, 1500.0]
    return np.asarray(focal_px * points[:, :2] / points[:, 2:] + [500, 400])


@settings(max_examples=30)
@given(
    width=st.floats(300, 900),
    height=st.floats(300, 900),
    focal=st.floats(0.5, 2.9),
    tilt=st.tuples(st.floats(0.25, 0.6), st.floats(0.25, 0.6), st.floats(-0.3, 0.3)),
    signs=st.tuples(st.sampled_from([-1, 1]), st.sampled_from([-1, 1])),
)
def test_the_rectangle_and_the_focal_length_are_those_of_the_camera(
    width: float, height: float, focal: float, tilt: tuple[float, float, float], signs: tuple[int, int]
) -> None:
    quad = seen(width, height, focal * 1000, (tilt[0] * signs[0], tilt[1] * signs[1], tilt[2]))
    aspect, focal_px = seen_aspect(quad, (500, 400), 1000)
    assert aspect == pytest.approx(width / height, rel=1e-4)
    assert focal_px == pytest.approx(focal * 1000, rel=1e-4)


@pytest.mark.parametrize("focal", [0.43, 3.2])
def test_a_focal_length_that_no_phone_has_is_none(focal: float) -> None:
    quad = seen(600, 400, focal * 1000, (0.4, 0.3, 0.0))
    across, down = mean_sides(quad)
    assert seen_aspect(quad, (500, 400), 1000) == (across / down, 0.0)


def test_a_rectangle_tilted_about_one_axis_shows_no_focal_length() -> None:
    quad = seen(600, 400, 1000, (0.4, 0.0, 0.0))
    across, down = mean_sides(quad)
    assert seen_aspect(quad, (500, 400), 1000) == (across / down, 0.0)


@pytest.mark.parametrize(
    ("line", "crossing"),
    [
        (((5, -3), (5, 9)), (5.0, 0.0)),
        (((0, 4), (4, 0)), (4.0, 0.0)),
        (((20, -10), (30, -20)), (10.0, 0.0)),
        (((0, 3), (10, 3)), None),
        (((0, 3), (1000, 3.9)), None),
        (((0, 3), (1000, 4.1)), (-2727.27, 0.0)),
        (((7, 7), (7, 7)), None),
    ],
)
def test_lines_cross_in_one_place_or_hardly(
    line: tuple[tuple[float, float], ...], crossing: tuple[float, float] | None
) -> None:
    start, end = np.array(line, float)
    made = quads._crossing(np.array([0.0, 0.0]), np.array([10.0, 0.0]), start, end)
    assert (None if made is None else tuple(made)) == (crossing and pytest.approx(crossing, abs=0.01))
