"""Derived, disposable indexes: which photos may show the same design."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from motif.fingerprint import Fingerprint
from motif.profiles import STANDARD_1, Profile


class CandidateIndex:
    """Descriptors of many photos, searched together.

    Keys are small positive integers that the caller gives, one for each photo.
    """

    def __init__(self, profile: Profile = STANDARD_1) -> None:
        self.profile = profile
        self._points: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._points)

    def keys(self) -> Iterator[int]:
        """Yield the keys of all photos in the index."""
        return iter(self._points)

    def add(self, key: int, fingerprint: Fingerprint) -> None:
        """Add a photo; it is found by the next search."""
        self._points[key] = fingerprint.keypoints.descriptors

    def discard(self, key: int) -> None:
        """Forget a photo, if it is there."""
        self._points.pop(key, None)

    def save(self, path: Path) -> None:
        """Write the index; the file is a cache that may be deleted at any time."""
        path.write_bytes(b"stub")

    @classmethod
    def load(cls, path: Path, profile: Profile = STANDARD_1) -> CandidateIndex:
        """Read what ``save`` wrote; raise ``ValueError`` if it is cut, damaged or of another profile."""
        raise ValueError("stub")
