"""The HTML document: whole in itself, complete, the same each time, and deaf to what its texts say."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.report.hostile import HOSTILE
from tests.report.pages import Page
from tests.report.sample_check import SampleCheck, figures

import motif
from motif.report.text import printable

pytestmark = pytest.mark.slow

KEPT = {
    "first_announced",
    "filed",
    "format",
    "kind",
    "at",
    "sha256",
    "photo_sha256",
    "profile",
    "verdict",
    "basis",
    "severity",
    "hex",
    "code",
}
"""Fields that hold no free text: words of ours, times, hashes and numbers."""
PLAIN = "plain"


def test_a_page_needs_nothing_from_outside_and_runs_nothing(
    reused: SampleCheck, sheet: motif.report.Report
) -> None:
    for report in (reused.report, sheet):
        page = Page(motif.report.report_html(report, "id"))
        assert page.references
        assert all(one.startswith("data:") for one in page.references)
        assert not {"script", "link", "iframe", "object"} & {tag[0] for tag in page.structure}
        assert not [name for tag in page.structure for name in tag[1:] if name.startswith("on")]
        assert "url(" not in motif.report.report_html(report, "id").decode()


def test_the_same_report_gives_the_same_bytes(reused: SampleCheck, registry: motif.Registry) -> None:
    again = motif.report.check_report(reused.result, reused.photo, registry)
    assert motif.report.report_html(again, "id") == motif.report.report_html(reused.report, "id")
    assert motif.report.report_html(again, "en") != motif.report.report_html(again, "id")


def test_the_answer_comes_first_in_plain_words(reused: SampleCheck, new: SampleCheck) -> None:
    found, clear = (Page(motif.report.report_html(one.report, "id")).text for one in (reused, new))
    assert "Ada indikasi kemiripan dengan M-000001-3 “Ceplok 0014”." in found[:3000]
    assert "Tidak ditemukan indikasi kemiripan di antara 4 motif terdaftar." in clear[:3000]
    assert "Keputusan petugas" in found
    assert (
        "There is an indication that the motif is the same as"
        in Page(motif.report.report_html(reused.report, "en")).text
    )


def test_every_figure_of_the_answer_stands_in_it(reused: SampleCheck) -> None:
    text = Page(motif.report.report_html(reused.report, "en")).text
    for figure in figures(reused):
        assert figure in text, figure


def test_every_picture_says_what_it_shows(reused: SampleCheck, sheet: motif.report.Report) -> None:
    for report in (reused.report, sheet):
        page = Page(motif.report.report_html(report, "id"))
        assert len(page.alternatives) >= 2
        assert min(map(len, page.alternatives)) > 8


def test_it_stays_small(reused: SampleCheck, sheet: motif.report.Report) -> None:
    assert max(len(motif.report.report_html(one, "id")) for one in (reused.report, sheet)) < 1_200_000


@pytest.mark.parametrize("kind", ["reused", "sheet"])
def test_no_text_changes_its_structure(kind: str, request: pytest.FixtureRequest) -> None:
    given = request.getfixturevalue(kind)
    report = given if isinstance(given, motif.report.Report) else given.report
    expected = Page(motif.report.report_html(filled(report, PLAIN), "id"))
    assert expected.text.count(PLAIN) > 10
    for hostile in HOSTILE:
        page = Page(motif.report.report_html(filled(report, hostile), "id"))
        assert page.structure == expected.structure, hostile
        said = " ".join(printable(hostile, lines=True).split())
        assert page.text.count(said) >= (expected.text.count(PLAIN) if said else 0), hostile


def filled(report: motif.report.Report, text: str) -> motif.report.Report:
    """Put a text into every field of a report's record that holds free text."""
    record = replaced(copy.deepcopy(dict(report.record)), text)
    record["searched"]["checkpoint"] = report.record["searched"]["checkpoint"]
    for shown, known in zip(record.get("shown", ()), report.record.get("shown", ()), strict=True):
        shown["records"] = known["records"]  # checked by the records themselves; see test_records
    if "records" in record:
        record["records"] = report.record["records"]
    if record.get("proof"):
        record["proof"] = report.record["proof"]
    return motif.report.Report(record=record, pictures=dict.fromkeys(report.pictures, b"none"))


def replaced(value: Any, text: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: replaced(one, text, key) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, text, name) for one in value]
    pointer = isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}|M-\d{6}-\d|\d{4}-\d\d-\d\dT.*Z", value)
    return value if name in KEPT or pointer or not isinstance(value, str) else text


def test_of_a_page_with_two_pictures_the_one_that_coincides_is_shown(page: SampleCheck) -> None:
    match = page.result.matches[0]
    evidence = match.evidence
    assert (match.entry.title, match.verdict, evidence.mirrored) == ("Kawung 0011", "conflict", True)
    swatches = motif.normalize_fields(page.photo)
    height, width = swatches[evidence.query_field].luma.shape
    assert len(swatches) == 2 and evidence.query_px == (width, height)
    left = np.array(swatches[evidence.query_field].outline_px)[0, 0]
    assert left == pytest.approx(670, abs=2)
    assert f"picture {evidence.query_picture + 1} of the checked photo" in evidence.sentence("en")
    (shown, *_) = page.report.record["shown"]
    assert shown["explanation"]["differing_share"] < 0.2 and "aligned" in shown
    assert evidence.sentence("en")[:40].encode() in motif.report.report_html(page.report, "en")


def test_evidence_of_a_field_that_a_photo_lacks_is_refused(page: SampleCheck) -> None:
    evidence = replace(page.result.matches[0].evidence, query_field=4)
    with pytest.raises(motif.errors.ParameterError, match="field=4"):
        motif.explain(page.photo, page.photo, evidence)
