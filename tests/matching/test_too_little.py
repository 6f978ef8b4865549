"""A picture that shows too little to be compared is not cleared."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clothmaker import draw_cloth
from clothmaker.texture import age
from motif import CHEAPEST_1, STANDARD_1, Registry, compare, fingerprint
from motif.arrays import RGB8
from motif.cli import codes
from motif.matching.plain import shows_too_little
from motif.report.check_text import check_text, verdict_text


def slope() -> RGB8:
    """Rise from left to right: no keypoint at all."""
    return np.repeat(np.tile(np.arange(240, dtype=np.uint8), (200, 1))[..., None], 3, 2)


@pytest.mark.slow
def test_threads_and_noise_of_a_bare_cloth_are_nothing_to_compare() -> None:
    bare = age(np.full((600, 800, 3), (150, 90, 60), np.uint8), np.random.default_rng(4), 1.0)
    value = fingerprint(bare)
    assert len(value.main.keypoints) > 300 and shows_too_little(value, STANDARD_1)


@pytest.mark.slow
def test_a_drawing_is_enough_even_a_fine_one() -> None:
    for family in ("nitik", "ciprat", "semen"):
        value = fingerprint(draw_cloth(family, 4, long_edge_px=640).rgb)
        assert not shows_too_little(value, STANDARD_1)


def test_few_drops_on_even_ground_are_too_little_and_many_are_enough() -> None:
    answers = {}
    for count in (2, 60):
        picture, rng = np.full((400, 500, 3), 210, np.uint8), np.random.default_rng(count)
        for x, y in rng.integers(30, (470, 370), (count, 2)):
            cv2.circle(picture, (int(x), int(y)), int(rng.integers(3, 14)), (40, 60, 110), -1, cv2.LINE_AA)
        answers[count] = shows_too_little(fingerprint(picture), STANDARD_1)
    assert answers == {2: True, 60: False}


def test_comparing_with_too_little_says_so_and_is_no_clear() -> None:
    blots = np.kron(np.random.default_rng(0).integers(0, 2, (40, 50), np.uint8) * 200, np.ones((12, 12)))
    drawn = blots.astype(np.uint8)
    for pair in ((slope(), drawn), (drawn, slope())):
        evidence = compare(*pair, CHEAPEST_1)
        assert evidence.too_little and evidence.to_json()["too_little"] is True
        assert verdict_text(evidence).startswith("TOO FEW")
    assert not compare(drawn, drawn[::-1], CHEAPEST_1).too_little


def test_a_check_of_too_little_is_told_in_words_and_by_its_code(tmp_path: Path) -> None:
    blots = np.kron(np.random.default_rng(0).integers(0, 2, (40, 50), np.uint8) * 200, np.ones((12, 12)))
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        registry.register(blots.astype(np.uint8), title="Blots")
        little, enough = registry.check(slope()), registry.check(np.rot90(blots).astype(np.uint8).copy())
    assert little.too_little and little.to_json()["too_little"] is True
    assert check_text(little).startswith("TOO FEW") and "CLEAR" not in check_text(little)
    assert codes.of_answer(little.verdict, too_little=little.too_little) == codes.REVIEW
    assert not enough.too_little
