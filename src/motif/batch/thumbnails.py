"""A picture of a batch once more, small, for people to look at."""

from __future__ import annotations

import tempfile
from pathlib import Path

from motif.arrays import RGB8
from motif.batch import remote
from motif.batch.rows import Item
from motif.errors import MotifError
from motif.photo import read_photo

_EDGE_PX = 240


def thumbnail(path: str) -> RGB8 | None:
    """Read a picture at small scale; None where it cannot be read any more.

    Parameters
    ----------
    path : str
        A file, or an address in an object store.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), or None
        At least 240 px long, where the picture is.
    """
    try:
        if not remote.is_remote(path):
            return read_photo(path, long_edge_px=_EDGE_PX).rgb
        with tempfile.TemporaryDirectory(prefix="motif-") as folder:
            copy = remote.fetch(Item(path=path), Path(folder), 0)
            return read_photo(copy.file, long_edge_px=_EDGE_PX).rgb if copy.file else None
    except MotifError:
        return None
