"""The public surface is small; every name in it resolves, explains itself, and is documented."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import motif
from motif import errors, filing, records, report

API = Path(__file__).parents[2] / "docs" / "api.md"
ROW = re.compile(r"\| (?:… )*`(\w+)`")
ERRORS = [name for name, value in vars(errors).items() if isinstance(value, type)]
NAMES = [
    *(("motif", name) for name in motif.__all__ if name != "__version__"),
    *(("motif.errors", name) for name in ERRORS if issubclass(getattr(errors, name), errors.MotifError)),
    *(("motif.filing", name) for name in filing.__all__),
    *(("motif.records", name) for name in records.__all__),
    *(("motif.report", name) for name in report.__all__),
]
named = pytest.mark.parametrize(("module", "name"), NAMES)


def test_the_surface_reads_like_a_table_of_contents() -> None:
    assert len(motif.__all__) <= 40


@named
def test_public_name_resolves_and_has_a_docstring(module: str, name: str) -> None:
    value = getattr(importlib.import_module(module), name)
    documented = value if callable(value) else type(value)
    assert (documented.__doc__ or "").strip()


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the names that have a row in the page, by the module that heads their part."""
    rows: dict[str, list[str]] = {}
    module = ""
    for line in page.splitlines():
        if heading := re.match(r"## `([\w.]+)`", line):
            module = heading[1]
        elif line.startswith("`Registry`, method by method"):
            module = "methods of Registry"
        elif row := ROW.match(line):
            rows.setdefault(module, []).append(row[1])
    return rows


@pytest.mark.parametrize("module", sorted({module for module, _ in NAMES}))
def test_the_api_page_has_a_row_for_each_public_name_and_no_other(module: str) -> None:
    rows = rows_of(API.read_text(encoding="utf-8"))
    public = {name for of, name in NAMES if of == module}
    assert len(public) > 5
    if module == "motif":  # what has a part of its own has no row
        public -= {name for name in public if f"motif.{name}" in rows} | {"MotifError"}
    assert sorted(rows[module]) == sorted(public)


def test_the_api_page_has_a_row_for_each_method_of_a_registry() -> None:
    names = [name for name in vars(motif.Registry) if name[0] != "_"]
    methods = [name for name in names if callable(getattr(motif.Registry, name))]
    assert sorted(rows_of(API.read_text(encoding="utf-8"))["methods of Registry"]) == sorted(methods)


def test_a_lost_row_would_be_noticed() -> None:
    page = API.read_text(encoding="utf-8")
    lines = page.splitlines()
    kept = [line for line in lines if not line.startswith("| `Match` |")]
    assert len(kept) == len(lines) - 1
    assert "Match" in rows_of(page)["motif"]
    assert "Match" not in rows_of("\n".join(kept))["motif"]
    assert rows_of("") == {}


def test_all_is_what_dir_shows() -> None:
    assert set(motif.__all__) <= set(dir(motif))
    assert len(set(motif.__all__)) == len(motif.__all__)


def test_functions_that_bear_the_name_of_a_module_stay_functions() -> None:
    importlib.import_module("motif.fingerprint")
    importlib.import_module("motif.normalize")
    assert callable(motif.fingerprint)
    assert callable(motif.normalize)


def test_errors_and_records_are_found_without_being_listed() -> None:
    assert motif.NotAnImageError is errors.NotAnImageError
    assert motif.Motif is records.Motif
    assert "Motif" not in dir(motif)


def test_unknown_names_raise_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        motif.no_such_name  # noqa: B018
    with pytest.raises(AttributeError, match="no_such_name"):
        report.no_such_name  # noqa: B018
