"""A label, logo or watermark on two cloths is no evidence; the cloth under it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from clothmaker import draw_cloth
from clothmaker.marks import draw_mark, placed
from clothmaker.reuse import insert, redye, rephotograph
from motif import STANDARD_1, compare, fingerprint
from motif.arrays import RGB8
from motif.features.keypoints import mirrored, negative
from motif.fingerprint import Fingerprint
from motif.matching.evidence import Evidence
from motif.matching.marks import features, is_mark, mark_network, on_mark
from motif.matching.views import UNIT

pytestmark = pytest.mark.slow  # draws and compares whole cloths

KINDS = ["panel", "code", "disc", "stamp", "bars", "ribbon"]


@pytest.fixture(scope="module")
def cloth_of() -> Callable[[str], RGB8]:
    cloths = {
        family: draw_cloth(family, 77, long_edge_px=800).rgb for family in ("parang", "ceplok", "semen")
    }
    return cloths.__getitem__


def marked(rgb: RGB8, kind: str, at: tuple[float, float] = (0.75, 0.8), **how: float) -> Fingerprint:
    mark = draw_mark(kind, np.random.default_rng(5))
    return fingerprint(placed(rgb, mark, at=at, **{"width": 0.34, **how}))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_one_mark_on_two_designs_is_no_indication(cloth_of: Callable[[str], RGB8], kind: str) -> None:
    parang, ceplok = (marked(cloth_of(family), kind) for family in ("parang", "ceplok"))
    assert compare(parang, ceplok).verdict == "clear"


@pytest.mark.parametrize("how", [{"turn_deg": 35.0}, {"width": 0.45}, {"mirrored": True}])
def test_so_is_one_that_was_turned_enlarged_or_mirrored(
    cloth_of: Callable[[str], RGB8], how: dict[str, float]
) -> None:
    here = marked(cloth_of("parang"), "code")
    there = marked(cloth_of("ceplok"), "code", (0.3, 0.4), **how)
    assert compare(here, there).verdict == "clear"


def test_the_match_says_that_it_is_a_label_and_shows_where(cloth_of: Callable[[str], RGB8]) -> None:
    evidence = compare(*(marked(cloth_of(family), "code") for family in ("parang", "ceplok")))
    assert (evidence.basis, evidence.verdict) == ("label", "clear")
    assert evidence.sentence("en") == "What coincides is a label, not the cloth."
    assert evidence.sentence("id") == "Bagian yang cocok adalah label, bukan kainnya."
    assert evidence.score < STANDARD_1.review_score and evidence.false_alarm_rate is None
    width, height = evidence.query_px
    outline = np.array(evidence.query_outline[0]) / [width, height]
    assert 0 < evidence.query_share < 0.2
    assert np.abs(outline - [0.75, 0.8]).max() < 0.3, "the outline lies round the label"


@pytest.mark.parametrize("kind", KINDS)
def test_one_design_under_one_mark_is_a_conflict(cloth_of: Callable[[str], RGB8], kind: str) -> None:
    parang, rng = cloth_of("parang"), np.random.default_rng(1)
    evidence = compare(marked(redye(parang, rng), kind), marked(rephotograph(parang, rng), kind))
    assert (evidence.verdict, evidence.basis) == ("conflict", "keypoints")


def test_a_copy_that_lies_where_it_lay_is_a_conflict(cloth_of: Callable[[str], RGB8]) -> None:
    """An identical place in the frame says nothing: a copy dyed anew coincides at the same place, too."""
    semen = cloth_of("semen")
    assert (
        compare(fingerprint(redye(semen, np.random.default_rng(2))), fingerprint(semen)).verdict == "conflict"
    )


def test_an_ornament_in_another_design_is_found(cloth_of: Callable[[str], RGB8]) -> None:
    semen, parang = cloth_of("semen"), cloth_of("parang")
    composite = insert(semen, parang, np.random.default_rng(3))
    assert compare(fingerprint(composite), fingerprint(semen)).verdict == "conflict"


def test_a_design_of_letters_is_evidence(cloth_of: Callable[[str], RGB8]) -> None:
    """A cloth printed with words all over looks like a mark everywhere, and can be copied like any other."""
    words = np.full((800, 800, 3), 245, np.uint8)
    for row in range(8):
        for column in range(3):
            mark = draw_mark("wordmark", np.random.default_rng(10 * row + column))
            words = placed(words, mark, at=(0.18 + 0.32 * column, 0.06 + 0.125 * row), width=0.3)
    copy = redye(words, np.random.default_rng(4))[100:700, 60:760]
    assert compare(fingerprint(np.ascontiguousarray(copy)), fingerprint(words)).verdict == "conflict"


def test_only_the_points_on_the_mark_are_taken_away(cloth_of: Callable[[str], RGB8]) -> None:
    """Of a coincidence that covers a code and some cloth, the cloth stays."""
    value = marked(cloth_of("parang"), "code").main
    x, y = value.keypoints.xy.T
    inside = (abs(x - 0.75 * value.width_px) < 90) & (abs(y - 0.8 * value.height_px) < 90)
    away = (abs(x - 0.75 * value.width_px) > 170) | (abs(y - 0.8 * value.height_px) > 170)
    beside = np.flatnonzero(away)[:25]
    chosen = value.keypoints.xy[np.r_[np.flatnonzero(inside), beside]]
    points = tuple((float(x), float(y), float(x), float(y)) for x, y in chosen)
    evidence = Evidence(score=0.9, verdict="conflict", basis="keypoints", points=points)
    assert is_mark(value, value, evidence)
    taken = on_mark(value, evidence)
    assert taken[: inside.sum()].mean() > 0.8
    assert taken[inside.sum() :].mean() < 0.3


def test_the_network_takes_mirrored_and_negative_keypoints_alike(cloth_of: Callable[[str], RGB8]) -> None:
    points = marked(cloth_of("ceplok"), "code").main.keypoints
    network, size = mark_network("tones"), np.log2(points.size_px)
    plain, *others = (
        network(features(rows * UNIT, size))
        for rows in (points.descriptors, mirrored(points.descriptors), negative(points.descriptors))
    )
    for odds in others:
        assert np.corrcoef(plain, odds)[0, 1] > 0.8
