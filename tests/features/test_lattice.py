"""The lattice that is found is the one that was drawn: stripes, borders and fields, to part of a pixel."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from motif import describe
from motif.features.autocorrelation import PeakMap, autocorrelation
from motif.features.bravais import lattice_distance
from motif.features.lattice import (
    NO_LATTICE,
    Lattice,
    _alternation,
    _candidate_bases,
    _densest,
    _different,
    _misses,
    _only_along,
    _quick_contrast,
    _widened,
    _wider_forms,
    find_lattice,
    lattice_steps,
    measured,
    refined,
    support,
    worth,
)


def bars(
    period_px: float, angle_deg: float, shape: tuple[int, int] = (260, 320), share: float = 0.4
) -> np.ndarray:
    """Bars that repeat ``period_px`` along ``angle_deg``, soft at their edges: float, 0 to 1."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    turn = np.radians(angle_deg)
    place = (x * np.cos(turn) + y * np.sin(turn)) % period_px
    return np.asarray(np.clip(0.5 - np.abs(place - period_px / 2) + share * period_px / 2, 0, 1))


def straight_across(period_px: float, angle_deg: float) -> np.ndarray:
    return period_px * np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])


def apart_px(found: np.ndarray, drawn: np.ndarray) -> float:
    """How far a vector is from one drawn, up to its sign."""
    return float(min(np.hypot(*(found - drawn)), np.hypot(*(found + drawn))))


@pytest.mark.parametrize(
    ("angle_deg", "period_px", "expected"),
    [
        (0, 30, (30, 0)),
        (90, 30, (0, 30)),
        (0, 17, (17, 0)),
        (90, 45, (0, 45)),
        (45, 20, (14.14, 14.14)),
        (0, 80, (80, 0)),
    ],
)
def test_bars_repeat_straight_across(
    angle_deg: float, period_px: float, expected: tuple[float, float]
) -> None:
    two, one = find_lattice(autocorrelation((2 * bars(period_px, angle_deg) - 1).astype(np.float32)))
    assert two.vectors.shape == (0, 2) and one.vectors.shape == (1, 2)
    assert apart_px(one.vectors[0], np.array(expected)) < 0.05


@pytest.mark.slow
def test_bars_of_any_period_turned_by_any_angle_repeat_straight_across() -> None:
    periods_px = (8, 9.3, 12, 17, 23, 31.5, 45)
    for number, angle_deg in enumerate(np.arange(0, 180, 19.7)):
        period_px = periods_px[number % len(periods_px)]
        values = (2 * bars(period_px, angle_deg, (200, 230)) - 1).astype(np.float32)
        two, one = find_lattice(autocorrelation(values))
        assert len(two.vectors) == 0 and len(one.vectors) == 1, (period_px, angle_deg)
        assert apart_px(one.vectors[0], straight_across(period_px, angle_deg)) < 0.1, (period_px, angle_deg)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period_px", "angle_deg"),
    [(9, 0), (12, 90), (30, 0), (45, 117)],
)
def test_the_description_of_striped_cloth_has_the_step_straight_across(
    period_px: float, angle_deg: float
) -> None:
    gray = 200 - 150 * bars(period_px, angle_deg, (480, 600))
    repeat = describe(np.repeat(gray[..., None], 3, 2).astype(np.uint8)).repeat
    assert len(repeat.vectors_px) == 1 and repeat.lattice is None
    assert apart_px(np.array(repeat.vectors_px[0]), straight_across(period_px, angle_deg)) < 0.5
    assert repeat.confidence > 0.9
    assert repeat.raport == ("segi empat" if angle_deg % 90 == 0 else "miring")


def test_stripes_of_three_widths_repeat_after_all_three() -> None:
    columns = np.repeat([1, -1, 1, -1, 1, -1], [3, 5, 7, 9, 11, 13])  # 48 px in all
    values = np.tile(np.resize(columns, 330), (250, 1)).astype(np.float32)
    two, one = find_lattice(autocorrelation(values))
    assert len(two.vectors) == 0
    assert apart_px(one.vectors[0], np.array([48.0, 0.0])) < 0.05


