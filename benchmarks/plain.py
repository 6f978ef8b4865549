"""Compare plain grounds, which are nobody's, and batiks drawn on them: what is called a conflict?

    python benchmarks/plain.py [--pairs 200] [--seed 1] [--pictures FOLDER]

Pairs of one kind, and of two kinds, in other sizes, proportions and colors, every other one photographed; two
batiks on one plain ground; and, to be found, a batik on a plain ground, photographed again in other dyes.
Seeds are not those of ``make_plain.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import draw_cloth
from clothmaker.plain import PLAIN, draw_plain
from clothmaker.reuse import redye, rephotograph
from motif import compare, fingerprint

Picture = np.ndarray
Pair = tuple[Picture, Picture]
Draw = Callable[[np.random.Generator, int], Pair]
KINDS = list(PLAIN)
FAMILIES = ("ceplok", "semen", "truntum", "lereng", "mega_mendung")
FIRST_SEED = 1_000_000


def main() -> None:
    """Print a row for each sort of pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--pairs", type=int, default=200, help="pairs of one kind; half as many of the others"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, help="write the pairs with a wrong answer here")
    options = parser.parse_args()
    verdicts: dict[str, Counter[str]] = {}
    for row, number, pair in track(list(_numbers(options.pairs))):
        pictures = pair(np.random.default_rng([options.seed, number]), FIRST_SEED * options.seed + 2 * number)
        evidence = compare(*(fingerprint(np.ascontiguousarray(rgb)) for rgb in pictures))
        verdicts.setdefault(row, Counter())[evidence.verdict] += 1
        if options.pictures and (row == COPY) != (evidence.verdict == "conflict"):
            options.pictures.mkdir(parents=True, exist_ok=True)
            if row == COPY or evidence.verdict != "clear":
                name = f"{row} {number:03} {evidence.verdict} {evidence.basis} {evidence.score:.2f}.jpg"
                beside = np.hstack([cv2.resize(rgb, (600, 600)) for rgb in pictures])
                cv2.imwrite(str(options.pictures / name), beside[..., ::-1])
    for row, counts in verdicts.items():
        shares = "  ".join(f"{name} {counts[name] / counts.total():.3f}" for name in ("conflict", "review"))
        print(f"{row:32} {shares}  of {counts.total()}")


def _numbers(pairs: int) -> Iterator[tuple[str, int, Draw]]:
    for number in range(pairs):
        yield "one kind", number, _one_kind
    for number in range(pairs, pairs + pairs // 2):
        yield "two kinds", number, _two_kinds
        yield "two batiks on one plain ground", number, _two_batiks
        yield COPY, number, _copy


def _one_kind(rng: np.random.Generator, seed: int) -> Pair:
    kind = KINDS[seed // 2 % len(KINDS)]
    return _taken(draw_plain(kind, seed), rng), _taken(draw_plain(kind, seed + 1), rng)


def _two_kinds(rng: np.random.Generator, seed: int) -> Pair:
    one, other = rng.choice(KINDS, 2, replace=False)
    return _taken(draw_plain(one, seed), rng), _taken(draw_plain(other, seed + 1), rng)


def _two_batiks(rng: np.random.Generator, seed: int) -> Pair:
    plain = draw_plain(str(rng.choice(KINDS)), seed)
    one, other = rng.choice(FAMILIES, 2, replace=False)
    return _on(one, seed, plain), rephotograph(_on(other, seed + 1, plain), rng)


def _copy(rng: np.random.Generator, seed: int) -> Pair:
    cloth = _on(str(rng.choice(FAMILIES)), seed, draw_plain(str(rng.choice(KINDS)), seed))
    return rephotograph(redye(cloth, rng), rng), cloth


COPY = "copy of a batik on a plain ground"


def _taken(rgb: Picture, rng: np.random.Generator) -> Picture:
    return rephotograph(rgb, rng) if rng.random() < 0.5 else rgb


def _on(family: str, seed: int, plain: Picture) -> Picture:
    """Draw a batik's ornaments on a plain ground: what differs from the commonest color of its cloth."""
    cloth = draw_cloth(family, seed, long_edge_px=max(plain.shape[:2])).rgb
    plain = cv2.resize(plain, (cloth.shape[1], cloth.shape[0]), interpolation=cv2.INTER_AREA)
    coarse = (cloth[::4, ::4] // 24).reshape(-1, 3)
    colors, counts = np.unique(coarse, axis=0, return_counts=True)
    ground = cloth[::4, ::4].reshape(-1, 3)[(coarse == colors[counts.argmax()]).all(axis=1)].mean(axis=0)
    apart = np.abs(cloth.astype(np.float32) - ground).max(axis=2)
    share = np.clip((cv2.GaussianBlur(apart, (0, 0), 1.0) - 30) / 20, 0, 1)[..., None]
    return (plain * (1 - share) + cloth * share).round().astype(np.uint8)


if __name__ == "__main__":
    main()
