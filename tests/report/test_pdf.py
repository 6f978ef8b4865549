"""The PDF document: PDF/A-3 with the record attached, complete, the same each time, deaf to its texts."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from tests.report.hostile import HOSTILE
from tests.report.sample_check import SampleCheck, figures

import motif
from motif.report import blocks
from motif.report.document import document_of
from motif.report.pdf import lay_out, spelled

pytestmark = pytest.mark.slow

poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None or shutil.which("pdftoppm") is None,
    reason="pdftotext and pdftoppm are missing; they come with Debian's poppler-utils",
)


@pytest.fixture(scope="session")
def made(reused: SampleCheck) -> bytes:
    """The Indonesian PDF."""
    return motif.report.report_pdf(reused.report, "id")


def test_it_bears_the_marks_of_pdf_a_3_and_of_accessible_pdf(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as marks:
        assert (marks["pdfaid:part"], marks["pdfaid:conformance"], marks["pdfuaid:part"]) == ("3", "A", "1")
        assert pdf.Root.Lang == "id"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_the_record_is_attached_as_the_data_that_it_was_made_of(made: bytes, reused: SampleCheck) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.attachments["record.json"].get_file().read_bytes() == reused.report.to_bytes()
        assert pdf.attachments["record.json"].relationship == "/Data"
        assert pdf.Root.AF[0].F == "record.json"


def test_fonts_are_embedded_and_nothing_is_run_or_fetched(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        dictionaries = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        fonts = [one for one in dictionaries if one.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
        assert not [
            one for one in dictionaries if one.get("/S") in ("/JavaScript", "/URI", "/Launch", "/SubmitForm")
        ]


def test_the_same_report_gives_the_same_bytes(
    made: bytes, reused: SampleCheck, registry: motif.Registry
) -> None:
    again = motif.report.check_report(reused.result, reused.photo, registry)
    assert motif.report.report_pdf(again, "id") == made


def test_it_stays_small(made: bytes) -> None:
    assert len(made) < 1_000_000


@poppler
def test_every_figure_of_the_answer_stands_in_it(reused: SampleCheck) -> None:
    text = words(motif.report.report_pdf(reused.report, "en"))
    for figure in figures(reused):
        assert figure in text, figure


@poppler
def test_every_page_can_be_drawn_and_the_answer_is_on_the_first(made: bytes, tmp_path: Any) -> None:
    (tmp_path / "out.pdf").write_bytes(made)
    run = subprocess.run(
        ["pdftoppm", "-r", "20", "-png", tmp_path / "out.pdf", tmp_path / "page"],
        capture_output=True,
        check=True,
    )
    assert run.stderr == b""
    assert len(list(tmp_path.glob("page*.png"))) <= 4
    assert "Ada indikasi kemiripan dengan M-000001-3" in words(made, "-l", "1")


@poppler
def test_a_title_in_javanese_letters_is_shown_and_one_in_others_is_spelled(registry: motif.Registry) -> None:
    text = words(motif.report.report_pdf(motif.report.entry_report("M-000004-5", registry), "id"))
    assert "Lembar motif" in text
    assert "\\u4e2d" in text


def test_no_text_changes_its_structure(reused: SampleCheck) -> None:
    document = document_of(reused.report, "id")
    sha256 = next(iter(reused.report.pictures))
    plain, hostile = (
        replace(
            document,
            title=texts[0],
            blocks=tuple(block for text in texts for block in one_of_each(text, sha256)),
        )
        for texts in (["plain"] * len(HOSTILE), HOSTILE)
    )
    expected, found = (structure(lay_out(one, reused.report)) for one in (plain, hostile))
    assert len(expected) > 20 * len(HOSTILE)
    assert found == expected


@poppler
def test_hostile_texts_are_shown_as_they_are(reused: SampleCheck) -> None:
    document = document_of(reused.report, "id")
    for start in range(0, len(HOSTILE), 70):
        texts = HOSTILE[start : start + 70]
        made = lay_out(
            replace(document, blocks=tuple(blocks.Text(text=text) for text in texts)), reused.report
        )
        shown = words(made).replace(" ", "")
        for text in texts:
            if text.isascii():
                assert "".join(spelled(text).split()) in shown, text


def one_of_each(text: str, sha256: str) -> tuple[blocks.Block, ...]:
    """Put a text into every field of every kind of block."""
    picture = blocks.Picture(sha256=sha256, alt=text or "x", caption=text)
    color = blocks.Color(hex="#123456", name=text, share=0.5)
    return (
        blocks.Heading(text=text, level=2),
        blocks.Answer(mark=text, text=text, more=(text,), kind="review"),
        blocks.Text(text=text, small=True),
        blocks.Items(texts=(text,)),
        blocks.Facts(rows=((text, text),)),
        blocks.Table(caption=text, headings=(text,), rows=((text,),), columns=(0,)),
        blocks.Pictures(pictures=(picture,), height_mm=9),
        blocks.Palettes(palettes=(blocks.Palette(name=text, colors=(color,)),)),
        blocks.Form(title=text, choices=(text,), fields=((text, 5),)),
        blocks.Code(name=text, text=text),
    )


def structure(pdf: bytes) -> list[str]:
    """List the tags of a PDF's structure, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(tags(opened.Root.StructTreeRoot.K))


def tags(node: Any) -> Any:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from tags(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S)
        yield from tags(node.get("/K"))


def words(pdf: bytes, *options: str) -> str:
    """Read a PDF as text, with single spaces."""
    run = subprocess.run(
        ["pdftotext", "-layout", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return " ".join(run.stdout.decode().split())
