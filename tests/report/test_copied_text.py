"""What is copied out of a PDF is the text, whatever reads it: Javanese, ids, addresses, and the proof."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text
from tests.report.sample_check import SAMPLES

import motif
from motif.registry.ledger.checkpoint import SigningKey
from motif.report import blocks
from motif.report.pdf import lay_out
from motif.report.record import Report

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_proof.py"
JAVANESE = "ꦥꦫꦁ ꦏꦸꦱꦸꦩꦺꦴ ꦏꦮꦸꦁ ꦢꦸꦥꦂꦩꦢꦸ ꦩꦺꦴꦠꦶꦥ꦳꧀ ꧋ꦱꦼꦏꦂꦗꦒꦢ꧀ꦠꦿꦸꦤ꧀ꦠꦸꦩ꧀꧋"
"""With marks above, below and to the left of their letters, conjuncts, and nothing between words."""
ADDRESS = "https://example.org/" + "a/very/long/address_of?x=1&" * 5
IDS = "/".join(f"M-{number:06d}-3" for number in range(14))


def by_pdftotext(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing; it comes with Debian's poppler-utils")
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def by_pdfminer(pdf: bytes) -> str:
    return extract_text(io.BytesIO(pdf))


def by_pdfium(pdf: bytes) -> str:
    """Read as Chrome does."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()


@pytest.fixture(params=[by_pdftotext, by_pypdf, by_pdfminer, by_pdfium])
def read(request: pytest.FixtureRequest) -> Callable[[bytes], str]:
    """Each reader."""
    return request.param


@pytest.fixture(scope="module")
def page() -> bytes:
    """A page of texts in every kind of block that holds one."""
    facts = (("letters", JAVANESE), ("address", ADDRESS), ("ids", IDS))
    document = blocks.Document(
        title=JAVANESE,
        subtitle="",
        language="id",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        blocks=(
            blocks.Text(text=JAVANESE),
            blocks.Facts(rows=facts),
            blocks.Facts(rows=facts, code=True),
            blocks.Table(caption=JAVANESE, headings=(JAVANESE,), rows=((JAVANESE,),), columns=(0,)),
        ),
        foot="",
    )
    return lay_out(document, Report(record={"format": 1, "kind": "check", "pictures": {}}, pictures={}))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """The sheet of an entry in Javanese that a checkpoint covers, and the office's key."""
    folder = tmp_path_factory.mktemp("sheet")
    with motif.Registry.open(folder / "registry.motif") as registry:
        registry.register(SAMPLES / "parang_0016.jpg", title="ꦥꦫꦁ  Parang 中 😀", note=JAVANESE)
        registry.ledger.checkpoint(SigningKey.load(folder / "key.pem"))
        report = motif.report.entry_report("M-000001-3", registry)
    return motif.report.report_pdf(report, "id"), report.record["proof"]["key"]


def test_javanese_is_copied_letter_by_letter(page: bytes, read: Callable[[bytes], str]) -> None:
    text = read(page)
    for word in JAVANESE.split():
        assert text.count(word) >= 5, word


def test_ids_and_addresses_are_copied_without_a_character_more(
    page: bytes, read: Callable[[bytes], str]
) -> None:
    copied = "".join(read(page).split())
    assert copied.count(ADDRESS) == copied.count(IDS) == 2
    assert "\u200b" not in copied


def test_the_proof_on_a_motif_sheet_is_verified_after_copying(
    sheet: tuple[bytes, str], read: Callable[[bytes], str], tmp_path: Path
) -> None:
    pdf, key = sheet
    text = read(pdf)
    start = text.index('{"checkpoint"')
    copied = text[start : text.rindex("}", start, text.index("Untuk memeriksa", start)) + 1]
    (tmp_path / "proof.json").write_text(copied, encoding="utf-8")
    (tmp_path / "key.txt").write_text(key)
    command = [sys.executable, "-I", str(SCRIPT), "proof.json", "--key", "key.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert JAVANESE in json.dumps(done.stdout.decode(), ensure_ascii=False)
