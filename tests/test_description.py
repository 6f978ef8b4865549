"""A description finds what was drawn, survives JSON, and is worded from its figures."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from motif.color import delta_e, hex_to_lab
from motif.description import Description, describe, describe_fully, design_distance
from motif.errors import ParameterError
from motif.features.bravais import lattice_distance
from motif.features.frieze import find_frieze
from motif.features.isen import IsenMap, IsenSuggestion
from motif.messages import use_language
from motif.report.description import description_sentences
from motif.report.pictures.description import description_sheet, filler_map, with_lattice

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import draw_cloth
from clothmaker.ornament import draw_border, draw_ornament, worn


@pytest.mark.slow
@pytest.mark.parametrize("group", ["p1", "pg", "cmm", "p4", "p4m", "p31m", "p6"])
def test_lattice_and_group_of_a_worn_ornament_are_found(group: str) -> None:
    made = draw_ornament(group, 1, cell_px=64, turn_deg=3.0, shear=0.02)
    found = describe(worn(made.rgb, np.random.default_rng(1)))
    assert lattice_distance(np.array(found.repeat.vectors_px), made.basis_px) <= 0.02
    assert found.symmetry.best == group


def test_noise_does_not_repeat() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    assert describe(noise).repeat.vectors_px == ()


@pytest.mark.slow
def test_stripes_finer_than_any_ornament_are_ranked() -> None:
    stripes = np.tile(np.random.default_rng(0).normal(size=(480, 6)).astype(np.float32), (1, 80))
    assert find_frieze(stripes, np.array([6.0, 0.0])).best


@pytest.mark.slow
@pytest.mark.parametrize("group", ["p1", "p11g", "p2mm"])
def test_a_border_is_no_field(group: str) -> None:
    made = draw_border(group, 3001, period_px=60)
    found = describe(worn(made.rgb, np.random.default_rng(3001)))
    assert len(found.repeat.vectors_px) == 1
    assert np.hypot(*found.repeat.vectors_px[0]) == pytest.approx(60, rel=0.02)


@pytest.mark.slow
def test_a_repeat_whose_step_changes_over_the_photo_is_found_in_the_middle() -> None:
    made = draw_ornament("p4m", 5, cell_px=40, size_px=640).rgb
    corners = np.float32([[0, 0], [640, 0], [640, 640], [0, 640]])
    seen = np.float32([[60, 0], [580, 0], [640, 640], [0, 640]])
    askew = cv2.warpPerspective(made, cv2.getPerspectiveTransform(corners, seen), (640, 640))
    found = describe_fully(askew[:, 120:520])
    assert found.description.repeat.part == 0.5
    assert len(found.description.repeat.vectors_px) == 2
    assert found.unit_picture() is not None


@pytest.mark.slow
def test_a_dye_in_fine_lines_is_kept_and_a_soft_edge_is_no_dye() -> None:
    cloth = draw_cloth("kawung", 3001, long_edge_px=640)
    found = np.array([color.lab for color in describe(cloth.rgb).palette.colors])
    assert delta_e(hex_to_lab("#885441"), found).min() < 4  # between the ground and the darkest dye
    soft = np.full((240, 240, 3), (235, 222, 203), np.uint8)
    soft[60:180, 60:180] = soft[:, 200:] = (20, 40, 60)
    assert len(describe(cv2.GaussianBlur(soft, (0, 0), 3)).palette.colors) == 2


def test_description_survives_json_and_refuses_other_things() -> None:
    made = describe(draw_ornament("p2", 3, cell_px=60, size_px=300).rgb)
    assert Description.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert design_distance(made, made) == 0
    for wrong in (None, {}, {"format": 1}, {**made.to_json(), "repeat": 3}):
        with pytest.raises(ParameterError):
            Description.from_json(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sentence_names_the_figures_it_rests_on(language: str) -> None:
    made = describe(draw_ornament("p4m", 2, cell_px=60, size_px=300).rgb)
    sentences = description_sentences(made, language)
    assert len(sentences) >= 3
    document = made.to_json()
    for text, sources in sentences:
        assert text.endswith(".")
        for source in sources:
            at = document
            for step in source.split("."):
                at = at[step]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_sheet_shows_field_border_and_splashes_under_any_name(language: str) -> None:
    rng = np.random.default_rng(1)
    splashes = np.full((300, 200, 3), 240, np.uint8)
    for x, y, r in rng.uniform(0, 1, (90, 3)) * (200, 300, 5) + (0, 0, 2):
        cv2.circle(splashes, (int(x), int(y)), int(r), (40, 60, 120), -1)
    pictures = [draw_ornament("p4m", 1, cell_px=44).rgb, draw_border("p2mm", 1, period_px=44).rgb, splashes]
    use_language(language)
    try:
        for rgb in pictures:
            made = describe_fully(rgb)
            sheet = description_sheet(made, rgb, name="a\x1b[2J" * 90)
            assert sheet.dtype == np.uint8 and sheet.shape[2] == 3 and max(sheet.shape) < 2000
    finally:
        use_language(None)


def test_the_map_shows_the_fillers_that_are_suggested_and_no_others() -> None:
    made = describe_fully(draw_cloth("mega_mendung", 16, long_edge_px=640).rgb)
    marked = {key for key, cells in made.isen.maps.items() if cells.any()}
    assert marked - {
        one.key for one in made.description.isen
    }  # here and there, but on too little of the cloth
    bare = replace(
        made, isen=IsenMap(maps={key: np.zeros_like(cells) for key, cells in made.isen.maps.items()})
    )
    unsuggested = replace(made, description=replace(made.description, isen=()))
    assert np.array_equal(filler_map(unsuggested), filler_map(bare))
    shown = IsenSuggestion(key=marked.pop(), share=0.1, confidence=0.9)
    suggested = replace(made, description=replace(made.description, isen=(shown,)))
    assert not np.array_equal(filler_map(suggested), filler_map(bare))


@pytest.mark.slow
def test_the_lattice_is_drawn_where_it_repeats() -> None:
    made = draw_ornament("p1", 2, cell_px=64)
    shown = describe_fully(made.rgb)
    drawn = with_lattice(made.rgb, shown)
    changed = (drawn != made.rgb).any(axis=2)
    assert 0.01 < changed.mean() < 0.5
    noise = np.random.default_rng(0).integers(0, 255, made.rgb.shape, np.uint8)
    assert np.array_equal(with_lattice(noise, describe_fully(noise)), noise)


def test_a_lattice_found_in_the_middle_only_is_drawn_there_only() -> None:
    made = draw_ornament("p4m", 2, cell_px=64)
    shown = describe_fully(made.rgb)
    repeat = replace(shown.description.repeat, part=0.5)
    drawn = with_lattice(made.rgb, replace(shown, description=replace(shown.description, repeat=repeat)))
    height, width = made.rgb.shape[:2]
    changed = (drawn != made.rgb).any(2)
    assert changed[height // 4 : -height // 4, width // 4 : -width // 4].mean() > 0.02
    changed[height // 4 : -height // 4, width // 4 : -width // 4] = False
    assert not changed.any()
