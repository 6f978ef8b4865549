"""What stands before every page: allowed hosts, where a form comes from, headers, slowed guessing."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import limits
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from motif.web.settings import Settings

CONTENT_POLICY: Final = (
    "default-src 'none'; img-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
DOCUMENT_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)
"""For reports, which carry their style and pictures in them, and are saved rather than shown."""
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class Guard:
    """Answers only under the counter's own names, and gives each answer its headers.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._settings.hosts:
            answer = PlainTextResponse("This host is not served here.\n", 421)
            await answer(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def host_name(host: str) -> str:
    """Return a host without its port.

    Examples
    --------
    >>> host_name("Localhost:8000"), host_name("[::1]:8000"), host_name("a.example")
    ('localhost', '[::1]', 'a.example')
    """
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def comes_from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of this counter.

    Parameters
    ----------
    request : Request

    Returns
    -------
    bool
        By ``Origin``; where a browser leaves that out, by ``Sec-Fetch-Site`` or ``Referer``.
    """
    own = f"{request.url.scheme}://{request.headers.get('host', '')}".lower()
    origin = request.headers.get("origin")
    if origin is not None:
        return origin.lower() == own
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    referer = urlsplit(request.headers.get("referer", ""))
    return f"{referer.scheme}://{referer.netloc}".lower() == own


def is_this_machine(request: Request) -> bool:
    """Tell whether a browser runs on the machine of the counter.

    Parameters
    ----------
    request : Request

    Returns
    -------
    bool
    """
    if request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def path_here(path: str | None) -> str:
    """Return where to go after signing in: a path of this counter, never another site.

    Parameters
    ----------
    path : str or None

    Returns
    -------
    str

    Examples
    --------
    >>> [path_here(path) for path in ("/checks/3", "//evil.example", "https://evil.example", "/a\\\\b", None)]
    ['/checks/3', '/', '/', '/', '/']
    """
    if path is None or len(path) > 300 or not path.isascii() or not path.isprintable():
        return "/"
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    return path


class Guessing:
    """Slows down who guesses passwords or codes; each try counts, and a success forgives.

    Parameters
    ----------
    clock : callable
        Seconds, for tests.
    """

    _BY_NAME = limits.parse("8 per 10 minutes")
    _BY_ADDRESS = limits.parse("40 per 10 minutes")

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._storage = limits.storage.MemoryStorage()
        self._limiter = limits.strategies.MovingWindowRateLimiter(self._storage)

    def wait_minutes(self, name: str, address: str) -> int:
        """Count a try; return 0, or after how many minutes the next one is possible."""
        checks = ((self._BY_NAME, f"name {name[:80]}"), (self._BY_ADDRESS, f"address {address}"))
        over = [(rate, key) for rate, key in checks if not self._limiter.hit(rate, key)]
        if not over:
            return 0
        ends = max(self._limiter.get_window_stats(rate, key).reset_time for rate, key in over)
        return max(1, math.ceil((ends - self._clock()) / 60))

    def forgive(self, name: str) -> None:
        """Forget the tries for a name, after the right password."""
        self._limiter.clear(self._BY_NAME, f"name {name[:80]}")
