"""How often the answer is right, on drawn cloths that no calibration has seen.

    python benchmarks/quality.py [--count 40] [--json OUT.json] [--picture OUT.png]

Half of the designs are registered. Each kind of reuse is asked of registered and of unregistered
designs.

recall@1     the right entry comes first
recall@fpr1  ... and its score is above the best scores of all but 1 % of the unregistered designs asked
recall@fpr0  ... above all of them
flagged      a verdict other than "clear": of registered, and of unregistered designs
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import crop, drape, insert, mirror, negative, redye, rephotograph, rotate, trace
from common import Answer
from motif import Registry

SIZE_PX = 640
FIRST_SEED = 5000

Picture = np.ndarray
Rng = np.random.Generator
KINDS: dict[str, Callable[[Picture, Picture, Rng], Picture]] = {
    "crop": lambda rgb, other, rng: crop(rgb, rng, 0.4),
    "zoom": lambda rgb, other, rng: crop(rgb, rng, 0.16),
    "mirror": lambda rgb, other, rng: mirror(rgb),
    "rotate": lambda rgb, other, rng: rotate(rgb, float(rng.uniform(15, 345))),
    "redye": lambda rgb, other, rng: redye(rgb, rng),
    "negative": lambda rgb, other, rng: negative(rgb, rng),
    "drape": lambda rgb, other, rng: drape(rgb, rng),
    "trace": lambda rgb, other, rng: trace(rgb, rng),
    "insert": lambda rgb, other, rng: insert(rgb, other, rng),
    "rephotograph": lambda rgb, other, rng: rephotograph(rgb, rng),
    "all": lambda rgb, other, rng: rephotograph(redye(mirror(crop(rgb, rng, 0.6)), rng), rng),
}


def design(number: int) -> Picture:
    """Draw design ``number``, families in turn."""
    return draw_cloth(FAMILIES[number % len(FAMILIES)], FIRST_SEED + number, long_edge_px=SIZE_PX).rgb


def ask(count: int) -> list[Answer]:
    """Ask every kind of reuse of every design; cut-outs lie on designs that are never registered."""
    answers = []
    with tempfile.TemporaryDirectory() as folder, Registry.open(Path(folder) / "r.motif") as registry:
        designs = [design(number) for number in range(2 * count)]
        grounds = [design(number) for number in range(2 * count, 2 * count + 12)]
        for number in range(count):
            registry.register(designs[number], title=str(number), allow_duplicate=True)
        for kind, reuse in KINDS.items():
            for number, rgb in enumerate(designs):
                ground = grounds[(number + 5) % len(grounds)]
                reused = reuse(rgb, ground, np.random.default_rng([number, len(kind)]))
                result = registry.check(np.ascontiguousarray(reused))
                best = result.matches[0] if result.matches else None
                answers.append(
                    Answer(
                        kind=kind,
                        known=number < count,
                        right=best is not None and best.entry.title == str(number),
                        score=0.0 if best is None else best.score,
                        verdict=result.verdict,
                        cells=0 if best is None else best.evidence.cells,
                        rarity=0.0 if best is None else round(best.evidence.rarity, 4),
                    )
                )
            print(f"  asked: {kind}", file=sys.stderr, flush=True)
    return answers


def figures(answers: list[Answer], limits: tuple[float, float]) -> dict[str, float]:
    """Count right and wrong answers; ``limits`` are the scores that 1 % and none of the unknown reach."""
    known = [answer for answer in answers if answer.known]
    unknown = [answer for answer in answers if not answer.known]
    return {
        "recall@1": float(np.mean([answer.right for answer in known])),
        "recall@fpr1": float(np.mean([answer.right and answer.score > limits[0] for answer in known])),
        "recall@fpr0": float(np.mean([answer.right and answer.score > limits[1] for answer in known])),
        "flagged known": float(np.mean([answer.right and answer.verdict != "clear" for answer in known])),
        "flagged unknown": float(np.mean([answer.verdict != "clear" for answer in unknown])),
        "conflict unknown": float(np.mean([answer.verdict == "conflict" for answer in unknown])),
    }


def tabulate(answers: list[Answer]) -> dict[str, dict[str, float]]:
    """Return the figures of each kind, and of all."""
    unknown = np.array([answer.score for answer in answers if not answer.known])
    limits = (float(np.quantile(unknown, 0.99)), float(unknown.max()))
    kinds = {kind: figures([answer for answer in answers if answer.kind == kind], limits) for kind in KINDS}
    return kinds | {"together": figures(answers, limits)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20, help="designs registered, and as many not")
    parser.add_argument("--json", type=Path, help="write figures and single answers here")
    parser.add_argument("--picture", type=Path, help="draw the curves here")
    options = parser.parse_args()
    answers = ask(options.count)
    table = tabulate(answers)
    names = list(table["together"])
    print(f"{'reuse':14}" + "".join(f"{name:>18}" for name in names))
    for kind, row in table.items():
        print(f"{kind:14}" + "".join(f"{row[name]:18.2f}" for name in names))
    if options.json:
        document = {"figures": table, "answers": [asdict(answer) for answer in answers]}
        options.json.write_text(json.dumps(document, indent=1))
    if options.picture:
        from curves import draw

        draw(answers, table, options.picture)


if __name__ == "__main__":
    main()
