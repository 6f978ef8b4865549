"""Fingerprints that are ready: JSON Lines and Parquet say the same, and what anybody wrote is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from motif.batch.columns import columns_of, row_of
from motif.batch.journal import Journal
from motif.batch.parquet import ParquetOutput, write_rows
from motif.batch.prints import find_prints, read_prints
from motif.batch.run import RowOptions, Tally, fill
from motif.batch.sources import find_pictures
from motif.errors import MalformedFingerprintError, ParameterError
from motif.fingerprint import Fingerprint
from motif.profiles import CHEAPEST_1


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(2):
        noise = np.random.default_rng(number).integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(noise).resize((96, 96), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    (folder / "4.jpg").write_text("no picture")
    (folder / "\udcff.jpg").write_text("no picture either")
    return folder


def written(source: Path, target: Path, **options: bool) -> Path:
    """Bring a file up to date with what a source names."""
    output = ParquetOutput(target) if target.suffix == ".parquet" else Journal(target)
    with output:
        rows = RowOptions(**options)
        list(fill(output, find_pictures([str(source)]), Tally(), profile=CHEAPEST_1, rows=rows))
        output.finish(ordered=True)
    return target


@pytest.mark.parametrize("hashes_only", [False, True])
def test_a_round_trip_through_parquet_changes_no_byte(
    photos: Path, tmp_path: Path, hashes_only: bool
) -> None:
    lines = written(photos, tmp_path / "a.jsonl", hashes_only=hashes_only)
    table = written(lines, tmp_path / "b.parquet", hashes_only=hashes_only)
    again = written(table, tmp_path / "c.jsonl", hashes_only=hashes_only)
    assert again.read_bytes() == lines.read_bytes()
    assert len(lines.read_text().splitlines()) == 4


def test_notes_and_fields_stay(photos: Path, tmp_path: Path) -> None:
    lines = written(photos, tmp_path / "a.jsonl")
    row: dict[str, Any] = json.loads(lines.read_text().splitlines()[0])
    row["notes"] = ["a picture of high dynamic range"]
    row["fields"] = [*row["fields"], row["fields"][0] | {"picture": 1}]
    assert row_of(columns_of(row)) == row


def test_python_reads_both_alike(photos: Path, tmp_path: Path) -> None:
    lines = written(photos, tmp_path / "a.jsonl")
    table = written(lines, tmp_path / "b.parquet")
    of_lines, of_table = dict(read_prints(lines)), dict(read_prints(table))
    assert of_lines == of_table
    assert [Path(path).name for path in of_lines] == ["0.png", "1.png"]
    assert all(isinstance(value, Fingerprint) for value in of_lines.values())


def test_hashes_alone_are_no_fingerprint(photos: Path, tmp_path: Path) -> None:
    hashes = written(photos, tmp_path / "a.jsonl", hashes_only=True)
    with pytest.raises(MalformedFingerprintError):
        list(read_prints(hashes))
    rows = written(hashes, tmp_path / "b.jsonl").read_text().splitlines()
    assert json.loads(rows[0])["error"]["code"] == "fingerprint-malformed"


def test_a_damaged_fingerprint_costs_only_its_row(photos: Path, tmp_path: Path) -> None:
    table = pq.read_table(written(photos, tmp_path / "a.parquet"))
    prints = table.column("fingerprint").to_pylist()
    prints[0] = prints[0][:-1] + bytes([prints[0][-1] ^ 1])
    place = table.schema.get_field_index("fingerprint")
    damaged = tmp_path / "b.parquet"
    pq.write_table(table.set_column(place, "fingerprint", pa.array(prints, pa.binary())), damaged)
    rows = [json.loads(line) for line in written(damaged, tmp_path / "c.jsonl").read_text().splitlines()]
    codes = [row.get("error", {}).get("code") for row in rows]
    assert codes == ["fingerprint-malformed", None, "not-an-image", "not-an-image"]


@pytest.mark.parametrize("forged", [{"fingerprint": "x"}, {"error_code": 5}])
def test_a_line_that_poses_as_columns_costs_only_its_row(
    photos: Path, tmp_path: Path, forged: dict[str, Any]
) -> None:
    lines = written(photos, tmp_path / "a.jsonl")
    first, *others = lines.read_text().splitlines()
    row = json.dumps(json.loads(first) | {"fields": []} | forged)
    (tmp_path / "b.jsonl").write_text("\n".join([row, *others]) + "\n")
    rows = [json.loads(line) for line in written(tmp_path / "b.jsonl", tmp_path / "c.jsonl").open()]
    assert [row.get("error", {}).get("code") for row in rows][1:] == [None, "not-an-image", "not-an-image"]
    assert "fingerprint" not in rows[0]


def other_columns(path: Path) -> None:
    pq.write_table(pa.table({"path": ["a.jpg"]}), path)


def text(path: Path) -> None:
    path.write_text("no fingerprints\n")


def a_list(path: Path) -> None:
    path.write_text("[1]\n")


def cut(path: Path) -> None:
    with path.open("wb") as file:
        write_rows(file, [columns_of({"path": "a.jpg", "error": {"code": "motif", "message": "no"}})] * 500)
    path.write_bytes(path.read_bytes()[:-9])


def damaged(path: Path) -> None:
    with path.open("wb") as file:
        write_rows(file, [columns_of({"path": "a.jpg", "error": {"code": "motif", "message": "no"}})] * 500)
    data = bytearray(path.read_bytes())
    data[4:60] = bytes(56)
    path.write_bytes(data)


def without_path(path: Path) -> None:
    row = columns_of({"path": "a.jpg", "error": {"code": "motif", "message": "no"}})
    with path.open("wb") as file:
        write_rows(file, [row | {"path": None}])


def too_many_in_a_group(path: Path) -> None:
    row = columns_of({"path": "a.jpg", "error": {"code": "motif", "message": "no"}})
    with path.open("wb") as file:
        write_rows(file, [row] * 2000)
    pq.write_table(pq.read_table(path), path)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("a.jsonl", text),
        ("a.jsonl", a_list),
        ("a.jsonl", lambda path: path.write_bytes(b'{"path": "' + b"x" * 2_000_000)),
        ("a.parquet", text),
        ("a.parquet", other_columns),
        ("a.parquet", cut),
        ("a.parquet", damaged),
        ("a.parquet", without_path),
        ("a.parquet", too_many_in_a_group),
    ],
)
def test_what_holds_something_else_is_refused_with_a_hint(tmp_path: Path, name: str, spoil: Any) -> None:
    path = tmp_path / name
    spoil(path)
    with pytest.raises(ParameterError, match="holds no fingerprints") as refused:
        list(find_prints(str(path)))
    assert refused.value.hint


@pytest.mark.parametrize("name", ["no.jsonl", "no.parquet"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="cannot be read"):
        list(read_prints(tmp_path / name))
