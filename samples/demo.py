#!/usr/bin/env python3
"""Register the committed cloths, look up a reused and a new design, and print both answers.

python samples/demo.py                             # what `make demo` runs
python samples/demo.py --picture docs/result.jpg   # draw the reused design's evidence instead
python samples/demo.py --pages docs                # draw pages of the report on it instead
"""

from __future__ import annotations

import argparse
import json
import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

import motif
from motif.registry.ledger.checkpoint import SigningKey
from motif.report.check_text import check_text
from motif.report.pdf import page_pictures
from motif.report.pictures.pair import comparison_sheet

SAMPLES = Path(__file__).resolve().parent
FOLDER = SAMPLES.parent / "demo"
QUERIES = {
    "reused.jpg": "a sample cropped, mirrored, re-dyed and photographed again",
    "new.jpg": "a design that is not among the samples",
}


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="Register the samples and look two designs up.")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the evidence into FILE instead")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="draw pages of the report instead")
    options = parser.parse_args()
    if options.picture:
        draw_evidence(options.picture)
    elif options.pages:
        draw_pages(options.pages)
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


def draw_pages(folder: Path) -> None:
    """Draw the first page of the report on the reused design in Indonesian, and a match's page in English.

    Parameters
    ----------
    folder : Path
        Gets report-id.png and report-en.png.
    """
    with TemporaryDirectory() as made, motif.Registry.open(Path(made) / "registry.motif") as registry:
        for cloth in manifest()["cloths"]:
            registry.register(SAMPLES / cloth["file"], title=title_of(cloth))
        registry.ledger.checkpoint(SigningKey.load(Path(made) / "key.pem"))
        photo = motif.read_photo(SAMPLES / "queries" / "reused.jpg")
        report = motif.report.check_report(registry.check(photo, limit=5), photo, registry)
    for language, page in (("id", 0), ("en", 1)):
        drawn = page_pictures(report, language, dots_per_inch=84)[page]
        few = Image.open(BytesIO(drawn)).convert("RGB").quantize(96, dither=Image.Dither.NONE)
        few.save(folder / f"report-{language}.png", optimize=True)


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
    """Draw the reused design beside the sample that it reuses, as ``motif compare --picture`` does.

    Parameters
    ----------
    path : Path
        Picture file to write.
    """
    query = manifest()["queries"][0]
    cloth = next(entry for entry in manifest()["cloths"] if entry["file"] == query["source"])
    files = (SAMPLES / query["file"], SAMPLES / query["source"])
    explanation = motif.explain(*files, motif.compare(*files))
    sheet = comparison_sheet(explanation, names=(files[0].name, title_of(cloth)))
    Image.fromarray(sheet).save(path, quality=86, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
