"""Answers go where they belong, with history; papers, photos, notices, terms and the head's consent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import saved_again, spots

from motif.errors import AccessDeniedError, EntryNotFoundError, ParameterError
from motif.filing.build import build_filing
from motif.filing.change import (
    new_filing,
    note_result,
    note_sent,
    recheck_cloth,
    release_pictures,
    set_answers,
    withhold_pictures,
)
from motif.filing.dossier import MET, UNMET
from motif.filing.facts import Facts, gather
from motif.filing.fields import field_rows
from motif.filing.files import file_answer
from motif.filing.prior import search_again
from motif.filing.terms import alerts_of_terms, days_until, due_of
from motif.profiles import CHEAPEST_1
from motif.registry.actor import Actor
from motif.registry.records.filing import Deadline, Filing, Notice, Paper
from motif.registry.records.people import Party
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two designs, of which the first is being filed; not to be changed."""
    folder = tmp_path_factory.mktemp("filing") / "r"
    with Registry.open(folder, profile=CHEAPEST_1, by="Bu Sri") as registry:
        registry.register(spots(1), title="Ceplok Biru")
        registry.add_photo("M-000001-3", spots(2))
        registry.register(spots(3), title="Turi")
        new_filing(registry, "M-000001-3", "copyright")
    return folder


