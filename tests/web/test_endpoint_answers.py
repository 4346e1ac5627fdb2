"""Formats, negotiation, compression and the service description, read with other libraries than wrote them."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest
import rdflib
from rdflib.namespace import RDF

from publishing import ACTIONS, CONTROLS, HOSTILE, MARKUP, NAMES, VOCABULARY, Server

LABELS = f"SELECT ?heading ?label {{ GRAPH <{VOCABULARY}> {{ ?heading ?p ?label }} }} ORDER BY ?label"
GRAPH = f"PREFIX pg: <{NAMES.definitions}> CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{VOCABULARY}> {{ ?s ?p ?o }} }}"
PLANTED = f"SELECT ?words {{ GRAPH <{HOSTILE}> {{ ?s ?p ?words }} }}"
ENERGY = NAMES.id("heading", "D", "02").value


def test_select_as_json(server: Server) -> None:
    first = server.ask(LABELS).json()["results"]["bindings"][0]
    assert first["heading"] == {"type": "uri", "value": ENERGY}
    assert first["label"] == {"type": "literal", "value": "Energie", "xml:lang": "nl"}


def test_select_as_xml(server: Server) -> None:
    root = ET.fromstring(server.ask(LABELS, "application/sparql-results+xml").text)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [node.text for node in root.iter(f"{space}literal")] == ["Energie", "Gezondheid"]


def test_select_as_csv_and_tsv(server: Server) -> None:
    rows = list(csv.reader(io.StringIO(server.ask(LABELS, "text/csv").text)))
    assert rows[:2] == [["heading", "label"], [ENERGY, "Energie"]]
    lines = server.ask(LABELS, "text/tab-separated-values").text.splitlines()
    assert lines[:2] == ["?heading\t?label", f'<{ENERGY}>\t"Energie"@nl']


@pytest.mark.parametrize(("query", "truth"), [("ASK { ?s ?p ?o }", "true"), ("ASK { <a:a> ?p ?o }", "false")])
def test_ask_in_every_format(server: Server, query: str, truth: str) -> None:
    assert server.ask(query).json()["boolean"] is (truth == "true")
    assert f"<boolean>{truth}</boolean>" in server.ask(query, "application/sparql-results+xml").text
    assert server.ask(query, "text/csv").text.strip() == truth


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
        ("application/trig", "trig"),
    ],
)
def test_graphs_in_every_format(server: Server, media_type: str, name: str) -> None:
    response = server.ask(GRAPH, media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    graph = rdflib.Dataset() if name == "trig" else rdflib.Graph()
    graph.parse(data=response.text, format=name)
    triples = {triple[:3] for triple in graph}
    label = rdflib.RDFS.label
    assert (rdflib.URIRef(ENERGY), label, rdflib.Literal("Energie", lang="nl")) in triples
    assert len(triples) == 2


def test_a_graph_holds_each_triple_once(server: Server) -> None:
    response = server.ask("CONSTRUCT { <a:a> <a:b> <a:c> } { ?s ?p ?o }", "application/n-triples")
    assert response.text == "<a:a> <a:b> <a:c> .\n"


def test_describe(server: Server) -> None:
    response = server.ask(f"DESCRIBE <{ENERGY}>", "application/n-triples")
    assert '"Energie"@nl' in response.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+xml"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=7, text/tab-separated-values", "text/tab-separated-values"),
        ("nonsense", "application/sparql-results+json"),
        ("text/csv" + ", text/a;q=0.1" * 200, "text/csv"),
        (";;;,,,=;q=,*/x", "application/sparql-results+json"),
    ],
)
def test_negotiation(server: Server, accept: str | None, media_type: str) -> None:
    response = server.client.get(
        "/sparql", params={"query": LABELS}, headers={"Accept": accept} if accept else {"Accept": ""}
    )
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("query", [LABELS, GRAPH])
def test_406_lists_what_there_is(server: Server, query: str) -> None:
    response = server.ask(query, "image/png")
    assert response.status_code == 406
    assert ("text/csv" in response.text) is (query == LABELS)
    assert ("text/turtle" in response.text) is (query == GRAPH)


def test_problems_come_in_the_form_that_is_asked_for(server: Server) -> None:
    problem = server.ask("SELEC", "application/problem+json")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 400 and problem.json()["detail"]
    page = server.ask("<script>", "text/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in page.text.replace("&lt;script&gt;", "")
    plain = server.ask("SELEC", "text/plain")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"


def test_what_is_planted_in_data_is_escaped(server: Server) -> None:
    values = {row["words"] for row in server.rows(PLANTED)}
    assert {MARKUP, CONTROLS, "javascript:alert(1)"} <= values
    table = list(csv.reader(io.StringIO(server.ask(PLANTED, "text/csv").text)))
    assert ['quote " comma , newline \n end'] in table
    xml = server.ask(PLANTED + " LIMIT 500", "application/sparql-results+xml")
    assert xml.status_code == 406 and "XML" in xml.text
    safe = f'SELECT ?words {{ GRAPH <{HOSTILE}> {{ ?s ?p ?words FILTER(CONTAINS(STR(?words), "script>")) }} }}'
    assert MARKUP not in server.ask(safe, "application/sparql-results+xml").text


def test_a_predicate_without_a_local_name_is_no_xml(server: Server) -> None:
    response = server.ask("CONSTRUCT { <a:a> <http://x.example.org/1> 1 } {}", "application/rdf+xml")
    assert response.status_code == 406


def test_gzip_where_it_is_asked_for(server: Server) -> None:
    query = "SELECT * { ?s ?p ?o }"
    plain = server.client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    packed = server.client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"})
    refused = server.client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers and "content-encoding" not in refused.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "Accept-Encoding" in plain.headers["vary"]


def test_the_description_tells_graphs_formats_and_limits(server: Server) -> None:
    response = server.client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    schema = rdflib.Namespace("https://schema.org/")
    service = graph.value(predicate=RDF.type, object=sd.Service)
    assert str(graph.value(service, sd.endpoint)) == f"{server.address}sparql"
    assert list(graph.objects(service, sd.supportedLanguage)) == [sd.SPARQL11Query]
    assert len(list(graph.objects(service, sd.resultFormat))) == 9
    names = {str(name) for name in graph.objects(predicate=sd.name)}
    assert names == {ACTIONS, VOCABULARY, HOSTILE}
    limits = {
        str(graph.value(limit, schema.name)): graph.value(limit, schema.maxValue).toPython()
        for limit in graph.objects(service, schema.additionalProperty)
    }
    assert limits["seconds"] == 1 and limits["rows"] == 500 and limits["depth"] == 64
    assert not any(isinstance(node, rdflib.BNode) for triple in graph for node in triple)


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_descriptions_are_negotiated(server: Server, path: str, media_type: str) -> None:
    response = server.client.get(path, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert server.client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_plain_files_have_a_void_description(server: Server) -> None:
    graph = rdflib.Graph().parse(data=server.client.get("/.well-known/void").text, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    dataset = graph.value(predicate=RDF.type, object=void.Dataset)
    assert graph.value(dataset, void.triples).toPython() == 247


@pytest.mark.parametrize("path", ["/sparql", "/healthz", "/nothing", "/sparql?query=nonsense", "/a%00b"])
def test_every_response_carries_the_safe_headers(server: Server, path: str) -> None:
    headers = server.client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'") and "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] and headers["permissions-policy"]
    assert "server" not in headers
