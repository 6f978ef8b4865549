"""The command line: parse, call one library function, render.

It imports little on purpose: a Ctrl-C during the imports of this file would not be caught.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_GARBAGE_THRESHOLD = 100_000
"""Objects between two searches for cycles. Python's own 700 cost a tenth of a check: imports make many
objects and no garbage. Pictures and rows are freed by their reference counts all the same."""


def main() -> None:
    """Run ``motif`` with the process's arguments and exit with one of the codes in ``motif.cli.codes``."""
    sys.unraisablehook = _stop_if_interrupted
    gc.set_threshold(_GARBAGE_THRESHOLD)
    try:
        from motif.cli.entry import run

        run()
    except KeyboardInterrupt:
        _stop()


def _stop_if_interrupted(unraisable: UnraisableHookArgs) -> None:
    """Obey a Ctrl-C that arrives inside a finalizer, where Python would print it and carry on.

    Exiting at once is safe: a registry survives a SIGKILL, and workers end with their parent.
    """
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _stop()
    sys.__unraisablehook__(unraisable)


def _stop() -> None:
    os.write(2, b"Stopped.\n")
    os._exit(130)
