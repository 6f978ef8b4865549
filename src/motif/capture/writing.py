"""Writing laid over a picture: captions, watermarks, the date stamps of phones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Gray8
from motif.normalize.small import reduced

_SEARCH_PX = 640
_LEVELS = range(40, 250, 30)
_STRONG, _BLACK, _WHITE = (40, 70, 100, 130), (12, 24), (240, 250)
_LEAST_LETTERS, _MOST_PIECES = 4, 2500
"""More pieces than that are grain, and joining them would take long."""
_LEAST_HIGH_PX, _MOST_HIGH = 6, 0.1
_TRIED = 6
"""Most likely lines, which are compared over all levels."""

Boxes = npt.NDArray[np.float64]
"""Left, top, width, height and area of each piece, pixels, shape (N, 5), sorted by left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Letters that stand on one line, in one channel at one level."""

    layer: int
    box: tuple[int, int, int, int]  # left, top, right, bottom
    score: float


def writing_score(rgb: RGB8) -> float:
    """Return how much the most likely line in a picture looks like writing laid over it.

    At several levels of each channel, and of the colors of inks, a picture falls into pieces. Letters
    are pieces of like height whose feet stand on one level line, close together, of different areas; and
    there are few of their size beside them, while ornaments fill the cloth. Overlaid ink stands out
    at many levels, which add up. What also occurs elsewhere in the picture is a design that repeats, and
    counts less.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
        Upright; searched at 640 px on the longer side, so letters must be 1 to 10 % of it high, in a level
        line of four or more.

    Returns
    -------
    float, 0 or more
        Without unit: letters of a line, times their share of all pieces of their size, times the spread of
        their areas, summed over levels. docs/capture.md says what good and written pictures have.

    Examples
    --------
    >>> checks = np.kron(np.indices((16, 20)).sum(0) % 2, np.ones((20, 20)))[..., None].repeat(3, 2)
    >>> cloth = (checks * (90, 60, 30) + 60).astype(np.uint8)
    >>> written = cv2.putText(cloth.copy(), "17/03/2024 Lasem", (40, 300), 3, 1.0, (255, 255, 255), 2)
    >>> writing_score(cloth) < 0.1, writing_score(written) > 1
    (True, True)
    """
    small = reduced(rgb, _SEARCH_PX)
    lines = [line for layer, mask in enumerate(_layers(small)) for line in _lines(layer, mask)]
    lines.sort(key=lambda line: -line.score)
    gray = np.asarray(cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0), np.uint8)
    scores = (_over_layers(line, lines) * (1 - _likeness_elsewhere(gray, line)) for line in lines[:_TRIED])
    return max(scores, default=0.0)


def _layers(rgb: RGB8) -> Iterator[npt.NDArray[np.uint8]]:
    """Divide the picture at several levels of each channel, and by colors that inks have and dyes rarely."""
    for channel in range(3):
        for level in _LEVELS:
            light = (rgb[..., channel] > level).astype(np.uint8)
            yield light
            yield 1 - light
    yield from _inks(rgb)


def _inks(rgb: RGB8) -> Iterator[npt.NDArray[np.uint8]]:
    """Mark strong yellow, red, green and blue, deep black and pure white.

    Single channels separate neither yellow letters from a black-and-white design nor black from dark brown.
    """
    red, green, blue = (rgb[..., channel].astype(np.int16) for channel in range(3))
    strong = (
        np.minimum(red, green) - blue,
        red - np.maximum(green, blue),
        green - np.maximum(red, blue),
        blue - np.maximum(red, green),
    )
    for color in strong:
        for level in _STRONG:
            yield (color > level).astype(np.uint8)
    for level in _BLACK:
        yield (rgb.max(axis=2) <= level).astype(np.uint8)
    for level in _WHITE:
        yield (rgb.min(axis=2) >= level).astype(np.uint8)


def _lines(layer: int, mask: npt.NDArray[np.uint8]) -> Iterator[_Line]:
    pieces = _letter_like(mask)
    if not _LEAST_LETTERS <= len(pieces) <= _MOST_PIECES:
        return
    left, top, wide, high, _ = pieces.T
    for members in _in_lines(pieces):
        area, median = pieces[members, 4], float(np.median(high[members]))
        alike = int(((high > 0.6 * median) & (high < 1.6 * median)).sum())
        variety = min(0.4, float(area.std() / area.mean()))
        box = (left[members].min(), top[members].min())
        ends = ((left + wide)[members].max(), (top + high)[members].max())
        yield _Line(
            layer=layer,
            box=(int(box[0]), int(box[1]), int(ends[0]), int(ends[1])),
            score=len(members) * len(members) / alike * variety,
        )


def _letter_like(mask: npt.NDArray[np.uint8]) -> Boxes:
    """Return the pieces that could be letters; none touches the rim."""
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    left, top, wide, high, area = stats.T
    height, width = mask.shape
    fits = (high >= _LEAST_HIGH_PX) & (high <= _MOST_HIGH * max(mask.shape))
    fits &= (wide <= 2.0 * high) & (wide >= 0.1 * high) & (area >= 0.12 * wide * high)
    fits &= (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    letters = np.asarray(stats[fits], np.float64)
    return letters[np.argsort(letters[:, 0], kind="stable")]


def _in_lines(pieces: Boxes) -> list[list[int]]:
    """Join pieces of similar height that stand close together on one level, into lines of four or more."""
    left, top, wide, high, _ = pieces.T
    foot, line_of = top + high, list(range(len(pieces)))

    def first_of(piece: int) -> int:
        while line_of[piece] != piece:
            line_of[piece] = piece = line_of[line_of[piece]]
        return piece

    for piece in range(len(pieces)):
        after = slice(piece + 1, int(np.searchsorted(left, left[piece] + wide[piece] + 2 * high[piece])))
        taller = np.maximum(high[piece], high[after])
        gap = left[after] - left[piece] - wide[piece]
        level = np.abs(foot[after] - foot[piece]) <= np.maximum(1, 0.06 * taller)
        alike = np.minimum(high[after], high[piece]) > 0.58 * taller
        for offset in np.flatnonzero(level & alike & (gap > -0.1 * taller) & (gap < 1.0 * taller)).tolist():
            line_of[first_of(piece + 1 + offset)] = first_of(piece)
    lines: dict[int, list[int]] = {}
    for piece in range(len(pieces)):
        lines.setdefault(first_of(piece), []).append(piece)
    return [members for members in lines.values() if len(members) >= _LEAST_LETTERS]


def _over_layers(line: _Line, lines: list[_Line]) -> float:
    """Add up the scores of the layers at one place, the best line of each."""
    best: dict[int, float] = {}
    for candidate in lines:
        if candidate.score > best.get(candidate.layer, 0.0) and _same_place(line.box, candidate.box):
            best[candidate.layer] = candidate.score
    return sum(best.values())


def _same_place(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    heights = a[3] - a[1], b[3] - b[1]
    overlap = min(wide, high) > 0 and wide * high > 0.4 * least
    return overlap and abs(heights[0] - heights[1]) < 0.5 * heights[0]


def _likeness_elsewhere(gray: Gray8, line: _Line) -> float:
    """Return the highest correlation, 0..1, of a line's picture with another place."""
    left, top, right, bottom = line.box
    half = (bottom - top) // 2
    correlation = cv2.matchTemplate(gray, gray[top:bottom, left:right], cv2.TM_CCOEFF_NORMED)
    correlation[max(0, top - half) : top + half + 1, max(0, left - half) : left + half + 1] = 0
    return float(np.clip(correlation.max(), 0, 1))
