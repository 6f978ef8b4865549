"""Words, and what agrees of them: the same in all four readings, in any place, size and direction."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pictures import blots

from motif import CHEAPEST_1, Fingerprint, fingerprint
from motif.matching.inverted_index import HASH_BLOCKS, IndexedPhoto, agreement, hash_blocks
from motif.matching.views import UNIT, VIEWS, View, distinct, query_views
from motif.matching.visual_words import CODEBOOK, WORDS, Words, words_of

CHANGES = {
    "mirrored": lambda gray: gray[:, ::-1],
    "negative": lambda gray: 255 - gray,
    "both": lambda gray: 255 - gray[::-1],
    "turned": lambda gray: np.rot90(gray),
}


def asked(value: Fingerprint) -> Words:
    views = query_views(value.main)
    chosen, _ = distinct(views[0].descriptors, CHEAPEST_1.same_descriptor)
    return words_of(views, chosen, alternatives=2)


def joined(words: list[Words]) -> tuple[Words, np.ndarray]:
    """Put the words of photos one after the other, as a shelf gives them."""
    kept = b"".join(one.to_bytes() for one in words)
    return Words.from_bytes(kept), np.array([len(one) for one in words], np.int64)


@pytest.fixture(scope="module")
def shelved() -> list[Words]:
    return [
        IndexedPhoto.of(fingerprint(blots(seed), CHEAPEST_1), CHEAPEST_1).words["tones"] for seed in range(8)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_words_agree_with_the_same_drawing_most_in_every_reading(
    shelved: list[Words], change: object
) -> None:
    query = fingerprint(np.ascontiguousarray(change(blots(3))), CHEAPEST_1)  # type: ignore[operator]
    scores = agreement(asked(query), *joined(shelved))
    assert scores.argmax() == 3
    assert scores[3] > 2 * np.delete(scores, 3).max()


@pytest.mark.slow
def test_words_of_no_keypoint_agree_with_nothing(shelved: list[Words]) -> None:
    nothing, query = Words.from_bytes(b""), asked(fingerprint(blots(3), CHEAPEST_1))
    assert agreement(replace(nothing, word=nothing.word.reshape(0, 2)), *joined(shelved)).tolist() == [0] * 8
    assert agreement(query, *joined([nothing])).tolist() == [0]
    assert agreement(query, *joined([])).tolist() == []


@pytest.mark.slow
def test_words_come_back_as_they_were(shelved: list[Words]) -> None:
    again = Words.from_bytes(shelved[0].to_bytes())
    for name in ("word", "reading", "size", "angle"):
        assert np.array_equal(getattr(again, name), getattr(shelved[0], name))
    assert shelved[0].word.max() < WORDS
    with pytest.raises(ValueError, match="multiple"):
        Words.from_bytes(bytes(7))


def test_angles_of_every_reading_lead_back_to_the_plain_one() -> None:
    views = query_views(fingerprint(blots(2), CHEAPEST_1).main)
    made = words_of(views, np.arange(len(views[0].xy)))
    plain = np.rint(np.rad2deg(views[0].angle_rad.astype(float)) / 360 * 65536) % 65536
    away = (made.plain_angle() - plain + 32768) % 65536 - 32768
    assert np.abs(away).max() <= 1
    assert set(made.reading.tolist()) == {0, 1, 2, 3}


@given(st.binary(min_size=32, max_size=32), st.sets(st.integers(0, 255), max_size=24))
def test_one_block_is_the_same_where_24_bits_or_fewer_differ(phash: bytes, flipped: set[int]) -> None:
    other = bytearray(phash)
    for bit in flipped:
        other[bit // 8] ^= 1 << bit % 8
    rows = np.frombuffer(phash + bytes(other), np.uint8).reshape(2, 32)
    one, two = hash_blocks(rows)
    assert len(set(one.tolist())) == HASH_BLOCKS
    assert HASH_BLOCKS - len(flipped) <= (one == two).sum()
    assert (one == two).all() == (not flipped)


def test_another_way_of_finding_words_needs_another_number() -> None:
    """Servers keep words: where this fails, count ``CODEBOOK`` up, or put back what finds them."""
    chance = np.random.default_rng(9).integers(0, 256, (VIEWS, 500, 128)).astype(np.float32) * UNIT
    flat = np.linspace(0, 6, 500, dtype=np.float32)
    views = [
        View(xy=flat[:, None], log2_size=flat, angle_rad=flat, descriptors=one, width_px=9, height_px=9)
        for one in chance
    ]
    made = hashlib.sha256(words_of(views, np.arange(500)).to_bytes()).hexdigest()
    assert (CODEBOOK, made[:16]) == (1, "32beadfcfa8dc748")
