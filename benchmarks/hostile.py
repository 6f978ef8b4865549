"""Read a corpus of damaged and hostile pictures: no crash, no hang, no memory without bound.

    python benchmarks/hostile.py [--seed 7] [--json OUT]

Each of the more than 300 files becomes the row of a batch, in a worker with the usual limits. Prints the
codes and the pictures that take most memory and time, and ends with 1 if a row is not explained, a picture
takes 10 s of CPU time, or a worker 1.5 GB.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "photo"))

from corpus import corpus

from motif.batch.rows import Item, died_outcome, outcome_of
from motif.profiles import STANDARD_1
from motif.workers.limits import Limits
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

MOST_SECONDS, MOST_MB = 10.0, 1_500.0
UNEXPLAINED = {"unexpected", "worker-died", "time-limit"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture, how its row came out, and what it took."""

    name: str
    code: str
    seconds: float
    peak_mb: float


def measured(path: str) -> Measured:
    """Compute one row, with the CPU time and the largest memory of this process meanwhile."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    started = time.process_time()
    code = outcome_of(Item(path=path)).code or "fingerprint"
    seconds = time.process_time() - started
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return Measured(Path(path).name, code, seconds, peak_kb / 1e3)


def main() -> int:
    """Read them all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in corpus(options.seed):
            Path(folder, name).write_bytes(data)
        paths = sorted(map(str, Path(folder).iterdir()))
        setup = partial(prepare_worker, STANDARD_1, Limits().memory_bytes)
        for result in run_in_workers(measured, paths, jobs=1, setup=setup, time_limit_s=Limits().seconds):
            if isinstance(result, WorkerDied):
                code = died_outcome(WorkerDied(item=Item(path=result.item), exit_code=result.exit_code)).code
                result = Measured(Path(result.item).name, code, 60.0, 0.0)
            results.append(result)
    codes = Counter(result.code for result in results)
    for code, count in codes.most_common():
        print(f"{count:6} {code}")
    slowest = max(results, key=lambda result: result.seconds)
    largest = max(results, key=lambda result: result.peak_mb)
    for result in sorted(results, key=lambda result: -result.peak_mb)[:5]:
        print(f"{result.peak_mb:6.0f} MB, {result.seconds:5.2f} s CPU  {result.name}: {result.code}")
    print(f"{len(results)} files; slowest {slowest.seconds:.2f} s CPU ({slowest.name})")
    print(f"largest {largest.peak_mb:.0f} MB with the worker itself ({largest.name})")
    bad = [result for result in results if result.code in UNEXPLAINED]
    for result in bad:
        print(f"not explained: {result.name} {result.code}")
    if options.json:
        facts = {
            "files": len(results),
            "codes": codes,
            "slowest_s": slowest.seconds,
            "largest_mb": largest.peak_mb,
        }
        options.json.write_text(json.dumps(facts, indent=2))
    return 1 if bad or slowest.seconds >= MOST_SECONDS or largest.peak_mb >= MOST_MB else 0


if __name__ == "__main__":
    raise SystemExit(main())
