"""``motif filing`` from a registered entry to what the authority answered."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def filing(run: Run, photo: Path) -> str:
    run("register", photo, "--title", "Turi", "--json")
    return str(json.loads(run("filing", "new", "M-000001-3", "--json").stdout)["id"])


@pytest.mark.slow
def test_a_filing_is_shown_answered_checked_built_and_followed(run: Run, filing: str, here: Path) -> None:
    shown = run("filing", "show", filing)
    assert shown.exit_code == 0 and "Not legal advice." in shown.stdout
    assert "tanggal_diumumkan" in shown.stdout and "not met" in shown.stdout
    typed = ("tanggal_diumumkan=2026-05-17", "pencipta.nama=Siti Aminah", "check.tanda_logo=terpenuhi: bukan")
    assert run("filing", "set", filing, *typed, "--by", "Bu Sri").exit_code == 0
    document = json.loads(run("filing", "show", filing, "--json").stdout)
    values = {row["key"]: (row["value"], row["state"]) for row in document["fields"]}
    assert values["tanggal_diumumkan"] == ("2026-05-17", "terpenuhi")
    assert values["pencipta.1.nama"][0] == values["pemegang.1.nama"][0] == "Siti Aminah"
    assert document["search"]["check"] is None
    checked = run("filing", "check", filing, "--search", "--lang", "id")
    assert (
        checked.exit_code == 3
        and "tidak terpenuhi" in checked.stdout
        and "belum diverifikasi" in checked.stdout
    )
    assert "bukan (Bu Sri" in checked.stdout and "paten" not in checked.stdout.lower().replace(
        "kabupaten", ""
    )
    assert json.loads(run("filing", "check", filing, "--json").stdout)["search"]["check"] == "Q-000001-3"
    built = run("filing", "build", filing, "--at", "2026-12-01", "--lang", "id", "--json")
    assert json.loads(built.stdout)["file"] == "M-000001-3-hak-cipta.zip"
    with zipfile.ZipFile(here / "M-000001-3-hak-cipta.zip") as archive:
        names = {name.partition("/data/")[2] for name in archive.namelist()}
    assert {"0-periksa.pdf", "0-periksa.json", "3-isian.html"} <= names
    assert run("filing", "sent", filing, "--number", "EC1", "--date", "2026-11-20").exit_code == 0
    late = ("--notice", "gambar tidak jelas", "--due", "2026-11-25", "--date", "2026-11-21")
    assert run("filing", "result", filing, "kurang", *late).exit_code == 0
    (due,) = json.loads(run("alerts", "--json").stdout)["due"]
    assert (due["filing"], due["due"]) == (filing, "2026-11-25")
    assert "gambar" not in run("alerts").stdout and "Answer to a notice" in run("alerts").stdout
    run("filing", "result", filing, "diajukan", "--date", "2026-11-24")
    run("filing", "result", filing, "dicatat", "--number", "000123", "--date", "2026-11-26")
    assert json.loads(run("alerts", "--json").stdout)["due"] == []
    assert json.loads(run("show", filing, "--json").stdout)["registration_no"] == "000123"
    assert run("verify").exit_code == 0


WRONG = {
    ("set", "F-000001-3", "tanggal_diumumkn=2026"): "Perhaps tanggal_diumumkan",
    ("set", "F-000001-3", "ktp.file=ktp.pdf"): "identity papers are never kept",
    ("set", "F-000001-3", "judul"): "not written FIELD=VALUE",
    ("build", "F-000001-3", "--at", "besok"): "at='besok' is not a day",
    ("build", "F-000001-3", "--templates", "nowhere"): "nowhere is not a folder",
    ("result", "F-000001-3", "kurang"): "go together",
    ("new", "M-000001-3"): "is being filed already",
    ("new", "M-000001-3", "--route", "merek"): "merek_kolektif",
    ("show", "P-000001-3"): "there is no record",
}


def test_what_cannot_be_done_says_what_to_do(run: Run, filing: str) -> None:
    for args, words in WRONG.items():
        ended = run("filing", *args)
        assert ended.exit_code in (1, 2) and words in ended.stderr, args
