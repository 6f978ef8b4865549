"""Local binary patterns agree with scikit-image's on noise, on flat ground and on soft edges."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage.feature import local_binary_pattern

from motif.features.texture import local_patterns


@pytest.mark.slow
@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.integers(0, 255)))
def test_they_are_those_of_scikit_image(gray: np.ndarray) -> None:
    assert np.array_equal(local_patterns(gray), local_binary_pattern(gray, 8, 1, "uniform"))


def test_they_are_those_of_scikit_image_on_large_soft_pictures() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (230, 310), np.uint8)
    for sigma in (1, 4, 12):  # the softer, the more ties
        gray = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma), np.uint8)
        assert np.array_equal(local_patterns(gray), local_binary_pattern(gray, 8, 1, "uniform"))
