"""Answers that are kept: the same data give the same bytes, so that many who ask alike cost one query.

What is kept is bounded in bytes, the least recently used goes first, and nothing outlives its data: their identity
is part of every key. Who asks while an answer is being made waits for that one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.requests import Request

Make = Callable[[], Awaitable[bytes]]
Key = tuple[str, ...]

ROOM, LARGEST = 64 * 2**20, 8 * 2**20
"""Bytes of all that is kept, and of one answer."""


class ResponseCache:
    """Answers by key; ``await kept.get(key, make)`` makes one where there is none."""

    def __init__(self, room: int = ROOM, largest: int = LARGEST) -> None:
        self.room, self.largest, self.size = room, largest, 0
        self._found: OrderedDict[Key, bytes] = OrderedDict()
        self._making: dict[Key, asyncio.Task[bytes]] = {}

    async def get(self, key: Key, make: Make) -> bytes:
        """The answer under a key; what ``make`` raises is raised to everyone who waits, and not kept."""
        if key in self._found:
            self._found.move_to_end(key)
            return self._found[key]
        task = self._making.get(key) or self._begin(key, make)
        return await asyncio.shield(task)

    def _begin(self, key: Key, make: Make) -> asyncio.Task[bytes]:
        async def making() -> bytes:
            return await make()

        task = self._making[key] = asyncio.create_task(making())
        task.add_done_callback(lambda done: self._done(key, done))
        return task

    def _done(self, key: Key, task: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if task.cancelled() or task.exception() is not None:
            return
        content = task.result()
        if len(content) <= self.largest:
            self._found[key] = content
            self.size += len(content)
        while self.size > self.room:
            _, oldest = self._found.popitem(last=False)
            self.size -= len(oldest)


async def kept(request: Request, key: Key, make: Make) -> bytes:
    """The answer under a key over the data of a request; made anew where nobody knows if they have changed."""
    identity: str = request.state.view.snapshot.identity
    if not identity:
        return await make()
    state = request.app.state
    if not hasattr(state, "kept"):
        state.kept = ResponseCache()
    store: ResponseCache = state.kept
    return await store.get((identity, *key), make)


def address_of(request: Request) -> str:
    """Path and query of a request, as a part of a key."""
    return f"{request.url.path}?{request.url.query}"
