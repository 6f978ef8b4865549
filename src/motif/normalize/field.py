"""The largest upright rectangle inside a cloth whose outline is not straight: draped, round, or worn."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.normalize.ground import Codes, Field, Mask, cloth_evidence, rim
from motif.normalize.quad import Quad

_COARSE_PX = 4
_LEAST_AREA, _MOST_AREA = 0.12, 0.85
_LEAST_RECTANGLE = 0.08


def grown_field(codes: Codes, evidence: Field) -> tuple[Field, Mask] | None:
    """Learn cloth and ground from the largest field of likely cloth, and again from what that gives.

    Parameters
    ----------
    codes : Codes
    evidence : ndarray, float32, shape (H, W)
        From the picture's middle and rim.

    Returns
    -------
    evidence : ndarray, float32, shape (H, W)
        Learnt from the field and all that lies outside it.
    field : ndarray, bool, shape (H, W)
        None where it becomes too small, or nearly the whole picture.
    """
    field = _largest_field(evidence)
    for _ in range(3):
        if not _LEAST_AREA < float(field.mean()) < _MOST_AREA:
            return None
        beside = np.asarray(cv2.dilate(field.astype(np.uint8), np.ones((5, 5))) == 0, np.bool_)
        evidence = cloth_evidence(codes, field, beside)
        learnt, field = field, _largest_field(evidence)
    return evidence, learnt


def inner_rectangle(evidence: Field, field: Mask) -> tuple[Quad, float] | None:
    """Find the largest rectangle in cloth that ground surrounds on all sides.

    Parameters
    ----------
    evidence, field
        From ``grown_field``.

    Returns
    -------
    quad : ndarray, float64, shape (4, 2), pixels
    confidence : float, range 0..1
        The weakest sign: ground all along the rim, cloth within, one compact field.
        None where there is no such field.
    """
    rectangle = _largest_rectangle(field)
    return None if rectangle is None else (rectangle, _confidence(evidence, field, rim(evidence.shape)))


def agreement(evidence: Field, inside: Mask) -> float:
    """Return how well four sides enclose what looks like cloth, and nothing else: intersection over union.

    Sides drawn round a skirt or a shirt take in corners of ground, though each of them looks straight.

    Parameters
    ----------
    evidence : ndarray, float32, shape (H, W)
    inside : ndarray, bool, shape (H, W)
        What the sides enclose.

    Examples
    --------
    >>> inside = np.zeros((60, 80), bool)
    >>> inside[10:50, 10:70] = True
    >>> bool(agreement(np.where(inside, 1, -1).astype(np.float32), inside) > 0.98)  # corners are rounded off
    True
    """
    field = _largest_field(evidence)
    return float((field & inside).sum() / max(int((field | inside).sum()), 1))


def _confidence(evidence: Field, field: Mask, edge: Mask) -> float:
    """Return the weakest sign of a compact field; or, where colors are hardly shared, of one of any shape."""
    contour = _contour(field)
    solid = cv2.contourArea(contour) / max(cv2.contourArea(cv2.convexHull(contour)), 1.0)
    smooth = _smooth(evidence)
    at_edge, apart = float((smooth[edge] < 0).mean()), _apart(evidence, field)
    within = (float((smooth[field] > 0).mean()) - 0.85) / 0.15
    compact = min((at_edge - 0.9) / 0.1, (solid - 0.75) / 0.2, (apart - 1.0) / 2.0, within)
    garment = min((at_edge - 0.85) / 0.1, (solid - 0.6) / 0.2, (apart - 1.8) / 1.2, within)
    return min(1.0, max(0.0, compact, garment))


def _apart(evidence: Field, field: Mask) -> float:
    """Return the mean evidence within the field, or against it outside, whichever is less."""
    return float(min(evidence[field].mean(), -evidence[~field].mean()))


def _smooth(evidence: Field) -> Field:
    return np.asarray(cv2.boxFilter(evidence, -1, (9, 9)), np.float32)


def _largest_field(evidence: Field) -> Mask:
    """Return the largest connected field of pixels that look like cloth, its holes filled."""
    likely = (_smooth(evidence) > 0).astype(np.uint8)
    likely = np.asarray(cv2.morphologyEx(likely, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    filled = np.zeros_like(likely)
    if likely.any():
        cv2.drawContours(filled, [_contour(likely > 0)], -1, (1,), cv2.FILLED)
    return np.asarray(filled > 0, np.bool_)


def _contour(mask: Mask) -> npt.NDArray[np.int32]:
    contours = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    return np.asarray(max(contours, key=cv2.contourArea), np.int32)


def _largest_rectangle(field: Mask) -> Quad | None:
    """Return the largest upright rectangle of cells that are cloth through and through.

    Row by row, heights of columns that end there; for each height that starts a run, the widest run.
    """
    height, width = (side // _COARSE_PX for side in field.shape)
    cells = field[: height * _COARSE_PX, : width * _COARSE_PX]
    full: Mask = np.asarray(cells.reshape(height, _COARSE_PX, width, _COARSE_PX).min(axis=(1, 3)), np.bool_)
    best, corners = 0, (0, 0, 0, 0)
    tall = np.zeros(width, np.int64)
    for row in range(height):
        tall = np.where(full[row], tall + 1, 0)
        for left, right, high in _runs(tall.tolist()):
            if high * (right - left) > best:
                best, corners = high * (right - left), (left, row + 1 - high, right, row + 1)
    if best < _LEAST_RECTANGLE * height * width:
        return None
    x0, y0, x1, y1 = (float(cell * _COARSE_PX) for cell in corners)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - 0.5


def _runs(tall: list[int]) -> list[tuple[int, int, int]]:
    """Return every maximal run ``(left, right, height)`` under a skyline.

    Examples
    --------
    >>> sorted(_runs([1, 2, 2]))
    [(0, 3, 1), (1, 3, 2)]
    """
    open_runs: list[tuple[int, int]] = []
    runs = []
    for at, high in enumerate([*tall, 0]):
        left = at
        while open_runs and open_runs[-1][1] > high:
            left, was = open_runs.pop()
            runs.append((left, at, was))
        if high and (not open_runs or open_runs[-1][1] < high):
            open_runs.append((left, high))
    return runs
