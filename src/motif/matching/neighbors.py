"""Nearest descriptors: exact for few, inverted lists for many, short codes for very many.

A row is one descriptor of the index; rows are only appended, and those of forgotten photos are skipped
by their owner. From a million rows on the descriptors themselves are no longer kept: a row then takes
24 bytes instead of 264, and similarities are estimates, brought back to the scale of exact ones by a line
that is fitted when the codes are made. Until then engines work in stored steps: products of bytes are exact
and quick.

References
----------
.. [1] Jegou, Douze, Schmid (2011). Product quantization for nearest neighbor search. PAMI 33.
.. [2] Andre, Kermarrec, Le Scouarnec (2017). Accelerated nearest neighbor search with Quick ADC. ICMR.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from motif.arrays import Floats
from motif.features.keypoints import DESCRIPTOR_SIZE
from motif.matching.views import UNIT

Bytes = npt.NDArray[np.uint8]

CODED_FROM_ROWS = 1_000_000
"""From here on rows are short codes."""

_EXACT_BELOW = 10_000
_TRAINED_GROWTH = 4
_TRAIN_ROWS_PER_LIST = 64
_PROBES = 8
_FEW_LISTS = 64
_CODED_LISTS = 4096
_CODED = f"PCAR64,IVF{_CODED_LISTS},PQ32x4fsr"
_CODED_PROBES = 16
_SCALE_ROWS = 2000


class Neighbors:
    """Descriptors in rows, searched by inner product; the first row is 0.

    Parameters
    ----------
    descriptors : ndarray, uint8, shape (N, 128)
        The first rows; times ``UNIT`` they have length 1.
    engine : faiss index, optional
        That of an earlier run, which holds all rows.
    line : (slope, offset)
        From estimated to exact similarities.
    """

    def __init__(
        self, descriptors: Bytes | None = None, engine: Any = None, line: tuple[float, float] = (1.0, 0.0)
    ) -> None:
        rows = np.zeros((0, DESCRIPTOR_SIZE), np.uint8) if descriptors is None else descriptors
        self._rows, self._filled = rows, len(rows)
        self._engine = engine
        self._trained_on = 0 if engine is None else engine.ntotal
        self.line = line

    def __len__(self) -> int:
        return int(self._engine.ntotal) if self.coded else self._filled

    @property
    def coded(self) -> bool:
        """Whether only short codes of the descriptors are kept."""
        return self._engine is not None and not self._filled

    @property
    def descriptors(self) -> Bytes:
        """The rows, uint8, shape (N, 128); none where they are coded."""
        return self._rows[: self._filled]

    def engine_bytes(self) -> Bytes:
        """Return the engine as bytes; empty where there is none, or where building it takes no time."""
        if self._engine is None or len(self) < _EXACT_BELOW:
            return np.zeros(0, np.uint8)
        return np.asarray(faiss.serialize_index(self._engine))

    def add(self, descriptors: Bytes) -> None:
        """Append rows."""
        if self.coded:
            self._engine.add(descriptors * UNIT)
            return
        self._keep(descriptors)
        if self._filled >= CODED_FROM_ROWS:
            self._code()
        elif self._engine is not None:
            self._engine.add(descriptors)
            outgrown = self._trained_on < _EXACT_BELOW <= self._filled
            if outgrown or self._filled > _TRAINED_GROWTH * self._trained_on:
                self._engine = None

    def settle(self) -> None:
        """Build the engine, if there is none: until rows are added, searches change nothing."""
        if self._engine is None:
            self._engine, self._trained_on = _engine(self.descriptors), self._filled

    def search(self, queries: Floats, count: int) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return similarity and row of the nearest, most alike first; row -1 is none.

        Parameters
        ----------
        queries : ndarray, float32, shape (Q, 128), unit length
        count : int

        Returns
        -------
        similarity : ndarray, float32, shape (Q, count), cosine
        rows : ndarray, int64, shape (Q, count)
        """
        self.settle()
        if self.coded:
            similarity, rows = self._engine.search(queries, count)
            similarity = np.clip(similarity * self.line[0] + self.line[1], 0, 1)
        else:
            similarity, rows = self._engine.search(queries / UNIT, count)
            similarity *= UNIT * UNIT
        return np.where(rows >= 0, similarity, np.float32(0)).astype(np.float32), rows

    def _keep(self, descriptors: Bytes) -> None:
        self._rows = appended(self._rows, self._filled, descriptors)
        self._filled += len(descriptors)

    def _code(self) -> None:
        """Replace all rows by short codes, and fit the line from their similarities to exact ones."""
        engine = faiss.index_factory(DESCRIPTOR_SIZE, _CODED, faiss.METRIC_INNER_PRODUCT)
        _train(engine, self.descriptors, rows=_CODED_LISTS * _TRAIN_ROWS_PER_LIST, unit=UNIT)
        faiss.extract_index_ivf(engine).nprobe = _CODED_PROBES
        for start in range(0, self._filled, 1 << 18):
            engine.add(self.descriptors[start : start + (1 << 18)] * UNIT)
        queries = self.descriptors[:: max(1, self._filled // _SCALE_ROWS)][:_SCALE_ROWS] * UNIT
        estimated, rows = engine.search(queries, 20)
        exact = np.einsum("qd,qkd->qk", queries, self.descriptors[np.maximum(rows, 0)] * UNIT)
        # Leave out the query's own row: no other neighbour is as near.
        slope, offset = np.polyfit(estimated[:, 1:].ravel(), exact[:, 1:].ravel(), 1)
        self.line = (float(slope), float(offset))
        self._engine, self._rows, self._filled = engine, np.zeros((0, DESCRIPTOR_SIZE), np.uint8), 0


def appended(rows: npt.NDArray[Any], filled: int, more: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Write ``more`` after the first ``filled`` rows; where room is short, double it first.

    Parameters
    ----------
    rows : ndarray, shape (N, ...)
        Changed in place where there is room.
    filled : int, 0..N
    more : ndarray, shape (M, ...), same dtype

    Returns
    -------
    ndarray, at least ``filled + M`` rows
        ``rows`` itself, or a longer copy.
    """
    end = filled + len(more)
    if end > len(rows):
        room = max(end, 2 * len(rows)) - filled
        rows = np.concatenate([rows[:filled], np.zeros((room, *rows.shape[1:]), rows.dtype)])
    rows[filled:end] = more
    return rows


def beside(drawn: Any, first: Bytes, own: Bytes) -> Neighbors:
    """Add rows to those that an engine was trained on and holds, without training it again.

    Parameters
    ----------
    drawn : faiss index
        Left as it is; see ``trained_on``.
    first, own : ndarray, uint8, shapes (N, 128), (M, 128)
        The rows that it holds, and those to add after them.

    Returns
    -------
    Neighbors
        With N + M rows.
    """
    engine = faiss.clone_index(drawn)
    engine.add(own)
    return Neighbors(np.concatenate([first, own]), engine)


def trained_on(descriptors: Bytes) -> Any:
    """Build inverted lists of rows, for ``beside``.

    Parameters
    ----------
    descriptors : ndarray, uint8, shape (N, 128)

    Returns
    -------
    faiss index
        Trained on the rows, and holding them.
    """
    return _filled_lists(descriptors, _FEW_LISTS)


def _engine(descriptors: Bytes) -> Any:
    """Build the search over rows that are kept: exact for a few, inverted lists for many."""
    if len(descriptors) >= _EXACT_BELOW:
        count = int(2 ** np.clip(np.round(np.log2(2 * np.sqrt(len(descriptors)))), 6, 12))
        return _filled_lists(descriptors, count)
    engine = faiss.IndexFlatIP(DESCRIPTOR_SIZE)
    engine.add(descriptors)
    return engine


def _filled_lists(descriptors: Bytes, count: int) -> Any:
    """Train inverted lists of bytes on rows, and fill them with these."""
    engine = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(DESCRIPTOR_SIZE),
        DESCRIPTOR_SIZE,
        count,
        faiss.ScalarQuantizer.QT_8bit_direct,
        faiss.METRIC_INNER_PRODUCT,
    )
    engine.nprobe = _PROBES
    engine.by_residual = False  # what is left of a byte when its centroid is taken off may be negative
    _train(engine, descriptors, rows=count * _TRAIN_ROWS_PER_LIST, unit=np.float32(1))
    engine.add(descriptors)
    return engine


def _train(engine: Any, descriptors: Bytes, *, rows: int, unit: np.float32) -> None:
    clustering = faiss.extract_index_ivf(engine).cp
    clustering.niter = 6
    clustering.seed = 1
    clustering.min_points_per_centroid = 1  # no warning where few photos train few lists
    shuffled = np.random.default_rng(1).permutation(len(descriptors))[:rows]
    engine.train(descriptors[shuffled] * unit)
