"""A few worker processes that do errands one after the other, so that no page waits for a picture."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from motif.errors import MotifError, PhotoError
from motif.messages import N_
from motif.web.settings import Settings
from motif.web.tasks import Errand, Outcome, failure, perform, prepare
from motif.workers.limits import Limits
from motif.workers.pool import WorkerDied, run_in_workers

SOMEBODY_WAITS: Final = 0
SOON: Final = 1
IN_QUIET: Final = 2
"""How urgent an errand is."""

_log = logging.getLogger(__name__)


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: int
    turn: int
    errand: Errand | None = field(compare=False)
    outcome: Future[Outcome] = field(compare=False)


class Workbench:
    """Worker processes, each led by a thread of this process; see ``workers.pool``.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = Limits(seconds=settings.picture_seconds)
        self._waiting: queue.PriorityQueue[_Waiting] = queue.PriorityQueue()
        self._turns = itertools.count()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._lead, name=f"motif-worker-{number}", daemon=True)
            for number in range(settings.workers)
        ]

    def start(self) -> None:
        """Start the threads; their processes start with the first errand."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float = 10.0) -> None:
        """Let the workers go once they are idle; what they still do when patience ends is done anew later."""
        self._stopping.set()
        for _thread in self._threads:
            self._waiting.put(_Waiting(-1, next(self._turns), None, Future()))
        for thread in self._threads:
            thread.join(patience_s)

    def do(self, errand: Errand, *, urgency: int = SOMEBODY_WAITS) -> Future[Outcome]:
        """Have an errand done.

        Parameters
        ----------
        errand : Errand
        urgency : int
            ``SOMEBODY_WAITS``, ``SOON`` or ``IN_QUIET``.

        Returns
        -------
        Future of Outcome
        """
        outcome: Future[Outcome] = Future()
        self._waiting.put(_Waiting(urgency, next(self._turns), errand, outcome))
        return outcome

    def length(self) -> int:
        """Return how many errands wait for their turn."""
        return self._waiting.qsize()

    def _lead(self) -> None:
        """Lead one worker process, and another where one died; one errand at a time."""
        taken: list[_Waiting] = []

        def draw() -> Iterator[Errand]:
            while not self._stopping.is_set():
                item = self._waiting.get()
                if item.errand is None:
                    return
                taken[:] = [item]
                yield item.errand

        setup = partial(prepare, self._settings.registry, self._limits.memory_bytes)
        while not self._stopping.is_set():
            try:
                for result in run_in_workers(
                    perform, draw(), jobs=1, setup=setup, time_limit_s=self._limits.seconds
                ):
                    _settle(taken.pop(), result)
            except Exception as error:
                _log.exception("a worker could not be led")
                message = N_("the worker process could not be started: {error}", error=error)
                for item in taken:
                    item.outcome.set_result(failure(MotifError(message, hint=N_("Start motif serve again."))))
                taken.clear()


def _settle(item: _Waiting, result: Outcome | WorkerDied[Errand]) -> None:
    if isinstance(result, WorkerDied):
        if result.timed_out:
            message = N_("this picture took too long to read")
        else:
            message = N_("this picture could not be read: it broke the program that reads pictures")
        result = failure(PhotoError(message, hint=N_("Take the photo again, or send it as JPEG.")))
    with suppress(InvalidStateError):  # nobody waits any more
        item.outcome.set_result(result)
