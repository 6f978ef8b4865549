"""Finds pictures of the same design in a batch, without a registry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from motif.arrays import RGB8
from motif.batch import remote
from motif.batch.rows import Item
from motif.errors import MotifError
from motif.fingerprint import Fingerprint
from motif.matching.evidence import Evidence
from motif.matching.inverted_index import IndexedPhoto, MemorySource
from motif.matching.search import QUICK, same_file, search
from motif.photo.pages import split_page
from motif.photo.photo import read_photo
from motif.profiles import STANDARD_1, Profile

_REMEMBERED = 500
"""Decoded fingerprints kept in memory, about 120 KB each."""

_INDEXED_TOGETHER = 8

_REPORTED = ("score", "verdict", "basis", "mirrored", "negative", "scale", "turn_deg", "cells")

_MATCHES_MAX = 50
"""Most pictures that one is paired with; larger groups are connected through others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two pictures of which one may reuse the other's design.

    Parameters
    ----------
    first, second : str
        Paths, in the order of the batch.
    evidence : Evidence
        Without the places that coincide; ``motif compare`` shows them.
    """

    first: str
    second: str
    evidence: Evidence

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        evidence = self.evidence.to_json()
        return {"first": self.first, "second": self.second} | {name: evidence[name] for name in _REPORTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Which pictures show the same design.

    Parameters
    ----------
    pictures : int
        That were compared.
    groups : tuple of tuples of str
        Paths that strong indications connect, two or more each, in the order of the batch.
    pairs : tuple of Pair
        The strong indications.
    unsure : tuple of Pair
        Weaker indications between pictures of different groups or none: a person must look.
    """

    pictures: int
    groups: tuple[tuple[str, ...], ...]
    pairs: tuple[Pair, ...]
    unsure: tuple[Pair, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        groups: list[dict[str, Any]] = [{"pictures": list(group), "pairs": []} for group in self.groups]
        group_of = {path: group for group in groups for path in group["pictures"]}
        for pair in self.pairs:
            group_of[pair.first]["pairs"].append(pair.to_json())
        return {
            "format": 1,
            "pictures": self.pictures,
            "groups": groups,
            "unsure": [pair.to_json() for pair in self.unsure],
        }


def find_duplicates(
    names: Iterable[tuple[str, str]],
    load: Callable[[str], Fingerprint],
    *,
    profile: Profile = STANDARD_1,
    step: Callable[[], None] = lambda: None,
) -> Duplicates:
    """Group pictures by design: each is looked up among all.

    Parameters
    ----------
    names : iterable of (path, SHA-256)
    load : callable, path -> Fingerprint
        Called once for each picture, and again for those that are looked at closely.
    profile : Profile
    step : callable
        Called after each look-up.

    Returns
    -------
    Duplicates
        Pictures of one file are compared once.
    """
    named = list(names)
    copies: dict[str, list[str]] = {}
    for path, sha256 in named:
        copies.setdefault(sha256, []).append(path)
    paths = [first for first, *_ in copies.values()]
    strong = [
        Pair(first=first, second=copy, evidence=same_file(load(first)))
        for first, *rest in copies.values()
        for copy in rest
    ]
    unsure: list[Pair] = []
    for first, second, evidence in _similar_pairs(paths, load, profile, step):
        pair = Pair(first=paths[first], second=paths[second], evidence=evidence)
        (strong if evidence.verdict == "conflict" else unsure).append(pair)
    groups = _connected([path for path, _ in named], strong)
    group_of = {path: k for k, group in enumerate(groups) for path in group}
    return Duplicates(
        pictures=len(named),
        groups=tuple(group for group in groups if len(group) > 1),
        pairs=tuple(strong),
        unsure=tuple(pair for pair in unsure if group_of[pair.first] != group_of[pair.second]),
    )


def _similar_pairs(
    paths: list[str], load: Callable[[str], Fingerprint], profile: Profile, step: Callable[[], None]
) -> list[tuple[int, int, Evidence]]:
    """Return each pair of pictures with an indication, the later one asked, as if it came to a registry."""
    source = MemorySource(profile)

    @lru_cache(_REMEMBERED)
    def remembered(key: int) -> Fingerprint:
        return load(paths[key - 1])

    def fingerprints(keys: Collection[int]) -> dict[int, Fingerprint]:
        return {key: remembered(key) for key in keys}

    found: list[tuple[int, int, Evidence]] = []
    for start in range(1, len(paths) + 1, _INDEXED_TOGETHER):
        keys = range(start, min(start + _INDEXED_TOGETHER, len(paths) + 1))
        for key, indexed in zip(keys, IndexedPhoto.of_many([*map(remembered, keys)], profile), strict=True):
            matches = search(remembered(key), source, fingerprints, profile, limit=_MATCHES_MAX, effort=QUICK)
            found += [
                (match.key - 1, key - 1, replace(match.evidence, points=()))
                for match in matches
                if match.evidence.verdict != "clear"
            ]
            source.add(key, indexed)
            step()
    return sorted(found, key=lambda pair: pair[:2])


def _connected(paths: list[str], pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Group paths that are connected by pairs, in the order of the paths."""
    from scipy.cluster.hierarchy import DisjointSet

    sets = DisjointSet(paths)
    for pair in pairs:
        sets.merge(pair.first, pair.second)
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(sets[path], []).append(path)
    return [tuple(group) for group in groups.values()]


_EDGE_PX = 240


def thumbnail(path: str) -> RGB8 | None:
    """Read a picture at small scale; None where it cannot be read any more.

    Parameters
    ----------
    path : str
        A file, or an address in an object store.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), or None
        At least 240 px long, where the picture is.
    """
    try:
        if not remote.is_remote(path):
            return read_photo(path, long_edge_px=_EDGE_PX).rgb
        with tempfile.TemporaryDirectory(prefix="motif-") as folder:
            copy = remote.fetch(Item(path=path, page=split_page(path)[1]), Path(folder), 0)
            return read_photo(copy.file, long_edge_px=_EDGE_PX).rgb if copy.file else None
    except MotifError:
        return None
