"""How well cloths are cut out of floors, and which captures the gate catches.

    python benchmarks/normalize.py [--scenes 80] [--whole 60] [--spoiled 40] [--photos DIR] [--seed 0]

Drawn cloths on drawn floors, seen by a pinhole camera at up to 38 degrees: the error of a corner is that
of the worst of four, over the picture's diagonal. Cloths that fill the frame must stay whole. For the gate,
each finding's measurement is compared on good and on spoiled pictures (area under the ROC curve), and
the shipped limits are applied to the good ones. ``--photos`` adds a folder of real pictures that fill the
frame; nothing of them is kept. Limits were tuned with ``--seed 0``: take another one to judge them.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.cards import A4_CM, a4_sheet, color_chart, gray_card, laid_on
from clothmaker.scenes import photograph
from clothmaker.spoil import SPOILS, tint
from clothmaker.worn import wear
from motif import CAPTURE_1, FILING_1, inspect, normalize, read_photo
from motif.capture.gates import Gate
from motif.capture.inspect import DEFAULT_PRINT_CM, is_refused, measurements, view_of
from motif.color import delta_e, lab, linear
from motif.errors import ParameterError
from motif.normalize.light import balanced, find_light
from motif.normalize.outline import find_outline
from motif.normalize.quad import cover
from motif.normalize.scale import from_sheet

FIRST_SEED, SEEDS_APART = 7000, 10_000
LOW_IS_BAD = {"too-dark"}

Picture = np.ndarray


def cloth(number: int, size_px: int = 900, seed: int = 0) -> Picture:
    """Draw cloth ``number``, families in turn."""
    drawn = FIRST_SEED + number + SEEDS_APART * seed
    return draw_cloth(FAMILIES[number % len(FAMILIES)], drawn, long_edge_px=size_px).rgb


def chance(number: int, seed: int) -> np.random.Generator:
    """Return the random numbers of picture ``number``."""
    return np.random.default_rng(number + SEEDS_APART * seed)


def corner_error(outline: object, truth: Picture, shape: tuple[int, ...]) -> float:
    """Return the worst corner's error over the diagonal; 1 where nothing was found."""
    if outline is None:
        return 1.0
    corners = np.array(outline)
    apart = [np.linalg.norm(np.roll(corners, turn, axis=0) - truth, axis=1).max() for turn in range(4)]
    return float(min(apart) / np.hypot(*shape[:2]))


def corners(count: int, seed: int) -> dict[str, float]:
    """Measure corners and proportions on scenes."""
    errors, aspects = [], []
    for number in range(count):
        size = (1024, 768) if number % 4 else (768, 1024)
        scene = photograph(cloth(number, seed=seed), chance(number, seed), size_px=size)
        swatch = normalize(read_photo(scene.rgb))
        errors.append(corner_error(swatch.outline_px, scene.corners_px, scene.rgb.shape))
        if errors[-1] < 0.02:
            aspects.append(abs(swatch.luma.shape[1] / swatch.luma.shape[0] / scene.aspect - 1))
    error = np.array(errors)
    return {
        "corners within 2 %": float((error <= 0.02).mean()),
        "corners within 1 %": float((error <= 0.01).mean()),
        "scenes kept whole": float((error == 1).mean()),
        "aspect error, median": float(np.median(aspects)),
        "aspect error, 90th percentile": float(np.percentile(aspects, 90)),
    }


def apart(first: Picture, second: Picture) -> float:
    """Return the median difference of colors of two pictures, CIEDE2000, over squares of 4 px: no grain."""
    size = (first.shape[1] // 4, first.shape[0] // 4)
    means = [lab(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)) for rgb in (first, second)]
    return float(np.median(delta_e(*means)))


