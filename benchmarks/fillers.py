"""How surely curls are told from other fillers, on fields drawn by hand (filler_fields.py), at several sizes.

    python benchmarks/fillers.py [--seeds 40] [--first 5000]

Thresholds of features/curls.py were set while looking at other drawings of the same kinds. Sizes are those
of marks, centre to centre, in pixels of a picture that is 480 pixels long; a curl is 0.66 to 1 of it wide.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
from scipy.stats import rankdata

from filler_fields import NEITHER, curls, draw_field, scales
from motif.features.drawing import find_drawing
from motif.features.isen import find_isen
from motif.features.spots import find_spots

SIZES_PX = ((14, 20), (20, 28), (28, 40), (40, 52))
LEAST_SHARE = 0.02
"""From which a filler is suggested."""


def share_of_curls(rgb: np.ndarray) -> float:
    """Return the share of the area that the map of curls covers."""
    drawing = find_drawing(rgb)
    return float(find_isen(drawing, find_spots(drawing.values)).maps["ukel"].mean())


def area_under_curve(of_curls: np.ndarray, of_others: np.ndarray) -> float:
    """Probability that a field of curls has the larger share; a tie counts half."""
    ranks = rankdata(np.concatenate([of_curls, of_others]))[: len(of_curls)].sum()
    return float((ranks - len(of_curls) * (len(of_curls) + 1) / 2) / (len(of_curls) * len(of_others)))


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds", type=int, default=40, help="fields of curls for each size; twice as many others"
    )
    parser.add_argument("--first", type=int, default=5000)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    others = (scales, *NEITHER)
    for size in SIZES_PX:
        seeds = range(options.first, options.first + options.seeds)
        right = np.array([share_of_curls(draw_field(curls, seed, size)) for seed in seeds])
        wrong = np.array(
            [
                share_of_curls(draw_field(others[seed % len(others)], seed, size))
                for seed in range(options.first, options.first + 2 * options.seeds)
            ]
        )
        shares = [f"{(curls >= LEAST_SHARE).mean():.0%}" for curls in (right, wrong)]
        print(
            f"marks {size[0]} to {size[1]} px: AUC {area_under_curve(right, wrong):.3f},",
            f"suggested on {shares[0]} of fields of curls and {shares[1]} of others",
            flush=True,
        )


if __name__ == "__main__":
    main()
