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
@pytest.mark.parametrize("shape", [(300, 400), (3000, 80), (80, 3000)])
def test_noise_and_strips_are_kept_whole_and_judged(shape: tuple[int, int]) -> None:
    photo = read_photo(noise(*shape))
    swatch = normalize(photo, light=find_light(photo))
    assert swatch.outline_px is None
    assert max(swatch.luma.shape) == 640
    assert swatch.light is not None
    assert swatch.light.source == "estimate"
    assert all(np.isfinite(finding.value) for finding in inspect(photo, swatch=swatch))
    assert balanced_picture(photo, swatch).shape == photo.rgb.shape
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
    assert np.isfinite(light.matrix()).all()
