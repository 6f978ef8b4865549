"""Write the golden hashes: ``python tests/golden/regenerate.py``; the diff is the review."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from motif.hashes import dhash, phash
from motif.normalize.light import even_light
from motif.normalize.resize import resize_long_edge

HASHES = Path(__file__).with_name("hashes.json")


def pictures() -> dict[str, np.ndarray]:
    """Return pictures made by integer formulas, the same on every machine: uint8, shape (H, W)."""
    y, x = np.mgrid[0:500, 0:700].astype(np.int64)
    return {
        "slopes": ((x * 3 + y * 2) % 251).astype(np.uint8),
        "rings": (((x - 350) ** 2 + (y - 250) ** 2) // 97 % 256).astype(np.uint8),
        "checks": ((x // 37 + y // 29) % 2 * 200 + x // 20).astype(np.uint8),
        "waves": ((x * y) // 331 % 256).astype(np.uint8),
        "small": ((x * x + 7 * y) % 256).astype(np.uint8)[:90, :120],
    }


def golden() -> dict[str, dict[str, str]]:
    """Hash each picture as a swatch is hashed."""
    made = {}
    for name, gray in pictures().items():
        luma = even_light(resize_long_edge(gray, 640), sigma_px=40)
        made[name] = {"phash": phash(luma).hex(), "dhash": dhash(luma).hex()}
    return made


if __name__ == "__main__":
    HASHES.write_text(json.dumps(golden(), indent=2) + "\n")
