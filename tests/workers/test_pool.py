"""Worker processes: order, deaths, bounds, nobody left behind. The task is ``eval``; items are programs."""

from __future__ import annotations

import functools
import importlib
import itertools
import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from motif.workers.pool import AHEAD, WorkerDied, run_in_workers

DIE = "__import__('os')._exit(7)"
SLEEP = "__import__('time').sleep({})"
PID = "__import__('os').getpid()"


@pytest.mark.slow
def test_results_come_in_the_order_of_the_items() -> None:
    programs = [SLEEP.format(0.3) + " or 1", "2", "3", "4"]
    assert list(run_in_workers(eval, programs, jobs=2)) == [1, 2, 3, 4]


def test_no_items_start_no_workers() -> None:
    assert list(run_in_workers(eval, [], jobs=2)) == []


@pytest.mark.slow
def test_a_worker_that_dies_costs_only_its_item() -> None:
    results = list(run_in_workers(eval, ["1", DIE, "3", DIE, DIE, "6"], jobs=2))
    died = WorkerDied(item=DIE, exit_code=7)
    assert results == [1, died, 3, died, died, 6]


@pytest.mark.slow
def test_a_worker_killed_while_idle_costs_nothing() -> None:
    with closing(run_in_workers(eval, [PID] * 20, jobs=1)) as results:
        for _ in range(3):
            pid = next(results)
            assert isinstance(pid, int)
            time.sleep(0.2)
            os.kill(pid, 9)
            time.sleep(0.1)


def test_what_the_task_raises_is_raised_here_and_workers_stop() -> None:
    with pytest.raises(ZeroDivisionError):
        list(run_in_workers(eval, ["1", "1 / 0", SLEEP.format(60)], jobs=2))
    assert not multiprocessing.active_children()


def test_closing_stops_busy_workers_at_once() -> None:
    started = time.monotonic()
    with closing(run_in_workers(eval, ["1", SLEEP.format(60), SLEEP.format(60)], jobs=2)) as results:
        assert next(results) == 1
    assert not multiprocessing.active_children()
    assert time.monotonic() - started < 30


def test_items_are_drawn_only_a_few_ahead() -> None:
    drawn = itertools.count()
    with closing(run_in_workers(abs, drawn, jobs=2)) as results:
        assert [next(results) for _ in range(10)] == list(range(10))
    assert next(drawn) <= 10 + AHEAD * 2


def test_setup_runs_in_each_worker_before_its_first_item() -> None:
    results = list(
        run_in_workers(eval, ["'colorsys' in __import__('sys').modules"], jobs=1, setup=_import_colorsys())
    )
    assert results == [True]


def test_a_worker_that_cannot_start_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(RuntimeError, match="could not start"):
        list(run_in_workers(eval, ["1"], jobs=1, setup=sys.exit))  # type: ignore[arg-type]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_workers_leave_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = f"""
from motif.workers.pool import run_in_workers
if __name__ == "__main__":
    for result in run_in_workers(eval, [{PID!r}, {SLEEP.format(60)!r}], jobs=1):
        print(result, flush=True)
"""
    script = tmp_path / "parent.py"
    script.write_text(program)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    wait_until_gone(worker)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def _import_colorsys() -> functools.partial[object]:
    return functools.partial(importlib.import_module, "colorsys")
