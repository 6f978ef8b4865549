#!/usr/bin/env python3
"""Is the repeat the one that an eye sees? On pictures labelled in benchmarks/labels/repeat.csv.

python benchmarks/by_eye.py FOLDER    # that holds the labelled files
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from motif import describe
from motif.features.bravais import lattice_distance, sublattices

LABELS = Path(__file__).parent / "labels" / "repeat.csv"
KINDS = {"no": 0, "border": 1, "yes": 2}
MULTIPLES = (2, 3, 4)

Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One row of the labels: vectors are float64 of shape (k, 2), pixels of the picture."""

    file: str
    vectors: Vectors
    also: Vectors
    tolerance: float


def main() -> None:
    """Print the figures as JSON, and with --rows a line for each picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", action="store_true", help="print what was found on each picture")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows = []
    for label in read_labels():
        repeat = describe(options.folder / label.file).repeat
        vectors = np.array(repeat.vectors_px).reshape(-1, 2)
        rows.append((label, vectors, verdict(vectors, label)))
        if options.rows:
            texts = text_of(label.vectors), "found", text_of(vectors)
            print(f"{rows[-1][2]:10}{label.file:30}", *texts, flush=True)
    print(json.dumps(figures(rows), indent=2))


def read_labels() -> list[Label]:
    """Read the labels."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = []
    for row in rows:
        vectors = read_vectors(row["vectors_px"])
        if len(vectors) != KINDS[row["repeats"]]:
            raise SystemExit(f"{row['file']}: {row['repeats']!r} with {len(vectors)} vectors")
        also = read_vectors(row["also_px"])
        labels.append(Label(file=row["file"], vectors=vectors, also=also, tolerance=float(row["tolerance"])))
    return labels


def read_vectors(text: str) -> Vectors:
    """Read ``x y;x y``.

    Examples
    --------
    >>> read_vectors("1 2;3 4.5").tolist(), read_vectors("").shape
    ([[1.0, 2.0], [3.0, 4.5]], (0, 2))
    """
    return np.array([pair.split() for pair in text.split(";") if pair], np.float64).reshape(-1, 2)


def verdict(vectors: Vectors, label: Label) -> str:
    """Say ``right``, ``also`` (the second lattice of the label), ``multiple``, ``missed``, ``invented``
    or ``wrong``.
    """
    if same(vectors, label.vectors, label.tolerance):
        return "right"
    if len(label.also) and same(vectors, label.also, label.tolerance):
        return "also"
    if not len(label.vectors):
        return "invented"
    if not len(vectors):
        return "missed"
    if len(vectors) == len(label.vectors) == 2:
        pairs = ((vectors, label.vectors), (label.vectors, vectors))
        forms = [
            (form @ dense, wide)
            for index in MULTIPLES
            for form in sublattices(index)
            for dense, wide in pairs
        ]
        if any(same(dense, wide, label.tolerance) for dense, wide in forms):
            return "multiple"
    return "wrong"


def same(vectors: Vectors, true: Vectors, tolerance: float) -> bool:
    """Tell whether two repeats of 2, 1 or 0 vectors are the same one.

    Examples
    --------
    >>> same(np.array([[-50.0, 1.0]]), np.array([[50.0, 0.0]]), 0.04), same(np.zeros((0, 2)), np.eye(2), 0.04)
    (True, False)
    """
    if len(vectors) != len(true):
        return False
    if len(true) == 2:
        return lattice_distance(vectors, true) <= tolerance
    if len(true) == 1:
        distance_px = min(np.hypot(*(sign * vectors[0] - true[0])) for sign in (1, -1))
        return bool(distance_px <= tolerance * np.hypot(*true[0]))
    return True


def figures(rows: list[tuple[Label, Vectors, str]]) -> dict[str, float]:
    """Count verdicts: over all, over pictures that repeat, and over those that do not."""
    verdicts = [word for _, _, word in rows]
    repeating = [word for label, _, word in rows if len(label.vectors)]
    others = [word for label, _, word in rows if not len(label.vectors)]

    def share(words: list[str], *right: str) -> float:
        return round(sum(word in right for word in words) / len(words), 3)

    counts = {f"number {word}": verdicts.count(word) for word in sorted(set(verdicts))}
    return {
        "pictures": len(rows),
        "right": share(verdicts, "right"),
        "right, or the second lattice of the label": share(verdicts, "right", "also"),
        f"of the {len(repeating)} that repeat": share(repeating, "right"),
        "the same, or the second lattice": share(repeating, "right", "also"),
        "the same, or a multiple up to four": share(repeating, "right", "also", "multiple"),
        f"of the {len(others)} that do not": share(others, "right"),
        **counts,
    }


def text_of(vectors: Vectors) -> str:
    """Write vectors shortly."""
    return " ".join(f"({x:.1f}, {y:.1f})" for x, y in vectors.tolist()) or "none"


if __name__ == "__main__":
    main()
