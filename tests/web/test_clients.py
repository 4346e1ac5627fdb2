"""One address cannot take the place of all others: a share of connections, and of requests through a proxy."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from policygraph.errors import ServerError
from policygraph.web.clients import Share, holder, networks
from publishing import Server, eventually, serving

MOST = 20
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
LIMIT = {"connections_per_client": MOST, "connections": 64, "request_seconds": 20}


def connect(server: Server, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20, source_address=(source, 0))


def last(server: Server) -> object:
    return next((line["client"] for line in reversed(server.events("request"))), None)


def status(server: Server, source: str) -> int:
    with connect(server, source) as connection:
        connection.sendall(HEAD + b"Connection: close\r\n\r\n")
        return int(connection.recv(100).split()[1])


def test_dripping_connections_of_one_address_leave_others_served(data: Path) -> None:
    with serving(data, limits=LIMIT) as server:
        dripping = [connect(server, "127.0.0.7") for _ in range(150)]
        for connection in dripping[:MOST]:
            connection.sendall(b"GET /")
        assert [status(server, "127.0.0.1") for _ in range(10)] == [200] * 10
        assert b"429" in dripping[-1].recv(100)
        for connection in dripping:
            connection.close()
        eventually(lambda: status(server, "127.0.0.7") == 200, 20)


def test_only_a_named_proxys_word_counts(data: Path) -> None:
    with serving(data, "--proxy=127.0.0.3/32", limits=LIMIT) as server:
        for source, client in (("127.0.0.3", "203.0.113.9"), ("127.0.0.4", "127.0.0.4")):
            transport = httpx.HTTPTransport(local_address=source)
            with httpx.Client(base_url=server.address, transport=transport) as asking:
                assert asking.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
            eventually(lambda client=client: last(server) == client, 20)


def test_a_proxy_may_have_more_connections_and_each_client_its_share_of_requests(data: Path) -> None:
    with serving(data, "--proxy=127.0.0.3", limits=LIMIT) as server:
        slow = [connect(server, "127.0.0.3") for _ in range(MOST + 5)]
        body = (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nContent-Length: 9\r\n"
            b"Content-Type: application/sparql-query\r\n\r\n"
        )
        for connection in slow:
            connection.sendall(body)
        assert b"429" in slow[-1].recv(100)
        with connect(server, "127.0.0.3") as other:
            other.sendall(HEAD + b"X-Forwarded-For: 203.0.113.10\r\n\r\n")
            assert b"200 OK" in other.recv(100)
        for connection in slow:
            connection.close()


def test_shares_are_given_back() -> None:
    share = Share(2, networks(["10.0.0.0/8"]))
    assert [share.take("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert share.take("192.0.2.2")
    share.give_back("192.0.2.1")
    share.give_back("192.0.2.1")
    assert share.take("192.0.2.1")
    assert [share.take("10.1.2.3") for _ in range(5)] == [True] * 5
    assert [share.take("2001:db8::1"), share.take("2001:db8::2"), share.take("2001:db8::3")] == [True, True, False]
    assert holder("::ffff:192.0.2.7") == "192.0.2.7"


@pytest.mark.parametrize("words", ["proxy.example", "10.0.0.1/8", ""])
def test_what_is_no_address_is_one_sentence(words: str) -> None:
    with pytest.raises(ServerError, match="--proxy"):
        networks([words])
