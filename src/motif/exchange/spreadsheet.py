"""Tables from outside, CSV or XLSX, read as rows of text and treated as hostile; and safe cells to write.

Every cell is read as text: formulas are not computed, a date becomes YYYY-MM-DD, a number its digits.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from motif.errors import ParameterError, UnreadablePhotoError
from motif.extras import require
from motif.messages import N_, system_reason

FILE_MAX: Final = 50_000_000
"""Most bytes of a file; an XLSX may unpack to six times as many."""

ROWS_MAX: Final = 100_000
COLUMNS_MAX: Final = 200
CELL_MAX: Final = 20_000
"""Most characters of a cell: more than any title or description needs."""

_FORMULA_STARTS = tuple("=+-@\t\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is not blank.

    Parameters
    ----------
    number : int
        Its line in the table; the headings are line 1.
    cells : dict of str to str
        Heading -> text without surrounding blanks.
    """

    number: int
    cells: dict[str, str]


def read_sheet(path: Path) -> tuple[list[str], list[Row]]:
    """Read a table.

    Parameters
    ----------
    path : Path
        ``.csv`` (UTF-8, or UTF-16 with a byte order mark; comma, semicolon or tab) or ``.xlsx`` (its first
        sheet).

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
        If it is malformed, or larger than the limits.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadablePhotoError(
            N_("{path} cannot be read: {reason}", path=path, reason=system_reason(error)),
            hint=N_("Check the file's name."),
        ) from error
    if size > FILE_MAX:
        raise ParameterError(
            N_("{name} has {size} bytes; expected at most {most}", name=path.name, size=size, most=FILE_MAX),
            hint=N_("Split it."),
        )
    read = {".xlsx": _xlsx, ".csv": _csv}.get(path.suffix.lower())
    if read is None:
        raise ParameterError(
            N_("{name}: expected .csv or .xlsx", name=path.name), hint=N_("Save the table as one of these.")
        )
    return _table(read(path), path.name)


def safe_cell(text: str) -> str:
    """Escape a cell that a spreadsheet would take for a formula; ``read_sheet`` removes the escape.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With ``'`` in front if the text begins like a formula, or like one that is escaped already.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Turi"), safe_cell("'=1")
    ("'=HYPERLINK(1)", 'Turi', "''=1")
    """
    return f"'{text}" if text.lstrip("'")[:1] in _FORMULA_STARTS else text


def _table(lines: Iterable[list[str]], name: str) -> tuple[list[str], list[Row]]:
    headings: list[str] = []
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        cells = [_unescaped(cell) for cell in line]
        if not any(cells):
            continue
        if not headings:
            headings = _headings(cells)
            continue
        if len(rows) >= ROWS_MAX:
            raise ParameterError(
                N_("{name} has more than {most} rows", name=name, most=ROWS_MAX), hint=N_("Split it.")
            )
        named = dict(zip(headings, cells, strict=False))
        rows.append(Row(number=number, cells={heading: cell for heading, cell in named.items() if heading}))
    if not headings:
        raise ParameterError(N_("{name} is empty", name=name), hint=N_("The first row holds the headings."))
    return headings, rows


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > COLUMNS_MAX:
        raise ParameterError(
            N_("{count} columns; expected at most {most}", count=len(cells), most=COLUMNS_MAX)
        )
    repeated = sorted({cell for cell in cells if cell and cells.count(cell) > 1})
    if repeated:
        raise ParameterError(
            N_("two columns are headed {twice!r:.60}", twice=repeated[0]),
            hint=N_("Give each its own heading."),
        )
    return cells


def _unescaped(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in _FORMULA_STARTS else text


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open("rb") as file:
        start = file.read(4)
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline(CELL_MAX)
            file.seek(0)
            delimiter = max(",;\t", key=first.count)
            yield from csv.reader(file, delimiter=delimiter, strict=True)
    except UnicodeError as error:
        message = N_(
            "{name} is not in UTF-8: {reason}", name=path.name, reason=getattr(error, "reason", error)
        )
        raise ParameterError(message, hint=N_("Save it as CSV UTF-8.")) from error
    except csv.Error as error:
        raise ParameterError(
            N_("{name} is not a CSV file: {error}", name=path.name, error=error),
            hint=N_("Save it again as CSV UTF-8."),
        ) from error


def _xlsx(path: Path) -> Iterator[list[str]]:
    openpyxl = require("openpyxl", extra="xlsx")
    _refuse_bomb(path)
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # the size that the file declares cannot be trusted
            for line in sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1):
                yield [_text(value) for value in line]
        finally:
            workbook.close()
    except ParameterError:
        raise
    except Exception as error:  # a damaged or forged workbook can raise anything in the parser
        hint = N_("Open it in a spreadsheet program and save it again, or save it as CSV UTF-8.")
        raise ParameterError(
            N_("{name} is not an XLSX file: {error!s:.120}", name=path.name, error=error), hint=hint
        ) from error


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


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):  # a datetime is one as well
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
