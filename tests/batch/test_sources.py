"""Everything that can name pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from motif.batch.rows import Item
from motif.batch.sources import find_pictures
from motif.errors import ParameterError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.jpg", "b/c.png", "b/d/e.tif", "b/.f.jpg", "b/g.txt", "odd[1].jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def named(*sources: str, **options: object) -> list[str]:
    return [item.path for item in find_pictures(sources, **options)]  # type: ignore[arg-type]


def test_files_folders_and_globs(here: Path) -> None:
    assert named("a.jpg", "b") == ["a.jpg", "b/c.png", "b/d/e.tif"]
    assert named("*.jpg") == ["a.jpg", "odd[1].jpg"]
    assert named("b/**/*.tif") == ["b/d/e.tif"]
    assert named(str(here / "?.jpg")) == [str(here / "a.jpg")]


def test_a_glob_that_matches_a_folder_walks_it(here: Path) -> None:
    assert named("b*") == ["b/c.png", "b/d/e.tif"]


def test_a_file_with_signs_of_a_glob_in_its_name_is_that_file(here: Path) -> None:
    assert named("odd[1].jpg") == ["odd[1].jpg"]


def test_a_glob_without_matches_is_named_as_it_is(here: Path) -> None:
    assert named("*.webp") == ["*.webp"]


def test_a_list_names_files_and_folders(here: Path) -> None:
    assert named("-", listed=["a.jpg", "", "b", "missing.jpg"]) == [
        "a.jpg",
        "b/c.png",
        "b/d/e.tif",
        "missing.jpg",
    ]
    assert named("-", listed=["*.jpg"]) == ["*.jpg"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_columns_of_a_table(here: Path, sign: str) -> None:
    lines = [f"nama{sign}berkas", f"Parang Biru{sign}a.jpg", f"Tanpa foto{sign}", f"Turi{sign}b/c.png"]
    (here / "list.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    items = list(find_pictures(["list.csv"], column="berkas", title_column="nama"))
    assert items == [Item(path="a.jpg", title="Parang Biru"), Item(path="b/c.png", title="Turi")]


def test_paths_in_a_table_count_from_its_folder_or_else_from_here(here: Path) -> None:
    (here / "b" / "list.csv").write_text("file\nc.png\na.jpg\n")
    assert named("b/list.csv", column="file") == ["b/c.png", "a.jpg"]


def test_without_a_column_a_table_is_a_file_like_any_other(here: Path) -> None:
    (here / "list.csv").write_text("file\na.jpg\n")
    assert named("list.csv") == ["list.csv"]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", b'file\n"unclosed\n', b"file\n" + b"x" * 200_000])
def test_a_table_that_cannot_be_read_says_so(here: Path, content: bytes) -> None:
    (here / "list.csv").write_bytes(content)
    with pytest.raises(ParameterError):
        named("list.csv", column="file")
    with pytest.raises(ParameterError):
        named("missing.csv", column="file")


def test_names_that_are_no_utf8_pass(here: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("names are UTF-8 here")
    (here / "list.csv").write_bytes(b"file\n\xff.jpg\n")
    assert named("list.csv", column="file") == ["\udcff.jpg"]


def test_web_addresses_are_not_fetched(here: Path) -> None:
    assert named("http://example.org/a.jpg", "file:///a.jpg") == ["http://example.org/a.jpg", "file:///a.jpg"]


def test_folders_are_walked_only_as_far_as_items_are_drawn(here: Path) -> None:
    items = find_pictures(["b", "missing.csv"], column="file")
    assert next(items).path == "b/c.png"
