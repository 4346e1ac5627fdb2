"""One load at a time: whoever works on a store holds it, and shows that it lives by a beat.

A store has no locks that outlive a request, so the holder writes itself into the log and then looks: whoever
sees another beside itself steps back. A holder renews its beat three times a lease; one whose beat stays the same
for a whole lease is dead (killed, or cut off), and the next takes its place and cleans up. No clock of another
machine is read.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import uuid4

from pyoxigraph import Literal

from ..errors import StoreError
from .load_log import LoadLog

if TYPE_CHECKING:
    from .store import Store

SECONDS = 15.0
"""How long a holder may be silent before it counts as dead."""


class Lease:
    """Holds a store for one load; a context manager. ``token`` names the load."""

    def __init__(self, store: Store, log: LoadLog, seconds: float = SECONDS) -> None:
        self.store, self.log, self.seconds = store, log, seconds
        self.token = uuid4().hex[:16]
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="policygraph-lease", daemon=True)
        self._number = 0

    def __enter__(self) -> Lease:
        self._wait_for_the_dead()
        self._claim()
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._heart.join()
        try:
            self._withdraw(self.token)
        except StoreError:
            if error is None:
                raise

    def check(self) -> None:
        """Raise StoreError where another load has taken this one for dead."""
        holders = self.log.state().heartbeats
        if list(holders) != [self.token]:
            raise StoreError(
                f"Another load took over {self.store.endpoints.query} since this one was silent for too long: "
                "see that the other one ends, then run this again."
            )

    def _wait_for_the_dead(self) -> None:
        """Return when nobody holds the store. Raises StoreError where someone lives."""
        seen = self.log.state().heartbeats
        deadline = time.monotonic() + self.seconds
        while seen and time.monotonic() < deadline:
            self._over.wait(min(1.0, self.seconds / 6))
            now = self.log.state().heartbeats
            if any(token not in seen or beat != seen[token] for token, beat in now.items()):
                raise self._taken()
            seen = now
        for token in seen:
            self._withdraw(token)

    def _claim(self) -> None:
        me = self.log.load(self.token)
        self.log.insert([(self.log.node, "holder", me), (me, "beat", Literal("0"))])
        if list(self.log.state().heartbeats) != [self.token]:
            self._withdraw(self.token)
            raise self._taken()

    def _withdraw(self, token: str) -> None:
        node, graph = self.log.load(token), self.log.node
        held = f"{graph} {self.log.term('holder')} {node}"
        self.store.update(
            f"DELETE DATA {{ GRAPH {graph} {{ {held} }} }};\n"
            f"DELETE WHERE {{ GRAPH {graph} {{ {node} {self.log.term('beat')} ?o }} }}"
        )

    def _beat(self) -> None:
        """Renew the beat until the load is over; a beat that fails is left out, the next one may pass."""
        node, graph, beat = self.log.load(self.token), self.log.node, self.log.term("beat")
        while not self._over.wait(self.seconds / 3):
            self._number += 1
            try:
                self.store.update(
                    f"DELETE {{ GRAPH {graph} {{ {node} {beat} ?o }} }} INSERT {{ GRAPH {graph} {{ {node} {beat} "
                    f'"{self._number}" }} }} WHERE {{ GRAPH {graph} {{ {node} {beat} ?o }} }}'
                )
            except StoreError:
                continue

    def _taken(self) -> StoreError:
        return StoreError(
            f"Another load is at work on {self.store.endpoints.update}: wait until it ends, then run this again."
        )
