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


@pytest.mark.parametrize("group", GROUPS)
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
