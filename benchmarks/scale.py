"""How the search grows with the registry: recall, time, memory, and opening a ready index.

    python benchmarks/scale.py [--sizes 1000 10000] [--planted 100] [--json OUT.json] [--picture OUT.png]

The planted designs are drawn cloths, asked as reuses: cut, dyed anew, photographed. The others are resampled:
each takes its keypoints at random from a pool of drawn cloths of other seeds, with noise on every descriptor,
so that all of them are strangers who use the craft's common strokes. Only the search is measured, not the
database, nor making anew what a database would hold. Times are CPU seconds of one process.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from common import FIRST_SEED, Strangers, cloth, resident_mb, reuse
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.matching.candidates import CandidateIndex
from motif.matching.search import search


def measure(sizes: list[int], planted: int) -> dict[int, dict[str, float]]:
    """Fill an index further and further, and ask the planted designs at each size."""
    strangers = Strangers()
    known = {number + 1: fingerprint(cloth(FIRST_SEED + number)) for number in range(planted)}
    queries = {
        key: fingerprint(reuse(cloth(FIRST_SEED + key - 1), np.random.default_rng(key))) for key in known
    }

    making_s = 0.0

    def load(keys: Collection[int]) -> dict[int, Fingerprint]:
        nonlocal making_s
        began = time.process_time()
        fingerprints = {key: known[key] if key in known else strangers.make(key) for key in keys}
        making_s += time.process_time() - began
        return fingerprints

    index = CandidateIndex(STANDARD_1)
    before = resident_mb()
    for key, value in known.items():
        index.add(key, value)
    table: dict[int, dict[str, float]] = {}
    for size in sorted(sizes):
        started = time.process_time()
        for key in range(len(index) + 1, size + 1):
            index.add(key, strangers.make(key))
        search(queries[1], index, load, limit=10)
        filled = time.process_time()
        right, times = [], []
        for key, query in queries.items():
            at, made_before_s = time.process_time(), making_s
            best = search(query, index, load, limit=10)
            times.append(time.process_time() - at - (making_s - made_before_s))
            right.append(bool(best) and best[0].key == key)
        gc.collect()
        table[size] = {
            "recall@1": float(np.mean(right)),
            "check p50 ms": 1e3 * float(np.median(times)),
            "check p95 ms": 1e3 * float(np.quantile(times, 0.95)),
            "index MB": resident_mb() - before,
            "fill s": filled - started,
            "rows": float(len(index.tones) + len(index.strokes)),
            **_opening(index),
        }
        print(
            size, {name: round(value, 2) for name, value in table[size].items()}, file=sys.stderr, flush=True
        )
    return table


def _opening(index: CandidateIndex) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        index.save(path)
        started = time.perf_counter()
        CandidateIndex.load(path, STANDARD_1)
        return {"open s": time.perf_counter() - started, "file MB": path.stat().st_size / 1e6}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--picture", type=Path, help="draw the curves here")
    options = parser.parse_args()
    table = measure(options.sizes, options.planted)
    names = list(next(iter(table.values())))
    print(f"{'designs':>9}" + "".join(f"{name:>14}" for name in names))
    for size, row in table.items():
        print(f"{size:9}" + "".join(f"{row[name]:14.2f}" for name in names))
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")
    if options.picture:
        from curves import draw_scale

        draw_scale(table, options.picture)


if __name__ == "__main__":
    main()
