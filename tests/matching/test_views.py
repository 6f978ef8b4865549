"""Four views of one photo, sizes and turns in steps, and repeats counted once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.places import unlike
from tests.pictures import blots

from motif import CHEAPEST_1, FieldPrint, fingerprint
from motif.features.keypoints import mirrored, negative
from motif.matching.views import UNIT, as_strokes, distinct, plain_view, quantized, query_views


@pytest.fixture(scope="module")
def drawn() -> FieldPrint:
    return fingerprint(blots(1), CHEAPEST_1).main


def test_a_plain_view_holds_the_keypoints_as_they_are(drawn: FieldPrint) -> None:
    view, points = plain_view(drawn), drawn.keypoints
    assert (view.width_px, view.height_px, view.mirrored, view.negative) == (320, 256, False, False)
    assert (view.xy == points.xy).all()
    assert np.exp2(view.log2_size) == pytest.approx(points.size_px, rel=1e-5)
    assert np.degrees(view.angle_rad) == pytest.approx(points.angle_deg, abs=1e-3)
    assert view.descriptors == pytest.approx(points.descriptors / 512)
    assert np.linalg.norm(view.descriptors, axis=1) == pytest.approx(1, abs=0.02)
    assert (plain_view(as_strokes(drawn)).xy == drawn.strokes.xy).all()


def test_a_query_is_looked_at_as_it_is_negative_mirrored_and_both(drawn: FieldPrint) -> None:
    plain, dark, flipped, both = query_views(drawn)
    assert [(view.mirrored, view.negative) for view in (plain, dark, flipped, both)] == [
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    ]
    stored = drawn.keypoints.descriptors
    for view, expected in (
        (plain, stored),
        (dark, negative(stored)),
        (flipped, mirrored(stored)),
        (both, negative(mirrored(stored))),
    ):
        assert (view.descriptors == expected * UNIT).all()
        assert (view.log2_size == plain.log2_size).all()
    for view in (flipped, both):
        assert (view.xy[:, 0] + plain.xy[:, 0] == 319).all() and (view.xy[:, 1] == plain.xy[:, 1]).all()
    assert (dark.xy == plain.xy).all()
    turns = [np.exp(1j * view.angle_rad.astype(float)) for view in (plain, dark, flipped, both)]
    for turned, expected in zip(turns, (turns[0], -turns[0], -turns[0].conj(), turns[0].conj()), strict=True):
        assert np.abs(turned - expected).max() < 1e-5


def test_a_mirrored_photo_has_the_keypoints_of_the_mirrored_view(drawn: FieldPrint) -> None:
    """Found anew on the mirrored picture, most lie where the view has them, in its direction."""
    other = plain_view(fingerprint(np.ascontiguousarray(blots(1)[:, ::-1]), CHEAPEST_1).main)
    view = query_views(drawn)[2]
    alike = view.descriptors @ other.descriptors.T
    best = alike.argmax(1)
    sure = alike.max(1) > 0.97
    assert sure.mean() > 0.6
    apart = np.abs(view.xy - other.xy[best])[sure]
    turn = np.exp(1j * (view.angle_rad - other.angle_rad[best])[sure])
    assert np.median(apart) < 0.5 and np.median(np.abs(turn - 1)) < 0.05


@pytest.mark.parametrize(
    ("log2_size", "angle_rad", "steps"),
    [
        (0.0, 0.0, (0, 0)),
        (1.0, np.pi / 2, (16, 16384)),
        (-0.5, -np.pi / 2, (0, 49152)),
        (15.9, 3 * np.pi, (254, 32768)),
        (17.0, 2 * np.pi, (255, 0)),
        (0.04, 0.0001, (1, 1)),
        (0.03, -0.0001, (0, 65535)),
    ],
)
def test_sizes_and_turns_are_kept_in_steps(
    log2_size: float, angle_rad: float, steps: tuple[int, int]
) -> None:
    sizes, turns = quantized(np.float32([log2_size]), np.float32([angle_rad]))
    assert (sizes.dtype, turns.dtype) == (np.uint8, np.uint16)
    assert (int(sizes[0]), int(turns[0])) == steps


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40), same=st.floats(0.3, 0.98))
def test_each_row_is_kept_that_is_like_no_kept_row_before_it(seed: int, count: int, same: float) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(4, 16))[rng.integers(0, 4, count)] + rng.normal(0, 0.4, (count, 16))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    alike = rows @ rows.T
    kept: list[int] = []
    for row in range(count):
        if not any(alike[earlier, row] > same for earlier in kept):
            kept.append(row)
    chosen, member_of = distinct(rows, same)
    assert chosen.tolist() == kept
    assert member_of.tolist() == alike[:, kept].argmax(1).tolist()


def test_rows_exactly_as_alike_as_the_limit_are_two() -> None:
    rows = np.zeros((3, 4), np.float32)
    rows[0, 0] = rows[1, 0] = rows[1, 1] = rows[2, 2] = 1
    assert distinct(rows, 1.0)[0].tolist() == [0, 1, 2]
    assert distinct(rows, 0.99)[0].tolist() == [0, 2]
    chosen, member_of = distinct(unlike(0), 0.9)
    assert chosen.shape == member_of.shape == (0,)
