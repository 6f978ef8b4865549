"""Files: cloths as JPEG, and the manifest that says what each of them is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clothmaker.cloth import VERSION, Cloth, draw_cloth
from clothmaker.reuse import crop, mirror, redye, rephotograph

FORMAT = "motif-samples/1"
QUALITY = 84
LICENSE = "Apache-2.0"

COMMITTED: tuple[tuple[str, int], ...] = (
    ("kawung", 11),
    ("parang", 16),
    ("ceplok", 14),
    ("truntum", 14),
    ("nitik", 15),
    ("mega_mendung", 16),
    ("lereng", 13),
    ("semen", 18),
    ("tambal", 13),
    ("ciprat", 14),
    ("parang", 17),
    ("ciprat", 16),
)
REUSED_FROM = ("ceplok", 14)
NEW = ("ceplok", 77)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A picture to look up, and how it was made."""

    rgb: NDArray[np.uint8]
    made_by: str
    source: str | None


def encode(rgb: NDArray[np.uint8], *, quality: int = QUALITY) -> bytes:
    """Return an sRGB picture as JPEG."""
    done, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError(f"rgb.shape={rgb.shape} could not be encoded as JPEG")
    return data.tobytes()


def file_name(family: str, seed: int) -> str:
    """Return the cloth's file name."""
    return f"{family}_{seed:04d}.jpg"


def write_cloth(cloth: Cloth, folder: Path) -> dict[str, object]:
    """Write a cloth and return its entry of the manifest."""
    data = encode(cloth.rgb)
    name = file_name(cloth.family, cloth.seed)
    (folder / name).write_bytes(data)
    return {
        "file": name,
        "family": cloth.family,
        "seed": cloth.seed,
        "repeat_vectors_px": [list(vector) for vector in cloth.repeat_vectors_px] or None,
        "wallpaper_group": cloth.wallpaper_group,
        "palette": {
            "name": cloth.palette.name,
            "colors": [{"hex": color.hex, "name": color.name} for color in cloth.palette.colors()],
        },
        "width_px": cloth.rgb.shape[1],
        "height_px": cloth.rgb.shape[0],
        "sha256": hashlib.sha256(data).hexdigest(),
        "generator_version": cloth.version,
    }


def write_manifest(folder: Path, cloths: list[dict[str, object]], queries: list[dict[str, object]]) -> None:
    """Write ``manifest.json``."""
    manifest = {
        "format": FORMAT,
        "license": LICENSE,
        "generator_version": VERSION,
        "jpeg_quality": QUALITY,
        "cloths": cloths,
        "queries": queries,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def queries(long_edge_px: int = 1200) -> dict[str, Query]:
    """Return the two pictures that the demo looks up."""
    rng = np.random.default_rng(20)
    known = draw_cloth(*REUSED_FROM, long_edge_px=long_edge_px).rgb
    reused = rephotograph(redye(mirror(crop(known, rng, 0.6)), rng), rng)
    new = rephotograph(draw_cloth(*NEW, long_edge_px=long_edge_px * 2 // 3).rgb, rng)
    return {
        "reused.jpg": Query(
            rgb=reused,
            made_by="cropped to 60 % of the area, mirrored, re-dyed, photographed again on a table",
            source=file_name(*REUSED_FROM),
        ),
        "new.jpg": Query(
            rgb=new,
            made_by=f"a design of its own ({NEW[0]}, seed {NEW[1]}), photographed on a table",
            source=None,
        ),
    }


def write_queries(folder: Path) -> list[dict[str, object]]:
    """Write the demo's queries to ``folder/queries`` and return their entries."""
    (folder / "queries").mkdir(exist_ok=True)
    entries: list[dict[str, object]] = []
    for name, query in queries().items():
        data = encode(query.rgb)
        (folder / "queries" / name).write_bytes(data)
        entries.append(
            {
                "file": f"queries/{name}",
                "made_by": query.made_by,
                "source": query.source,
                "width_px": query.rgb.shape[1],
                "height_px": query.rgb.shape[0],
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    return entries


def contact_sheet(
    folder: Path, files: list[str], *, columns: int = 4, cell_px: tuple[int, int] = (240, 180)
) -> None:
    """Write ``contact_sheet.jpg``: every cloth, small, in the manifest's order."""
    width, height = cell_px
    rows = -(-len(files) // columns)
    sheet = np.full((rows * (height + 8) + 8, columns * (width + 8) + 8, 3), 250, dtype=np.uint8)
    for k, name in enumerate(files):
        picture = cv2.imread(str(folder / name))
        share = max(width / picture.shape[1], height / picture.shape[0])
        small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)[:height, :width]
        top, left = (k // columns) * (height + 8) + 8, (k % columns) * (width + 8) + 8
        sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
    (folder / "contact_sheet.jpg").write_bytes(encode(sheet[..., ::-1], quality=80))
