"""Import a list, and say at once what became of each row: a process to be killed.

Usage: import_list.py REGISTRY LIST PHOTOS
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

from motif.exchange.importing import plan_import, run_import
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry


def main(registry: str, path: str, photos: str) -> None:
    """Print ``STATUS ROW`` for each row."""
    cv2.setNumThreads(1)
    plan = plan_import(Path(path), Path(photos))
    with Registry.open(registry, profile=CHEAPEST_1) as opened:
        for one in run_import(plan, opened):
            sys.stdout.write(f"{one.status} {one.row.number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
