"""Every public name resolves, explains itself, and stands in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import motif

API = Path(__file__).parents[2] / "docs" / "api.md"
DUNDERS = {"__version__"}
NAMES = sorted(set(motif.__all__) - DUNDERS)


@pytest.mark.parametrize("name", NAMES)
def test_public_name_resolves_and_has_a_docstring(name: str) -> None:
    value = getattr(motif, name)
    documented = value if callable(value) else type(value)
    assert (documented.__doc__ or "").strip()


def test_all_is_what_dir_shows() -> None:
    assert set(motif.__all__) <= set(dir(motif))
    assert len(set(motif.__all__)) == len(motif.__all__)


def test_unknown_names_raise_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        motif.no_such_name  # noqa: B018


@pytest.mark.skipif(not API.exists(), reason="docs/api.md is not written yet")
@pytest.mark.parametrize("name", NAMES)
def test_public_name_stands_in_the_api_page(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", API.read_text(encoding="utf-8")), f"docs/api.md lacks {name}"
