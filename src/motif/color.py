"""Colour conversions, with the convention that each uses."""

from __future__ import annotations

import cv2

from motif.arrays import RGB8, Gray8, require_rgb8


def luma(rgb: RGB8) -> Gray8:
    """Return the BT.601 luma of an sRGB image.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..255
        ``0.299 R + 0.587 G + 0.114 B``, rounded, in integer arithmetic that is the
        same on every machine.

    References
    ----------
    .. [1] Recommendation ITU-R BT.601-7 (2011), section 2.5.1.

    Examples
    --------
    >>> import numpy as np
    >>> luma(np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]])).tolist()
    [[76, 150, 29, 255]]
    """
    return cv2.cvtColor(require_rgb8(rgb), cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]
