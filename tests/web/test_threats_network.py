"""No request makes the server open a connection or a file; none moves its IRIs; paths lead nowhere else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing import Server

QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class Witness:
    """A port on loopback where nobody is expected."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def saw_nobody(self) -> bool:
        """Whether no connection was made; the kernel would have completed one by itself."""
        try:
            visitor, _ = self._listener.accept()
        except BlockingIOError:
            return True
        visitor.close()
        return False

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def witness() -> Iterator[Witness]:
    listening = Witness()
    yield listening
    listening.close()


def test_the_witness_sees_a_visitor(witness: Witness) -> None:
    port = int(witness.address.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        assert not witness.saw_nobody()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(<{0}> AS ?x) SERVICE SILENT ?x {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE#>\n<{0}> {{ }} }}",
        "PREFIX SERVICEex: <http://a/> PREFIX ex: <{0}> SELECT * {{ SERVICEex: {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
        "LOAD <{0}>",
        "LOAD SILENT <{0}> INTO GRAPH <a:a>",
        "DEFINE get:soft 'replace' SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    ],
)
def test_not_a_packet_leaves(server: Server, witness: Witness, query: str) -> None:
    response = server.post(query.format(witness.address))
    assert response.status_code == 400, response.text
    assert "root:" not in response.text
    assert witness.saw_nobody()


@pytest.mark.parametrize("query", ["SELECT * {{ GRAPH <{0}> {{ ?s ?p ?o }} }}", "DESCRIBE <{0}>"])
def test_naming_an_address_is_not_fetching_it(server: Server, witness: Witness, query: str) -> None:
    response = server.post(query.format(witness.address))
    assert response.status_code == 200
    assert witness.saw_nobody()


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", [None, "file:///etc/passwd", "http://[::1]/"])
def test_a_graph_from_elsewhere_is_empty(server: Server, witness: Witness, name: str, graph: str | None) -> None:
    response = server.ask(QUICK, **{name: witness.address if graph is None else graph})
    assert response.status_code == 200
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "0"
    assert witness.saw_nobody()


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["not an iri", "", "urn:x> } LOAD <a:a", "relative"])
def test_a_graph_without_an_iri_is_refused(server: Server, name: str, graph: str) -> None:
    response = server.ask(QUICK, **{name: graph})
    assert (response.status_code, "is no IRI of a graph" in response.text) == (400, True)


def test_no_stranger_moves_our_addresses(server: Server) -> None:
    hostile = {
        "Host": "evil.example.org",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": "host=evil.example.org;proto=https",
        "X-Original-URL": "/nothing",
    }
    usual, moved = server.client.get("/sparql"), server.client.get("/sparql", headers=hostile)
    assert moved.status_code == 200
    assert "evil" not in moved.text and moved.text == usual.text
    assert "evil" not in server.client.get("/nothing", headers=hostile).text
    last = server.events("request")[-1]
    assert last["client"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/static/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/%252e%252e/%252e%252e/etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/static/..%5c..%5cetc/passwd",
        "/static//etc/passwd",
        "/static/%00",
        "/sparql%00",
        "/sparql/",
        "/%2fsparql",
        "//evil.example.org/",
        "/static/a%0d%0aX-Injected:1",
        "/" + "a" * 20_000,
        "/%ff%fe",
    ],
)
def test_paths_lead_nowhere(server: Server, path: str) -> None:
    with server.connect() as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    status = int(answer.split()[1])
    assert status in (400, 404), answer[:200]
    assert b"root:" not in answer and b"X-Injected" not in answer


@pytest.mark.parametrize(
    "accept",
    [
        "*/*;q=" + "9" * 1_000,
        "a" * 30_000,
        ",".join(["text/html"] * 5_000),
        "text/html;q=nan, */*;q=inf",
        "../../etc/passwd, ${jndi:ldap://127.0.0.1}",
        "\u00ff/\u00ff",
        "application/sparql-results+json;q=-1",
    ],
)
def test_hostile_accept_gets_the_default_or_406(server: Server, accept: str) -> None:
    response = server.client.get("/sparql", params={"query": QUICK}, headers={"Accept": accept.encode("latin-1")})
    assert response.status_code in (200, 406)
    assert "Accept" in response.headers["vary"]


def test_log_lines_cannot_be_forged(server: Server) -> None:
    server.client.get("/nothing", headers={"User-Agent": 'x", "status": 200, "y": "\u2028'.encode()})
    server.ask('ASK {} # \n{"event": "forged"}')
    assert server.client.get("/healthz").status_code == 200
    assert server.events("forged") == []


def test_a_workers_error_tells_no_path_of_the_machine(server: Server) -> None:
    response = server.post("SELECT * { ?s ?p ?o . FILTER( }")
    assert response.status_code == 400
    assert str(Path.cwd()) not in response.text
