"""Area resize is exact: it equals the same means computed with fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.arrays import Gray8
from motif.errors import ImageShapeError
from motif.resize import resize_area, resize_long_edge


def noise(height_px: int, width_px: int, seed: int = 1) -> Gray8:
    return np.random.default_rng(seed).integers(0, 256, (height_px, width_px), np.uint8)


def overlaps(size: int, cells: int, cell: int) -> list[tuple[int, Fraction]]:
    """List the source pixels under a cell, with the share of each that it covers."""
    start, end = Fraction(cell * size, cells), Fraction((cell + 1) * size, cells)
    shares = ((pixel, min(end, Fraction(pixel + 1)) - max(start, Fraction(pixel))) for pixel in range(size))
    return [(pixel, share) for pixel, share in shares if share > 0]


def by_fractions(gray: Gray8, width_px: int, height_px: int) -> list[list[int]]:
    """Compute area means the slow way, rounded half up."""
    height, width = gray.shape
    area = Fraction(height * width, height_px * width_px)
    return [
        [
            floor(
                sum(
                    int(gray[y, x]) * high * wide
                    for y, high in overlaps(height, height_px, row)
                    for x, wide in overlaps(width, width_px, column)
                )
                / area
                + Fraction(1, 2)
            )
            for column in range(width_px)
        ]
        for row in range(height_px)
    ]


sides = st.integers(1, 11)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(sides, sides, sides, sides, st.integers(0, 99))
def test_area_means_equal_fractions(
    height: int, width: int, to_height: int, to_width: int, seed: int
) -> None:
    gray = noise(height, width, seed)
    assert resize_area(gray, width_px=to_width, height_px=to_height).tolist() == by_fractions(
        gray, to_width, to_height
    )


@pytest.mark.parametrize("level", [0, 1, 127, 254, 255])
def test_constant_picture_stays_constant(level: int) -> None:
    gray = np.full((457, 611), level, np.uint8)
    assert (resize_area(gray, width_px=64, height_px=64) == level).all()


def test_whole_factor_is_the_mean_of_blocks() -> None:
    gray = noise(60, 80)
    blocks = gray.reshape(15, 4, 20, 4).sum(axis=(1, 3))
    assert (resize_area(gray, width_px=20, height_px=15) == (blocks + 8) // 16).all()


def test_halves_are_rounded_up() -> None:
    assert resize_area(np.uint8([[0, 1]]), width_px=1, height_px=1).tolist() == [[1]]


def test_resize_commutes_with_mirroring_and_transposing() -> None:
    gray = noise(123, 77)
    small = resize_area(gray, width_px=16, height_px=16)
    assert (resize_area(gray[:, ::-1].copy(), width_px=16, height_px=16) == small[:, ::-1]).all()
    assert (resize_area(gray.T.copy(), width_px=16, height_px=16) == small.T).all()


def test_same_size_gives_a_copy() -> None:
    gray = noise(9, 9)
    same = resize_area(gray, width_px=9, height_px=9)
    assert (same == gray).all()
    assert not np.shares_memory(same, gray)


def test_largest_photo_stays_exact() -> None:
    gray = np.full((10_000, 3_000), 255, np.uint8)
    assert (resize_area(gray, width_px=192, height_px=640) == 255).all()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((300, 400), (480, 640)), ((400, 300), (640, 480)), ((1000, 640), (640, 410)), ((5000, 3), (640, 1))],
)
def test_long_edge_keeps_proportions(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert resize_long_edge(np.zeros(shape, np.uint8), 640).shape == expected


def test_colour_pictures_are_refused() -> None:
    with pytest.raises(ImageShapeError, match=r"gray\.shape=\(4, 4, 3\)"):
        resize_area(np.zeros((4, 4, 3), np.uint8), width_px=2, height_px=2)
