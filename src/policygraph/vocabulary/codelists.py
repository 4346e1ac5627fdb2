"""The ontology's files as quads, and the code lists as labels that the reader looks words up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ..errors import PolicygraphError
from ..files import folder
from ..rdf.iris import BASE, SKOS, XSD, Names
from ..rdf.statements import Value, describe
from .curated import DECIDED, CuratedRow, decision, read_rows

WORDS = tuple(NamedNode(f"{SKOS}{name}") for name in ("prefLabel", "altLabel", "hiddenLabel"))
IN_SCHEME = NamedNode(f"{SKOS}inScheme")
NOTATION = NamedNode(f"{SKOS}notation")

GRAPH_OF_FILE = {
    "core.ttl": "ontology",
    "alignments.ttl": "ontology",
    "alignments-beyond-dl.ttl": "ontology",
    "codelists.ttl": "vocabulary",
    "entities.ttl": "vocabulary",
}


def rebased(text: str, base: str) -> str:
    """The text of a file of ours (Turtle, SPARQL) with our base IRI replaced by another."""
    return text if base == BASE else text.replace(BASE, base)


def triples(path: Path, base: str = BASE) -> list[Triple]:
    """The triples of one Turtle file of ours; PolicygraphError where it does not parse."""
    text = rebased(path.read_text("utf-8"), base)
    try:
        return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise PolicygraphError(f"{path.name} is not Turtle: {error}.") from error


def static_quads(names: Names) -> list[Quad]:
    """What every release holds whatever its documents: code lists and ontology."""
    return [
        quad
        for file, graph in GRAPH_OF_FILE.items()
        for quad in in_graph(triples(folder("ontology") / file, names.base), names.graph(graph))
    ]


@cache
def _code_lists() -> tuple[Triple, ...]:
    return tuple(triples(folder("ontology") / "codelists.ttl"))


@cache
def labels(scheme: str, language: str) -> dict[str, tuple[str, ...]]:
    """Label in this language → notations of the concepts in this code list that bear it.

    A label may stand for several concepts of one list; the order is that of the notations.
    """
    scheme_iri = Names().id(scheme)
    members = {t.subject for t in _code_lists() if t.predicate == IN_SCHEME and t.object == scheme_iri}
    notations = dict(_literals(NOTATION))
    codes: dict[str, set[str]] = defaultdict(set)
    for predicate in WORDS:
        for subject, label in _literals(predicate):
            if subject in members and label.language == language:
                codes[label.value].add(notations[subject].value)
    return {label: tuple(sorted(notations)) for label, notations in sorted(codes.items())}


@cache
def codes(scheme: str) -> tuple[str, ...]:
    """The notations of a code list, sorted."""
    return tuple(sorted({code for named in labels(scheme, "en").values() for code in named}))


def _literals(predicate: NamedNode) -> Iterator[tuple[NamedNode, Literal]]:
    """The literals that this predicate gives to concepts of the code lists."""
    for triple in _code_lists():
        if triple.predicate == predicate and isinstance(triple.object, Literal):
            assert isinstance(triple.subject, NamedNode)
            yield triple.subject, triple.object


def curated(name: str, document: str, beside: Path) -> Iterator[dict[str, str]]:
    """The cells of ``curated_rows``."""
    return (row.cells for row in curated_rows(name, document, beside))


def curated_rows(name: str, document: str, beside: Path) -> Iterator[CuratedRow]:
    """The rows about one document (column ``document``) of ``data/curated/<name>.csv``, in file order.

    A source outside ``data/sources`` brings its own in ``curated/`` in its folder (``beside``).
    """
    for place in (folder("data"), beside):
        path = place / "curated" / f"{name}.csv"
        if path.is_file():
            yield from (row for row in read_rows(path) if row.cells["document"] == document)


def deprecated_quads(names: Names) -> list[Quad]:
    """Read ``data/curated/deprecated.csv`` → graph ``curated``: what was published once and is no longer said.

    The IRIs go on answering: that they are deprecated, why, and what is to be used instead.
    """
    quads = []
    for row in read_rows(
        folder("data") / "curated" / "deprecated.csv", ("document", "thing", "replaced_by", "reason")
    ):
        thing, path = names.id(*row.cells["thing"].split("/")), row.cells["thing"]
        properties: dict[str, Value] = {
            "owl:deprecated": Literal("true", datatype=NamedNode(f"{XSD}boolean")),
            "rdfs:comment": Literal(row.cells["reason"], language="en"),
        }
        local = path.replace(f"/{row.cells['document']}/", "-").replace("/", "-")
        node = names.id("decision", row.cells["document"], "deprecated", local)
        other = names.id(*row.cells["replaced_by"].split("/"))
        quads += describe(names, DECIDED, thing, properties)
        quads += decision(names, node, row, (thing, "dct:isReplacedBy", other))
    return quads


def in_graph(statements: Iterable[Triple], graph: NamedNode) -> list[Quad]:
    """The triples as quads of one named graph."""
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in statements]
