"""Hold our pixels against Pillow's, over a folder of pictures: what differs, what only one of them reads.

    python benchmarks/corpora.py FOLDER [FOLDER ...] [--json OUT]

For the test pictures of Pillow, libvips, image-rs and libjpeg-turbo, unpacked from their source packages. The
comparison is with what Pillow gives for RGB after its own ``exif_transpose``, on white; colour profiles are
converted by Pillow's ImageCms. docs/pictures.md explains what deviates.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps

from motif.errors import MotifError
from motif.photo.limits import PhotoLimits
from motif.photo.pixels import decode, is_picture

ANY_SIZE = PhotoLimits(min_short_edge_px=1)
CLOSE = 3
"""Levels; JPEG decoders round differently."""


def pillows(data: bytes) -> np.ndarray:
    """Return Pillow's upright sRGB on white."""
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        picture = ImageOps.exif_transpose(opened)
        icc = opened.info.get("icc_profile")
    if picture.mode in ("P", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("LA", "La", "RGBa"):
        picture = picture.convert("RGBA")
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = Image.fromarray((np.asarray(picture).clip(0, 65535) >> 8).astype(np.uint8))
    if picture.mode == "1":
        picture = picture.convert("L")
    if alpha is not None:
        picture = picture.convert("RGB")
    if icc and picture.mode in ("L", "RGB", "CMYK"):
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            picture = ImageCms.profileToProfile(
                picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            pass
    rgb = picture.convert("RGB")
    if alpha is None:
        return np.asarray(rgb)
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return np.asarray(white)


def outcome(data: bytes) -> tuple[str, str]:
    """Return what came of one file: a kind, and how it was."""
    try:
        ours: Any = decode(data, limits=ANY_SIZE)
    except MotifError as error:
        ours = error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs: Any = pillows(data)
    except Exception as error:  # Pillow raises anything on damaged files
        theirs = error
    if isinstance(ours, MotifError):
        kind = "both refuse" if isinstance(theirs, Exception) else "only Pillow reads"
        return kind, f"{ours.code}: {ours.message}"
    if isinstance(theirs, Exception):
        return "only we read", f"{type(theirs).__name__}: {theirs}"
    if ours.rgb.shape != theirs.shape:
        return "differs", f"sizes {ours.rgb.shape[:2]} and {theirs.shape[:2]}"
    apart = np.abs(ours.rgb.astype(int) - theirs)
    if float(np.percentile(apart, 99)) <= CLOSE:
        return "same", ""
    return "differs", f"mean {apart.mean():.1f}, most {apart.max()}; {'; '.join(ours.notes)}"


def files(folders: list[Path]) -> Iterator[Path]:
    """Yield the files that are pictures of our formats by their content."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and is_picture(path.read_bytes()[:128]):
                yield path


def main() -> None:
    """Print one line for each file that is not the same, then the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    rows = []
    for path in files(options.folders):
        kind, how = outcome(path.read_bytes())
        counts[kind] += 1
        rows.append({"file": path.name, "kind": kind, "how": how})
        if kind != "same":
            sys.stdout.write(f"{kind:18s} {path.name:50s} {how[:150]}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{dict(counts)}\n")
    if options.json is not None:
        options.json.write_text(json.dumps({"counts": counts, "files": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
