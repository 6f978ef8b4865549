"""What the commands for many pictures share: their options, their signals, their summary."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from motif.cli.output import emit_json, tell
from motif.messages import _
from motif.report.batch_text import batch_text, progress_text, speed_text
from motif.report.text import nothing_found_text

if TYPE_CHECKING:
    import rich.progress

    from motif.batch.rows import Outcome
    from motif.batch.run import Tally
    from motif.workers.limits import Limits


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How the pictures are worked through, as the options of ``run_options`` say.

    Parameters
    ----------
    jobs : int or None, worker processes
    time_limit : float or None, seconds
    memory_limit : int or None, bytes
    fail_fast, quiet : bool
    summary : Path or None
    """

    jobs: int | None
    time_limit: float | None
    memory_limit: int | None
    fail_fast: bool
    quiet: bool
    summary: Path | None

    def limits(self, *, by_default: bool) -> Limits | None:
        """Return the limits that were asked for; without any, the usual ones or none.

        Parameters
        ----------
        by_default : bool
            Where no limit was asked for, use the usual ones.
        """
        from motif.workers.limits import Limits

        if self.time_limit is None and self.memory_limit is None:
            return Limits() if by_default else None
        usual = Limits()
        return Limits(
            seconds=usual.seconds if self.time_limit is None else self.time_limit,
            memory_bytes=usual.memory_bytes if self.memory_limit is None else self.memory_limit,
        )


def gathered(record: type[Any], name: str, options: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Make a decorator that adds options and hands their values over as one record.

    Parameters
    ----------
    record : dataclass
        With a field for each option.
    name : str
        The parameter that the record becomes.
    options : sequence of decorators
        As ``click.option`` makes them, in the order of ``--help``.

    Returns
    -------
    callable
        Decorates the function of a command.
    """

    def decorate(function: Any) -> Any:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            values = {field.name: kwargs.pop(field.name) for field in fields(record)}
            return function(*args, **kwargs, **{name: record(**values)})

        for option in reversed(options):
            call = option(call)
        return call

    return decorate


run_options = gathered(
    RunOptions,
    "options",
    [
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
    ],
)
"""Adds what says how the pictures are worked through, as one ``RunOptions`` named ``options``."""


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


SECONDS_BETWEEN_LINES = 60.0


class BatchProgress:
    """Say how far a batch is while it runs, and sum up at its end.

    Parameters
    ----------
    tally : Tally
        Counted by the run; read here.
    total : callable -> int or None
        How many pictures there are, as far as that is known yet.
    quiet : bool
        Say nothing.
    sums_up : bool
        Tell the counts at the end.
    """

    def __init__(
        self, tally: Tally, total: Callable[[], int | None], *, quiet: bool, sums_up: bool = True
    ) -> None:
        self._tally, self._total, self._quiet, self._sums_up = tally, total, quiet, sums_up
        self._bar: rich.progress.Progress | None = None
        self._started = self._told = time.monotonic()

    def __enter__(self) -> Self:
        rows_scroll_by = sys.stdout.isatty()
        if not self._quiet and sys.stderr.isatty() and not rows_scroll_by:
            self._bar = _bar()
            self._bar.start()
        return self

    def update(self) -> None:
        """Show what has been counted by now."""
        if self._quiet:
            return
        if self._bar is not None:
            done = self._tally.unchanged + self._tally.computed
            self._bar.update(
                self._bar.task_ids[0], completed=done, total=self._total(), description=self._text()
            )
        elif time.monotonic() - self._told > SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            tell(self._text())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is not None or not self._sums_up:
            return
        if not self._tally.found:
            tell(nothing_found_text())
        elif not self._quiet:
            tell(batch_text(self._tally.found, self._tally.failed, self._tally.unchanged))

    def _text(self) -> str:
        tally, total, seconds = self._tally, self._total(), max(time.monotonic() - self._started, 1e-3)
        done = tally.unchanged + tally.computed
        left_s = (total - done) * seconds / tally.computed if total is not None and tally.computed else None
        speed = speed_text(tally.computed / seconds, tally.bytes_read / seconds, left_s)
        return f"{progress_text(done, total, tally.failed)}, {speed}"


class Progress(BatchProgress):
    """Count pictures and errors of which the number is known.

    Parameters
    ----------
    total : int
        How many pictures there are.
    quiet : bool
        Say nothing.
    """

    def __init__(self, total: int, *, quiet: bool) -> None:
        from motif.batch.run import Tally

        super().__init__(Tally(found=total), lambda: total, quiet=quiet)

    def advance(self, *, failed: bool) -> None:
        """Count one more picture."""
        self._tally.computed += 1
        self._tally.failed += failed
        self.update()


def count_meanwhile(items: Iterable[object]) -> Callable[[], int | None]:
    """Count items in a thread; until it has finished, their number is not known."""
    counted: list[int] = []

    def work() -> None:
        try:
            counted.append(sum(1 for _ in items))
        except Exception:  # whoever draws the items for good meets the same trouble, and tells it
            return

    threading.Thread(target=work, daemon=True).start()
    return lambda: counted[0] if counted else None


def _bar() -> rich.progress.Progress:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as RichProgress

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    console = Console(stderr=True)
    bar = RichProgress(
        *columns, console=console, redirect_stdout=False, redirect_stderr=False, transient=True
    )
    bar.add_task("", total=None)
    return bar
