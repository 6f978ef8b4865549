"""The catalogue is whole, and the compiled file says what the readable one says."""

from __future__ import annotations

import io
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import motif
from motif.messages import _, current_language, use_language

ROOT = Path(motif.__file__).parent
FOLDER = ROOT / "messages" / "locale" / "id" / "LC_MESSAGES"


def catalogue() -> Catalog:
    return read_po(io.BytesIO((FOLDER / "motif.po").read_bytes()), locale="id")


def test_every_marked_sentence_is_translated() -> None:
    keywords = {"_": None, "N_": None}
    marked = {found[2] for found in extract_from_dir(ROOT, [("**.py", "python")], keywords=keywords)}
    assert marked
    translated = {message.id for message in catalogue() if message.string and not message.fuzzy}
    assert marked - translated == set(), "run `make messages` and translate"


def test_the_compiled_catalogue_is_current() -> None:
    compiled = read_mo(io.BytesIO((FOLDER / "motif.mo").read_bytes()))
    said = {message.id: message.string for message in compiled if message.id}
    assert said == {message.id: message.string for message in catalogue() if message.id}


def test_translations_keep_the_names_to_fill_in() -> None:
    for message in catalogue():
        if message.id:
            names = [
                {name for _, name, _, _ in Formatter().parse(text) if name}
                for text in (message.id, message.string)
            ]
            assert names[0] == names[1]


def test_no_sentence_speaks_of_patents() -> None:
    assert not [m.id for m in catalogue() if "paten" in f"{m.id} {m.string}".lower()]


def test_the_language_comes_from_the_call_then_the_choice_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTIF_LANG", "id")
    assert current_language() == "id"
    use_language("en")
    try:
        assert (_("warning"), _("warning", "id")) == ("warning", "peringatan")
    finally:
        use_language(None)
    assert _("warning") == "peringatan"
