"""Size by numbers: the width of a cloth, marks of a ruler, and which quadrilateral is a sheet of A4."""

from __future__ import annotations

import numpy as np
import pytest

from motif import normalize, read_photo
from motif.arrays import RGB8
from motif.errors import ParameterError
from motif.normalize import scale as scales
from motif.normalize.scale import find_sheet, from_cloth_width, from_ruler, from_sheet

A4 = np.array([(0.0, 0.0), (297.0, 0.0), (297.0, 210.0), (0.0, 210.0)])


def cloth_with_sheet(
    left: int = 200, top: int = 100, width: int = 297, height: int = 210, level: int = 240
) -> RGB8:
    cloth = np.full((600, 800, 3), (120, 70, 40), np.uint8)
    cloth[top : top + height, left : left + width] = level
    return cloth


@pytest.mark.parametrize(
    ("width_cm", "px_per_cm"), [(1, 2200.0), (110, 20.0), (0.5, 4400.0), (99_999, 0.022)]
)
def test_pixels_for_a_centimetre_are_those_of_the_width(width_cm: float, px_per_cm: float) -> None:
    made = from_cloth_width(2200, width_cm)
    assert made.px_per_cm == pytest.approx(px_per_cm, rel=1e-4)
    assert made.to_json() == {"px_per_cm": made.px_per_cm, "source": "cloth-width"}


@pytest.mark.parametrize("width_cm", [0, -1, 100_000, float("nan"), float("inf")])
def test_a_width_that_no_cloth_has_is_refused(width_cm: float) -> None:
    with pytest.raises(ParameterError, match="width_cm"):
        from_cloth_width(2200, width_cm)


@pytest.fixture(scope="module")
def checks() -> RGB8:
    board = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    return np.dstack([board] * 3)


@pytest.mark.parametrize(
    ("marks", "length_cm", "px_per_cm"),
    [
        ([(50, 20), (350, 20)], 30, 10.0),
        ([(50, 20), (50, 120)], 20, 5.0),
        ([(10, 10), (13, 14)], 1, 5.0),
        ([(10, 10), (12.01, 10)], 99_999, 2.01 / 99_999),
    ],
)
def test_a_ruler_gives_the_distance_of_its_marks(
    checks: RGB8, marks: list[tuple[float, float]], length_cm: float, px_per_cm: float
) -> None:
    swatch = normalize(read_photo(checks))
    made = from_ruler(swatch, 400, marks, length_cm)
    assert made.px_per_cm == pytest.approx(px_per_cm, rel=1e-3) and made.source == "ruler"
    assert from_ruler(swatch, 1200, marks, length_cm).px_per_cm == pytest.approx(3 * px_per_cm, rel=1e-3)


def test_a_ruler_on_a_cut_out_cloth_is_measured_in_its_plane(checks: RGB8) -> None:
    """The field is twice as wide on the swatch; the cut picture is 800 px wide."""
    swatch = normalize(read_photo(checks), corners_px=[(0, 0), (199, 0), (199, 99), (0, 99)])
    assert from_ruler(swatch, 800, [(0, 50), (100, 50)], 10).px_per_cm == pytest.approx(40, rel=1e-3)


@pytest.mark.parametrize(
    ("marks", "length_cm"),
    [
        ([(10, 10), (11.9, 10)], 1),
        ([(0, 0), (2e6, 0)], 1),
        ([(10, 10), (90, 10)], 100_000),
        ([(10, 10), (90, 10)], -1),
        ([(10, 10, 1), (90, 10, 1)], 5),
    ],
)
def test_marks_that_are_no_ruler_are_refused(
    checks: RGB8, marks: list[tuple[float, ...]], length_cm: float
) -> None:
    with pytest.raises(ParameterError, match="ruler"):
        from_ruler(normalize(read_photo(checks)), 400, marks, length_cm)


