"""Clients that send or read too slowly, or nonsense: they are let go, and cost nobody else."""

from __future__ import annotations

import contextlib
import errno
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from publishing import LIMITS, Server, eventually

QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def alive(server: Server) -> bool:
    return server.rows(QUICK) == [{"n": "247"}]


def closed_after(connection: socket.socket) -> bytes:
    """What comes back until the server closes; fails on a connection that stays open."""
    connection.settimeout(float(LIMITS["request_seconds"]) + 60)
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            received += part
    return received


def test_silent_connections_are_closed(server: Server) -> None:
    connections = [server.connect() for _ in range(30)]
    assert alive(server)
    assert [closed_after(one) for one in connections] == [b""] * 30
    for one in connections:
        one.close()


def test_half_a_head_is_not_waited_for(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-A: ")
        assert closed_after(connection) == b""


def test_a_second_request_on_a_connection_has_the_same_clock(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in connection.recv(65_536)
        connection.sendall(b"GET /healthz HTTP")
        closed_after(connection)


def test_a_body_that_does_not_come_is_408(server: Server) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\n"
    )
    with server.connect() as connection:
        connection.sendall(head + b"ASK {")
        assert b"408" in closed_after(connection).partition(b"\r\n")[0]


def test_one_who_does_not_read_is_let_go(server: Server) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", server.port))
        query = (
            "SELECT%20(CONCAT("
            + ",".join(["'" + "a" * 900 + "'"] * 8)
            + ")%20AS%20?x)%7B?s%20?p%20?o%7DLIMIT%20130"
        )
        request = f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        connection.sendall(request * 8)
        connection.settimeout(60)
        assert b"200 OK" in connection.recv(1_000)
        eventually(lambda: connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET)
    assert alive(server)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /nothing HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\r\n\r\n\r\n\r\nGET",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 60_000,
        b"GET /sparql?query=" + b"a" * 400_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
    ],
    ids=["tls", "version", "short", "blank", "negative", "two-lengths", "headers", "address", "nul"],
)
def test_what_is_no_http_is_answered_or_dropped(server: Server, nonsense: bytes) -> None:
    with server.connect() as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(nonsense)
        answer = closed_after(connection)
    assert answer == b"" or answer.split()[1] in (b"400", b"404", b"413", b"415"), answer[:100]
    assert alive(server)


def test_many_at_once_are_all_answered(roomy: Server) -> None:
    """Two processes, four places in the queue: six at once is what these limits promise."""
    with ThreadPoolExecutor(6) as threads:
        statuses = [one.status_code for one in threads.map(roomy.ask, [QUICK] * 100)]
    assert statuses == [200] * 100
