"""A proxy on loopback between a load and its store, where things go wrong as the test has written.

``with Proxy(server.url, plan) as proxy:`` forwards every request to the server. ``plan(number, request)`` is asked
for each one, numbered from 1, and says what happens to it; None lets it pass.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True)
class Request:
    """What the proxy saw: the path with its query, the headers, the body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def adds(self) -> bool:
        """Whether it carries statements by Graph Store Protocol."""
        return "graph=" in self.path


@dataclass(frozen=True)
class Fault:
    """What happens instead of forwarding.

    ``status`` and ``text`` answer by themselves; ``reset`` tears the connection; ``cut_answer`` sends half of the
    store's answer and closes; ``cut_body`` forwards only the lines of a body that the function keeps;
    ``first`` runs before anything else.
    """

    status: int | None = None
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    reset: bool = False
    cut_answer: bool = False
    cut_body: Callable[[bytes], bytes] | None = None
    first: Callable[[], object] | None = None


Plan = Callable[[int, Request], Fault | None]


class Proxy:
    """Listens on a free port; ``url`` is what a load is given, ``seen`` every request so far."""

    def __init__(self, target: str, plan: Plan) -> None:
        self.target, self.plan = target, plan
        self.seen: list[Request] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.url = f"http://127.0.0.1:{self._http.server_port}{urlsplit(target).path}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def note(self, request: Request) -> int:
        """Keeps the request and returns its number."""
        with self._lock:
            self.seen.append(request)
            return len(self.seen)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self
        parts = urlsplit(self.target)
        server = f"{parts.scheme}://{parts.netloc}"

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                request = Request(self.path, dict(self.headers.items()), self.rfile.read(length))
                fault = proxy.plan(proxy.note(request), request) or Fault()
                if fault.first:
                    fault.first()
                if fault.reset:
                    self._tear()
                elif fault.status:
                    self._answer(fault.status, fault.text.encode(), dict(fault.headers))
                else:
                    self._forward(request, fault)

            do_GET = do_POST

            def _forward(self, request: Request, fault: Fault) -> None:
                headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
                body = fault.cut_body(request.body) if fault.cut_body else request.body
                try:
                    answer = httpx.request(
                        self.command, server + request.path, headers=headers, content=body, timeout=30
                    )
                except httpx.TransportError:
                    return self._tear()
                kept = {"content-type", "www-authenticate", "server"}
                return self._answer(
                    answer.status_code,
                    answer.content,
                    {k: v for k, v in answer.headers.items() if k.lower() in kept},
                    half=fault.cut_answer,
                )

            def _answer(self, status: int, body: bytes, headers: dict[str, str], half: bool = False) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if half else body)
                self.close_connection = half

            def _tear(self) -> None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing: the test's output is the test's."""

        return Handler