@pytest.mark.parametrize(
    ("quad", "is_a4"),
    [
        (A4, True),
        (A4[:, ::-1], True),
        (A4 * 3, True),
        (A4 * [1.03, 1], True),
        (A4 * [1.04, 1], False),
        (A4 * [1, 1.04], False),
        (A4 * [0.965, 1], False),
        (A4 + np.array([(0, 0), (0, 0), (10, 0), (10, 0)]), True),  # leaning by 10 of 210
        (A4 + np.array([(0, 0), (0, 0), (14, 0), (14, 0)]), False),
        (A4 + np.array([(0, 0), (0, 0), (-5, 0), (5, 0)]), True),
        (A4 + np.array([(0, 0), (0, 0), (-7, 0), (7, 0)]), False),
        (A4 + np.array([(0, 0), (0, 5), (0, -5), (0, 0)]) * 0.5, True),
        (A4 + np.array([(0, 0), (0, 5), (0, -5), (0, 0)]), False),
        (A4 / 400, False),
        (A4 * [1, 0], False),
    ],
)
def test_a_sheet_has_right_angles_equal_sides_and_the_proportions_of_a4(
    quad: np.ndarray, is_a4: bool
) -> None:
    assert scales._is_a4(quad) == is_a4


@pytest.mark.parametrize(("level", "at"), [(165, (200, 100)), (255, (20, 350))])
def test_a_sheet_is_found_where_it_lies(level: int, at: tuple[int, int]) -> None:
    found = find_sheet(cloth_with_sheet(*at, level=level), np.eye(3))
    assert found is not None
    corners = np.array([(0, 0), (296, 0), (296, 209), (0, 209)]) + at
    assert np.abs(found - corners).max() <= 1


def test_a_sheet_on_a_large_picture_is_told_in_its_pixels() -> None:
    large = np.asarray(cloth_with_sheet().repeat(3, 0).repeat(3, 1), np.uint8)
    found = find_sheet(large, np.eye(3))
    assert found is not None
    assert np.abs(found - np.array([(600, 300), (1490, 300), (1490, 929), (600, 929)])).max() <= 3


@pytest.mark.parametrize(
    ("width", "height", "is_found"),
    [(62, 44, True), (48, 34, False), (297, 210, True), (560, 396, True), (720, 509, False)],
)
def test_a_sheet_takes_4_thousandths_to_half_of_the_picture(width: int, height: int, is_found: bool) -> None:
    found = find_sheet(cloth_with_sheet(40, 40, width, height), np.eye(3))
    assert (found is not None) == is_found


def test_of_two_sheets_the_larger_counts() -> None:
    cloth = cloth_with_sheet(20, 20, 99, 70)
    cloth[200:410, 300:597] = 240
    found = find_sheet(cloth, np.eye(3))
    assert found is not None and np.abs(found[0] - (300, 200)).max() <= 1


def test_paper_beside_a_lighter_spot_is_found_by_a_lower_limit() -> None:
    cloth = cloth_with_sheet(level=170)
    cloth[500:560, 600:700] = 255
    found = find_sheet(cloth, np.eye(3))
    assert found is not None and np.abs(found[0] - (200, 100)).max() <= 1
    cloth[100:310, 200:497] = 150  # 0.59 of the lightest
    assert find_sheet(cloth, np.eye(3)) is None


@pytest.mark.parametrize(
    ("color", "is_found"), [((240, 240, 240), True), ((240, 220, 175), True), ((240, 200, 165), False)]
)
def test_paper_is_hardly_colored(color: tuple[int, int, int], is_found: bool) -> None:
    cloth = cloth_with_sheet()
    cloth[100:310, 200:497] = color
    assert (find_sheet(cloth, np.eye(3)) is not None) == is_found


def test_a_sheet_is_judged_in_the_plane_of_the_cloth() -> None:
    cloth = cloth_with_sheet(width=297, height=105)
    assert find_sheet(cloth, np.eye(3)) is None
    assert find_sheet(cloth, np.diag([1.0, 2.0, 1.0])) is not None


def test_a_sheet_gives_the_scale_of_its_four_sides() -> None:
    photo = read_photo(cloth_with_sheet())
    whole = normalize(photo, corners_px=[(0, 0), (799, 0), (799, 599), (0, 599)])
    for width_px, px_per_cm in ((800, 10.0), (1600, 20.0)):
        made = from_sheet(photo, whole, width_px)
        assert made.px_per_cm == pytest.approx(px_per_cm, rel=0.01) and made.source == "a4-sheet"
