"""The same front over another store (``serve --endpoint``): a good one, and stores that fail in every way."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
import rdflib

from publishing import ACTIONS, VOCABULARY, Server, eventually, serving

QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
WHOLE = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
GRAPHS = (
    b'{"head":{"vars":["g","n"]},"results":{"bindings":[{"g":{"type":"uri","value":"http://g/"},'
    b'"n":{"type":"literal","value":"1"}}]}}'
)


@pytest.fixture(scope="module")
def front(server: Server) -> Iterator[Server]:
    """A server over the endpoint of another one."""
    with serving(f"--endpoint={server.address}sparql") as running:
        yield running


def test_it_answers_as_the_store_does(server: Server, front: Server) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    for accept in ("application/json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        if "xml" not in accept:
            assert sorted(front.ask(query, accept).text.splitlines()) == sorted(
                server.ask(query, accept).text.splitlines()
            )
    assert front.ask("ASK { ?s ?p ?o }").json()["boolean"] is True
    assert front.ask("ASK { <a:a> ?p ?o }", "text/csv").text == "false"


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_graphs_are_made_in_every_format(front: Server, media_type: str) -> None:
    response = front.ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{VOCABULARY}> {{ ?s ?p ?o }} }}", media_type)
    graph = rdflib.Graph().parse(data=response.text, format=response.headers["content-type"].partition(";")[0])
    assert len(graph) == 2


def test_the_dataset_goes_along(front: Server) -> None:
    assert front.rows(QUICK) == [{"n": "247"}]
    assert (
        front.ask(QUICK, **{"default-graph-uri": ACTIONS}).json()["results"]["bindings"][0]["n"]["value"] == "240"
    )
    assert front.ask(QUICK, **{"default-graph-uri": "http://elsewhere/"}).status_code == 400
    assert front.rows(f"SELECT (COUNT(*) AS ?n) FROM <{VOCABULARY}> {{ ?s ?p ?o }}") == [{"n": "2"}]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> {} }", 400),
        ("INSERT DATA { <a:a> <a:b> 1 }", 400),
        ("SELECT * " + "{" * 3_000 + "}" * 3_000, 400),
        ("SELECT * { ?s ?p ?o . FILTER( ) }", 400),
        ("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", 413),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 503),
    ],
)
def test_limits_hold(front: Server, query: str, status: int) -> None:
    assert front.post(query).status_code == status
    assert front.rows(QUICK) == [{"n": "247"}]


Reply = Callable[[BaseHTTPRequestHandler, str], None]


@contextmanager
def store(reply: Reply) -> Iterator[str]:
    """A store that counts its graphs as it should, and answers anything else by ``reply``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if "?g" in form["query"][0]:
                send(self, 200, GRAPHS)
            else:
                reply(self, form["query"][0])

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/sparql"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/sparql-results+json", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def cut(handler: BaseHTTPRequestHandler, _: str) -> None:
    send(handler, 200, WHOLE[:-20])


def broken_off(handler: BaseHTTPRequestHandler, _: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(WHOLE)


def elsewhere(handler: BaseHTTPRequestHandler, _: str) -> None:
    send(handler, 302, b"", Location="http://127.0.0.1:9/")


def page(handler: BaseHTTPRequestHandler, _: str) -> None:
    send(handler, 200, b"<html>Please log in</html>", Content_Type="text/html")


def fault(handler: BaseHTTPRequestHandler, _: str) -> None:
    send(handler, 500, b"java.lang.NullPointerException at /srv/secret")


def huge(handler: BaseHTTPRequestHandler, _: str) -> None:
    send(handler, 200, b" " * 3_000_000)


def silent(_: BaseHTTPRequestHandler, __: str) -> None:
    threading.Event().wait(1.5)


def test_the_store_sees_a_text_that_it_has_no_old_plan_for() -> None:
    heard: list[str] = []

    def reply(handler: BaseHTTPRequestHandler, text: str) -> None:
        heard.append(text)
        send(handler, 200, WHOLE)

    query = "SELECT ?n {} # a remark of the user's"
    with store(reply) as address:
        for _ in range(2):
            with serving(f"--endpoint={address}") as front:
                assert front.ask(query).status_code == 200
    first, second = [text.removeprefix(query) for text in heard if text.startswith(query)]
    assert first.startswith("\n# asked by policygraph ")
    assert first != second, "each start of the front asks anew"


@pytest.mark.parametrize(
    ("reply", "status"),
    [(cut, 503), (broken_off, 503), (elsewhere, 503), (page, 503), (fault, 503), (huge, 413), (silent, 503)],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_store_that_fails_is_never_a_200(reply: Reply, status: int) -> None:
    with store(reply) as address, serving(f"--endpoint={address}") as front:
        response = front.ask("SELECT ?n {}")
        assert response.status_code == status, response.text
        assert "secret" not in response.text and response.text.count("\n") <= 1


def test_a_store_that_goes_away_is_503() -> None:
    with ExitStack() as running:
        store_runs = ExitStack()
        address = store_runs.enter_context(store(lambda handler, _: send(handler, 200, WHOLE)))
        front = running.enter_context(serving(f"--endpoint={address}"))
        assert front.ask("SELECT ?n {}").status_code == 200
        store_runs.close()
        response = front.ask("SELECT ?n {}")
        assert response.status_code == 503 and response.headers["retry-after"]


@pytest.mark.stores
def test_over_the_oxigraph_server(tmp_path: Path, data: Path) -> None:
    program = shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed: pip install oxigraph")
    subprocess.run(
        [program, "load", "--location", tmp_path / "store", "--file", data], check=True, capture_output=True
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "serve-read-only", "--location", tmp_path / "store", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: reachable(f"http://127.0.0.1:{port}/"))
        with serving(f"--endpoint=http://127.0.0.1:{port}/query") as front:
            assert front.rows(QUICK) == [{"n": "247"}]
            assert front.post("SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }").status_code in (413, 503)
        process.terminate()


def reachable(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code < 500
    except httpx.TransportError:
        return False
