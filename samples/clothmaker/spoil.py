"""What goes wrong when a cloth is photographed: one function for each finding of the capture gate.

All take and return sRGB uint8 of shape (H, W, 3); light is changed in linear light.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clothmaker.curves import Rng

Picture = NDArray[np.uint8]
_GAMMA = 2.2
_CAPTIONS = (
    "17/03/2024 14:05",
    "Batik Tulis Lasem",
    "@galeri.batik",
    "Sanggar Kembang 0812 3456",
    "CONTOH",
    "Rp 250.000",
)
_LIGHT_INKS, _DARK_INKS = ((255, 255, 255), (255, 220, 0)), ((0, 0, 0), (150, 20, 30))


def blur(rgb: Picture, rng: Rng) -> Picture:
    """Out of focus, sigma 2 to 4 px."""
    return _sensor(cv2.GaussianBlur(rgb.astype(np.float32), (0, 0), rng.uniform(2.0, 4.0)), rng)


def motion(rgb: Picture, rng: Rng) -> Picture:
    """Moved by 9 to 22 px while the shutter was open."""
    length, angle = rng.uniform(9, 22), rng.uniform(0, np.pi)
    half = int(length) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    step = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    start, end = np.rint(half - step).astype(int), np.rint(half + step).astype(int)
    cv2.line(kernel, tuple(start.tolist()), tuple(end.tolist()), (1.0,), 1, cv2.LINE_AA)
    return _sensor(cv2.filter2D(rgb.astype(np.float32), -1, kernel / kernel.sum()), rng)


def glare(rgb: Picture, rng: Rng) -> Picture:
    """One or two lamps thrown back."""
    x, y = _grid(rgb)
    light = _linear(rgb)
    for _ in range(int(rng.integers(1, 3))):
        spread, at = rng.uniform(0.06, 0.14) * max(rgb.shape), rng.uniform(0.2, 0.8, 2) * rgb.shape[1::-1]
        shine = np.exp(-((x - at[0]) ** 2 + ((y - at[1]) * rng.uniform(0.5, 1.6)) ** 2) / (2 * spread**2))
        light += rng.uniform(1.2, 2.5) * shine[..., None]
    return _sensor(_encoded(light), rng)


def darken(rgb: Picture, rng: Rng) -> Picture:
    """2.5 to 4 stops too little light."""
    return _sensor(_encoded(_linear(rgb) * 2 ** -rng.uniform(2.5, 4)), rng)


def brighten(rgb: Picture, rng: Rng) -> Picture:
    """1.7 to 2.8 stops too much light."""
    return _sensor(_encoded(_linear(rgb) * 2 ** rng.uniform(1.7, 2.8)), rng)


def one_side(rgb: Picture, rng: Rng) -> Picture:
    """2 to 3.5 stops from one side to the other."""
    x, y = _grid(rgb)
    angle, stops = rng.uniform(0, 2 * np.pi), rng.uniform(2, 3.5)
    across = np.cos(angle) * (x / rgb.shape[1] - 0.5) + np.sin(angle) * (y / rgb.shape[0] - 0.5)
    return _sensor(_encoded(_linear(rgb) * 2 ** (-stops * (across + 0.35))[..., None]), rng)


def fold(rgb: Picture, rng: Rng) -> Picture:
    """Two to four folds across the cloth: one side lit, one in shade, the drawing moved."""
    x, y = _grid(rgb)
    shade, shift = np.zeros(x.shape), np.zeros((2, *x.shape))
    for _ in range(int(rng.integers(2, 5))):
        angle = rng.uniform(0, np.pi)
        way = np.array([np.cos(angle), np.sin(angle)])
        along = way[0] * x + way[1] * y
        middle = rng.uniform(*np.percentile(along, (15, 85)))
        at = (along - middle) / (rng.uniform(0.02, 0.05) * max(rgb.shape))
        bump = np.exp(-(at**2) / 2)
        shade -= rng.uniform(0.5, 1.1) * 1.6 * at * bump
        shift += way[:, None, None] * rng.uniform(0.004, 0.012) * max(rgb.shape) * bump
    moved = cv2.remap(
        rgb, *(np.stack([x, y]) + shift).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return _sensor(_encoded(_linear(moved) * 2 ** shade[..., None]), rng)


def compress(rgb: Picture, rng: Rng) -> Picture:
    """JPEG of quality 6 to 21."""
    return _jpeg(rgb, int(rng.integers(6, 22)))


def screen(rgb: Picture, rng: Rng) -> Picture:
    """A photo of a screen: dots of red, green and blue, 2.6 to 5.5 px apart, slightly turned."""
    fine, pitch, angle = 3, rng.uniform(2.6, 5.5), rng.uniform(-0.12, 0.12)
    height, width = rgb.shape[0] * fine, rgb.shape[1] * fine
    big = _linear(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across = (np.cos(angle) * x + np.sin(angle) * y) / (pitch * fine) % 1
    down = (np.cos(angle) * y - np.sin(angle) * x) / (pitch * fine) % 1
    for channel in range(3):
        lit = (across >= channel / 3) & (across < (channel + 0.8) / 3) & (down < 0.85)
        big[..., channel] *= 3.2 * lit
    seen = cv2.GaussianBlur(big, (0, 0), fine * rng.uniform(0.45, 0.7))
    small = cv2.resize(seen, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_AREA)
    return _sensor(_encoded(small), rng)


def obstruct(rgb: Picture, rng: Rng) -> Picture:
    """A finger or a shoe that reaches in over one edge."""
    height, width = rgb.shape[:2]
    inks = ((205, 150, 120), (120, 80, 60), (40, 38, 40), (90, 90, 95), (170, 110, 85))
    places = (
        (rng.uniform(0.1, 0.9), 0),
        (1, rng.uniform(0.1, 0.9)),
        (rng.uniform(0.1, 0.9), 1),
        (0, rng.uniform(0.1, 0.9)),
    )
    x, y = places[rng.integers(4)]
    size = tuple(int(side) for side in rng.uniform(0.1, 0.2, 2) * max(rgb.shape))
    cover = np.zeros((height, width), np.float32)
    cv2.ellipse(
        cover, (int(x * width), int(y * height)), size, rng.uniform(0, 180), 0, 360, (1.0,), cv2.FILLED
    )
    cover = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.003, 0.02) * max(rgb.shape))[..., None]
    return _sensor(rgb * (1 - cover) + np.float32(inks[rng.integers(len(inks))]) * cover, rng)


def caption(rgb: Picture, rng: Rng) -> Picture:
    """A caption or date, 3.5 to 8 % of the longer side high, light on dark or the reverse; half outlined."""
    height, width = rgb.shape[:2]
    words = _CAPTIONS[rng.integers(len(_CAPTIONS))]
    font = ImageFont.load_default(rng.uniform(0.035, 0.08) * max(width, height))
    font = font.font_variant(size=font.size * min(1, 0.9 * width / font.getlength(words)))
    left = rng.uniform(0.03 * width, 0.97 * width - font.getlength(words))
    top = rng.choice([0.03, 0.93, rng.uniform(0.1, 0.8)]) * (height - font.size)
    under = rgb[int(top) : int(top + font.size), int(left) : int(left + font.getlength(words))]
    inks = (_LIGHT_INKS, _DARK_INKS) if np.median(under) < 128 else (_DARK_INKS, _LIGHT_INKS)
    picture = Image.fromarray(rgb)
    ImageDraw.Draw(picture).text(
        (left, top),
        words,
        font=font,
        fill=inks[0][rng.integers(2)],
        stroke_width=int(font.size / 14) * int(rng.integers(2)),
        stroke_fill=inks[1][0],
    )
    return _jpeg(np.asarray(picture), int(rng.integers(75, 95)))


def tint(rgb: Picture, rng: Rng) -> Picture:
    """Each channel of linear light 20 % weaker to 20 % stronger."""
    return _sensor(_encoded(_linear(rgb) * rng.uniform(0.8, 1.2, 3)), rng)


SPOILS: dict[str, Callable[[Picture, Rng], Picture]] = {
    "blur": blur,
    "motion": motion,
    "glare": glare,
    "too-dark": darken,
    "too-bright": brighten,
    "uneven-light": one_side,
    "folds": fold,
    "compression": compress,
    "screen": screen,
    "obstruction": obstruct,
    "overlay": caption,
}
"""By the code of the finding that each should bring about."""


def _grid(rgb: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    return x, y


def _linear(rgb: Picture) -> NDArray[np.float32]:
    return (rgb.astype(np.float32) / 255) ** _GAMMA


def _encoded(light: NDArray[np.floating]) -> NDArray[np.floating]:
    return 255 * np.clip(light, 0, None) ** (1 / _GAMMA)


def _sensor(pixels: NDArray[np.floating], rng: Rng) -> Picture:
    noisy = np.clip(pixels + rng.normal(0, 2, pixels.shape), 0, 255)
    return _jpeg(noisy.round().astype(np.uint8), 90)


def _jpeg(rgb: Picture, quality: int) -> Picture:
    data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
