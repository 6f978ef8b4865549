"""Perceptual bit hashes of a swatch, and the distance between them.

ImageHash computes the bits; the resize before it is ours, in whole numbers, so that the
same pixels give the same bits on every machine and with every Pillow version. Hashes find
files that were re-saved, rescaled or re-dyed. They do not find another part of the same cloth:
keypoints do.
"""

from __future__ import annotations

import imagehash
import numpy as np
from PIL import Image

from motif.arrays import Gray8
from motif.errors import ParameterError
from motif.messages import N_
from motif.resize import resize_area

HASH_BITS = 256
_SIDE = 16
_PHASH_OVERSAMPLING = 4


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
    return _bits(imagehash.phash(_thumbnail(gray, _SIDE * _PHASH_OVERSAMPLING), _SIDE, _PHASH_OVERSAMPLING))


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
    return _bits(imagehash.dhash(_thumbnail(gray, _SIDE + 1, _SIDE), _SIDE))


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


def _thumbnail(gray: Gray8, width_px: int, height_px: int | None = None) -> Image.Image:
    return Image.fromarray(resize_area(gray, width_px=width_px, height_px=height_px or width_px))


def _bits(image_hash: imagehash.ImageHash) -> bytes:
    return np.packbits(image_hash.hash.ravel()).tobytes()
