"""Of a page that shows one picture, the picture is taken; what is no page stays as it is."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.pictures import spots

from motif import compare, fingerprint, normalize, normalize_fields, read_photo
from motif.arrays import RGB8
from motif.normalize.page import page_fields

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ["ceplok_0014.jpg", "kawung_0011.jpg", "parang_0016.jpg", "ciprat_0016.jpg"]
BOX = (40, 150, 680, 790)


def cloth(name: str = NAMES[0], side_px: int = 640) -> RGB8:
    whole = Image.open(SAMPLES / name).convert("RGB")
    side = min(whole.size)
    return np.asarray(whole.crop((0, 0, side, side)).resize((side_px, side_px), Image.Resampling.LANCZOS))


def page(picture: RGB8, ground: str = "white", ink: str = "black") -> RGB8:
    """Draw a screen of an app round a square picture of 640 px, which lies at ``BOX``."""
    screen = Image.new("RGB", (720, 1280), ground)
    draw = ImageDraw.Draw(screen)
    draw.ellipse((40, 40, 110, 110), fill="teal")
    draw.text((130, 50), "toko.kain.contoh", fill=ink, font=ImageFont.load_default(36))
    screen.paste(Image.fromarray(picture), BOX[:2])
    for left in (40, 120, 200):
        draw.rectangle((left, 820, left + 50, 870), outline=ink, width=5)
    for row, line in enumerate(("1.204 orang suka", "Koleksi baru minggu ini", "Lihat semua komentar")):
        draw.text((40, 900 + 60 * row), line, fill=ink, font=ImageFont.load_default(32))
    return np.asarray(screen)


def jpeg(rgb: RGB8, quality: int = 85) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.mark.parametrize(("ground", "ink"), [("white", "black"), ("black", "white"), ("#b8b8b4", "maroon")])
@pytest.mark.parametrize("quality", [60, 95])
def test_the_picture_on_a_page_is_found(ground: str, ink: str, quality: int) -> None:
    photo = read_photo(jpeg(page(cloth(), ground, ink), quality))
    (field,) = page_fields(photo.rgb)
    left, top, right, bottom = BOX
    truth = [[left, top], [right, top], [right, bottom], [left, bottom]]
    assert np.abs(field - truth).max() < 9
    assert (field[0] >= truth[0]).all() and (field[2] <= truth[2]).all(), "no rim of the page is left"


def test_the_swatch_of_a_page_shows_the_picture_alone() -> None:
    photo = read_photo(jpeg(page(cloth())))
    swatch = normalize(photo)
    assert swatch.to_json()["outline_kind"] == "page"
    assert swatch.luma.shape == pytest.approx((640, 640), abs=12)
    assert swatch.photo_points([[-0.5, -0.5]])[0] == pytest.approx(BOX[:2], abs=9)


def test_two_pictures_on_a_page_are_both_fields() -> None:
    sheet = np.full((700, 1240, 3), 255, np.uint8)
    sheet[40:640, 20:600], sheet[40:640, 640:1220] = cloth(NAMES[0])[:600, :580], cloth(NAMES[1])[:600, :580]
    assert len(page_fields(sheet)) == 2
    first, second = normalize_fields(read_photo(sheet))
    assert {first.picture, second.picture} == {0, 1}
    truth = {"left": [[20, 40], [599, 639]], "right": [[640, 40], [1219, 639]]}
    outlines = sorted(np.array(swatch.outline_px)[[0, 2]].tolist() for swatch in (first, second))
    assert np.abs(np.array(outlines) - list(truth.values())).max() < 2


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_a_cloth_alone_is_no_page(name: str) -> None:
    assert page_fields(read_photo(SAMPLES / name).rgb) == []


def test_even_dyes_at_the_rim_are_no_page() -> None:
    field = np.full((480, 640), 40, np.uint8)
    for x in range(0, 700, 90):
        for y in range(0, 500, 90):
            cv2.circle(field, (x, y), 28, 200, -1)
    assert page_fields(np.dstack([field] * 3)) == []


def test_a_border_beside_an_ornament_on_even_ground_is_no_picture_on_a_page() -> None:
    drawing = np.full((600, 600, 3), 250, np.uint8)
    drawing[:90] = np.dstack([spots(1, (9, 60), 10)] * 3)
    drawing[200:500, 150:450] = np.dstack([cv2.circle(spots(2, (30, 30), 10), (150, 150), 60, 0, -1)] * 3)
    drawing[300:400, 420:560] = 0
    assert page_fields(drawing) == []


@pytest.mark.slow
def test_different_cloths_on_one_page_are_clear_and_one_cloth_on_two_is_a_conflict() -> None:
    prints = [fingerprint(jpeg(page(cloth(name)))) for name in NAMES]
    verdicts = {compare(a, b).verdict for number, a in enumerate(prints) for b in prints[:number]}
    assert verdicts == {"clear"}
    elsewhere = fingerprint(jpeg(page(np.ascontiguousarray(cloth()[:, ::-1]), "black", "white")))
    evidence = compare(elsewhere, prints[0])
    assert (evidence.verdict, evidence.mirrored) == ("conflict", True)
