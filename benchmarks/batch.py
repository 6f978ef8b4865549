"""What a batch costs beside what it cannot do without, as ratios measured in one run.

    python benchmarks/batch.py [--only NAME ...] [--full] [--json OUT]

speed       CPU time of one more 12-megapixel picture in a batch with one worker, against opening it whole
            with Pillow in a process of its own; and the share of it that is spent outside computing its row
            (reading, swatch, features, encoding): walking, handing out, the journal.
workers     Wall time of one worker against two.
memory      Peak memory of all processes for 2 000 and for 20 000 small pictures.
kills       Runs that are killed at random moments and resumed, against one that was left alone.
duplicates  Peak memory of an index of 10 000 pictures without a common ornament, and the time of a look-up.

Without --full, counts are small. Ends with 1 if rows differ after kills.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))

from common import load_picture, own_process, twelve_megapixels
from motif.batch.ahead import read_ahead
from motif.batch.duplicates import find_duplicates
from motif.batch.journal import Journal
from motif.batch.rows import Item, Outcome, outcome_of
from motif.features.keypoints import Keypoints
from motif.fingerprint import Fingerprint, fingerprint
from motif.profiles import STANDARD_1
from motif.workers.limits import Limits
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

Figures = dict[str, float]


def motif(*args: str | Path) -> list[str]:
    """Return a command line."""
    return [sys.executable, "-m", "motif", "fingerprint", *map(str, args), "--quiet"]


def speed(folder: Path, full: bool) -> Figures:
    """Cost of one more large picture, and what of it is spent outside its row."""
    data, count = twelve_megapixels(), 40 if full else 12
    for number in range(count):
        (folder / f"{number:03}.jpg").write_bytes(data)
    names = sorted(map(str, folder.iterdir()))
    figures: Figures = {}
    with own_process(load_picture, data) as opened:
        for kind, hashes_only in (("fingerprints", False), ("hashes", True)):
            few, many = (run_of(names[:n], folder / "out.jsonl", hashes_only) for n in (2, count))
            rows = [opened_ms for _ in range(15) if (opened_ms := opened())]
            outside = (many.outside_ms - few.outside_ms) / (count - 2)
            figures[f"{kind}, ms CPU"] = many.inside_ms + outside
            figures[f"opened meanwhile, {kind}"] = median(rows)
            figures[f"{kind} for each opened"] = median(rows) / (many.inside_ms + outside)
            figures[f"outside, share, {kind}"] = outside / (many.inside_ms + outside)
    return figures


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time of a run: within computing one row (median), and of all processes outside that (sum)."""

    inside_ms: float
    outside_ms: float


def run_of(names: list[str], out: Path, hashes_only: bool) -> Cost:
    """Run a batch with one worker from this process, and take its cost apart."""
    out.unlink(missing_ok=True)
    before = cpu_s()
    task = partial(timed, hashes_only=hashes_only)
    inside_s = []
    with Journal(out) as journal, closing(read_ahead(map(item_of, names), depth=2)) as items:
        setup = partial(prepare_worker, STANDARD_1, Limits().memory_bytes)
        for result in run_in_workers(task, items, jobs=1, setup=setup, time_limit_s=60):
            if isinstance(result, WorkerDied):
                raise RuntimeError(result)
            outcome, seconds = result
            journal.append(outcome)
            inside_s.append(seconds)
    return Cost(1e3 * median(inside_s), 1e3 * (cpu_s() - before - sum(inside_s)))


def item_of(name: str) -> Item:
    """Make an item of a path."""
    return Item(path=name)


def timed(item: Item, *, hashes_only: bool) -> tuple[Outcome, float]:
    """Compute a row, with its CPU seconds."""
    started = time.process_time()
    return outcome_of(item, hashes_only=hashes_only), time.process_time() - started


