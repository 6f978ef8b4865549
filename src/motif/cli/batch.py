"""What the commands for many pictures share: their options, their signals, their summary."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from motif.cli.output import emit_json
from motif.cli.progress import BatchProgress, count_meanwhile
from motif.messages import _

if TYPE_CHECKING:
    from motif.batch.rows import Outcome
    from motif.batch.run import Tally
    from motif.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])
Done = TypeVar("Done")

_UNITS = {"": 10**6, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


class Size(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of bytes, written as 500MB or 1.5GB; a bare number counts megabytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(value.strip())
        if not match or match[2].lower() not in _UNITS or not float(match[1]):
            self.fail(_("{value!r} is no size such as 500MB or 2GB.").format(value=value), param, ctx)
        return int(float(match[1]) * _UNITS[match[2].lower()])


def sources_argument(function: F) -> F:
    """Add the argument SOURCES."""
    return click.argument("sources", nargs=-1, required=True, type=click.Path())(function)


def source_options(function: F) -> F:
    """Add ``--column``."""
    help_text = "Column that holds the paths, where a source is a CSV file."
    return click.option("--column", metavar="NAME", help=help_text)(function)


def run_options(function: F) -> F:
    """Add what says how the pictures are worked through."""
    options = [
        click.option(
            "--jobs", type=click.IntRange(1, 256), help="Worker processes. [default: one for each core]"
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(0, min_open=True),
            metavar="SECONDS",
            help="Most time for one picture. [default: 60 with -o]",
        ),
        click.option(
            "--memory-limit",
            type=Size(),
            metavar="SIZE",
            help="Most memory that one picture may add to its worker, as 500MB or 2GB; Linux only. "
            "[default: 1.2GB with -o]",
        ),
        click.option("--fail-fast", is_flag=True, help="Stop at the first picture that gives an error."),
        click.option("--quiet", is_flag=True, help="Show no progress."),
        click.option(
            "--summary",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write the counts of the run to FILE as JSON.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def limits_of(time_limit: float | None, memory_limit: int | None, *, by_default: bool) -> Limits | None:
    """Make limits of what was asked for; without a wish, the usual ones or none."""
    from motif.limits import Limits

    if time_limit is None and memory_limit is None:
        return Limits() if by_default else None
    usual = Limits()
    return Limits(
        seconds=usual.seconds if time_limit is None else time_limit,
        memory_bytes=usual.memory_bytes if memory_limit is None else memory_limit,
    )


def listed_on_stdin() -> Iterator[str]:
    """Yield the paths that stdin lists, one a line, or with NULs between them."""
    for line in sys.stdin.buffer:
        yield from (os.fsdecode(part) for part in line.rstrip(b"\r\n").split(b"\0"))


def total_of(
    find: Callable[[], Iterable[object]], sources: Iterable[str], *, quiet: bool
) -> Callable[[], int | None]:
    """Count the pictures in the background, unless nobody wants to know or stdin lists them."""
    return (lambda: None) if quiet or "-" in sources else count_meanwhile(find())


@dataclass(slots=True)
class Run:
    """How far a run has come.

    Parameters
    ----------
    finished : bool
        Every source was worked through.
    """

    finished: bool = False
    started: float = field(default_factory=time.monotonic)


def follow(
    work: Generator[Done, None, None],
    progress: BatchProgress,
    run: Run,
    *,
    stop: Callable[[Done], bool] | None = None,
    take: Callable[[Done], None] | None = None,
) -> None:
    """Work a batch through, showing how far it is; SIGTERM does what Ctrl-C does: whole rows are kept.

    Parameters
    ----------
    work : generator
        Closed at the end, however it comes.
    progress : Progress
    run : Run
    stop : callable, optional
        Asked about each outcome; True ends the run there.
    take : callable, optional
        Given each outcome.
    """
    with _terminated_like_interrupted(), closing(work), progress:
        for outcome in work:
            if take is not None:
                take(outcome)
            progress.update()
            if stop is not None and stop(outcome):
                return
        run.finished = True


def is_error(outcome: Outcome) -> bool:
    """Tell whether the row of a picture is an error: for ``follow``, to stop there."""
    return bool(outcome.code)


@contextmanager
def summed_up(tally: Tally, path: Path | None, *, as_json: bool, **facts: Any) -> Iterator[Run]:
    """Write the counts of a run, also of one that was stopped."""
    run = Run()
    try:
        yield run
    finally:
        counts = _counts(tally, run, facts)
        if path is not None:
            path.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    if as_json:
        emit_json(counts)


def _counts(tally: Tally, run: Run, facts: dict[str, Any]) -> dict[str, Any]:
    seconds = time.monotonic() - run.started
    return {
        "format": 1,
        **facts,
        "finished": run.finished,
        "pictures": tally.found,
        "computed": tally.computed,
        "unchanged": tally.unchanged,
        "errors": tally.failed,
        "errors_by_code": dict(sorted(tally.codes.items())),
        "bytes_read": tally.bytes_read,
        "seconds": round(seconds, 3),
        "pictures_per_second": round(tally.computed / seconds, 3),
    }


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
