"""Learn what keypoints on marks look like, and write what was learnt into the package.

    python benchmarks/fit_marks.py [--cloths 480] [--epochs 16] [--leave-out KIND ...] [--dry-run]

Draws cloths, some photographed askew or dyed anew, and lays tags, logos, codes and watermarks on them.
A network of one hidden layer learns from each keypoint's descriptor and size whether it lies on a mark.
Prints how well it tells the two apart on cloths and marks that it did not see: the area under the ROC curve.
Seeds are those of no other benchmark. Scores do not change with it, only which of them rest on a mark.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif.matching
from clothmaker import FAMILIES, draw_cloth
from clothmaker.marks import KINDS, draw_mark, placed
from clothmaker.reuse import redye, rephotograph
from motif import STANDARD_1, normalize, read_photo
from motif.features.keypoints import Keypoints, find_keypoints, mirrored, negative
from motif.features.strokes import find_strokes
from motif.matching.marks import FILE, features
from motif.matching.views import UNIT

FIRST_SEED = 60_000
EDGE_PX = 900
HIDDEN = 64
BATCH = 512
RATE, DECAY, KEPT = 2e-3, 2e-4, 0.8
Rng = np.random.Generator
Sample = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Descriptors, sizes in pixels, and whether each keypoint lies on a mark."""


def marked_cloth(number: int, kinds: list[str]) -> dict[str, Sample]:
    """Draw a cloth with one to three marks, and find its keypoints and strokes."""
    rng = np.random.default_rng(FIRST_SEED + number)
    rgb = draw_cloth(FAMILIES[number % len(FAMILIES)], FIRST_SEED + number, long_edge_px=EDGE_PX).rgb
    if number % 3 == 1:
        rgb = rephotograph(rgb, rng)
    elif number % 3 == 2:
        rgb = redye(rgb, rng)
    on_mark = np.zeros(rgb.shape[:2], np.bool_)
    for _ in range(rng.integers(1, 4)):
        kind = str(rng.choice(kinds))
        opacity, width = (
            (rng.uniform(0.3, 0.8), rng.uniform(0.4, 0.95))
            if kind == "across"
            else (1.0, rng.uniform(0.1, 0.5))
        )
        mark = draw_mark(kind, rng)
        place = {
            "at": tuple(rng.uniform(0.1, 0.9, 2)),
            "width": width,
            "turn_deg": rng.uniform(-180, 180) if rng.random() < 0.3 else 0.0,
            "mirrored": rng.random() < 0.2,
        }
        rgb = placed(rgb, mark, opacity=opacity, **place)
        white = Image.new("RGBA", mark.size, "white")
        white.putalpha(mark.getchannel("A"))
        on_mark |= placed(np.zeros_like(rgb), white, **place)[..., 0] > 40
    data = io.BytesIO()
    Image.fromarray(rgb).save(data, "JPEG", quality=int(rng.integers(55, 93)))
    luma = normalize(read_photo(data.getvalue()), corners_px=_whole(rgb)).luma
    finders = {"tones": find_keypoints, "strokes": find_strokes}
    return {part: _sample(find(luma, STANDARD_1), on_mark, luma.shape) for part, find in finders.items()}


def _whole(rgb: np.ndarray) -> list[tuple[float, float]]:
    right, bottom = rgb.shape[1] - 1.0, rgb.shape[0] - 1.0
    return [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)]


def _sample(points: Keypoints, on_mark: np.ndarray, shape: tuple[int, ...]) -> Sample:
    x, y = (points.xy * (np.array(on_mark.shape[::-1]) / shape[::-1])).astype(int).T
    near = np.max([on_mark[np.clip(y + dy, 0, len(on_mark) - 1), np.clip(x + dx, 0, on_mark.shape[1] - 1)]
                   for dx in (-2, 0, 2) for dy in (-2, 0, 2)], axis=0)  # fmt: skip
    return points.descriptors, points.size_px, near