@pytest.mark.parametrize("dash_px", [30, 40])
def test_bars_broken_into_dashes_are_no_stripes(dash_px: int) -> None:
    y, x = np.mgrid[:260, :320]
    row = y // 10 // 2
    dashes = (y // 10 % 2 == 0) & ((x + 27 * (row % 2)) % 54 < dash_px)
    two, _ = find_lattice(autocorrelation((2.0 * dashes - 1).astype(np.float32)))
    assert lattice_distance(two.vectors, np.array([[27.0, 20.0], [27.0, -20.0]])) < 0.01


# --- fields and borders ---------------------------------------------------------------------

Kind = Callable[[int, int], int | None]


def ornaments(
    seed: int,
    basis: list[list[float]],
    kind: Kind = lambda i, j: 0,
    *,
    wobble_px: float = 0.0,
    noise: float = 0.3,
) -> np.ndarray:
    """Random blots, one for each kind, at the points of a lattice: float32, shape (220, 250)."""
    rng = np.random.default_rng(seed)
    blots = 6 * np.array([cv2.GaussianBlur(rng.normal(size=(19, 19)), (0, 0), 2) for _ in range(3)])
    picture = rng.normal(0, noise, (300, 330))
    for i, j in np.ndindex(61, 61):
        which = kind(i - 30, j - 30)
        x, y = np.rint([i - 30, j - 30] @ np.array(basis) + [160, 140] + wobble_px * rng.normal(size=2))
        if which is not None and 10 <= x < 320 and 10 <= y < 290:
            picture[int(y) - 9 : int(y) + 10, int(x) - 9 : int(x) + 10] += blots[which]
    return np.asarray(cv2.GaussianBlur(picture[40:-40, 40:-40], (0, 0), 0.8), np.float32)


FIELDS: dict[str, tuple[Callable[[], np.ndarray], list[list[float]], tuple[float, float, int]]] = {
    # what is drawn; its lattice; correlation, contrast and points
    "upright": (lambda: ornaments(1, [[30, 0], [0, 24]]), [[30, 0], [0, 24]], (0.976, 0.7039, 60)),
    "uneven": (
        lambda: ornaments(2, [[33, 0], [0, 33]], wobble_px=0.8),
        [[33, 0], [0, 33]],
        (0.6827, 0.6176, 49),
    ),
    "slanting": (lambda: ornaments(3, [[29, 7], [-11, 26]]), [[29, 7], [-11, 26]], (0.9559, 0.7131, 60)),
    "hexagonal": (lambda: ornaments(4, [[32, 0], [-16, 27.7]]), [[32, 0], [-16, 27.7]], (0.952, 0.7734, 60)),
    "bricks": (lambda: ornaments(5, [[40, 0], [20, 23]]), [[40, 0], [20, 23]], (0.9685, 0.8122, 55)),
    "every second differs": (
        lambda: ornaments(6, [[26, 0], [0, 25]], lambda i, j: (i + j) % 2),
        [[26, 25], [26, -25]],
        (0.9687, 0.8077, 42),
    ),
    "every third differs": (
        lambda: ornaments(7, [[24, 0], [0, 26]], lambda i, j: i % 3),
        [[72, 0], [0, 26]],
        (0.9749, 0.7578, 27),
    ),
    "rows of two kinds": (
        lambda: ornaments(8, [[27, 0], [0, 25]], lambda i, j: j % 2),
        [[27, 0], [0, 50]],
        (0.9658, 0.7244, 45),
    ),
    "large": (lambda: ornaments(13, [[70, 0], [0, 66]]), [[70, 0], [0, 66]], (0.6886, 0.672, 12)),
    "dense": (lambda: ornaments(16, [[11, 0], [3, 12]]), [[11, 0], [3, 12]], (0.9939, 0.2156, 60)),
}
BORDERS: dict[str, tuple[Callable[[], np.ndarray], list[float], tuple[float, float, int]]] = {
    "border": (
        lambda: ornaments(9, [[31, 0], [0, 60]], lambda i, j: None if j else 0),
        [31, 0],
        (0.7126, 0.6265, 5),
    ),
    "slanting": (
        lambda: ornaments(10, [[28, 9], [0, 60]], lambda i, j: None if j else 0),
        [28, 9],
        (0.8848, 0.428, 6),
    ),
    "upright": (
        lambda: ornaments(17, [[2, 27], [60, 0]], lambda i, j: None if j else 0),
        [2, 27],
        (0.8302, 0.4518, 5),
    ),
    "of two kinds": (
        lambda: ornaments(11, [[25, 0], [0, 60]], lambda i, j: None if j else i % 2),
        [50, 0],
        (0.8292, 0.6088, 3),
    ),
    "of three kinds": (
        lambda: ornaments(18, [[22, 0], [0, 60]], lambda i, j: None if j else i % 3),
        [66, 0],
        (0.8782, 0.98, 2),
    ),
    "two unlike rows": (
        lambda: ornaments(12, [[30, 0], [0, 60]], lambda i, j: j if j in (0, 1) else None),
        [30, 0],
        (0.8968, 0.7291, 5),
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_lattice_of_a_field_is_found_with_its_evidence(name: str) -> None:
    drawn, basis, (correlation, contrast, points) = FIELDS[name]
    two, one = find_lattice(autocorrelation(drawn()))
    assert lattice_distance(two.vectors, np.array(basis, np.float64)) < 0.004
    assert (two.correlation, two.contrast) == pytest.approx((correlation, contrast), abs=0.004)
    assert two.points == points
    if len(one.vectors):  # a step of the lattice itself
        steps = one.vectors @ np.linalg.inv(np.array(basis))
        assert np.allclose(steps, np.rint(steps), atol=0.01)


@pytest.mark.parametrize("name", BORDERS)
def test_the_step_of_a_border_is_found_with_its_evidence(name: str) -> None:
    drawn, step, (correlation, contrast, points) = BORDERS[name]
    two, one = find_lattice(autocorrelation(drawn()))
    assert two is NO_LATTICE
    assert apart_px(one.vectors[0], np.array(step)) < 0.05
    assert (one.correlation, one.contrast) == pytest.approx((correlation, contrast), abs=0.004)
    assert one.points == points


@pytest.mark.parametrize("sigma", [0.0, 1.5, 4.0])
def test_nothing_repeats_in_noise(sigma: float) -> None:
    noise = np.random.default_rng(15).normal(size=(220, 250)).astype(np.float32)
    values = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma) if sigma else noise, np.float32)
    assert max(map(support, find_lattice(autocorrelation(values)))) < 0.01


def test_a_plain_picture_has_no_lattice() -> None:
    two, one = find_lattice(autocorrelation(np.zeros((220, 250), np.float32)))
    assert support(two) == support(one) == 0
    assert find_lattice(np.zeros((3, 3), np.float32)) == (NO_LATTICE, NO_LATTICE)


# --- what the evidence is ------------------------------------------------------------------


Levels = Callable[[np.ndarray, np.ndarray], np.ndarray | float]


def bumps(basis: list[list[float]], levels: Levels = lambda i, j: 1.0) -> PeakMap:
    """A map of 241 by 201 with a round bump at every point of a lattice."""
    places = np.stack(np.meshgrid(np.arange(-120, 121), np.arange(-100, 101)), -1).astype(np.float64)
    corner = np.floor(places @ np.linalg.inv(basis))
    height = np.zeros(places.shape[:2])
    for more in np.ndindex(2, 2):
        step = corner + more
        near = np.exp(-np.square(places - step @ np.array(basis)).sum(-1) / 18)
        height = np.maximum(height, levels(*np.moveaxis(step, -1, 0)) * near)
    return PeakMap(height.astype(np.float32))


@pytest.mark.parametrize(
    ("contrast", "correlation", "expected"),
    [(0.5, 0.8, 0.4), (-0.5, 0.8, 0), (0.5, -0.8, 0), (-0.5, -0.8, 0), (0.0, 1.0, 0), (1.2, 0.5, 0.6)],
)
def test_worth_is_contrast_times_correlation_and_never_negative(
    contrast: float, correlation: float, expected: float
) -> None:
    assert worth(contrast, correlation) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("vectors", "points", "share"),
    [(2, 20, 0.5), (2, 60, 0.75), (1, 4, 0.5), (1, 12, 0.75), (2, 0, 0), (0, 1, 0.5)],
)
def test_few_points_bear_a_lattice_out_less(vectors: int, points: int, share: float) -> None:
    lattice = Lattice(vectors=np.ones((vectors, 2)), correlation=0.8, contrast=0.5, points=points)
    assert support(lattice) == pytest.approx(0.4 * share)


