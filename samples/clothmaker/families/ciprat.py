"""Ciprat: wax and dye flicked from broom and brush; nothing repeats."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Points, Rng, petal, place, smooth, thick
from clothmaker.motifs import Pen, choose_leaf, draw_leaf
from clothmaker.palettes import PALETTES, Palette, choose_palette
from clothmaker.sheet import REFERENCE_PX, Sheet
from clothmaker.texture import age, by_hand


def draw(rng: Rng, palette: Palette, sheet: Sheet) -> Canvas:
    """Draw a whole cloth of ciprat."""
    colors = _dips(rng, palette)
    canvas = Canvas(None, None, colors[0], frame_px=(sheet.width_px, sheet.height_px))
    _veil(canvas, rng, colors[0], colors[1 + int(rng.integers(len(colors) - 1))])
    main_way = rng.uniform(0, 180)
    techniques = [_ALL[k] for k in rng.permutation(len(_ALL))[: int(rng.integers(2, 5))]]
    heavy = [_drops, _bursts, _streaks][int(rng.integers(3))]
    for layer, technique in enumerate([*techniques, heavy]):
        ink, way = colors[1 + layer % (len(colors) - 1)], main_way + rng.normal(0, 12)
        technique(canvas, rng, rng, ink, sheet, way)
    if rng.random() < 0.3:
        _leaves(canvas, rng, colors, sheet)
    _flecks(canvas, rng, rng, colors[-1], sheet, main_way)
    return canvas


def draw_field(
    technique: str, hand: int, field: int, *, long_edge_px: int = 900, clean: bool = False
) -> tuple[NDArray[np.uint8], Points]:
    """Draw a field in one technique; a hand keeps its dyes, sizes, density and direction in every field.

    Parameters
    ----------
    technique : str
        One of ``TECHNIQUES``.
    hand, field : int, 0 or more
        Another field of a hand has its drops elsewhere.
    long_edge_px : int, px
    clean : bool
        Leave out fine spatter, clouds, dye, wax and loom: the drops alone.

    Returns
    -------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    sites : ndarray, shape (N, 2), px
        Where the drops, streaks, bursts or lines are.
    """
    start = zlib.crc32(technique.encode())
    its_hand, rng = np.random.default_rng([start, hand]), np.random.default_rng([start, hand, field, 1])
    palette = choose_palette(its_hand, PALETTES)
    colors = _dips(its_hand, palette)
    sheet = Sheet(
        width_px=long_edge_px, height_px=round(0.75 * long_edge_px), scale=long_edge_px / REFERENCE_PX
    )
    canvas = Canvas(None, None, colors[0], frame_px=(sheet.width_px, sheet.height_px))
    way = its_hand.uniform(0, 180)
    sites = [TECHNIQUES[technique](canvas, its_hand, rng, ink, sheet, way) for ink in colors[1:3]]
    if clean:
        return canvas.picture(), np.concatenate(sites)
    _flecks(canvas, its_hand, rng, colors[-1], sheet, way)
    rgb = age(by_hand(canvas.picture(), rng, sheet.scale), rng, sheet.scale)
    return rgb, np.concatenate(sites)


def _dips(rng: Rng, palette: Palette) -> list[Ink]:
    """Return the dyes in the order of the dips; the first ink stands out from the ground."""
    colors = [color.ink for color in palette.colors()]
    ground = colors.pop(int(rng.integers(len(colors))))
    far = max(range(len(colors)), key=lambda k: abs(sum(colors[k]) - sum(ground)) + rng.uniform(0, 120))
    first = colors.pop(far)
    return [ground, first, *(colors[k] for k in rng.permutation(len(colors)))]


def _veil(canvas: Canvas, rng: Rng, ground: Ink, other: Ink) -> None:
    """Let a second bath run into the first: soft clouds, or stripes that bleed."""
    height, width = canvas.image.shape[:2]
    coarse = rng.normal(size=(int(rng.integers(3, 7)), int(rng.integers(3, 8)))).astype(np.float32)
    if rng.random() < 0.4:
        coarse[:] = coarse[: 1 if rng.random() < 0.5 else None, :1] if rng.random() < 0.5 else coarse[:1]
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    share = (1 / (1 + np.exp(-2.2 * cloud)))[..., None] * rng.uniform(0.0, 0.55)
    blended = np.array(ground, dtype=np.float32) * (1 - share) + np.array(other, dtype=np.float32) * share
    canvas.image[:] = blended.round().astype(np.uint8)


def _sites(hand: Rng, rng: Rng, sheet: Sheet, count: int) -> Points:
    """Return points that crowd round a few throws rather than lie evenly."""
    size = np.array([sheet.width_px, sheet.height_px], dtype=np.float64)
    throws = rng.uniform(0, 1, size=(int(hand.integers(3, 9)), 2)) * size
    near = throws[rng.integers(len(throws), size=count)] + rng.normal(0, 0.22, size=(count, 2)) * size
    anywhere = rng.uniform(-0.02, 1.02, size=(count, 2)) * size
    return np.where(rng.random((count, 1)) < hand.uniform(0.2, 0.7), near, anywhere)


def _blob(rng: Rng, radius: float) -> Points:
    """Return the outline of a drop: a circle that two or three waves have pushed about."""
    angle = np.linspace(0, 2 * math.pi, 28, endpoint=False)
    swing = np.ones_like(angle)
    for wave in (2, 3, 5):
        swing += rng.normal(0, 0.11 / wave) * np.cos(wave * angle + rng.uniform(0, 6.3))
    return radius * swing[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _drops(canvas: Canvas, hand: Rng, rng: Rng, ink: Ink, sheet: Sheet, way: float) -> Points:
    """Let wax drip; in half of the cloths the large drops keep a core of what lay below."""
    count = int(hand.integers(120, 420))
    radii = sheet.px(np.exp(rng.normal(math.log(hand.uniform(3.5, 8)), 0.6, size=count)))
    stretch, core = hand.uniform(1.0, 1.5), hand.choice([0.0, hand.uniform(0.45, 0.7)])
    sites = _sites(hand, rng, sheet, count)
    for at, radius in zip(sites, np.minimum(radii, sheet.px(42)), strict=True):
        drop = _blob(rng, float(radius)) * (stretch, 1.0)
        canvas.fill(place(drop, at, angle_deg=way), ink)
        if core and radius > sheet.px(9):
            canvas.fill(place(drop, at, angle_deg=way, scale=core), canvas.ground)
    return sites


def _flecks(canvas: Canvas, hand: Rng, rng: Rng, ink: Ink, sheet: Sheet, way: float) -> Points:
    sites = _sites(hand, rng, sheet, int(hand.integers(500, 1400)))
    radii = sheet.px(rng.pareto(2.4, size=len(sites)) * 0.9 + 0.8)
    for size in (1.0, 1.6, 2.4, 3.4):
        chosen = (radii > sheet.px(size * 0.75)) & (radii <= sheet.px(size * 1.3))
        canvas.dots(sites[chosen], sheet.px(size), ink)
    return sites


def _streaks(canvas: Canvas, hand: Rng, rng: Rng, ink: Ink, sheet: Sheet, way: float) -> Points:
    """Fling a broom: rows of drops that lengthen with speed and thin out."""
    spread = hand.uniform(3, 16)
    sites = _sites(hand, rng, sheet, int(hand.integers(35, 110)))
    for at in sites:
        heading = way + rng.normal(0, spread)
        length, width = sheet.px(rng.uniform(40, 190)), sheet.px(rng.uniform(2.5, 8))
        bend = rng.normal(0, 0.06) * length
        spine = smooth([(0, 0), (length * 0.5, bend), (length, 0)])
        canvas.fill(place(thick(spine, width, width * 0.15), at, angle_deg=heading), ink)
        canvas.fill(place(_blob(rng, width * 0.75), at, angle_deg=heading), ink)
        for step in np.cumsum(rng.uniform(0.08, 0.22, size=int(rng.integers(2, 6)))):
            drop = petal(width * rng.uniform(1.2, 3.0), width * rng.uniform(0.4, 0.8), belly=1.5)
            canvas.fill(place(drop + (length * (1 + step), bend * step), at, angle_deg=heading), ink)
    return sites


def _bursts(canvas: Canvas, hand: Rng, rng: Rng, ink: Ink, sheet: Sheet, way: float) -> Points:
    """Let heavy drops fall: a pool with rays and a ring of fine spatter."""
    sites = _sites(hand, rng, sheet, int(hand.integers(7, 24)))
    for at in sites:
        radius = sheet.px(float(np.exp(rng.normal(math.log(22), 0.45))))
        canvas.fill(place(_blob(rng, radius), at), ink)
        for angle in rng.uniform(0, 360, size=int(rng.integers(9, 26))):
            reach = radius * (1 + rng.gamma(1.6, 0.32))
            ray = petal(reach, radius * rng.uniform(0.1, 0.28), belly=0.7, point=0.8)
            canvas.fill(place(ray, at, angle_deg=angle), ink)
            canvas.fill(
                place(
                    _blob(rng, radius * rng.uniform(0.04, 0.13)) + (reach * rng.uniform(1.02, 1.3), 0),
                    at,
                    angle_deg=angle,
                ),
                ink,
            )
    return sites


def _grain(canvas: Canvas, hand: Rng, rng: Rng, ink: Ink, sheet: Sheet, way: float) -> Points:
    """Draw a brush across like wood grain: wavy lines that swerve round knots."""
    reach = math.hypot(sheet.width_px, sheet.height_px) / 2
    middle = np.array([sheet.width_px, sheet.height_px]) / 2
    gap, phase = sheet.px(hand.uniform(16, 46)), rng.uniform(0, 6.3, size=3)
    wave = sheet.px(hand.uniform(90, 260))
    along = np.linspace(-reach, reach, 60)
    for across in np.arange(-reach, reach, gap):
        across += rng.normal(0, gap * 0.2)
        swerve = (
            gap
            * 0.9
            * (
                np.sin(along / wave + phase[0] + across / wave)
                + 0.6 * np.sin(along / wave * 2.3 + phase[1] - across / wave * 1.7)
            )
        )
        start, end = sorted(rng.integers(0, 60, size=2).tolist())
        start = min(start, 58)  # a line needs two points
        line = np.stack([along, across + swerve], axis=1)[start : max(end, start + 4)]
        canvas.fill(
            place(thick(line, sheet.px(rng.uniform(2, 6)), sheet.px(0.8)), middle, angle_deg=way), ink
        )
    return middle[None]


def _leaves(canvas: Canvas, rng: Rng, colors: list[Ink], sheet: Sheet) -> None:
    """Press leaves on the cloth before the last bath."""
    pen = Pen(line=sheet.px(2), fine=sheet.px(1.4), pitch=sheet.px(9))
    leaf = choose_leaf(rng)
    first, second = rng.permutation(len(colors))[:2]
    for at in _sites(rng, rng, sheet, int(rng.integers(4, 12))):
        draw_leaf(
            canvas,
            leaf,
            at,
            sheet.px(rng.uniform(90, 190)),
            rng.uniform(0, 360),
            (colors[first], colors[second]),
            pen,
        )


Technique = Callable[[Canvas, Rng, Rng, Ink, Sheet, float], Points]
"""Canvas, numbers of the hand, numbers of the field, ink, sheet and direction, to where it threw."""

_ALL: tuple[Technique, ...] = (_drops, _streaks, _bursts, _grain, _flecks)

TECHNIQUES: dict[str, Technique] = {
    "drops": _drops,
    "streaks": _streaks,
    "bursts": _bursts,
    "grain": _grain,
}
