"""How often a motif is described rightly, on generated ornaments and drawn cloths, and what it costs.

    python benchmarks/describe.py [--seeds 6] [--first 0]

Thresholds of features/lattice.py, repeat.py and symmetry.py were set while looking at seeds 0 to 20,
2000 to 2030 and 3000 to 3010; figures that are told (docs/describe.md) come from others.

Ornaments of all 17 wallpaper groups with random motifs: 10 % noise, uneven light, turned up to 5 degrees,
sheared up to 3 %, three scales. Borders of the 7 frieze groups. Splashes against repeats among drawn cloths.
Dyes of drawn cloths, and their order under casts.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.ornament import FRIEZES, GENERATORS, draw_border, draw_ornament, worn
from motif import describe
from motif.color import delta_e, lab, linear
from motif.features.bravais import lattice_distance
from motif.features.palette import PaletteColor, find_palette

CELLS_PX = (44, 64, 96)


def ornaments(seeds: range) -> dict[str, float]:
    """Shares of ornaments whose lattice is within 2 %, and whose group comes first, or among three."""
    rows = []
    for group in GENERATORS:
        for seed in seeds:
            rng = np.random.default_rng([seed, 5])
            turn_deg, shear = rng.uniform(-5, 5), rng.uniform(-0.03, 0.03)
            ornament = draw_ornament(group, seed, cell_px=CELLS_PX[seed % 3], turn_deg=turn_deg, shear=shear)
            description = describe(worn(ornament.rgb, rng))
            vectors = np.array(description.repeat.vectors_px)
            near = len(vectors) == 2 and lattice_distance(vectors, ornament.basis_px) <= 0.02
            names = [name for name, _ in description.symmetry.ranked]
            rows.append((near, names[:1] == [group], group in names[:3]))
    return dict(zip(("lattice", "group first", "group in three"), np.mean(rows, axis=0), strict=True))


def borders(seeds: range) -> dict[str, float]:
    """Shares of borders with one vector within 2 %, and with the right frieze group first."""
    rows = []
    for group in FRIEZES:
        for seed in seeds:
            border = draw_border(group, seed, period_px=(44, 60, 80)[seed % 3])
            description = describe(worn(border.rgb, np.random.default_rng(seed)))
            vectors = description.repeat.vectors_px
            near = len(vectors) == 1 and abs(np.hypot(*vectors[0]) / border.basis_px[0, 0] - 1) <= 0.02
            rows.append((near, near and description.symmetry.best == group))
    return dict(zip(("border vector", "frieze first"), np.mean(rows, axis=0), strict=True))


def splashes(seeds: int) -> dict[str, float]:
    """Share of drawn cloths for which likeness to scatter falls on the right side of one half."""
    right = []
    for family in FAMILIES:
        for seed in range(300, 300 + (9 if family == "ciprat" else 1) * seeds):
            likeness = describe(draw_cloth(family, seed, long_edge_px=640).rgb).scatter.likeness
            right.append((likeness > 0.5) == (family == "ciprat"))
    return {"scatter or repeat": float(np.mean(right))}


def colors(seeds: range) -> dict[str, float]:
    """Share of the area whose dye is within Delta E00 4 of a found colour, and of colours whose order holds.

    Dyes are the colours of 1 % of the drawing or more before hand, wax and loom. Casts make each channel of
    light up to 20 % weaker or stronger; colours are matched by where they go under the same cast, and two of
    them have an order if their shares differ by a tenth of the cloth or more.
    """
    near, orders = [], []
    for family in FAMILIES:
        for seed in seeds:
            seen = draw_cloth(family, seed, long_edge_px=640).rgb
            shades, counts = np.unique(
                draw_cloth(family, seed, long_edge_px=640, texture=False).rgb.reshape(-1, 3),
                axis=0,
                return_counts=True,
            )
            much = counts >= 0.01 * counts.sum()
            colors = find_palette(seen).colors
            measured = np.array([color.lab for color in colors])
            delta = delta_e(lab(shades[much][None])[0][:, None], measured[None])
            near.append(counts[much][delta.min(1) <= 4].sum() / counts[much].sum())
            gains = np.random.default_rng(seed).uniform(0.8, 1.2, 3)
            order = cast_order(colors, find_palette(with_cast(seen, gains)).colors, gains)
            orders += [order] if order is not None else []
    return {"dyes within 4, area": float(np.mean(near)), "order under casts": float(np.mean(orders))}


def with_cast(rgb: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Multiply the channels of light."""
    light = np.clip(linear(rgb) * gains, 0, 1)
    return np.rint(
        255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    ).astype(np.uint8)


def cast_order(
    plain: tuple[PaletteColor, ...], cast: tuple[PaletteColor, ...], gains: np.ndarray
) -> float | None:
    """Share of ordered pairs of colours that keep their order under a cast; None without such a pair."""
    rgb = np.array([[int(color.hex[k : k + 2], 16) for k in (1, 3, 5)] for color in plain], np.uint8)
    measured = np.array([color.lab for color in cast])
    delta = delta_e(lab(with_cast(rgb[None], gains))[0][:, None], measured[None])
    share = [cast[k].share for k in delta.argmin(1)]
    pairs = [(a, b) for a in range(len(plain)) for b in range(a) if plain[b].share - plain[a].share >= 0.1]
    return float(np.mean([share[b] > share[a] for a, b in pairs])) if pairs else None


def cost(rounds: int = 7) -> dict[str, float]:
    """CPU time of ``describe`` over that of Pillow opening the same 12-megapixel JPEG."""
    drawn = cv2.resize(draw_cloth("semen", 7).rgb, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    noisy = np.clip(drawn + np.random.default_rng(1).normal(0, 6, drawn.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=90)
    times: dict[str, list[float]] = {"open": [], "describe": []}
    for _ in range(rounds + 1):
        for name, work in (
            ("open", lambda: Image.open(out).load()),
            ("describe", lambda: describe(out.getvalue())),
        ):
            started = time.process_time()
            work()
            times[name].append(time.process_time() - started)
    opened, described = (float(np.median(times[name][1:])) for name in ("open", "describe"))
    return {"describe, ms": 1e3 * described, "describe / open": described / opened}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=6, help="seeds of each group")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    cv2.setNumThreads(1)
    for figures in (
        cost(),
        ornaments(seeds),
        borders(seeds),
        splashes(max(1, len(seeds) // 2)),
        colors(seeds),
    ):
        for name, value in figures.items():
            print(f"{name:20}{value:8.3f}", flush=True)


if __name__ == "__main__":
    main()
