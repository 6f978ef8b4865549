"""Words on checks and decisions name the right entry, counts, shares and dates, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from tests.report.plain_records import (
    IDS,
    QUERY_PICTURE,
    QUERY_SHA256,
    REGISTERED_PICTURE,
    decided_record,
    entry,
    evidence,
    record_of,
    report_of,
)

from motif.matching.evidence import Evidence
from motif.messages import use_language
from motif.registry.ledger.checkpoint import Checkpoint, origin_of
from motif.report import blocks
from motif.report.check_words import verification_blocks
from motif.report.document import document_of

Language = Literal["en", "id"]
BOTH: tuple[Language, ...] = ("en", "id")
MARKS = {
    "en": {"review": "Indication: a person must look", "conflict": "Strong indication"},
    "id": {"review": "Ada indikasi: petugas perlu melihat", "conflict": "Indikasi kuat"},
}
SAME_AS = {
    "en": "There is an indication that the motif is the same as {entry}.",
    "id": "Ada indikasi kemiripan dengan {entry}.",
}
RESTS_ON = {
    "en": {
        "file": "The two are the same file: other dye.",
        "hash": "The two are nearly the same picture: other dye.",
        "keypoints": "The drawing coincides in 4 places (100 % of the checked photo, 56 % of the registered "
        "one): turned clockwise by 90°, 1.4 times smaller, other dye.",
        "strokes": "The lines coincide in 4 places, whatever is dark or light (100 % of the checked photo, "
        "56 % of the registered one): turned clockwise by 90°, 1.4 times smaller, other dye.",
    },
    "id": {
        "file": "Keduanya berkas yang sama: warna lain.",
        "hash": "Keduanya hampir gambar yang sama: warna lain.",
        "keypoints": "Gambarnya cocok pada 4 bagian (100 % dari foto yang diperiksa, 56 % dari yang "
        "terdaftar): diputar 90° searah jarum jam, 1,4 kali lebih kecil, warna lain.",
        "strokes": "Garisnya cocok pada 4 bagian, tanpa melihat gelap terangnya (100 % dari foto yang "
        "diperiksa, 56 % dari yang terdaftar): diputar 90° searah jarum jam, 1,4 kali lebih kecil, "
        "warna lain.",
    },
}
NO_RATE = {
    "en": "The picture itself is the same, or nearly; no rate of false alarms applies.",
    "id": "Gambarnya sendiri sama, atau hampir sama; laju alarm palsu tidak berlaku.",
}
RATE_OF_SCORE = {
    "en": "False alarms: {rate} of new motifs get a score this high, measured with 100 registered motifs.",
    "id": "Alarm palsu: menurut pengukuran dengan 100 motif terdaftar, {rate} dari motif baru mendapat skor "
    "setinggi ini.",
}
PEOPLE_DECIDE = {
    "en": "The machine does not decide. An officer looks at both cloths and decides.",
    "id": "Program tidak memutuskan. Petugas melihat kedua kain dan memutuskan.",
}
QUERY_SHOWN = {
    "en": blocks.Picture(
        sha256=QUERY_PICTURE,
        alt="The photo that was checked: new.jpg",
        caption="The photo that was checked; outlined: what was compared",
    ),
    "id": blocks.Picture(
        sha256=QUERY_PICTURE,
        alt="Foto yang diperiksa: new.jpg",
        caption="Foto yang diperiksa; bergaris tepi: bagian yang dibandingkan",
    ),
}
OUTLINED = {
    "en": blocks.Text(text="Outlined in orange: what was compared, and matched.", small=True),
    "id": blocks.Text(text="Bergaris tepi jingga: bagian yang dibandingkan dan cocok.", small=True),
}
LEDGER = {
    "en": "1207 events; no checkpoint has been signed yet",
    "id": "1207 peristiwa; belum ada titik periksa bertanda tangan",
}
FACTS_OF_CHECK = {
    "en": blocks.Facts(
        rows=(
            ("File", "new.jpg"),
            ("Size", "800 × 600 px"),
            ("Compared", "the whole photo; no clear outline of the cloth was found"),
            (
                "Searched",
                "1200 registered motifs of this registry; no registry of another office, and no other "
                "register",
            ),
            ("When", "1 December 2026, 09:05 UTC"),
            ("State of the ledger", LEDGER["en"]),
        )
    ),
    "id": blocks.Facts(
        rows=(
            ("Berkas", "new.jpg"),
            ("Ukuran", "800 × 600 px"),
            ("Bagian yang dibandingkan", "seluruh foto; tidak ditemukan garis tepi kain yang jelas"),
            (
                "Dibandingkan dengan",
                "1200 motif terdaftar dalam daftar motif ini; tidak termasuk daftar kantor lain atau daftar "
                "resmi lain",
            ),
            ("Waktu", "1 Desember 2026, 09:05 UTC"),
            ("Keadaan buku catatan", LEDGER["id"]),
        )
    ),
}
GOOD_CAPTURE = {
    "en": blocks.Text(text="The capture is good: no problems were found."),
    "id": blocks.Text(text="Mutu foto baik: tidak ada yang perlu diperbaiki."),
}
FORM = {
    "en": blocks.Form(
        title="The officer’s decision",
        choices=("the same motif", "alike, but another motif", "another motif", "cannot be decided yet"),
        fields=(("Reason", 18), ("Name", 7), ("Date and signature", 9)),
    ),
    "id": blocks.Form(
        title="Keputusan petugas",
        choices=("motif yang sama", "mirip, tetapi motif lain", "motif lain", "belum dapat dinilai"),
        fields=(("Alasan", 18), ("Nama", 7), ("Tanggal dan tanda tangan", 9)),
    ),
}
TABLE_WORDS = {
    "en": (
        "Entries compared in detail",
        "Registered motifs, closest first",
        ("Number", "Title", "Registered on", "Score, 0 to 1", "Indication", "What it rests on"),
    ),
    "id": (
        "Motif yang dibandingkan dari dekat",
        "Motif terdaftar, yang terdekat lebih dahulu",
        ("Nomor", "Judul", "Didaftarkan", "Skor, 0 sampai 1", "Indikasi", "Dasarnya"),
    ),
}
WEIGHTS = {
    "en": {"clear": "none", "review": "some", "conflict": "strong"},
    "id": {"clear": "tidak ada", "review": "ada", "conflict": "kuat"},
}


def document(record: dict[str, Any], language: Language) -> blocks.Document:
    return document_of(report_of(record), language)


def answer(record: dict[str, Any], language: Language) -> blocks.Answer:
    first = document(record, language).blocks[0]
    assert isinstance(first, blocks.Answer)
    return first


def verification(sha256: str, language: Language, *inputs: tuple[str, str]) -> tuple[blocks.Block, ...]:
    """Say what ends a report on a check or a decision."""
    words = {
        "en": ("How to verify this report", "To verify this report: motif report --verify FILE"),
        "id": ("Untuk memeriksa ulang", "Untuk memeriksa ulang laporan ini: motif report --verify BERKAS"),
    }
    names = {
        "en": ("Made with", "Record of this report", "Ledger", "Root of the ledger", "Checked photo"),
        "id": (
            "Dibuat dengan",
            "Catatan mesin laporan ini",
            "Buku catatan",
            "Akar buku catatan",
            "Foto yang diperiksa",
        ),
    }
    made, record, ledger, root, photo = names[language]
    profile = {"en": "profile", "id": "profil"}[language]
    rows = (
        (made, f"motif 0.7.1, {profile} standard-1; numpy 2.1.0, pillow 11.2.0"),
        (record, sha256),
        (ledger, f"motif/abcd, {LEDGER[language]}"),
        (root, "ef" * 32),
        (f"{photo}: new.jpg", QUERY_SHA256),
        *inputs,
    )
    heading, how = words[language]
    return (
        blocks.Heading(text=heading),
        blocks.Text(text=how, small=True),
        blocks.Facts(rows=rows, code=True),
    )


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("basis", ["file", "hash", "keypoints", "strokes"])
@pytest.mark.parametrize("verdict", ["review", "conflict"])
def test_an_indication_names_its_entry_and_what_it_rests_on(
    verdict: Literal["review", "conflict"], basis: str, language: Language
) -> None:
    on_places = basis in ("keypoints", "strokes")
    one = evidence(verdict, basis, false_alarm_rate=0.01234 if on_places else None)
    rate = {"en": "1.23 %", "id": "1,23 %"}[language]
    assert answer(record_of((0, one), shown=(0,)), language) == blocks.Answer(
        mark=MARKS[language][verdict],
        text=SAME_AS[language].format(entry="M-000001-3 “Parang Biru”"),
        more=(
            RESTS_ON[language][basis],
            RATE_OF_SCORE[language].format(rate=rate) if on_places else NO_RATE[language],
            PEOPLE_DECIDE[language],
        ),
        kind=verdict,
    )


@pytest.mark.parametrize("basis", [(), ("none",), ("votes", "none")])
def test_without_an_indication_the_rate_is_that_of_all_indications(basis: tuple[str, ...]) -> None:
    record = record_of(*((at, evidence("clear", one)) for at, one in enumerate(basis)))
    assert answer(record, "en") == blocks.Answer(
        mark="Nothing found",
        text="No indication of the same motif was found among the 1200 registered motifs.",
        more=(
            "This is no proof of originality: what was never registered cannot be found.",
            "False alarms: 0.42 % of new motifs get an indication as well, measured with 100 registered "
            "motifs.",
            PEOPLE_DECIDE["en"],
        ),
        kind="clear",
    )
    assert answer(record, "id") == blocks.Answer(
        mark="Tidak ditemukan",
        text="Tidak ditemukan indikasi kemiripan di antara 1200 motif terdaftar.",
        more=(
            "Ini bukan bukti orisinalitas: yang tidak pernah didaftarkan tidak dapat ditemukan.",
            "Alarm palsu: menurut pengukuran dengan 100 motif terdaftar, 0,42 % dari motif baru tetap "
            "mendapat indikasi.",
            PEOPLE_DECIDE["id"],
        ),
        kind="clear",
    )


@pytest.mark.parametrize(
    ("verdicts", "shown", "kind", "named", "further"),
    [
        (("conflict",), (0,), "conflict", "M-000001-3 “Parang Biru”", None),
        (("review", "clear"), (0,), "review", "M-000001-3 “Parang Biru”", None),
        (("conflict", "review"), (0, 1), "conflict", "M-000001-3 “Parang Biru”", 1),
        (("review", "conflict"), (1, 0), "conflict", "M-000002-1 “Ceplok”", 1),
        (("review", "review", "review"), (0,), "review", "M-000001-3 “Parang Biru”", 2),
        (("clear", "clear", "conflict"), (2,), "conflict", "M-000003-7 “Kawung”", None),
    ],
)
def test_the_entry_on_the_first_page_is_named_and_the_other_indications_are_counted(
    verdicts: tuple[Any, ...], shown: tuple[int, ...], kind: str, named: str, further: int | None
) -> None:
    rates = (0.01, 0.02, 0.03)
    found = [(at, evidence(one, "keypoints", false_alarm_rate=rates[at])) for at, one in enumerate(verdicts)]
    record = record_of(*found, shown=shown)
    words = {
        "en": "Further registered motifs with an indication: {count}.",
        "id": "Motif terdaftar lain dengan indikasi: {count}.",
    }
    for language in BOTH:
        said = answer(record, language)
        assert (said.kind, said.text) == (kind, SAME_AS[language].format(entry=named))
        others = [] if further is None else [words[language].format(count=further)]
        rate = {"en": f"{shown[0] + 1}.00 %", "id": f"{shown[0] + 1},00 %"}[language]
        assert list(said.more[1:]) == [
            *others,
            RATE_OF_SCORE[language].format(rate=rate),
            PEOPLE_DECIDE[language],
        ]


@pytest.mark.parametrize("language", BOTH)
def test_a_report_on_a_new_design_is_worded_from_top_to_end(language: Language) -> None:
    report = report_of(record_of())
    made, sha256 = document_of(report, language), report.sha256()
    assert made.blocks[1:] == (
        blocks.Beside(
            picture=QUERY_SHOWN[language], blocks=(FACTS_OF_CHECK[language], GOOD_CAPTURE[language])
        ),
        FORM[language],
        *verification(sha256, language),
    )
    titles = {
        "en": (
            "Has this motif been registered before?",
            "Report of 1 December 2026, 09:05 UTC",
            f"The machine reports indications; people decide. Record {sha256[:16]}",
        ),
        "id": (
            "Apakah motif ini sudah pernah didaftarkan?",
            "Laporan 1 Desember 2026, 09:05 UTC",
            f"Program menunjukkan indikasi; petugas yang memutuskan. Catatan {sha256[:16]}",
        ),
    }
    assert (made.title, made.subtitle, made.foot) == titles[language]
    assert made.language == language
    assert made.at.isoformat() == "2026-12-01T09:05:00+00:00"


@pytest.mark.parametrize("language", BOTH)
def test_a_report_on_an_indication_is_worded_from_top_to_end(language: Language) -> None:
    strong = evidence("conflict", "keypoints", score=0.9876543, false_alarm_rate=0.001)
    nothing = evidence("clear", "none", score=0.01)
    some = evidence("review", "hash", score=0.6)
    report = report_of(record_of((1, strong), (0, some), (2, nothing), shown=(1, 0)))
    made = document_of(report, language)
    registered = {
        "en": ("The registered photo of M-000002-1 “Ceplok”", "Registered: M-000002-1"),
        "id": ("Foto terdaftar M-000002-1 “Ceplok”", "Terdaftar: M-000002-1"),
    }[language]
    picture = blocks.Picture(sha256=REGISTERED_PICTURE, alt=registered[0], caption=registered[1])
    assert made.blocks[1:6] == (
        blocks.Pictures(pictures=(QUERY_SHOWN[language], picture), height_mm=66),
        OUTLINED[language],
        FACTS_OF_CHECK[language],
        GOOD_CAPTURE[language],
        FORM[language],
    )
    pages = [block for block in made.blocks if isinstance(block, blocks.Heading) and block.new_page]
    heading, caption, headings = TABLE_WORDS[language]
    named = ["1. M-000002-1 “Ceplok”", "2. M-000001-3 “Parang Biru”", heading]
    assert [page.text for page in pages] == named
    at = made.blocks.index(blocks.Heading(text=heading, new_page=True))
    weights = WEIGHTS[language]
    rows = (
        ("M-000002-1", "Ceplok", "21 November 2026", "0.987654", weights["conflict"]),
        ("M-000001-3", "Parang Biru", "20 November 2026", "0.600000", weights["review"]),
        ("M-000003-7", "Kawung", "22 November 2026", "0.010000", weights["clear"]),
    )
    sentences = {
        "en": (
            "The drawing coincides in 4 places (100 % of the checked photo, 56 % of the registered one): "
            "turned clockwise by 90°, 1.4 times smaller.",
            "The two are nearly the same picture.",
            "Nothing coincides.",
        ),
        "id": (
            "Gambarnya cocok pada 4 bagian (100 % dari foto yang diperiksa, 56 % dari yang terdaftar): "
            "diputar 90° searah jarum jam, 1,4 kali lebih kecil.",
            "Keduanya hampir gambar yang sama.",
            "Tidak ada yang cocok.",
        ),
    }[language]
    assert made.blocks[at + 1] == blocks.Table(
        caption=caption,
        headings=headings,
        rows=tuple((*row, said) for row, said in zip(rows, sentences, strict=True)),
        columns=(20, 30, 29, 15, 16, 0),
    )
    transform = {
        "en": (
            "From the checked to the registered swatch: coinciding cells, scale, rotation, matrix",
            "31 cells; 1.4000 times; -90.00 degrees; 0  1.4  0  -1.4  0  600  0  0  1",
        ),
        "id": (
            "Dari gambar yang diperiksa ke gambar terdaftar: petak yang cocok, ukuran, putaran, matriks",
            "31 petak; 1.4000 kali; -90.00 derajat; 0  1.4  0  -1.4  0  600  0  0  1",
        ),
    }[language]
    assert made.blocks[at + 2 : at + 4] == (
        blocks.Text(text=transform[0], small=True),
        blocks.Facts(rows=(("M-000002-1", transform[1]),), code=True),
    )
    inputs = [(f"{IDS[one]}: cloth{2 * one + 1}.png", f"{2 * one + 1}a" * 32) for one in (1, 0, 2)]
    assert made.blocks[at + 4 :] == verification(report.sha256(), language, *inputs)


def test_without_a_transform_there_are_no_figures_of_one() -> None:
    report = report_of(record_of((0, evidence("clear", "votes"))))
    made = document_of(report, "en")
    assert isinstance(made.blocks[-4], blocks.Table)
    assert made.blocks[-3:] == verification(report.sha256(), "en", ("M-000001-3: cloth1.png", "1a" * 32))


@pytest.mark.parametrize(
    ("verdict", "kind", "said"),
    [
        (
            "confirm",
            "conflict",
            (
                "M-000001-3 and 000000000000… were judged to be the same motif.",
                "M-000001-3 dan 000000000000… dinilai sebagai motif yang sama.",
            ),
        ),
        (
            "reject",
            "clear",
            (
                "M-000001-3 and 000000000000… were judged to be two motifs.",
                "M-000001-3 dan 000000000000… dinilai sebagai dua motif.",
            ),
        ),
        (
            "classic",
            "review",
            (
                "What M-000001-3 and 000000000000… share was judged to be classic, common property of the "
                "craft.",
                "Bagian yang sama pada M-000001-3 dan 000000000000… dinilai klasik, milik umum.",
            ),
        ),
    ],
)
@pytest.mark.parametrize("machine", ["clear", "review", "conflict"])
def test_a_decision_is_told_first_and_beside_it_what_the_program_found(
    verdict: str, kind: Literal["clear", "review", "conflict"], said: tuple[str, str], machine: Any
) -> None:
    record = decided_record(verdict, evidence(machine, "keypoints", false_alarm_rate=0.01))
    sentence = RESTS_ON["en"]["keypoints"], RESTS_ON["id"]["keypoints"]
    assert answer(record, "en") == blocks.Answer(
        mark="Decision B-000001-3",
        text=said[0],
        more=(
            "Decided by Bu Sri, 1 December 2026, 09:05 UTC. Reason: cap sama",
            f"The program compared both again. Indication: {WEIGHTS['en'][machine]}. {sentence[0]}",
        ),
        kind=kind,
    )
    assert answer(record, "id") == blocks.Answer(
        mark="Keputusan B-000001-3",
        text=said[1],
        more=(
            "Diputuskan oleh Bu Sri, 1 Desember 2026, 09:05 UTC. Alasan: cap sama",
            f"Program membandingkan keduanya lagi: indikasi: {WEIGHTS['id'][machine]}. {sentence[1]}",
        ),
        kind=kind,
    )


@pytest.mark.parametrize("language", BOTH)
def test_a_report_on_a_decision_says_nothing_of_a_search(language: Language) -> None:
    report = report_of(decided_record("confirm", evidence("review", "keypoints", false_alarm_rate=0.01)))
    made, sha256 = document_of(report, language), report.sha256()
    assert made.blocks[2:5] == (
        OUTLINED[language],
        blocks.Facts(rows=FACTS_OF_CHECK[language].rows[:3]),
        GOOD_CAPTURE[language],
    )
    assert made.blocks[5] == blocks.Heading(text="1. M-000001-3 “Parang Biru”", new_page=True)
    titles = {
        "en": (
            "Decision on two motifs",
            "Report of 1 December 2026, 09:05 UTC",
            f"Decision B-000001-3. Record {sha256[:16]}",
        ),
        "id": (
            "Keputusan atas dua motif",
            "Laporan 1 Desember 2026, 09:05 UTC",
            f"Keputusan B-000001-3. Catatan {sha256[:16]}",
        ),
    }
    assert (made.title, made.subtitle, made.foot) == titles[language]
    assert made.language == language
    assert made.at.isoformat() == "2026-12-01T09:05:00+00:00"
    assert made.blocks[-3:] == verification(sha256, language, ("M-000001-3: cloth1.png", "1a" * 32))


def test_what_is_wrong_with_the_capture_is_listed_with_its_weight() -> None:
    findings = [
        {"severity": "warn", "advice": {"en": "Hold still.", "id": "Tahan."}},
        {"severity": "refuse", "advice": {"en": "More light.", "id": "Tambah cahaya."}},
    ]
    record = record_of()
    record["query"] |= {"findings": findings, "name": ""}
    expected = {
        "en": (
            "without a name",
            "What is wrong with the capture:",
            ("warning: Hold still.", "take the photo again: More light."),
        ),
        "id": (
            "tanpa nama",
            "Yang perlu diperbaiki pada foto:",
            ("peringatan: Tahan.", "foto ulang: Tambah cahaya."),
        ),
    }
    for language in BOTH:
        beside = document(record, language).blocks[1]
        assert isinstance(beside, blocks.Beside)
        facts, *said = beside.blocks
        name, text, items = expected[language]
        assert isinstance(facts, blocks.Facts) and facts.rows[0][1] == name
        assert said == [blocks.Text(text=text), blocks.Items(texts=items)]


def test_the_newest_checkpoint_is_told_with_its_own_size_and_copied_out() -> None:
    at = datetime(2026, 11, 30, 7, 45, tzinfo=UTC)
    checkpoint = Checkpoint(origin=origin_of("ab" * 16), size=1199, root=bytes(32), at=at)
    note = f"{checkpoint.body()}\n— signature\n"
    record = record_of()
    record["searched"]["checkpoint"] = note
    expected = {
        "en": (
            "Signed checkpoint",
            "1207 events; checkpoint at 1199 events, signed 30 November 2026, 07:45 UTC",
        ),
        "id": (
            "Titik periksa bertanda tangan",
            "1207 peristiwa; titik periksa pada 1199 peristiwa, ditandatangani 30 November 2026, 07:45 UTC",
        ),
    }
    for language in BOTH:
        made, (name, said) = document(record, language), expected[language]
        assert made.blocks[-1] == blocks.Code(name=name, text=note)
        facts = made.blocks[-2]
        assert isinstance(facts, blocks.Facts)
        assert facts.rows[2][1] == f"motif/abcd, {said}"
        beside = made.blocks[1]
        assert isinstance(beside, blocks.Beside) and isinstance(beside.blocks[0], blocks.Facts)
        assert beside.blocks[0].rows[5][1] == said
    covered = verification_blocks({**record, "proof": {"of": "the entry"}}, "ab" * 32)
    assert [type(block) for block in covered] == [blocks.Heading, blocks.Text, blocks.Facts], (
        "the proof of a sheet holds the checkpoint"
    )


def test_a_sheet_lists_every_photo_of_its_entry_and_no_checked_one() -> None:
    record = record_of()
    sheet = {name: record[name] for name in ("made_with", "searched")} | {"entry": entry(1).to_json()}
    use_language("en")
    try:
        facts = verification_blocks(sheet, "ab" * 32)[2]
    finally:
        use_language(None)
    assert isinstance(facts, blocks.Facts)
    assert facts.rows[1] == ("Record of this report", "ab" * 32)
    assert facts.rows[4:] == (("Photo: cloth2.png", "2a" * 32), ("Photo: cloth3.png", "3a" * 32))


def test_evidence_of_these_tests_is_what_the_matcher_returns() -> None:
    one = evidence("review", "keypoints")
    assert isinstance(one, Evidence)
    assert (one.scale, one.turn_deg) == (pytest.approx(1.4), pytest.approx(-90))
