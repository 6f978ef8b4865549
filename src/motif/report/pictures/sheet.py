"""A page to draw on: pictures, words, outlines and lines, at twice the size and reduced in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from motif.arrays import RGB8

PAPER: Final = (250, 247, 240)
INK: Final = (42, 33, 27)
QUIET: Final = (122, 111, 102)
_TIMES: Final = 2

Color = tuple[int, int, int]
Place = tuple[float, float]


class Sheet:
    """A page of a given size in pixels; places are (x, y) from its top left.

    Examples
    --------
    >>> sheet = Sheet(60, 40)
    >>> sheet.picture(np.zeros((10, 20, 3), np.uint8), (5, 5))
    >>> sheet.pixels().shape, sheet.pixels()[10, 10].tolist()
    ((40, 60, 3), [0, 0, 0])
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self.size = (width_px, height_px)
        self._image = Image.new("RGB", (width_px * _TIMES, height_px * _TIMES), PAPER)
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def picture(self, rgb: RGB8, at: Place) -> None:
        """Put a picture down with its top left at a place."""
        height, width = rgb.shape[:2]
        large = Image.fromarray(rgb).resize((width * _TIMES, height * _TIMES), Image.Resampling.BICUBIC)
        self._image.paste(large, (round(at[0]) * _TIMES, round(at[1]) * _TIMES))

    def text(self, text: str, at: Place, *, size: int = 20, fill: Color = INK, width: float = 0) -> float:
        """Write words, folded to ``width`` pixels if it is given, and return the y below them."""
        font = ImageFont.load_default(size * _TIMES)
        y = at[1]
        for line in _folded(text, font, width * _TIMES):
            self._draw.text((at[0] * _TIMES, y * _TIMES), line, fill=fill, font=font)
            y += size * 1.4
        return y

    def outline(self, corners: Sequence[Place], *, color: Color, width: float = 2.5) -> None:
        """Draw a closed line, dark at its rims so that it shows on any cloth."""
        ring = [(x * _TIMES, y * _TIMES) for x, y in corners]
        ring += ring[:2]
        self._draw.line(ring, fill=(0, 0, 0, 150), width=round((width + 2.2) * _TIMES), joint="curve")
        self._draw.line(ring, fill=color, width=round(width * _TIMES), joint="curve")

    def line(self, start: Place, end: Place, *, color: Color, alpha: int = 255, width: float = 1.1) -> None:
        """Join two places."""
        ends = [(x * _TIMES, y * _TIMES) for x, y in (start, end)]
        self._draw.line(ends, fill=(*color, alpha), width=round(width * _TIMES))

    def dot(self, at: Place, *, color: Color, radius: float = 3.8) -> None:
        """Mark a place."""
        x, y = at[0] * _TIMES, at[1] * _TIMES
        for reach, fill in ((radius + 1.4, (255, 255, 255)), (radius, color)):
            far = reach * _TIMES
            self._draw.ellipse([x - far, y - far, x + far, y + far], fill=fill)

    def number(self, value: int, at: Place, *, color: Color) -> None:
        """Write a number on a disc."""
        self.dot(at, color=color, radius=11)
        font = ImageFont.load_default(15 * _TIMES)
        self._draw.text(
            (at[0] * _TIMES, at[1] * _TIMES), str(value), fill=(255, 255, 255), font=font, anchor="mm"
        )

    def bar(self, color: Color, box: tuple[float, float, float, float]) -> None:
        """Fill a rectangle (left, top, right, bottom), with a thin rim."""
        self._draw.rectangle([side * _TIMES for side in box], fill=color, outline=QUIET, width=_TIMES)

    def pixels(self) -> RGB8:
        """Return the page: sRGB, uint8, shape (height, width, 3)."""
        return np.asarray(self._image.resize(self.size, Image.Resampling.LANCZOS))


def text_height(text: str, *, size: int, width: float) -> float:
    """Return the height in pixels that ``Sheet.text`` takes for words folded to ``width`` pixels."""
    return len(_folded(text, ImageFont.load_default(size * _TIMES), width * _TIMES)) * size * 1.4


def hex_color(value: str) -> Color:
    """Return the red, green and blue of ``#rrggbb``.

    Examples
    --------
    >>> hex_color("#7a4420")
    (122, 68, 32)
    """
    red, green, blue = bytes.fromhex(value.removeprefix("#"))
    return red, green, blue


def fitted(rgb: RGB8, *, width_px: int, height_px: int) -> tuple[RGB8, float]:
    """Resize to fit a box; return the picture and by how much it was enlarged."""
    scale = min(width_px / rgb.shape[1], height_px / rgb.shape[0])
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)), scale


def _folded(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    if not width:
        return text.split("\n")
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
