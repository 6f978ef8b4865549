"""No page, message or hint names an install command that would fetch somebody else's package.

``motif`` on PyPI is another project; ours is distributed as ``motif-registry``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALL = re.compile(r"\b(?:pip3?|pipx|uv pip|uv tool|uv)\s+(?:install|add|run)\s+([^\n]*)")
PACKAGE = re.compile(r"(?<![\w./-])motif(?![\w./-])")


def test_the_distribution_is_not_called_motif() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "motif-registry"
    assert set(project["scripts"]) == {"motif"}


def test_no_install_command_names_another_project() -> None:
    wrong = [f"{path}: {command}" for path, text in texts() for command in foreign(text)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "text", ["pip install motif", "pip install 'motif[pdf]'", "uv add motif", "pipx install --force motif"]
)
def test_a_foreign_command_would_be_noticed(text: str) -> None:
    assert list(foreign(text))
    assert not list(foreign(text.replace("motif", "motif-registry")))


def foreign(text: str) -> Iterator[str]:
    """Yield the install commands in a text that name the package ``motif``."""
    return (match[0] for match in INSTALL.finditer(text) if PACKAGE.search(match[1]))


def texts() -> Iterator[tuple[str, str]]:
    """Yield the project's text files, this one left out."""
    for folder in ("src", "docs", "samples", "benchmarks", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md", ".po", ".toml", ".jinja", ".html", ".typ"} and path != Path(
                __file__
            ):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("*.md")):
        yield path.name, path.read_text(encoding="utf-8")
