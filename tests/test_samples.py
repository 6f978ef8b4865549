"""Facts about the sample cloths and their generator."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import clothmaker
import generate
from clothmaker import book, reuse, wallpaper

SAMPLES = Path(__file__).parents[1] / "samples"
MANIFEST = json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))
FAMILIES = sorted({entry["family"] for entry in MANIFEST["cloths"]})
REPEATING = [family for family in FAMILIES if family != "ciprat"]
SMALL = 320


@pytest.mark.parametrize(
    "entry", [*MANIFEST["cloths"], *MANIFEST["queries"]], ids=lambda entry: entry["file"]
)
def test_committed_files_match_the_manifest(entry: dict[str, object]) -> None:
    data = (SAMPLES / str(entry["file"])).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (entry["height_px"], entry["width_px"], 3)


def test_committed_set_is_a_dozen_of_all_families_in_six_megabytes() -> None:
    assert len(MANIFEST["cloths"]) == 12
    assert set(FAMILIES) == set(clothmaker.FAMILIES)
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*.jpg")) <= 6_000_000


def test_committed_seeds_and_palettes_are_what_the_generator_draws() -> None:
    assert [(entry["family"], entry["seed"]) for entry in MANIFEST["cloths"]] == list(book.COMMITTED)
    for entry in MANIFEST["cloths"][:4]:
        cloth = clothmaker.draw_cloth(entry["family"], entry["seed"], long_edge_px=SMALL)
        assert cloth.palette.name == entry["palette"]["name"]
        assert [color.hex for color in cloth.palette.colors()] == [
            c["hex"] for c in entry["palette"]["colors"]
        ]
        assert cloth.wallpaper_group == entry["wallpaper_group"]


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_same_seed_gives_the_same_pixels(family: str) -> None:
    first, second = (clothmaker.draw_cloth(family, 5, long_edge_px=SMALL) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert first.rgb.dtype == np.uint8 and max(first.rgb.shape) == SMALL


@pytest.mark.slow
@pytest.mark.parametrize("family", REPEATING)
def test_repeat_vectors_carry_the_clean_design_onto_itself(family: str) -> None:
    cloth = clothmaker.draw_cloth(family, 3, long_edge_px=800, texture=False)
    assert len(cloth.repeat_vectors_px) == 2
    for x, y in cloth.repeat_vectors_px:
        height, width = cloth.rgb.shape[0] - abs(y), cloth.rgb.shape[1] - abs(x)
        here = cloth.rgb[max(0, -y) :, max(0, -x) :][:height, :width]
        there = cloth.rgb[max(0, y) :, max(0, x) :][:height, :width]
        assert _share_that_differs(here, there) < 0.002


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("family", ["kawung", "ceplok", "truntum", "nitik", "parang"])
def test_wallpaper_group_maps_the_clean_tile_onto_itself(family: str, seed: int) -> None:
    tile = clothmaker.draw_tile(family, seed)
    for a, b, c, d, tx, ty in wallpaper.OPERATIONS[tile.wallpaper_group]:
        assert (tx, ty) == (0.0, 0.0)
        moved = _turned(tile.rgb, np.array([[a, b], [c, d]]))
        assert _share_that_differs(tile.rgb, moved) < 0.01, (tile.wallpaper_group, a, b, c, d)


def test_ciprat_owns_up_to_having_no_repeat() -> None:
    cloth = clothmaker.draw_cloth("ciprat", 4, long_edge_px=SMALL)
    assert cloth.repeat_vectors_px == () and cloth.wallpaper_group is None


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_two_seeds_are_two_drawings(family: str) -> None:
    # Equalized gray leaves the drawing and drops the dyes.
    one, other = (
        _drawing(clothmaker.draw_cloth(family, seed, long_edge_px=SMALL, texture=False).rgb)
        for seed in (1, 2)
    )
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.5


def test_design_scales_with_the_long_edge() -> None:
    large, small = (clothmaker.draw_cloth("parang", 2, long_edge_px=edge) for edge in (800, 400))
    ratio = np.array(large.repeat_vectors_px) / np.array(small.repeat_vectors_px).clip(1)
    assert np.allclose(ratio[np.array(small.repeat_vectors_px) > 0], 2.0, rtol=0.08)


def test_unknown_family_raises_with_the_families_that_exist() -> None:
    with pytest.raises(ValueError, match=r"family='batik'.*kawung"):
        clothmaker.draw_cloth("batik", 1)


def test_reuse_is_seeded_and_keeps_the_kind_of_picture() -> None:
    rgb = clothmaker.draw_cloth("ceplok", 3, long_edge_px=SMALL).rgb
    for change in (
        lambda rng: reuse.rephotograph(rgb, rng),
        lambda rng: reuse.redye(rgb, rng),
        lambda rng: reuse.negative(rgb, rng),
        lambda rng: reuse.crop(rgb, rng, 0.5),
        lambda rng: reuse.rotate(rgb, 12.0),
    ):
        first, second = change(np.random.default_rng(1)), change(np.random.default_rng(1))
        assert np.array_equal(first, second)
        assert first.dtype == np.uint8 and first.ndim == 3
    assert np.array_equal(reuse.mirror(reuse.mirror(rgb)), rgb)


def test_crop_keeps_the_area_that_was_asked_for() -> None:
    part = reuse.crop(np.zeros((300, 400, 3), dtype=np.uint8), np.random.default_rng(0), 0.25)
    assert part.shape == (150, 200, 3)


def test_command_line_writes_cloths_and_their_manifest(tmp_path: Path) -> None:
    assert generate.main(["--out", str(tmp_path), "--count", "2", "--size", "200", "--family", "kawung"]) == 0
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["seed"] for entry in manifest["cloths"]] == [1, 2]
    assert all((tmp_path / entry["file"]).is_file() for entry in manifest["cloths"])


def _share_that_differs(one: np.ndarray, other: np.ndarray) -> float:
    # Antialiased rims may round to either side; a wrong symmetry differs in whole areas.
    soft = [cv2.GaussianBlur(picture, (0, 0), 1.2).astype(int) for picture in (one, other)]
    return float((np.abs(soft[0] - soft[1]).max(axis=2) > 40).mean())


def _turned(tile: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    rows, columns = np.indices(tile.shape[:2])
    x, y = columns + 0.5, rows + 0.5
    back = np.linalg.inv(matrix)
    from_x = np.floor(back[0, 0] * x + back[0, 1] * y).astype(int) % tile.shape[1]
    from_y = np.floor(back[1, 0] * x + back[1, 1] * y).astype(int) % tile.shape[0]
    return tile[from_y, from_x]


def _drawing(rgb: np.ndarray) -> np.ndarray:
    gray = cv2.equalizeHist(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    return cv2.GaussianBlur(gray, (0, 0), 1.5)[:220, :220].astype(float)
