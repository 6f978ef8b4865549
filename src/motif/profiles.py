"""Named, versioned, frozen parameter sets.

A profile's name and version are stored with every result. A change of algorithm or of a number
here that alters what is stored is a new profile; fingerprints of different profiles are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWeights:
    """Weights of the logistic score; see ``motif.matching.score.score`` for the terms.

    Fitted on pairs of real batik photos and simulated reuses of them (four random halves of 200 designs,
    13 kinds of reuse) and rounded; none is adjusted by hand.
    """

    log_ornaments: float = 0.83
    log_firm_cells: float = 0.78
    log_rarity: float = 0.52
    log_query_spread: float = 0.56
    log_registered_spread: float = 0.23
    log_query_share: float = 0.2
    log_registered_share: float = 0.15
    similarity: float = 30.3
    log_votes: float = 0.32
    bias: float = -31.93


_STROKES = ScoreWeights(
    log_ornaments=1.28,
    log_firm_cells=0.91,
    log_rarity=0.71,
    log_query_spread=-0.03,
    log_registered_spread=0.59,
    log_query_share=-0.31,
    log_registered_share=0.35,
    similarity=31.84,
    log_votes=0.46,
    bias=-33.9,
)


_FALSE_ALARMS = (
    (0.0, 1.0),
    (0.02, 0.55),
    (0.05, 0.33),
    (0.1, 0.21),
    (0.2, 0.11),
    (0.3, 0.065),
    (0.45, 0.034),
    (0.5, 0.027),
    (0.6, 0.013),
    (0.65, 0.0097),
    (1.0, 0.0097),
)
"""Of 309 questions about designs that are not among the 100 registered, with weights fitted on other designs,
mean of eight ways to part the designs. Above 0.65 so few were left that only the upper end of the 95 %
interval of none is stated, 3 in 309."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a photo becomes a fingerprint, and how two fingerprints are judged.

    Parameters
    ----------
    name, version : str, int
        Together they identify the profile.
    long_edge_px : int, pixels
        Longer side of the swatch.
    rectify : bool
        Cut the cloth out of its ground and remove the perspective, where its outline is clear.
    light_sigma_px : float, pixels
        Width of the Gaussian window over which light is evened.
    keypoint_edge_px : int, pixels
        Longer side at which keypoints are looked for. Below the swatch's, details that only one
        photo of a cloth shows find no keypoint, and the search costs half.
    keypoints_max : int
        Most keypoints stored for one photo.
    strokes_edge_px, strokes_max : int
        Longer side of the picture of strokes, and most keypoints stored of it.
    contrast_threshold : float
        Least contrast of a SIFT keypoint, on OpenCV's scale.
    same_descriptor : float, cosine
        Keypoints of one photo more alike than this count as repeats of one ornament.
    background_rank : int
        The similarity of the drawn cloth at this rank is the background level of a query descriptor.
    weights, stroke_weights : ScoreWeights
        For what coincides in tones, and in strokes.
    false_alarms : tuple of (score, rate), scores rising from 0 to 1
        Share of new designs whose best match reaches a score; see docs/matching.md for how it was measured.
    scoring : int
        Number of the score: its terms, weights and thresholds. It rises when they change; fingerprints of one
        profile stay comparable, scores of two scorings do not.
    review_score, conflict_score : float, range 0..1
        Least score for the verdicts "review" and "conflict".
    conflict_cells : int
        Least 8-px cells that must coincide for a "conflict"; below it, a person must look. Set by
        hand under scoring 1: among eight unrelated drawings of drops on plain ground, two compared pairs
        coincided in 13 and 17 cells and scored above ``conflict_score``.
    """

    name: str
    version: int
    long_edge_px: int = 640
    rectify: bool = True
    light_sigma_px: float = 40.0
    keypoint_edge_px: int = 448
    keypoints_max: int = 600
    strokes_edge_px: int = 320
    strokes_max: int = 300
    contrast_threshold: float = 0.01
    same_descriptor: float = 0.92
    background_rank: int = 8
    weights: ScoreWeights = field(default_factory=ScoreWeights)
    stroke_weights: ScoreWeights = _STROKES
    false_alarms: tuple[tuple[float, float], ...] = _FALSE_ALARMS
    scoring: int = 3
    review_score: float = 0.5
    conflict_score: float = 0.8
    conflict_cells: int = 24

    @property
    def id(self) -> str:
        """Name and version in one word, such as ``"standard-1"``."""
        return f"{self.name}-{self.version}"


STANDARD_1 = Profile(name="standard", version=1)
"""The default everywhere."""

CHEAPEST_1 = Profile(
    name="cheapest",
    version=1,
    long_edge_px=320,
    keypoint_edge_px=320,
    keypoints_max=120,
    strokes_edge_px=240,
    strokes_max=60,
    light_sigma_px=20.0,
    conflict_cells=4,
)
"""For tests: small and quick, but no basis for evidence."""

PROFILES = {profile.id: profile for profile in (STANDARD_1, CHEAPEST_1)}
"""Every profile that this version can compute, by its id."""
