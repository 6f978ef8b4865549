"""The colours of a cloth: values, shares of area, names, and which of them is the ground."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, require_rgb8
from motif.color import LabF32, delta_e, hex_to_lab, lab, lab_to_hex, luma

_LONG_EDGE_PX: Final = 240
_SEED_APART: Final = 9.0
_MERGED_BELOW: Final = 8.0
"""CIEDE2000 below which two clusters are one dye in an uneven bath; set on drawn cloths."""
_EVEN_LEVELS: Final = 24.0
_WINDOW: Final = np.ones((3, 3), np.uint8)
_PURE: Final = 0.35
_MIXED_WITHIN: Final = 4.5
"""Lab units from a mixture of two dyes; set on drawn cloths."""
_PARTS: Final = np.linspace(0.06, 0.94, 12)[:, None, None]
_GAMMA: Final = 2.2
_LEAST_SHARE: Final = 0.015
_MOST_SEEDS: Final = 14
_MOST_CORE: Final = 8000
"""Pixels, evenly over the picture, that clusters are sought among."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours by falling share of area; their shares sum to 1."""

    colors: tuple[PaletteColor, ...] = ()

    @property
    def ground(self) -> PaletteColor | None:
        """The ground, if there is any colour at all."""
        return next((color for color in self.colors if color.ground), None)


def find_palette(rgb: RGB8) -> Palette:
    """Find the dominant colours of a cloth.

    Clusters of CIE Lab values are merged by perceptual difference. Slow changes of light over the
    picture are removed first, as far as they change a whole cluster alike; the colour of the light
    remains, since a picture alone does not show what was white.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB

    Returns
    -------
    Palette
        Colours by falling share, one of them marked as the ground.

    Examples
    --------
    >>> cloth = np.full((120, 160, 3), (18, 32, 63), np.uint8)
    >>> cloth[::8, ::8] = cloth[::8, 1::8] = cloth[1::8, ::8] = (122, 68, 32)
    >>> cloth[20:60, 20:60] = (243, 230, 200)
    >>> [(color.hex, color.name_en, color.ground) for color in find_palette(cloth).colors][:2]
    [('#12203f', 'dark indigo', True), ('#f3e6c8', 'ivory', False)]
    """
    small, even, pure = _sampled(require_rgb8(rgb))
    shape, pixels, pure = small.shape[:2], lab(small).reshape(-1, 3), pure.ravel()
    centres, labels = _clusters(pixels, pure)
    pixels = _without_light(pixels, labels, centres, shape, pure)
    centres, labels = _clusters(pixels, pure)
    labels = _unmixed(pixels, centres, labels, even.ravel())
    centres, labels = _merged(centres, labels)
    shares = np.bincount(labels, minlength=len(centres)) / len(labels)
    ground = _ground(labels.reshape(shape), shares)
    order = np.argsort(-shares, kind="stable").tolist()
    return Palette(colors=tuple(palette_color(centres[k], float(shares[k]), k == ground) for k in order))


