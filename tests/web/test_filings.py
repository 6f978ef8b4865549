"""A filing on pages: begun, filled in, searched, built; by roles; closed pictures wait for the head."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from tests.web.desk import Desk, open_desk, picture, settings_at, with_people

from motif.registry.records.filing import Filing
from motif.registry.records.people import Party
from motif.registry.records.works import Motif

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter with one registered motif, of which a filing was begun."""
    with open_desk(with_people(settings_at(tmp_path_factory.mktemp("filings")))) as opened:
        opened.counter.registry.register(picture(1), title="Bunga Turi")
        page = opened.browser("officer").post("/registry/M-000001-3/filing", {"route": "copyright"})
        assert page.path == "/filings/F-000001-3"
        yield opened


def filing_of(desk: Desk) -> Filing:
    return cast(Filing, desk.counter.registry.records.get("F-000001-3"))


def test_a_filing_is_begun_once_and_listed(desk: Desk) -> None:
    officer = desk.browser("officer")
    assert officer.post("/registry/M-000001-3/filing", {"route": "copyright"}).path == "/filings/F-000001-3"
    assert officer.post("/registry/M-000001-3/filing", {"route": "x"}).path == "/registry/M-000001-3"
    assert "/filings/F-000001-3" in officer.get("/filings").html
    assert "/filings/F-000001-3" in officer.get("/registry/M-000001-3").html
    assert "/filings/F-000001-3" not in desk.browser("maker").get("/registry/M-000001-3").html
    by = [event.by for event in desk.counter.registry.ledger.history("F-000001-3")]
    assert by[0] == "sri"


def test_each_part_is_filled_in_and_goes_where_it_belongs(desk: Desk) -> None:
    officer, here = desk.browser("officer"), "/filings/F-000001-3/fill"
    known = {
        "jenis_permohonan": "umum",
        "tanggal_diumumkan": "2026-05-17",
        "judul": "Bunga Turi",
        "kota_diumumkan": "Blitar",
    }
    assert officer.post(f"{here}/form", known).path == "/filings/F-000001-3"
    assert filing_of(desk).applicant_kind == "umum"
    assert desk.counter.registry.records.motif("M-000001-3").first_announced_date == "2026-05-17"
    person = {
        "pencipta.1.nama": "Siti Aminah",
        "pencipta.1.alamat": "Krajan",
        "pencipta.1.party_kind": "perorangan",
    }
    assert officer.post(f"{here}/people", person).status == 303
    (siti,) = desk.counter.registry.records.list(Party)
    assert (siti.name, siti.party_kind) == ("Siti Aminah", "perorangan")
    assert "pencipta.2.nama" in officer.get(f"{here}/people?more=pencipta").html
    assert officer.post(f"{here}/papers", {"ktp.seen_by": "Bu Sri"}).status == 303
    assert (filing_of(desk).documents or ())[0].seen_by == "Bu Sri"
    checks = {"check.tanda_logo": "terpenuhi", "check.tanda_logo.reason": "bukan logo"}
    assert officer.post(f"{here}/checks", checks).status == 303
    (answer,) = filing_of(desk).answers or ()
    assert (answer.key, answer.reason, answer.by) == ("tanda_logo", "bukan logo", "Person sri")
    shown = officer.get("/filings/F-000001-3")
    assert "bukan logo" in shown.html and shown.status == 200
    before = len(desk.counter.registry.ledger)
    assert officer.post(f"{here}/checks", checks).status == 303
    assert len(desk.counter.registry.ledger) == before  # nothing new was said
    assert officer.get(f"{here}/nothing").status == 404


def test_a_wrong_answer_is_named_beside_its_field(desk: Desk) -> None:
    page = desk.browser("officer").post("/filings/F-000001-3/fill/form", {"tanggal_diumumkan": "kemarin"})
    assert page.status == 422 and page.title.startswith("Error: ")
    assert 'id="tanggal_diumumkan-wrong"' in page.html and "kemarin" in page.html


def test_it_is_searched_and_built_by_workers(desk: Desk) -> None:
    officer = desk.browser("officer")
    page = officer.wait(officer.post("/filings/F-000001-3/search").path)
    assert page.status == 200 and "Nothing similar was found" in page.html
    job = officer.post("/filings/F-000001-3/build").path
    page = officer.wait(job)
    assert page.headline == "The file is ready"
    saved = officer.get(f"{job}/file")
    assert 'filename="M-000001-3-hak-cipta.zip"' in saved.headers["content-disposition"]
    names = zipfile.ZipFile(io.BytesIO(saved.response.content)).namelist()  # type: ignore[attr-defined]
    assert any(name.endswith("1-unggah/01-contoh-ciptaan.jpg") for name in names)
    assert desk.browser("maker").get(f"{job}/file").status == 404


def test_what_happened_is_noted_and_a_notice_waits_on_the_first_page(desk: Desk) -> None:
    officer, here = desk.browser("officer"), "/filings/F-000001-3/outcome"
    assert officer.post(here, {"status": "nothing"}).status == 422
    assert officer.post(here, {"status": "diajukan", "number": "EC1", "day": "2026-11-20"}).status == 303
    assert filing_of(desk).application_no == "EC1"
    assert officer.post(here, {"status": "kurang"}).status == 422
    notice = {"status": "kurang", "notice": "gambar tidak jelas", "due": "2026-11-25", "day": "2026-11-21"}
    assert officer.post(here, notice).status == 303
    assert "Answer to a notice for F-000001-3: due 25 November 2026." in officer.get("/").html
    assert officer.post(here, {"status": "diajukan", "day": "2026-11-24"}).status == 303
    assert "Answer to a notice" not in officer.get("/").html


def test_pictures_of_a_closed_motif_wait_for_the_head(desk: Desk) -> None:
    desk.counter.registry.records.amend(
        "M-000001-3", lambda known: replace(cast(Motif, known), access_class="sakral")
    )
    officer, head = desk.browser("officer"), desk.browser("head")
    assert "The head of the office may let them" in officer.get("/filings/F-000001-3").html
    assert officer.post("/filings/F-000001-3/release", {"reason": "x"}).status == 403
    assert head.post("/filings/F-000001-3/release", {"reason": ""}).status == 422
    assert head.post("/filings/F-000001-3/release", {"reason": "disepakati kustodian"}).status == 303
    consent = filing_of(desk).picture_consent
    assert consent is not None and consent.by == "dar"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part_is_shown_in_both_languages(desk: Desk, language: str) -> None:
    officer = desk.browser("officer")
    officer.post("/language", {"language": language, "after": "/"})
    for section in ("form", "people", "papers", "checks"):
        page = officer.get(f"/filings/F-000001-3/fill/{section}")
        assert page.status == 200
        assert page.html.count("<h1>") == 1
    officer.post("/language", {"language": "en", "after": "/"})
