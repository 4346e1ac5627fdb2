"""What the wide reading lets through for our own engine, and that the strict one for other stores does not."""

from __future__ import annotations

import pytest

from policygraph.engine.guard import CheckedQuery, screen
from policygraph.engine.settings import Limits
from policygraph.errors import QueryRejected
from publishing import ACTIONS, Server

ADDRESS = "http://example.org/sparql"
LOOSENED = [
    "SELECT * FROM <urn:x:a#b> { ?s ?p ?o }",
    "BASE <http://a.example/x> PREFIX : <#> SELECT * { :a ?p ?o }",
    "PREFIX publicservice: <http://a/> SELECT * { ?s publicservice:x ?o }",
    "PREFIX service: <http://a/> SELECT * { ?s service:x ?o }",
    "PREFIX sql: <sql:> SELECT * { ?s sql:x ?o }",
    "VERSION '1.2' SELECT * { ?s ?p ?o ~ ?r {| ?a ?b |} }",
    "SELECT (LANGDIR(?o) AS ?d) { ?s ?p ?o }",
    r"SELECT * { ?s ?p '\u0027' }",
]


def wide(query: str) -> CheckedQuery:
    return screen(query, Limits(), strict=False, base=ADDRESS)


@pytest.mark.parametrize("query", LOOSENED)
def test_only_the_wide_reading_takes_it(query: str) -> None:
    assert wide(query).text == query
    with pytest.raises(QueryRejected):
        screen(query, Limits())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?हिन्दी { ?हिन्दी ?p ?o }",
        "SELECT ?ภาษาไทย { ?ภาษาไทย ?p ?o }",
        "SELECT ?e\u0301te\u0301 { ?e\u0301te\u0301 ?p ?o }",
        "PREFIX नाम: <http://a/> ASK { ?s नाम:की ?o }",
    ],
)
def test_letters_of_any_script_stand_in_names(query: str) -> None:
    assert wide(query).text == query
    assert screen(query, Limits()).text == query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER(?a<#>'''\n 2) ?s ?p '''x''' }",
        "SELECT * { ?s ?p ?o FILTER(?a <urn:x#b>) }",
        "SELECT * { ?s ?p ?o FILTER(?a<'>x') }",
        "SELECT * { ?s ?p 'SERVICE' . <urn:x:a#b> ?q 'x' }",
        r"SELECT * { ?s ?p '\u0053ervice' . <urn:x:a#b> ?q 'x' }",
        "PREFIX trueservice: <http://a/> ASK { ?s ?p trueservice:x { } }",
        "PREFIX servicex: <http://a/> PREFIX x: <http://a/> ASK { servicex:a { ?s ?p ?o } }",
        "ASK { ?s ?p ?o FLITER(1) }",
        "LOAD <http://a/>",
        "SELECT * { VALUES ?x { 1 } FILTER(" + "1+" * 6_000 + "1) }",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_all_the_same(query: str) -> None:
    with pytest.raises(QueryRejected):
        wide(query)


def test_ten_thousand_terms_of_values() -> None:
    query = f"SELECT * {{ VALUES ?x {{ {'1234 ' * 10_500} }} }}"
    assert wide(query).form == "SELECT"
    with pytest.raises(QueryRejected, match="more than 10,000 words"):
        screen(query, Limits())


def test_relative_graphs_are_resolved_against_base_or_the_address() -> None:
    assert wide("SELECT * FROM <g> FROM <#h> { }").default_graphs == (
        "http://example.org/g",
        "http://example.org/sparql#h",
    )
    assert wide("BASE <x/> PREFIX g: <#> SELECT * FROM g:a { }").default_graphs == ("http://example.org/x/#a",)
    assert wide(r"SELECT * FROM <http://\u0061/> { }").default_graphs == ("http://a/",)


def test_the_address_is_the_base_of_an_answer(server: Server) -> None:
    (row,) = server.rows("SELECT (IRI('x') AS ?x) (<#y> AS ?y) {}")
    assert row == {"x": f"{server.address}x", "y": f"{server.address}sparql#y"}


@pytest.mark.parametrize("query", LOOSENED[1:])
def test_the_engine_answers_them(server: Server, query: str) -> None:
    assert server.post(query).status_code == 200


def test_the_protocol_goes_before_graphs_of_the_query(server: Server) -> None:
    elsewhere = "ASK FROM <http://elsewhere.example/> { ?s ?p ?o }"
    assert server.ask(elsewhere).status_code == 400
    assert server.ask(elsewhere, **{"default-graph-uri": ACTIONS}).json()["boolean"] is True
    assert server.ask("ASK { ?s ?p ?o }", **{"default-graph-uri": "urn:no"}).json()["boolean"] is False


@pytest.mark.parametrize(
    ("query", "format", "media_type"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "csv", "text/csv"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/tab-separated-values", "text/tab-separated-values"),
        ("ASK {}", "srx", "application/sparql-results+xml"),
        ("ASK {}", "json", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "nt", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "json", "application/ld+json"),
    ],
)
def test_the_format_may_stand_in_the_address(server: Server, query: str, format: str, media_type: str) -> None:
    response = server.ask(query, "application/sparql-results+xml", format=format)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(("query", "format"), [("ASK {}", "ttl"), ("ASK {}", "pdf"), ("DESCRIBE <a:a>", "csv")])
def test_an_unknown_format_is_refused(server: Server, query: str, format: str) -> None:
    response = server.ask(query, format=format)
    assert (response.status_code, "take one of" in response.text) == (400, True)


def test_two_formats_are_refused(server: Server) -> None:
    assert server.ask("ASK {}", format=["csv", "json"]).status_code == 400
