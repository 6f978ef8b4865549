"""The catalogue keeps to the list of Indonesian words, docs/istilah.md."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.pofile import read_po

import motif

ROOT = Path(motif.__file__).parent
PAGE = ROOT.parents[1] / "docs" / "istilah.md"
CATALOGUE = ROOT / "messages" / "locale" / "id" / "LC_MESSAGES" / "motif.po"


def rows(columns: int) -> list[list[str]]:
    """Return the rows of the page's table that has so many columns, without its headings."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:2] == "| "]
    return [row for row in cells if len(row) == columns][1:]


def unused() -> set[str]:
    return {word.strip() for *_, words in rows(3) for word in words.split(",") if word.strip()}


def excused() -> list[str]:
    return [phrase.strip() for _, phrases in rows(2) for phrase in phrases.split(";")]


def used_of(words: set[str], text: str) -> set[str]:
    """Return the words that a text uses as whole words, outside of the phrases where they are right."""
    for phrase in excused():
        text = text.replace(phrase, "")
    return {word for word in words if re.search(rf"\b{re.escape(word)}(?:nya)?\b", text, re.IGNORECASE)}


def test_no_sentence_uses_a_word_that_is_not_used() -> None:
    words = unused()
    assert len(words) > 30
    catalogue = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="id")
    texts = [text for one in catalogue if one.id for text in _texts(one.string)]
    assert len(texts) > 1000
    assert {text: found for text in texts if (found := used_of(words, text))} == {}


def test_a_word_is_found_alone_with_its_ending_and_not_within_another() -> None:
    assert used_of({"putusan", "bila"}, "Bila putusannya ada") == {"putusan", "bila"}
    assert used_of({"putusan", "bila"}, "keputusan, apabila") == set()
    assert used_of({"desain"}, "pendaftaran desain industri") == set()


def test_every_exception_is_of_a_word_that_is_not_used_and_holds_it() -> None:
    for word, phrases in rows(2):
        assert word in unused()
        assert all(word in phrase for phrase in phrases.split(";"))


def _texts(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)
