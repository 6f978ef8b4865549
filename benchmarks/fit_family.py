"""Fit the table behind the suggested family on drawn cloths, and say how often it is right on others.

    python benchmarks/fit_family.py [--count 40] [--write]

Multinomial logistic regression with a quadratic penalty; half the cloths are drawn smaller, turned or
cropped, so that the family does not hang on the generator's one scale. Another stretch of seeds tests it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import crop, rephotograph
from motif.description import describe_fully
from motif.features.family import family_figures

TABLE = Path(__file__).parents[1] / "src" / "motif" / "features" / "family.json"
PENALTY = 3e-3


def figures_of(rgb: np.ndarray) -> np.ndarray:
    """Return the figures of a picture."""
    d = describe_fully(np.ascontiguousarray(rgb)).description
    return family_figures(d.texture, d.repeat, d.symmetry, d.scatter, d.isen)


def drawn(first_seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw cloths of all families; every other one is photographed askew or cropped."""
    rows, labels = [], []
    for number, family in enumerate(FAMILIES):
        for seed in range(first_seed, first_seed + count):
            rng = np.random.default_rng([seed, number])
            rgb = draw_cloth(family, seed, long_edge_px=int(rng.choice([480, 640, 900]))).rgb
            if seed % 2:
                rgb = crop(rgb, rng, float(rng.uniform(0.3, 0.9)))
            elif seed % 4 == 0:
                rgb = rephotograph(rgb, rng)[40:-40, 40:-40]
            rows.append(figures_of(rgb))
            labels.append(number)
    return np.array(rows), np.array(labels)


def fit(rows: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, scale and weights, shape (figures + 1, families)."""
    mean, scale = rows.mean(0), np.maximum(rows.std(0), 0.02)
    x = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    truth = np.eye(len(FAMILIES))[labels]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(x.shape[1], -1)
        scores = x @ weights
        scores -= scores.max(1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(1, keepdims=True)
        value = -np.log(shares[truth > 0] + 1e-12).mean() + PENALTY * np.square(weights[:-1]).sum()
        slope = x.T @ (shares - truth) / len(x)
        slope[:-1] += 2 * PENALTY * weights[:-1]
        return value, slope.ravel()

    optimum = minimize(loss, np.zeros(x.shape[1] * len(FAMILIES)), jac=True, method="L-BFGS-B")
    return mean, scale, optimum.x.reshape(x.shape[1], -1)


def main() -> None:
    """Fit, test, and write the table if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=40, help="cloths of each family")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    mean, scale, weights = fit(*drawn(20_000, options.count))
    rows, labels = drawn(30_000, max(4, options.count // 4))
    scores = np.column_stack([(rows - mean) / scale, np.ones(len(rows))]) @ weights
    print(f"right on other drawn cloths: {float((scores.argmax(1) == labels).mean()):.3f} of {len(rows)}")
    for number, family in enumerate(FAMILIES):
        print(f"  {family:14}{float((scores.argmax(1) == labels)[labels == number].mean()):6.2f}")
    if options.write:
        table = {
            "made_by": f"benchmarks/fit_family.py --count {options.count} --write",
            "families": list(FAMILIES),
            "mean": np.round(mean, 5).tolist(),
            "scale": np.round(scale, 5).tolist(),
            "weights": np.round(weights, 4).tolist(),
        }
        TABLE.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
