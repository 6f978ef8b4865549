"""Make the codebook of visual words from drawn cloths.

    python benchmarks/fit_words.py [--count 260]

Spherical k-means over the descriptors of tones and strokes, each taken in that of its four forms (as it is,
mirrored, dark for light, both) that is nearest. Cloths of these seeds stand in no other benchmark. A codebook
with other words is another one: count ``visual_words.CODEBOOK`` up, and servers find words anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.features.keypoints import mirrored, negative
from motif.matching.views import UNIT, distinct
from motif.matching.visual_words import WORDS

FILE = Path(__file__).parents[1] / "src" / "motif" / "matching" / "words.npz"
FIRST_SEED = 20_000
AXES, CENTERS = 64, 128
AXIS_LENGTH = 1000
ROUNDS = 12


def prints(count: int) -> Iterable[Fingerprint]:
    """Draw cloths and fingerprint them."""
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        yield fingerprint(draw_cloth(FAMILIES[seed % len(FAMILIES)], seed, long_edge_px=640).rgb)


def fit(fingerprints: Iterable[Fingerprint]) -> dict[str, np.ndarray]:
    """Return axes, int16, (128, AXES), centers, int8, (CENTERS, AXES), and words, int8, (WORDS, AXES)."""
    parts = [part for value in fingerprints for part in (value.main.keypoints, value.main.strokes)]
    plain = np.concatenate([_kept(part) for part in parts])
    flipped = mirrored(plain)
    four = np.stack([plain, negative(plain), flipped, negative(flipped)]) * UNIT
    every = four.reshape(-1, four.shape[2])
    _, axes = np.linalg.eigh(every.T @ every)
    axes = np.rint(axes[:, ::-1][:, :AXES] * AXIS_LENGTH)
    places = (four @ axes.astype(np.float32)).astype(np.float32)
    places /= np.linalg.norm(places, axis=2, keepdims=True)
    rng = np.random.default_rng(1)
    words = places[0][rng.choice(len(plain), WORDS, replace=False)]
    for _ in range(ROUNDS):
        words = _moved(words, places, rng)
    rough = faiss.Kmeans(AXES, CENTERS, niter=20, seed=1, spherical=True, min_points_per_centroid=1)
    rough.train(words)
    return {
        "axes": axes.astype(np.int16),
        "centers": np.rint(rough.centroids * 127).astype(np.int8),
        "words": np.rint(words * 127).astype(np.int8),
    }


def _kept(points: object) -> np.ndarray:
    descriptors = points.descriptors  # type: ignore[attr-defined]
    return descriptors[distinct(descriptors * UNIT, STANDARD_1.same_descriptor)[0]]


def _moved(words: np.ndarray, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move each word to the middle of the descriptors that are nearest to it, in their nearest form."""
    engine = faiss.IndexIVFFlat(faiss.IndexFlatIP(AXES), AXES, 64, faiss.METRIC_INNER_PRODUCT)
    engine.cp.niter, engine.cp.seed, engine.nprobe = 4, 1, 6
    engine.train(words)
    engine.add(words)
    near, nearest = (array.reshape(4, -1) for array in engine.search(places.reshape(-1, AXES), 1))
    each = np.arange(places.shape[1])
    form = near.argmax(0)
    sums = np.zeros_like(words)
    np.add.at(sums, nearest[form, each], places[form, each])
    empty = np.flatnonzero(np.bincount(nearest[form, each], minlength=WORDS) == 0)
    sums[empty] = places[0][rng.choice(len(each), len(empty))]
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def main() -> None:
    """Write the codebook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=260)
    np.savez_compressed(FILE, **fit(prints(parser.parse_args().count)))
    print(f"{FILE}: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
