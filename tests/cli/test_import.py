"""``motif import``: what it says of each row, before and after; and ``motif set`` for what it got wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run, draw, save


@pytest.fixture
def photos(here: Path) -> Path:
    (here / "foto").mkdir()
    for seed in (1, 2):
        save(here / "foto" / f"{seed}.png", draw(seed))
    return here / "foto"


def counts(run: Run, *args: str | Path) -> tuple[int, dict[str, int]]:
    result = run("import", *args, "--photos", "foto", "--quiet", "--json")
    document = json.loads(result.stdout)
    statuses = ("imported", "already", "updated", "ready", "refused")
    return result.exit_code, {status: document[status] for status in statuses if document[status]}


@pytest.mark.slow
def test_a_row_that_differs_is_named_and_taken_over_when_asked_for(
    run: Run, here: Path, photos: Path
) -> None:
    path = here / "l.csv"
    path.write_text("Judul;Foto\nTuri;1.png\n")
    assert counts(run, path) == (0, {"imported": 1})
    path.write_text("Judul;Foto\nKoi;1.png\n")
    said = run("import", path, "--photos", "foto", "--quiet")
    assert said.exit_code == 1 and "title: 'Turi' → 'Koi'" in " ".join(said.stdout.split())
    tried = run("import", path, "--photos", "foto", "--quiet", "--update", "--dry-run")
    assert tried.exit_code == 0 and "1 updated" in tried.stdout and "Nothing was changed." in tried.stderr
    assert json.loads(run("list", "--json").stdout)[0]["title"] == "Turi"
    assert counts(run, path, "--update") == (0, {"updated": 1})
    assert json.loads(run("list", "--json").stdout)[0]["title"] == "Koi"
    assert counts(run, path) == (0, {"already": 1})


@pytest.mark.slow
def test_a_dry_run_ends_as_the_import_does_duplicates_included(run: Run, here: Path, photos: Path) -> None:
    save(photos / "1.jpg", draw(1))
    (here / "l.csv").write_text("Judul;Foto\nTuri;1.png\nLagi;1.jpg\nKoi;2.png\n")
    assert counts(run, "l.csv", "--dry-run") == (1, {"ready": 2, "refused": 1})
    assert not (here / "registry.motif").exists()
    assert counts(run, "l.csv") == (1, {"imported": 2, "refused": 1})


def test_sheet_and_encoding_are_said_where_they_are_not_clear(run: Run, here: Path, photos: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for sheet, title in ((book.active, "Turi"), (book.create_sheet("Isi"), "Koi")):
        sheet.append(["Judul", "Foto"])
        sheet.append([title, "1.png"])
    book.save(here / "l.xlsx")
    refused = run("import", "l.xlsx", "--photos", "foto")
    assert refused.exit_code == 1 and "--sheet NAME" in refused.stderr
    (here / "l.csv").write_bytes("Judul;Foto\nCafé;2.png\n".encode("cp1252"))
    refused = run("import", "l.csv", "--photos", "foto")
    assert refused.exit_code == 1 and "--encoding cp1252" in refused.stderr
    assert counts(run, "l.xlsx", "--sheet", "Isi") == (0, {"imported": 1})
    assert counts(run, "l.csv", "--encoding", "cp1252") == (0, {"imported": 1})
    assert [entry["title"] for entry in json.loads(run("list", "--json").stdout)] == ["Koi", "Café"]


def test_refused_rows_are_written_so_that_they_come_in_as_they_were(
    run: Run, here: Path, photos: Path
) -> None:
    (here / "l.csv").write_text('=Judul;Foto;Sejarah\n"=1+1;-2";none.png;"a;=2"\n')
    mapped = ("--map", "title==Judul", "--refused", "r.csv")
    assert counts(run, "l.csv", *mapped) == (1, {"refused": 1})
    text = (here / "r.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1;'-2" in text and "'=Judul" in text
    (here / "r.csv").write_text(text.replace("none.png", "1.png"), encoding="utf-8-sig")
    assert counts(run, "r.csv", "--map", "title==Judul") == (0, {"imported": 1})
    (entry,) = json.loads(run("list", "--json").stdout)
    shown = json.loads(run("show", entry["id"], "--json").stdout)
    assert entry["title"] == "=1+1;-2" and '"a;=2"' in json.dumps(shown)


def test_title_and_note_are_mended_with_set(run: Run, photos: Path) -> None:
    entry = json.loads(run("register", photos / "1.png", "--title", "Turi", "--json").stdout)["id"]
    assert run("set", entry, "title=Turi Putih", "note=dari Doko", "isen=cecek").exit_code == 0
    shown = json.loads(run("show", entry, "--json").stdout)
    assert (shown["title"], shown["note"]) == ("Turi Putih", "dari Doko")
    assert run("set", entry, "title=").exit_code == 1
    assert run("set", entry, "judul=x").exit_code == 1
    assert run("verify").exit_code == 0
