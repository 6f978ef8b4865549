"""Register real or drawn designs, ask each in thirteen kinds of reuse: is it first, and what is the verdict?

    python benchmarks/reuses.py [--photos FOLDER] [--designs 15] [--seed 1] [--pictures FOLDER]

Prints a row a kind: how many came first, and the verdicts. Ends with 1 if one was not first or was "clear".
Without --photos the designs are drawn.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif
from clothmaker import reuse
from frames import FRAMES, chosen_designs

Picture = np.ndarray
Rng = np.random.Generator


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="pictures of different designs; by default drawn ones")
    parser.add_argument("--designs", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1, help="draws the designs and what is done to them")
    parser.add_argument("--pictures", type=Path, help="write what is missed here")
    options = parser.parse_args()
    chosen = chosen_designs(options.photos, 2 * options.designs, options.seed)
    designs, grounds = chosen[: options.designs], chosen[options.designs :]
    missed = 0
    with tempfile.TemporaryDirectory() as place, motif.Registry.open(Path(place) / "registry") as registry:
        numbers = []
        for number, design in enumerate(designs):
            entry = registry.register(_jpeg(design, 92), title=f"Design {number}", allow_duplicate=True)
            numbers.append(entry.id)
        for kind, made in KINDS.items():
            first, verdicts = 0, Counter[str]()
            for number, design in enumerate(designs):
                rng = np.random.default_rng([options.seed, number])
                data = _jpeg(made(design, grounds[number], rng), 86)
                result = registry.check(data)
                right = bool(result.matches) and result.matches[0].entry.id == numbers[number]
                first += right
                verdict = "too little" if result.too_little else result.verdict
                verdicts[verdict] += 1
                if not right or verdict == "clear":
                    missed += 1
                    if options.pictures:
                        options.pictures.mkdir(parents=True, exist_ok=True)
                        (options.pictures / f"{kind}-{number}.jpg").write_bytes(data)
            print(f"{kind:14} first {first:3} of {len(designs)}  {dict(verdicts)}", flush=True)
    print(f"not first, or clear: {missed}")
    return 1 if missed else 0


def _thumbnail(design: Picture, _ground: Picture, _rng: Rng) -> Picture:
    small = Image.fromarray(design)
    small.thumbnail((320, 320))
    return np.asarray(small)


def _enlarged(design: Picture, _ground: Picture, rng: Rng) -> Picture:
    part = Image.fromarray(reuse.crop(design, rng, 0.2))
    return np.asarray(part.resize((2 * part.width, 2 * part.height), Image.Resampling.BICUBIC))


def _dark_bars(design: Picture, _ground: Picture, _rng: Rng) -> Picture:
    """Show a picture as a phone does, whole on a black screen."""
    page = Image.new("RGB", (720, 1480), (12, 12, 14))
    shown = Image.fromarray(design)
    shown = shown.resize((720, round(720 * shown.height / shown.width)))
    page.paste(shown, (0, (1480 - shown.height) // 2))
    return np.asarray(page)


KINDS: dict[str, Callable[[Picture, Picture, Rng], Picture]] = {
    "thumbnail": _thumbnail,
    "cut out": lambda design, _ground, rng: reuse.crop(design, rng, 0.5),
    "enlarged": _enlarged,
    "turned": lambda design, _ground, rng: reuse.rotate(design, float(rng.uniform(10, 80))),
    "mirrored": lambda design, _ground, _rng: reuse.mirror(design),
    "other dye": lambda design, _ground, rng: reuse.redye(reuse.crop(design, rng, 0.8), rng),
    "negative": lambda design, _ground, rng: reuse.negative(design, rng),
    "redrawn": lambda design, _ground, rng: reuse.trace(design, rng),
    "in another": reuse.insert,
    "draped": lambda design, _ground, rng: reuse.drape(design, rng),
    "photographed": lambda design, _ground, rng: reuse.rephotograph(design, rng),
    "screenshot": lambda design, _ground, _rng: np.asarray(FRAMES["app, light"](design)),
    "dark bars": _dark_bars,
}


def _jpeg(picture: Picture, quality: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
