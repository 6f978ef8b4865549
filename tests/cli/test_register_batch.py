"""``motif register --batch``: many pictures straight into a registry, and again after it was stopped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from .conftest import Motif, Run, draw, sabotage, save

pytestmark = pytest.mark.slow  # starts workers


@pytest.fixture
def photos(here: Path) -> Path:
    (here / "photos").mkdir()
    for number in range(3):
        save(here / "photos" / f"cloth {number}.png", draw(number))
    (here / "photos" / "bad.jpg").write_text("no picture")
    shutil.copy(here / "photos" / "cloth 1.png", here / "photos" / "same.png")
    save(here / "photos" / "z mirrored.jpg", draw(2)[:, ::-1])
    return here / "photos"


def fill(run: Run, *args: str) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
    command = ("register", "--batch", "--quiet", "--summary", "run.json", "--jobs", "1")
    result = run(*command, *args)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return result.exit_code, rows, json.loads(Path("run.json").read_text())


def test_pictures_become_designs_and_troubles_rows(run: Run, photos: Path) -> None:
    code, rows, summary = fill(run, "photos")
    facts = [(Path(row["path"]).name, row.get("title"), row.get("error", {}).get("code")) for row in rows]
    assert facts == [
        ("bad.jpg", None, "not-an-image"),
        ("cloth 0.png", "cloth 0", None),
        ("cloth 1.png", "cloth 1", None),
        ("cloth 2.png", "cloth 2", None),
        ("z mirrored.jpg", None, "duplicate-motif"),
    ]
    assert rows[-1]["error"]["entry_id"] == rows[-2]["id"]
    counts = {name: summary[name] for name in ("pictures", "computed", "unchanged", "errors")}
    assert (code, counts) == (1, {"pictures": 6, "computed": 5, "unchanged": 1, "errors": 2})
    again, rows, summary = fill(run, "photos")
    assert (again, [row["path"] for row in rows]) == (1, ["photos/bad.jpg", "photos/z mirrored.jpg"])
    assert summary["unchanged"] == 4


def test_files_of_withdrawn_entries_are_not_registered_again(run: Run, photos: Path) -> None:
    fill(run, "photos/cloth 0.png")
    (entry,) = json.loads(run("list", "--json").stdout)
    run("withdraw", entry["id"], "--reason", "asked")
    code, (row,), _ = fill(run, "photos/cloth 0.png")
    assert (code, row["error"]["message"]) == (1, f"photo is of {entry['id']}, which was withdrawn: asked")
    assert fill(run, "photos/cloth 0.png", "--allow-duplicate")[0] == 0
    assert fill(run, "photos/cloth 0.png", "--allow-duplicate")[1] == []


def test_only_duplicates_end_with_conflict(run: Run, photos: Path) -> None:
    assert fill(run, "photos/cloth 2.png")[0] == 0
    assert fill(run, "photos/z*.jpg")[0] == 4
    assert fill(run, "--allow-duplicate", "photos/z*.jpg")[0] == 0


def test_titles_from_a_column(run: Run, photos: Path) -> None:
    Path("list.csv").write_text("nama;berkas\nTuri Putih;photos/cloth 0.png\n;photos/cloth 1.png\n")
    _, rows, _ = fill(run, "list.csv", "--column", "berkas", "--title-column", "nama", "--note", "arsip")
    assert [(row["title"], row["note"]) for row in rows] == [("Turi Putih", "arsip"), ("cloth 1", "arsip")]


def test_a_worker_that_dies_costs_only_its_picture(motif: Motif, photos: Path) -> None:
    die = "'--multiprocessing-fork' in sys.orig_argv and os._exit(3)"
    env = sabotage(photos.parent, die, of=" 1.png")
    run = motif("register", "--batch", "--jobs", "1", "photos/cloth 0.png", "photos/cloth 1.png", env=env)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [row.get("error", {}).get("code") for row in rows] == [None, "worker-died"]


@pytest.mark.parametrize(
    "wrong", [["a.jpg"], ["a.jpg", "b.jpg", "--title", "x"], ["a.jpg", "--batch", "--title", "x"]]
)
def test_what_does_not_go_together_is_told(run: Run, wrong: list[str]) -> None:
    assert run("register", *wrong).exit_code == 2


def test_a_list_of_powershell_registers_what_it_names_and_no_more(run: Run, photos: Path) -> None:
    listed = run("register", "--batch", "-", "--quiet", input="photos/cloth 0.png\r\n".encode("utf-16"))
    assert listed.exit_code == 0
    refused = run("register", "--batch", "-", "--quiet", input="photos/cloth 1.png\r\n".encode("utf-16-le"))
    assert refused.exit_code == 1 and "UTF-16 without its mark" in refused.stderr
    assert [entry["title"] for entry in json.loads(run("list", "--json").stdout)] == ["cloth 0"]


def test_a_link_that_leads_out_of_the_folder_is_named_and_not_registered(run: Run, photos: Path) -> None:
    Path("linked").mkdir()
    Path("linked/out.png").symlink_to(photos.resolve() / "cloth 0.png")
    code, (row,), _ = fill(run, "linked")
    assert (code, row["path"]) == (1, "linked/out.png")
    assert row["error"]["message"] == "link leads out of the folder; expected a file in it"
    assert json.loads(run("list", "--json").stdout) == []
