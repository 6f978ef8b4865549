"""Let many processes work on one registry at once, and count what is lost."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from common import Life, Places, draw_drops
from motif.errors import DuplicateMotifError, MotifError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry


def mixed(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Let processes register, check, withdraw, add photos and list at once."""
    place = places.new()
    Registry.open(place, profile=CHEAPEST_1).close()
    began = time.perf_counter()
    lives = [
        Life(lambda say, own=number: _work(place, own, options.operations, say))
        for number in range(options.processes)
    ]
    lines = [line.split(" ", 2) for life in lives for line in life.end()]
    took_s = time.perf_counter() - began
    counts = Counter(word for word, *_ in lines)
    registered = [line[1] for line in lines if line[0] == "registered"]
    with Registry.open(place) as registry:
        there = [entry.id for entry in registry.list(include_withdrawn=True)]
        standing = Counter(photo.sha256 for entry in registry for photo in entry.photos)
        findings = [str(finding) for finding in registry.ledger.verify().findings]
    doubled = sum(count - 1 for count in standing.values())
    lost = len(set(registered) - set(there)) + len(registered) - len(set(registered))
    failed = [line for line in lines if line[0] == "error"]
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


def race(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Let processes register the same photos at once, in a registry that is not there yet."""
    place = places.new()
    lives = [Life(lambda say: _bring(place, options.photos, say)) for _ in range(options.processes)]
    lines = [line.split(" ", 2) for life in lives for line in life.end()]
    with Registry.open(place) as registry:
        titles = {entry.id: entry.title for entry in registry.list(include_withdrawn=True)}
        findings = [str(finding) for finding in registry.ledger.verify().findings]
    counts = Counter(word for word, *_ in lines)
    wrong = [line for line in lines if line[0] == "error" or titles.get(line[1]) != line[2]]
    doubled = len(titles) - len(set(titles.values()))
    return {
        "photos": options.photos,
        "counts": dict(counts),
        "entries": len(titles),
        "doubled": doubled,
        "wrong": wrong[:5],
        "findings": findings[:5],
        "passed": not (wrong or doubled or findings)
        and counts["registered"] == len(titles) == options.photos
        and counts.total() == options.photos * options.processes,
    }


def _bring(place: str, photos: int, say: Callable[[str], None]) -> None:
    with Registry.open(place, profile=CHEAPEST_1) as registry:
        for seed in range(photos):
            title = f"design {seed}"
            try:
                say(f"registered {registry.register(draw_drops(seed), title=title).id} {title}")
            except DuplicateMotifError as error:
                say(f"refused {error.entry_id} {title}")


def _work(place: str, own: int, operations: int, say: Callable[[str], None]) -> None:
    chance = random.Random(own)
    mine: list[str] = []
    with Registry.open(place) as registry:
        for number in range(operations):
            try:
                kind = chance.choice(["register", "register", "check", "list", "withdraw", "add"])
                if kind == "register":  # every second design is brought by all
                    seed = number if number % 2 else 10_000 * (own + 1) + number
                    mine.append(registry.register(draw_drops(seed), title=f"design {seed}").id)
                    say(f"registered {mine[-1]}")
                elif kind == "withdraw" and len(mine) > 2:
                    say(f"withdrawn {registry.withdraw(mine.pop(0), reason='dobel').id}")
                elif kind == "add" and mine:
                    photo = draw_drops(5_000_000 + 10_000 * own + number)
                    say(f"added {registry.add_photo(mine[-1], photo).id}")
                elif kind == "list":
                    say(f"listed {len(registry.list())}")
                else:
                    say(f"checked {registry.check(draw_drops(chance.randrange(operations))).verdict}")
            except DuplicateMotifError as error:
                say(f"refused {error.entry_id}")
            except MotifError as error:
                say(f"error {kind} {error!r} {error.__cause__!r}")
