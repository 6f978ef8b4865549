"""The command line: parse, call one library function, render.

This file stays small on purpose: what it does not import, Ctrl-C cannot interrupt half-way.
"""

from __future__ import annotations

import os


def main() -> None:
    """Run ``motif`` with the process's arguments and exit with one of the codes in ``motif.cli.codes``."""
    try:
        from motif.cli.entry import run

        run()
    except KeyboardInterrupt:
        os.write(2, b"Stopped.\n")
        os._exit(130)
