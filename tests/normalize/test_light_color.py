"""Facts about the light's color: charts in any turn, patches by hand, and what is no chart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clothmaker import cards, spoil
from motif import normalize, read_photo
from motif.arrays import RGB8
from motif.color import delta_e, lab, linear
from motif.errors import ParameterError
from motif.normalize.chart import PATCHES, find_chart
from motif.normalize.light import LightColor, balanced, find_light
from motif.normalize.pictures import balanced_picture, cloth_picture

SAMPLES = Path(__file__).parents[2] / "samples"
needs_mcc = pytest.mark.skipif(not hasattr(cv2, "mcc"), reason="OpenCV older than 5 finds no charts")


@pytest.fixture(scope="module")
def cloth() -> RGB8:
    return read_photo(SAMPLES / "ceplok_0014.jpg", long_edge_px=640).rgb


def apart(first: RGB8, second: RGB8) -> float:
    """Return the median difference of colors, CIEDE2000."""
    return float(np.median(delta_e(lab(first[::7, ::7]), lab(second[::7, ::7]))))


def cast(rgb: RGB8, seed: int = 3) -> RGB8:
    return np.asarray(spoil.tint(rgb, np.random.default_rng(seed)), np.uint8)


@pytest.mark.slow
@needs_mcc
@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_chart_makes_colors_true_in_any_turn(cloth: RGB8, quarter_turns: int) -> None:
    chart = np.rot90(cards.color_chart(260), quarter_turns)
    shown = cards.laid_on(cloth, chart, left_px=20, top_px=20)
    photo = read_photo(cast(shown))
    light = find_light(photo)
    assert light.source == "chart"
    assert light.uncertainty < 0.1
    assert apart(balanced(photo.rgb, light), shown) < 2 < apart(photo.rgb, shown)


@pytest.mark.slow
@needs_mcc
def test_a_cloth_is_no_chart(cloth: RGB8) -> None:
    assert find_chart(cloth) is None
    assert find_chart(np.asarray(np.random.default_rng(1).integers(0, 256, (300, 400, 3)), np.uint8)) is None
    assert find_chart(cloth[:40, :40]) is None


@needs_mcc
def test_a_chart_in_other_colors_is_no_chart(cloth: RGB8) -> None:
    shuffled = cards.color_chart(260)[..., [2, 0, 1]]
    assert find_chart(cards.laid_on(cloth, shuffled, left_px=20, top_px=20)) is None


def test_the_samples_draw_the_chart_that_is_looked_for() -> None:
    assert (cards.color_chart(620)[50:-50:100, 50:-50:100][:4, :6] == PATCHES).all()


@pytest.mark.slow
def test_a_neutral_patch_by_hand_makes_gray(cloth: RGB8) -> None:
    shown = cards.laid_on(cloth, cards.gray_card(100), left_px=30, top_px=40)
    photo = read_photo(cast(shown))
    light = find_light(photo, neutral_px=(40, 50, 60, 50))
    corrected = balanced(photo.rgb, light)
    assert np.ptp(corrected[50:100, 40:100].reshape(-1, 3).mean(axis=0)) < 2
    assert apart(corrected, shown) < apart(photo.rgb, shown)


@pytest.mark.slow
def test_a_patch_is_given_in_pixels_of_the_original(cloth: RGB8) -> None:
    big = np.asarray(
        cv2.resize(cards.laid_on(cloth, cards.gray_card(100), left_px=30, top_px=40), None, fx=4, fy=4)
    )
    data = cv2.imencode(".jpg", big)[1].tobytes()
    box = (160, 200, 240, 200)
    small, whole = (find_light(read_photo(data, long_edge_px=edge), neutral_px=box) for edge in (640, None))
    assert np.abs(small.matrix() - whole.matrix()).max() < 0.02


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((0, 0, 0, 10), "left, top, width, height"),
        ((0, 0, 10), "left, top, width, height"),
        ((1150, 10, 100, 20), "inside the picture"),
        ((-1, 10, 100, 20), "inside the picture"),
        ((0, 0, float("nan"), 20), "left, top, width, height"),
        ((0, 0, 20, 20), "too dark"),
        ((40, 0, 20, 20), "too bright"),
    ],
)
def test_a_patch_that_shows_no_light_is_refused(cloth: RGB8, box: tuple[float, ...], said: str) -> None:
    shown = cloth.copy()
    shown[:20, :20], shown[:20, 40:60] = 3, 254
    with pytest.raises(ParameterError, match=said):
        find_light(read_photo(shown), neutral_px=box)


@pytest.mark.slow
def test_an_estimate_is_followed_half_way_and_keeps_luminance(cloth: RGB8) -> None:
    light = find_light(read_photo(cloth))
    assert light.source == "estimate"
    gains = np.diag(light.matrix())
    assert (gains > 0.5).all() and (gains < 2).all()
    before, after = (
        linear(rgb).mean(axis=(0, 1)) @ [0.2126, 0.7152, 0.0722] for rgb in (cloth, balanced(cloth, light))
    )
    assert after == pytest.approx(before, rel=0.15)


def test_the_swatch_for_matching_does_not_depend_on_the_light(cloth: RGB8) -> None:
    photo = read_photo(cloth)
    red = LightColor(source="neutral-patch", to_neutral=(0.5, 0, 0, 0, 1, 0, 0, 0, 1), uncertainty=0.02)
    plain, lit = normalize(photo), normalize(photo, light=red)
    assert (plain.luma == lit.luma).all()
    assert plain.steps == lit.steps
    assert plain.to_json()["light"] is None
    assert lit.to_json()["light"]["source"] == "neutral-patch"
    assert (cloth_picture(photo, lit) == cloth_picture(photo, plain)).all()
    assert (balanced_picture(photo, lit)[..., 1:] == cloth[..., 1:]).all()
    assert balanced_picture(photo, lit)[..., 0].mean() < cloth[..., 0].mean()
    assert (balanced_picture(photo, plain) == cloth_picture(photo, plain)).all()
