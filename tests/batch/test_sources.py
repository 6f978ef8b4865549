"""Everything that can name pictures."""

from __future__ import annotations

import codecs
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from motif.batch import find_photos
from motif.batch.rows import Item, stamp_of
from motif.batch.sources import find_pictures, listed_paths
from motif.errors import ParameterError
from motif.photo.photo import file_sha256


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
    assert items[0] == Item(path="a.jpg", title="Parang Biru")
    assert (items[1].path, str(items[1].problem)) == ("list.csv:3", "row 3 names no picture")
    assert items[2] == Item(path="b/c.png", title="Turi")


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-marked", "utf-16-be-marked"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\0"])
def test_a_list_is_read_in_the_encoding_of_its_mark(encoding: str, ends: str) -> None:
    names = ["1.jpg", "ꦏꦮꦸꦁ.jpg", "."]
    text = "".join(name + ends for name in names)
    marked = {"utf-16-le-marked": codecs.BOM_UTF16_LE, "utf-16-be-marked": codecs.BOM_UTF16_BE}
    data = marked.get(encoding, b"") + text.encode(encoding.removesuffix("-marked"))
    assert list(listed_paths(BytesIO(data))) == names


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["1.jpg", "a", "ꦏꦮꦸꦁ.jpg"])
def test_a_list_in_utf_16_without_its_mark_is_refused_and_names_no_folder(encoding: str, name: str) -> None:
    with pytest.raises(ParameterError, match="as UTF-16 without its mark does"):
        list(listed_paths(BytesIO(f"{name}\r\n{name}\r\n".encode(encoding))))


def test_a_list_with_nuls_holds_names_with_line_ends() -> None:
    assert list(listed_paths(BytesIO(b"./a\nb.jpg\0./c.jpg\0\n"))) == ["./a\nb.jpg", "./c.jpg"]
    assert list(listed_paths(BytesIO(b"./a\0./b\0./c\0"))) == ["./a", "./b", "./c"]
    assert list(listed_paths(BytesIO(b""))) == []
    assert list(listed_paths(BytesIO(b"\n\r\nlast.jpg"))) == ["last.jpg"]


def test_a_damaged_list_in_utf_16_is_refused() -> None:
    with pytest.raises(ParameterError, match="not in UTF-16"):
        list(listed_paths(BytesIO("1.jpg".encode("utf-16") + b"x")))


@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=3), min_size=1))
def test_every_list_is_read_as_it_was_written(names: list[str]) -> None:
    assume(not names[0].startswith("\ufeff"))
    for ends in (b"\n", b"\r\n", b"\0"):
        assert list(listed_paths(BytesIO(b"".join(name.encode() + ends for name in names)))) == names
    assert list(listed_paths(BytesIO("\r\n".join(names).encode("utf-16")))) == names


def test_a_link_in_a_folder_is_followed_within_it_and_named_where_it_leads_out(here: Path) -> None:
    (here / "b" / "in.jpg").symlink_to(here / "b" / "c.png")
    (here / "b" / "out.jpg").symlink_to(here / "a.jpg")
    (here / "b" / "loop.jpg").symlink_to(here / "b" / "loop.jpg")
    items = {item.path: str(item.problem or "") for item in find_pictures(["b"])}
    assert items.keys() - {"b/loop.jpg"} == {"b/c.png", "b/d/e.tif", "b/in.jpg", "b/out.jpg"}
    assert items["b/out.jpg"] == "link leads out of the folder; expected a file in it"
    assert items["b/in.jpg"] == ""
    assert find_photos([here / "b"])[1][-1]["path"] == str(here / "b" / "out.jpg")
    assert [item.problem for item in find_pictures(["b/out.jpg", "-"], listed=["b/out.jpg"])] == [None, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n", "#TYPE System.IO.FileInfo\r\n"])
def test_a_table_is_read_as_excel_and_powershell_write_it(here: Path, encoding: str, first: str) -> None:
    (here / "list.csv").write_bytes(f'{first}"nama";"berkas"\r\n"Turi, putih";"a.jpg"\r\n'.encode(encoding))
    items = list(find_pictures(["list.csv"], column="berkas", title_column="nama"))
    assert items == [Item(path="a.jpg", title="Turi, putih")]


def test_a_row_with_more_cells_than_names_is_a_problem_of_its_own(here: Path) -> None:
    (here / "list.csv").write_text("nama,berkas\nTuri,a.jpg,putih\nKoi,a.jpg\n")
    refused, taken = find_pictures(["list.csv"], column="berkas")
    assert (refused.path, str(refused.problem)) == (
        "list.csv:2",
        "row 2 has more cells than there are names",
    )
    assert taken == Item(path="a.jpg")


def test_a_folder_gives_pictures_by_their_content_and_names_what_it_passes_over(tmp_path: Path) -> None:
    picture, noise = BytesIO(), np.random.default_rng(0).integers(0, 256, (80, 90, 3), np.uint8)
    Image.fromarray(noise).save(picture, "JPEG")
    for name in ("WA0001", "foto.jpg_large", "DSC_1.MPO", "x.dat"):
        (tmp_path / name).write_bytes(picture.getvalue())
    Image.fromarray(noise).save(tmp_path / "katalog.GIF")
    for name in ("notes.txt", "empty", ".hidden", "BM"):
        (tmp_path / name).write_text("BM is how this text begins" if name == "BM" else "")
    passed_over: list[str] = []
    found = [Path(path).name for path in named(str(tmp_path), pass_over=passed_over.append)]
    assert found == ["DSC_1.MPO", "WA0001", "foto.jpg_large", "katalog.GIF", "x.dat"]
    assert [Path(path).name for path in passed_over] == ["BM", "empty", "notes.txt"]
    passed_over.clear()
    assert [path.name for path in find_photos([tmp_path], pass_over=passed_over.append)[0]] == found
    assert len(passed_over) == 3


def test_each_page_of_a_file_is_named(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((80, 90), level, np.uint8)) for level in (10, 20, 30)]
    file = tmp_path / "scan.tif"
    pages[0].save(file, save_all=True, append_images=pages[1:])
    every = [str(file), f"{file}#2", f"{file}#3"]
    assert named(str(tmp_path)) == named(str(file)) == named("-", listed=[str(file)]) == every
    assert named(f"{file}#2") == [f"{file}#2"]
    table, left_out = tmp_path / "list.csv", list[str]()
    table.write_text("file\nscan.tif\n")
    assert named(str(table), column="file", pass_over=left_out.append) == [str(file)]
    assert left_out == every[1:]
    assert stamp_of(every[1]) == stamp_of(every[0])
    assert len({file_sha256(page) for page in every}) == 3
