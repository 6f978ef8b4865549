"""Print every figure that the README states: ``make bench``.

    python benchmarks/all.py [--full]

Each benchmark is a program of its own, so that none warms another's caches. Without ``--full`` the
quality and the registry benchmark run on small counts. Ends with 1 if a program fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS: dict[str, tuple[list[str], list[str]]] = {  # name: (options, options with --full)
    "speed.py": ([], []),
    "quality.py": (
        ["--count", "12"],
        ["--count", "30", "--json", "docs/matching.json", "--picture", "docs/matching.png"],
    ),
    "evidence.py": (["--count", "6"], ["--seed", "1700", "--count", "33"]),
    "report.py": ([], []),
    "describe.py": (["--first", "1000", "--seeds", "1"], ["--first", "4000", "--seeds", "4"]),
    "normalize.py": (["--scenes", "24", "--whole", "20", "--spoiled", "12"], []),
    "batch.py": (["--only", "speed", "kills", "duplicates"], ["--full"]),
    "hostile.py": ([], []),
    "registry.py": (["race", "--photos", "12", "--engine", "folder"], ["kills", "--kills", "200"]),
}


def main() -> int:
    """Run one benchmark after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the counts that the README's figures come from")
    full = parser.parse_args().full
    failed = 0
    for name, options in PROGRAMS.items():
        command = [sys.executable, str(HERE / name), *options[full]]
        print(f"\n== {' '.join(['benchmarks/' + name, *options[full]])}", flush=True)
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
