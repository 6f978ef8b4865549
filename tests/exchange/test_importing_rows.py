"""What becomes of each row and column of a list, without a registry where none is needed."""

from __future__ import annotations

import hashlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.pictures import picture

from motif.errors import DuplicateMotifError, ParameterError, UnreadablePhotoError
from motif.exchange.importing import (
    FIELDS,
    IMPORT_FIELDS,
    ImportOptions,
    Outcome,
    PlannedRow,
    _finished,
    map_columns,
    plan_import,
    run_import,
    try_import,
)
from motif.exchange.spreadsheet import Row
from motif.profiles import CHEAPEST_1
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
    outcomes = run_import(plan_import(path, path.parent / "foto"), registry, ImportOptions(**options))
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
        "differences": {},
    }
    imported = Outcome(row=row, status="imported", title="Turi", entry_id="M-000001-3")
    assert imported.to_json() == {
        "row": 7,
        "status": "imported",
        "title": "Turi",
        "entry": "M-000001-3",
        "reason": None,
        "hint": None,
        "differences": {},
    }
    differs = replace(refused, differences={"title": ("Koi", "Turi"), "note": (None, "n")})
    assert differs.to_json()["differences"] == {
        "title": {"kept": "Koi", "row": "Turi"},
        "note": {"kept": None, "row": "n"},
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


def test_a_link_to_itself_is_no_photo(tmp_path: Path, photos: Path) -> None:
    (photos / "loop.png").symlink_to(photos / "loop.png")
    ((_, _, reason, _),) = planned(tmp_path, ";A;loop.png;;;;")
    if sys.version_info < (3, 13):  # from then on it resolves to itself
        assert reason == "photo 'loop.png' leads out of the folder"
    else:
        assert reason == "photo 'loop.png' is not in the folder"


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
    sha256 = hashlib.sha256((photos / "1.png").read_bytes()).hexdigest()
    assert first.photos == {sha256: photos.resolve() / "1.png"}
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


def test_a_photo_belongs_to_the_first_row_that_can_be_used_and_a_number_to_any(
    tmp_path: Path, photos: Path
) -> None:
    lines = (
        "1;A;none.png;;;;",
        "1;B;1.png;;;;",
        "2;C;1.png;;;;",
        "1;D;2.png;;;;",
        ";F;3.png;;;;",
        ";G;2.png;;;;",
    )
    remove = "Remove one of the rows."
    put = "Put it there, or correct its name in the list."
    assert planned(tmp_path, *lines) == [
        ("2", "A", "photo 'none.png' is not in the folder", put),
        ("3", "B"),
        ("4", "C", "photo '1.png' already appears in row 3", remove),
        ("5", "D"),
        ("6", "F"),
        ("7", "G", "photo '2.png' already appears in row 5", remove),
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
    registry.register(photos / "2.png", title="B")
    path = table(tmp_path, ";;1.png;;;;", ";B;2.png;;;;", ";C;3.png;;;;", ";D;bad.png;;;;", ";E;none.png;;;;")
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
    assert [entry.title for entry in registry] == ["B", "C"]


@pytest.mark.slow
def test_two_lists_that_are_numbered_alike_are_both_registered(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    assert [status for _, status, _ in registered(registry, table(tmp_path, "1;A;1.png;;;;"))] == ["imported"]
    again = table(tmp_path, "1;B;2.png;;;;", "2;C;3.png;;;;")
    assert registered(registry, again) == [(2, "imported", "M-000002-1"), (3, "imported", "M-000003-7")]
    keys = [registry.records.motif(entry.id).source_key for entry in registry]
    assert keys == ["1", "1", "2"], "the number is kept, and identifies nothing"


@pytest.mark.slow
def test_a_row_that_differs_from_its_entry_is_refused_with_its_differences(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registered(registry, table(tmp_path, "1;A;1.png;n;cecek;;", "2;B;2.png;;;2024;"))
    head = registry.ledger.head().size
    path = table(tmp_path, "1;Z;1.png;n;cecek;2024-05;", "7;B;2.png;m;;;", "2;B;3.png;;;;")
    first, second, third = run_import(plan_import(path, photos), registry)
    assert (first.status, first.entry_id) == ("refused", "M-000001-3")
    assert first.differences == {"title": ("A", "Z"), "first_announced_date": (None, "2024-05")}
    assert first.reason == (
        "M-000001-3 is kept with other values: title: 'A' → 'Z'; first_announced_date: None → '2024-05'"
    )
    assert first.hint == "With --update it takes them over; the log keeps what was."
    assert second.differences == {"note": (None, "m"), "source_key": ("2", "7")}
    assert third.status == "imported"
    assert registry.ledger.head().size == head + 3, "nothing of the others was changed"


@pytest.mark.slow
def test_an_update_takes_over_what_differs_and_the_log_keeps_what_was(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registered(registry, table(tmp_path, "1;A;1.png;n;cecek;2023;", "2;B;2.png;;;;"))
    path = table(tmp_path, ";Z;1.png;;sawut;;", "2;B;2.png;;;;")
    assert [status for _, status, _ in registered(registry, path, update=True)] == ["updated", "already"]
    entry, motif = registry.get("M-000001-3"), registry.records.motif("M-000001-3")
    assert (entry.title, entry.note) == ("Z", "n"), "an empty cell says nothing"
    assert (motif.isen, motif.first_announced_date, motif.source_key) == (("sawut",), "2023", "1")
    events = [(event.kind, event.data.get("title")) for event in registry.ledger.history("M-000001-3")]
    assert events == [
        ("entry.added", "A"),
        ("photo.added", None),
        ("record.put", None),
        ("entry.revised", "Z"),
        ("record.put", None),
    ]
    assert [version.isen for version in registry.records.versions("M-000001-3")] == [("cecek",), ("sawut",)]  # type: ignore[attr-defined]
    assert registry.ledger.verify().findings == ()
    head = registry.ledger.head().size
    assert [status for _, status, _ in registered(registry, path, update=True)] == ["already", "already"]
    assert registry.ledger.head().size == head


@pytest.mark.slow
def test_a_row_of_a_withdrawn_entry_is_refused_unless_it_is_to_be_registered_anew(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    path = table(tmp_path, ";A;1.png;;;;")
    registered(registry, path)
    registry.withdraw("M-000001-3", reason="titles in wrong rows")
    (refused,) = run_import(plan_import(path, photos), registry)
    assert refused.reason == "photo is of M-000001-3, which was withdrawn: titles in wrong rows"
    assert refused.status == "refused" and len(registry) == 0
    assert registered(registry, path, allow_duplicate=True) == [(2, "imported", "M-000002-1")]
    assert registered(registry, path, allow_duplicate=True) == [(2, "already", "M-000002-1")]


@pytest.mark.slow
def test_a_row_whose_photo_two_entries_have_goes_to_the_one_it_agrees_with(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registered(registry, table(tmp_path, ";A;1.png;;;;", ";B;2.png;;;;"))
    registry.add_photo("M-000001-3", photos / "2.png", allow_duplicate=True)
    assert registered(registry, table(tmp_path, ";B;2.png;;;;")) == [(2, "already", "M-000002-1")]
    (refused,) = run_import(plan_import(table(tmp_path, ";C;2.png;;;;"), photos), registry)
    assert refused.reason == "photo belongs to several entries: M-000002-1, M-000001-3"


@pytest.mark.slow
@pytest.mark.parametrize("allow_duplicate", [False, True])
def test_two_imports_at_once_register_each_photo_once(
    tmp_path: Path, photos: Path, allow_duplicate: bool
) -> None:
    plan = plan_import(table(tmp_path, ";A;1.png;;cecek;;", ";B;2.png;n;;;", ";C;3.png;;;;"), photos)
    options = ImportOptions(allow_duplicate=allow_duplicate)
    Registry.open(tmp_path / "r", profile=CHEAPEST_1).close()
    start = threading.Barrier(2)

    def run() -> list[str]:
        with Registry.open(tmp_path / "r") as registry:
            start.wait()
            return [outcome.status for outcome in run_import(plan, registry, options)]

    with ThreadPoolExecutor(2) as pool:
        one, other = (future.result() for future in [pool.submit(run), pool.submit(run)])
    assert [{*pair} for pair in zip(one, other, strict=True)] == [{"imported", "already"}] * 3
    with Registry.open(tmp_path / "r") as registry:
        assert sorted(entry.title for entry in registry) == ["A", "B", "C"]


@pytest.mark.slow
def test_an_import_that_meets_the_photo_while_it_registers_compares_its_row(
    tmp_path: Path, photos: Path
) -> None:
    plan = plan_import(table(tmp_path, ";A;1.png;;;;"), photos)
    other = plan_import(table(tmp_path, ";B;1.png;;;;"), photos)
    with (
        Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry,
        Registry.open(tmp_path / "r") as quicker,
    ):
        assert isinstance(plan.items[0], PlannedRow)
        list(run_import(other, quicker))
        result = DuplicateMotifError("x", entry_id="M-000001-3", title="B", score=1.0, same_file=True)
        outcome = _finished(plan.items[0], result, registry, ImportOptions())
        assert (outcome.status, outcome.differences) == ("refused", {"title": ("B", "A")})


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


def test_a_row_whose_fields_the_registry_does_not_take_registers_nothing(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    plan = plan_import(table(tmp_path, ";A;1.png;;cecek;;"), photos)
    (item,) = plan.items
    assert isinstance(item, PlannedRow)
    unknown = replace(item, motif_fields={"isen": ("no such fill",)})
    (outcome,) = run_import(replace(plan, items=(unknown,)), registry)
    assert (outcome.status, outcome.title, outcome.entry_id) == ("refused", "A", "")
    assert "no such fill" in outcome.reason
    assert len(registry) == 0


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ('"A\nB";1.png', "title='A\\nB' has line breaks"),
        ('A;"1.png\n2.png"', "photo='1.png\\n2.png' has line breaks"),
        ("A;1.png;n;cecek;2024;x;y", "cell H2 has no heading: 'y'"),
    ],
)
def test_a_row_of_which_something_would_be_lost_is_refused(
    tmp_path: Path, photos: Path, cells: str, reason: str
) -> None:
    ((_, _, said, _),) = planned(tmp_path, f";{cells}")
    assert said.startswith(reason)


def test_a_note_keeps_its_lines(tmp_path: Path, photos: Path) -> None:
    (item,) = plan_import(table(tmp_path, ';A;1.png;"dua\nbaris"'), photos).items
    assert isinstance(item, PlannedRow) and item.note == "dua\nbaris"


@pytest.mark.slow
def test_a_dry_run_says_what_the_import_then_says(registry: Registry, tmp_path: Path, photos: Path) -> None:
    registry.register(photos / "1.png", title="A")
    copy, twin = photos / "copy.png", photos / "twin.png"
    copy.write_bytes((photos / "1.png").read_bytes() + b"\0")
    twin.write_bytes((photos / "2.png").read_bytes() + b"\0")
    lines = (";B;copy.png;;;;", ";C;2.png;;cecek;;", ";D;twin.png;;;;", ";E;1.png;;;;", ";F;bad.png;;;;")
    for options in (ImportOptions(), ImportOptions(update=True, allow_duplicate=True)):
        plan = plan_import(table(tmp_path, *lines), photos)
        head = registry.ledger.head().size
        tried = list(try_import(plan, registry, options))
        assert registry.ledger.head().size == head
        done = list(run_import(plan, registry, options))
        said = [
            ("imported" if outcome.status == "ready" else outcome.status, outcome.reason) for outcome in tried
        ]
        assert said == [(outcome.status, outcome.reason) for outcome in done]
        assert {status for status, _ in said} > {"refused"}


@pytest.mark.slow
def test_a_row_of_several_photos_is_one_entry_and_known_by_each_of_them(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    path = table(tmp_path, ';A;"1.png; 2.png";;;;')
    for status in ("imported", "already"):
        assert registered(registry, path) == [(2, status, "M-000001-3")]
    for cell in ("1.png", "2.png", '"2.png; 1.png"'):  # fewer than the entry has, or in another order
        assert registered(registry, table(tmp_path, f";A;{cell};;;;")) == [(2, "already", "M-000001-3")]
    (entry,) = registry
    assert [photo.name for photo in entry.photos] == ["1.png", "2.png"]


@pytest.mark.slow
def test_a_photo_that_an_entry_lacks_is_a_difference_and_added_by_an_update(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    registered(registry, table(tmp_path, ";A;1.png;;;;"))
    path = table(tmp_path, ';A;"1.png; 2.png";;;;')
    (refused,) = run_import(plan_import(path, photos), registry)
    assert (refused.status, refused.differences) == ("refused", {"photo": ("1.png", "1.png; 2.png")})
    assert registered(registry, path, update=True) == [(2, "updated", "M-000001-3")]
    assert registered(registry, path) == [(2, "already", "M-000001-3")]
    (entry,) = registry
    assert [photo.name for photo in entry.photos] == ["1.png", "2.png"]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_is_registered_of_a_row_of_which_one_photo_cannot_be(
    registry: Registry, tmp_path: Path, photos: Path, jobs: int
) -> None:
    registry.register(photos / "1.png", title="A")
    (photos / "copy.png").write_bytes((photos / "1.png").read_bytes() + b"\0")
    picture(photos / "5.png", 5)
    cells = {"B": "2.png; copy.png", "C": "bad.png; 5.png", "D": "3.png; link.png", "E": "3.png"}
    lines = [f';{title};"{cell}";;;;' for title, cell in cells.items()]
    plan = plan_import(table(tmp_path, *lines), photos)
    outcomes = list(run_import(plan, registry, ImportOptions(jobs=jobs)))
    assert [outcome.status for outcome in outcomes] == ["refused"] * 3 + ["imported"]
    assert "shows the design of M-000001-3" in outcomes[0].reason
    assert [(entry.title, len(entry.photos)) for entry in registry] == [("A", 1), ("E", 1)]


def test_a_photo_belongs_to_one_row_and_is_named_once(tmp_path: Path, photos: Path) -> None:
    (photos / "twin.png").write_bytes((photos / "1.png").read_bytes())
    lines = (';A;"1.png; twin.png";;;;', ';B;"2.png; 3.png";;;;', ';C;"1.png; 3.png";;;;')
    first, second, third = planned(tmp_path, *lines)
    assert first[2:] == ("the row names one photo twice: 'twin.png' and '1.png'", "Name each photo once.")
    assert second == ("3", "B")
    assert third[2] == "photo '3.png' already appears in row 3"
