"""Facts about lattices and symmetry that hold for every basis and every group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motif.features.bravais import (
    lattice_class,
    lattice_distance,
    reduced,
    reduced_all,
    sublattices,
)
from motif.features.symmetry import find_symmetry
from motif.features.tile import average_tile
from motif.features.wallpaper import GROUPS, supergroups

quick = settings(deadline=None, max_examples=50)
coordinate = st.floats(-200, 200, allow_nan=False).map(lambda value: round(value, 2))
unimodular = [
    form
    for form in np.indices((5,) * 4).reshape(4, -1).T.reshape(-1, 2, 2) - 2
    if abs(np.linalg.det(form)).round() == 1
]
bases = st.tuples(coordinate, coordinate, coordinate, coordinate).map(
    lambda four: np.array(four, np.float64).reshape(2, 2)
)


def is_proper(basis: np.ndarray) -> bool:
    lengths = np.hypot(*basis.T)
    return bool(lengths.min() > 3 and abs(np.linalg.det(basis)) > 0.05 * lengths.prod())


def proper(basis: np.ndarray) -> np.ndarray:
    """Pass over bases whose vectors are nearly parallel."""
    assume(is_proper(basis))
    return basis


@quick
@given(bases)
def test_a_reduced_basis_spans_the_same_lattice_and_is_short(basis: np.ndarray) -> None:
    made = reduced(proper(basis))
    steps = basis @ np.linalg.inv(made)
    assert np.allclose(steps, np.rint(steps), atol=1e-6)
    assert abs(abs(np.linalg.det(steps)) - 1) < 1e-6
    a, b = made
    assert a @ a <= b @ b + 1e-6
    assert -1e-6 <= -(a @ b) <= 0.5 * (a @ a) + 1e-6


HALF = 50 * np.sqrt(3)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ([[0, -5], [9, 0]], [[0, 5], [9, 0]]),  # a vertical first vector points down
        ([[0, 5], [9, 0]], [[0, 5], [9, 0]]),
        ([[-5, 0], [0, 9]], [[5, 0], [0, 9]]),  # a horizontal one to the right
        ([[5, 0], [0, -9]], [[5, 0], [0, -9]]),
        ([[-3, 4], [8, 6]], [[3, -4], [8, 6]]),
        ([[-3, -4], [-8, 6]], [[3, 4], [-8, 6]]),
        ([[0, 9], [5, 0]], [[5, 0], [0, 9]]),  # the shorter one comes first
        ([[5, 0], [2, 9]], [[5, 0], [-2, -9]]),  # never at less than 90 degrees
        ([[5, 0], [-2, 9]], [[5, 0], [-2, 9]]),
        ([[-0.05, 5], [9, 0]], [[0.05, -5], [-9, 0]]),  # to the right, however little
        ([[1e-10, -5], [9, 0]], [[0, 5], [9, 0]]),  # but for rounding errors
        ([[-1e-10, 5], [9, 0]], [[0, 5], [9, 0]]),
        ([[0, 0.05], [0.05, 0]], [[0, 0.05], [0.05, 0]]),
        ([[7, 10], [4, 0]], [[4, 0], [-1, 10]]),
        ([[5, 0], [5, 9]], [[5, 0], [0, 9]]),
        ([[100, 0], [50, HALF]], [[100, 0], [-50, -HALF]]),
        ([[0.2, 0], [0.31, 0.3]], [[0.2, 0], [-0.09, 0.3]]),
    ],
)
def test_the_first_vector_points_right_or_straight_down_and_the_second_away(
    basis: list[list[float]], expected: list[list[float]]
) -> None:
    given_basis = np.array(basis, np.float64)
    assert np.allclose(reduced(given_basis), expected, atol=1e-9)
    assert np.allclose(reduced_all(given_basis[None])[0], expected, atol=1e-9)


@pytest.mark.parametrize("scale", [0.001, 0.1, 1.0, 1000.0])
def test_bases_however_long_and_skewed_are_reduced_alike_one_by_one_and_together(scale: float) -> None:
    """As of two signs or two equal lengths only one is right, drawn bases have neither."""
    rng = np.random.default_rng(11)
    short = np.stack([reduced(scale * rng.normal(size=(2, 2))) for _ in range(120)])
    lengthened = []
    for number, basis in enumerate(short):
        for _ in range(number // 4):
            basis = np.array([[rng.integers(-4, 5), 1], [1, 0]]) @ basis
            if np.abs(basis).max() > 1e5 * scale:
                break
        lengthened.append(basis)
    together = reduced_all(np.array(lengthened))
    for basis, expected, one in zip(lengthened, short, together, strict=True):
        assert np.allclose(reduced(basis), expected, atol=1e-4 * scale)
        assert np.allclose(one, expected, atol=1e-4 * scale)


def test_reducing_changes_neither_what_is_given_nor_what_is_reduced() -> None:
    basis = np.array([[7.0, 10.0], [4.0, 0.0]])
    made = reduced(basis)
    assert basis.tolist() == [[7, 10], [4, 0]]
    assert np.array_equal(reduced(made), made)


def reached(long: float, short: float, cosine: float) -> np.ndarray:
    """A basis of these lengths, with this cosine of the angle between them, turned by 20 degrees."""
    turn = np.radians(20) + np.array([0, np.arccos(cosine)])
    return np.array([[short], [long]]) * np.stack([np.cos(turn), np.sin(turn)], 1)


@pytest.mark.parametrize(
    ("lengths", "cosine", "expected"),
    [
        ((100, 100), 0, "square"),
        ((105.5, 100), 0.055, "square"),
        ((106.5, 100), 0, "rectangular"),
        ((200, 100), -0.055, "rectangular"),
        ((200, 100), -0.065, "oblique"),
        ((100, 100), -0.065, "centred rectangular"),
        ((105.5, 100), -0.3, "centred rectangular"),
        ((106.5, 100), -0.3, "oblique"),
        ((100, 100), -0.5, "hexagonal"),
        ((100, 100), -0.445, "hexagonal"),
        ((100, 100), -0.435, "centred rectangular"),
        ((105.5, 100), -0.455, "hexagonal"),
        ((150, 100), -1 / 3, "centred rectangular"),  # half a step to the side
        ((150, 100), -0.475 / 1.5, "centred rectangular"),
        ((150, 100), -0.465 / 1.5, "oblique"),
        ((300, 100), -0.2, "oblique"),
    ],
)
def test_lattices_are_classed_by_lengths_and_angle(
    lengths: tuple[float, float], cosine: float, expected: str
) -> None:
    basis = reached(*lengths, cosine)
    assert lattice_class(basis) == expected
    assert lattice_class(basis[::-1]) == expected
    assert lattice_class(basis @ [[0, 1], [1, 0]]) == expected


@pytest.mark.parametrize(
    ("first", "even", "within", "beyond"),
    [
        (12, 60 / 156, "square", "hexagonal"),  # right angle: cosine 5/13
        (12, 0.5 - 60 / 156, "hexagonal", "centred rectangular"),
        (11, 1 - 110 / 121, "centred rectangular", "oblique"),
        (12, 13 / 12 - 1, "centred rectangular", "oblique"),
    ],
)
def test_what_is_even_to_the_last_bit_counts(first: float, even: float, within: str, beyond: str) -> None:
    basis = np.array([[first, 0.0], [-5.0, 12.0]])
    assert lattice_class(basis, even=even) == within
    assert lattice_class(basis, even=even * (1 - 1e-9)) == beyond


def test_the_distance_is_the_larger_error_over_the_length_of_its_vector() -> None:
    true = np.array([[30.0, 0.0], [0.0, 60.0]])
    for wrong, expected in (
        ([[30, 0], [0, 60]], 0),
        ([[33, 0], [0, 60]], 0.1),
        ([[30, 0], [0, 66]], 0.1),
        ([[33, 0], [0, 63]], 0.1),
        ([[30, 3], [0, 60]], 0.1),
        ([[30, 0], [9, 72]], 0.25),
        ([[-33, 0], [33, -60]], 0.1),
        ([[33, 4], [0, 60]], 1 / 6),
    ):
        assert lattice_distance(np.array(wrong, np.float64), true) == pytest.approx(expected, abs=1e-8)
    for other in ([[60, 0], [0, 60]], [[30, 0], [0, 30]], [[15, 30], [15, -30]], [[90, 0], [0, 20]]):
        assert lattice_distance(np.array(other, np.float64), true) == np.inf


def test_distances_are_rounded_at_the_ninth_place() -> None:
    true = np.array([[30.0, 0.0], [0.0, 60.0]])
    assert lattice_distance(np.array([[30 * (1 + 1.23456789e-3), 0], [0, 60]]), true) == 0.001234568


@pytest.mark.parametrize(("index", "number"), [(1, 1), (2, 3), (3, 4), (4, 7), (5, 6), (6, 12), (12, 28)])
def test_there_are_as_many_sublattices_as_the_divisors_sum_to(index: int, number: int) -> None:
    forms = sublattices(index)
    assert len(forms) == len({tuple(form.ravel()) for form in forms}) == number
    for form in forms:
        (first, shift), (zero, second) = form.tolist()
        assert zero == 0 and first * second == index and 0 <= shift < second
        assert form.dtype == np.int64


@pytest.mark.slow
@quick
@given(st.lists(bases.filter(is_proper), min_size=1, max_size=8))  # one by one: of eight, one is always bad
def test_many_bases_are_reduced_as_each_alone(several: list[np.ndarray]) -> None:
    stack = np.array(several)
    for together, basis in zip(reduced_all(stack), stack, strict=True):
        alone = reduced(basis)  # where two bases are equally short, either will do
        assert np.allclose(np.hypot(*together.T), np.hypot(*alone.T))
        assert lattice_distance(together, basis) < 1e-6


@quick
@given(bases, st.sampled_from(unimodular))
def test_the_choice_of_basis_changes_neither_distance_nor_class(basis: np.ndarray, form: np.ndarray) -> None:
    other = form @ proper(basis)
    assert lattice_distance(other, basis) < 1e-6
    a, b = reduced(basis)
    clear = abs(abs(a @ b) / (np.hypot(*a) * np.hypot(*b)) - 0.06) > 1e-3
    assume(clear and abs(np.hypot(*b) / np.hypot(*a) - 1.06) > 1e-3)
    assert lattice_class(other) == lattice_class(basis)


@quick
@given(bases, st.integers(2, 4))
def test_a_sublattice_is_as_many_times_larger_and_is_another_lattice(basis: np.ndarray, index: int) -> None:
    area = abs(np.linalg.det(proper(basis)))
    for form in sublattices(index):
        wider = form @ basis
        assert abs(abs(np.linalg.det(wider)) - index * area) < 1e-6 * max(area, 1) * index
        assert lattice_distance(wider, basis) > 0.2


def test_which_groups_have_larger_ones() -> None:
    counts = {group: len(supergroups(group)) for group in GROUPS}
    assert {group for group, count in counts.items() if count == 0} == {"pmg", "p4m", "p4g", "p6m"}
    assert [counts[group] for group in ("p1", "p2", "pm", "pg", "cm")] == [16, 9, 3, 3, 6]
    assert [counts[group] for group in ("p3", "p4", "cmm", "p3m1", "p31m", "p6")] == [4, 2, 3, 1, 1, 1]
    assert supergroups("cmm") == {"p4m", "p4g", "p6m"} and supergroups("p3m1") == {"p6m"}


@pytest.mark.parametrize("group", [group for group in GROUPS if supergroups(group)])
def test_larger_groups_have_a_whole_number_of_times_the_operations(group: str) -> None:
    for larger in supergroups(group):
        assert group not in supergroups(larger)
        times, rest = divmod(len(GROUPS[larger][1]), len(GROUPS[group][1]))
        assert times >= 2 and rest == 0


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_the_picture_leaves_the_best_group(turns: int) -> None:
    rng = np.random.default_rng(5)
    cell = rng.normal(size=(24, 24))
    cell = cell + cell[::-1, ::-1]
    picture = np.tile(cell, (6, 7)).astype(np.float32)
    best = []
    for shown in (picture, np.ascontiguousarray(np.rot90(picture, turns))):
        tile = average_tile(shown, np.array([[24.0, 0.0], [0.0, 24.0]]))
        assert tile is not None
        best.append(find_symmetry(tile, np.array([[24.0, 0.0], [0.0, 24.0]])).best)
    assert best[0] == best[1] == "p2"
