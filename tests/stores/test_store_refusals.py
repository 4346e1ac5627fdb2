"""Answers that a load must not take for what it asked: each is refused in a sentence."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import Graph

from asking import QUICK
from policygraph.errors import StoreError
from policygraph.queries.canned import catalogue
from policygraph.rdf.iris import BASE
from policygraph.stores import Store, connect
from policygraph.stores.check import _kept
from policygraph.stores.comparison import _rdflib_answer

Answering = Callable[..., Store]
GRAPH = NamedNode("https://data.test/graph")


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A function: body and media type → a connection to a server that answers everything with them."""
    servers: list[ThreadingHTTPServer] = []

    def make(body: str, media_type: str = "application/sparql-results+json", vendor: str = "oxigraph") -> Store:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return connect(f"http://127.0.0.1:{server.server_port}", vendor, retry=QUICK)

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def counted(value: str) -> str:
    return f'{{"head": {{"vars": ["n"]}}, "results": {{"bindings": [{value}]}}}}'


def test_a_boolean_is_no_answer_to_a_select_query(answering: Answering) -> None:
    with (
        answering('{"head": {}, "boolean": true}') as store,
        pytest.raises(StoreError, match=r"answered a SELECT query with a boolean: is it an endpoint\?"),
    ):
        store.select("SELECT * WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("read", "body", "words"),
    [
        (lambda store: store.select("SELECT * WHERE { ?s ?p ?o }"), "<html>", "Unexpected char: '<'"),
        (lambda store: store.select("SELECT * WHERE { ?s ?p ?o }"), '{"head": 1}', "head must be an object"),
        (
            lambda store: store.triples("CONSTRUCT WHERE { ?s ?p ?o }"),
            "<html>",
            "No scheme found in an absolute IRI",
        ),
    ],
    ids=["rows", "rows without a head", "statements"],
)
def test_an_answer_that_cannot_be_read_is_quoted(
    read: Callable[[Store], object], body: str, words: str, answering: Answering
) -> None:
    with answering(body) as store, pytest.raises(StoreError) as raised:
        read(store)
    sentence = str(raised.value)
    assert re.search(
        rf"answered a query with something that cannot be read \(.*{re.escape(words)}.*\): check", sentence
    )


@pytest.mark.parametrize(
    "value",
    ["", '{"n": {"type": "literal", "value": "many"}}', '{"n": {"type": "bnode", "value": "b"}}', "{}"],
    ids=["no row", "a word", "a blank node", "nothing"],
)
def test_a_count_that_is_no_number_is_none(value: str, answering: Answering) -> None:
    with (
        answering(counted(value)) as store,
        pytest.raises(StoreError, match=r"does not count: it answered .* for <https://data\.test/graph>"),
    ):
        store.count(GRAPH)


def test_a_count_is_taken(answering: Answering) -> None:
    with answering(counted('{"n": {"type": "literal", "value": "7"}}')) as store:
        assert store.count(GRAPH) == 7


def test_an_answer_as_long_as_the_store_gives_at_most_proves_nothing(answering: Answering) -> None:
    """It may have been cut: a load must not take it for all that the graph holds."""
    subject = NamedNode("https://data.test/s")
    sent = {Triple(subject, NamedNode("https://data.test/p"), Literal(str(number))) for number in range(3)}
    for missing in (0, 1):
        with answering("", "application/n-triples", "virtuoso") as store:
            rows = store.vendor.rows
        assert rows
        lines = "".join(f'<https://data.test/s> <https://data.test/p> "{n}" .\n' for n in range(rows - missing))
        with answering(lines, "application/n-triples", "virtuoso") as store:
            if missing:
                assert sum(1 for _ in _kept(store, GRAPH, sent)) == rows - 1
            else:
                with pytest.raises(StoreError, match=f"cuts answers at {rows} rows, and <https://data.test/s>"):
                    list(_kept(store, GRAPH, sent))


def test_a_query_that_rdflib_does_not_answer_is_named() -> None:
    query = catalogue()[0]
    with pytest.raises(StoreError, match=rf"rdflib does not answer “{query.name}” \(ParseException: .*nonsense"):
        _rdflib_answer(Graph(), query, "SELECT nonsense", BASE)