@pytest.fixture
def registry(template: Path, tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(shutil.copytree(template, tmp_path / "r"), create=False, by="Bu Sri") as registry:
        yield registry


def answer(registry: Registry, filing: str = "F-000001-3", /, **typed: str) -> Filing:
    return set_answers(
        registry, filing, {key.replace("__", "."): value for key, value in typed.items()}, at=AT
    )


def facts_of(registry: Registry) -> Facts:
    return gather(registry, "F-000001-3", at=AT)


def test_a_design_is_filed_once_by_a_route(registry: Registry) -> None:
    with pytest.raises(ParameterError, match="is being filed already"):
        new_filing(registry, "m 1 3", "copyright")
    assert new_filing(registry, "M-000001-3", "design").id == "F-000002-1"
    with pytest.raises(ParameterError, match="not a route"):
        new_filing(registry, "M-000001-3", "batikmark")
    registry.withdraw("M-000002-1", reason="salah")
    with pytest.raises(ParameterError, match="was withdrawn"):
        new_filing(registry, "M-000002-1", "copyright")
    note_result(registry, "F-000001-3", "ditolak")
    assert new_filing(registry, "M-000001-3", "copyright").id == "F-000003-7"


def test_answers_go_to_the_entry_the_design_the_people_and_the_filing(registry: Registry) -> None:
    filing = answer(
        registry,
        judul="Ceplok Nila",
        tanggal_diumumkan="2026-05-17",
        jenis_permohonan="umum",
        pencipta__nama="Siti Aminah",
        pencipta__kabupaten_kota="Kabupaten Blitar",
        transfer_ground="hibah",
    )
    assert (filing.applicant_kind, filing.transfer_ground) == ("umum", "hibah")
    assert registry.get("M-000001-3").title == "Ceplok Nila"
    assert registry.records.motif("M-000001-3").first_announced_date == "2026-05-17"
    (siti,) = registry.records.list(Party, about="M-000001-3")
    assert (siti.name, siti.regency_city) == ("Siti Aminah", "Kabupaten Blitar")
    answer(registry, pencipta__alamat="Krajan", pencipta__2__nama="Tini")
    assert [party.address for party in facts_of(registry).named("pencipta")] == ["Krajan", None]
    answer(registry, tanggal_diumumkan="")
    assert registry.records.motif("M-000001-3").first_announced_date is None
    assert len(registry.records.versions("F-000001-3")) == 2  # what changed elsewhere is no version of it


def test_a_field_that_is_one_persons_name_records_the_person(registry: Registry) -> None:
    communal = str(new_filing(registry, "M-000001-3", "communal").id)
    answer(registry, communal, pencatat="Dewi, Dinas Perindustrian")
    (dewi,) = gather(registry, communal).named("pencatat")
    assert (dewi.name, dewi.roles and dewi.roles[0].of) == ("Dewi, Dinas Perindustrian", communal)


def test_what_no_record_has_the_filing_keeps_itself(registry: Registry) -> None:
    communal = str(new_filing(registry, "M-000001-3", "communal").id)
    filing = answer(registry, communal, jenis="ebt")
    assert [(each.key, each.value) for each in filing.values or ()] == [("jenis", "ebt")]
    assert answer(registry, communal, jenis="").values is None
    assert registry.records.motif("M-000001-3").work_type is None


def test_an_existing_person_takes_a_role_and_shares_say_the_order(registry: Registry) -> None:
    answer(registry, pencipta__nama="Siti", pencipta__2__nama="Tini")
    group = registry.records.put(Party(name="KSM Harapan", party_kind="badan_hukum"))
    answer(registry, pemegang=str(group.id), shares="P-000002-1: 60; P-000001-3: 40")
    facts = facts_of(registry)
    assert [party.name for party in facts.people("pencipta")] == ["Tini", "Siti"]
    assert [party.name for party in facts.people("pemegang_hak")] == ["KSM Harapan"]
    assert [share.percent for share in facts.filing.shares or ()] == [60, 40]


def test_one_who_saw_the_papers_of_all_authors_is_noted_for_each(registry: Registry) -> None:
    answer(registry, pencipta__nama="Siti", pencipta__2__nama="Tini")
    filing = answer(registry, ktp__seen_by="Bu Sri")
    seen = [(each.person, each.seen_by, each.seen_on) for each in filing.documents or ()]
    assert seen == [("P-000001-3", "Bu Sri", "2026-12-01"), ("P-000002-1", "Bu Sri", "2026-12-01")]


def test_identity_papers_are_never_kept(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "ktp.pdf").write_bytes(b"%PDF")
    with pytest.raises(ParameterError, match="never kept"):
        set_answers(registry, "F-000001-3", {"ktp.file": str(tmp_path / "ktp.pdf")})
    assert registry.records.list(Paper) == ()


def test_a_signed_letter_is_noted_and_kept_outside_the_log(registry: Registry, tmp_path: Path) -> None:
    answer(registry, pencipta__nama="Siti", pencipta__2__nama="Tini")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 scan")
    filing = set_answers(
        registry,
        "F-000001-3",
        {
            "surat_pernyataan.date": "2026-11-30",
            "surat_pernyataan.meterai": "tempel",
            "surat_pernyataan.place": "Blitar",
            "surat_pernyataan.file": str(tmp_path / "scan.pdf"),
        },
    )
    (document,) = filing.documents or ()
    assert document.signers == ("P-000001-3", "P-000002-1")
    assert (document.media_type, document.size_bytes, document.place) == ("application/pdf", 13, "Blitar")
    assert registry.records.paper(str(document.paper)) == b"%PDF-1.7 scan"
    facts = facts_of(registry)
    spec = next(each for each in facts.route.files if each.key == "surat_pernyataan")
    assert file_answer(facts, spec).state == MET
    registry.records.erase(str(document.paper), reason="asked for")
    assert file_answer(facts_of(registry), spec).state == UNMET
    with pytest.raises(ParameterError, match="cannot be read"):
        answer(registry, surat_pernyataan__file="no-such-file.pdf")


def test_photos_are_chosen_by_number_or_digest(registry: Registry) -> None:
    second = registry.get("M-000001-3").photos[1].sha256
    filing = answer(registry, contoh_ciptaan__photos=f"{second[:12]}:rinci:isen; 1")
    assert [(each.sha256 == second, each.view, each.caption) for each in filing.photos or ()] == [
        (True, "rinci", "isen"),
        (False, None, None),
    ]
    with pytest.raises(ParameterError, match="not a photo of the entry"):
        answer(registry, contoh_ciptaan__photos="3")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("jenis_permohonan", "umkm", "is not offered"),
        ("memakai_kuasa", "ya", "follows from the people"),
        ("tanggal_diumumkan", "kemarin", "is not a date"),
        ("tanggal_diumumken", "2026", "asks for no 'tanggal_diumumken'"),
        ("pencipta.umur", "40", "asks for no"),
        ("surat_pernyataan.photos", "1", "asks for no"),
        ("check.cuaca", "terpenuhi", "asks for no"),
        ("check.peran", "mungkin", "not a term of check_answers"),
        ("status", "dicatat", "asks for no"),
        ("pencipta.alamat", "Krajan, NIK 3505 0101 0190 0001", "identity number is never kept"),
    ],
)
def test_a_wrong_answer_changes_nothing(registry: Registry, key: str, value: str, message: str) -> None:
    before = len(registry.ledger)
    with pytest.raises(ParameterError, match=message):
        set_answers(registry, "F-000001-3", {"judul": "Lain", key: value})
    assert len(registry.ledger) == before


