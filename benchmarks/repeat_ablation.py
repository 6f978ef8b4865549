#!/usr/bin/env python3
"""Would likeness of repeats, of build or of symmetry make matching better? Scores with and without each.

    python benchmarks/repeat_ablation.py FOLDER

FOLDER holds photos named CLOTH_PLACE_VARIANT.jpg, variant 1 as photographed, and a labels.json: the variants
asked ("query_transforms"), the cloths that carry one design ("same_design"), and those of which one cannot
tell ("unsure"). Places 1 to 3 are registered, 4 and 5 asked. For the first ten photos of each answer the
logit of the score gets terms added, whose weights are fitted on pairs of other designs: eight parts. What is
unknown, since one of the two does not repeat, adds nothing.

One repeat is held against the other whatever their places: each is the average of all pixels by their phase
in the cell, in every basis, also of lattices two to four times as wide, in which a turn, a scale and a mirror
take one cell into the other; the best circular correlation counts, dark for light as well. It is taken of
lightness, of edges, and of lightness whose spectrum is evened, so that what two grids have in common, their
ground wave, weighs less.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft, optimize

from motif import STANDARD_1, Fingerprint, read_photo
from motif.description import Described, Description, describe_fully, design_distance
from motif.features.bravais import reduced_all, sublattices
from motif.fingerprint import fingerprint_swatches
from motif.matching.inverted_index import MemorySource
from motif.matching.search import search
from motif.normalize.pictures import cloth_picture
from motif.normalize.swatch import normalize

Doubles = npt.NDArray[np.float64]
Spectra = npt.NDArray[np.complex64]

GRID = 48
CELLS_APART = 1.12
"""Longest over shortest stretch of the map that takes one cell into the other."""
PIXELS = 60_000
LOOKED_AT, LISTED, PARTS = 10, 50, 8
WIDER = np.array([form for index in (1, 2, 3, 4) for form in sublattices(index)])
FORMS = np.indices((3,) * 4).reshape(4, -1).T.reshape(-1, 2, 2) - 1
BASES = FORMS[np.abs(np.linalg.det(FORMS)).round() == 1]
ROWS = {
    "as it is": (),
    "repeats: lightness": (0,),
    "repeats: edges": (1,),
    "repeats: evened spectrum": (2,),
    "design_distance": (3,),
    "symmetry": (4,),
    "evened spectrum, design_distance, symmetry": (2, 3, 4),
}  # name: columns of ``terms``


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeats:
    """A repeat in its own lattice and in all up to four times as wide.

    Parameters
    ----------
    bases : ndarray, float64, shape (15, 2, 2)
        Rows (x, y), pixels of the drawing; reduced.
    spectra : ndarray, complex64, shape (15, 3, GRID, GRID)
        Of one cell's lightness, edges, and lightness with evened spectrum; each of norm 1.
    """

    bases: Doubles
    spectra: Spectra = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A photo, as it is asked and as it is described."""

    cloth: str
    fingerprint: Fingerprint
    description: Description
    repeats: Repeats | None


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    cv2.setNumThreads(1)
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    names = sorted(path.stem.rsplit("_", 2) for path in folder.glob("*.jpg"))
    clock = Clock()
    registered = [see(folder, name, clock) for name in names if name[1] in "123" and name[2] == "1"]
    variants = {str(transform) for transform in labels["query_transforms"]}
    queries = [see(folder, name, clock) for name in names if name[1] in "45" and name[2] in variants]
    print(json.dumps(ablation(registered, queries, labels, clock), indent=2))


