"""Perceptual bit hashes of a swatch, and the distance between them.

The bits are those of ImageHash. The resize and the cosine transform before them are ours, in
whole numbers, so that the same pixels give the same bits on every machine and with every version
of Pillow and SciPy. Hashes find files that were re-saved, rescaled or re-dyed as they are. They do
not find another place of the same cloth: that is what keypoints are for.
"""

from __future__ import annotations

from functools import cache

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from motif.arrays import Gray8
from motif.errors import ParameterError
from motif.messages import N_
from motif.resize import resize_area

HASH_BITS = 256
_SIDE = 16
_PHASH_WIDTH_PX = 64
_COSINE_SCALE = 2**20
"""Cosines as whole numbers: sums over 64 x 64 pixels stay below 2^60."""


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
        The pHash of a negative is nearly the complement: almost every bit differs.

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


@cache
def _cosines() -> npt.NDArray[np.int64]:
    """Return the 16 lowest rows of the DCT-II of 64 values, times ``_COSINE_SCALE``."""
    frequency, position = np.mgrid[:_SIDE, :_PHASH_WIDTH_PX]
    angles_rad = np.pi / _PHASH_WIDTH_PX * frequency * (position + 0.5)
    return np.asarray(np.rint(_COSINE_SCALE * np.cos(angles_rad)), np.int64)


def _packed(bits: npt.NDArray[np.bool_]) -> bytes:
    return np.packbits(bits.ravel()).tobytes()
