"""Reports from the command line: written beside the answer, turned into another form, and verified."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from motif.messages import use_language

pytestmark = pytest.mark.slow  # writes whole reports

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Forget what ``--lang`` chose in this process."""
    yield
    use_language(None)


@pytest.fixture
def registered(run: Run, photo: Path) -> Path:
    """One registered photo."""
    assert run("register", photo, "--title", "<b>Kembang</b> #Turi").exit_code == 0
    return photo


@pytest.mark.parametrize("name", ["out.html", "out.pdf"])
def test_check_writes_a_report_that_holds(run: Run, registered: Path, name: str) -> None:
    checked = run("check", registered, "--report", name)
    assert checked.exit_code == 4
    assert Path(name).stat().st_size > 10_000
    verified = run("report", "--verify", name)
    assert verified.exit_code == 0
    assert "DOES NOT HOLD" not in verified.output
    assert verified.output.count("holds:") == 6


def test_a_clear_answer_is_reported_too(run: Run, registered: Path, other: Path) -> None:
    assert run("--lang", "id", "check", other, "--report", "out.html").exit_code == 0
    assert "Tidak ditemukan indikasi kemiripan" in Path("out.html").read_text(encoding="utf-8")


def test_a_changed_report_does_not_hold(run: Run, registered: Path) -> None:
    run("check", registered, "--report", "out.html")
    text = Path("out.html").read_text(encoding="utf-8")
    Path("out.html").write_text(text.replace("Kembang", "Kembung"), encoding="utf-8")
    verified = run("report", "--verify", "out.html", "--json")
    assert verified.exit_code == 1
    assert json.loads(verified.stdout)["whole"] is False


def test_without_registry_and_photo_the_document_alone_is_verified(
    run: Run, registered: Path, here: Path
) -> None:
    run("check", registered, "--report", "out.html")
    registered.unlink()
    verified = run("report", "out.html", "--verify", "--registry", here / "none.motif")
    assert verified.exit_code == 0
    assert "not checked: ledger" in verified.output


def test_the_sheet_of_an_entry_is_written_under_its_id(run: Run, registered: Path) -> None:
    written = run("report", "m 1 3")
    assert (written.exit_code, written.output.strip()) == (0, "M-000001-3.html")
    assert "&lt;b&gt;Kembang&lt;/b&gt; #Turi" in Path("M-000001-3.html").read_text(encoding="utf-8")
    assert run("report", "--verify", "M-000001-3.html").exit_code == 0


def test_a_report_can_be_written_again_in_another_form_and_language(run: Run, registered: Path) -> None:
    run("--lang", "en", "check", registered, "--report", "out.html")
    assert run("--lang", "id", "report", "out.html", "--report", "out.pdf").exit_code == 0
    assert run("report", "--verify", "out.pdf").exit_code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["check", "turi.png", "--report", "out.docx"], "expected .html or .pdf"),
        (["report", "M-000009-4"], "M-000009-4"),
        (["report", "--verify", "turi.png"], "not a motif report"),
        (["report", "--verify", "missing.html"], "cannot be read"),
        (["report", "turi.html", "--verify"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, registered: Path, args: list[str], message: str) -> None:
    failed = run(*args)
    assert failed.exit_code == 1
    assert message in failed.stderr
    assert not list(Path().glob("out*"))


@pytest.mark.parametrize("name", ["lacking/out.html", "lacking/out.pdf"])
def test_a_report_that_cannot_be_written_is_named(run: Run, registered: Path, name: str) -> None:
    failed = run("check", registered, "--report", name)
    assert failed.exit_code == 1
    assert name in failed.stderr
    assert ".tmp" not in failed.stderr


def test_of_two_photos_the_one_that_is_no_picture_is_named(run: Run, registered: Path) -> None:
    Path("notes.jpg").write_text("no picture")
    failed = run("compare", registered, "notes.jpg", "--picture", "out.png")
    assert failed.exit_code == 1
    assert "notes.jpg" in failed.stderr
