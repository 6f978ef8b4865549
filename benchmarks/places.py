#!/usr/bin/env python3
"""Do several places of one cloth agree on its lattice, up to a multiple?

python benchmarks/places.py FOLDER    # files named CLOTH_PLACE_VARIANT.jpg; variant 1 is as photographed
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from motif import describe
from motif.features.bravais import lattice_distance, sublattices

APART = 0.08
"""Two places of a hand-drawn cloth, photographed one after the other, differ by this share at most."""
MULTIPLES = (1, 2, 3, 4)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    cv2.setNumThreads(1)
    cloths: dict[str, list[np.ndarray]] = defaultdict(list)
    for path in sorted(parser.parse_args().folder.glob("*_1.jpg")):
        vectors = np.array(describe(path).repeat.vectors_px)
        cloths[path.stem.rsplit("_", 2)[0]].append(vectors)
    repeating = {name: found for name, found in cloths.items() if sum(len(v) == 2 for v in found) >= 3}
    pairs = [
        agree(a, b)
        for found in repeating.values()
        for a, b in itertools.combinations([v for v in found if len(v) == 2], 2)
    ]
    first = [next(v for v in found if len(v) == 2) for found in repeating.values()]
    strangers = [agree(a, b) for a, b in itertools.combinations(first, 2)]
    print(json.dumps({
        "cloths": len(cloths),
        "places": sum(map(len, cloths.values())),
        "cloths with a repeat in three places or more": len(repeating),
        "pairs of their repeating places that agree": round(float(np.mean(pairs)), 3),
        "the same for pairs of different cloths": round(float(np.mean(strangers)), 3),
        "of these cloths, three places or more agree": share(repeating, 3),
        "of these cloths, all places with a repeat agree": share(repeating, 99),
    }, indent=2))  # fmt: skip


def share(cloths: dict[str, list[np.ndarray]], least: int) -> float:
    """Return the share of cloths of which so many places (or all that repeat) agree with one of them."""
    right = []
    for found in cloths.values():
        fields = [v for v in found if len(v) == 2]
        most = max(sum(agree(a, b) for b in fields) for a in fields)
        right.append(most >= min(least, len(fields)))
    return round(float(np.mean(right)), 3)


def agree(first: np.ndarray, second: np.ndarray) -> bool:
    """Tell whether one lattice is the other, or a multiple of it.

    Examples
    --------
    >>> agree(np.array([[40.0, 0], [0, 60]]), np.array([[80.0, 0], [0, 61]]))
    True
    """
    return any(
        lattice_distance(form @ dense, wide) <= APART
        for dense, wide in ((first, second), (second, first))
        for index in MULTIPLES
        for form in sublattices(index)
    )


if __name__ == "__main__":
    main()
