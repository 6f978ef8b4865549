"""Colour conversions between sRGB, linear light, luma and CIE Lab, and colour differences."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Gray8, require_rgb8

_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)

_TO_XYZ = np.array(
    [[0.4124564, 0.2126729, 0.0193339], [0.3575761, 0.7151522, 0.1191920], [0.1804375, 0.0721750, 0.9503041]],
    np.float32,
)
_TO_XYZ /= _TO_XYZ.sum(axis=0)
"""From linear sRGB to CIE XYZ, each over that of white (D65)."""
_DARK = (6 / 29) ** 3
"""Where Lab goes over from the cube root to a line."""

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Weights of linear red, green and blue light in BT.709."""

LabF32 = npt.NDArray[np.float32]
"""CIE Lab (D65), float32, shape (..., 3): L 0..100, a and b about -128..127."""


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


def lab(rgb: RGB8) -> LabF32:
    """Convert sRGB to CIE Lab under D65.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, range 0..255

    Returns
    -------
    ndarray, float32, shape (H, W, 3)
        L in 0..100, a and b about -128..127: the convention of the CIE, not OpenCV's packing in bytes.

    References
    ----------
    .. [1] ISO/CIE 11664-4:2019; IEC 61966-2-1:1999.

    Examples
    --------
    >>> lab(np.uint8([[[255, 255, 255], [255, 0, 0]]])).round().tolist()
    [[[100.0, 0.0, 0.0], [53.0, 80.0, 67.0]]]
    """
    return cv2.cvtColor(require_rgb8(rgb).astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)  # type: ignore[return-value]


def linear(rgb: RGB8) -> npt.NDArray[np.float32]:
    """Return linear light of sRGB levels, range 0..1.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (..., 3), sRGB, range 0..255

    Returns
    -------
    ndarray, float32, shape as ``rgb``, range 0..1

    References
    ----------
    .. [1] IEC 61966-2-1:1999.

    Examples
    --------
    >>> (linear(np.uint8([[0, 128, 255]])) * 1000).round().tolist()
    [[0.0, 216.0, 1000.0]]
    """
    return _LINEAR[rgb]


def linear_to_lab(light: npt.ArrayLike) -> LabF32:
    """Convert linear sRGB light to CIE Lab under D65.

    For few pixels: OpenCV, which ``lab`` asks, is faster from about a million on, but builds
    tables first that take longer than a small picture.

    Parameters
    ----------
    light : array-like, shape (..., 3), range 0..1, linear sRGB

    Returns
    -------
    ndarray, float32, shape (..., 3)
        L 0..100, a and b about -128..127.

    References
    ----------
    .. [1] ISO/CIE 11664-4:2019; IEC 61966-2-1:1999.

    Examples
    --------
    >>> linear_to_lab([[1.0, 1.0, 1.0], [0.2158, 0.2158, 0.2158]]).round().tolist()
    [[100.0, 0.0, 0.0], [54.0, 0.0, 0.0]]
    """
    xyz = np.asarray(light, np.float32) @ _TO_XYZ
    x, y, z = np.moveaxis(np.where(xyz > _DARK, np.cbrt(xyz), xyz / (3 * _DARK ** (2 / 3)) + 4 / 29), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def lab_to_hex(color: tuple[float, float, float]) -> str:
    """Return the nearest sRGB color as ``#rrggbb``; what sRGB cannot show is clipped.

    Parameters
    ----------
    color : tuple of 3 floats, CIE Lab under D65

    Returns
    -------
    str, ``#rrggbb``, lower case

    Examples
    --------
    >>> lab_to_hex((100.0, 0.0, 0.0)), lab_to_hex((53.24, 80.09, 67.2))
    ('#ffffff', '#ff0000')
    """
    rgb = np.asarray(cv2.cvtColor(np.array([[color]], np.float32), cv2.COLOR_LAB2RGB))[0, 0]
    red, green, blue = np.clip(np.rint(rgb * 255), 0, 255).astype(int).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def hex_to_lab(value: str) -> tuple[float, float, float]:
    """Return the CIE Lab of ``#rrggbb``.

    Parameters
    ----------
    value : str, ``#rrggbb``, sRGB

    Returns
    -------
    tuple of 3 floats
        L 0..100, a and b about -128..127, under D65.

    Examples
    --------
    >>> [round(number) for number in hex_to_lab("#ff0000")]
    [53, 80, 67]
    """
    levels = np.frombuffer(bytes.fromhex(value.removeprefix("#")), np.uint8).reshape(1, 1, 3)
    return tuple(lab(levels)[0, 0].tolist())


def delta_e(first: npt.ArrayLike, second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the CIEDE2000 difference of colors.

    Parameters
    ----------
    first, second : array_like, shape (..., 3), CIE Lab; they broadcast

    Returns
    -------
    ndarray, float64, shape (...)
        About 1 is just visible side by side; 4 is the same dye in another bath.

    References
    ----------
    .. [1] Sharma, Wu, Dalal (2005). The CIEDE2000 color-difference formula. Color Res. Appl. 30(1).

    Examples
    --------
    >>> float(delta_e([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485]).round(4))
    2.0425
    """
    from skimage.color import deltaE_ciede2000

    first, second = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    return np.asarray(deltaE_ciede2000(first, second), np.float64)  # type: ignore[no-untyped-call]
