"""An import that is killed loses nothing that it acknowledged, and the next run completes it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest
from tests.pictures import spots

from motif.registry.records.works import Motif
from motif.registry.registry import Registry

pytestmark = pytest.mark.slow  # starts processes and kills them

SCRIPT = Path(__file__).with_name("import_list.py")
ROWS = 12
KILLS = 4


def test_an_import_that_is_killed_again_and_again_ends_whole(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    lines = ["key,title,photo,isen"]
    for seed in range(ROWS):
        (photos / f"{seed}.png").write_bytes(cv2.imencode(".png", spots(seed, (20, 20)))[1].tobytes())
        lines.append(f"K{seed},Design {seed},{seed}.png,cecek")
    (tmp_path / "list.csv").write_text("\n".join(lines))
    command = [sys.executable, str(SCRIPT), str(tmp_path / "r"), str(tmp_path / "list.csv"), str(photos)]
    acknowledged: set[str] = set()
    moments = random.Random(20261124)
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = process.stdout.readline()  # from here on it is writing
            time.sleep(moments.uniform(0, 0.15))
            process.kill()
            said = [first, *process.stdout]
        acknowledged |= {line.split()[1] for line in said if line.startswith(("imported", "already"))}
        with Registry.open(tmp_path / "r") as registry:
            assert registry.ledger.verify().whole
            assert len(registry) >= len(acknowledged)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "refused" not in done and len(done.splitlines()) == ROWS
    with Registry.open(tmp_path / "r") as registry:
        assert sorted(entry.title for entry in registry) == sorted(f"Design {seed}" for seed in range(ROWS))
        assert [one.isen for one in registry.records.list(Motif)] == [("cecek",)] * ROWS
        assert registry.ledger.verify().whole
