"""The public surface is small; every name in it resolves, explains itself, and is documented."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import motif
from motif import errors, records, report

API = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ERRORS = [name for name, value in vars(errors).items() if isinstance(value, type)]
NAMES = [
    *(("motif", name) for name in motif.__all__ if name != "__version__"),
    *(("motif.errors", name) for name in ERRORS if issubclass(getattr(errors, name), errors.MotifError)),
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


@named
def test_public_name_is_in_the_api_page(module: str, name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", API), f"docs/api.md lacks {module}.{name}"


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
