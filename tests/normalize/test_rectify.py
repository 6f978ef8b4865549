"""The swatch is the cloth: each of its pixels is the photo's at the place that the plan says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clothmaker import scenes
from motif import compare, fingerprint, normalize, read_photo
from motif.errors import ParameterError
from motif.normalize.outline import Outline
from motif.normalize.rectify import (
    Rectification,
    _pixels_per_pixel,
    by_hand,
    rectification,
    resized,
    resizing,
    scaled,
    tilt_deg,
    warped,
)

SAMPLES = Path(__file__).parents[2] / "samples"
Corners = tuple[tuple[float, float], ...]


ASKEW: Corners = ((25.0, 15.0), (101.0, 21.0), (93.0, 66.0), (30.0, 71.0))


def outlined(corners: Corners) -> Outline:
    return Outline(kind="corners", corners=corners, confidence=1.0)


def ramps(width: int, height: int) -> np.ndarray:
    """Draw a picture whose levels rise straight: with x in red, with y in green, with both in blue."""
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    return np.rint(250 * np.stack([x, y, (x + y) / 2], axis=2)).astype(np.uint8)


def on_photo(plan: Rectification) -> np.ndarray:
    """Return where each pixel of the swatch lies on the photo, shape (H, W, 2)."""
    places = np.stack(np.meshgrid(np.arange(plan.width_px), np.arange(plan.height_px)), axis=2)
    return cv2.perspectiveTransform(places.astype(np.float64), plan.matrix())


@pytest.mark.parametrize("long_edge_px", [640, 100, 37])
@pytest.mark.parametrize("decoded", [1, 2, 4], ids=lambda one: f"decoded at 1/{one}")
def test_each_pixel_of_a_swatch_is_the_photos_where_the_plan_says(long_edge_px: int, decoded: int) -> None:
    photo_px = (120, 80)
    plan = rectification(outlined(ASKEW), photo_px=photo_px, long_edge_px=long_edge_px)
    made = warped(ramps(photo_px[0] // decoded, photo_px[1] // decoded), plan, photo_px=photo_px)
    assert made.shape == (plan.height_px, plan.width_px, 3)
    x, y = np.moveaxis((on_photo(plan) + 0.5) / photo_px, 2, 0)
    expected = 250 * np.stack([x, y, (x + y) / 2], axis=2)
    assert np.abs(made - expected).max() <= 2
    assert np.abs((made - expected).mean(axis=(0, 1))).max() < 0.7


def test_corners_of_the_swatch_are_those_of_the_outline_half_a_pixel_further_out() -> None:
    plan = rectification(outlined(ASKEW), photo_px=(120, 80), long_edge_px=640)
    right, bottom = plan.width_px - 0.5, plan.height_px - 0.5
    frame = np.array([[[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]]])
    outer = np.array(ASKEW) + np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    assert np.abs(cv2.perspectiveTransform(frame, plan.matrix())[0] - outer).max() < 1e-3
    lengths = np.linalg.norm(np.roll(outer, -1, axis=0) - outer, axis=1)
    assert plan.mean_scale() == pytest.approx(2 * (plan.width_px + plan.height_px) / lengths.sum(), rel=1e-4)


@pytest.mark.parametrize(
    ("photo_px", "swatch_px"),
    [
        ((800, 600), (640, 480)),
        ((600, 800), (480, 640)),
        ((640, 640), (640, 640)),
        ((640, 1), (640, 16)),
        ((640, 16), (640, 16)),
        ((6400, 16), (640, 16)),
        ((16, 6400), (16, 640)),
        ((640, 17), (640, 17)),
    ],
)
def test_a_whole_picture_is_changed_in_size_alone(
    photo_px: tuple[int, int], swatch_px: tuple[int, int]
) -> None:
    whole = Outline(kind="whole", corners=None, confidence=0.0)
    plan = rectification(whole, photo_px=photo_px, long_edge_px=640)
    assert (plan.width_px, plan.height_px, plan.focal_px) == (*swatch_px, 0.0)
    factors = photo_px[0] / swatch_px[0], photo_px[1] / swatch_px[1]
    assert plan.matrix() == pytest.approx(resizing(*factors), abs=1e-3)


@pytest.mark.parametrize(("width", "height", "size"), [(640, 1, (640, 16)), (1, 640, (16, 640))])
def test_a_field_longer_than_40_to_1_becomes_a_swatch_of_40_to_1(
    width: int, height: int, size: tuple[int, int]
) -> None:
    corners = ((20.0, 20.0), (20.0 + width, 20.0), (20.0 + width, 20.0 + height), (20.0, 20.0 + height))
    plan = rectification(outlined(corners), photo_px=(680, 680), long_edge_px=640)
    assert (plan.width_px, plan.height_px) == size
    tiny = resized(plan, 20)
    assert (tiny.width_px, tiny.height_px) == ((20, 1) if width > height else (1, 20))
    assert rectification(outlined(corners), photo_px=(680, 680), long_edge_px=20).to_photo == pytest.approx(
        tiny.to_photo, abs=1e-3
    )


def test_a_plan_of_another_size_cuts_out_the_same() -> None:
    plan = rectification(outlined(ASKEW), photo_px=(120, 80), long_edge_px=640)
    small = resized(plan, 128)
    assert (small.width_px, small.height_px) == (128, round(128 * plan.height_px / plan.width_px))
    for part in ((-0.5, -0.5), (0.25, 0.75), (0.9, 0.1)):
        on_plan, on_small = (
            cv2.perspectiveTransform(
                np.array([[[part[0] * one.width_px - 0.5, part[1] * one.height_px - 0.5]]]),
                one.matrix(),
            )
            for one in (plan, small)
        )
        assert np.abs(on_plan - on_small).max() < 1e-3
    assert small.matrix()[2, 2] == 1.0
    assert small.outline == plan.outline and small.focal_px == plan.focal_px


@given(x=st.floats(0.1, 9), y=st.floats(0.1, 9), width=st.integers(1, 99), height=st.integers(1, 99))
@settings(max_examples=30)
def test_resizing_keeps_outer_edges(x: float, y: float, width: int, height: int) -> None:
    edges = resizing(x, y) @ [width - 0.5, height - 0.5, 1]
    assert edges == pytest.approx([width * x - 0.5, height * y - 0.5, 1])
    assert resizing(x, y) @ [-0.5, -0.5, 1] == pytest.approx([-0.5, -0.5, 1])


def test_an_outline_on_a_reduced_picture_is_brought_to_the_originals_pixels() -> None:
    half = scaled(outlined(((0, 0), (99, 1), (98, 49), (2, 50))), by=(2.0, 3.0))
    assert half.corners == ((0.5, 1.0), (198.5, 4.0), (196.5, 148.0), (4.5, 151.0))
    whole = Outline(kind="whole", corners=None, confidence=0.3)
    assert scaled(whole, by=(2.0, 3.0)) is whole


@pytest.mark.parametrize("tilt", [(0.0, 0.0), (20.0, 0.0), (0.0, 35.0), (25.0, 25.0), (-40.0, 10.0)])
@pytest.mark.parametrize("turn", [0.0, 30.0])
def test_tilt_is_that_of_the_camera(tilt: tuple[float, float], turn: float) -> None:
    photo_px, focal_px = (1600, 1200), 0.75 * 1600
    about = cv2.Rodrigues(np.radians([*tilt, 0.0]))[0] @ cv2.Rodrigues(np.radians([0.0, 0.0, turn]))[0]
    corners = np.array([[-300, -200, 0], [300, -200, 0], [300, 200, 0], [-300, 200, 0]]) @ about.T
    points = corners + np.array([50, -30, 1800])
    quad = focal_px * points[:, :2] / points[:, 2:] + [799.5, 599.5]
    plan = rectification(outlined(tuple(map(tuple, quad.tolist()))), photo_px=photo_px, long_edge_px=640)
    assert plan.focal_px in (0.0, pytest.approx(focal_px, rel=0.03))
    truth = np.degrees(np.arccos(abs(about[2, 2])))
    if plan.focal_px or truth == 0:
        assert tilt_deg(plan, photo_px) == pytest.approx(truth, abs=0.7)
    else:  # proportions are not those of the cloth, and the tilt is no more than near
        assert tilt_deg(plan, photo_px) == pytest.approx(truth, abs=6)
    assert tilt_deg(replace(plan, to_photo=(1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0)), photo_px) == 0


BOX: Corners = ((100.0, 80.0), (300.0, 80.0), (300.0, 200.0), (100.0, 200.0))


@pytest.mark.parametrize(
    ("corners", "is_field"),
    [
        (BOX, True),
        (BOX[::-1], True),
        (((-99, 80), *BOX[1:3], (100, 200)), True),
        (((-101, 80), *BOX[1:3], (100, 200)), False),
        (((100, 80), (499, 80), *BOX[2:]), True),
        (((100, 80), (501, 80), *BOX[2:]), False),
        ((BOX[0], BOX[1], (300, 374), (100, 374)), True),
        ((BOX[0], BOX[1], (300, 376), (100, 376)), False),
        (((100, -74), (300, -74), *BOX[2:]), True),
        (((100, -76), (300, -76), *BOX[2:]), False),
        ((BOX[0], BOX[1], (300, 96), (100, 96)), True),
        ((BOX[0], BOX[1], (300, 95.9), (100, 95.9)), False),
        ((BOX[0], BOX[1], (150, 100), BOX[3]), False),
        ((BOX[0], BOX[1], BOX[2]), False),
        ((*BOX, (5.0, 5.0)), False),
        (((100, 80, 1), (300, 80, 1), (300, 200, 1), (100, 200, 1)), False),
        ((BOX[0], BOX[1], BOX[2], (100, float("nan"))), False),
        ("abcd", False),
    ],
)
def test_corners_by_hand_are_a_convex_field_at_most_a_quarter_outside(
    corners: Corners, is_field: bool
) -> None:
    if is_field:
        made = by_hand(corners, photo_px=(400, 300))
        assert sorted(made.corners or ()) == sorted(corners)
        assert (made.kind, made.confidence) == ("by-hand", 1.0)
        return
    with pytest.raises(ParameterError, match="corners"):
        by_hand(corners, photo_px=(400, 300))


def test_where_far_more_pixels_are_seen_than_needed_they_are_averaged() -> None:
    """Lines of one pixel would be hit or missed at random."""
    lines = np.zeros((900, 1200), np.uint8)
    lines[::2] = 200
    lines[:, ::4] = 0
    whole = ((0.0, 0.0), (1199.0, 0.0), (1199.0, 899.0), (0.0, 899.0))
    for edge, factor in ((100, 12), (240, 5)):
        plan = rectification(outlined(whole), photo_px=(1200, 900), long_edge_px=edge)
        made = warped(lines, plan, photo_px=(1200, 900)).astype(float)
        assert made.mean() == pytest.approx(75, abs=1)
        assert made.std() < 60 / factor**0.5
    near = warped(
        lines, rectification(outlined(whole), photo_px=(1200, 900), long_edge_px=1200), photo_px=(1200, 900)
    )
    assert np.abs(near.astype(int) - lines).max() <= 1


@pytest.mark.parametrize("shortest", range(4))
def test_pixels_are_counted_where_a_field_is_narrowest(shortest: int) -> None:
    """A field of 400 by 300 px, of which one side is half as long as the one opposite."""
    corners = np.array([(0.0, 0.0), (400.0, 0.0), (400.0, 300.0), (0.0, 300.0)])
    first, second = corners[shortest], corners[(shortest + 1) % 4]
    inwards = (second - first) / 4
    corners[shortest], corners[(shortest + 1) % 4] = first + inwards, second - inwards
    plan = rectification(outlined(tuple(map(tuple, corners.tolist()))), photo_px=(500, 400), long_edge_px=100)
    swatch_px = plan.width_px if shortest % 2 == 0 else plan.height_px
    span = _pixels_per_pixel(plan.matrix(), plan)
    assert span == pytest.approx((200 if shortest % 2 == 0 else 150) / swatch_px, rel=0.02)


@pytest.mark.slow
def test_a_photographed_cloth_is_cut_out_with_its_contrast_and_conflicts_with_the_cloth() -> None:
    """From all pixels, and from a picture decoded at half its size."""
    cloth = read_photo(SAMPLES / "semen_0018.jpg", long_edge_px=640)
    known, straight = fingerprint(cloth), normalize(cloth).luma
    scene = scenes.photograph(
        cloth.rgb, np.random.default_rng(3), size_px=(1280, 960), floor="sheet", tilt_deg=25
    )
    data = cv2.imencode(".jpg", scene.rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    for decoded_px in (None, 640):
        photo = read_photo(data, long_edge_px=decoded_px)
        assert photo.rgb.shape[1] == (decoded_px or 1280)
        swatch = normalize(photo)
        assert swatch.rectification is not None
        assert swatch.luma.std() == pytest.approx(straight.std(), rel=0.2)
        as_large = cv2.resize(swatch.luma, straight.shape[::-1])
        soft, expected = (cv2.GaussianBlur(one, (0, 0), 6).ravel() for one in (as_large, straight))
        assert np.corrcoef(soft, expected)[0, 1] > 0.6
        found = compare(fingerprint(photo), known)
        assert (found.verdict, found.mirrored, found.negative) == ("conflict", False, False)
        assert found.query_share > 0.7 and found.registered_share > 0.7
