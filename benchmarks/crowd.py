"""A quick query beside a crowd: does it get its answer, and how much later than beside harmless company?

    python benchmarks/crowd.py RELEASE
    python benchmarks/crowd.py RELEASE --clients 50 --asked 100 --crowds healthz same varied

Each crowd is so many clients that ask without pause and ignore Retry-After, from 127.0.0.1: ``healthz`` is the
noise of the machine; ``same`` loops one cross product; ``varied`` writes it anew each time (other variables,
another comment); ``shapes`` also varies its number of patterns. The quick client asks one after the other, once
from the crowd's address and once from 127.0.0.2. The ratio is p95 beside that crowd to p95 beside ``healthz``.
``drip`` opens 700 connections that send a byte a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import multiprocessing
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

CROWDS = ("healthz", "same", "varied", "shapes", "drip")
DRIPPING = 700
QUICK = "SELECT ?p ?o {{ <https://w3id.org/policygraph/id/action/COM-2025-723/A3-{:03}> ?p ?o }}"
"""Another thing each time, so that no kept answer is timed."""


def main() -> None:
    """Print one line for each crowd and place of the quick client."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--asked", type=int, default=100)
    parser.add_argument("--crowds", nargs="*", choices=CROWDS, default=CROWDS)
    options = parser.parse_args()
    noise: dict[str, float] = {}
    print(f"{'crowd':8} {'quick client':12} {'answered':>9} {'p50 ms':>8} {'p95 ms':>8} {'ratio':>6}")
    for crowd, source in itertools.product(options.crowds, ("127.0.0.1", "127.0.0.2")):
        with _serving(options.release) as port, _crowd(crowd, port, options.clients):
            times, answered = asyncio.run(_quick(port, source, options.asked))
        p95 = sorted(times)[int(len(times) * 0.95)] * 1000
        noise.setdefault(source, p95)
        median = statistics.median(times) * 1000
        answers = f"{answered}/{options.asked}"
        print(
            f"{crowd:8} {source:12} {answers:>9} {median:8.1f} {p95:8.1f} {p95 / noise[source]:6.2f}", flush=True
        )


@contextlib.contextmanager
def _serving(release: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "policygraph", "serve", str(release), "--port=0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        match = re.search(r":(\d+)/", process.stdout.readline())
        if match is None:
            sys.exit(f"{command!r} does not serve")
        yield int(match[1])
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def _crowd(name: str, port: int, clients: int) -> Iterator[None]:
    """So many clients in a process of their own, two seconds before the block begins."""
    process = multiprocessing.Process(target=_loop, args=(name, port, clients), daemon=True)
    process.start()
    time.sleep(2)
    try:
        yield
    finally:
        process.kill()
        process.join()


def _loop(name: str, port: int, clients: int) -> None:
    async def client(number: int) -> None:
        chance = random.Random(number)
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if name == "drip":
                    await _drip(port)
                else:
                    await _ask(port, "127.0.0.1", [_request(name, chance) for _ in range(1_000)])

    async def crowd() -> None:
        await asyncio.gather(*(client(number) for number in range(DRIPPING if name == "drip" else clients)))

    asyncio.run(crowd())


def _request(crowd: str, chance: random.Random) -> bytes:
    if crowd == "healthz":
        return _get("/healthz")
    number = chance.randrange(10**6)
    suffix = "" if crowd == "same" else str(number)
    patterns = chance.randrange(4, 12) if crowd == "shapes" else 4
    body = " . ".join(f"?a{i}{suffix} ?b{i}{suffix} ?c{i}{suffix}" for i in range(patterns))
    comment = f" #{suffix}\n" if suffix else ""
    return _query(f"SELECT (COUNT(*) AS ?n) {{ {body} }}{comment}")


def _query(text: str) -> bytes:
    return _get(f"/sparql?query={quote(text)}")


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()


async def _quick(port: int, source: str, asked: int) -> tuple[list[float], int]:
    """The seconds that each query took, and how many were answered."""
    times, answered = list[float](), 0
    for number in range(asked):
        began = time.perf_counter()
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            (status,) = await _ask(port, source, [_query(QUICK.format(number))])
            answered += status == 200
        times.append(time.perf_counter() - began)
    return times, answered


async def _ask(port: int, source: str, requests: list[bytes]) -> list[int]:
    """The statuses of requests on one connection from an address."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    statuses = []
    try:
        for request in requests:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").casefold()
            await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
            statuses.append(int(head.split()[1]))
            if "connection: close" in head:
                break
    finally:
        writer.close()
    return statuses


async def _drip(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        while not writer.is_closing():
            writer.write(b"a")
            await asyncio.sleep(1)
    finally:
        writer.close()


if __name__ == "__main__":
    main()
