"""The service description (SPARQL 1.1 Service Description) with the limits in it, and VoID for plain files."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ...engine.dataset import Snapshot
from ...engine.settings import Limits, Settings
from ...rdf.iris import RDF, RDFS, SCHEMA, VOID, XSD
from ...rdf.media_types import GRAPHS, RESULTS

SD = "http://www.w3.org/ns/sparql-service-description#"
_A = ox.NamedNode(f"{RDF}type")


def service(settings: Settings, snapshot: Snapshot) -> list[ox.Triple]:
    """The description: what the endpoint speaks, its graphs with their counts, and its limits."""
    triples = _service(f"{settings.address}sparql", settings.limits, snapshot)
    return sorted(triples, key=lambda triple: str(triple.subject))


def void(settings: Settings, snapshot: Snapshot) -> list[ox.Triple]:
    """A VoID dataset for data that bring no catalogue of their own."""
    dataset = ox.NamedNode(f"{settings.address}.well-known/void#dataset")
    return [
        ox.Triple(dataset, _A, ox.NamedNode(f"{VOID}Dataset")),
        ox.Triple(dataset, ox.NamedNode(f"{VOID}sparqlEndpoint"), ox.NamedNode(f"{settings.address}sparql")),
        ox.Triple(dataset, ox.NamedNode(f"{VOID}triples"), ox.Literal(snapshot.engine.triples)),
    ]


def _service(endpoint: str, limits: Limits, snapshot: Snapshot) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{endpoint}#service")
    yield ox.Triple(node, _A, _sd("Service"))
    yield ox.Triple(node, _sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(node, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(node, _sd("feature"), _sd("UnionDefaultGraph"))
    for format in sorted({one.iri for one in (*RESULTS, *GRAPHS)}):
        yield ox.Triple(node, _sd("resultFormat"), ox.NamedNode(format))
    yield from _limits(node, endpoint, limits)
    yield from _dataset(node, endpoint, snapshot)


def _limits(node: ox.NamedNode, endpoint: str, limits: Limits) -> Iterator[ox.Triple]:
    for name, value, unit, words in limits.public():
        limit = ox.NamedNode(f"{endpoint}#limit-{name.replace('_', '-')}")
        yield ox.Triple(node, _schema("additionalProperty"), limit)
        yield ox.Triple(limit, _A, _schema("PropertyValue"))
        yield ox.Triple(limit, _schema("name"), ox.Literal(name))
        yield ox.Triple(limit, _schema("description"), ox.Literal(words, language="en"))
        yield ox.Triple(limit, _schema("maxValue"), _number(value))
        if unit:
            yield ox.Triple(limit, _schema("unitCode"), ox.Literal(unit))
    yield ox.Triple(node, ox.NamedNode(f"{RDFS}comment"), ox.Literal(_in_words(limits), language="en"))


def _in_words(limits: Limits) -> str:
    return (
        f"Read-only. A query may run {limits.seconds:g} s, take {limits.memory_mib} MiB, be "
        f"{limits.query_bytes:,} bytes long and nest {limits.depth} deep; an answer may have {limits.rows:,} rows "
        f"and {limits.answer_mib} MiB. What passes a limit gets no answer but a status of 400, 413, 429 or 503 "
        "and a sentence: an answer is never cut. SERVICE and graphs from elsewhere are refused."
    )


def _dataset(node: ox.NamedNode, endpoint: str, snapshot: Snapshot) -> Iterator[ox.Triple]:
    dataset, union = ox.NamedNode(f"{endpoint}#dataset"), ox.NamedNode(f"{endpoint}#union")
    yield ox.Triple(node, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _A, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), union)
    yield ox.Triple(union, _A, _sd("Graph"))
    yield ox.Triple(union, ox.NamedNode(f"{VOID}triples"), ox.Literal(snapshot.engine.triples))
    for number, (graph, triples) in enumerate(snapshot.graphs.items(), start=1):
        named = ox.NamedNode(f"{endpoint}#named-{number}")
        described = ox.NamedNode(f"{endpoint}#graph-{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _A, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(graph))
        yield ox.Triple(named, _sd("graph"), described)
        yield ox.Triple(described, _A, _sd("Graph"))
        yield ox.Triple(described, ox.NamedNode(f"{VOID}triples"), ox.Literal(triples))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _schema(name: str) -> ox.NamedNode:
    return ox.NamedNode(SCHEMA + name)


def _number(value: float) -> ox.Literal:
    if value == int(value):
        return ox.Literal(int(value))
    return ox.Literal(f"{value:f}".rstrip("0"), datatype=ox.NamedNode(f"{XSD}decimal"))
