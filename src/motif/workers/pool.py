"""Run one function over many items in worker processes; a worker that dies costs only its item."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items under way or waiting for their turn, per worker; bounds the memory."""

_SPAWN = multiprocessing.get_context("spawn")
_READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDied(Generic[Item]):
    """Stands where a result would be.

    Parameters
    ----------
    item : object
        What the worker had in hand.
    exit_code : int or None
        Negative: the signal that ended the worker, such as -9 when memory ran out.
    timed_out : bool
        It was ended from here, because the item took longer than the time limit.
    """

    item: Item
    exit_code: int | None
    timed_out: bool = False


def run_in_workers(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    setup: Callable[[], None] | None = None,
    ordered: bool = True,
    time_limit_s: float | None = None,
) -> Generator[Result | WorkerDied[Item], None, None]:
    """Apply ``task`` to each item in worker processes, and yield the results.

    Items are drawn as workers become free, a few ahead of what was yielded. An item on which a worker
    died is tried once more while no other worker is busy, since it may have been the others that took
    the memory. When the iterator is closed, also by Ctrl-C, the workers are stopped at once; when this
    process is killed, they leave.

    Parameters
    ----------
    task : callable
        Importable by name, or a ``functools.partial`` of such. What it raises is raised here.
    items : iterable of picklable values
    jobs : int, most worker processes
    setup : callable, optional
        Called once in each worker, before its first item.
    ordered : bool
        Yield in the order of the items; otherwise as they finish.
    time_limit_s : float, seconds, or None
        For one item; a worker that takes longer is killed, and the item is not tried again.

    Yields
    ------
    result or WorkerDied

    Raises
    ------
    RuntimeError
        If a worker ends before it took its first item.

    Examples
    --------
    >>> list(run_in_workers(abs, [-3, 4, -5], jobs=2))
    [3, 4, 5]
    """
    todo = enumerate(items)
    done: dict[int, Result | WorkerDied[Item]] = {}
    given = yielded = 0
    with contextlib.closing(_Pool(task, setup, jobs, time_limit_s)) as pool:
        while True:
            while pool.has_room() and given < yielded + AHEAD * jobs and (item := next(todo, None)):
                pool.give(*item)
                given += 1
            pool.try_again()
            if yielded == given:
                return
            due = yielded if ordered else next(iter(done), -1)
            done.update(pool.take(patiently=due not in done))
            due = yielded if ordered else next(iter(done), -1)
            if due in done:
                yield done.pop(due)
                yielded += 1


