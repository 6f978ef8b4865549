"""Score what coincides on one scale for all queries, and turn the score into a verdict.

The score is a logistic function of a few figures. Its weights and thresholds are part of the profile, whose
``scoring`` numbers them. It states how strong the indication is; whether a design is a copy is for people to
decide.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.geometry import TOLERANCE_PX, Coincidence, cell_numbers, count_cells
from motif.matching.views import View, first_of_each
from motif.profiles import Profile, ScoreWeights

Verdict = Literal["clear", "review", "conflict"]

_SPREAD_CELL_PX = 64.0
_RARITY_CELL_PX = 8.0
_SAME_ORNAMENT = 0.9
_FIRM_PX = TOLERANCE_PX / 2
_VOTES_ONLY_MAX = 0.02


def score(
    coincidence: Coincidence, registered: View, background: Floats, votes: float, weights: ScoreWeights
) -> float:
    """Score a coincidence.

    Terms: the number of different ornaments that coincide; of 8-px cells that coincide firmly, within 5 px;
    the rarity of what coincides, as similarity above the background summed over cells; its spread over, and
    its share of, the part of each picture that the transform lays on the other (a shop's label or a watermark
    covers little of it, a reused design most of it); mean similarity; votes.

    Parameters
    ----------
    coincidence : Coincidence
    registered : View
    background : ndarray, float32, shape (N,), cosine, for each query keypoint
    votes : float, from the candidate search
    weights : ScoreWeights

    Returns
    -------
    float, range 0..1
        On one scale for all queries.
    """
    pairs, query, affine = coincidence.pairs, coincidence.view, coincidence.affine
    query_inside = _inside(query.xy @ affine[:2] + affine[2], registered)
    registered_inside = _inside((registered.xy - affine[2]) @ np.linalg.inv(affine[:2]), query)
    above, _, similarity = _above_background(coincidence, background)
    logit = (
        weights.bias
        + weights.log_ornaments * np.log(ornaments(coincidence, registered))
        + weights.log_firm_cells * np.log(_firm_cells(coincidence) + 1)
        + weights.log_rarity * np.log(above + 0.05)
        + weights.log_query_spread * np.log(_spread(pairs.x, query.xy[query_inside]) + 0.02)
        + weights.log_registered_spread * np.log(_spread(pairs.y, registered.xy[registered_inside]) + 0.02)
        + weights.log_query_share * np.log(_share(pairs.query, query_inside) + 0.01)
        + weights.log_registered_share * np.log(_share(pairs.registered, registered_inside) + 0.01)
        + weights.similarity * similarity
        + weights.log_votes * np.log(votes + 0.2)
    )
    return float(1 / (1 + np.exp(-logit)))


def ornaments(coincidence: Coincidence, registered: View) -> int:
    """Count the different ornaments that coincide, on the side where they are fewer.

    An ornament that repeats coincides again at each repeat: one that two designs share by chance covers a
    whole cloth. Repeats of an ornament therefore count once, whether they form a lattice or not.

    Parameters
    ----------
    coincidence : Coincidence
    registered : View

    Returns
    -------
    int, >= 1
    """
    query_side = coincidence.view.descriptors[np.unique(coincidence.pairs.query)]
    registered_side = registered.descriptors[np.unique(coincidence.pairs.registered)]
    return min(len(first_of_each(side, _SAME_ORNAMENT)) for side in (query_side, registered_side))


def _firm_cells(coincidence: Coincidence) -> int:
    pairs = coincidence.pairs
    off = pairs.x @ coincidence.affine[:2] + coincidence.affine[2] - pairs.y
    firm = np.einsum("ij,ij->i", off, off) < _FIRM_PX**2
    return min(count_cells(pairs.x[firm]), count_cells(pairs.y[firm]))


def _inside(places: npt.NDArray[np.floating], view: View) -> npt.NDArray[np.bool_]:
    inside = (places >= 0) & (places < [view.width_px, view.height_px])
    return np.asarray(inside.all(axis=1))


def _spread(inliers: Floats, all_points: Floats) -> float:
    """Share of the 64-px cells with keypoints that hold an inlier."""
    cells = np.unique(cell_numbers(all_points, _SPREAD_CELL_PX))
    return float(np.isin(cells, cell_numbers(inliers, _SPREAD_CELL_PX)).mean()) if len(cells) else 0.0


def _share(rows: npt.NDArray[np.intp], inside: npt.NDArray[np.bool_]) -> float:
    return len(np.unique(rows)) / max(1, int(inside.sum()))


def rarity(coincidence: Coincidence, background: Floats) -> float:
    """Return how rare the coinciding drawing is: similarity above unrelated designs, mean over cells.

    Parameters
    ----------
    coincidence : Coincidence
    background : ndarray, float32, shape (N,), cosine, for each query keypoint

    Returns
    -------
    float, range 0..1
        Near 0 for what many designs have.
    """
    above, cells, _ = _above_background(coincidence, background)
    return above / max(1, cells)


def _above_background(coincidence: Coincidence, background: Floats) -> tuple[float, int, float]:
    """Return the best similarity above background of each cell, summed; the cells; the mean similarity."""
    pairs = coincidence.pairs
    best = np.full(len(background), -1, np.float32)
    np.maximum.at(best, pairs.query, pairs.similarity)
    rows = np.flatnonzero(best >= 0)
    above = np.maximum(best[rows] - background[rows], 0)
    _, cell = np.unique(cell_numbers(coincidence.view.xy[rows], _RARITY_CELL_PX), return_inverse=True)
    best_of_cell = np.zeros(cell.max() + 1, np.float32)
    np.maximum.at(best_of_cell, cell, above)
    return float(best_of_cell.sum()), len(best_of_cell), float(best[rows].mean())


def votes_score(votes: float) -> float:
    """Score a candidate by its votes alone: an order for the rest of the list, never an indication.

    Parameters
    ----------
    votes : float, >= 0

    Returns
    -------
    float, range 0..0.02

    Examples
    --------
    >>> votes_score(0.0), round(votes_score(5.0), 4)
    (0.0, 0.0126)
    """
    return _VOTES_ONLY_MAX * float(1 - np.exp(-votes / 5))


def false_alarm_rate(score: float, profile: Profile) -> float:
    """Return the share of new designs whose best match has this score or more.

    Parameters
    ----------
    score : float, range 0..1
    profile : Profile
        Its ``false_alarms`` were measured on designs that its weights were not fitted on.

    Returns
    -------
    float, range 0..1
        Linear between the measured scores.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from motif.profiles import STANDARD_1
    >>> measured = replace(STANDARD_1, false_alarms=((0.0, 1.0), (0.5, 0.02), (1.0, 0.01)))
    >>> [round(false_alarm_rate(score, measured), 3) for score in (0.0, 0.25, 0.5, 0.75)]
    [1.0, 0.51, 0.02, 0.015]
    """
    scores, rates = zip(*profile.false_alarms, strict=True)
    return float(np.interp(score, scores, rates))


def verdict_of(score: float, profile: Profile, *, cells: int) -> Verdict:
    """Compare a score and the number of coinciding 8-px cells with the profile's thresholds.

    Parameters
    ----------
    score : float, range 0..1
    profile : Profile
    cells : int
        Cells in which query and registered design coincide.

    Returns
    -------
    "clear", "review" or "conflict"

    Examples
    --------
    >>> from motif.profiles import STANDARD_1
    >>> [verdict_of(score, STANDARD_1, cells=50) for score in (0.0, 0.5, 0.99)]
    ['clear', 'review', 'conflict']
    >>> verdict_of(0.99, STANDARD_1, cells=10)
    'review'
    """
    if score >= profile.conflict_score and cells >= profile.conflict_cells:
        return "conflict"
    return "review" if score >= profile.review_score else "clear"
