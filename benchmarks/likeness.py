"""How far below an indication a match still shows something: scores of clear matches, right and wrong.

    python benchmarks/likeness.py [--designs 40] [--seed 1]

Drawn cloths are registered. Small, dyed, photographed and spoiled cut-outs of each are asked, and designs
that nobody registered. Of the answers that are clear, the nearest match is the same design, or another one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker.reuse import crop, redye, rephotograph
from common import FIRST_SEED
from common import cloth as drawn
from motif.profiles import STANDARD_1
from motif.registry.registry import Registry

FLOORS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45)
SHARES = (0.5, 0.3, 0.2, 0.12)
"""Sides of the cut-outs, as shares of the cloth's."""


def spoiled(rgb: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Cut out, dye, photograph, blur and save coarsely."""
    part = rephotograph(redye(crop(rgb, rng, share), rng), rng)
    soft = cv2.GaussianBlur(part, (0, 0), float(rng.uniform(0.3, 2.2)))
    coded = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 60))])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--designs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    first = FIRST_SEED + 5000 * options.seed
    right: list[float] = []
    wrong: list[float] = []
    flagged = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        Registry.open(folder + "/registry.motif", profile=STANDARD_1) as registry,
    ):
        ids = {}
        for number in range(options.designs):
            rgb = drawn(first + number)
            entry = registry.register(rgb, title=str(number), allow_duplicate=True)
            ids[number] = (entry.id, rgb)
        asked = [(entry_id, spoiled(rgb, rng, share)) for entry_id, rgb in ids.values() for share in SHARES]
        strangers = [drawn(first + 2500 + number) for number in range(2 * options.designs)]
        asked += [("", rgb if number % 2 else spoiled(rgb, rng, 0.5)) for number, rgb in enumerate(strangers)]
        for entry_id, rgb in asked:
            result = registry.check(np.ascontiguousarray(rgb), limit=3)
            if result.verdict != "clear":
                flagged += 1
                continue
            if result.matches:
                best = result.matches[0]
                (right if best.entry.id == entry_id else wrong).append(best.score)
    print(f"{len(asked)} asked, {flagged} flagged; clear: {len(right)} the same design, {len(wrong)} another")
    for floor in FLOORS:
        shown = (sum(score >= floor for score in right), sum(score >= floor for score in wrong))
        print(f"from {floor:.2f}: {shown[0]} of the same design shown, {shown[1]} of another")


if __name__ == "__main__":
    main()
