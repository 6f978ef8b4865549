"""Keypoints lie where the drawing is, strongest first, in the steps in which they are stored."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from tests.pictures import spots

from motif.arrays import Gray8
from motif.errors import ImageShapeError
from motif.features.keypoints import Keypoints, find_keypoints, pack_keypoints, unpack_keypoints
from motif.profiles import CHEAPEST_1, STANDARD_1

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
