#!/usr/bin/env python3
"""Register the committed cloths, look up a reused and a new design, and print both answers.

python samples/demo.py                             # what `make demo` runs
python samples/demo.py --picture docs/result.jpg   # draw the reused design's evidence instead
"""

from __future__ import annotations

import argparse
import colorsys
import json
import shutil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import motif
from motif.normalize.pictures import cloth_picture
from motif.report.text import check_text

SAMPLES = Path(__file__).resolve().parent
FOLDER = SAMPLES.parent / "demo"
QUERIES = {
    "reused.jpg": "a sample cropped, mirrored, re-dyed and photographed again",
    "new.jpg": "a design that is not among the samples",
}

PAPER, INK, QUIET = "#faf7f0", "#2a211b", "#7a6f66"
EDGE, GAP, HEAD, FOOT = 40, 90, 118, 58
OVERSAMPLING = 2
LINES_MAX = 44


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Register the samples and look two designs up.")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the evidence into FILE instead")
    picture = parser.parse_args().picture
    if picture:
        draw_evidence(picture)
    else:
        demonstrate()
    return 0


def demonstrate() -> None:
    """Register every sample in a fresh registry, then check both queries."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with motif.Registry.open(FOLDER / "registry.motif") as registry:
        for cloth in manifest()["cloths"]:
            entry = registry.register(SAMPLES / cloth["file"], title=title_of(cloth))
            print(f"registered {entry.id}  {entry.title}")
        for name, story in QUERIES.items():
            print(f"\nIs samples/queries/{name} registered already?  ({story})\n")
            print(check_text(registry.check(SAMPLES / "queries" / name, limit=3), width=100))
    print("\nThe registry stays in demo/registry.motif. Look further with, for instance:")
    print("  .venv/bin/motif --registry demo/registry.motif list")
    print("  .venv/bin/motif --registry demo/registry.motif check YOUR-PHOTO.jpg")


def manifest() -> dict[str, list[dict[str, str]]]:
    """Read what the samples are."""
    return json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))


def title_of(cloth: dict[str, str]) -> str:
    """Make a title from the family's name and the seed.

    Examples
    --------
    >>> title_of({"family": "mega_mendung", "seed": 16})
    'Mega mendung 16'
    """
    return f"{cloth['family'].replace('_', ' ').capitalize()} {cloth['seed']}"


def draw_evidence(path: Path) -> None:
    """Draw the reused design beside the sample that it reuses, with places that coincide.

    Parameters
    ----------
    path : Path
        Picture file to write.
    """
    query = manifest()["queries"][0]
    cloth = next(one for one in manifest()["cloths"] if one["file"] == query["source"])
    files = (SAMPLES / query["file"], SAMPLES / query["source"])
    evidence = motif.compare(*files)
    left, right = (swatch_sized(file) for file in files)
    sheet = Sheet(left, right)
    sheet.label(0, "Asked", "mirrored, re-dyed, photographed askew; set straight")
    sheet.label(1, "Registered", title_of(cloth))
    sheet.outline(evidence.transform or ())
    for point in spread_out(np.array(evidence.points), LINES_MAX):
        sheet.connect(point)
    how = "mirrored, " if evidence.mirrored else ""
    sheet.foot(
        f"{evidence.verdict}: {how}the drawing coincides in {len(evidence.points)} places "
        f"({min(LINES_MAX, len(evidence.points))} drawn). The program reports indications; people decide."
    )
    sheet.save(path)


def swatch_sized(file: Path) -> Image.Image:
    """Return a photo's cloth in color, as it was compared: cut out, straight, as large as its swatch."""
    photo = motif.read_photo(file)
    swatch = motif.normalize(photo)
    height, width = swatch.luma.shape
    return Image.fromarray(cloth_picture(photo, swatch)).resize((width, height), Image.Resampling.LANCZOS)


