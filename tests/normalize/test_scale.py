"""Facts about size: paper is found in the cloth's plane, a ruler is read there, and nonsense is refused."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clothmaker import cards, scenes
from motif import normalize, read_photo
from motif.arrays import RGB8
from motif.errors import ParameterError
from motif.normalize.pictures import cloth_picture
from motif.normalize.scale import from_cloth_width, from_ruler, from_sheet

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def cloth() -> RGB8:
    """A cloth of 640 px, with a sheet of paper 160 px long."""
    cloth = read_photo(SAMPLES / "nitik_0015.jpg", long_edge_px=640).rgb[:480, :640]
    return np.asarray(cards.laid_on(cloth, cards.a4_sheet(160), left_px=400, top_px=60), np.uint8)


def test_paper_is_found_on_a_cloth_seen_from_above(cloth: RGB8) -> None:
    photo = read_photo(cloth)
    scale = from_sheet(photo, normalize(photo), cloth.shape[1])
    assert scale.px_per_cm == pytest.approx(160 / 29.7, rel=0.02)
    assert scale.to_json()["source"] == "a4-sheet"


@pytest.mark.slow
def test_paper_is_found_at_an_angle(cloth: RGB8) -> None:
    scene = scenes.photograph(cloth, np.random.default_rng(6), floor="concrete", tilt_deg=25)
    photo = read_photo(scene.rgb)
    swatch = normalize(photo)
    assert swatch.outline_px is not None
    width_px = cloth_picture(photo, swatch).shape[1]
    assert from_sheet(photo, swatch, width_px).px_per_cm == pytest.approx(
        160 / 29.7 * width_px / cloth.shape[1], rel=0.04
    )


def test_paper_of_other_proportions_is_not_taken(cloth: RGB8) -> None:
    photo = read_photo(cards.laid_on(cloth, np.full((113, 40, 3), 244, np.uint8), left_px=560, top_px=60))
    with pytest.raises(ParameterError, match="no sheet of A4"):
        from_sheet(photo, normalize(photo), cloth.shape[1])


@pytest.mark.slow
def test_a_ruler_is_read_in_the_plane_of_the_cloth(cloth: RGB8) -> None:
    scene = scenes.photograph(cloth, np.random.default_rng(6), floor="concrete", tilt_deg=25)
    photo = read_photo(scene.rgb)
    swatch = normalize(photo)
    left, right = scene.corners_px[0], scene.corners_px[1]
    assert from_ruler(swatch, 1000, [left, right], 50).px_per_cm == pytest.approx(1000 / 50, rel=0.03)


@pytest.mark.parametrize(
    ("marks", "length_cm"),
    [
        ([(1, 1), (1, 1)], 10),
        ([(1, 1), (100, 1)], 0),
        ([(1, 1), (100, 1)], float("nan")),
        ([(1, 1), (float("inf"), 1)], 10),
        ([(1, 1)], 10),
    ],
)
def test_a_ruler_of_no_length_is_refused(
    cloth: RGB8, marks: list[tuple[float, float]], length_cm: float
) -> None:
    with pytest.raises(ParameterError, match="ruler"):
        from_ruler(normalize(read_photo(cloth)), 640, marks, length_cm)


def test_a_cloth_of_no_width_is_refused() -> None:
    with pytest.raises(ParameterError, match="width_cm=0"):
        from_cloth_width(100, 0)


def test_paper_found_on_a_reduced_picture_has_the_same_scale(cloth: RGB8) -> None:
    big = cv2.imencode(".jpg", cv2.resize(cloth, None, fx=4, fy=4))[1].tobytes()
    photo = read_photo(big, long_edge_px=640)
    assert photo.rgb.shape[1] < photo.width_px
    assert from_sheet(photo, normalize(photo), 640).px_per_cm == pytest.approx(160 / 29.7, rel=0.02)
