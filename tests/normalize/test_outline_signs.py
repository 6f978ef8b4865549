"""How an outline is judged: the weakest sign decides, and fields and rectangles are the largest there are."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.normalize import outline as outlines
from motif.normalize.ground import look_of, rim
from motif.normalize.outline import agreement, find_outline, grown_field, inner_rectangle
from motif.normalize.quad import SideSupport, cover

SURE = SideSupport(ground_share=1.0, cloth_share=1.0, ground_level=1.5, cloth_level=1.5, beyond_share=0.0)
HALF = {"ground_share": 0.8, "cloth_share": 0.8, "ground_level": 0.9, "cloth_level": 0.9}
NONE = {"ground_share": 0.6, "cloth_share": 0.5, "ground_level": 0.3, "cloth_level": -0.2}
FIELD = np.array([[40.0, 30.0], [150.0, 30.0], [150.0, 110.0], [40.0, 110.0]])


def test_four_sure_sides_are_sure() -> None:
    assert outlines._confidence([SURE] * 4, 0.95) == pytest.approx(1.0)
    assert outlines._confidence([SURE] * 4, 1.0) == pytest.approx(1.0)
    better = replace(SURE, ground_level=4.0, cloth_level=4.0)
    assert outlines._confidence([better] * 4, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("sign", HALF)
def test_the_weakest_sign_of_the_weakest_side_decides(side: int, sign: str) -> None:
    for values, confidence in ((HALF, 0.5), (NONE, 0.0)):
        sides = [SURE] * 4
        sides[side] = replace(SURE, **{sign: values[sign]})
        assert outlines._confidence(sides, 1.0) == pytest.approx(confidence)
        assert outlines._confidence(sides, 0.545) == pytest.approx(min(confidence, 0.1))


@pytest.mark.parametrize(("straightness", "confidence"), [(0.4, 0.0), (0.5, 0.0), (0.725, 0.5), (0.95, 1.0)])
def test_sides_must_be_straight(straightness: float, confidence: float) -> None:
    assert outlines._confidence([SURE] * 4, straightness) == pytest.approx(confidence)


@pytest.mark.parametrize(
    ("beyond", "confidence"),
    [((0.2, 0.2, 0.2, 0.2), 1.0), ((0.9, 0, 0, 0), 1.0), ((0.21, 0, 0.21, 0), 0.0), ((1, 1, 1, 1), 0.0)],
)
def test_one_side_may_lie_beyond_the_picture(beyond: tuple[float, ...], confidence: float) -> None:
    sides = [replace(SURE, beyond_share=share) for share in beyond]
    assert outlines._confidence(sides, 1.0) == pytest.approx(confidence)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_runs_under_a_skyline_are_all_maximal_rectangles(heights: list[int]) -> None:
    expected = set()
    for left, right in itertools.combinations(range(len(heights) + 1), 2):
        high = min(heights[left:right])
        lower_left = left == 0 or heights[left - 1] < high
        lower_right = right == len(heights) or heights[right] < high
        if high and lower_left and lower_right:
            expected.add((left, right, high))
    runs = outlines._runs(heights)
    assert set(runs) == expected and len(runs) == len(set(runs))


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.floats(0.5, 0.97))
def test_the_largest_rectangle_is_that_of_cells_that_are_cloth_through_and_through(
    seed: int, share: float
) -> None:
    cells = np.random.default_rng(seed).random((7, 9)) < share
    field = cells.repeat(4, 0).repeat(4, 1)
    field = np.pad(field, ((0, 3), (0, 2)), constant_values=True)  # parts of cells at the far edges
    best = max(
        (b - t) * (r - left)
        for t, b in itertools.combinations(range(8), 2)
        for left, r in itertools.combinations(range(10), 2)
        if cells[t:b, left:r].all() or (b - t) * (r - left) == 1
    )
    rectangle = outlines._largest_rectangle(field)
    if best < 0.08 * 63:
        assert rectangle is None
        return
    assert rectangle is not None
    (x0, y0), (x1, y1) = rectangle[0] + 0.5, rectangle[2] + 0.5
    assert rectangle.tolist() == (np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - 0.5).tolist()
    assert (x1 - x0) * (y1 - y0) == 16 * best
    assert field[int(y0) : int(y1), int(x0) : int(x1)].all()


def test_a_cell_with_one_pixel_of_ground_is_no_cloth() -> None:
    field = np.ones((40, 40), bool)
    field[21, 17] = False
    rectangle = outlines._largest_rectangle(field)
    assert rectangle is not None
    assert rectangle.tolist() == [[-0.5, -0.5], [39.5, -0.5], [39.5, 19.5], [-0.5, 19.5]]


def signs(field: np.ndarray, cloth: float = 3.0, ground: float = -3.0) -> np.ndarray:
    return np.where(field, cloth, ground).astype(np.float32)


def ellipse(shape: tuple[int, int] = (144, 192), axes: tuple[int, int] = (60, 45)) -> np.ndarray:
    mask = np.zeros(shape, np.uint8)
    cv2.ellipse(mask, (shape[1] // 2, shape[0] // 2), axes, 0, 0, 360, 1, cv2.FILLED)
    return mask > 0


def test_agreement_is_intersection_over_union_of_the_largest_field() -> None:
    field = cover((144, 192), FIELD) > 0
    shifted = np.roll(field, 22, axis=1)
    assert agreement(signs(field), field) == pytest.approx(1, abs=0.02)
    assert agreement(signs(field), shifted) == pytest.approx(89 / 133, abs=0.02)
    assert agreement(signs(field), ~field) < 0.02
    assert agreement(np.full((144, 192), -1, np.float32), field) == 0.0
    assert agreement(np.full((144, 192), -1, np.float32), np.zeros_like(field)) == 0.0
    two = field.copy()
    two[:20, :20] = True  # another field, which is smaller
    two[60:70, 90:110] = False  # a hole
    assert agreement(signs(two), field) == pytest.approx(1, abs=0.02)


def test_the_largest_field_is_rid_of_specks_and_bridges() -> None:
    field = cover((144, 192), FIELD) > 0
    spotted = field.copy()
    spotted[::9, ::9] = True
    spotted[70, :] = True
    assert (outlines._largest_field(signs(spotted)) != field).mean() < 0.01


@pytest.mark.parametrize(
    ("cloth", "ground", "confidence"),
    [
        (3.0, -3.0, 1.0),
        (3.0, -2.0, 0.5),
        (2.0, -3.0, 0.5),
        (1.0, -3.0, 0.0),
        (3.0, -1.5, 0.25),
    ],
)
def test_a_compact_field_is_as_sure_as_its_evidence(cloth: float, ground: float, confidence: float) -> None:
    field = ellipse()
    measured = outlines._field_confidence(signs(field, cloth, ground), field)
    assert measured == pytest.approx(confidence, abs=0.08)


def test_a_field_that_reaches_the_rim_or_is_ragged_is_not_sure() -> None:
    field = ellipse()
    assert outlines._field_confidence(signs(field), field) > 0.9
    for length, confidence in ((39, 0.37), (58, 0.1), (70, 0.0)):  # of the rim 0.06, 0.09 and 0.11
        touching = signs(field, 1.8, -1.8)
        touching[:6, :length] = 1.8
        assert outlines._field_confidence(touching, field) == pytest.approx(confidence, abs=0.04)
    for length, confidence in ((39, 0.9), (66, 0.48), (100, 0.0)):
        touching = signs(field)
        touching[:6, :length] = 3.0
        assert outlines._field_confidence(touching, field) == pytest.approx(confidence, abs=0.05)
    cross = np.zeros_like(field)
    cross[20:124, 85:107] = cross[61:83, 20:172] = True
    assert outlines._field_confidence(signs(cross), cross) < 0.1
    holed = signs(field)
    holed[60:84, 80:112] = -3.0  # what is filled, but does not look like cloth
    assert outlines._field_confidence(holed, field) < 0.5


def test_a_garment_of_any_shape_is_sure_where_its_evidence_is_strong() -> None:
    """A shirt with sleeves fills 0.74 of its hull: no compact field, but clearly distinct."""
    shirt = np.zeros((192, 144), bool)
    shirt[40:160, 45:100] = shirt[40:75, 18:127] = True
    contour = outlines._contour(shirt)
    solid = cv2.contourArea(contour) / cv2.contourArea(cv2.convexHull(contour))
    assert 0.72 < solid < 0.80
    strong, weak = (outlines._field_confidence(signs(shirt, one, -one), shirt) for one in (3.0, 1.8))
    assert strong == pytest.approx((solid - 0.6) / 0.2, abs=0.05)
    assert weak < 0.3


def test_a_rectangle_lies_in_a_field_and_has_its_confidence() -> None:
    field = ellipse()
    rectangle = inner_rectangle(signs(field), field)
    assert rectangle is not None
    quad, confidence = rectangle
    assert confidence == outlines._field_confidence(signs(field), field)
    inside = cover(field.shape, quad) > 0
    assert field[inside].mean() > 0.98 and inside.sum() > 0.5 * field.sum()
    assert inner_rectangle(signs(field), np.zeros_like(field)) is None


@pytest.mark.parametrize(("rows", "is_first"), [((50, 90), True), ((66, 76), True), ((69, 74), False)])
def test_a_first_guess_goes_round_the_largest_likely_field(rows: tuple[int, int], is_first: bool) -> None:
    field = np.zeros((144, 192), bool)
    field[rows[0] : rows[1], 20:172] = True
    field[2:7, 2:7] = True
    quad = outlines._first_quad(signs(field))
    assert (quad is not None) == is_first
    if quad is not None:
        corners = [(20, rows[0]), (171, rows[0]), (171, rows[1] - 1), (20, rows[1] - 1)]
        assert np.abs(quad - corners).max() <= 5
    assert outlines._first_quad(np.full((144, 192), -1, np.float32)) is None


def test_the_middle_is_half_of_the_picture_each_way() -> None:
    mask = outlines._middle((40, 80, 3))
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 29, 20, 59)
    assert mask.sum() == 20 * 40


def table(field: np.ndarray) -> np.ndarray:
    """Draw a checked cloth on a plain table."""
    checks = np.kron(np.indices((24, 32)).sum(0) % 2, np.ones((6, 6)))[: field.shape[0], : field.shape[1]]
    cloth = checks[..., None] * (90, 160, 190) + 30
    ground = np.array((120, 90, 60)) + np.random.default_rng(1).integers(-4, 5, (*field.shape, 1))
    return np.where(field[..., None], cloth, ground).astype(np.uint8)


def test_cloth_and_ground_are_learnt_from_the_field_itself() -> None:
    field = ellipse()
    codes = look_of(table(field))
    first = outlines.cloth_evidence(codes, outlines._middle(field.shape), rim(field.shape))
    grown = grown_field(codes, first)
    assert grown is not None
    assert (grown[1] != field).mean() < 0.03
    assert grown[0][field].mean() > 1.5 and grown[0][~field].mean() < -1.5


@pytest.mark.parametrize(
    ("field", "is_grown"),
    [(ellipse(axes=(26, 20)), False), (ellipse(axes=(40, 35)), True), (ellipse(axes=(110, 85)), False)],
    ids=["small", "middling", "nearly all"],
)
def test_a_field_takes_12_to_85_hundredths_of_the_picture(field: np.ndarray, is_grown: bool) -> None:
    codes = look_of(table(field))
    assert (grown_field(codes, signs(field)) is not None) == is_grown


@pytest.mark.parametrize(
    ("quad", "is_learnt"),
    [
        (FIELD, True),
        (np.array([[0, 0], [191, 0], [191, 142], [0, 142]]), False),
        (np.array([[60, 50], [110, 50], [110, 90], [60, 90]]), False),
        (np.array([[60, 50], [115, 50], [115, 92], [60, 92]]), True),
        (np.array([[0, 0], [185, 0], [185, 143], [0, 143]]), True),
    ],
    ids=["field", "all", "small", "larger", "all but a strip"],
)
def test_cloth_is_learnt_from_8_hundredths_and_ground_from_2(quad: np.ndarray, is_learnt: bool) -> None:
    codes = look_of(table(cover((144, 192), FIELD) > 0))
    evidence = outlines._learnt(codes, np.asarray(quad, float))
    assert (evidence is not None) == is_learnt
    if quad is FIELD and evidence is not None:
        inside = cover(evidence.shape, FIELD) > 0
        assert evidence[inside].mean() > 2 and evidence[~inside].mean() < -2


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize(
    "corners",
    [FIELD, FIELD + np.array([[8, 4], [-6, -4], [5, 6], [-7, 3]])],
    ids=["upright", "askew"],
)
def test_corners_are_told_in_the_pixels_of_the_picture(corners: np.ndarray, scale: int) -> None:
    field = cover((144, 192), corners) > 0
    picture = np.asarray(table(field).repeat(scale, 0).repeat(scale, 1))
    outline = find_outline(picture)
    assert outline.kind == "corners" and outline.confidence > 0.7
    expected = (corners + 0.5) * scale - 0.5
    assert np.abs(np.array(outline.corners) - expected).max() < 2.3 * scale


@pytest.mark.parametrize("shape", [(31, 200), (200, 31)])
def test_a_picture_less_than_32_px_high_or_wide_is_kept_whole(shape: tuple[int, int]) -> None:
    field = np.zeros(shape, bool)
    field[8:-8, 8:-8] = True
    picture = np.where(field[..., None], np.uint8([30, 200, 90]), np.uint8([180, 90, 60]))
    outline = find_outline(np.asarray(picture, np.uint8))
    assert (outline.kind, outline.corners, outline.confidence) == ("whole", None, 0.0)


def test_a_plain_picture_is_kept_whole() -> None:
    outline = find_outline(np.full((144, 192, 3), 90, np.uint8))
    assert (outline.kind, outline.corners) == ("whole", None) and outline.confidence < 0.5
