"""All texts of a filing are held against its record; clean ones are left in peace."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest
from tests.filing.blind_mistakes import BLIND
from tests.filing.seeded import MISTAKES, clean, mistaken
from tests.filing.tables import Table
from tests.filing.unseen_mistakes import UNSEEN

from motif.filing.bag import build_file
from motif.filing.crosscheck import cross_check
from motif.filing.dossier import Dossier
from motif.filing.form import form_html
from motif.filing.recorded import dates_in
from sample_filing import sample_dossier

DOSSIER = sample_dossier()
NAME = "1-unggah/03-surat-pernyataan.txt"
WHOLE = """Nama : KSM Percik Rekaan
Judul : Turi Gerimis Resa
Pencipta : Sulastri Wijayanti; Tarmuji Hadisaputra
Tanggal pertama kali
diumumkan : 3 Mei 2026
Ukuran kain : 2,5 m x 1,15 m
Nomor registri : M-000003-7
Blitar, 3 Desember 2026
Endang Kusumaningrum"""


def found_in(text: str, dossier: Dossier = DOSSIER) -> list[tuple[str, str, str]]:
    return [(each.what.en, each.found, each.expected) for each in cross_check(dossier, {NAME: text.encode()})]


def test_a_letter_that_agrees_is_left_in_peace() -> None:
    assert found_in(WHOLE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("Wijayanti", "Wijayanto", ("name", "Sulastri Wijayanto", "Sulastri Wijayanti")),
        ("Gerimis", "Gerimiss", ("title", "Turi Gerimiss Resa", "Turi Gerimis Resa")),
        ("3 Mei 2026", "5 Maret 2026", ("date", "5 Maret 2026", "3 Mei 2026")),
        ("Blitar, 3 Desember 2026", "Blitar, 12-03-2026", ("date", "12-03-2026", "3 Desember 2026")),
        ("1,15 m", "1,25 m", ("size", "2,5 m x 1,25 m", "250 × 115 cm")),
        ("M-000003-7", "M-000030-7", ("number", "M-000030-7", "M-000003-7")),
        ("Nama : KSM Percik Rekaan", "Nama : Paijo", ("name", "Paijo", "")),
        ("Endang Kusumaningrum", "Paijo", ("name", "Paijo", "Endang Kusumaningrum")),
    ],
)
def test_a_letter_that_disagrees_is_named(right: str, wrong: str, expected: tuple[str, str, str]) -> None:
    found = found_in(WHOLE.replace(right, wrong))
    if not expected[2]:
        assert expected[:2] in [each[:2] for each in found]
    else:
        assert expected in found


def test_authors_in_another_order_are_named() -> None:
    text = WHOLE.replace(
        "Sulastri Wijayanti; Tarmuji Hadisaputra", "Tarmuji Hadisaputra dan Sulastri Wijayanti"
    )
    found = found_in(text)
    assert (
        "order of the names",
        "Tarmuji Hadisaputra; Sulastri Wijayanti",
        "Sulastri Wijayanti; Tarmuji Hadisaputra",
    ) in found


def test_two_people_with_almost_one_name_are_told_apart() -> None:
    first, second, group = DOSSIER.people
    dossier = replace(DOSSIER, people=(first, replace(second, name="Sulastri Wijayanta"), group))
    assert found_in(WHOLE.replace("Tarmuji Hadisaputra", "Sulastri Wijayanta"), dossier) == []


def test_days_of_two_things_in_each_others_place_are_named() -> None:
    text = f"{WHOLE}\nTanggal pengalihan : 3 Mei 2026".replace(
        "diumumkan : 3 Mei 2026", "diumumkan : 1 Juni 2026"
    )
    assert [each[:2] for each in found_in(text)] == [("date", "1 Juni 2026"), ("date", "3 Mei 2026")]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Kawung ꦏꦮꦸꦁ 中", "Ma'ruf’s “Turi” Kembangturimekardikebunraja"])
def test_a_title_in_any_letters_agrees_with_itself(title: str) -> None:
    dossier = replace(
        DOSSIER, work=replace(DOSSIER.work, title=title), letters=DOSSIER.letters[:1], files=(), fields=()
    )
    assert build_file(dossier).mismatches == ()


def test_an_apostrophe_is_one_however_it_is_written() -> None:
    dossier = replace(DOSSIER, work=replace(DOSSIER.work, title="Turi Ma'ruf"))
    assert found_in(WHOLE.replace("Turi Gerimis Resa", "Turi Ma’ruf"), dossier) == []


def test_the_form_is_held_against_work_and_people() -> None:
    fields = tuple(
        replace(field, value="Turi Lain") if field.key == "judul" else field for field in DOSSIER.fields
    )
    page = form_html(replace(DOSSIER, fields=fields), [])
    found = cross_check(DOSSIER, {"3-isian.html": page})
    assert [(each.what.en, each.found) for each in found] == [("title", "Turi Lain")]


def test_evidence_that_names_the_entry_names_its_title() -> None:
    text = "M-000003-7 'Turi Lain'"
    found = cross_check(DOSSIER, {"4-bukti/lembar.txt": text.encode()})
    assert [(each.what.en, each.expected) for each in found] == [("title", "Turi Gerimis Resa")]


def test_dates_are_read_in_every_usual_form() -> None:
    text = "3 Mei 2026, 03-05-2026, 3/5/2026, 2026-05-03, 3 May 2026, 03 MEI 2026; Nomor 28 Tahun 2014"
    assert [iso for _match, iso in dates_in(text)] == ["2026-05-03"] * 6


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_in_one_text_of_a_filing_is_named(number: int) -> None:
    filing = mistaken(700 + number)
    assert filing.is_named(), (filing.kind, filing.file, filing.wrong)


@pytest.mark.slow
def test_a_filing_whose_texts_agree_is_left_in_peace() -> None:
    assert clean(1).found() == ()


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("Sulastri Wijayanti; Tarmuji Hadisaputra", "1. SULASTRI WIJAYANTI\n2. TARMUJI HADISAPUTRA"),
        ("Sulastri Wijayanti; Tarmuji Hadisaputra", "Sulastri Wijayanti dan Tarmuji\nHadisaputra"),
        ("Judul : Turi Gerimis Resa", "Judul : “Turi Gerimis Resa”."),
        ("Nama : KSM Percik Rekaan", "Nama : KSM Percik Rekaan\nKewarganegaraan : WNI"),
        ("Nama : KSM Percik Rekaan", "Alamat : Desa, Balai Desa Rekaan, Jalan Kenanga 4, Doko"),
        ("Blitar, 3 Desember 2026", "Akta Nomor 12 tanggal 5 Januari 2020\nBlitar, 3 Desember 2026"),
        ("diumumkan : 3 Mei 2026", "diumumkan : 3 Mei 2026, dialihkan pada 1 Juni 2026"),
    ],
)
def test_what_is_only_written_otherwise_is_left_in_peace(right: str, other: str) -> None:
    assert right in WHOLE
    assert found_in(WHOLE.replace(right, other)) == []


def of_authors(*names: str) -> Dossier:
    first, _second, group = DOSSIER.people
    return replace(DOSSIER, people=(*(replace(first, name=name) for name in names), group))


NAMESAKES = ("Sri", "Sri Sulastri", "Sri Sulastri Ningsih")
CLEAN = WHOLE.replace("Sulastri Wijayanti; Tarmuji Hadisaputra", "; ".join(NAMESAKES))


@pytest.mark.parametrize(
    "names",
    [
        NAMESAKES,
        ("Rahmat, S.H., M.Kn.", "Rahmat"),
        ("Bambang Tri", "Tri Bambang", "Bambang"),
        ("H. M. Rizal", "Rizal"),
    ],
)
@pytest.mark.parametrize("between", ["; ", " dan ", ", serta Ibu ", "\n2. "])
def test_names_that_contain_each_other_are_told_apart(names: tuple[str, ...], between: str) -> None:
    text = WHOLE.replace("Sulastri Wijayanti; Tarmuji Hadisaputra", between.join(names))
    assert found_in(text, of_authors(*names)) == []
    said = f"{WHOLE}\nKain itu diciptakan oleh {between.join(names)} di Doko."
    said = said.replace("Pencipta : Sulastri Wijayanti; Tarmuji Hadisaputra\n", "")
    assert found_in(said, of_authors(*names)) == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("Sri; Sri Sulastri", ("name", "Sri; Sri Sulastri")),
        (
            "Sri Sulastri; Sri; Sri Sulastri Ningsih",
            ("order of the names", "Sri Sulastri; Sri; Sri Sulastri Ningsih"),
        ),
        ("Sri; Sri; Sri Sulastri Ningsih", ("name", "Sri")),
        (
            "Sri; Sri Sulastri; Sri Sulastri Ningsih; Budi",
            ("name", "Sri; Sri Sulastri; Sri Sulastri Ningsih; Budi"),
        ),
        ("Sri; Sri Sulastri; Sri Sulastri Ningish", ("name", "Sri Sulastri Ningish")),
        ("Hj. Sri; Sri Sulastri; Sri Sulastri Ningsih", ("name", "Hj. Sri")),
        ("Sri dkk.", ("name", "Sri dkk.")),
    ],
)
@pytest.mark.parametrize("words", ["Pencipta : {}", "Kain itu diciptakan oleh {} di Doko."])
def test_a_list_of_authors_is_whole_and_in_order(names: str, found: tuple[str, str], words: str) -> None:
    text = CLEAN.replace(f"Pencipta : {'; '.join(NAMESAKES)}", words.format(names))
    assert [each[:2] for each in found_in(text, of_authors(*NAMESAKES))] == [found]


def test_a_word_that_nearly_is_a_name_is_none_in_a_sentence_or_an_address() -> None:
    text = WHOLE.replace("Sulastri Wijayanti; Tarmuji Hadisaputra", "Bambang; Hartini")
    text += "\nBukan logo atau lambang daerah.\nAlamat kantor: Jalan Raden Ajeng Kartini 5, Blitar"
    assert found_in(text, of_authors("Bambang", "Hartini")) == []


@pytest.mark.parametrize(
    "name", ["Kusumaningrum", "Hj. Endang Kusumaningrum", "Endang Kusumaningrat", "Paijo"]
)
def test_somebody_else_below_the_date_is_named(name: str) -> None:
    text = f"Diwakili oleh : Endang Kusumaningrum, Ketua\n{WHOLE}".replace(
        "2026\nEndang Kusumaningrum", f"2026\n{name}"
    )
    assert found_in(text) == [("name", name, "Endang Kusumaningrum")]


def test_numbers_in_a_title_are_no_dates_or_sizes() -> None:
    title = "Ceplok 3 x 4 m, 17 Agustus 1945"
    dossier = replace(DOSSIER, work=replace(DOSSIER.work, title=title))
    assert found_in(WHOLE.replace("Turi Gerimis Resa", title), dossier) == []


def test_head_foot_and_signers_of_the_check_list_are_held_against_the_record() -> None:
    text = """Daftar periksa permohonan
