"""Keypoints lie where the drawing is, strongest first, in the steps in which they are stored."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from tests.pictures import spots

from motif.arrays import Gray8
from motif.errors import ImageShapeError
from motif.features.keypoints import (
    Keypoints,
    _quantized,
    find_keypoints,
    mirrored,
    moved_to,
    negative,
    no_keypoints,
    pack_keypoints,
    shrunk,
    unpack_keypoints,
)
from motif.profiles import CHEAPEST_1, STANDARD_1
from motif.resize import resize_long_edge

CENTERS = [(60, 60), (200, 80), (110, 190), (240, 220)]


@pytest.fixture(scope="module")
def dots() -> Gray8:
    picture = np.full((300, 300), 70, np.uint8)
    for number, center in enumerate(CENTERS):
        cv2.circle(picture, center, 6 + 2 * number, 210, -1)
    return picture


@pytest.fixture(scope="module")
def busy() -> Gray8:
    blots = np.random.default_rng(2).integers(0, 2, (60, 60), np.uint8) * 200
    return np.kron(blots, np.ones((8, 8), np.uint8))


def test_each_dot_has_a_keypoint_on_it(dots: Gray8) -> None:
    points = find_keypoints(dots)
    for center in CENTERS:
        assert np.linalg.norm(points.xy - center, axis=1).min() < 1


def test_larger_dots_give_larger_keypoints(dots: Gray8) -> None:
    points = find_keypoints(dots)
    sizes = [points.size_px[np.linalg.norm(points.xy - center, axis=1).argmin()] for center in CENTERS]
    assert sizes == sorted(sizes)


def test_plain_picture_has_none() -> None:
    points = find_keypoints(np.full((200, 200), 128, np.uint8))
    assert len(points) == 0
    assert points.descriptors.shape == (0, 128)


@pytest.mark.parametrize("profile", [STANDARD_1, CHEAPEST_1], ids=lambda profile: profile.id)
def test_there_are_never_more_than_the_profile_says(busy: Gray8, profile) -> None:  # type: ignore[no-untyped-def]
    assert len(find_keypoints(busy, profile)) == profile.keypoints_max


def test_fewer_keypoints_are_the_strongest_of_more(busy: Gray8) -> None:
    more = {tuple(xy) for xy in find_keypoints(busy, STANDARD_1).xy.tolist()}
    fewer = find_keypoints(busy, replace(STANDARD_1, keypoints_max=100)).xy.tolist()
    assert len(fewer) == 100
    assert {tuple(xy) for xy in fewer} <= more


def test_places_and_sizes_are_in_swatch_pixels_at_whatever_size_they_were_found(dots: Gray8) -> None:
    whole = find_keypoints(dots, replace(STANDARD_1, keypoint_edge_px=300))
    half = find_keypoints(dots, replace(STANDARD_1, keypoint_edge_px=150))
    for number, center in enumerate(CENTERS):
        largest = [
            points.size_px[np.linalg.norm(points.xy - center, axis=1) < 1.5].max() for points in (whole, half)
        ]
        assert largest[0] == pytest.approx(largest[1], rel=0.15), number


def test_descriptors_have_unit_length_but_for_rounding(busy: Gray8) -> None:
    lengths = np.linalg.norm(find_keypoints(busy).descriptors / 512.0, axis=1)
    assert np.abs(lengths - 1).max() < 0.02


def test_values_are_within_their_documented_ranges(busy: Gray8) -> None:
    points = find_keypoints(busy)
    assert ((points.angle_deg >= 0) & (points.angle_deg < 360)).all()
    assert (points.size_px >= 1).all()
    assert (points.xy >= 0).all()
    assert (points.xy < 480).all()
    assert (points.xy * 32 == np.rint(points.xy * 32)).all()


def test_packing_loses_nothing(busy: Gray8) -> None:
    points = find_keypoints(busy)
    assert unpack_keypoints(*pack_keypoints(points)) == points


def test_arrays_are_write_protected(dots: Gray8) -> None:
    with pytest.raises(ValueError, match="read-only"):
        find_keypoints(dots).xy[0] = 0


def test_same_picture_gives_the_same_keypoints(busy: Gray8) -> None:
    once, again = find_keypoints(busy), find_keypoints(busy)
    assert once == again
    assert hash(once) == hash(again)


def test_arrays_of_unlike_length_are_refused() -> None:
    with pytest.raises(ImageShapeError, match="expected one row each"):
        Keypoints(
            xy=np.zeros((2, 2), np.float32),
            size_px=np.zeros(1, np.float32),
            angle_deg=np.zeros(2, np.float32),
            descriptors=np.zeros((2, 128), np.uint8),
        )


def test_masked_places_make_no_keypoints_and_the_others_stay() -> None:
    gray = spots(8, (30, 40))
    mask = np.zeros(gray.shape, np.bool_)
    mask[:, :200] = True
    whole, part = find_keypoints(gray), find_keypoints(gray, mask=mask)
    right = whole.xy[:, 0] >= 199.5
    assert 0 < len(part) < len(whole)
    assert (part.xy == whole.xy[right]).all()
    assert (part.descriptors == whole.descriptors[right]).all()
    assert find_keypoints(gray, mask=~np.zeros_like(mask)).xy.shape == (0, 2)
    assert find_keypoints(gray, mask=np.zeros_like(mask)) == whole


def points_at(xy: list[list[float]], size_px: list[float], angle_deg: list[float]) -> Keypoints:
    return _quantized(
        np.array(xy, np.float64), np.array(size_px), np.array(angle_deg), np.ones((len(xy), 128), np.float32)
    )


def test_places_sizes_and_angles_are_rounded_to_the_steps_in_which_they_are_stored() -> None:
    points = points_at(
        [[-1, 3000], [1 / 64 + 0.001, 1 / 64 - 0.001], [10.03, 20.97]],
        [0.5, 2**0.53, 5e7],
        [359.999, 90.0, 90.004],
    )
    assert points.xy.tolist() == [[0, 65535 / 32], [1 / 32, 0], [10.03125, 20.96875]]
    assert points.size_px.tolist() == pytest.approx([1, 2**0.5, 2 ** (255 / 16)])
    assert points.angle_deg.tolist() == pytest.approx([0, 90, 90.00549316])
    assert {array.dtype for array in points.arrays()} == {np.dtype("float32"), np.dtype("uint8")}


def test_descriptors_are_roots_of_shares_times_512() -> None:
    sift = np.zeros((4, 128), np.float32)
    sift[0, [3, 7]] = 30, 90  # shares of a quarter and three quarters
    sift[1] = 1
    sift[2, [0, 1]] = -5, 100
    stored = _quantized(np.zeros((4, 2)), np.ones(4), np.zeros(4), sift).descriptors
    assert stored[0, [3, 7]].tolist() == [255, 255] and stored[0].astype(int).sum() == 510
    assert (stored[1] == 45).all()  # 512 / sqrt(128) is 45.25
    assert stored[2, 0] == 0 and stored[2, 1] == 255
    assert not stored[3].any()
    tiny = _quantized(np.zeros((1, 2)), np.ones(1), np.zeros(1), sift[1:2] * 1e-6)
    assert np.array_equal(tiny.descriptors[0], stored[1])
    faint = np.full((1, 128), 1.0)
    faint[0, 0] = 33.0
    assert _quantized(np.zeros((1, 2)), np.ones(1), np.zeros(1), faint).descriptors[0, :2].tolist() == [
        233,
        40,
    ]


def test_they_are_those_of_opencv_strongest_first_in_swatch_pixels() -> None:
    gray = spots(6, (25, 34), 17)  # 425 by 578, looked at in 353 by 480: no two scales alike
    small = resize_long_edge(gray, 480)
    assert gray.shape[0] / small.shape[0] != gray.shape[1] / small.shape[1]
    sift = cv2.SIFT_create(300, contrastThreshold=STANDARD_1.contrast_threshold)
    expected, descriptors = sift.detectAndCompute(small, None)
    order = np.argsort([-point.response for point in expected], kind="stable")[:300]
    points = find_keypoints(gray, replace(STANDARD_1, keypoint_edge_px=480, keypoints_max=300))
    scale = np.array([gray.shape[1] / small.shape[1], gray.shape[0] / small.shape[0]])
    places = (np.array([point.pt for point in expected])[order] + 0.5) * scale - 0.5
    assert len(points) == len(places) == 300
    assert np.abs(points.xy - places).max() <= 1 / 64 + 1e-4
    sizes = np.array([point.size for point in expected])[order] * scale.max()
    assert np.abs(np.log2(points.size_px / sizes)).max() <= 1 / 32 + 1e-4
    angles = np.array([point.angle for point in expected])[order]
    assert np.abs((points.angle_deg - angles + 180) % 360 - 180).max() < 0.003
    roots = np.sqrt(descriptors[order] / descriptors[order].sum(1, keepdims=True)) * 512
    assert np.abs(points.descriptors - np.minimum(roots, 255)).max() <= 0.5001


def test_a_mask_is_looked_up_at_the_nearest_pixel_to_the_very_border() -> None:
    gray = spots(6, (25, 34), 17)
    profile = replace(STANDARD_1, keypoint_edge_px=480)
    whole = find_keypoints(gray, profile)
    x, y = np.minimum(np.floor(whole.xy.astype(float) + 0.5 + 1e-3).astype(int), [577, 424]).T
    mask = np.random.default_rng(4).random(gray.shape) < 0.5
    kept = find_keypoints(gray, profile, mask=mask)
    on_an_edge = (np.abs((whole.xy + 0.5) % 1 - 0.5) > 0.47).any(1)  # which pixel, rounding decides
    expected = {tuple(xy) for xy in whole.xy[~mask[y, x] & ~on_an_edge].tolist()}
    forbidden = {tuple(xy) for xy in whole.xy[mask[y, x] & ~on_an_edge].tolist()}
    kept_places = {tuple(xy) for xy in kept.xy.tolist()}
    assert expected and forbidden and expected <= kept_places and not (forbidden - expected) & kept_places
    assert find_keypoints(gray, profile, mask=np.zeros((400, 500), np.bool_)) == whole


def test_keypoints_move_with_the_middles_of_pixels() -> None:
    points = points_at([[0, 0], [10, 20], [199, 99]], [4, 8, 16], [0, 90, 359])
    larger = moved_to(points, of=(100, 200), to=(300, 400))
    assert larger.xy.tolist() == [[0.5, 1], [20.5, 61], [398.5, 298]]
    assert larger.size_px == pytest.approx([12, 24, 48], rel=0.03)
    assert np.array_equal(larger.angle_deg, points.angle_deg)
    assert np.array_equal(larger.descriptors, points.descriptors)
    smaller = moved_to(points, of=(100, 200), to=(50, 50))
    assert smaller.xy.tolist() == [[0, 0], [2.125, 9.75], [49.375, 49.25]]
    assert smaller.size_px == pytest.approx([2, 4, 8], rel=0.03)
    assert moved_to(points, of=(100, 200), to=(100, 200)) == points


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((300, 480), (300, 480)), ((300, 481), (299, 480)), ((960, 300), (480, 150)), ((9, 7), (9, 7))],
)
def test_only_larger_pictures_are_shrunk(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    gray = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert shrunk(gray, 480).shape == expected
    assert (shrunk(gray, 480) is gray) == (shape == expected)


def test_mirrored_and_negative_say_for_each_value_where_it_comes_from() -> None:
    values = np.arange(128, dtype=np.uint8)[None]
    cells = values.reshape(4, 4, 8)
    over, dark = mirrored(values).reshape(4, 4, 8), negative(values).reshape(4, 4, 8)
    for row, column, turn in np.ndindex(4, 4, 8):
        assert over[row, column, turn] == cells[3 - row, column, (8 - turn) % 8]
        assert dark[row, column, turn] == cells[3 - row, 3 - column, turn]


def test_packed_steps_are_whole_numbers_of_the_stored_kind() -> None:
    place, size, angle, descriptors = pack_keypoints(points_at([[1, 2], [0.5, 65535 / 32]], [2, 1], [180, 0]))
    assert place.tolist() == [[32, 64], [16, 65535]] and place.dtype == np.uint16
    assert size.tolist() == [16, 0] and size.dtype == np.uint8
    assert angle.tolist() == [32768, 0] and angle.dtype == np.uint16
    assert descriptors.tolist() == [[45] * 128] * 2


def test_keypoints_are_equal_only_if_all_four_columns_are(dots: Gray8) -> None:
    points = find_keypoints(dots)
    for name in ("xy", "size_px", "angle_deg", "descriptors"):
        changed = getattr(points, name).copy()
        changed.flat[0] = 7 if changed.flat[0] != 7 else 8
        assert replace(points, **{name: changed}) != points
    assert points != "keypoints"
    assert no_keypoints() == no_keypoints() != points
    assert [len(column) for column in no_keypoints().arrays()] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "shapes",
    [((2, 2), (2,), (2,), (2, 127)), ((2, 3), (2,), (2,), (2, 128)), ((2, 2), (2,), (1,), (2, 128))],
)
def test_arrays_of_other_shapes_are_refused(shapes: tuple[tuple[int, ...], ...]) -> None:
    names = ("xy", "size_px", "angle_deg", "descriptors")
    with pytest.raises(ImageShapeError, match="expected one row each"):
        Keypoints(**{name: np.zeros(shape) for name, shape in zip(names, shapes, strict=True)})
