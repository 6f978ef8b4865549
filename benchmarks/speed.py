"""What a fingerprint costs, as ratios measured in one run.

    python benchmarks/speed.py [--rounds 9] [--json OUT]

A 12-megapixel JPEG of a drawn cloth is opened whole by Pillow, fingerprinted, and hashed, in
turn, each in a process of its own: in a common one Pillow is at times a third cheaper, when it
gets its 36 MB from what another left behind. Ratios are of medians of CPU time. `motif --help`
is timed as a whole process against `python -c "import numpy"`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from common import load_picture, own_process, twelve_megapixels
from motif import dhash, fingerprint, normalize, phash, read_photo

BARS = {"fingerprint / open": 2.0, "hashes / open": 0.6, "help / import numpy": 3.0}


def hashes_only(data: bytes) -> None:
    """Read, normalise and hash, without keypoints."""
    swatch = normalize(read_photo(data, long_edge_px=640))
    phash(swatch.luma), dhash(swatch.luma)


def wall_ms(command: list[str]) -> float:
    """Wall time of a whole process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return 1e3 * (time.perf_counter() - started)


def measure(rounds: int) -> dict[str, float]:
    """Return medians in ms, taken in turn so that a slow minute slows all alike."""
    data, python = twelve_megapixels(), sys.executable
    with (
        own_process(load_picture, data) as load,
        own_process(fingerprint, data) as whole,
        own_process(hashes_only, data) as hashes,
    ):
        works: dict[str, Callable[[], float]] = {
            "open": load,
            "fingerprint": whole,
            "hashes": hashes,
            "help": lambda: wall_ms([python, "-m", "motif", "--help"]),
            "import numpy": lambda: wall_ms([python, "-c", "import numpy"]),
        }
        times: dict[str, list[float]] = {name: [] for name in works}
        for turn in range(rounds + 1):
            for name, work in works.items():
                taken = work()
                if turn:
                    times[name].append(taken)
    return {name: median(taken) for name, taken in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    medians = measure(options.rounds)
    ratios = {name: medians[name.split(" / ")[0]] / medians[name.split(" / ")[1]] for name in BARS}
    for name, value in medians.items():
        print(f"{name:22}{value:8.1f} ms")
    for name, bar in BARS.items():
        print(f"{name:22}{ratios[name]:8.2f}   at most {bar}")
    if options.json:
        options.json.write_text(json.dumps({"ms": medians, "ratios": ratios}, indent=2))


if __name__ == "__main__":
    main()
