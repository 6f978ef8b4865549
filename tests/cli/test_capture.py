"""``motif capture-check`` and ``motif normalize``, and the gate before register and check."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from .conftest import Run, draw, save


@pytest.fixture
def blurred(here: Path) -> Path:
    """A picture that is out of focus."""
    return save(here / "kabur.png", cv2.GaussianBlur(draw(1), (0, 0), 5))


@pytest.fixture
def on_floor(here: Path) -> Path:
    """A cloth that lies askew on a plain floor."""
    scene = np.full((720, 960, 3), (90, 120, 150), np.uint8)
    scene += np.random.default_rng(1).integers(0, 8, scene.shape, np.uint8)
    target = np.float32([[180, 120], [760, 150], [740, 600], [200, 570]])
    view = cv2.getPerspectiveTransform(np.float32([[0, 0], [500, 0], [500, 500], [0, 500]]), target)
    cloth = cv2.warpPerspective(draw(3), view, (960, 720))
    cover = cv2.warpPerspective(np.full((500, 500), 255, np.uint8), view, (960, 720))
    scene[cover > 127] = cloth[cover > 127]
    return save(here / "lantai.png", scene)


@pytest.mark.slow
def test_verdicts_and_exit_codes(run: Run, photo: Path, blurred: Path) -> None:
    good, bad = run("capture-check", photo), run("capture-check", blurred.name)
    assert good.exit_code in (0, 3)
    assert bad.exit_code == 4
    assert bad.stdout.startswith("TAKE IT AGAIN: kabur.png\ntake the photo again: The picture is not sharp")


@pytest.mark.slow
def test_advice_in_indonesian_by_option_or_environment(
    run: Run, blurred: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for args in (["--lang", "id", "capture-check"], ["capture-check", "--lang", "id"]):
        assert "FOTO ULANG: kabur.png" in run(*args, blurred.name).stdout
    monkeypatch.setenv("MOTIF_LANG", "id")
    assert "Foto kurang tajam" in run("capture-check", blurred.name).stdout
    assert "not sharp" in run("--lang", "en", "capture-check", blurred.name).stdout


def test_json_names_each_finding(run: Run, blurred: Path, here: Path) -> None:
    result = run("capture-check", "--json", blurred, here / "missing.jpg")
    rows = json.loads(result.stdout)
    assert result.exit_code == 1
    assert rows[0]["verdict"] == "again"
    assert rows[0]["findings"][0]["code"] == "blur"
    assert set(rows[0]["findings"][0]["advice"]) == {"en", "id"}
    assert rows[1]["error"]["code"] == "photo-unreadable"


@pytest.mark.slow
def test_strict_refuses_to_register_and_to_check(run: Run, photo: Path, blurred: Path) -> None:
    assert run("register", photo, "--title", "Turi").exit_code == 0
    for args in (["register", blurred, "--title", "Kabur"], ["check", blurred]):
        refused = run(*args, "--strict")
        assert refused.exit_code == 1
        assert "taken again (blur)" in refused.stderr
    warned = run("check", blurred)
    assert warned.exit_code in (0, 3, 4)
    assert "take the photo again: The picture is not sharp" in warned.stderr
    assert (
        json.loads(run("check", "--strict", "--json", blurred).stdout)["error"]["code"] == "capture-refused"
    )


@pytest.mark.slow
def test_normalize_writes_swatch_picture_and_record(run: Run, on_floor: Path, here: Path) -> None:
    assert run("normalize", on_floor, "-o", "out", "--cloth-cm", "100").exit_code == 0
    record = json.loads((here / "out" / "lantai.json").read_text())
    assert record["outline_kind"] == "corners"
    assert (
        np.abs(np.array(record["outline_px"]) - [[180, 120], [760, 150], [740, 600], [200, 570]]).max() < 12
    )
    assert record["scale"]["px_per_cm"] == pytest.approx(record["picture_px"][0] / 100)
    with Image.open(here / "out" / "lantai.swatch.png") as swatch:
        assert list(swatch.size) == record["picture_px"]
        assert swatch.info["icc_profile"]
    assert (here / "out" / "lantai.before-after.jpg").stat().st_size > 1000


@pytest.mark.slow
def test_normalize_overwrites_nothing(run: Run, on_floor: Path, here: Path) -> None:
    for _ in range(2):
        assert run("normalize", on_floor, "-o", "out").exit_code == 0
    assert {path.name for path in (here / "out").glob("*.json")} == {"lantai.json", "lantai-2.json"}


@pytest.mark.slow
def test_normalize_takes_corners_by_hand(run: Run, photo: Path, here: Path) -> None:
    corners = "10,10 400,10 400,300 10,300"
    assert run("normalize", photo, "-o", "out", "--corners", corners, "--format", "jpg").exit_code == 0
    assert json.loads((here / "out" / "turi.json").read_text())["outline_kind"] == "by-hand"
    assert run("normalize", photo, "-o", "out", "--corners", "10,10 20").exit_code == 2
    assert run("normalize", photo, "-o", "out", "--corners", "0,0 1,0 1,1 0,1").exit_code == 1


def test_normalize_takes_colors_and_size_from_what_lies_beside(run: Run, on_floor: Path, here: Path) -> None:
    known = ["--neutral", "20,20,60,40", "--ruler", "180,120 760,150 58"]
    assert run("normalize", on_floor, "-o", "out", *known).exit_code == 0
    record = json.loads((here / "out" / "lantai.json").read_text())
    assert record["light"]["source"] == "neutral-patch"
    assert record["scale"]["source"] == "ruler"
    assert record["scale"]["px_per_cm"] == pytest.approx(record["picture_px"][0] / 58, rel=0.05)
    assert record["palette"] and record["palette"] != record["palette_as_taken"]
    with Image.open(here / "out" / "lantai.balanced.png") as balanced:
        assert list(balanced.size) == record["picture_px"]


@pytest.mark.slow
def test_normalize_names_what_is_missing(run: Run, on_floor: Path, here: Path) -> None:
    no_paper = run("normalize", on_floor, "-o", "out", "--a4")
    assert no_paper.exit_code == 1
    assert "no sheet of A4 paper" in no_paper.stderr
    assert "Letakkan seluruh kertas" in run("--lang", "id", "normalize", on_floor, "-o", "out", "--a4").stderr
    assert not (here / "out").exists()
    assert run("normalize", on_floor, "-o", "out", "--a4", "--cloth-cm", "5").exit_code == 2
    for wrong in (["--neutral", "1,2,3"], ["--ruler", "a b c d e"], ["--neutral", "0,0,9999,9"]):
        assert run("normalize", on_floor, "-o", "out", *wrong).exit_code in (1, 2)


@pytest.mark.slow
def test_normalize_speaks_indonesian(run: Run, on_floor: Path) -> None:
    stdout = run("--lang", "id", "normalize", on_floor, "-o", "out").stdout
    assert stdout.startswith(f"{on_floor}: kain dipotong menurut keempat sisinya")
    assert "warna diperkirakan" in stdout


NOISE = np.random.default_rng(4).integers(0, 256, (3000, 400, 3), np.uint8)
NOT_JUDGED = {
    "one-px-wide": (NOISE[:300, :1], "photo-too-small"),
    "white": (np.full((300, 400, 3), 255, np.uint8), "photo-blank"),
    "black": (np.zeros((300, 400, 3), np.uint8), "photo-blank"),
}


@pytest.mark.slow
@pytest.mark.parametrize("command", [["capture-check"], ["normalize", "-o", "out"]])
def test_every_error_names_its_file(run: Run, here: Path, photo: Path, command: list[str]) -> None:
    save(here / "putih.png", np.full((300, 400, 3), 255, np.uint8))
    (here / "surat.jpg").write_text("Lasem, 17 Maret")
    (here / "potong.png").write_bytes(photo.read_bytes()[:2000])
    (here / "map.jpg").mkdir()
    bad = ["putih.png", "surat.jpg", "potong.png", "map.jpg", "hilang.jpg"]
    result = run(*command, *bad, photo.name)
    assert result.exit_code == 1
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert [line.count(name) for line, name in zip(errors, bad, strict=True)] == [1] * len(bad)
    assert photo.name in result.stdout


JUDGED = {"noise": NOISE[:300], "strip": NOISE[:, :80]}


@pytest.mark.parametrize("name", NOT_JUDGED)
def test_a_picture_that_shows_nothing_is_an_error_with_a_code(run: Run, here: Path, name: str) -> None:
    pixels, code = NOT_JUDGED[name]
    save(here / "x.png", pixels)
    checked = run("capture-check", "--json", "x.png")
    assert (checked.exit_code, json.loads(checked.stdout)[0]["error"]["code"]) == (1, code)
    cut = run("normalize", "x.png", "-o", "out")
    assert cut.exit_code == 1
    assert cut.stderr.startswith("Error: x.png: photo ")
    assert len(cut.stderr.splitlines()) == 2  # what is wrong, and what to do
    assert not (here / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", JUDGED)
def test_noise_and_a_strip_are_judged_and_kept_whole(run: Run, here: Path, name: str) -> None:
    save(here / "x.png", JUDGED[name])
    for gate in ("capture", "filing"):
        checked = run("capture-check", "--gate", gate, "--json", "x.png")
        (row,) = json.loads(checked.stdout)
        assert {"good": 0, "usable": 3, "again": 4}[row["verdict"]] == checked.exit_code
        assert all(np.isfinite(finding["value"]) for finding in row["findings"])
    assert run("normalize", "x.png", "-o", "out").exit_code == 0
    assert json.loads((here / "out" / "x.json").read_text())["outline_px"] is None
