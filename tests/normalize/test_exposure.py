"""Exposure by numbers: glare, the brightest level, clipped pixels, and light that falls off."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from motif.arrays import RGB8
from motif.normalize.exposure import brightest_level, clear_glare, clipped_share, glare_mask, light_fall


def plain(level: int = 90) -> RGB8:
    return np.full((200, 256, 3), level, np.uint8)


def shining(width_px: float, height: float = 400, at: tuple[int, int] = (100, 90)) -> RGB8:
    """Draw a reflection that fades out over ``width_px``."""
    y, x = np.mgrid[:200, :256]
    shine = height * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * width_px**2))
    return np.clip(plain() + shine[..., None], 0, 255).astype(np.uint8)


def white_square(side_px: int, soft_px: float) -> RGB8:
    picture = plain()
    picture[60 : 60 + side_px, 80 : 80 + side_px] = 255
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), soft_px), np.uint8) if soft_px else picture


@pytest.mark.parametrize("at", [(100, 90), (40, 150), (220, 30)])
def test_glare_is_where_white_fades_out(at: tuple[int, int]) -> None:
    mask = glare_mask(shining(20, at=at))
    rows, columns = np.nonzero(mask)
    assert (columns.mean(), rows.mean()) == pytest.approx(at, abs=1)
    # 90 + 400 e^-q reaches the level of white, 246, at q = 0.94; two pixels more are masked
    radius = 20 * (2 * 0.94) ** 0.5
    assert mask.sum() == pytest.approx(np.pi * (radius + 2) ** 2, rel=0.08)


def test_two_reflections_are_both_masked() -> None:
    both = np.maximum(shining(15, at=(60, 60)), shining(15, at=(190, 140)))
    one, other = (glare_mask(shining(15, at=at)) for at in ((60, 60), (190, 140)))
    assert (glare_mask(both) == (one | other)).all() and one.any() and other.any()


@pytest.mark.parametrize(
    ("side_px", "soft_px", "is_glare"),
    [(50, 0, False), (50, 6, True), (4, 0, False), (36, 5, True), (36, 1, False)],
)
def test_white_with_sharp_edges_is_no_glare(side_px: int, soft_px: float, is_glare: bool) -> None:
    assert glare_mask(white_square(side_px, soft_px)).any() == is_glare


@pytest.mark.parametrize(("height", "is_glare"), [(150, False), (155, False), (162, True), (400, True)])
def test_glare_is_white(height: float, is_glare: bool) -> None:
    assert glare_mask(shining(40, height)).any() == is_glare


@pytest.mark.parametrize(("height", "is_glare"), [(158.5, False), (159.5, True)])
def test_a_spot_of_fewer_than_40_px_is_no_glare(height: float, is_glare: bool) -> None:
    """The spots have 33 and 47 px."""
    assert glare_mask(shining(20, height)).any() == is_glare


def test_colored_light_is_no_glare() -> None:
    colored = shining(20)
    colored[..., 2] = 90
    assert not glare_mask(colored).any()


@pytest.mark.parametrize(("width_px", "is_masked"), [(5, False), (7, False), (9.5, True), (20, True)])
def test_glare_on_a_hundredth_of_the_cloth_or_less_is_not_masked(width_px: float, is_masked: bool) -> None:
    small = shining(width_px)
    share = glare_mask(small).mean()
    assert (share > 0.01) == is_masked and share > 0
    mask = clear_glare(small, width_px=640, height_px=500)
    assert (mask is not None) == is_masked
    if mask is not None:
        assert mask.shape == (500, 640) and mask.dtype == bool
        assert mask.mean() == pytest.approx(share, rel=0.03)


def test_the_brightest_level_is_exceeded_by_a_hundredth_in_the_strongest_channel() -> None:
    levels = np.arange(10_000).reshape(100, 100) // 50
    picture = np.stack([levels // 2, levels, levels // 3], axis=2).astype(np.uint8)
    assert brightest_level(picture) == pytest.approx(198, abs=1)
    assert brightest_level(plain(7)) == 7.0


@pytest.mark.parametrize(
    ("color", "share"),
    [
        ((255, 200, 180), 1.0),
        ((254, 20, 20), 1.0),
        ((253, 253, 253), 0.0),
        ((255, 255, 249), 1.0),
        ((255, 255, 250), 0.3),
        ((254, 254, 254), 0.3),
        ((0, 0, 0), 0.0),
    ],
)
def test_a_pixel_with_a_saturated_channel_is_clipped_and_white_counts_three_tenths(
    color: tuple[int, int, int], share: float
) -> None:
    assert clipped_share(np.full((9, 9, 3), color, np.uint8)) == pytest.approx(share)
    half = np.zeros((10, 10, 3), np.uint8)
    half[:, :5] = color
    assert clipped_share(half) == pytest.approx(share / 2)


@pytest.mark.parametrize(
    ("across", "down", "fall"), [(0.0, 0.0, 0.0), (0.6, 0.0, 0.57), (0.0, -0.6, 0.57), (0.4, 0.4, 0.73)]
)
def test_light_falls_from_side_to_side_by_its_natural_logarithm(
    across: float, down: float, fall: float
) -> None:
    y, x = np.mgrid[:96, :128] / np.array([95, 127])[:, None, None]
    lamp = np.exp(across * (x - 0.5) + down * (y - 0.5))
    cloth = (np.array([140, 80, 60]) * lamp[..., None]).astype(np.uint8)
    assert light_fall(cloth) == pytest.approx(fall, abs=0.03)