class Clock:
    """CPU milliseconds by what they went into."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def timed(self, name: str, started: float) -> None:
        """Note what went by since ``started``, a ``time.process_time()``."""
        self.spent.setdefault(name, []).append(1e3 * (time.process_time() - started))

    def means(self) -> dict[str, float]:
        """Return the mean of each."""
        return {name: round(float(np.mean(times)), 1) for name, times in self.spent.items()}


def see(folder: Path, name: list[str], clock: Clock) -> Place:
    """Read one photo, and describe its cloth as it is compared: cut out, without perspective."""
    photo = read_photo(folder / f"{'_'.join(name)}.jpg")
    swatch = normalize(photo)
    described = describe_fully(cloth_picture(photo, swatch, long_edge_px=STANDARD_1.long_edge_px))
    started = time.process_time()
    repeats = find_repeats(described)
    if repeats is not None:
        clock.timed("cells of a photo that repeats", started)
    return Place(
        cloth=name[0],
        fingerprint=fingerprint_swatches(photo, [swatch]),
        description=described.description,
        repeats=repeats,
    )


def find_repeats(described: Described) -> Repeats | None:
    """Average a drawing over its lattice and all up to four times as wide; None without two vectors."""
    lattice = described.found.lattice.vectors
    if len(lattice) != 2:
        return None
    values = described.drawing.values[described.found.within]
    edges = np.hypot(cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1))
    some = np.random.default_rng(0).permutation(values.size)[:PIXELS]
    places = np.stack([some % values.shape[1], some // values.shape[1]], 1)
    bases = reduced_all(WIDER @ lattice)
    layers = np.stack([values.ravel()[some], edges.ravel()[some]])
    return Repeats(bases=bases, spectra=np.stack([spectra(cell(layers, places, basis)) for basis in bases]))


def cell(layers: Doubles, places: npt.NDArray[np.intp], basis: Doubles) -> Doubles:
    """Average values by their phase in the cell.

    Parameters
    ----------
    layers : ndarray, shape (K, N)
        K values of N pixels.
    places : ndarray, shape (N, 2), pixels (x, y)
    basis : ndarray, float64, shape (2, 2), rows (x, y), pixels

    Returns
    -------
    ndarray, float64, shape (K, GRID, GRID)
        ``[row, column]``: row along the second vector, column along the first; zero mean.

    Examples
    --------
    >>> places = np.stack(np.meshgrid(np.arange(96), np.arange(96)), -1).reshape(-1, 2)
    >>> waves = np.cos(places[:, 0] * 2 * np.pi / 24)[None]
    >>> averaged = cell(waves, places, np.array([[24.0, 0.0], [0.0, 24.0]]))
    >>> averaged.shape, bool(averaged[0, 0, 0] > 0.9), bool(averaged[0, 0, 24] < -0.9)
    ((1, 48, 48), True, True)
    """
    phase = np.mod(places @ np.linalg.inv(basis), 1.0) * GRID
    low = np.floor(phase).astype(np.intp)
    part = phase - low
    sums, weights = np.zeros((len(layers), GRID**2)), np.zeros(GRID**2)
    for right, down in itertools.product((0, 1), (0, 1)):
        at = ((low[:, 1] + down) % GRID) * GRID + (low[:, 0] + right) % GRID
        weight = np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1])
        weights += np.bincount(at, weight, GRID**2)
        sums += [np.bincount(at, weight * values, GRID**2) for values in layers]
    means = sums.sum(1) / weights.sum()
    cells = np.where(weights > 0.05, sums / np.maximum(weights, 0.05), means[:, None])
    cells = cells.reshape(-1, GRID, GRID)
    return np.asarray(cells - cells.mean((1, 2), keepdims=True))


def spectra(cells: Doubles) -> Spectra:
    """Return the spectra of lightness and edges, softened by a sample, and of lightness evened."""
    frequency = fft.fftfreq(GRID)
    soft = np.exp(-2 * np.pi**2 * (frequency[:, None] ** 2 + frequency**2))
    lightness, edges = fft.fft2(cells) * soft
    size = np.abs(lightness)
    evened = lightness / np.sqrt(size + 1e-3 * size.max() + 1e-12)
    kinds = np.stack([lightness, edges, evened])
    return np.asarray(
        kinds / np.maximum(np.linalg.norm(kinds, axis=(1, 2), keepdims=True), 1e-12), np.complex64
    )


def alike(first: Repeats, second: Repeats) -> Doubles:
    """Correlate two repeats at their best phase, turn and mirror: lightness, edges, evened; range 0..1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> dots = np.kron(rng.normal(size=(2, 12, 12)), np.ones((4, 4)))
    >>> one = Repeats(bases=reduced_all(WIDER @ (np.eye(2) * 40)), spectra=np.stack([spectra(dots)] * 15))
    >>> moved = np.stack([spectra(-np.roll(dots[..., ::-1], 7, 1) * [[[1]], [[-1]]])] * 15)
    >>> alike(one, Repeats(bases=one.bases, spectra=moved)).round(2).tolist()
    [1.0, 1.0, 1.0]
    """
    best = np.zeros(3)
    pairs = [(wide, 0) for wide in range(len(WIDER))] + [(0, wide) for wide in range(1, len(WIDER))]
    for ours, theirs in pairs:
        for basis in BASES[fitting(first.bases[ours], second.bases[theirs])]:
            product = np.conj(in_basis(first.spectra[ours], basis)) * second.spectra[theirs]
            levels = fft.ifft2(product).real * GRID**2
            best = np.maximum(best, [np.abs(levels[0]).max(), levels[1].max(), np.abs(levels[2]).max()])
    return best


def fitting(first: Doubles, second: Doubles) -> npt.NDArray[np.bool_]:
    """Tell in which bases a turn, a scale and a mirror take the first cell into the second."""
    maps = np.linalg.solve(BASES @ first, np.broadcast_to(second, BASES.shape))
    stretch = np.square(maps).sum((1, 2)) / np.abs(np.linalg.det(maps))
    return np.asarray(stretch <= CELLS_APART + 1 / CELLS_APART)


def in_basis(spectrum: Spectra, basis: npt.NDArray[np.int64]) -> Spectra:
    """Bring spectra of a cell into another basis of its lattice: a permutation."""
    (a, b), (c, d) = np.rint(np.linalg.inv(basis)).astype(int)
    u, v = np.meshgrid(np.arange(GRID), np.arange(GRID))
    return spectrum[:, (c * u + d * v) % GRID, (a * u + b * v) % GRID]


def terms(first: Place, second: Place, clock: Clock) -> tuple[list[float], list[bool]]:
    """Measure likeness of two photos: repeats (3), build, symmetry; and say which are known."""
    repeats = np.zeros(3)
    both = first.repeats is not None and second.repeats is not None
    if first.repeats is not None and second.repeats is not None:
        started = time.process_time()
        repeats = alike(first.repeats, second.repeats)
        clock.timed("one repeat against another", started)
    ones, others = dict(first.description.symmetry.ranked), dict(second.description.symmetry.ranked)
    groups = sorted({*ones, *others})
    apart = 0.5 * sum(abs(ones.get(group, 0.0) - others.get(group, 0.0)) for group in groups)
    build = design_distance(first.description, second.description)
    return [*repeats.tolist(), build, apart], [both, both, both, True, bool(ones and others)]


def ablation(
    registered: list[Place], queries: list[Place], labels: dict[str, Any], clock: Clock
) -> dict[str, Any]:
    """Ask all, and score the answers with and without each term."""
    source = MemorySource(STANDARD_1, {key: place.fingerprint for key, place in enumerate(registered)})

    def load(keys: Collection[int]) -> dict[int, Fingerprint]:
        return {key: registered[key].fingerprint for key in keys}

    same, unsure = (linked(labels[key]) for key in ("same_design", "unsure"))
    designs = families(same | unsure)
    rows: list[tuple[int, int, float, int]] = []  # question, photo, logit, rank
    for number, place in enumerate(queries):
        started = time.process_time()
        answer = search(place.fingerprint, source, load, STANDARD_1, limit=LISTED)
        clock.timed("search", started)
        rows += [(number, match.key, logit(match.evidence.score), rank) for rank, match in enumerate(answer)]
    question, photo, before, rank = (np.array(column) for column in zip(*rows, strict=True))
    pairs = [(queries[q].cloth, registered[p].cloth) for q, p in zip(question, photo, strict=True)]
    near = np.flatnonzero(rank < LOOKED_AT)
    measured = [terms(queries[question[at]], registered[photo[at]], clock) for at in near]
    values, known = (np.array(column) for column in zip(*measured, strict=True))
    right = np.array([first == second or frozenset((first, second)) in same for first, second in pairs])
    doubtful = np.array([frozenset(pair) in unsure for pair in pairs]) & ~right
    parts = np.array([[part_of(designs.get(name, name)) for name in pair] for pair in pairs])
    repeating = sum(place.repeats is not None for place in queries)
    table: dict[str, Any] = {"asked": len(queries), "that repeat": repeating}
    for name, columns in ROWS.items():
        after = before.astype(np.float64)
        if columns:
            chosen = list(columns)
            after[near] += added(
                np.hstack([values[:, chosen] * known[:, chosen], known[:, chosen]]),
                after[near], right[near], parts[near], ~doubtful[near],
            )  # fmt: skip
        table[name] = figures(after, question, photo, registered, queries, (same, unsure))
    return table | {"CPU ms, mean": clock.means()}


def logit(score: float) -> float:
    """Return the logarithm of the odds of a score, kept finite."""
    clipped = min(max(score, 1e-12), 1 - 1e-12)
    return float(np.log(clipped / (1 - clipped)))


def added(
    features: Doubles,
    before: Doubles,
    right: npt.NDArray[np.bool_],
    parts: npt.NDArray[np.intp],
    sure: npt.NDArray[np.bool_],
) -> Doubles:
    """Return what is added to each logit, by weights fitted on pairs whose two designs lie in other parts."""
    logits = np.zeros(len(before))
    sign = np.where(right, 1.0, -1.0)
    for part in range(PARTS):
        others = sure & (parts != part).all(1) & features.any(1)

        def loss(weights: Doubles, some: npt.NDArray[np.bool_] = others) -> float:
            levels = before[some] + features[some] @ weights
            return float(np.logaddexp(0, -sign[some] * levels).sum() + 0.05 * weights @ weights)

        weights = optimize.minimize(loss, np.zeros(features.shape[1]), method="BFGS").x
        in_part = parts[:, 0] == part
        logits[in_part] = features[in_part] @ weights
    return logits


def figures(
    levels: Doubles,
    question: npt.NDArray[np.intp],
    photo: npt.NDArray[np.intp],
    registered: list[Place],
    queries: list[Place],
    links: tuple[set[frozenset[str]], set[frozenset[str]]],
) -> dict[str, float]:
    """Score the answers by designs: a design is as near as its nearest photo."""
    cloths = sorted({place.cloth for place in registered})
    column = np.array([cloths.index(place.cloth) for place in registered])
    scores = np.full((len(queries), len(cloths)), levels.min() - 1)
    np.maximum.at(scores, (question, column[photo]), levels)
    own = np.array([[place.cloth == name for name in cloths] for place in queries])
    same, unsure = (
        np.array([[frozenset((place.cloth, name)) in link for name in cloths] for place in queries])
        for link in links
    )
    dyed = same & ~own
    left = unsure & ~own & ~dyed
    unrelated = ~own & ~dyed & ~left
    limit = np.quantile(scores[unrelated], 0.999)
    repeats = {place.cloth for place in registered if place.repeats is not None}
    both = np.array([[bool(place.repeats) and name in repeats for name in cloths] for place in queries])
    missed = dyed & (scores <= limit)
    return {
        "first": round(float((own | dyed)[np.arange(len(queries)), scores.argmax(1)].mean()), 4),
        "average precision": average_precision(scores[~left], (own | dyed)[~left]),
        "other dye, average precision": average_precision(scores[dyed | unrelated], dyed[dyed | unrelated]),
        "same cloth above 99.9 % of false pairs": round(float((scores[own] > limit).mean()), 4),
        "other dye above them": round(float((scores[dyed] > limit).mean()), 4),
        "other dye, missed": int(missed.sum()),
        "missed where both repeat": int((missed & both).sum()),
    }


def average_precision(scores: Doubles, right: npt.NDArray[np.bool_]) -> float:
    """Return the micro average precision over all pairs.

    Examples
    --------
    >>> average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]))
    0.8333
    """
    hits = right[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return round(float((precision * hits).sum() / max(1, hits.sum())), 4)


def linked(groups: list[list[str]]) -> set[frozenset[str]]:
    """List all pairs within groups."""
    return {frozenset(pair) for group in groups for pair in itertools.combinations(group, 2)}


def families(pairs: set[frozenset[str]]) -> dict[str, str]:
    """Name what hangs together by its first member, so that no design is in two parts."""
    found: dict[str, str] = {}
    for _ in range(len(pairs)):
        for pair in sorted(pairs, key=sorted):
            first = min(found.get(name, name) for name in pair)
            found |= dict.fromkeys(pair, first)
    return found


def part_of(design: str) -> int:
    """Put a design into one of the parts, always the same."""
    return zlib.crc32(design.encode()) % PARTS


if __name__ == "__main__":
    main()
