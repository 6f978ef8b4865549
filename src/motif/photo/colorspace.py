"""Colour spaces that a file states by numbers rather than by a profile, and the way from them to sRGB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8

FloatArray = npt.NDArray[np.floating[Any]]
Point = tuple[float, float]

D65: Final[Point] = (0.3127, 0.3290)
_SRGB_PRIMARIES: Final = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_ADOBE_PRIMARIES: Final = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
_BT2020_PRIMARIES: Final = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_BT601_525_PRIMARIES: Final = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
_P3_PRIMARIES: Final = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
PRIMARIES_BY_CODE: Final[dict[int, tuple[tuple[Point, Point, Point], Point]]] = {
    1: (_SRGB_PRIMARIES, D65),
    4: (((0.67, 0.33), (0.21, 0.71), (0.14, 0.08)), (0.310, 0.316)),
    5: (((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)), D65),
    6: (_BT601_525_PRIMARIES, D65),
    7: (_BT601_525_PRIMARIES, D65),
    9: (_BT2020_PRIMARIES, D65),
    11: (_P3_PRIMARIES, (0.314, 0.351)),
    12: (_P3_PRIMARIES, D65),
}
"""Primaries and white, by their number in ITU-T H.273, table 2."""

PQ, HLG = "pq", "hlg"
_CURVES_BY_CODE: Final[dict[int, str | float]] = {
    1: "srgb",
    4: 2.2,
    5: 2.8,
    6: "srgb",
    8: 1.0,
    13: "srgb",
    14: "srgb",
    15: "srgb",
    16: PQ,
    18: HLG,
}
"""Transfer curves by their number in ITU-T H.273, table 3. Television's camera curve is shown as sRGB is, as
browsers and Apple do, since pictures marked so were made on computer screens."""

_WHITE_NITS: Final = 203.0
"""Light of white paper in an HDR picture: BT.2408, table 1."""
_PEAK_NITS: Final = 1000.0
_KNEE: Final = 0.75
"""Up to here, of the light of white, tone mapping leaves light as it is."""
_ROWS_AT_A_TIME: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorSpace:
    """What RGB values mean.

    Parameters
    ----------
    primaries : three pairs of float
        CIE x and y of red, green and blue.
    white : pair of float
        CIE x and y.
    curve : str or float
        ``"srgb"``, ``"pq"``, ``"hlg"``, or the exponent that leads from values to light.
    """

    primaries: tuple[Point, Point, Point] = _SRGB_PRIMARIES
    white: Point = D65
    curve: str | float = "srgb"

    @property
    def is_hdr(self) -> bool:
        return self.curve in (PQ, HLG)

    def is_srgb(self) -> bool:
        """Tell whether values mean what they mean in sRGB, within what 8 bits can show."""
        return self.curve == "srgb" and bool(np.abs(self.to_linear_srgb() - np.eye(3)).max() < 2e-3)

    def is_possible(self) -> bool:
        """Tell whether white and primaries span colours, as numbers of a damaged file may not."""
        if min(self.white[1], *(y for _, y in self.primaries)) <= 0:
            return False
        try:
            matrix = self.to_linear_srgb()
        except np.linalg.LinAlgError:
            return False
        return bool(np.isfinite(matrix).all()) and float(np.abs(matrix).max()) < 10

    def to_linear_srgb(self) -> FloatArray:
        """Return the matrix from linear light in this space to linear sRGB, white to white (Bradford)."""
        own, srgb = _to_xyz(self.primaries, self.white), _to_xyz(_SRGB_PRIMARIES, D65)
        adapted: FloatArray = np.linalg.inv(srgb) @ _adaptation(self.white, D65) @ own
        return adapted


SRGB: Final = ColorSpace()
ADOBE_RGB: Final = ColorSpace(primaries=_ADOBE_PRIMARIES, curve=563 / 256)
"""Adobe RGB (1998), which cameras state as DCF's optional colour space."""


def color_space_by_codes(primaries: int, transfer: int) -> ColorSpace | None:
    """Return the colour space that PNG's cICP or HEIC's nclx names.

    Parameters
    ----------
    primaries, transfer : int
        Numbers of ITU-T H.273; 2 says nothing.

    Returns
    -------
    ColorSpace or None
        None where nothing is known or said of either.

    Examples
    --------
    >>> color_space_by_codes(9, 16).is_hdr, color_space_by_codes(1, 13) == SRGB, color_space_by_codes(2, 2)
    (True, True, None)
    """
    known = PRIMARIES_BY_CODE.get(primaries)
    curve = _CURVES_BY_CODE.get(transfer)
    if known is None and curve is None:
        return None
    chosen, white = known or (_SRGB_PRIMARIES, D65)
    return ColorSpace(primaries=chosen, white=white, curve="srgb" if curve is None else curve)


