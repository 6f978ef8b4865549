"""Asks the operating system to read files into its cache. Run as a program: it imports nothing of ours.

A process of its own, since opening a file on slow storage waits, and who waits cannot hand out work.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

_PATH_MAX = 4000
"""A pipe takes so many bytes whole or not at all."""


class DiskReader:
    """Gets paths that will be read soon; whatever fails is left to whoever reads them."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._pipe = pipe

    def ask(self, path: str) -> None:
        """Have a file read, unless the reader is behind already."""
        if self._pipe is None:
            return
        name = os.fsencode(path)
        if b"\0" not in name and len(name) < _PATH_MAX:
            with suppress(OSError):
                os.write(self._pipe.fileno(), name + b"\0")


@contextmanager
def disk_reader() -> Iterator[DiskReader]:
    """Start a reader; where the system cannot be asked, one that does nothing."""
    if not hasattr(os, "posix_fadvise") or not sys.executable:
        yield DiskReader(None)
        return
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    try:
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        yield DiskReader(process.stdin)
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """Read what stdin names, with NULs between, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    rest = b""
    while read := os.read(0, 1 << 16):
        *names, rest = (rest + read).split(b"\0")
        for name in names:
            with suppress(OSError):
                _advise(name)


def _advise(name: bytes) -> None:
    if not stat.S_ISREG(os.stat(name).st_mode):  # noqa: PTH116 - a name of bytes
        return
    handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_WILLNEED)
    finally:
        os.close(handle)


if __name__ == "__main__":
    main()
