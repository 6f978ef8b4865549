#!/usr/bin/env python3
"""Measure what the evidence says of drawn reuses whose truth is known: outlines, changes, other dye.

python benchmarks/evidence.py [--seed 100] [--count 24]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif
from clothmaker import FAMILIES, draw_cloth, reuse
from motif.matching.parts import coinciding_parts, outlined

EDGE_PX = 800


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=100, help="first of the seeds drawn")
    parser.add_argument("--count", type=int, default=24, help="cloths, each asked in its own and another dye")
    options = parser.parse_args()
    rows = [row for number in range(options.count) for row in judged_parts(number, options.seed + number)]
    indicated = [row for row in rows if row["verdict"] != "clear"]
    same_dye, other_dye = (
        [row["dye_change"] for row in indicated if row["redyed"] is redyed] for redyed in (False, True)
    )
    print(json.dumps({
        "asked": len(rows),
        "indicated": len(indicated),
        "outline inside the part that was taken, mean share": mean(row["precision"] for row in indicated),
        "part that was taken inside the outline, mean share": mean(row["recall"] for row in indicated),
        "dye change, same dye, p50 and p95": quantiles(same_dye),
        "dye change, other dye, p5 and p50": quantiles(other_dye, (5, 50)),
        "said 'other dye', same dye": mean(row["other_dye"] for row in indicated if not row["redyed"]),
        "said 'other dye', other dye": mean(row["other_dye"] for row in indicated if row["redyed"]),
        "differing share, p50 and p95": quantiles([row["differing_share"] for row in indicated]),
        "outlines, CPU ms, p50": quantiles([row["outline_ms"] for row in indicated], (50,)),
        "explain, CPU ms, p50": quantiles([row["explain_ms"] for row in indicated], (50,)),
    }, indent=2))  # fmt: skip


def judged_parts(number: int, seed: int) -> list[dict[str, float | str | bool]]:
    """Take a part of a cloth, in its own and in another dye, photograph it and compare."""
    rng = np.random.default_rng(seed)
    cloth = draw_cloth(FAMILIES[number % len(FAMILIES)], seed, long_edge_px=EDGE_PX).rgb
    height, width = cloth.shape[:2]
    side = rng.uniform(0.6, 0.9)
    part_height, part_width = round(height * side), round(width * side)
    top, left = int(rng.integers(height - part_height + 1)), int(rng.integers(width - part_width + 1))
    part = cloth[top : top + part_height, left : left + part_width].copy()
    truth = np.zeros((height, width), bool)
    truth[top : top + part_height, left : left + part_width] = True
    registered = reuse.rephotograph(cloth, np.random.default_rng(seed + 1))
    pictures = {False: part, True: reuse.redye(part, np.random.default_rng(seed + 2))}
    light = [np.random.default_rng(seed + 3) for _ in pictures]
    return [
        judged(reuse.rephotograph(picture, rng), registered, cloth, truth) | {"redyed": redyed}
        for (redyed, picture), rng in zip(pictures.items(), light, strict=True)
    ]


def judged(
    query: np.ndarray, registered: np.ndarray, clean: np.ndarray, truth: np.ndarray
) -> dict[str, float | str | bool]:
    """Compare, explain, and hold the outline on the undistorted cloth against the part that was taken."""
    evidence = motif.compare(query, registered)
    start = time.process_time()
    explanation = motif.explain(query, registered, evidence)
    explained = time.process_time()
    coinciding_parts.cache_clear()
    evidence.query_outline  # noqa: B018
    outlines = time.process_time()
    on_clean = motif.compare(query, clean)
    swatch = cv2.resize(truth.astype(np.uint8), on_clean.registered_px, interpolation=cv2.INTER_NEAREST) > 0
    inside = outlined(on_clean.registered_outline, on_clean.registered_px)
    both = float((swatch & inside).sum())
    return {
        "verdict": "clear" if on_clean.verdict == "clear" else evidence.verdict,
        "precision": both / max(inside.sum(), 1),
        "recall": both / swatch.sum(),
        "dye_change": explanation.dye_change,
        "other_dye": explanation.other_dye,
        "differing_share": explanation.differing_share,
        "explain_ms": 1000 * (explained - start),
        "outline_ms": 1000 * (outlines - explained),
    }


def mean(values: object) -> float:
    """Return a rounded mean; 0 for nothing."""
    numbers = list(values)  # type: ignore[call-overload]
    return round(float(np.mean(numbers)), 3) if numbers else 0.0


def quantiles(values: list[float], at: tuple[int, ...] = (50, 95)) -> list[float]:
    """Return rounded percentiles."""
    return [round(float(np.percentile(values, percent)), 3) for percent in at] if values else []


if __name__ == "__main__":
    main()
