"""Plain text for the terminal: what every message needs, and tables that fit the page.

Nothing is cut off, and nothing from outside reaches the terminal as a command. The messages themselves are in
``check_text``, ``record_text``, ``batch_text`` and ``capture``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _, current_language

if TYPE_CHECKING:
    from motif.registry.records.entry import Entry


WIDE: Final = 100_000
"""Width of a page on which no line is folded."""

NARROWEST: Final = 60
"""Width below which ids would be cut; the terminal may wrap the lines instead."""

_GAP: Final = 2
_NARROWEST_COLUMN: Final = 8
_VERDICTS: Final = {"clear": N_("clear"), "review": N_("review"), "conflict": N_("conflict")}
_JOINERS = frozenset("\u200c\u200d")


def error_text(message: str, hint: str = "") -> str:
    """Say what went wrong, and on a second line what to do.

    Parameters
    ----------
    message, hint : str
        In English; both are translated.

    Returns
    -------
    str
        One or two lines, in the language in use.

    Examples
    --------
    >>> print(error_text("photo is blank", "Was the lens covered?"))
    Error: photo is blank
    Was the lens covered?
    """
    error = _("Error")
    lines = [f"{error}: {printable(_(message))}", printable(_(hint), lines=True) if hint else ""]
    return "\n".join(filter(None, lines))


def nothing_found_text() -> str:
    """Say that a batch is empty.

    Returns
    -------
    str
        An error and a hint.
    """
    return error_text(
        N_("no pictures found"), N_("Name a file, or a folder with .jpg, .png, .tif, .webp or .heic files.")
    )


def name_of(entry: Entry) -> str:
    """Name an entry by id and title."""
    return f"{entry.id} '{printable(entry.title)}'"


def count(number: int, noun: str) -> str:
    """Put a number before its noun; Indonesian has one form for one and many.

    Parameters
    ----------
    number : int
    noun : str
        In English, singular; marked for translation by the caller.

    Returns
    -------
    str
        In the language in use.

    Examples
    --------
    >>> count(1, "entry"), count(2000, "entry"), count(0, "photo"), count(2, "day")
    ('1 entry', '2000 entries', '0 photos', '2 days')
    """
    if number == 1 or current_language() != "en":
        return f"{number} {_(noun)}"
    return f"{number} {noun[:-1]}ies" if re.search("[^aeou]y$", noun) else f"{number} {noun}s"


def printable(text: str, *, lines: bool = False) -> str:
    """Escape what a terminal would obey or could not show: controls, reordering marks, broken names.

    Parameters
    ----------
    text : str
    lines : bool
        Leave line ends as they are.

    Returns
    -------
    str
        With Python's escapes in place of such characters.

    Examples
    --------
    >>> printable("kembang\\x1b[2J turi"), printable("ꦏꦮꦸꦁ"), printable("a\\nb")
    ('kembang\\\\x1b[2J turi', 'ꦏꦮꦸꦁ', 'a\\\\nb')
    """
    return "".join(c if _shows(c) or (lines and c == "\n") else ascii(c)[1:-1] for c in text)


def verdict_word(verdict: str) -> str:
    """Translate a verdict for a table; JSON keeps the code.

    Examples
    --------
    >>> verdict_word("conflict")
    'conflict'
    """
    return _(_VERDICTS[verdict])


def score_text(score: float) -> str:
    """Write a score with two digits, cut off and not rounded, so that none is shown on a threshold it misses.

    Examples
    --------
    >>> score_text(0.7999)
    '0.79'
    """
    return f"{math.floor(score * 100 + 1e-9) / 100:.2f}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int, unbroken: int = 1) -> str:
    """Lay out rows in columns.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequences of str, one text for each heading
    width : int, character cells
        Columns of longer rows are folded onto further lines. Less than ``NARROWEST`` counts as ``NARROWEST``.
    unbroken : int
        Number of columns on the left, for ids and the like, that are never folded.

    Returns
    -------
    str

    Examples
    --------
    >>> rows = [["M-000042-7", "0.97", "Kembang Turi dengan isen-isen sawut dan cecek"]]
    >>> print(table(["id", "score", "title"], rows, width=60))
    id          score  title
    M-000042-7  0.97   Kembang Turi dengan isen-isen sawut dan
                       cecek
    """
    grid = [headings, *rows]
    widths = [
        max(_cells(line) for text in column for line in text.split("\n"))
        for column in zip(*grid, strict=True)
    ]
    _shrink(widths, max(width, NARROWEST), unbroken)
    return "\n".join(line for row in grid for line in _lines(row, widths))


def _shows(character: str) -> bool:
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    is_nothing = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return character in _JOINERS or not (is_nothing or unicodedata.category(character) in hidden)


def _shrink(widths: list[int], page: int, unbroken: int) -> None:
    """Narrow the widest foldable column until all columns fit the page."""
    while (excess := sum(widths) + _GAP * (len(widths) - 1) - page) > 0:
        foldable = sorted(widths[unbroken:])
        if not foldable or foldable[-1] <= _NARROWEST_COLUMN:
            return
        next_widest = max(foldable[-2:-1], default=_NARROWEST_COLUMN)
        least = max(_NARROWEST_COLUMN, foldable[-1] - excess, min(next_widest, foldable[-1] - 1))
        widths[unbroken + widths[unbroken:].index(foldable[-1])] = least


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    folded = [_folded(text, width) for text, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, folded))):
        texts = [lines[number] if number < len(lines) else "" for lines in folded]
        padded = (text + " " * (width - _cells(text)) for text, width in zip(texts, widths, strict=True))
        yield (" " * _GAP).join(padded).rstrip()


def _folded(text: str, width: int) -> list[str]:
    if "\n" in text:
        return [line for part in text.split("\n") for line in _folded(part, width)]
    if _cells(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _cells(longer) <= width:
            lines[-1] = longer
        else:
            lines += _chopped(word, width)
    return [line for line in lines if line]


def _chopped(word: str, width: int) -> list[str]:
    from rich.cells import chop_cells

    return chop_cells(word, width)


def _cells(text: str) -> int:
    """Count the cells that a terminal gives to a text: wide letters take two, combining marks none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
