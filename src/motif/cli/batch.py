"""What the commands for many pictures share: their options, progress, signals and summary."""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import click

from motif.cli import codes
from motif.cli.options import FILE, quiet_option
from motif.cli.output import emit_json, tell
from motif.files import in_utf8
from motif.messages import _
from motif.report.batch_text import batch_text, passed_over_text, progress_text, speed_text
from motif.report.text import nothing_found_text

if TYPE_CHECKING:
    from types import TracebackType

    import rich.progress

    from motif.batch.rows import Item
    from motif.batch.run import Tally
    from motif.workers.limits import Limits


Done = TypeVar("Done")

_NAMES_IN_SUMMARY, _NAMES_TOLD = 100, 5

_UNITS = {"": 10**6, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


class Size(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of bytes, written as 500MB or 1.5GB; a bare number counts megabytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(value.strip())
        if not match or match[2].lower() not in _UNITS or not float(match[1]):
            self.fail(_("{value!r} is not a size such as 500MB or 2GB.").format(value=value), param, ctx)
        return int(float(match[1]) * _UNITS[match[2].lower()])


sources_argument = click.argument("sources", nargs=-1, required=True, type=click.Path())
column_option = click.option(
    "--column", metavar="NAME", help="Column that holds the paths, where a source is a CSV file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How pictures are processed: the values of ``run_options``.

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
        """Return the limits of the options; where there are none, the usual ones or None.

        Parameters
        ----------
        by_default : bool
            Without options, use the usual limits.
        """
        from motif.workers.limits import Limits

        if self.time_limit is None and self.memory_limit is None:
            return Limits() if by_default else None
        limits: dict[str, Any] = {"seconds": self.time_limit, "memory_bytes": self.memory_limit}
        return replace(Limits(), **{name: limit for name, limit in limits.items() if limit is not None})


_RUN_OPTIONS = (
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
    quiet_option,
    click.option("--summary", type=FILE, metavar="FILE", help="Write the counts of the run to FILE as JSON."),
)


def run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a run, which the command receives as one ``RunOptions`` named ``options``."""

    @wraps(function)
    def call(**values: Any) -> Any:
        options = RunOptions(**{field.name: values.pop(field.name) for field in fields(RunOptions)})
        return function(options=options, **values)

    for option in reversed(_RUN_OPTIONS):
        call = option(call)
    return call


class BatchRun:
    """A run over many pictures: its results so far, and what the user sees of them.

    Parameters
    ----------
    sources : sequence of str
    options : RunOptions
    column, title_column : str or None
        Of sources that are CSV files.

    Attributes
    ----------
    tally : Tally
        Updated by the work that is followed.
    finished : bool
        Every source has been processed.
    """

    def __init__(
        self,
        sources: Sequence[str],
        options: RunOptions,
        *,
        column: str | None,
        title_column: str | None = None,
    ) -> None:
        from motif.batch.prints import is_prints
        from motif.batch.run import Tally
        from motif.batch.sources import find_pictures

        self._find = partial(find_pictures, sources, column=column, title_column=title_column)
        self._options = options
        self._passed_over: list[str] = []
        self.tally, self.finished = Tally(), False
        uncounted = options.quiet or "-" in sources or any(map(is_prints, sources))
        total = (lambda: None) if uncounted else count_meanwhile(self._find())
        self._progress = BatchProgress(self.tally, total, quiet=options.quiet)

    def items(self) -> Iterator[Item]:
        """Yield the pictures; ``-`` stands for a list on stdin, with line ends or NULs between the paths."""
        from motif.batch.sources import ChunkReader, listed_paths

        listed = listed_paths(cast(ChunkReader, sys.stdin.buffer))
        return self._find(listed=listed, pass_over=self._passed_over.append)

    @contextmanager
    def summary(self, *, printed: bool = False, **facts: Any) -> Iterator[None]:
        """Write the counts to the file of ``--summary``, also when the run is stopped.

        Parameters
        ----------
        printed : bool
            Also print them, unless the run ends with an error.
        **facts
            What else the summary states.
        """
        started_s = time.monotonic()
        try:
            yield
        finally:
            counts = self._counts(time.monotonic() - started_s, facts)
            if self._options.summary is not None:
                text = json.dumps(in_utf8(counts), indent=2) + "\n"
                self._options.summary.write_text(text, encoding="utf-8")
        if printed:
            emit_json(counts)

    def _counts(self, seconds: float, facts: dict[str, Any]) -> dict[str, Any]:
        tally = self.tally
        return {
            "format": 1,
            **facts,
            "finished": self.finished,
            "pictures": tally.found,
            "computed": tally.computed,
            "unchanged": tally.unchanged,
            "errors": tally.failed,
            "errors_by_code": dict(sorted(tally.codes.items())),
            "passed_over": len(self._passed_over),
            "passed_over_names": self._passed_over[:_NAMES_IN_SUMMARY],
            "bytes_read": tally.bytes_read,
            "seconds": round(seconds, 3),
            "pictures_per_second": round(tally.computed / seconds, 3),
        }

    def follow(
        self, work: Generator[Done, None, None], *, take: Callable[[Done], object] | None = None
    ) -> None:
        """Do the work, showing progress; SIGTERM does what Ctrl-C does: whole rows are kept.

        Parameters
        ----------
        work : generator
            Of an outcome for each picture, or of other steps; closed at the end in any case.
        take : callable, optional
            Receives each outcome.
        """
        with _terminated_like_interrupted(), closing(work), self._progress:
            for outcome in work:
                if take is not None:
                    take(outcome)
                self._progress.update()
                if self._options.fail_fast and getattr(outcome, "code", None):
                    return
            self.finished = True
        if self._passed_over and not self._options.quiet:
            tell(passed_over_text(len(self._passed_over), self._passed_over[:_NAMES_TOLD]))

    def exit_code(self) -> int:
        """Return 0 if there are pictures and none of them is an error."""
        return codes.DONE if self.tally.found and not self.tally.failed else codes.ERROR


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does, also where a shell's background job ignores Ctrl-C itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    terminated = False

    def terminate(*_: object) -> None:
        nonlocal terminated
        terminated = True
        signal.raise_signal(signal.SIGINT)

    def interrupt(*_: object) -> None:
        if terminated:
            raise KeyboardInterrupt

    handlers: dict[signal.Signals, Callable[..., None]] = {signal.SIGTERM: terminate}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        handlers[signal.SIGINT] = interrupt
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


SECONDS_BETWEEN_LINES = 60.0


class BatchProgress:
    """Show the progress of a batch while it runs, and sum up at its end.

    Parameters
    ----------
    tally : Tally
        Updated by the run.
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
        self._started_s = self._last_line_s = time.monotonic()

    def __enter__(self) -> Self:
        rows_scroll_by = sys.stdout.isatty()
        if not self._quiet and sys.stderr.isatty() and not rows_scroll_by:
            self._bar = _bar()
            self._bar.start()
        return self

    def update(self) -> None:
        """Show the counts so far."""
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.update(
                self._bar.task_ids[0], completed=self._done(), total=self._total(), description=self._text()
            )
        elif time.monotonic() - self._last_line_s > SECONDS_BETWEEN_LINES:
            self._last_line_s = time.monotonic()
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

    def _done(self) -> int:
        return self._tally.unchanged + self._tally.computed

    def _text(self) -> str:
        tally, total, seconds = self._tally, self._total(), max(time.monotonic() - self._started_s, 1e-3)
        left_s = None
        if total is not None and tally.computed:
            left_s = (total - self._done()) * seconds / tally.computed
        speed = speed_text(tally.computed / seconds, tally.bytes_read / seconds, left_s)
        return f"{progress_text(self._done(), total, tally.failed)}, {speed}"


class Progress(BatchProgress):
    """Count pictures and errors where the number of pictures is known.

    Parameters
    ----------
    total : int
        How many pictures there are.
    quiet : bool
        Say nothing.
    sums_up : bool
        Tell the counts at the end.
    """

    def __init__(self, total: int, *, quiet: bool, sums_up: bool = True) -> None:
        from motif.batch.run import Tally

        super().__init__(Tally(found=total), lambda: total, quiet=quiet, sums_up=sums_up)

    def advance(self, *, failed: bool = False) -> None:
        """Count one more picture."""
        self._tally.computed += 1
        self._tally.failed += failed
        self.update()


def count_meanwhile(items: Iterable[object]) -> Callable[[], int | None]:
    """Count items in a thread; until it has finished, their number is not known."""
    counts: list[int] = []

    def work() -> None:
        with suppress(Exception):  # the run itself meets the same error, and reports it
            counts.append(sum(1 for _ in items))

    threading.Thread(target=work, daemon=True).start()
    return lambda: counts[0] if counts else None


def _bar() -> rich.progress.Progress:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as RichProgress

    bar = RichProgress(
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        redirect_stdout=False,
        redirect_stderr=False,
        transient=True,
    )
    bar.add_task("", total=None)
    return bar
