"""``motif fingerprint``: rows on stdout, progress on stderr, and no file that stops the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from motif.fingerprint import Fingerprint

from .conftest import Motif, Run, draw, group_members, obey_ctrl_c, sabotage, save


def rows_of(stdout: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture
def folder(here: Path) -> Path:
    """A folder as an office has it: pictures, other things, and a damaged picture."""
    (here / "photos" / "b sub").mkdir(parents=True)
    for number, name in enumerate(["z.png", "b sub/é.JPG", "a.jpg"]):
        save(here / "photos" / name, draw(number))
    (here / "photos" / "m.jpg").write_bytes((here / "photos" / "a.jpg").read_bytes()[:900])
    (here / "photos" / "letter.txt").write_text("no picture")
    (here / "photos" / ".hidden.jpg").write_text("no picture")
    (here / "photos" / "registry.motif").mkdir()
    save(here / "photos" / "registry.motif" / "original.jpg", draw(3))
    return here / "photos"


def test_rows_are_fingerprints_and_name_their_file(run: Run, photo: Path) -> None:
    result = run("fingerprint", "turi.png")
    (row,) = rows_of(result.stdout)
    assert (result.exit_code, row["path"]) == (0, "turi.png")
    assert "error" not in row
    assert len(Fingerprint.from_json(row).main.keypoints) > 100


@pytest.mark.slow
def test_folder_gives_pictures_in_order_and_the_damaged_one_as_an_error(run: Run, folder: Path) -> None:
    result = run("fingerprint", folder)
    rows = rows_of(result.stdout)
    assert result.exit_code == 1
    assert [Path(str(row["path"])).name for row in rows] == ["a.jpg", "m.jpg", "z.png", "é.JPG"]
    (error,) = [row["error"] for row in rows if "error" in row]
    assert isinstance(error, dict)
    assert error["code"] == "photo-truncated"
    assert set(error) == {"code", "message", "hint"}
    assert result.stderr == f"4 pictures, 1 error\nPassed over (1): {folder / 'letter.txt'}\n"


@pytest.mark.slow
def test_named_files_give_a_row_whatever_they_are(run: Run, folder: Path, photo: Path) -> None:
    result = run("fingerprint", "missing.jpg", folder / "letter.txt", photo)
    errors = [row.get("error") for row in rows_of(result.stdout)]
    assert [error and error["code"] for error in errors] == ["photo-unreadable", "not-an-image", None]  # type: ignore[index]
    assert result.exit_code == 1


@pytest.mark.slow
def test_result_does_not_depend_on_the_number_of_workers(run: Run, folder: Path) -> None:
    assert (
        run("fingerprint", "--jobs", "1", folder).stdout == run("fingerprint", "--jobs", "2", folder).stdout
    )


@pytest.mark.slow
def test_hashes_alone_are_those_of_the_fingerprint(run: Run, photo: Path) -> None:
    (whole,) = rows_of(run("fingerprint", photo).stdout)
    (hashes,) = rows_of(run("fingerprint", "--hashes-only", photo).stdout)
    (of_whole,), (of_hashes,) = whole.pop("fields"), hashes.pop("fields")
    assert "keypoints" not in of_hashes
    assert all(of_whole[name] == value for name, value in of_hashes.items())
    assert all(whole[name] == value for name, value in hashes.items())


def test_empty_folder_says_that_nothing_was_found(run: Run, here: Path) -> None:
    result = run("fingerprint", here)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no pictures found" in result.stderr


def test_quiet_is_quiet(run: Run, photo: Path) -> None:
    assert run("fingerprint", "--quiet", photo).stderr == ""


def test_unreadable_folder_is_a_row(run: Run, folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    (folder / "b sub").chmod(0)
    result = run("fingerprint", folder)
    (folder / "b sub").chmod(0o700)
    assert rows_of(result.stdout)[0]["path"] == str(folder / "b sub")


@pytest.mark.slow
def test_a_worker_that_dies_costs_only_its_picture(motif: Motif, folder: Path) -> None:
    run = motif("fingerprint", "--jobs", "2", folder, env=sabotage(folder.parent, "os.kill(os.getpid(), 9)"))
    codes = {Path(str(row["path"])).name: row.get("error", {}).get("code") for row in rows_of(run.stdout)}  # type: ignore[attr-defined]
    assert codes == {"a.jpg": None, "m.jpg": "photo-truncated", "z.png": "worker-died", "é.JPG": None}
    assert run.stderr.startswith("4 pictures, 2 errors\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("failure", "code"), [("MemoryError()", "out-of-memory"), ("KeyError(7)", "unexpected")]
)
def test_unforeseen_failures_are_rows_too(motif: Motif, folder: Path, failure: str, code: str) -> None:
    run = motif("fingerprint", "--jobs", "1", folder, env=sabotage(folder.parent, f"raise {failure}"))
    (error,) = [row["error"] for row in rows_of(run.stdout) if str(row["path"]).endswith("z.png")]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_ctrl_c_stops_at_once_with_one_line_and_leaves_no_worker(folder: Path) -> None:
    env = os.environ | sabotage(folder.parent, "import time; time.sleep(60)")
    command = [sys.executable, "-m", "motif", "fingerprint", "--jobs", "2", folder]
    with subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=obey_ctrl_c,
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        os.killpg(run.pid, signal.SIGINT)
        started = time.monotonic()
        _, stderr = run.communicate(timeout=30)
    assert (run.returncode, stderr) == (130, "Stopped.\n")
    assert time.monotonic() - started < 20
    while group_members(run.pid) and time.monotonic() - started < 20:
        time.sleep(0.05)  # killed workers take a moment to go on a busy machine
    assert not group_members(run.pid)
