"""The assistant over HTTP, imported and started by the first request for it.

The protocol's SDK takes as much of the processor to import as all else that a server does to start, and most
servers are never asked by a model. A module below 60 lines, since it must be importable without the SDK.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from starlette.types import ASGIApp, Receive, Scope, Send

from ..engine.dataset import Dataset
from ..engine.settings import Settings


class HttpAssistant:
    """The ASGI application of the protocol; it answers while ``run()`` is entered."""

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self._dataset, self._settings = dataset, settings
        self._wanted, self._stopping = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await asyncio.wait((self._started, self._life), return_when=asyncio.FIRST_COMPLETED)
        if not self._started.done():
            self._life.result()  # raises what kept it from starting
        await self._started.result()(scope, receive, send)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Be ready to start, and in the end stop what has started."""
        self._started: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live())
        try:
            yield
        finally:
            self._stopping.set()
            self._wanted.set()
            await asyncio.wait((self._life,))

    async def _live(self) -> None:
        """Wait for a request, start, wait for the end and stop: in one task, as groups of tasks must be."""
        await self._wanted.wait()
        if self._stopping.is_set():
            return
        await asyncio.to_thread(import_module, f"{__package__}.server")  # others need not wait for it
        from .server import Assistant, transport

        manager = Assistant(self._dataset, self._settings.limits).http(self._settings.address)
        async with manager.run():
            self._started.set_result(transport(manager))
            await self._stopping.wait()