def space_to_srgb(samples: npt.NDArray[Any], space: ColorSpace) -> RGB8:
    """Convert RGB values of a stated colour space to sRGB.

    Colours outside sRGB are clipped, channel by channel. High dynamic range is mapped: light up to three
    quarters of white (203 cd/m2, BT.2408) stays as it is, what is above is pressed into the rest, so that
    1000 cd/m2 become full white. The hyperbola is that of Reinhard (2002), put behind a knee; it acts on the
    largest channel, so that hues stay.

    Parameters
    ----------
    samples : ndarray, uint8 or uint16, shape (H, W, 3)
    space : ColorSpace

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), sRGB

    References
    ----------
    .. [1] ITU-R BT.2100-2 (2018), tables 4 and 5; BT.2408-7 (2023), section 2.
    .. [2] Reinhard et al. (2002), Photographic tone reproduction, doi:10.1145/566654.566575.

    Examples
    --------
    >>> space_to_srgb(np.uint8([[[200, 30, 30]]]), ADOBE_RGB).tolist()
    [[[233, 24, 24]]]
    >>> white_and_peak = np.uint8([[[148, 148, 148], [255, 255, 255]]])
    >>> space_to_srgb(white_and_peak, ColorSpace(curve="pq"))[0, :, 0].tolist()
    [240, 255]
    """
    most = 255 if samples.dtype == np.uint8 else 65535
    light = _decoder(space.curve)(np.arange(most + 1, dtype=np.float64) / most).astype(np.float32)
    matrix = space.to_linear_srgb().astype(np.float32).T
    height, width = samples.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    rows = max(1, _ROWS_AT_A_TIME // max(1, width))
    for top in range(0, height, rows):
        part = light[samples[top : top + rows]]
        if space.curve == HLG:
            part = _displayed(part)
        part = part @ matrix
        if space.is_hdr:
            part = _tone_mapped(part)
        out[top : top + rows] = _encoded(part)
    return out


def gamma_to_srgb(samples: npt.NDArray[np.uint8], exponent: float) -> npt.NDArray[np.uint8]:
    """Convert gray values whose light is a power of them to those of sRGB.

    Examples
    --------
    >>> gamma_to_srgb(np.uint8([[0, 55, 255]]), 1.0).tolist()
    [[0, 128, 255]]
    """
    table = _encoded((np.arange(256) / 255).astype(np.float32) ** np.float32(exponent))
    return table[samples]


def _to_xyz(primaries: tuple[Point, Point, Point], white: Point) -> FloatArray:
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]).T
    x, y = white
    return columns * np.linalg.solve(columns, np.array([x / y, 1.0, (1 - x - y) / y]))


_BRADFORD: Final = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def _adaptation(from_white: Point, to_white: Point) -> FloatArray:
    cones = [_BRADFORD @ np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in (from_white, to_white)]
    matrix: FloatArray = np.linalg.inv(_BRADFORD) @ np.diag(cones[1] / cones[0]) @ _BRADFORD
    return matrix


def _decoder(curve: str | float) -> Callable[[FloatArray], FloatArray]:
    if isinstance(curve, float | int):
        return lambda values: values**curve
    return {"srgb": _srgb_light, PQ: _pq_light, HLG: _hlg_light}[curve]


def _srgb_light(values: FloatArray) -> FloatArray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _pq_light(values: FloatArray) -> FloatArray:
    """Return light over that of white, by the reference EOTF of BT.2100, table 4."""
    powered = values ** (1 / 78.84375)
    nits = 10000 * (np.maximum(powered - 0.8359375, 0) / (18.8515625 - 18.6875 * powered)) ** (
        1 / 0.1593017578125
    )
    light: FloatArray = nits / _WHITE_NITS
    return light


def _hlg_light(values: FloatArray) -> FloatArray:
    """Return light of the scene, 0..1, by the inverse OETF of BT.2100, table 5."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)


def _displayed(scene: FloatArray) -> FloatArray:
    """Return light over that of white on a display of 1000 cd/m2, by the OOTF of BT.2100, table 5."""
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    shown: FloatArray = scene * (luminance**0.2 * (_PEAK_NITS / _WHITE_NITS))[..., None]
    return shown


def _tone_mapped(light: FloatArray) -> FloatArray:
    top = light.max(axis=-1, keepdims=True)
    room, peak = 1 - _KNEE, _PEAK_NITS / _WHITE_NITS - _KNEE
    over = np.maximum(top - _KNEE, 0)
    scaled = over / room
    # Reinhard's curve with a white point, in units of the room above the knee
    pressed = _KNEE + room * scaled * (1 + scaled / (peak / room) ** 2) / (1 + scaled)
    mapped: FloatArray = light * np.where(top > _KNEE, pressed / np.maximum(top, 1e-6), 1)
    return mapped


def _encoded(light: FloatArray) -> npt.NDArray[np.uint8]:
    clipped = np.clip(light, 0, 1)
    values = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** np.float32(1 / 2.4) - 0.055)
    eight: npt.NDArray[np.uint8] = np.rint(values * 255).astype(np.uint8)
    return eight
