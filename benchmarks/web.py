"""Load and kill the counter, on this machine only.

    python benchmarks/web.py load --entries 1000 --checks 40    # two people check; others look at pages
    python benchmarks/web.py kills --minutes 10 --kills 20      # eight people at work, the server killed

Prints JSON; ``kills`` ends with 1 if anything acknowledged was lost or doubled. Cloths are drawn.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from PIL import Image

import motif
from common import cloth, reuse
from motif.profiles import CHEAPEST_1, STANDARD_1, Profile
from motif.web.accounts import Accounts
from motif.web.database import Database
from motif.web.folder import Folder
from motif.web.settings import Settings

PASSWORD = "empat kata yang panjang"
STEPS = ("title", "maker", "place", "technique", "announced", "story", "access")


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(dest="part", required=True)
    of_load = parts.add_parser("load")
    of_load.add_argument("--entries", type=int, default=1000)
    of_load.add_argument("--checks", type=int, default=40)
    of_load.add_argument("--people", type=int, default=2)
    of_kills = parts.add_parser("kills")
    of_kills.add_argument("--minutes", type=float, default=10)
    of_kills.add_argument("--kills", type=int, default=20)
    of_kills.add_argument("--people", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as name:
        place = Path(name)
        if options.part == "load":
            result = load(place, options.entries, options.checks, options.people)
        else:
            result = kills(place, options.minutes, options.kills, options.people)
    print(json.dumps(result, indent=1))
    return int(bool(result.get("lost") or result.get("doubled")))


def load(place: Path, entries: int, checks: int, people: int) -> dict[str, Any]:
    """Measure a check from upload to answer beside the library's own, and the other pages."""
    settings = prepared(place, STANDARD_1, people)
    with motif.Registry.open(settings.registry) as registry:
        for seed in range(entries):
            registry.register(photo_of(seed), title=f"Motif {seed}", allow_duplicate=True)
        own = [
            timed(lambda seed=seed: registry.check(photo_of(seed, reused=True)))
            for seed in range(checks // 2)
        ]
    with running(settings, free_port(), workers=people) as (url, pid):
        desks = [Desk(url, f"orang{number}") for number in range(people)]
        took: list[float] = []
        threads = [
            threading.Thread(target=check_all, args=(desk, range(number, checks, people), took))
            for number, desk in enumerate(desks)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pages = [
            timed(lambda path=path: desks[0].get(path)) for path in ("/", "/registry", "/photos/new") * 10
        ]
        memory_mb = memory_of(pid)
    return {
        "entries": entries,
        "library_check_s": summary(own),
        "counter_check_s": summary(took),
        "times_the_library": round(quantile(took) / quantile(own), 2),
        "page_s": summary(pages),
        "memory_mb": memory_mb,
    }


def check_all(desk: Desk, seeds: Any, took: list[float]) -> None:
    """Hand in and check photos one after the other."""
    for seed in seeds:
        data = photo_of(seed, reused=True)
        took.append(timed(lambda data=data: desk.check(data)))


def kills(place: Path, minutes: float, count: int, people: int) -> dict[str, Any]:
    """Let people hand in, check and register while the server is killed; count what was lost or doubled."""
    settings, port = prepared(place, CHEAPEST_1, people), free_port()
    ends, acknowledged = time.monotonic() + 60 * minutes, [Acknowledged() for _person in range(people)]
    threads = [
        threading.Thread(target=work, args=(f"http://localhost:{port}", number, acknowledged[number], ends))
        for number in range(people)
    ]
    killed, rng = 0, random.Random(1)
    pauses = [rng.uniform(0.3, 1.7) * 60 * minutes / max(count, 1) for _kill in range(count)]
    for thread in threads:
        thread.start()
    for pause in [*pauses, None]:
        with running(settings, port, workers=2):
            left = ends - time.monotonic()
            time.sleep(max(0.0, left if pause is None else min(pause, left)))
            if pause is None:
                for thread in threads:
                    thread.join()
            killed += pause is not None
        if time.monotonic() > ends and pause is not None:
            pauses.clear()
    with running(settings, port, workers=2) as (url, _pid):
        gone = [path for number, one in enumerate(acknowledged) for path in not_shown(url, number, one)]
    with motif.Registry.open(settings.registry) as registry:
        titles = [entry.title for entry in registry]
        whole = registry.ledger.verify().whole
    registered = [title for one in acknowledged for title in one.registered]
    return {
        "killed": killed,
        "handed_in": sum(len(one.handed_in) for one in acknowledged),
        "answered": sum(len(one.answers) for one in acknowledged),
        "registered": len(registered),
        "lost": sorted(set(registered) - set(titles)) + gone,
        "doubled": sorted({title for title in titles if titles.count(title) > 1}),
        "whole": whole,
    }


class Acknowledged:
    """What the counter told one person that it has done."""

    def __init__(self) -> None:
        self.handed_in: list[str] = []
        self.answers: list[str] = []
        self.registered: list[str] = []


def work(url: str, number: int, told: Acknowledged, ends: float) -> None:
    """Hand in, check and register one photo after the other; go on after each loss of the connection."""
    desk: Desk | None = None
    turn = 0
    while time.monotonic() < ends:
        with suppress(httpx2.HTTPError, KeyError, TimeoutError):
            desk = desk or Desk(url, f"orang{number}")
            title = f"Motif {number}-{turn}"
            photo = desk.hand_in(photo_of(1000 * number + turn, long_edge_px=320))
            told.handed_in.append(photo)
            turn += 1
            desk.wait(photo)
            answer = str(desk.wait(desk.post(f"{photo}/check").headers["location"]).url)
            told.answers.append(answer.removeprefix(url))
            if desk.register(photo, title):
                told.registered.append(title)
            continue
        time.sleep(0.5)


def not_shown(url: str, number: int, told: Acknowledged) -> list[str]:
    """Return the paths of photos and answers that a person was told of and that are not there."""
    desk = Desk(url, f"orang{number}")
    return [path for path in (*told.handed_in, *told.answers) if desk.get(path).status_code != 200]


class Desk:
    """One person's browser."""

    def __init__(self, url: str, login: str) -> None:
        self.client, self.url = httpx2.Client(base_url=url, timeout=120), url
        self.get("/sign-in")
        self.post("/sign-in", {"login": login, "password": PASSWORD})
        self.get("/account")

    def get(self, path: str) -> httpx2.Response:
        """Look at a page, and keep the token of its forms."""
        response = self.client.get(path, follow_redirects=True)
        found = re.search(r'name="csrf" value="([^"]*)"', response.text)
        self.csrf = unescape(found[1]) if found else getattr(self, "csrf", "")
        return response

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
        """Send a form."""
        sent = {"csrf": self.csrf, **(data or {})}
        return self.client.post(path, data=sent, headers={"origin": self.url}, **more)

    def hand_in(self, photo: bytes) -> str:
        """Hand in a photo; return its path."""
        return self.post("/photos/new", files={"gallery": ("kain.jpg", photo)}).headers["location"]

    def check(self, photo: bytes) -> None:
        """Hand a photo in and wait for the answer in words."""
        place = self.hand_in(photo)
        self.wait(place)
        self.wait(self.post(f"{place}/check").headers["location"])

    def register(self, photo: str, title: str) -> bool:
        """Answer all questions; tell whether the counter says that it is registered."""
        for step in STEPS:
            self.post(
                f"{photo}/register/{step}", {"title": title, "access_class": "terbuka", "may_be_named": "no"}
            )
        job = self.post(f"{photo}/register/answers").headers["location"]
        return "/registry/M-" in str(self.wait(job).url)

    def wait(self, path: str, patience_s: float = 120) -> httpx2.Response:
        """Look at a page until its job is done."""
        ends = time.monotonic() + patience_s
        while time.monotonic() < ends:
            page = self.get(path)
            if 'class="working"' not in page.text:
                return page
            time.sleep(0.1)
        raise TimeoutError(path)


def prepared(place: Path, profile: Profile, people: int) -> Settings:
    """Make a registry and the accounts of some officers."""
    settings = Settings(registry=str(place / "registry"), folder=place / "counter")
    with motif.Registry.open(settings.registry, profile=profile):
        pass
    Folder(path=settings.folder).make()
    database = Database(settings.folder)
    accounts = Accounts(database, settings)
    for number in range(people):
        _account, code = accounts.invite(
            login=f"orang{number}", name=f"Orang {number}", role="officer", by=""
        )
        accounts.use_code(code, PASSWORD)
    database.close()
    return settings


@contextmanager
def running(settings: Settings, port: int, *, workers: int) -> Iterator[tuple[str, int]]:
    """Run the server, and kill it with all its workers in the end."""
    command = [sys.executable, "-m", "motif", "--registry", settings.registry, "serve", "--no-browser"]
    command += ["--port", str(port), "--folder", str(settings.folder), "--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    try:
        yield f"http://localhost:{port}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()


def photo_of(seed: int, *, reused: bool = False, long_edge_px: int = 640) -> bytes:
    """Draw a cloth as JPEG; reused: cut out, in other dyes, photographed again."""
    rgb = cloth(seed)
    picture = Image.fromarray(reuse(rgb, np.random.default_rng(seed)) if reused else rgb)
    picture.thumbnail((long_edge_px, long_edge_px))
    held = BytesIO()
    picture.save(held, "jpeg", quality=88)
    return held.getvalue()


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def memory_of(pid: int) -> float:
    """Return the memory of a process and its children, MB; what they share counts once. Linux only."""
    pids = [pid]
    for other in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(other.read_text().rpartition(")")[2].split()[1]) == pid:
                pids.append(int(other.parent.name))
    kib = sum(
        int(re.search(r"Pss:\s+(\d+)", Path(f"/proc/{each}/smaps_rollup").read_text())[1])  # type: ignore[index]
        for each in pids
    )
    return round(kib / 1024)


def timed(act: Callable[[], object]) -> float:
    """Return how long something takes, seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def quantile(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def summary(values: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    return {"p50": round(statistics.median(values), 3), "p95": round(quantile(values), 3)}


if __name__ == "__main__":
    raise SystemExit(main())
