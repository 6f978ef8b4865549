"""What is recorded of an entry stands in its sheet and beside a match; of people only what may be told."""

from __future__ import annotations

import pytest
from tests.report.pages import Page
from tests.report.sample_check import SAMPLES, SampleCheck

import motif
from motif.errors import EntryNotFoundError, ParameterError

pytestmark = pytest.mark.slow


def test_the_sheet_tells_design_filing_and_maker(sheet: motif.report.Report) -> None:
    text = Page(motif.report.report_html(sheet, "id")).text
    for said in (
        "filosofi / makna <b>rukun</b> #eval(1)",
        "nomor permohonan EC002024",
        "tanggal permohonan 17 Mei 2024",
        "Bu Sri",
    ):
        assert said in text, said


def test_people_are_named_where_they_agreed_and_nothing_else_is_told_of_them(
    sheet: motif.report.Report,
) -> None:
    for language in ("id", "en"):
        page = motif.report.report_html(sheet, language).decode()
        assert not [told for told in ("Darmo", "0812", "Jl. X") if told in page]
        assert not [told for told in (b"Darmo", b"0812", b"Jl. X") if told in sheet.to_bytes()]
    assert "tidak disebut" in Page(motif.report.report_html(sheet, "id")).text


def test_a_match_tells_its_filing_and_which_came_first(reused: SampleCheck) -> None:
    text = Page(motif.report.report_html(reused.report, "en")).text
    assert "EC002024" in text
    assert "Came first according to the records: M-000001-3" in text
    assert "M-000001-3 first announced, as stated" in text


@pytest.mark.parametrize(("verdict", "said"), [("confirm", "motif yang sama"), ("reject", "dua motif")])
def test_a_decision_is_reported_and_its_report_holds(
    tmp_path_factory: pytest.TempPathFactory, verdict: str, said: str
) -> None:
    photo = motif.read_photo(SAMPLES / "queries" / "reused.jpg")
    with motif.Registry.open(tmp_path_factory.mktemp("decided")) as registry:
        registry.register(SAMPLES / "ceplok_0014.jpg", title="Ceplok")
        made = registry.decide(
            photo.sha256, "M-000001-3", verdict=verdict, by="Bu Sri", reason="cap <b>sama</b>"
        )
        with pytest.raises(EntryNotFoundError, match="not stored"):
            motif.report.decision_report(str(made.id), registry)
        report = motif.report.decision_report(str(made.id), registry, photo=photo)
        page = motif.report.report_html(report, "id")
        audit = motif.report.verify_report(page, registry=registry, photo=photo)
        checked = motif.report.check_report(registry.check(photo), photo, registry)
    text = Page(page).text
    assert said in text
    assert "Bu Sri" in text
    assert "cap <b>sama</b>" in text
    assert [part.holds for part in audit.parts] == [True] * 6
    assert "Keputusan sebelumnya" in Page(motif.report.report_html(checked, "id")).text


def test_what_is_no_decision_on_two_is_refused(registry: motif.Registry) -> None:
    with pytest.raises(ParameterError, match="is not a decision"):
        motif.report.decision_report("F-000001-3", registry)
