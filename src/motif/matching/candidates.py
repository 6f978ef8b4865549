"""Indexes that propose candidates: photos that may show the query's design.

``CandidateIndex`` holds the photos in memory and can be rebuilt from their fingerprints at any time.
``RerankingIndex`` searches one that holds short codes only, and has the best candidates vote again by
their full descriptors.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.fingerprint import FieldPrint, Fingerprint
from motif.hashes import HASH_BITS
from motif.matching.cohort import Part, cohort
from motif.matching.descriptors import Candidate, DescriptorIndex, rows_of
from motif.matching.views import View, as_strokes
from motif.profiles import STANDARD_1, Profile

RERANKED: Final = 40
"""Photos whose keypoints vote again."""

_PARTS: Final[tuple[Part, ...]] = ("tones", "strokes")

Load = Callable[[Collection[int]], dict[int, Fingerprint]]
"""Returns the fingerprints of photos, by their keys; what is no longer registered is left out."""


class CandidateIndex:
    """Many photos, searched together: by their tones, by their strokes, and by their hashes.

    Keys are small positive integers that the caller gives, one for each photo. Added photos are
    indexed by the next search. Not safe to use from several threads at once, except that threads may search
    side by side after ``settle``.

    Parameters
    ----------
    profile : Profile

    Attributes
    ----------
    tones, strokes : DescriptorIndex
        Of the photos' keypoints, and of the keypoints on their pictures of strokes.
    """

    def __init__(self, profile: Profile = STANDARD_1) -> None:
        self.profile = profile
        self.tones, self.strokes = (DescriptorIndex(profile, cohort(part)) for part in _PARTS)
        self._phashes: dict[int, tuple[bytes, ...]] = {}

    @classmethod
    def of_few(cls, values: Mapping[int, Fingerprint], profile: Profile = STANDARD_1) -> CandidateIndex:
        """Index a few photos, by their keys, ten times as fast; no more can be added."""
        index = cls(profile)
        index._phashes = {key: _phashes_of(value) for key, value in values.items()}
        index.tones, index.strokes = (_of_few(part, values, profile) for part in _PARTS)
        return index

    def __len__(self) -> int:
        return len(self._phashes)

    def keys(self) -> Iterator[int]:
        """Yield the keys of all photos in the index."""
        return iter(self._phashes)

    def add(self, key: int, fingerprint: Fingerprint) -> None:
        """Add a photo; it is found by the next search."""
        if key in self._phashes:
            return
        self._phashes[key] = _phashes_of(fingerprint)
        self.tones.add(key, fingerprint.fields)
        self.strokes.add(key, [as_strokes(field) for field in fingerprint.fields])

    def discard(self, key: int) -> None:
        """Forget a photo, if it is there."""
        if self._phashes.pop(key, None) is not None:
            self.tones.discard(key)
            self.strokes.discard(key)

    def settle(self) -> None:
        """Index what was added; until more is added, searches change nothing."""
        self.tones.settle()
        self.strokes.settle()

    def alike(self, phash: bytes, *, most_bits: int) -> list[int]:
        """Return the photos with a field whose pHash is near: re-saved pictures, also without keypoints.

        Parameters
        ----------
        phash : bytes, length 32
        most_bits : int, bits, range 0..256

        Returns
        -------
        list of int
            Keys, nearest first; ties in the order in which they were added.
        """
        if not self._phashes:
            return []
        keys, rows = self._hash_columns()
        distance = np.unpackbits(rows ^ np.frombuffer(phash, np.uint8), axis=1).sum(axis=1, dtype=np.int64)
        nearest = np.argsort(distance, kind="stable")[: np.count_nonzero(distance <= most_bits)]
        return list(dict.fromkeys(keys[nearest].tolist()))

    def save(self, path: Path) -> None:
        """Write the index; the file is a cache that may be deleted at any time."""
        keys, rows = self._hash_columns()
        columns = {
            f"{part}_{name}": column
            for part in _PARTS
            for name, column in getattr(self, part).columns().items()
        }
        with path.open("wb") as file:
            np.savez(
                file,
                profile=np.frombuffer(self.profile.id.encode(), np.uint8),
                keys=keys,
                phashes=rows,
                **columns,
            )

    @classmethod
    def load(cls, path: Path, profile: Profile = STANDARD_1) -> CandidateIndex:
        """Read an index that ``save`` wrote.

        Raises
        ------
        ValueError
            If it is truncated, damaged or of another profile.
        """
        index = cls(profile)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if stored["profile"].tobytes().decode() != profile.id:
                    raise ValueError("index of another profile")
                index._phashes = _phashes(stored["keys"], stored["phashes"])
                keys = set(index._phashes)
                index.tones, index.strokes = (
                    DescriptorIndex.from_columns(_part(stored, part), keys, profile, cohort(part))
                    for part in _PARTS
                )
        except (OSError, EOFError, KeyError, TypeError, RuntimeError, zipfile.BadZipFile) as error:
            raise ValueError(f"no whole candidate index: {error}") from error
        return index

    def _hash_columns(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        """Return the pHashes of all fields, and the keys of their photos."""
        counts = [len(hashes) for hashes in self._phashes.values()]
        keys = np.repeat(np.array(list(self._phashes), np.int64), counts)
        joined = b"".join(one for hashes in self._phashes.values() for one in hashes)
        return keys, np.frombuffer(joined, np.uint8).reshape(len(keys), HASH_BITS // 8)


class RerankingIndex:
    """Searches an index of short codes, and lets the keypoints of the best candidates vote again.

    Parameters
    ----------
    index : CandidateIndex
    load : callable, keys -> {key: Fingerprint}
        Keys that it does not return (withdrawn meanwhile) are no candidates.
    """

    def __init__(self, index: CandidateIndex, load: Load) -> None:
        self.profile = index.profile
        self.alike = index.alike
        self.tones = _Part(index.tones, load, "tones")
        self.strokes = _Part(index.strokes, load, "strokes")


class _Part:
    def __init__(self, codes: DescriptorIndex, load: Load, part: Part) -> None:
        self._codes, self._load, self._part = codes, load, part

    def vote(self, views: Sequence[View]) -> tuple[list[Candidate], Floats]:
        """Vote by short codes, then let the best candidates vote again; see ``DescriptorIndex.vote``."""
        if not self._codes.coded:
            return self._codes.vote(views)
        proposed, _ = self._codes.vote(views)
        few = self._load([candidate.key for candidate in proposed[:RERANKED]])
        return _of_few(self._part, few, self._codes.profile).vote(views)


def _of_few(part: Part, values: Mapping[int, Fingerprint], profile: Profile) -> DescriptorIndex:
    represent = as_strokes if part == "strokes" else _as_it_is
    rows = {
        key: rows_of([represent(field) for field in value.fields], profile) for key, value in values.items()
    }
    return DescriptorIndex.of_few(rows, profile, cohort(part))


def _part(stored: Mapping[str, npt.NDArray[Any]], part: str) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{part}_"): stored[name] for name in stored if name.startswith(f"{part}_")}


def _as_it_is(field: FieldPrint) -> FieldPrint:
    return field


def _phashes_of(value: Fingerprint) -> tuple[bytes, ...]:
    return tuple(field.phash for field in value.fields)


def _phashes(keys: npt.NDArray[np.generic], rows: npt.NDArray[np.generic]) -> dict[int, tuple[bytes, ...]]:
    if rows.dtype != np.uint8 or rows.shape != (len(keys), HASH_BITS // 8):
        raise ValueError("hashes of the candidate index do not fit its keys")
    hashes: dict[int, tuple[bytes, ...]] = {}
    for key, row in zip(keys.tolist(), rows, strict=True):
        hashes[key] = (*hashes.get(key, ()), row.tobytes())
    return hashes
