#!/usr/bin/env python3
"""Make the small cloths that `motif serve --demo` shows, from the committed samples.

python samples/demo_cloths.py    # writes src/motif/web/demo_cloths
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

SAMPLES = Path(__file__).resolve().parent
FOLDER = SAMPLES.parent / "src" / "motif" / "web" / "demo_cloths"
LONG_EDGE_PX = 720
CLOTHS = ("ceplok_0014", "kawung_0011", "ciprat_0014", "parang_0016", "mega_mendung_0016", "semen_0018")
CLOTHS += ("nitik_0015", "truntum_0014")


def main() -> int:
    """Write the cloths, and the two photos that are asked about."""
    FOLDER.mkdir(exist_ok=True)
    for name in CLOTHS:
        small(SAMPLES / f"{name}.jpg", FOLDER / f"{name}.jpg")
    for name in ("reused", "new"):
        small(SAMPLES / "queries" / f"{name}.jpg", FOLDER / f"{name}.jpg")
    return 0


def small(source: Path, target: Path) -> None:
    """Write a picture at the size of the trial."""
    with Image.open(source) as picture:
        picture.thumbnail((LONG_EDGE_PX, LONG_EDGE_PX), Image.Resampling.LANCZOS)
        picture.save(target, quality=76, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
