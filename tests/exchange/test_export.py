"""Exports are complete, safe in a spreadsheet, and contain no private data."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from motif.errors import ParameterError, RegistryCorruptError
from motif.exchange.export import export
from motif.registry.records.works import Motif
from motif.registry.registry import Registry


@pytest.mark.slow
def test_csv_has_a_row_for_each_entry_and_no_formula(filled: Registry, tmp_path: Path) -> None:
    assert export(filled, tmp_path / "o.csv") == 1
    (row,) = csv.DictReader((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True))
    assert row["title"] == '\'=HYPERLINK("x")' and row["isen"] == "cecek; sawut"
    assert row["people"] == "pembatik: P-000001-3; pencipta: Bu Sri"
    assert row["filings"] == "F-000001-3 copyright EC-1" and row["dispute_flag"] == "no"
    assert export(filled, tmp_path / "all.csv", include_withdrawn=True) == 2


@pytest.mark.slow
def test_jsonl_contains_all_linked_records(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.jsonl")
    (row,) = map(json.loads, (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["title"] == '=HYPERLINK("x")' and Motif.from_json(row["motif"]).family == "kawung"
    assert row["filings"][0]["application_no"] == "EC-1"


def test_parquet_keeps_lists_as_lists(filled: Registry, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export(filled, tmp_path / "o.parquet")
    (row,) = parquet.read_table(tmp_path / "o.parquet").to_pylist()
    assert (row["isen"], row["dispute_flag"], row["family"]) == (["cecek", "sawut"], False, "kawung")


def test_a_bag_contains_the_originals_and_another_program_finds_it_valid(
    filled: Registry, tmp_path: Path, photos: Path
) -> None:
    bagit = pytest.importorskip("bagit")
    assert export(filled, tmp_path / "kain..\n.zip", include_withdrawn=True) == 2
    with zipfile.ZipFile(tmp_path / "kain..\n.zip") as archive:
        archive.extractall(tmp_path / "out")
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
def test_exports_contain_no_private_data_and_overwrite_nothing(
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


def test_an_unknown_suffix_is_refused(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="expected one of"):
        export(registry, tmp_path / "o.pdf")
