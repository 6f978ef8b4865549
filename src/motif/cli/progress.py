"""How far a batch is, on stderr: a bar for people who watch, now and then a line in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from motif.cli.output import tell
from motif.report.text import batch_text, nothing_found_text, progress_text, speed_text

if TYPE_CHECKING:
    import rich.progress

    from motif.batch.run import Tally

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
