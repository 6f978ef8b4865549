"""One thread for the many small matrix products of a search: starting more costs more than it brings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """Hold BLAS and OpenMP to one thread while the context lasts; results stay the same.

    Examples
    --------
    >>> with one_thread():
    ...     1 + 1
    2
    """
    return _controller().limit(limits=1)  # type: ignore[no-any-return]


@cache
def _controller() -> ThreadpoolController:
    """Found once: looking through the loaded libraries takes longer than a search."""
    return ThreadpoolController()
