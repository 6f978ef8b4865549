"""Every function that another package calls has a data sheet; few take more than eight parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import motif

ROOT = Path(motif.__file__).parent
MOST_PARAMETERS = 8
MOST_OPTIONS = 10
"""Of a command: click hands each option over as a parameter."""


@pytest.mark.slow
def test_functions_that_another_package_calls_have_data_sheets() -> None:
    lacking = [f"{module}.{name}: {what}" for module, name, what in lacking_sheets()]
    assert not lacking, "\n".join(lacking)


@pytest.mark.slow
def test_no_function_has_more_parameters_than_anyone_can_hold_in_mind() -> None:
    crowded = [
        f"{module}.{function.name}: {len(parameters(function))}"
        for module, tree in trees().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and len(parameters(function)) > most(module, function)
    ]
    assert not crowded, "\n".join(crowded)


def test_a_function_without_a_data_sheet_would_be_noticed() -> None:
    bare = ast.parse("def f(a: int) -> int:\n    '''Do it.'''").body[0]
    assert isinstance(bare, ast.FunctionDef)
    assert list(missing(bare)) == ["Parameters", "Returns"]


def lacking_sheets() -> Iterator[tuple[str, str, str]]:
    """Yield module, function and the sections that its docstring lacks."""
    known = trees()
    imported = {
        (node.module or "", alias.name)
        for module, tree in known.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and package_of(node.module or "") != package_of(module)
        for alias in node.names
    }
    for module, tree in known.items():
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and (module, function.name) in imported:
                lacks = " and ".join(missing(function))
                if lacks:
                    yield module, function.name, lacks


def missing(function: ast.FunctionDef) -> Iterator[str]:
    docstring = ast.get_docstring(function) or ""
    if parameters(function) and "Parameters\n---" not in docstring:
        yield "Parameters"
    gives = function.returns is not None and ast.unparse(function.returns) not in ("None", "NoReturn")
    if gives and "Returns\n---" not in docstring and "Yields\n---" not in docstring:
        yield "Returns"


def parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    every = (*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg)))
    return [one.arg for one in every if one.arg not in ("self", "cls")]


def most(module: str, function: ast.FunctionDef) -> int:
    is_command = module.startswith("motif.cli.") and any(
        isinstance(decorator, ast.Call) and "option" in ast.unparse(decorator.func)
        for decorator in function.decorator_list
    )
    return MOST_OPTIONS if is_command else MOST_PARAMETERS


def package_of(module: str) -> str:
    """Name the package that a module lies in; the registry's packages count one by one."""
    parts = module.split(".")
    depth = (
        3 if parts[:2] == ["motif", "registry"] and (ROOT / "registry" / "/".join(parts[2:3])).is_dir() else 2
    )
    return ".".join(parts[:depth])


def trees() -> dict[str, ast.Module]:
    return {
        ".".join(("motif", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
        if path != ROOT / "__init__.py"
    }
