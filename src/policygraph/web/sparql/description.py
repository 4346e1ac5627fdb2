"""The service description (SPARQL 1.1 Service Description) with the limits in it, and VoID for plain files."""

from __future__ import annotations

import pyoxigraph as ox

from ...engine.dataset import Snapshot
from ...engine.settings import Limits, Settings
from ...rdf.iris import RDFS, SCHEMA, VOID, XSD
from ...rdf.media_types import GRAPHS, RESULTS

SD = "http://www.w3.org/ns/sparql-service-description#"
_PREFIXES = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in (("rdfs", RDFS), ("schema", SCHEMA), ("sd", SD), ("void", VOID))
)


def service(settings: Settings, snapshot: Snapshot) -> list[ox.Triple]:
    """The description: what the endpoint speaks, its graphs with their counts, and its limits."""
    address, limits = f"{settings.address}sparql", settings.limits
    formats = (str(ox.NamedNode(iri)) for iri in sorted({one.iri for one in (*RESULTS, *GRAPHS)}))
    node = {name: ox.NamedNode(f"{address}#{name}") for name in ("service", "dataset", "union")}
    public = {ox.NamedNode(f"{address}#limit-{limit[0].replace('_', '-')}"): limit for limit in limits.public()}
    graphs = {
        ox.NamedNode(graph): (ox.NamedNode(f"{address}#named-{number}"), ox.NamedNode(f"{address}#graph-{number}"))
        for number, graph in enumerate(snapshot.engine.graphs, start=1)
    }
    blocks = [
        f"{node['service']} a sd:Service ; sd:endpoint {ox.NamedNode(address)} ;"
        f" sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;"
        f" sd:resultFormat {', '.join(formats)} ; schema:additionalProperty {', '.join(map(str, public))} ;"
        f" rdfs:comment {ox.Literal(_in_words(limits), language='en')} ; sd:defaultDataset {node['dataset']} .",
        f"{node['dataset']} a sd:Dataset ; sd:defaultGraph {node['union']} .",
        f"{node['union']} a sd:Graph ; void:triples {snapshot.engine.triples} .",
    ]
    for limit, (name, value, unit, words) in public.items():
        code = f" ; schema:unitCode {ox.Literal(unit)}" if unit else ""
        blocks.append(
            f"{limit} a schema:PropertyValue ; schema:name {ox.Literal(name)} ;"
            f" schema:description {ox.Literal(words, language='en')} ; schema:maxValue {_number(value)}{code} ."
        )
    for graph, (named, described) in graphs.items():
        blocks += [
            f"{node['dataset']} sd:namedGraph {named} .",
            f"{named} a sd:NamedGraph ; sd:name {graph} ; sd:graph {described} .",
            f"{described} a sd:Graph ; void:triples {snapshot.engine.graphs[graph.value]} .",
        ]
    return sorted(_triples("\n".join(blocks)), key=lambda triple: str(triple.subject))


def void(settings: Settings, snapshot: Snapshot) -> list[ox.Triple]:
    """A VoID dataset for data that bring no catalogue of their own."""
    dataset = ox.NamedNode(f"{settings.address}.well-known/void#dataset")
    endpoint = ox.NamedNode(f"{settings.address}sparql")
    return _triples(
        f"{dataset} a void:Dataset ; void:sparqlEndpoint {endpoint} ; void:triples {snapshot.engine.triples} ."
    )


def _triples(turtle: str) -> list[ox.Triple]:
    """The statements of Turtle in which terms have written, and escaped, themselves."""
    return [quad.triple for quad in ox.parse(_PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def _in_words(limits: Limits) -> str:
    return (
        f"Read-only. A query may run {limits.seconds:g} s, take {limits.memory_mib} MiB, be "
        f"{limits.query_bytes:,} bytes long and nest {limits.depth} deep; an answer may have {limits.rows:,} rows "
        f"and {limits.answer_mib} MiB. What passes a limit gets no answer but a status of 400, 413, 429 or 503 "
        "and a sentence: an answer is never cut. SERVICE and graphs from elsewhere are refused."
    )


def _number(value: float) -> ox.Literal:
    if value == int(value):
        return ox.Literal(int(value))
    return ox.Literal(f"{value:f}".rstrip("0"), datatype=ox.NamedNode(f"{XSD}decimal"))
