"""Several threads explain at once, in a process that has loaded nothing before, and agree with one thread."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow  # starts a process

_PROGRAM = """
import faulthandler, threading
faulthandler.dump_traceback_later(240, exit=True)  # a thread that waits for another says where
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import motif

AT_ONCE = 4

def cloth(seed):
    blots = np.random.default_rng(seed).integers(0, 3, (24, 32))
    dyes = np.array([(236, 222, 190), (24, 38, 84), (150, 84, 40)], np.uint8)
    return np.kron(dyes[blots].transpose(2, 0, 1), np.ones((10, 10), np.uint8)).transpose(1, 2, 0)

def explained(seed):
    ready.wait()
    known = cloth(seed % 2)
    asked = np.ascontiguousarray(known[:, ::-1])
    made = motif.explain(asked, known, motif.compare(asked, known))
    return repr(made.to_json())

ready = threading.Barrier(AT_ONCE)
with ThreadPoolExecutor(AT_ONCE) as pool:
    together = list(pool.map(explained, range(AT_ONCE)))
ready = threading.Barrier(1)
assert together == [explained(seed) for seed in (0, 1)] * 2
assert all("mirrored" in one for one in together)
"""


def test_explain_runs_in_threads_that_start_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
