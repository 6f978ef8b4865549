"""Encoding and decoding lose nothing; what is cut or damaged is refused and never misread."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.errors import MalformedFingerprintError
from motif.features.keypoints import Keypoints, unpack_keypoints
from motif.fingerprint import MAX_BYTES, FieldPrint, Fingerprint

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)
sides = st.integers(1, 2**31 - 1)
places = st.floats(allow_nan=False, allow_infinity=False)
hashes = st.binary(min_size=32, max_size=32)


@st.composite
def field_prints(draw: st.DrawFn) -> FieldPrint:
    """Draw any field that could be stored."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    corners = st.tuples(*4 * [st.tuples(places, places)])

    def keypoints() -> Keypoints:
        count = draw(st.integers(0, 8))
        return unpack_keypoints(
            rng.integers(0, 65536, (count, 2), np.uint16),
            rng.integers(0, 256, count, np.uint8),
            rng.integers(0, 65536, count, np.uint16),
            rng.integers(0, 256, (count, 128), np.uint8),
        )

    return FieldPrint(
        picture=draw(st.integers(0, 5)),
        outline_px=draw(st.none() | corners),
        width_px=draw(sides),
        height_px=draw(sides),
        phash=draw(hashes),
        dhash=draw(hashes),
        keypoints=keypoints(),
        strokes=keypoints(),
    )


@st.composite
def fingerprints(draw: st.DrawFn) -> Fingerprint:
    """Draw any fingerprint that could be stored."""
    libraries = draw(st.dictionaries(words, words, max_size=4))
    return Fingerprint(
        profile_name=draw(words),
        profile_version=draw(st.integers(0, 999)),
        libraries=tuple(sorted(libraries.items())),
        source_sha256=draw(hashes).hex(),
        photo_width_px=draw(sides),
        photo_height_px=draw(sides),
        fields=tuple(draw(st.lists(field_prints(), min_size=1, max_size=6))),
    )


def one() -> Fingerprint:
    """Return the smallest fingerprint that has every part."""
    return Fingerprint(
        profile_name="standard",
        profile_version=1,
        libraries=(("motif", "0.1.0"),),
        source_sha256="0a" * 32,
        photo_width_px=10,
        photo_height_px=20,
        fields=(
            FieldPrint(
                outline_px=((0.0, 0.0), (9.0, 0.0), (9.0, 9.5), (0.0, 9.0)),
                width_px=10,
                height_px=20,
                phash=bytes(32),
                dhash=bytes(range(32)),
                keypoints=unpack_keypoints(
                    np.uint16([[1, 2]]), np.uint8([3]), np.uint16([4]), np.arange(128, dtype=np.uint8)[None]
                ),
            ),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(fingerprints())
def test_bytes_round_trip(value: Fingerprint) -> None:
    data = value.to_bytes()
    assert Fingerprint.from_bytes(data) == value
    assert Fingerprint.from_bytes(data).to_bytes() == data


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(fingerprints())
def test_json_round_trip_through_text(value: Fingerprint) -> None:
    assert Fingerprint.from_json(json.loads(json.dumps(value.to_json()))) == value


@settings(max_examples=40, deadline=None)
@given(fingerprints())
def test_equal_fingerprints_hash_alike(value: Fingerprint) -> None:
    assert len({value, Fingerprint.from_bytes(value.to_bytes())}) == 1


def test_any_cut_is_refused() -> None:
    data = one().to_bytes()
    for end in range(len(data)):
        with pytest.raises(MalformedFingerprintError):
            Fingerprint.from_bytes(data[:end])


def test_any_flipped_bit_is_refused() -> None:
    data = one().to_bytes()
    for place in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[place // 8] ^= 1 << place % 8
        with pytest.raises(MalformedFingerprintError):
            Fingerprint.from_bytes(bytes(damaged))


@pytest.mark.slow
@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    for value in (data, b"MOTIF\x00" + data):
        with pytest.raises(MalformedFingerprintError):
            Fingerprint.from_bytes(value)


def test_too_long_input_is_refused_unread() -> None:
    with pytest.raises(MalformedFingerprintError, match=f"{MAX_BYTES + 1} bytes"):
        Fingerprint.from_bytes(bytes(MAX_BYTES + 1))


@pytest.mark.parametrize("name", list(one().to_json()))
def test_json_without_a_field_is_refused(name: str) -> None:
    value = one().to_json()
    del value[name]
    with pytest.raises(MalformedFingerprintError):
        Fingerprint.from_json(value)


@pytest.mark.parametrize("name", list(one().to_json()["fields"][0]))
def test_a_field_without_a_part_is_refused(name: str) -> None:
    value = one().to_json()
    del value["fields"][0][name]
    with pytest.raises(MalformedFingerprintError):
        Fingerprint.from_json(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(one().to_json())), json_values)
def test_json_with_any_other_field_is_refused_or_still_a_fingerprint(name: str, value: Any) -> None:
    changed = copy.deepcopy(one().to_json()) | {name: value}
    try:
        read = Fingerprint.from_json(changed)
    except MalformedFingerprintError:
        return
    assert Fingerprint.from_bytes(read.to_bytes()) == read


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(one().to_json()["fields"][0])), json_values)
def test_a_field_with_any_other_part_is_refused_or_still_a_fingerprint(name: str, value: Any) -> None:
    changed = copy.deepcopy(one().to_json())
    changed["fields"][0][name] = value
    try:
        read = Fingerprint.from_json(changed)
    except MalformedFingerprintError:
        return
    assert Fingerprint.from_bytes(read.to_bytes()) == read


@settings(max_examples=60, deadline=None)
@given(json_values)
def test_any_other_json_is_refused(value: Any) -> None:
    with pytest.raises(MalformedFingerprintError):
        Fingerprint.from_json(value)
