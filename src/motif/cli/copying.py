"""What the commands that copy a whole registry say."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from motif.cli.output import emit, emit_json, tell
from motif.messages import _

if TYPE_CHECKING:
    from motif.registry.transfer import Copied

SECONDS_BETWEEN_LINES = 10.0


def tell_progress() -> Callable[[int, int], None]:
    """Return what says on stderr, now and then, how far a copy is."""
    told_s = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s > SECONDS_BETWEEN_LINES:
            told_s = time.monotonic()
            tell(_("{done} of {total} events").format(done=done, total=total))

    return told


def report(copied: Copied, target: str | Path, *, as_json: bool) -> None:
    """Print what a copy holds."""
    root = copied.root.hex()
    if as_json:
        emit_json({"format": 1, "events": copied.events, "originals": copied.originals, "root": root})
    else:
        told = _("{target}: {events} events, {originals} originals, verified; root {root}.")
        emit(told.format(target=target, events=copied.events, originals=copied.originals, root=root))
