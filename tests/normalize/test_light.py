"""Evened light: shadows go, drawings stay."""

from __future__ import annotations

import numpy as np
import pytest

from motif.arrays import Gray8
from motif.errors import ImageShapeError
from motif.normalize.light import even_light


def checks(side_px: int = 8, size_px: int = 320) -> Gray8:
    y, x = np.mgrid[:size_px, :size_px]
    return ((x // side_px + y // side_px) % 2 * 80 + 88).astype(np.uint8)


def test_plain_picture_becomes_middle_gray() -> None:
    for level in (0, 77, 255):
        assert (even_light(np.full((90, 120), level, np.uint8), sigma_px=40) == 128).all()


def test_shadow_over_a_drawing_is_taken_away() -> None:
    drawing = checks()
    shadow = np.linspace(1.0, 0.45, drawing.shape[1])
    lit, shaded = (
        even_light(picture, sigma_px=40) for picture in (drawing, (drawing * shadow).astype(np.uint8))
    )
    assert np.abs(lit.astype(int) - shaded).mean() < 6
    assert np.abs(drawing.astype(int) - drawing * shadow).mean() > 25


def test_contrast_and_brightness_of_the_whole_do_not_matter() -> None:
    drawing = checks()
    dull = drawing // 2 + 60
    assert np.abs(even_light(drawing, sigma_px=40).astype(int) - even_light(dull, sigma_px=40)).mean() < 2


def test_mean_and_deviation_are_what_the_docstring_says() -> None:
    evened = even_light(checks(), sigma_px=40).astype(float)
    assert abs(evened.mean() - 128) < 2
    assert abs(np.abs(evened - 128).mean() - 40) < 2


def test_faint_noise_is_not_blown_up() -> None:
    faint = np.random.default_rng(3).integers(126, 129, (200, 200)).astype(np.uint8)
    assert np.abs(even_light(faint, sigma_px=40).astype(int) - 128).max() <= 20


def test_negative_of_a_picture_gives_the_negative() -> None:
    drawing = checks()
    upright, inverted = (even_light(one, sigma_px=40).astype(int) for one in (drawing, 255 - drawing))
    assert np.abs(upright - 128 + inverted - 128).max() <= 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (64, 641), (17, 9)])
def test_any_size_keeps_its_size(shape: tuple[int, int]) -> None:
    assert even_light(np.full(shape, 9, np.uint8), sigma_px=40).shape == shape


def test_floats_are_refused() -> None:
    with pytest.raises(ImageShapeError, match="float64"):
        even_light(np.zeros((8, 8)), sigma_px=4)  # type: ignore[arg-type]
