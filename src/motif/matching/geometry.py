"""Verify a candidate by geometry: find one affine transform that lays one drawing on the other.

Lowe's ratio test discards repeats: the second best neighbour is the same ornament one
repeat further on. Here every pair of keypoints that is more alike than the background is a
correspondence, repeats included; each proposes a similarity transform from its own place, size
and angle [1]_, all proposals are evaluated at once, and the best are refined to affine transforms.

References
----------
.. [1] Philbin, Chum, Isard, Sivic, Zisserman (2007). Object retrieval with large vocabularies
   and fast spatial matching. CVPR.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.matching.views import View

TOLERANCE_PX = 10.0
LEAST_INLIERS = 4
_TOLERANCE_GROWTH = 0.1
_LEAST_SIMILARITY = 0.70
_BACKGROUND_SLACK = 0.02
_PAIRS_MAX = 8000
_SAMPLE = 400
_PROPOSALS = 96
_REFINED = 3
_SIZE_TOLERANCE = 0.8
_SCALE_MAX = 2.3
_COS_TURN = float(np.cos(0.5))
_COS_TURN_AFFINE = float(np.cos(0.6))
_LEAST_DETERMINANT = 0.02
_ANISOTROPY_MAX = 3.34

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Correspondences of a query view and a registered view, one row each.

    Parameters
    ----------
    query, registered : ndarray, int, shape (P,)
        Rows of the two keypoints in their views.
    similarity : ndarray, float32, shape (P,), cosine
    weight : ndarray, float32, shape (P,)
        The similarity above the background, never quite zero.
    x, y : ndarray, float32, shape (P, 2), (x, y), swatch pixels
        Place on the query, and on the registered swatch.
    octaves : ndarray, float32, shape (P,)
        Size on the registered swatch over that on the query, in octaves.
    cos, sin : ndarray, float32, shape (P,)
        Of the turn from the query's direction to the registered one.
    """

    query: Ints
    registered: Ints
    similarity: Floats
    weight: Floats
    x: Floats
    y: Floats
    octaves: Floats
    cos: Floats
    sin: Floats

    def __len__(self) -> int:
        return len(self.query)

    def take(self, rows: Ints | Bools) -> Pairs:
        """Return some of the rows."""
        return Pairs(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coincidence:
    """One affine transform under which a query view and a registered photo coincide.

    Parameters
    ----------
    view : View
        The query's view that coincides.
    pairs : Pairs
        The inliers.
    affine : ndarray, float64, shape (3, 2)
        ``[x, y, 1] @ affine`` is the place on the registered swatch, in pixels.
    cells : int
        Distinct 8-px cells that the inliers cover, on the side where they are fewer.
    """

    view: View
    pairs: Pairs
    affine: npt.NDArray[np.float64]
    cells: int


def coincide(query: View, registered: View, background: Floats) -> Coincidence | None:
    """Find the transform under which most of two drawings coincides.

    Parameters
    ----------
    query, registered : View
    background : ndarray, float32, shape (len(query.xy),), cosine
        How similar each query keypoint is to unrelated designs.

    Returns
    -------
    Coincidence or None
        None if fewer than four keypoints agree, or only on a collapsed or collinear transform.
    """
    pairs = _correspondences(query, registered, background)
    if len(pairs) < LEAST_INLIERS:
        return None
    sample = pairs.take(_sample(pairs))
    coincidences = []
    for affine, rows in filter(None, (_refine(pairs, sample, start) for start in _proposals(sample))):
        inliers = pairs.take(rows)
        cells = min(count_cells(inliers.x), count_cells(inliers.y))
        coincidences.append(Coincidence(view=query, pairs=inliers, affine=affine, cells=cells))
    return max(coincidences, key=lambda coincidence: coincidence.cells, default=None)


def _correspondences(query: View, registered: View, background: Floats) -> Pairs:
    similarity = query.descriptors @ registered.descriptors.T
    least = np.maximum(_LEAST_SIMILARITY, background - _BACKGROUND_SLACK)
    # Flat indices are several times quicker than rows and columns at once.
    places = np.flatnonzero(similarity > least[:, None])
    weight = similarity.ravel()[places] - background[places // similarity.shape[1]] + np.float32(0.05)
    if len(places) > _PAIRS_MAX:
        heaviest = np.sort(np.argpartition(-weight, _PAIRS_MAX)[:_PAIRS_MAX])
        places, weight = places[heaviest], weight[heaviest]
    rows, columns = np.divmod(places, similarity.shape[1])
    turn = registered.angle_rad[columns] - query.angle_rad[rows]
    return Pairs(
        query=rows,
        registered=columns,
        similarity=similarity.ravel()[places],
        weight=weight,
        x=query.xy[rows],
        y=registered.xy[columns],
        octaves=registered.log2_size[columns] - query.log2_size[rows],
        cos=np.cos(turn),
        sin=np.sin(turn),
    )


def _sample(pairs: Pairs) -> Ints:
    """Choose rows that represent all: the best of each query point first, its repeats at falling weight."""
    count = len(pairs)
    rows = np.arange(count)
    if count <= _SAMPLE:
        return rows
    order = np.lexsort((-pairs.similarity, pairs.query))
    sorted_query = pairs.query[order]
    starts = np.r_[True, sorted_query[1:] != sorted_query[:-1]]
    rank = np.empty(count, np.float32)
    rank[order] = rows - np.maximum.accumulate(np.where(starts, rows, 0))
    return np.argpartition(-pairs.weight / (1 + rank), _SAMPLE)[:_SAMPLE]


def _proposals(sample: Pairs) -> list[Bools]:
    """Return the rows that support each of the best similarity transforms that single pairs propose."""
    heaviest = np.argsort(-sample.weight, kind="stable")[:_PROPOSALS]
    supports = _supports(sample, sample.take(heaviest[np.abs(sample.octaves[heaviest]) < _SCALE_MAX]))
    taken: list[Bools] = []
    for column in np.argsort(-(sample.weight @ supports), kind="stable"):
        support = supports[:, column]
        size = support.sum()
        if size < LEAST_INLIERS - 1 or len(taken) == _REFINED:
            break
        if all((support & earlier).sum() <= 0.6 * size for earlier in taken):
            taken.append(support)
    return taken


def _supports(sample: Pairs, chosen: Pairs) -> Bools:
    """Return which rows of ``sample`` agree with the transform of which row of ``chosen``."""
    scale = np.exp2(chosen.octaves)
    cos, sin, still = chosen.cos * scale, chosen.sin * scale, np.ones_like(scale)
    shift_x = chosen.y[:, 0] - cos * chosen.x[:, 0] + sin * chosen.x[:, 1]
    shift_y = chosen.y[:, 1] - sin * chosen.x[:, 0] - cos * chosen.x[:, 1]
    places = np.hstack([sample.x, sample.y, np.ones((len(sample), 1), np.float32)])
    off_x = places @ np.array([cos, -sin, -still, 0 * still, shift_x])
    off_y = places @ np.array([sin, cos, 0 * still, -still, shift_y])
    distance = np.hypot(sample.y[:, :1] - chosen.y[:, 0], sample.y[:, 1:] - chosen.y[:, 1])
    allowed = TOLERANCE_PX + _TOLERANCE_GROWTH * distance
    placed = off_x * off_x + off_y * off_y < allowed * allowed
    sized = np.abs(sample.octaves[:, None] - chosen.octaves) < _SIZE_TOLERANCE
    turned = np.column_stack([sample.cos, sample.sin]) @ np.array([chosen.cos, chosen.sin]) > _COS_TURN
    return np.asarray(placed & sized & turned)


def _refine(pairs: Pairs, sample: Pairs, start: Bools) -> tuple[npt.NDArray[np.float64], Bools] | None:
    """Fit and collect inliers in turn, first among the sample, then among all pairs."""
    x, y, fit = sample.x[start], sample.y[start], None
    for candidates, slack in ((sample, 1.6), (sample, 1.0), (pairs, 1.0), (pairs, 1.0)):
        affine = _affine(x, y)
        if affine is None:
            return None
        inliers = _inliers(candidates, affine, slack * TOLERANCE_PX)
        x, y, fit = candidates.x[inliers], candidates.y[inliers], (affine, inliers)
        if len(x) < LEAST_INLIERS:
            return None
    return fit


def _affine(x: Floats, y: Floats) -> npt.NDArray[np.float64] | None:
    """Fit by least squares; None where points are collinear or the transform collapses, flips or shears."""
    if len(x) < LEAST_INLIERS - 1:
        return None
    design = np.ones((len(x), 3))
    center = x.mean(0, dtype=np.float64)
    design[:, :2] = x - center
    normal = design.T @ design
    if normal[0, 0] * normal[1, 1] - normal[0, 1] ** 2 < 1e-3 * len(x) ** 2:
        return None
    affine = np.asarray(np.linalg.solve(normal, design.T @ y.astype(np.float64)), np.float64)
    affine[2] -= center @ affine[:2]
    determinant = _determinant(affine)
    if determinant < _LEAST_DETERMINANT or np.square(affine[:2]).sum() > _ANISOTROPY_MAX * determinant:
        return None
    return affine


def _determinant(affine: npt.NDArray[np.float64]) -> float:
    return float(affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0])


def _inliers(pairs: Pairs, affine: npt.NDArray[np.float64], tolerance_px: float) -> Bools:
    single = affine.astype(np.float32)
    off = pairs.x @ single[:2] + single[2] - pairs.y
    octaves = 0.5 * np.log2(_determinant(affine))
    turn = np.arctan2(affine[0, 1] - affine[1, 0], affine[0, 0] + affine[1, 1])
    placed = np.einsum("ij,ij->i", off, off) < tolerance_px**2
    sized = np.abs(pairs.octaves - np.float32(octaves)) < _SIZE_TOLERANCE
    turned = pairs.cos * np.float32(np.cos(turn)) + pairs.sin * np.float32(np.sin(turn)) > _COS_TURN_AFFINE
    return np.asarray(placed & sized & turned)


def count_cells(xy: Floats, size_px: float = 8.0) -> int:
    """Count the distinct square cells that hold a point.

    Parameters
    ----------
    xy : ndarray, float, shape (N, 2), (x, y), pixels
    size_px : float, pixels
        Side of a cell.

    Returns
    -------
    int

    Examples
    --------
    >>> count_cells(np.float32([[0, 0], [7, 7], [8, 0]]))
    2
    """
    return len(np.unique(cell_numbers(xy, size_px)))


def cell_numbers(xy: Floats, size_px: float) -> npt.NDArray[np.int64]:
    """Number each point's cell; points of one cell share a number.

    Parameters
    ----------
    xy : ndarray, float, shape (N, 2), (x, y), pixels, below 65536 cells each way
    size_px : float, pixels
        Side of a cell.

    Returns
    -------
    ndarray, int64, shape (N,)
    """
    cell = np.floor(xy / size_px).astype(np.int64)
    return np.asarray(cell[:, 0] * 65536 + cell[:, 1])
