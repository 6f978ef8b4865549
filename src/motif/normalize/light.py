"""The light on a cloth: even it out, so that no shadow looks like drawing, and correct its color."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Gray8, Matrix3, frozen, require_gray8
from motif.color import LUMINANCE, linear
from motif.errors import ParameterError
from motif.messages import N_
from motif.normalize.chart import find_chart
from motif.normalize.small import reduced
from motif.photo.photo import Photo

_MEAN_LEVEL = 128
_SPREAD = 40
_LEAST_DEVIATION = 6
_COARSE = 8


def even_light(luma: Gray8, *, sigma_px: float) -> Gray8:
    """Subtract the local mean and divide by the local deviation.

    Both are measured in a Gaussian window on an eight times coarser grid and brought back
    by exact bilinear interpolation. Sums are integers and the rest is one correctly rounded
    operation at a time, so the result is the same on every machine.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255
    sigma_px : float, pixels
        Width of the window; motif areas much larger than this are flattened.

    Returns
    -------
    ndarray, uint8, shape (H, W), range 0..255
        Mean near 128, mean absolute deviation near 40.

    References
    ----------
    .. [1] Jain, Bolle (1988); divisive normalisation as in Lyu, Simoncelli (2008), Nonlinear
       image representation using divisive normalization, CVPR.

    Examples
    --------
    >>> slope = np.tile(np.linspace(0, 200, 256).astype(np.uint8), (64, 1))
    >>> slope[::2] += 20
    >>> evened = even_light(slope, sigma_px=20)
    >>> abs(int(evened[:, 40].mean()) - int(evened[:, 200].mean())) < 12
    True
    """
    mean = _local_mean(require_gray8(luma, "luma"), sigma_px)
    difference = np.asarray(cv2.absdiff(luma, mean), np.uint8)
    deviation = np.maximum(_local_mean(difference, sigma_px), _LEAST_DEVIATION)
    apart = np.subtract(luma, mean, dtype=np.float32)
    apart *= _SPREAD
    apart /= deviation
    np.rint(apart, out=apart)
    apart += _MEAN_LEVEL
    return np.clip(apart, 0, 255, out=apart).astype(np.uint8)


def _local_mean(values: Gray8, sigma_px: float) -> Gray8:
    height, width = values.shape
    coarse = cv2.resize(values, (-(-width // _COARSE), -(-height // _COARSE)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(coarse, (0, 0), sigma_px / _COARSE, borderType=cv2.BORDER_REFLECT_101)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR_EXACT)  # type: ignore[return-value]


LightSource = Literal["chart", "neutral-patch", "estimate"]

_NORM = 6
_LIGHTEST = np.array([0.10, 0.0, -0.10])
"""What the shades of gray of batik differ from gray, natural logarithm: its lightest dye is cream, not white.
Set between drawn and real cloths."""
_TRUST = 0.5
"""Share of an estimate that is corrected: its error is as large as what cameras' white balance leaves."""
_UNSURE_ESTIMATE, _UNSURE_PATCH = 0.10, 0.02
_LEAST_LEVEL, _MOST_LEVEL = 20, 250
_ENCODED_STEPS = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class LightColor:
    """How the light colors a photo, and the correction.

    Parameters
    ----------
    source : "chart", "neutral-patch" or "estimate"
        What it was determined from: a color chart in the picture, a neutral patch that a person gave, or
        the cloth itself.
    to_neutral : tuple of 9 floats
        Matrix, row by row, from the photo's linear light to that under a neutral lamp.
    uncertainty : float
        Standard deviation of a channel of linear light after correction, as a share of it.
    """

    source: LightSource
    to_neutral: tuple[float, ...]
    uncertainty: float

    def matrix(self) -> Matrix3:
        """Return ``to_neutral``, float64, shape (3, 3), on columns (R, G, B) of linear light."""
        return np.array(self.to_neutral, np.float64).reshape(3, 3)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        rows = [[round(float(value), 5) for value in row] for row in self.matrix()]
        return {"source": self.source, "to_neutral": rows, "uncertainty": round(self.uncertainty, 4)}


def find_light(photo: Photo, *, neutral_px: Sequence[float] | None = None) -> LightColor:
    """Determine the color of the light from the most reliable reference in the photo.

    That is the patch that a person gives, or else a color chart of 24 patches, or else the cloth: shades of
    gray [1]_ of norm 6, less what batik usually shows, corrected half-way, since cameras balance their
    pictures already.

    Parameters
    ----------
    photo : Photo
    neutral_px : (left, top, width, height), pixels of the upright original, optional
        Where something white or gray without color lies, such as paper or a gray card.

    Returns
    -------
    LightColor

    Raises
    ------
    ParameterError
        If the patch lies outside the picture, or is too dark or too bright to show the light's color.

    References
    ----------
    .. [1] Finlayson, Trezzi (2004). Shades of gray and colour constancy. Color Imaging Conference 12.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> cloth = np.random.default_rng(1).integers(40, 200, (90, 120, 3)).astype(np.uint8)
    >>> cloth[:30, :30] = (160, 140, 120)
    >>> light = find_light(read_photo(cloth), neutral_px=(5, 5, 20, 20))
    >>> light.source, balanced(cloth, light)[10, 10].tolist()
    ('neutral-patch', [143, 143, 143])
    >>> find_light(read_photo(cloth)).source
    'estimate'
    """
    if neutral_px is not None:
        return _from_levels("neutral-patch", _patch(photo, neutral_px), _UNSURE_PATCH)
    chart = find_chart(photo.rgb)
    if chart is not None:
        return _light("chart", chart.to_neutral, chart.uncertainty)
    return _from_levels("estimate", np.exp(_TRUST * estimated_log_light(photo.rgb)), _UNSURE_ESTIMATE)


