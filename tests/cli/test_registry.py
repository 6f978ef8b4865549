"""The commands around a registry: what they print, and how they end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from motif.messages import use_language
from motif.registry.registry import Registry

from .conftest import Run, draw, save

FIRST = "M-000001-3"


@pytest.fixture
def registered(run: Run, photo: Path) -> Path:
    """A picture that is registered in ./registry.motif."""
    assert run("register", photo, "--title", "Kembang Turi").exit_code == 0
    return photo


@pytest.fixture
def copied(here: Path) -> Path:
    """The registered picture, mirrored and saved again."""
    return save(here / "copy.jpg", cv2.flip(draw(1), 1))


@pytest.mark.slow
def test_register_names_the_entry_and_keeps_the_file(run: Run, photo: Path) -> None:
    result = run("register", photo, "--title", "Kembang Turi")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Registered as {FIRST} 'Kembang Turi'.\n"
    with Registry.open("registry.motif", create=False) as registry:
        assert registry.original(FIRST) == photo.read_bytes()


@pytest.mark.slow
def test_register_refuses_a_duplicate_and_names_the_earlier_entry(
    run: Run, registered: Path, copied: Path
) -> None:
    for duplicate, hint in ((registered, "motif set"), (copied, "--allow-duplicate")):
        result = run("register", duplicate, "--title", "Another")
        assert (result.exit_code, result.stdout) == (4, "")
        assert FIRST in result.stderr
        assert "Kembang Turi" in result.stderr
        assert hint in result.stderr
    assert len(json.loads(run("list", "--json").stdout)) == 1


@pytest.mark.slow
def test_register_allows_a_duplicate_when_told_and_warns(run: Run, registered: Path, copied: Path) -> None:
    result = run("register", copied, "--title", "Another", "--allow-duplicate", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["similar_to"] == [FIRST]
    assert f"resembles {FIRST}. A person must look" in result.stderr


@pytest.mark.slow
def test_register_warns_of_what_is_alike_and_still_succeeds(
    run: Run, registered: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Registry.register

    def register_with_likeness(self: Registry, *args: object, **kwargs: object) -> object:
        return replace(register(self, *args, **kwargs), similar_to=(FIRST,))  # type: ignore[arg-type]

    monkeypatch.setattr(Registry, "register", register_with_likeness)
    result = run("register", other, "--title", "Sekar Jagad")
    assert result.exit_code == 0
    assert result.stdout.startswith("Registered as M-000002-1")
    assert result.stderr.startswith("REVIEW: M-000002-1 resembles M-000001-3.")


@pytest.mark.slow
def test_duplicate_as_json_says_which_entry(run: Run, registered: Path) -> None:
    result = run("register", registered, "--title", "Another", "--json")
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 4
    assert (error["code"], error["entry_id"], error["title"]) == ("duplicate-motif", FIRST, "Kembang Turi")


@pytest.mark.slow
def test_check_finds_the_mirrored_copy(run: Run, registered: Path, copied: Path) -> None:
    result = run("check", copied)
    assert result.exit_code == 4
    indication = "CONFLICT: strong indication that this design is already registered as"
    assert result.stdout.startswith(f"{indication} {FIRST} 'Kembang Turi' (score ")
    assert "mirrored" in result.stdout
    assert "A person decides." in result.stdout


@pytest.mark.slow
def test_check_of_a_new_design_is_clear_and_no_proof(run: Run, registered: Path, other: Path) -> None:
    result = run("check", other)
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "CLEAR: no indication found among 1 entry; this is no proof of originality."
    )


@pytest.mark.slow
def test_check_as_json_is_one_document(run: Run, registered: Path, copied: Path) -> None:
    result = run("check", copied, "--json", "--limit", "1")
    document = json.loads(result.stdout)
    assert result.exit_code == 4
    assert (document["verdict"], document["searched_entries"]) == ("conflict", 1)
    assert document["matches"][0]["entry"]["id"] == FIRST


@pytest.mark.slow
def test_compare_tells_same_from_different(run: Run, photo: Path, copied: Path, other: Path) -> None:
    same, different = run("compare", copied, photo), run("compare", other, photo)
    assert (same.exit_code, same.stdout.split(":")[0]) == (4, "CONFLICT")
    assert (different.exit_code, different.stdout.split(":")[0]) == (0, "CLEAR")
    assert json.loads(run("compare", photo, photo, "--json").stdout)["basis"] == "file"


@pytest.mark.slow
def test_list_and_show_tell_what_is_kept(run: Run, registered: Path) -> None:
    entry_list, entry_page = run("list"), run("show", "m 000001 3")
    assert (entry_list.exit_code, entry_page.exit_code) == (0, 0)
    assert entry_list.stdout.splitlines()[1].split()[0] == FIRST
    for fact in [FIRST, "Kembang Turi", "turi.png", "500 x 500 px"]:
        assert fact in entry_page.stdout
    document = json.loads(run("show", FIRST, "--json").stdout)
    assert list(document.pop("records")) == ["motif"]
    assert document == json.loads(run("list", "--json").stdout)[0]


@pytest.mark.slow
def test_withdrawn_entries_are_kept_and_passed_over(run: Run, registered: Path) -> None:
    result = run("withdraw", FIRST, "--reason", "registered twice")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "Withdrawn:")
    assert run("check", registered).exit_code == 0
    assert "withdrawn" in run("list").stdout
    assert "registered twice" in run("show", FIRST).stdout


@pytest.mark.slow
def test_added_photos_are_found(run: Run, registered: Path, other: Path) -> None:
    result = run("add-photo", FIRST, other)
    assert (result.exit_code, result.stdout) == (0, f"Added: {FIRST} 'Kembang Turi' now has 2 photos.\n")
    assert run("check", other).exit_code == 4


@pytest.mark.slow
def test_photo_of_another_entry_is_not_added(run: Run, registered: Path, other: Path) -> None:
    run("register", other, "--title", "Sekar")
    result = run("add-photo", FIRST, other)
    assert result.exit_code == 4
    assert "M-000002-1" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["check", "turi.png"],
        ["list"],
        ["show", FIRST],
        ["withdraw", FIRST, "--reason", "x"],
        ["add-photo", FIRST, "turi.png"],
    ],
)
def test_a_missing_registry_is_an_error_and_is_not_made(run: Run, photo: Path, args: list[str]) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "registry.motif" in result.stderr
    assert len(result.stderr.splitlines()) == 2
    assert not Path("registry.motif").exists()
    error = json.loads(run(*args, "--json").stdout)["error"]
    assert error.keys() == {"code", "message", "hint"}


@pytest.mark.slow
def test_registry_is_named_before_or_behind_the_command_or_in_the_environment(run: Run, photo: Path) -> None:
    run("register", photo, "--title", "A", "--registry", "a b é.motif")
    run("--registry", "c.motif", "register", photo, "--title", "C")
    run("register", photo, "--title", "E", env={"MOTIF_REGISTRY": "e.motif"})
    assert "A" in run("--registry", "a b é.motif", "list").stdout
    assert "C" in run("list", env={"MOTIF_REGISTRY": "c.motif"}).stdout
    assert (
        "E"
        in run("--registry", "c.motif", "list", "--registry", "e.motif", env={"MOTIF_REGISTRY": "a"}).stdout
    )
    assert not Path("registry.motif").exists()


@pytest.mark.slow
def test_any_script_is_kept_and_shown(run: Run, here: Path) -> None:
    cloth = save(here / "ꦧꦠꦶꦏ꧀ 蝋染.png", draw(1))
    run("register", cloth, "--title", "ꦏꦮꦸꦁ Turi")
    assert "ꦏꦮꦸꦁ Turi" in run("list").stdout
    assert "ꦧꦠꦶꦏ꧀ 蝋染.png" in run("show", FIRST).stdout


@pytest.mark.slow
def test_photo_that_starts_with_a_dash_is_explained(run: Run, here: Path) -> None:
    save(here / "-foto.png", draw(1))
    result = run("register", "--title", "x", "-foto.png")
    assert result.exit_code == 2
    assert "write ./-foto.png" in result.stderr
    assert run("register", "--title", "x", "./-foto.png").exit_code == 0
    assert run("check", "--", "-foto.png").exit_code == 4


@pytest.mark.slow
@pytest.mark.parametrize("entry_id", ["M-000001-4", "M-000099-1", "kawung", ""])
def test_an_id_that_is_not_there_is_explained(run: Run, registered: Path, entry_id: str) -> None:
    result = run("show", entry_id)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2


def test_a_photo_that_cannot_be_used_is_explained(run: Run, here: Path) -> None:
    (here / "letter.txt").write_text("no picture")
    result = run("register", "letter.txt", "--title", "x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert not (here / "registry.motif").exists()


@pytest.mark.parametrize(
    "args",
    [["register", "a.png"], ["check"], ["withdraw", FIRST], ["no-such"], ["check", "--limit", "0", "a"]],
)
def test_a_wrong_command_line_is_usage(run: Run, args: list[str]) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: motif")


@pytest.mark.slow
def test_register_warns_that_a_picture_shows_too_little_to_be_found_again(run: Run, here: Path) -> None:
    slope = np.tile(np.linspace(20, 230, 700).astype(np.uint8), (500, 1))
    plain = save(here / "polos.png", np.dstack([slope] * 3))
    result = run("register", plain, "--title", "Polos", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["too_little"] is True
    assert f"Warning: the photo of {FIRST} shows too few drops" in result.stderr
    said = run("register", save(here / "turi.png", draw(1)), "--title", "Turi", "--json")
    assert json.loads(said.stdout)["too_little"] is False
    assert "too few" not in said.stderr


@pytest.mark.slow
def test_no_warning_after_a_registration_says_that_anything_was_refused(run: Run, here: Path) -> None:
    blurred = save(here / "kabur.png", cv2.GaussianBlur(draw(1), (0, 0), 9))
    result = run("--lang", "id", "register", blurred, "--title", "Kabur")
    use_language(None)  # the command ran in this process
    assert (result.exit_code, result.stdout[:9]) == (0, "Terdaftar")
    assert "foto ulang: " in result.stderr
    assert "ditolak" not in result.stderr
