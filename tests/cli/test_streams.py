"""Odd streams, odd names, odd moments: never a traceback, always an exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Motif, Run, draw, group_members, obey_ctrl_c, sabotage, save

pytestmark = pytest.mark.slow  # starts processes

MOTIF = [sys.executable, "-m", "motif"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="tries what only POSIX has")


@pytest.fixture
def registered(run: Run, photo: Path) -> Path:
    """A picture that is registered in ./registry.motif under a title in another script."""
    assert run("register", photo, "--title", "ꦏꦮꦸꦁ").exit_code == 0
    return photo


def test_version_names_program_and_profile(motif: Motif) -> None:
    run = motif("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, "motif 0.1.0 (profile standard-1)\n", "")


def test_help_names_every_command_and_exit_code(motif: Motif) -> None:
    run = motif("--help")
    for word in [
        "fingerprint",
        "register",
        "check",
        "compare",
        "list",
        "show",
        "withdraw",
        "add-photo",
        "conflict",
    ]:
        assert word in run.stdout
    assert run.returncode == 0


def test_titles_reach_a_terminal_that_knows_ascii_only(motif: Motif, registered: Path) -> None:
    run = motif("list", env={"PYTHONIOENCODING": "ascii"})
    assert run.returncode == 0
    assert "\\ua98f" in run.stdout


@POSIX
def test_a_name_that_is_no_text_is_read_and_printed(motif: Motif, run: Run, here: Path) -> None:
    name = os.fsdecode(b"caf\xe9 turi.png")
    save(here / name, draw(1))
    assert motif("fingerprint", "--hashes-only", name).stdout.startswith(
        '{"path": "caf\\\\udce9 turi.png", "path_raw": '
    )
    missing = motif("register", "no" + name, "--title", "Turi")
    assert (missing.returncode, "\\udce9" in missing.stderr) == (1, True)
    assert run("register", name, "--title", "Turi").exit_code == 0


@POSIX
def test_a_title_that_is_no_text_is_refused(motif: Motif, photo: Path) -> None:
    run = motif("register", photo, "--title", os.fsdecode(b"caf\xe9"))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr


@POSIX
def test_a_reader_that_goes_away_is_no_error(registered: Path) -> None:
    with subprocess.Popen([*MOTIF, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.wait(timeout=60) == 141
        assert run.stderr is not None
        assert run.stderr.read() == b""


@POSIX
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing_else(registered: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m motif show M-000001-4 {closed}'
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert ("check digit" in run.stderr) == ("2>&-" not in closed)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", [["list"], ["--help"], ["fingerprint", "turi.png"], ["list", "--json"]])
def test_output_that_cannot_be_written_is_an_error(registered: Path, args: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*MOTIF, *args], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert run.returncode == 1
    assert "No space left on device" in run.stderr
    assert len(run.stderr.splitlines()) == 2


def test_an_unforeseen_error_is_two_lines_and_debug_shows_where(motif: Motif, here: Path) -> None:
    env = sabotage(here, "raise KeyError(7)")
    save(here / "z.png", draw(1))
    run = motif("register", "z.png", "--title", "x", env=env)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (1, "", 2)
    assert "KeyError: 7" in run.stderr
    assert "Traceback" in motif("register", "z.png", "--title", "x", env=env | {"MOTIF_DEBUG": "1"}).stderr


@pytest.mark.parametrize("args", [["--debug", "show", "kawung"], ["show", "--debug", "kawung"]])
def test_debug_may_stand_before_or_behind_the_command(run: Run, args: list[str]) -> None:
    assert run("show", "kawung").stderr in run(*args).stderr
    assert run(*args).stderr.startswith("Traceback")


def test_too_little_memory_is_said_plainly(motif: Motif, here: Path) -> None:
    save(here / "z.png", draw(1))
    run = motif("register", "z.png", "--title", "x", env=sabotage(here, "raise MemoryError"))
    assert (run.returncode, run.stderr.splitlines()[0]) == (1, "Error: not enough memory")


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_registry_is_said_plainly(motif: Motif, registered: Path, damage: bytes) -> None:
    for leftover in Path("registry.motif").glob("registry.sqlite-*"):
        leftover.unlink()
    (Path("registry.motif") / "registry.sqlite").write_bytes(damage)
    run = motif("check", registered)
    assert (run.returncode, run.stdout) == (1, "")
    assert "Traceback" not in run.stderr
    assert "this should not have happened" not in run.stderr


def test_a_file_in_the_registrys_place_is_said_plainly(motif: Motif, photo: Path) -> None:
    Path("registry.motif").write_text("a letter")
    run = motif("register", photo, "--title", "x")
    assert run.returncode == 1
    assert "this should not have happened" not in run.stderr


@POSIX
def test_ctrl_c_while_registering_is_one_line_and_leaves_the_registry_whole(
    run: Run, registered: Path, here: Path
) -> None:
    env = os.environ | sabotage(here, "print('opened', flush=True); import time; time.sleep(60)")
    save(here / "z.png", draw(2))
    command = [*MOTIF, "register", "z.png", "--title", "x"]
    with subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=obey_ctrl_c,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (130, "Stopped.\n")
    assert not group_members(process.pid)
    assert run("check", registered).exit_code == 4
    assert run("register", "z.png", "--title", "x").exit_code == 0


@POSIX
def test_ctrl_c_at_any_moment_is_one_line(here: Path) -> None:
    """From our first import on; what comes before is Python's own start."""
    save(here / "a.png", draw(1))
    env = os.environ | sabotage(here, "os.write(1, b'begin')", event="import", of="motif.cli.entry")
    for delay_ms in range(0, 640, 80):
        with subprocess.Popen(
            [*MOTIF, "fingerprint", "a.png"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=obey_ctrl_c,
        ) as run:
            assert run.stdout is not None
            assert run.stdout.read(5) == "begin"
            time.sleep(delay_ms / 1000)
            run.send_signal(signal.SIGINT)
            _, stderr = run.communicate(timeout=30)
        assert (run.returncode, stderr.strip()) in ((130, "Stopped."), (0, "1 picture, 0 errors"))


@POSIX
def test_ctrl_c_inside_a_finalizer_is_obeyed(here: Path) -> None:
    """Python itself would print a traceback, drop the interrupt and carry on."""
    save(here / "a.png", draw(1))
    inside = "w = type('W', (), {'__del__': lambda s: (_ for _ in ()).throw(KeyboardInterrupt)})(); del w"
    env = os.environ | sabotage(here, inside, of="a.png")
    done = subprocess.run(
        [*MOTIF, "fingerprint", "a.png"], env=env, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")
