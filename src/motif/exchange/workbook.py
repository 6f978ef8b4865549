"""Workbooks (XLSX), row by row: what is shown of each cell, or why that cannot be told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from motif.errors import ParameterError
from motif.exchange.cell_format import shown_text
from motif.extras import require
from motif.messages import N_

_MERGES_MAX: Final = 10_000
_UNCOMPUTED_MAX: Final = 100_000
_ROW_MAX: Final = 1 << 20
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table.

    Parameters
    ----------
    number : int
        As the spreadsheet counts it, from 1.
    cells : list of str
        Of one with a problem, what the file holds, to be kept and not to be used.
    problems : dict of int to ParameterError
        Index of a cell -> why what it shows cannot be told.
    problem : ParameterError or None
        Of the whole line.
    beyond : list of str
        What the file holds in cells that are too far right to be read.
    """

    number: int
    cells: list[str]
    problems: dict[int, ParameterError] = field(default_factory=dict)
    problem: ParameterError | None = None
    beyond: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Merge:
    name: str
    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class _Facts:
    """What a sheet says of its rows and cells beside their values; rows and columns from 1."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[_Merge] = field(default_factory=list)
    uncomputed: dict[tuple[int, int], str] = field(default_factory=dict)
    """Place of a cell -> its formula, where the cell has one of its own."""
    overfull: dict[int, list[str]] = field(default_factory=dict)
    """Row -> what it holds further right than cells are read."""


def read_workbook(path: Path, *, sheet: str = "", columns_max: int) -> Iterator[Line]:
    """Yield the lines of a sheet as they are shown; formulas are not computed.

    Parameters
    ----------
    path : Path
        Trusted in nothing but its size.
    sheet : str
        Its name; by default the only one that is not hidden and holds something.
    columns_max : int
        A line that holds something further right has a ``problem``.

    Yields
    ------
    Line

    Raises
    ------
    ParameterError
        If it is no workbook, or it is not clear which sheet is meant.
    """
    openpyxl = require("openpyxl", extra="xlsx")
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            for each in workbook.worksheets:
                each.reset_dimensions()  # the size that the file declares cannot be trusted
            chosen = _chosen(workbook, sheet, path.name)
            _restore_strings(path, chosen)
            stale = bool(getattr(workbook.calculation, "fullCalcOnLoad", False))
            facts = _facts_of(chosen, columns_max, stale=stale)
            yield from _lines(chosen, facts, columns_max)
        finally:
            workbook.close()
    except ParameterError:
        raise
    except Exception as error:  # a damaged or forged workbook can raise anything in the parser
        hint = N_("Open it in a spreadsheet program and save it again, or save it as CSV UTF-8.")
        raise ParameterError(
            N_("{name} is not an XLSX file: {error!s:.120}", name=path.name, error=error), hint=hint
        ) from error


def _chosen(workbook: Any, name: str, file_name: str) -> Any:
    sheets = workbook.worksheets
    if name:
        found = [each for each in sheets if each.title.casefold() == name.strip().casefold()]
        if not found:
            names = ", ".join(each.title for each in sheets)
            message = N_("{name} has no sheet {sheet!r:.60}", name=file_name, sheet=name)
            raise ParameterError(message, hint=N_("Its sheets: {names}.", names=names))
        return found[0]
    visible = [each for each in sheets if each.sheet_state == "visible"] or sheets[:1]
    filled = [each for each in visible if any(any(line) for line in each.iter_rows(values_only=True))]
    if len(filled) > 1:
        names = ", ".join(each.title for each in filled)
        message = N_("{name} has several sheets that hold something: {names}", name=file_name, names=names)
        raise ParameterError(message, hint=N_("Say which one: --sheet NAME."))
    return (filled or visible)[0]


def _restore_strings(path: Path, sheet: Any) -> None:
    """Read texts again where openpyxl takes escaped underscores out, after which an escape cannot be told."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.functions import iterparse

    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"]
        if not parts or b"x005F_" not in archive.read(parts[0]):
            return
        with archive.open(parts[0]) as file:
            items = (item for _, item in iterparse(file) if _tag(item) == "si")
            sheet._shared_strings = [Text.from_tree(item).content for item in items]


def _facts_of(sheet: Any, columns_max: int, *, stale: bool) -> _Facts:
    from openpyxl.xml.functions import iterparse

    facts, above = _Facts(), 0
    with sheet._get_source() as file:
        for _, element in iterparse(file):
            tag = _tag(element)
            if tag == "row":
                above = _read_row(facts, sheet, element, above, columns_max, stale=stale)
                element.clear()
            elif tag == "col" and _is_true(element.get("hidden")):
                facts.hidden_columns.append((int(element.get("min")), int(element.get("max"))))
            elif tag == "mergeCell":
                facts.merges.append(_merge(element.get("ref")))
                _require_few(len(facts.merges), _MERGES_MAX)
    facts.merges.sort(key=lambda merge: merge.top)
    return facts


