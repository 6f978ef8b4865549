"""Stored bits stay what they are: hashes of today equal the golden ones, old fingerprints stay readable."""

from __future__ import annotations

import base64
import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from motif.fingerprint import Fingerprint
from motif.hashes import hamming

_SPEC = importlib.util.spec_from_file_location("golden_vectors", Path(__file__).with_name("vectors.py"))
assert _SPEC is not None and _SPEC.loader is not None
vectors = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(vectors)

GOLDEN = json.loads(vectors.HASHES.read_text(encoding="utf-8"))
STORED = json.loads(vectors.FINGERPRINT.read_text(encoding="utf-8"))
FIRST = json.loads(vectors.FINGERPRINT.with_name("fingerprint-1.json").read_text(encoding="utf-8"))
"""Format 1, which had no strokes."""

DECODER_BITS = 6
"""JPEG decoders may differ by one level in a pixel, which tips a few bits near a threshold."""


@pytest.mark.parametrize("name", vectors.PICTURES)
def test_picture_has_its_golden_bits(name: str) -> None:
    assert vectors.picture_hashes(vectors.PICTURES[name]()) == GOLDEN["pictures"][name]


def test_swatches_have_their_golden_bits() -> None:
    made = {name: vectors.evened_hashes(gray) for name, gray in vectors.swatch_pictures().items()}
    assert made == GOLDEN["swatches"]


@pytest.mark.parametrize("name", vectors.sample_files())
def test_sample_has_its_golden_hashes_but_for_the_jpeg_decoder(name: str) -> None:
    made = vectors.swatch_hashes(vectors.SAMPLES / name)
    for kind, golden in GOLDEN["samples"][name].items():
        assert hamming(bytes.fromhex(made[kind]), bytes.fromhex(golden)) <= DECODER_BITS, kind


def test_golden_files_cover_what_they_should() -> None:
    assert list(GOLDEN["pictures"]) == list(vectors.PICTURES)
    assert sorted(GOLDEN["samples"]) == sorted(vectors.sample_files())


@pytest.mark.parametrize("stored", [FIRST, STORED], ids=["format 1", "format 2"])
def test_stored_fingerprint_stays_readable_in_both_forms(stored: dict[str, Any]) -> None:
    from_bytes = Fingerprint.from_bytes(base64.b64decode(stored["bytes"]))
    assert from_bytes == Fingerprint.from_json(stored["json"])
    assert str(from_bytes) == stored["text"]
    assert len(from_bytes.keypoints) == stored["json"]["keypoints"]["count"] > 20
    assert len(from_bytes.strokes) == stored["json"].get("strokes", {"count": 0})["count"]


def test_formats_of_one_photo_differ_in_strokes_only() -> None:
    first, second = (Fingerprint.from_json(stored["json"]) for stored in (FIRST, STORED))
    assert not len(first.strokes) and len(second.strokes)
    assert replace(first, strokes=second.strokes, libraries=second.libraries) == second


def test_stored_fingerprint_encodes_to_the_same_bytes_and_json() -> None:
    data = base64.b64decode(STORED["bytes"])
    assert Fingerprint.from_bytes(data).to_bytes() == data
    assert Fingerprint.from_bytes(data).to_json() == STORED["json"]
