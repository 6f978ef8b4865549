"""HTTP with an end to waiting: who sends nothing, or slowly, does not keep the places of others."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS: Final = 200
MOST_FROM_ONE: Final = 100
"""Most connections of one address; a proxy on this machine is one, too."""
HEADERS_S: Final = 10.0
"""Longest time from a connection, or from the first byte of a further request, to the end of its headers."""


class LimitedProtocol(H11Protocol):
    """Uvicorn's own, which waits for headers without end; bodies are limited where they are read."""

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
