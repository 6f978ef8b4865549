"""Places are grouped as SciPy's tree and graph routines would group them, to the last digit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from motif.matching import parts

Points = npt.NDArray[np.float64]


def groups_by_scipy(rows: Points) -> tuple[list[Points], float]:
    numbers = np.floor(rows[:, :2] / parts._CELL_PX) @ (1, 4096)
    cells, first, member_of = np.unique(numbers, return_index=True, return_inverse=True)
    if len(cells) < 3:
        return [rows], 0.0
    tree = cKDTree(rows[first, :2])
    apart = float(np.median(tree.query(tree.data, k=2)[0][:, 1]))
    near = np.clip(parts._LINK * apart, *parts._LINK_PX)
    ends = tree.query_pairs(near, output_type="ndarray")
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(cells), len(cells)))
    group_of = connected_components(links, directed=False)[1][member_of.ravel()]
    counts = np.bincount(group_of)
    least = max(3.0, parts._LEAST_SHARE_OF_PLACES * len(rows))
    order = np.argsort(-counts, kind="stable")
    return [rows[group_of == number] for number in order if counts[number] >= least], apart


@pytest.mark.slow
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(3, 300),
    side_px=st.sampled_from([40, 400, 1000, 4000]),
    step_px=st.sampled_from([0, 1, 16, 48]),
)
def test_groups_are_those_of_scipy(seed: int, count: int, side_px: int, step_px: int) -> None:
    rows = np.random.default_rng(seed).uniform(0, side_px, (count, 4))
    if step_px:  # on a grid, many distances are equal, also to the limit
        rows = np.round(rows / step_px) * step_px
    groups, apart = parts._groups(rows)
    expected, expected_apart = groups_by_scipy(rows)
    assert apart == expected_apart
    assert [group.tolist() for group in groups] == [group.tolist() for group in expected]


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 60), share=st.floats(0, 0.2))
def test_components_are_numbered_as_by_scipy(seed: int, count: int, share: float) -> None:
    linked = np.random.default_rng(seed).random((count, count)) < share
    linked |= linked.T
    expected = connected_components(coo_array(linked), directed=False)[1]
    assert parts._components(linked).tolist() == expected.tolist()