def _read_row(facts: _Facts, sheet: Any, element: Any, above: int, columns_max: int, *, stale: bool) -> int:
    """Note what a row says of itself and its cells; return its number."""
    row = int(element.get("r", above + 1))
    if not above < row <= _ROW_MAX:
        raise ValueError(f"row {row} follows row {above}")
    if _is_true(element.get("hidden")):
        facts.hidden_rows.add(row)
    column = 0
    for cell in element:
        if _tag(cell) != "c":
            continue
        reference = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(reference[1]) if reference else column + 1
        children = {_tag(child): child for child in cell}
        value = children.get("v")
        text = "" if value is None else value.text or ""
        formula = f"={children['f'].text}" if "f" in children and children["f"].text else ""
        if column > columns_max and (text or "is" in children or "f" in children):
            if "is" in children:
                text = "".join(children["is"].itertext())
            elif cell.get("t") == "s":
                text = sheet._shared_strings[int(text)]
            facts.overfull.setdefault(row, []).append(text or formula)
        elif "f" in children and (stale or (not text and cell.get("t") != "str")):
            facts.uncomputed[row, column] = formula
            _require_few(len(facts.uncomputed), _UNCOMPUTED_MAX)
    return row


def _lines(sheet: Any, facts: _Facts, columns_max: int) -> Iterator[Line]:
    merges, active, headed = list(reversed(facts.merges)), list[tuple[_Merge, str]](), False
    for number, cells in enumerate(sheet.iter_rows(max_col=columns_max), 1):
        texts, problems = [], {}
        for index, cell in enumerate(cells):
            place = (number, index + 1)
            try:
                text = _text(cell, uncomputed=place in facts.uncomputed)
            except ParameterError as error:
                problems[index] = _of_cell(number, index, error)
                text = _held(cell.value) or facts.uncomputed.get(place, "")
            texts.append(text)
        hidden = {
            index: _of_cell(number, index, _hidden(N_("its column is hidden")))
            for first, last in facts.hidden_columns
            for index in range(first - 1, min(last, len(texts)))
            if headed and texts[index].strip()
        }
        while merges and merges[-1].top <= number:
            merge = merges.pop()
            active.append((merge, texts[merge.left - 1] if merge.left <= len(texts) else ""))
        active = [(merge, text) for merge, text in active if merge.bottom >= number]
        for merge, text in active:
            for index in range(merge.left - 1, min(merge.right, columns_max)):
                texts += [""] * (index + 1 - len(texts))
                texts[index] = texts[index].strip() or text.strip()
                if texts[index] or index in problems:  # also what stands hidden under a blank one
                    problems[index] = _of_cell(number, index, _merged(merge))
        headed = headed or any(texts) or bool(problems)
        problem, beyond = _of_line(number, facts, columns_max), facts.overfull.get(number, [])
        yield Line(number, texts, hidden | problems, problem, beyond)


def _text(cell: Any, *, uncomputed: bool) -> str:
    if uncomputed:
        hint = N_("Open the list in a spreadsheet program, save it, and import it again.")
        raise ParameterError(N_("its formula has no value yet"), hint=hint)
    if cell.value is None:
        return ""
    if cell.data_type == "e":
        raise ParameterError(
            N_("it shows the error {value!r:.40}", value=str(cell.value)), hint=N_("Mend it in the list.")
        )
    return shown_text(_unescaped(cell.value), cell.number_format)


def _held(value: Any) -> str:
    """Return what a cell holds, whatever it shows."""
    return "" if value is None else str(_unescaped(value))


def _unescaped(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)


def _of_line(number: int, facts: _Facts, columns_max: int) -> ParameterError | None:
    if number in facts.overfull:
        message = N_("the row has cells beyond column {most}", most=columns_max)
        return ParameterError(message, hint=N_("Delete what no heading stands above."))
    return _hidden(N_("the row is hidden")) if number in facts.hidden_rows else None


def _hidden(message: str) -> ParameterError:
    return ParameterError(message, hint=N_("Show it, or delete it from the list."))


def _merged(merge: _Merge) -> ParameterError:
    message = N_("it is merged with others: {name}", name=merge.name)
    return ParameterError(message, hint=N_("Split the cells, and write what holds into each."))


def _of_cell(number: int, index: int, error: ParameterError) -> ParameterError:
    message = N_("cell {cell}: {message}", cell=cell_name(number, index), message=error.message)
    return ParameterError(message, hint=error.hint)


def cell_name(number: int, index: int) -> str:
    """Return the name of a cell, as spreadsheets have it.

    Parameters
    ----------
    number : int
        Of its row, from 1.
    index : int
        Of its column, from 0.

    Returns
    -------
    str

    Examples
    --------
    >>> cell_name(3, 0), cell_name(12, 27)
    ('A3', 'AB12')
    """
    letters, rest = "", index + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{number}"


def _merge(name: str) -> _Merge:
    corners = [_REFERENCE.fullmatch(corner) for corner in (name.split(":") * 2)[:2]]
    (left, top), (right, bottom) = ((_column(match[1]), int(match[2])) for match in corners if match)
    return _Merge(name, top, bottom, left, right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def _require_few(count: int, most: int) -> None:
    if count > most:
        raise ValueError(f"more than {most} cells that are merged or not computed")
