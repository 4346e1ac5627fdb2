"""Proof of arrival: every statement of a release is asked back from the store and compared as a term.

A question names the subjects of one chunk, so that its answer is as short as the chunk: a store that cuts long
answers is never asked for one, and memory does not grow with the release. The counts of the graphs then show
whether a store holds more than it was given.

When two terms mean the same although a store spells them otherwise.

Stores may keep a number, a day or a language tag by its value. RDF 1.1 allows it: two literals with the same value
in the value space of XML Schema are the same thing said (RDF Semantics, section 7), and language tags have no case
(RDF Concepts, section 3.3). The derived types of xsd:integer have the values of xsd:integer. Everything else that
differs is damage.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ..errors import StoreError
from ..rdf.iris import XSD
from .release_source import ReleaseSource

if TYPE_CHECKING:
    from .store import Store

Progress = Callable[[str, int, int], None]
"""Takes what is going on, how many statements are done, and of how many."""


@dataclass(frozen=True, slots=True)
class StatementDifference:
    """A statement of ``graph`` that went out as ``sent`` and stands there as ``kept``; either may be None."""

    graph: NamedNode
    sent: Triple | None
    kept: Triple | None

    def __str__(self) -> str:
        name = self.graph.value.rpartition("/")[2]
        if self.kept is None:
            return f"{name}: lost {self.sent}"
        if self.sent is None:
            return f"{name}: not of the release {self.kept}"
        return f"{name}: sent {self.sent}, kept {self.kept.object}"


@dataclass
class LoadCheck:
    """What the store has of a release.

    ``counts`` are the statements of each graph there; ``damage`` is what is not as it was sent, ``respelt`` what
    means the same in another spelling, ``miscounted`` graphs with too many or too few (expected, found).
    """

    statements: int = 0
    counts: dict[NamedNode, int] = field(default_factory=dict)
    damage: list[StatementDifference] = field(default_factory=list)
    respelt: list[StatementDifference] = field(default_factory=list)
    miscounted: dict[NamedNode, tuple[int, int]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every statement arrived, and nothing else is there."""
        return not self.damage and not self.miscounted


Graph = Callable[[NamedNode], NamedNode]
"""Where in the store a graph of the release is."""


def silent(doing: str, done: int, total: int) -> None:
    """Progress that nobody wants to see."""


def itself(graph: NamedNode) -> NamedNode:
    """A graph that is in its place."""
    return graph


def prove(store: Store, source: ReleaseSource, progress: Progress = silent, at: Graph = itself) -> LoadCheck:
    """Compare each graph of the release with the graph ``at(graph)`` in the store. Raises StoreError."""
    proof = LoadCheck()
    recount(store, source, proof, at)
    for graph, rows in source.chunks(2_000):
        sent = {quad.triple for quad in parse(b"\n".join(rows), format=RdfFormat.N_TRIPLES)}
        kept = set(_kept(store, at(graph), sent))
        _differences(graph, sent - kept, kept - sent, proof)
        proof.statements += len(sent)
        progress("proving", proof.statements, source.statements)
    return proof


def recount(store: Store, source: ReleaseSource, proof: LoadCheck, at: Graph = itself) -> None:
    """Fill in the counts of the graphs alone."""
    for graph, expected in source.graphs.items():
        proof.counts[graph] = number = store.count(at(graph))
        if number != expected:
            proof.miscounted[graph] = (expected, number)


def _kept(store: Store, graph: NamedNode, sent: set[Triple]) -> Iterator[Triple]:
    subjects = iter(sorted({triple.subject for triple in sent}, key=str))
    while names := list(islice(subjects, store.vendor.subjects)):
        statements = store.triples(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} "
            f"VALUES ?s {{ {' '.join(map(str, names))} }} }}"
        )
        if store.vendor.rows is not None and len(statements) >= store.vendor.rows:
            raise StoreError(
                f"{store.endpoints.query} cuts answers at {store.vendor.rows} rows, and {names[0]} or a next one "
                "has more statements: raise the store's limit on rows and run this again."
            )
        yield from statements


def _differences(graph: NamedNode, lost: set[Triple], strange: set[Triple], proof: LoadCheck) -> None:
    """Pair what was lost with what stands there instead: what means the same, then what has its place."""
    same = {meaning(triple): triple for triple in strange}
    harmless = {triple: same[meaning(triple)] for triple in lost if meaning(triple) in same}
    left = strange - set(harmless.values())
    proof.respelt += [StatementDifference(graph, triple, harmless[triple]) for triple in sorted(harmless, key=str)]
    places = {(triple.subject, triple.predicate): triple for triple in left}
    for triple in sorted(lost - harmless.keys(), key=str):
        changed = places.pop((triple.subject, triple.predicate), None)
        left -= {changed}
        proof.damage.append(StatementDifference(graph, triple, changed))
    proof.damage += [StatementDifference(graph, None, triple) for triple in sorted(left, key=str)]


_INTEGERS = (
    "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger long int short byte "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)


_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _moment(text: str) -> Hashable:
    """A moment with a time zone and one without are never the same."""
    moment = datetime.fromisoformat(text)
    return moment, moment.tzinfo is None


_VALUE_SPACES: dict[str, tuple[str, Callable[[str], Hashable]]] = {
    **{f"{XSD}{name}": ("number", Decimal) for name in (*_INTEGERS.split(), "decimal")},
    f"{XSD}double": ("double", float),
    f"{XSD}boolean": ("boolean", _TRUTH.__getitem__),
    f"{XSD}dateTime": ("dateTime", _moment),
}
"""By datatype: the name of its value space, and what a lexical form is there."""


def meaning(triple: Triple) -> Hashable:
    """A key that two statements share exactly when they say the same."""
    return (triple.subject, triple.predicate, value(triple.object))


def value(term: Hashable) -> Hashable:
    """A key that two terms share exactly when they mean the same; a term that is no literal is its own."""
    if not isinstance(term, Literal):
        return term
    if term.language is not None:
        return ("text", term.value, term.language.lower())
    space, read = _VALUE_SPACES.get(term.datatype.value, ("", None))
    try:
        return (space, read(term.value)) if read else term
    except (ValueError, KeyError, InvalidOperation):
        return term
