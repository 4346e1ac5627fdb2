"""The assistant on standard input and output: one program that started it, and the engine's processes behind.

A module below 60 lines, since the server on HTTP needs none of it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from mcp.server.stdio import stdio_server

from ..engine.dataset import Dataset
from ..engine.settings import Settings
from .server import Assistant


async def run(settings: Settings) -> None:
    """Serve until standard input ends; a release that is built anew is swapped in.

    Raises ServerError where the data cannot be loaded.
    """
    dataset = Dataset(settings)
    await dataset.open()
    watching = asyncio.create_task(dataset.watch())
    try:
        server = Assistant(dataset, settings.limits).server
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await dataset.close()
