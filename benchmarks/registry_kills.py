"""Kill processes that work on a registry at random moments, and count what is lost."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import Life, Places, draw_drops
from motif.exchange.importing import plan_import, run_import
from motif.profiles import CHEAPEST_1
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.registry.storage import migrate, sql_view
from motif.registry.storage.opening import open_place
from motif.registry.storage.schema import REVISION
from motif.registry.storage.sql_store import SqlStore
from motif.registry.transfer.copy import copy_registry

NEXT_REVISION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.create_index("ix_entries_title", "entries", ["title"])
    op.execute("UPDATE entries SET title = title || ''")
"""
"""A made-up migration."""
LAST_MOMENT_S = 0.1
LIVES = 10
WRITE_S = 0.02
WRITING = "writing"
"""What a process says when it begins to write."""
ROWS = 30
"""Of an imported list; every third names two photos."""


def kills(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Kill by SIGKILL, as often while registering as while importing, copying and migrating."""
    chance = random.Random(options.seed)
    acts = {
        "registering": _kill_registering,
        "importing": _kill_importing,
        "copying": _kill_copying,
        "migrating": _kill_migrating,
    }
    each = max(1, options.kills // len(acts))
    parts = {name: act(places, each, chance) for name, act in acts.items()}
    return {**parts, "passed": all(part["passed"] for part in parts.values())}


def _kill_registering(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    total, findings = Counter[str](), list[str]()
    place, acknowledged, seed = "", set[str](), 0
    for number in range(rounds):
        if number % LIVES == 0:
            place, acknowledged = places.new(), set()
        life = Life(lambda say, at=place, first=seed: _register(at, first, say))
        lines_before = [life.hear() for _ in range(chance.randrange(0, 8))] if number % LIVES else []
        if number % 2 and lines_before:  # most of a life is computing: every other kill waits for a write
            while lines_before[-1] and lines_before[-1] != WRITING:
                lines_before.append(life.hear())
            time.sleep(chance.uniform(0, WRITE_S))
        else:
            time.sleep(chance.uniform(0, LAST_MOMENT_S))
        lines = [line for line in (*lines_before, *life.kill()) if line not in ("", WRITING)]
        seed += 1000
        acknowledged |= {line for line in lines if not line.startswith("error")}
        total["errors"] += sum(line.startswith("error") for line in lines)
        with Registry.open(place, profile=CHEAPEST_1) as registry:
            there = {entry.id for entry in registry}
            findings += map(str, registry.ledger.verify().findings)
        total["lost"] += len(acknowledged - there)
        total["unreported"] += len(there - acknowledged)
        acknowledged = there
        total["kills"] += 1
        total["acknowledged"] += len(lines)
    passed = not (total["lost"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


def _register(place: str, first: int, say: Callable[[str], None]) -> None:
    original = SqlStore.writing

    def writing(store: SqlStore, **options: Any) -> Any:
        say(WRITING)
        return original(store, **options)

    SqlStore.writing = writing  # type: ignore[method-assign]  # this process will be killed
    with Registry.open(place, profile=CHEAPEST_1) as registry:
        for seed in range(first, first + 1000):
            say(registry.register(draw_drops(seed), title=f"design {seed}").id)


def _kill_importing(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Import a list again and again until it is done, killed most times; then another list."""
    total, findings = Counter[str](), list[str]()
    place, acknowledged = "", set[str]()
    listed = _list(Path(places.folder) / "list", 900_000)
    spare = places.new()
    whole_life_s = _lived_s(lambda say: _import(spare, listed, say))
    while total["kills"] < rounds:
        if not place:
            place, acknowledged = places.new(), set()
            listed = _list(
                Path(places.folder) / f"list-{total['finished']}", 1_000_000 + total["kills"] * 100
            )
        life = Life(lambda say, at=place, path=listed: _import(at, path, say))
        time.sleep(chance.uniform(0, whole_life_s))
        lines = life.kill()
        total["kills"] += 1
        total["errors"] += sum(line.startswith("error") for line in lines)
        acknowledged |= {line for line in lines if not line.startswith("error")}
        with Registry.open(place, profile=CHEAPEST_1) as registry:
            there = {entry.id for entry in registry}
            total["lost"] += len(acknowledged - there)
            findings += map(str, registry.ledger.verify().findings)
            if len(acknowledged) == ROWS or total["kills"] == rounds:
                for outcome in run_import(plan_import(listed, listed.parent), registry):
                    total["errors"] += outcome.status == "refused"
                keys = Counter(record.source_key for record in registry.records.list(Motif))
                names = Counter(photo.name for entry in registry for photo in entry.photos)
                total["lost"] += len({str(row) for row in range(ROWS)} - keys.keys())
                total["lost"] += len({path.name for path in listed.parent.glob("*.png")} - names.keys())
                total["doubled"] += keys.total() - ROWS + sum(count - 1 for count in names.values())
                total["halved"] += sum(
                    _names(int(registry.records.motif(entry.id).source_key or 0))
                    != [photo.name for photo in entry.photos]
                    for entry in registry
                )
                total["finished"] += 1
                place = ""
        total["acknowledged"] = max(total["acknowledged"], len(acknowledged))
    passed = not (total["lost"] or total["doubled"] or total["halved"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


def _lived_s(work: Callable[[Callable[[str], None]], object]) -> float:
    """Return how long a life takes that nobody ends, so that kills fall into all of it on any machine."""
    began = time.perf_counter()
    Life(work).end()
    return time.perf_counter() - began


def _list(folder: Path, first: int) -> Path:
    folder.mkdir()
    lines = ["No;Judul;Foto"]
    for row in range(ROWS):
        for number, name in enumerate(_names(row)):
            (folder / name).write_bytes(draw_drops(first + row + number * 10_000_000))
        lines.append(f'{row};design {row};"{"; ".join(_names(row))}"')
    (folder / "list.csv").write_text("\n".join(lines))
    return folder / "list.csv"


def _names(row: int) -> list[str]:
    return [f"{row}.png"] if row % 3 else [f"{row}.png", f"{row}-detail.png"]


def _import(place: str, listed: Path, say: Callable[[str], None]) -> None:
    with Registry.open(place, profile=CHEAPEST_1) as registry:
        for outcome in run_import(plan_import(listed, listed.parent), registry):
            say(outcome.entry_id or f"error {outcome.reason}")


def _kill_copying(places: Places, rounds: int, chance: random.Random) -> dict[str, Any]:
    """Copy out of this kind of place into another, killed until it is done; most lives are killed."""
    source = places.new()
    with Registry.open(source, profile=CHEAPEST_1) as registry:
        for seed in range(40):
            registry.register(draw_drops(seed), title=f"design {seed}")
    head = _head(source)
    total, findings, target = Counter[str](), list[str](), ""
    spare = places.new()
    whole_life_s = _lived_s(lambda _: copy_registry(source, spare))
    while total["kills"] < rounds:
        target = target or places.new()
        life = Life(lambda say, to=target: say(f"done {copy_registry(source, to).root.hex()}"))
        time.sleep(chance.uniform(0, whole_life_s))
        lines = life.kill()
        total["kills"] += 1
        total["errors"] += sum(line.startswith("error") for line in lines)
        done = any(line.startswith("done") for line in lines)
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
    """Open a registry of an older revision than a made-up next one, killed; then open it in peace."""
    older = places.new()
    with Registry.open(older, profile=CHEAPEST_1) as registry:
        for seed in range(4):
            registry.register(draw_drops(seed), title=f"design {seed}")
    total, findings = Counter[str](), list[str]()
    whole_life_s = 0.0
    with _next_revision():
        for number in range(-2, rounds):
            place = places.new(older) if "://" in older else _copied(older, places.new())
            if number < 0:  # two are let live: one loads what the others find loaded, one takes the time
                whole_life_s = _lived_s(lambda _, at=place: Registry.open(at))
                Registry.open(place).close()
                continue
            life = Life(lambda say, at=place: say(f"done {len(Registry.open(at))}"))
            time.sleep(chance.uniform(0, whole_life_s))
            lines = life.kill()
            total["kills"] += 1
            total["migrated"] += any(line.startswith("done") for line in lines)
            total["errors"] += sum(line.startswith("error") for line in lines)
            with Registry.open(place) as registry:
                total["lost"] += 4 - len(registry.list(include_withdrawn=True))
                findings += map(str, registry.ledger.verify().findings)
    passed = not (total["lost"] or total["errors"] or findings)
    return {**total, "findings": findings[:5], "passed": passed}


@contextmanager
def _next_revision() -> Iterator[None]:
    """Make this process, and those that it forks, a version with one migration more."""
    original = migrate.MIGRATIONS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(original, Path(temporary) / "migrations"))
        (folder / "versions" / "rev_0002.py").write_text(NEXT_REVISION)
        migrate.MIGRATIONS, migrate.REVISION, sql_view.REVISION = folder, "0002", "0002"
        try:
            yield
        finally:
            migrate.MIGRATIONS, migrate.REVISION, sql_view.REVISION = original, REVISION, REVISION


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
