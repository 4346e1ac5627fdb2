"""``/sparql`` and ``/.well-known/void``: the routes of the SPARQL endpoint."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from ...engine.dataset import DatasetView, Snapshot, graph
from ...engine.engine import CHUNK, EncodedAnswer, QueryDataset
from ...engine.guard import CheckedQuery, screen
from ...engine.settings import Settings
from ...queries import published
from ...rdf.iris import prefixes
from ...rdf.media_types import GRAPHS, RESULTS, Format
from ...rdf.serialise import serialise
from ..delivery.negotiation import choose, prefers
from ..delivery.problems import HTTPProblem
from . import description, protocol

EVERY_TYPE = [one.media_type for one in (*RESULTS, *GRAPHS)]


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/sparql", sparql, methods=["GET", "POST"], name="sparql"),
        Route("/.well-known/void", void, methods=["GET"], name="void"),
    ]


async def sparql(request: Request) -> Response:
    """A query and its answer, or the service description on a bare GET."""
    settings, snapshot = _settings(request), _view(request).snapshot
    asked = await protocol.read(request, settings.limits)
    if asked is None:
        return _describe(request, settings, snapshot)
    note = request.state.note
    note["query"] = asked.query[:200]
    query = screen(asked.query, settings.limits)
    note["form"] = query.form
    check_graphs(query, asked.scope, snapshot)
    format = choose(accept(request), GRAPHS if query.makes_graph else RESULTS)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", **_tag(snapshot, query, asked.scope, format)}
    if known(request, headers):
        return Response(status_code=304, headers=headers)
    answer = await _unless_gone(request, query, format, asked.scope)
    note["rows"] = answer.rows
    headers |= {"Content-Type": format.content_type, "Content-Length": str(answer.size)}
    if answer.size <= CHUNK:
        return Response(answer.whole(), headers=headers)
    return StreamingResponse(answer.chunks(), headers=headers)


async def void(request: Request) -> Response:
    """The catalogue of the release, or for data without one a VoID description made here."""
    view, settings = _view(request), _settings(request)
    format = choose(accept(request), GRAPHS)
    if f"{view.snapshot.base}graph/catalogue" in view.snapshot.graphs:
        triples = _triples(await graph(view, "catalogue"))
    else:
        triples = description.void(settings, view.snapshot)
    return _graph(triples, format, view.snapshot)


def check_graphs(query: CheckedQuery, scope: QueryDataset, snapshot: Snapshot) -> None:
    """Refuse (400) a graph that is not in the dataset: none is ever fetched."""
    beside = (*(scope.default_graphs or ()), *(scope.named_graphs or ()))
    for iri in (*query.default_graphs, *query.named_graphs, *beside):
        if iri not in snapshot.graphs:
            raise HTTPProblem(
                400,
                f"There is no graph <{iri[:200]}> here, and none is fetched from elsewhere: "
                "SELECT DISTINCT ?g { GRAPH ?g { } } lists those that there are.",
            )


def accept(request: Request) -> str | None:
    """The Accept header; several count as one."""
    return ",".join(request.headers.getlist("accept")) or None


def known(request: Request, headers: dict[str, str]) -> bool:
    """Whether the one who asks has this representation already (If-None-Match)."""
    tag = headers.get("ETag")
    theirs = request.headers.get("if-none-match", "")
    return tag is not None and tag in (one.strip().removeprefix("W/") for one in theirs.split(","))


def _tag(snapshot: Snapshot, query: CheckedQuery, scope: QueryDataset, format: Format) -> dict[str, str]:
    """An ETag for an answer that the same data give each time."""
    if not snapshot.identity or not query.stable:
        return {}
    parts = (snapshot.identity, query.text, repr(scope), format.media_type)
    return {"ETag": f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'}


async def _unless_gone(
    request: Request, query: CheckedQuery, format: Format, scope: QueryDataset
) -> EncodedAnswer:
    """The answer; a query that nobody waits for any more is given up."""
    asking = asyncio.ensure_future(_view(request).answer(query, format, scope, ours=False))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({asking, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise HTTPProblem(400, "The one who asked has gone.")
        return asking.result()
    finally:
        asking.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _describe(request: Request, settings: Settings, snapshot: Snapshot) -> Response:
    """The service description, with the canned queries as examples; a browser is led to the editor."""
    editor: str | None = getattr(request.app.state, "editor", None)
    if editor and prefers(accept(request), "text/html", EVERY_TYPE):
        return RedirectResponse(editor, status_code=303, headers={"Vary": "Accept"})
    wanted = accept(request)
    if wanted and prefers(wanted, "text/html", EVERY_TYPE):
        wanted = None
    examples = published.triples(snapshot.base, f"{settings.address}sparql")
    return _graph([*description.service(settings, snapshot), *examples], choose(wanted, GRAPHS), snapshot)


def _graph(triples: Sequence[ox.Triple], format: Format, snapshot: Snapshot) -> Response:
    content = serialise(triples, format, _used(triples, snapshot.base))
    return Response(content, headers={"Content-Type": format.content_type, "Vary": "Accept"})


def _used(triples: Sequence[ox.Triple], base: str) -> dict[str, str]:
    """Our prefixes, only those that the triples need."""
    written = serialise(triples)
    known = prefixes(base) | {"sd": description.SD}
    return {name: iri for name, iri in known.items() if f"<{iri}".encode() in written}


def _triples(content: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)]


def _view(request: Request) -> DatasetView:
    view: DatasetView = request.state.view
    return view


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
