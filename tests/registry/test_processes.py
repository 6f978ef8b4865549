"""Many processes at once, killed or interrupted: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import cv2
import numpy as np
import pytest

from motif.fingerprint import Fingerprint
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry

pytestmark = pytest.mark.slow  # starts processes and kills them

HERE = Path(__file__).parent
Start = Callable[..., "subprocess.Popen[str]"]


def draw(seed: int) -> bytes:
    """Draw a cloth of drops as PNG; no two seeds look alike."""
    chance = np.random.default_rng(seed)
    picture = np.full((240, 240, 3), chance.integers(150, 256, 3), np.uint8)
    for _ in range(70):
        place = tuple(int(value) for value in chance.integers(0, 240, 2))
        axes = tuple(int(value) for value in chance.integers(3, 20, 2))
        color = tuple(int(value) for value in chance.integers(0, 160, 3))
        cv2.ellipse(picture, place, axes, float(chance.integers(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
    return cv2.imencode(".png", picture)[1].tobytes()


@pytest.fixture
def draw_photos(tmp_path: Path) -> Callable[[int], Path]:
    """Make a folder of so many photos."""

    def make(count: int) -> Path:
        folder = tmp_path / "photos"
        folder.mkdir()
        for seed in range(count):
            (folder / f"{seed:03}.png").write_bytes(draw(seed))
        return folder

    return make


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a script of this folder; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(script: str, *arguments: Path | str) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / script), *map(str, arguments)]
        # One core for each process: the machine is shared by all that are started here.
        alone = os.environ | {"OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=alone,
            preexec_fn=obey_ctrl_c if os.name == "posix" else None,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def obey_ctrl_c() -> None:
    """Let a new process obey Ctrl-C, also where the tests themselves run in the background and ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def stream(pipe: IO[str] | None) -> IO[str]:
    """Return a pipe that is there."""
    assert pipe is not None
    return pipe


def require_whole(folder: Path) -> dict[str, str]:
    """Require that a registry lacks nothing; return the title of each entry by its id."""
    with Registry.open(folder, profile=CHEAPEST_1) as registry:
        with closing(sqlite3.connect(folder / "registry.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            rows = connection.execute(
                "SELECT sha256, data FROM photos LEFT JOIN fingerprints ON photo_key = key"
            ).fetchall()
        for sha256, data in rows:
            assert Fingerprint.from_bytes(data).source_sha256 == sha256
            assert registry.original(sha256)
        entries = registry.list(include_withdrawn=True)
        assert registry.ledger.verify().findings == ()
    assert sum(len(entry.photos) for entry in entries) == len(rows)
    return {entry.id: entry.title for entry in entries}


def test_many_processes_with_the_same_photos_make_one_entry_each(
    tmp_path: Path, draw_photos: Callable[[int], Path], start: Start
) -> None:
    folder, photos = tmp_path / "registry.motif", draw_photos(20)
    processes = [start("register_photos.py", folder, photos, order) for order in ("forward", "backward") * 4]
    for process in processes:
        assert stream(process.stdout).readline() == "ready\n"
    for process in processes:
        stream(process.stdin).write("go\n")
        stream(process.stdin).flush()
    said = [line.split() for process in processes for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in processes] == [0] * 8
    assert Counter(word for word, _, _ in said) == {"registered": 20, "duplicate": 7 * 20}
    titles = require_whole(folder)
    assert sorted(titles.values()) == [f"{seed:03}.png" for seed in range(20)]
    assert all(titles[entry_id] == name for _, entry_id, name in said)


def test_a_killed_process_loses_nothing_that_it_acknowledged(
    tmp_path: Path, draw_photos: Callable[[int], Path], start: Start
) -> None:
    folder, photos = tmp_path / "registry.motif", draw_photos(200)
    chance = random.Random(7)
    acknowledged: dict[str, str] = {}
    upcoming = start("register_photos.py", folder, photos)
    for life in range(8):
        process, upcoming = upcoming, start("register_photos.py", folder, photos)
        assert stream(process.stdout).readline() == "ready\n"
        stream(process.stdin).write("go\n")
        stream(process.stdin).flush()
        # The first lives may end while the registry is made; later ones get some photos further,
        # however busy the machine is.
        lines = len(acknowledged) + chance.randrange(1, 4) if life >= 2 else 0
        heard = [stream(process.stdout).readline() for _ in range(lines)]
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        heard += stream(process.stdout).readlines()
        said = [line.split() for line in heard]
        acknowledged |= {entry_id: name for _, entry_id, name in said}
        titles = require_whole(folder)
        assert acknowledged.items() <= titles.items()
        assert len(set(titles.values())) == len(titles)
        acknowledged = titles
    assert len(acknowledged) > 5


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_an_interrupted_batch_leaves_the_registry_whole_and_no_worker(
    tmp_path: Path, draw_photos: Callable[[int], Path], start: Start
) -> None:
    folder = tmp_path / "registry.motif"
    process = start("register_many.py", folder, draw_photos(200))
    ids = [stream(process.stdout).readline().strip() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()  # ends only when no worker holds the pipe any more
    assert process.returncode == 130
    assert set(ids) | set(rest.split()) <= require_whole(folder).keys()
