"""One request from its first to its last byte: it holds one state of the data, is timed, counted and logged."""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
import time
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..engine.dataset import Dataset, DatasetView
from .delivery.problems import as_text
from .monitoring import Metrics

log = logging.getLogger("policygraph.web.request_log")

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "color_message", "asctime", "taskName"}


class RequestLog:
    """Puts ``view`` (the data) and ``note`` (a dict that the log line takes up) into ``request.state``.

    The response says in Server-Timing how many engine calls it took and how long they were.
    """

    def __init__(self, app: ASGIApp, dataset: Dataset, metrics: Metrics) -> None:
        self.app, self.dataset, self.metrics = app, dataset, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self.dataset.is_open:
            words = as_text("The data are being loaded: ask again in a moment.")
            await PlainTextResponse(words, 503, {"Retry-After": "5"})(scope, receive, send)
            return
        began, sent = time.perf_counter(), {"status": 500, "bytes": 0}
        with self.dataset.lease() as snapshot:
            view = DatasetView(snapshot)
            scope.setdefault("state", {}).update(view=view, note={})

            async def observe(message: Message) -> None:
                if message["type"] == "http.response.start":
                    sent["status"] = message["status"]
                    timing = f'engine;desc="{view.calls} calls";dur={view.seconds * 1000:.1f}'
                    MutableHeaders(scope=message).append("Server-Timing", timing)
                sent["bytes"] += len(message.get("body", b""))
                await send(message)

            try:
                await self.app(scope, receive, observe)
            finally:
                self._record(scope, view, sent, time.perf_counter() - began)

    def _record(self, scope: Scope, view: DatasetView, sent: dict[str, int], seconds: float) -> None:
        method, client = scope["method"], scope.get("client")
        # labels that strangers cannot make many of: the route's own path, and the methods that there are
        label = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
        route = getattr(scope.get("route"), "path", None) or "none"
        self.metrics.count(label, route, sent["status"], seconds, view.calls)
        log.info(
            "request",
            extra={
                "method": method,
                "path": scope["path"],
                "ms": round(seconds * 1000, 1),
                "calls": view.calls,
                "client": client[0] if client else None,
                "agent": Headers(scope=scope).get("user-agent"),
                **sent,
                **scope["state"]["note"],
            },
        )


class BackgroundLog(logging.Handler):
    """Writes lines to a descriptor in a thread of its own, so that a reader who does not read stops nothing.

    At most ``most`` lines wait; beyond, lines are dropped, and how many is said when there is room again.
    """

    def __init__(self, descriptor: int, most: int = 10_000) -> None:
        super().__init__()
        self._descriptor, self._dropped = descriptor, 0
        self._lines: queue.Queue[str] = queue.Queue(most)
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record."""
        try:
            if self._dropped:
                self._lines.put_nowait(json.dumps({"event": "log lines dropped", "number": self._dropped}))
                self._dropped = 0
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._dropped += 1

    def finish(self, seconds: float = 1.0) -> None:
        """Wait until what is queued has been written, but no longer than so many seconds."""
        deadline = time.monotonic() + seconds
        while self._lines.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _write(self) -> None:
        while True:
            content = f"{self._lines.get()}\n".encode()
            try:
                while content:
                    content = content[os.write(self._descriptor, content) :]
            except OSError:  # the reader has gone
                self._dropped += 1
            self._lines.task_done()


class JsonLines(logging.Formatter):
    """A log record as one line of JSON: time, level, logger, event, and whatever ``extra`` brought."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)
