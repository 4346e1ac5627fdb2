"""Runs the application: the socket, the signals, the log. ``run`` comes back when the server has stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from ..engine.settings import Settings
from ..errors import ServerError


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


def run(settings: Settings, listener: socket.socket, ready: Callable[[Settings], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is called when requests are answered. SIGHUP loads again.

    Raises PolicygraphError where the data cannot be loaded.
    """
    _log_as_json()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings, listener, ready))


async def _serve(settings: Settings, listener: socket.socket, ready: Callable[[Settings], None]) -> None:
    import uvicorn

    from ..engine.dataset import Dataset
    from .app import create
    from .connections import patient

    dataset = Dataset(settings)
    await dataset.open()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, dataset.wake.set)
    config = uvicorn.Config(
        create(settings, dataset),
        http=patient(settings.limits),
        ws="none",
        h11_max_incomplete_event_size=settings.limits.head_bytes,
        limit_concurrency=settings.limits.connections,
        timeout_graceful_shutdown=int(settings.limits.seconds) + 5,
        timeout_keep_alive=settings.limits.idle_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    ready(settings)
    await uvicorn.Server(config).serve(sockets=[listener])


def _log_as_json() -> None:
    from .request_log import JsonLines

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("uvicorn", "httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
