"""A drawing in ink of a registered cloth is found by its strokes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from motif import STANDARD_1, Fingerprint, fingerprint
from motif.features.keypoints import no_keypoints
from motif.features.strokes import find_strokes, stroke_picture
from motif.matching.inverted_index import MemorySource
from motif.matching.search import search

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*_00*.jpg"))


def drawn(path: Path) -> np.ndarray:
    """Trace a photo's edges with a pen: white paper, black lines, uint8."""
    gray = cv2.GaussianBlur(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), (0, 0), 2)
    size = 2 * (min(gray.shape) // 40) + 1
    lines = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, size, 5)
    return cv2.medianBlur(lines, 5)


@pytest.fixture(scope="module")
def known() -> dict[int, Fingerprint]:
    return {key: fingerprint(path) for key, path in enumerate(SAMPLES, 1)}


def without_strokes(value: Fingerprint) -> Fingerprint:
    return replace(value, fields=tuple(replace(field, strokes=no_keypoints()) for field in value.fields))


@pytest.mark.slow
def test_drawings_find_their_cloth_better_with_strokes_than_without(known: dict[int, Fingerprint]) -> None:
    bare = {key: without_strokes(value) for key, value in known.items()}
    right = {"strokes": 0, "tones": 0}
    for key, path in enumerate(SAMPLES, 1):
        query = fingerprint(drawn(path))
        for name, values in (("strokes", known), ("tones", bare)):
            source = MemorySource(STANDARD_1, values)
            best = search(
                query, source, lambda keys, of=values: {k: of[k] for k in keys}, STANDARD_1, limit=1
            )  # type: ignore[misc]
            right[name] += bool(best) and best[0].key == key and best[0].evidence.verdict != "clear"
    assert right["strokes"] >= 0.8 * len(SAMPLES)
    assert right["strokes"] > right["tones"]


def test_strokes_do_not_know_how_strong_a_contrast_is() -> None:
    blots = np.kron(np.random.default_rng(3).integers(0, 2, (20, 26), np.uint8), np.ones((12, 12), np.uint8))
    faint, strong = (stroke_picture(90 + step * blots, long_edge_px=320) for step in (40, 120))
    assert np.abs(faint.astype(int) - strong).mean() < 4


@pytest.mark.parametrize(
    ("shape", "has_strokes"),
    [((1, 1), 0), ((1, 400), 0), ((3, 900), 0), ((700, 2), 0), ((320, 320), 1), ((64, 64), 1)],
)
def test_pictures_have_strokes_and_mere_lines_of_pixels_none(
    shape: tuple[int, int], has_strokes: bool
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    found = find_strokes(noise)
    assert len(found) <= STANDARD_1.strokes_max
    assert bool(len(found)) == has_strokes
    assert (found.xy < [shape[1], shape[0]]).all()


def test_plain_pictures_have_no_strokes() -> None:
    assert len(find_strokes(np.full((300, 300), 128, np.uint8))) == 0
