#!/usr/bin/env python3
"""Are cloths of one design in other dyes, and of one family, near each other by how they are drawn?

python benchmarks/style.py FOLDER    # files named FAMILY_NUMBER_PLACE_VARIANT.jpg; variant 1: as photographed

Other dye: labels.json of the folder lists cloths of one design. Cloths are as near as their nearest places,
since places of one cloth show different parts of its design. A pair counts as near if nearer than 95 % of the
pairs of different designs.

Family: mean average precision over all places of the cloths whose family has two cloths or more, among places
of other cloths. ``Kain`` says nothing of a family and is left out. For comparison, histograms of hue,
saturation and value, of the photo and of the drawing without dyes, and the local binary patterns of the
drawing alone.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from motif import describe
from motif.description import Description, design_distance
from motif.features.drawing import find_drawing
from motif.features.texture import texture_distance
from motif.photo.photo import read_photo

Histogram = npt.NDArray[np.float64]
NAMELESS = "Kain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a cloth; histograms sum to 1."""

    description: Description
    colored: Histogram
    gray: Histogram


Distance = Callable[[Place, Place], float]
DISTANCES: dict[str, Distance] = {
    "design_distance": lambda a, b: design_distance(a.description, b.description),
    "texture alone": lambda a, b: texture_distance(a.description.texture, b.description.texture),
    "local binary patterns": lambda a, b: hellinger(patterns(a), patterns(b)),
    "HSV of the photo": lambda a, b: hellinger(a.colored, b.colored),
    "HSV without dyes": lambda a, b: hellinger(a.gray, b.gray),
}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    cv2.setNumThreads(1)
    cloths: dict[str, list[Place]] = defaultdict(list)
    for path in sorted(folder.glob("*_1.jpg")):
        cloths[path.stem.rsplit("_", 2)[0]].append(read_place(path))
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    for name, distance in DISTANCES.items():
        precision = round(mean_average_precision(cloths, distance), 3)
        print(json.dumps({name: {"family, mAP": precision, **other_dye(cloths, labels, distance)}}, indent=2))


def read_place(path: Path) -> Place:
    """Describe a photo, and take its histograms."""
    rgb = read_photo(path).rgb
    gray = np.clip((find_drawing(rgb).values + 3) * 42.5, 0, 255).astype(np.uint8)
    return Place(
        description=describe(path), colored=histogram(rgb), gray=histogram(cv2.merge([gray, gray, gray]))
    )


def histogram(rgb: npt.NDArray[np.uint8]) -> Histogram:
    """Count hue (16), saturation (4) and value (4)."""
    hsv = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, [16, 4, 4], [0, 180, 0, 256, 0, 256]).ravel()
    return np.asarray(counts / counts.sum(), np.float64)


def patterns(place: Place) -> Histogram:
    """Return the local binary patterns, summing to 1."""
    counts = np.array(place.description.texture.lbp)
    return np.asarray(counts / counts.sum(), np.float64)


def hellinger(first: Histogram, second: Histogram) -> float:
    """Measure how far two distributions are apart, 0..1.

    Examples
    --------
    >>> ones, others = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> hellinger(ones, ones), hellinger(ones, others)
    (0.0, 1.0)
    """
    return float(np.sqrt(max(0.0, 1 - float(np.sqrt(first * second).sum()))))


def other_dye(
    cloths: dict[str, list[Place]], labels: dict[str, list[list[str]]], distance: Distance
) -> dict[str, object]:
    """Count pairs of one design that are nearer than 95 % of the pairs of different ones."""
    same, unsure = (pairs_of(labels[key]) for key in ("same_design", "unsure"))
    near: dict[frozenset[str], float] = {
        frozenset((a, b)): min(distance(x, y) for x in cloths[a] for y in cloths[b])
        for a, b in itertools.combinations(sorted(cloths), 2)
    }
    different = np.array([value for pair, value in near.items() if pair not in same | unsure])
    shares = {
        " + ".join(sorted(pair)): round(float((different < near[pair]).mean()), 3)
        for pair in sorted(same, key=sorted)
        if pair in near
    }
    return {
        "pairs of one design": len(shares),
        "near": sum(share < 0.05 for share in shares.values()),
        "far": {name: share for name, share in shares.items() if share >= 0.05},
    }


def pairs_of(groups: list[list[str]]) -> set[frozenset[str]]:
    """List all pairs within groups."""
    return {frozenset(pair) for group in groups for pair in itertools.combinations(group, 2)}


def mean_average_precision(cloths: dict[str, list[Place]], distance: Distance) -> float:
    """Rank the places of all other cloths for each place; those of its family are right."""
    places = [
        (name, place) for name, found in sorted(cloths.items()) if family(name) != NAMELESS for place in found
    ]
    cloths_of = Counter(family(name) for name in {name for name, _ in places})
    precisions = []
    for name, place in places:
        if cloths_of[family(name)] < 2:
            continue
        others = [
            (distance(place, other), family(cloth) == family(name))
            for cloth, other in places
            if cloth != name
        ]
        hits = np.array([hit for _, hit in sorted(others, key=lambda pair: pair[0])])
        precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        precisions.append(float(precision[hits].mean()))
    return float(np.mean(precisions))


def family(cloth: str) -> str:
    """Return the family that a cloth's name begins with."""
    return cloth.split("_")[0]


if __name__ == "__main__":
    main()
