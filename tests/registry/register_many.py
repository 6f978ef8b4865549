"""Register a folder's photos with two workers, over and over: a process to be interrupted.

Usage: register_many.py REGISTRY PHOTOS
"""

from __future__ import annotations

import sys
from pathlib import Path

from motif.profiles import CHEAPEST_1
from motif.registry.records.entry import Entry
from motif.registry.registry import Registry


def main(registry: str, photos: str) -> None:
    """Print the id of each entry."""
    items = [(path, path.name) for path in sorted(Path(photos).iterdir())]
    with Registry.open(registry, profile=CHEAPEST_1) as opened:
        for result in opened.register_many(items, jobs=2):
            print(result.id if isinstance(result, Entry) else result, flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
