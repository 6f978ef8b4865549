"""Pairs of pictures whose scores are golden: a reuse of each kind, and what is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from motif.arrays import Gray8
from motif.fingerprint import Fingerprint, fingerprint
from motif.matching.search import compare
from motif.profiles import CHEAPEST_1, STANDARD_1, Profile

SCORES = Path(__file__).with_name("scores.json")


def cells(seed: int, levels: int = 256) -> np.ndarray:
    """Return 24 x 30 irregular whole numbers below ``levels``, the same everywhere."""
    y, x = np.mgrid[:24, :30].astype(np.uint64)
    mixed = (x * np.uint64(7919) ^ y * np.uint64(104729) ^ np.uint64(seed * 15485863)) * np.uint64(2654435761)
    return np.asarray((mixed >> np.uint64(9)) % np.uint64(levels), np.int64)


def cloth(seed: int) -> Gray8:
    """Draw squares of 12 px in many grays, softened so that there are keypoints."""
    return soft(np.kron(cells(seed), np.ones((12, 12), np.int64)).astype(np.uint8))


def in_tones(seed: int, tones: tuple[int, int, int]) -> Gray8:
    """Draw squares of 12 px in three tones."""
    return soft(np.kron(np.array(tones, np.uint8)[cells(seed, 3)], np.ones((12, 12), np.uint8)))


def soft(gray: np.ndarray) -> Gray8:
    """Average over 5 px."""
    return np.asarray(cv2.blur(gray, (5, 5)), np.uint8)


def patched(side_px: int) -> Gray8:
    """Lay a square of cloth 1 on cloth 3."""
    picture = cloth(3)
    picture[20 : 20 + side_px, 30 : 30 + side_px] = cloth(1)[20 : 20 + side_px, 30 : 30 + side_px]
    return picture


def checked(step_px: int, dark: int) -> Gray8:
    """Draw a gingham: two crossing rows of stripes, soft at their edges."""
    y, x = np.mgrid[:288, :360] // step_px % 2
    return soft((230 - (230 - dark) * (x + y) // 2).astype(np.uint8))


def hills(lift: int) -> Gray8:
    """Draw slow waves: a picture with hardly a keypoint."""
    y, x = np.mgrid[:288, :360]
    return np.asarray((x * (359 - x) // 400 + y * (287 - y) // 250) // 2 + 20 + lift, np.uint8)


def slope(lift: int = 0) -> Gray8:
    """Rise from left to right: no keypoint, no stroke."""
    return np.asarray(np.mgrid[:288, :360][1] * 240 // 359 + lift, np.uint8)


def labelled(picture: Gray8) -> Gray8:
    """Lay a label with words on a picture."""
    out = picture.copy()
    out[150:270, 180:340] = 250
    for row, words in enumerate(("BATIK 41", "Rp 185.000", "No. 0417", "Blitar, Mei")):
        place = (188, 174 + 29 * row)
        cv2.putText(out, words, place, cv2.FONT_HERSHEY_DUPLEX, 0.75, 10, 2)
    return out


def enlarged_part() -> Gray8:
    """Cut out a part of cloth 1, twice as large."""
    return np.asarray(np.kron(cells(1)[4:17, 5:21], np.ones((24, 24), np.int64)), np.uint8)


Draw = Callable[[], np.ndarray]

PAIRS: dict[str, tuple[Profile, Draw, Draw]] = {
    "the same file": (CHEAPEST_1, lambda: cloth(1), lambda: cloth(1)),
    "in fewer levels": (CHEAPEST_1, lambda: cloth(1) // 16 * 16, lambda: cloth(1)),
    "mirrored": (CHEAPEST_1, lambda: cloth(1)[:, ::-1], lambda: cloth(1)),
    "turned, dark for light": (CHEAPEST_1, lambda: 255 - np.rot90(cloth(1)), lambda: cloth(1)),
    "a part, enlarged": (CHEAPEST_1, enlarged_part, lambda: cloth(1)),
    "a large patch": (CHEAPEST_1, lambda: patched(170), lambda: cloth(1)),
    "a patch": (CHEAPEST_1, lambda: patched(125), lambda: cloth(1)),
    "a small patch": (CHEAPEST_1, lambda: patched(100), lambda: cloth(1)),
    "unrelated": (CHEAPEST_1, lambda: cloth(2), lambda: cloth(1)),
    "in other tones": (CHEAPEST_1, lambda: in_tones(4, (20, 220, 120)), lambda: in_tones(4, (20, 120, 220))),
    "one label on two designs": (CHEAPEST_1, lambda: labelled(cloth(2)), lambda: labelled(cloth(1))),
    "no keypoint, a little lighter": (CHEAPEST_1, lambda: slope(4), slope),
    "two ginghams": (CHEAPEST_1, lambda: checked(17, 40), lambda: checked(24, 90)),
    "a slope": (CHEAPEST_1, slope, lambda: cloth(1)),
    "hills": (CHEAPEST_1, lambda: hills(0), lambda: cloth(1)),
    "a part, enlarged, standard": (STANDARD_1, enlarged_part, lambda: cloth(1)),
    "a patch, standard": (STANDARD_1, lambda: patched(100), lambda: cloth(1)),
    "in other tones, standard": (
        STANDARD_1,
        lambda: in_tones(4, (20, 220, 120))[:, ::-1],
        lambda: in_tones(4, (20, 120, 220)),
    ),
}
"""What is asked about, and what it is compared with."""


@cache
def _fingerprint(data: bytes, width_px: int, profile: Profile) -> Fingerprint:
    return fingerprint(np.frombuffer(data, np.uint8).reshape(-1, width_px), profile)


def scored(name: str) -> dict[str, Any]:
    """Compare a pair."""
    profile, *draw = PAIRS[name]
    query, registered = (
        _fingerprint(picture.tobytes(), picture.shape[1], profile)
        for picture in (np.asarray(one(), np.uint8) for one in draw)
    )
    found = compare(query, registered)
    return {
        "score": round(found.score, 4),
        "verdict": found.verdict,
        "basis": found.basis,
        "mirrored": found.mirrored,
        "negative": found.negative,
    }


def make_scores() -> dict[str, Any]:
    """Compute the content of scores.json."""
    return {name: scored(name) for name in PAIRS}
