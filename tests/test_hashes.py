"""Perceptual hashes: ImageHash's bits; a distance; negatives at the other end."""

from __future__ import annotations

from collections.abc import Callable

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.pictures import spots

from motif.arrays import Gray8
from motif.errors import ParameterError
from motif.hashes import HASH_BITS, dhash, hamming, phash
from motif.resize import resize_area

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


@pytest.mark.parametrize("seed", range(20))
def test_phash_has_the_bits_of_imagehash(seed: int) -> None:
    gray = spots(seed) if seed % 2 else _noise(seed)
    thumbnail = Image.fromarray(resize_area(gray, width_px=64, height_px=64))
    assert phash(gray) == np.packbits(imagehash.phash(thumbnail, 16, 4).hash).tobytes()


@pytest.mark.parametrize("hash_of", [phash, dhash])
def test_flat_picture_has_one_hash_whatever_its_level(hash_of: Callable[[Gray8], bytes]) -> None:
    assert len({hash_of(np.full((90, 120), level, np.uint8)) for level in (1, 77, 128, 254)}) == 1


def _noise(seed: int) -> Gray8:
    return np.random.default_rng(seed).integers(0, 256, (150, 200)).astype(np.uint8)
