"""The numbers that an operator wants, for Prometheus. One registry an application, so that tests do not share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from ..engine.dataset import Dataset
    from ..engine.pool import Pool

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What is counted: requests by route and status, their time, and the engine calls that each took."""

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
    """Numbers that are read off when they are asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if not self._dataset.is_open:
            return
        from ..engine.engine import LocalEngine

        snapshot = self._dataset.current
        yield GaugeMetricFamily("policygraph_triples", "Triples that are served", value=snapshot.engine.triples)
        yield GaugeMetricFamily(
            "policygraph_loaded_timestamp_seconds", "When the data were loaded", value=snapshot.since.timestamp()
        )
        if isinstance(snapshot.engine, LocalEngine):
            yield from _pool(snapshot.engine.pool)


def _pool(pool: Pool) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("policygraph_queries_waiting", "Queries that wait", value=pool.waiting)
    deaths = GaugeMetricFamily("policygraph_worker_deaths", "Processes that a query has cost", labels=["why"])
    for why, number in sorted(pool.deaths.items()):
        deaths.add_metric([why], number)
    yield deaths
    family = GaugeMetricFamily("policygraph_workers", "Processes for queries", labels=["state"])
    for state, number in (("idle", len(pool.idle)), ("busy", len(pool.busy)), ("long", len(pool.heavy))):
        family.add_metric([state], number)
    yield family
