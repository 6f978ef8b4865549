"""A fingerprint says what it is, and unlike ones are not compared."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from motif.errors import BlankPhotoError, IncomparableFingerprintsError, MalformedFingerprintError
from motif.fingerprint import (
    MAX_BYTES,
    Fingerprint,
    fingerprint,
    fingerprint_swatches,
    is_stale,
    require_comparable,
)
from motif.hashes import dhash, phash
from motif.normalize.fields import MOST_FIELDS
from motif.normalize.swatch import normalize_fields
from motif.photo.photo import read_photo
from motif.profiles import CHEAPEST_1, STANDARD_1


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    blots = np.random.default_rng(4).integers(0, 2, (50, 60), np.uint8) * 200
    return np.kron(blots, np.ones((16, 16), np.uint8))


@pytest.fixture(scope="module")
def made(picture: np.ndarray) -> Fingerprint:
    return fingerprint(picture)


def test_it_names_profile_libraries_and_source(picture: np.ndarray, made: Fingerprint) -> None:
    photo = read_photo(picture)
    assert made.profile_id == "standard-1"
    assert made.source_sha256 == photo.sha256 == hashlib.sha256(photo.data).hexdigest()
    assert {"motif", "numpy", "imagehash", "pillow"} <= dict(made.libraries).keys()
    assert (made.photo_width_px, made.photo_height_px) == (960, 800)
    assert (made.main.width_px, made.main.height_px) == (640, 533)


def test_hashes_are_those_of_the_swatch(picture: np.ndarray, made: Fingerprint) -> None:
    (swatch,) = normalize_fields(read_photo(picture))
    assert (made.main.phash, made.main.dhash) == (phash(swatch.luma), dhash(swatch.luma))
    assert fingerprint_swatches(read_photo(picture), [swatch]) == made


def test_a_photo_and_its_source_give_the_same(picture: np.ndarray, made: Fingerprint) -> None:
    assert fingerprint(read_photo(picture)) == made


def test_full_fingerprint_stays_below_150_kb(made: Fingerprint) -> None:
    assert len(made.main.keypoints) == STANDARD_1.keypoints_max
    assert len(made.main.strokes) == STANDARD_1.strokes_max
    assert len(made.to_bytes()) <= 150_000


def test_strokes_lie_on_the_swatch(made: Fingerprint) -> None:
    assert (made.main.strokes.xy >= 0).all() and (
        made.main.strokes.xy < [made.main.width_px, made.main.height_px]
    ).all()


def test_text_form_names_profile_and_both_hashes(made: Fingerprint) -> None:
    assert str(made) == f"motif:standard:1:{made.main.phash.hex()}:{made.main.dhash.hex()}"


def test_unlike_profiles_refuse_to_compare(picture: np.ndarray, made: Fingerprint) -> None:
    cheap = fingerprint(picture, CHEAPEST_1)
    with pytest.raises(IncomparableFingerprintsError, match="cheapest-1") as caught:
        require_comparable(made, cheap)
    assert caught.value.hint


def test_like_profiles_say_which_they_share(made: Fingerprint) -> None:
    assert require_comparable(made, made) == STANDARD_1


def test_unknown_profile_is_stale_and_not_comparable(made: Fingerprint) -> None:
    future = replace(made, profile_version=99)
    assert is_stale(future)
    with pytest.raises(IncomparableFingerprintsError, match="standard-99"):
        require_comparable(future, future)


def test_current_profile_is_not_stale(made: Fingerprint) -> None:
    assert not is_stale(made)
    assert is_stale(made, CHEAPEST_1)


@pytest.mark.parametrize(
    "change",
    [
        {"source_sha256": "A" * 64},
        {"source_sha256": "ab"},
        {"photo_height_px": -3},
        {"fields": ()},
    ],
    ids=str,
)
def test_impossible_values_are_refused(made: Fingerprint, change: dict[str, object]) -> None:
    with pytest.raises(MalformedFingerprintError):
        replace(made, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"phash": b"short"},
        {"dhash": b""},
        {"width_px": 0},
        {"picture": -1},
        {"picture": MOST_FIELDS},
        {"outline_px": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))},
        {"outline_px": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, float("nan")))},
    ],
    ids=str,
)
def test_impossible_fields_are_refused(made: Fingerprint, change: dict[str, object]) -> None:
    with pytest.raises(MalformedFingerprintError):
        replace(made.main, **change)


def test_six_full_fields_fit_and_a_seventh_is_refused(made: Fingerprint) -> None:
    six = replace(made, fields=MOST_FIELDS * made.fields)
    assert 5 * 120_000 < len(six.to_bytes()) - len(made.to_bytes()) < 5 * 122_000
    assert Fingerprint.from_bytes(six.to_bytes()) == six
    assert len(six.to_bytes()) <= MAX_BYTES
    with pytest.raises(MalformedFingerprintError, match="7 fields"):
        replace(made, fields=(MOST_FIELDS + 1) * made.fields)


def test_blank_photo_gets_no_fingerprint() -> None:
    with pytest.raises(BlankPhotoError):
        fingerprint(np.full((200, 200), 90, np.uint8))
