"""Style is a figure apart: dyes do not change texture, texture does not change a verdict."""

from __future__ import annotations

import numpy as np
import pytest

from clothmaker import draw_cloth
from clothmaker.reuse import redye
from motif import compare, describe, explain
from motif.features.style import StyleLikeness, compare_style, find_style
from motif.report.check_text import compare_text


def cloth(family: str, seed: int) -> np.ndarray:
    return draw_cloth(family, seed, long_edge_px=640).rgb


@pytest.mark.slow
def test_another_dye_changes_colors_and_leaves_the_repeat() -> None:
    one = cloth("kawung", 9)
    other = np.ascontiguousarray(redye(one, np.random.default_rng(2)))
    found = compare_style(find_style(one), find_style(other))
    assert found.texture > compare_style(find_style(one), find_style(cloth("ciprat", 9))).texture
    assert found.repeat == 1.0
    assert found.colors < 0.7


@pytest.mark.slow
def test_a_splashed_cloth_is_less_like_a_kawung_than_another_kawung_is() -> None:
    kawung, other, ciprat = (
        find_style(one) for one in (cloth("kawung", 9), cloth("kawung", 10), cloth("ciprat", 9))
    )
    assert compare_style(kawung, other).texture > compare_style(kawung, ciprat).texture
    assert compare_style(kawung, ciprat).repeat == 0.0


@pytest.mark.slow
def test_cloths_alike_in_style_are_no_conflict() -> None:
    one, other = cloth("kawung", 9), cloth("kawung", 11)
    made = explain(one, other, compare(one, other))
    assert made.style.repeat == 1.0 and made.evidence.verdict != "conflict"
    assert "Style" in compare_text(made) and made.to_json()["style"]["texture"] == made.style.texture


def test_descriptions_have_a_style_too() -> None:
    made = describe(cloth("parang", 4))
    assert compare_style(made, made) == StyleLikeness(texture=1.0, colors=1.0, repeat=1.0)
