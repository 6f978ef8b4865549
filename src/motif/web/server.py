"""Run the counter in this process until it is stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from motif.errors import MotifError
from motif.messages import N_, system_reason
from motif.web.app import make_app
from motif.web.counter import Counter
from motif.web.settings import Settings
from motif.web.tls import Certificate

MOST_CONNECTIONS: Final = 200
MOST_FROM_ONE: Final = 100
"""Most connections of one address; a proxy on this machine is one, too."""
HEADERS_S: Final = 10.0
"""Longest time from a connection, or from the first byte of a further request, to the end of its headers."""
_STOP_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where browsers reach the counter.

    Parameters
    ----------
    address : str
        ``127.0.0.1``, or ``0.0.0.0`` for the network.
    port : int
        0 takes a free one.
    certificate : Certificate or None
        None for plain HTTP.
    """

    address: str = "127.0.0.1"
    port: int = 8000
    certificate: Certificate | None = None


def serve(settings: Settings, listening: Listening, announce: Callable[[Counter, str], None]) -> None:
    """Serve pages until a signal ends it.

    Parameters
    ----------
    settings : Settings
    listening : Listening
    announce : callable
        Called with the counter and its address once it is ready.

    Raises
    ------
    MotifError
        If the port is taken; if the registry cannot be opened.
    """
    bound = _bind(listening)
    scheme = "http" if listening.certificate is None else "https"
    host = "localhost" if listening.address == "127.0.0.1" else settings.hosts[-1]
    url = f"{scheme}://{host}:{bound.getsockname()[1]}"
    failures: list[BaseException] = []
    app = make_app(settings, announce=lambda counter: announce(counter, url), failed=failures.append)
    certificate = listening.certificate
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        http=LimitedProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=_STOP_S,
        ssl_certfile=None if certificate is None else certificate.certificate,
        ssl_keyfile=None if certificate is None else certificate.key,
    )
    uvicorn.Server(config).run(sockets=[bound])
    if failures:
        raise failures[0]


def _bind(listening: Listening) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listening.address, listening.port))
    except OSError as error:
        bound.close()
        message = N_("port {port} cannot be used: {reason}", port=listening.port, reason=system_reason(error))
        raise MotifError(message, hint=N_("Choose another with --port.")) from error
    return bound


class LimitedProtocol(H11Protocol):
    """Uvicorn's own, which waits for headers without end, and lets one address take every place.

    Bodies are limited where they are read.
    """

    headers_s = HEADERS_S
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client and self.client[0]
        known = [one.client for one in self.connections if isinstance(one, H11Protocol)]
        if sum(client is not None and client[0] == address for client in known) > MOST_FROM_ONE:
            transport.abort()
            return
        self._begin_waiting()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end_waiting()
        elif self._deadline is None:
            self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        super().connection_lost(exc)

    def _begin_waiting(self) -> None:
        self._deadline = self.loop.call_later(self.headers_s, self._give_up)

    def _end_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.conn.their_state is h11.IDLE:
            self.transport.abort()
