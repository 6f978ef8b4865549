"""The commands that keep records, decisions and alerts."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from .conftest import Run, draw, save


@pytest.fixture
def entry(run: Run, photo: Path) -> str:
    return str(json.loads(run("register", photo, "--title", "Turi", "--json").stdout)["id"])


@pytest.fixture(autouse=True)
def salt(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTIF_NIK_SALT", str(here / "salt"))


@pytest.mark.slow
def test_what_is_linked_with_an_entry_is_shown(run: Run, entry: str) -> None:
    result = run("party", "add", "--name", "Sri", "--role", "pencipta", "--entry", entry, "--nik", "-",
               input="3505010101900001\n")  # fmt: skip
    assert result.exit_code == 0 and "P-000001-3" in result.stdout
    run("filing", "new", entry)
    run("filing", "set", "F-000001-3", "application_date=2026-11-20")
    run(
        "specimen",
        "add",
        "--entry",
        entry,
        "--storage",
        "Lemari 3",
        "--technique",
        "ciprat",
        "--technique",
        "tulis",
    )
    run("set", entry, "first_announced_date=2024-05", "isen=cecek;sawut")
    text = run("show", entry).stdout
    for fact in (
        "Sri",
        "author",
        "copyright recordation",
        "20 November 2026",
        "Lemari 3",
        "May 2024",
        "dots",
    ):
        assert fact in text
    assert "3505010101900001" not in text and "scrypt" not in text
    records = json.loads(run("show", entry, "--json").stdout)["records"]
    assert records["party"][0]["roles"] == [{"role": "pencipta", "of": entry}]
    assert records["specimen"][0]["technique"] == ["ciprat", "tulis"]
    assert json.loads(run("show", "F-000001-3", "--json").stdout)["status"] == "draf"


@pytest.mark.slow
def test_a_person_has_many_roles(run: Run, entry: str) -> None:
    run("party", "add", "--name", "Sri")
    run("filing", "new", entry, "--route", "design")
    roles = f"roles=pencipta:{entry}; pemohon:F-000001-3"
    assert len(json.loads(run("set", "P-000001-3", roles, "--json").stdout)["roles"]) == 2
    assert run("set", "P-000001-3", "roles=pencipta").exit_code == 1
    assert "Sri" in run("show", entry).stdout


@pytest.mark.slow
def test_a_field_can_be_made_unknown_again(run: Run, entry: str) -> None:
    run("set", entry, "family=kawung")
    assert json.loads(run("set", entry, "family=", "--json").stdout)["family"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "args",
    [
        ["party", "add"],
        ["party", "add", "--name", "Sri", "--role", "pencipta"],
        ["set", "M-000001-3", "family"],
        ["decide", "M-000001-3", "perhaps", "--by", "x", "--reason", "y"],
        ["decide", "reject", "--by", "x", "--reason", "y"],
        ["party", "no-such"],
    ],
)
def test_what_is_written_wrongly_is_a_usage_error(run: Run, entry: str, args: list[str]) -> None:
    assert run(*args).exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("pair", ["disability=x", "id=M-000002-1", "family=none", "created_date=yesterday"])
def test_fields_and_values_that_make_no_sense_are_refused(run: Run, entry: str, pair: str) -> None:
    refused = run("set", entry, pair)
    assert refused.exit_code == 1 and refused.stderr.startswith("Error: ")


@pytest.mark.slow
def test_a_person_is_erased(run: Run, entry: str) -> None:
    run("party", "add", "--name", "Sri")
    assert run("erase", "P-000001-3", "--reason", "asked for").exit_code == 0
    assert run("show", "P-000001-3").exit_code == 1
    assert run("verify").exit_code == 0


@pytest.mark.slow
def test_a_match_is_rejected_by_the_photo_that_was_checked(run: Run, entry: str, here: Path) -> None:
    near = save(here / "near.png", cv2.resize(draw(1), None, fx=0.9, fy=0.9)[20:, 20:])
    assert run("check", near).exit_code == 4
    decided = run("decide", near, entry, "reject", "--by", "Bu Sri", "--reason", "other ornament")
    assert decided.exit_code == 0 and "rejected by Bu Sri" in decided.stdout
    assert run("check", near).exit_code == 3
    assert run("decide", entry, "classic", "--by", "Bu Sri", "--reason", "parang").exit_code == 0
    assert "classic" in run("check", near).stdout
    sha256 = json.loads(run("check", near, "--json").stdout)["query"]["sha256"]
    again = run("decide", f"{sha256}/{entry}", "confirm", "--by", "Bu Sri", "--reason", "same", "--json")
    assert json.loads(again.stdout)["human_verdict"] == "confirm"


@pytest.mark.slow
def test_a_later_entry_raises_an_alert_about_a_remembered_check(run: Run, entry: str, here: Path) -> None:
    near = save(here / "near.png", cv2.resize(draw(2), None, fx=0.9, fy=0.9)[20:, 20:])
    check = json.loads(run("check", near, "--remember", "--note", "Pak Joko", "--json").stdout)
    assert check["remembered"] == "Q-000001-3" and check["verdict"] == "clear"
    late = run("register", save(here / "late.png", draw(2)), "--title", "Late")
    assert "ALERT A-000001-3" in late.stderr
    (alert,) = json.loads(run("alerts", "--json").stdout)["alerts"]
    assert alert["about"] == "Q-000001-3" and alert["open"]
    run("decide", "Q-000001-3", alert["entry"], "confirm", "--by", "Bu Sri", "--reason", "a copy")
    assert run("alerts").stdout == "No alerts.\n"
    assert not json.loads(run("alerts", "--all", "--json").stdout)["alerts"][0]["open"]


@pytest.mark.slow
def test_a_check_keeps_nothing_unless_told(run: Run, entry: str, other: Path) -> None:
    before = json.loads(run("verify", "--json").stdout)["events"]
    run("check", other)
    assert json.loads(run("verify", "--json").stdout)["events"] == before


@pytest.mark.slow
def test_a_list_is_imported_and_the_registry_exported(run: Run, here: Path, photo: Path) -> None:
    (here / "daftar.csv").write_text("Judul,Berkas,Arti\nTuri,turi.png,bunga\nHilang,none.png,\n")
    args = ("import", "daftar.csv", "--photos", here, "--map", "philosophy=Arti", "--quiet")
    tried = run(*args, "--dry-run", "--json")
    assert tried.exit_code == 1 and not (here / "registry.motif").exists()
    assert (json.loads(tried.stdout)["ready"], json.loads(tried.stdout)["refused"]) == (1, 1)
    result = run(*args, "--refused", here / "ditolak.csv")
    assert result.exit_code == 1 and "1 imported, 1 refused" in result.stdout
    assert "none.png" in (here / "ditolak.csv").read_text(encoding="utf-8-sig")
    assert run(*args, "--refused", here / "ditolak.csv").exit_code == 1
    (here / "daftar.csv").write_text("Judul,Berkas\nTuri,turi.png\n")
    assert "1 already registered" in run("import", "daftar.csv", "--quiet").stdout
    assert run("import", "daftar.csv", "--map", "title").exit_code == 2
    out = json.loads(run("export", here / "o.jsonl", "--json").stdout)
    assert out["entries"] == 1 and "bunga" in (here / "o.jsonl").read_text()
    assert run("export", here / "o.jsonl").exit_code == 1
    assert run("export", "--format", "lido", here / "o.txt").exit_code == 0


@pytest.mark.slow
def test_a_field_that_there_is_not_is_met_with_those_that_may_be_meant(run: Run, entry: str) -> None:
    for typed, meant in (("tanggal", "first_announced_date"), ("isenn", "isen"), ("story", "history")):
        refused = run("set", entry, f"{typed}=2024")
        assert (refused.exit_code, f"Perhaps {meant}" in refused.stderr) == (1, True)
    assert "Perhaps" not in run("set", entry, "=2024").stderr
