"""Whoever works in Indonesian reads it, also when something went wrong; programs read codes and English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Motif, Run


@pytest.mark.slow
def test_what_is_wrong_with_photos_is_said_in_indonesian_and_kept_in_english(
    motif: Motif, tmp_path: Path
) -> None:
    (tmp_path / "kain").mkdir()
    Path("surat.jpg").write_text("bukan foto")
    ended = motif("capture-check", "--json", "--lang", "id", "surat.jpg", "kain", "hilang.jpg")
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "Kesalahan: surat.jpg: ini teks; harus berupa gambar",
        "Kirim foto sebagai JPEG, PNG, WebP, TIFF, BMP atau HEIC.",
        "Kesalahan: 'kain' adalah folder; harus berupa berkas gambar",
        "Sebutkan letak satu foto di dalamnya.",
        "Kesalahan: 'hilang.jpg' tidak dapat dibaca (tidak ada); harus berupa berkas gambar",
        "Berkas itu tidak ada. Periksa nama dan foldernya.",
    ]
    errors = [row["error"] for row in json.loads(ended.stdout)]
    assert [error["code"] for error in errors] == ["not-an-image", "photo-unreadable", "photo-unreadable"]
    assert errors[1]["message"] == "'kain' is a folder; expected a picture file"
    assert errors[1]["hint"] == "Give the path of one photo in it."


def test_a_command_line_that_is_wrong_is_met_in_indonesian(motif: Motif) -> None:
    ended = motif("list", "--famili", "kawung", "--lang=id")
    assert ended.returncode == 2
    assert "Cara pakai: motif list" in ended.stderr
    assert "Kesalahan: Tidak ada pilihan '--famili'. Mungkin maksud Anda '--family'." in ended.stderr


@pytest.mark.slow
def test_the_environment_chooses_the_language_too(motif: Motif) -> None:
    Path("surat.txt").write_text("bukan registri")
    ended = motif("list", "--registry", "surat.txt", env={"MOTIF_LANG": "id"})
    assert ended.stderr.splitlines() == [
        "Kesalahan: surat.txt adalah berkas; harus berupa folder",
        "Sebutkan letak lain.",
    ]


def test_help_is_given_in_the_language_asked_for(run: Run) -> None:
    page = run("check", "--help", env={"MOTIF_LANG": "id"}).stdout
    assert "Periksa sebuah motif sebelum diajukan." in page
    assert "Paling banyak motif yang dilaporkan." in page
    assert "konflik: indikasi kuat bahwa motif sudah terdaftar" in page
    assert "Look a design up before it is submitted." in run("check", "--help").stdout


def test_help_of_fields_is_made_of_their_names_in_each_language(run: Run) -> None:
    pages = [
        run("capture", "add", "--help", env={"MOTIF_LANG": language}).stdout for language in ("en", "id")
    ]
    assert "View (tampak). One of: bidang, ulangan, rinci, depan, belakang." in " ".join(pages[0].split())
    assert "Tampak. Salah satu dari: bidang, ulangan, rinci, depan, belakang." in " ".join(pages[1].split())


@pytest.mark.slow
def test_dedupe_says_what_is_wrong_with_a_picture(motif: Motif) -> None:
    ended = motif("dedupe", "hilang.jpg", "--lang", "id")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "Kesalahan: hilang.jpg: Berkas itu tidak ada. Periksa nama dan foldernya." in ended.stderr
