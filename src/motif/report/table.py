"""Rows to a plain text table that fits the page and cuts nothing off; quick also for 100 000 rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

NARROWEST = 60
"""Below this, ids would be cut; the terminal may wrap the lines instead."""

_GAP = 2
_NARROWEST_COLUMN = 8


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int, unbroken: int = 1) -> str:
    """Lay out rows in columns.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequences of str, one text for each heading
    width : int, character cells
        Where a row is longer, its later columns are folded onto further lines; a page narrower than
        ``NARROWEST`` is taken for that wide.
    unbroken : int
        The first so many columns, ids and the like, are never folded.

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


def _shrink(widths: list[int], page: int, unbroken: int) -> None:
    """Take from the widest column that may be folded, until the page holds them all."""
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
