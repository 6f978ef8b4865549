"""Titles, notes and names from outside: kept as meant, or refused with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motif.errors import ParameterError
from motif.registry.records.text import clean_name, clean_note, clean_title

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.slow
@pytest.mark.parametrize("clean", [clean_title, clean_note, clean_name])
@given(text=ANY_TEXT)
def test_clean_text_stays_as_it_is_and_can_be_printed(clean: Callable[[str], str], text: str) -> None:
    try:
        once = clean(text)
    except ParameterError:
        return
    assert clean(once) == once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in once.replace("\n", ""))
    once.encode()


@pytest.mark.parametrize("title", ["Kembang Turi", "ꦏꦮꦸꦁ", "日本語の題", "كاوونغ", "Ciprat ‘A’ № 7 🦚", "क्‍ष"])
def test_titles_of_any_script_are_kept(title: str) -> None:
    assert clean_title(title) == title


def test_one_line_without_controls_or_reordering() -> None:
    assert clean_title("a\tb\nc\x1b[2J\u202ed\ufeff") == "a b c[2Jd"


def test_accents_are_composed() -> None:
    assert clean_title("Cafe\u0301") == "Café"


@pytest.mark.parametrize("title", ["", "  ", "\n", "\u200b", "\u202e", "\u0301"])
def test_a_title_that_shows_nothing_is_refused(title: str) -> None:
    with pytest.raises(ParameterError, match="shows nothing"):
        clean_title(title)


@pytest.mark.parametrize("title", ["a\0b", "\ud800", "caf\udce9", "a" * 201, None, b"title"])
def test_a_title_that_cannot_be_kept_is_refused(title: str) -> None:
    with pytest.raises(ParameterError, match="title"):
        clean_title(title)


def test_notes_keep_their_lines_and_have_a_limit() -> None:
    assert clean_note("satu  \r\n\n\tdua\r") == "satu\n\n dua"
    assert clean_note("") == ""
    with pytest.raises(ParameterError, match="10001 characters"):
        clean_note("a" * 10_001)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("turi.jpg", "turi.jpg"),
        ("/etc/passwd", "passwd"),
        ("C:\\foto\\turi?.jpg", "turi?.jpg"),
        ("..", ".."),
        ("a\0b\n.jpg", "ab .jpg"),
        ("\udce9.jpg", "�.jpg"),
        ("x" * 300, "x" * 255),
        ("", ""),
    ],
)
def test_file_names_are_never_refused_and_never_paths(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept
