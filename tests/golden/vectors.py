"""What the golden vectors are made of: pictures from whole-number formulas, the same everywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from motif.arrays import Gray8
from motif.fingerprint import fingerprint
from motif.hashes import dhash, phash
from motif.normalize.light import even_light
from motif.normalize.swatch import normalize
from motif.photo.photo import read_photo
from motif.profiles import CHEAPEST_1
from motif.resize import resize_long_edge

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
HASHES = HERE / "hashes.json"
FINGERPRINT = HERE / "fingerprint.json"

Hashes = dict[str, str]


def _grid(height_px: int, width_px: int) -> tuple[np.ndarray, np.ndarray]:
    return np.mgrid[:height_px, :width_px].astype(np.int64)


def slope() -> Gray8:
    """Rise from left to right, a little from top to bottom."""
    y, x = _grid(240, 320)
    return ((2 * x + y) * 255 // 878).astype(np.uint8)


def squares() -> Gray8:
    """Show checks of 24 px whose size does not divide the picture's."""
    y, x = _grid(250, 333)
    return ((x // 24 + y // 24) % 2 * 180 + 40).astype(np.uint8)


def rings() -> Gray8:
    """Show rings round a point off the middle."""
    y, x = _grid(301, 407)
    return (((x - 130) ** 2 + (y - 90) ** 2) // 97 % 256).astype(np.uint8)


def lattice() -> Gray8:
    """Repeat a pattern of products, as a batik repeats its ornament."""
    y, x = _grid(400, 600)
    return ((x % 61) * (y % 47) * 255 // 2760).astype(np.uint8)


def blots() -> Gray8:
    """Show irregular blots from a multiplicative congruence."""
    y, x = _grid(20, 28)
    level = (x * 7919 + y * 104729 + (x * y) ** 2 * 31) % 65537 % 256
    return np.kron(level, np.ones((17, 17), np.int64)).astype(np.uint8)


def tall() -> Gray8:
    """Show a narrow, tall picture with a few levels."""
    y, x = _grid(777, 99)
    return ((x * x // 50 + y * y // 333) % 5 * 60).astype(np.uint8)


PICTURES: dict[str, Callable[[], Gray8]] = {
    made.__name__: made for made in (slope, squares, rings, lattice, blots, tall)
}


def swatch_pictures() -> dict[str, Gray8]:
    """Return pictures that are brought to swatches before they are hashed, as a photo is."""
    y, x = _grid(500, 700)
    return {
        "slopes": ((x * 3 + y * 2) % 251).astype(np.uint8),
        "circles": (((x - 350) ** 2 + (y - 250) ** 2) // 97 % 256).astype(np.uint8),
        "checks": ((x // 37 + y // 29) % 2 * 200 + x // 20).astype(np.uint8),
        "waves": ((x * y) // 331 % 256).astype(np.uint8),
        "small": ((x * x + 7 * y) % 256).astype(np.uint8)[:90, :120],
    }


def evened_hashes(gray: Gray8) -> Hashes:
    """Hash a picture after the steps that make a photo's swatch."""
    return picture_hashes(even_light(resize_long_edge(gray, 640), sigma_px=40))


def picture_hashes(gray: Gray8) -> Hashes:
    """Hash a picture as it is."""
    return {"phash": phash(gray).hex(), "dhash": dhash(gray).hex()}


def swatch_hashes(path: Path) -> Hashes:
    """Hash the swatch of a photo, decoded whole."""
    return picture_hashes(normalize(read_photo(path)).luma)


def sample_files() -> list[str]:
    """List the committed cloths."""
    return [cloth["file"] for cloth in json.loads((SAMPLES / "manifest.json").read_text())["cloths"]]


def stored_picture() -> Gray8:
    """Return the picture of the stored fingerprint: blots, softened so that there are keypoints."""
    return cv2.blur(blots(), (5, 5))


def make_hashes() -> dict[str, Any]:
    """Compute the content of hashes.json."""
    return {
        "pictures": {name: picture_hashes(draw()) for name, draw in PICTURES.items()},
        "swatches": {name: evened_hashes(gray) for name, gray in swatch_pictures().items()},
        "samples": {name: swatch_hashes(SAMPLES / name) for name in sample_files()},
    }


def make_fingerprint() -> dict[str, Any]:
    """Compute the content of fingerprint.json: one fingerprint in both stored forms."""
    made = fingerprint(stored_picture(), CHEAPEST_1)
    return {"bytes": base64.b64encode(made.to_bytes()).decode(), "json": made.to_json(), "text": str(made)}
