#!/usr/bin/env python3
"""Draw batik cloths from seeds, with a manifest of what each of them is."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import cv2

from clothmaker import FAMILIES, Cloth, draw_cloth, draw_tile
from clothmaker.book import COMMITTED, contact_sheet, write_cloth, write_manifest, write_queries

__all__ = ["FAMILIES", "Cloth", "draw_cloth", "draw_tile", "main"]

_HERE = Path(__file__).parent
_EPILOG = """\
A seed is a design: the same family and seed give the same pixels, and two seeds
of one family are two makers' designs, not one design in other dyes.

examples:
  python samples/generate.py --committed
      draw the twelve cloths of this folder, the queries and the contact sheet anew
  python samples/generate.py --out cloths --count 100 --seed 500
      a hundred cloths, the families in turn, seeds 500 to 599
  python samples/generate.py --out kawung --family kawung --count 20 --size 640 --jobs 2
      twenty kawung, 640 px on the long edge, drawn by two processes
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    if options.committed:
        folder, cloths, size = options.out or _HERE, list(COMMITTED), 1200
    elif options.out is None:
        _parser().error("say where to with --out, or use --committed")
    else:
        families = cycle(options.family or FAMILIES)
        seeds = range(options.seed, options.seed + options.count)
        folder, cloths, size = (
            options.out,
            list(zip(islice(families, options.count), seeds, strict=True)),
            options.size,
        )
    folder.mkdir(parents=True, exist_ok=True)
    entries = _draw_all(cloths, folder, size, options.jobs)
    queries = write_queries(folder) if options.committed else []
    write_manifest(folder, entries, queries)
    if options.committed:
        contact_sheet(folder, [str(entry["file"]) for entry in entries])
    print(f"{len(entries)} cloths and manifest.json in {folder}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write to; made if missing")
    parser.add_argument("--count", type=_positive, default=12, help="how many cloths (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first; the others count up")
    parser.add_argument(
        "--family", action="append", choices=FAMILIES, help="only this family; may be repeated"
    )
    parser.add_argument(
        "--size", type=_positive, default=1200, metavar="PX", help="long edge (default: %(default)s)"
    )
    parser.add_argument(
        "--jobs", type=_positive, default=1, help="processes to draw with (default: %(default)s)"
    )
    parser.add_argument("--committed", action="store_true", help="the set that is kept in the repository")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}; expected 1 or more")
    return number


def _draw_all(cloths: list[tuple[str, int]], folder: Path, size: int, jobs: int) -> list[dict[str, object]]:
    tasks = [(family, seed, folder, size) for family, seed in cloths]
    if jobs == 1:
        return [_draw_one(task) for task in tasks]
    with ProcessPoolExecutor(jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        return list(pool.map(_draw_one, tasks, chunksize=4))


def _draw_one(task: tuple[str, int, Path, int]) -> dict[str, object]:
    family, seed, folder, size = task
    return write_cloth(draw_cloth(family, seed, long_edge_px=size), folder)


if __name__ == "__main__":
    raise SystemExit(main())
