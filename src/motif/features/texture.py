"""Texture: how a cloth is drawn, regardless of dyes, and how alike two cloths are drawn.

The figures are histograms of local binary patterns (``local_patterns``), co-occurrence of gray levels, energy
by spatial frequency and direction, line width, fill and dots. Style is what a technique and a family have in
common; it is no evidence that two cloths share a design.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Floats, Gray8, frozen
from motif.features.drawing import Drawing

Vector = tuple[float, ...]

LBP_SCALES: Final = 3
LBP_BINS: Final = 10
RINGS: Final = 5
SECTORS: Final = 12
_LEVELS: Final = 16
_STEPS_PX: Final = (1, 2, 4, 8)
_FINEST_CYCLES: Final = 0.35
"""Cycles per pixel at the outer edge of the finest ring; each ring is an octave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texture:
    """Figures of a drawing that do not depend on its dyes, nor on which of two dyes is the lighter.

    Parameters
    ----------
    lbp : tuple of 30 floats, each >= 0
        Rotation-invariant uniform local binary patterns (8 neighbours) at full, half and quarter size;
        each size sums to 1.
    glcm : tuple of 12 floats
        Co-occurrence at 1, 2, 4 and 8 pixels, mean of four directions: contrast (0..1), homogeneity
        (0..1) and correlation (-1..1) each.
    rings : tuple of 5 floats, each >= 0
        Share of the energy in each octave of spatial frequency, finest first; sums to 1.
    sectors : tuple of 12 floats, each >= 0
        Share of the energy in each 15 degrees of direction, turned so that the strongest comes first;
        sums to 1.
    direction_deg : float, 0 <= angle < 180
        Of the strongest lines, clockwise from x.
    anisotropy : float, range 0..1
        0 where all directions are alike, 1 where all lines are parallel.
    line_width_px : float, pixels of the original picture
        Typical width of what is drawn, light or dark, whichever is the thinner.
    fill : float, range 0..0.5
        Share of the area of the lighter or the darker parts, whichever is the smaller.
    dots_per_width : float, >= 0
        Small round spots in a square as wide as the picture's longer side.
    """

    lbp: Vector = ()
    glcm: Vector = ()
    rings: Vector = ()
    sectors: Vector = ()
    direction_deg: float = 0.0
    anisotropy: float = 0.0
    line_width_px: float = 0.0
    fill: float = 0.0
    dots_per_width: float = 0.0


def find_texture(drawing: Drawing, *, dots: int = 0) -> Texture:
    """Measure the texture of a drawing.

    Parameters
    ----------
    drawing : Drawing
    dots : int
        Number of small round spots found in it.

    Returns
    -------
    Texture

    References
    ----------
    .. [1] Ojala, Pietikainen, Maenpaa (2002). Multiresolution gray-scale and rotation invariant texture
       classification with local binary patterns. IEEE TPAMI 24(7).
    .. [2] Haralick, Shanmugam, Dinstein (1973). Textural features for image classification. IEEE Trans.
       SMC-3(6).

    Examples
    --------
    >>> from motif.features.drawing import find_drawing
    >>> y, x = np.mgrid[:160, :200]
    >>> lines = np.where((x + y) % 16 < 8, 40, 220).astype(np.uint8)
    >>> texture = find_texture(find_drawing(np.dstack([lines] * 3)))
    >>> round(texture.direction_deg), texture.anisotropy > 0.8, round(texture.line_width_px)
    (135, True, 4)
    """
    values = drawing.values
    gray = np.clip(np.rint((values + 3) * (255 / 6)), 0, 255).astype(np.uint8)
    rings, sectors = _spectrum(values)
    direction_deg, turned, anisotropy = _directions(sectors)
    height, width = values.shape
    return Texture(
        lbp=_rounded(_local_patterns(gray)),
        glcm=_rounded(_cooccurrence(gray)),
        rings=_rounded(rings),
        sectors=_rounded(turned),
        direction_deg=round(direction_deg, 1),
        anisotropy=round(anisotropy, 4),
        line_width_px=round(_line_width(values) / drawing.scale, 2),
        fill=round(float(min((values > 0).mean(), (values <= 0).mean())), 4),
        dots_per_width=round(dots * max(height, width) ** 2 / (height * width), 1),
    )