def color(pictures: list[Picture], seed: int) -> dict[str, float]:
    """Compare cloths before a cast of 20 % at most on each channel of light, and after it was taken out."""
    rows: dict[str, list[float]] = {name: [] for name in ("as taken", "chart", "gray card", "estimate")}
    misses, errors = 0, []
    for number, picture in enumerate(pictures):
        side = picture.shape[1] // 3
        cards = {"estimate": None, "chart": color_chart(side), "gray card": gray_card(side // 2)}
        for name, card in cards.items():
            scene = picture if card is None else laid_on(picture, card, left_px=12, top_px=12)
            seen = tint(scene, chance(FIRST_SEED + number, seed))
            box = (20, 20, side // 4, side // 4) if name == "gray card" else None
            light = find_light(read_photo(seen), neutral_px=box)
            misses += name == "chart" and light.source != "chart"
            rows[name].append(apart(balanced(seen, light), scene))
            if name == "estimate":
                rows["as taken"].append(apart(seen, scene))
                true = np.log(
                    linear(scene).mean(axis=(0, 1)) / linear(balanced(seen, light)).mean(axis=(0, 1))
                )
                errors.append(true - true.mean())
    figures = {f"{name}, median dE00": float(np.median(values)) for name, values in rows.items()}
    figures |= {f"{name}, 90th percentile": float(np.percentile(values, 90)) for name, values in rows.items()}
    spread = float(np.sqrt(np.mean(np.square(errors))))
    return figures | {"charts missed": misses / len(pictures), "estimate, error of a channel": spread}


def size(count: int, seed: int) -> dict[str, float]:
    """Find A4 paper on cloths that are seen at an angle, and compare centimetres."""
    errors = []
    for number in range(count):
        drawn, rng = cloth(3000 + number, seed=seed), chance(number, seed)
        sheet = a4_sheet(drawn.shape[1] // 4)
        left, top = (int(rng.integers(8, drawn.shape[i] - sheet.shape[i] - 8)) for i in (1, 0))
        laid = laid_on(drawn, sheet, left_px=left, top_px=top)
        photo = read_photo(photograph(laid, rng, size_px=(1600, 1200)).rgb)
        swatch = normalize(photo)
        if swatch.outline_px is None:
            continue
        try:
            px_per_cm = from_sheet(photo, swatch, 1000).px_per_cm
        except ParameterError:
            errors.append(np.inf)
            continue
        errors.append(abs(px_per_cm / (1000 / drawn.shape[1] * sheet.shape[1] / A4_CM[0]) - 1))
    known = np.array(errors)[np.isfinite(errors)]
    return {
        "A4 found": len(known) / max(len(errors), 1),
        "error of px per cm, median": float(np.median(known)),
        "error of px per cm, 90th percentile": float(np.percentile(known, 90)),
    }


def garments(count: int, seed: int) -> dict[str, float]:
    """Cut fields out of shirts and wrapped cloths: how much of a cut is cloth, and the reverse."""
    clean, shares = [], []
    for number in range(count):
        worn = wear(cloth(6000 + number, seed=seed), chance(number, seed))
        outline = find_outline(worn.rgb)
        if outline.corners is not None:
            inside = cover(worn.rgb.shape, np.array(outline.corners)) > 0
            clean.append(float(worn.cloth[inside].mean()))
            shares.append(float(inside[worn.cloth].mean()))
    return {
        "cut out": len(clean) / count,
        "of these 97 % cloth or more": float(np.mean(np.array(clean) >= 0.97)),
        "share of the cloth, median": float(np.median(shares)),
    }


def left_whole(pictures: list[Picture]) -> float:
    """Return the share of pictures that are not cut."""
    return float(np.mean([find_outline(picture).kind == "whole" for picture in pictures]))


def gate(good: list[Picture], count: int, seed: int) -> dict[str, dict[str, float]]:
    """Compare good with spoiled pictures, finding by finding."""
    clean = [_measured(picture, FILING_1) for picture in good]
    rows = {}
    for code, spoil in SPOILS.items():
        under = CAPTURE_1 if code in CAPTURE_1.limits else FILING_1
        spoiled = [spoil(picture, chance(i, seed)) for i, picture in enumerate(good[:count])]
        sign = -1 if code in LOW_IS_BAD else 1
        fine = sign * np.array([values.get(code, 0.0) for values in clean])
        bad = sign * np.array([_measured(picture, under).get(code, 0.0) for picture in spoiled])
        findings_of_each = [inspect(read_photo(picture), gate=under) for picture in spoiled]
        named = [any(finding.code == code for finding in findings) for findings in findings_of_each]
        rows[code] = {
            "AUC": float((bad[:, None] > fine[None]).mean() + 0.5 * (bad[:, None] == fine[None]).mean()),
            "good, median": float(sign * np.median(fine)),
            "good, 98 %": float(sign * np.percentile(fine, 98)),
            "spoiled, 10 %": float(sign * np.percentile(bad, 10)),
            "spoiled, median": float(sign * np.median(bad)),
            "named": float(np.mean(named)),
        }
    return rows


def verdicts(pictures: list[Picture]) -> dict[str, float]:
    """Apply the shipped limits to good pictures."""
    findings_of_each = [inspect(read_photo(picture)) for picture in pictures]
    return {
        "good pictures refused": float(np.mean([is_refused(findings) for findings in findings_of_each])),
        "good pictures warned of": float(np.mean([bool(findings) for findings in findings_of_each])),
    }


def cost() -> dict[str, float]:
    """Compare with opening a 12-megapixel JPEG whole in Pillow, CPU time."""
    cv2.setNumThreads(1)
    noise = np.random.default_rng(1).normal(0, 6, (3000, 4000, 3)).astype(np.float32)
    drawn = cv2.resize(cloth(7), (4000, 3000), interpolation=cv2.INTER_CUBIC) + noise
    out = io.BytesIO()
    Image.fromarray(np.clip(drawn, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
    scene = photograph(cloth(7, 1600), np.random.default_rng(2), size_px=(1000, 750)).rgb
    reduced = read_photo(out.getvalue(), long_edge_px=640).rgb
    works = {
        "open": lambda: Image.open(io.BytesIO(out.getvalue())).load(),
        "outline, frame filled": lambda: find_outline(reduced),
        "outline, on a floor": lambda: find_outline(scene),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(9):
        for name, work in works.items():
            started = time.process_time()
            work()
            taken[name].append(1e3 * (time.process_time() - started))
    medians = {f"{name} ms": float(np.median(times)) for name, times in taken.items()}
    slower = max(medians["outline, frame filled ms"], medians["outline, on a floor ms"])
    return medians | {"added / open": slower / medians["open ms"]}


def _measured(picture: Picture, gate: Gate) -> dict[str, float]:
    photo = read_photo(picture)
    return dict(measurements(view_of(photo, normalize(photo), DEFAULT_PRINT_CM), gate))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenes", type=int, default=80)
    parser.add_argument("--whole", type=int, default=60)
    parser.add_argument("--spoiled", type=int, default=40)
    parser.add_argument("--photos", type=Path, help="folder of real pictures that cloth fills")
    parser.add_argument("--seed", type=int, default=0, help="of drawings and chance; 0 was tuned with")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    seed = options.seed
    drawn = [cloth(1000 + number, 700, seed) for number in range(options.whole)]
    paths = [] if options.photos is None else sorted(options.photos.glob("*.jpg"))
    real = [_opened(path) for path in np.random.default_rng(seed).permutation(paths).tolist()]
    figures: dict[str, object] = {"scenes": corners(options.scenes, seed), "cost": cost()}
    figures["size"] = size(max(4, options.scenes // 2), seed)
    figures["garments"] = garments(max(4, options.scenes // 2), seed)
    figures["left whole"] = {"drawn": left_whole(drawn)} | ({"real": left_whole(real)} if real else {})
    for name, pictures in (("drawn", drawn), ("real", real)):
        if pictures:
            figures[f"color, {name}"] = color(pictures[: options.spoiled], seed)
            figures[f"limits, {name}"] = verdicts(pictures)
            figures[f"gate, {name}"] = gate(pictures, options.spoiled, seed)
    for title, rows in figures.items():
        print(f"\n{title}")
        for key, value in rows.items():  # type: ignore[attr-defined]
            numbers = value if isinstance(value, dict) else {"": value}
            print(f"  {key:32}" + "  ".join(f"{name} {number:.3f}" for name, number in numbers.items()))
    print("\n" + page_table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


def page_table(figures: dict[str, object]) -> str:
    """Return the gate's rows of docs/capture.md; with real pictures, if there were any."""
    drawn = figures["gate, drawn"]
    real = figures.get("gate, real", drawn)
    rows = []
    for code, on_drawn in drawn.items():  # type: ignore[attr-defined]
        on_real, limit = real[code], FILING_1.limits[code]
        cells = [
            f"`{code}`",
            f"{limit.warn:g}",
            "–" if limit.refuse == np.inf else f"{limit.refuse:g}",
            f"{on_real['good, 98 %']:.3g}",
        ]
        cells += [f"{on_real['spoiled, median']:.3g}", f"{on_drawn['AUC']:.3f}; {on_real['AUC']:.3f}"]
        rows.append(" | ".join([*cells, f"{on_drawn['named']:.2f}; {on_real['named']:.2f}"]))
    heading = "code | warning | refusal | good, 98 % | spoiled, median | AUC drawn; real | named drawn; real"
    return "\n".join(f"| {row} |" for row in (heading, " | ".join(["---"] * 7), *rows))


def _opened(path: Path) -> Picture:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


if __name__ == "__main__":
    main()
