"""A counter for tests: four people, a browser that keeps cookies, and what a person does with it."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import numpy as np
import uvicorn
from PIL import Image
from starlette.testclient import TestClient
from tests.pictures import spots

from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
from motif.web.accounts import Accounts
from motif.web.app import make_app
from motif.web.counter import Counter
from motif.web.database import Database
from motif.web.folder import Folder
from motif.web.settings import Settings

HERE = "http://localhost"
PASSWORD = "tiga kata panjang"
PEOPLE = {"mak": "maker", "sri": "officer", "dar": "head", "bay": "auditor"}
"""Login -> role."""
LOGIN_OF = {role: login for login, role in PEOPLE.items()}


def picture(seed: int, *, suffix: str = "png") -> bytes:
    """Return a photo that is sharp enough, and alike to no other seed's."""
    from io import BytesIO

    held = BytesIO()
    Image.fromarray(np.dstack([spots(seed, (40, 40), 14)] * 3)).save(held, suffix)
    return held.getvalue()


def settings_at(folder: Path, **changes: object) -> Settings:
    """Return settings that cost little."""
    settings = Settings(
        registry=str(folder / "registry"),
        folder=folder / "counter",
        password_memory_kib=64,
        language="en",
        workers=1,
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


def with_people(settings: Settings) -> Settings:
    """Make registry and accounts, each with the same password."""
    with Registry.open(settings.registry, profile=CHEAPEST_1):
        pass
    Folder(path=settings.folder).make()
    database = Database(settings.folder)
    accounts = Accounts(database, settings)
    for login, role in PEOPLE.items():
        _account, code = accounts.invite(login=login, name=f"Person {login}", role=role, by="")
        accounts.use_code(code, PASSWORD)
    database.close()
    return settings


class Desk:
    """A running counter, and one browser for each person."""

    def __init__(self, client: httpx2.Client, counter: Counter) -> None:
        self.client, self.counter = client, counter
        self._browsers: dict[str, Browser] = {}

    def browser(self, role: str = "") -> Browser:
        """Return the browser of a role, signed in; a new one of nobody without a role."""
        if not role:
            return Browser(self.client)
        if role not in self._browsers:
            self._browsers[role] = Browser(self.client)
            self._browsers[role].sign_in(LOGIN_OF[role])
        return self._browsers[role]

    def forget(self, *roles: str) -> None:
        """Let roles, or all, sign in anew the next time."""
        for role in roles or tuple(self._browsers):
            self._browsers.pop(role, None)


class Page:
    """An answer to a request."""

    def __init__(self, response: object) -> None:
        self.response = response
        self.status: int = response.status_code  # type: ignore[attr-defined]
        self.html: str = response.text  # type: ignore[attr-defined]
        self.headers = response.headers  # type: ignore[attr-defined]
        self.path: str = response.headers.get("location", "")  # type: ignore[attr-defined]

    @property
    def csrf(self) -> str:
        """The token of the page's forms."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    @property
    def headline(self) -> str:
        """The first line."""
        found = re.search(r"<h1>(.*?)</h1>", self.html, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    @property
    def title(self) -> str:
        """What the tab is called."""
        found = re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)
        return unescape(found[1]) if found else ""


class Browser:
    """What one person has open: its own cookies, over the client of all."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client, self.origin = client, str(client.base_url).rstrip("/")
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def get(self, path: str, **headers: str) -> Page:
        """Look at a page."""
        return self._ask("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: dict[str, str] | None = None,
        *,
        files: object = None,
        csrf: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Send a form, with the token of the page that was looked at last."""
        if not self.csrf and csrf is None:
            self.get("/account" if "motif" in self.cookies else "/sign-in")
        sent = {"csrf": self.csrf if csrf is None else csrf, **(data or {})}
        return self._ask(
            "POST", path, data=sent, files=files, headers={"origin": self.origin} | (headers or {})
        )

    def sign_in(self, login: str, password: str = PASSWORD, **data: str) -> Page:
        """Sign in."""
        self.get("/sign-in")
        page = self.post("/sign-in", {"login": login, "password": password, **data})
        if page.status == 303:
            self.csrf = ""
        return page

    def hand_in(self, photo: bytes, name: str = "cloth.png") -> Page:
        """Hand a photo in; return where that leads."""
        return self.post("/photos/new", files={"gallery": (name, photo, "image/png")})

    def wait(self, path: str, patience_s: float = 120) -> Page:
        """Look at a page until it is no progress page any more."""
        ends = time.monotonic() + patience_s
        while time.monotonic() < ends:
            page = self.get(path)
            if page.status == 303:
                path = page.path
            elif "data-poll" not in page.html:
                return page
            time.sleep(0.05)
        raise AssertionError(f"{path} is still busy after {patience_s} s")

    def _ask(self, method: str, path: str, **sent: object) -> Page:
        self._client.cookies.clear()
        if self.cookies:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent["headers"] = {"cookie": cookie} | (sent.get("headers") or {})  # type: ignore[operator]
        response = self._client.request(method, path, follow_redirects=False, **sent)  # type: ignore[arg-type]
        for name, value in response.cookies.items():
            self.cookies[name] = value
        if 'motif=""' in response.headers.get("set-cookie", ""):
            self.cookies.pop("motif", None)
        page = Page(response)
        if method == "GET" and page.csrf:
            self.csrf = page.csrf
        return page


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Run a counter in this process; its workers are processes all the same."""
    app = make_app(settings)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield Desk(client, app._app.state.counter)  # type: ignore[attr-defined]


@contextmanager
def served_desk(settings: Settings) -> Iterator[Desk]:
    """Run a counter on a free port of this machine, for a real browser."""
    counters: list[Counter] = []
    app = make_app(settings, announce=counters.append)
    config = uvicorn.Config(app, lifespan="on", log_level="warning", access_log=False)
    server, bound = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    with httpx2.Client(base_url=f"http://localhost:{bound.getsockname()[1]}", timeout=60) as client:
        yield Desk(client, counters[0])
    server.should_exit = True
    thread.join(30)
