"""The endpoint beside its peers: canned queries a second and p95 with 50 clients; overhead over the bare engine.

    python benchmarks/endpoint.py RELEASE
    python benchmarks/endpoint.py RELEASE --seconds 10 --clients 50 --rdflib-endpoint PATH

Servers run one after the other on the same data, the same queries in the same order, with the same client:
bare sockets that keep their connection, so that the client costs little. Before anything is timed each
server's rows are counted and must be equal. Peers: ``oxigraph serve-read-only`` and ``rdflib-endpoint``
(PyPI), left out with a word where they are not installed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

from policygraph.queries.canned import catalogue

ONE_THING = "SELECT ?p ?o {{ <{0}> ?p ?o }}"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Server(NamedTuple):
    """A running server: its name, port, and the path of its endpoint."""

    name: str
    port: int
    path: str


class Load(NamedTuple):
    """What a server did under load: answers a second, milliseconds at the median and at p95, refusals."""

    rate: float
    median: float
    p95: float
    refused: int


def main() -> None:
    """Print both tables."""
    options = _options()
    queries = _queries()
    _overhead(options.release, options.calls)
    print(f"\n{len(queries)} canned queries, {options.clients} clients, {options.seconds:g} s each")
    print(f"{'server':22} {'answers/s':>10} {'median ms':>10} {'p95 ms':>10} {'not 200':>8}")
    expected: list[int] | None = None
    for start in (_ours, _oxigraph, _rdflib):
        with start(options) as server:
            if server is None:
                continue
            rows = [_rows(server, query) for query in queries]
            expected = expected or rows
            _agree(server, rows, expected)
            load = asyncio.run(_load(server, queries, options.clients, options.seconds))
            print(f"{server.name:22} {load.rate:10.1f} {load.median:10.1f} {load.p95:10.1f} {load.refused:8}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--rdflib-endpoint", default=shutil.which("rdflib-endpoint"))
    return parser.parse_args()


def _queries() -> list[str]:
    """Every canned query that makes a table and needs no value of the asker."""
    ready = [query for query in catalogue() if all(one.default for one in query.parameters)]
    return [text for text in (query.bind() for query in ready) if "CONSTRUCT" not in text]


def _agree(server: Server, rows: list[int], expected: list[int]) -> None:
    differ = sum(one != other for one, other in zip(rows, expected, strict=True))
    if differ:
        print(f"{server.name}: {differ} of {len(rows)} queries have another number of rows")


# --- servers ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _ours(options: argparse.Namespace) -> Iterator[Server | None]:
    port = _free_port()
    command = [sys.executable, "-m", "policygraph", "serve", options.release, f"--port={port}"]
    with _running([*map(str, command), "--limit=seconds=30"], port):
        yield Server("policygraph serve", port, "/sparql")


@contextlib.contextmanager
def _oxigraph(options: argparse.Namespace) -> Iterator[Server | None]:
    program = shutil.which("oxigraph")
    if program is None:
        print("oxigraph is not installed: pip install oxigraph")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.release / "policygraph.nq"
        subprocess.run([program, "load", "-l", folder, "-f", file], check=True, capture_output=True)
        port = _free_port()
        command = [program, "serve-read-only", "-l", folder, "-b", f"127.0.0.1:{port}", "--union-default-graph"]
        with _running(command, port):
            yield Server("oxigraph serve", port, "/query")


@contextlib.contextmanager
def _rdflib(options: argparse.Namespace) -> Iterator[Server | None]:
    if options.rdflib_endpoint is None:
        print("rdflib-endpoint is not installed: pip install 'rdflib-endpoint[cli]'")
        yield None
        return
    port = _free_port()
    file = str(options.release / "policygraph.nt")
    with _running([options.rdflib_endpoint, "serve", "--host", "127.0.0.1", "--port", str(port), file], port):
        yield Server("rdflib-endpoint", port, "/")


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, **QUIET)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            if _ask(Server("", port, "/"), "/", 5):
                return
        time.sleep(0.1)
    sys.exit(f"{process.args!r} does not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


# --- asking -----------------------------------------------------------------------------------------------


def _request(server: Server, query: str) -> bytes:
    body = urlencode({"query": query}).encode()
    head = (
        f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/sparql-results+json\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _ask(server: Server, path: str, timeout: float) -> bool:
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return connection.recv(12).startswith(b"HTTP/1.1 ")


def _rows(server: Server, query: str) -> int:
    async def once() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        status, body = await _exchange(reader, writer, _request(server, query))
        writer.close()
        return body if status == 200 else b""

    body = asyncio.run(once())
    return len(json.loads(body)["results"]["bindings"]) if body else -1


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    """Send one request and read its answer, of known length or in chunks."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").casefold()
    status = int(head.split()[1])
    if "transfer-encoding: chunked" not in head:
        length = int(head.partition("content-length:")[2].split()[0])
        return status, await reader.readexactly(length)
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return status, body


async def _load(server: Server, queries: list[str], clients: int, seconds: float) -> Load:
    requests = [_request(server, query) for query in queries]
    times: list[float] = []
    refused = [0]
    end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**24)
        while time.perf_counter() < end:
            began = time.perf_counter()
            status, _ = await _exchange(reader, writer, requests[number % len(requests)])
            times.append(time.perf_counter() - began)
            refused[0] += status != 200
            number += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    taken = time.perf_counter() - began
    ranked = sorted(times)
    p95 = ranked[int(len(ranked) * 0.95)] * 1000
    return Load((len(times) - refused[0]) / taken, statistics.median(times) * 1000, p95, refused[0])


# --- overhead ---------------------------------------------------------------------------------------------


def _overhead(release: Path, calls: int) -> None:
    """One small query, one client: the bare engine in this process, then over HTTP."""
    store = ox.Store()
    store.bulk_load(path=release / "policygraph.nq", format=ox.RdfFormat.N_QUADS)
    things = sorted({quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)})
    queries = [ONE_THING.format(things[(number * 37) % len(things)]) for number in range(calls)]
    bare = _bare(store, queries)
    print(f"one small query, one client, {calls} calls, median ms: bare engine {bare:.3f}", end="")
    options = argparse.Namespace(release=release)
    for start in (_ours, _oxigraph):
        with start(options) as server:
            if server is not None:
                taken = asyncio.run(_one_by_one(server, queries))
                print(f", {server.name} {taken:.3f} (+{taken - bare:.3f})", end="")
    print()


def _bare(store: ox.Store, queries: list[str]) -> float:
    times = []
    for query in queries:
        began = time.perf_counter()
        store.query(query, use_default_graph_as_union=True).serialize(format=ox.QueryResultsFormat.JSON)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


async def _one_by_one(server: Server, queries: list[str]) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    times = []
    for query in queries:
        request = _request(server, query)
        began = time.perf_counter()
        await _exchange(reader, writer, request)
        times.append(time.perf_counter() - began)
    writer.close()
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
