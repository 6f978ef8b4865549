"""Light by numbers: evened as by plain arithmetic, estimated as its formula says, and corrected exactly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from motif import read_photo
from motif.arrays import RGB8, Gray8
from motif.color import LUMINANCE, linear
from motif.errors import ParameterError
from motif.normalize.light import LightColor, balanced, estimated_log_light, even_light, find_light

AS_IT_IS = (1.0, 0, 0, 0, 1, 0, 0, 0, 1)


def drawing(height: int = 200, width: int = 264) -> Gray8:
    rng = np.random.default_rng(2)
    spots = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 3)
    lamp = np.linspace(0.4, 1.0, width)
    return np.asarray(np.clip((120 + 900 * spots) * lamp, 0, 255), np.uint8)


@pytest.mark.parametrize("sigma_px", [16.0, 40.0])
def test_light_is_evened_as_plain_arithmetic_would(sigma_px: float) -> None:
    """Less the local mean, over the local deviation, times 40, about 128."""
    gray = drawing().astype(float)
    mean = cv2.GaussianBlur(gray, (0, 0), sigma_px)
    deviation = cv2.GaussianBlur(np.abs(gray - mean), (0, 0), sigma_px)
    expected = np.clip(128 + 40 * (gray - mean) / np.maximum(deviation, 6), 0, 255)
    evened = even_light(drawing(), sigma_px=sigma_px)
    apart = np.abs(evened - expected)
    assert np.median(apart) < 1.5 and np.percentile(apart, 99) < 12


def test_the_least_deviation_is_6_levels() -> None:
    faint = np.full((64, 64), 100, np.uint8)
    faint[::2] = 103  # 1 or 2 from the mean of 101 or 102
    values = set(np.unique(even_light(faint, sigma_px=20)).tolist())
    assert values <= {128 + round(40 * step / 6) for step in (-2, -1, 1, 2)} and len(values) == 2


def test_what_is_more_than_three_deviations_off_is_clipped() -> None:
    dot = np.full((160, 160), 120, np.uint8)
    dot[::8, ::8] = 135
    dot[80, 80], dot[40, 40] = 255, 0
    evened = even_light(dot, sigma_px=20)
    assert (evened[80, 80], evened[40, 40]) == (255, 0)


def test_a_correction_is_applied_to_linear_light() -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (300, 40, 3), np.uint8)  # more than a block of rows
    mixed = (0.5, 0.2, 0.1, 0.0, 0.8, 0.1, 0.05, 0.0, 1.2)
    corrected = balanced(rgb, LightColor(source="chart", to_neutral=mixed, uncertainty=0.0))
    light = np.clip(linear(rgb).astype(float) @ np.reshape(mixed, (3, 3)).T, 0, 1)
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(corrected - 255 * srgb).max() < 0.8
    assert not corrected.flags.writeable


def test_light_beyond_srgb_is_clipped() -> None:
    rgb = np.full((2, 2, 3), 200, np.uint8)
    for gain, level in ((9.0, 255), (-1.0, 0)):
        light = LightColor(source="chart", to_neutral=(gain, 0, 0, 0, 1, 0, 0, 0, 1), uncertainty=0.0)
        assert balanced(rgb, light)[0, 0].tolist() == [level, 200, 200]


def test_a_light_becomes_json() -> None:
    light = LightColor(source="estimate", to_neutral=(1.1234567, *AS_IT_IS[1:]), uncertainty=0.123456)
    assert light.to_json() == {
        "source": "estimate",
        "to_neutral": [[1.12346, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        "uncertainty": 0.1235,
    }


def estimate_of(*colors: tuple[int, int, int]) -> np.ndarray:
    """Work out by hand what a picture of these colors, in equal parts, shows of the light.

    A channel with less than a hundredth of the light shows nothing of it, and counts as a hundredth.
    """
    levels = linear(np.array([colors], np.uint8)).reshape(-1, 3).astype(float)
    gray = np.log(np.maximum((levels**6).mean(axis=0), 0.01**6)) / 6 - [0.10, 0.0, -0.10]
    return np.asarray(gray - gray.mean())


def in_bands(*colors: tuple[int, int, int]) -> RGB8:
    return np.repeat(np.array([colors], np.uint8), 128 // len(colors), axis=1).repeat(96, axis=0)


@pytest.mark.parametrize(
    ("colors", "that_count"),
    [
        (((160, 120, 90),), ((160, 120, 90),)),
        (((160, 120, 90), (60, 90, 140)), ((160, 120, 90), (60, 90, 140))),
        (((160, 120, 90), (250, 100, 90)), ((160, 120, 90),)),
        (((160, 120, 90), (249, 100, 90)), ((160, 120, 90), (249, 100, 90))),
        (((60, 40, 10), (19, 15, 15)), ((60, 40, 10),)),
        (((9, 6, 0),), ((9, 6, 0),)),
        (((252, 240, 230), (255, 250, 240)), ((252, 240, 230), (255, 250, 240))),
    ],
)
def test_light_is_estimated_from_shades_of_gray_that_are_neither_dark_nor_clipped(
    colors: tuple[tuple[int, int, int], ...], that_count: tuple[tuple[int, int, int], ...]
) -> None:
    assert estimated_log_light(in_bands(*colors)) == pytest.approx(estimate_of(*that_count), abs=1e-5)


def test_an_estimate_is_corrected_half_way() -> None:
    colors = ((160, 120, 90), (60, 90, 140))
    light = find_light(read_photo(in_bands(*colors)))
    seen = np.exp(0.5 * estimate_of(*colors))
    assert light.source == "estimate" and light.uncertainty == 0.10
    assert light.matrix() == pytest.approx(np.diag(float(LUMINANCE @ seen) / seen), abs=1e-5)


def with_patch(level: tuple[int, int, int]) -> RGB8:
    cloth = np.random.default_rng(1).integers(40, 200, (90, 120, 3)).astype(np.uint8)
    cloth[20:40, 30:70] = level
    return cloth


@pytest.mark.parametrize(
    "box", [(30, 20, 40, 20), (31.9, 21.9, 10, 10), (69, 39, 0.5, 0.5), (30, 20, 0.01, 0.01)]
)
def test_a_patch_gives_the_light_under_which_it_is_gray(box: tuple[float, ...]) -> None:
    light = find_light(read_photo(with_patch((180, 140, 100))), neutral_px=box)
    levels = linear(np.uint8([[[180, 140, 100]]]))[0, 0].astype(float)
    assert light.matrix() == pytest.approx(np.diag(float(LUMINANCE @ levels) / levels), rel=1e-5)
    assert (light.source, light.uncertainty) == ("neutral-patch", 0.02)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ((250, 140, 100), None),
        ((251, 140, 100), "too bright"),
        ((180, 140, 20), None),
        ((180, 140, 19), "too dark"),
    ],
)
def test_a_patch_has_levels_of_20_to_250(level: tuple[int, int, int], said: str | None) -> None:
    photo = read_photo(with_patch(level))
    if said is None:
        assert find_light(photo, neutral_px=(30, 20, 40, 20)).source == "neutral-patch"
        return
    with pytest.raises(ParameterError, match=said):
        find_light(photo, neutral_px=(30, 20, 40, 20))


@pytest.mark.parametrize(
    ("box", "is_inside"),
    [
        ((0, 0, 120, 90), True),
        ((0, 0, 120.5, 90), False),
        ((0, 0, 120, 90.5), False),
        ((-0.5, 0, 20, 20), False),
        ((0, -0.5, 20, 20), False),
        ((110, 80, 10, 10), True),
        ((110, 80, 11, 10), False),
        ((110, 80, 10, 11), False),
    ],
)
def test_a_patch_lies_inside_the_picture(box: tuple[float, ...], is_inside: bool) -> None:
    photo = read_photo(with_patch((180, 140, 100)))
    if is_inside:
        assert find_light(photo, neutral_px=box).source == "neutral-patch"
        return
    with pytest.raises(ParameterError, match="inside"):
        find_light(photo, neutral_px=box)


@pytest.mark.parametrize("box", [(5, 5, -1, 9), (5, 5, 9, 0), (5, 5, 9), (5, 5, 9, float("inf"))])
def test_a_patch_has_a_place_and_a_size(box: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError, match="left, top, width, height"):
        find_light(read_photo(with_patch((180, 140, 100))), neutral_px=box)
