"""The lattice that is found is the one that was drawn: stripes, borders and fields, to part of a pixel."""

from __future__ import annotations

import numpy as np
import pytest

from motif import describe
from motif.features.autocorrelation import autocorrelation
from motif.features.lattice import find_lattice


def bars(
    period_px: float, angle_deg: float, shape: tuple[int, int] = (260, 320), share: float = 0.4
) -> np.ndarray:
    """Bars that repeat ``period_px`` along ``angle_deg``, soft at their edges: float, 0 to 1."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    turn = np.radians(angle_deg)
    place = (x * np.cos(turn) + y * np.sin(turn)) % period_px
    return np.asarray(np.clip(0.5 - np.abs(place - period_px / 2) + share * period_px / 2, 0, 1))


def straight_across(period_px: float, angle_deg: float) -> np.ndarray:
    return period_px * np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])


def apart_px(found: np.ndarray, drawn: np.ndarray) -> float:
    """How far a vector is from one drawn, up to its sign."""
    return float(min(np.hypot(*(found - drawn)), np.hypot(*(found + drawn))))


@pytest.mark.parametrize(
    ("angle_deg", "period_px", "expected"),
    [(0, 30, (30, 0)), (90, 30, (0, 30)), (0, 17, (17, 0)), (90, 45, (0, 45)), (45, 20, (14.14, 14.14))],
)
def test_bars_repeat_straight_across(
    angle_deg: float, period_px: float, expected: tuple[float, float]
) -> None:
    two, one = find_lattice(autocorrelation((2 * bars(period_px, angle_deg) - 1).astype(np.float32)))
    assert two.vectors.shape == (0, 2) and one.vectors.shape == (1, 2)
    assert apart_px(one.vectors[0], np.array(expected)) < 0.05


@pytest.mark.slow
def test_bars_of_any_period_turned_by_any_angle_repeat_straight_across() -> None:
    periods_px = (8, 9.3, 12, 17, 23, 31.5, 45)
    for number, angle_deg in enumerate(np.arange(0, 180, 19.7)):
        period_px = periods_px[number % len(periods_px)]
        values = (2 * bars(period_px, angle_deg, (200, 230)) - 1).astype(np.float32)
        two, one = find_lattice(autocorrelation(values))
        assert len(two.vectors) == 0 and len(one.vectors) == 1, (period_px, angle_deg)
        assert apart_px(one.vectors[0], straight_across(period_px, angle_deg)) < 0.1, (period_px, angle_deg)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period_px", "angle_deg"),
    [(9, 0), (12, 45), (12, 90), (30, 0), (30, 90), (45, 117)],
)
def test_the_description_of_striped_cloth_has_the_step_straight_across(
    period_px: float, angle_deg: float
) -> None:
    gray = 200 - 150 * bars(period_px, angle_deg, (480, 600))
    repeat = describe(np.repeat(gray[..., None], 3, 2).astype(np.uint8)).repeat
    assert len(repeat.vectors_px) == 1 and repeat.lattice is None
    assert apart_px(np.array(repeat.vectors_px[0]), straight_across(period_px, angle_deg)) < 0.5
    assert repeat.confidence > 0.9
    assert repeat.raport == ("segi empat" if angle_deg % 90 == 0 else "miring")


def test_stripes_of_three_widths_repeat_after_all_three() -> None:
    columns = np.repeat([1, -1, 1, -1, 1, -1], [3, 5, 7, 9, 11, 13])  # 48 px in all
    values = np.tile(np.resize(columns, 330), (250, 1)).astype(np.float32)
    two, one = find_lattice(autocorrelation(values))
    assert len(two.vectors) == 0
    assert apart_px(one.vectors[0], np.array([48.0, 0.0])) < 0.05
