"""A server of its own for tests: small data in the form of docs/model.md, small limits, a free port."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pyoxigraph as ox

from policygraph.rdf.iris import DCT, RDF, RDFS, Names
from policygraph.release import FileDigest, Manifest
from policygraph.version import MODEL

NAMES = Names()
ACTIONS = NAMES.graph("actions").value
VOCABULARY = NAMES.graph("vocabulary").value
HOSTILE = NAMES.graph("status").value

LIMITS = {
    "seconds": 1.0,
    "quick_seconds": 0.3,
    "memory_mib": 96,
    "rows": 500,
    "answer_mib": 1,
    "workers": 2,
    "heavy": 1,
    "queue": 4,
    "queue_seconds": 2,
    "request_seconds": 1.5,
    "stall_seconds": 1,
    "idle_seconds": 2,
}
MARKUP = "<script>alert(1)</script>"
CONTROLS = "a\u0001b\u202ec"


def quads(actions: int = 60) -> list[ox.Quad]:
    """So many actions in their graph, two headings in theirs, and what strangers might plant in a third."""
    return [*_actions(actions), *_headings(), *_planted()]


def _actions(number: int) -> Iterator[ox.Quad]:
    graph = NAMES.graph("actions")
    for row in range(1, number + 1):
        action = NAMES.id("action", "COM-2025-723", f"A3-{row:03}")
        yield ox.Quad(action, ox.NamedNode(f"{RDF}type"), NAMES.term("PolicyAction"), graph)
        yield ox.Quad(action, NAMES.term("number"), ox.Literal(row), graph)
        yield ox.Quad(action, NAMES.term("heading"), NAMES.id("heading", "D", f"{row % 2 + 1:02}"), graph)
        yield ox.Quad(
            action, ox.NamedNode(f"{DCT}description"), ox.Literal(f"Actie nummer {row}", language="nl"), graph
        )


def _headings() -> Iterator[ox.Quad]:
    for number, words in (("01", "Gezondheid"), ("02", "Energie")):
        heading = NAMES.id("heading", "D", number)
        label = ox.NamedNode(f"{RDFS}label")
        yield ox.Quad(heading, label, ox.Literal(words, language="nl"), NAMES.graph("vocabulary"))


def _planted() -> Iterator[ox.Quad]:
    graph, about = NAMES.graph("status"), ox.NamedNode(f"{DCT}description")
    for number, words in enumerate((MARKUP, "=1+1", CONTROLS, 'quote " comma , newline \n end')):
        yield ox.Quad(NAMES.id("planted", str(number)), about, ox.Literal(words), graph)
    yield ox.Quad(NAMES.id("planted", "iri"), about, ox.NamedNode("javascript:alert(1)"), graph)


def n_quads(statements: list[ox.Quad]) -> bytes:
    """Sorted N-Quads."""
    written = ox.serialize(statements, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(written.splitlines(keepends=True)))


def write_release(folder: Path, statements: list[ox.Quad]) -> None:
    """A release as small as one can be: the canonical file, and the manifest last, renamed into place."""
    folder.mkdir(exist_ok=True)
    content = n_quads(statements)
    sha256 = hashlib.sha256(content).hexdigest()
    manifest = Manifest(
        base=NAMES.base,
        versions={"model": str(MODEL)},
        canonical=sha256,
        inputs=(),
        graphs={},
        tables={},
        files={"policygraph.nq": FileDigest("policygraph.nq", len(content), sha256)},
    )
    (folder / "policygraph.nq").write_bytes(content)
    (folder / "manifest.new").write_text(manifest.to_json(), "utf-8")
    (folder / "manifest.new").rename(folder / "manifest.json")


@dataclass
class Server:
    """A running server: its process, its address, and a client that speaks to it."""

    process: subprocess.Popen[str]
    address: str
    client: httpx.Client
    log: list[str] = field(default_factory=list)
    folder: Path = Path()

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def ask(self, query: str, accept: str | None = None, **more: object) -> httpx.Response:
        """A query by GET."""
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/sparql", params={"query": query, **more}, headers=headers)

    def post(self, query: str, accept: str | None = None) -> httpx.Response:
        """A query by POST of a form: for those that are too long for an address."""
        return self.client.post("/sparql", data={"query": query}, headers={"Accept": accept} if accept else {})

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query, each value as a string."""
        response = self.post(query)
        assert response.status_code == 200, response.text
        bindings = response.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def events(self, event: str) -> list[dict[str, object]]:
        """The log lines of one kind so far."""
        lines = [json.loads(line) for line in list(self.log) if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def workers(self, state: str) -> int:
        """How many processes for queries are ``idle``, ``busy`` or ``long``."""
        number = re.search(rf'state="{state}"}} (\d+)', self.client.get("/metrics").text)
        assert number
        return int(number[1])

    def connect(self) -> socket.socket:
        """A bare connection, for what no client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


@contextlib.contextmanager
def serving(*arguments: str | Path, limits: dict[str, float] | None = None) -> Iterator[Server]:
    """``policygraph serve`` with the limits above and others over them, until the block ends."""
    options = [f"--limit={name}={value}" for name, value in {**LIMITS, **(limits or {})}.items()]
    command = [sys.executable, "-m", "policygraph", "serve", "--port=0", *options, *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"}
    )
    assert process.stdout is not None and process.stderr is not None
    log: list[str] = []
    reading = threading.Thread(target=lambda: log.extend(process.stderr or ()), daemon=True)
    reading.start()
    try:
        told = process.stdout.readline()
        match = re.search(r" at (http://\S+/)", told)
        assert match, (told, log)
        # each request has a connection of its own: an idle one the server closes in the moment of its next request
        anew = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=match[1], timeout=120, trust_env=False, limits=anew) as client:
            yield Server(process, match[1], client, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        reading.join(60)
        process.stdout.close()
        process.stderr.close()


def eventually(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so; fails where it is not within some seconds, which a busy machine may need."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    """The processes below one, its own not among them."""
    found: set[int] = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.add(int(path.parent.name))
    return found | {grandchild for child in found for grandchild in children(child)}
