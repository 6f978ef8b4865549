"""The power fails: what was acknowledged is there once, and what was under way goes on."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from tests.web.desk import Browser, picture, settings_at, with_people
from tests.web.test_day import ANSWERS

import motif
from motif.profiles import CHEAPEST_1
from motif.web.settings import Settings

pytestmark = pytest.mark.slow


@contextmanager
def running(settings: Settings, *, port: int) -> Iterator[Browser]:
    """Run ``motif serve`` as a process of its own, and kill it with all its workers in the end."""
    command = [sys.executable, "-m", "motif", "--registry", settings.registry, "serve", "--no-browser"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--folder", str(settings.folder), "--workers", "1"],
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        env=os.environ | {"MOTIF_LANG": "en"},
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    assert "The counter is open" in said, said + process.stderr.read()
    try:
        with httpx2.Client(base_url=f"http://localhost:{port}", timeout=60) as client:
            yield Browser(client)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_nothing_that_was_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    settings, port = with_people(settings_at(tmp_path)), free_port()
    with running(settings, port=port) as browser:
        browser.sign_in("sri")
        photo = browser.hand_in(picture(1)).path
    cookies = browser.cookies
    with running(settings, port=port) as browser:  # the photo was under way
        browser.cookies = dict(cookies)
        assert browser.wait(photo).status == 200
        answer = browser.post(f"{photo}/check").path
    with running(settings, port=port) as browser:  # the check was under way
        browser.cookies = dict(cookies)
        assert "Nothing alike" in browser.wait(answer).headline
        job = register(browser, photo, "Bunga Turi")
        time.sleep(0.3)
    with running(settings, port=port) as browser:  # the registration was under way, or done
        browser.cookies = dict(cookies)
        page = browser.wait(job)
        assert re.search(r"M-000001-3", page.html + page.path)
    with motif.Registry.open(settings.registry) as registry:
        assert [entry.title for entry in registry] == ["Bunga Turi"]
        assert len(registry.records.list(motif.records.Party)) == 1
        assert len(registry.records.list(motif.records.Specimen)) == 1
        kinds = [event.kind for event in registry.ledger.events()]
    assert kinds.count("entry.added") == 1
    assert motif.verify_registry(settings.registry).whole


def register(browser: Browser, photo: str, title: str) -> str:
    """Answer all questions; return the path of the work that was acknowledged."""
    browser.get(f"{photo}/register")
    for step, answers in ANSWERS.items():
        browser.post(f"{photo}/register/{step}", answers | ({"title": title} if "title" in answers else {}))
    page = browser.post(f"{photo}/register/answers")
    assert page.status == 303, page.html
    return str(page.path)


def test_two_counters_over_one_server_see_each_others_designs_also_after_one_is_killed(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    address = new_database()
    with motif.Registry.open(address, profile=CHEAPEST_1):
        pass
    both = [
        with_people(replace(settings_at(tmp_path / name), registry=address)) for name in ("left", "right")
    ]
    port = free_port()
    with ExitStack() as stack:
        left = stack.enter_context(running(both[0], port=port))
        with running(both[1], port=free_port()) as right:
            for browser in (left, right):
                browser.sign_in("sri")
            photos = [browser.hand_in(picture(seed)).path for seed, browser in enumerate((left, right), 1)]
            for browser, photo in zip((left, right), photos, strict=True):
                browser.wait(photo)
                browser.wait(browser.post(f"{photo}/check").path)
            jobs = [register(left, photos[0], "Kiri"), register(right, photos[1], "Kanan")]
            assert "Kiri" in left.wait(jobs[0]).html
            cookies = dict(right.cookies)
        copy = left.hand_in(picture(2)).path  # the right one was killed, perhaps while it registered
        left.wait(copy)
        with running(both[1], port=free_port()) as right:
            right.cookies = cookies
            assert "Kanan" in right.wait(jobs[1]).html
            seen = left.wait(left.post(f"{copy}/check").path)
            assert "Kanan" in seen.html
            copy = right.hand_in(picture(1)).path
            right.wait(copy)
            assert "Kiri" in right.wait(right.post(f"{copy}/check").path).html
    with motif.Registry.open(address) as registry:
        assert sorted(entry.title for entry in registry) == ["Kanan", "Kiri"]
        assert {event.by for event in registry.ledger.events() if event.kind == "entry.added"} == {"sri"}
    assert motif.verify_registry(address).whole
