"""Who gets a process next, and who gets none: waiting by client in turn, and a memory of what was stopped lately.

A query that was stopped is known again by its words: whoever sends it again at once is refused without a process.
What only has its shape (other names, IRIs and numbers in the same places) is not refused, but goes where long
queries go, so that no process for quick ones is spent on it.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from .guard import Fingerprint

if TYPE_CHECKING:
    from .processes import Worker

REMEMBERED = 10_000
"""Texts and shapes that are remembered; the oldest are forgotten first."""


class StoppedQueries:
    """What was stopped lately: texts until a time, shapes until one of them proves quick."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, float] = OrderedDict()
        self._shapes: OrderedDict[int, None] = OrderedDict()

    def add(self, query: Fingerprint, seconds: float) -> None:
        """Remember a query: its text for so many seconds."""
        for remembered in (self._texts, self._shapes):
            while len(remembered) >= REMEMBERED:
                remembered.popitem(last=False)
        self._texts[query.text] = time.monotonic() + seconds
        self._texts.move_to_end(query.text)
        self._shapes[query.shape] = None
        self._shapes.move_to_end(query.shape)

    def seconds_left(self, query: Fingerprint) -> float:
        """How long this very text is still refused; 0 where it is not."""
        return max(0.0, self._texts.get(query.text, 0.0) - time.monotonic())

    def alike(self, query: Fingerprint) -> bool:
        """Whether a query of this shape was stopped."""
        return query.shape in self._shapes

    def forgive(self, query: Fingerprint) -> None:
        """A query of this shape was quick after all."""
        self._shapes.pop(query.shape, None)


class WaitingList:
    """Queries that wait for a process, at most ``most``: one of each client in turn.

    Where it is full, the client with the most waiting gives up its latest, if it has more than the newcomer's.
    """

    def __init__(self, most: int) -> None:
        self.most, self._size = most, 0
        self._clients: OrderedDict[str, deque[asyncio.Future[Worker]]] = OrderedDict()

    def __len__(self) -> int:
        return self._size

    def join(self, client: str) -> asyncio.Future[Worker] | None:
        """A place; None where there is none. A place that is given up is cancelled."""
        if self._size >= self.most:
            greediest = max(self._clients, key=lambda name: len(self._clients[name]))
            if len(self._clients[greediest]) <= len(self._clients.get(client, ())) + 1:
                return None
            place = self._clients[greediest][-1]
            self.leave(greediest, place)
            place.cancel()
        place = asyncio.get_running_loop().create_future()
        self._clients.setdefault(client, deque()).append(place)
        self._size += 1
        return place

    def leave(self, client: str, place: asyncio.Future[Worker]) -> None:
        """Stop waiting."""
        places = self._clients.get(client)
        if places is None or place not in places:
            return
        places.remove(place)
        self._size -= 1
        if not places:
            del self._clients[client]

    def next(self) -> asyncio.Future[Worker] | None:
        """The place whose turn it is, taken off the list; None where nobody waits."""
        if not self._clients:
            return None
        client, places = self._clients.popitem(last=False)
        place = places.popleft()
        self._size -= 1
        if places:
            self._clients[client] = places
        return place
