"""Parquet says the same as JSON Lines, and is brought up to date in one step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from motif.batch.journal import Journal
from motif.batch.parquet import COLUMNS, ParquetOutput, columns_of, write_rows
from motif.batch.run import RowOptions, Tally, fill
from motif.batch.sources import find_pictures
from motif.errors import BatchOutputError
from motif.fingerprint import Fingerprint
from motif.profiles import CHEAPEST_1


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 256, (8, 8, 3), np.uint8)
        picture = Image.fromarray(noise).resize((96, 96), Image.Resampling.BICUBIC)
        picture.save(tmp_path / "photos" / f"{number}.png")
    (tmp_path / "photos" / "4.jpg").write_text("no picture")
    (tmp_path / "photos" / "\udcff.jpg").write_text("no picture either")
    return tmp_path / "photos"


def bring_up_to_date(output: Any, photos: Path, *, finish: bool = True, **options: Any) -> Tally:
    tally = Tally()
    with output:
        list(fill(output, find_pictures([str(photos)]), tally, profile=CHEAPEST_1, **options))
        if finish:
            output.finish(ordered=True)
    return tally


def table(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]


@pytest.mark.slow
def test_columns_hold_what_the_rows_hold(photos: Path, tmp_path: Path) -> None:
    out, lines = tmp_path / "out.parquet", tmp_path / "out.jsonl"
    bring_up_to_date(ParquetOutput(out), photos)
    bring_up_to_date(Journal(lines), photos)
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    assert list(pq.read_schema(out).names) == list(COLUMNS)
    for row, stored in zip(rows, table(out), strict=True):
        if "error" in row:
            assert (stored["error_code"], stored["fingerprint"]) == (row["error"]["code"], None)
        else:
            assert Fingerprint.from_bytes(stored["fingerprint"]) == Fingerprint.from_json(row)
            assert stored["path"] == row["path"]
            assert [phash.hex() for phash in stored["phash"]] == [field["phash"] for field in row["fields"]]
    assert [Path(stored["path"]).name for stored in table(out)][-1] == "\\udcff.jpg"


@pytest.mark.slow
def test_a_second_run_computes_only_what_changed(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert bring_up_to_date(ParquetOutput(out), photos).computed == 5
    before = out.read_bytes()
    assert bring_up_to_date(ParquetOutput(out), photos).unchanged == 5
    assert out.read_bytes() == before
    (photos / "1.png").write_text("damaged meanwhile")
    (photos / "3.png").write_text("new")
    assert bring_up_to_date(ParquetOutput(out), photos).computed == 2
    assert [Path(row["path"]).name for row in table(out)][:5] == ["0.png", "1.png", "2.png", "3.png", "4.jpg"]
    assert table(out)[1]["error_code"] == "not-an-image"
    assert [path.name for path in tmp_path.iterdir() if path.name != "photos"] == ["out.parquet"]


def test_a_run_that_was_stopped_goes_on(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    bring_up_to_date(ParquetOutput(out), photos, finish=False)
    assert not out.exists()
    assert bring_up_to_date(ParquetOutput(out), photos).unchanged == 5
    assert len(table(out)) == 5


@pytest.mark.parametrize("ordered", [True, False])
def test_a_folder_that_could_not_be_opened_once_does_not_stay(tmp_path: Path, ordered: bool) -> None:
    out = tmp_path / "out.parquet"
    gone = {"path": "d", "size_bytes": None, "mtime_ns": None, "error": {"code": "folder-unreadable"}}
    picture = {"path": "a", "size_bytes": 5, "mtime_ns": 1, "error": {"code": "not-an-image"}}
    with out.open("wb") as file:
        write_rows(file, map(columns_of, (gone, picture)))
    with ParquetOutput(out) as output:
        assert output.claim("d")
        output.finish(ordered=ordered)
    assert [row["path"] for row in table(out)] == ["d", "a"], "a run that names it again keeps its row"
    with ParquetOutput(out) as output:
        output.finish(ordered=ordered)
    assert table(out) == [columns_of(picture)]
    before = out.stat().st_ino
    with ParquetOutput(out) as output:
        output.finish(ordered=ordered)
    assert out.stat().st_ino == before, "nothing more is gone, so nothing is written anew"


@pytest.mark.parametrize("content", [b"no parquet at all", b""])
def test_what_holds_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(content)
    with pytest.raises(BatchOutputError):
        ParquetOutput(out)
    assert out.read_bytes() == content


@pytest.mark.slow
def test_deeper_fingerprints_replace_hashes(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    bring_up_to_date(ParquetOutput(out), photos, rows=RowOptions(hashes_only=True))
    assert not any(row["fingerprint"] for row in table(out))
    assert bring_up_to_date(ParquetOutput(out), photos).computed == 3
    assert sum(row["fingerprint"] is not None for row in table(out)) == 3
