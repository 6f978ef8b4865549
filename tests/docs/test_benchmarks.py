"""Every benchmark finds what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LOAD_EACH = """
import multiprocessing, runpy, sys
import cv2, numpy, motif.fingerprint, motif.registry.registry

def load(path):
    sys.argv = [path]
    runpy.run_path(path, run_name="loaded")

for path in sys.argv[1:]:
    child = multiprocessing.get_context("fork").Process(target=load, args=[path])
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(path)
"""


@pytest.mark.slow
def test_benchmarks_load() -> None:
    files = sorted(str(path) for path in BENCHMARKS.glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-c", LOAD_EACH, *files], cwd=BENCHMARKS, timeout=300, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
