"""Threads search a registry side by side, and none while what it searches is being changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import spots

from motif.fingerprint import fingerprint
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
from motif.registry.store import Reader

pytestmark = pytest.mark.slow  # searches for many seconds

LONG_S = 60


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        for seed in range(6):
            opened.register(spots(seed), title=f"Turi {seed}")
        opened.check(spots(0))
        yield opened


class Watched:
    """A view that calls a function before it returns fingerprints."""

    def __init__(self, reader: Reader, callback: Callable[[], object]) -> None:
        self._reader, self._callback = reader, callback

    def fingerprints(self, keys: Collection[int], profile_id: str) -> dict[int, bytes]:
        self._callback()
        return self._reader.fingerprints(keys, profile_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


def test_two_threads_search_at_the_same_time(registry: Registry) -> None:
    meeting = threading.Barrier(2, timeout=LONG_S)
    registry._searching().lookup._memory.clear()

    def look(seed: int) -> str:
        once = iter([meeting.wait])
        with registry._store.reading() as reader:
            watched: Any = Watched(reader, lambda: next(once, lambda: None)())
            query = fingerprint(spots(seed), CHEAPEST_1)
            return registry._searching().lookup.find(watched, query, limit=5)[0].entry.title

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(look, (2, 4))) == ["Turi 2", "Turi 4"]


def test_answers_are_right_while_others_add_and_withdraw(registry: Registry) -> None:
    stop = threading.Event()

    def look(seed: int) -> int:
        count = 0
        while not stop.is_set() or not count:
            match = registry.check(spots(seed)).matches[0]
            assert (match.entry.title, match.verdict) == (f"Turi {seed}", "conflict")
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(look, seed) for seed in (0, 1, 2)]
        try:
            for seed in range(20, 26):
                entry = registry.register(spots(seed), title=f"Kawung {seed}")
                assert registry.check(spots(seed)).matches[0].entry == entry
                registry.withdraw(entry.id, reason="salah")
                assert registry.check(spots(seed)).verdict == "clear"
        finally:
            stop.set()
        assert all(future.result(LONG_S) for future in futures)
