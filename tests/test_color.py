"""Colour conversions agree with an implementation that is not ours."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2lab

from motif.color import lab, linear, linear_to_lab

LEVELS = (
    np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3, indexing="ij"), axis=-1)
    .reshape(-1, 1, 3)
    .astype(np.uint8)
)


def test_linear_light_becomes_the_lab_of_the_standard() -> None:
    assert linear_to_lab(linear(LEVELS)) == pytest.approx(rgb2lab(LEVELS), abs=0.02)


def test_srgb_becomes_lab_within_half_a_unit() -> None:
    assert lab(LEVELS) == pytest.approx(rgb2lab(LEVELS), abs=0.5)
