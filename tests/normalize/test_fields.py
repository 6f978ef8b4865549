"""The fields of a photo: each picture on a page; one picture cut and whole, where an outline is not sure."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image
from tests.pictures import blots, sheet_of, spots

from motif import compare, hamming, normalize, normalize_fields, phash, read_photo
from motif.arrays import Gray8
from motif.normalize.fields import MOST_FIELDS, find_fields
from motif.profiles import CHEAPEST_1


def jpeg(gray: Gray8) -> bytes:
    out = io.BytesIO()
    Image.fromarray(gray).save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (3, 3), (4, 2), (6, 2), (6, 3)])
@pytest.mark.parametrize(("gap_px", "margin_px"), [(40, 40), (16, 0)])
def test_each_picture_on_a_page_is_a_field(count: int, columns: int, gap_px: int, margin_px: int) -> None:
    cells = [spots(seed, (20, 20), 14) for seed in range(count)]
    sheet = sheet_of(*cells, gap_px=gap_px, margin_px=margin_px, columns=columns)
    swatches = normalize_fields(read_photo(sheet))
    assert [swatch.picture for swatch in swatches] == list(range(count))
    places = sorted(tuple(np.array(swatch.outline_px)[0]) for swatch in swatches)
    truth = sorted(
        (margin_px + k % columns * (280 + gap_px), margin_px + k // columns * (280 + gap_px))
        for k in range(count)
    )
    assert np.abs(np.array(places) - truth).max() < 2
    assert all(swatch.luma.shape == pytest.approx((640, 640), abs=6) for swatch in swatches)


def test_the_largest_picture_is_the_main_one() -> None:
    sheet = np.full((600, 1000), 255, np.uint8)
    sheet[40:340, 40:340] = spots(1, (30, 30), 10)
    sheet[40:560, 400:960] = spots(2, (26, 28), 20)
    first, second = normalize_fields(read_photo(sheet))
    assert np.array(first.outline_px)[0] == pytest.approx([400, 40], abs=2)
    assert np.array(second.outline_px)[2] == pytest.approx([339, 339], abs=2)
    assert (normalize(read_photo(sheet)).luma == first.luma).all()


def test_a_page_has_six_fields_at_most() -> None:
    sheet = sheet_of(*(spots(seed, (20, 20), 14) for seed in range(8)), columns=4)
    assert len(normalize_fields(read_photo(sheet))) == MOST_FIELDS == 6


def test_a_caption_below_a_picture_and_a_label_on_it_are_left_to_it() -> None:
    sheet = sheet_of(*(spots(seed, (20, 20), 14) for seed in range(4)), gap_px=70)
    for left, top in ((30, 330), (380, 330), (30, 680), (380, 680)):
        text = ("Motif, Rp 185.000", (left, top + 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
        cv2.putText(sheet, *text)
    sheet[170:310, 210:310] = 255
    assert len(normalize_fields(read_photo(sheet))) == 4


def test_thumbnails_beside_a_picture_are_no_fields() -> None:
    sheet = np.full((900, 700), 255, np.uint8)
    sheet[40:640, 50:650] = spots(1, (30, 30), 20)
    for number in range(4):
        sheet[700:820, 50 + 150 * number : 170 + 150 * number] = spots(2 + number, (20, 20), 6)
    (swatch,) = normalize_fields(read_photo(sheet))
    assert np.array(swatch.outline_px)[2] == pytest.approx([649, 639], abs=2)


def test_a_grid_of_small_tiles_is_one_design() -> None:
    grid = sheet_of(*(spots(1, (8, 8), 14) for _ in range(25)), columns=5, gap_px=12, margin_px=0)
    assert len(normalize_fields(read_photo(grid))) == 1


def test_small_fields_of_a_large_jpeg_are_decoded_again() -> None:
    data = jpeg(sheet_of(*(spots(seed, (30, 30), 20) for seed in range(2)), gap_px=60, margin_px=60))
    reduced, whole = read_photo(data, long_edge_px=640), read_photo(data)
    assert reduced.rgb.shape[1] < 0.6 * reduced.width_px
    larger, fields = find_fields(reduced, long_edge_px=640)
    assert larger.rgb.shape == whole.rgb.shape
    assert (larger.sha256, larger.name, len(fields)) == (reduced.sha256, reduced.name, 2)
    for made, truth in zip(normalize_fields(reduced), normalize_fields(whole), strict=True):
        assert hamming(phash(made.luma), phash(truth.luma)) <= 6
        assert np.array(made.outline_px) == pytest.approx(np.array(truth.outline_px), abs=0.5)


def test_a_page_that_was_decoded_large_enough_is_not_read_again() -> None:
    photo = read_photo(jpeg(sheet_of(spots(1), spots(2))))
    assert find_fields(photo, long_edge_px=640)[0] is photo


def test_without_rectifying_the_picture_is_whole() -> None:
    (swatch,) = normalize_fields(read_photo(sheet_of(spots(1), spots(2))), replace(CHEAPEST_1, rectify=False))
    assert swatch.outline_px is None
    assert [name for name, _ in swatch.steps] == ["resize", "even-light"]


def on_ground(ground: Gray8, angle_deg: float = 0) -> Gray8:
    """Lay a bag of woven stuff on the middle of a ground, seen at an angle."""
    scene = np.kron(ground, np.ones((2, 2), np.uint8))[:640, :640].copy()
    scene[190:450, 220:420] = 150 + np.arange(200) // 8 + 14 * (np.indices((260, 200)).sum(axis=0) // 4 % 2)
    cv2.circle(scene, (320, 300), 30, 60, 6)
    turn = cv2.getRotationMatrix2D((320, 320), angle_deg, 1.0)
    turned = cv2.warpAffine(scene, turn, (640, 640), borderMode=cv2.BORDER_REFLECT)
    return np.ascontiguousarray(turned[80:560, 80:560])


def test_an_outline_on_plain_ground_is_sure() -> None:
    table = (120 + np.add.outer(np.arange(480), np.arange(640)) // 40).astype(np.uint8)
    table[100:388, 160:520] = blots(3)
    (swatch,) = normalize_fields(read_photo(table))
    assert swatch.outline_px is not None


def test_what_lies_on_a_drawn_ground_is_cut_and_the_picture_is_kept_whole() -> None:
    cut, whole = normalize_fields(read_photo(on_ground(spots(4, (40, 40), 8))))
    assert (cut.picture, whole.picture) == (0, 0)
    assert cut.outline_px is not None and whole.outline_px is None
    assert (normalize(read_photo(on_ground(spots(4, (40, 40), 8)))).luma == cut.luma).all()


@pytest.mark.slow
def test_a_cloth_with_something_on_it_is_found_again_turned() -> None:
    ground = spots(4, (40, 40), 8)
    assert compare(on_ground(ground, 25), on_ground(ground)).verdict == "conflict"
