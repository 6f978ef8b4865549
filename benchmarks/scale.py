"""How the search grows with the registry: recall, time, memory, opening, and what one more design costs.

    python benchmarks/scale.py [--sizes 100 1000 10000] [--planted 100] [--pictures FOLDER ...]
        [--keep FOLDER] [--json OUT.json] [--picture OUT.png]

The planted designs are drawn cloths, asked as reuses: cut, dyed anew, photographed. The others are resampled:
each takes its keypoints at random from a pool of drawn cloths of other seeds and of the pictures in the
folders that are given, so that lists are as long, and strokes as rare, as on real cloth. They are put into
a registry in a folder, which is opened anew at each size. Times are CPU seconds of one process, beside the
fingerprints; those of a search are told against those at the first size as well.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from common import FIRST_SEED, Strangers, cloth, photo_record, resident_mb, reuse
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.registry.registry import Registry
from motif.registry.storage.opening import DATABASE, open_place
from motif.registry.store import NewEntry

PAGE, ALONE = 200, 20
"""Designs registered in one step, and how many at each size are registered alone."""


def measure(sizes: list[int], planted: int, pictures: list[Path], place: Path) -> dict[int, dict[str, float]]:
    """Fill a registry further and further, and ask the planted designs at each size."""
    strangers = Strangers(pictures)
    known = [fingerprint(cloth(FIRST_SEED + number)) for number in range(planted)]
    queries = [
        fingerprint(reuse(cloth(FIRST_SEED + number), np.random.default_rng(number + 1)))
        for number in range(planted)
    ]
    table: dict[int, dict[str, float]] = {}
    filled, before_bytes = 0, 0
    for size in sorted(sizes):
        rest = max(filled, size - ALONE)
        numbers = [range(start, min(start + PAGE, rest)) for start in range(filled, rest, PAGE)]
        numbers += [range(number, number + 1) for number in range(rest, size)]
        spent_s = []
        for page in numbers:
            values = [known[number] if number < planted else strangers.make(number) for number in page]
            spent_s.append(register(place, values, page.start))
        table[size] = {
            "register ms": 1e3 * float(np.median(spent_s[-ALONE:])),
            "load ms": 1e3 * sum(spent_s[:-ALONE]) / max(1, rest - filled),
        }
        fingerprint_bytes = len(known[0].to_bytes())
        database_bytes = (place / DATABASE).stat().st_size
        table[size] |= ask(place, queries) | {
            "KB a photo": (database_bytes - before_bytes) / max(1, size - filled) / 1e3
            - fingerprint_bytes / 1e3
        }
        first = table[min(table)]["check p50 ms"]
        table[size]["times"] = table[size]["check p50 ms"] / first
        filled, before_bytes = size, database_bytes
        print(
            size, {name: round(value, 2) for name, value in table[size].items()}, file=sys.stderr, flush=True
        )
    return table


def register(place: Path, page: list[Fingerprint], start: int) -> float:
    """Put designs into the registry in one step, without looking them up; there are no originals.

    Returns the seconds of CPU, without opening the registry.
    """
    opened = open_place(place, profile=STANDARD_1)
    began = datetime.now(UTC)
    added = [
        NewEntry(
            title=str(number),
            note="",
            at=began,
            photos=((photo_record(hashlib.sha256(str(number).encode()).hexdigest(), 1), value.to_bytes()),),
        )
        for number, value in enumerate(page, start)
    ]
    before = time.process_time()
    opened.store.prepare([value.to_bytes() for value in page])
    with opened.store.writing() as writer:
        writer.add_entries(added)
    spent_s = time.process_time() - before
    opened.store.close()
    return spent_s


def ask(place: Path, queries: list[Fingerprint]) -> dict[str, float]:
    """Open the registry and ask each query; design ``n`` is entry ``n``."""
    gc.collect()
    before, began = resident_mb(), time.process_time()
    with Registry.open(place) as registry:
        opened = time.process_time()
        registry.check(queries[0])
        first = time.process_time()
        right, times = [], []
        for number, query in enumerate(queries):
            at = time.process_time()
            matches = registry.check(query).matches
            times.append(time.process_time() - at)
            right.append(bool(matches) and matches[0].entry.title == str(number))
        memory = resident_mb() - before
    return {
        "recall@1": float(np.mean(right)),
        "check p50 ms": 1e3 * float(np.median(times)),
        "check p95 ms": 1e3 * float(np.quantile(times, 0.95)),
        "memory MB": memory,
        "open s": opened - began,
        "first check s": first - opened,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="folders, for strangers")
    parser.add_argument("--keep", type=Path, help="a new folder, which keeps the registry")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--picture", type=Path, help="draw the curves here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as folder:
        place = options.keep or Path(folder) / "registry"
        table = measure(options.sizes, options.planted, options.pictures, place)
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