def balanced(rgb: RGB8, light: LightColor) -> RGB8:
    """Return a picture as under a neutral lamp; what sRGB cannot show is clipped.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    light : LightColor

    Examples
    --------
    >>> as_it_is = LightColor(source="chart", to_neutral=(1, 0, 0, 0, 1, 0, 0, 0, 1), uncertainty=0.0)
    >>> levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    >>> bool((balanced(levels, as_it_is) == levels).all())
    True
    """
    out = np.empty_like(rgb)
    matrix, steps = light.matrix().astype(np.float32), _encoded()
    for top in range(0, len(rgb), 256):  # a block at a time: the light of a whole photo takes much memory
        index = np.asarray(cv2.transform(linear(rgb[top : top + 256]), matrix))
        index = index * np.float32(_ENCODED_STEPS - 1) + np.float32(0.5)
        out[top : top + 256] = steps[np.clip(index, 0, _ENCODED_STEPS - 1).astype(np.uint16)]
    return frozen(out)


def estimated_log_light(rgb: RGB8) -> npt.NDArray[np.float64]:
    """Estimate the light's color from the cloth.

    Returns
    -------
    ndarray, float64, shape (3,)
        Natural logarithm, mean 0.
    """
    small = reduced(rgb, 256)
    fit = (small.max(axis=2) < _MOST_LEVEL) & (small.max(axis=2) >= _LEAST_LEVEL)
    levels = linear(small)[fit] if fit.any() else linear(small).reshape(-1, 3)
    gray = np.log(np.maximum((levels.astype(np.float64) ** _NORM).mean(axis=0), 1e-12)) / _NORM - _LIGHTEST
    return np.asarray(gray - gray.mean(), np.float64)


def _patch(photo: Photo, box: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return the mean linear light of a patch."""
    hint = N_("Give left, top, width and height of white paper or a gray card, in pixels of the original.")
    sides = np.asarray(box, np.float64)
    if sides.shape != (4,) or not np.isfinite(sides).all() or sides[2:].min() <= 0:
        message = N_("neutral_px={box!r:.80}; expected left, top, width, height", box=box)
        raise ParameterError(message, hint=hint)
    height, width = photo.rgb.shape[:2]
    ratio = np.array([width / photo.width_px, height / photo.height_px])
    (left, top), (right, bottom) = sides[:2] * ratio, (sides[:2] + sides[2:]) * ratio
    if min(left, top) < 0 or right > width or bottom > height:
        message = N_(
            "neutral_px={box!r:.80}, photo of {width} x {height} px; expected a patch inside the picture",
            box=box,
            width=photo.width_px,
            height=photo.height_px,
        )
        raise ParameterError(message, hint=hint)
    patch = photo.rgb[int(top) : max(int(bottom), int(top) + 1), int(left) : max(int(right), int(left) + 1)]
    median = np.median(patch.reshape(-1, 3), axis=0)
    levels = median.astype(int).tolist()
    if median.max() > _MOST_LEVEL:
        message = N_("the neutral patch is too bright, {levels}; expected levels of 20 to 250", levels=levels)
        raise ParameterError(message, hint=hint)
    if median.min() < _LEAST_LEVEL:
        message = N_("the neutral patch is too dark, {levels}; expected levels of 20 to 250", levels=levels)
        raise ParameterError(message, hint=hint)
    return np.asarray(linear(patch).reshape(-1, 3).mean(axis=0), np.float64)


def _from_levels(source: LightSource, levels: npt.NDArray[np.float64], uncertainty: float) -> LightColor:
    """Return the light under which gray has these levels; the correction keeps luminance."""
    return _light(source, np.diag(float(LUMINANCE @ levels) / levels), uncertainty)


def _light(source: LightSource, matrix: Matrix3, uncertainty: float) -> LightColor:
    return LightColor(source=source, to_neutral=tuple(matrix.ravel().tolist()), uncertainty=uncertainty)


@cache
def _encoded() -> npt.NDArray[np.uint8]:
    """Return the sRGB levels of evenly spaced linear light from 0 to 1."""
    light = np.linspace(0, 1, _ENCODED_STEPS)
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * levels), np.uint8)
