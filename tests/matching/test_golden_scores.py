"""Scores of known pairs stay what they are: a change that moves one is a new number of ``scoring``."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import get_args

import pytest

from motif.matching.evidence import Basis
from motif.matching.score import Verdict

_PATH = Path(__file__).parents[1] / "golden" / "pairs.py"
_SPEC = importlib.util.spec_from_file_location("golden_pairs", _PATH)
assert _SPEC is not None and _SPEC.loader is not None
pairs = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pairs)

GOLDEN = json.loads(pairs.SCORES.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[pytest.mark.slow] * one.endswith("standard")) for one in pairs.PAIRS],
)
def test_a_pair_has_its_golden_score(name: str) -> None:
    found = pairs.scored(name)
    assert found["score"] == pytest.approx(GOLDEN[name]["score"], abs=0.01)
    assert found == GOLDEN[name] | {"score": found["score"]}


def test_golden_scores_cover_every_basis_and_verdict() -> None:
    assert list(GOLDEN) == list(pairs.PAIRS)
    assert {row["basis"] for row in GOLDEN.values()} == set(get_args(Basis))
    assert {row["verdict"] for row in GOLDEN.values()} == set(get_args(Verdict))
