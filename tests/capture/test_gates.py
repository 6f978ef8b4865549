"""Facts about the capture gate: each fault is named, good pictures pass, advice comes in two languages."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from clothmaker import scenes, spoil
from motif import CAPTURE_1, FILING_1, Finding, inspect, normalize, read_photo
from motif.capture.gates import ADVICE
from motif.capture.inspect import is_refused, view_of
from motif.errors import ParameterError

SAMPLES = Path(__file__).parents[2] / "samples"
CLOTHS = sorted(SAMPLES.glob("*_00*.jpg"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CLOTHS, ids=lambda path: path.stem)
def test_a_good_picture_is_not_refused(path: Path) -> None:
    assert not is_refused(inspect(read_photo(path)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    ["blur", "motion", "glare", "too-dark", "too-bright", "uneven-light", "folds", "compression", "screen"],
)
def test_each_fault_is_named_on_most_cloths(code: str) -> None:
    named = []
    for number, path in enumerate(CLOTHS[:4]):
        spoiled = spoil.SPOILS[code](read_photo(path, long_edge_px=640).rgb, np.random.default_rng(number))
        named.append(code in [finding.code for finding in inspect(read_photo(spoiled))])
    assert np.mean(named) >= 0.5


def test_a_drawn_frame_is_no_fold_and_no_thing_at_the_rim() -> None:
    cloth = read_photo(SAMPLES / "ceplok_0014.jpg", long_edge_px=640).rgb
    framed = np.pad(cloth, ((40, 40), (40, 40), (0, 0)))
    codes = [finding.code for finding in inspect(read_photo(framed))]
    assert not {"folds", "obstruction", "uneven-light"} & set(codes)


@pytest.mark.parametrize("ground", [255, 236, 0])
def test_a_screen_gets_advice_for_a_screen_not_for_a_lamp(ground: int) -> None:
    screen = np.full((1280, 720, 3), ground, np.uint8)
    cloth = read_photo(CLOTHS[0], long_edge_px=300).rgb
    screen[200 : 200 + len(cloth), 100 : 100 + cloth.shape[1]] = cloth
    for line in range(600, 1200, 60):
        cv2.putText(screen, "Koleksi baru", (40, line), 0, 1.2, (255 - ground,) * 3, 2, cv2.LINE_AA)
    whole = normalize(read_photo(screen), corners_px=((0, 0), (720, 0), (720, 1280), (0, 1280)))
    findings = {finding.code: finding for finding in inspect(read_photo(screen), swatch=whole)}
    assert "page" in findings
    assert not {"glare", "too-bright", "too-dark", "uneven-light", "folds"} & set(findings)
    assert "screenshot" in findings["page"].in_words("en")


def test_an_empty_screen_is_refused_and_glare_on_a_cloth_is_no_page() -> None:
    screen = np.full((1280, 720, 3), 255, np.uint8)
    cv2.putText(screen, "Tidak ada foto", (200, 600), 0, 1.2, (90, 90, 90), 2, cv2.LINE_AA)
    assert is_refused(inspect(read_photo(screen)))
    shining = spoil.glare(read_photo(CLOTHS[0], long_edge_px=640).rgb, np.random.default_rng(0))
    codes = [finding.code for finding in inspect(read_photo(shining))]
    assert "glare" in codes and "page" not in codes


def test_an_enlarged_picture_is_not_taken_for_a_moved_one() -> None:
    cloth = read_photo(CLOTHS[0], long_edge_px=640).rgb
    enlarged = np.asarray(cv2.resize(cloth[:240, :320], None, fx=3, fy=3), np.uint8)
    codes = [finding.code for finding in inspect(read_photo(enlarged))]
    assert "motion" not in codes


@pytest.mark.slow
def test_a_cloth_seen_from_the_side_is_named() -> None:
    cloth = read_photo(SAMPLES / "ceplok_0014.jpg", long_edge_px=640).rgb
    scene = scenes.photograph(cloth, np.random.default_rng(5), floor="sheet", tilt_deg=42)
    photo = read_photo(scene.rgb)
    swatch = normalize(photo)
    found = [finding for finding in inspect(photo, swatch=swatch) if finding.code == "tilt"]
    assert [round(finding.value) for finding in found] == [pytest.approx(42, abs=5)]
    judged = view_of(photo, swatch, 15.0).cloth  # it is the cloth that is judged, with its contrast
    expected, seen = (
        cv2.cvtColor(cv2.GaussianBlur(cv2.resize(one, (256, 192)), (0, 0), 2), cv2.COLOR_RGB2GRAY)
        for one in (cloth, judged)
    )
    assert swatch.luma.std() > 35 and judged.std() > 0.6 * cloth.std()
    assert np.corrcoef(expected.ravel(), seen.ravel())[0, 1] > 0.5


def test_a_small_picture_has_too_few_pixels_for_the_cloth() -> None:
    small = read_photo(SAMPLES / "ceplok_0014.jpg", long_edge_px=640).rgb[:200, :200]
    assert "few-pixels" in [finding.code for finding in inspect(read_photo(small))]


@pytest.mark.slow
def test_filing_asks_for_pixels_at_print_size() -> None:
    photo = read_photo(SAMPLES / "ceplok_0014.jpg")
    codes = {size: [f.code for f in inspect(photo, gate=FILING_1, print_cm=size)] for size in (5, 50)}
    assert "print-size" not in codes[5]
    assert "print-size" in codes[50]
    assert set(CAPTURE_1.limits) < set(FILING_1.limits)


@pytest.mark.slow
@pytest.mark.parametrize("path", CLOTHS[:4], ids=lambda path: path.stem)
def test_filing_names_writing_over_a_cloth_and_none_without(path: Path) -> None:
    cloth = read_photo(path, long_edge_px=640).rgb
    written = cloth.copy()
    written[-70:-25, 20:330] = 255
    cv2.putText(written, "Sanggar Lasem 2024", (30, len(cloth) - 38), 0, 0.9, (0, 0, 0), 2, cv2.LINE_AA)
    for picture, count in ((cloth, 0), (written, 1)):
        codes = [finding.code for finding in inspect(read_photo(picture), gate=FILING_1)]
        assert codes.count("overlay") == count
    assert "overlay" not in [finding.code for finding in inspect(read_photo(written))]


def test_a_print_of_no_size_is_refused() -> None:
    with pytest.raises(ParameterError, match="print_cm=0"):
        inspect(read_photo(CLOTHS[0], long_edge_px=640), print_cm=0)


@pytest.mark.parametrize("code", FILING_1.limits)
def test_advice_speaks_two_languages(code: str) -> None:
    limit = FILING_1.limits[code]  # type: ignore[index]
    finding = Finding(
        code=code,  # type: ignore[arg-type]
        value=1.0,
        limit=limit.warn,
        unit=limit.unit,
        severity="warn",
        advice=ADVICE[code],  # type: ignore[index]
    )
    advice = finding.to_json()["advice"]
    assert advice["en"] == ADVICE[code]  # type: ignore[index]
    assert advice["id"] and advice["id"] != advice["en"]


def test_limits_stand_in_their_order() -> None:
    for limit in FILING_1.limits.values():
        assert limit.passed_by(limit.refuse, limit.warn) or limit.refuse == float("inf")
