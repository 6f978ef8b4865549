"""Make the codebook of visual words from drawn cloths.

    python benchmarks/fit_words.py [--count 400]

Spherical k-means over the descriptors of tones and strokes, each taken in that of its four forms (as it is,
mirrored, dark for light, both) that is nearest: first the centers, then the words around each of them. Every
other round of families is photographed askew. Cloths of these seeds stand in no other benchmark. A
codebook with other words is another one: count ``visual_words.CODEBOOK`` up, and registries find words anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import rephotograph
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.features.keypoints import Keypoints, mirrored, negative
from motif.matching.views import UNIT, distinct
from motif.matching.visual_words import AXES, CENTERS, OF_CENTER

FILE = Path(__file__).parents[1] / "src" / "motif" / "matching" / "words.npz"
FIRST_SEED = 20_000
AXIS_LENGTH = 1000
WORD_LENGTH = 127
ROUNDS = 10
CENTERS_FROM = 40_000


def prints(count: int) -> Iterator[Fingerprint]:
    """Draw cloths and fingerprint them."""
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        rgb = draw_cloth(FAMILIES[seed % len(FAMILIES)], seed, long_edge_px=640).rgb
        if seed // len(FAMILIES) % 2:
            rgb = rephotograph(rgb, np.random.default_rng(seed))
        yield fingerprint(np.ascontiguousarray(rgb))


def fit(fingerprints: Iterable[Fingerprint]) -> dict[str, np.ndarray]:
    """Return axes, int16, (128, AXES), centers, int8, (CENTERS, AXES), and words, int8, (WORDS, AXES)."""
    parts = [part for value in fingerprints for part in (value.main.keypoints, value.main.strokes)]
    plain = np.concatenate([kept(part) for part in parts])
    flipped = mirrored(plain)
    four = np.stack([plain, negative(plain), flipped, negative(flipped)]) * UNIT
    every = four[:, ::7].reshape(-1, four.shape[2])
    _, axes = np.linalg.eigh(every.T @ every)
    axes = np.rint(axes[:, ::-1][:, :AXES] * AXIS_LENGTH)
    places = (four @ axes.astype(np.float32)).astype(np.float32)
    places /= np.linalg.norm(places, axis=2, keepdims=True)
    rng = np.random.default_rng(1)
    some = places[:, rng.permutation(len(plain))[:CENTERS_FROM]]
    centers = some[0][rng.choice(some.shape[1], CENTERS, replace=False)]
    for _ in range(ROUNDS):
        center, form = nearest(some, centers)
        centers = means(some[form, np.arange(len(form))], center, CENTERS, rng)
    centers = np.rint(centers * WORD_LENGTH)
    center, form = nearest(places, centers)
    chosen = places[form, np.arange(len(form))]
    words = np.stack([around(chosen[center == number], rng) for number in range(CENTERS)])
    return {
        "axes": axes.astype(np.int16),
        "centers": centers.astype(np.int8),
        "words": np.rint(words * WORD_LENGTH).astype(np.int8).reshape(-1, AXES),
    }


def kept(points: Keypoints) -> np.ndarray:
    """Keep one keypoint of each ornament that repeats, as an index does."""
    return points.descriptors[distinct(points.descriptors * UNIT, STANDARD_1.same_descriptor)[0]]


def nearest(places: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each descriptor, in four forms, the nearest center and in which form it is that near."""
    near = np.stack([form @ centers.T for form in places])
    of_form = near.max(axis=2).argmax(axis=0)
    return near[of_form, np.arange(len(of_form))].argmax(axis=1), of_form


def means(rows: np.ndarray, number: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return the middle of the rows with each number; of no rows, a row drawn by chance."""
    sums = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(sums, number, rows)
    empty = np.flatnonzero(np.bincount(number, minlength=count) == 0)
    sums[empty] = rows[rng.choice(len(rows), len(empty))]
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def around(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Find the words around a center."""
    words = rows[rng.choice(len(rows), OF_CENTER, replace=len(rows) < OF_CENTER)]
    for _ in range(ROUNDS):
        words = means(rows, (rows @ words.T).argmax(axis=1), OF_CENTER, rng)
    return words


def main() -> None:
    """Write the codebook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    np.savez_compressed(FILE, **fit(prints(parser.parse_args().count)))
    print(f"{FILE}: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
