"""``/healthz`` and ``/metrics``: what an operator's machines ask."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..version import VERSION
from .delivery.operations import JSON_TYPE, TEXT, Operation, OperationRoute, reference, text


async def health(request: Request) -> Response:
    """200 while queries are answered, 503 while the data are being loaded again; what is served in either case."""
    snapshot = request.app.state.dataset.current
    state = {
        "status": "loading" if snapshot.engine.failed else "ok",
        "version": VERSION,
        "triples": snapshot.engine.triples,
        "graphs": len(snapshot.graphs),
        "release": snapshot.release.manifest.canonical if snapshot.release else None,
        "identity": snapshot.identity,
        "since": snapshot.since.isoformat(),
    }
    return JSONResponse(state, 503 if snapshot.engine.failed else 200, {"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    return Response(request.app.state.metrics.text(), headers=headers)


HEALTH = {
    "type": "object",
    "required": ["status", "triples", "graphs"],
    "properties": {
        "status": {"enum": ["ok", "loading"]},
        "version": TEXT,
        "triples": {"type": "integer"},
        "graphs": {"type": "integer"},
        "release": {"type": ["string", "null"], "description": "SHA-256 of the canonical form"},
        "identity": TEXT,
        "since": {"type": "string", "format": "date-time"},
    },
}
ROUTES = [
    OperationRoute(
        "/healthz",
        health,
        Operation(
            "healthz",
            "Whether queries are answered",
            "operation",
            {JSON_TYPE: {"schema": reference("schemas", "Health")}},
            ("503",),
            answer="They are",
            components={"schemas": {"Health": HEALTH}},
        ),
    ),
    OperationRoute(
        "/metrics",
        metrics,
        Operation("metrics", "Numbers for operators, in Prometheus' format", "operation", text("text/plain")),
    ),
]
