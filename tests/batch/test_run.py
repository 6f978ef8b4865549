"""Folders are walked in order, and whatever is wrong with a file becomes its row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from motif.batch import find_photos, fingerprint_many, rows
from motif.batch.rows import fingerprint_row
from motif.batch.run import jobs_for
from motif.errors import UnreadablePhotoError
from motif.fingerprint import Fingerprint, fingerprint
from motif.profiles import CHEAPEST_1


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(noise).resize((96, 96), Image.Resampling.BICUBIC).save(tmp_path / "cloth.png")
    return tmp_path / "cloth.png"


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    names = ["B.JPG", "a.jpeg", "c/1.tif", "c/d/2.webp", "e/3.heic"]
    touch(*(tmp_path / name for name in reversed(names)))
    assert find_photos([tmp_path]) == ([tmp_path / name for name in names], [])


def test_hidden_files_registries_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in [".a.jpg", ".b/c.jpg", "registry.motif/d.jpg", "e.txt", "jpg"]))
    assert find_photos([tmp_path]) == ([], [])


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert find_photos([tmp_path]) == ([tmp_path / "a.jpg"], [])


def test_named_files_are_kept_as_they_are_and_in_their_order() -> None:
    named = ["z.txt", "nowhere.jpg", "a.jpg", "z.txt"]
    assert find_photos(named) == ([Path(name) for name in named], [])


def test_a_folder_that_cannot_be_read_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> Iterator[object]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    photos, (row,) = find_photos([tmp_path])
    assert photos == []
    assert row["path"] == str(tmp_path)
    assert row["error"]["code"] == UnreadablePhotoError.code


def test_rows_hold_the_fingerprint(photo: Path) -> None:
    (row,) = fingerprint_many([photo], profile=CHEAPEST_1)
    assert row.keys() == {"path"} | fingerprint(photo, CHEAPEST_1).to_json().keys()
    assert Fingerprint.from_json(row) == fingerprint(photo, CHEAPEST_1)


@pytest.mark.slow
def test_workers_give_the_same_rows_in_the_same_order(photo: Path, tmp_path: Path) -> None:
    paths = [photo, tmp_path / "missing.png", photo, tmp_path, photo]
    alone = list(fingerprint_many(paths, profile=CHEAPEST_1))
    assert list(fingerprint_many(paths, profile=CHEAPEST_1, jobs=2)) == alone
    assert [row.get("error", {}).get("code") for row in alone] == [None, *["photo-unreadable", None] * 2]


def test_photos_are_read_only_as_rows_are_asked_for(photo: Path) -> None:
    rows = fingerprint_many(iter([photo, photo]), profile=CHEAPEST_1)
    next(rows)
    photo.unlink()
    assert next(rows)["error"]["code"] == "photo-unreadable"


@pytest.mark.parametrize(
    ("error", "code"), [(MemoryError(), "out-of-memory"), (RecursionError("too deep"), "unexpected")]
)
def test_unforeseen_errors_are_rows(
    monkeypatch: pytest.MonkeyPatch, photo: Path, error: Exception, code: str
) -> None:
    def fail(*_: object) -> Fingerprint:
        raise error

    monkeypatch.setattr(rows, "fingerprint", fail)
    row = fingerprint_row(str(photo))
    assert row["error"]["code"] == code
    assert all(row["error"][key] for key in ("message", "hint"))


def test_ctrl_c_is_not_taken_for_a_bad_photo(monkeypatch: pytest.MonkeyPatch, photo: Path) -> None:
    def interrupt(*_: object) -> Fingerprint:
        raise KeyboardInterrupt

    monkeypatch.setattr(rows, "fingerprint", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fingerprint_row(str(photo))


def test_few_photos_are_not_worth_a_worker() -> None:
    assert jobs_for(0) == jobs_for(3) == 1
    assert 1 <= jobs_for(10_000) <= (os.cpu_count() or 1)
