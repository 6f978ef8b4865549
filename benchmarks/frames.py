"""Put pictures of different designs into one frame, and the same design into two: what is called a conflict?

    python benchmarks/frames.py [--photos FOLDER] [--designs 10] [--seed 1] [--pictures FOLDER]

Twelve kinds of frame, drawn: pages that stand around the picture, and marks that lie on it. Prints, for each
kind, the share of pairs of different designs that are "conflict" and "review", and over all kinds how often
the same design, in two frames, dyed anew and cropped, is a conflict. Without --photos the designs are drawn.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.cards import color_chart
from clothmaker.reuse import crop, redye
from motif import compare, fingerprint

Picture = np.ndarray
Frame = Callable[[Picture], Image.Image]


def main() -> None:
    """Print a row a frame, and the reuses found across frames."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="pictures of different designs; by default drawn ones")
    parser.add_argument("--designs", type=int, default=10, help="designs in each frame")
    parser.add_argument("--seed", type=int, default=1, help="draws the designs, dyes and crops")
    parser.add_argument("--pictures", type=Path, help="write one picture of each frame here")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    designs = chosen_designs(options.photos, options.designs, options.seed)
    total: Counter[str] = Counter()
    for name, frame in FRAMES.items():
        framed = [_jpeg(frame(design)) for design in designs]
        if options.pictures:
            options.pictures.mkdir(parents=True, exist_ok=True)
            (options.pictures / f"{name}.jpg").write_bytes(framed[0])
        prints = [fingerprint(data) for data in framed]
        verdicts = Counter(compare(a, b).verdict for a, b in combinations(prints, 2))
        total += verdicts
        print(_row(name, verdicts), flush=True)
    print(_row("all", total))
    names = list(FRAMES)
    found = 0
    for number, design in enumerate(designs):
        first, second = (FRAMES[names[(number + shift) % len(names)]] for shift in (0, 5))
        reused = redye(crop(design, rng, 0.6), rng)
        found += compare(_jpeg(second(reused)), _jpeg(first(design))).verdict == "conflict"
    print(f"same design, two frames: conflict {found} of {len(designs)}")


def _row(name: str, verdicts: Counter[str]) -> str:
    pairs = verdicts.total()
    counts = (f"{verdict} {verdicts[verdict]:3}" for verdict in ("conflict", "review"))
    return f"{name:20} {' '.join(counts)} of {pairs}"


def chosen_designs(folder: Path | None, count: int, seed: int) -> list[Picture]:
    """Return pictures of different designs: some of a folder, or drawn ones."""
    if folder is None:
        return [
            draw_cloth(FAMILIES[k % len(FAMILIES)], 7 * seed + k, long_edge_px=900).rgb for k in range(count)
        ]
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    chosen = np.random.default_rng(seed).choice(len(paths), count, replace=False)
    return [np.asarray(Image.open(paths[k]).convert("RGB")) for k in chosen]


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=86)
    return out.getvalue()


