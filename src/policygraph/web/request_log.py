"""One request from its first to its last byte: it holds one state of the data, is timed, counted and logged."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..engine.dataset import Dataset, DatasetView
from .delivery.problems import as_text
from .metrics import Metrics

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
        elif not self.dataset.is_open:
            await _not_yet(send)
        else:
            await self._watched(scope, receive, send)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, sent = time.perf_counter(), {"status": 500, "bytes": 0}
        with self.dataset.lease() as snapshot:
            view = DatasetView(snapshot)
            scope.setdefault("state", {}).update(view=view, note={})

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    sent["status"] = message["status"]
                    MutableHeaders(scope=message).append("Server-Timing", _timing(view))
                sent["bytes"] += len(message.get("body", b""))
                await send(message)

            try:
                await self.app(scope, receive, watched)
            finally:
                self._tell(scope, view, sent, time.perf_counter() - began)

    def _tell(self, scope: Scope, view: DatasetView, sent: dict[str, int], seconds: float) -> None:
        self.metrics.count(_method(scope), _route(scope), sent["status"], seconds, view.calls)
        client = scope.get("client")
        log.info(
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "ms": round(seconds * 1000, 1),
                "calls": view.calls,
                "client": client[0] if client else None,
                "agent": Headers(scope=scope).get("user-agent"),
                **sent,
                **scope["state"]["note"],
            },
        )


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


def _timing(view: DatasetView) -> str:
    return f'engine;desc="{view.calls} calls";dur={view.seconds * 1000:.1f}'


def _route(scope: Scope) -> str:
    """The route's own path, not the request's: a label that strangers cannot make many of."""
    route = scope.get("route")
    return getattr(route, "path", None) or "none"


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"


async def _not_yet(send: Send) -> None:
    body = as_text("The data are being loaded: ask again in a moment.")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", b"5"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
