"""Named, versioned, frozen parameter sets.

A profile's name and version travel with every number it made. A changed algorithm or a
changed number in here that alters what is stored is a new profile; old fingerprints stay
readable and comparable among themselves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a photo becomes a fingerprint, and how two fingerprints are judged.

    Parameters
    ----------
    name, version : str, int
        Together the identity of what is stored.
    long_edge_px : int, pixels
        Longer side of the swatch.
    light_sigma_px : float, pixels
        Width of the Gaussian window over which light is evened.
    keypoints_max : int
        Most keypoints stored for one photo.
    contrast_threshold : float
        Least contrast of a SIFT keypoint, on OpenCV's scale.
    review_score, conflict_score : float, range 0..1
        Least score for the verdicts "review" and "conflict".
    """

    name: str
    version: int
    long_edge_px: int = 640
    light_sigma_px: float = 40.0
    keypoints_max: int = 600
    contrast_threshold: float = 0.01
    candidates: int = 10
    review_score: float = 0.5
    conflict_score: float = 0.8

    @property
    def id(self) -> str:
        """Name and version in one word, such as ``"standard-1"``."""
        return f"{self.name}-{self.version}"


STANDARD_1 = Profile(name="standard", version=1)
"""What everything uses unless told otherwise."""

CHEAPEST_1 = Profile(name="cheapest", version=1, long_edge_px=320, keypoints_max=120, light_sigma_px=20.0)
"""For tests: small and quick, and no good as evidence."""

PROFILES = {profile.id: profile for profile in (STANDARD_1, CHEAPEST_1)}
"""Every profile that this version can compute, by its id."""
