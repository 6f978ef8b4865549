"""Draw the cloths that every index holds beside its photos, and write their descriptors into the package.

    python benchmarks/make_cohort.py [--count 60]

Families of the generator in turn; those of every other family are photographed askew. Seeds are those of
no benchmark.
A changed cohort changes scores: refit the weights and measure anew before it is shipped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif.matching
from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import rephotograph
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.matching.cohort import FILE
from motif.matching.views import UNIT, distinct

FIRST_SEED = 20_000
EDGE_PX = 800


def cloth(number: int) -> Fingerprint:
    """Draw and fingerprint one cloth."""
    rgb = draw_cloth(FAMILIES[number % len(FAMILIES)], FIRST_SEED + number, long_edge_px=EDGE_PX).rgb
    if number % 2:
        rgb = rephotograph(rgb, np.random.default_rng(number))
    return fingerprint(np.ascontiguousarray(rgb))


def rows(descriptors: np.ndarray) -> np.ndarray:
    """Keep one of each ornament that repeats, as an index does."""
    return descriptors[distinct(descriptors * UNIT, STANDARD_1.same_descriptor)[0]]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=60, help="cloths")
    fingerprints = [cloth(number) for number in range(parser.parse_args().count)]
    parts = {
        "tones": [rows(value.main.keypoints.descriptors) for value in fingerprints],
        "strokes": [rows(value.main.strokes.descriptors) for value in fingerprints],
    }
    columns = {f"{part}_descriptors": np.concatenate(arrays) for part, arrays in parts.items()}
    counts = {f"{part}_counts": np.array([len(array) for array in arrays]) for part, arrays in parts.items()}
    path = Path(motif.matching.__file__).with_name(FILE)
    np.savez_compressed(path, allow_pickle=False, **columns, **counts)
    print(f"{path.name}: {path.stat().st_size:,} bytes; rows {[len(column) for column in columns.values()]}")


if __name__ == "__main__":
    main()
