"""Compacted JSON-LD: what two other parsers read in it is what was written, whatever the terms look like."""

from __future__ import annotations

import json

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from policygraph.errors import NotRepresentable
from policygraph.rdf.json_ld import document_prefixes
from policygraph.rdf.media_types import JSON_LD
from policygraph.rdf.serialise import serialise

BASE = "https://data.test/"
PREFIXES = document_prefixes(BASE)
TYPE = NamedNode(PREFIXES["rdf"] + "type")
LOCAL = st.sampled_from(["", "a", "a/b", "//a", "a:b", "x?y", "@id", "é"])
SPACES = st.sampled_from(
    [*PREFIXES.values(), "urn:x:", "time:", "schema:", "http://other.test/", f"{BASE}id/action/"]
)
IRIS = st.builds(lambda space, local: NamedNode(space + local), SPACES, LOCAL)
TEXTS = st.text(max_size=6)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text: Literal(text, language="en-t-nl"), TEXTS),
    st.builds(lambda text, iri: Literal(text, datatype=iri), TEXTS, IRIS),
    st.builds(lambda text: Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "integer")), TEXTS),
)
SUBJECTS = st.one_of(IRIS, st.builds(BlankNode, st.sampled_from(["b1", "b2"])))
TRIPLES = st.builds(Triple, SUBJECTS, st.one_of(IRIS, st.just(TYPE)), st.one_of(SUBJECTS, LITERALS))
QUADS = st.builds(
    lambda triple, graph: Quad(*triple, graph) if graph else Quad(*triple), TRIPLES, st.one_of(st.none(), IRIS)
)


@given(st.lists(QUADS, max_size=12))
def test_a_parser_reads_what_was_written(quads: list[Quad]) -> None:
    written = serialise(quads, JSON_LD, PREFIXES)
    json.loads(written)
    assert set(parse(written, format=RdfFormat.JSON_LD)) == set(quads)


def test_rdflib_reads_the_same() -> None:
    subject = NamedNode(f"{BASE}id/action/1")
    said = [
        Triple(subject, TYPE, NamedNode(PREFIXES["pg"] + "PolicyAction")),
        Triple(
            subject,
            NamedNode(PREFIXES["dct"] + "issued"),
            Literal("2026-11-26", datatype=NamedNode(PREFIXES["xsd"] + "date")),
        ),
        Triple(subject, NamedNode(PREFIXES["dct"] + "title"), Literal("Een", language="nl")),
        Triple(subject, NamedNode(PREFIXES["dct"] + "title"), Literal("Twee", language="nl")),
        Triple(subject, NamedNode(PREFIXES["rdfs"] + "seeAlso"), NamedNode("time:x")),
    ]
    written = serialise(said, JSON_LD, PREFIXES)
    graph = rdflib.Graph().parse(data=written, format="json-ld")
    assert sorted(graph.serialize(format="nt").split("\n")) == sorted(["", *(f"{triple} ." for triple in said)])


def test_a_node_whose_iris_look_like_compact_ones_has_them_whole() -> None:
    odd = Triple(NamedNode("time:x"), TYPE, NamedNode(PREFIXES["time"] + "Instant"))
    (node,) = json.loads(serialise([odd], JSON_LD, PREFIXES))["@graph"]
    assert node == {"@context": None, "@id": "time:x", "@type": [PREFIXES["time"] + "Instant"]}


def test_prefixes_that_json_ld_cannot_use_stay_out_of_the_context() -> None:
    declared = {"": "http://a.test/", "cut": "http://a.test/b", "ok": "http://a.test/c#"}
    document = json.loads(serialise([], JSON_LD, declared))
    assert document == {"@context": {"ok": "http://a.test/c#"}, "@graph": []}


def test_the_direction_of_a_text_stays() -> None:
    text = Literal("a", language="ar", direction=BaseDirection.RTL)
    (node,) = json.loads(serialise([Triple(NamedNode("a:a"), NamedNode("a:b"), text)], JSON_LD))["@graph"]
    assert node["a:b"] == {"@language": "ar", "@direction": "rtl", "@value": "a"}


def test_statements_about_statements_are_refused_in_words() -> None:
    inner = Triple(NamedNode("a:a"), NamedNode("a:b"), NamedNode("a:c"))
    with pytest.raises(NotRepresentable, match="ask for Turtle"):
        serialise([Triple(NamedNode("a:a"), NamedNode("a:b"), inner)], JSON_LD)