def spread_out(points: np.ndarray, most: int) -> np.ndarray:
    """Choose points far from each other, so that few lines show the whole.

    Parameters
    ----------
    points : ndarray, float, shape (N, 4)
    most : int

    Returns
    -------
    ndarray, float, shape (min(N, most), 4)
    """
    chosen = [0]
    away = np.full(len(points), np.inf)
    while len(chosen) < min(most, len(points)):
        away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
        chosen.append(int(away.argmax()))
    return points[chosen]


class Sheet:
    """Two pictures side by side, and what connects them; drawn large and reduced when saved."""

    def __init__(self, left: Image.Image, right: Image.Image) -> None:
        tall = max(left.height, right.height)
        self.places = (
            (EDGE, HEAD + (tall - left.height) // 2),
            (EDGE + left.width + GAP, HEAD + (tall - right.height) // 2),
        )
        self.pictures = (left, right)
        self.size = (2 * EDGE + left.width + GAP + right.width, HEAD + tall + FOOT)
        big = tuple(side * OVERSAMPLING for side in self.size)
        self.image = Image.new("RGB", big, PAPER)
        for picture, (x, y) in zip(self.pictures, self.places, strict=True):
            enlarged = picture.resize((picture.width * OVERSAMPLING, picture.height * OVERSAMPLING))
            self.image.paste(enlarged, (x * OVERSAMPLING, y * OVERSAMPLING))
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def label(self, side: int, title: str, story: str) -> None:
        """Write above a picture what it is."""
        x = self.places[side][0]
        self._text((x, HEAD - 90), title, 30, INK)
        self._text((x, HEAD - 50), story, 20, QUIET)

    def foot(self, text: str) -> None:
        """Write below both pictures what was found."""
        self._text((EDGE, self.size[1] - FOOT + 17), text, 20, INK)

    def outline(self, transform: tuple[float, ...]) -> None:
        """Show on the registered picture which part the query covers."""
        if not transform:
            return
        picture = self.pictures[0]
        width, height = picture.width - 1, picture.height - 1
        corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
        on = corners @ np.reshape(transform, (3, 3)).T
        target = self.pictures[1]
        inside = np.clip(on[:, :2] / on[:, 2:], 1, [target.width - 2, target.height - 2])
        ring = [self._at(1, *corner) for corner in inside]
        self.draw.line([*ring, ring[0]], fill="#ffffffd0", width=3 * OVERSAMPLING, joint="curve")
        self.draw.line([*ring, ring[0]], fill="#2a211b", width=OVERSAMPLING, joint="curve")

    def connect(self, point: np.ndarray) -> None:
        """Draw one pair of places, in a color that says where on the query it lies."""
        start, end = self._at(0, *point[:2]), self._at(1, *point[2:])
        hue = float(point[1]) / self.pictures[0].height
        color = tuple(round(255 * part) for part in colorsys.hsv_to_rgb(0.02 + 0.86 * hue, 0.85, 0.95))
        self.draw.line([start, end], fill=(*color, 190), width=round(1.1 * OVERSAMPLING))
        for x, y in (start, end):
            for radius, fill in ((5.2, "#ffffff"), (3.8, color)):
                reach = radius * OVERSAMPLING
                self.draw.ellipse([x - reach, y - reach, x + reach, y + reach], fill=fill)

    def save(self, path: Path) -> None:
        """Write the picture."""
        reduced = self.image.resize(self.size, Image.Resampling.LANCZOS)
        reduced.save(path, quality=86, optimize=True)

    def _at(self, side: int, x: float, y: float) -> tuple[float, float]:
        left, top = self.places[side]
        return (left + x + 0.5) * OVERSAMPLING, (top + y + 0.5) * OVERSAMPLING

    def _text(self, place: tuple[int, int], text: str, size: int, fill: str) -> None:
        font = ImageFont.load_default(size * OVERSAMPLING)
        self.draw.text((place[0] * OVERSAMPLING, place[1] * OVERSAMPLING), text, fill=fill, font=font)


if __name__ == "__main__":
    raise SystemExit(main())
