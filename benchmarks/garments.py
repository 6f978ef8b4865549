"""Show registered designs sewn to another cloth, and worn: which of them does a check find?

    python benchmarks/garments.py [--photos FOLDER] [--shown 24] [--seed 7] [--pictures FOLDER]

Seams are upright, level and slanted in turn. A garment has its front nearly upright, both sleeves at other
angles, folds, and a head and hands. Prints how many of the registered designs a check of the picture
calls a conflict, and how many conflicts name another one. Without --photos the designs are drawn.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from motif import Registry
from pages import Picture, designs_of, fit, jpeg

WIDTH_PX, HEIGHT_PX = 900, 1200
SKIN = (198, 150, 120)


def main() -> None:
    """Print a row for each kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="pictures of different designs; by default drawn ones")
    parser.add_argument("--shown", type=int, default=24, help="registered designs shown")
    parser.add_argument("--seed", type=int, default=7, help="draws the designs and the pictures")
    parser.add_argument("--pictures", type=Path, help="write the pictures here")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    designs = designs_of(options.photos, 2 * options.shown, options.seed)
    known, others = designs[: options.shown], designs[options.shown :]
    kinds: dict[str, Callable[[int], Picture]] = {
        "seam": lambda number: sewn(known[number], others[number], number, rng),
        "garment": lambda number: worn(known[number], rng),
    }
    with tempfile.TemporaryDirectory() as folder, Registry.open(Path(folder) / "registry") as registry:
        for number, design in enumerate(known):
            registry.register(jpeg(design, 92), title=str(number), allow_duplicate=True)
        for kind, draw in kinds.items():
            found = {"conflict": 0, "review": 0, "wrong": 0}
            for number in range(options.shown):
                picture = jpeg(draw(number), 86)
                if options.pictures:
                    options.pictures.mkdir(parents=True, exist_ok=True)
                    (options.pictures / f"{kind}-{number:03}.jpg").write_bytes(picture)
                for match in registry.check(picture).matches:
                    if match.entry.title == str(number) and match.verdict != "clear":
                        found[match.verdict] += 1
                    elif match.verdict == "conflict":
                        found["wrong"] += 1
            print(f"{kind:8} of {options.shown}: {found}", flush=True)


def sewn(one: Picture, other: Picture, number: int, rng: np.random.Generator) -> Picture:
    """Put two cloths edge to edge, without a gap."""
    width, height = (HEIGHT_PX, WIDTH_PX) if number % 2 else (WIDTH_PX, HEIGHT_PX)
    share = rng.uniform(0.35, 0.65)
    x, y = np.arange(width)[None], np.arange(height)[:, None]
    seam = (
        x + 0 * y < share * width,
        0 * x + y < share * height,
        x + rng.uniform(-0.3, 0.3) * y < share * width,
    )[number % 3]
    left, top = int((~seam).any(0).argmax()), int((~seam).any(1).argmax())
    first = np.asarray(fit(one, int(seam.any(0).sum()), int(seam.any(1).sum())))
    second = np.asarray(fit(other, width - left, height - top))
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: first.shape[0], : first.shape[1]] = first
    behind = np.zeros_like(picture)
    behind[top:, left:] = second
    return np.where(seam[..., None], picture, behind)


def worn(rgb: Picture, rng: np.random.Generator) -> Picture:
    """Draw somebody who wears the cloth before a plain wall."""
    cloth = np.asarray(fit(rgb, WIDTH_PX, HEIGHT_PX)).astype(np.float32)
    shown = np.full((HEIGHT_PX, WIDTH_PX, 3), rng.uniform(120, 245, 3), np.float32)
    shown += np.linspace(0, rng.uniform(-30, 30), HEIGHT_PX)[:, None, None]
    cv2.ellipse(shown, (450, 150), (85, 110), 0, 0, 360, SKIN, -1)
    cv2.rectangle(shown, (410, 230), (490, 300), SKIN, -1)
    left = ((300, 300), (180, 620), (270, 660), (370, 400))
    right = [(WIDTH_PX - x, y) for x, y in left]
    front = ((300, 300), (600, 300), (640, 760), (660, 1120), (240, 1120), (260, 760))
    _put(shown, cloth, left, (rng.uniform(25, 50), -60, 40), rng)
    _put(shown, cloth, right, (-rng.uniform(25, 50), 60, 40), rng)
    _put(shown, cloth, front, (rng.uniform(-4, 4), 0, 60), rng)
    for x in (222, 678):
        cv2.circle(shown, (x, 665), 35, SKIN, -1)
    return np.clip(shown + rng.normal(0, 3, shown.shape), 0, 255).astype(np.uint8)


def _put(
    shown: np.ndarray,
    cloth: np.ndarray,
    outline: Sequence[tuple[int, int]],
    lie: tuple[float, float, float],
    rng: np.random.Generator,
) -> None:
    """Lay the cloth, turned and moved, with folds, into an outline."""
    angle_deg, right_px, down_px = lie
    turn = cv2.getRotationMatrix2D((WIDTH_PX / 2, HEIGHT_PX / 2), angle_deg, 0.8)
    turn = turn + np.array([[0, 0, right_px], [0, 0, down_px]])
    laid = cv2.warpAffine(cloth, turn, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REFLECT)
    folds = np.sin(np.linspace(0, rng.uniform(20, 45), WIDTH_PX) + rng.uniform(0, 6))
    laid = laid * (1 + 0.12 * folds)[None, :, None]
    inside = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    cv2.fillPoly(inside, [np.array(outline, np.int32)], 255, lineType=cv2.LINE_AA)
    share = cv2.GaussianBlur(inside, (0, 0), 1)[..., None] / 255
    shown[:] = shown * (1 - share) + np.clip(laid, 0, 255) * share


if __name__ == "__main__":
    main()
