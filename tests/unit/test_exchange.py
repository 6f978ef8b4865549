"""Lists come in whatever they hold; what goes out is whole, safe in a spreadsheet, and tells of nobody."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motif.errors import MotifError, ParameterError, RegistryCorruptError, UnreadablePhotoError
from motif.exchange.export import export
from motif.exchange.importing import Outcome, map_columns, plan_import, run_import, try_import
from motif.exchange.lido_rules import problems
from motif.exchange.spreadsheet import read_sheet, safe_cell
from motif.profiles import CHEAPEST_1
from motif.registry.records.filing import Filing
from motif.registry.records.people import Party, Role
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry

LIDO = "http://www.lido-schema.org"
HEADINGS = "No;Judul;Foto;Isen-isen;Tanggal pertama kali diumumkan;Warna"
PRIVATE = Party(
    name="Rahasia Sekali",
    address="Jalan Mawar 7",
    phone="0812-5550-1234",
    nik_hash="scrypt:15:8:1:ab",
    roles=(Role(role="pembatik", of="M-000001-3"),),
)


def picture(path: Path, seed: int) -> Path:
    chance = np.random.default_rng(seed).integers(0, 256, (20, 20), np.uint8)
    path.write_bytes(cv2.imencode(".png", np.kron(chance, np.ones((12, 12), np.uint8)))[1].tobytes())
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "foto"
    folder.mkdir()
    for seed in (1, 2, 3):
        picture(folder / f"{seed}.png", seed)
    picture(tmp_path / "outside.png", 4)
    (folder / "bad.png").write_text("no picture")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        yield opened


def table(folder: Path, *lines: str) -> Path:
    path = folder / "daftar.csv"
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8-sig")
    return path


def outcomes(registry: Registry, path: Path, photos: Path) -> list[Outcome]:
    return list(run_import(plan_import(path, photos), registry))


def test_a_list_is_registered_with_what_it_says(registry: Registry, tmp_path: Path, photos: Path) -> None:
    path = table(tmp_path, '1;Turi;1.png;"cecek;sawut";2024-05;x', "", "2;Koi;2.png;;;")
    assert [one.status for one in outcomes(registry, path, photos)] == ["imported", "imported"]
    known = registry.records.motif("M-000001-3")
    assert (known.isen, known.first_announced_date, known.source_key) == (("cecek", "sawut"), "2024-05", "1")
    assert [entry.title for entry in registry] == ["Turi", "Koi"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1;Turi;bad.png;;;", "expected a picture"),
        ("1;Turi;../outside.png;;;", "leads out"),
        ("1;Turi;..\\outside.png;;;", "leads out"),
        ("1;Turi;/etc/passwd;;;", "leads out"),
        ("1;Turi;C:\\x.png;;;", "leads out"),
        ("1;Turi;link.png;;;", "leads out"),
        ("1;Turi;none.png;;;", "not in the folder"),
        ("1;Turi;;;;", "names no photo"),
        ("1;;1.png;;;", "shows nothing"),
        ("1;Turi;1.png;bukan;;", "no term of isen"),
        ("1;Turi;1.png;;kemarin;", "no date"),
        ("1;" + "T" * 300 + ";1.png;;;", "at most 200"),
        ("1;" + "T" * 30_000 + ";1.png;;;", "at most 20000"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_and_stops_nothing(
    registry: Registry, tmp_path: Path, photos: Path, line: str, reason: str
) -> None:
    path = table(tmp_path, line, "2;Koi;2.png;;;")
    planned = list(try_import(plan_import(path, photos), registry))
    made = outcomes(registry, path, photos)
    assert [one.status for one in made] == ["refused", "imported"]
    assert reason in made[0].reason and reason in planned[0].reason
    assert planned[1].status == "ready" and len(registry) == 1


def test_a_photo_or_a_key_stands_in_one_row_only(registry: Registry, tmp_path: Path, photos: Path) -> None:
    path = table(tmp_path, "1;;1.png;;;", "2;A;1.png;;;", "3;B;1.png;;;", "2;C;2.png;;;")
    made = outcomes(registry, path, photos)
    assert [one.status for one in made] == ["refused", "imported", "refused", "refused"]
    assert "row 3" in made[2].reason and "row 3" in made[3].reason


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    path = table(tmp_path, "1;A;1.png;cecek;;", "2;B;2.png;;;", "3;C;3.png;;;")
    registry.register(photos / "1.png", title="A")  # cut off before it was kept what the row says
    run = run_import(plan_import(path, photos), registry)
    assert [next(run).status, next(run).status] == ["already", "imported"]
    run.close()
    made = outcomes(registry, path, photos)
    assert [one.status for one in made] == ["already", "already", "imported"]
    assert registry.records.motif("M-000001-3").isen == ("cecek",)
    events = len(registry.ledger)
    assert {one.status for one in outcomes(registry, path, photos)} == {"already"}
    assert len(registry.ledger) == events


def test_a_key_that_is_there_is_passed_over_though_the_photo_is_another(
    registry: Registry, tmp_path: Path, photos: Path
) -> None:
    outcomes(registry, table(tmp_path, "1;A;1.png;;;"), photos)
    (made,) = outcomes(registry, table(tmp_path, "1;A;2.png;;;"), photos)
    assert (made.status, made.entry_id) == ("already", "M-000001-3")


def test_what_a_person_said_meanwhile_is_left_alone(registry: Registry, tmp_path: Path, photos: Path) -> None:
    entry = registry.register(photos / "1.png", title="A")
    registry.records.put(Motif(id=entry.id, family="kawung"))
    outcomes(registry, table(tmp_path, "1;A;1.png;cecek;;"), photos)
    assert registry.records.motif(entry.id).isen is None


def test_a_dry_run_changes_nothing(registry: Registry, tmp_path: Path, photos: Path) -> None:
    plan = plan_import(table(tmp_path, "1;A;1.png;;;"), photos)
    assert [one.status for one in try_import(plan, registry)] == ["ready"]
    assert [one.status for one in try_import(plan, None)] == ["ready"]
    assert len(registry.ledger) == 1


def test_a_workbook_is_read_like_a_list(registry: Registry, tmp_path: Path, photos: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["Nomor", "Judul", "Berkas", "Tanggal pertama kali diumumkan"])
    book.active.append([1, "Turi", "1.png", datetime.date(2024, 5, 17)])
    book.active.append([2.0, "=1+1", "2.png", None])
    book.save(tmp_path / "daftar.xlsx")
    made = outcomes(registry, tmp_path / "daftar.xlsx", photos)
    assert [one.status for one in made] == ["imported", "refused"], "a formula has no value until computed"
    known = registry.records.motif("M-000001-3")
    assert (known.source_key, known.first_announced_date) == ("1", "2024-05-17")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/a.xml", "w") as file:
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
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MotifError):
        read_sheet(tmp_path / name)


@given(data=st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail_otherwise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
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


def test_columns_are_mapped_by_what_the_caller_says_first() -> None:
    headings = ["Judul", "Nama Berkas", "Arti"]
    assert map_columns(headings, {"philosophy": "Arti", "title": "Judul"}) == {
        "title": "Judul",
        "photo": "Nama Berkas",
        "philosophy": "Arti",
    }
    for told in ({"colour": "Arti"}, {"title": "Nama"}):
        with pytest.raises(ParameterError):
            map_columns(headings, told)
    with pytest.raises(ParameterError, match="the photo"):
        map_columns(["Judul"], {})


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePhotoError, match="no folder"):
        plan_import(table(tmp_path, "1;A;1.png;;;"), tmp_path / "none")


@given(text=st.text())
def test_no_cell_is_a_formula_and_reading_takes_the_mark_off_again(text: str) -> None:
    assert safe_cell(text)[:1] not in tuple("=+-@\t\r")


@pytest.fixture
def filled(registry: Registry, photos: Path) -> Registry:
    registry.register(photos / "1.png", title='=HYPERLINK("x")', note="baris\nkedua")
    registry.register(photos / "2.png", title="Gone")
    registry.withdraw("M-000002-1", reason="x")
    registry.records.put(PRIVATE)
    registry.records.put(
        Party(name="Bu Sri", may_be_named=True, roles=(Role(role="pencipta", of="M-000001-3"),))
    )
    registry.records.put(Filing(entries=("M-000001-3",), route="copyright", application_no="EC-1"))
    registry.records.put(Specimen(entry="M-000001-3", technique=("ciprat",), width_mm=2000, height_mm=1050.5))
    registry.records.put(
        Motif(
            id="M-000001-3",
            alt_titles=("Lain",),
            isen=("cecek", "sawut"),
            family="kawung",
            main_ornaments=("garuda",),
            first_announced_date="2024-05",
            first_announced_city="Blitar",
            origin_regency_city="Kabupaten Blitar",
            philosophy="arti <b>&",
            dispute_flag=False,
        )
    )
    return registry


def test_csv_has_a_row_an_entry_and_no_formula(filled: Registry, tmp_path: Path) -> None:
    assert export(filled, tmp_path / "o.csv") == 1
    (row,) = csv.DictReader((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True))
    assert row["title"] == '\'=HYPERLINK("x")' and row["isen"] == "cecek; sawut"
    assert row["people"] == "pembatik: P-000001-3; pencipta: Bu Sri"
    assert row["filings"] == "F-000001-3 copyright EC-1" and row["dispute_flag"] == "no"
    assert export(filled, tmp_path / "all.csv", include_withdrawn=True) == 2


def test_jsonl_holds_all_that_is_linked(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.jsonl")
    (row,) = map(json.loads, (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["title"] == '=HYPERLINK("x")' and Motif.from_json(row["motif"]).family == "kawung"
    assert row["filings"][0]["application_no"] == "EC-1"


def test_parquet_keeps_lists_as_lists(filled: Registry, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export(filled, tmp_path / "o.parquet")
    (row,) = parquet.read_table(tmp_path / "o.parquet").to_pylist()
    assert (row["isen"], row["dispute_flag"], row["family"]) == (["cecek", "sawut"], False, "kawung")


def test_lido_keeps_the_rules_and_what_is_known(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.xml")
    root = ET.parse(tmp_path / "o.xml").getroot()
    assert root.tag == "{http://www.lido-schema.org}lidoWrap" and len(root) == 1
    assert problems(root[0]) == []
    text = "".join(root.itertext())
    for told in ("M-000001-3", "arti <b>&", "Bu Sri", "cecek", "kawung", "2024-05", "1050.5", "garuda"):
        assert told in text


def test_lido_of_an_entry_of_which_nothing_is_known_keeps_the_rules(
    registry: Registry, photos: Path, tmp_path: Path
) -> None:
    registry.register(photos / "1.png", title="Turi \ufffe")
    export(registry, tmp_path / "o.xml")
    assert problems(ET.parse(tmp_path / "o.xml").getroot()[0]) == []


def test_lido_measures_as_the_schema_calls_it(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.xml")
    sets = ET.parse(tmp_path / "o.xml").getroot().iter("{http://www.lido-schema.org}measurementsSet")
    assert next([child.text for child in one][:2] for one in sets) == ["width", "mm"]


def test_lido_loses_no_digit_of_a_measurement(registry: Registry, photos: Path, tmp_path: Path) -> None:
    entry = registry.register(photos / "1.png", title="Turi")
    registry.records.put(Specimen(entry=entry.id, width_mm=12345.678, height_mm=100_000))
    export(registry, tmp_path / "o.xml")
    values = ET.parse(tmp_path / "o.xml").getroot().iter("{http://www.lido-schema.org}measurementValue")
    assert [one.text for one in values] == ["12345.678", "100000"]


def test_lido_says_that_an_entry_was_withdrawn(filled: Registry, tmp_path: Path) -> None:
    filled.withdraw("M-000001-3", reason="tertukar")
    export(filled, tmp_path / "o.xml", include_withdrawn=True)
    root = ET.parse(tmp_path / "o.xml").getroot()
    notes = root.iterfind(".//lido:objectDescriptionSet[@lido:type='withdrawn']", {"lido": LIDO})
    assert ["".join(one.itertext()).split()[1:] for one in notes] == [["tertukar"], ["x"]]
    assert not any(problems(one) for one in root)


def test_an_empty_registry_gives_no_lido_because_the_schema_allows_none(
    registry: Registry, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match="no entry"):
        export(registry, tmp_path / "o.xml")
    assert list(tmp_path.glob("*.xml")) == []


@pytest.mark.parametrize(
    "change",
    [
        "drop",
        "swap",
        "double",
        "strange",
        "empty",
        "type",
        "language",
        "attribute",
        "text",
        "resource",
        "tongue",
        "number",
    ],
)
def test_the_rules_notice_what_breaks_them(filled: Registry, tmp_path: Path, change: str) -> None:
    export(filled, tmp_path / "o.xml")
    lido = ET.parse(tmp_path / "o.xml").getroot()[0]
    described = lido[1]
    if change == "drop":
        described.remove(described[0])
    elif change == "swap":
        described[:] = [described[1], described[0], *described[2:]]
    elif change == "double":
        described.append(described[-1])
    elif change == "strange":
        ET.SubElement(described, "extra")
    elif change == "empty":
        lido[0].text = " "
    elif change == "type":
        lido[0].attrib.clear()
    elif change == "attribute":
        described[0].set("{http://www.lido-schema.org}type", "x")
    elif change == "tongue":  # xs:language
        described.set("{http://www.w3.org/XML/1998/namespace}lang", "bahasa Indonesia")
    elif change == "number":  # xs:integer
        next(lido.iter(f"{{{LIDO}}}titleSet")).set(f"{{{LIDO}}}sortorder", "first")
    elif change == "text":
        described[0].tail = "x"
    elif change == "resource":
        next(lido.iter("{http://www.lido-schema.org}resourceID")).attrib.clear()
    else:
        described.attrib.clear()
    assert problems(lido)


def test_a_bag_holds_the_originals_and_another_program_finds_it_valid(
    filled: Registry, tmp_path: Path, photos: Path
) -> None:
    bagit = pytest.importorskip("bagit")
    assert export(filled, tmp_path / "kain..\n.zip", include_withdrawn=True) == 2
    with zipfile.ZipFile(tmp_path / "kain..\n.zip") as packed:
        packed.extractall(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kain"]
    bag = bagit.Bag(str(tmp_path / "out" / "kain"))
    bag.validate()
    assert bag.info["Motif-Entries"] == "2"
    entry = filled.get("M-000001-3")
    folder = tmp_path / "out" / "kain" / "data" / "M-000001-3"
    assert (folder / f"{entry.photos[0].sha256}.png").read_bytes() == (photos / "1.png").read_bytes()
    assert json.loads((folder / "entry.json").read_text(encoding="utf-8"))["title"] == '=HYPERLINK("x")'
    table = (tmp_path / "out" / "kain" / "data" / "entries.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(" in table
    (folder / "entry.json").write_text("{}")
    with pytest.raises(bagit.BagValidationError):
        bag.validate()


def test_a_bag_that_would_lack_an_original_is_not_written(filled: Registry, tmp_path: Path) -> None:
    (lost,) = (tmp_path / "r" / "originals").rglob(filled.get("M-000001-3").photos[0].sha256)
    lost.unlink()
    with pytest.raises(RegistryCorruptError):
        export(filled, tmp_path / "o.zip")
    assert not [path for path in tmp_path.iterdir() if "o.zip" in path.name]


@pytest.mark.parametrize("name", ["o.csv", "o.jsonl", "o.parquet", "o.xml", "o.zip"])
def test_nothing_private_leaves_and_nothing_is_overwritten(
    filled: Registry, tmp_path: Path, name: str
) -> None:
    export(filled, tmp_path / name)
    data = (tmp_path / name).read_bytes()
    for private in (b"Rahasia", b"Mawar", b"0812-5550", b"scrypt"):
        assert private not in data
    with pytest.raises(ParameterError, match="already"):
        export(filled, tmp_path / name)
    assert (tmp_path / name).read_bytes() == data
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_suffix_that_is_not_known_is_refused(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="expected one of"):
        export(registry, tmp_path / "o.pdf")
