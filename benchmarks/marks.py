"""Put one mark on pictures of two designs, and on two pictures of one design: what is called a conflict?

    python benchmarks/marks.py [--photos FOLDER] [--pairs 200] [--seed 1] [--pictures FOLDER]

A third of the marks lie at the same place on both pictures, a third elsewhere, scaled, turned or mirrored, a
third half transparent across the middle. Prints the share of conflicts and reviews among pairs of different
designs, and the share of conflicts among pairs of one design, the second photographed again. Two rows have
no mark: copies dyed anew or dark for light, nothing moved; and a part of a design put into another one.
Without --photos the designs are drawn. Seeds of the marks are not those of ``fit_marks.py``.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.marks import KINDS, draw_mark, placed
from clothmaker.reuse import insert, negative, redye, rephotograph
from motif import compare, fingerprint

Picture = np.ndarray
Pair = tuple[Picture, Picture]
EDGE_PX = 900
OPAQUE = [kind for kind in KINDS if kind != "across"]
PLACES = ("same place", "elsewhere", "across")


def main() -> None:
    """Print a row for each kind of pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="pictures of different designs; by default drawn ones")
    parser.add_argument("--pairs", type=int, default=200, help="pairs in each row")
    parser.add_argument("--seed", type=int, default=1, help="draws designs, marks and copies")
    parser.add_argument("--pictures", type=Path, help="write the pairs with a wrong answer here")
    options = parser.parse_args()
    verdicts: dict[str, Counter[str]] = {}
    for row, number, pair in track(_pairs(options), total=4 * options.pairs):
        evidence = compare(*(fingerprint(_jpeg(picture)) for picture in pair))
        verdicts.setdefault(row, Counter())[evidence.verdict] += 1
        if options.pictures and row.startswith("two designs") != (evidence.verdict == "clear"):
            options.pictures.mkdir(parents=True, exist_ok=True)
            name = f"{row} {number:03} {evidence.verdict} {evidence.basis} {evidence.score:.2f}.jpg"
            (options.pictures / name).write_bytes(_jpeg(_beside(*pair)))
    for row, counts in verdicts.items():
        figures = "  ".join(f"{name} {counts[name] / counts.total():.3f}" for name in ("conflict", "review"))
        print(f"{row:42} {figures}  of {counts.total()}")


def _pairs(options: argparse.Namespace) -> Iterator[tuple[str, int, Pair]]:
    designs = _designs(options.photos, options.pairs, options.seed)
    for number in range(options.pairs):
        rng = np.random.default_rng([options.seed, number])
        design, other = designs(number), designs(number + 1)
        place = PLACES[number % 3]
        yield f"two designs, one mark, {place}", number, _marked((design, other), place, rng)
        again = rephotograph(design, rng)
        yield f"one design, one mark, {place}", number, _marked((again, design), place, rng)
        copy = (redye, negative)[number % 2](design, rng)
        yield "copy in other dyes or tones", number, (copy, design)
        yield "part in another design", number, (insert(design, other, rng), design)


def _marked(pictures: Pair, place: str, rng: np.random.Generator) -> Pair:
    if place == "across":
        mark, at, width = draw_mark("across", rng), (0.5, rng.uniform(0.4, 0.6)), rng.uniform(0.6, 0.95)
        opacity = rng.uniform(0.35, 0.6)
        first, second = (placed(rgb, mark, at=at, width=width, opacity=opacity) for rgb in pictures)
        return first, second
    mark, width = draw_mark(str(rng.choice(OPAQUE)), rng), rng.uniform(0.18, 0.38)
    at = (float(rng.choice([0.2, 0.5, 0.8])), float(rng.choice([0.18, 0.82])))
    if place == "same place":
        return placed(pictures[0], mark, at=at, width=width), placed(pictures[1], mark, at=at, width=width)
    elsewhere = (rng.uniform(0.22, 0.78), rng.uniform(0.22, 0.78))
    return placed(pictures[0], mark, at=at, width=width), placed(
        pictures[1],
        mark,
        at=elsewhere,
        width=width * rng.uniform(0.6, 1.5),
        turn_deg=rng.uniform(-180, 180) if rng.random() < 0.5 else 0.0,
        mirrored=rng.random() < 0.3,
    )


def _designs(folder: Path | None, count: int, seed: int) -> Callable[[int], Picture]:
    """Return what draws or reads the design of a number."""
    if folder is None:
        return lambda number: (
            draw_cloth(FAMILIES[number % len(FAMILIES)], 1000 * seed + number, long_edge_px=EDGE_PX).rgb
        )
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    order = np.random.default_rng(seed).permutation(len(paths))
    return lambda number: _read(paths[order[number % len(order)]])


def _read(path: Path) -> Picture:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((EDGE_PX, EDGE_PX), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _jpeg(rgb: Picture) -> bytes:
    data = io.BytesIO()
    Image.fromarray(rgb).save(data, "JPEG", quality=84)
    return data.getvalue()


def _beside(left: Picture, right: Picture) -> Picture:
    return np.hstack([cv2.resize(rgb, (700, 700), interpolation=cv2.INTER_AREA) for rgb in (left, right)])


if __name__ == "__main__":
    main()
