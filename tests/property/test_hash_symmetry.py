"""Hamming distance is a distance, and the hash of a negative is at the other end of the scale."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pictures import spots

from motif.arrays import Gray8
from motif.errors import ParameterError
from motif.hashes import HASH_BITS, hamming, phash

hashes = st.binary(min_size=32, max_size=32)


def blots(seed: int) -> Gray8:
    return spots(seed, (23, 31), 9)


@given(hashes, hashes, hashes)
def test_hamming_is_a_distance(a: bytes, b: bytes, c: bytes) -> None:
    assert hamming(a, a) == 0
    assert hamming(a, b) == hamming(b, a)
    assert hamming(a, c) <= hamming(a, b) + hamming(b, c)
    assert (hamming(a, b) == 0) == (a == b)


@given(hashes, hashes)
def test_complement_is_at_the_other_end(a: bytes, b: bytes) -> None:
    opposite = bytes(255 - byte for byte in b)
    assert hamming(a, opposite) == HASH_BITS - hamming(a, b)


def test_unlike_lengths_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"len\(a\)=1, len\(b\)=2"):
        hamming(b"a", b"bc")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_negative_phash_is_nearly_the_complement(seed: int) -> None:
    gray = blots(seed)
    assert hamming(phash(gray), phash(255 - gray)) >= HASH_BITS - 6


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_unrelated_pictures_differ_in_about_half_of_the_bits(a: int, b: int) -> None:
    if a != b:
        assert 70 < hamming(phash(blots(a)), phash(blots(b))) < 186
