"""Show registered designs on pages with others: which of them does a check of the page find?

    python benchmarks/pages.py [--photos FOLDER] [--shown 100] [--seed 1] [--pictures FOLDER]

Pages with two, four and six designs in turn: a catalogue with captions, a collage with thin gutters and no
margin, cloths beside each other on a plain sheet. Every second design of a page is registered, the other is a
stranger. Prints, for each number of designs, the share of the registered ones that a check of the page
calls a conflict, and how many conflicts name a design that the page does not show. Without --photos the
designs are drawn.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from motif import Registry

Picture = np.ndarray
COUNTS = (2, 4, 6)
GROUNDS = ((255, 255, 255), (250, 246, 236), (24, 24, 28), (188, 188, 186), (226, 232, 240))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a page is laid out: pixels of its longer side, shares of it, and whether it has words."""

    name: str
    long_edge_px: int
    margin: float
    gutter: float
    has_words: bool


LAYOUTS = (
    Layout(name="catalogue", long_edge_px=1600, margin=0.05, gutter=0.05, has_words=True),
    Layout(name="collage", long_edge_px=1290, margin=0.0, gutter=0.02, has_words=False),
    Layout(name="sheet", long_edge_px=1290, margin=0.024, gutter=0.024, has_words=False),
)


def main() -> None:
    """Print a row for each number of designs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="pictures of different designs; by default drawn ones")
    parser.add_argument("--shown", type=int, default=100, help="registered designs shown")
    parser.add_argument("--seed", type=int, default=1, help="draws the designs and the pages")
    parser.add_argument("--pictures", type=Path, help="write the pages here")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    designs = designs_of(options.photos, 2 * options.shown, options.seed)
    known, strangers = designs[: options.shown], designs[options.shown :]
    shown, found, wrong = Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, Registry.open(Path(folder) / "registry") as registry:
        for number, design in enumerate(known):
            registry.register(jpeg(design, 92), title=str(number), allow_duplicate=True)
        for number, titles in enumerate(_groups(options.shown)):
            layout, count = LAYOUTS[number % len(LAYOUTS)], 2 * len(titles)
            cells = [rgb for title in titles for rgb in (known[title], strangers[title])]
            order = rng.permutation(count)
            ground = GROUNDS[rng.integers(len(GROUNDS))]
            page = jpeg(page_of([cells[k] for k in order], layout, ground, rng), 86)
            if options.pictures:
                options.pictures.mkdir(parents=True, exist_ok=True)
                (options.pictures / f"{number:03}-{layout.name}-{count}.jpg").write_bytes(page)
            matches = registry.check(page, limit=50).matches
            conflicts = {int(match.entry.title) for match in matches if match.verdict == "conflict"}
            for row in (f"{count} designs", layout.name, "all"):
                shown[row] += len(titles)
                found[row] += len(conflicts & set(titles))
                wrong[row] += len(conflicts - set(titles))
            if missed := sorted(set(titles) - conflicts):
                print(f"  page {number} ({layout.name}, {count} designs) misses {missed}", flush=True)
            if conflicts - set(titles):
                print(f"  page {number} ({layout.name}) wrong {sorted(conflicts - set(titles))}", flush=True)
    for row in shown:
        share = found[row] / shown[row]
        print(f"{row:12} found {share:.3f} ({found[row]} of {shown[row]}), wrong {wrong[row]}")


def page_of(
    cells: Sequence[Picture], layout: Layout, ground: tuple[int, int, int], rng: np.random.Generator
) -> Picture:
    """Lay designs out in two columns, or in one or two rows, each filling its cell."""
    columns = 2 if len(cells) < 6 or rng.random() < 0.5 else 3
    rows = len(cells) // columns
    edge = layout.long_edge_px
    margin, gutter = round(layout.margin * edge), round(layout.gutter * edge)
    words = round(0.045 * edge) if layout.has_words else 0
    width = edge if columns >= rows else round(edge * rng.uniform(0.66, 0.8))
    height = round(edge * rng.uniform(0.6, 0.8)) if columns >= rows else edge
    wide = (width - 2 * margin - (columns - 1) * gutter) // columns
    high = (height - 2 * margin - (rows - 1) * gutter - rows * words) // rows
    page = Image.new("RGB", (width, height), ground)
    draw, ink = ImageDraw.Draw(page), "white" if sum(ground) < 300 else "black"
    for k, rgb in enumerate(cells):
        x = margin + k % columns * (wide + gutter)
        y = margin + k // columns * (high + gutter + words)
        page.paste(fit(rgb, wide, high), (x, y))
        if words:
            font = ImageFont.load_default(round(0.02 * edge))
            draw.text((x, y + high + 6), f"Motif {k + 1}, Rp {185 + 10 * k}.000", fill=ink, font=font)
    return np.asarray(page)


def _groups(shown: int) -> Iterator[range]:
    """Divide the registered designs among pages of two, four and six."""
    start = number = 0
    while start < shown:
        end = min(start + COUNTS[number // len(LAYOUTS) % len(COUNTS)] // 2, shown)
        yield range(start, end)
        start, number = end, number + 1


def designs_of(folder: Path | None, count: int, seed: int) -> list[Picture]:
    """Choose pictures of a folder, or draw cloths."""
    if folder is None:
        first = 100_000 + 1000 * seed
        return [
            draw_cloth(FAMILIES[k % len(FAMILIES)], first + k, long_edge_px=800).rgb for k in range(count)
        ]
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    chosen = np.random.default_rng(seed).choice(len(paths), count, replace=False)
    return [np.asarray(Image.open(paths[k]).convert("RGB")) for k in chosen]


def jpeg(rgb: Picture, quality: int) -> bytes:
    """Encode a picture."""
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=quality)
    return out.getvalue()


def fit(rgb: Picture, width: int, height: int) -> Image.Image:
    """Fill a cell: scaled until it is covered, and cut about the middle."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    size = (max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale)))
    whole = Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return whole.crop((left, top, left + width, top + height))


if __name__ == "__main__":
    main()
