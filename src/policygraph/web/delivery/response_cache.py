"""Responses that are kept: the same data give the same bytes, so that many equal requests cost one query.

What is kept is bounded in bytes, the least recently used goes first, and nothing outlives its data: their identity
is part of every key. Requests that come while a response is being made wait for that one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request

from .requests import view_of

Make = Callable[[], Coroutine[Any, Any, bytes]]
Key = tuple[str, ...]

ROOM, LARGEST = 64 * 2**20, 8 * 2**20
"""Bytes of all that is kept, and of one response."""


class ResponseCache:
    """Responses by key; ``await cache.get(key, make)`` makes one where there is none."""

    def __init__(self, room: int = ROOM, largest: int = LARGEST) -> None:
        self.room, self.largest, self.size = room, largest, 0
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._making: dict[Key, asyncio.Task[bytes]] = {}

    async def get(self, key: Key, make: Make) -> bytes:
        """The response under a key; what ``make`` raises is raised to everyone who waits, and not kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(make())
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: Key, task: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if task.cancelled() or task.exception() is not None:
            return
        content = task.result()
        if len(content) <= self.largest:
            self._kept[key] = content
            self.size += len(content)
        while self.size > self.room:
            _, oldest = self._kept.popitem(last=False)
            self.size -= len(oldest)


async def cached(request: Request, key: Key, make: Make) -> bytes:
    """The response under a key over the data of a request; made anew where nobody knows if they have changed."""
    identity = view_of(request).snapshot.identity
    if not identity:
        return await make()
    cache: ResponseCache = request.app.state.cache
    return await cache.get((identity, *key), make)
