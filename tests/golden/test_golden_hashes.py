"""Stored hashes must mean the same on every machine and with every library version."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

FOLDER = Path(__file__).parent


def test_hash_bits_equal_the_golden_ones() -> None:
    spec = importlib.util.spec_from_file_location("regenerate", FOLDER / "regenerate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.golden() == json.loads((FOLDER / "hashes.json").read_text())
