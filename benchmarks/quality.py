"""How often the answer is right, on drawn cloths that no calibration has seen.

    python benchmarks/quality.py [--count 40] [--json OUT]

Half of the designs are registered. Each kind of reuse is asked of registered and of unregistered
designs. recall@1: the right entry comes first; flagged: a verdict other than "clear".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import crop, mirror, negative, redye, rephotograph, rotate
from motif import Registry

SIZE_PX = 640
FIRST_SEED = 5000

Picture = np.ndarray
KINDS: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "crop": lambda rgb, rng: crop(rgb, rng, 0.4),
    "mirror": lambda rgb, rng: mirror(rgb),
    "rotate": lambda rgb, rng: rotate(rgb, float(rng.uniform(15, 345))),
    "redye": redye,
    "negative": negative,
    "rephotograph": rephotograph,
    "all": lambda rgb, rng: rephotograph(redye(mirror(crop(rgb, rng, 0.6)), rng), rng),
}


def design(number: int) -> Picture:
    """Draw design ``number``, families in turn."""
    return draw_cloth(FAMILIES[number % len(FAMILIES)], FIRST_SEED + number, long_edge_px=SIZE_PX).rgb


def measure(count: int) -> dict[str, dict[str, float]]:
    """Ask every kind of reuse of every design."""
    rows: dict[str, dict[str, list[float]]] = {
        kind: {"recall@1": [], "flagged known": [], "flagged unknown": [], "conflict unknown": []}
        for kind in KINDS
    }
    with tempfile.TemporaryDirectory() as folder, Registry.open(Path(folder) / "r.motif") as registry:
        designs = [design(number) for number in range(2 * count)]
        for number in range(count):
            registry.register(designs[number], title=str(number), allow_duplicate=True)
        for kind, reuse in KINDS.items():
            for number, rgb in enumerate(designs):
                made = np.ascontiguousarray(reuse(rgb, np.random.default_rng([number, len(kind)])))
                result = registry.check(made)
                row = rows[kind]
                if number < count:
                    first = bool(result.matches) and result.matches[0].entry.title == str(number)
                    row["recall@1"].append(first)
                    row["flagged known"].append(first and result.verdict != "clear")
                else:
                    row["flagged unknown"].append(result.verdict != "clear")
                    row["conflict unknown"].append(result.verdict == "conflict")
    return {
        kind: {name: float(np.mean(values)) for name, values in row.items()} for kind, row in rows.items()
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20, help="designs registered, and as many not")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = measure(options.count)
    names = list(next(iter(figures.values())))
    print(f"{'reuse':14}" + "".join(f"{name:>18}" for name in names))
    for kind, row in figures.items():
        print(f"{kind:14}" + "".join(f"{row[name]:18.2f}" for name in names))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
