"""``motif fingerprint -o``: a run goes on where it stopped, whatever stopped it."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from motif.fingerprint import Fingerprint

from .conftest import Motif, Run, draw, group_members, sabotage, save

pytestmark = pytest.mark.slow  # starts processes and kills them

OUT = "out.jsonl"


@pytest.fixture
def photos(here: Path) -> Path:
    (here / "photos").mkdir()
    for number in range(6):
        save(here / "photos" / f"{number}.png", draw(number, 200))
    (here / "photos" / "7.jpg").write_text("no picture")
    return here / "photos"


def rows(path: str | Path = OUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def names(path: str | Path = OUT) -> list[str]:
    return [Path(row["path"]).name for row in rows(path)]


def fill(run: Run, *args: str | Path, code: int = 1) -> dict[str, Any]:
    result = run(
        "fingerprint", "photos", "-o", OUT, "--hashes-only", "--json", "--quiet", "--jobs", "1", *args
    )
    assert result.exit_code == code, result.output
    summary = json.loads(result.stdout)
    assert isinstance(summary, dict)
    return summary


def test_rows_are_fingerprints_with_size_and_time(run: Run, photos: Path) -> None:
    result = run("fingerprint", photos / "0.png", "-o", OUT)
    (row,) = rows()
    status = (photos / "0.png").stat()
    assert (result.exit_code, result.stdout) == (0, "")
    assert (row["size_bytes"], row["mtime_ns"]) == (status.st_size, status.st_mtime_ns)
    assert Fingerprint.from_json(row).source_sha256 == row["source_sha256"]


def test_a_second_run_does_nothing(run: Run, photos: Path) -> None:
    first = fill(run)
    before = Path(OUT).read_bytes()
    second = fill(run)
    assert (first["computed"], first["unchanged"], first["errors"]) == (7, 0, 1)
    assert (second["computed"], second["unchanged"], second["errors"]) == (0, 7, 1)
    assert second["errors_by_code"] == {"not-an-image": 1}
    assert Path(OUT).read_bytes() == before
    assert fill(run, "--retry-errors")["computed"] == 1
    assert len(rows()) == 7


def test_changed_and_new_pictures_are_done_and_the_rest_is_not(run: Run, photos: Path) -> None:
    fill(run, "--ordered")
    save(photos / "1.png", draw(11, 180))
    save(photos / "10.png", draw(10, 200))
    (photos / "2.png").touch()
    summary = fill(run, "--ordered")
    assert (summary["computed"], summary["unchanged"]) == (2, 6)
    assert names() == ["0.png", "1.png", "10.png", "2.png", "3.png", "4.png", "5.png", "7.jpg"]


def test_checksum_finds_a_change_that_size_and_time_hide(run: Run, photos: Path) -> None:
    fill(run)
    picture = photos / "3.png"
    status, data = picture.stat(), bytearray(picture.read_bytes())
    data[-20] ^= 1
    picture.write_bytes(data)
    os.utime(picture, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fill(run)["computed"] == 0
    assert fill(run, "--checksum")["computed"] == 1


def test_deeper_fingerprints_replace_hashes(run: Run, photos: Path) -> None:
    fill(run)
    assert run("fingerprint", "photos", "-o", OUT, "--jobs", "1").exit_code == 1
    assert all("error" in row or "keypoints" in row["fields"][0] for row in rows())
    assert len(rows()) == 7
    assert run("fingerprint", "photos/0.png", "-o", OUT).exit_code == 0
    assert len(rows()) == 7, "rows of other sources stay"


def test_the_number_of_workers_does_not_show(run: Run, photos: Path) -> None:
    for out, *options in (
        ["1.jsonl", "--ordered", "--jobs", "1"],
        ["2.jsonl", "--ordered", "--jobs", "2"],
        ["2u.jsonl", "--jobs", "2"],
    ):
        run("fingerprint", "photos", "--hashes-only", "-o", out, *options)
    first, second, unordered = (Path(name).read_bytes() for name in ("1.jsonl", "2.jsonl", "2u.jsonl"))
    assert first == second
    assert sorted(first.splitlines()) == sorted(unordered.splitlines())


def test_fail_fast_stops_and_the_next_run_goes_on(run: Run, photos: Path) -> None:
    (photos / "0.png").write_text("no picture")
    first = fill(run, "--fail-fast", "--ordered")
    assert (first["finished"], names()) == (False, ["0.png"])
    assert fill(run, "--ordered")["computed"] == 6


def test_a_list_on_stdin_and_a_column(run: Run, photos: Path) -> None:
    result = run("fingerprint", "-", "-o", OUT, "--hashes-only", input="photos/0.png\n\nphotos/1.png\n")
    assert (result.exit_code, names()) == (0, ["0.png", "1.png"])
    Path("list.csv").write_text("title,file\nTuri,photos/2.png\n")
    assert run("fingerprint", "list.csv", "--column", "file", "-o", "csv.jsonl").exit_code == 0
    assert names("csv.jsonl") == ["2.png"]
    wrong = run("fingerprint", "list.csv", "--column", "foto", "-o", "csv.jsonl")
    assert (wrong.exit_code, "title, file" in wrong.stderr) == (1, True)


def test_summary_is_written_also_when_quiet(run: Run, photos: Path) -> None:
    run("fingerprint", "photos", "-o", OUT, "--hashes-only", "--summary", "run.json", "--quiet")
    summary = json.loads(Path("run.json").read_text())
    assert (summary["pictures"], summary["errors"], summary["finished"]) == (7, 1, True)


def test_a_photo_is_never_overwritten_by_mistake(run: Run, photos: Path) -> None:
    before = (photos / "0.png").read_bytes()
    result = run("fingerprint", "photos", "-o", photos / "0.png")
    assert (result.exit_code, "something other" in result.stderr) == (1, True)
    assert (photos / "0.png").read_bytes() == before


def test_a_picture_over_the_time_limit_costs_only_its_row(motif: Motif, photos: Path) -> None:
    env = sabotage(photos.parent, "import time; time.sleep(60)", of="3.png")
    done = motif("fingerprint", "photos", "-o", OUT, "--hashes-only", "--time-limit", "2", env=env)
    codes = {Path(row["path"]).name: row["error"]["code"] for row in rows() if "error" in row}
    assert (done.returncode, codes) == (1, {"3.png": "time-limit", "7.jpg": "not-an-image"})


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_a_picture_over_the_memory_limit_costs_only_its_row(motif: Motif, photos: Path) -> None:
    env = sabotage(photos.parent, "bytearray(400_000_000)", of="3.png")
    command = ("fingerprint", "photos", "-o", OUT, "--hashes-only", "--jobs", "1")
    done = motif(*command, "--memory-limit", "300MB", env=env)
    codes = {Path(row["path"]).name: row["error"]["code"] for row in rows() if "error" in row}
    assert (done.returncode, codes) == (1, {"3.png": "out-of-memory", "7.jpg": "not-an-image"})


def test_a_full_disk_keeps_whole_rows_and_the_next_run_goes_on(motif: Motif, run: Run, photos: Path) -> None:
    def fill_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))

    command = ("fingerprint", "photos", "-o", OUT, "--hashes-only", "--jobs", "1", "--ordered")
    stopped = motif(*command, preexec_fn=fill_up)
    rows_before = rows()
    assert (stopped.returncode, 0 < len(rows_before) < 7) == (1, True)
    assert "Traceback" not in stopped.stderr
    assert "disk" in stopped.stderr
    assert fill(run, "--ordered")["computed"] == 7 - len(rows_before)
    assert names() == sorted(path.name for path in photos.iterdir())


@pytest.mark.parametrize(
    ("number", "ctrl_c"),
    [
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_IGN),  # as in a shell's background job
        (signal.SIGKILL, signal.SIG_DFL),
    ],
)
def test_a_stopped_run_keeps_its_rows_and_leaves_no_worker(
    run: Run, photos: Path, number: int, ctrl_c: signal.Handlers
) -> None:
    command = [
        sys.executable,
        "-m",
        "motif",
        "fingerprint",
        "photos",
        "-o",
        OUT,
        "--hashes-only",
        "--ordered",
    ]
    env = os.environ | sabotage(photos.parent, "import time; time.sleep(60)", of="4.png")
    with subprocess.Popen(
        [*command, "--ordered", "--jobs", "2"],
        env=env,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, ctrl_c),
    ) as running:
        deadline = time.monotonic() + 60
        while not Path(OUT).exists() or len(names()) < 4:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        running.send_signal(number)
        _, stderr = running.communicate(timeout=60)
    if number != signal.SIGKILL:
        assert (running.returncode, stderr) == (130, "Stopped.\n")
    while group_members(running.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert names() == ["0.png", "1.png", "2.png", "3.png"]
    assert fill(run, "--ordered")["unchanged"] == 4
    resumed = Path(OUT).read_bytes()
    Path(OUT).unlink()
    fill(run, "--ordered")
    assert Path(OUT).read_bytes() == resumed
