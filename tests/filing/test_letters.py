"""Letters: from the office's Word file, or a draft that says so; PDF and DOCX say the same."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest
from tests.filing.seeded import template_of

from motif.errors import ParameterError
from motif.filing.bag import build_file, files_in
from motif.filing.dossier import Letter
from motif.filing.letters import DRAFT, can_be_drafted, draft_letter
from motif.filing.routes import shipped_rules
from motif.filing.setting import sheet_pdf
from motif.filing.texts import text_of_file
from motif.filing.values import letter_values
from motif.filing.word import fill_template, read_word, sheet_of, word_bytes, word_text, write_word
from sample_filing import AT, sample_dossier

DOSSIER = sample_dossier()
STATEMENT, TRANSFER = DOSSIER.letters


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("letter", DOSSIER.letters, ids=lambda letter: letter.key)
def test_a_draft_says_the_same_as_pdf_and_as_word(letter: Letter) -> None:
    sheet = draft_letter(DOSSIER, letter)
    assert sheet is not None
    pdf = text_of_file("a.pdf", sheet_pdf(sheet, AT))
    word = text_of_file("a.docx", word_bytes(write_word(sheet), sheet.title, AT))
    assert words(pdf).startswith(DRAFT)
    for text in (pdf, word):
        assert "Judul : Turi Gerimis Resa" in words(text)
        for signer in letter.signers:
            assert signer.name in words(text)
    values = ("Sulastri Wijayanti", "3 Mei 2026", "250 × 115 cm", "1 Juni 2026", "RT 2 RW 1")
    assert [each in words(pdf) for each in values] == [each in words(word) for each in values]


def test_a_statement_has_every_clause_and_no_word_of_patents() -> None:
    sheet = draft_letter(DOSSIER, STATEMENT)
    assert sheet is not None
    text = words(word_text(write_word(sheet)))
    assert all(f"{clause.key}. {clause.label.id}" in text for clause in DOSSIER.clauses)
    assert "paten" not in text.casefold().replace("kabupaten", "")


def test_what_is_not_known_is_left_as_dots() -> None:
    sheet = draft_letter(replace(DOSSIER, transfer=None), TRANSFER)
    assert sheet is not None
    assert "Alas hak : ....." in words(word_text(write_word(sheet)))


def test_a_field_that_word_cut_into_runs_is_filled_and_keeps_its_look() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Judul: ")
    for piece in ("{{ju", "du", "l}}"):
        paragraph.add_run(piece).bold = True
    paragraph.add_run(", oleh {{pencipta}}.")
    fill_template(document, letter_values(DOSSIER, STATEMENT))
    assert paragraph.text == "Judul: Turi Gerimis Resa, oleh Sulastri Wijayanti; Tarmuji Hadisaputra."
    assert [run.text for run in paragraph.runs if run.bold and run.text] == ["Turi Gerimis Resa"]


def test_fields_in_tables_head_and_foot_are_filled() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{kantor}}"
    document.sections[0].footer.paragraphs[0].text = "{{nomor_registri}}"
    document.add_table(1, 1).cell(0, 0).text = "{{pemegang_hak_1_alamat_lengkap}}"
    fill_template(document, letter_values(DOSSIER, STATEMENT))
    text = word_text(document)
    assert "Dinas Perindustrian Rekaan" in text
    assert "M-000003-7" in text
    assert "Jalan Kenanga 4, Kecamatan Doko, Kabupaten Blitar, Jawa Timur 66186" in text


def test_a_place_for_one_author_more_stays_empty_and_an_unknown_field_is_named() -> None:
    values = letter_values(DOSSIER, STATEMENT)
    document = docx.Document(io.BytesIO(template_of(["3. {{pencipta_3_nama}}"])))
    fill_template(document, values)
    assert document.paragraphs[0].text == "3. "
    with pytest.raises(ParameterError, match=r"\{\{jdul\}\}") as caught:
        fill_template(docx.Document(io.BytesIO(template_of(["{{jdul}}"]))), values)
    assert "judul" in caught.value.hint


@pytest.mark.slow
def test_the_offices_own_text_goes_into_both_files_without_the_mark_of_a_draft() -> None:
    template = template_of(
        ["SURAT PERNYATAAN", "Saya, {{pemegang_hak_1_nama}}, tentang “{{judul}}”.", "{{penanda_tangan_1}}"]
    )
    letter = replace(STATEMENT, template=template)
    built = build_file(replace(DOSSIER, letters=(letter,), files=()))
    parts = files_in(built.data)
    for name in ("2-tanda-tangan/1-surat-pernyataan.pdf", "2-tanda-tangan/1-surat-pernyataan.docx"):
        text = words(text_of_file(name, parts[name]))
        assert "Saya, KSM Percik Rekaan, tentang “Turi Gerimis Resa”." in text
        assert "KONSEP" not in text
    assert not built.mismatches


def test_the_numbers_that_word_counts_by_itself_are_in_the_pdf() -> None:
    document = docx.Document()
    for line in ("Tidak meniru.", "Bukan logo."):
        document.add_paragraph(line, style="List Number")
    text = text_of_file("a.pdf", sheet_pdf(sheet_of(document, "Surat", ""), AT))
    assert "1. Tidak meniru." in text
    assert "2. Bukan logo." in text


def test_no_name_of_who_wrote_the_template_stays_in_the_word_file() -> None:
    document = docx.Document()
    document.core_properties.author = document.core_properties.last_modified_by = "Canary"
    document.core_properties.comments = "Canary"
    made = word_bytes(document, "Surat", AT)
    facts = docx.Document(io.BytesIO(made)).core_properties
    assert (facts.author, facts.last_modified_by, facts.comments) == ("motif", "motif", "")
    assert (facts.created, facts.modified) == (AT, AT)


@pytest.mark.parametrize("data", [b"", b"not a zip", template_of(["a"])[:-40]])
def test_a_damaged_word_file_is_refused(data: bytes) -> None:
    with pytest.raises(ParameterError, match=r"kuasa\.docx: expected a Word file"):
        read_word(data, "kuasa.docx")


@pytest.mark.slow
def test_a_letter_without_draft_and_template_is_left_out_and_said() -> None:
    letter = replace(STATEMENT, key="surat_adat")
    parts = files_in(build_file(replace(DOSSIER, letters=(letter,), files=())).data)
    assert not any(name.startswith("2-") for name in parts)
    assert "masukkan templat kantor" in words(text_of_file("a.pdf", parts["0-periksa.pdf"]))


def test_each_letter_that_a_route_has_signed_has_a_draft() -> None:
    signed = {
        (route.key, spec.key)
        for route in shipped_rules().routes.values()
        for spec in route.files
        if spec.signers
    }
    assert ("copyright", "surat_pernyataan") in signed
    assert [each for each in sorted(signed) if not can_be_drafted(each[1], each[0])] == []
