"""Facts about cutting cloths out of their ground."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clothmaker import scenes, worn
from motif import normalize, read_photo
from motif.errors import BlankPhotoError, ParameterError, PhotoTooSmallError
from motif.normalize.light import even_light
from motif.normalize.outline import find_outline
from motif.profiles import STANDARD_1

SAMPLES = Path(__file__).parents[2] / "samples"
CLOTHS = sorted(SAMPLES.glob("*_00*.jpg"))
Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def cloth(name: str = "ceplok_0014.jpg") -> Picture:
    return read_photo(SAMPLES / name, long_edge_px=640).rgb


def shows(luma: np.ndarray, expected: Picture) -> bool:
    """Tell whether an evened swatch has contrast and shows the picture of a cloth, whatever its light."""
    gray = cv2.resize(cv2.cvtColor(expected, cv2.COLOR_RGB2GRAY), luma.shape[::-1])
    soft = [cv2.GaussianBlur(one, (0, 0), 6) for one in (luma, even_light(gray, sigma_px=40))]
    return luma.std() > 35 and bool(np.corrcoef(soft[0].ravel(), soft[1].ravel())[0, 1] > 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("path", CLOTHS, ids=lambda path: path.stem)
def test_a_cloth_that_fills_the_frame_stays_whole(path: Path) -> None:
    swatch = normalize(read_photo(path, long_edge_px=640))
    assert swatch.outline_px is None
    assert swatch.outline_confidence < 0.5
    assert swatch.rectification is None
    assert shows(swatch.luma, cloth(path.name))


@pytest.mark.slow
@pytest.mark.parametrize("floor", ["concrete", "tiles", "wood", "mat", "grass", "sheet", "carpet"])
def test_corners_on_a_floor_are_found_and_proportions_too(floor: str) -> None:
    rng = np.random.default_rng(len(floor))
    scene = scenes.photograph(cloth(), rng, size_px=(1024, 768), floor=floor, tilt_deg=20)
    swatch = normalize(read_photo(scene.rgb))
    apart = np.linalg.norm(np.array(swatch.outline_px) - scene.corners_px, axis=1)
    assert apart.max() <= 0.02 * np.hypot(*scene.rgb.shape[:2])
    assert swatch.outline_confidence >= 0.5
    assert swatch.luma.shape[1] / swatch.luma.shape[0] == pytest.approx(scene.aspect, rel=0.08)
    assert shows(swatch.luma, cloth())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "floor", "seed"),
    [("semen_0018.jpg", "wood", 9), ("ciprat_0014.jpg", "wood", 9), ("nitik_0015.jpg", "tiles", 7)],
)
def test_a_second_start_finds_corners_where_the_first_guess_fails(name: str, floor: str, seed: int) -> None:
    scene = scenes.photograph(cloth(name), np.random.default_rng(seed), size_px=(1024, 768), floor=floor)
    apart = np.linalg.norm(np.array(find_outline(scene.rgb).corners) - scene.corners_px, axis=1)
    assert apart.max() <= 0.02 * np.hypot(*scene.rgb.shape[:2])


@pytest.mark.slow
def test_a_point_of_the_swatch_leads_back_to_the_original() -> None:
    rng = np.random.default_rng(3)
    scene = scenes.photograph(cloth(), rng, size_px=(1600, 1200), floor="sheet", tilt_deg=25)
    data = cv2.imencode(".jpg", scene.rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    swatch = normalize(read_photo(data, long_edge_px=640))
    height, width = swatch.luma.shape
    frame = [[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]]
    apart = np.linalg.norm(swatch.photo_points(frame) - scene.corners_px, axis=1)
    assert apart.max() <= 0.02 * np.hypot(1600, 1200)
    assert shows(swatch.luma, cloth())


def test_a_curved_outline_gives_a_rectangle_inside_it() -> None:
    floor = np.full((480, 640, 3), (150, 148, 143), np.uint8)
    floor += np.random.default_rng(1).integers(0, 12, floor.shape, np.uint8)
    round_cloth = np.zeros((480, 640), np.uint8)
    cv2.ellipse(round_cloth, (320, 240), (230, 180), 0, 0, 360, 255, cv2.FILLED)
    picture = np.where(round_cloth[..., None] > 0, cv2.resize(cloth(), (640, 480)), floor)
    outline = find_outline(picture.astype(np.uint8))
    assert outline.kind == "inner-rectangle"
    inside = np.zeros_like(round_cloth)
    cv2.fillConvexPoly(inside, np.rint(outline.corners).astype(np.int32), 255)
    assert (round_cloth[inside > 0] > 0).mean() > 0.97
    assert (inside > 0).sum() > 0.4 * (round_cloth > 0).sum()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ceplok_0014.jpg", "parang_0016.jpg"])
def test_of_a_garment_a_field_of_cloth_alone_is_taken(name: str) -> None:
    shares = []
    for seed in range(6):
        garment = worn.wear(cloth(name), np.random.default_rng(seed), size_px=(480, 640))
        found = find_outline(garment.rgb)
        if found.corners is not None:
            inside = np.zeros(garment.cloth.shape, np.uint8)
            cv2.fillConvexPoly(inside, np.rint(np.array(found.corners)).astype(np.int32), (1,))
            shares.append(float(garment.cloth[inside > 0].mean()))
    assert len(shares) >= 4
    assert np.mean(np.array(shares) > 0.95) >= 0.75


def test_corners_by_hand_win_and_their_order_does_not_matter() -> None:
    photo = read_photo(SAMPLES / "ceplok_0014.jpg")
    given = [(100, 80), (700, 90), (690, 500), (110, 520)]
    first, second = (normalize(photo, corners_px=corners) for corners in (given, given[::-1]))
    assert first.outline_px == second.outline_px == tuple((float(x), float(y)) for x, y in given)
    assert np.array_equal(first.luma, second.luma)
    assert shows(first.luma, np.ascontiguousarray(photo.rgb[85:510, 105:695]))
    assert [name for name, _ in first.steps] == ["outline", "rectify", "even-light"]


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (9, 0), (9, 9)],
        [(0, 0), (400, 0), (200, 100), (0, 400)],
        [(0, 0), (0, 0), (400, 400), (0, 400)],
        [(0, 0), (400, 0), (400, float("nan")), (0, 400)],
        [(0, 0), (99_999, 0), (99_999, 400), (0, 400)],
        ["a", "b", "c", "d"],
    ],
)
def test_corners_that_are_none_are_refused(corners: list[tuple[float, float]]) -> None:
    photo = read_photo(SAMPLES / "ceplok_0014.jpg", long_edge_px=640)
    with pytest.raises(ParameterError, match="expected"):
        normalize(photo, corners_px=corners)


def test_the_record_of_what_was_done_is_json_ready() -> None:
    record = normalize(read_photo(SAMPLES / "ceplok_0014.jpg")).to_json()
    assert record["outline_px"] is None
    assert record["outline_kind"] == "whole"
    assert [step["step"] for step in record["steps"]] == ["outline", "resize", "even-light"]


def test_odd_pictures_get_an_answer_of_their_own_kind() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (300, 400, 3), np.uint8)
    assert normalize(read_photo(noise)).outline_px is None
    strip = np.random.default_rng(2).integers(0, 256, (80, 3000, 3), np.uint8)
    narrow = normalize(read_photo(strip)).luma
    assert narrow.shape == (17, STANDARD_1.long_edge_px) and narrow.std() > 35
    for level in (0, 255):
        with pytest.raises(BlankPhotoError):
            read_photo(np.full((300, 400, 3), level, np.uint8))
    with pytest.raises(PhotoTooSmallError):
        read_photo(noise[:, :1])
