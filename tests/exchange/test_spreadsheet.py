"""Tables from outside are hostile until read; cells that are written are never formulas."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
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
def test_arbitrary_bytes_raise_no_other_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for suffix in ("csv", "xlsx"):
        path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
        path.write_bytes(data)
        with suppress(MotifError):
            read_sheet(path)


def test_utf16_and_other_separators_are_understood(tmp_path: Path) -> None:
    for encoding, separator in [("utf-16", "\t"), ("utf-8", ","), ("utf-8-sig", ";")]:
        (tmp_path / "a.csv").write_text(f"Judul{separator}Foto\nꦏꦮꦸꦁ{separator}1.png\n", encoding=encoding)
        headings, rows = read_sheet(tmp_path / "a.csv")
        assert headings == ["Judul", "Foto"] and rows[0].cells["Judul"] == "ꦏꦮꦸꦁ"


@given(text=st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text)[:1] not in tuple("=+-@\t\r")


@pytest.mark.parametrize("text", ["=1+1", "+62 812", "-", "@sri", "Turi", "''", "'Turi'"])
def test_cells_read_back_as_they_were_written(tmp_path: Path, text: str) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, ["Judul", "Foto"], [{"Judul": text, "Foto": "1.png"}])
    _, (row,) = read_sheet(tmp_path / "a.csv")
    assert row.cells["Judul"] == text
