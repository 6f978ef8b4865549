"""Tables from outside are hostile until read; cells that are written are never formulas."""

from __future__ import annotations

import datetime
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motif.errors import MotifError, ParameterError
from motif.exchange.export import write_csv
from motif.exchange.spreadsheet import read_sheet, safe_cell


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/a.xml", "w") as file,
    ):
        for _ in range(310):
            file.write(bytes(1_000_000))
    with pytest.raises(ParameterError, match="unpacks to"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xff\x00\xfe"),
        ("a.csv", b'Judul;Foto\n"open'),
        ("a.csv", b"Judul;Judul\nx;y"),
        ("a.csv", ("a" * 200_000 + ",b\n").encode()),
        ("a.csv", (",".join(map(str, range(300))) + "\n").encode()),
        ("a.xlsx", b"PK\x03\x04 no"),
        ("a.xlsx", b"plain"),
        ("a.ods", b"x"),
    ],
)
def test_malformed_tables_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MotifError):
        read_sheet(tmp_path / name)


@given(data=st.binary(max_size=300))
def test_bytes_that_are_no_table_raise_no_other_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(MotifError):
        headings, _ = read_sheet(path)
        assert any(headings)
    path = path.with_suffix(".xlsx")
    path.write_bytes(data)
    with pytest.raises(ParameterError, match="is not an XLSX file"):
        read_sheet(path)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The members of a workbook with a heading row and two more."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for cells in (["Judul", "Foto"], ["Turi", "1.png"], [7.0, datetime.date(2024, 5, 17)]):
        book.active.append(cells)
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_workbook_that_is_packed_anew_reads_as_it_was(tmp_path: Path, workbook: dict[str, bytes]) -> None:
    headings, rows = read_sheet(packed(tmp_path / "a.xlsx", workbook))
    assert headings == ["Judul", "Foto"]
    assert [row.number for row in rows] == [2, 3]
    assert [row.cells for row in rows] == [
        {"Judul": "Turi", "Foto": "1.png"},
        {"Judul": "7", "Foto": "2024-05-17"},
    ]


@pytest.mark.slow
@settings(max_examples=60)
@given(draw=st.data())
def test_a_damaged_workbook_is_read_or_refused_and_raises_no_other_error(
    tmp_path_factory: pytest.TempPathFactory, workbook: dict[str, bytes], draw: st.DataObject
) -> None:
    name = draw.draw(st.sampled_from(sorted(workbook)))
    start, end = sorted(draw.draw(st.integers(0, len(workbook[name]))) for _ in range(2))
    damaged = workbook[name][:start] + draw.draw(st.binary(max_size=9)) + workbook[name][end:]
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    with suppress(ParameterError):
        headings, _ = read_sheet(packed(path, {**workbook, name: damaged}))
        assert any(headings)


@pytest.mark.parametrize(
    "lost",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"],
)
def test_a_workbook_without_one_of_its_parts_is_refused(
    tmp_path: Path, workbook: dict[str, bytes], lost: str
) -> None:
    members = {name: data for name, data in workbook.items() if name != lost}
    assert len(members) == len(workbook) - 1
    with pytest.raises(ParameterError, match="is not an XLSX file"):
        read_sheet(packed(tmp_path / "a.xlsx", members))


def test_utf16_and_other_separators_are_understood(tmp_path: Path) -> None:
    for encoding, separator in [("utf-16", "\t"), ("utf-8", ","), ("utf-8-sig", ";")]:
        (tmp_path / "a.csv").write_text(f"Judul{separator}Foto\nꦏꦮꦸꦁ{separator}1.png\n", encoding=encoding)
        headings, rows = read_sheet(tmp_path / "a.csv")
        assert headings == ["Judul", "Foto"] and rows[0].cells["Judul"] == "ꦏꦮꦸꦁ"


@given(text=st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text)[:1] not in tuple("=+-@\t\r")


def written_and_read(folder: Path, text: str) -> str:
    with (folder / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, ["Judul", "Foto"], [{"Judul": text, "Foto": "1.png"}])
    _, (row,) = read_sheet(folder / "a.csv")
    return row.cells["Judul"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+62 812", "'+62 812"),
        ("-", "'-"),
        ("@sri", "'@sri"),
        ("Turi", "Turi"),
        ("1=1", "1=1"),
        ("", ""),
        ("'", "'"),
        ("''", "''"),
        ("'Turi'", "'Turi'"),
        ("'=1", "''=1"),
        ("''-", "'''-"),
    ],
)
def test_a_cell_is_marked_where_it_begins_like_a_formula_and_reading_takes_the_mark_off_again(
    tmp_path: Path, text: str, cell: str
) -> None:
    assert safe_cell(text) == cell
    assert written_and_read(tmp_path, text) == text


@given(
    text=st.text("'=+-@ab\t\n", max_size=6)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
def test_every_text_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text = text.strip()
    assert written_and_read(tmp_path_factory.getbasetemp(), text) == text
