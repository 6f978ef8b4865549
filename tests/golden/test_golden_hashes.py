"""Stored bits stay what they are: hashes and the stored fingerprint equal the golden ones."""

from __future__ import annotations

import base64
import importlib.util
import json
from pathlib import Path

import pytest

from motif.fingerprint import Fingerprint
from motif.hashes import hamming

_SPEC = importlib.util.spec_from_file_location("golden_vectors", Path(__file__).with_name("vectors.py"))
assert _SPEC is not None and _SPEC.loader is not None
vectors = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(vectors)

GOLDEN = json.loads(vectors.HASHES.read_text(encoding="utf-8"))
STORED = json.loads(vectors.FINGERPRINT.read_text(encoding="utf-8"))

DECODER_BITS = 6
"""JPEG decoders may differ by one level in a pixel, which tips a few bits near a threshold."""


@pytest.mark.parametrize("name", vectors.PICTURES)
def test_picture_has_its_golden_bits(name: str) -> None:
    assert vectors.picture_hashes(vectors.PICTURES[name]()) == GOLDEN["pictures"][name]


def test_swatches_have_their_golden_bits() -> None:
    made = {name: vectors.evened_hashes(gray) for name, gray in vectors.swatch_pictures().items()}
    assert made == GOLDEN["swatches"]


@pytest.mark.slow
@pytest.mark.parametrize("name", vectors.sample_files())
def test_sample_has_its_golden_hashes_but_for_the_jpeg_decoder(name: str) -> None:
    made = vectors.swatch_hashes(vectors.SAMPLES / name)
    for kind, golden in GOLDEN["samples"][name].items():
        assert hamming(bytes.fromhex(made[kind]), bytes.fromhex(golden)) <= DECODER_BITS, kind


def test_golden_files_cover_what_they_should() -> None:
    assert list(GOLDEN["pictures"]) == list(vectors.PICTURES)
    assert sorted(GOLDEN["samples"]) == sorted(vectors.sample_files())


def test_stored_fingerprint_is_readable_in_both_forms() -> None:
    from_bytes = Fingerprint.from_bytes(base64.b64decode(STORED["bytes"]))
    assert from_bytes == Fingerprint.from_json(STORED["json"])
    assert str(from_bytes) == STORED["text"]
    (field,) = STORED["json"]["fields"]
    assert len(from_bytes.main.keypoints) == field["keypoints"]["count"] > 20
    assert len(from_bytes.main.strokes) == field["strokes"]["count"] > 20


def test_stored_fingerprint_encodes_to_the_same_bytes_and_json() -> None:
    data = base64.b64decode(STORED["bytes"])
    assert Fingerprint.from_bytes(data).to_bytes() == data
    assert Fingerprint.from_bytes(data).to_json() == STORED["json"]