def _sampled(rgb: RGB8) -> tuple[RGB8, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Take every n-th pixel, and mark those inside an even area, and those that show a dye unmixed.

    The latter include the lightest and darkest pixel of each neighbourhood, the middles of lines and dots.
    Nothing is averaged, since means over edges are colours that the cloth does not have.
    """
    step = max(1, round(max(rgb.shape[:2]) / _LONG_EDGE_PX))
    rgb = np.ascontiguousarray(rgb)
    soft, even = softened(rgb, step=step)
    every = np.s_[::step, ::step]
    gray = luma(rgb)
    lightest, darkest = (np.asarray(f(gray, _WINDOW))[every] for f in (cv2.dilate, cv2.erode))
    top = (gray[every] == lightest) | (gray[every] == darkest)
    small = np.where((top & ~even)[..., None], rgb[every], soft)
    return np.ascontiguousarray(small), even, even | top


def softened(rgb: RGB8, *, step: int = 1) -> tuple[RGB8, npt.NDArray[np.bool_]]:
    """Remove isolated pixels, and mark those that lie in an area of one colour.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    step : int, pixels
        Every so many rows and columns are returned.

    Returns
    -------
    softened : ndarray, uint8, shape (ceil(H / step), ceil(W / step), 3), sRGB
    flat : ndarray, bool, shape (ceil(H / step), ceil(W / step))
        True where the pixel lies in an area of one colour.
    """
    every = np.s_[::step, ::step]
    soft = np.asarray(cv2.medianBlur(rgb, 3), np.uint8)
    gradient = np.asarray(cv2.morphologyEx(soft, cv2.MORPH_GRADIENT, _WINDOW))[every]
    rise = gradient.max(axis=2)
    even = rise <= max(_EVEN_LEVELS, float(np.percentile(rise, 5)))
    return np.ascontiguousarray(soft[every]), even


def _clusters(pixels: LabF32, even: npt.NDArray[np.bool_]) -> tuple[LabF32, npt.NDArray[np.intp]]:
    """Return cluster centres, shape (K, 3), and the cluster of each pixel; seeds are histogram peaks."""
    core = pixels[even]
    core = core[:: max(1, len(core) // _MOST_CORE)]
    centres = _seeds(core)
    for _ in range(4):
        centres = _medians(core, _nearest(core, centres), centres)
    return centres, _nearest(pixels, centres)


def _medians(core: LabF32, nearest: npt.NDArray[np.intp], before: LabF32) -> LabF32:
    """Move each centre to the median of its pixels, channel by channel; one without pixels stays."""
    in_turn = np.ascontiguousarray(core[np.argsort(nearest.astype(np.uint8), kind="stable")].T)
    ends = np.cumsum(np.bincount(nearest, minlength=len(before)))
    centres = before.copy()
    for number, (start, end) in enumerate(pairwise([0, *ends.tolist()])):
        if start < end:
            low, high = (end - start - 1) // 2, (end - start) // 2
            halves = np.partition(in_turn[:, start:end], (low, high), axis=1)
            centres[number] = (halves[:, low] + halves[:, high]) / 2
    return centres


def _unmixed(
    pixels: LabF32, centres: LabF32, labels: npt.NDArray[np.intp], even: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """Give pixels of mixed colour to the colours that they are mixed of.

    A cluster is a mixture if it lies between two others and hardly any of its pixels lies inside an area:
    the soft edge between two dyes, or dots too fine for the picture.
    """
    inside = np.bincount(labels[even], minlength=len(centres))
    purity = inside / np.maximum(np.bincount(labels, minlength=len(centres)), 1)
    labels = labels.copy()
    alive = list(range(len(centres)))
    for number in np.argsort(purity, kind="stable").tolist():
        others = [k for k in alive if k != number]
        impure = purity[number] <= _PURE and len(others) >= 2
        if impure and _from_mixtures(centres[number], centres[others]) <= _MIXED_WITHIN:
            alive = others
    mixed = ~np.isin(labels, alive)
    labels[mixed] = np.array(alive)[_nearest(pixels[mixed], centres[alive])]
    return labels


def _from_mixtures(color: LabF32, dyes: LabF32) -> float:
    """Return the distance of a colour from the nearest mixture of two dyes, in Lab units.

    Printed edges and drawn ones mix sRGB values, lenses mix light: neither path is straight in Lab.
    """
    first, second = np.triu_indices(len(dyes), 1)
    rgb = np.clip(cv2.cvtColor(dyes[None], cv2.COLOR_LAB2RGB)[0], 0, 1)
    mixtures = []
    for gamma in (1.0, _GAMMA):
        light = rgb**gamma
        mixed = (light[first] * (1 - _PARTS) + light[second] * _PARTS) ** (1 / gamma)
        mixtures.append(lab(np.rint(mixed * 255).astype(np.uint8)))
    return float(np.linalg.norm(np.stack(mixtures) - color, axis=-1).min())


def _seeds(core: LabF32) -> LabF32:
    """Return the fullest cells of a Lab histogram that lie far enough from each other."""
    cells = np.floor(core / 5).astype(np.int64) + 40
    keys = (cells[:, 0] * 128 + cells[:, 1]) * 128 + cells[:, 2]
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(inverse, core[:, c]) for c in range(3)], 1)
    means = sums / counts[:, None]
    full = np.argsort(-counts, kind="stable")
    candidates = means[full[counts[full] >= min(0.002 * len(core), counts.max())]]
    seeds: list[npt.NDArray[np.float64]] = []
    while len(candidates) and len(seeds) < _MOST_SEEDS:
        seeds.append(candidates[0])
        candidates = candidates[np.linalg.norm(candidates - seeds[-1], axis=1) >= _SEED_APART]
    return np.asarray(seeds, np.float32)


def _nearest(pixels: LabF32, centres: LabF32) -> npt.NDArray[np.intp]:
    distance = np.square(centres).sum(1)[:, None] - 2 * centres @ pixels.T
    return np.asarray(distance.argmin(0))


def _merged(centres: LabF32, labels: npt.NDArray[np.intp]) -> tuple[LabF32, npt.NDArray[np.intp]]:
    """Join clusters that look alike, and small ones to the nearest."""
    shares = np.bincount(labels, minlength=len(centres)) / len(labels)
    points = centres.astype(np.float64)
    into = np.arange(len(points))
    alive = shares > 0
    while alive.sum() > 1:
        rows = np.flatnonzero(alive)
        apart = delta_e(points[rows][:, None], points[rows][None])
        np.fill_diagonal(apart, np.inf)
        row, column = np.unravel_index(apart.argmin(), apart.shape)
        alike = bool(apart[row, column] < _MERGED_BELOW)
        if not alike:
            row = shares[rows].argmin()
            column = apart[row].argmin()
            if shares[rows[row]] >= _LEAST_SHARE:
                break
        a, b = sorted((rows[row], rows[column]), key=lambda cluster: shares[cluster])
        if alike:
            points[b] = (points[a] * shares[a] + points[b] * shares[b]) / (shares[a] + shares[b])
        shares[b] += shares[a]
        alive[a] = False
        into[into == a] = b
    position = np.cumsum(alive) - 1
    return np.asarray(points[alive], np.float32), position[into[labels]]


def _without_light(
    pixels: LabF32,
    labels: npt.NDArray[np.intp],
    centres: LabF32,
    shape: tuple[int, int],
    even: npt.NDArray[np.bool_],
) -> LabF32:
    """Subtract a smooth surface of lightness, fitted to what all clusters have in common."""
    rows, columns = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    x, y = columns.ravel(), rows.ravel()
    terms = np.stack([x, y, x * x, x * y, y * y], 1).astype(np.float32)
    lightness = centres[labels, 0]
    apart = pixels[:, 0] - lightness
    use = even & (np.abs(apart) < 15) & (lightness > 8)
    if use.sum() < 100:
        return pixels
    # Light multiplies: what is twice as light changes twice as much.
    gain = np.maximum(lightness, 8.0) / 50
    sample = np.flatnonzero(use)[:: max(1, int(use.sum()) // 6000)]
    weighted = (terms - terms.mean(0)) * gain[:, None]
    fitted, *_ = np.linalg.lstsq(weighted[sample], apart[sample], rcond=None)
    corrected = pixels.copy()
    corrected[:, 0] -= weighted @ fitted.astype(np.float32)
    return corrected


def _ground(labels: npt.NDArray[np.intp], shares: npt.NDArray[np.float64]) -> int:
    """Choose the colour that is connected across the cloth: a large share, and a piece that reaches far."""
    worth = {}
    for number in np.argsort(-shares, kind="stable")[:4].tolist():
        mask = (labels == number).astype(np.uint8)
        pieces = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
        if len(pieces):
            largest = pieces[pieces[:, cv2.CC_STAT_AREA].argmax()]
            reach = float(largest[cv2.CC_STAT_WIDTH] * largest[cv2.CC_STAT_HEIGHT]) / labels.size
            worth[number] = float(shares[number]) * (0.35 + reach)
    return max(worth, key=worth.__getitem__, default=0)


Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteColor:
    """One colour of a cloth.

    Parameters
    ----------
    lab : tuple of 3 floats
        CIE Lab under D65: L 0..100.
    hex : str
        The same in sRGB, ``#rrggbb``.
    share : float, range 0..1
        Of the area.
    key : str
        Of its name in the table of colours.
    name_id, name_en : str
        Its name in Indonesian and in English.
    ground : bool
        Whether it is the ground on which the figure stands.
    """

    lab: Lab
    hex: str
    share: float
    key: str
    name_id: str
    name_en: str
    ground: bool = False


def palette_color(color: npt.NDArray[np.floating[Any]], share: float, ground: bool) -> PaletteColor:
    """Name a CIE Lab colour, and write it in sRGB.

    Parameters
    ----------
    color : ndarray, float, shape (3,), CIE Lab
    share : float, 0..1
        Of the cloth.
    ground : bool
        Whether it is the ground.

    Returns
    -------
    PaletteColor
    """
    rounded: Lab = tuple(round(float(value), 2) for value in color)  # type: ignore[assignment]
    key, name_id, name_en = color_name(rounded)
    return PaletteColor(
        lab=rounded,
        hex=lab_to_hex(rounded),
        share=round(share, 4),
        key=key,
        name_id=name_id,
        name_en=name_en,
        ground=ground,
    )


def color_name(color: Lab) -> tuple[str, str, str]:
    """Return key, Indonesian and English name of the nearest colour in the table.

    Examples
    --------
    >>> color_name(hex_to_lab("#7a4420"))
    ('soga', 'soga', 'soga brown')
    """
    names, shades = _table()
    return names[int(np.argmin(delta_e(shades, np.array(color))))]


@cache
def _table() -> tuple[tuple[tuple[str, str, str], ...], npt.NDArray[np.float64]]:
    text = resources.files("motif.features").joinpath("colors.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["colors"]
    names = tuple((row["key"], row["id"], row["en"]) for row in rows for _ in row["shades"])
    return names, np.array([hex_to_lab(shade) for row in rows for shade in row["shades"]])