def texture_distance(first: Texture, second: Texture) -> float:
    """Measure how differently two cloths are drawn; smaller is closer.

    Parameters
    ----------
    first, second : Texture

    Returns
    -------
    float, >= 0
        Weighted sum of Hellinger distances of the distributions and differences of the figures; the weights
        were set by hand.

    Examples
    --------
    >>> texture_distance(Texture(lbp=(1.0,), rings=(1.0,)), Texture(lbp=(1.0,), rings=(1.0,)))
    0.0
    """
    glcm = float(np.abs(np.subtract(first.glcm, second.glcm)).mean()) if first.glcm else 0.0
    anisotropy = 0.5 * abs(first.anisotropy - second.anisotropy)
    return float(
        0.8 * (_hellinger(first.lbp, second.lbp) / np.sqrt(LBP_SCALES))
        + 0.5 * glcm
        + 1.2 * _hellinger(first.rings, second.rings)
        + 1.6 * (_hellinger(first.sectors, second.sectors) + anisotropy)
        + 0.8 * abs(first.fill - second.fill)
    )


def style_likeness(first: Texture, second: Texture) -> float:
    """Return how alike two cloths are drawn, range 0..1, larger is closer. Style is no evidence of copying.

    Examples
    --------
    >>> style_likeness(Texture(), Texture())
    1.0
    """
    return round(float(np.exp(-1.5 * texture_distance(first, second))), 4)


def _rounded(values: npt.ArrayLike) -> Vector:
    return tuple(np.round(np.asarray(values, np.float64), 5).tolist())


def _hellinger(first: Vector, second: Vector) -> float:
    roots = np.sqrt(np.maximum(np.array(first), 0)) - np.sqrt(np.maximum(np.array(second), 0))
    return float(np.sqrt(0.5 * np.square(roots).sum()))


def _local_patterns(gray: Gray8) -> npt.NDArray[np.float64]:
    histograms = []
    for level in range(LBP_SCALES):
        share = 0.5**level
        small = cv2.resize(gray, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) if level else gray
        thin = _thinned(np.asarray(small, np.uint8))
        counts = np.bincount(local_patterns(thin).ravel(), minlength=LBP_BINS).astype(np.float64)
        # A cloth that is dark for light has the same patterns, read from the other end.
        counts[:9] += counts[8::-1].copy()
        counts[9] *= 2
        histograms.append(counts / counts.sum())
    return np.concatenate(histograms)


def _thinned(gray: Gray8) -> Gray8:
    """Cut out the middle of a large picture: a quarter of a million pixels say no more than 60 000."""
    height, width = gray.shape
    share = min(1.0, float(np.sqrt(60_000 / (height * width))))
    h, w = round(height * share), round(width * share)
    top, left = (height - h) // 2, (width - w) // 2
    return gray[top : top + h, left : left + w]


