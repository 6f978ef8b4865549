"""What evidence says of a reuse whose truth is known: where, how much, changed how, in which dye."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import motif
from motif.errors import ParameterError
from motif.matching.evidence import Basis, Evidence, change_words
from motif.matching.parts import coinciding_parts, outlined
from motif.messages import use_language
from motif.report.check_text import compare_text
from motif.report.pictures.pair import comparison_sheet

DYES = np.uint8([[236, 222, 190], [24, 38, 84], [150, 84, 40]])
OTHER = np.uint8([[240, 214, 200], [96, 16, 28], [60, 96, 60]])


def cloth(seed: int, dyes: np.ndarray = DYES) -> np.ndarray:
    """Draw blots in three dyes like no other seed's: uint8, shape (480, 640, 3)."""
    rng = np.random.default_rng(seed)
    coarse, fine = (cv2.GaussianBlur(rng.normal(size=(480, 640)), (0, 0), s) for s in (9, 3))
    return dyes[np.where(coarse > 0, 1, np.where(fine > 0.05, 2, 0))]


@pytest.fixture(scope="module")
def part() -> tuple[np.ndarray, np.ndarray]:
    """A plain cloth with two pieces of another one, and that one."""
    whole = cloth(1)
    query = np.full((480, 640, 3), DYES[0], np.uint8)
    for piece in (np.s_[20:190, 20:200], np.s_[290:470, 440:620]):
        query[piece] = whole[piece]
    return query, whole


@pytest.mark.slow
def test_a_turned_mirrored_part_in_another_dye_is_told_as_such() -> None:
    taken = cloth(3, OTHER)[60:420, 80:560]
    query = np.ascontiguousarray(np.rot90(taken, -1)[:, ::-1])
    evidence = motif.compare(query, cloth(3))
    made = motif.explain(query, cloth(3), evidence)
    assert made.evidence is evidence
    assert made.sentence("en").endswith(": turned clockwise by 90°, mirrored, 1.3 times larger, other dye.")
    assert "diputar 90° searah jarum jam, dicerminkan, 1,3 kali lebih besar, warna lain." in made.sentence(
        "id"
    )
    truth = np.zeros((480, 640), bool)
    truth[60:420, 80:560] = True
    inside = outlined(evidence.registered_outline, evidence.registered_px)
    assert (inside & truth).sum() > 0.95 * inside.sum() > 0.7 * truth.sum()
    assert abs(evidence.registered_share - inside.mean()) < 0.01
    assert evidence.query_share > 0.75


@pytest.mark.slow
def test_dark_for_light_is_told_and_is_no_difference() -> None:
    query = 255 - cloth(4)
    made = motif.explain(query, cloth(4), motif.compare(query, cloth(4)))
    assert made.evidence.changes("en", other_dye=made.other_dye) == ("other dye", "dark for light")
    assert made.differing_share < 0.01


@pytest.mark.slow
def test_pieces_that_lie_apart_are_outlined_one_by_one(part: tuple[np.ndarray, np.ndarray]) -> None:
    evidence = motif.compare(*part)
    assert len(evidence.query_outline) == len(evidence.registered_outline) == 2
    middles = sorted(np.mean(outline, axis=0).tolist() for outline in evidence.registered_outline)
    assert np.abs(np.array(middles) - [(110, 105), (530, 380)]).max() < 25
    assert evidence.query_share < 0.3


@pytest.mark.slow
def test_a_changed_ornament_is_where_the_drawings_differ() -> None:
    query = cloth(5)
    query[200:280, 300:400] = cloth(6)[200:280, 300:400]
    made = motif.explain(query, cloth(5), motif.compare(query, cloth(5)))
    assert made.differs and not made.other_dye
    found = outlined(made.differs, (640, 480))
    assert found[200:280, 300:400].sum() > 0.9 * found.sum()
    assert found[200:280, 300:400].mean() > 0.3
    assert made.difference.dtype == np.uint8 and not made.difference.flags.writeable


@pytest.mark.slow
def test_dyes_are_paired_by_place_not_by_likeness() -> None:
    made = motif.explain(cloth(7, OTHER), cloth(7), motif.compare(cloth(7, OTHER), cloth(7)))
    assert [(pair.query.hex, pair.registered.hex) for pair in made.dyes] == [
        ("#60101c", "#182654"),
        ("#f0d6c8", "#ecdebe"),
        ("#3c603c", "#965428"),
    ]
    assert [pair.share for pair in made.dyes] == pytest.approx([0.5, 0.345, 0.15], abs=0.02)


