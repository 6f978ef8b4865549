"""Isen-isen: fillers of dots, fine parallel lines and curls, with a map of where they are.

Scales (sisik) and the rarer fillers are not detected: a person names them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from motif.features.curls import find_curls
from motif.features.drawing import Drawing
from motif.features.spots import Spots

Filler = Literal["cecek", "sawut", "ukel"]
Map = npt.NDArray[np.bool_]

CELL_PX: Final = 8
"""Side of a cell of the map, in pixels of the drawing."""

_DOTS_AROUND: Final = 4
_LEAST_CURLS: Final = 3
"""A single curl is a figure; a filler repeats."""
_COHERENT: Final = 0.65
_LEAST_SHARE: Final = 0.02
_SURE_SHARE: Final = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class IsenSuggestion:
    """A filler that the drawing may have.

    Parameters
    ----------
    key : str
        ``"cecek"``: dots; ``"sawut"``: fine parallel lines (sawut or galaran); ``"ukel"``: curls.
    share : float, range 0..1
        Of the area.
    confidence : float, range 0..1
        For ordering, not a probability: it grows with the share.
    """

    key: Filler
    share: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IsenMap:
    """Where fillers are: ndarray, bool, shape (ceil(H / 8), ceil(W / 8)) for each filler."""

    maps: dict[Filler, Map] = field(default_factory=dict)

    def suggestions(self) -> tuple[IsenSuggestion, ...]:
        """List the fillers that take 2 % of the area or more, largest first."""
        shares = [(float(cells.mean()), key) for key, cells in self.maps.items()]
        return tuple(
            IsenSuggestion(
                key=key, share=round(share, 4), confidence=round(min(0.9, 0.3 + 0.6 * share / _SURE_SHARE), 2)
            )
            for share, key in sorted(shares, key=lambda pair: -pair[0])
            if share >= _LEAST_SHARE
        )


def find_isen(drawing: Drawing, spots: Spots) -> IsenMap:
    """Map dots, fine parallel lines and curls.

    Parameters
    ----------
    drawing : Drawing
    spots : Spots
        Of this drawing.

    Returns
    -------
    IsenMap
        Where the fillers lie.

    Examples
    --------
    >>> from motif.features.drawing import find_drawing
    >>> from motif.features.spots import find_spots
    >>> cloth = np.full((240, 320, 3), 230, np.uint8)
    >>> for x in range(10, 150, 9):
    ...     for y in range(10, 230, 9):
    ...         _ = cv2.circle(cloth, (x, y), 2, (40, 30, 20), -1)
    >>> drawing = find_drawing(cloth)
    >>> [filler.key for filler in find_isen(drawing, find_spots(drawing.values)).suggestions()]
    ['cecek']
    """
    return IsenMap(maps={"cecek": _dots(drawing, spots), "sawut": _lines(drawing), "ukel": _curls(drawing)})


def _grid_shape(drawing: Drawing) -> tuple[int, int]:
    height, width = drawing.values.shape
    return -(-height // CELL_PX), -(-width // CELL_PX)


def _dots(drawing: Drawing, spots: Spots) -> Map:
    """Cells in whose neighbourhood several small round spots lie."""
    rows, columns = _grid_shape(drawing)
    counts = np.zeros((rows, columns), np.float32)
    dots = spots.round_dots()
    x, y = (spots.xy[dots] // CELL_PX).astype(np.intp).T
    np.add.at(counts, (np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)), 1)
    around = cv2.boxFilter(counts, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
    near = cv2.dilate((counts > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray((around >= _DOTS_AROUND) & near)


def _lines(drawing: Drawing) -> Map:
    """Cells with one direction, many edges, and edges of both kinds close to each other."""
    values = drawing.values
    gx, gy = (np.asarray(cv2.Sobel(values, cv2.CV_32F, *order), np.float32) for order in ((1, 0), (0, 1)))
    size = _grid_shape(drawing)[::-1]

    def mean(field_: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        small = cv2.resize(field_, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.9), np.float32)

    xx, yy, xy = mean(gx * gx), mean(gy * gy), mean(gx * gy)
    coherence = np.sqrt(np.square(xx - yy) + 4 * np.square(xy)) / (xx + yy + 1e-6)
    strong = xx + yy > 1.5 * float(np.mean(xx + yy))
    # One edge alone has a mean gradient; between parallel lines rises and falls cancel.
    cancel = np.hypot(mean(gx), mean(gy)) < 0.35 * np.sqrt(xx + yy)
    return np.asarray((coherence > _COHERENT) & strong & cancel)


def _curls(drawing: Drawing) -> Map:
    """Cells that curls cover, where there are several."""
    covered = np.zeros(_grid_shape(drawing), np.uint8)
    curls = find_curls(drawing.values)
    if len(curls.xy) >= _LEAST_CURLS:
        # A cell's centre lies at whole numbers of this grid.
        places = (curls.xy + 0.5) / CELL_PX - 0.5
        for (x, y), radius in zip(places.tolist(), (curls.radius_px / CELL_PX).tolist(), strict=True):
            at = (round(16 * x), round(16 * y))
            cv2.circle(covered, at, round(16 * radius), 1, cv2.FILLED, cv2.LINE_8, 4)
    return np.asarray(covered > 0)
