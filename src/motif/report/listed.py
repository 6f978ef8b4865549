"""Which matches stand under an answer: those that a person would look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from motif.registry.results import Match

LIKENESS_FROM: Final = 0.2
"""Least score of a clear match in which a person would see a likeness, measured on drawn cloths; see
docs/matching.md."""

_SEEN: Final = frozenset({"file", "hash", "keypoints", "strokes"})
"""Bases of a likeness that can be seen: a drawing that coincides, not a label, a plain ground, or nothing."""


def listed(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Choose the matches that are shown: every indication, and the nearest design below them, if it is like.

    Parameters
    ----------
    matches : sequence of Match
        Closest first.

    Returns
    -------
    tuple of Match
        In the same order. Those that a person decided about are among them.
    """
    near = next((match for match in matches if match.verdict == "clear" and _is_like(match)), None)
    return tuple(
        match for match in matches if match.verdict != "clear" or match.decision is not None or match is near
    )


def _is_like(match: Match) -> bool:
    return match.score >= LIKENESS_FROM and match.evidence.basis in _SEEN