@pytest.mark.parametrize(
    "basis", [[[30, 0], [0, 24]], [[29, 7], [-11, 26]], [[16, 27.7], [16, -27.7]], [[0, 40], [37, 3]]]
)
@pytest.mark.parametrize("most", [4, 17, 400])
def test_the_steps_are_all_points_of_a_half_plane_on_the_map_nearest_first(
    basis: list[list[float]], most: int
) -> None:
    peaks_map = PeakMap(np.zeros((201, 241), np.float32))
    every = [
        (float(np.hypot(*point)), (i, j))
        for i in range(-40, 41)
        for j in range(41)
        if j > 0 or i > 0
        for point in [np.array([i, j]) @ np.array(basis)]
        if abs(point[0]) <= 117 and abs(point[1]) <= 97
    ]
    steps = lattice_steps(np.array(basis, np.float64), peaks_map, most)
    found = [tuple(step) for step in steps.astype(int).tolist()]
    lengths_px = np.hypot(*(steps @ np.array(basis)).T)
    assert len(found) == len(set(found)) == min(most, len(every))
    assert set(found) <= {step for _, step in every}
    assert np.allclose(lengths_px, sorted(length for length, _ in every)[: len(found)])


def test_the_steps_of_one_vector_run_to_the_border_of_the_map() -> None:
    peaks_map = PeakMap(np.zeros((201, 241), np.float32))
    for vector, count in (
        ([20, 0], 5),
        ([117, 0], 1),
        ([118, 0], 0),
        ([0, 97], 1),
        ([0, -24], 4),
        ([39, 30], 3),
    ):
        steps = lattice_steps(np.array([vector], np.float64), peaks_map)
        assert steps.tolist() == [[number + 1] for number in range(count)]
    assert len(lattice_steps(np.array([[6.0, 0.0]]), peaks_map, 7)) == 7


