"""Outlines around places that agree: how places group, how far an outline reaches, what share it covers."""

from __future__ import annotations

import numpy as np
import pytest

from motif.matching import parts
from motif.matching.parts import Pair, coinciding_parts, outlined, whole


def field(left: float, top: float, columns: int, rows: int, step: float = 20.0) -> list[tuple[float, float]]:
    return [(left + step * x, top + step * y) for y in range(rows) for x in range(columns)]


def pairs(places: list[tuple[float, float]], scale: float = 1.0) -> tuple[Pair, ...]:
    return tuple((x, y, x * scale, y * scale) for x, y in places)


@pytest.mark.parametrize(
    ("size_px", "outline"),
    [
        ((640, 480), (((0, 0), (639, 0), (639, 479), (0, 479)),)),
        ((1, 1), (((0, 0), (0, 0), (0, 0), (0, 0)),)),
        ((0, 480), ()),
        ((640, 0), ()),
        ((0, 0), ()),
    ],
)
def test_a_whole_swatch_is_outlined_where_its_size_is_known(
    size_px: tuple[int, int], outline: object
) -> None:
    assert whole(size_px) == outline


def test_an_outline_is_widened_by_the_distance_between_places() -> None:
    """Corners move away from the middle by 20 px, and by half on a swatch of half the size."""
    parts_of = coinciding_parts(pairs(field(200, 200, 6, 6), 0.5), (640, 480), (320, 240))
    away = 20 / 2**0.5
    square = {(200, 200), (300, 200), (300, 300), (200, 300)}
    expected = {
        (round(x + (away if x > 250 else -away), 1), round(y + (away if y > 250 else -away), 1))
        for x, y in square
    }
    assert set(parts_of.query[0]) == expected
    assert np.array(sorted(parts_of.registered[0])) == pytest.approx(
        np.array(sorted(expected)) / 2, abs=0.051
    )
    assert parts_of.query_share == parts_of.registered_share
    assert parts_of.query_share == pytest.approx((100 + 2 * away) ** 2 / (640 * 480), rel=0.15)


@pytest.mark.parametrize(("step", "widened"), [(17.0, 17.0), (23.0, 23.0), (30.0, 24.0), (60.0, 24.0)])
def test_an_outline_is_widened_by_24_px_at_most(step: float, widened: float) -> None:
    made = coinciding_parts(pairs(field(100, 100, 5, 5, step)), (640, 480), (640, 480))
    left = min(x for x, _ in made.query[0])
    assert 100 - left == pytest.approx(widened / 2**0.5, abs=0.1)


def test_an_outline_ends_at_the_swatch_whose_size_is_known() -> None:
    places = pairs(field(3, 3, 6, 6))
    for size_px, corner in (((110, 108), (0.0, 0.0)), ((0, 0), (-11.1, -11.1))):
        made = coinciding_parts(places, size_px, (640, 480))
        assert min(made.query[0]) == corner
        assert max(made.query[0]) == ((109.0, 107.0) if corner == (0, 0) else (117.1, 117.1))
        assert made.query_share == (pytest.approx(1, abs=0.01) if corner == (0, 0) else 0.0)


@pytest.mark.parametrize(("gap", "count"), [(140, 1), (150, 2), (400, 2)])
def test_places_within_144_px_belong_together(gap: int, count: int) -> None:
    """Places 20 px apart would link within 70 px only."""
    places = field(0, 0, 6, 6) + field(100 + gap, 0, 6, 6)
    assert len(coinciding_parts(pairs(places), (1000, 480), (1000, 480)).query) == count


@pytest.mark.parametrize(("step", "gap", "count"), [(50, 170, 1), (50, 180, 2), (80, 195, 1), (80, 205, 2)])
def test_places_that_lie_wider_apart_link_farther_up_to_200_px(step: int, gap: int, count: int) -> None:
    places = field(8, 8, 5, 3, step) + field(8 + 4 * step + gap, 8, 5, 3, step)
    assert len(coinciding_parts(pairs(places), (2000, 480), (2000, 480)).query) == count


@pytest.mark.parametrize(("strays", "count"), [(2, 1), (3, 2), (4, 2)])
def test_three_places_make_a_part(strays: int, count: int) -> None:
    places = field(0, 0, 5, 5) + [(500, 300), (540, 300), (540, 340), (500, 340)][:strays]
    made = coinciding_parts(pairs(places), (640, 480), (640, 480))
    assert len(made.query) == len(made.registered) == count


@pytest.mark.parametrize(("strays", "count"), [(3, 1), (4, 2)])
def test_a_part_has_4_in_100_of_the_places(strays: int, count: int) -> None:
    places = field(0, 0, 12, 8) + [(900, 300), (940, 300), (940, 340), (900, 340)][:strays]
    assert len(coinciding_parts(pairs(places), (1000, 480), (1000, 480)).query) == count


def test_the_part_with_most_places_is_first() -> None:
    places = field(0, 0, 3, 3) + field(400, 0, 5, 5)
    made = coinciding_parts(pairs(places), (640, 480), (640, 480))
    assert [min(outline)[0] > 300 for outline in made.query] == [True, False]
    assert [min(outline)[0] > 300 for outline in made.registered] == [True, False]


@pytest.mark.parametrize(
    ("places", "count"),
    [
        ([], 0),
        ([(0, 0), (90, 0)], 0),
        ([(0, 0), (90, 0), (180, 0)], 0),
        ([(0, 0), (90, 0), (0, 90)], 1),
        ([(0, 0), (3, 0), (0, 3)], 1),  # in one cell
        ([(0, 0), (1, 0), (0, 1.5)], 0),  # less than a square pixel
        ([(0, 0), (300, 0), (0, 300), (300, 300)], 1),  # no group, but together
    ],
)
def test_three_places_that_are_not_in_line_are_outlined(
    places: list[tuple[float, float]], count: int
) -> None:
    made = coinciding_parts(pairs(places), (640, 480), (640, 480))
    assert len(made.query) == len(made.registered) == count


def test_places_in_one_line_on_either_side_are_not_outlined() -> None:
    flat = tuple((x, y, x, 5.0) for x, y in field(0, 0, 4, 4))
    for points in (flat, tuple((c, d, a, b) for a, b, c, d in flat)):
        made = coinciding_parts(points, (640, 480), (640, 480))
        assert made == parts.CoincidingParts()


def test_parts_that_overlap_count_once_in_the_share() -> None:
    square = ((10, 10), (50, 10), (50, 50), (10, 50))
    assert parts._share([square], (100, 100)) == parts._share([square, square], (100, 100)) > 0.15
    assert parts._share([square], (0, 100)) == parts._share([square], (100, 0)) == 0.0
    assert parts._share([((0, 0), (0, 0), (0, 0), (0, 0))], (1, 1)) == 1.0


@pytest.mark.parametrize(
    ("step_px", "shape", "rows", "columns"),
    [
        (1, (60, 80), (10, 40), (20, 60)),
        (4, (15, 20), (2, 10), (5, 15)),
        (7, (9, 12), (1, 6), (3, 9)),
        (60, (1, 2), (0, 0), (0, 1)),
    ],
)
def test_what_lies_inside_an_outline_is_marked_at_each_step(
    step_px: int, shape: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    mask = outlined([((20, 10), (60, 10), (60, 40), (20, 40))], (80, 60), step_px=step_px)
    marked = np.argwhere(mask)
    assert mask.shape == shape and mask.dtype == bool
    assert (marked[:, 0].min(), marked[:, 0].max()) == rows
    assert (marked[:, 1].min(), marked[:, 1].max()) == columns
    assert not outlined([], (80, 60)).any()
