"""Plain grounds are nobody's: no conflict with their like, and a batik on one is found all the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from clothmaker import draw_cloth
from clothmaker.plain import PLAIN, draw_plain
from clothmaker.reuse import rephotograph
from motif import STANDARD_1, Fingerprint, compare, fingerprint
from motif.arrays import RGB8
from motif.matching.cohort import Part
from motif.matching.plain import ALIKE, is_plain, plain_ornaments
from motif.matching.views import UNIT

SEEDS = (71_000, 71_001)
PARTS: tuple[Part, Part] = ("tones", "strokes")


def checked(step_px: int, color: tuple[int, int, int], start_px: int) -> RGB8:
    """Draw a gingham on a white ground, in uneven light."""
    y, x = np.mgrid[:720, :560] + start_px
    share = ((x // step_px % 2) + (y // step_px % 2))[..., None] / 2
    light = np.linspace(0.9, 1.1, 560)[None, :, None]
    noise = np.random.default_rng(step_px).normal(0, 2, (720, 560, 3))
    return np.clip((255 + share * (np.array(color) - 255)) * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.slow
def test_ginghams_of_other_sizes_and_colors_are_no_conflict() -> None:
    cloths = [
        fingerprint(checked(step_px, color, start_px))
        for step_px, color, start_px in (
            (32, (180, 30, 30), 0),
            (44, (30, 60, 160), 9),
            (24, (20, 20, 20), 4),
        )
    ]
    found = [compare(one, other) for one in cloths for other in cloths if one is not other]
    assert {evidence.verdict for evidence in found} == {"clear"}
    grounds = [evidence for evidence in found if evidence.basis == "ground"]
    assert grounds and all(evidence.score < STANDARD_1.review_score for evidence in grounds)
    assert grounds[0].sentence("en").startswith("What coincides is a plain ground")


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLAIN)
def test_grounds_of_one_kind_are_no_conflict(kind: str) -> None:
    one, other = (fingerprint(draw_plain(kind, seed, long_edge_px=720)) for seed in SEEDS)
    assert compare(one, other).verdict != "conflict"


def on_ground(family: str, seed: int, kind: str) -> RGB8:
    """Draw the dark parts of a batik on a plain ground."""
    cloth = draw_cloth(family, seed, long_edge_px=720).rgb
    plain = cv2.resize(draw_plain(kind, SEEDS[0], long_edge_px=720), cloth.shape[1::-1])
    dark = cv2.cvtColor(cloth, cv2.COLOR_RGB2GRAY) < 110
    return np.where(dark[..., None], cloth, plain).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gingham", "dots"])
def test_a_batik_on_a_plain_ground_is_found_and_another_batik_on_it_is_not(kind: str) -> None:
    batik = on_ground("semen", 3, kind)
    again = fingerprint(rephotograph(batik, np.random.default_rng(1)))
    assert compare(again, fingerprint(batik)).verdict == "conflict"
    assert compare(again, fingerprint(on_ground("ceplok", 8, kind))).verdict != "conflict"


@pytest.mark.slow
def test_one_picture_of_a_ground_in_other_tones_is_found() -> None:
    """Most of it lies where it lay, to the pixel; of two such cloths hardly anything would."""
    photo = rephotograph(draw_plain("gingham", 71_000), np.random.default_rng(8))
    assert compare(fingerprint(255 - photo), fingerprint(photo)).verdict == "conflict"


def plain_share(value: Fingerprint, part: Part) -> float:
    """Return the share of a picture's keypoints that plain grounds have."""
    points = value.main.keypoints if part == "tones" else value.main.strokes
    return float(is_plain(points.descriptors * UNIT, part).mean())


@pytest.mark.slow
def test_a_gingham_is_made_of_plain_ornaments_and_a_batik_is_not() -> None:
    gingham = fingerprint(checked(28, (90, 20, 120), 5))
    batik = fingerprint(draw_cloth("semen", 3, long_edge_px=720).rgb)
    for part in PARTS:
        assert plain_share(gingham, part) > 0.8 and plain_share(batik, part) < 0.3


def test_plain_ornaments_differ_from_each_other() -> None:
    for part in PARTS:
        rows = plain_ornaments(part)
        alike = rows @ rows.T - np.eye(len(rows), dtype=np.float32)
        assert len(rows) > 500 and alike.max() < 0.96


def test_likeness_is_counted_from_its_limit_on() -> None:
    ornament = plain_ornaments("tones")[0]
    aside = np.zeros(128, np.float32)
    aside[int(ornament.argmin())] = 1
    aside -= ornament * (aside @ ornament)
    aside /= np.linalg.norm(aside)
    turned = [cosine * ornament + np.sqrt(1 - cosine**2) * aside for cosine in (1.0, ALIKE + 0.01)]
    assert is_plain(np.stack(turned).astype(np.float32), "tones").all()
    assert is_plain(np.zeros((0, 128), np.float32), "tones").shape == (0,)