def _cooccurrence(gray: Gray8) -> npt.NDArray[np.float64]:
    from skimage.feature import graycomatrix, graycoprops

    coarse = (_thinned(gray) // (256 // _LEVELS)).astype(np.uint8)
    angles = [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4]
    counts = graycomatrix(  # type: ignore[no-untyped-call]
        coarse, _STEPS_PX, angles, levels=_LEVELS, symmetric=True, normed=True
    )
    names = ("contrast", "homogeneity", "correlation")
    figures = [graycoprops(counts, name).mean(1) for name in names]  # type: ignore[no-untyped-call]
    figures[0] = np.minimum(figures[0] / (_LEVELS - 1) ** 2 * 4, 1)
    return np.concatenate(figures)


def _spectrum(values: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Energy by octave of frequency, and by direction of the lines, both summing to 1."""
    from scipy import fft

    window, frequency, octave, sector = _frequencies(*values.shape)
    power = np.square(np.abs(fft.rfft2(values * window)))
    inside = (octave >= 0) & (octave < RINGS)
    rings = np.bincount(octave[inside], power[inside], RINGS)
    sectors = np.bincount(sector[inside], power[inside] / frequency[inside], SECTORS)
    return rings / max(rings.sum(), 1e-12), sectors / max(sectors.sum(), 1e-12)


@lru_cache(maxsize=4)
def _frequencies(height: int, width: int) -> tuple[npt.NDArray[Any], ...]:
    """Return a window for the picture; and of each frequency its length, octave and sector of direction."""
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    fy, fx = np.meshgrid(np.fft.fftfreq(height), np.fft.rfftfreq(width), indexing="ij")
    frequency = np.hypot(fx, fy)
    octave = np.floor(np.log2(_FINEST_CYCLES / np.maximum(frequency, 1e-9))).astype(np.int8)
    # Lines run across their frequency: a quarter turn more.
    angle = np.degrees(np.arctan2(fy, fx)) + 90
    sector = np.floor((angle % 180) / (180 / SECTORS) + 0.5).astype(np.int8) % SECTORS
    return tuple(map(frozen, (window, np.maximum(frequency, 1e-3), octave, sector)))


def _directions(sectors: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64], float]:
    """Return the strongest direction, the sectors turned to it, and how much it stands out."""
    angles = np.radians(np.arange(SECTORS) * 360 / SECTORS)
    resultant = complex((sectors * np.exp(1j * angles)).sum())
    strongest = int(np.argmax(sectors))
    turned = np.roll(sectors, -strongest)
    turned = (turned + np.roll(turned[::-1], 1)) / 2  # a mirrored cloth is drawn in the same style
    direction_deg = strongest * 15.0
    if abs(resultant) > 0.05:
        direction_deg = float(np.degrees(np.angle(resultant)) / 2) % 180
    return direction_deg, turned, min(1.0, abs(resultant))


def _line_width(values: Floats) -> float:
    """Twice the typical distance of a stroke's middle from its edge, in pixels of the drawing."""
    widths = []
    for mask in (values > 0, values <= 0):
        inner = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
        ridge = (inner >= cv2.dilate(inner, np.ones((3, 3)))) & (inner > 0.5)
        widths.append(2 * float(np.median(inner[ridge])) - 1 if ridge.any() else np.inf)
    return min(widths) if np.isfinite(min(widths)) else 0.0


_NEAR: Final = round(math.sqrt(0.5), 5)
"""Where the neighbours on the diagonals lie, one pixel away; scikit-image rounds to five digits."""


def local_patterns(gray: Gray8) -> npt.NDArray[np.uint8]:
    """Return the rotation-invariant uniform local binary pattern of each pixel (8 neighbours, radius 1).

    The pattern counts the neighbours that are as light or lighter. Equal to
    ``skimage.feature.local_binary_pattern(gray, 8, 1, "uniform")``, but vectorised; sums are taken in the
    same order, so that ties on flat ground have the same result.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..9
        9 where lighter and darker neighbours alternate more than once.

    References
    ----------
    .. [1] Ojala, Pietikainen, Maenpaa (2002). Multiresolution gray-scale and rotation invariant texture
       classification with local binary patterns. IEEE TPAMI 24(7).

    Examples
    --------
    >>> flat, corner = np.full((3, 3), 7, np.uint8), np.array([[0, 0, 9], [0, 7, 9], [9, 9, 9]], np.uint8)
    >>> int(local_patterns(flat)[1, 1]), int(local_patterns(corner)[1, 1])
    (8, 3)
    """
    height, width = gray.shape
    padded = np.pad(gray, 1)
    rows, columns = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)
    exact = padded.astype(np.float64)
    right = _between(exact[:, 1:-1], exact[:, 2:], (columns + _NEAR) - columns)
    left = _between(exact[:, :-2], exact[:, 1:-1], (columns - _NEAR) - (columns - 1))
    up, down = (rows - _NEAR) - (rows - 1), (rows + _NEAR) - rows
    lighter = [
        padded[1:-1, 2:] >= gray,
        _between(right[:-2], right[1:-1], up) - gray >= 0,
        padded[:-2, 1:-1] >= gray,
        _between(left[:-2], left[1:-1], up) - gray >= 0,
        padded[1:-1, :-2] >= gray,
        _between(left[1:-1], left[2:], down) - gray >= 0,
        padded[2:, 1:-1] >= gray,
        _between(right[1:-1], right[2:], down) - gray >= 0,
    ]
    count, changes = np.sum(lighter, axis=0, dtype=np.uint8), np.zeros(gray.shape, np.uint8)
    for before, after in pairwise(lighter):
        changes += before != after
    return np.where(changes <= 2, count, np.uint8(9))


def _between(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], share: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.asarray((1 - share) * first + share * second)
