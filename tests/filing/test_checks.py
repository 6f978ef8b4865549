"""Checks and files answer of the record, both ways; the officer's own answer counts before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.filing.known import AT, ENTRY, facts_of, party
from tests.records import entry_photo

from motif.filing.checks import check_answer, check_rows, clause_rows, worst_first
from motif.filing.dossier import MET, OPEN, UNMET, Answer
from motif.filing.fields import field_rows
from motif.filing.files import file_answer, is_wanted, photos_of
from motif.filing.prior import Indication, PriorSearch
from motif.registry.records.decision import Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.filing import Filing, Paper
from motif.registry.records.people import Consent
from motif.registry.records.works import Capture, Motif, Specimen


def design(**known: Any) -> dict[str, Any]:
    return {"motif": Motif(id=ENTRY.id, **known)}


def cloth(**known: Any) -> dict[str, Any]:
    return {"specimens": (Specimen(id="S-000001-3", entry=ENTRY.id, **known),)}


def decided(verdict: str) -> Decision:
    return Decision(
        a=ENTRY.id,
        b="M-000001-3",
        human_verdict=verdict,
        reason="lain ornamen",
        examiner="Bu Sri",
        decided_at=AT,
    )


OTHER = Entry(
    id="M-000001-3", title="Turi", registered_at=datetime(2026, 1, 1, tzinfo=UTC), photos=(entry_photo(),)
)
CHECK = SavedCheck(id="Q-000001-3", checked_at=AT - timedelta(days=2), searched_entries=40)


def searched(*decisions: Decision | None, **known: Any) -> dict[str, Any]:
    filing = Filing(id="F-000002-1", entries=(OTHER.id,), route="copyright")
    indications = tuple(Indication(entry=OTHER, decision=each, filings=(filing,)) for each in decisions)
    return {"search": PriorSearch(check=CHECK, age_days=2, indications=indications, **known)}


FILED = {"application_date": "2026-12-01"}
PLACED = {"origin_regency_city": "Kabupaten Blitar"}
SIGNED = {
    "key": "surat_pernyataan_kepemilikan",
    "signers": ("P-000001-3",),
    "date": "2026-12-01",
    "meterai": "tempel",
}
SEARCHED_MET, SEARCHED_UNMET = searched(decided("reject")), searched(None)
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "penelusuran.tanggal": ("copyright", searched(), {}),
    "penelusuran.indikasi": ("copyright", SEARCHED_MET, searched(decided("confirm"))),
    "lintas_jalur": ("copyright", SEARCHED_MET, SEARCHED_UNMET),
    "kesamaan_desain": ("copyright", searched(), SEARCHED_UNMET),
    "duplikat_dekat": ("copyright", searched(decided("label")), SEARCHED_UNMET),
    "pembanding": ("design", SEARCHED_MET, SEARCHED_UNMET),
    "1a": ("copyright", SEARCHED_MET, SEARCHED_UNMET),
    "penelusuran.klasik": ("copyright", design(is_traditional="tidak"), design(is_traditional="ya")),
    "saring_klasik": ("copyright", design(is_traditional="tidak"), design(is_traditional="ya")),
    "turunan_klasik": ("copyright", design(is_traditional="tidak"), design(is_traditional="ya")),
    "1b": ("copyright", design(is_traditional="tidak"), design(is_traditional="ya")),
    "1c": ("copyright", {"people": [party(1, "pencipta")]}, {}),
    "turun_temurun": (
        "communal",
        design(is_traditional="ya", traditional_basis="arsip 1902"),
        design(is_traditional="tidak"),
    ),
    "wilayah": ("copyright", design(**PLACED), design(origin_regency_city="Blitar")),
    "istilah": (
        "copyright",
        design(description_short="Ceplok dari Kabupaten Blitar."),
        design(description_short="Motif ini sudah dipatenkan."),
    ),
    "persetujuan_data": (
        "copyright",
        {"people": [party(1, "pencipta", consent=(Consent(purpose="permohonan"),))]},
        {"people": [party(1, "pencipta", consent=(Consent(purpose="permohonan", withdrawn="2026-11-30"),))]},
    ),
    "contoh_asli": ("copyright", cloth(storage="Lemari 3"), {}),
    "2": ("copyright", cloth(storage="Lemari 3"), {}),
    "sengketa": ("copyright", design(dispute_flag=False), design(dispute_flag=True)),
    "3": ("copyright", design(dispute_flag=False), design(dispute_flag=True)),
    "satu_alamat": (
        "copyright",
        {"people": [party(1, "pemegang_hak", address="Krajan"), party(2, "pemegang_hak", address="Krajan")]},
        {"people": [party(1, "pemegang_hak", address="Krajan"), party(2, "pemegang_hak", address="Doko")]},
    ),
    "berkas": (
        "copyright",
        {
            "people": [party(1, "pencipta", party_kind="perorangan")],
            "filing": {
                "applicant_kind": "umum",
                "documents": (
                    {"key": "ktp", "seen_by": "Bu Sri"},
                    {**SIGNED, "key": "surat_pernyataan"},
                ),
            },
        },
        {},
    ),
    "satu_ciptaan": ("copyright", {}, {"filing": {"entries": (ENTRY.id, OTHER.id)}}),
    "notifikasi": (
        "design",
        {"filing": {"notices": ({"text": "gambar", "answered": "2026-11-30"},)}},
        {"filing": {"notices": ({"text": "gambar", "due": "2026-12-20"},)}},
    ),
    "mutu_gambar": (
        "design",
        {"captures": (Capture(entry=ENTRY.id, quality=()),)},
        {"captures": (Capture(entry=ENTRY.id, quality=("blur",)),)},
    ),
    "surat_cocok": (
        "design",
        {"people": [party(1, "pendesain", party_kind="perorangan")], "filing": {"documents": (SIGNED,)}},
        {"people": [party(1, "pendesain", party_kind="perorangan")]},
    ),
    "koordinasi_komunitas": (
        "communal",
        {"people": [party(1, "kustodian", consent=(Consent(purpose="inventarisasi"),))]},
        {"people": [party(1, "kustodian")]},
    ),
    "klaim_perorangan": ("communal", searched(), searched(None)),
    "bukan_teknik": (
        "communal",
        cloth(technique=("ciprat",)) | design(main_ornaments=("turi",)),
        cloth(technique=("ciprat",)),
    ),
    "referensi_cukup": ("communal", design(references=("Arsip 1902",)), design(references=())),
}
"""Check -> route, and facts under which it is met and not met."""


def answer_of(key: str, route: str, known: dict[str, Any]) -> Answer:
    facts = facts_of(route, **known)
    rows = {row.key: row.answer for row in check_rows(facts)}
    return (rows | {clause.key: clause.answer for clause in clause_rows(facts)})[key]


@pytest.mark.parametrize("key", CASES)
def test_a_check_is_met_or_not_by_what_is_recorded(key: str) -> None:
    route, met, unmet = CASES[key]
    assert answer_of(key, route, met).state == MET
    assert answer_of(key, route, unmet).state == UNMET


OPEN_CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "kebaruan_tanggal": (
        "design",
        design(first_disclosed_date="2026-12-02") | {"filing": FILED},
        design(first_disclosed_date="2026-08-01", first_disclosed_kind="pameran") | {"filing": FILED},
    ),
    "tampak": (
        "design",
        {
            "filing": {
                "photos": tuple(
                    {"sha256": "ab" * 32, "view": view} for view in ("bidang", "ulangan", "rinci")
                )
            }
        },
        {},
    ),
    "jangka_waktu": ("design", {"filing": FILED}, {}),
    "usia_wbtb": ("communal", design(created_date="1902"), design(created_date="2020")),
    "bukti_pengumuman": ("copyright", design(first_announced_proof="kabar 17 Mei"), {}),
}
"""Check -> route, and facts under which it is met and under which it stays open: it never says no."""


@pytest.mark.parametrize("key", OPEN_CASES)
def test_what_the_record_cannot_tell_stays_open(key: str) -> None:
    route, met, unknown = OPEN_CASES[key]
    assert answer_of(key, route, met).state == MET
    assert answer_of(key, route, unknown).state == OPEN


@pytest.mark.parametrize(
    ("disclosed", "words"), [("2026-08-01", "Within six months"), ("2026-01-01", "more than six months")]
)
def test_the_exception_for_exhibitions_is_stated_and_not_applied(disclosed: str, words: str) -> None:
    known = design(first_disclosed_date=disclosed) | {"filing": FILED}
    answer = answer_of("penelusuran.riwayat", "design", known)
    assert words in answer.reason.en and answer.state == OPEN and not answer.verified


@pytest.mark.parametrize("route", ["copyright", "design", "communal"])
def test_an_officers_answer_counts_before_the_records(route: str) -> None:
    facts = facts_of(route)
    for spec in (*facts.route.checks, *facts.route.clauses):
        for state in (MET, UNMET, OPEN):
            answer = {
                "key": spec.key,
                "answer": state,
                "reason": "dilihat",
                "by": "Bu Sri",
                "date": "2026-12-01",
            }
            given = check_answer(facts_of(route, filing={"answers": (answer,)}), spec)
            assert given.state == state and "Bu Sri" in given.reason.id


ONLY_PEOPLE = ("1d", "1e", "1f", "4", "peran", "tanda_logo")
ONE_WAY = {"kemiripan_gaya", "penelusuran.gaya", "penelusuran.riwayat", "konsistensi_nama"}
"""Style is never a ground, history is never decided, and agreement is told by the finished file."""


@pytest.mark.parametrize("route", ["copyright", "design", "communal"])
def test_every_check_is_among_those_tested(route: str) -> None:
    facts = facts_of(route)
    keys = {row.key for row in check_rows(facts) if row.decides != "condition"}
    keys |= {clause.key for clause in clause_rows(facts)}
    assert keys <= CASES.keys() | OPEN_CASES.keys() | set(ONLY_PEOPLE) | ONE_WAY


def test_what_only_people_answer_is_never_answered_by_the_program() -> None:
    for key in ONLY_PEOPLE:
        assert answer_of(key, "copyright", {"people": [party(1, "pencipta")]}).state == OPEN


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (PriorSearch(check=CHECK, age_days=31), "31 days ago"),
        (PriorSearch(check=CHECK, age_days=1, newer=OTHER), "M-000001-3 was registered after it"),
        (PriorSearch(check=None), "No check"),
    ],
)
def test_an_old_search_is_to_be_made_again(search: PriorSearch, words: str) -> None:
    answer = answer_of("penelusuran.tanggal", "copyright", {"search": search})
    assert answer.state == UNMET and words in answer.reason.en


def test_a_search_of_thirty_days_still_counts() -> None:
    answer = answer_of("penelusuran.tanggal", "copyright", {"search": PriorSearch(check=CHECK, age_days=30)})
    assert answer.state == MET


def test_what_is_not_met_comes_first_and_conditions_last() -> None:
    states = [row.answer.state for row in worst_first(check_rows(facts_of())) if row.group is None]
    assert states == sorted(states, key=(UNMET, OPEN, MET).index)
    assert worst_first(check_rows(facts_of()))[-1].decides == "condition"


def row_of(key: str, known: dict[str, Any], route: str = "copyright") -> tuple[str, str, str]:
    row = next(row for row in field_rows(facts_of(route, **known)) if row.key == key)
    return row.value, row.answer.state, row.answer.reason.en


def test_fields_say_their_value_or_that_it_is_missing() -> None:
    assert row_of("judul", {})[:2] == ("Ceplok Biru", MET)
    assert row_of("tanggal_diumumkan", {})[1] == UNMET
    assert row_of("tanggal_diumumkan", design(first_announced_date="2026-05-17"))[:2] == ("2026-05-17", MET)
    assert row_of("tanggal_diumumkan", design(first_announced_date="2026-05"))[1] == OPEN
    assert row_of("negara_diumumkan", {}) == ("Indonesia", MET, "The usual value; change it if it is wrong.")
    assert row_of("jenis_ciptaan", design(work_type="Lagu"))[:2] == ("Lagu", MET)
    assert row_of("sub_jenis_ciptaan", design(work_subtype="Seni Ukir"))[1] == OPEN
    assert row_of("memakai_kuasa", {})[0] == "tidak"
    assert row_of("memakai_kuasa", {"people": [party(1, "kuasa")]})[0] == "ya"
    assert row_of("tanggal", {}, "design")[:2] == ("2026-12-01", MET)
    assert row_of("kelas_locarno", design(locarno=("05-05", "02-05")), "design")[:2] == ("05-05; 02-05", MET)


def test_people_come_in_the_order_of_their_shares() -> None:
    people = [party(1, "pencipta"), party(2, "pencipta")]
    assert row_of("pencipta.1.nama", {"people": people})[0] == "Sri 1"
    assert row_of("pencipta.2.kewarganegaraan", {"people": people})[0] == "Indonesia"


def test_authors_are_the_holders_where_nobody_else_is_recorded() -> None:
    value, state, reason = row_of("pemegang.1.nama", {"people": [party(1, "pencipta")]})
    assert (value, state, reason) == ("Sri 1", MET, "Nobody else is recorded for it.")
    others = {"people": [party(1, "pencipta"), party(2, "pemegang_hak")]}
    assert row_of("pemegang.1.nama", others)[0] == "Sri 2"
    assert row_of("pencipta", {})[1] == UNMET


def file_of(key: str, known: dict[str, Any], route: str = "copyright") -> Answer:
    facts = facts_of(route, **known)
    return file_answer(facts, next(spec for spec in facts.route.files if spec.key == key))


AUTHORS = {"people": [party(1, "pencipta"), party(2, "pencipta")]}


def documents(*pieces: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"filing": {"documents": pieces}} | other


def test_identity_papers_are_seen_one_for_each_author() -> None:
    seen = {"key": "ktp", "seen_by": "Bu Sri", "seen_on": "2026-12-01"}
    one = file_of("ktp", documents({**seen, "person": "P-000001-3"}, **AUTHORS))
    assert one.state == UNMET and "Sri 2" in one.reason.en
    both = documents({**seen, "person": "P-000001-3"}, {**seen, "person": "P-000002-1"}, **AUTHORS)
    assert file_of("ktp", both).state == MET
    assert file_of("ktp", documents(seen, people=[party(1, "pencipta")])).state == MET
    assert file_of("ktp", documents(seen)).state == UNMET
    assert file_of("npwp", {}).state == MET


LETTER = {"key": "surat_pernyataan", "signers": ("P-000001-3", "P-000002-1"), "date": "2026-12-01"}


@pytest.mark.parametrize(
    ("document", "state", "words"),
    [
        ({**LETTER, "meterai": "tempel"}, MET, "Signed on 2026-12-01"),
        ({**LETTER, "meterai": "tanpa"}, UNMET, "meterai"),
        (LETTER, UNMET, "meterai"),
        ({**LETTER, "meterai": "tempel", "signers": ("P-000002-1",)}, UNMET, "by Sri 1"),
        ({**LETTER, "meterai": "tempel", "date": None}, UNMET, "when is not recorded"),
        ({"key": "surat_pernyataan"}, UNMET, "a draft is in the file"),
        ({**LETTER, "meterai": "elektronik", "paper": "D-000001-3"}, UNMET, "was erased"),
    ],
)
def test_a_letter_is_signed_by_all_dated_and_stamped(
    document: dict[str, Any], state: str, words: str
) -> None:
    answer = file_of("surat_pernyataan", documents(document, **AUTHORS))
    assert answer.state == state and words in answer.reason.en


def test_a_kept_file_has_the_kind_and_size_that_are_asked() -> None:
    paper = Paper(id="D-000001-3", filing="F-000001-3", size_bytes=9)
    kept = {"key": "surat_keterangan_umk", "paper": "D-000001-3", "media_type": "application/pdf"}
    known = {"papers": {"D-000001-3": paper}}
    umk = {"applicant_kind": "umk"}
    assert file_of("surat_keterangan_umk", known | {"filing": umk | {"documents": (kept,)}}).state == MET
    picture = {**kept, "media_type": "image/png"}
    assert file_of("surat_keterangan_umk", known | {"filing": umk | {"documents": (picture,)}}).state == OPEN
    assert file_of("surat_keterangan_umk", {"filing": umk}).state == UNMET


def test_photos_are_the_chosen_ones_or_the_entrys() -> None:
    chosen = {"filing": {"photos": ({"key": "contoh_ciptaan", "sha256": "cd" * 32},)}}
    facts = facts_of(**chosen)
    spec = next(each for each in facts.route.files if each.key == "contoh_ciptaan")
    assert [photo.name for photo in photos_of(facts, spec)] == ["rinci.png"]
    assert [photo.name for photo in photos_of(facts_of(), spec)] == ["turi.png"]
    design_facts = facts_of("design")
    drawings = next(each for each in design_facts.route.files if each.key == "gambar_desain")
    assert len(photos_of(design_facts, drawings)) == 2
    sheet = next(each for each in facts.route.files if each.key == "lembar_a4")
    assert not is_wanted(facts_of(), sheet)


@pytest.mark.parametrize("access", ["sakral", "rahasia", "dipegang_teguh", "terbuka"])
def test_pictures_of_closed_designs_wait_for_the_head(access: str) -> None:
    closed = access in ("sakral", "rahasia")
    known = design(access_class=access)
    assert facts_of(**known).pictures_closed == closed
    assert file_of("contoh_ciptaan", known).state == (UNMET if closed else MET)
    consent = {"by": "Bu Rini", "date": "2026-12-01", "reason": "x", "access_class": access}
    agreed = known | {"filing": {"picture_consent": consent}}
    assert not facts_of(**agreed).pictures_closed
    assert file_of("contoh_ciptaan", agreed).state == MET
    of_another = known | {
        "filing": {
            "picture_consent": consent | {"access_class": "rahasia" if access == "sakral" else "sakral"}
        }
    }
    assert facts_of(**of_another).pictures_closed == closed
