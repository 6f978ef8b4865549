"""Pictures that show no cloth get a typed answer each, from reading, cutting, judging and coloring alike."""

from __future__ import annotations

import numpy as np
import pytest

from motif import inspect, normalize, read_photo
from motif.arrays import RGB8
from motif.errors import BlankPhotoError, ParameterError, PhotoTooSmallError
from motif.normalize.light import find_light
from motif.normalize.pictures import balanced_picture, before_after
from motif.normalize.scale import from_sheet


def noise(height: int, width: int) -> RGB8:
    return np.random.default_rng(4).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (300, 1), (1, 300), (3000, 40)])
def test_a_picture_too_narrow_to_compare_is_named(shape: tuple[int, int]) -> None:
    with pytest.raises(PhotoTooSmallError, match="shorter side of 64 px"):
        read_photo(noise(*shape))


@pytest.mark.parametrize("level", [0, 255])
def test_a_picture_all_white_or_all_black_is_blank(level: int) -> None:
    with pytest.raises(BlankPhotoError):
        read_photo(np.full((300, 400, 3), level, np.uint8))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "swatch_shape", "faults"),
    [
        ((300, 400), (480, 640), {"few-pixels": 300}),
        ((3000, 80), (640, 17), {"few-pixels": 80, "too-dark": 141}),
        ((80, 3000), (17, 640), {"few-pixels": 80, "too-dark": 141}),
    ],
)
def test_noise_and_strips_are_kept_whole_and_judged(
    shape: tuple[int, int], swatch_shape: tuple[int, int], faults: dict[str, int]
) -> None:
    photo = read_photo(noise(*shape))
    swatch = normalize(photo, light=find_light(photo))
    assert swatch.outline_px is None
    assert swatch.luma.shape == swatch_shape
    assert abs(swatch.luma.mean() - 128) < 2 and abs(swatch.luma.std() - 49) < 2
    assert swatch.light is not None
    assert swatch.light.source == "estimate"
    found = {finding.code: finding.value for finding in inspect(photo, swatch=swatch)}
    assert found == pytest.approx(faults, abs=5)
    lit = balanced_picture(photo, swatch)
    assert lit.shape == photo.rgb.shape and lit.std() > 60
    assert before_after(photo, swatch).shape[0] == 480
    with pytest.raises(ParameterError, match="no sheet of A4"):
        from_sheet(photo, swatch, photo.width_px)


def test_a_strip_has_too_few_pixels() -> None:
    assert "few-pixels" in [finding.code for finding in inspect(read_photo(noise(3000, 80)))]


def test_a_nearly_white_picture_has_a_light(  # nothing in it is dark enough to estimate from
) -> None:
    page = np.full((300, 400, 3), 255, np.uint8)
    page[::10] = 252
    page[100:140, 100:300] = 0
    light = find_light(read_photo(page))
    assert np.diag(light.matrix()) == pytest.approx([1.044, 0.993, 0.945], abs=0.005)
