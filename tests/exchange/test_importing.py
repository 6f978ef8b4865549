"""Lists of designs are imported row by row; a refused row stops nothing."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from motif.errors import ParameterError, UnreadablePhotoError
from motif.exchange.importing import Outcome, map_columns, plan_import, run_import, try_import
from motif.registry.registry import Registry

HEADINGS = "No;Judul;Foto;Isen-isen;Tanggal pertama kali diumumkan;Warna"


def table(folder: Path, *lines: str) -> Path:
    path = folder / "daftar.csv"
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8-sig")
    return path


def outcomes(registry: Registry, path: Path, photos: Path) -> list[Outcome]:
    return list(run_import(plan_import(path, photos), registry))


@pytest.mark.slow
def test_a_list_is_registered_with_its_columns(registry: Registry, tmp_path: Path, photos: Path) -> None:
    path = table(tmp_path, '1;Turi;1.png;"cecek;sawut";2024-05;x', "", "2;Koi;2.png;;;")
    assert [outcome.status for outcome in outcomes(registry, path, photos)] == ["imported", "imported"]
    motif = registry.records.motif("M-000001-3")
    assert (motif.isen, motif.first_announced_date, motif.source_key) == (("cecek", "sawut"), "2024-05", "1")
    assert [entry.title for entry in registry] == ["Turi", "Koi"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1;Turi;bad.png;;;", "expected a picture"),
        ("1;Turi;../outside.png;;;", "leads out"),
        ("1;Turi;..\\outside.png;;;", "leads out"),
        ("1;Turi;/etc/passwd;;;", "leads out"),
        ("1;Turi;C:\\x.png;;;", "leads out"),
        ("1;Turi;C:x.png;;;", "not in the folder"),
        ("1;Turi;link.png;;;", "leads out"),
        ("1;Turi;none.png;;;", "not in the folder"),
        ("1;Turi;;;;", "names no photo"),
        ("1;;1.png;;;", "shows nothing"),
        ("1;Turi;1.png;bukan;;", "not a term of isen"),
        ("1;Turi;1.png;;kemarin;", "not a date"),
        ("1;" + "T" * 300 + ";1.png;;;", "at most 200"),
        ("1;" + "T" * 30_000 + ";1.png;;;", "at most 20000"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_and_stops_nothing(
    registry: Registry, tmp_path: Path, photos: Path, line: str, reason: str
) -> None:
    path = table(tmp_path, line, "2;Koi;2.png;;;")
    planned = list(try_import(plan_import(path, photos), registry))
    results = outcomes(registry, path, photos)
    assert [outcome.status for outcome in results] == ["refused", "imported"]
    assert reason in results[0].reason and reason in planned[0].reason
    assert planned[1].status == "ready" and len(registry) == 1


def test_a_photo_is_accepted_once(registry: Registry, tmp_path: Path, photos: Path) -> None:
    path = table(tmp_path, "1;;1.png;;;", "2;A;1.png;;;", "3;B;1.png;;;")
    results = outcomes(registry, path, photos)
    assert [outcome.status for outcome in results] == ["refused", "imported", "refused"]
    assert "row 3" in results[2].reason


@pytest.mark.slow
def test_an_interrupted_import_resumes(registry: Registry, tmp_path: Path, photos: Path) -> None:
    path = table(tmp_path, "1;A;1.png;cecek;;", "2;B;2.png;;;", "3;C;3.png;;;")
    run = run_import(plan_import(path, photos), registry)
    assert [next(run).status, next(run).status] == ["imported", "imported"]
    run.close()
    results = outcomes(registry, path, photos)
    assert [outcome.status for outcome in results] == ["already", "already", "imported"]
    assert registry.records.motif("M-000001-3").isen == ("cecek",)
    events = len(registry.ledger)
    assert {outcome.status for outcome in outcomes(registry, path, photos)} == {"already"}
    assert len(registry.ledger) == events


def test_later_edits_by_a_person_are_named_as_differences(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    path = table(tmp_path, "1;A;1.png;cecek;;")
    outcomes(registry, path, photos)
    registry.revise("M-000001-3", known={"isen": ("sawut",), "family": "kawung"})
    (result,) = outcomes(registry, path, photos)
    assert (result.status, result.differences) == ("refused", {"isen": ("sawut", "cecek")})
    assert registry.records.motif("M-000001-3").isen == ("sawut",)


def test_a_dry_run_changes_nothing(registry: Registry, tmp_path: Path, photos: Path) -> None:
    plan = plan_import(table(tmp_path, "1;A;1.png;;;"), photos)
    assert [outcome.status for outcome in try_import(plan, registry)] == ["ready"]
    assert [outcome.status for outcome in try_import(plan, None)] == ["ready"]
    assert len(registry.ledger) == 1


@pytest.mark.slow
def test_a_workbook_is_read_like_a_list(registry: Registry, tmp_path: Path, photos: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Nomor", "Judul", "Berkas", "Tanggal pertama kali diumumkan"])
    book.active.append([1, "Turi", "1.png", datetime.date(2024, 5, 17)])
    book.active.append([2.0, "=1+1", "2.png", None])
    book.save(tmp_path / "daftar.xlsx")
    results = outcomes(registry, tmp_path / "daftar.xlsx", photos)
    assert [outcome.status for outcome in results] == ["imported", "refused"]
    assert results[1].reason == "cell B3: its formula has no value yet"
    motif = registry.records.motif("M-000001-3")
    assert (motif.source_key, motif.first_announced_date) == ("1", "2024-05-17")


def test_explicit_columns_take_precedence() -> None:
    headings = ["Judul", "Nama Berkas", "Arti"]
    assert map_columns(headings, {"philosophy": "Arti", "title": "Judul"}) == {
        "title": "Judul",
        "photo": "Nama Berkas",
        "philosophy": "Arti",
    }
    for columns in ({"colour": "Arti"}, {"title": "Nama"}):
        with pytest.raises(ParameterError):
            map_columns(headings, columns)
    with pytest.raises(ParameterError, match="the photo"):
        map_columns(["Judul"], {})


def test_a_missing_photo_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePhotoError, match="not a folder"):
        plan_import(table(tmp_path, "1;A;1.png;;;"), tmp_path / "none")
