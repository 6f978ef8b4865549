"""What one picture may take before its worker is stopped, and how a worker is held to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motif.errors import (
    OutOfMemoryError,
    ParameterError,
    PhotoError,
    TimeLimitError,
    UnexpectedError,
    WorkerDiedError,
)
from motif.messages import N_
from motif.workers.pool import WorkerDied


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one picture may take.

    Parameters
    ----------
    seconds : float or None, > 0
    memory_bytes : int or None, > 0
        Above what a worker takes that has done a picture already. Has an effect on Linux only.

    Raises
    ------
    ParameterError
        If one is 0 or less.

    Examples
    --------
    >>> Limits(seconds=5).memory_bytes
    1200000000
    """

    seconds: float | None = 60.0
    memory_bytes: int | None = 1_200_000_000

    def __post_init__(self) -> None:
        for value in (self.seconds, self.memory_bytes):
            if value is not None and value <= 0:
                raise ParameterError(
                    N_("limit of {value}; expected more than 0", value=value), hint=N_("Leave the limit out.")
                )


NO_LIMITS = Limits(seconds=None, memory_bytes=None)
"""Pictures may take what they take."""


def limit_memory(memory_bytes: int | None) -> None:
    """Let this process take so much more address space than it has now, and no more; None lets it be.

    What passes the limit fails as ``MemoryError``, or ends the process where a library does not ask.
    """
    if memory_bytes is None or not sys.platform.startswith("linux"):
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def out_of_memory() -> OutOfMemoryError:
    """Say that a picture needed more memory than it may have.

    Returns
    -------
    OutOfMemoryError
    """
    hint = N_("Use fewer jobs, or a smaller picture, or raise --memory-limit.")
    return OutOfMemoryError(N_("not enough memory for this picture"), hint=hint)


def died_error(died: WorkerDied[Any]) -> PhotoError:
    """Say why there is no result.

    Parameters
    ----------
    died : WorkerDied

    Returns
    -------
    PhotoError
        ``TimeLimitError``, ``OutOfMemoryError`` or ``WorkerDiedError``, by how it ended.

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


def unexpected_error(error: BaseException) -> UnexpectedError:
    """Say that a picture met a fault of the program.

    Parameters
    ----------
    error : BaseException
        What nobody foresaw.

    Returns
    -------
    UnexpectedError

    Examples
    --------
    >>> unexpected_error(ZeroDivisionError("division by zero")).message
    'this should not have happened: ZeroDivisionError: division by zero'
    """
    message = N_("this should not have happened: {kind}: {error}", kind=type(error).__name__, error=error)
    return UnexpectedError(message, hint=N_("Send picture and message to the developers."))
