"""Tell marks from cloth: what coincides may be a shop's tag, a watermark or a logo, which is no evidence.

Letters, codes, rulers and flat devices have keypoints that cloth seldom has: edges of one width, square
corners, ends of strokes. A small network, learnt from drawn cloths with drawn marks on them
(``benchmarks/fit_marks.py``), says of each keypoint how likely it lies on a mark. One keypoint says little,
some twenty say much. Their mean decides, and how far it is above that of the rest of the picture, so that a
design made of letters or straight lines is evidence all the same. Nothing is masked in the fingerprint, so
a better network applies to what is already registered.

References
----------
.. [1] Chen, Tsai, Schroth, Chen, Grzeszczuk, Girod (2011). Robust text detection in natural images with
   edge-enhanced maximally stable extremal regions. ICIP. Text is told by its strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles, Floats
from motif.features.keypoints import Keypoints
from motif.fingerprint import FieldPrint
from motif.matching.cohort import Part
from motif.matching.evidence import Basis, Evidence
from motif.matching.views import UNIT

FILE: Final = "marks.npz"

_MARK: Final[dict[Basis, float]] = {"keypoints": 0.4, "strokes": 0.9}
"""Least mean log-odds of what coincides; of strokes, with those of the tones around them added."""
_APART: Final[dict[Basis, float]] = {"keypoints": 0.42, "strokes": 0.7}
"""Least difference between that and the mean of the rest."""
_MOST_AREA: Final = 0.3
_MOST_AREA_IN_PLACE: Final = 0.5
"""Shares of both swatches: a mark covers less. A watermark at the same place on both may cover more."""
_SAME_PLACE_PX: Final = 8.0
_AT_PX: Final = 2.0
_NEAR_PX: Final[dict[Basis, float]] = {"keypoints": _AT_PX, "strokes": 14.0}
"""How far from what coincides a keypoint may lie that tells of it, in swatch pixels."""
_AROUND: Final = 9
_LOCALLY: Final = 0.6
"""Least mean log-odds of a point and the eight nearest that coincide, where only some lie on a mark."""
_CLOTH: Final = -0.7
"""Usual mean log-odds of a cloth, where the rest has too few keypoints to say."""
_LEAST_REST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkNetwork:
    """A network of one hidden layer: a keypoint's features in, the logarithm of the odds of a mark out.

    Parameters
    ----------
    hidden : ndarray, float32, shape (129, H)
    hidden_bias, output : ndarray, float32, shape (H,)
    bias : ndarray, float32, shape (1,)
    """

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    bias: Floats

    def __call__(self, table: Floats) -> Floats:
        """Return the log-odds, as natural logarithm, for each row of features."""
        active = np.maximum(table @ self.hidden + self.hidden_bias, 0)
        return np.asarray(active @ self.output + self.bias, np.float32)


@cache
def mark_network(part: Part) -> MarkNetwork:
    """Return the network for keypoints on tones, or on strokes.

    Parameters
    ----------
    part : "tones" or "strokes"

    Returns
    -------
    MarkNetwork

    Examples
    --------
    >>> network = mark_network("tones")
    >>> network(np.zeros((3, 129), np.float32)).shape
    (3,)
    """
    file = resources.files("motif.matching").joinpath(FILE)
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        names = ("hidden", "hidden_bias", "output", "bias")
        return MarkNetwork(**{name: stored[f"{part}_{name}"].astype(np.float32) for name in names})


def features(descriptors: Floats, log2_size: Floats) -> Floats:
    """Return what the network looks at, each number brought to about -1..1.

    Parameters
    ----------
    descriptors : ndarray, float32, shape (N, 128), unit length
    log2_size : ndarray, float32, shape (N,), octaves above 1 px

    Returns
    -------
    ndarray, float32, shape (N, 129)
    """
    table = np.hstack([8 * descriptors - 0.5, log2_size[:, None] - 3])
    return np.asarray(table, np.float32)


def is_mark(query: FieldPrint, registered: FieldPrint, evidence: Evidence) -> bool:
    """Tell whether what coincides looks like a mark on both pictures, and stands out from the rest of both.

    Parameters
    ----------
    query, registered : FieldPrint
    evidence : Evidence
        Of basis "keypoints" or "strokes", with the sizes of both swatches.

    Returns
    -------
    bool
        False for a design that looks like a mark all over, and for what covers much of both pictures.
    """
    points = np.array(evidence.points)
    moved_px = float(np.median(np.abs(points[:, :2] - points[:, 2:]).max(axis=1)))
    most_area = _MOST_AREA if moved_px > _SAME_PLACE_PX else _MOST_AREA_IN_PLACE
    if min(evidence.query_share, evidence.registered_share) > most_area:
        return False
    sides = ((query, points[:, :2]), (registered, points[:, 2:]))
    return all(_stands_out(value, np.unique(places, axis=0), evidence.basis) for value, places in sides)


def on_mark(query: FieldPrint, evidence: Evidence) -> npt.NDArray[np.bool_]:
    """Tell which of the points that coincide lie on a mark, where only some do: by those around each.

    Parameters
    ----------
    query : FieldPrint
    evidence : Evidence
        One for which ``is_mark`` is true.

    Returns
    -------
    ndarray, bool, shape (N,)
        One for each of the evidence's points; at least one is True.
    """
    part: Part = "tones" if evidence.basis == "keypoints" else "strokes"
    points = query.keypoints if part == "tones" else query.strokes
    places, member_of = np.unique(np.array(evidence.points)[:, :2], axis=0, return_inverse=True)
    nearest = _squared(places, points.xy).argmin(axis=1)
    odds = _odds(points, part)[nearest]
    around = np.argsort(_squared(places, places), axis=1, kind="stable")[:, :_AROUND]
    local = odds[around].mean(axis=1)
    marked = local >= min(_LOCALLY, float(local.max()))
    return np.asarray(marked[member_of.ravel()], np.bool_)


def _stands_out(value: FieldPrint, places: Doubles, basis: Basis) -> bool:
    at_places, elsewhere = _mean_odds(value.keypoints, "tones", places, _NEAR_PX[basis])
    if basis == "strokes":
        at_strokes, _ = _mean_odds(value.strokes, "strokes", places, _AT_PX)
        at_places += at_strokes
    return at_places >= _MARK[basis] and at_places - elsewhere >= _APART[basis]


def _mean_odds(points: Keypoints, part: Part, places: Doubles, near_px: float) -> tuple[float, float]:
    """Return the mean log-odds of the keypoints near some places, and of all others."""
    odds = _odds(points, part)
    near = (_squared(points.xy, places) <= near_px**2).any(axis=1) if len(points) else np.zeros(0, np.bool_)
    at_places, elsewhere = odds[near], odds[~near]
    return (
        float(at_places.mean()) if len(at_places) else 0.0,
        float(elsewhere.mean()) if len(elsewhere) >= _LEAST_REST else _CLOTH,
    )


def _odds(points: Keypoints, part: Part) -> Floats:
    return mark_network(part)(features(points.descriptors * UNIT, np.log2(points.size_px)))


def _squared(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> Doubles:
    """Return the squared distance of each place of ``a`` to each of ``b``."""
    apart = a[:, None].astype(np.float64) - b[None]
    return np.asarray(np.einsum("ijk,ijk->ij", apart, apart))
