"""Every benchmark finds what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LOAD_ALL = """
import runpy, sys
for sys.argv[0] in sys.argv[1:]:
    runpy.run_path(sys.argv[0], run_name="loaded")
"""


@pytest.mark.slow
def test_benchmarks_load() -> None:
    files = sorted(str(path) for path in BENCHMARKS.glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, *files], cwd=BENCHMARKS, timeout=300, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
