"""Load and kill the counter, on this machine only.

    python benchmarks/web.py load --entries 1000 --checks 40    # two people check; others look at pages
    python benchmarks/web.py load --memory-checks 1000          # and a thousand checks more
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
from motif.registry.submission import Submission
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
    of_load.add_argument("--memory-checks", type=int, default=0)
    of_kills = parts.add_parser("kills")
    of_kills.add_argument("--minutes", type=float, default=10)
    of_kills.add_argument("--kills", type=int, default=20)
    of_kills.add_argument("--people", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as name:
        place = Path(name)
        if options.part == "load":
            result = load(place, options.entries, options.checks, options.people, options.memory_checks)
        else:
            result = kills(place, options.minutes, options.kills, options.people)
    print(json.dumps(result, indent=1))
    return int(bool(result.get("lost") or result.get("doubled")))


def load(place: Path, entries: int, checks: int, people: int, memory_checks: int) -> dict[str, Any]:
    """Measure a check from upload to answer beside the library's own, the other pages, and the memory."""
    settings = prepared(place, STANDARD_1, people)
    photos = [photo_of(seed, reused=True) for seed in range(checks)]
    with motif.Registry.open(settings.registry) as registry:
        items = (Submission(photo=photo_of(seed), title=f"Motif {seed}") for seed in range(entries))
        loaded = sum(isinstance(one, motif.Entry) for one in registry.load_many(items))
        registry.check(photos[0])
        own = [timed(lambda photo=photo: registry.check(photo)) for photo in photos[: checks // 2]]
    busy = [os.getloadavg()[0]]
    with running(settings, free_port(), workers=people) as (url, pid):
        desks = [Desk(url, f"orang{number}") for number in range(people)]
        for desk in desks:  # both workers have the registry open
            desk.check(photo_of(entries + int(desk.login[-1]), reused=True))
        took, feedback = together(desks, photos)
        pages = [
            timed(lambda path=path: desks[0].get(path)) for path in ("/", "/registry", "/photos/new") * 10
        ]
        busy.append(os.getloadavg()[0])
        memory_mb = {checks: memory_of(pid)}
        print(
            json.dumps([summary(each) for each in (own, took, feedback, pages)]), file=sys.stderr, flush=True
        )
        for start in range(0, memory_checks, 100):
            more = [again(photos[seed % checks], seed) for seed in range(start, start + 100)]
            together(desks, more)
            memory_mb[checks + start + 100] = memory_of(pid)
            print(json.dumps(memory_mb), file=sys.stderr, flush=True)
    return {
        "entries": loaded,
        "load_average": busy,
        "library_check_s": summary(own),
        "counter_check_s": summary(took),
        "times_the_library": round(quantile(took) / quantile(own), 2),
        "first_feedback_s": summary(feedback),
        "page_s": summary(pages),
        "memory_mb_after_checks": memory_mb,
    }


def together(desks: list[Desk], photos: list[bytes]) -> tuple[list[float], list[float]]:
    """Let people check photos at the same time; return how long answers and first feedback take."""
    took: list[float] = []
    feedback: list[float] = []
    threads = [
        threading.Thread(target=check_all, args=(desk, photos[number :: len(desks)], took, feedback))
        for number, desk in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, feedback


def check_all(desk: Desk, photos: list[bytes], took: list[float], feedback: list[float]) -> None:
    """Hand in and check photos one after the other."""
    for photo in photos:
        began = time.perf_counter()
        place = desk.hand_in(photo)
        desk.get(place)
        feedback.append(time.perf_counter() - began)
        desk.answer(place)
        took.append(time.perf_counter() - began)


def again(photo: bytes, seed: int) -> bytes:
    """Return a photo as another file: brighter or darker by a little."""
    picture = Image.open(BytesIO(photo)).point(lambda value: value + seed % 19 - 9)
    held = BytesIO()
    picture.save(held, "jpeg", quality=70 + seed // 40 % 25, comment=str(seed))
    return held.getvalue()


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
        self.client, self.url, self.login = httpx2.Client(base_url=url, timeout=120), url, login
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
        self.answer(self.hand_in(photo))

    def answer(self, place: str) -> None:
        """Wait for the answer in words about a photo that was handed in."""
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


def memory_of(pid: int) -> dict[str, float]:
    """Return the memory of a server and of its workers, MB; what they share counts once. Linux only."""
    children = []
    for other in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(other.read_text().rpartition(")")[2].split()[1]) == pid:
                children.append(int(other.parent.name))
    return {"server": pss_mb(pid), "workers": sum(pss_mb(child) for child in children)}


def pss_mb(pid: int) -> int:
    """Return the memory of a process, MB; what it shares counts in part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return round(int(re.search(r"Pss:\s+(\d+)", text)[1]) / 1024)  # type: ignore[index]


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
