"""What a whole process costs, against ``python -c "import numpy, cv2"`` in the same run.

    python benchmarks/startup.py

CPU (user and system) of each process, median of 10 after one that is not counted; processes of all kinds take
turns, so that a busy machine slows all alike. The registry holds the twelve samples.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from motif import Registry

SAMPLES = Path(__file__).parents[1] / "samples"
RUNS = 10


def cpu_s(command: list[str]) -> float:
    """Run a command and return the seconds of CPU that it and its children took."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Print the median CPU of each command, and its ratio to the first."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        registry = str(Path(folder) / "registry.motif")
        with Registry.open(registry) as opened:
            for photo in sorted(SAMPLES.glob("*_00*.jpg")):
                opened.register(photo, title=photo.stem, allow_duplicate=True)
        motif = [sys.executable, "-m", "motif"]
        commands = {
            "import numpy, cv2": [sys.executable, "-c", "import numpy, cv2"],
            "motif --help": [*motif, "--help"],
            "motif list": [*motif, "--registry", registry, "list"],
            "motif check": [*motif, "--registry", registry, "check", str(SAMPLES / "queries" / "reused.jpg")],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS + 1):
            for name, command in commands.items():
                taken[name].append(cpu_s(command))
    least = statistics.median(taken["import numpy, cv2"][1:])
    for name, seconds in taken.items():
        median = statistics.median(seconds[1:])
        print(f"{name:20} {median:.2f} s of CPU, {median / least:.1f} times")


if __name__ == "__main__":
    main()
