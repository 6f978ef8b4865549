"""The perceptual hashes have the bits of ImageHash, though their cosine transform is in whole numbers."""

from __future__ import annotations

from collections.abc import Callable

import imagehash
import numpy as np
import pytest
from PIL import Image
from tests.pictures import spots

from motif.arrays import Gray8
from motif.hashes import dhash, phash
from motif.resize import resize_area


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
