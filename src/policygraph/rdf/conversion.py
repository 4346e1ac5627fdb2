"""pyoxigraph's terms and statements to those of rdflib and back, nothing rewritten on the way.

Blank nodes keep their labels and literals their lexical form: rdflib's parsers would give new labels, and
would turn ``"01"^^xsd:integer`` into ``"1"``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from ..errors import SourceError

if TYPE_CHECKING:
    from rdflib import Graph
    from typing_extensions import TypeIs

Term = NamedNode | BlankNode | Literal


def to_rdflib(statements: Iterable[Quad | Triple], graph: Graph | None = None) -> Graph:
    """The union of these statements as an rdflib Graph, or added to this one, for those whose tools take one.

    >>> from pyoxigraph import parse, RdfFormat
    >>> len(to_rdflib(parse("<a:s> <a:p> 01 .", format=RdfFormat.TURTLE)))
    1
    """
    from rdflib import BNode, Graph, URIRef
    from rdflib import Literal as RdflibLiteral

    def term(value: object) -> Any:
        if isinstance(value, NamedNode):
            return URIRef(value.value)
        if isinstance(value, BlankNode):
            return BNode(value.value)
        if not isinstance(value, Literal):
            raise SourceError(f"rdflib has no term for {value}: leave statements about statements out.")
        if value.language:
            return RdflibLiteral(value.value, lang=value.language)
        plain = value.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
        return RdflibLiteral(
            value.value, datatype=None if plain else URIRef(value.datatype.value), normalize=False
        )

    graph = Graph() if graph is None else graph
    for statement in statements:
        graph.add((term(statement.subject), term(statement.predicate), term(statement.object)))
    return graph


def is_rdflib(value: object) -> TypeIs[Graph]:
    """Whether this is an rdflib Graph or Dataset; rdflib is not imported for the question."""
    rdflib = sys.modules.get("rdflib")
    return rdflib is not None and isinstance(value, rdflib.Graph)


def from_rdflib(graph: Graph) -> list[Quad]:
    """The statements of an rdflib Graph, in the default graph, or of a Dataset, in their named graphs.

    Raises SourceError for a statement that RDF does not have, such as one with a literal as its subject.
    """
    from rdflib import Dataset
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    if not isinstance(graph, Dataset):
        return [_quad(statement, DefaultGraph()) for statement in graph]
    return [
        _quad(
            (subject, predicate, value),
            DefaultGraph() if name in (None, DATASET_DEFAULT_GRAPH_ID) else from_rdflib_term(name),
        )
        for subject, predicate, value, name in graph.quads()
    ]


def _quad(statement: tuple[Any, Any, Any], graph: Any) -> Quad:
    subject, predicate, value = map(from_rdflib_term, statement)
    if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
        raise SourceError(f"{subject} {predicate} {value} is no statement of RDF: leave it out.")
    return Quad(subject, predicate, value, graph)


def from_rdflib_term(term: Any) -> Term:
    """The pyoxigraph term of an rdflib one. Raises SourceError for a variable, a graph or a relative IRI."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdflibLiteral

    try:
        if isinstance(term, RdflibLiteral):
            if term.language:
                return Literal(str(term), language=term.language)
            return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
        if isinstance(term, BNode):
            return BlankNode(str(term))
        if isinstance(term, URIRef):
            return NamedNode(str(term))
    except ValueError as error:
        raise SourceError(f"“{term}” is no term of RDF ({error}): correct it.") from error
    raise SourceError(f"“{term}” is no IRI, blank node or literal: leave it out.")