def test_of_a_dense_lattice_the_nearest_points_count() -> None:
    peaks_map, dense = PeakMap(np.zeros((601, 601), np.float32)), np.array([[6.0, 0.0], [0.0, 6.0]])
    steps = lattice_steps(dense, peaks_map)
    assert steps.shape == (400, 2) and np.abs(steps).max() == 16
    assert np.abs(lattice_steps(dense, peaks_map, 5000)).max(0).tolist() == [25, 25]


@pytest.mark.parametrize(
    "basis", [[[30.3, 0.4], [-0.6, 24.7]], [[28.6, 7.2], [-11.3, 26.1]], [[33.3, 0.2], [16.5, 27.9]]]
)
def test_vectors_are_refined_to_the_bumps(basis: list[list[float]]) -> None:
    peaks_map, true = bumps(basis), np.array(basis)
    start = true + np.array([[1.4, -1.1], [-1.2, 1.3]])
    assert np.allclose(refined(peaks_map, start), true, atol=0.04)
    assert np.allclose(refined(peaks_map, start, points=12), true, atol=0.15)
    assert np.array_equal(refined(peaks_map, start, points=3), start)
    assert np.allclose(refined(peaks_map, start[:1]), true[:1], atol=0.04)
    assert np.array_equal(refined(peaks_map, np.array([[500.0, 0.0]])), [[500.0, 0.0]])


