"""Race and kill real processes that register photos, and count what was lost or doubled.

    python benchmarks/registry_crash.py                      # 32 processes x 50 photos, 50 kills
    python benchmarks/registry_crash.py --processes 8 --photos 20 --kills 10 --profile cheapest-1

Prints a table, and the same as JSON with --json FILE. Ends with 1 if anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from motif.errors import DuplicateMotifError, MotifError
from motif.fingerprint import Fingerprint
from motif.profiles import PROFILES, Profile
from motif.registry.registry import Registry

KILLS_PER_REGISTRY = 10
LAST_MOMENT_S = 0.5
WRITE_S = 0.02


def main() -> int:
    """Run both benchmarks, or play one of their processes."""
    arguments = _arguments()
    profile = PROFILES[arguments.profile]
    if arguments.worker:
        return _work(*map(Path, arguments.worker), profile=profile)
    with tempfile.TemporaryDirectory(prefix="motif-crash-") as name:
        place = Path(name)
        report: dict[str, Any] = {
            "profile": profile.id,
            "race": race(place / "race", arguments.processes, arguments.photos, profile),
            "kills": kills(place / "kills", arguments.kills, arguments.seed, profile),
        }
    print(_table(report))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if report["race"]["passed"] and report["kills"]["passed"] else 1


def race(place: Path, processes: int, photos: int, profile: Profile) -> dict[str, Any]:
    """Let many processes register the same photos at once into one registry that is not there yet."""
    folder = place / "registry.motif"
    _draw(place / "photos", photos)
    running = [_start(folder, place / "photos", profile) for _ in range(processes)]
    for process in running:
        _read(process, "ready")
    began = time.perf_counter()
    for process in running:
        _tell(process)
    said = [line.split() for process in running for line in process.communicate()[0].splitlines()]
    took_s = time.perf_counter() - began
    counts = Counter(word for word, *_ in said)
    titles, flaws = inspect(folder, profile)
    wrong_ids = sum(titles.get(entry_id) != name for word, entry_id, name in said if word != "error")
    doubled = len(titles) - len(set(titles.values()))
    lost = photos - len(set(titles.values()))
    failed = sum(process.returncode != 0 for process in running)
    return {
        "processes": processes,
        "photos": photos,
        "entries": len(titles),
        "registered": counts["registered"],
        "refused": counts["duplicate"],
        "errors": counts["error"] + failed,
        "lost": lost,
        "doubled": doubled,
        "wrong_ids": wrong_ids,
        "flaws": flaws,
        "seconds": round(took_s, 2),
        "passed": not (lost or doubled or wrong_ids or failed or flaws or counts["error"])
        and counts["registered"] == photos,
    }


def kills(place: Path, rounds: int, seed: int, profile: Profile) -> dict[str, Any]:
    """Kill a registering process again and again, and look at the registry each time."""
    chance = random.Random(seed)
    total = Counter[str]()
    flaws: list[str] = []
    acknowledged: dict[str, str] = {}
    _draw(place / "photos", 60 * KILLS_PER_REGISTRY)
    for number in range(rounds):
        folder = place / f"registry-{number // KILLS_PER_REGISTRY}.motif"
        if number % KILLS_PER_REGISTRY == 0:
            acknowledged = {}
        process = _start(folder, place / "photos", profile)
        _read(process, "ready")
        _tell(process)
        # The first two lives may end while the registry is made; later ones get some photos further,
        # however busy the machine is.
        lines = len(acknowledged) + chance.randrange(1, 6) if number % KILLS_PER_REGISTRY > 1 else 0
        heard = [_line(process) for _ in range(lines)]
        if number % 2:  # every other kill waits for a write, because most of a life is computing
            _wait_for_write(folder)
            time.sleep(chance.uniform(0, WRITE_S))
        else:
            time.sleep(chance.uniform(0, LAST_MOMENT_S))
        process.kill()
        said = [line.split() for line in (*heard, *_rest(process))]
        total["errors"] += sum(word == "error" for word, *_ in said)
        acknowledged |= {entry_id: name for word, entry_id, name in said if word == "registered"}
        total["acknowledged"] += sum(word == "registered" for word, *_ in said)
        titles, found = inspect(folder, profile)
        flaws += found
        total["lost"] += len(acknowledged.items() - titles.items())
        total["doubled"] += len(titles) - len(set(titles.values()))
        total["unreported"] += len(titles.keys() - acknowledged.keys())
        acknowledged = titles
        total["unfinished_files"] += sum(1 for _ in folder.glob("originals/*/.*"))
        total["files_without_record"] += sum(1 for _ in folder.glob("originals/*/[0-9a-f]*")) - len(titles)
    passed = not (flaws or total["lost"] or total["doubled"] or total["errors"]) and total["acknowledged"] > 0
    names = (
        "acknowledged",
        "lost",
        "doubled",
        "errors",
        "unreported",
        "unfinished_files",
        "files_without_record",
    )
    return {
        "kills": rounds,
        "seed": seed,
        **{name: total[name] for name in names},
        "flaws": flaws,
        "passed": passed,
    }


def inspect(folder: Path, profile: Profile) -> tuple[dict[str, str], list[str]]:
    """Return the title of each entry by its id, and all that is wrong with a registry."""
    flaws: list[str] = []
    with Registry.open(folder, profile=profile) as registry:
        with closing(sqlite3.connect(folder / "registry.sqlite")) as connection:
            flaws += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            flaws += [f"foreign key {row}" for row in connection.execute("PRAGMA foreign_key_check")]
            query = "SELECT sha256, data FROM photos LEFT JOIN fingerprints ON photo_key = key"
            rows = connection.execute(query).fetchall()
        for sha256, data in rows:
            try:
                registry.original(sha256)
                if Fingerprint.from_bytes(data).source_sha256 != sha256:
                    flaws.append(f"fingerprint of {sha256} is of another photo")
            except (MotifError, TypeError) as error:
                flaws.append(f"{sha256}: {error}")
        flaws += [str(finding) for finding in registry.ledger.verify().findings]
        return {entry.id: entry.title for entry in registry.list(include_withdrawn=True)}, flaws


def _work(folder: Path, photos: Path, *, profile: Profile) -> int:
    cv2.setNumThreads(1)
    _say("ready")
    sys.stdin.readline()
    with Registry.open(folder, profile=profile) as registry:
        for path in sorted(photos.iterdir()):
            try:
                _say(f"registered {registry.register(path, title=path.name).id} {path.name}")
            except DuplicateMotifError as error:
                _say(f"duplicate {error.entry_id} {path.name}")
            except MotifError as error:
                _say(f"error {error.code} {path.name}")
                print(f"{path.name}: {error!r} from {error.__cause__!r}", file=sys.stderr)
    return 0


def _draw(folder: Path, count: int) -> None:
    """Draw cloths of drops; no two are alike."""
    folder.mkdir(parents=True)
    for seed in range(count):
        chance = np.random.default_rng(seed)
        picture = np.full((480, 480, 3), chance.integers(150, 256, 3), np.uint8)
        for _ in range(140):
            place = tuple(int(value) for value in chance.integers(0, 480, 2))
            axes = tuple(int(value) for value in chance.integers(4, 40, 2))
            color = tuple(int(value) for value in chance.integers(0, 160, 3))
            cv2.ellipse(picture, place, axes, float(chance.integers(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
        (folder / f"{seed:04}.jpg").write_bytes(cv2.imencode(".jpg", picture)[1].tobytes())


def _start(folder: Path, photos: Path, profile: Profile) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--profile", profile.id, "--worker", str(folder), str(photos)]
    alone = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=alone)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _wait_for_write(folder: Path) -> None:
    """Wait until a file comes to the originals: its record is about to be written."""
    before = set(folder.glob("originals/*/*"))
    until = time.monotonic() + 10
    while time.monotonic() < until and set(folder.glob("originals/*/*")) <= before:
        time.sleep(0.0005)


def _rest(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines = process.stdout.readlines()
    process.wait()
    return lines


def _read(process: subprocess.Popen[str], expected: str) -> None:
    line = _line(process)
    if line.strip() != expected:
        raise RuntimeError(f"a process said {line!r}; expected {expected!r}")


def _tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _table(report: dict[str, Any]) -> str:
    rows = [
        f"{part:>6}  {name:<18} {value}" for part in ("race", "kills") for name, value in report[part].items()
    ]
    return "\n".join([f"profile {report['profile']}", *rows])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--processes", type=int, default=32)
    parser.add_argument("--photos", type=int, default=50)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=PROFILES, default="standard-1")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
