"""Output: results to stdout, remarks to stderr, whatever the names, encodings and closed streams."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motif.files import in_utf8
from motif.report.text import printable

if TYPE_CHECKING:
    from motif.arrays import RGB8

PLAIN_WIDTH = 100_000
"""Output that is not to a terminal keeps each row on one line."""


def prepare_streams() -> None:
    """Open closed streams, so that no file takes their numbers, and write odd characters as escapes."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def finish_streams() -> None:
    """Write what is still buffered.

    Raises
    ------
    OSError
        If stdout takes no more: the disk is full, or the reader is gone.
    """
    sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.flush()


def abandon_stdout() -> None:
    """Discard what is buffered, so that the interpreter does not complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def ignore_interrupts() -> None:
    """Ignore Ctrl-C from here on: the output is written, and the exit code stands."""
    with contextlib.suppress(ValueError):  # signals are set in the main thread only
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def emit(text: str) -> None:
    """Write a result to stdout; what a terminal would obey, as names of files may hold it, is spelled out."""
    sys.stdout.write(printable(text, lines=True) + "\n")


def emit_json(document: Any, *, indent: int | None = 2) -> None:
    """Write one JSON document to stdout; ``indent=None`` puts it on one line and flushes it."""
    emit(json.dumps(in_utf8(document), indent=indent))
    if indent is None:
        sys.stdout.flush()


def save_picture(path: Path, rgb: RGB8, **encoding: int) -> None:
    """Write sRGB pixels as a PNG or JPEG file, as its name says; an existing file is not overwritten.

    Parameters
    ----------
    path : Path
    rgb : RGB8
    **encoding : int
        Pillow's options; those of the other format are ignored.

    Raises
    ------
    OSError
        If the file exists, or cannot be written.
    """
    from PIL import Image, ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    encoded = io.BytesIO()
    kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
    Image.fromarray(rgb).save(encoded, kind, icc_profile=profile, **({"quality": 90} | encoding))
    with path.open("xb") as file:
        file.write(encoded.getvalue())


def emit_row(row: bytes) -> None:
    """Write one line of JSON, with its line end, to stdout, and flush it."""
    sys.stdout.write(row.decode("ascii"))
    sys.stdout.flush()


def tell(text: str) -> None:
    """Write a remark to stderr; a closed stderr is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(printable(text, lines=True) + "\n")
        sys.stderr.flush()


def page_width() -> int:
    """Return the width that tables may use, in characters."""
    if not sys.stdout.isatty():
        return PLAIN_WIDTH
    return shutil.get_terminal_size().columns
