"""``/healthz`` and ``/metrics``: what an operator's machines ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..engine.dataset import Dataset
from ..engine.engine import LocalEngine
from ..engine.pool import Pool
from ..version import VERSION
from .delivery.operations import JSON_TYPE, TEXT, Operation, OperationRoute, reference, text

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Requests by route and status, their time, and the engine calls that each took; a registry an application."""

    def __init__(self, dataset: Dataset) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "policygraph_requests", "Requests", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "policygraph_request_seconds",
            "Time to the last byte",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._calls = Histogram(
            "policygraph_engine_calls",
            "Engine calls of one request",
            ("route",),
            buckets=(0, 1, 2, 3, 5, 10),
            registry=self.registry,
        )
        self.registry.register(_State(dataset))

    def count(self, method: str, route: str, status: int, seconds: float, calls: int) -> None:
        """One request that has been answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        self._calls.labels(route).observe(calls)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _State(Collector):
    """Numbers that are read off when Prometheus fetches them."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if not self._dataset.is_open:
            return
        snapshot = self._dataset.current
        yield GaugeMetricFamily("policygraph_triples", "Triples that are served", value=snapshot.engine.triples)
        yield GaugeMetricFamily(
            "policygraph_loaded_timestamp_seconds", "When the data were loaded", value=snapshot.since.timestamp()
        )
        if isinstance(snapshot.engine, LocalEngine):
            pool = snapshot.engine.pool
            states = processes(pool)
            yield GaugeMetricFamily("policygraph_queries_waiting", "Queries that wait", value=pool.waiting)
            yield _by_label("policygraph_worker_deaths", "Processes that a query has cost", "why", pool.deaths)
            yield _by_label("policygraph_workers", "Processes for queries", "state", states)


def processes(pool: Pool) -> dict[str, int]:
    """How many processes wait, answer, do so in a place for long queries, and were lost so far without a query."""
    return {"idle": len(pool.idle), "busy": len(pool.busy), "long": len(pool.heavy), "lost": pool.lost}


def _by_label(name: str, words: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


async def health(request: Request) -> Response:
    """200 while queries are answered, 503 while the data are being loaded again; what is served in either case."""
    snapshot = request.app.state.dataset.current
    engine = snapshot.engine
    state = {
        "status": "loading" if snapshot.engine.failed else "ok",
        "version": VERSION,
        "triples": snapshot.engine.triples,
        "graphs": len(snapshot.engine.graphs),
        "release": snapshot.release.manifest.canonical if snapshot.release else None,
        "identity": snapshot.identity,
        "since": snapshot.since.isoformat(),
        "processes": processes(engine.pool) if isinstance(engine, LocalEngine) else {},
    }
    return JSONResponse(state, 503 if snapshot.engine.failed else 200, {"Cache-Control": "no-store"})


async def numbers(request: Request) -> Response:
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
        "processes": {
            "type": "object",
            "description": "Processes for queries: idle, busy, long; lost: killed or hung so far, each replaced",
            "additionalProperties": {"type": "integer"},
        },
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
        numbers,
        Operation("metrics", "Numbers for operators, in Prometheus' format", "operation", text("text/plain")),
    ),
]
