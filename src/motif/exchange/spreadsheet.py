"""Tables from outside, CSV or XLSX, read as rows of text and treated as hostile; and safe cells to write.

Of a workbook what it shows is read; a cell of which that cannot be told is a problem of its row, by its name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from motif.errors import ParameterError, UnreadablePhotoError
from motif.exchange.workbook import Line, cell_name, read_workbook
from motif.messages import N_, system_reason
from motif.registry.records.fields import split_items
from motif.tables import read_csv

FILE_MAX: Final = 50_000_000
"""Most bytes of a file; an XLSX may unpack to six times as many."""

ROWS_MAX: Final = 100_000
COLUMNS_MAX: Final = 200
CELL_MAX: Final = 20_000
"""Most characters of a cell: more than any title or description needs."""

OURS: Final = "motif:"
"""How the headings begin of the columns that a table of ours has beside those of its data."""

GUARDED: Final = f"{OURS}guarded"
"""Heading of the column that names, in a table of ours, the columns whose cells got a ``'``."""

REFUSED: Final = "#REFUSED!"
"""How a cell of a table of ours begins that was refused, until somebody writes over it."""

_FORMULA = f"(?='*(?:[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]|{REFUSED}))"
_BEGINNING = '(^|[,;|:\\t\\r\\n])([ "]*)'
_UNGUARDED = re.compile(_BEGINNING + _FORMULA)
_GUARD = re.compile(_BEGINNING + "'" + _FORMULA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is not blank.

    Parameters
    ----------
    number : int
        Its line in the table; the headings are line 1.
    cells : dict of str to str
        Heading -> text without surrounding blanks; of one with a problem, what the file holds.
    problems : dict of str to ParameterError
        Heading -> why what its cell shows cannot be told. Under the empty heading: of the whole row.
    beyond : tuple of str
        What stands in cells without a heading.
    """

    number: int
    cells: dict[str, str]
    problems: Mapping[str, ParameterError] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()


def read_sheet(path: Path, *, encoding: str = "", sheet: str = "") -> tuple[list[str], list[Row]]:
    """Read a table.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv`` or ``.txt`` (see ``motif.tables.read_csv``), or ``.xlsx``.
    encoding : str
        Of a CSV file without a byte order mark; by default UTF-8.
    sheet : str
        Of a workbook; by default the one that is not hidden and holds something.

    Returns
    -------
    headings : list of str
    rows : list of Row
        Blank rows are left out.

    Raises
    ------
    UnreadablePhotoError
        If the file cannot be opened.
    ParameterError
        If it is malformed, or larger than the limits; if it is not clear which sheet is meant.
    """
    try:
        size = path.stat().st_size
        if size > FILE_MAX:
            raise ParameterError(
                N_(
                    "{name} has {size} bytes; expected at most {most}",
                    name=path.name,
                    size=size,
                    most=FILE_MAX,
                ),
                hint=N_("Split it."),
            )
        suffix = path.suffix.lower()
        if suffix == ".xlsx":
            _refuse_bomb(path)
            return _table(read_workbook(path, sheet=sheet, columns_max=COLUMNS_MAX), path.name)
        if suffix in (".csv", ".tsv", ".txt"):
            lines = (Line(number, cells) for number, cells in enumerate(read_csv(path, encoding=encoding), 1))
            return _table(lines, path.name)
    except OSError as error:
        raise UnreadablePhotoError(
            N_("{path} cannot be read: {reason}", path=path, reason=system_reason(error)),
            hint=N_("Check the file's name."),
        ) from error
    raise ParameterError(
        N_("{name}: expected .csv or .xlsx", name=path.name), hint=N_("Save the table as one of these.")
    )


def safe_cell(text: str) -> str:
    """Guard a cell in which a spreadsheet, whatever separates its cells, would find a formula.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With ``'`` before each part that begins like a formula, or with ``REFUSED``; ``unguarded_cell`` takes
        them off again.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Turi"), safe_cell("'=1"), safe_cell("a;=1+1;b")
    ("'=HYPERLINK(1)", 'Turi', "''=1", "a;'=1+1;b")
    """
    return _UNGUARDED.sub(r"\1\2'", text)


def unguarded_cell(text: str) -> str:
    """Return the text that ``safe_cell`` was given.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> unguarded_cell("'=HYPERLINK(1)"), unguarded_cell("'Turi'")
    ('=HYPERLINK(1)', "'Turi'")
    """
    return _GUARD.sub(r"\1\2", text)


def _table(lines: Iterable[Line], name: str) -> tuple[list[str], list[Row]]:
    headings: list[str] = []
    rows: list[Row] = []
    ours = False
    for line in lines:
        cells = [cell.strip() for cell in line.cells]
        if not any(cells) and not line.problems:
            continue
        if not headings:
            for problem in (line.problem, *line.problems.values()):
                if problem is not None:
                    raise problem
            ours = GUARDED in cells
            headings = _headings([unguarded_cell(cell) for cell in cells] if ours else cells, ours=ours)
            continue
        if len(rows) >= ROWS_MAX:
            raise ParameterError(
                N_("{name} has more than {most} rows", name=name, most=ROWS_MAX), hint=N_("Split it.")
            )
        rows.append(_row(line, cells, headings, ours=ours))
    if not headings:
        raise ParameterError(N_("{name} is empty", name=name), hint=N_("The first row holds the headings."))
    return [heading for heading in headings if not heading.startswith(OURS)], rows


def _row(line: Line, cells: list[str], headings: list[str], *, ours: bool) -> Row:
    """Return a line as a row; a cell that no heading stands above makes it a problem."""
    problems, named, beyond = {}, dict[str, str](), list[str]()
    for index, problem in line.problems.items():
        problems[headings[index] if index < len(headings) else ""] = problem
    guarded = split_items(unguarded_cell(dict(zip(headings, cells, strict=False)).get(GUARDED, "")))
    for index, cell in enumerate(cells):
        heading = headings[index] if index < len(headings) else ""
        text = cell.removeprefix(REFUSED).lstrip()
        if ours and (heading in guarded or not heading):
            text = unguarded_cell(text)
        if cell.startswith(REFUSED):
            problems.setdefault(heading, _still_refused(line.number, index, text))
        if heading:
            named[heading] = text
        elif cell:
            beyond.append(text)
            problems.setdefault("", _without_heading(line.number, index, text))
    if line.problem is not None:
        problems[""] = line.problem
    return Row(
        number=line.number,
        cells={heading: text for heading, text in named.items() if not heading.startswith(OURS)},
        problems=problems,
        beyond=(*beyond, *line.beyond),
    )


def _still_refused(number: int, index: int, text: str) -> ParameterError:
    values = {"cell": cell_name(number, index), "text": text}
    message = N_("cell {cell} was refused and is as it was: {text!r:.40}", **values)
    return ParameterError(message, hint=N_("Write over it what is meant, without {mark}.", mark=REFUSED))


def _without_heading(number: int, index: int, text: str) -> ParameterError:
    values = {"cell": cell_name(number, index), "text": text}
    message = N_("cell {cell} has no heading: {text!r:.40}", **values)
    hint = N_("Is a cell with the separator in it not in quotation marks? Or add the heading.")
    return ParameterError(message, hint=hint)


def _headings(cells: list[str], *, ours: bool) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    of_data = [cell for cell in cells if not cell.startswith(OURS)]
    if len(of_data) > COLUMNS_MAX:
        raise ParameterError(
            N_("{count} columns; expected at most {most}", count=len(of_data), most=COLUMNS_MAX)
        )
    if not ours and len(of_data) < len(cells):
        message = N_("a heading begins with {beginning}, and none is {name}", beginning=OURS, name=GUARDED)
        raise ParameterError(
            message, hint=N_("Put the column {name} back, or give the others other headings.", name=GUARDED)
        )
    repeated = sorted({cell for cell in cells if cell and cells.count(cell) > 1})
    if repeated:
        raise ParameterError(
            N_("two columns are headed {twice!r:.60}", twice=repeated[0]),
            hint=N_("Give each its own heading."),
        )
    return cells


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ParameterError(
            N_("{name} is not an XLSX file: {error}", name=path.name, error=error), hint=N_("Save it again.")
        ) from error
    most = 6 * FILE_MAX
    if size > most:
        message = N_(
            "{name} unpacks to {size} bytes; expected at most {most}", name=path.name, size=size, most=most
        )
        raise ParameterError(message)