def test_an_answer_to_a_check_says_who_and_when(registry: Registry) -> None:
    filing = set_answers(
        registry, "F-000001-3", {"check.peran": "terpenuhi: jelas", "check.1d": "terpenuhi"}, at=AT
    )
    (peran, clause) = filing.answers or ()
    assert (peran.reason, peran.by, peran.date) == ("jelas", "Bu Sri", "2026-12-01")
    assert clause.key == "1d"
    assert [each.key for each in answer(registry, check__peran="").answers or ()] == ["1d"]


def test_what_was_sent_and_what_came_back_is_kept(registry: Registry, tmp_path: Path) -> None:
    note_sent(registry, "F-000001-3", number="EC1", day="2026-12-01", billing="8202", paid="2026-11-30")
    filing = registry.records.get("F-000001-3")
    assert isinstance(filing, Filing)
    assert (filing.status, filing.application_no, filing.application_date) == (
        "diajukan",
        "EC1",
        "2026-12-01",
    )
    (tmp_path / "surat.pdf").write_bytes(b"%PDF certificate")
    note_result(
        registry,
        "F-000001-3",
        "dicatat",
        number="000123",
        day="2026-11-30",
        certificate=tmp_path / "surat.pdf",
    )
    filing = registry.records.get("F-000001-3")
    assert isinstance(filing, Filing) and filing.documents
    assert (filing.status, filing.registration_no, filing.pending) == ("dicatat", "000123", False)
    assert registry.records.paper(str(filing.documents[-1].paper)) == b"%PDF certificate"
    statuses = [
        version.status for version in registry.records.versions("F-000001-3") if isinstance(version, Filing)
    ]
    assert statuses == ["draf", "diajukan", "dicatat"]


def test_the_term_of_a_notice_is_an_alert_until_it_is_answered(registry: Registry) -> None:
    notice = Notice(text="gambar tidak jelas", received="2026-11-30", due="2026-12-20")
    note_result(registry, "F-000001-3", "kurang", notice=notice)
    (due,) = alerts_of_terms(registry, at=AT)
    assert (due.filing, due.days, due.what.id != due.what.en) == ("F-000001-3", 19, True)
    assert alerts_of_terms(registry, at=datetime(2026, 11, 1, tzinfo=UTC)) == ()
    assert alerts_of_terms(registry, at=datetime(2026, 12, 21, tzinfo=UTC))[0].days == -1
    note_result(registry, "F-000001-3", "diajukan")
    assert alerts_of_terms(registry, at=AT) == ()
    filing = registry.records.get("F-000001-3")
    assert isinstance(filing, Filing) and filing.notices and filing.notices[0].answered == f"{date.today()}"


def test_protection_ends_ten_years_after_a_design_was_filed(registry: Registry) -> None:
    granted = Filing(
        entries=("M-000001-3",), route="design", status="terdaftar", application_date="2017-01-01",
        deadlines=(Deadline(what="bayar", due="2026-12-05"), Deadline(what="lama", due="2020", done="2020")),
    )  # fmt: skip
    filing = registry.records.put(granted)
    due = due_of(registry, filing, at=AT)
    assert [(each.due, each.days) for each in due] == [("2026-12-05", 4), ("2027-01-01", 31)]
    assert due_of(registry, replace(filing, status="ditolak"), at=AT)[-1].due == "2026-12-05"
    assert days_until("2027-02", date(2027, 2, 27)) == 1


def test_a_cloth_under_seal_is_checked_by_a_new_photo(registry: Registry, tmp_path: Path) -> None:
    import cv2

    same, other = tmp_path / "same.png", tmp_path / "other.png"
    cv2.imwrite(str(same), spots(1)[4:, 4:])
    cv2.imwrite(str(other), spots(9))
    with pytest.raises(ParameterError, match="no cloth of"):
        recheck_cloth(registry, "F-000001-3", same)
    registry.records.put(
        Specimen(entry="M-000001-3", storage="Lemari 3", seal="A-17", last_check="2025-11-01")
    )
    note_result(registry, "F-000001-3", "dicatat", number="1")
    assert [due.days < 0 for due in alerts_of_terms(registry, at=AT)] == [True]
    with pytest.raises(ParameterError, match="does not show the design"):
        recheck_cloth(registry, "F-000001-3", other)
    recheck_cloth(registry, "F-000001-3", same)
    cloth = registry.records.get("S-000001-3")
    assert isinstance(cloth, Specimen) and cloth.last_check == f"{date.today()}"
    assert alerts_of_terms(registry, at=AT) == ()


def test_a_cloth_that_was_never_checked_is_due_a_year_after_the_certificate(registry: Registry) -> None:
    registry.records.put(Specimen(entry="M-000001-3", storage="Lemari 3"))
    note_result(registry, "F-000001-3", "dicatat", number="1", day="2025-11-20")
    (due,) = alerts_of_terms(registry, at=AT)
    assert (due.due, due.days) == ("2026-11-20", -11)


