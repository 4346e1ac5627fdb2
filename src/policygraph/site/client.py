"""The application over a store in this process: no workers, no limits, for our own requests only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import httpx
import pyoxigraph as ox
from anyio.from_thread import start_blocking_portal

from ..engine.dataset import Dataset, DatasetView, Snapshot
from ..engine.engine import LocalEngine, counted
from ..engine.evaluation import QueryTask, evaluate
from ..engine.settings import Limits, Settings
from ..release import Release
from ..vocabulary.codelists import rebased
from ..web.app import create
from ..web.viewmodels.context import PageContext
from ..web.viewmodels.evidence import document, text_path
from .addresses import FileHost

T = TypeVar("T")
DUMP = "policygraph.trig"
"""The file of a release that a browser loads: all named graphs, the shortest syntax that holds them."""

UNBOUND = replace(Limits(), rows=10**9, answer_mib=2**20)
PLACES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pg: <https://w3id.org/policygraph/def#>
SELECT ?cell ?span ?quote ?file ?sha256 ?page ?line WHERE {
  ?cell pg:span ?span ; oa:hasSource ?file .
  ?file pg:sha256 ?sha256 .
  ?span pg:line ?line ; oa:start ?start .
  OPTIONAL { ?span pg:page ?page }
  OPTIONAL { ?cell oa:hasSelector ?quote }
}
ORDER BY ?cell ?start"""

OWNERS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pg: <https://w3id.org/policygraph/def#>
SELECT ?thing ?owner WHERE {
  { ?thing pg:derivedSubject|owl:annotatedSource ?owner }
  UNION { ?owner pg:translation|pg:deadline|pg:attendance ?thing }
  FILTER(STRSTARTS(STR(?owner), "https://w3id.org/policygraph/id/"))
}
ORDER BY ?thing ?owner"""

REMEMBERED = 64
"""Answers that are kept: the languages of a page ask the same questions one after the other."""


class InProcessEngine:
    """Stands where the endpoint has its pool of processes: evaluates at once, and keeps the last answers."""

    failed = False

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._answers: OrderedDict[tuple[object, ...], tuple[int, bytes]] = OrderedDict()

    async def run(self, work: QueryTask, **_: bool) -> tuple[int, bytes]:
        """The number of rows and the bytes of an answer; every query is one of ours."""
        key = (work.query, work.results, work.graph, work.own_dataset)
        if key not in self._answers:
            content, rows = evaluate(self._store, work)
            self._answers[key] = rows, content
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return self._answers[key]

    async def close(self) -> None:
        """There is nothing to end."""


class SiteClient:
    """Answers of the application for a release, written for files of a site that is reached at ``address``."""

    def __init__(self, release: Release, address: str) -> None:
        store = ox.Store()
        store.bulk_load(path=str(release.canonical), format=ox.RdfFormat.N_QUADS)
        self.release = release
        self.settings = Settings(sources=(release.folder,), address=address, base=release.base, limits=UNBOUND)
        size = release.manifest.files[DUMP].bytes
        places = evidence_places(store, release)
        self.host = FileHost(release.base, address, f"/dumps/{DUMP}", size, places=places)
        self._ending = ExitStack()
        self._portal = self._ending.enter_context(start_blocking_portal())
        self._view, self._client = self.run(_opened, self.settings, release, store, self.host)

    def context(self, path: str, language: str, host: FileHost | None = None) -> PageContext:
        """The context of a page, for what no address of the application answers with."""
        return PageContext(
            self._view,
            path,
            language=language,
            base=self.release.base,
            release=self.release,
            settings=self.settings,
            static=host or self.host,
        )

    def run(self, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """What a coroutine gives, run in a thread of its own: the caller may have a running loop."""
        return self._portal.call(function, *arguments)

    def get(self, path: str, accept: str) -> httpx.Response:
        """The answer to GET; ``path`` may have a query."""
        return self.run(partial(self._client.get, headers={"Accept": accept}), path)

    def close(self) -> None:
        """Close the application."""
        self.run(self._client.aclose)
        self._ending.close()


def evidence_places(store: ox.Store, release: Release) -> dict[str, str]:
    """Where what has no page of its own is shown, by its IRI: cells, quotes and spans at a line of a text.

    All else is shown with what it is of: a derivation of a target with the action whose target it is.

    What is in no text that is at hand has no place.
    """
    places: dict[str, str] = {}
    rows: Any = store.query(rebased(PLACES, release.base), use_default_graph_as_union=True)
    for cell, span, quote, file, sha256, page, line in rows:
        if document(sha256.value, release) is not None:
            path = text_path(file.value) + (f"/{page.value}" if page else "")
            for thing in filter(None, (cell, span, quote)):
                places.setdefault(thing.value, f"{path}#L{line.value}")
    rows = store.query(rebased(OWNERS, release.base), use_default_graph_as_union=True)
    owners: dict[str, str] = {}
    for thing, owner in rows:
        owners.setdefault(thing.value, owner.value)
    for thing, owner in owners.items():
        places.setdefault(thing, f"/{owners.get(owner, owner).removeprefix(release.base)}.html")
    return places


async def _opened(
    settings: Settings, release: Release, store: ox.Store, host: FileHost
) -> tuple[DatasetView, httpx.AsyncClient]:
    dataset = Dataset(settings)
    pool: Any = InProcessEngine(store)
    engine = LocalEngine(pool, settings.limits)
    engine.graphs = await counted(engine)
    engine.triples = sum(engine.graphs.values())
    sha256 = release.manifest.files[release.canonical.name].sha256
    snapshot = Snapshot(engine, release, release.base, sha256)
    dataset.hold(snapshot)
    application = create(settings, dataset)
    application.state.static_host = host
    transport = httpx.ASGITransport(application)
    headers = {"Accept-Encoding": "identity"}
    return DatasetView(snapshot), httpx.AsyncClient(transport=transport, base_url="http://site", headers=headers)
