"""Troubles of the machine with one picture, said as errors."""

from __future__ import annotations

from typing import Any

from motif.errors import OutOfMemoryError, PhotoError, TimeLimitError, WorkerDiedError
from motif.messages import N_
from motif.workers import WorkerDied


def out_of_memory() -> OutOfMemoryError:
    """Say that a picture needed more memory than it may have."""
    hint = N_("Use fewer jobs, or a smaller picture, or raise --memory-limit.")
    return OutOfMemoryError(N_("not enough memory for this picture"), hint=hint)


def died_error(died: WorkerDied[Any]) -> PhotoError:
    """Say why there is no result.

    Examples
    --------
    >>> died_error(WorkerDied(item="a.jpg", exit_code=-9)).code
    'worker-died'
    """
    if died.timed_out:
        hint = N_("Raise --time-limit, or look at the picture: it may be damaged or very large.")
        return TimeLimitError(N_("the picture took longer than the time limit"), hint=hint)
    message = N_(
        "the worker process ended while it read this picture (exit code {exit_code})",
        exit_code=died.exit_code,
    )
    hint = N_("The computer may have run out of memory. Try this picture alone, or with --jobs 1.")
    return WorkerDiedError(message, hint=hint)
