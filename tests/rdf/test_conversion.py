"""What rdflib says and RDF does not, or the other way round, is refused by name; everything else comes through."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib import BNode, Dataset, Graph, URIRef, Variable
from rdflib import Literal as RdflibLiteral

from policygraph.errors import SourceError
from policygraph.rdf.conversion import from_rdflib, from_rdflib_term, to_rdflib

A, B = NamedNode("https://data.test/a"), NamedNode("https://data.test/b")
ONE = URIRef("https://data.test/a")


def test_every_kind_of_term_comes_back() -> None:
    decimal = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    values = [B, BlankNode("b1"), Literal("x"), Literal("x", language="nl"), Literal("1.0", datatype=decimal)]
    statements = {Triple(A, B, value) for value in values}
    assert {quad.triple for quad in from_rdflib(to_rdflib(statements))} == statements


def test_a_dataset_keeps_its_graphs() -> None:
    dataset = Dataset()
    dataset.graph(URIRef("https://data.test/g")).add((ONE, ONE, ONE))
    dataset.add((ONE, ONE, RdflibLiteral("x")))
    assert set(from_rdflib(dataset)) == {Quad(A, A, A, NamedNode("https://data.test/g")), Quad(A, A, Literal("x"))}


def test_a_statement_about_a_statement_has_no_term_in_rdflib() -> None:
    with pytest.raises(SourceError, match=r"rdflib has no term for .*: leave statements about statements out"):
        to_rdflib([Triple(A, B, Triple(A, B, A))])


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Variable("x"), "“x” is no IRI, blank node or literal: leave it out."),
        (URIRef("no/scheme"), r"“no/scheme” is no term of RDF \(.*\): correct it."),
        (RdflibLiteral("x", datatype=URIRef("of no scheme")), r"“x” is no term of RDF \(.*\): correct it."),
    ],
    ids=["a variable", "a relative IRI", "a datatype that is no IRI"],
)
def test_what_is_no_term_of_rdf(term: object, words: str) -> None:
    with pytest.raises(SourceError, match=f"^{words}$"):
        from_rdflib_term(term)


@pytest.mark.parametrize("statement", [(RdflibLiteral("x"), ONE, ONE), (ONE, BNode("p"), ONE)])
def test_rdflib_takes_statements_that_rdf_has_not(statement: tuple[object, object, object]) -> None:
    graph = Graph()
    graph.add(statement)  # type: ignore[arg-type]
    with pytest.raises(SourceError, match=r"is no statement of RDF: leave it out\.$"):
        from_rdflib(graph)
