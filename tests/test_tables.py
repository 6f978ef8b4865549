"""CSV files are read as spreadsheet programs and shells write them."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from motif.errors import ParameterError
from motif.tables import read_csv

ROWS = [["Judul", "Foto"], ["Café; “lama”", "1.jpg"], [], ["Dua\nbaris", 'a"b.jpg']]


def written(separator: str, ends: str = "\r\n") -> str:
    lines = [
        f"Judul{separator}Foto",
        f'"Café; “lama”"{separator}1.jpg',
        "",
        f'"Dua\nbaris"{separator}"a""b.jpg"',
    ]
    return "".join(line + ends for line in lines)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("first", ["", "sep=", "#TYPE System.IO.FileInfo"])
def test_a_table_is_read_whatever_wrote_it(
    tmp_path: Path, separator: str, ends: str, encoding: str, first: str
) -> None:
    line = f"{first}{separator if first == 'sep=' else ''}{ends}" if first else ""
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    path = tmp_path / "a.csv"
    path.write_bytes(mark + (line + written(separator, ends)).encode(encoding))
    assert list(read_csv(path)) == ROWS


def test_any_separator_that_a_first_line_states_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=~\nJudul~Foto\nA;B,C~1.jpg\n")
    assert list(read_csv(tmp_path / "a.csv")) == [["Judul", "Foto"], ["A;B,C", "1.jpg"]]


def test_separators_within_quoted_headings_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('"Judul, nama, sebutan";"Foto\nasli"\nA;1.jpg\n')
    assert next(read_csv(tmp_path / "a.csv")) == ["Judul, nama, sebutan", "Foto\nasli"]


def test_headings_that_speak_for_two_separators_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Judul;Foto, asli\nA;1.jpg\n")
    with pytest.raises(ParameterError, match="as many ';' as ','") as refused:
        list(read_csv(tmp_path / "a.csv"))
    assert "sep=;" in refused.value.hint


def test_an_encoding_is_named_by_its_mark_or_by_the_user_and_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Judul;Foto\nCafé;1.jpg\n".encode("cp1252"))
    with pytest.raises(ParameterError, match="is not in UTF-8") as refused:
        list(read_csv(path))
    assert "--encoding cp1252" in refused.value.hint
    assert list(read_csv(path, encoding="cp1252"))[1] == ["Café", "1.jpg"]
    path.write_bytes("Judul;Foto\nCafé;1.jpg\n".encode("utf-8-sig"))
    assert list(read_csv(path, encoding="cp1252"))[1] == ["Café", "1.jpg"]
    with pytest.raises(ParameterError, match="not in NO-SUCH"):
        path.write_bytes(b"Judul;Foto\n")
        list(read_csv(path, encoding="no-such"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_without_its_mark_is_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("Judul;Foto\nA;1.jpg\n".encode(encoding))
    with pytest.raises(ParameterError):
        list(read_csv(tmp_path / "a.csv"))
    (tmp_path / "a.csv").write_bytes(b"Judul;Foto\nA;1.jpg\nB;2\0.jpg\n")
    with pytest.raises(ParameterError, match="holds NUL"):
        list(read_csv(tmp_path / "a.csv"))
