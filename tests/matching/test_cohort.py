"""What many cloths have is common from the first entry on, and repeats of one ornament count once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

import motif.matching
from clothmaker import draw_cloth
from motif import CHEAPEST_1, STANDARD_1, Fingerprint, compare, fingerprint
from motif.matching.cohort import FILE, background
from motif.matching.geometry import coincide
from motif.matching.inverted_index import MemorySource
from motif.matching.score import ornaments
from motif.matching.search import search
from motif.matching.views import UNIT, plain_view, query_views


def nothing(keys: Collection[int]) -> dict[int, Fingerprint]:
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("family", ["kawung", "parang"])
def test_what_two_cloths_of_a_classic_family_share_weighs_little_without_a_registry(family: str) -> None:
    one, other = (fingerprint(draw_cloth(family, seed, long_edge_px=640).rgb) for seed in (71, 72))
    assert compare(one, other).score < 0.1
    assert compare(one, one).score == 1.0


def test_drawn_cloths_are_never_answers() -> None:
    source = MemorySource(CHEAPEST_1)
    query = fingerprint(draw_cloth("kawung", 20_000, long_edge_px=640).rgb, CHEAPEST_1)
    assert not len(source) and search(query, source, nothing, CHEAPEST_1, limit=10) == []


def test_the_background_is_what_eight_drawn_cloths_have() -> None:
    """Looked for near each keypoint only, it lies below that over all of them, but hardly."""
    with np.load(Path(motif.matching.__file__).with_name(FILE)) as stored:
        drawn, counts = stored["tones_descriptors"] * UNIT, stored["tones_counts"]
    views = query_views(fingerprint(draw_cloth("ceplok", 5, long_edge_px=640).rgb).main)
    chosen = np.arange(0, 600, 20)
    starts = np.cumsum(counts) - counts
    for view in views:
        of_view = background(view.descriptors[chosen], "tones")
        near = np.sort(np.maximum.reduceat(view.descriptors[chosen] @ drawn.T, starts, axis=1), axis=1)[:, -8]
        assert (of_view <= near + 1e-5).all() and (near - of_view).mean() < 0.02


@pytest.mark.slow
def test_repeats_of_one_ornament_count_once() -> None:
    """A tile laid out thirty times coincides with itself everywhere, and says as much as one tile."""
    tile = np.random.default_rng(3).integers(0, 2, (8, 8), np.uint8)
    tile = np.kron(tile * 190 + 30, np.ones((10, 10), np.uint8))
    once = np.kron(np.random.default_rng(4).integers(0, 2, (40, 48), np.uint8), np.ones((10, 10), np.uint8))
    counted = {}
    for name, picture in {"repeat": np.tile(tile, (5, 6)), "no repeat": once * 190 + 30}.items():
        view = plain_view(fingerprint(picture, STANDARD_1).main)
        found = coincide(view, view, np.full(len(view.xy), 0.5, np.float32))
        assert found is not None
        counted[name] = ornaments(found, view) / found.cells
    assert counted["repeat"] < 0.5 * counted["no repeat"]