@pytest.mark.slow
def test_nothing_coincides_and_it_is_said() -> None:
    evidence = motif.compare(cloth(11), cloth(12))
    made = motif.explain(cloth(11), cloth(12), evidence)
    assert (made.dyes, made.differs, made.evidence.query_share) == ((), (), 0.0)
    assert made.evidence.query_outline == () and made.aligned_rgb is None
    assert made.sentence("en") in ("Nothing coincides.", "Parts are alike, but no drawing coincides.")


@pytest.mark.slow
def test_one_file_coincides_as_a_whole() -> None:
    evidence = motif.compare(cloth(1), cloth(1))
    assert evidence.basis == "file" and evidence.sentence("en") == "The two are the same file."
    assert evidence.query_outline == (((0.0, 0.0), (639.0, 0.0), (639.0, 479.0), (0.0, 479.0)),)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("basis", "places", "language", "sentence"),
    [
        (
            "keypoints",
            1,
            "en",
            "The drawing coincides in 1 place (0 % of the checked photo, 0 % of the registered one).",
        ),
        (
            "keypoints",
            2,
            "en",
            "The drawing coincides in 2 places (0 % of the checked photo, 0 % of the registered one).",
        ),
        (
            "strokes",
            1,
            "en",
            "The lines coincide in 1 place, whatever is dark or light "
            "(0 % of the checked photo, 0 % of the registered one).",
        ),
        (
            "keypoints",
            1,
            "id",
            "Gambarnya cocok pada 1 bagian (0 % dari foto yang diperiksa, 0 % dari yang terdaftar).",
        ),
    ],
)
def test_one_place_is_singular(basis: Basis, places: int, language: str, sentence: str) -> None:
    points = tuple((9.0 * k, 9.0, 9.0 * k, 9.0) for k in range(1, places + 1))
    evidence = Evidence(
        score=0.9, verdict="review", basis=basis, points=points, query_px=(900, 900), registered_px=(900, 900)
    )
    assert evidence.sentence(language) == sentence


@pytest.mark.slow
def test_evidence_of_other_pictures_is_refused() -> None:
    evidence = motif.compare(cloth(1), cloth(1))
    with pytest.raises(ParameterError, match="swatches"):
        motif.explain(cloth(1)[:300], cloth(1), evidence)


@pytest.mark.slow
def test_check_and_compare_give_the_same_object(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "r.motif") as registry:
        registry.register(cloth(1), title="One")
        found = registry.check(cloth(1, OTHER)).matches[0].evidence
    alone = motif.compare(cloth(1, OTHER), cloth(1))
    assert type(found) is type(alone) is motif.Evidence
    assert (found.query_px, found.registered_px) == (alone.query_px, alone.registered_px)
    assert found.to_json().keys() == alone.to_json().keys()
    assert found.registered_share > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_sheet_holds_both_cloths_and_bad_names_do_no_harm(language: str) -> None:
    made = motif.explain(cloth(3, OTHER), cloth(3), motif.compare(cloth(3, OTHER), cloth(3)))
    use_language(language)
    try:
        sheet = comparison_sheet(made, names=("a\x1b[2J\n" * 40, "蝋染.jpg"))
        text = compare_text(made)
    finally:
        use_language(None)
    assert sheet.dtype == np.uint8 and sheet.shape[2] == 3 and sheet.shape[1] < 1600
    assert ("cocok pada" in text) == (language == "id")


place = st.floats(0, 639, allow_nan=False, width=32)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(place, place, place, place), max_size=60))
def test_outlines_stay_on_the_swatch_and_pair_up(points: list[tuple[float, float, float, float]]) -> None:
    parts = coinciding_parts(tuple(points), (640, 640), (640, 640))
    assert len(parts.query) == len(parts.registered)
    assert 0 <= parts.query_share <= 1 and 0 <= parts.registered_share <= 1
    assert all(0 <= c <= 639 for outline in (*parts.query, *parts.registered) for xy in outline for c in xy)


@given(st.floats(-180, 180), st.booleans())
def test_the_words_for_a_turn_are_those_of_the_way_back(turn_deg: float, mirrored: bool) -> None:
    there, back = (
        change_words(turn_deg=sign * turn_deg, mirrored=mirrored, scale=1.0, negative=False, language="en")
        for sign in (1, -1)
    )
    other = [phrase.replace("anticlockwise", "@").replace("clockwise", "anticlockwise") for phrase in back]
    assert [phrase.replace("@", "clockwise") for phrase in other] == list(there)
