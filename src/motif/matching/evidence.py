"""What coincides, and under which transform: the answer that check and compare share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from motif.fingerprint import Fingerprint, fingerprint, require_comparable
from motif.matching.candidates import CandidateIndex
from motif.photo import Photo, PhotoSource
from motif.profiles import STANDARD_1, Profile

Verdict = Literal["clear", "review", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for one design being reused in another.

    Parameters
    ----------
    score : float, range 0..1
        On one scale for all queries; larger is closer.
    verdict : "clear", "review" or "conflict"
        The score held against the profile's thresholds.
    basis : "file", "hash", "keypoints" or "none"
        What the score rests on: the same bytes, nearly the same picture, coinciding keypoints.
    mirrored, negative : bool
        How the query was changed so that it coincides.
    transform : tuple of 9 floats, row by row, or None
        Homography from query swatch pixels to registered swatch pixels.
    points : tuple of (x, y, x', y'), swatch pixels
        Inliers: where a place of the query lies on the registered photo.
    """

    score: float
    verdict: Verdict
    basis: Literal["file", "hash", "keypoints", "none"]
    mirrored: bool = False
    negative: bool = False
    transform: tuple[float, ...] | None = None
    points: tuple[tuple[float, float, float, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as JSON-ready values."""
        return {
            "score": round(self.score, 6),
            "verdict": self.verdict,
            "basis": self.basis,
            "mirrored": self.mirrored,
            "negative": self.negative,
            "transform": None if self.transform is None else list(self.transform),
            "inliers": len(self.points),
            "points": [list(point) for point in self.points],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One photo of the index, with the evidence that the query reuses it."""

    key: int
    evidence: Evidence


def search(
    query: Fingerprint,
    index: CandidateIndex,
    load: Callable[[Collection[int]], dict[int, Fingerprint]],
    *,
    limit: int,
    profile: Profile = STANDARD_1,
) -> list[Found]:
    """Find the photos of the index that the query may reuse, best first.

    Parameters
    ----------
    query : Fingerprint
    index : CandidateIndex
    load : callable, keys -> {key: Fingerprint}
        Called once or twice with the few keys that are looked at closely. A key that it does not
        return (withdrawn meanwhile) is left out of the answer.
    limit : int, most photos returned
    """
    raise NotImplementedError


def compare(
    a: Photo | PhotoSource | Fingerprint, b: Photo | PhotoSource | Fingerprint, profile: Profile = STANDARD_1
) -> Evidence:
    """Compare two photos without a registry; ``a`` plays the query, ``b`` the registered photo."""
    raise NotImplementedError
