"""Words, signatures and votes: the same in all four readings, in a list or not, whatever else there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from tests.pictures import blots, sheet_of

from motif import CHEAPEST_1, Fingerprint, fingerprint
from motif.matching import inverted_index, votes
from motif.matching.inverted_index import IndexedPhoto, MemorySource, alike
from motif.matching.search import search
from motif.matching.views import UNIT, View, distinct, plain_view
from motif.matching.visual_words import CODEBOOK, TURNS, WORD, words_of
from motif.matching.votes import Candidate, Question, proposed, votes_for

Change = Callable[[np.ndarray], np.ndarray]

CHANGES: dict[str, tuple[Change, int]] = {
    "as it is": (lambda gray: gray, 0),
    "negative": (lambda gray: 255 - gray, 1),
    "mirrored": (lambda gray: gray[:, ::-1], 2),
    "both": (lambda gray: 255 - gray[::-1], 3),
    "turned": (lambda gray: np.rot90(gray), 0),
}


@pytest.fixture(scope="module")
def designs() -> dict[int, Fingerprint]:
    return {seed: fingerprint(blots(seed), CHEAPEST_1) for seed in range(1, 9)}


def source_of(designs: dict[int, Fingerprint]) -> MemorySource:
    return MemorySource(CHEAPEST_1, designs)


def question_of(query: Fingerprint) -> Question:
    view = plain_view(query.main)
    return Question.of("tones", view, *distinct(view.descriptors, CHEAPEST_1.same_descriptor))


def voted(source: MemorySource, query: Fingerprint) -> list[Candidate]:
    question = question_of(query)
    of_each = votes_for(source.words("tones", proposed(source, question)), question).values()
    return sorted(filter(lambda one: max(one.votes), of_each), key=lambda one: (-max(one.votes), one.key))


@pytest.mark.parametrize(("change", "view"), CHANGES.values(), ids=CHANGES)
def test_the_same_drawing_gets_most_votes_in_the_view_that_shows_it(
    designs: dict[int, Fingerprint], change: Change, view: int
) -> None:
    first, second = voted(source_of(designs), changed(change))[:2]
    assert first.key == 3 and int(np.argmax(first.votes)) == view
    assert max(first.votes) > 2 * max(second.votes)


def changed(change: Change) -> Fingerprint:
    return fingerprint(np.ascontiguousarray(change(blots(3))), CHEAPEST_1)


@pytest.mark.parametrize("looked_at", [7, 8, 9])
@pytest.mark.parametrize("unlisted", [2, 7, 8])
def test_at_the_border_to_lists_first_match_score_and_verdict_are_the_same(
    designs: dict[int, Fingerprint], looked_at: int, unlisted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = changed(lambda gray: gray[20:, ::-1])
    whole = search(query, source_of(designs), lambda keys: designs, CHEAPEST_1, limit=8)
    monkeypatch.setattr(votes, "LOOKED_AT", looked_at)
    monkeypatch.setattr(inverted_index, "_UNLISTED_MAX", unlisted)
    source = source_of(designs)
    found = search(query, source, lambda keys: designs, CHEAPEST_1, limit=8)
    assert found[0] == whole[0] and found[0].key == 3
    assert {hit.key for hit in found} <= {hit.key for hit in whole}
    assert bool(source._segments) == (looked_at < len(designs) and unlisted < len(designs))


def test_votes_for_a_photo_depend_on_no_other(designs: dict[int, Fingerprint]) -> None:
    query = changed(lambda gray: gray[:, 30:])
    among_all = {candidate.key: candidate for candidate in voted(source_of(designs), query)}
    for key, candidate in among_all.items():
        assert voted(source_of({key: designs[key]}), query) == [candidate]


def test_lists_grow_by_segments_and_hold_keys_that_are_far_apart(
    designs: dict[int, Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inverted_index, "_UNLISTED_MAX", 2)
    monkeypatch.setattr(votes, "LOOKED_AT", 2)
    source, query = MemorySource(CHEAPEST_1), changed(lambda gray: gray)
    far = {key * 50_000: value for key, value in designs.items()}
    for key, value in far.items():
        source.add(key, value)
        assert key // 50_000 < 3 or voted(source, query)[0].key == 150_000
    assert len(source._segments) > 2 and len(source) == len(designs)


def test_segments_are_joined_and_lose_nobody(
    designs: dict[int, Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = changed(lambda gray: gray)
    whole = voted(source_of(designs), query)
    monkeypatch.setattr(inverted_index, "_UNLISTED_MAX", 0)
    monkeypatch.setattr(votes, "LOOKED_AT", 0)
    source = MemorySource(CHEAPEST_1)
    for key, value in designs.items():
        source.add(key, value)
        voted(source, query)
        assert [key for keys, _lists in source._segments for key in keys] == list(source.keys())
        assert len(source._segments) == key.bit_count()
    assert voted(source, query)[0] == whole[0]


def test_a_query_without_keypoints_votes_for_nobody(designs: dict[int, Fingerprint]) -> None:
    slope = np.tile(np.arange(0, 240, dtype=np.uint8), (120, 1))
    assert voted(source_of(designs), fingerprint(slope, CHEAPEST_1)) == []
    assert voted(MemorySource(CHEAPEST_1), designs[1]) == []


def test_a_list_holds_few_keypoints_of_one_photo(
    designs: dict[int, Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = IndexedPhoto.of(designs[2], CHEAPEST_1).words["tones"]
    most = int(np.bincount(words["word"]).max())
    assert most > 1
    monkeypatch.setattr(inverted_index, "_OF_A_WORD", 1)
    fewer = IndexedPhoto.of(designs[2], CHEAPEST_1).words["tones"]
    assert len(np.unique(fewer["word"])) == len(fewer) == len(np.unique(words["word"]))


def test_near_hashes_of_any_field_are_found_nearest_first() -> None:
    values = {1: fingerprint(sheet_of(blots(1), blots(2)), CHEAPEST_1), 4: fingerprint(blots(5), CHEAPEST_1)}
    source = MemorySource(CHEAPEST_1, values)
    for key, value in values.items():
        for field in value.fields:
            near = bytearray(field.phash)
            for bit in np.random.default_rng(1).choice(256, 24, replace=False):
                near[bit // 8] ^= 1 << bit % 8
            assert alike(source, bytes(near), most_bits=24) == [key]
            assert alike(source, bytes(near), most_bits=23) == []
    assert alike(source, values[4].main.phash, most_bits=256) == [4, 1]
    assert alike(MemorySource(CHEAPEST_1), values[4].main.phash, most_bits=256) == []


def test_directions_of_every_reading_lead_back_to_the_plain_one() -> None:
    view = plain_view(fingerprint(blots(2), CHEAPEST_1).main)
    words = words_of(view, np.arange(len(view.xy)))[:, 0]
    reading, turn = np.divmod(words["turn"].astype(int), TURNS)
    turn = turn - 32 * (reading & 1)
    plain = np.rad2deg(view.angle_rad.astype(float)) / 360 * TURNS
    away = (np.where(reading >= 2, 32 - turn, turn) - plain + 32) % TURNS - 32
    assert np.abs(away).max() <= 1.01
    assert set(reading.tolist()) == {0, 1, 2, 3}


def test_another_way_of_finding_words_needs_another_number() -> None:
    """Registries keep words: where this fails, count ``CODEBOOK`` up, or put back what finds them."""
    chance = np.random.default_rng(9).integers(0, 256, (500, 128)).astype(np.float32) * UNIT
    flat = np.linspace(0, 6, 500, dtype=np.float32)
    view = View(xy=flat[:, None], log2_size=flat, angle_rad=flat, descriptors=chance, width_px=9, height_px=9)
    words = words_of(view, np.arange(500))
    assert words.dtype == WORD and WORD.itemsize == 12
    assert (CODEBOOK, hashlib.sha256(words.tobytes()).hexdigest()[:16]) == (1, "5db42f9817a24c4e")
