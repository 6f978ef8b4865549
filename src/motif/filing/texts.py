"""The text of a finished file, as somebody who opens it reads it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from motif.errors import ParameterError
from motif.extras import require
from motif.filing.word import read_word, word_text
from motif.messages import N_

READABLE: Final = (".pdf", ".docx", ".html", ".json", ".txt")
_UNREAD: Final = frozenset({"script", "style", "head"})
_LINE_ENDS: Final = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "br", "dt", "dd", "section", "button", "label"}
)


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the text of each file, by its name; errors as ``text_of_file``.

    Parameters
    ----------
    files : mapping of str to bytes

    Returns
    -------
    dict of str to str
    """
    return {name: text_of_file(name, data) for name, data in files.items()}


def text_of_file(name: str, data: bytes) -> str:
    """Return the text of a file.

    Parameters
    ----------
    name : str
        Its ending says what it is.
    data : bytes

    Returns
    -------
    str
        Lines as they are on the page; empty for pictures, and for a PDF that holds only pictures.

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.
    ParameterError
        If the file is damaged.

    Examples
    --------
    >>> text_of_file("isian.html", b"<style>p{}</style><p>Judul</p><p>Turi &amp; Resa</p>")
    'Judul\\nTuri & Resa'
    """
    ending = "." + name.rpartition(".")[2].lower()
    if ending == ".pdf":
        return _pdf_text(name, data)
    if ending == ".docx":
        return word_text(read_word(data, name))
    if ending not in READABLE:
        return ""
    text = data.decode("utf-8", "replace")
    return _html_text(text) if ending == ".html" else text


def _pdf_text(name: str, data: bytes) -> str:
    pdfium = require("pypdfium2", extra="filing")
    try:
        with pdfium.PdfDocument(io.BytesIO(data)) as document:
            pages = []
            for page in document:
                words = page.get_textpage()
                pages.append(words.get_text_range())
                words.close()
                page.close()
    except pdfium.PdfiumError as error:
        message = N_("{name}: this PDF cannot be read", name=name)
        raise ParameterError(message, hint=N_("Open it, and save it again.")) from error
    return "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "-")


def _html_text(text: str) -> str:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Collects what a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNREAD
        if tag in _LINE_ENDS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNREAD
        if tag in _LINE_ENDS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