def test_only_tops_close_by_draw_the_vectors_first_within_3_px_and_then_within_2() -> None:
    """Golden figures of a lattice in noise."""
    noise = np.random.default_rng(21).normal(size=(201, 241))
    rough = bumps([[24.4, 0.3], [-0.2, 20.6]]).map + 4 * cv2.GaussianBlur(noise, (0, 0), 2)
    start = np.array([[25.0, 0.0], [0.0, 20.0]])
    for points, expected in REFINED.items():
        found = refined(PeakMap(rough.astype(np.float32)), start, points=points)
        assert np.allclose(found, expected, atol=2e-3), points


REFINED = {
    4: [[22.805, 0.537], [-0.148, 21.017]],
    12: [[23.652, -0.046], [-0.05, 20.807]],
    40: [[24.104, 0.01], [-0.317, 20.672]],
    160: [[24.355, 0.046], [-0.457, 20.634]],
}


def test_near_points_weigh_more_and_the_contrast_is_to_the_highest_middle() -> None:
    basis = np.array([[30.0, 0.0], [0.0, 24.0]])
    expected: dict[str, tuple[Levels, float, float]] = {
        # levels of the points; contrast of the lattice, and of its first vector alone
        "even": (lambda i, j: np.ones(np.shape(i)), 0.9338, 0.9880),
        "rows": (lambda i, j: np.where(j == 0, 1.0, 0.5), 0.5596, 0.9880),
        "columns": (lambda i, j: np.where(i == 0, 1.0, 0.5), 0.5691, 0.4913),
        "far": (lambda i, j: np.where(abs(i) + abs(j) < 3, 0.5, 1.0), 0.6809, 0.5525),
    }
    for name, (levels, contrast, contrast_of_one) in expected.items():
        peaks_map = bumps(basis.tolist(), levels)
        for vectors, right in ((basis, contrast), (basis[:1], contrast_of_one)):
            made = measured(peaks_map, vectors)
            steps = lattice_steps(vectors, peaks_map)
            points = steps @ vectors
            overlap = (1 - 0.72 * np.abs(points) / [120, 100]).prod(1)
            weight = overlap * np.exp(-0.5 * np.square(points / [60, 50]).sum(1))
            there = np.asarray(levels(*np.pad(steps, ((0, 0), (0, 2 - len(vectors)))).T))
            assert made.correlation == pytest.approx((there * weight).sum() / weight.sum(), abs=1e-6), name
            assert made.contrast == pytest.approx(right, abs=0.001), name
            assert made.points == len(steps) == (31 if len(vectors) == 2 else 3)
    assert measured(peaks_map, basis).vectors.tolist() == [[0, 24], [30, 0]]


def test_a_lattice_too_wide_by_half_has_no_contrast_and_one_too_large_is_none() -> None:
    basis = np.array([[30.0, 0.0], [0.0, 24.0]])
    for between in ([[15, 0], [0, 24]], [[30, 0], [0, 12]], [[10, 0], [0, 24]], [[15, 12], [15, -12]]):
        made = measured(bumps(between), basis)
        assert (made.correlation, made.contrast) == pytest.approx((1, 0), abs=1e-6), between
    assert measured(bumps([[20, 0], [0, 24]]), basis).correlation < 0.6
    assert measured(bumps([[30, 0], [0, 24]]), np.array([[30.0, 0.0], [0.0, 400.0]])) is NO_LATTICE
    assert measured(bumps([[30, 0], [0, 24]]), np.array([[400.0, 0.0]])) is NO_LATTICE


