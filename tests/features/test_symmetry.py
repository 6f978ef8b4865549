"""The group is found that a repeat was drawn with, and its centres and axes where they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from clothmaker.ornament import GENERATORS, closed
from motif.features.bravais import reduced
from motif.features.symmetry import Symmetry, find_symmetry, rank, score_groups
from motif.features.tile import GRID, Tile

Shade = Callable[[np.ndarray], np.ndarray]

CELLS = {
    "oblique": [[40.0, 0.0], [-13.0, 52.0]],
    "rectangular": [[40.0, 0.0], [0.0, 56.0]],
    "square": [[44.0, 0.0], [0.0, 44.0]],
    "hexagonal": [[40.0, 0.0], [-20.0, 20 * np.sqrt(3)]],
}
START_PX = np.array([100.5, 80.25])


def drawn(group: str, seed: int, origin: tuple[float, float] = (7 / 48, 19 / 48)) -> tuple[Shade, np.ndarray]:
    """A smooth pattern with a group, as its shade at places (x, y) in pixels, and its reduced basis."""
    system, generators = GENERATORS[group]
    cell, moves = np.array(CELLS[system]), closed(generators)
    rng = np.random.default_rng(seed)
    waves = np.array([wave for wave in product(range(-3, 4), repeat=2) if wave > (0, 0)])
    heights, phases = rng.normal(size=len(waves)), rng.uniform(0, 2 * np.pi, len(waves))

    def shade(places_px: np.ndarray) -> np.ndarray:
        places = (places_px - START_PX) @ np.linalg.inv(cell) - origin
        total = np.zeros(places.shape[:-1])
        for linear, shift in moves:
            moved = places @ np.reshape(linear, (2, 2)).T + shift
            total += (np.cos(2 * np.pi * moved @ waves.T + phases) * heights).sum(-1)
        return total

    centred = ((1, 0, 0, 1), (0.5, 0.5)) in moves
    primitive = np.array([[0.5, 0.5], [0.5, -0.5]]) if centred else np.eye(2)
    return shade, reduced(primitive @ cell)


def tile_of(shade: Shade, basis: np.ndarray, reliability: float = 1.0) -> Tile:
    shares = np.stack(np.meshgrid(np.arange(GRID), np.arange(GRID)), -1) / GRID
    mean = shade(START_PX + shares @ basis)
    mean = (mean - mean.mean()) / mean.std()
    return Tile(
        mean=mean.astype(np.float32),
        halves=np.stack([mean, mean]).astype(np.float32),
        reliability=reliability,
        cells=20,
        left_out=0,
        variation=0.0,
        drift_px=0.0,
        start_px=(float(START_PX[0]), float(START_PX[1])),
    )


def differs(shade: Shade, moved: Callable[[np.ndarray], np.ndarray]) -> float:
    """How much a pattern differs from itself when moved, in deviations."""
    places = START_PX + np.random.default_rng(1).uniform(-60, 60, (400, 2))
    return float(np.abs(shade(moved(places)) - shade(places)).mean() / shade(places).std())


def turned(angle_deg: float, at: tuple[float, float]) -> Callable[[np.ndarray], np.ndarray]:
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return lambda places: (places - at) @ np.array([[cos, sin], [-sin, cos]]) + at


def reflected(
    angle_deg: float, through: tuple[float, float], glide: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    cos, sin = np.cos(np.radians(2 * angle_deg)), np.sin(np.radians(2 * angle_deg))
    return lambda places: (places - through) @ np.array([[cos, sin], [sin, -cos]]) + through + glide


ORDERS = {"p1": "", "p2": "2222", "p4": "4422", "p3": "333", "p6": "633222"}
"""Of the centres in one repeat, by rotations of the group."""

ROTATIONS = {
    **dict.fromkeys(("p2", "pmm", "pmg", "pgg", "cmm"), "p2"),
    **dict.fromkeys(("p4", "p4m", "p4g"), "p4"),
    **dict.fromkeys(("p3", "p3m1", "p31m"), "p3"),
    **dict.fromkeys(("p6", "p6m"), "p6"),
}
AXES = {
    "pm": "mirror 90 x3",
    "pg": "glide 90 x3",
    "cm": "mirror 90 x3, glide 90 x2",
    "pmm": "mirror 0 x3, mirror 90 x3",
    "pmg": "glide 0 x3, mirror 90 x3",
    "pgg": "glide 0 x3, glide 90 x3",
    "cmm": "mirror 0 x3, mirror 90 x3, glide 0 x2, glide 90 x2",
    "p4m": "mirror 0 x3, mirror 45 x3, mirror 90 x3, mirror 135 x3, glide 45 x2, glide 135 x2",
    "p4g": "glide 0 x3, glide 45 x3, glide 90 x3, glide 135 x2, mirror 45 x2, mirror 135 x3",
    "p3m1": "mirror 30 x3, mirror 90 x3, mirror 150 x3, glide 30 x4, glide 90 x2, glide 150 x4",
    "p31m": "mirror 0 x3, mirror 60 x1, mirror 120 x1, glide 0 x2, glide 60 x2, glide 120 x2",
}
AXES["p6m"] = f"{AXES['p3m1']}, {AXES['p31m']}"
"""Kind, angle and number of the axes that touch one repeat; those along both of its borders count twice."""


@pytest.mark.parametrize("group", GENERATORS)
def test_the_group_is_found_and_its_centres_and_axes_carry_the_pattern_onto_itself(group: str) -> None:
    shade, basis = drawn(group, 3)
    found = find_symmetry(tile_of(shade, basis), basis)
    assert found.best == group
    assert sum(score for _, score in found.ranked) == pytest.approx(1, abs=1e-4)
    assert dict(found.agreement)[group] > 0.99
    assert [name for name, _ in found.agreement] == [name for name, _ in found.ranked]
    assert [centre.order for centre in found.centres] == [
        int(order) for order in ORDERS.get(ROTATIONS.get(group, ""), "")
    ]
    for centre in found.centres:
        assert differs(shade, turned(360 / centre.order, centre.at)) < 0.02, centre
        within = (np.array(centre.at) - START_PX) @ np.linalg.inv(basis)
        assert (within > -0.001).all() and (within < 1.001).all()
    assert len({centre.at for centre in found.centres}) == len(found.centres)
    shares = [(np.array(centre.at) - START_PX) @ np.linalg.inv(basis) for centre in found.centres]
    in_turn = [(-c.order, *np.round(share, 2)) for c, share in zip(found.centres, shares, strict=True)]
    assert in_turn == sorted(in_turn)  # the highest order first, then from left to right
    for element in (*(centre.at for centre in found.centres), *(axis.through for axis in found.axes)):
        assert element == (round(element[0], 2), round(element[1], 2))
    axes = Counter(f"{axis.kind} {axis.angle_deg:.6g}" for axis in found.axes)
    assert {f"{axis} x{count}" for axis, count in axes.items()} == set(AXES.get(group, "").split(", ")) - {""}
    steps = np.array([step for step in product(range(-2, 3), repeat=2) if any(step)]) @ basis
    for axis in found.axes:
        along = np.array([np.cos(np.radians(axis.angle_deg)), np.sin(np.radians(axis.angle_deg))])
        lengths = np.abs(steps @ along)[np.abs(steps @ [-along[1], along[0]]) < 1e-6]
        half = (lengths.min() / 2 if axis.kind == "glide" else 0) * along
        off = 0.2 if group == "cm" else 0.02  # where one axis is all that counts it may be a sample off
        assert differs(shade, reflected(axis.angle_deg, axis.through, half)) < off, axis


def test_agreement_is_measured_by_how_far_the_repeats_agree() -> None:
    shade, basis = drawn("p4", 3)
    clean, noisy, unreliable = (
        dict(find_symmetry(tile_of(shade, basis, reliability), basis).agreement)
        for reliability in (1.0, 0.5, 0.01)
    )
    assert clean["p4"] == pytest.approx(1, abs=0.001) and clean["p1"] == noisy["p1"] == 1
    for group in ("p2", "p4", "cm", "p4m", "pg", "p4g"):
        assert noisy[group] == pytest.approx(2 * clean[group], abs=0.001)
        assert unreliable[group] == pytest.approx(20 * clean[group], abs=0.01)  # never over 0.05


def test_halves_that_differ_agree_less() -> None:
    shade, basis = drawn("p2", 3)
    other, _ = drawn("p2", 4)
    tile, odd = tile_of(shade, basis), tile_of(other, basis)
    mixed = replace(tile, halves=np.stack([tile.mean, odd.mean]))
    agreement = dict(find_symmetry(mixed, basis).agreement)["p2"]
    product_of_both = float((tile.mean * odd.mean).mean())
    assert product_of_both < agreement < 0.8


def test_of_each_group_the_origin_counts_at_which_its_worst_operation_agrees_best() -> None:
    """Golden figures of a pattern without symmetry whose two halves differ."""
    square = np.array(CELLS["square"])
    one, other = (drawn("p4", seed)[0] for seed in (5, 6))
    shade, alike = drawn("p1", 7)[0], 0.6

    def in_square(places: np.ndarray) -> np.ndarray:
        skewed = START_PX + (places - START_PX) @ np.linalg.inv(square) @ np.array(CELLS["oblique"])
        return np.asarray(shade(skewed) + 0.5 * one(places))

    first = tile_of(in_square, square)
    second = tile_of(lambda places: in_square(places) + alike * other(places), square)
    tile = replace(first, halves=np.stack([first.mean, second.mean]), reliability=0.9)
    found = find_symmetry(tile, square)
    assert dict(found.agreement) == pytest.approx(AGREEMENTS, abs=0.002)
    assert all(agreement == round(agreement, 4) for _, agreement in found.agreement)
    assert all(score == round(score, 6) for _, score in found.ranked)


AGREEMENTS = {
    **dict.fromkeys(("p4", "cmm", "p4g", "pgg"), 0.4427),
    "p1": 1.0,
    "p2": 0.4995,
    "pm": 0.4302,
    "pg": 0.602,
    "cm": 0.5069,
    "pmg": 0.4265,
    "pmm": 0.1777,
    "p4m": 0.1148,
}


@pytest.mark.parametrize(("rise_px", "angle_deg"), [(-0.02, 0.0), (0.02, 0.03), (-0.2, 179.71), (0.2, 0.29)])
def test_angles_of_axes_run_from_0_to_180_and_a_hair_less_than_180_is_0(
    rise_px: float, angle_deg: float
) -> None:
    shade, basis = drawn("pmm", 3)
    assert basis.tolist() == [[40, 0], [0, 56]]
    skewed = np.array([[40.0, rise_px], [0.0, 56.0]])
    found = find_symmetry(tile_of(shade, basis), skewed)
    assert {axis.angle_deg for axis in found.axes} == {angle_deg, 90.0}


def test_without_operations_there_is_no_group_but_p1() -> None:
    rng = np.random.default_rng(5)
    tile = tile_of(lambda places: rng.normal(size=places.shape[:-1]), np.array(CELLS["square"]))
    found = find_symmetry(tile, np.array(CELLS["square"]))
    assert found.best == "p1" and found.centres == found.axes == ()
    assert Symmetry().best is None


@pytest.mark.parametrize(
    ("agreements", "expected"),
    [
        ({"p1": 1.0}, {"p1": 1.0}),
        ({"p1": 1.0, "p2": 1.0}, {"p2": 0.996378, "p1": 0.003622}),
        ({"p1": 1.0, "p2": 0.8}, {"p1": 0.500168, "p2": 0.499832}),
        ({"p1": 1.0, "p2": 0.835}, {"p2": 0.730813, "p1": 0.269187}),
        ({"p1": 1.0, "p2": 0.6}, {"p1": 0.996713, "p2": 0.003287}),
        ({"p1": 1.0, "p2": 0.95, "p4": 0.95}, {"p4": 0.972752, "p1": 0.01372, "p2": 0.013529}),
        ({"p1": 1.0, "p2": 1.0, "p4": 0.92}, {"p2": 0.51294, "p4": 0.483445, "p1": 0.003616}),
        ({"p1": 1.0, "p2": 1.0, "p4": 0.93}, {"p4": 0.711825, "p2": 0.284563, "p1": 0.003613}),
        (
            {"p1": 1.0, "p2": 0.98, "p4": 0.97, "p4m": 0.4},
            {"p4": 0.985366, "p2": 0.00853, "p1": 0.006103, "p4m": 0},
        ),
        (
            {"p1": 1.0, "p2": 0.98, "pm": 0.9, "pmm": 0.88, "pmg": 0.3},
            {"p2": 0.485963, "pm": 0.462253, "pmm": 0.048483, "p1": 0.0033, "pmg": 0},
        ),
    ],
)
def test_scores_of_groups(agreements: dict[str, float], expected: dict[str, float]) -> None:
    ranked = rank(agreements)
    assert dict(ranked) == pytest.approx(expected, abs=2e-5)
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1, abs=1e-5)


def test_of_groups_that_score_alike_the_smaller_comes_first() -> None:
    above = {"p1": frozenset("abc"), "a": frozenset(), "b": frozenset(), "c": frozenset()}
    assert [group for group, _ in score_groups({"c": 0.0, "b": 0.0, "a": 0.0}, above)] == ["a", "b", "c"]