Turi Gerimis
Rasa
Pencatatan ciptaan (hak cipta) · M-000030-7 · F-000001-3 · 3 Desember 2026
Di sana: “M-000042-7”; yang tercatat: “M-000003-7”.
Surat pernyataan Endang Kusumaningrum Ketua
Surat pengalihan hak Sulastri Wijayanti Pencipta
M-000004-5 · F-000001-3 · motif 1 / 2"""
    found = cross_check(DOSSIER, {"0-periksa.pdf": b""}, {"0-periksa.pdf": text})
    assert [(each.what.en, each.found, each.expected) for each in found] == [
        ("title", "Turi Gerimis Rasa", "Turi Gerimis Resa"),
        ("number", "M-000030-7", "M-000003-7"),
        ("number", "M-000004-5", "M-000003-7"),
        ("name", "", "Tarmuji Hadisaputra"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("table", "every"), [(BLIND, 50), (UNSEEN, 36)])
def test_mistakes_of_a_table_are_named_and_its_filings_left_in_peace(table: Table, every: int) -> None:
    for seeded in islice(table.mistakes(), 0, None, every):
        assert seeded.is_named(), (seeded.file, seeded.wrong)
    assert [seeded.found() for seeded in islice(table.cleans(), 1)] == [()]


def test_people_with_several_roles_are_named_in_the_order_of_each_role() -> None:
    author, other, group = DOSSIER.people
    author = replace(author, roles=("pencipta", "pemegang_hak"))
    dossier = replace(DOSSIER, people=(group, author, other))
    authors = "Pencipta : Sulastri Wijayanti; Tarmuji Hadisaputra"
    text = f"{authors}\nPemegang hak : KSM Percik Rekaan; Sulastri Wijayanti"
    name = "1-unggah/02-lain.txt"
    assert cross_check(dossier, {name: text.encode()}) == ()
    swapped = text.replace("KSM Percik Rekaan; Sulastri Wijayanti", "Sulastri Wijayanti; KSM Percik Rekaan")
    assert [each.what.en for each in cross_check(dossier, {name: swapped.encode()})] == ["order of the names"]