def test_a_lattice_without_a_point_on_the_map_is_none_for_every_numpy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rank = np.linalg.matrix_rank

    def rank_before_2_4(steps: np.ndarray) -> np.ndarray:
        if not steps.size:
            raise ValueError("zero-size array to reduction operation maximum which has no identity")
        return rank(steps)

    monkeypatch.setattr(np.linalg, "matrix_rank", rank_before_2_4)
    assert measured(bumps([[30, 0], [0, 24]]), np.array([[400.0, 0.0]])) is NO_LATTICE


# --- how the best is chosen -----------------------------------------------------------------


def lattice(vectors: list[list[float]], correlation: float, contrast: float, points: int = 60) -> Lattice:
    return Lattice(
        vectors=np.array(vectors, np.float64), correlation=correlation, contrast=contrast, points=points
    )


@pytest.mark.parametrize(
    ("step", "of_two", "of_one", "expected"),
    [
        ([30, 24], 0.1, 0.8, False),  # the best step is one of the lattice's own
        ([60, -24], 0.1, 0.8, False),
        ([35.9, 24], 0.1, 0.8, False),
        ([36.1, 24], 0.1, 0.8, True),  # it is not
        ([30, 19.3], 0.1, 0.8, False),
        ([30, 19.1], 0.1, 0.8, True),
        ([45, 12], 0.59, 0.8, True),  # and correlates far better
        ([45, 12], 0.61, 0.8, False),
        ([45, 12], 0.9, 0.8, False),
    ],
)
def test_a_lattice_misses_a_step_that_is_none_of_its_own_and_far_better(
    step: list[float], of_two: float, of_one: float, expected: bool
) -> None:
    two, one = lattice([[30, 0], [0, 24]], of_two, 0.5), lattice([step], of_one, 0.5)
    assert _misses(two, one) == expected


@pytest.mark.parametrize(
    ("down_px", "level", "expected"),
    [(24, 0.53, True), (24, 0.57, False), (60, 0.73, True), (60, 0.77, False), (110, 0.1, False)],
)
def test_rows_that_correlate_much_less_than_steps_along_are_a_border(
    down_px: float, level: float, expected: bool
) -> None:
    """Two rows on the map may correlate less than one."""
    peaks_map = bumps([[30, 0], [0, down_px]], lambda i, j: np.where(j == 0, 1.0, level))
    along, across = np.array([30.0, 0.0]), np.array([0.0, down_px])
    assert _only_along(peaks_map, along, across) == expected
    assert _only_along(peaks_map, along, across + 2 * along) == expected
    assert not _only_along(peaks_map, across, along)
    assert not _only_along(peaks_map, 10 * along, across)


def test_of_lattices_that_explain_about_as_much_the_densest_is_taken() -> None:
    wide, half, third = [[60, 0], [0, 40]], [[30, 0], [0, 40]], [[20, 0], [0, 40]]
    for levels, expected in (
        ((0.8, 0.8, 0.8), third),
        ((0.8, 0.53, 0.1), half),  # over 0.65 of the best
        ((0.8, 0.51, 0.1), wide),
        ((0.8, 0.1, 0.53), third),
        ((0.1, 0.8, 0.1), half),
        ((0.8, 0.53, 0.51), half),
    ):
        several = [
            lattice(vectors, level, 0.5) for vectors, level in zip((wide, half, third), levels, strict=True)
        ]
        assert _densest(several).vectors.tolist() == expected
    hardly = [lattice(wide, 0.8, 0.5), lattice([[46, 0], [0, 40]], 0.79, 0.5)]
    assert _densest(hardly) is hardly[0]  # denser by less than a quarter
    clearly = [lattice(wide, 0.8, 0.5), lattice([[45, 0], [0, 40]], 0.79, 0.5)]
    assert _densest(clearly) is clearly[1]
    lines = [lattice([[48, 14]], 0.8, 0.5), lattice([[24, 7]], 0.7, 0.5), lattice([[12, 3.5]], 0.4, 0.5)]
    assert _densest(lines) is lines[1]