def _fit(rgb: Picture, width: int, height: int) -> Image.Image:
    """Fill a box, as apps do: scaled until it is covered, and cut about the middle."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    size = (max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale)))
    whole = Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return whole.crop((left, top, left + width, top + height))


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, fill: str) -> None:
    draw.text(place, text, fill=fill, font=ImageFont.load_default(size))


def _app(ground: str, ink: str, *, square: bool) -> Frame:
    def frame(rgb: Picture) -> Image.Image:
        page = Image.new("RGB", (720, 1480), ground)
        draw = ImageDraw.Draw(page)
        _write(draw, (36, 18), "10:24", 26, ink)
        _write(draw, (560, 18), "4G  61%", 26, ink)
        draw.ellipse((24, 84, 92, 152), fill="seagreen")
        _write(draw, (112, 100), "batik.nusantara.id", 32, ink)
        page.paste(_fit(rgb, 720, 720 if square else 880), (0, 172))
        below = 172 + (720 if square else 880) + 20
        for x in (30, 110, 190, 630):
            draw.polygon([(x, below + 44), (x + 24, below), (x + 48, below + 44)], outline=ink, width=5)
        for k, line in enumerate(("2.381 suka", "Warna alami, tulis tangan", "Lihat semua 41 komentar")):
            _write(draw, (30, below + 70 + 46 * k), line, 28, ink)
        return page

    return frame


def _shop(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (1200, 900), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1200, 70), fill=(240, 90, 30))
    _write(draw, (30, 16), "Toko Kain Sejahtera", 34, "white")
    page.paste(_fit(rgb, 620, 620), (40, 110))
    for k in range(4):
        page.paste(_fit(rgb, 130, 130), (40 + 150 * k, 750))
    for k, line in enumerate(("Kain batik cap katun", "Rp 185.000", "Terjual 312", "Ukuran 2 m x 1,15 m")):
        _write(draw, (700, 130 + 70 * k), line, 34, "black")
    draw.rectangle((700, 480, 1140, 560), fill=(240, 90, 30))
    _write(draw, (800, 500), "Beli sekarang", 34, "white")
    return page


def _museum(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (1100, 1100), (188, 188, 186))
    page.paste(_fit(rgb, 1000, 780), (50, 50))
    page.paste(Image.fromarray(color_chart(260)), (60, 870))
    draw = ImageDraw.Draw(page)
    draw.rectangle((360, 900, 1040, 960), fill=(236, 228, 190))
    for k, x in enumerate(range(360, 1040, 10)):
        draw.line((x, 900, x, 930 if k % 10 == 0 else 915), fill="black", width=2)
    _write(draw, (360, 990), "Inv. 1911-204-7", 34, "black")
    return page


def _polaroid(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (800, 960), (250, 248, 240))
    page.paste(_fit(rgb, 700, 700), (50, 50))
    _write(ImageDraw.Draw(page), (180, 810), "Blitar, Mei 2024", 52, (60, 60, 60))
    return page


def _slide(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (1280, 720), (22, 44, 92))
    draw = ImageDraw.Draw(page)
    _write(draw, (60, 40), "Ragam Hias Jawa Timur", 56, "white")
    page.paste(_fit(rgb, 640, 500), (60, 150))
    for k, line in enumerate(("Teknik: cap", "Bahan: katun", "Pewarna: naptol", "Asal: Blitar")):
        _write(draw, (760, 190 + 80 * k), line, 42, "white")
    return page


def _browser(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (1280, 900), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1280, 90), fill=(222, 225, 230))
    draw.rounded_rectangle((150, 20, 1100, 66), 20, fill="white")
    _write(draw, (180, 28), "https://contoh.id/galeri/kain-batik", 24, "black")
    for x in (20, 60, 100):
        draw.ellipse((x, 32, x + 24, 56), fill="gray")
    page.paste(_fit(rgb, 820, 640), (230, 130))
    _write(draw, (230, 800), "Gambar 12 dari 48", 28, "black")
    return page


def _catalogue(rgb: Picture) -> Image.Image:
    page = Image.new("RGB", (1000, 1400), (252, 250, 244))
    draw = ImageDraw.Draw(page)
    page.paste(_fit(rgb, 880, 640), (60, 60))
    words = ["kain", "ini", "dibuat", "dengan", "malam", "panas", "yang", "dipercikkan", "di", "atas", "mori"]
    for row in range(16):
        line = " ".join(words[(row + k) % len(words)] for k in range(11))
        _write(draw, (60, 760 + 38 * row), line, 26, "black")
    return page


def _laid_on(draw_mark: Callable[[Image.Image, ImageDraw.ImageDraw], None]) -> Frame:
    def frame(rgb: Picture) -> Image.Image:
        picture = _fit(rgb, 900, 900)
        draw_mark(picture, ImageDraw.Draw(picture, "RGBA"))
        return picture

    return frame


def _card(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((600, 680, 880, 880), fill=(250, 250, 250, 255))
    draw.ellipse((620, 700, 680, 760), outline="navy", width=6)
    for k, line in enumerate(("DINAS PERINDUSTRIAN", "Kab. Blitar", "No. 00417")):
        _write(draw, (620, 780 + 30 * k), line, 20, "black")


def _banner(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 780, 900, 900), fill=(200, 20, 30, 255))
    _write(draw, (40, 805), "DISKON 30% - GRATIS ONGKIR", 50, "white")
    draw.ellipse((40, 40, 240, 240), fill=(250, 210, 0, 255))
    _write(draw, (75, 110), "BARU!", 46, "red")


def _watermark(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    for y in (200, 420, 640):
        _write(draw, (110, y), "www.batik-contoh.id", 70, (255, 255, 255, 120))


def _tag(picture: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((380, 20, 520, 200), 16, fill=(245, 240, 225, 255), outline="black", width=3)
    draw.ellipse((440, 32, 460, 52), fill="gray")
    for k, line in enumerate(("SEKAR", "JAGAD", "Rp 250")):
        _write(draw, (398, 66 + 40 * k), line, 32, "maroon")


FRAMES: dict[str, Frame] = {
    "app, light": _app("white", "black", square=False),
    "app, dark": _app("black", "white", square=True),
    "shop page": _shop,
    "museum": _museum,
    "instant picture": _polaroid,
    "slide": _slide,
    "browser": _browser,
    "catalogue": _catalogue,
    "card on it": _laid_on(_card),
    "banner and sticker": _laid_on(_banner),
    "watermark": _laid_on(_watermark),
    "tag": _laid_on(_tag),
}


if __name__ == "__main__":
    main()
