"""The application over a store in this process: no workers, no limits, for our own requests only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pyoxigraph as ox
from anyio.from_thread import start_blocking_portal

from ..engine.dataset import Dataset, DatasetView, Snapshot
from ..engine.engine import LocalEngine, counted
from ..engine.evaluation import QueryTask, evaluate
from ..engine.settings import Limits, Settings
from ..release import Release
from ..web.app import create
from .addresses import SENTINEL

T = TypeVar("T")
DUMP = "policygraph.trig"
"""The file of a release that a browser loads: all named graphs, the shortest syntax that holds them."""

UNBOUND = replace(Limits(), rows=10**9, answer_mib=2**20)
REMEMBERED = 64
"""Answers that are kept: the languages of a page ask the same questions one after the other."""


class InProcessEngine:
    """Stands where the endpoint has its pool of processes: evaluates at once, and remembers the last answers."""

    failed = False

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._known: OrderedDict[tuple[object, ...], tuple[int, bytes]] = OrderedDict()

    async def run(self, work: QueryTask, **_: bool) -> tuple[int, bytes]:
        """The number of rows and the bytes of an answer; every query is one of ours."""
        key = (work.query, work.results, work.graph, work.own_dataset)
        if key not in self._known:
            content, rows = evaluate(self._store, work)
            self._known[key] = rows, content
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]

    async def close(self) -> None:
        """There is nothing to end."""


class SiteClient:
    """Answers of the application for a release, whose own addresses begin with ``address``."""

    def __init__(self, release: Release, address: str = SENTINEL) -> None:
        store = ox.Store()
        store.bulk_load(path=str(release.canonical), format=ox.RdfFormat.N_QUADS)
        settings = Settings(sources=(release.folder,), address=address, base=release.base, limits=UNBOUND)
        self._ending = ExitStack()
        self._portal = self._ending.enter_context(start_blocking_portal())
        self.view, self._client = self.run(_opened, settings, release, store)

    def run(self, asked: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """What a coroutine gives, run in a thread of its own: whoever calls may have a loop that runs already."""
        return self._portal.call(asked, *arguments)

    def get(self, path: str, accept: str) -> httpx.Response:
        """The answer to GET; ``path`` may have a query."""
        return self.run(self._get, path, accept)

    async def _get(self, path: str, accept: str) -> httpx.Response:
        return await self._client.get(path, headers={"Accept": accept})

    def close(self) -> None:
        """Let go of the application."""
        self.run(self._client.aclose)
        self._ending.close()


async def _opened(settings: Settings, release: Release, store: ox.Store) -> tuple[DatasetView, httpx.AsyncClient]:
    dataset = Dataset(settings)
    pool: Any = InProcessEngine(store)
    engine = LocalEngine(pool, settings.limits)
    engine.graphs = await counted(engine, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    engine.triples = sum(engine.graphs.values())
    sha256 = release.manifest.files[release.canonical.name].sha256
    snapshot = Snapshot(engine, release, release.base, sha256)
    dataset.hold(snapshot)
    application = create(settings, dataset)
    application.state.dump = (f"/dumps/{DUMP}", release.manifest.files[DUMP].bytes)
    transport = httpx.ASGITransport(application)
    headers = {"Accept-Encoding": "identity"}
    return DatasetView(snapshot), httpx.AsyncClient(transport=transport, base_url="http://site", headers=headers)


def dumps(release: Release) -> Iterable[tuple[str, Path]]:
    """Each file of a release: its name below ``dumps/``, and where it stands."""
    for name in (*release.manifest.files, "manifest.json"):
        yield name, release.folder / name
