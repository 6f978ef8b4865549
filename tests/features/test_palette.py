"""Colours, shares and ground are those that were painted, in uneven light and with soft edges too."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy import ndimage

from motif.color import delta_e, hex_to_lab, lab
from motif.features.palette import (
    Palette,
    _clusters,
    _from_mixtures,
    _ground,
    _medians,
    _merged,
    _nearest,
    _sampled,
    _seeds,
    _unmixed,
    _without_light,
    color_name,
    find_palette,
    palette_color,
    softened,
)

INDIGO, IVORY, SOGA, RED = (18, 32, 63), (243, 230, 200), (122, 68, 32), (196, 24, 44)


def painted(height: int = 240, width: int = 320) -> np.ndarray:
    """Indigo ground, ivory squares, a soga block and thin red lines."""
    cloth = np.full((height, width, 3), INDIGO, np.uint8)
    for y, x in np.ndindex(height // 40, width // 40):
        cloth[40 * y + 8 : 40 * y + 26, 40 * x + 8 : 40 * x + 26] = IVORY
    cloth[100:160, 120:220] = SOGA
    cloth[:, 30::40] = cloth[:, 31::40] = RED
    return cloth


def shares(cloth: np.ndarray, *colors: tuple[int, int, int]) -> list[float]:
    return [float((cloth == color).all(2).mean()) for color in colors]


def hex_of(color: tuple[int, int, int]) -> str:
    return "#" + bytes(color).hex()


def apart(found: Palette, *colors: tuple[int, int, int]) -> list[float]:
    """How far the nearest found colour is from each, in CIEDE2000."""
    values = np.array([color.lab for color in found.colors])
    return [float(delta_e(np.array(hex_to_lab(hex_of(color))), values).min()) for color in colors]


def test_painted_colours_come_back_with_share_name_and_ground() -> None:
    cloth = painted()
    found = find_palette(cloth)
    assert [color.key for color in found.colors] == ["wedelan", "gading", "soga", "merah"]
    assert [color.ground for color in found.colors] == [True, False, False, False]
    assert max(apart(found, INDIGO, IVORY, SOGA, RED)) < 0.5
    expected = shares(cloth, INDIGO, IVORY, SOGA, RED)
    assert [color.share for color in found.colors] == pytest.approx(expected, abs=0.012)
    assert found.ground is not None and found.ground.key == "wedelan"
    for color in found.colors:
        assert color.lab == pytest.approx(hex_to_lab(color.hex), abs=0.6)
        assert (color.key, color.name_id, color.name_en) == color_name(color.lab)


def test_uneven_light_and_noise_and_blur_make_no_further_colours() -> None:
    cloth = painted()
    y, x = np.mgrid[-1:1:240j, -1:1:320j]
    light = (1 + 0.12 * x - 0.1 * y - 0.06 * x * y)[..., None]
    noise = np.random.default_rng(3).normal(0, 4, cloth.shape)
    seen = cv2.GaussianBlur(cloth.astype(np.float64), (0, 0), 0.7) * light + noise
    found = find_palette(np.clip(seen, 0, 255).astype(np.uint8))
    assert [color.key for color in found.colors][:3] == ["wedelan", "gading", "soga"]
    assert len(found.colors) == 4
    assert max(apart(found, INDIGO, IVORY, SOGA)) < 4 and apart(found, RED)[0] < 10
    expected = shares(cloth, INDIGO, IVORY, SOGA, RED)
    assert [color.share for color in found.colors] == pytest.approx(expected, abs=0.03)


def test_a_large_cloth_has_the_palette_of_a_small_one() -> None:
    large = painted().repeat(3, 0).repeat(3, 1)
    small, found = find_palette(painted()), find_palette(large)
    assert [color.key for color in found.colors] == [color.key for color in small.colors]
    assert [color.share for color in found.colors] == pytest.approx(
        [color.share for color in small.colors], abs=0.02
    )


def test_one_even_colour_is_one_colour_and_the_ground() -> None:
    (color,) = find_palette(np.full((90, 70, 3), SOGA, np.uint8)).colors
    assert (color.hex, color.share, color.ground, color.key) == (hex_of(SOGA), 1.0, True, "soga")
    assert Palette().ground is None


def test_colours_alike_are_one_and_specks_are_none() -> None:
    cloth = np.full((200, 200, 3), (120, 70, 30), np.uint8)
    cloth[:, 100:] = (128, 75, 34)  # less than 8 from the other
    cloth[:20, :20] = (20, 160, 60)  # one in a hundred
    (color,) = find_palette(cloth).colors
    assert color.share == 1 and color.key == "soga"
    cloth[:30, :30] = (20, 160, 60)  # more than one and a half in a hundred
    assert [round(color.share, 3) for color in find_palette(cloth).colors] == pytest.approx(
        [0.978, 0.022], abs=0.002
    )


# --- sampling -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((240, 200), (240, 200)), ((100, 359), (100, 359)), ((361, 100), (181, 50)), ((10, 960), (3, 240))],
)
def test_every_so_many_pixels_are_taken(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    small, even, pure = _sampled(rgb)
    assert small.shape[:2] == even.shape == pure.shape == expected


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("sigma", [0.0, 2.0, 6.0])
def test_softened_pixels_are_medians_and_even_where_little_rises(step: int, sigma: float) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    rgb = cv2.GaussianBlur(noise, (0, 0), sigma) if sigma else noise
    soft, even = softened(rgb, step=step)
    medians = ndimage.median_filter(rgb, (3, 3, 1), mode="nearest")
    wide = np.pad(medians, ((1, 1), (1, 1), (0, 0)), mode="edge")
    windows = np.stack([wide[i : i + 40, j : j + 50] for i in range(3) for j in range(3)]).astype(int)
    rise = (windows.max(0) - windows.min(0)).max(2)[::step, ::step]
    assert np.array_equal(soft, medians[::step, ::step])
    assert np.array_equal(even, rise <= max(24, np.percentile(rise, 5)))


def test_the_middles_of_thin_lines_are_pure_and_keep_their_colour() -> None:
    cloth = np.full((60, 60, 3), 200, np.uint8)
    cloth[:, 30] = 20
    cloth[:, 10:] = np.where(cloth[:, 10:] == 200, 190, cloth[:, 10:])
    small, even, pure = _sampled(cloth)
    assert (small[:, 5] == 200).all() and even[:, 5].all()
    assert pure[:, 30].all()
    steep = np.full((60, 60, 3), 200, np.uint8)
    steep[:, 30:] = 20
    steep[:, 29] = 230  # next to an edge, where the median would wash it out
    small, even, pure = _sampled(steep)
    assert not even[:, 29].any() and not even[:, 30].any()
    assert (small[:, 29] == 230).all() and (small[:, 30] == 20).all()
    assert pure[:, 29].all() and pure[:, 30].all()


# --- clusters -------------------------------------------------------------------------------


def test_centres_move_to_the_medians_of_their_pixels() -> None:
    rng = np.random.default_rng(7)
    core = rng.normal(0, 30, (501, 3)).astype(np.float32)
    nearest = rng.integers(0, 4, 501)
    before = rng.normal(size=(6, 3)).astype(np.float32)
    moved = _medians(core, nearest, before)
    for number in range(4):
        assert np.allclose(moved[number], np.median(core[nearest == number], axis=0), atol=1e-5)
    assert np.array_equal(moved[4:], before[4:])


def test_the_nearest_centre_is_the_nearest() -> None:
    rng = np.random.default_rng(8)
    pixels, centres = (rng.normal(0, 30, (count, 3)).astype(np.float32) for count in (300, 7))
    distances = np.linalg.norm(pixels[:, None] - centres[None], axis=2)
    assert np.array_equal(_nearest(pixels, centres), distances.argmin(1))


def test_seeds_are_the_fullest_cells_well_apart() -> None:
    core = np.concatenate(
        [
            np.tile([[52.0, 1, 1]], (500, 1)),
            np.tile([[58.0, 1, 1]], (400, 1)),  # 6 from the fullest: none
            np.tile([[62.0, 1, 1]], (300, 1)),  # 10 from it
            np.tile([[52.0, 31, 1]], (200, 1)),
            np.tile([[52.0, 1, -39]], (100, 1)),
            np.tile([[12.0, -29, 1]], (4, 1)),  # of 1504 cells in all, over 0.2 %
            np.tile([[12.0, 51, 51]], (2, 1)),  # below
        ]
    ).astype(np.float32)
    expected = [[52, 1, 1], [62, 1, 1], [52, 31, 1], [52, 1, -39], [12, -29, 1]]
    assert _seeds(core).tolist() == expected
    mixed = np.array([[51.0, 1, 1], [53.0, 3, 1]] * 50, np.float32)
    assert _seeds(mixed).tolist() == [[52, 2, 1]]
    many = np.stack([np.repeat(np.arange(2, 100, 10), 4), np.tile(np.arange(4) * 20, 10), np.zeros(40)], 1)
    assert len(_seeds(many.astype(np.float32))) == 14


def test_clusters_sit_on_the_dyes_and_every_pixel_has_its_own() -> None:
    rng = np.random.default_rng(9)
    dyes = np.array([[20.0, 5, -20], [80.0, 0, 15], [45.0, 50, 30]])
    which = rng.choice(3, 30_000, p=[0.6, 0.3, 0.1])
    pixels = (dyes[which] + rng.normal(0, 2, (30_000, 3))).astype(np.float32)
    centres, labels = _clusters(pixels, np.ones(30_000, np.bool_))
    assert np.abs(centres[labels] - dyes[which]).max() < 6
    assert len(centres) >= 3 and np.linalg.norm(centres[:, None] - dyes[None], axis=2).min(0).max() < 1
    only_red = which == 2
    centres, labels = _clusters(pixels, only_red)
    assert np.linalg.norm(centres - dyes[2], axis=1).max() < 12 and labels.shape == (30_000,)


def test_centres_are_moved_four_times() -> None:
    core = np.random.default_rng(12).uniform(0, 60, (3000, 3)).astype(np.float32)
    rounds = [_seeds(core)]
    for _ in range(5):
        nearest = np.linalg.norm(core[:, None] - rounds[-1], axis=2).argmin(1)
        rounds.append(np.array([np.median(core[nearest == k], axis=0) for k in range(len(rounds[-1]))]))
    assert np.abs(rounds[4] - rounds[3]).max() > 0.2 and np.abs(rounds[5] - rounds[4]).max() > 0.2
    assert np.allclose(_clusters(core, np.ones(3000, np.bool_))[0], rounds[4], atol=0.01)


# --- mixtures and merging -------------------------------------------------------------------


def test_a_mixture_of_two_dyes_is_near_its_dyes_path_in_print_and_in_light() -> None:
    dyes = np.array([INDIGO, IVORY, SOGA], np.float64)
    values = lab(dyes[None].astype(np.uint8))[0]
    for part in (0.06, 0.3, 0.46, 0.7, 0.94):
        printed = dyes[0] * part + dyes[1] * (1 - part)
        light = 255 * ((dyes[0] / 255) ** 2.2 * part + (dyes[1] / 255) ** 2.2 * (1 - part)) ** (1 / 2.2)
        for mixed in (printed, light):
            color = lab(np.rint(mixed)[None, None].astype(np.uint8))[0, 0]
            assert _from_mixtures(color, values) < 0.7
    red = lab(np.array([[RED]], np.uint8))[0, 0]
    assert _from_mixtures(red, values) == pytest.approx(45.2, abs=0.6)
    assert _from_mixtures(values[0], values) == pytest.approx(3.2, abs=0.5)  # mixtures begin at 6 in 100
    assert _from_mixtures(values[0], values[:2]) == pytest.approx(6.6, abs=0.5)
    assert _from_mixtures(values[2], values[:2]) == pytest.approx(36.4, abs=0.6)


def test_a_colour_between_two_dyes_without_an_area_of_its_own_goes_to_them() -> None:
    dark, mixed, bright = (lab(np.array([[[level] * 3]], np.uint8))[0, 0] for level in (30, 120, 220))
    centres = np.array([dark, mixed, bright])
    labels = np.array([0] * 50 + [1] * 20 + [2] * 30)
    pixels = centres[labels] + np.where(np.arange(100) % 2, 1.0, -1.0)[:, None].astype(np.float32)
    even = labels != 1
    expected = labels.copy()
    expected[labels == 1] = _nearest(pixels[labels == 1], centres[[0, 2]]) * 2
    assert np.array_equal(_unmixed(pixels, centres, labels, even), expected)
    seldom, often = even.copy(), even.copy()
    seldom[50:57], often[50:58] = True, True  # 35 and 40 in a hundred lie in an area
    assert np.array_equal(_unmixed(pixels, centres, labels, seldom), expected)
    assert np.array_equal(_unmixed(pixels, centres, labels, often), labels)
    colored = centres + np.array([[0, 0, 0], [0, 30, 0], [0, 0, 0]], np.float32)
    assert np.array_equal(_unmixed(pixels, colored, labels, even), labels)  # no mixture
    two = np.array([0] * 50 + [1] * 50)
    assert np.array_equal(_unmixed(pixels, centres[:2], two, two == 0), two)  # of one dye nothing is mixed


def test_clusters_alike_join_by_share_and_small_ones_go_to_the_nearest() -> None:
    centres = np.array(
        [[50, 0, 0], [54, 0, 0], [80, 0, 40], [20, 30, 0], [20, 60, 0], [90, 0, 0]], np.float32
    )
    counts = [600, 200, 100, 90, 10, 0]  # the second is like the first; the fifth is small; the last is empty
    labels = np.repeat(np.arange(6), counts)
    made, into = _merged(centres, labels)
    assert made.tolist() == [[51, 0, 0], [80, 0, 40], [20, 30, 0]]
    assert into.tolist() == np.repeat([0, 0, 1, 2, 2], counts[:5]).tolist()
    made, into = _merged(centres[[0, 2]], np.repeat([0, 1], [985, 15]))
    assert len(made) == 2  # one and a half in a hundred is enough
    made, into = _merged(centres[[0, 2]], np.repeat([0, 1], [986, 14]))
    assert made.tolist() == [[50, 0, 0]] and not into.any()
    made, into = _merged(centres[[1, 0]], np.repeat([0, 1], [200, 600]))
    assert made.tolist() == [[51, 0, 0]] and not into.any()


def test_light_is_taken_out_as_far_as_it_changes_all_alike() -> None:
    rows, columns = np.mgrid[-1:1:40j, -1:1:50j]
    light = 0.08 * columns - 0.05 * rows + 0.04 * columns**2 - 0.03 * columns * rows + 0.02 * rows**2
    light -= light.mean()
    labels = np.random.default_rng(3).integers(0, 2, 2000)
    centres = np.array([[70, 5, 10], [30, 0, -20]], np.float32)
    pixels = centres[labels].copy()
    pixels[:, 0] *= 1 + light.ravel()
    even = np.ones(2000, np.bool_)
    corrected = _without_light(pixels, labels, centres, (40, 50), even)
    assert np.array_equal(corrected[:, 1:], pixels[:, 1:])
    for number in (0, 1):
        before, after = (values[labels == number, 0].std() for values in (pixels, corrected))
        assert after < 0.01 * before
    assert np.array_equal(_without_light(pixels, labels, centres, (40, 50), np.arange(2000) < 99), pixels)
    assert not np.array_equal(
        _without_light(pixels, labels, centres, (40, 50), np.arange(2000) < 100), pixels
    )


def test_stains_and_dark_dyes_tell_nothing_about_the_light() -> None:
    labels = np.tile([0, 1], 1000)
    centres = np.array([[70, 5, 10], [7, 0, 0]], np.float32)
    pixels = centres[labels].copy()
    stained = np.zeros((40, 50), np.bool_)
    stained[:, 40:] = True
    pixels[stained.ravel() & (labels == 0), 0] -= 16
    pixels[labels == 1, 0] += np.mgrid[-1:1:40j, -1:1:50j][1].ravel()[labels == 1]
    even = np.ones(2000, np.bool_)
    corrected = _without_light(pixels, labels, centres, (40, 50), even)
    assert np.allclose(corrected, pixels, atol=1e-4)


def test_the_ground_is_the_colour_that_reaches_across() -> None:
    labels = np.zeros((40, 50), np.intp)
    labels[::2, ::2] = 1  # dots: touching no other
    labels[5:35, 5:45] = np.where(labels[5:35, 5:45] == 0, 2, 1)
    for shown, expected in (
        (np.zeros((40, 50), np.intp), 0),
        (labels, 2),
        (np.where(np.indices((40, 50))[1] < 18, 0, 1), 1),
        (np.where(np.indices((40, 50)).sum(0) % 10 < 3, 1, 0), 0),
        (np.where((np.indices((40, 50)) % 10 < 7).all(0), 1, 0), 0),  # a net of 51 % around islands
        (np.where((np.indices((40, 50)) % 10 < 8).all(0), 1, 0), 0),  # and of 36 %
        (np.where((np.indices((40, 50)) % 10 < 9).all(0), 1, 0), 1),  # but not of 19 %
    ):
        counts = np.bincount(shown.ravel(), minlength=3) / shown.size
        assert _ground(shown, counts) == expected


def test_colours_are_rounded_and_named() -> None:
    color = palette_color(np.array([10.004, 20.019, -30.123]), 0.123456, True)
    assert color.lab == (10.0, 20.02, -30.12) and color.share == 0.1235 and color.ground
    assert palette_color(np.array([99.0, 0, 0]), 0.1, False).key == "putih"
    for shade, key in (
        ("#12203f", "wedelan"),
        ("#9c2a2a", "mengkudu"),
        ("#7f8388", "abu"),
        ("#2f8a3c", "hijau"),
    ):
        assert color_name(hex_to_lab(shade))[0] == key
