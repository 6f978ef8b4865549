"""Kill processes that work on a registry, let many work on one at once, and count what is lost."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import sqlalchemy as sa

from motif.errors import DuplicateMotifError, MotifError
from motif.profiles import CHEAPEST_1
from motif.registry.place import open_place
from motif.registry.registry import Registry
from motif.registry.transfer import copy_registry

FIXTURE = Path(__file__).parents[1] / "tests" / "fixtures" / "registry-0001.zip"
LAST_MOMENT_S = 0.1
LIVES = 10


class Places(Protocol):
    """Makes new places for registries."""

    folder: Path

    def new(self, template: str = "") -> str:
        """Return one."""
        ...


def draw(seed: int) -> bytes:
    """Draw a cloth of drops as PNG; no two seeds look alike."""
    chance = np.random.default_rng(seed)
    picture = np.full((160, 160, 3), chance.integers(150, 256, 3), np.uint8)
    for _ in range(50):
        place = tuple(int(value) for value in chance.integers(0, 160, 2))
        axes = tuple(int(value) for value in chance.integers(3, 16, 2))
        color = tuple(int(value) for value in chance.integers(0, 160, 3))
        cv2.ellipse(picture, place, axes, float(chance.integers(0, 180)), 0, 360, color, -1, cv2.LINE_8)
    return cv2.imencode(".png", picture)[1].tobytes()


def kills(places: Places, given: argparse.Namespace) -> dict[str, Any]:
    """Kill by SIGKILL: a third of the lives registers, a third copies, a third migrates."""
    chance = random.Random(given.seed)
    each = max(1, given.kills // 3)
    parts = [work(places, each, chance) for work in (_kill_registering, _kill_copying, _kill_migrating)]
    names = ("registering", "copying", "migrating")
    return {**dict(zip(names, parts, strict=True)), "passed": all(part["passed"] for part in parts)}


def mixed(places: Places, given: argparse.Namespace) -> dict[str, Any]:
    """Let processes register, check, withdraw, add photos and list at once."""
    place = places.new()
    Registry.open(place, profile=CHEAPEST_1).close()
    began = time.perf_counter()
    lives = [
        _Life(lambda say, own=number: _work(place, own, given.operations, say))
        for number in range(given.processes)
    ]
    said = [line.split(" ", 2) for life in lives for line in life.end()]
    took_s = time.perf_counter() - began
    counts = Counter(word for word, *_ in said)
    registered = [line[1] for line in said if line[0] == "registered"]
    with Registry.open(place) as registry:
        there = [entry.id for entry in registry.list(include_withdrawn=True)]
        standing = Counter(photo.sha256 for entry in registry for photo in entry.photos)
        findings = [str(finding) for finding in registry.ledger.verify().findings]
    doubled = sum(count - 1 for count in standing.values())
    lost = len(set(registered) - set(there)) + len(registered) - len(set(registered))
    failed = [line for line in said if line[0] == "error"]
    return {
        "operations": sum(counts.values()),
        "counts": dict(counts),
        "seconds": round(took_s, 1),
        "lost": lost,
        "unacknowledged": len(set(there) - set(registered)),
        "doubled": doubled,
        "errors": failed[:5],
        "findings": findings[:5],
        "passed": not (lost or doubled or failed or findings) and set(there) == set(registered),
    }


class _Life:
    """A process of its own, forked from this one, that says lines until it ends or is killed."""

    def __init__(self, work: Callable[[Callable[[str], None]], object]) -> None:
        self._reads, writes = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                os.close(self._reads)
                work(lambda line: os.write(writes, line.encode() + b"\n") and None)
                code = 0
            except BaseException as error:
                os.write(writes, f"error died {error!r}\n".encode()[:4000])
            finally:
                os._exit(code)
        os.close(writes)
        self._file = os.fdopen(self._reads, encoding="utf-8")

    def hear(self) -> str:
        """Wait for the next line."""
        return self._file.readline().rstrip("\n")

    def kill(self) -> list[str]:
        """End it by SIGKILL; return what it had said."""
        os.kill(self._pid, signal.SIGKILL)
        return self.end()

    def end(self) -> list[str]:
        """Wait for its end; return what it said."""
        with self._file:
            lines = self._file.read().splitlines()
        os.waitpid(self._pid, 0)
        return lines


def _work(place: str, own: int, operations: int, say: Callable[[str], None]) -> None:
    chance = random.Random(own)
    mine: list[str] = []
    with Registry.open(place) as registry:
        for number in range(operations):
            try:
                kind = chance.choice(["register", "register", "check", "list", "withdraw", "add"])
                if kind == "register":  # every second design is brought by all
                    seed = number if number % 2 else 10_000 * (own + 1) + number
                    mine.append(registry.register(draw(seed), title=f"design {seed}").id)
                    say(f"registered {mine[-1]}")
                elif kind == "withdraw" and len(mine) > 2:
                    say(f"withdrawn {registry.withdraw(mine.pop(0), reason='dobel').id}")
                elif kind == "add" and mine:
                    photo = draw(5_000_000 + 10_000 * own + number)
                    say(f"added {registry.add_photo(mine[-1], photo).id}")
                elif kind == "list":
                    say(f"listed {len(registry.list())}")
                else:
                    say(f"checked {registry.check(draw(chance.randrange(operations))).verdict}")
            except DuplicateMotifError as error:
                say(f"refused {error.entry_id}")
            except MotifError as error:
                say(f"error {kind} {error!r} {error.__cause__!r}")


def _kill_registering(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    total, findings = Counter[str](), list[str]()
    place, acknowledged, seed = "", set[str](), 0
    for number in range(rounds):
        if number % LIVES == 0:
            place, acknowledged = places.new(), set()
        life = _Life(lambda say, at=place, first=seed: _register(at, first, say))
        heard = [life.hear() for _ in range(chance.randrange(0, 4))] if number % LIVES else []
        time.sleep(chance.uniform(0, LAST_MOMENT_S))
        said = [line for line in (*heard, *life.kill()) if line]
        seed += 1000
        acknowledged |= {line for line in said if not line.startswith("error")}
        total["errors"] += sum(line.startswith("error") for line in said)
        with Registry.open(place, profile=CHEAPEST_1) as registry:
            there = {entry.id for entry in registry}
            findings += map(str, registry.ledger.verify().findings)
        total["lost"] += len(acknowledged - there)
        total["unreported"] += len(there - acknowledged)
        acknowledged = there
        total["kills"] += 1
        total["acknowledged"] += len(said)
    passed = not (total["lost"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


def _register(place: str, first: int, say: Callable[[str], None]) -> None:
    with Registry.open(place, profile=CHEAPEST_1) as registry:
        for seed in range(first, first + 1000):
            say(registry.register(draw(seed), title=f"design {seed}").id)


def _kill_copying(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Copy out of this kind of place into another, killed until it is done; most lives are killed."""
    source = places.new()
    with Registry.open(source, profile=CHEAPEST_1) as registry:
        for seed in range(40):
            registry.register(draw(seed), title=f"design {seed}")
    head = _head(source)
    total, findings, target = Counter[str](), list[str](), ""
    while total["kills"] < rounds:
        target = target or places.new()
        life = _Life(lambda say, to=target: say(f"done {copy_registry(source, to).root.hex()}"))
        time.sleep(chance.uniform(0, 8 * LAST_MOMENT_S))
        said = life.kill()
        total["kills"] += 1
        total["errors"] += sum(line.startswith("error") for line in said)
        done = any(line.startswith("done") for line in said)
        if done or chance.random() < 0.2 or total["kills"] == rounds:
            copy_registry(source, target)
            total["finished"] += 1
            total["lost"] += _head(target) != head
            with Registry.open(target) as registry:
                findings += map(str, registry.ledger.verify().findings)
            target = ""
    passed = not (total["lost"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


def _kill_migrating(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Open a registry of the first schema, killed; then open it in peace."""
    old, originals = _old(places)
    total, findings = Counter[str](), list[str]()
    for _ in range(rounds):
        place = places.new(old) if originals is None else _copied(old, places.new())
        life = _Life(lambda say, at=place: say(f"done {len(Registry.open(at))}"))
        time.sleep(chance.uniform(0, 6 * LAST_MOMENT_S))
        said = life.kill()
        total["kills"] += 1
        total["migrated"] += any(line.startswith("done") for line in said)
        total["errors"] += sum(line.startswith("error") for line in said)
        with Registry.open(place) as registry:
            total["lost"] += 4 - len(registry.list(include_withdrawn=True))
            # On a server the old rows were brought without their originals.
            found = [f for f in registry.ledger.verify().findings if originals or "original" not in f.what]
            findings += map(str, found)
    passed = not (total["lost"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


def _old(places: Places) -> tuple[str, bool | None]:
    """Return a registry of the first schema; on a server its rows are brought from the fixture's."""
    place = places.new()
    if "://" not in place:
        shutil.unpack_archive(FIXTURE, place)
        return place, True
    folder = Path(places.folder) / "old"  # type: ignore[attr-defined]
    shutil.unpack_archive(FIXTURE, folder)
    _bring_old(folder / "registry.sqlite", place)
    return place, None


def _bring_old(database: Path, place: str) -> None:
    from alembic import command
    from alembic.config import Config

    import motif.registry.migrations

    engine = sa.create_engine(place)
    with engine.begin() as connection, closing(sqlite3.connect(database)) as old:
        config = Config()
        config.set_main_option("script_location", str(Path(motif.registry.migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old.row_factory = sqlite3.Row
        for table in ("facts", "counters", "entries", "photos", "fingerprints", "similarities"):
            rows = [dict(row) for row in old.execute(f"SELECT * FROM {table}")]
            names = list(rows[0])
            values = ", ".join(f":{name}" for name in names)
            connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"), rows)
    engine.dispose()


def _copied(old: str, new: str) -> str:
    shutil.copytree(old, new)
    return new


def _head(place: str) -> object:
    store = open_place(place, create=False).store
    try:
        with store.reading() as reader:
            return reader.head()
    finally:
        store.close()