def test_only_the_head_releases_pictures(registry: Registry) -> None:
    officer = registry.acting(Actor(name="sri", role="officer"))
    with pytest.raises(AccessDeniedError, match="head of the office"):
        release_pictures(officer, "F-000001-3", reason="x")
    with pytest.raises(ParameterError, match="who agreed, and why"):
        release_pictures(registry, "F-000001-3", reason=" ")
    head = registry.acting(Actor(name="rini", role="head"))
    filing = release_pictures(head, "F-000001-3", reason="disepakati kustodian")
    assert filing.picture_consent is not None and filing.picture_consent.by == "rini"


def test_a_consent_holds_for_the_class_of_which_it_was_and_is_taken_back(registry: Registry) -> None:
    def classed(access: str) -> bool:
        registry.records.put(Motif(id="M-000001-3", access_class=access))
        return facts_of(registry).pictures_closed

    release_pictures(registry, "F-000001-3", reason="masih terbuka")
    assert classed("sakral"), "agreed to while it was open"
    release_pictures(registry, "F-000001-3", reason="disepakati kustodian")
    assert not facts_of(registry).pictures_closed
    assert classed("rahasia") and not classed("sakral")
    officer = registry.acting(Actor(name="sri", role="officer"))
    with pytest.raises(AccessDeniedError, match="head of the office"):
        withhold_pictures(officer, "F-000001-3")
    withhold_pictures(registry, "F-000001-3")
    assert facts_of(registry).pictures_closed


@pytest.mark.parametrize("name", ["akta.exe", "akta.html", "akta", ".docm", "akta.pdf.lnk"])
def test_a_file_that_no_portal_takes_is_not_kept(registry: Registry, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"MZ")
    with pytest.raises(ParameterError, match="no paper that is kept") as caught:
        answer(registry, surat_pernyataan__file=str(tmp_path / name))
    assert ".pdf" in str(caught.value.hint)


def test_a_file_without_end_is_not_read_to_its_end(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "surat.pdf").symlink_to("/dev/zero")
    with pytest.raises(ParameterError, match="a paper of"):
        answer(registry, surat_pernyataan__file=str(tmp_path / "surat.pdf"))


@pytest.mark.parametrize("year", [1, 1979, 2019, 2108, 9999])
def test_a_file_is_not_of_a_day_before_the_design_or_beyond_all_dates(registry: Registry, year: int) -> None:
    with pytest.raises(ParameterError) as caught:
        build_filing(registry, "F-000001-3", at=datetime(year, 1, 1, tzinfo=UTC))
    assert caught.value.hint


def test_on_postgresql_answers_are_all_kept_or_none(new_database: Callable[..., str], tmp_path: Path) -> None:
    with Registry.open(new_database(), profile=CHEAPEST_1, by="Bu Sri") as registry:
        registry.register(spots(1), title="Ceplok Biru")
        filing = str(new_filing(registry, "M-000001-3", "copyright").id)
        paper = tmp_path / "surat.pdf"
        typed = {"judul": "Ceplok Baru", "pencipta.nama": "Siti", "surat_pernyataan.file": str(paper)}
        with pytest.raises(ParameterError, match=r"surat\.pdf"):
            set_answers(registry, filing, typed)
        assert registry.get("M-000001-3").title == "Ceplok Biru"
        assert registry.records.list(Party) == () and registry.records.list(Paper) == ()
        paper.write_bytes(b"%PDF-1.7")
        set_answers(registry, filing, typed)
        assert registry.get("M-000001-3").title == "Ceplok Baru"
        assert [person.name for person in registry.records.list(Party)] == ["Siti"]
        assert len(registry.records.list(Paper)) == 1


def test_the_search_names_indications_decisions_and_its_age(registry: Registry) -> None:
    assert facts_of(registry).search.check is None
    registry.register(saved_again(spots(1)), title="Ceplok lagi", allow_duplicate=True)
    check = search_again(registry, "F-000001-3", note="F-000001-3")
    search = gather(registry, "F-000001-3").search
    assert search.check == check and search.newer is None and not search.is_old
    assert [each.entry.id for each in search.undecided if each.entry] == ["M-000003-7"]
    registry.decide("M-000001-3", "M-000003-7", verdict="reject", by="Bu Sri", reason="lain")
    search = gather(registry, "F-000001-3").search
    assert search.undecided == () and search.indications[0].decision is not None
    registry.decide("M-000001-3", "M-000003-7", verdict="confirm", by="Bu Sri", reason="sama")
    assert len(gather(registry, "F-000001-3").search.confirmed) == 1
    registry.register(spots(7), title="Baru")
    search = gather(registry, "F-000001-3").search
    assert search.newer is not None and search.newer.id == "M-000004-5" and search.is_old
    later = gather(registry, "F-000001-3", at=datetime(2099, 1, 1, tzinfo=UTC)).search
    assert later.age_days > 30
    assert gather(registry, "F-000001-3", at=datetime(2020, 1, 1, tzinfo=UTC)).search.check is None


