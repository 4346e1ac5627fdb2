"""What a store itself remembers of our loads, in one small graph, ``<base>graph/load``.

Terms are ``<base>load#…``; they are bookkeeping and no part of any release. The graph's own node says

    sha256      the release that is in place, complete
    graph       each graph of that release
    switching   the load whose staged graphs are being copied into place just now
    holder      the load that works on the store, with its ``beat`` (see ``lease``)

and a node for each load that has begun, ``<base>load/<token>``, says the ``sha256`` and the ``graph``s it stages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QuerySolution

if TYPE_CHECKING:
    from .store import Store


@dataclass(frozen=True)
class Load:
    """A load that has begun: the release it brings and the graphs it is made of."""

    token: str
    sha256: str
    graphs: tuple[NamedNode, ...]


@dataclass(frozen=True)
class LoadLogState:
    """What the log says: ``heartbeats`` are the holders with their beat, ``begun`` the loads that did not end."""

    sha256: str | None = None
    graphs: tuple[NamedNode, ...] = ()
    switching: str | None = None
    heartbeats: dict[str, str] = field(default_factory=dict)
    begun: dict[str, Load] = field(default_factory=dict)


class LoadLog:
    """Reads and writes the log of one base in one store."""

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
        said: dict[str, dict[str, list[str]]] = {}
        for row in self.store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH {self.node} {{ ?s ?p ?o }} }}"):
            subject, predicate, value = _values(row)
            term = predicate.removeprefix(f"{self.base}load#")
            said.setdefault(subject, {}).setdefault(term, []).append(value)
        own = said.pop(self.node.value, {})
        loads = {self._token(subject): about for subject, about in said.items()}
        return LoadLogState(
            sha256=_one(own.get("sha256")),
            graphs=_nodes(own.get("graph")),
            switching=_one([self._token(node) for node in own.get("switching", [])]),
            heartbeats={
                self._token(node): (loads.get(self._token(node), {}).get("beat") or [""])[0]
                for node in own.get("holder", [])
            },
            begun={
                token: Load(token, about["sha256"][0], _nodes(about.get("graph")))
                for token, about in loads.items()
                if "sha256" in about
            },
        )

    def begin(self, load: Load) -> None:
        """Writes that a load has begun, before its first statement goes out: whoever comes can clean up."""
        node = self.load(load.token)
        facts = [(node, "graph", graph) for graph in load.graphs]
        self.insert([(node, "sha256", Literal(load.sha256)), *facts])

    def forget(self, token: str) -> str:
        """The update that takes a load's node out of the log, its beat excepted."""
        node, graph, sha256 = self.load(token), self.term("graph"), self.term("sha256")
        return ";\n".join(
            f"DELETE WHERE {{ GRAPH {self.node} {{ {node} {term} ?o }} }}" for term in (graph, sha256)
        )

    def mark_switching(self, token: str) -> None:
        """Writes that a load's graphs are complete and proved, and are about to be copied into place."""
        self.insert([(self.node, "switching", self.load(token))])

    def in_place(self, load: Load) -> str:
        """The update that writes that a load is in place and the switch is over."""
        gone = ";\n".join(self.clearing(term) for term in ("sha256", "graph", "switching"))
        facts = [(self.node, "graph", graph) for graph in load.graphs]
        return f"{gone};\n{self.insertion([(self.node, 'sha256', Literal(load.sha256)), *facts])}"

    def clearing(self, term: str) -> str:
        """The update that takes what the log's own node says with one term out."""
        return f"DELETE WHERE {{ GRAPH {self.node} {{ {self.node} {self.term(term)} ?o }} }}"

    def insert(self, facts: Iterable[tuple[NamedNode, str, NamedNode | Literal]]) -> None:
        """Adds facts (subject, term, object)."""
        self.store.update(self.insertion(facts))

    def insertion(self, facts: Iterable[tuple[NamedNode, str, NamedNode | Literal]]) -> str:
        """The update that adds facts."""
        lines = " ".join(f"{subject} {self.term(term)} {value} ." for subject, term, value in facts)
        return f"INSERT DATA {{ GRAPH {self.node} {{ {lines} }} }}"

    def _token(self, node: str) -> str:
        return node.removeprefix(f"{self.base}load/")


def _values(row: QuerySolution) -> tuple[str, str, str]:
    subject, predicate, value = (getattr(row[name], "value", "") for name in ("s", "p", "o"))
    return subject, predicate, value


def _one(values: list[str] | None) -> str | None:
    return min(values) if values else None


def _nodes(values: list[str] | None) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(value) for value in sorted(values or []))
