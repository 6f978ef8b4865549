"""What becomes of each row and column of a list, without a registry where none is needed."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from motif.errors import ParameterError, UnreadablePhotoError
from motif.exchange.importing import (
    FIELDS,
    IMPORT_FIELDS,
    Outcome,
    PlannedRow,
    map_columns,
    photo_within,
    plan_import,
    run_import,
    try_import,
)
from motif.exchange.spreadsheet import Row
from motif.registry.records.works import Motif
from motif.registry.registry import Registry

HEADINGS = "No;Judul;Foto;Catatan;Isen-isen;Tanggal pertama kali diumumkan;Warna"


def table(folder: Path, *lines: str, headings: str = HEADINGS) -> Path:
    path = folder / "daftar.csv"
    path.write_text("\n".join([headings, *lines]), encoding="utf-8-sig")
    return path


def planned(folder: Path, *lines: str) -> list[tuple[str, ...]]:
    """Return what is planned for each row: its title, or why it is refused."""
    items = plan_import(table(folder, *lines), folder / "foto").items
    return [
        (str(item.row.number), item.title)
        if isinstance(item, PlannedRow)
        else (str(item.row.number), item.title, item.reason, item.hint)
        for item in items
    ]


def registered(registry: Registry, path: Path, **options: Any) -> list[tuple[int, str, str]]:
    """Import a list and return, for each row, its number, what became of it, and its entry."""
    outcomes = run_import(plan_import(path, path.parent / "foto"), registry, **options)
    return [(outcome.row.number, outcome.status, outcome.entry_id) for outcome in outcomes]


def test_an_outcome_is_told_to_programs_in_full() -> None:
    row = Row(number=7, cells={"Judul": "Turi"})
    refused = Outcome(row=row, status="refused", title="Turi", reason="r", hint="h")
    assert refused.to_json() == {
        "row": 7,
        "status": "refused",
        "title": "Turi",
        "entry": None,
        "reason": "r",
        "hint": "h",
    }
    imported = Outcome(row=row, status="imported", title="Turi", entry_id="M-000001-3")
    assert imported.to_json() == {
        "row": 7,
        "status": "imported",
        "title": "Turi",
        "entry": "M-000001-3",
        "reason": None,
        "hint": None,
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [(heading, field) for field, headings in IMPORT_FIELDS.items() for heading in (field, *headings)]
    + [
        (heading, field)
        for field, labels in Motif.typed_fields().items()
        if field != "source_key"
        for heading in (field, labels["en"], labels["id"])
    ],
)
def test_every_heading_that_is_promised_is_recognised(heading: str, field: str) -> None:
    needed = {"title": "title", "photo": "photo"} | {field: heading}
    others = [known for name, known in needed.items() if name != field]
    for spelled in (heading, f" {heading.upper()}: ", heading.replace(" ", "_").replace("-", " ")):
        assert map_columns([*others, spelled], {}) == {**needed, field: spelled}


def test_fields_are_those_of_a_motif_and_four_of_the_list() -> None:
    assert FIELDS[:4] == ("title", "photo", "note", "key")
    assert set(FIELDS[4:]) == set(Motif.typed_fields()) - {"source_key"}


@pytest.mark.parametrize(
    ("headings", "explicit", "mapped"),
    [
        (["Judul", "Nama", "Foto"], {}, {"title": "Judul", "photo": "Foto"}),
        (["Nama", "Judul", "Foto"], {}, {"title": "Judul", "photo": "Foto"}),
        (["JUDUL", "judul", "Foto"], {}, {"title": "JUDUL", "photo": "Foto"}),
        (["Title", "Judul", "Foto"], {}, {"title": "Title", "photo": "Foto"}),
        (["Judul", "Nama", "Foto"], {"title": "Nama"}, {"title": "Nama", "photo": "Foto"}),
        (
            ["Judul", "Foto", "Catatan"],
            {"usage": "Catatan"},
            {"title": "Judul", "photo": "Foto", "usage": "Catatan"},
        ),
        (
            ["Judul", "File"],
            {"note": "Judul", "title": "Judul"},
            {"title": "Judul", "photo": "File", "note": "Judul"},
        ),
        (["Judul", "Foto", "x"], {}, {"title": "Judul", "photo": "Foto"}),
    ],
)
def test_a_column_goes_to_the_field_that_is_asked_for_then_to_the_first_that_fits(
    headings: list[str], explicit: dict[str, str], mapped: dict[str, str]
) -> None:
    assert map_columns(headings, explicit) == mapped


@pytest.mark.parametrize(
    ("headings", "explicit", "message", "hint"),
    [
        (
            ["Judul", "Foto"],
            {"colour": "Judul"},
            "there is no field 'colour'",
            f"Fields: {', '.join(FIELDS)}.",
        ),
        (["Judul", "Foto"], {"note": "Arti"}, "there is no column 'Arti'", "Columns: Judul, Foto."),
        (
            ["Judul", "x"],
            {},
            "no column is recognised as the photo",
            "Say which one does: --map photo=COLUMN. Columns: Judul, x.",
        ),
        (
            ["Foto", "x"],
            {},
            "no column is recognised as the title",
            "Say which one does: --map title=COLUMN. Columns: Foto, x.",
        ),
        (
            ["Judul", "Foto"],
            {"note": "Judul"},
            "no column is recognised as the title",
            "Say which one does: --map title=COLUMN. Columns: Judul, Foto.",
        ),
    ],
)
def test_a_column_that_cannot_be_assigned_is_refused_with_those_that_there_are(
    headings: list[str], explicit: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        map_columns(headings, explicit)
    assert (refused.value.message, refused.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("1.png", ("1.png",)),
        ("./1.png", ("1.png",)),
        ("sub/2.png", ("sub", "2.png")),
        ("sub\\2.png", ("sub", "2.png")),
        ("sub//./2.png", ("sub", "2.png")),
        ("sub/inside.png", ("sub", "inside.png")),
        ("sub/a:b.png", ("sub", "a:b.png")),
        ("...png", ("...png",)),
        ("none.png", ("none.png",)),
    ],
)
def test_a_photo_within_the_folder_is_found_by_its_relative_name(
    tmp_path: Path, name: str, parts: tuple[str, ...]
) -> None:
    folder = folder_with_links(tmp_path)
    assert photo_within(folder, name) == folder.joinpath(*parts)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "sub/../1.png",
        "sub\\..\\..\\outside.png",
        "/1.png",
        "\\1.png",
        "//1.png",
        "C:1.png",
        "C:\\1.png",
        "a:b.png",
        "1.png\0",
        "out.png",
        "outer/outside.png",
    ],
)
def test_a_photo_outside_of_the_folder_is_refused_however_it_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError) as refused:
        photo_within(folder_with_links(tmp_path), name)
    assert refused.value.message == f"photo {name!r} leads out of the folder"
    assert refused.value.hint == "Give a name within the folder with the photos."


@pytest.mark.parametrize("name", ["", ".", "/", "./", "\\", "./."])
def test_a_name_without_a_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="the row names no photo"):
        photo_within(tmp_path.resolve(), name)


def test_a_link_to_itself_is_no_photo(tmp_path: Path, photos: Path) -> None:
    (photos / "loop.png").symlink_to(photos / "loop.png")
    ((_, _, reason, _),) = planned(tmp_path, ";A;loop.png;;;;")
    if sys.version_info < (3, 13):  # from then on it resolves to itself
        assert reason == "photo 'loop.png' leads out of the folder"
    else:
        assert reason == "photo 'loop.png' is not in the folder"


def folder_with_links(place: Path) -> Path:
    folder = place.resolve() / "photos"
    (folder / "sub").mkdir(parents=True)
    for path in (folder / "1.png", folder / "sub" / "2.png", place / "outside.png"):
        path.write_bytes(b"x")
    (folder / "sub" / "inside.png").symlink_to(folder / "1.png")
    (folder / "out.png").symlink_to(place / "outside.png")
    (folder / "outer").symlink_to(place, target_is_directory=True)
    return folder


def test_a_plan_holds_what_each_row_says(tmp_path: Path, photos: Path) -> None:
    lines = ('12; Parang  Biru ;1.png;dua baris;"cecek;sawut";2024-05;merah', "", ";Ceplok;2.png;;;;")
    plan = plan_import(table(tmp_path, *lines), photos)
    assert plan.columns == {
        "title": "Judul",
        "photo": "Foto",
        "note": "Catatan",
        "key": "No",
        "isen": "Isen-isen",
        "first_announced_date": "Tanggal pertama kali diumumkan",
    }
    assert plan.unused == ("Warna",)
    first, second = plan.items
    assert isinstance(first, PlannedRow) and isinstance(second, PlannedRow)
    assert (first.row.number, first.title, first.note) == (2, "Parang Biru", "dua baris")
    assert first.photo == photos.resolve() / "1.png"
    assert first.sha256 == hashlib.sha256((photos / "1.png").read_bytes()).hexdigest()
    assert first.motif_fields == {
        "isen": ("cecek", "sawut"),
        "first_announced_date": "2024-05",
        "source_key": "12",
    }
    assert (second.row.number, second.title, second.note, second.motif_fields) == (4, "Ceplok", "", {})


def test_columns_without_a_heading_or_with_a_field_are_not_called_unused(
    tmp_path: Path, photos: Path
) -> None:
    path = table(tmp_path, "A;1.png;x;y;z", headings="Judul;Foto;;Warna;Harga")
    assert plan_import(path, photos).unused == ("Warna", "Harga")
    assert plan_import(path, photos, columns={"history": "Harga"}).unused == ("Warna",)


def test_a_photo_or_a_key_belongs_to_the_first_row_that_can_be_used(tmp_path: Path, photos: Path) -> None:
    lines = (
        "1;A;none.png;;;;",
        "1;B;1.png;;;;",
        "2;C;1.png;;;;",
        "1;D;2.png;;;;",
        "2;E;2.png;;;;",
        ";F;3.png;;;;",
        ";G;2.png;;;;",
    )
    remove = "Remove one of the rows."
    put = "Put it there, or correct its name in the list."
    assert planned(tmp_path, *lines) == [
        ("2", "A", "photo 'none.png' is not in the folder", put),
        ("3", "B"),
        ("4", "C", "photo '1.png' already appears in row 3", remove),
        ("5", "D", "key '1' already appears in row 3", remove),
        ("6", "E"),
        ("7", "F"),
        ("8", "G", "photo '2.png' already appears in row 6", remove),
    ]


@pytest.mark.parametrize("column", ["title", "note", "other"])
def test_a_cell_has_at_most_twenty_thousand_characters(tmp_path: Path, photos: Path, column: str) -> None:
    field = {"title": 1, "note": 3, "other": 4}[column]
    for length in (20_000, 20_001):
        cells = ["1", "A", "1.png", "", "", "", ""]
        cells[field] = "x" * length
        ((_, title, reason, hint),) = planned(tmp_path, ";".join(cells))
        too_long = f"{'isen' if column == 'other' else column} has 20001 characters; expected at most 20000"
        assert (reason == too_long) is (length == 20_001)
        assert (hint == "Shorten it.") is (length == 20_001)
        assert title == ("x" * 60 if column == "title" else "A"), "the start of a title is enough to find it"


def test_a_photo_folder_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePhotoError) as refused:
        plan_import(table(tmp_path, "1;A;1.png;;;;"), tmp_path / "none")
    assert refused.value.message == f"{tmp_path / 'none'} is not a folder"
    assert refused.value.hint == "Give their folder with --photos."


@pytest.mark.slow
def test_outcomes_come_in_the_order_of_the_rows(registry: Registry, tmp_path: Path, photos: Path) -> None:
    registry.register(photos / "2.png", title="Registered before")
    path = table(
        tmp_path, "1;;1.png;;;;", "2;B;2.png;;;;", "3;C;1.png;;;;", "4;D;bad.png;;;;", "5;E;none.png;;;;"
    )
    tried = list(try_import(plan_import(path, photos), registry))
    before = ["refused", "already", "ready", "refused", "refused"]
    assert [outcome.status for outcome in tried] == before
    assert [outcome.title for outcome in tried] == ["", "B", "C", "D", "E"]
    assert [outcome.entry_id for outcome in tried] == ["", "M-000001-3", "", "", ""]
    without = list(try_import(plan_import(path, photos), None))
    assert [outcome.status for outcome in without] == ["refused", "ready", "ready", "refused", "refused"]
    assert registered(registry, path) == [
        (2, "refused", ""),
        (3, "already", "M-000001-3"),
        (4, "imported", "M-000002-1"),
        (5, "refused", ""),
        (6, "refused", ""),
    ]
    assert [entry.title for entry in registry] == ["Registered before", "C"]
    assert registry.records.motif("M-000001-3").source_key == "2", "its row is kept with the earlier entry"


@pytest.mark.slow
def test_a_key_that_is_known_settles_its_row_before_the_photo_does(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    assert registered(registry, table(tmp_path, "1;A;1.png;;;;", ";B;2.png;;;;")) == [
        (2, "imported", "M-000001-3"),
        (3, "imported", "M-000002-1"),
    ]
    again = table(tmp_path, "1;A;2.png;;;;", "9;B;1.png;cecek;;;", ";C;3.png;;;;")
    assert registered(registry, again) == [
        (2, "already", "M-000001-3"),
        (3, "already", "M-000001-3"),
        (4, "imported", "M-000003-7"),
    ]
    assert registry.records.motif("M-000001-3").source_key == "1", "what is known of a motif stays"


@pytest.mark.slow
def test_what_is_known_of_a_motif_is_filled_in_once_and_only_where_nothing_is(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registry.register(photos / "1.png", title="A")
    registry.register(photos / "2.png", title="B")
    registry.records.put(Motif(id="M-000002-1", dispute_flag=False))
    head = registry.ledger.head().size
    assert [status for _, status, _ in registered(registry, table(tmp_path, ";A;1.png;;;;"))] == ["already"]
    assert registry.ledger.head().size == head, "a row that says nothing changes nothing"
    path = table(tmp_path, "1;A;1.png;n;cecek;;", "2;B;2.png;;cecek;;")
    for _again in range(2):
        assert [status for _, status, _ in registered(registry, path)] == ["already", "already"]
        assert registry.records.motif("M-000001-3") == Motif(id="M-000001-3", isen=("cecek",), source_key="1")
        assert registry.records.motif("M-000002-1") == Motif(id="M-000002-1", dispute_flag=False)
        assert registry.ledger.head().size == head + 1


def test_the_note_of_a_row_is_registered_with_its_title(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registered(registry, table(tmp_path, ";A;1.png;dari Blitar;;;"))
    (entry,) = registry
    assert (entry.title, entry.note, entry.photos[0].name) == ("A", "dari Blitar", "1.png")


@pytest.mark.slow
def test_a_design_that_is_registered_already_is_refused_unless_it_is_allowed(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registry.register(photos / "1.png", title="A")
    (photos / "copy.png").write_bytes((photos / "1.png").read_bytes() + b"\0")
    path = table(tmp_path, ";B;copy.png;;;;")
    assert registered(registry, path) == [(2, "refused", "")]
    assert len(registry) == 1
    assert registered(registry, path, allow_duplicate=True) == [(2, "imported", "M-000002-1")]


def test_a_row_is_refused_where_the_registry_no_longer_takes_its_fields(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    plan = plan_import(table(tmp_path, ";A;1.png;;cecek;;"), photos)
    (item,) = plan.items
    assert isinstance(item, PlannedRow)
    unknown = replace(item, motif_fields={"isen": ("no such fill",)})
    (outcome,) = run_import(replace(plan, items=(unknown,)), registry)
    assert (outcome.status, outcome.title, outcome.entry_id) == ("refused", "A", "")
    assert "no such fill" in outcome.reason
    assert len(registry) == 1, "the design itself is registered; the next run completes it"
