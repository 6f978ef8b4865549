"""Curls are found whatever their size, way and colour; rings, ovals, zigzags and lattices are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from motif import describe
from motif.features.curls import find_curls
from motif.report.description import description_sentences

SIDE = 96


def spiral(turns: float, radius: float, at: tuple[float, float] = (SIDE / 2, SIDE / 2)) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi * turns, 90)
    reach = radius * np.linspace(1, 0.15, 90)
    return np.stack([at[0] + reach * np.cos(angle), at[1] + reach * np.sin(angle)], 1)


def drawn(*lines: np.ndarray, width: int = 3, closed: bool = False, side: int = SIDE) -> np.ndarray:
    paper = np.full((side, side), -1, np.float32)
    fixed = [np.rint(line * 16).astype(np.int32) for line in lines]
    cv2.polylines(paper, fixed, closed, 2, width, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.8), np.float32)


@pytest.mark.slow
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("dark", [False, True])
def test_curls_are_found_where_they_are(mirror: bool, dark: bool) -> None:
    found = []
    for angle in range(0, 360, 30):
        about = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), angle, 1)
        for turns, radius in ((1.6, 24), (1.9, 20), (2.2, 28)):
            line = spiral(turns, radius) @ about[:, :2].T + about[:, 2]
            values = drawn(line[:, ::-1] if mirror else line) * (-1 if dark else 1)
            curls = find_curls(np.asarray(values, np.float32))
            found.append(len(curls.xy))
            assert (np.hypot(*(curls.xy - SIDE / 2).T) < radius / 2).all()
            assert ((curls.radius_px > 0.5 * radius) & (curls.radius_px < 1.5 * radius)).all()
            assert (curls.turns >= 0.9).all()
    assert max(found) == 1 and np.mean(found) > 0.75


@given(
    stretch=st.floats(0.7, 1),
    radius=st.floats(14, 30),
    width=st.integers(1, 3),
    inner=st.floats(0.2, 0.5),
)
@settings(deadline=None, max_examples=60)
def test_rings_and_ovals_are_no_curls(stretch: float, radius: float, width: int, inner: float) -> None:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.stack([radius * np.cos(angle), stretch * radius * np.sin(angle)], 1)
    assert not len(find_curls(drawn(SIDE / 2 + ring, SIDE / 2 + inner * ring, width=width, closed=True)).xy)


@pytest.mark.parametrize("step", [10, 16, 24])
def test_zigzags_lozenges_and_half_turns_are_no_curls(step: int) -> None:
    x = np.arange(0, SIDE + step, step / 2)
    up = np.arange(len(x)) % 2 * step * 0.7
    zigzags = [np.stack([x, y + up], 1) for y in range(-step, SIDE, step)]
    lozenges = [*zigzags, *(np.stack([x, y - up], 1) for y in range(0, 2 * SIDE, step))]
    hooks = [spiral(0.6, 10, (u, v)) for u in range(20, SIDE, 28) for v in range(20, SIDE, 28)]
    for lines in (zigzags, lozenges, hooks):
        assert not len(find_curls(drawn(*lines)).xy)


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(-3, 3, width=32))
)
@settings(deadline=None, max_examples=60)
def test_any_drawing_can_be_searched(values: np.ndarray) -> None:
    found = find_curls(values)
    assert len(found.xy) == len(found.radius_px) == len(found.turns)
    assert np.isfinite(found.xy).all() and (found.radius_px <= 35).all()


@pytest.mark.slow
@pytest.mark.parametrize(("count", "suggested"), [(1, False), (6, True)])
def test_many_curls_are_a_filler_and_one_is_a_figure(count: int, suggested: bool) -> None:
    places = [(60 + 90 * column, 60 + 90 * row) for row in range(count) for column in range(count)]
    values = drawn(*(spiral(1.7, 24, at) for at in places), side=90 * count + 60)
    cloth = np.repeat(np.clip(150 - 40 * values, 0, 255).astype(np.uint8)[..., None], 3, 2)
    made = describe(np.pad(cloth, ((0, 0), (0, 400 if count == 1 else 0), (0, 0)), mode="edge"))
    assert ("ukel" in [one.key for one in made.isen]) == suggested
    if suggested:
        words = {language: description_sentences(made, language) for language in ("id", "en")}
        (english,) = (text for text, source in words["en"] if source == ("isen",))
        (indonesian,) = (text for text, source in words["id"] if source == ("isen",))
        assert "ukel (curls)" in english and english.startswith("Suggested fillers")
        assert "ukel" in indonesian and "curls" not in indonesian
