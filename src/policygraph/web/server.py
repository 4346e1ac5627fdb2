"""Runs the application: the socket, its connections, the signals, the log."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..engine.dataset import Dataset
from ..engine.settings import Limits, Settings
from ..errors import ServerError
from .app import create
from .clients import CLOSING, ClientShare, Network, Share, networks
from .request_log import BackgroundLog, JsonLines


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ServerError where the port is taken or the address is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise ServerError(
            f"Nothing can listen on {host}:{port} ({error.strerror}): stop what uses it, or choose another --port."
        ) from error


def address_of(listener: socket.socket) -> str:
    """The address that a person types, with a slash at the end."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is called when requests are answered. SIGHUP loads again.

    Raises PolicygraphError where the data cannot be loaded.
    """
    log = _log_as_json()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(settings, listener, ready))
    finally:
        log.finish()


async def _serve(settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
    _allow_descriptors(settings.limits.connections)
    dataset = Dataset(settings)
    await dataset.open()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, dataset.wake.set)
    config = uvicorn.Config(
        ClientShare(create(settings, dataset), settings.limits.connections_per_client),
        http=protocol_with(settings.limits, networks(settings.proxies)),
        ws="none",
        h11_max_incomplete_event_size=settings.limits.head_bytes,
        limit_concurrency=settings.limits.connections,
        timeout_graceful_shutdown=int(settings.limits.seconds) + 5,
        timeout_keep_alive=settings.limits.idle_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=",".join(settings.proxies),
    )
    ready()
    await uvicorn.Server(config).serve(sockets=[listener])


def _log_as_json() -> BackgroundLog:
    handler = BackgroundLog(sys.stderr.fileno())
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


def protocol_with(limits: Limits, proxies: Sequence[Network] = ()) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, which closes a connection whose other end is too slow or has too many.

    The head of a request must arrive within ``limits.request_seconds`` (the body has its own
    clock, in ``delivery.requests``), and a reader must take something within ``limits.stall_seconds``.
    """

    share = Share(limits.connections_per_client, proxies)

    class TimedProtocol(H11Protocol):
        _arriving: asyncio.TimerHandle | None = None
        _stalled: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._host = self.client[0] if self.client else ""
            if not share.take(self._host):
                _refuse(transport)
                return
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
            share.give_back(self._host)
            super().connection_lost(exc)

        def _await_head(self) -> None:
            self._arriving = self.loop.call_later(limits.request_seconds, self.transport.close)

    return TimedProtocol


def _allow_descriptors(connections: int) -> None:
    """Raise the limit on open files to what the connections need, as far as the machine's own ceiling allows."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * connections + 256
    if 0 <= soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard < 0 else min(needed, hard), hard))


def _refuse(transport: asyncio.Transport) -> None:
    """Say that the address has too many connections, and close this one."""
    transport.write(CLOSING)
    transport.close()


def _reset(transport: asyncio.Transport) -> None:
    """Close at once, and have the kernel drop what the client has not taken."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
