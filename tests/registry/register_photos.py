"""Register every photo of a folder, and say at once what was acknowledged: a process to be raced and killed.

Usage: register_photos.py REGISTRY PHOTOS [forward|backward]

It waits for a line on stdin, so that many can start at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

from motif.errors import DuplicateMotifError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry


def main(registry: str, photos: str, order: str = "forward") -> None:
    """Print ``registered ID NAME`` or ``duplicate ID NAME`` for each photo."""
    cv2.setNumThreads(1)
    say("ready")
    sys.stdin.readline()
    with Registry.open(registry, profile=CHEAPEST_1) as opened:
        for path in sorted(Path(photos).iterdir(), reverse=order == "backward"):
            try:
                say(f"registered {opened.register(path, title=path.name).id} {path.name}")
            except DuplicateMotifError as error:
                say(f"duplicate {error.entry_id} {path.name}")


def say(line: str) -> None:
    """Write a whole line at once: a killed process leaves no half of one."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
