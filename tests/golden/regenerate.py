"""Make the golden files anew: ``make golden``. The diff is the review.

A changed hash of a picture means a new profile, not a new golden file; a changed score of a pair means a new
number of ``scoring``. The stored fingerprint is written only where it is missing, or with ``--fingerprint``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from pairs import SCORES, make_scores
from vectors import FINGERPRINT, HASHES, make_fingerprint, make_hashes


def main() -> None:
    """Write hashes.json and scores.json, and fingerprint.json where it is missing."""
    write(HASHES, make_hashes())
    write(SCORES, make_scores())
    if not FINGERPRINT.exists() or "--fingerprint" in sys.argv[1:]:
        write(FINGERPRINT, make_fingerprint())


def write(path: Path, value: dict[str, Any]) -> None:
    """Write JSON for readers of a diff."""
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
