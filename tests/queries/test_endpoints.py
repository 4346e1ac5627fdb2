"""Queries over HTTP: a real SPARQL endpoint on loopback, and every way in which one can fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from policygraph.errors import StoreError
from policygraph.http.client import check_address
from policygraph.http.sparql import THIS_PROCESS
from policygraph.queries import ask
from policygraph.queries.canned import catalogue, with_graphs

from .conftest import AS_OF

QUERIES = {query.name: query for query in catalogue()}
Reply = tuple[int, str, bytes]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """A function: what to reply to a query, and to whom → the address of an endpoint on loopback."""
    servers: list[ThreadingHTTPServer] = []

    def start(reply: Callable[[str], Reply], authorization: str | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                allowed = authorization in (None, self.headers.get("Authorization"))
                status, media, body = reply(form["query"][0]) if allowed else (401, "text/plain", b"")
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(BrokenPipeError):
                    self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answering(store: Store) -> Callable[[str], Reply]:
    """An endpoint whose default graph is not the union of ours: without FROM it is empty."""

    def reply(text: str) -> Reply:
        result = store.query(text)
        if isinstance(result, QueryTriples):
            return 200, "text/turtle", result.serialize(format=RdfFormat.TURTLE)
        return 200, "application/sparql-results+json", result.serialize(format=QueryResultsFormat.JSON)

    return reply


def test_every_query_gives_the_same_rows_over_http(store: Store, serve: Callable[..., str]) -> None:
    url = serve(answering(store))
    for name, query in QUERIES.items():
        fixed = {"as_of": AS_OF} if any(one.name == "as_of" for one in query.parameters) else {}
        assert ask(name, url, **fixed) == ask(name, store, **fixed), name


def test_without_from_an_endpoint_answers_from_its_default_graph(store: Store, serve: Callable[..., str]) -> None:
    url = serve(answering(store))
    assert ask("actions", url, union=True).rows == ()
    union = Store()
    union.extend(quad for quad in (type(quad)(*quad.triple) for quad in store))
    assert len(ask("actions", serve(answering(union)), union=True).rows) == 70


def test_a_store_sees_a_text_that_it_has_no_old_plan_for(store: Store, serve: Callable[..., str]) -> None:
    heard: list[str] = []

    def reply(text: str) -> Reply:
        heard.append(text)
        return answering(store)(text)

    ask("totals", serve(reply))
    with_from = with_graphs(QUERIES["totals"].bind(), graphs=QUERIES["totals"].graphs)
    (text,) = heard
    assert text == f"{with_from}\n# asked by policygraph {THIS_PROCESS} on {date.today()}"
    other = [sys.executable, "-c", "from policygraph.http.sparql import THIS_PROCESS; print(THIS_PROCESS)"]
    assert subprocess.run(other, capture_output=True, text=True, check=True).stdout.strip() != THIS_PROCESS


JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    "reply, sentence",
    [
        ((400, "text/plain", b"Parse error"), r"refused a query with status 400 \(“Parse error”\)"),
        ((401, "text/plain", b""), "status 401: check POLICYGRAPH_STORE_USER"),
        ((404, "text/plain", b""), "status 404: check the address"),
        ((500, "text/plain", b"out of memory"), r"status 500 \(“out of memory”\)"),
        ((503, "text/plain", b"busy"), r"status 503 \(“busy”\): it is not ready"),
        ((200, JSON, b'{"head": {"vars": ["period", "actions"'), "no whole SPARQL result"),
        (
            (200, JSON, b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "uri"'),
            "no whole SPARQL result",
        ),
        ((200, "text/html", b"<html>hello</html>"), "no whole SPARQL result"),
        ((200, JSON, b'{"head": {}, "boolean": true}'), "no whole SPARQL result"),
        ((200, JSON, b'{"head": {"vars": ["a"]}, "results": {"bindings": []}}'), "other columns"),
        ((200, JSON, b""), "no whole SPARQL result"),
    ],
)
def test_a_failing_endpoint_is_told_in_a_sentence(serve: Callable[..., str], reply: Reply, sentence: str) -> None:
    url = serve(lambda _: reply)
    with pytest.raises(StoreError, match=sentence) as told:
        ask("load-by-period", url)
    assert "\n" not in str(told.value)


def test_a_broken_construct_is_told_too(serve: Callable[..., str]) -> None:
    with pytest.raises(StoreError, match="no whole SPARQL result"):
        ask("about", serve(lambda _: (200, "text/turtle", b"<a> <b> ")))


def test_nobody_listens() -> None:
    with pytest.raises(StoreError, match=r"Nothing answers at .*: does the server run"):
        ask("totals", "http://127.0.0.1:9/sparql")


def test_a_slow_endpoint_is_left_after_the_timeout(serve: Callable[..., str]) -> None:
    from threading import Event

    done = Event()
    url = serve(lambda _: (done.wait(10), (200, JSON, b""))[1])
    with pytest.raises(StoreError, match=r"did not answer within 1 seconds: .*--timeout"):
        ask("totals", url, timeout=1)
    done.set()


def test_only_addresses_on_the_web_are_endpoints() -> None:
    for address in ("https://example.eu/sparql", "HTTP://example.eu"):
        assert check_address(address) == address
    for address in ("file:///etc/passwd", "release"):
        with pytest.raises(StoreError, match="no address of a store"):
            check_address(address)


def test_an_endpoint_that_recovers_is_asked_again(store: Store, serve: Callable[..., str]) -> None:
    """One failure passes, a refusal is not asked again."""
    asked: list[str] = []

    def reply(status: int) -> Callable[[str], Reply]:
        def at_first(text: str) -> Reply:
            asked.append(text)
            return (status, "text/plain", b"") if len(asked) == 1 else answering(store)(text)

        return at_first

    assert len(ask("totals", serve(reply(503))).rows) == 1
    assert len(asked) == 2
    asked.clear()
    with pytest.raises(StoreError, match="status 400"):
        ask("totals", serve(reply(400)))
    assert len(asked) == 1


def test_who_asks_is_told_by_the_environment(
    store: Store, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that answers nobody without the right user; the password stays out of every message."""
    url = serve(answering(store), "Basic YW5hOnMzY3JldA==")
    with pytest.raises(StoreError, match="refused a query with status 401"):
        ask("totals", url)
    monkeypatch.setenv("POLICYGRAPH_STORE_USER", "ana")
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "s3cret")
    assert len(ask("totals", url).rows) == 1
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "wr0ng")
    with pytest.raises(StoreError) as told:
        ask("totals", url)
    assert "wr0ng" not in str(told.value)
    with pytest.raises(StoreError, match="POLICYGRAPH_STORE_PASSWORD instead") as told:
        ask("totals", "http://ana:s3cret@127.0.0.1:9/sparql")
    assert "s3cret" not in str(told.value)


def test_a_token_is_carried(store: Store, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_STORE_TOKEN", "t0ken")
    assert len(ask("totals", serve(answering(store), "Bearer t0ken")).rows) == 1


def test_members_after_the_bindings_are_read(serve: Callable[..., str]) -> None:
    """As QLever and Comunica send them."""
    body = (
        b'{"head": {"vars": ["period", "actions", "open_ended", "flagships", "due"]}, "results": {"bindings": '
        b'[{"period": {"type": "literal", "value": "2026-Q4"}}]}, "meta": {"query-time-ms": 3}}'
    )
    columns = QUERIES["load-by-period"].column_names
    names = b", ".join(b'"%s"' % name.encode() for name in columns)
    body = body.replace(b'"period", "actions", "open_ended", "flagships", "due"', names, 1)
    (row,) = ask("load-by-period", serve(lambda _: (200, JSON, body))).dicts()
    assert str(row["period"]) == "2026-Q4"


def test_what_cannot_be_read_is_told_with_its_beginning(serve: Callable[..., str]) -> None:
    with pytest.raises(StoreError, match="its answer begins “<html>we are down"):
        ask("totals", serve(lambda _: (200, "text/html", b"<html>we are\n down</html>")))
