"""Mirrored and negative copies are found by permuting descriptors; nothing is extracted twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from motif.arrays import Gray8
from motif.features.keypoints import find_keypoints, mirrored, negative
from motif.normalize.swatch import normalize
from motif.photo.photo import read_photo

SAMPLES = Path(__file__).parents[2] / "samples"
Descriptors = npt.NDArray[np.uint8]

descriptors = arrays(np.uint8, st.tuples(st.integers(0, 4), st.just(128)))


@pytest.mark.slow
@given(descriptors)
def test_mirroring_twice_changes_nothing(values: Descriptors) -> None:
    assert (mirrored(mirrored(values)) == values).all()


@pytest.mark.slow
@given(descriptors)
def test_inverting_twice_changes_nothing(values: Descriptors) -> None:
    assert (negative(negative(values)) == values).all()


@pytest.mark.slow
@given(descriptors)
def test_mirrored_and_negative_commute(values: Descriptors) -> None:
    assert (mirrored(negative(values)) == negative(mirrored(values))).all()


@pytest.mark.slow
@given(descriptors)
def test_permutations_keep_every_value(values: Descriptors) -> None:
    for permuted in (mirrored(values), negative(values)):
        assert (np.sort(permuted, axis=1) == np.sort(values, axis=1)).all()


@pytest.fixture(scope="module")
def cloth() -> Gray8:
    return normalize(read_photo(SAMPLES / "ciprat_0014.jpg", long_edge_px=640)).luma


CHANGES: dict[str, tuple[Callable[[Gray8], Gray8], Callable[[Descriptors], Descriptors]]] = {
    "mirrored": (lambda gray: np.ascontiguousarray(gray[:, ::-1]), mirrored),
    "negative": (lambda gray: 255 - gray, negative),
    "mirrored negative": (
        lambda gray: np.ascontiguousarray(255 - gray[:, ::-1]),
        lambda values: mirrored(negative(values)),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_changed_cloth_has_the_permuted_descriptors(cloth: Gray8, change: str) -> None:
    picture, permutation = CHANGES[change]
    plain, changed = find_keypoints(cloth).descriptors, find_keypoints(picture(cloth)).descriptors
    assert mean_best_cosine(permutation(plain), changed) > 0.95
    assert mean_best_cosine(plain, changed) < 0.92


def mean_best_cosine(a: Descriptors, b: Descriptors) -> float:
    units = [rows / np.linalg.norm(rows.astype(float), axis=1, keepdims=True) for rows in (a, b)]
    return float((units[0] @ units[1].T).max(axis=1).mean())
