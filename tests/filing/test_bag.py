"""The file of a filing: a bag, the same for the same dossier, that carries nothing that it should not."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import bagit
import pikepdf
import pytest
from PIL import Image

from motif.errors import ParameterError
from motif.filing.bag import build_file, files_in
from motif.filing.dossier import Answer, Dossier, Picture, StoredFile, Words
from motif.filing.papers import read_paper
from motif.filing.pictures import upload_picture
from motif.filing.texts import text_of_file
from sample_filing import SAMPLES, sample_dossier

CANARY = "3505012304990007"
WORD = Words(id="", en="")


@pytest.fixture(scope="module")
def built() -> bytes:
    return build_file(sample_dossier()).data


@pytest.fixture(scope="module")
def files(built: bytes) -> dict[str, bytes]:
    return files_in(built)


def small(dossier: Dossier, **changes: Any) -> Dossier:
    """Leave out what takes long: letters, and the A4 sheet."""
    rows = tuple(row for row in dossier.files if row.key != "lembar_a4")
    return replace(dossier, letters=(), files=rows, **changes)


@pytest.mark.slow
def test_the_file_is_a_valid_bag(built: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        archive.extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / "M-000003-7-hak-cipta"))
    bag.validate()
    assert bag.info["Bagging-Date"] == "2026-12-03"
    assert bag.info["External-Identifier"] == "F-000001-3"


@pytest.mark.slow
def test_the_same_dossier_gives_the_same_bytes(built: bytes) -> None:
    assert build_file(sample_dossier()).data == built


def test_every_date_in_the_file_is_that_of_the_dossier(files: dict[str, bytes], built: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 12, 3, 8, 0, 0)}
    later = build_file(small(sample_dossier(), at=sample_dossier().at + timedelta(days=1)))
    assert b"2026-12-04" in files_in(later.data)["0-periksa.json"]


@pytest.mark.slow
def test_the_folders_hold_what_their_names_say(files: dict[str, bytes]) -> None:
    assert list(files)[:2] == ["0-periksa.pdf", "0-periksa.json"]
    uploads = [name for name in files if name.startswith("1-unggah/")]
    assert "1-unggah/01-contoh-ciptaan.jpg" in uploads
    assert "1-unggah/03-surat-pernyataan/TARUH-DI-SINI.txt" in uploads
    assert not any("surat-kuasa" in name for name in files), "it is not needed"
    letters = [name for name in files if name.startswith("2-tanda-tangan/")]
    assert [name.rpartition(".")[2] for name in letters] == ["pdf", "docx"] * 2
    assert sum(map(len, files.values())) < 20_000_000


@pytest.mark.slow
def test_each_author_has_an_empty_place_for_the_identity_paper(files: dict[str, bytes]) -> None:
    places = [name for name in files if "ktp" in name]
    assert places == ["1-unggah/02-ktp-1/TARUH-DI-SINI.txt", "1-unggah/02-ktp-2/TARUH-DI-SINI.txt"]
    assert "Sulastri" not in files[places[0]].decode()


@pytest.mark.slow
def test_papers_are_a4_with_fonts_and_carry_nothing(files: dict[str, bytes]) -> None:
    papers = {name: data for name, data in files.items() if name.endswith(".pdf")}
    assert len(papers) == 4
    for name, data in papers.items():
        paper = read_paper(data, name)
        assert paper.version >= "1.6", name
        assert set(paper.pages_mm) == {(210, 297)}, name
        assert (paper.fonts_embedded, paper.attachments, paper.has_script) == (True, 0, False), name
        assert len(data) <= 800_000, name


def test_a_picture_for_the_upload_is_cut_and_tells_nothing_of_the_camera() -> None:
    with Image.open(SAMPLES / "ciprat_0014.jpg") as photo:
        exif = Image.Exif()
        exif[0x8825] = {1: "S", 2: (8.0, 5.0, 53.0), 3: "E", 4: (112.0, 9.0, 6.0)}
        exif[0x010F] = "Canary Camera"
        taken = io.BytesIO()
        photo.save(taken, "JPEG", exif=exif, comment=b"Canary note")
    assert b"Canary" in taken.getvalue()
    corners = ((10.0, 20.0), (309.0, 20.0), (309.0, 219.0), (10.0, 219.0))
    picture = Picture(photo=taken.getvalue(), photo_name="a.jpg", caption=WORD, outline_px=corners)
    made = upload_picture(picture, most_bytes=1_000_000)
    with Image.open(io.BytesIO(made)) as cut:
        assert (cut.format, cut.mode, cut.size, cut.info["dpi"]) == ("JPEG", "RGB", (300, 200), (300, 300))
        assert not cut.getexif()
    assert b"Canary" not in made
    assert len(upload_picture(picture, most_bytes=12_000)) <= 12_000


def test_an_identity_number_in_the_record_is_refused_and_not_repeated() -> None:
    dossier = sample_dossier()
    work = replace(
        dossier.work, description=f"Dibuat oleh pemegang NIK {CANARY[:6]} {CANARY[6:12]} {CANARY[12:]}."
    )
    with pytest.raises(ParameterError, match="uraian_singkat") as caught:
        build_file(replace(dossier, work=work))
    assert CANARY[:6] not in str(caught.value)


def test_personal_data_in_a_letter_that_was_put_in_are_named_and_not_repeated() -> None:
    dossier = small(sample_dossier())
    text = StoredFile(name="akta.txt", data=f"NIK {CANARY}, telepon 0812-3456-7890".encode(), label=WORD)
    rows = tuple(
        replace(row, stored=(text,)) if row.key == "akta_pendirian" else row for row in dossier.files
    )
    built = build_file(replace(dossier, files=rows))
    assert [(each.file, each.what.en) for each in built.mismatches] == [
        ("1-unggah/05-akta-pendirian.txt", "NIK in a file"),
        ("1-unggah/05-akta-pendirian.txt", "telephone number in a file"),
    ]
    parts = files_in(built.data)
    assert not any(
        CANARY.encode() in data for name, data in parts.items() if not name.startswith("1-unggah/05")
    )


def scan_of(*, signed: bool) -> bytes:
    """Return a PDF with one photo that says where it was taken."""
    with Image.open(SAMPLES / "ciprat_0014.jpg") as photo:
        exif = Image.Exif()
        exif[0x010F] = "Canary Camera"
        taken = io.BytesIO()
        photo.save(taken, "JPEG", exif=exif, comment=b"Canary note")
        width, height = photo.size
    document, out = pikepdf.new(), io.BytesIO()
    page = document.add_blank_page()
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            Im0=pikepdf.Stream(
                document,
                taken.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=width,
                Height=height,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
        )
    )
    page.Contents = pikepdf.Stream(document, b"q 400 0 0 400 0 0 cm /Im0 Do Q")
    if signed:
        document.Root.AcroForm = document.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig))
    document.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.mark.parametrize("signed", [False, True])
def test_camera_data_leave_a_scan_unless_it_is_signed(signed: bool) -> None:
    dossier = small(sample_dossier())
    scan = StoredFile(name="akta.pdf", data=scan_of(signed=signed), label=WORD)
    rows = tuple(
        replace(row, stored=(scan,)) if row.key == "akta_pendirian" else row for row in dossier.files
    )
    built = build_file(replace(dossier, files=rows))
    data = files_in(built.data)["1-unggah/05-akta-pendirian.pdf"]
    assert (data == scan.data) == signed
    assert (b"Canary" in data) == signed
    named = [(each.file, each.what.en) for each in built.mismatches]
    assert named == ([("1-unggah/05-akta-pendirian.pdf", "camera data in a picture")] if signed else [])


def test_a_scan_without_text_is_not_said_to_agree() -> None:
    dossier = small(sample_dossier())
    scan = StoredFile(name="akta.pdf", data=scan_of(signed=False), label=WORD)
    rows = tuple(
        replace(row, stored=(scan,)) if row.key == "akta_pendirian" else row for row in dossier.files
    )
    made = build_file(replace(dossier, files=rows))
    record = json.loads(files_in(made.data)["0-periksa.json"])
    (row,) = (row for row in record["rows"] if row["section"] == "agreement")
    assert row["state"] == "belum_dapat_disimpulkan"
    assert "akta-pendirian.pdf" in row["label"]["id"]
    assert "tanpa teks" in row["reason"]["id"]
    assert made.mismatches == ()


def test_a_damaged_paper_is_named_and_the_file_is_built() -> None:
    dossier = small(sample_dossier())
    scan = StoredFile(name="akta.pdf", data=b"%PDF-1.4 damaged", label=WORD)
    rows = tuple(
        replace(row, stored=(scan,)) if row.key == "akta_pendirian" else row for row in dossier.files
    )
    named = build_file(replace(dossier, files=rows)).mismatches
    assert [(each.file, each.what.en) for each in named] == [
        ("1-unggah/05-akta-pendirian.pdf", "damaged or locked file")
    ]


@pytest.mark.slow
def test_addresses_stand_only_in_form_and_letters(files: dict[str, bytes]) -> None:
    naming = {name for name, data in files.items() if "Dusun Rekaan" in text_of_file(name, data)}
    assert naming == {
        "2-tanda-tangan/2-surat-pengalihan-hak.pdf",
        "2-tanda-tangan/2-surat-pengalihan-hak.docx",
        "3-isian.html",
    }


@pytest.mark.parametrize("access", ["sakral", "rahasia"])
def test_no_picture_of_a_closed_design_leaves_without_consent(access: str) -> None:
    dossier = sample_dossier()
    proof = StoredFile(name="lembar-motif.pdf", data=b"%PDF", label=WORD, shows_design=True)
    closed = replace(dossier, work=replace(dossier.work, access_class=access), letters=(), evidence=(proof,))
    built = files_in(build_file(closed).data)
    assert "4-bukti/lembar-motif.pdf" not in built
    for data in built.values():
        assert b"\xff\xd8\xff" not in data, "a JPEG"
    assert "sakral atau rahasia" in " ".join(text_of_file("a.pdf", built["0-periksa.pdf"]).split())


def test_a_picture_of_a_closed_design_leaves_with_the_consent_of_the_head() -> None:
    dossier = small(sample_dossier())
    consent = Words(id="Kepala adat, 3 Mei 2026", en="Head of the community, 3 May 2026")
    work = replace(dossier.work, access_class="sakral", head_consent=consent)
    assert "1-unggah/01-contoh-ciptaan.jpg" in files_in(build_file(replace(dossier, work=work)).data)


def test_nothing_is_put_in_for_an_identity_paper_even_if_it_is_given() -> None:
    dossier = small(sample_dossier())
    scan = StoredFile(name="ktp.pdf", data=b"%PDF canary", label=WORD)
    rows = tuple(replace(row, stored=(scan,)) if row.kind == "identity" else row for row in dossier.files)
    built = build_file(replace(dossier, files=rows)).data
    assert b"canary" not in built


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_check_list_says_first_what_is_missing(language: str) -> None:
    parts = files_in(build_file(small(sample_dossier(language))).data)
    text = " ".join(text_of_file("a.pdf", parts["0-periksa.pdf"]).split())
    headings = {
        "id": ("Masih kurang", "Perlu dinilai petugas", "Sudah terpenuhi", "belum diverifikasi"),
        "en": ("Still missing", "For a person to judge", "In order", "not verified"),
    }[language]
    assert [text.index(each) for each in headings[:3]] == sorted(text.index(each) for each in headings[:3])
    assert headings[3] in text
    assert "paten" not in text.casefold().replace("kabupaten", "")


def test_the_check_list_as_json_tells_each_row_and_no_value_of_a_person() -> None:
    parts = files_in(build_file(small(sample_dossier())).data)
    record = json.loads(parts["0-periksa.json"])
    assert record["rows"][0]["state"] == "tidak_terpenuhi"
    keys = {(row["section"], row["key"]) for row in record["rows"]}
    dossier = sample_dossier()
    assert keys >= {("field", field.key) for field in dossier.fields}
    assert keys >= {("check", check.key) for check in dossier.checks}
    assert "Dusun Rekaan" not in parts["0-periksa.json"].decode()
    picture = next(each for each in record["files"] if each["name"].endswith(".jpg"))
    assert len(picture["photo_sha256"]) == 64


def test_an_answer_is_one_of_three() -> None:
    with pytest.raises(ParameterError, match="expected one of"):
        Answer(state="mungkin", reason=WORD)


def test_the_dossier_needs_a_time_zone() -> None:
    with pytest.raises(ParameterError, match="time zone"):
        replace(sample_dossier(), at=sample_dossier().at.replace(tzinfo=None))
