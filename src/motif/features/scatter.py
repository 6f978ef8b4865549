"""Splashes: the drops, their spread, and how much a cloth resembles ciprat, a splashed batik."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from motif.arrays import Doubles
from motif.color import lab
from motif.features.drawing import Drawing
from motif.features.palette import Palette
from motif.features.repeat import Repeat
from motif.features.spots import Spots

_STREAK: Final = 2.2
_REACHES: Final = (0.02, 0.04, 0.08, 0.16)
"""Distances of the pair count, as shares of the picture's longer side."""
_MOST_DROPS: Final = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Drops and their arrangement.

    Parameters
    ----------
    likeness : float, range 0..1
        How much the cloth resembles random splashes, rather than a repeat or a drawing.
    drops : int
        Spots of the shape of drops and streaks.
    drops_per_width : float
        In a square as wide as the picture's longer side.
    cover : float, range 0..1
        Share of the area that they take.
    diameter_px : tuple of 3 floats, pixels of the original picture
        Lower quartile, median and upper quartile, of a disc of the same area.
    streaks : float, range 0..1
        Share of drops that are longer than 2.2 times their width.
    streak_length_px : float, pixels of the original picture
        Median length of these.
    streak_direction_deg : float or None, 0 <= angle < 180, clockwise from x
        None where they have no common direction.
    streak_order : float, range 0..1
        0 where streaks lie in all directions, 1 where all are parallel.
    clustering : tuple of (float, float)
        For distances in shares of the longer side: pairs of drops as near as that, over what the
        same number of drops would give if they fell anywhere (Ripley's K). 1 is chance, above 1
        clusters, below 1 keeps apart.
    layers : tuple of (hex, drops), most drops first
        Number of drops by colour of the palette.
    """

    likeness: float = 0.0
    drops: int = 0
    drops_per_width: float = 0.0
    cover: float = 0.0
    diameter_px: tuple[float, float, float] = (0.0, 0.0, 0.0)
    streaks: float = 0.0
    streak_length_px: float = 0.0
    streak_direction_deg: float | None = None
    streak_order: float = 0.0
    clustering: tuple[tuple[float, float], ...] = ()
    layers: tuple[tuple[str, int], ...] = ()


def find_scatter(drawing: Drawing, spots: Spots, palette: Palette, repeat: Repeat) -> Scatter:
    """Measure drops and their spread.

    Parameters
    ----------
    drawing : Drawing
    spots : Spots
        Of this drawing.
    palette : Palette
    repeat : Repeat

    Returns
    -------
    Scatter

    References
    ----------
    .. [1] Ripley (1977). Modelling spatial patterns. J. R. Statist. Soc. B 39(2).

    Examples
    --------
    >>> import cv2
    >>> from motif.features.drawing import find_drawing
    >>> from motif.features.spots import find_spots
    >>> cloth, rng = np.full((300, 400, 3), 250, np.uint8), np.random.default_rng(1)
    >>> for x, y, r in rng.uniform(0, 1, (150, 3)) * (400, 300, 5) + (0, 0, 2):
    ...     _ = cv2.circle(cloth, (int(x), int(y)), int(r), (40, 60, 120), -1)
    >>> drawing = find_drawing(cloth)
    >>> scatter = find_scatter(drawing, find_spots(drawing.values), Palette(), Repeat(confidence=0.99))
    >>> scatter.drops > 80, scatter.likeness > 0.5
    (True, True)
    """
    drops = spots.drops()
    if not drops.any():
        return Scatter()
    width, height = spots.size_px
    areas = spots.area_px[drops]
    diameters = np.percentile(2 * np.sqrt(areas / np.pi), (25, 50, 75)) / drawing.scale
    long = spots.elongation[drops] >= _STREAK
    length = 2 * np.sqrt(areas * spots.elongation[drops] / np.pi) / drawing.scale
    direction, order = _direction(spots.angle_deg[drops][long])
    return Scatter(
        likeness=_likeness(spots, drops, repeat),
        drops=int(drops.sum()),
        drops_per_width=round(float(drops.sum()) * max(width, height) ** 2 / (width * height), 1),
        cover=round(float(areas.sum()) / (width * height), 4),
        diameter_px=tuple(round(float(d), 2) for d in diameters),  # type: ignore[arg-type]
        streaks=round(float(long.mean()), 4),
        streak_length_px=round(float(np.median(length[long])), 1) if long.any() else 0.0,
        streak_direction_deg=round(direction, 1) if order > 0.25 and long.sum() >= 5 else None,
        streak_order=round(order, 4),
        clustering=clustering(spots.xy[drops], spots.size_px),
        layers=_layers(drawing, spots.xy[drops], palette),
    )


def clustering(xy: Doubles, size_px: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Count near pairs of points, over what chance gives in the same rectangle (Ripley's K, edges exact).

    Parameters
    ----------
    xy : ndarray, float64, shape (N, 2), pixels
    size_px : (int, int)
        Width and height of the rectangle.

    Returns
    -------
    tuple of (distance in shares of the longer side, pairs over chance)
        Empty with fewer than ten points.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> [round(ratio) for _, ratio in clustering(rng.uniform(0, 1, (2000, 2)) * (400, 300), (400, 300))]
    [1, 1, 1, 1]
    """
    from scipy.spatial import cKDTree

    if len(xy) < 10:
        return ()
    sample = xy[np.linspace(0, len(xy) - 1, min(len(xy), _MOST_DROPS)).astype(np.intp)]
    tree = cKDTree(sample)
    width, height = size_px
    area, ratios = float(width * height), []
    for share in _REACHES:
        r = min(share * max(width, height), float(min(width, height)))
        pairs = (float(tree.count_neighbors(tree, r)) - len(sample)) / 2
        # Chance that two points anywhere in a rectangle lie within r of each other.
        chance = np.pi * r**2 / area - 4 / 3 * (width + height) * r**3 / area**2 + r**4 / (2 * area**2)
        expected = max(chance * len(sample) * (len(sample) - 1) / 2, 1e-9)
        ratios.append((share, round(pairs / expected, 3)))
    return tuple(ratios)


def _likeness(spots: Spots, drops: npt.NDArray[np.bool_], repeat: Repeat) -> float:
    """Nothing repeats; there are many spots, most have the shape of drops, and their sizes differ widely."""
    nothing_repeats = 1 - repeat.confidence if repeat.vectors_px else repeat.confidence
    width, height = spots.size_px
    many = np.log2(max(float(drops.sum()) * max(width, height) ** 2 / (width * height), 1) / 60)
    shaped = float(np.average(drops, weights=np.sqrt(spots.area_px)))
    spread = float(np.std(np.log(spots.area_px[drops])))
    worth = 1.0 * np.clip(many, -3, 2) + 6 * (shaped - 0.5) + 1.5 * (spread - 0.6)
    return round(float(nothing_repeats / (1 + np.exp(-np.clip(worth, -30, 30)))), 4)


def _direction(angles_deg: Doubles) -> tuple[float, float]:
    """Return mean direction of undirected lines, and how well they agree (0..1)."""
    if not len(angles_deg):
        return 0.0, 0.0
    mean = complex(np.exp(2j * np.radians(angles_deg)).mean())
    return float(np.degrees(np.angle(mean)) / 2) % 180, abs(mean)


def _layers(drawing: Drawing, xy: Doubles, palette: Palette) -> tuple[tuple[str, int], ...]:
    if not palette.colors:
        return ()
    x, y = np.rint(xy).astype(np.intp).T
    height, width = drawing.rgb.shape[:2]
    pixels = lab(drawing.rgb[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)][None])[0]
    apart = np.linalg.norm(pixels[:, None] - [color.lab for color in palette.colors], axis=2)
    counts = np.bincount(apart.argmin(1), minlength=len(palette.colors))
    order = np.argsort(-counts, kind="stable")
    return tuple((palette.colors[k].hex, int(counts[k])) for k in order.tolist() if counts[k])
