"""What evidence says of a transform: turn, size, words, shares and JSON, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.matching.evidence import Basis, Evidence, change_words

FLIP = np.diag([-1.0, 1.0, 1.0])


def transform_of(scale: float, turn_deg: float, mirrored: bool = False) -> tuple[float, ...]:
    """Mirror the query first, turn it clockwise on screen, enlarge and shift it."""
    cos, sin = scale * np.cos(np.radians(turn_deg)), scale * np.sin(np.radians(turn_deg))
    made = np.array([[cos, -sin, 70], [sin, cos, -20], [0, 0, 1.0]])
    return tuple((made @ FLIP if mirrored else made).ravel().tolist())


@settings(max_examples=40)
@given(scale=st.floats(0.1, 8), turn_deg=st.floats(-179, 179), mirrored=st.booleans())
def test_scale_and_turn_are_those_of_the_transform(scale: float, turn_deg: float, mirrored: bool) -> None:
    evidence = Evidence(
        score=0.9,
        verdict="conflict",
        basis="keypoints",
        mirrored=mirrored,
        transform=transform_of(scale, turn_deg, mirrored),
    )
    assert evidence.scale == pytest.approx(scale)
    assert evidence.turn_deg == pytest.approx(turn_deg, abs=1e-6)


def test_a_stretched_query_has_the_mean_scale_and_turn() -> None:
    stretched = Evidence(
        score=0.9, verdict="review", basis="keypoints", transform=(2.0, 0, 9, 0.5, 0.5, 9, 0, 0, 1)
    )
    assert stretched.scale == pytest.approx(1.0)
    assert stretched.turn_deg == pytest.approx(np.degrees(np.arctan2(0.5, 2.5)))


def test_without_a_transform_there_is_neither_scale_nor_turn() -> None:
    plain = Evidence(score=0.0, verdict="clear", basis="none")
    assert (plain.scale, plain.turn_deg, plain.changes("en")) == (None, None, ())
    assert plain.sentence("en") == "Nothing coincides."
    assert (plain.query_outline, plain.query_share, plain.registered_share) == ((), 0.0, 0.0)


@pytest.mark.parametrize(
    ("turn_deg", "words"),
    [
        (None, ()),
        (0.0, ()),
        (9.9, ()),
        (-9.9, ()),
        (10.0, ("turned anticlockwise by 10°",)),
        (-10.0, ("turned clockwise by 10°",)),
        (12.4, ("turned anticlockwise by 10°",)),
        (12.6, ("turned anticlockwise by 15°",)),
        (-88.0, ("turned clockwise by 90°",)),
        (177.4, ("turned anticlockwise by 175°",)),
        (177.6, ("turned by 180°",)),
        (-178.0, ("turned by 180°",)),
        (180.0, ("turned by 180°",)),
    ],
)
def test_a_turn_is_said_from_10_degrees_on_in_steps_of_5(
    turn_deg: float | None, words: tuple[str, ...]
) -> None:
    assert change_words(turn_deg=turn_deg, mirrored=False, scale=1.0, negative=False, language="en") == words


@pytest.mark.parametrize(
    ("scale", "english", "indonesian"),
    [
        (None, (), ()),
        (1.0, (), ()),
        (1.149, (), ()),
        (0.871, (), ()),
        (1.15, ("1.1 times smaller",), ("1,1 kali lebih kecil",)),
        (0.8695, ("1.2 times larger",), ("1,2 kali lebih besar",)),
        (2.0, ("2.0 times smaller",), ("2,0 kali lebih kecil",)),
        (0.25, ("4.0 times larger",), ("4,0 kali lebih besar",)),
    ],
)
def test_a_change_of_size_is_said_from_115_hundredths_on(
    scale: float | None, english: tuple[str, ...], indonesian: tuple[str, ...]
) -> None:
    for language, words in (("en", english), ("id", indonesian)):
        assert (
            change_words(turn_deg=0.0, mirrored=False, scale=scale, negative=False, language=language)
            == words
        )


def test_all_changes_are_said_in_one_order() -> None:
    evidence = Evidence(
        score=0.9,
        verdict="conflict",
        basis="keypoints",
        mirrored=True,
        negative=True,
        transform=transform_of(0.5, 90, mirrored=True),
    )
    assert evidence.changes("en") == (
        "turned anticlockwise by 90°",
        "mirrored",
        "2.0 times larger",
        "dark for light",
    )
    assert evidence.changes("en", other_dye=True)[3:] == ("other dye", "dark for light")
    assert evidence.sentence("en", other_dye=True).endswith(
        ": turned anticlockwise by 90°, mirrored, 2.0 times larger, other dye, dark for light."
    )


SQUARE = ((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0))


def test_json_holds_what_the_evidence_says() -> None:
    points = tuple((x, y, x / 2, y / 2 + 30) for x, y in SQUARE)
    evidence = Evidence(
        score=0.87654321,
        verdict="conflict",
        basis="keypoints",
        transform=transform_of(0.5, 0.0),
        points=points,
        cells=4,
        rarity=0.123456,
        false_alarm_rate=0.0123456,
        query_px=(100, 100),
        registered_px=(200, 100),
    )
    made = evidence.to_json()
    assert made["score"] == 0.876543 and made["rarity"] == 0.1235 and made["false_alarm_rate"] == 0.01235
    assert (made["verdict"], made["basis"], made["cells"], made["inliers"]) == ("conflict", "keypoints", 4, 4)
    assert (made["query_px"], made["registered_px"]) == ([100, 100], [200, 100])
    assert made["transform"] == list(evidence.transform or ()) and made["points"] == [list(p) for p in points]
    assert made["scale"] == pytest.approx(0.5) and made["turn_deg"] == pytest.approx(0)
    assert made["query_outline"] == [[list(corner) for corner in evidence.query_outline[0]]]
    assert made["registered_outline"] == [[list(corner) for corner in evidence.registered_outline[0]]]
    assert made["query_share"] == evidence.query_share and evidence.query_share > 0.6
    assert made["registered_share"] == evidence.registered_share < 0.5 * evidence.query_share
    assert made["sentence"]["en"] == (
        f"The drawing coincides in 4 places ({100 * evidence.query_share:.0f} % of the checked photo, "
        f"{100 * evidence.registered_share:.0f} % of the registered one): 2.0 times larger."
    )
    assert made["sentence"]["id"].startswith("Gambarnya cocok pada 4 bagian")
    bare = replace(evidence, transform=None, false_alarm_rate=None).to_json()
    assert bare["transform"] is None and bare["false_alarm_rate"] is None and bare["scale"] is None


@pytest.mark.parametrize(
    ("basis", "share", "sentence"),
    [
        ("file", 1.0, "The two are the same file."),
        ("hash", 1.0, "The two are nearly the same picture."),
        ("votes", 0.0, "Parts are alike, but no drawing coincides."),
        ("none", 0.0, "Nothing coincides."),
    ],
)
def test_the_same_picture_coincides_as_a_whole(basis: str, share: float, sentence: str) -> None:
    evidence = Evidence(
        score=0.5,
        verdict="review",
        basis=basis,
        query_px=(64, 48),
        registered_px=(32, 24),  # type: ignore[arg-type]
    )
    assert (evidence.query_share, evidence.registered_share) == (share, share)
    assert evidence.sentence("en") == sentence
    assert evidence.query_outline == ((((0, 0), (63, 0), (63, 47), (0, 47)),) if share else ())
    assert evidence.registered_outline == ((((0, 0), (31, 0), (31, 23), (0, 23)),) if share else ())


def of_pictures(basis: Basis, query: int | None, registered: int | None) -> Evidence:
    corners = ((9.0, 9.0, 9.0, 9.0), (90.0, 9.0, 90.0, 9.0), (90.0, 90.0, 90.0, 90.0))
    return Evidence(
        score=0.9,
        verdict="conflict",
        basis=basis,
        points=corners,
        query_px=(100, 100),
        registered_px=(100, 100),
        query_field=query or 0,
        registered_field=registered or 0,
        query_picture=query,
        registered_picture=registered,
    )


@pytest.mark.parametrize(
    ("basis", "query", "registered", "english", "indonesian"),
    [
        (
            "keypoints",
            1,
            None,
            "(52 % of picture 2 of the checked photo, 52 % of the registered one)",
            "(52 % dari gambar 2 pada foto yang diperiksa, 52 % dari yang terdaftar)",
        ),
        (
            "strokes",
            None,
            0,
            "(52 % of the checked photo, 52 % of picture 1 of the registered one)",
            "(52 % dari foto yang diperiksa, 52 % dari gambar 1 pada yang terdaftar)",
        ),
        (
            "hash",
            2,
            None,
            "(picture 3 of the checked photo, the registered one)",
            "(gambar 3 pada foto yang diperiksa, yang terdaftar)",
        ),
    ],
)
def test_of_a_photo_with_several_pictures_the_sentence_says_which(
    basis: Basis, query: int | None, registered: int | None, english: str, indonesian: str
) -> None:
    evidence = of_pictures(basis, query, registered)
    assert english in evidence.sentence("en")
    assert indonesian in evidence.sentence("id")
    value = evidence.to_json()
    assert (value["query_picture"], value["registered_picture"]) == (query, registered)
    assert (value["query_field"], value["registered_field"]) == (query or 0, registered or 0)


def test_of_photos_with_one_picture_no_number_is_said() -> None:
    assert "picture" not in of_pictures("keypoints", None, None).sentence("en")
    assert of_pictures("hash", None, None).sentence("en") == "The two are nearly the same picture."