def test_a_new_entry_like_one_that_is_filed_is_an_indication(registry: Registry) -> None:
    search_again(registry, "F-000001-3", note="F-000001-3")
    registry.register(saved_again(spots(1)), title="Ceplok lagi", allow_duplicate=True)
    assert [each.entry.id for each in facts_of(registry).search.indications if each.entry] == ["M-000003-7"]


def test_a_closed_design_is_filed_by_who_may_see_it(registry: Registry) -> None:
    registry.records.put(Motif(id="M-000001-3", access_class="rahasia"))
    officer = registry.acting(Actor(name="sri", role="officer"))
    with pytest.raises(AccessDeniedError):
        gather(officer, "F-000001-3")
    assert alerts_of_terms(officer) == ()
    with pytest.raises(EntryNotFoundError):
        gather(registry, "F-000009-1")


def test_twelve_typed_answers_make_a_finished_copyright_filing(registry: Registry) -> None:
    """From an entry with nothing but a title and a photo; all that is left is to sign and upload."""
    typed: dict[str, Any] = {
        "jenis_permohonan": "umum",
        "uraian_singkat": "Ceplok biru bersudut delapan di atas dasar nila.",
        "tanggal_diumumkan": "2026-05-17",
        "kota_diumumkan": "Blitar",
        "pencipta.nama": "Siti Aminah",
        "pencipta.party_kind": "perorangan",
        "pencipta.alamat": "Dusun Krajan RT 1",
        "pencipta.kecamatan": "Doko",
        "pencipta.kabupaten_kota": "Kabupaten Blitar",
        "pencipta.provinsi": "Jawa Timur",
        "pencipta.kode_pos": "66186",
        "ktp.seen_by": "Bu Sri",
    }
    assert len(typed) <= 12
    set_answers(registry, "F-000001-3", typed, at=AT)
    facts = facts_of(registry)
    assert [row.key for row in field_rows(facts) if row.answer.state != MET] == []
    files = {spec.key: file_answer(facts, spec) for spec in facts.route.files}
    unsigned = {key: answer.reason.en for key, answer in files.items() if answer.state != MET}
    assert unsigned == {"surat_pernyataan": "Not signed yet; a draft is in the file."}


def test_answers_are_all_kept_or_none(registry: Registry, tmp_path: Path) -> None:
    before, people = registry.get("M-000001-3"), registry.records.list(Party)
    revision = len(registry.records.versions("F-000001-3"))
    typed = {
        "judul": "Ceplok Baru",
        "uraian_singkat": "Ceplok.",
        "pencipta.nama": "Siti Aminah",
        "surat_pernyataan.file": str(tmp_path / "none.pdf"),  # read last, when the others are written
    }
    with pytest.raises(ParameterError, match=r"none\.pdf"):
        set_answers(registry, "F-000001-3", typed, at=AT)
    assert registry.get("M-000001-3") == before
    assert registry.records.list(Party) == people
    assert len(registry.records.versions("F-000001-3")) == revision
    del typed["surat_pernyataan.file"]
    set_answers(registry, "F-000001-3", typed, at=AT)
    assert registry.get("M-000001-3").title == "Ceplok Baru"


@pytest.mark.slow
def test_a_killed_process_keeps_no_answer(template: Path, tmp_path: Path) -> None:
    folder, pipe = shutil.copytree(template, tmp_path / "k"), tmp_path / "letter.pdf"
    os.mkfifo(pipe)
    typed = ["judul=Ceplok Baru", "pencipta.nama=Siti Aminah", f"surat_pernyataan.file={pipe}"]
    command = [
        sys.executable,
        "-m",
        "motif",
        "--registry",
        str(folder),
        "filing",
        "set",
        "F-000001-3",
        *typed,
    ]
    # the pipe opens when the letter is read, after the other answers are written
    with subprocess.Popen(command) as process, pipe.open("wb"):
        process.kill()
        process.wait()
    with Registry.open(folder, create=False) as registry:
        assert registry.get("M-000001-3").title == "Ceplok Biru"
        assert registry.records.list(Party) == ()
