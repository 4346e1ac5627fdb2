"""``/healthz`` and ``/metrics``: what an operator's machines ask."""

from __future__ import annotations

from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ..engine.dataset import Dataset, Snapshot
from ..version import VERSION


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/healthz", health, methods=["GET"], name="healthz"),
        Route("/metrics", metrics, methods=["GET"], name="metrics"),
    ]


async def health(request: Request) -> Response:
    """200 while queries are answered, 503 while the data are being loaded again; what is served in either case."""
    dataset: Dataset = request.app.state.dataset
    snapshot = dataset.current
    status = 503 if snapshot.engine.failed else 200
    return JSONResponse(_state(snapshot), status_code=status, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    return Response(
        request.app.state.metrics.text(),
        headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
    )


def _state(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "status": "loading" if snapshot.engine.failed else "ok",
        "version": VERSION,
        "triples": snapshot.engine.triples,
        "graphs": len(snapshot.graphs),
        "release": snapshot.release.manifest.canonical if snapshot.release else None,
        "identity": snapshot.identity,
        "since": snapshot.since.isoformat(),
    }
