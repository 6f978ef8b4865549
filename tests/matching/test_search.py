"""What is found again, under which transform, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
from tests import pictures
from tests.pictures import sheet_of

from motif import CHEAPEST_1, STANDARD_1, Fingerprint, Registry, compare, fingerprint, read_photo
from motif.arrays import RGB8
from motif.errors import IncomparableFingerprintsError
from motif.features.keypoints import find_keypoints
from motif.matching.evidence import SearchHit
from motif.matching.geometry import coincide
from motif.matching.inverted_index import MemorySource
from motif.matching.search import QUICK, THOROUGH, search
from motif.matching.views import View, plain_view
from motif.profiles import Profile

Gray = np.ndarray
PARANG = Path(__file__).parents[2] / "samples/parang_0016.jpg"


def blots(seed: int) -> Gray:
    """Draw a picture like no other: uint8, shape (480, 640)."""
    return pictures.blots(seed, (40, 54))[:480, :640]


def loader(known: dict[int, Fingerprint]) -> Callable[[Collection[int]], dict[int, Fingerprint]]:
    return lambda keys: {key: known[key] for key in keys if key in known}


@pytest.fixture(scope="module")
def known() -> dict[int, Fingerprint]:
    return {seed: fingerprint(blots(seed)) for seed in range(1, 13)}


def source_of(known: dict[int, Fingerprint], profile: Profile = STANDARD_1) -> MemorySource:
    return MemorySource(profile, known)


@pytest.fixture(scope="module")
def source(known: dict[int, Fingerprint]) -> MemorySource:
    return source_of(known)


@pytest.mark.slow
def test_a_turned_picture_is_found_with_its_turn(known: dict[int, Fingerprint], source: MemorySource) -> None:
    turned = np.ascontiguousarray(np.rot90(blots(5)))
    best = search(fingerprint(turned), source, loader(known), STANDARD_1, limit=3)[0]
    assert (best.key, best.evidence.verdict) == (5, "conflict")
    assert abs(best.evidence.turn_deg - 90) < 2
    assert (best.evidence.mirrored, best.evidence.negative) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "mirrored", "negative"),
    [
        (lambda gray: gray[:, ::-1], True, False),
        (lambda gray: 255 - gray, False, True),
        (lambda gray: 255 - gray[:, ::-1], True, True),
    ],
)
def test_mirror_and_negative_are_named(
    change: Callable[[Gray], Gray], mirrored: bool, negative: bool, known: dict[int, Fingerprint]
) -> None:
    found = compare(fingerprint(np.ascontiguousarray(change(blots(3)))), known[3])
    assert (found.verdict, found.mirrored, found.negative) == ("conflict", mirrored, negative)


@pytest.mark.slow
def test_points_and_transform_lead_to_the_same_place(known: dict[int, Fingerprint]) -> None:
    """The query is the right half, mirrored and enlarged: each point must land where it was cut out."""
    part = np.ascontiguousarray(blots(3)[:240, 320:][:, ::-1])
    found = compare(part, known[3])
    assert found.verdict == "conflict" and found.transform and len(found.points) >= 20
    points = np.array(found.points)
    landed = np.c_[points[:, :2], np.ones(len(points))] @ np.reshape(found.transform, (3, 3)).T
    assert np.abs(landed[:, :2] - points[:, 2:]).max() < 10.1
    cut_from = np.c_[639 - points[:, 0] / 2, points[:, 1] / 2]
    assert np.median(np.abs(cut_from - points[:, 2:])) < 2
    assert found.scale is not None and abs(found.scale - 0.5) < 0.02


@pytest.mark.slow
def test_unrelated_pictures_are_clear(known: dict[int, Fingerprint], source: MemorySource) -> None:
    found = search(fingerprint(blots(99)), source, loader(known), STANDARD_1, limit=12)
    assert {one.evidence.verdict for one in found} == {"clear"}


@pytest.mark.slow
def test_few_coinciding_places_are_no_conflict() -> None:
    def drops(seed: int) -> Gray:
        chance, picture = np.random.default_rng(seed), np.full((480, 480), 230, np.uint8)
        for _ in range(60):
            x, y, radius = (int(chance.integers(*span)) for span in ((0, 480), (0, 480), (4, 30)))
            cv2.circle(picture, (x, y), radius, int(chance.integers(0, 160)), -1, cv2.LINE_AA)
        return picture

    made = [fingerprint(drops(seed)) for seed in range(8)]
    verdicts = {compare(a, b).verdict for i, a in enumerate(made) for b in made[:i]}
    assert "conflict" not in verdicts


def test_a_picture_without_keypoints_is_found_by_its_hash(known: dict[int, Fingerprint]) -> None:
    without = replace(known[2].main, keypoints=find_keypoints(np.full((99, 99), 7, np.uint8)))
    bare = replace(known[2], fields=(without,), source_sha256="0" * 64)
    few = {1: bare, 2: known[7]}
    best = search(known[2], source_of(few), loader(few), STANDARD_1, limit=5)[0]
    assert (best.key, best.evidence.basis, best.evidence.verdict) == (1, "hash", "conflict")


@pytest.mark.slow
def test_added_photos_count_from_the_next_search(known: dict[int, Fingerprint]) -> None:
    source, query, late = source_of(known), fingerprint(blots(50)[:400, :500]), fingerprint(blots(50))
    assert search(query, source, loader(known), STANDARD_1, limit=1)[0].evidence.verdict == "clear"
    source.add(50, late)
    assert search(query, source, loader(known | {50: late}), STANDARD_1, limit=1)[0].key == 50


@pytest.mark.slow
def test_a_photo_that_cannot_be_loaded_is_left_out(
    known: dict[int, Fingerprint], source: MemorySource
) -> None:
    rest = {key: value for key, value in known.items() if key != 5}
    found = search(known[5], source, loader(rest), STANDARD_1, limit=12)
    assert sorted(one.key for one in found) == sorted(rest)


def test_unlike_profiles_are_refused(source: MemorySource) -> None:
    with pytest.raises(IncomparableFingerprintsError, match="cheapest-1"):
        search(fingerprint(blots(1), CHEAPEST_1), source, loader({}), STANDARD_1, limit=1)


def _keep(view: View, rows: np.ndarray) -> View:
    return replace(
        view,
        xy=view.xy[rows],
        log2_size=view.log2_size[rows],
        angle_rad=view.angle_rad[rows],
        descriptors=view.descriptors[rows],
    )


def test_collinear_points_make_no_model(known: dict[int, Fingerprint]) -> None:
    view = plain_view(known[1].main)
    background = np.full(len(view.xy), 0.85, np.float32)
    assert coincide(view, view, background) is not None
    line = replace(view, xy=np.stack([view.xy[:, 0], np.full(len(view.xy), 100, np.float32)], axis=1))
    assert coincide(line, line, background) is None


def test_three_points_make_no_model(known: dict[int, Fingerprint]) -> None:
    view = plain_view(known[1].main)
    three = _keep(view, np.arange(3))
    assert coincide(three, view, np.full(3, 0.85, np.float32)) is None


Loads = list[list[int]]


@pytest.fixture(scope="module")
def eighteen() -> dict[int, Fingerprint]:
    return {seed: fingerprint(pictures.blots(seed, (14, 18)), CHEAPEST_1) for seed in range(1, 19)}


def searched(query: Gray, known: dict[int, Fingerprint], limit: int = 20) -> tuple[list[SearchHit], Loads]:
    """Search, and note which photos were asked for at a time."""
    source, loads = source_of(known, CHEAPEST_1), cast(Loads, [])

    def load(keys: Collection[int]) -> dict[int, Fingerprint]:
        loads.append(list(keys))
        return {key: known[key] for key in keys}

    hits = search(fingerprint(query, CHEAPEST_1), source, load, CHEAPEST_1, limit=limit)
    return hits, [keys for keys in loads if keys]


@pytest.mark.slow
def test_as_many_unlike_photos_are_returned_as_are_asked_for(eighteen: dict[int, Fingerprint]) -> None:
    """With a conflict few are verified; without one, ten and those that strokes propose."""
    source = source_of(eighteen, CHEAPEST_1)
    for picture in (pictures.blots(5, (14, 18))[:, ::-1], pictures.blots(99, (14, 18))):
        query = fingerprint(np.ascontiguousarray(picture), CHEAPEST_1)
        every = [one.key for one in search(query, source, loader(eighteen), CHEAPEST_1, limit=20)]
        assert sorted(every) == sorted(eighteen)
        for limit in (1, 14):
            found = search(query, source, loader(eighteen), CHEAPEST_1, limit=limit)
            assert [one.key for one in found] == every[:limit]


def test_after_a_conflict_four_more_are_verified_and_the_rest_follow_by_their_votes(
    eighteen: dict[int, Fingerprint],
) -> None:
    found, loads = searched(np.ascontiguousarray(pictures.blots(5, (14, 18))[:, ::-1]), eighteen)
    assert [len(keys) for keys in loads] == [4, 4] and loads[0][0] == 5
    verdicts = [one.evidence.verdict for one in found]
    assert found[0].key == 5 and verdicts == ["conflict"] + ["clear"] * (len(found) - 1)
    scores = [one.evidence.score for one in found]
    assert scores == sorted(scores, reverse=True)
    rest = [one for one in found if one.key not in loads[0] + loads[1]]
    assert {one.evidence.basis for one in rest} == {"votes"}
    assert {one.evidence.query_px for one in rest} == {(0, 0)}  # it was never looked at


def test_without_a_conflict_ten_are_verified_and_those_that_strokes_propose(
    eighteen: dict[int, Fingerprint],
) -> None:
    found, loads = searched(pictures.blots(99, (14, 18)), eighteen)
    assert [len(keys) for keys in loads[:3]] == [4, 4, 2] and len(loads) <= 4
    verified = [key for keys in loads for key in keys]
    assert len(verified) == len(set(verified)) <= 10 + THOROUGH.verified_strokes
    assert {one.evidence.verdict for one in found} == {"clear"}
    assert {one.key for one in found if one.evidence.query_px != (0, 0)} == set(verified)


def test_a_quick_search_verifies_fewer_and_says_the_same_of_them(eighteen: dict[int, Fingerprint]) -> None:
    for query in (pictures.blots(99, (14, 18)), pictures.blots(5)[:, 40:]):
        asked = fingerprint(query, CHEAPEST_1)
        source = MemorySource(CHEAPEST_1, eighteen)
        loaded: list[int] = []

        def load(keys: Collection[int], loaded: list[int] = loaded) -> dict[int, Fingerprint]:
            loaded.extend(keys)
            return {key: eighteen[key] for key in keys}

        thorough = {one.key: one for one in search(asked, source, load, CHEAPEST_1, limit=18)}
        of_thorough = len(set(loaded))
        loaded.clear()
        quick = search(asked, source, load, CHEAPEST_1, limit=18, effort=QUICK)
        assert len(set(loaded)) < of_thorough
        assert [one for one in quick if one.evidence.verdict != "clear"] == [
            one for one in thorough.values() if one.evidence.verdict != "clear"
        ]
        assert all(one == thorough[one.key] for one in quick if one.key in loaded)


def test_a_score_is_that_of_the_pair_whatever_else_is_there(eighteen: dict[int, Fingerprint]) -> None:
    """Also where it is low, and where another photo is a conflict."""
    for picture in (pictures.blots(5, (14, 18))[:, ::-1], pictures.blots(99, (14, 18))):
        query = fingerprint(np.ascontiguousarray(picture), CHEAPEST_1)
        every = search(query, source_of(eighteen, CHEAPEST_1), loader(eighteen), CHEAPEST_1, limit=20)
        verified = [hit for hit in every if hit.evidence.query_px != (0, 0)]
        assert len(verified) >= 8
        for hit in verified:
            assert compare(query, eighteen[hit.key]) == hit.evidence


def test_verification_goes_on_as_long_as_the_last_four_gave_an_indication(
    eighteen: dict[int, Fingerprint],
) -> None:
    copies = {key: replace(eighteen[5], source_sha256=f"{key:064}") for key in (30, 25, 27, 26, 29)}
    found, loads = searched(np.ascontiguousarray(pictures.blots(5, (14, 18))[:, ::-1]), eighteen | copies)
    assert [len(keys) for keys in loads] == [4, 4, 2]  # up to ten they are counted together
    assert {*loads[0], *loads[1]} >= {5, *copies}
    assert [one.key for one in found[:6]] == [5, 25, 26, 27, 29, 30]  # equal scores: by key
    assert len({one.evidence.score for one in found[:6]}) == 1


@pytest.mark.slow
def test_lines_are_compared_where_tones_show_no_conflict() -> None:
    """Three tones in another order: dark is light and light is middle, so only lines coincide."""
    cells = np.random.default_rng(12).integers(0, 3, (18, 22))
    query, other = (
        cv2.blur(np.array(tones, np.uint8)[cells].repeat(16, 0).repeat(16, 1), (5, 5))
        for tones in ((20, 220, 120), (20, 120, 220))
    )
    known = {key: fingerprint(pictures.blots(key)) for key in (1, 2)} | {7: fingerprint(other)}
    found = search(fingerprint(query), source_of(known), loader(known), STANDARD_1, limit=3)
    assert (found[0].key, found[0].evidence.basis) == (7, "strokes")
    assert found[0].evidence.score > 3 * found[1].evidence.score


def test_two_pictures_without_a_keypoint_have_nothing_in_common_and_their_sizes_are_told() -> None:
    slope = np.tile(np.arange(0, 240, dtype=np.uint8), (120, 1))
    found = compare(fingerprint(slope, CHEAPEST_1), fingerprint(pictures.blots(1), CHEAPEST_1))
    assert (found.basis, found.score, found.verdict) == ("none", 0.0, "clear")
    assert (found.query_px, found.registered_px) == ((320, 160), (320, 256))


def test_the_same_file_is_compared_by_its_bytes_alone(eighteen: dict[int, Fingerprint]) -> None:
    found = compare(eighteen[1], eighteen[1])
    assert (found.basis, found.score, found.verdict) == ("file", 1.0, "conflict")
    assert found.transform == (1, 0, 0, 0, 1, 0, 0, 0, 1)
    assert found.query_px == found.registered_px == (320, 249)


@pytest.fixture(scope="module")
def of_sheets() -> dict[int, Fingerprint]:
    """A sheet with the designs 1 and 2, one with 3 and 4, and the design 5 alone."""
    pictures = {1: sheet_of(blots(1), blots(2)), 2: sheet_of(blots(3), blots(4)), 3: blots(5)}
    return {key: fingerprint(picture) for key, picture in pictures.items()}


def found_in(values: dict[int, Fingerprint], query: Fingerprint) -> list[SearchHit]:
    hits = search(query, source_of(values), loader(values), STANDARD_1, limit=5)
    return [hit for hit in hits if hit.evidence.verdict != "clear"]


def test_each_picture_on_a_registered_sheet_is_found(of_sheets: dict[int, Fingerprint]) -> None:
    fields = set()
    for seed in (3, 4):
        (hit,) = found_in(of_sheets, fingerprint(np.ascontiguousarray(blots(seed)[:, ::-1])))
        assert (hit.key, hit.evidence.verdict, hit.evidence.mirrored) == (2, "conflict", True)
        assert (hit.evidence.query_field, hit.evidence.query_picture) == (0, None)
        assert hit.evidence.registered_field == hit.evidence.registered_picture
        field = of_sheets[2].fields[hit.evidence.registered_field]
        assert hit.evidence.registered_px == (field.width_px, field.height_px)
        fields.add(hit.evidence.registered_field)
    assert fields == {0, 1}


def test_each_picture_on_a_query_is_asked_for(of_sheets: dict[int, Fingerprint]) -> None:
    query = fingerprint(sheet_of(blots(5), blots(9), blots(2), blots(8)))
    hits = {hit.key: hit.evidence for hit in found_in(of_sheets, query)}
    assert {key: evidence.verdict for key, evidence in hits.items()} == {1: "conflict", 3: "conflict"}
    assert hits[1].query_field != hits[3].query_field
    assert hits[3].registered_picture is None and hits[1].registered_picture is not None


def test_a_picture_on_a_sheet_is_found_by_its_hash_alone(of_sheets: dict[int, Fingerprint]) -> None:
    nothing = find_keypoints(np.full((99, 99), 7, np.uint8))
    bare = {
        key: replace(
            value,
            fields=tuple(replace(field, keypoints=nothing, strokes=nothing) for field in value.fields),
        )
        for key, value in of_sheets.items()
    }
    for field in of_sheets[2].fields:
        query = replace(of_sheets[3], fields=(replace(field, picture=0),), source_sha256="0" * 64)
        (hit,) = found_in(bare, query)
        assert (hit.key, hit.evidence.basis) == (2, "hash")
        assert of_sheets[2].fields[hit.evidence.registered_field] == field


def test_of_one_picture_cut_and_whole_the_whole_is_searched_where_the_cut_finds_nothing(
    of_sheets: dict[int, Fingerprint],
) -> None:
    cut, whole = fingerprint(blots(11)).main, of_sheets[3].main
    query = replace(of_sheets[3], fields=(cut, whole), source_sha256="0" * 64)
    (hit,) = found_in(of_sheets, query)
    assert (hit.key, hit.evidence.verdict) == (3, "conflict")
    assert (hit.evidence.query_field, hit.evidence.query_picture) == (1, None)


def enlarged_detail() -> RGB8:
    """A seventh of a drawn cloth, enlarged to the cloth's size."""
    rgb = read_photo(PARANG).rgb
    height, width = (round(side * 0.38) for side in rgb.shape[:2])
    window = rgb[height : 2 * height, width : 2 * width]
    return np.asarray(cv2.resize(window, rgb.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def test_an_enlarged_detail_is_found_by_its_photo_though_not_by_its_fingerprint() -> None:
    detail = enlarged_detail()
    assert compare(fingerprint(detail), fingerprint(PARANG)).verdict == "clear"
    evidence = compare(detail, PARANG)
    assert evidence.verdict == "conflict"
    assert 0.3 < evidence.scale < 0.45


def test_a_registry_finds_an_enlarged_detail_of_a_photo(tmp_path: Path) -> None:
    detail = enlarged_detail()
    with Registry.open(tmp_path / "registry") as registry:
        registry.register(PARANG, title="Parang")
        result = registry.check(detail)
        assert result.verdict == "conflict"
        assert len({match.entry.id for match in result.matches}) == len(result.matches) == 1
        assert result.query == fingerprint(detail)  # what is kept is the photo's own fingerprint
        assert result.matches[0].score == pytest.approx(compare(detail, PARANG).score, abs=1e-6)
        assert registry.check(fingerprint(detail)).verdict == "clear"