def test_bases_of_nearly_the_same_lattice_count_once_and_only_the_first_48_are_looked_at() -> None:
    bases = np.array(
        [[[30, 0], [0, 24]], [[30.2, 0], [0, 24.2]], [[24, 0], [0, 30]], [[36, 0], [0, 24]]], float
    )
    assert _different(bases, np.array([1, 0, 3, 2])) == [1, 3]
    assert _different(bases, np.array([2, 3, 0, 1])) == [2, 3]
    many = np.array([[[6.0 + 3 * number, 0], [0, 300]] for number in range(60)])
    assert _different(many, np.arange(60)) == list(range(48))


def test_candidates_are_reduced_pairs_of_peaks_that_are_neither_short_nor_flat() -> None:
    peaks = np.array([[30.0, 0], [0, 24], [30, 24]])
    assert _candidate_bases(peaks).tolist() == [[[0, 24], [30, 0]]]
    assert _candidate_bases(peaks[:1]).shape == (0, 2, 2)
    assert _candidate_bases(np.array([[30.0, 0], [60, 1]])).shape == (0, 2, 2)  # nearly parallel
    close = np.array([[40.0, 0], [5.5, 20], [0.0, 20]])  # the last two by 5.5 px, which is too short a step
    assert _candidate_bases(close).tolist() == [[[5.5, 20], [34.5, -20]], [[0, 20], [40, 0]]]
    assert len(_candidate_bases(np.array([[6.0, 0], [0, 24]]))) == 1


def test_a_quick_contrast_is_the_mean_level_less_the_highest_middle() -> None:
    fine, coarse = [[30.0, 0.0], [0.0, 24.0]], [[60.0, 0.0], [0.0, 48.0]]
    peaks_map = bumps(fine, lambda i, j: np.where((i + j) % 2 == 0, 1.0, 0.6))
    contrast, level = _quick_contrast(peaks_map, np.array([fine, coarse, [[60.0, 0], [0, 24]]]))
    points = [(i, j) for i in range(-2, 3) for j in range(3) if j > 0 or i > 0]
    levels = [1.0 if (i + j) % 2 == 0 else 0.6 for i, j in points]
    assert level.tolist() == pytest.approx([np.mean(levels), 1.0, 5.8 / 7], abs=1e-5)
    middle = np.exp(-(7**2) / 18) * 5.8 / 7  # 8 px from seven points, searched to 7 px
    assert contrast[0] == pytest.approx((np.mean(levels) - middle) * 12 / 16, abs=1e-4)
    inside = [(i, j) for i, j in points if abs(60 * i) <= 117 and abs(48 * j) <= 97]
    assert contrast[1] == pytest.approx(0.0, abs=1e-5)  # in the middle of four stands a whole one
    assert len(inside) == 7
    large = np.array([[[110.0, 0.0], [0.0, 90.0]], [[118.0, 0.0], [0.0, 90.0]]])
    contrast, level = _quick_contrast(peaks_map, large)
    assert contrast[1] == -1 and level[1] == 0 and contrast[0] > -1  # less than three points
    three = np.array([[[110.0, 0.0], [50.0, 90.0]]])
    assert _quick_contrast(peaks_map, three)[0][0] > -1


