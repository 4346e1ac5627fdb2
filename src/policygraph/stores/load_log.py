"""What a store itself remembers of our loads, in one small graph, ``<base>graph/load``.

Terms are ``<base>load#…``; they are bookkeeping and no part of any release. The graph's own node says

    sha256      the release that is in place, complete
    graph       each graph of that release
    switching   the load whose staged graphs are being copied into place just now
    holder      the load that works on the store, with its ``beat`` (see ``Lease``)

and a node for each load that has begun, ``<base>load/<token>``, says the ``sha256`` and the ``graph``s it stages.

One load works at a time. A store has no locks that outlive a request, so the holder writes itself into the log and
then looks: whoever sees another beside itself steps back. A holder renews its beat three times a lease; one whose
beat stays the same for a whole lease is dead (killed, or cut off), and the next takes its place and cleans up. No
clock of another machine is read.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import uuid4

from pyoxigraph import Literal, NamedNode

from ..errors import StoreError

if TYPE_CHECKING:
    from .store import Store

SECONDS = 15.0
"""How long a holder may be silent before it counts as dead."""


@dataclass(frozen=True)
class Load:
    """A load that has begun: the release it brings and the graphs it is made of."""

    token: str
    sha256: str
    graphs: tuple[NamedNode, ...]


@dataclass(frozen=True)
class LoadLogState:
    """What the log says: ``heartbeats`` of each holder, ``begun`` the loads that did not end."""

    sha256: str | None = None
    graphs: tuple[NamedNode, ...] = ()
    switching: str | None = None
    heartbeats: dict[str, str] = field(default_factory=dict)
    begun: dict[str, Load] = field(default_factory=dict)


class LoadLog:
    """The log of one base in one store."""

    def __init__(self, store: Store, base: str) -> None:
        self.store, self.base = store, base
        self.node = NamedNode(f"{base}graph/load")

    def term(self, name: str) -> NamedNode:
        """A term of the bookkeeping."""
        return NamedNode(f"{self.base}load#{name}")

    def load(self, token: str) -> NamedNode:
        """The node of one load."""
        return NamedNode(f"{self.base}load/{token}")

    def staged(self, token: str, graph: NamedNode) -> NamedNode:
        """The graph in which a load keeps what will become ``graph``."""
        return NamedNode(f"{self.base}graph/staging/{token}/{graph.value.removeprefix(f'{self.base}graph/')}")

    def state(self) -> LoadLogState:
        """What the log says now; empty where nothing was ever loaded."""
        nodes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self.store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH {self.node} {{ ?s ?p ?o }} }}"):
            subject, predicate, value = (getattr(row[name], "value", "") for name in ("s", "p", "o"))
            term = predicate.removeprefix(f"{self.base}load#")
            nodes[self._token(subject)][term].append(self._token(value))
        own = nodes.pop(self.node.value, defaultdict(list))
        return LoadLogState(
            sha256=min(own["sha256"], default=None),
            graphs=tuple(map(NamedNode, sorted(own["graph"]))),
            switching=min(own["switching"], default=None),
            heartbeats={token: min(nodes[token]["beat"], default="") for token in own["holder"]},
            begun={
                token: Load(token, load["sha256"][0], tuple(map(NamedNode, sorted(load["graph"]))))
                for token, load in nodes.items()
                if load["sha256"]
            },
        )

    def begin(self, load: Load) -> None:
        """Write that a load has begun, before its first statement goes out: whoever comes can clean up."""
        node = self.load(load.token)
        self.insert([(node, "sha256", Literal(load.sha256)), *((node, "graph", graph) for graph in load.graphs)])

    def forget(self, token: str) -> list[str]:
        """The updates that take a load's node out of the log, its heartbeat excepted."""
        return [self.clearing(self.load(token), term) for term in ("graph", "sha256")]

    def in_place(self, load: Load) -> list[str]:
        """The updates that write that a load is in place and the switch is over."""
        facts = [(self.node, "graph", graph) for graph in load.graphs]
        return [
            *(self.clearing(self.node, term) for term in ("sha256", "graph", "switching")),
            self.insertion([(self.node, "sha256", Literal(load.sha256)), *facts]),
        ]

    def clearing(self, node: NamedNode, term: str) -> str:
        """The update that takes out what the log says of a node with one term."""
        return f"DELETE WHERE {{ GRAPH {self.node} {{ {node} {self.term(term)} ?o }} }}"

    def insert(self, facts: Iterable[tuple[NamedNode, str, NamedNode | Literal]]) -> None:
        """Add facts (subject, term, object)."""
        self.store.update(self.insertion(facts))

    def insertion(self, facts: Iterable[tuple[NamedNode, str, NamedNode | Literal]]) -> str:
        """The update that adds facts."""
        lines = " ".join(f"{subject} {self.term(term)} {value} ." for subject, term, value in facts)
        return f"INSERT DATA {{ GRAPH {self.node} {{ {lines} }} }}"

    def _token(self, node: str) -> str:
        return node.removeprefix(f"{self.base}load/")


class Lease:
    """Holds a store for one load; a context manager. ``token`` names the load."""

    def __init__(self, store: Store, log: LoadLog, seconds: float = SECONDS) -> None:
        self.store, self.log, self.seconds = store, log, seconds
        self.token = uuid4().hex[:16]
        self._over = threading.Event()
        self._renewal = threading.Thread(target=self._renew, name="policygraph-lease", daemon=True)
        self._number = 0

    def __enter__(self) -> Lease:
        self._wait_for_expiry()
        self._claim()
        self._renewal.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._renewal.join()
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

    def _wait_for_expiry(self) -> None:
        """Return when nobody holds the store. Raises StoreError where someone lives."""
        seen = self.log.state().heartbeats
        deadline = time.monotonic() + self.seconds
        while seen and time.monotonic() < deadline:
            self._over.wait(min(1.0, self.seconds / 6))
            now = self.log.state().heartbeats
            if any(token not in seen or beat != seen[token] for token, beat in now.items()):
                raise self._busy()
            seen = now
        for token in seen:
            self._withdraw(token)

    def _claim(self) -> None:
        me = self.log.load(self.token)
        self.log.insert([(self.log.node, "holder", me), (me, "beat", Literal("0"))])
        if list(self.log.state().heartbeats) != [self.token]:
            self._withdraw(self.token)
            raise self._busy()

    def _withdraw(self, token: str) -> None:
        node, graph = self.log.load(token), self.log.node
        held = f"{graph} {self.log.term('holder')} {node}"
        self.store.update(
            f"DELETE DATA {{ GRAPH {graph} {{ {held} }} }};\n"
            f"DELETE WHERE {{ GRAPH {graph} {{ {node} {self.log.term('beat')} ?o }} }}"
        )

    def _renew(self) -> None:
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

    def _busy(self) -> StoreError:
        return StoreError(
            f"Another load is at work on {self.store.endpoints.update}: wait until it ends, then run this again."
        )
