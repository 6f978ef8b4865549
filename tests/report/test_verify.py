"""A report that was made and not touched holds; one that was touched anywhere does not."""

from __future__ import annotations

import base64
import contextlib
import io
import json

import pikepdf
import pytest
from tests.report.sample_check import SAMPLES, SampleCheck

import motif
from motif.errors import ParameterError
from motif.report.audit import PartAudit

pytestmark = pytest.mark.slow


def test_an_untouched_report_holds_in_both_forms_and_languages(
    reused: SampleCheck, registry: motif.Registry
) -> None:
    for data in (motif.report.report_html(reused.report, "en"), motif.report.report_pdf(reused.report, "id")):
        audit = motif.report.verify_report(data, registry=registry, photo=reused.photo)
        assert audit.whole, audit
        assert [part.holds for part in audit.parts] == [True] * 6


def test_what_another_version_measured_differently_is_no_tampering(
    reused: SampleCheck, registry: motif.Registry
) -> None:
    record = json.loads(reused.report.to_bytes())
    record["made_with"]["scoring"] += 1
    for shown in record["shown"]:
        shown["explanation"]["style"]["texture"] /= 2
    earlier = motif.report.Report(record=record, pictures=reused.report.pictures)
    audit = motif.report.verify_report(
        motif.report.report_html(earlier, "en"), registry=registry, photo=reused.photo
    )
    (answer,) = (part for part in audit.parts if part.what == "answer")
    assert answer.holds and "indications are the same" in answer.detail
    assert audit.whole
    record["result"]["matches"][0]["verdict"] = "clear"
    forged = motif.report.Report(record=record, pictures=reused.report.pictures)
    audit = motif.report.verify_report(
        motif.report.report_html(forged, "en"), registry=registry, photo=reused.photo
    )
    assert not audit.whole, "another version is no excuse for another indication"


def test_a_sheet_holds_too(sheet: motif.report.Report, registry: motif.Registry) -> None:
    audit = motif.report.verify_report(motif.report.report_pdf(sheet, "en"), registry=registry)
    assert [part.holds for part in audit.parts] == [True] * 5


def test_without_registry_and_photo_the_document_alone_is_looked_at(reused: SampleCheck) -> None:
    audit = motif.report.verify_report(motif.report.report_html(reused.report, "id"))
    assert audit.whole
    assert [(part.what, part.holds) for part in audit.parts] == [("document", True), ("ledger", None)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Ceplok 0014", b"Ceplok 0015"),
        (b"</main>", b"<p>.</p></main>"),
        (b"0.9", b"0.0"),
        (b" %", b"0 %"),
    ],
)
def test_a_word_changed_in_the_page_is_noticed(reused: SampleCheck, old: bytes, new: bytes) -> None:
    data = motif.report.report_html(reused.report, "id")
    assert old in data
    assert holds(data.replace(old, new, 1), "document") is False


def test_another_picture_in_its_place_is_refused(reused: SampleCheck, new: SampleCheck) -> None:
    data = motif.report.report_html(reused.report, "id")
    ours, other = (next(iter(one.report.pictures.values())) for one in (reused, new))
    with pytest.raises(ParameterError, match="lacks the picture"):
        motif.report.verify_report(data.replace(base64.b64encode(ours), base64.b64encode(other)))


def test_a_record_that_was_rewritten_with_its_document_differs_from_the_registry(
    reused: SampleCheck, registry: motif.Registry
) -> None:
    record = json.loads(reused.report.to_bytes())
    record["result"]["matches"][0]["entry"]["title"] = "Another title"
    forged = motif.report.Report(record=record, pictures=reused.report.pictures)
    audit = motif.report.verify_report(
        motif.report.report_html(forged, "id"), registry=registry, photo=reused.photo
    )
    assert {part.what for part in audit.parts if part.holds is False} == {"registered motifs", "answer"}


def test_a_better_score_in_record_and_document_is_noticed_by_asking_again(
    reused: SampleCheck, registry: motif.Registry
) -> None:
    record = json.loads(reused.report.to_bytes())
    record["result"]["matches"][0]["evidence"]["score"] = 0.5
    forged = motif.report.Report(record=record, pictures=reused.report.pictures)
    audit = motif.report.verify_report(
        motif.report.report_html(forged, "id"), registry=registry, photo=reused.photo
    )
    assert {part.what for part in audit.parts if part.holds is False} == {"answer"}


def test_another_photo_is_noticed(reused: SampleCheck, new: SampleCheck, registry: motif.Registry) -> None:
    audit = motif.report.verify_report(
        motif.report.report_html(reused.report, "id"), registry=registry, photo=new.photo
    )
    assert PartAudit("checked photo", False, "its SHA-256 is different") in audit.parts


def test_another_attachment_is_noticed(reused: SampleCheck, new: SampleCheck) -> None:
    with pikepdf.open(io.BytesIO(motif.report.report_pdf(reused.report, "id"))) as pdf:
        changed = json.loads(reused.report.to_bytes())
        changed["result"]["searched_entries"] = 4000
        text = motif.report.Report(record=changed, pictures=reused.report.pictures).to_bytes()
        pdf.attachments["record.json"] = pikepdf.AttachedFileSpec(pdf, text, filename="record.json")
        saved = io.BytesIO()
        pdf.save(saved)
    assert holds(saved.getvalue(), "document") is False


def test_a_registry_that_has_grown_keeps_the_report_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    with motif.Registry.open(tmp_path_factory.mktemp("grown")) as registry:
        registry.register(SAMPLES / "ceplok_0014.jpg", title="Ceplok")
        photo = motif.read_photo(SAMPLES / "queries" / "reused.jpg")
        data = motif.report.report_html(
            motif.report.check_report(registry.check(photo), photo, registry), "id"
        )
        registry.register(SAMPLES / "kawung_0011.jpg", title="Kawung")
        registry.add_photo("M-000001-3", SAMPLES / "queries" / "reused.jpg", allow_duplicate=True)
        audit = motif.report.verify_report(data, registry=registry)
    assert audit.whole
    assert "M-000001-3" in next(part.detail for part in audit.parts if part.what == "registered motifs")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF",
        b"\xff\xd8\xff",
        b'<a id="record" href="data:application/json;base64,e30=">',
    ],
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ParameterError):
        motif.report.verify_report(data)


@pytest.mark.parametrize(
    "path",
    [
        "searched",
        "result",
        "query",
        "shown",
        "made_with",
        "pictures",
        "at",
        "result.matches",
        "searched.events",
    ],
)
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[]], {"x": {}}])
def test_a_record_with_garbled_fields_is_refused_or_told_as_it_is(
    reused: SampleCheck, path: str, value: object
) -> None:
    record = json.loads(reused.report.to_bytes())
    *above, last = path.split(".")
    place = record
    for name in above:
        place = place[name]
    place[last] = value
    with contextlib.suppress(ParameterError):  # what cannot be told is refused, and nothing else is raised
        report = motif.report.Report(record=record, pictures=reused.report.pictures)
        data = motif.report.report_html(report, "id")
        assert motif.report.read_report(data).sha256() == report.sha256()


def holds(data: bytes, what: str) -> bool | None:
    return next(part.holds for part in motif.report.verify_report(data).parts if part.what == what)
