"""No text of the project names an install command that would fetch another project.

The distribution has another name than the import package, since ``motif`` on PyPI is not this project.
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
INSTALL = re.compile(
    r"\b(?:pip3?\s+(?:install|download)|pipx\s+(?:install|run)|uv\s+(?:add|tool\s+(?:install|run))|uvx)\b([^\n`)]*)"
)
"""An install command; its group holds the arguments up to the end of the line or of the quoted code."""
FOREIGN = re.compile(r"(?<![\w./-])motif(?![\w./-])(\[[^\]]*\])?")
"""The bare name as a requirement, with or without extras; paths and longer names do not match."""


def foreign_installs(text: str) -> list[str]:
    """Return the install commands in ``text`` that ask for a distribution called ``motif``."""
    return [match[0] for match in INSTALL.finditer(text) if FOREIGN.search(match[1])]


def tracked_texts() -> list[Path]:
    """Return every tracked text file except this one."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listing.decode().split("\0") if name]
    return [p for p in paths if p.is_file() and p != Path(__file__).resolve() and b"\0" not in p.read_bytes()]


def test_the_distribution_is_not_called_motif() -> None:
    assert PROJECT["name"] != "motif"
    assert PROJECT["scripts"] == {"motif": "motif.cli:main"}


def test_no_text_installs_another_project() -> None:
    texts = {path: path.read_text("utf-8", errors="replace") for path in tracked_texts()}
    assert ROOT / "README.md" in texts
    assert any(f"pip install '{PROJECT['name']}[" in text for text in texts.values())
    found = {str(path.relative_to(ROOT)): foreign_installs(text) for path, text in texts.items()}
    assert {path: commands for path, commands in found.items() if commands} == {}


@pytest.mark.parametrize(
    "line",
    ["pip install motif", "pip install 'motif[pdf]'", "pip install -U motif==1.0", "pipx install motif",
     "uv tool install motif", "uv pip install 'motif[{extra}]'", "uvx motif check"],
)  # fmt: skip
def test_a_foreign_install_is_recognized(line: str) -> None:
    assert foreign_installs(line)


@pytest.mark.parametrize("line", ["pip install 'motif-registry[pdf]'", "pip install ./motif", "motif check"])
def test_other_lines_are_left_alone(line: str) -> None:
    assert not foreign_installs(line)
