"""The SPARQL 1.1 Protocol as far as a read-only endpoint meets it, against a running server."""

from __future__ import annotations

import pytest

from publishing import ACTIONS, HOSTILE, VOCABULARY, Server

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def number(response: object) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])  # type: ignore[attr-defined]


def test_a_query_comes_by_get_by_form_and_direct(server: Server) -> None:
    by_get = server.ask(COUNT)
    by_form = server.client.post("/sparql", data={"query": COUNT})
    direct = server.client.post("/sparql", content=COUNT, headers=DIRECT)
    assert [number(one) for one in (by_get, by_form, direct)] == [247, 247, 247]
    assert {one.headers["content-type"] for one in (by_get, by_form, direct)} == {
        "application/sparql-results+json"
    }


def test_the_default_graph_is_the_union(server: Server) -> None:
    assert number(server.ask(COUNT)) == number(server.ask(COUNT_NAMED)) == 240 + 2 + 5


@pytest.mark.parametrize(
    ("parameters", "default", "named"),
    [
        ({"default-graph-uri": ACTIONS}, 240, 0),
        ({"default-graph-uri": [ACTIONS, VOCABULARY]}, 242, 0),
        ({"named-graph-uri": VOCABULARY}, 0, 2),
        ({"default-graph-uri": HOSTILE, "named-graph-uri": ACTIONS}, 5, 240),
    ],
)
def test_the_request_may_name_the_dataset(
    server: Server, parameters: dict[str, str], default: int, named: int
) -> None:
    assert number(server.ask(COUNT, **parameters)) == default
    assert number(server.ask(COUNT_NAMED, **parameters)) == named
    posted = server.client.post("/sparql", params=parameters, content=COUNT, headers=DIRECT)
    assert number(posted) == default
    assert number(server.client.post("/sparql", data={"query": COUNT, **parameters})) == default


def test_the_query_may_name_the_dataset_and_the_request_comes_first(server: Server) -> None:
    own = f"SELECT (COUNT(*) AS ?n) FROM <{ACTIONS}> {{ ?s ?p ?o }}"
    assert number(server.ask(own)) == 240
    prefixed = (
        "PREFIX g: <https://w3id.org/policygraph/graph/> SELECT (COUNT(*) AS ?n) FROM g:vocabulary { ?s ?p ?o }"
    )
    assert number(server.ask(prefixed)) == 2
    named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{ACTIONS}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(server.ask(named)) == 240
    assert number(server.ask(own, **{"default-graph-uri": VOCABULARY})) == 2


@pytest.mark.parametrize(
    ("status", "words", "body", "headers"),
    [
        (400, "0 parameters named query", b"", FORM),
        (400, "2 parameters named query", b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM),
        (400, "not percent-encoded UTF-8", b"query=%FF%FE", FORM),
        (400, "Byte 7 of the query is not UTF-8", "ASK {'ë'}".encode("latin-1"), DIRECT),
        (400, "no SELECT", b"", DIRECT),
        (400, "More than 100 graphs", b"query=ASK%20%7B%7D" + b"&named-graph-uri=u%3A1" * 101, FORM),
        (400, "more than 250 parameters", b"&".join([b"a=1"] * 300), FORM),
        (415, "sparql-update", b"", {}),
        (415, "application/json", b"{}", {"Content-Type": "application/json"}),
        (
            415,
            "not in UTF-8",
            "ASK {}".encode("utf-16"),
            {"Content-Type": "application/sparql-query; charset=utf-16"},
        ),
        (415, "compressed", b"ASK {}", {**DIRECT, "Content-Encoding": "gzip"}),
        (413, "more than", b"ASK {}" + b" " * 300_000, DIRECT),
    ],
)
def test_wrong_requests_get_a_sentence(
    server: Server, status: int, words: str, body: bytes, headers: dict[str, str]
) -> None:
    if words == "sparql-update":
        headers = {"Content-Type": "application/sparql-update"}
        words = "read-only"
    response = server.client.post("/sparql", content=body, headers=headers)
    assert (response.status_code, words in response.text) == (status, True), response.text
    assert response.text.count("\n") == 1


def test_a_query_in_address_and_body_is_refused(server: Server) -> None:
    response = server.client.post("/sparql", params={"query": "ASK {}"}, content="ASK {}", headers=DIRECT)
    assert response.status_code == 400


def test_a_body_without_length_is_cut_off_at_the_limit(server: Server) -> None:
    response = server.client.post("/sparql", content=(b" " * 10_000 for _ in range(40)), headers=DIRECT)
    assert response.status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_told_which_there_are(server: Server, method: str) -> None:
    response = server.client.request(method, "/sparql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_is_get_without_the_body(server: Server) -> None:
    got = server.ask(COUNT)
    head = server.client.head("/sparql", params={"query": COUNT})
    assert head.status_code == 200 and head.content == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == got.headers[name]


def test_options_and_preflight(server: Server) -> None:
    plain = server.client.options("/sparql")
    assert (plain.status_code, plain.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    preflight = server.client.options(
        "/sparql",
        headers={
            "Origin": "https://elsewhere.example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_any_page_may_read_the_answer(server: Server) -> None:
    response = server.client.get(
        "/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://a.example.org"}
    )
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers


def test_an_answer_has_one_tag_a_representation(server: Server) -> None:
    json, csv = server.ask(COUNT), server.ask(COUNT, "text/csv")
    assert json.headers["etag"] != csv.headers["etag"]
    again = server.client.get("/sparql", params={"query": COUNT}, headers={"If-None-Match": json.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "etag" not in server.ask("SELECT (NOW() AS ?now) {}").headers


def test_unknown_parameters_are_ignored(server: Server) -> None:
    assert number(server.ask(COUNT, format="json", timeout="0")) == 247
