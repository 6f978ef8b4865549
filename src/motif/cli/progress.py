"""How far a batch is, on stderr: a bar for people who watch, now and then a line in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from motif.cli.output import tell
from motif.report.text import batch_text, nothing_found_text, progress_text

if TYPE_CHECKING:
    import rich.progress

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Count pictures and errors while a batch runs, and sum up at its end.

    Parameters
    ----------
    total : int
        How many pictures there are.
    quiet : bool
        Say nothing.
    """

    def __init__(self, total: int, *, quiet: bool) -> None:
        self.done = self.failed = 0
        self._total, self._quiet = total, quiet
        self._bar: rich.progress.Progress | None = None
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        rows_scroll_by = sys.stdout.isatty()
        if self._total and not self._quiet and sys.stderr.isatty() and not rows_scroll_by:
            self._bar = _bar(self._total)
            self._bar.start()
        return self

    def advance(self, *, failed: bool) -> None:
        """Count one more picture."""
        self.done += 1
        self.failed += failed
        if self._bar is not None:
            told = progress_text(self.done, self._total, self.failed)
            self._bar.update(self._bar.task_ids[0], advance=1, description=told)
        elif not self._quiet and time.monotonic() - self._told > SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            tell(progress_text(self.done, self._total, self.failed))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is not None:
            return
        if not self._total:
            tell(nothing_found_text())
        elif not self._quiet:
            tell(batch_text(self.done, self.failed))


def _bar(total: int) -> rich.progress.Progress:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (BarColumn(), TextColumn("{task.description}", markup=False), TimeRemainingColumn())
    console = Console(stderr=True)
    bar = RichProgress(
        *columns, console=console, redirect_stdout=False, redirect_stderr=False, transient=True
    )
    bar.add_task(progress_text(0, total, 0), total=total)
    return bar
