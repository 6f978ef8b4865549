"""Rows to a plain text table that fits the page and cuts nothing off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

NARROWEST = 60
"""Below this, ids would be cut; the terminal may wrap the lines instead."""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int, unbroken: int = 1) -> str:
    """Lay out rows in columns.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequences of str, one text for each heading
    width : int, characters
        Where a row is longer, its later columns are folded onto further lines; a page narrower than
        ``NARROWEST`` is taken for that wide.
    unbroken : int
        The first so many columns, ids and the like, are never folded.

    Examples
    --------
    >>> print(table(["id", "title"], [["M-000042-7", "Kembang Turi"]], width=80))
    id          title
    M-000042-7  Kembang Turi
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for number, heading in enumerate(headings):
        grid.add_column(Text(heading), overflow="fold", no_wrap=number < unbroken)
    for row in rows:
        grid.add_row(*map(Text, row))
    page = StringIO()
    width = max(width, NARROWEST)
    Console(file=page, width=width, color_system=None, force_terminal=False, legacy_windows=False).print(grid)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())
