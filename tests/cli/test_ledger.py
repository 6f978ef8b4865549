"""``motif verify``, ``checkpoint`` and ``proof`` as an office types them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry

pytestmark = pytest.mark.slow  # plays an office through many commands


def motif(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = os.environ | {"MOTIF_SIGNING_KEY": str(place / "key.pem"), "MOTIF_REGISTRY": str(place / "r")}
    command = [sys.executable, "-m", "motif", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=settings, cwd=place, check=False)


def test_an_office_signs_proves_verifies_and_is_warned(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
    early = motif(tmp_path, "proof", "M-000001-3")
    assert (early.returncode, early.stdout) == (1, "")
    assert "motif checkpoint" in early.stderr
    signed = motif(tmp_path, "checkpoint")
    assert signed.returncode == 0
    assert signed.stdout.startswith("motif-registry/")
    (tmp_path / "kept.txt").write_text(signed.stdout, encoding="utf-8")
    proof = json.loads(motif(tmp_path, "proof", "M-000001-3").stdout)
    assert [event["seq"] for event in proof["events"]] == [1, 2]
    whole = motif(tmp_path, "verify", "--checkpoint", "kept.txt")
    assert (whole.returncode, whole.stdout[:6]) == (0, "Whole:")
    with closing(sqlite3.connect(tmp_path / "r" / "registry.sqlite")) as connection, connection:
        connection.execute("UPDATE entries SET title = 'Punya saya'")
    changed = motif(tmp_path, "verify", "--json")
    assert changed.returncode == 1
    assert "keep a copy of the registry as it is" in changed.stderr
    assert "entry M-000001-3" in [finding["what"] for finding in json.loads(changed.stdout)["findings"]]
