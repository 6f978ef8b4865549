"""A page shows what was compared, says which field matched, and lists what is worth a look."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.report.plain_records import AT, entry, evidence
from tests.report.sample_check import SAMPLES, SampleCheck

import motif
from motif.fingerprint import fingerprint
from motif.matching.score import Verdict
from motif.normalize.cut import cut_at
from motif.registry.records.decision import Decision
from motif.registry.results import Match
from motif.report.check_text import check_text
from motif.report.compared import compared_words, matched_words
from motif.report.document import document_of
from motif.report.listed import LIKENESS_FROM, listed
from motif.report.pictures.compared import with_outlines

CORNERS = [[10.0, 10.0], [90.0, 10.0], [90.0, 80.0], [10.0, 80.0]]
CUT = {"picture": 0, "outline_px": CORNERS}
WHOLE = {"picture": 0, "outline_px": None}
SECOND = {"picture": 1, "outline_px": CORNERS}
ORANGE, BLUE = (240, 110, 20), (70, 150, 230)


@pytest.mark.parametrize(
    ("cut", "fields", "words"),
    [
        ("", [WHOLE], "the whole photo; no clear outline"),
        ("", [CUT], "the cloth, cut out along its outline"),
        ("", [CUT, WHOLE], "the cut along an outline, and the whole photo"),
        ("", [CUT, CUT], "the cut along an outline, and the whole picture"),
        ("", [CUT, SECOND], "2 pictures that the photo shows"),
        ("whole", [WHOLE], "the whole photo, as a person asked"),
        (cut_at(CORNERS), [CUT], "within the corners that a person gave"),
    ],
)
def test_it_says_what_was_compared(cut: str, fields: list[dict[str, object]], words: str) -> None:
    assert words in compared_words({"cut": cut, "fields": fields})


def test_it_says_which_of_the_fields_matched() -> None:
    unsure, page = {"cut": "", "fields": [CUT, WHOLE]}, {"cut": "", "fields": [CUT, SECOND]}
    assert [matched_words(unsure, number) for number in (0, 1)] == [
        "the cut along the outline",
        "the whole photo",
    ]
    assert [matched_words(page, number) for number in (0, 1)] == ["picture 1", "picture 2"]
    assert matched_words({"cut": "", "fields": [WHOLE]}, 0) == ""


def test_outlines_lie_where_the_fields_lie_and_the_one_that_matched_stands_out() -> None:
    photo = motif.read_photo((np.indices((100, 200)).sum(0) // 5 % 2 * 40 + 100).astype(np.uint8))
    outlines = [((20.0, 20.0), (80.0, 20.0), (80.0, 80.0), (20.0, 80.0)), None]
    drawn = with_outlines(photo, outlines, matched=0, long_edge_px=200)
    assert drawn[50, 20].tolist() == list(ORANGE)
    assert drawn[50, 3].tolist() == list(BLUE)
    assert drawn[50, 130].tolist() == photo.rgb[50, 130].tolist()
    other = with_outlines(photo, outlines, matched=1, long_edge_px=200)
    assert (other[50, 20].tolist(), other[50, 3].tolist()) == (list(BLUE), list(ORANGE))


def match(position: int, score: float, verdict: Verdict = "clear", basis: str = "keypoints") -> Match:
    one = entry(position)
    return Match(entry=one, photo=one.photos[1], evidence=evidence(verdict, basis, score=score))


def test_under_an_answer_stands_the_nearest_design_below_at_most_and_only_if_it_is_like() -> None:
    strong, near, far = match(0, 0.9, "conflict"), match(1, LIKENESS_FROM + 0.1), match(2, LIKENESS_FROM)
    assert listed((strong, near, far)) == (strong, near)
    assert listed((match(1, LIKENESS_FROM - 0.01), match(2, 0.0, basis="none"))) == ()
    for basis in ("votes", "none", "label", "ground"):
        assert listed((match(1, 0.45, basis=basis),)) == ()


def test_what_a_person_decided_about_is_listed() -> None:
    decision = Decision(
        a="a" * 64, b=entry(1).id, human_verdict="reject", examiner="Bu Sri", reason="lain", decided_at=AT
    )
    decided = replace(match(1, 0.0, basis="none"), decision=decision)
    assert listed((decided, match(2, 0.0, basis="none"))) == (decided,)


@pytest.mark.slow
def test_text_and_report_list_the_same_and_the_record_lists_all(
    reused: SampleCheck, registry: motif.Registry
) -> None:
    result = reused.result
    ids = [one.entry.id for one in result.matches]
    shown = [one.entry.id for one in listed(result.matches)]
    assert len(shown) < len(ids) == 4
    text, everything = check_text(result), check_text(result, everything=True)
    assert [one for one in ids if f"\n{one}" in text] == shown
    assert [one for one in ids if f"\n{one}" in everything] == ids
    assert "--all" in text and "--all" not in everything
    full = motif.report.check_report(result, reused.photo, registry, everything=True)
    for report, expected in ((reused.report, shown), (full, ids)):
        tables = [block for block in document_of(report, "en").blocks if type(block).__name__ == "Table"]
        rows = next(table.rows for table in tables if table.caption.startswith("Registered motifs"))
        assert [row[0] for row in rows] == expected
        assert [one["entry"]["id"] for one in report.record["result"]["matches"]] == ids
        audit = motif.report.verify_report(
            motif.report.report_html(report, "en"), registry=registry, photo=reused.photo
        )
        assert audit.whole, audit


@pytest.mark.slow
def test_a_report_shows_the_picture_that_matched_with_its_outline(page: SampleCheck) -> None:
    shown = page.report.record["shown"][0]
    fields = page.report.record["query"]["compared"]["fields"]
    assert [field["picture"] for field in fields] == [0, 1]
    html = motif.report.report_html(page.report, "en").decode()
    assert "2 pictures that the photo shows" in html
    assert "Matched: of the checked photo: picture 2." in html
    assert shown["outlined"][0] != page.report.record["query"]["picture"]
    drawn, untouched = (count_of(ORANGE, page, shown[name][0]) for name in ("outlined", "untouched"))
    assert drawn > 4 * untouched + 1000


@pytest.mark.slow
def test_a_check_of_given_corners_is_reported_and_computed_again(
    registry: motif.Registry,
) -> None:
    photo = motif.read_photo(SAMPLES / "queries" / "reused.jpg")
    cut = cut_at([(60, 60), (photo.width_px - 60, 60), (photo.width_px - 60, 500), (60, 500)])
    result = registry.check(photo, computed=fingerprint(photo, registry.profile, cut=cut))
    assert result.to_json()["query"]["cut"] == cut
    assert "within the corners that a person gave" in check_text(result)
    report = motif.report.check_report(result, photo, registry)
    html = motif.report.report_html(report, "id")
    assert "sudut" in html.decode()
    audit = motif.report.verify_report(html, registry=registry, photo=photo)
    assert [part.holds for part in audit.parts] == [True] * len(audit.parts), audit
    record = json.loads(report.to_bytes())
    record["result"]["query"]["cut"] = "0,0 1,0 1,1 0,1"
    forged = motif.report.Report(record=record, pictures=report.pictures)
    audit = motif.report.verify_report(motif.report.report_html(forged, "en"), registry=registry, photo=photo)
    assert [part.holds for part in audit.parts if part.what == "answer"] == [False]


def count_of(color: tuple[int, int, int], check: SampleCheck, sha256: str) -> int:
    """Count the pixels of a report's picture that are of a colour, nearly."""
    rgb = np.asarray(Image.open(io.BytesIO(check.report.pictures[sha256])).convert("RGB")).astype(int)
    return int((np.abs(rgb - color).max(2) < 40).sum())
