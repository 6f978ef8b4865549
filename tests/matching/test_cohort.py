"""What many cloths have is common from the first entry on, and repeats of one ornament count once."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest

from clothmaker import draw_cloth
from motif import CHEAPEST_1, STANDARD_1, Fingerprint, compare, fingerprint
from motif.matching.candidates import CandidateIndex
from motif.matching.cohort import Cohort, cohort
from motif.matching.geometry import coincide
from motif.matching.score import ornaments
from motif.matching.search import search
from motif.matching.views import plain_view


def nothing(keys: Collection[int]) -> dict[int, Fingerprint]:
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("family", ["kawung", "parang"])
def test_what_two_cloths_of_a_classic_family_share_weighs_little_without_a_registry(family: str) -> None:
    one, other = (fingerprint(draw_cloth(family, seed, long_edge_px=640).rgb) for seed in (71, 72))
    assert compare(one, other).score < 0.1
    assert compare(one, one).score == 1.0


def test_drawn_cloths_are_never_answers() -> None:
    index = CandidateIndex(CHEAPEST_1)
    query = fingerprint(draw_cloth("kawung", 20_000, long_edge_px=640).rgb, CHEAPEST_1)
    assert not len(index) and search(query, index, nothing, limit=10) == []


def test_an_index_with_other_drawn_cloths_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Cohort(descriptors=cohort("tones").descriptors[:50], owner=np.full(50, -2, np.int32))
    with monkeypatch.context() as patch:
        patch.setattr("motif.matching.candidates.cohort", lambda part: few)
        index = CandidateIndex(CHEAPEST_1)
        index.add(1, fingerprint(draw_cloth("ceplok", 5, long_edge_px=480).rgb, CHEAPEST_1))
        index.save(tmp_path / "index")
        assert list(CandidateIndex.load(tmp_path / "index", CHEAPEST_1).keys()) == [1]
    with pytest.raises(ValueError, match="other drawn cloths"):
        CandidateIndex.load(tmp_path / "index", CHEAPEST_1)


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