def fitted(sample: Sample, epochs: int) -> dict[str, np.ndarray]:
    """Fit the network by Adam, with as many keypoints on marks as on cloth in each step."""
    descriptors, sizes, on_mark = sample
    rng = np.random.default_rng(1)
    weights = [
        rng.normal(0, (2 / 129) ** 0.5, (129, HIDDEN)),
        np.zeros(HIDDEN),
        rng.normal(0, HIDDEN**-0.5, HIDDEN),
        np.zeros(1),
    ]
    weights = [weight.astype(np.float32) for weight in weights]
    mean, square = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    marks, cloth = np.flatnonzero(on_mark), np.flatnonzero(~on_mark)
    views = (lambda rows: rows, mirrored, negative, lambda rows: negative(mirrored(rows)))
    step = 0
    for epoch in range(epochs):
        table = _table(views[epoch % len(views)](descriptors), sizes)
        rate = RATE * (1 - epoch / epochs) + RATE / 20
        for _ in range(len(table) // BATCH):
            rows = np.r_[rng.choice(marks, BATCH // 2), rng.choice(cloth, BATCH // 2)]
            step += 1
            for k, slope in enumerate(_slopes(weights, table[rows], on_mark[rows], rng)):
                mean[k] = 0.9 * mean[k] + 0.1 * slope
                square[k] = 0.999 * square[k] + 0.001 * slope**2
                change = mean[k] / (1 - 0.9**step) / (np.sqrt(square[k] / (1 - 0.999**step)) + 1e-8)
                weights[k] = (weights[k] - rate * change).astype(np.float32)
    return dict(zip(("hidden", "hidden_bias", "output", "bias"), weights, strict=True))


def _slopes(weights: list[np.ndarray], rows: np.ndarray, on_mark: np.ndarray, rng: Rng) -> list[np.ndarray]:
    active = np.maximum(rows @ weights[0] + weights[1], 0)
    kept = (rng.random(active.shape) < KEPT) / KEPT
    likely = 1 / (1 + np.exp(-((active * kept) @ weights[2] + weights[3])))
    wrong = (likely - on_mark) / len(rows)
    back = np.outer(wrong, weights[2]) * kept * (active > 0)
    return [
        rows.T @ back + DECAY * weights[0],
        back.sum(axis=0),
        (active * kept).T @ wrong + DECAY * weights[2],
        wrong.sum(keepdims=True),
    ]


def _table(descriptors: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return features(descriptors * UNIT, np.log2(sizes))


def _area(sample: Sample, weights: dict[str, np.ndarray]) -> float:
    """Return the area under the ROC curve."""
    descriptors, sizes, on_mark = sample
    active = np.maximum(_table(descriptors, sizes) @ weights["hidden"] + weights["hidden_bias"], 0)
    rank = np.argsort(np.argsort(active @ weights["output"]))
    marks = int(on_mark.sum())
    return float((rank[on_mark].mean() - (marks - 1) / 2) / (len(rank) - marks))


def _joined(samples: list[dict[str, Sample]], part: str) -> Sample:
    descriptors, sizes, on_mark = zip(*(sample[part] for sample in samples), strict=True)
    return np.concatenate(descriptors), np.concatenate(sizes), np.concatenate(on_mark)


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cloths", type=int, default=480, help="cloths to learn from; a sixth more to test")
    parser.add_argument("--epochs", type=int, default=16, help="times that each keypoint is seen")
    parser.add_argument(
        "--leave-out", nargs="*", choices=tuple(KINDS), default=[], help="learn without, test with these"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()
    learnt_kinds = [kind for kind in KINDS if kind not in options.leave_out]
    learnt = [marked_cloth(number, learnt_kinds) for number in track(range(options.cloths))]
    tested = range(options.cloths, options.cloths + options.cloths // 6)
    others = [marked_cloth(number, options.leave_out or list(KINDS)) for number in track(tested)]
    columns = {}
    for part in ("tones", "strokes"):
        weights = fitted(_joined(learnt, part), options.epochs)
        print(f"{part}: area under the curve {_area(_joined(others, part), weights):.3f}")
        columns |= {f"{part}_{name}": weight.astype(np.float16) for name, weight in weights.items()}
    if not options.dry_run:
        path = Path(motif.matching.__file__).with_name(FILE)
        np.savez_compressed(path, allow_pickle=False, **columns)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
