"""A photo is found as a person finds it, and never outside of its folder."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from motif.errors import MotifError, ParameterError, UnreadablePhotoError
from motif.exchange.photo_folder import PhotoFolder


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("1.png", ("1.png",)),
        ("./1.png", ("1.png",)),
        ("sub/2.png", ("sub", "2.png")),
        ("sub\\2.png", ("sub", "2.png")),
        ("sub//./2.png", ("sub", "2.png")),
        ("sub/inside.png", ("sub", "inside.png")),
        ("sub/a:b.png", ("sub", "a:b.png")),
        ("...png", ("...png",)),
        ("a:b.png", ("a:b.png",)),
        ("C:1.png", ("C:1.png",)),
        ("a[1]?*.png", ("a[1]?*.png",)),
        ("back\\slash.png", ("back\\slash.png",)),
        ("SUB/2.PNG", ("sub", "2.png")),
        ("photos/1.png", ("1.png",)),
        ("Photos\\sub\\2.png", ("sub", "2.png")),
    ],
)
def test_a_photo_within_the_folder_is_found_by_its_relative_name(
    tmp_path: Path, name: str, parts: tuple[str, ...]
) -> None:
    folder = folder_with_links(tmp_path)
    assert PhotoFolder(folder).find(name) == folder.joinpath(*parts)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "sub/../1.png",
        "sub\\..\\..\\outside.png",
        "/1.png",
        "\\1.png",
        "//1.png",
        "C:\\1.png",
        "C:/1.png",
        "1.png\0",
        "out.png",
        "outer/outside.png",
    ],
)
def test_a_photo_outside_of_the_folder_is_refused_however_it_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError) as refused:
        PhotoFolder(folder_with_links(tmp_path)).find(name)
    assert refused.value.message == f"photo {name!r} leads out of the folder"
    assert refused.value.hint == "Give a name within the folder with the photos."


@pytest.mark.parametrize("name", ["", ".", "/", "./", "\\", "./."])
def test_a_name_without_a_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="the row names no photo"):
        PhotoFolder(tmp_path).find(name)


def folder_with_links(place: Path) -> Path:
    folder = place.resolve() / "photos"
    (folder / "sub").mkdir(parents=True)
    for name in ("a:b.png", "C:1.png", "a[1]?*.png", "back\\slash.png", "...png"):
        (folder / name).write_bytes(b"x")
    (folder / "sub" / "a:b.png").write_bytes(b"x")
    for path in (folder / "1.png", folder / "sub" / "2.png", place / "outside.png"):
        path.write_bytes(b"x")
    (folder / "sub" / "inside.png").symlink_to(folder / "1.png")
    (folder / "out.png").symlink_to(place / "outside.png")
    (folder / "outer").symlink_to(place, target_is_directory=True)
    return folder


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("kept_form", ["NFC", "NFD"])
def test_a_name_in_another_unicode_form_or_case_is_found(tmp_path: Path, form: str, kept_form: str) -> None:
    kept = tmp_path / unicodedata.normalize(kept_form, "Café.JPG")  # type: ignore[arg-type]
    kept.write_bytes(b"x")
    for name in ("Café.JPG", "café.jpg", "CAFÉ.jpg"):
        assert PhotoFolder(tmp_path).find(unicodedata.normalize(form, name)) == kept  # type: ignore[arg-type]


def test_a_name_that_fits_several_files_is_refused_unless_it_is_one_of_theirs(tmp_path: Path) -> None:
    for name in ("IMG_1.JPG", "img_1.jpg"):
        (tmp_path / name).write_bytes(b"x")
    assert PhotoFolder(tmp_path).find("img_1.jpg").name == "img_1.jpg"
    with pytest.raises(UnreadablePhotoError) as refused:
        PhotoFolder(tmp_path).find("Img_1.jpg")
    assert refused.value.message == "photo 'Img_1.jpg' may be any of several: IMG_1.JPG, img_1.jpg"


@pytest.mark.parametrize("name", ["none.png", "sub", "sub/none.png", "photos/none.png", "1", "C:none.png"])
def test_what_is_no_file_of_the_folder_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadablePhotoError, match="is not in the folder"):
        PhotoFolder(folder_with_links(tmp_path)).find(name)


def test_a_name_in_another_case_does_not_lead_out_through_a_link(tmp_path: Path) -> None:
    for name in ("OUT.png", "OUTER/outside.png"):
        with pytest.raises(MotifError, match="leads out of the folder"):
            PhotoFolder(folder_with_links(tmp_path / name[:5])).find(name)


def test_each_name_of_a_long_list_in_another_case_is_looked_up_and_not_searched_for(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"IMG_{number}.JPG").touch()
    folder = PhotoFolder(tmp_path)
    began = time.process_time()
    for number in range(2000):
        assert folder.find(f"img_{number}.jpg").name == f"IMG_{number}.JPG"
    assert time.process_time() - began < 6, "comparing each name with each takes far longer"
