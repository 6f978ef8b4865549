"""Perceptual bit hashes of a swatch, and the distance between them.

The bits are those of ImageHash. The resize and the cosine transform before them are ours, in
whole numbers, so that the same pixels give the same bits on every machine and with every version
of Pillow and SciPy. Hashes find files that were re-saved, rescaled or re-dyed as they are. They do
not find another place of the same cloth: that is what keypoints are for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from motif.arrays import Gray8, require_gray8
from motif.errors import ParameterError
from motif.messages import N_
from motif.resize import resize_area

HASH_BITS = 256
_SIDE = 16
_PHASH_WIDTH_PX = 64
_COSINE_SCALE = 2**20
"""Cosines as whole numbers: sums over 64 x 64 pixels stay below 2^60."""

ORIENTATIONS: tuple[str, ...] = (
    "upright",
    "turned 90",
    "turned 180",
    "turned 270",
    "mirrored",
    "mirrored, turned 90",
    "mirrored, turned 180",
    "mirrored, turned 270",
)
"""The eight symmetries of the square, in the order of ``orientations``: mirror left-right first,
then turn counter-clockwise by the degrees named."""


def phash(gray: Gray8) -> bytes:
    """Compute the 256-bit DCT hash.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255

    Returns
    -------
    bytes, length 32
        Row by row, most significant bit first; bit k is 1 where the k-th of the 16 x 16
        lowest DCT coefficients of the 64 x 64 thumbnail is above their median.

    References
    ----------
    .. [1] Zauner (2010). Implementation and Benchmarking of Perceptual Image Hash Functions.
    .. [2] Buchner, ImageHash, ``imagehash.phash``.

    Examples
    --------
    >>> slope = np.tile(np.arange(128, dtype=np.uint8), (96, 1))
    >>> len(phash(slope))
    32
    >>> hamming(phash(slope), phash(slope // 2))
    0
    """
    thumbnail = resize_area(gray, width_px=_PHASH_WIDTH_PX, height_px=_PHASH_WIDTH_PX).astype(np.int64)
    coefficients = _cosines() @ thumbnail @ _cosines().T
    middle = coefficients.size // 2
    below, above = np.partition(coefficients.ravel(), [middle - 1, middle])[middle - 1 : middle + 1]
    return _packed(2 * coefficients > below + above)


def dhash(gray: Gray8) -> bytes:
    """Compute the 256-bit difference hash.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255

    Returns
    -------
    bytes, length 32
        Row by row, most significant bit first; a bit is 1 where a pixel of the 17 x 16
        thumbnail is brighter than its left neighbour.

    References
    ----------
    .. [1] Krawetz (2013). Kind of Like That. hackerfactor.com.

    Examples
    --------
    >>> slope = np.tile(np.arange(128, dtype=np.uint8), (96, 1))
    >>> set(dhash(slope)), set(dhash(slope[:, ::-1]))
    ({255}, {0})
    """
    thumbnail = Image.fromarray(resize_area(gray, width_px=_SIDE + 1, height_px=_SIDE))
    return _packed(imagehash.dhash(thumbnail, _SIDE).hash)


def hamming(a: bytes, b: bytes) -> int:
    """Count the bits in which two hashes differ.

    Parameters
    ----------
    a, b : bytes, of one length

    Returns
    -------
    int, bits, range 0..8 * len(a)
        Both ends of the scale mean something: a negative's pHash is nearly the complement.

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> hamming(b"\\x0f", b"\\x01")
    3
    """
    if len(a) != len(b):
        hint = N_("Compare hashes of one kind and profile.")
        raise ParameterError(f"len(a)={len(a)}, len(b)={len(b)}; expected equal lengths", hint=hint)
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def orientations(gray: Gray8) -> tuple[Gray8, ...]:
    """Return the picture in its eight orientations, in the order of ``ORIENTATIONS``.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255

    Returns
    -------
    tuple of 8 ndarrays, uint8, shape (H, W) or (W, H)

    Examples
    --------
    >>> [view.tolist() for view in orientations(np.uint8([[1, 2]]))[:3]]
    [[[1, 2]], [[2], [1]], [[2, 1]]]
    """
    sides = (require_gray8(gray), gray[:, ::-1])
    return tuple(np.ascontiguousarray(np.rot90(side, turns)) for side in sides for turns in range(4))


def query_hashes(gray: Gray8, hash_of: Callable[[Gray8], bytes] = phash) -> tuple[bytes, ...]:
    """Hash a query in all eight orientations, each plain and dark-for-light.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
    hash_of : callable, ``phash`` or ``dhash``

    Returns
    -------
    tuple of 16 bytes objects
        Orientations in the order of ``ORIENTATIONS``, then those of the negative.

    Examples
    --------
    >>> slope = np.tile(np.arange(128, dtype=np.uint8), (96, 1))
    >>> hashes = query_hashes(slope)
    >>> len(hashes), hashes[0] == phash(slope), hashes[8] == phash(255 - slope)
    (16, True, True)
    """
    views = orientations(gray)
    return tuple(hash_of(view) for view in views) + tuple(hash_of(255 - view) for view in views)


@cache
def _cosines() -> npt.NDArray[np.int64]:
    """Return the 16 lowest rows of the DCT-II of 64 values, times ``_COSINE_SCALE``."""
    frequency, position = np.mgrid[:_SIDE, :_PHASH_WIDTH_PX]
    angles_rad = np.pi / _PHASH_WIDTH_PX * frequency * (position + 0.5)
    return np.asarray(np.rint(_COSINE_SCALE * np.cos(angles_rad)), np.int64)


def _packed(bits: npt.NDArray[np.bool_]) -> bytes:
    return np.packbits(bits.ravel()).tobytes()
