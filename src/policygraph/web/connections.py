"""Connections whose other end is too slow are let go: while they send a request, and while they read an answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from ..engine.settings import Limits


def patient(limits: Limits) -> type[H11Protocol]:
    """uvicorn's protocol with two clocks.

    The head of a request must arrive within ``limits.request_seconds`` (the body has its own clock, in
    ``protocol``), and a reader must take something within ``limits.stall_seconds``.
    """

    class Patient(H11Protocol):
        _arriving: asyncio.TimerHandle | None = None
        _stalled: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            # asyncio does this only for sockets that were made with a protocol number; without, each answer
            # waits 40 ms for the reader's acknowledgement of its head
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._await_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                _cancel(self._arriving)
                self._arriving = None
            elif self._arriving is None:
                self._await_head()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._stalled = self.loop.call_later(limits.stall_seconds, _reset, self.transport)

        def resume_writing(self) -> None:
            super().resume_writing()
            _cancel(self._stalled)

        def connection_lost(self, exc: Exception | None) -> None:
            _cancel(self._arriving)
            _cancel(self._stalled)
            super().connection_lost(exc)

        def _await_head(self) -> None:
            self._arriving = self.loop.call_later(limits.request_seconds, self.transport.close)

    return Patient


def _reset(transport: asyncio.Transport) -> None:
    """Close at once, and have the kernel forget what was not taken either."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
