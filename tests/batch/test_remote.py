"""Object stores: listed like folders, fetched ahead, refusals as rows; fsspec's memory store plays them."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import numpy as np
import pytest
from PIL import Image

from motif.batch.ahead import read_ahead
from motif.batch.journal import Journal
from motif.batch.remote import _store
from motif.batch.rows import Item, Stamp
from motif.batch.run import Tally, fill
from motif.batch.sources import find_pictures
from motif.photo.photo import read_photo
from motif.profiles import CHEAPEST_1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[fsspec.AbstractFileSystem]:
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(noise).resize((96, 96), Image.Resampling.BICUBIC).save(tmp_path / "cloth.png")
    for name in ("a/1.png", "a/b/2.png", "a/b/.3.png", "a/4.txt", "a/x.motif/5.png", "ab.png"):
        content = b"a text" if name.endswith(".txt") else (tmp_path / "cloth.png").read_bytes()
        memory.pipe(f"/bucket/{name}", content)
    yield memory
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


def named(*sources: str) -> list[str]:
    return [item.path.removeprefix("memory://").lstrip("/") for item in find_pictures(sources)]


def test_folders_objects_prefixes_and_globs(store: fsspec.AbstractFileSystem) -> None:
    assert named("memory://bucket/a") == ["bucket/a/1.png", "bucket/a/b/2.png"]
    assert named("memory://bucket/a/4.txt") == ["bucket/a/4.txt"]
    assert named("memory://bucket/ab") == ["bucket/ab.png"]
    assert named("memory://bucket/**/2.png") == ["bucket/a/b/2.png"]


def test_objects_are_taken_by_content_and_page_by_page(store: fsspec.AbstractFileSystem) -> None:
    png = store.cat_file("/bucket/a/1.png")
    picture, out = Image.open(io.BytesIO(png)), io.BytesIO()
    picture.save(out, "TIFF", save_all=True, append_images=[picture.rotate(180)])
    store.pipe("/bucket/a/WA0001", png)
    store.pipe("/bucket/a/scan.tif", out.getvalue())
    passed_over: list[str] = []
    items = list(find_pictures(["memory://bucket/a"], pass_over=passed_over.append))
    names = [item.path.rpartition("/")[2] for item in items]
    assert names == ["1.png", "WA0001", "scan.tif", "scan.tif#2", "2.png"]
    assert [name.rpartition("/")[2] for name in passed_over] == ["4.txt"]
    one, other = (read_photo(item.file).rgb for item in read_ahead(items[2:4], depth=0))
    assert np.array_equal(one, np.rot90(other, 2))
    (named_page,) = find_pictures(["memory://bucket/a/scan.tif#2"])
    assert (named_page.page, named_page.problem) == (2, None)


def test_size_and_time_of_objects_tell_whether_they_changed(
    store: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    def go_on() -> Tally:
        tally = Tally()
        with Journal(tmp_path / "out.jsonl") as journal:
            list(fill(journal, find_pictures(["memory://bucket/a"]), tally, profile=CHEAPEST_1))
        return tally

    first, second = go_on(), go_on()
    assert (first.computed, first.failed, second.computed, second.unchanged) == (2, 0, 0, 2)
    store.pipe("/bucket/a/1.png", b"something else")
    third = go_on()
    assert (third.computed, third.codes) == (1, {"not-an-image": 1})


def test_what_cannot_be_fetched_is_a_problem_of_its_row(store: fsspec.AbstractFileSystem) -> None:
    (missing,) = find_pictures(["memory://bucket/nothing/here"])
    assert missing.problem is not None
    gone = Item(path="memory://bucket/gone.png", stamp=Stamp(size_bytes=3, mtime_ns=1))
    (arrived,) = read_ahead([gone], depth=1)
    assert arrived.problem is not None
    assert "store" in str(arrived.problem)


def test_copies_are_bounded_and_leave_nothing_behind(store: fsspec.AbstractFileSystem) -> None:
    many = (Item(path="memory://bucket/a/1.png", stamp=Stamp(size_bytes=1, mtime_ns=1)) for _ in range(50))
    arriving = read_ahead(many, depth=3)
    folder = Path(next(arriving).file).parent
    for _ in range(20):
        os.unlink(next(arriving).file)  # noqa: PTH108
        deadline = time.monotonic() + 20
        while len(list(folder.iterdir())) > 5:
            assert time.monotonic() < deadline
    arriving.close()
    assert not folder.exists()


def test_objects_over_the_limit_are_not_fetched(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    huge = Item(path="memory://bucket/a/1.png", stamp=Stamp(size_bytes=10**12, mtime_ns=1))
    with Journal(tmp_path / "out.jsonl") as journal:
        (outcome,) = fill(journal, [huge], Tally(), profile=CHEAPEST_1)
    assert outcome.code == "photo-too-large"


def test_other_addresses_are_refused_where_they_are_read(tmp_path: Path) -> None:
    with Journal(tmp_path / "out.jsonl") as journal:
        items = find_pictures(["-"], listed=["http://127.0.0.1/a.png", "file:///etc/passwd"])
        outcomes = list(fill(journal, items, Tally()))
    assert [outcome.code for outcome in outcomes] == ["photo-unreadable"] * 2


@pytest.mark.parametrize("name", ["a[1].png", "a?.png", "a*.png", "a:b.png"])
def test_an_object_with_odd_signs_in_its_name_is_that_object(
    store: fsspec.AbstractFileSystem, tmp_path: Path, name: str
) -> None:
    store.pipe(f"/odd/{name}", (tmp_path / "cloth.png").read_bytes())
    store.pipe("/odd/other.png", b"x")
    for source in (f"memory://odd/{name}", "memory://odd"):
        (item, *_) = find_pictures([source])
        assert item.path.endswith(f"/odd/{name}")
        (fetched,) = read_ahead([item], depth=1)
        assert fetched.problem is None


def test_an_address_with_two_colons_is_one_address() -> None:
    address = "s3://bucket/a::memory://b.png"
    assert _store(address)[1] == "bucket/a::memory://b.png"
