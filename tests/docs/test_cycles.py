"""No file imports itself by way of others, counting imports in functions and for type checkers."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def modules_under(folder: Path, package: str = "") -> dict[str, Path]:
    """Return the files of a folder by the names that they are imported by."""
    names = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        names[".".join(part for part in (package, *parts) if part)] = path
    return names


def imports_between(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Return, for each module, the others that it imports anywhere in its text."""
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        targets = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                if node.level:
                    raise AssertionError(f"{path}: relative import, which this test does not follow")
                submodules = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                names_of_own = len(submodules) < len(node.names)
                targets |= submodules | ({str(node.module)} if names_of_own else set())
        graph[name] = targets & modules.keys() - {name}
    return graph


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one cycle, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["src/motif", "benchmarks"])
def test_no_import_cycles(folder: str) -> None:
    modules = modules_under(ROOT / folder, "motif" if folder == "src/motif" else "")
    modules.pop("motif", None)  # names everything that is public
    graph = imports_between(modules)
    assert len(modules) > 20 and any(graph.values())
    assert cycle_in(graph) == []


def test_a_cycle_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def late():\n    from two import name\n", encoding="utf-8")
    (tmp_path / "two.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from three import name\n", encoding="utf-8"
    )
    (tmp_path / "three.py").write_text("import os\n", encoding="utf-8")
    assert cycle_in(imports_between(modules_under(tmp_path))) == []
    (tmp_path / "three.py").write_text("import one\n", encoding="utf-8")
    assert set(cycle_in(imports_between(modules_under(tmp_path)))) == {"one", "two", "three"}
