"""Draw plain grounds, and write the ornaments that recur in them into the package.

    python benchmarks/make_plain.py [--count 50]

Every other cloth is photographed askew. A keypoint counts if it repeats in its cloth, and if two other cloths
have one like it; of those that are alike, one is written. Seeds are those of no benchmark.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif.matching
from clothmaker.plain import PLAIN, draw_plain
from clothmaker.reuse import rephotograph
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.features.keypoints import Keypoints
from motif.matching.plain import ALIKE, FILE
from motif.matching.views import UNIT, distinct

FIRST_SEED = 30_000
EDGE_PX = 800
LEAST_CLOTHS = 3
SAME = 0.95


def cloth(kind: str, number: int) -> Fingerprint:
    """Draw and fingerprint one cloth."""
    seed = FIRST_SEED + number
    rgb = draw_plain(kind, seed, long_edge_px=EDGE_PX)
    if number % 2:
        rgb = rephotograph(rgb, np.random.default_rng(seed))
    return fingerprint(np.ascontiguousarray(rgb))


def recurring(points: Keypoints) -> np.ndarray:
    """Return one of each ornament that repeats."""
    chosen, member_of = distinct(points.descriptors * UNIT, STANDARD_1.same_descriptor)
    return points.descriptors[chosen[np.bincount(member_of, minlength=len(chosen)) > 1]]


def shared(cloths: list[np.ndarray]) -> np.ndarray:
    """Return the ornaments that several cloths have, one of those that are alike; the most common first."""
    rows = np.concatenate(cloths)
    unit = rows * UNIT
    count = sum((unit @ (one * UNIT).T).max(axis=1) >= ALIKE for one in cloths if len(one))
    order = np.argsort(-count, kind="stable")
    order = order[count[order] >= LEAST_CLOTHS]
    return rows[order][distinct(unit[order], SAME)[0]]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=50, help="cloths of each kind")
    count = parser.parse_args().count
    values = [cloth(kind, number) for number in range(count) for kind in PLAIN]
    parts = {
        "tones": shared([recurring(value.main.keypoints) for value in values]),
        "strokes": shared([recurring(value.main.strokes) for value in values]),
    }
    path = Path(motif.matching.__file__).with_name(FILE)
    np.savez_compressed(path, allow_pickle=False, **parts)
    print(f"{path.name}: {path.stat().st_size:,} bytes; rows {[len(rows) for rows in parts.values()]}")


if __name__ == "__main__":
    main()
