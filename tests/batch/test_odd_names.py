"""A name that is no UTF-8 leaves a file of rows readable to everybody, and is not lost."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import orjson
import pyarrow.json
import pytest
from tests.cli.conftest import save

from motif.batch.journal import Journal
from motif.batch.run import RowOptions, Tally, fill
from motif.batch.sources import find_pictures
from motif.profiles import CHEAPEST_1

NAME = b"caf\xe9 \xff.png"
SPELLED = "caf\\udce9 \\udcff.png"

Rows = list[dict[str, Any]]


def by_orjson(path: Path) -> Rows:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def by_arrow(path: Path) -> Rows:
    return pyarrow.json.read_json(path).to_pylist()  # type: ignore[no-any-return]


def by_duckdb(path: Path) -> Rows:
    with duckdb.connect() as connection:
        read = connection.execute("SELECT path, path_raw FROM read_json_auto(?)", [str(path)])
        return [dict(zip(("path", "path_raw"), row, strict=True)) for row in read.fetchall()]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Rows of a picture with such a name, of one that cannot be read, and of one with a plain name."""
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)
    Path(os.fsdecode(bytes(photos) + b"/" + NAME)).write_bytes(save(photos / "a.png", picture).read_bytes())
    Path(os.fsdecode(bytes(photos) + b"/" + NAME + b".jpg")).write_text("no picture")
    bring_up_to_date(tmp_path / "out.jsonl", photos)
    return tmp_path / "out.jsonl"


def bring_up_to_date(out: Path, photos: Path) -> Tally:
    tally = Tally()
    with Journal(out) as journal:
        contents = RowOptions(hashes_only=True)
        list(fill(journal, find_pictures([str(photos)]), tally, profile=CHEAPEST_1, rows=contents))
        journal.finish(ordered=True)
    return tally


@pytest.mark.parametrize("read", [by_orjson, by_arrow, by_duckdb])
def test_strict_readers_take_the_file_and_find_the_bytes_of_the_name(
    rows: Path, read: Callable[[Path], Rows]
) -> None:
    names = {Path(row["path"]).name: row.get("path_raw") for row in read(rows)}
    assert set(names) == {"a.png", SPELLED, SPELLED + ".jpg"}
    assert names["a.png"] is None
    raw = str(names[SPELLED])
    assert base64.b64decode(raw) == bytes(rows.parent / "photos") + b"/" + NAME


def test_errors_that_name_the_file_are_readable_too(rows: Path) -> None:
    messages = [row["error"]["message"] for row in by_orjson(rows) if row.get("error")]
    assert len(messages) == 1
    for line in rows.read_text().splitlines():
        json.loads(line)["path"].encode("utf-8")


def test_a_second_run_knows_the_rows_by_the_name_that_the_system_gives(rows: Path) -> None:
    before = rows.read_bytes()
    assert bring_up_to_date(rows, rows.parent / "photos").unchanged == 3
    assert rows.read_bytes() == before
