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
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import crop, redye, rephotograph
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.features.keypoints import Keypoints
from motif.matching.candidates import CandidateIndex
from motif.matching.search import search

POOL = 60
FIRST_SEED, POOL_SEED = 7000, 9000
NOISE = 9.0
"""Deviation of the noise on a descriptor's values, which are 0 to 255: cosine 0.98 to the one without."""


def cloth(seed: int) -> np.ndarray:
    """Draw a cloth of no other benchmark."""
    return draw_cloth(FAMILIES[seed % len(FAMILIES)], seed, long_edge_px=640).rgb


def reuse(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut out a part, dye it anew, photograph it."""
    return np.ascontiguousarray(rephotograph(redye(crop(rgb, rng, 0.5), rng), rng))


class Strangers:
    """Resampled fingerprints, the same for a number each time."""

    def __init__(self) -> None:
        made = [fingerprint(cloth(POOL_SEED + number)) for number in range(POOL)]
        self._one = made[0]
        self._tones = [one.keypoints for one in made]
        self._strokes = [one.strokes for one in made]

    def make(self, number: int) -> Fingerprint:
        """Resample the stranger with this number."""
        rng = np.random.default_rng(number)
        return replace(
            self._one,
            source_sha256=f"{number:064x}",
            phash=rng.bytes(32),
            dhash=rng.bytes(32),
            keypoints=_resampled(self._tones, rng, STANDARD_1.keypoints_max),
            strokes=_resampled(self._strokes, rng, STANDARD_1.strokes_max),
        )


def _resampled(pool: list[Keypoints], rng: np.random.Generator, count: int) -> Keypoints:
    chosen = [pool[i] for i in rng.choice(len(pool), 4, replace=False)]
    parts = [(one, rng.choice(len(one), min(len(one), count // 4), replace=False)) for one in chosen]
    values = np.concatenate([one.descriptors[rows] for one, rows in parts]).astype(np.float32)
    values = np.maximum(values + rng.normal(0, NOISE, values.shape), 0)
    values *= 512 / np.linalg.norm(values, axis=1, keepdims=True)
    total = len(values)
    return Keypoints(
        xy=(rng.integers(0, 640 * 32, (total, 2)) / 32).astype(np.float32),
        size_px=np.concatenate([one.size_px[rows] for one, rows in parts]),
        angle_deg=(rng.integers(0, 65536, total) * (360 / 65536)).astype(np.float32),
        descriptors=np.clip(np.rint(values), 0, 255).astype(np.uint8),
    )


def resident_mb() -> float:
    """Return the memory that this process holds now, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS; this benchmark needs Linux")


def measure(sizes: list[int], planted: int) -> dict[int, dict[str, float]]:
    """Fill an index further and further, and ask the planted designs at each size."""
    strangers = Strangers()
    known = {number + 1: fingerprint(cloth(FIRST_SEED + number)) for number in range(planted)}
    asked = {
        key: fingerprint(reuse(cloth(FIRST_SEED + key - 1), np.random.default_rng(key))) for key in known
    }

    making_s = 0.0

    def load(keys: Collection[int]) -> dict[int, Fingerprint]:
        nonlocal making_s
        began = time.process_time()
        made = {key: known[key] if key in known else strangers.make(key) for key in keys}
        making_s += time.process_time() - began
        return made

    index = CandidateIndex(STANDARD_1)
    before = resident_mb()
    for key, value in known.items():
        index.add(key, value)
    table: dict[int, dict[str, float]] = {}
    for size in sorted(sizes):
        started = time.process_time()
        for key in range(len(index) + 1, size + 1):
            index.add(key, strangers.make(key))
        search(asked[1], index, load, limit=10)
        filled = time.process_time()
        right, times = [], []
        for key, query in asked.items():
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