@pytest.mark.parametrize(
    ("form", "levels", "expected"),
    [
        ([[2, 0], [0, 1]], lambda i, j: np.where(i % 2 == 0, 1.0, 0.8), 0.2 - 0.09),
        ([[1, 1], [0, 2]], lambda i, j: np.where((i + j) % 2 == 0, 1.0, 0.8), 0.2 - 0.09),
        ([[2, 0], [0, 1]], lambda i, j: np.where(i % 2 == 0, 0.5, 0.45), 0.05 - 0.045),
        ([[3, 0], [0, 1]], lambda i, j: np.where(i % 3 == 0, 1.0, 0.7), 0.3 - 0.25),
        ([[3, 0], [0, 1]], lambda i, j: np.where(i % 3 == 0, 1.0, 0.8), 0.2 - 0.25),
        ([[2, 0], [0, 1]], lambda i, j: np.where(i % 2 == 0, 0.04, 0.03), 0.01 - 0.09 * 0.05),
        ([[2, 0], [0, 1]], lambda i, j: np.where(i % 2 == 0, 0.8, 1.0), -0.2 - 0.09 * 0.8),
    ],
)
def test_ornaments_alternate_by_how_much_the_others_fall_short(
    form: list[list[int]], levels: Levels, expected: float
) -> None:
    basis = [[24.0, 0.0], [0.0, 20.0]]
    dense = lattice(basis, 0.9, 0.5)
    assert _alternation(bumps(basis, levels), dense, np.array(form)) == pytest.approx(expected, abs=1e-4)


def test_too_few_points_do_not_alternate_and_chance_is_discounted() -> None:
    wide = [[60.0, 0.0], [0.0, 48.0]]
    alternating = bumps(wide, lambda i, j: np.where(i % 2 == 0, 1.0, 0.2))
    assert _alternation(alternating, lattice(wide, 0.9, 0.5), np.array([[3, 0], [0, 1]])) == -1
    few = bumps([[59, 0], [0, 30]], lambda i, j: np.where(j % 3 == 0, 1.0, 0.2))
    assert _alternation(few, lattice([[59, 0], [0, 30]], 0.9, 0.5), np.array([[1, 0], [0, 3]])) == -1
    one = lattice([[24.0, 0.0]], 0.9, 0.5)
    assert _alternation(bumps([[24, 0], [0, 90]]), one, np.array([[2]])) == -1
    rng = np.random.default_rng(1)
    chance = {(i, j): rng.uniform(0, 1) for i in range(-30, 31) for j in range(-30, 31)}
    basis = [[24.0, 0.0], [0.0, 20.0]]
    noisy = bumps(basis, np.vectorize(lambda i, j: chance[int(i), int(j)]))
    for form, expected in (
        ([[2, 0], [0, 1]], -0.21281),
        ([[1, 0], [0, 2]], -0.27118),
        ([[1, 1], [0, 2]], -0.09869),
        ([[3, 0], [0, 1]], -0.39418),
    ):
        found = _alternation(noisy, lattice(basis, 0.9, 0.5), np.array(form))
        assert found == pytest.approx(expected, abs=1e-4), form


def test_lattices_are_widened_twice_or_three_times_each_way() -> None:
    assert [form.tolist() for form in _wider_forms(1)] == [[[2]], [[3]]]
    assert [round(abs(np.linalg.det(form))) for form in _wider_forms(2)] == [2, 2, 2, 3, 3, 3, 3]
    assert _widened(bumps([[30, 0], [0, 24]]), NO_LATTICE) is NO_LATTICE


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (lambda i, j: np.ones(np.shape(i)), [[24, 0], [0, 20]]),
        (lambda i, j: np.where(i % 2 == 0, 1.0, 0.8), [[48, 0], [0, 20]]),
        (lambda i, j: np.where((i % 2 == 0) & (j % 2 == 0), 1.0, 0.7), [[48, 0], [0, 40]]),
        (lambda i, j: np.where(j % 3 == 0, 1.0, 0.6), [[24, 0], [0, 60]]),
    ],
)
def test_a_lattice_is_widened_until_no_point_falls_short(levels: Levels, expected: list[list[float]]) -> None:
    dense = lattice([[24, 0], [0, 20]], 0.9, 0.55)
    made = _widened(bumps([[24, 0], [0, 20]], levels), dense)
    assert lattice_distance(made.vectors, np.array(expected, float)) < 0.002
    assert made.contrast >= 0.55  # the dense one's supports the wide one
