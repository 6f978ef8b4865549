"""What an import refuses is written so that nothing of it is lost and nothing comes in unmended."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from motif.errors import ParameterError
from motif.exchange.export import write_refused
from motif.exchange.importing import Outcome, PlannedRow, plan_import
from motif.exchange.spreadsheet import read_sheet

HEADINGS = ["Judul", "Foto", "No"]


def refused_of(path: Path, photos: Path) -> list[Outcome]:
    return [item for item in plan_import(path, photos).items if isinstance(item, Outcome)]


def written(path: Path, outcomes: list[Outcome]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_refused(file, [(outcome.row, outcome.reason, outcome.hint) for outcome in outcomes])
    return path


def mended(path: Path, *changes: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8-sig")
    return path


def value(cell: Any, number_format: str = "General") -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet["C2"].value = cell
        sheet["C2"].number_format = number_format

    return change


def merged(sheet: Any) -> None:
    sheet["C2"].value = "A-7"
    sheet.merge_cells("C2:C3")


def merged_with_a_photo(sheet: Any) -> None:
    sheet["C2"].value = "A-7"
    sheet["A3"], sheet["B3"] = "Koi", "2.png"
    sheet.merge_cells("C2:C3")


def hidden_row(sheet: Any) -> None:
    sheet["C2"].value = "A-7"
    sheet.row_dimensions[2].hidden = True


def hidden_column(sheet: Any) -> None:
    sheet["C2"].value = "A-7"
    sheet.column_dimensions["C"].hidden = True


def far_right(sheet: Any) -> None:
    sheet.cell(2, 250).value = "A-7"
    sheet.cell(2, 300).value = 1150


def without_heading(sheet: Any) -> None:
    sheet["E2"].value = "A-7"


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        pytest.param(value(1150, "#,##0"), "1150", id="thousands marks"),
        pytest.param(value(3505010101900001), "3505010101900001", id="power of ten"),
        pytest.param(value(1 / 3), "0.333333333333333", id="rounded"),
        pytest.param(value(7, "[>5]0;0.0"), "7", id="conditions"),
        pytest.param(value(7, ";;;"), "7", id="hidden number"),
        pytest.param(value("Turi", ";;;"), "Turi", id="hidden text"),
        pytest.param(value(datetime(2024, 5, 1), "d mmm"), "2024-05-01", id="date without year"),
        pytest.param(value(time(10, 30), "h:mm"), "10:30", id="time"),
        pytest.param(value("#REF!"), "#REF!", id="error"),
        pytest.param(value("=A2&B2"), "=A2&B2", id="formula without a value"),
        pytest.param(merged, "A-7", id="merged"),
        pytest.param(hidden_row, "A-7", id="hidden row"),
        pytest.param(hidden_column, "A-7", id="hidden column"),
        pytest.param(far_right, "A-7", id="far right"),
        pytest.param(far_right, "1150", id="far right, number"),
        pytest.param(without_heading, "A-7", id="without heading"),
    ],
)
def test_a_cell_that_was_refused_is_kept_and_refused_until_it_is_mended(
    tmp_path: Path, photos: Path, change: Callable[[Any], None], kept: str
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(["Turi", "1.png", None])
    change(book.active)
    book.save(tmp_path / "a.xlsx")
    first = refused_of(tmp_path / "a.xlsx", photos)
    assert first
    again = first
    for number in range(2):  # each file is refused like the one before it, and says the same
        path = written(tmp_path / f"{number}.csv", again)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        assert "#REFUSED! " in lines[1] and kept in lines[1]
        again = refused_of(path, photos)
        assert [outcome.row.cells for outcome in again] == [outcome.row.cells for outcome in first]
        assert all("was refused and is as it was" in outcome.reason for outcome in again[:1])
        assert all("#REFUSED!" in outcome.hint for outcome in again[:1])


def test_each_row_of_a_merged_cell_keeps_what_the_cell_shows(tmp_path: Path, photos: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(["Turi", "1.png", None])
    merged_with_a_photo(book.active)
    book.save(tmp_path / "a.xlsx")
    path = written(tmp_path / "r.csv", refused_of(tmp_path / "a.xlsx", photos))
    assert [row.cells["No"] for row in read_sheet(path)[1]] == ["A-7", "A-7"]
    assert refused_of(path, photos)
    items = plan_import(mended(path, ("#REFUSED! A-7", "A-7")), photos).items
    assert [(item.title, item.motif_fields) for item in items if isinstance(item, PlannedRow)] == [
        ("Turi", {"source_key": "A-7"}),
        ("Koi", {"source_key": "A-7"}),
    ]


def test_a_row_with_more_cells_than_headings_keeps_them_and_is_mended_by_joining_them(
    tmp_path: Path, photos: Path
) -> None:
    (tmp_path / "a.csv").write_text("Judul,Foto,No\nTuri, putih,1.png,A-7,=x\n")
    path = written(tmp_path / "r.csv", refused_of(tmp_path / "a.csv", photos))
    (line,) = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))[1:]
    assert line[3:] == [
        "#REFUSED! Turi",
        "#REFUSED! putih",
        "#REFUSED! 1.png",
        "",
        "#REFUSED! A-7",
        "#REFUSED! '=x",
    ]
    (again,) = refused_of(path, photos)
    assert again.row.beyond == ("A-7", "=x")
    mended(
        path,
        ("#REFUSED! Turi,#REFUSED! putih,#REFUSED! 1.png", '"Turi, putih",1.png,A-7'),
        (",#REFUSED! A-7,#REFUSED! '=x", ""),
    )
    (item,) = plan_import(path, photos).items
    assert isinstance(item, PlannedRow)
    assert (item.title, item.motif_fields) == ("Turi, putih", {"source_key": "A-7"})


@pytest.mark.parametrize("text", ["#REFUSED! 1150", "#REFUSED!", "'#REFUSED! 1150", "a;#REFUSED! 1150"])
def test_a_text_that_looks_like_a_refused_cell_goes_out_and_comes_in_as_it_is(
    tmp_path: Path, photos: Path, text: str
) -> None:
    (tmp_path / "a.csv").write_text(f'Judul,Foto,Uraian singkat\nTuri,none.png,"\'{text}"\n')
    (outcome,) = refused_of(tmp_path / "a.csv", photos)
    assert "none.png" in outcome.reason
    changed = Outcome(row=outcome.row, status="refused", reason="x", hint="y")
    outcome.row.cells["Uraian singkat"] = text  # as an entry may have it
    path = written(tmp_path / "r.csv", [changed])
    (item,) = plan_import(mended(path, ("none.png", "1.png")), photos).items
    assert isinstance(item, PlannedRow), item.reason
    assert item.motif_fields == {"description_short": text}


def test_columns_of_the_list_stay_whatever_they_are_called(tmp_path: Path, photos: Path) -> None:
    (tmp_path / "a.csv").write_text("row,Judul,reason,Foto,hint,guarded\n17,Turi,lama,none.png,di bawah,=x\n")
    own = {
        "row": "17",
        "Judul": "Turi",
        "reason": "lama",
        "Foto": "none.png",
        "hint": "di bawah",
        "guarded": "=x",
    }
    path = tmp_path / "a.csv"
    for number in range(2):
        path = written(tmp_path / f"{number}.csv", refused_of(path, photos))
        (row,) = csv.DictReader(path.open(encoding="utf-8-sig", newline=""))
        assert {name: row[name] for name in own} == own | {"guarded": "'=x"}
        assert row["motif:row"] == "2" and "none.png" in row["motif:reason"] and row["motif:hint"]
        headings, (again,) = read_sheet(path)
        assert headings == list(own) and again.cells == own


def test_a_table_of_ours_that_lost_its_column_of_guards_is_refused(tmp_path: Path, photos: Path) -> None:
    (tmp_path / "a.csv").write_text("motif:row,Judul,Foto\n2,'=x,1.png\n")
    with pytest.raises(ParameterError, match="none is motif:guarded"):
        plan_import(tmp_path / "a.csv", photos)


def test_a_table_of_ours_may_have_as_many_columns_as_the_list(tmp_path: Path, photos: Path) -> None:
    names = ["Judul", "Foto", *map(str, range(198))]
    (tmp_path / "a.csv").write_text(",".join(names) + "\nTuri,none.png" + ",x" * 198 + "\n")
    path = written(tmp_path / "r.csv", refused_of(tmp_path / "a.csv", photos))
    assert read_sheet(path)[0] == names