class _Pool(Generic[Item, Result]):
    def __init__(
        self,
        task: Callable[[Item], Result],
        setup: Callable[[], None] | None,
        jobs: int,
        time_limit_s: float | None,
    ) -> None:
        self._task, self._setup, self._jobs = task, setup, jobs
        self._time_limit_s = time_limit_s
        self._workers: list[_Worker[Item, Result]] = []
        self._again: deque[tuple[int, Item]] = deque()

    def has_room(self) -> bool:
        if self._again:
            return False
        return len(self._workers) < self._jobs or any(not worker.errand for worker in self._workers)

    def give(self, index: int, item: Item, *, last_try: bool = False) -> None:
        self._workers = [worker for worker in self._workers if worker.errand or worker.process.is_alive()]
        idle = [worker for worker in self._workers if not worker.errand] or [self._hire()]
        idle[0].give(_Errand(index, item, last_try))

    def try_again(self) -> None:
        """Give an item on which a worker died once more, as soon as it can have the machine for itself."""
        if self._again and not any(worker.errand for worker in self._workers):
            self.give(*self._again.popleft(), last_try=True)

    def take(self, *, patiently: bool) -> dict[int, Result | WorkerDied[Item]]:
        busy: dict[Any, _Worker[Item, Result]] = {
            worker.pipe: worker for worker in self._workers if worker.errand
        }
        taken: dict[int, Result | WorkerDied[Item]] = {}
        for pipe in connection.wait(list(busy), timeout=self._patience_s() if patiently else 0):
            taken |= self._settle(busy[pipe])
        for worker in busy.values():
            if self._left_s(worker) <= 0:
                taken |= worker.give_up()
        self._workers = [worker for worker in self._workers if not worker.gone]
        return taken

    def close(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()

    def _settle(self, worker: _Worker[Item, Result]) -> dict[int, Result | WorkerDied[Item]]:
        errand = worker.errand
        taken = worker.take()
        if worker.gone and errand is not None and not errand.last_try:
            self._again.append((errand.index, errand.item))
            return {}
        return taken

    def _patience_s(self) -> float | None:
        left = [self._left_s(worker) for worker in self._workers if worker.since is not None]
        return max(0.0, min(left)) if left and self._time_limit_s is not None else None

    def _left_s(self, worker: _Worker[Item, Result]) -> float:
        if self._time_limit_s is None or worker.since is None:
            return float("inf")
        return worker.since + self._time_limit_s - time.monotonic()

    def _hire(self) -> _Worker[Item, Result]:
        with _interrupts_deferred():
            worker = _Worker(self._task, self._setup)
            self._workers.append(worker)
        return worker


@dataclass(frozen=True, slots=True)
class _Errand(Generic[Item]):
    index: int
    item: Item
    last_try: bool


class _Worker(Generic[Item, Result]):
    def __init__(self, task: Callable[[Item], Result], setup: Callable[[], None] | None) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(theirs, task, setup), daemon=True)
        self.process.start()
        theirs.close()
        self.errand: _Errand[Item] | None = None
        self.since: float | None = None  # when it set to work on the errand
        self.gone = False
        self._ready = False

    def give(self, errand: _Errand[Item]) -> None:
        self.errand = errand
        self.since = time.monotonic() if self._ready else None
        with contextlib.suppress(OSError):  # a worker that died just now is noticed when we take
            self.pipe.send(errand.item)

    def take(self) -> dict[int, Result | WorkerDied[Item]]:
        assert self.errand is not None
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            died = WorkerDied(item=self.errand.item, exit_code=self._bury())
            return {self.errand.index: died}
        if message == _READY:
            self._ready, self.since = True, time.monotonic()
            return {}
        index, self.errand, self.since = self.errand.index, None, None
        result, error = message
        if error is not None:
            raise error
        return {index: result}

    def give_up(self) -> dict[int, Result | WorkerDied[Item]]:
        """Kill the worker, whose time is over."""
        assert self.errand is not None
        self.process.kill()
        died = WorkerDied(item=self.errand.item, exit_code=self._bury(), timed_out=True)
        return {self.errand.index: died}

    def _bury(self) -> int | None:
        self.gone = True
        self.process.join()
        if not self._ready:
            hint = 'a script that asks for jobs must do so under `if __name__ == "__main__":`'
            raise RuntimeError(
                f"a worker process could not start (exit code {self.process.exitcode}); {hint}"
            )
        return self.process.exitcode


def _serve(pipe: Connection[Any, Any], task: Callable[[Any], Any], setup: Callable[[], None] | None) -> None:
    """Answer items until the other side hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if setup is not None:
        setup()
    try:
        pipe.send(_READY)
        while True:
            item = pipe.recv()
            try:
                pipe.send((task(item), None))
            except Exception as error:
                pipe.send((None, error))
    except (EOFError, OSError):
        return


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Start a process whole, and with Ctrl-C blocked: that is for the parent, which stops its workers.

    The mask is what the new process inherits. It is not enough for us: another thread may take the signal.
    """
    noted: list[int] = []
    before = _handle_interrupt(lambda number, _: noted.append(number))
    try:
        with _interrupts_masked():
            yield
    finally:
        if before is not None:
            _handle_interrupt(before)
        if noted:
            signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def _interrupts_masked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # when it starts, it unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _handle_interrupt(handler: Any) -> Any:
    """Set the handler of Ctrl-C and return the one before; None outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGINT, handler)
