"""What is not needed is not imported: ``import motif`` and ``motif --help`` stay quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from motif import Registry

HEAVY = {"PIL", "alembic", "cv2", "imagehash", "numpy", "rich", "scipy", "skimage", "sqlalchemy"}
LOADED = "print(*{name.partition('.')[0] for name in sys.modules})"
HELP = f"""
import atexit, sys
from motif.cli import main
atexit.register(lambda: {LOADED})
sys.argv = ["motif", *sys.argv[1:]]
main()
"""


def test_import_motif_imports_no_heavy_library_and_no_click() -> None:
    assert not modules_after(f"import sys, motif; {LOADED}") & (HEAVY | {"click"})


@pytest.mark.slow
@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["check", "--help"], ["check"], ["no-such-command"]]
)
def test_help_and_usage_errors_import_no_heavy_library(args: list[str]) -> None:
    assert not modules_after(HELP, *args) & HEAVY


def test_the_probe_notices_a_heavy_library() -> None:
    assert "numpy" in modules_after(f"import sys, motif.arrays; {LOADED}")


def modules_after(program: str, *args: str) -> set[str]:
    run = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, timeout=60)
    loaded = set(run.stdout.rpartition("\n")[0].rpartition("\n")[2].split())
    assert {"sys", "motif"} <= loaded, run.stderr
    return loaded


@pytest.mark.slow
def test_listing_a_registry_imports_no_library_of_matching(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "registry"):
        pass
    loaded = modules_after(HELP, "--registry", str(tmp_path / "registry"), "list")
    assert not loaded & (HEAVY - {"numpy", "sqlalchemy"})
    assert "sqlalchemy" in loaded