def cpu_s() -> float:
    """CPU seconds of this process and of its children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def workers(folder: Path, full: bool) -> Figures:
    """Wall time of one and of two workers, less that of a few pictures, so that starting does not count."""
    data, many = twelve_megapixels(), 84 if full else 20
    for number in range(many):
        place = folder / ("few" if number < 4 else "more")
        place.mkdir(exist_ok=True)
        (place / f"{number:03}.jpg").write_bytes(data)

    def wall(jobs: int, *places: str) -> float:
        out = folder / "out.jsonl"
        out.unlink(missing_ok=True)
        started = time.perf_counter()
        subprocess.run(
            motif(*(folder / place for place in places), "-o", out, "--jobs", str(jobs)), check=True
        )
        return time.perf_counter() - started

    def cost(jobs: int) -> float:
        return wall(jobs, "few", "more") - wall(jobs, "few")

    times = [(cost(1), cost(2)) for _ in range(3)]
    one_s, two_s = (min(each) for each in zip(*times, strict=True))
    load = os.getloadavg()[0]
    return {
        "one worker, s": one_s,
        "two workers, s": two_s,
        "speed-up": one_s / two_s,
        "load of the machine": load,
    }


def memory(folder: Path, full: bool) -> Figures:
    """Peak memory of all processes of a run."""
    counts = (2_000, 20_000) if full else (200, 2_000)
    rng = np.random.default_rng(1)
    for number in range(counts[1]):
        place = folder / ("a" if number < counts[0] else "b")
        place.mkdir(exist_ok=True)
        noise = rng.integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(noise).resize((96, 96), Image.Resampling.BICUBIC).save(place / f"{number:06}.jpg")
    figures: Figures = {}
    for count, sources in zip(counts, (["a"], ["a", "b"]), strict=True):
        out = folder / f"{count}.jsonl"
        names = [folder / source for source in sources]
        run = subprocess.Popen(motif(*names, "-o", out, "--jobs", "2", "--hashes-only"))
        figures[f"{count} pictures, MB"] = peak_mb(run)
    few, many = figures.values()
    return figures | {"growth, share": many / few - 1}


def peak_mb(run: subprocess.Popen[bytes]) -> float:
    """Watch a process and its children until it ends; sum of their proportional memory, largest seen."""
    most = 0.0
    while run.poll() is None:
        kilobytes = 0
        for process in [run.pid, *children(run.pid)]:
            try:
                text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
            except OSError:
                continue
            kilobytes += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        most = max(most, kilobytes / 1e3)
        time.sleep(0.25)
    return most


def children(pid: int) -> list[int]:
    """Return the direct children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kills(folder: Path, full: bool) -> Figures:
    """Kill a run again and again at random moments, and let it go on; 30 kills with --full."""
    rng = random.Random(5)
    (folder / "photos").mkdir()
    noise = np.random.default_rng(2)
    for number in range(400 if full else 60):
        picture = Image.fromarray(noise.integers(0, 256, (12, 16, 3), np.uint8))
        picture.resize((320, 240), Image.Resampling.BICUBIC).save(folder / "photos" / f"{number:04}.jpg")
    (folder / "photos" / "0007 bad.jpg").write_bytes(b"no picture")
    whole, cut = folder / "whole.jsonl", folder / "cut.jsonl"
    command = motif(folder / "photos", "--ordered", "--jobs", "2")
    subprocess.run([*command, "-o", whole], check=False)
    rows = whole.read_bytes().count(b"\n")
    killed = between = 0
    for _ in range(30 if full else 5):
        before = cut.read_bytes().count(b"\n") if cut.exists() else 0
        if before == rows:
            cut.unlink()
            before = 0
        run = subprocess.Popen([*command, "-o", cut], stderr=subprocess.DEVNULL)
        rows_to_reach = min(rows, before + rng.randrange(max(2, rows // 8)))
        while run.poll() is None and (not cut.exists() or cut.read_bytes().count(b"\n") < rows_to_reach):
            time.sleep(0.01)
        time.sleep(rng.random() * 0.1)
        killed += run.poll() is None
        run.kill()
        run.wait()
        between += not cut.read_bytes().endswith(b"\n")
    subprocess.run([*command, "-o", cut], check=False)
    same = cut.read_bytes() == whole.read_bytes()
    return {"kills": killed, "left half a row": between, "rows": rows, "equal row for row": float(same)}


def duplicates(folder: Path, full: bool) -> Figures:
    """Memory of the index that dedupe builds, in a process of its own, from the worst kind of pictures."""
    count = 10_000 if full else 500
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import batch; batch.dedupe({count})"
    )
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    figures: Figures = json.loads(run.stdout)
    return figures


def dedupe(count: int) -> None:
    """Compare pictures of which no two keypoints are alike; print the figures."""
    cpu_times_s: list[float] = []

    def step() -> None:
        cpu_times_s.append(time.process_time())
        if len(cpu_times_s) == min(count, 200):
            took = [after - before for before, after in pairwise(cpu_times_s)]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            figures = {"pictures": count, "peak, MB": peak, "look-up, ms CPU": 1e3 * median(took)}
            sys.stdout.write(json.dumps(figures))
            sys.stdout.flush()
            os._exit(0)

    with tempfile.TemporaryFile() as file:
        places = [file.tell() for data in unlike(count) if file.write(data)]

        def load(path: str) -> Fingerprint:
            file.seek(places[int(path)] - len_one)
            return Fingerprint.from_bytes(file.read(len_one))

        len_one = places[0]
        find_duplicates([(str(k), str(k)) for k in range(count)], load, step=step)


def unlike(count: int) -> Iterator[bytes]:
    """Yield fingerprints, of one length, that share no ornament and no hash."""
    rng = np.random.default_rng(3)
    base = fingerprint(rng.integers(0, 256, (480, 640, 3), np.uint8))

    def stranger(points: Keypoints) -> Keypoints:
        values = rng.random(points.descriptors.shape, np.float32) ** 4  # a few large ones among many small
        values *= 512 / np.linalg.norm(values, axis=1, keepdims=True)
        return replace(points, descriptors=np.clip(values, 0, 255).astype(np.uint8))

    for number in range(count):
        yield replace(
            base,
            source_sha256=f"{number:064x}",
            fields=(
                replace(
                    base.main,
                    phash=rng.bytes(32),
                    dhash=rng.bytes(32),
                    keypoints=stranger(base.main.keypoints),
                    strokes=stranger(base.main.strokes),
                ),
            ),
        ).to_bytes()


MEASURES: dict[str, Callable[[Path, bool], Figures]] = {
    "speed": speed,
    "workers": workers,
    "memory": memory,
    "kills": kills,
    "duplicates": duplicates,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = {}
    for name in options.only:
        folder = Path(tempfile.mkdtemp(prefix="motif-batch-"))
        try:
            figures[name] = MEASURES[name](folder, options.full)
        finally:
            shutil.rmtree(folder)
        print(name)
        for what, value in figures[name].items():
            print(f"  {what:28}{value:10.3f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    return 0 if figures.get("kills", {}).get("equal row for row", 1.0) else 1


if __name__ == "__main__":
    raise SystemExit(main())
