"""Who sends nothing, or slowly, is left after a while; others are answered meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from motif.web.server import MOST_CONNECTIONS, MOST_FROM_ONE, LimitedProtocol

PATIENCE_S = 0.5
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


class _Impatient(LimitedProtocol):
    headers_s = PATIENCE_S


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that answers everything at once, or after as many seconds as its path says."""

    async def answer(request: Request) -> Response:
        import asyncio

        await asyncio.sleep(float(request.path_params.get("seconds", 0)))
        return PlainTextResponse("here")

    app = Starlette(routes=[Route("/", answer), Route("/{seconds}", answer)])
    config = uvicorn.Config(
        app, http=_Impatient, log_level="critical", limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=5
    )
    server, bound = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0), backlog=512)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield int(bound.getsockname()[1])
    server.should_exit = True
    thread.join(10)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def seconds_until_closed(one: socket.socket) -> float:
    began = time.monotonic()
    try:
        while one.recv(1000):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - began


def ask(one: socket.socket, more: bytes = b"\r\n") -> bytes:
    one.sendall(REQUEST + more)
    return answer_of(one)


def answer_of(one: socket.socket) -> bytes:
    """Read a whole answer, whose headers and body may come apart."""
    answer = b""
    while not answer.endswith(b"here") and (more := one.recv(1000)):
        answer += more
    return answer


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with connect(port) as silent:
        assert PATIENCE_S / 2 < seconds_until_closed(silent) < 3


@pytest.mark.parametrize("earlier_requests", [0, 1])
def test_headers_that_come_by_drops_are_not_waited_for(port: int, earlier_requests: int) -> None:
    with connect(port) as slow:
        for _request in range(earlier_requests):
            assert b"here" in ask(slow)
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            for letter in (REQUEST + b"X-Slow: " + b"x" * 1000).decode():
                slow.sendall(letter.encode())
                time.sleep(0.02)
        assert time.monotonic() - began < 3


def test_an_answer_that_takes_longer_is_waited_for(port: int) -> None:
    with connect(port) as patient:
        patient.sendall(REQUEST.replace(b"/ ", f"/{3 * PATIENCE_S} ".encode(), 1) + b"\r\n")
        assert b"here" in answer_of(patient)
        time.sleep(2 * PATIENCE_S)  # the same browser asks again later
        assert b"here" in ask(patient)


def test_one_machine_takes_half_of_the_places_and_those_who_were_in_are_answered(port: int) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(connect(port))
        idle = [stack.enter_context(connect(port)) for _place in range(MOST_FROM_ONE + 20)]
        assert b"200 OK" in ask(first)
        assert sum(seconds_until_closed(one) < PATIENCE_S / 4 for one in idle[-20:]) >= 19
    with connect(port) as later:
        assert b"200 OK" in ask(later)
