"""What a workbook shows is what is read; where that cannot be told, the cell is named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from motif.errors import ParameterError
from motif.exchange.cell_format import shown_text
from motif.exchange.spreadsheet import Row, read_sheet

openpyxl = pytest.importorskip("openpyxl")


def saved(
    folder: Path, rows: Sequence[Sequence[Any]], change: Callable[[Any], object] = lambda sheet: None
) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def problems(path: Path, **options: str) -> dict[int, dict[str, str]]:
    return {
        row.number: {heading: error.message for heading, error in row.problems.items()}
        for row in read_sheet(path, **options)[1]
    }


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (datetime(2024, 5, 1), "mmm\\-yy", "2024-05"),
        (datetime(2024, 5, 1), "mmmm yyyy", "2024-05"),
        (datetime(2024, 5, 1), "yyyy", "2024"),
        (datetime(2024, 5, 1), "dd/mm/yyyy", "2024-05-01"),
        (datetime(2024, 5, 1), "mm-dd-yy", "2024-05-01"),
        (datetime(2024, 5, 1), "[$-421]dd mmmm yyyy;@", "2024-05-01"),
        (datetime(2024, 5, 1), "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024-05-01"),
        (datetime(2024, 5, 1), "yyyy-mm-dd h:mm:ss", "2024-05-01"),
        (datetime(2024, 5, 1, 10, 30), "yyyy-mm-dd h:mm", "2024-05-01 10:30"),
        (datetime(2024, 5, 1, 10, 30, 5), "d/m/yy hh:mm:ss", "2024-05-01 10:30:05"),
        (datetime(2024, 5, 1, 10, 30), "dd/mm/yyyy", "2024-05-01"),
        (date(2024, 5, 1), "yyyy\\-mm", "2024-05"),
        (7, "General", "7"),
        (7.0, "General", "7"),
        (0.1 + 0.2, "General", "0.3"),
        (-1.5, "General", "-1.5"),
        (12345678901, "General", "12345678901"),
        (42, "000000", "000042"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (1.5, "0.0##", "1.5"),
        (-3, "0.0;(0.0)", "(3.0)"),
        (-0.001, "0.00", "0.00"),
        (0.256, "0.0%", "25.6%"),
        (150, "#,##0", "150"),
        (7, '"No. "00', "No. 07"),
        (5, '0" mm"', "5 mm"),
        (5, "@", "5"),
        (True, "General", "TRUE"),
        (False, "0", "FALSE"),
        ("=1+1", "@", "=1+1"),
        ("Turi", "General", "Turi"),
        ("Turi", '"Motif "@', "Motif Turi"),
        ("0012", "0", "0012"),
        (None, "0", ""),
    ],
)
def test_a_cell_is_taken_as_it_is_shown(value: Any, number_format: str, shown: str) -> None:
    assert shown_text(value, number_format) == shown


@pytest.mark.parametrize(
    ("value", "number_format", "reason"),
    [
        (datetime(2024, 5, 1), "d mmm", "the year or month is not shown"),
        (datetime(2024, 5, 1), "dd yyyy", "the year or month is not shown"),
        (datetime(2024, 5, 1), "mmmm", "the year or month is not shown"),
        (datetime(2024, 5, 1), "dddd", "the year or month is not shown"),
        (datetime(2024, 5, 1), "mm:ss", "the year or month is not shown"),
        (datetime(2024, 5, 1), "yyyy h:mm", "a time without a day"),
        (datetime(1900, 1, 5), "dd/mm/yyyy", "before March 1900"),
        (datetime(2024, 5, 1), "gge", "not understood"),
        (time(10, 30), "h:mm", "a time without a day"),
        (timedelta(hours=30), "[h]:mm", "a time without a day"),
        (1150, "#,##0", "thousands marks"),
        (1150.5, "#,##0.00", "thousands marks"),
        (3505010101900001, "General", "shown rounded, or as a power of ten"),
        (1 / 3, "General", "shown rounded, or as a power of ten"),
        (1234.5, "0.00E+00", "not understood"),
        (0.5, "# ?/?", "not understood"),
        (1150, "0,", "not understood"),
        (7, "[>5]0;0.0", "with conditions"),
        (7, ";;;", "hides"),
        (0, "0;-0;;@", "hides"),
        ("Turi", ";;;", "hides"),
    ],
)
def test_a_cell_of_which_it_cannot_be_told_what_is_shown_is_refused(
    value: Any, number_format: str, reason: str
) -> None:
    with pytest.raises(ParameterError, match=reason):
        shown_text(value, number_format)


def test_formats_are_those_of_the_cells(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format, sheet["B3"].number_format = "mmm\\-yy", "#,##0"

    path = saved(tmp_path, [["Judul", "Kapan"], ["A", datetime(2024, 5, 1)], ["B", 1150]], change)
    first, second = read_sheet(path)[1]
    assert (first.cells, first.problems) == ({"Judul": "A", "Kapan": "2024-05"}, {})
    assert (
        second.problems["Kapan"].message
        == "cell B3: it holds a number with thousands marks, which depend on the program's language"
    )


def test_hidden_rows_and_columns_are_named(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    path = saved(tmp_path, [["Judul", "Foto"], ["A", None], ["B", "2.jpg"], ["C", "3.jpg"]], change)
    assert problems(path) == {
        2: {},
        3: {"": "the row is hidden", "Foto": "cell B3: its column is hidden"},
        4: {"Foto": "cell B4: its column is hidden"},
    }


def test_a_hidden_sheet_is_not_read_unless_it_is_named_and_two_that_are_seen_are_asked_about(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    hidden, empty, seen = book.active, book.create_sheet("Kosong"), book.create_sheet("Isi")
    hidden.title = "Contoh"
    for sheet, title in ((hidden, "Lama"), (seen, "Baru")):
        sheet.append(["Judul"])
        sheet.append([title])
    hidden.sheet_state = "hidden"
    book.active = 2
    book.save(tmp_path / "a.xlsx")
    assert [row.cells["Judul"] for row in read_sheet(tmp_path / "a.xlsx")[1]] == ["Baru"]
    assert [row.cells["Judul"] for row in read_sheet(tmp_path / "a.xlsx", sheet="contoh")[1]] == ["Lama"]
    with pytest.raises(ParameterError, match="has no sheet 'Lain'"):
        read_sheet(tmp_path / "a.xlsx", sheet="Lain")
    empty["A1"] = "Catatan"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ParameterError, match="several sheets that hold something: Kosong, Isi") as refused:
        read_sheet(tmp_path / "a.xlsx")
    assert refused.value.hint == "Say which one: --sheet NAME."


def test_merged_cells_are_named_in_each_row_that_they_reach(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("B2:B4")
        sheet.merge_cells("C2:D2")  # holds nothing
        sheet.merge_cells("C3:D3")

    rows = [["Judul", "Golongan", "x", "y"], ["A", "kawung"], ["B", None, "z"], [None], ["C", "parang"]]
    merged = "it is merged with others"
    assert problems(saved(tmp_path, rows, change)) == {
        2: {"Golongan": f"cell B2: {merged}: B2:B4"},
        3: {
            "Golongan": f"cell B3: {merged}: B2:B4",
            "x": f"cell C3: {merged}: C3:D3",
            "y": f"cell D3: {merged}: C3:D3",
        },
        4: {"Golongan": f"cell B4: {merged}: B2:B4"},
        5: {},
    }
    with pytest.raises(ParameterError, match="cell A1: it is merged"):
        read_sheet(saved(tmp_path, [["Daftar"], ["Judul"]], lambda sheet: sheet.merge_cells("A1:C1")))


def test_formulas_without_a_value_and_errors_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path, [["Judul", "Catatan"], ["=1+1", "#N/A"], ["A", "#DIV/0!"]])
    assert problems(path) == {
        2: {
            "Judul": "cell A2: its formula has no value yet",
            "Catatan": "cell B2: it shows the error '#N/A'",
        },
        3: {"Catatan": "cell B3: it shows the error '#DIV/0!'"},
    }


def changed(path: Path, member: str, *pairs: tuple[str, str]) -> Path:
    """Change the text of a member of a workbook."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in pairs:
        assert old.encode() in members[member], (old, members[member])
        members[member] = members[member].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_values_of_formulas_are_read_unless_they_are_to_be_computed_anew(tmp_path: Path) -> None:
    path = saved(tmp_path, [["Judul", "Foto"], ['="A"&"B"', '=""']])
    sheet, book = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
    with zipfile.ZipFile(path) as archive:
        assert b"fullCalcOnLoad" in archive.read(book)
        cells = archive.read(sheet).decode()
    computed = [(f'<c r="{name}"', f'<c r="{name}" t="str"') for name in ("A2", "B2")]
    value = '<f>"A"&amp;"B"</f><v />' if '"B"</f><v />' in cells else '<f>"A"&amp;"B"</f><v></v>'
    changed(path, sheet, *computed, (value, '<f>"A"&amp;"B"</f><v>AB</v>'))
    assert problems(path)[2]["Judul"] == "cell A2: its formula has no value yet", "the file says so"
    changed(path, book, ('fullCalcOnLoad="1"', 'fullCalcOnLoad="0"'))
    assert read_sheet(path)[1] == [Row(number=2, cells={"Judul": "AB", "Foto": ""})]


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("dua_x000D_\nbaris", "dua\r\nbaris"),
        ("_x0041_B", "AB"),
        ("_x005F_x0041_", "_x0041_"),
        ("x005F_", "x005F_"),
        ("a_x_b_x00_", "a_x_b_x00_"),
    ],
)
def test_escapes_of_excel_are_what_excel_shows(tmp_path: Path, kept: str, shown: str) -> None:
    path = saved(tmp_path, [["Judul", "Catatan"], ["A", kept]])
    assert read_sheet(path)[1][0].cells["Catatan"] == shown


def test_cells_that_no_heading_stands_above_are_named(tmp_path: Path) -> None:
    rows = [["Judul", None, "Foto"], ["A", "x", "1.jpg"], ["B", None, "2.jpg", "y"], ["C", None, "3.jpg"]]
    assert problems(saved(tmp_path, rows)) == {
        2: {"": "cell B2 has no heading: 'x'"},
        3: {"": "cell D3 has no heading: 'y'"},
        4: {},
    }
    path = saved(tmp_path, [["Judul"], ["A"]], lambda sheet: sheet.cell(2, 300, "y"))
    assert problems(path) == {2: {"": "the row has cells beyond column 200"}}


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, [["Judul"], ["A"], ["B"]])
    changed(path, "xl/worksheets/sheet1.xml", ('<row r="2"', '<row r="9"'))
    with pytest.raises(ParameterError, match="row 3 follows row 9"):
        read_sheet(path)


def test_what_stands_hidden_under_a_merged_cell_is_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path, [["Judul", "Asal"], ["A", None], ["B", "Doko"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", merge)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert problems(path) == {2: {}, 3: {"Asal": "cell B3: it is merged with others: B2:B3"}}
