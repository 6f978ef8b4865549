"""A description finds what was drawn, survives JSON, and is worded from its figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from motif.description import Description, describe, design_distance
from motif.errors import ParameterError
from motif.geometry import lattice_distance
from motif.report.description import description_sentences

sys.path.insert(0, str(Path(__file__).parents[2] / "samples"))

from clothmaker.ornament import draw_ornament, worn


@pytest.mark.parametrize("group", ["p1", "pg", "cmm", "p4", "p4m", "p31m", "p6"])
def test_lattice_and_group_of_a_worn_ornament_are_found(group: str) -> None:
    made = draw_ornament(group, 1, cell_px=64, turn_deg=3.0, shear=0.02)
    found = describe(worn(made.rgb, np.random.default_rng(1)))
    assert lattice_distance(np.array(found.repeat.vectors_px), made.basis_px) <= 0.02
    assert found.symmetry.best == group


def test_noise_does_not_repeat() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    assert describe(noise).repeat.vectors_px == ()


def test_description_survives_json_and_refuses_other_things() -> None:
    made = describe(draw_ornament("p2", 3, cell_px=60, size_px=300).rgb)
    assert Description.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert design_distance(made, made) == 0
    for wrong in (None, {}, {"format": 1}, {**made.to_json(), "repeat": 3}):
        with pytest.raises(ParameterError):
            Description.from_json(wrong)


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
