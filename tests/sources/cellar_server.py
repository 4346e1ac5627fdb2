"""A server on loopback that answers as Cellar did when its answers were recorded (../shared/documents/cellar)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from places import needs_shared

ITEM = "/resource/cellar/3e485e15-11bd-11e6-ba9a-01aa75ed71a1.0006.03/DOC_1"


@dataclass
class Answer:
    """What one request gets; ``{home}`` in a header stands for the server's own address."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class CellarServer:
    """Answers by (path, Accept), else by path alone; what was asked is kept in ``requests``."""

    address: str = ""
    answers: dict[tuple[str, str | None], list[Answer]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def on(self, path: str, *answers: Answer, accept: str | None = None) -> None:
        """Answer a path with these answers in turn, the last one ever after."""
        self.answers[path, accept] = list(answers)

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.requests.append((path, headers))
        queue = self.answers.get((path, headers.get("accept"))) or self.answers.get((path, None))
        if queue is None:
            name = path.rsplit("/", 1)[-1]
            return Answer(404, f"Resource [system 'celex' - id '{name}'] not found.".encode())
        return queue.pop(0) if len(queue) > 1 else queue[0]


@contextmanager
def cellar_server() -> Iterator[CellarServer]:
    """Run the server on a free port of the loopback interface."""
    state = CellarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = state.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value.replace("{home}", state.address))
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def recorded(name: str) -> bytes:
    """The body of a recorded answer."""
    return Path(needs_shared("documents", "cellar", "fixtures", name)).read_bytes()


def recorded_list(name: str, state: CellarServer) -> bytes:
    """The body of a recorded 300 answer, whose links lead to this server."""
    return recorded(name).replace(b"http://publications.europa.eu", state.address.encode())
