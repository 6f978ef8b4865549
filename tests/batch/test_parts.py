"""The parts that a cluster computes: where they end, how they are named, and what is counted of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from motif.batch import cluster
from motif.batch.cluster import (
    PartCounts,
    compute_part,
    counts_of,
    parts_of,
    row_of,
    store_of,
    write_list,
    write_part,
)
from motif.batch.parquet import COLUMNS, columns_of
from motif.batch.rows import Item, Stamp
from motif.profiles import CHEAPEST_1


def objects(count: int) -> list[Item]:
    """Name objects of a store."""
    return [
        Item(path=f"s3://cloths/{n:04}.jpg", stamp=Stamp(size_bytes=1000 + n, mtime_ns=n))
        for n in range(count)
    ]


def test_parts_end_and_are_named_as_they_always_were() -> None:
    """A result that was begun by an earlier version is gone on with only if nothing of this changes."""
    parts = list(parts_of(objects(1200), CHEAPEST_1, hashes_only=False))
    assert [len(part.items) for part in parts] == [683, 5, 75, 150, 287]
    assert [item for part in parts for item in part.items] == objects(1200)
    assert [part.name for part in parts] == NAMES
    hashes = list(parts_of(objects(1200), CHEAPEST_1, hashes_only=True))
    assert [len(part.items) for part in hashes] == [683, 5, 75, 150, 287]
    assert not {part.name for part in hashes} & set(NAMES)


NAMES = [
    "part-64ac1818d96518a1e82a31fc.parquet",
    "part-2ad6d0dc56df553b54ae5cb1.parquet",
    "part-61a3a4b413bf19205b9f6d04.parquet",
    "part-fae00c6efa6b417b5413e6bf.parquet",
    "part-987a411b53ccbcad541ea913.parquet",
]


def test_a_part_ends_at_its_utmost_size_where_no_path_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PART_ITEMS", 2**40)
    sizes = [len(part.items) for part in parts_of(objects(2100), CHEAPEST_1, hashes_only=False)]
    assert sizes == [1024, 1024, 52]


def test_without_pictures_there_are_no_parts() -> None:
    assert list(parts_of([], CHEAPEST_1, hashes_only=False)) == []


@pytest.mark.parametrize("stamp", [Stamp(size_bytes=1001, mtime_ns=1), Stamp(size_bytes=1000, mtime_ns=2)])
def test_a_part_has_another_name_once_a_picture_of_it_has_changed(stamp: Stamp) -> None:
    names = {
        part.name
        for one in (objects(1)[0], Item(path="s3://cloths/0000.jpg", stamp=stamp))
        for part in parts_of([one], CHEAPEST_1, hashes_only=False)
    }
    assert len(names) == 2


def test_a_file_is_asked_for_its_own_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"12345")
    size_bytes, mtime_ns = file.stat().st_size, file.stat().st_mtime_ns
    asked, told = Item(path=str(file)), Item(path=str(file), stamp=Stamp(size_bytes=5, mtime_ns=mtime_ns))
    assert size_bytes == 5
    (asked_part,), (told_part,) = (parts_of([item], CHEAPEST_1, hashes_only=False) for item in (asked, told))
    assert asked_part.name == told_part.name


def test_the_rows_of_a_part_are_counted_as_written_and_as_read_again(tmp_path: Path) -> None:
    (part,) = parts_of(objects(4), CHEAPEST_1, hashes_only=False)
    rows = [
        columns_of({"path": "a", "size_bytes": 5}),
        columns_of({"path": "b", "size_bytes": None, "error": {"code": "photo-unreadable"}}),
        columns_of({"path": "c", "size_bytes": 7, "error": {"code": "not-an-image"}}),
        columns_of({"path": "d", "size_bytes": 0, "error": {"code": "not-an-image"}}),
    ]
    target = str(tmp_path / "new" / "folder")
    assert counts_of(part, target) is None
    expected = PartCounts(
        name=part.name, pictures=4, codes=Counter({"photo-unreadable": 1, "not-an-image": 2}), size_bytes=12
    )
    for _ in range(2):  # a second time, where the folder and the part are there
        assert write_part(part, target, rows) == expected
        assert counts_of(part, target) == expected
    assert [path.name for path in Path(target).iterdir()] == [part.name], "no draft is left"
    assert pq.read_table(Path(target) / part.name).to_pylist() == rows


def test_a_part_of_files_is_computed_by_one_thread(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).integers(0, 256, (8, 8, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), cells.repeat(12, 0).repeat(12, 1))
    (tmp_path / "b.jpg").write_text("no picture")
    items = [Item(path=str(tmp_path / name)) for name in ("a.png", "b.jpg", "none.png")]
    (part,) = parts_of(items, CHEAPEST_1, hashes_only=True)
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(4)
        counts = compute_part(part, str(tmp_path / "out"), CHEAPEST_1, True)
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(threads)
    rows = pq.read_table(tmp_path / "out" / part.name).to_pylist()
    assert rows == [row_of(item, CHEAPEST_1, True) for item in items]
    assert [row["error_code"] for row in rows] == [None, "not-an-image", "photo-unreadable"]
    assert all(list(row) == list(COLUMNS) for row in rows)
    assert counts.codes == {"not-an-image": 1, "photo-unreadable": 1}
    assert counts.size_bytes == sum((tmp_path / name).stat().st_size for name in ("a.png", "b.jpg"))


def test_the_list_of_parts_is_what_readers_expect(tmp_path: Path) -> None:
    parts = [
        PartCounts(name="part-b.parquet", pictures=3, codes=Counter(["not-an-image", "x"]), size_bytes=12),
        PartCounts(name="part-a.parquet", pictures=1, codes=Counter(), size_bytes=5),
    ]
    for _ in range(2):
        write_list(str(tmp_path / "out"), parts)
    assert (tmp_path / "out" / "_parts.json").read_bytes() == (
        b'{\n "format": 1,\n "parts": [\n'
        b'  {\n   "name": "part-b.parquet",\n   "pictures": 3,\n   "errors": 2\n  },\n'
        b'  {\n   "name": "part-a.parquet",\n   "pictures": 1,\n   "errors": 0\n  }\n'
        b" ]\n}\n"
    )


def test_a_folder_is_named_without_the_stroke_at_its_end(tmp_path: Path) -> None:
    assert store_of(f"{tmp_path}/")[1] == store_of(str(tmp_path))[1] == str(tmp_path)
