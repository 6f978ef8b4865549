"""``motif ignore`` and a decision with the verdict label: told first, asked, kept, listed, taken back."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from .conftest import Motif, Run, draw, save

BOX = "300,320,150,150"
IGNORE = ("--box", BOX, "--reason", "label of the shop", "--by", "Bu Sri")
pytestmark = pytest.mark.slow


def label() -> cv2.typing.MatLike:
    return cv2.resize(draw(77, 300), (150, 150), interpolation=cv2.INTER_AREA)


def with_label(path: Path, seed: int, at: tuple[int, int]) -> Path:
    picture = draw(seed)
    picture[at[1] : at[1] + 150, at[0] : at[0] + 150] = label()
    return save(path, picture)


@pytest.fixture
def labelled(here: Path) -> Path:
    return with_label(here / "turi.png", 1, (300, 320))


@pytest.fixture
def other(here: Path) -> Path:
    return with_label(here / "sekar.png", 2, (40, 60))


@pytest.fixture
def registered(run: Run, labelled: Path) -> Path:
    assert run("register", labelled, "--title", "Turi").exit_code == 0
    return labelled


def test_a_mark_is_ignored_listed_and_taken_back(run: Run, registered: Path, other: Path) -> None:
    assert run("check", other).exit_code in (3, 4)
    result = run("ignore", registered, *IGNORE, "--yes")
    assert result.exit_code == 0 and "Ignored: X-000001-3." in result.stdout
    assert "found on 1 photo" in result.stderr
    checked = run("check", other)
    assert checked.exit_code == 0
    assert "1 mark that this registry ignores was found (X-000001-3)." in checked.stdout
    listed = json.loads(run("ignore", "--list", "--json").stdout)["marks"]
    assert [(mark["id"], mark["box"], mark["reason"]) for mark in listed] == [
        ("X-000001-3", [300, 320, 150, 150], "label of the shop")
    ]
    assert "Bu Sri" in run("ignore", "--list").stdout
    back = run("ignore", "--restore", "x 1 3", "--reason", "a motif")
    assert back.exit_code == 0 and "X-000001-3" in back.stdout
    assert run("check", other).exit_code in (3, 4)
    assert run("ignore", "--list").stdout.strip() == "No marks are ignored."
    assert "taken back" in run("ignore", "--list", "--all").stdout
    assert "counts again since" in run("show", "X-000001-3").stdout


def test_without_a_terminal_nothing_is_ignored_and_the_hint_says_how(
    run: Run, registered: Path, other: Path
) -> None:
    run("register", other, "--title", "Sekar", "--allow-duplicate")
    result = run("ignore", registered, *IGNORE)
    assert result.exit_code == 1
    assert "would vanish or weaken" in result.stderr and "M-000002-1" in result.stderr
    assert "--yes" in result.stderr
    assert run("ignore", "--list").stdout.strip() == "No marks are ignored."


def test_the_document_tells_what_weakened(run: Run, registered: Path, other: Path) -> None:
    run("register", other, "--title", "Sekar", "--allow-duplicate")
    document = json.loads(run("ignore", registered, *IGNORE, "--yes", "--json").stdout)
    (weakened,) = document["consequences"]["weakened"]
    assert {weakened["asked"], weakened["entry"]} == {"M-000001-3", "M-000002-1"}
    assert weakened["after"]["verdict"] == "clear"


def test_a_decision_that_it_is_a_label_ignores_it(run: Run, registered: Path, other: Path) -> None:
    words = ("decide", other, "M-000001-3", "label", "--by", "Bu Sri", "--reason", "label of the shop")
    assert run(*words).exit_code == 1, "nobody can be asked"
    assert json.loads(run("ignore", "--list", "--json").stdout)["marks"] == []
    result = run(*words, "--yes")
    assert result.exit_code == 0 and "rejected by Bu Sri, what coincides is a label" in result.stdout
    (mark,) = json.loads(run("ignore", "--list", "--json").stdout)["marks"]
    assert mark["decision"] == "B-000001-3"
    assert run("check", other).exit_code == 0


def test_in_indonesian(run: Run, registered: Path, other: Path) -> None:
    assert "Diabaikan: X-000001-3." in run("--lang", "id", "ignore", registered, *IGNORE, "--yes").stdout
    assert "1 tanda yang diabaikan" in run("--lang", "id", "check", other).stdout


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["turi.png"],
        ["turi.png", "--box", "1,2,3", "--reason", "x"],
        ["turi.png", "--box", "-1,2,3,4", "--reason", "x"],
        ["turi.png", "--box", BOX],
        ["--restore", "X-000001-3"],
        ["turi.png", "--restore", "X-000001-3", "--reason", "x"],
        ["turi.png", "--list"],
    ],
)
def test_what_is_incomplete_is_a_usage_error(run: Run, registered: Path, args: list[str]) -> None:
    assert run("ignore", *args).exit_code == 2


def test_a_mark_that_is_not_there_cannot_be_taken_back(run: Run, registered: Path) -> None:
    result = run("ignore", "--restore", "X-000001-3", "--reason", "x")
    assert result.exit_code == 1 and "X-000001-3" in result.stderr


def test_a_real_process_refuses_without_yes(motif: Motif, registered: Path) -> None:
    result = motif("ignore", registered, *IGNORE, stdin=-3)
    assert result.returncode == 1 and "--yes" in result.stderr
