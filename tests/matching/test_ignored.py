"""A known mark is found wherever it lies, and nothing but the mark is taken away."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pictures import labelled, sheet_of, spots

from clothmaker import draw_cloth
from clothmaker.marks import draw_mark, placed
from clothmaker.reuse import redye, rephotograph
from motif import compare, fingerprint
from motif.arrays import Gray8
from motif.matching.ignored import LEAST_KEYPOINTS, Mark, cut_mark, find_marks, without_marks
from motif.matching.parts import Polygon
from motif.profiles import CHEAPEST_1

LABEL = spots(99, (20, 20), 6)
CLOTH_PX = 480


def cloth(seed: int, at: tuple[int, int] | None = None, **how: float) -> Gray8:
    """Draw a cloth with a label, or without."""
    picture = spots(seed, (40, 40))
    return picture if at is None else labelled(picture, LABEL, at, **how)


def box(left: float, top: float, size: float, swatch_px: float = CLOTH_PX) -> Polygon:
    """Outline a square of the picture on its swatch."""
    left, top, size = (value * swatch_px / CLOTH_PX for value in (left, top, size))
    return ((left, top), (left + size, top), (left + size, top + size), (left, top + size))


@pytest.fixture(scope="module")
def mark() -> Mark:
    value = fingerprint(cloth(1, (40, 60)), CHEAPEST_1)
    return cut_mark(value, box(40, 60, 120, value.main.width_px))


def test_a_mark_has_the_keypoints_inside_its_outline_and_no_hash(mark: Mark) -> None:
    assert len(mark) >= LEAST_KEYPOINTS
    for points in (mark.fingerprint.main.keypoints, mark.fingerprint.main.strokes):
        assert ((points.xy >= [26, 39]) & (points.xy <= [107, 120.5])).all()
    assert mark.fingerprint.main.phash == mark.fingerprint.main.dhash == bytes(32)


@pytest.mark.parametrize("how", ["plain", "mirrored", "negative", "turned", "larger"])
def test_a_mark_is_found_on_another_design(mark: Mark, how: str) -> None:
    changed: Gray8 = {
        "plain": lambda: cloth(2, (250, 200)),
        "mirrored": lambda: np.ascontiguousarray(cloth(2, (250, 200))[:, ::-1]),
        "negative": lambda: 255 - cloth(2, (250, 200)),
        "turned": lambda: np.rot90(cloth(2, (250, 200))).copy(),
        "larger": lambda: cloth(2, (250, 200), size=1.4),
    }[how]()
    photo = fingerprint(changed, CHEAPEST_1)
    assert len(photo.fields) == 1
    assert [found.number for found in find_marks(photo, [mark])] == [0]
    left = without_marks(photo, [mark])
    assert len(photo.main.keypoints) - len(left.main.keypoints) >= LEAST_KEYPOINTS
    assert (left.main.phash, left.main.width_px) == (photo.main.phash, photo.main.width_px)


def test_the_outline_that_is_found_lies_round_the_mark(mark: Mark) -> None:
    photo = fingerprint(cloth(2, (250, 200)), CHEAPEST_1)
    (found,) = find_marks(photo, [mark])
    corners = np.array(sorted(found.outline)) * CLOTH_PX / photo.main.width_px
    assert np.abs(corners - sorted(box(250, 200, 120))).max() < 25


def test_a_mark_that_is_repeated_is_taken_away_everywhere(mark: Mark) -> None:
    twice = labelled(cloth(2, (20, 20)), LABEL, (300, 300))
    photo = fingerprint(twice, CHEAPEST_1)
    assert [found.number for found in find_marks(photo, [mark])] == [0, 0]


def test_nothing_is_taken_from_a_photo_without_the_mark(mark: Mark) -> None:
    for seed in (1, 2, 3):
        photo = fingerprint(cloth(seed), CHEAPEST_1)
        assert without_marks(photo, [mark]) is photo


def test_no_marks_no_change() -> None:
    photo = fingerprint(cloth(1), CHEAPEST_1)
    assert without_marks(photo, []) is photo


def test_a_mark_is_no_evidence_once_it_is_taken_away(mark: Mark) -> None:
    query, other = (fingerprint(cloth(*which), CHEAPEST_1) for which in ((1, (40, 60)), (2, (250, 200))))
    assert compare(query, other).verdict == "conflict"
    assert compare(without_marks(query, [mark]), other).verdict == "clear"


@pytest.mark.slow
@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    turn_deg=st.floats(-20, 20),
    scale=st.floats(0.9, 1.25),
    here=st.tuples(st.integers(20, 300), st.integers(20, 300)),
    there=st.tuples(st.integers(20, 300), st.integers(20, 300)),
)
def test_a_copy_under_an_ignored_mark_is_found_by_its_cloth(
    mark: Mark,
    seed: int,
    turn_deg: float,
    scale: float,
    here: tuple[int, int],
    there: tuple[int, int],
) -> None:
    turn = cv2.getRotationMatrix2D((CLOTH_PX / 2, CLOTH_PX / 2), turn_deg, scale)
    again = cv2.warpAffine(cloth(seed), turn, (CLOTH_PX, CLOTH_PX), borderMode=cv2.BORDER_REFLECT)
    query = fingerprint(labelled(again.astype(np.uint8), LABEL, there), CHEAPEST_1)
    evidence = compare(without_marks(query, [mark]), fingerprint(cloth(seed, here), CHEAPEST_1))
    assert evidence.verdict == "conflict"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["panel", "code", "bars"])
def test_a_label_on_drawn_cloths_is_told_from_the_cloth_around_it(kind: str) -> None:
    """The box shows cloth between the letters, too: that cloth, on a copy, is not taken for the label."""
    label = draw_mark(kind, np.random.default_rng(5))
    parang, ceplok = (draw_cloth(family, 77, long_edge_px=800).rgb for family in ("parang", "ceplok"))
    at, width = (0.7, 0.72), 0.34
    photo = fingerprint(placed(parang, label, at=at, width=width))
    whole_px, high_px = photo.main.width_px, photo.main.height_px
    wide, high = width * whole_px, width * whole_px * label.height / label.width
    left, top = at[0] * whole_px - wide / 2, at[1] * high_px - high / 2
    corners = ((left, top), (left + wide, top), (left + wide, top + high), (left, top + high))
    mark = cut_mark(photo, corners)
    assert find_marks(fingerprint(placed(ceplok, label, at=(0.35, 0.4), width=width)), [mark])
    for copy in (redye(parang, np.random.default_rng(3)), rephotograph(parang, np.random.default_rng(3))):
        assert not find_marks(fingerprint(copy), [mark])


def test_a_mark_is_found_in_each_field_of_a_photo(mark: Mark) -> None:
    page = sheet_of(cloth(2, (250, 200)), cloth(3, (30, 300)), gap_px=60)
    photo = fingerprint(np.dstack([page] * 3))
    assert len(photo.fields) == 2
    standard = fingerprint(cloth(1, (40, 60)))
    known = cut_mark(standard, box(40, 60, 120, standard.main.width_px))
    assert [found.field for found in find_marks(photo, [known])] == [0, 1]
    left = without_marks(photo, [known])
    for before, after in zip(photo.fields, left.fields, strict=True):
        assert len(after.keypoints) < len(before.keypoints)
