"""A person says what is compared: the whole photo, or what lies within four corners."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.pictures import blots, sheet_of, spots

from motif import normalize, normalize_fields, read_photo
from motif.arrays import RGB8
from motif.errors import MotifError, ParameterError
from motif.fingerprint import Fingerprint, fingerprint
from motif.matching.explain import cloth_on
from motif.normalize.cut import clean_cut, corners_of, cut_at
from motif.normalize.swatch import normalize_with_photo
from motif.profiles import CHEAPEST_1, STANDARD_1

PAGE = sheet_of(*(spots(seed, (20, 20), 14) for seed in range(2)))
CORNERS = ((40, 60), (300, 50), (310, 280), (50, 290))


def fine_page() -> RGB8:
    """Two pictures whose drawing is one pixel fine, on a page that is decoded at a third for a swatch."""
    pictures = (blots(seed, (500, 500), 3, dark=0, bright=255) for seed in range(2))
    return np.dstack([sheet_of(*pictures)] * 3)


def test_whole_takes_the_whole_photo_where_the_program_would_cut() -> None:
    photo = read_photo(PAGE)
    assert len(normalize_fields(photo)) == 2
    (swatch,) = normalize_fields(photo, cut="whole")
    assert (swatch.outline_px, swatch.picture) == (None, 0)


def test_corners_take_what_lies_within_them() -> None:
    photo = read_photo(PAGE)
    (swatch,) = normalize_fields(photo, cut=cut_at(CORNERS))
    assert np.array_equal(swatch.luma, normalize(photo, corners_px=CORNERS).luma)
    assert swatch.to_json()["outline_kind"] == "by-hand"


@pytest.mark.parametrize(
    "text", ["all", "1,2 3,4 5,6", "1,2 3,4 5,6 7", "1,2 3,4 5,6 7,nan", "1,2 3,4 5,6 7,8 9,1", "1.2"]
)
def test_what_is_no_cut_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="four pairs"):
        clean_cut(text)
    with pytest.raises(ParameterError, match="four pairs"):
        normalize_fields(read_photo(PAGE), cut=text)


def test_corners_outside_the_photo_are_refused() -> None:
    with pytest.raises(ParameterError, match="four corners"):
        fingerprint(PAGE, CHEAPEST_1, cut="0,0 1,0 1,1 0,1")


def test_a_cut_is_kept_as_it_was_given() -> None:
    cut = cut_at(((1 / 3, 2), (1e5, 2), (1e5, 7), (0, 7)))
    assert clean_cut(cut) == cut
    assert corners_of(cut) is not None
    assert (corners_of("whole"), corners_of("")) == (None, None)


@pytest.mark.parametrize("cut", ["", "whole", cut_at(CORNERS)])
def test_a_fingerprint_says_how_it_was_cut_so_that_it_can_be_computed_again(cut: str) -> None:
    made = fingerprint(PAGE, CHEAPEST_1, cut=cut)
    assert made.cut == cut
    for read in (Fingerprint.from_bytes(made.to_bytes()), Fingerprint.from_json(made.to_json())):
        assert read == made == fingerprint(PAGE, CHEAPEST_1, cut=read.cut)


def test_a_fingerprint_with_a_cut_that_is_none_is_malformed() -> None:
    facts = fingerprint(PAGE, CHEAPEST_1).to_json()
    for cut in ("all", "1,2; 3,4; 5,6; 7,8", "1.0,2 3,4 5,6 7,8"):
        with pytest.raises(MotifError, match="cut="):
            Fingerprint.from_json(facts | {"cut": cut})


def test_pictures_of_a_field_are_as_sharp_from_a_small_photo_as_from_a_large_one() -> None:
    page = fine_page()
    data = jpeg(page)
    large, small = read_photo(data), read_photo(data, long_edge_px=STANDARD_1.long_edge_px)
    assert small.rgb.shape[1] < large.rgb.shape[1] / 2
    sharp, soft = (float(cloth_on(photo).rgb.astype(float).std()) for photo in (large, small))
    assert soft > 0.7 * sharp
    read_again, swatches = normalize_with_photo(small)
    assert len(swatches) == 2
    assert read_again.rgb.shape[1] >= 2 * STANDARD_1.long_edge_px
    corners = swatches[0].outline_px
    assert corners is not None
    within, _ = normalize_with_photo(small, cut=cut_at(corners))
    assert within.rgb.shape[1] >= 2 * STANDARD_1.long_edge_px


def jpeg(rgb: RGB8) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=95)
    return out.getvalue()
