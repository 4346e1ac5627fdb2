"""The Reconciliation Service API 0.2 over HTTP: manifest, queries, suggest, preview, extend; no JSONP.

What the service answers is decided by ``policygraph.reconciliation``; here are addresses, parameters and limits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...engine.dataset import DatasetView, Snapshot, graph
from ...engine.settings import Settings
from ...errors import QueryError
from ...queries import open_release
from ...rdf.iris import Names
from ...reconciliation import Reconciliation
from ..delivery.problems import HTTPProblem
from ..sparql.protocol import FORM, pairs_of, read_body
from .arguments import COUNT, JSON, Argument, Given, check, read

GRAPHS = ("actions", "dialogues", "initiatives", "vocabulary", "mappings", "derived", "ontology")
"""The graphs that named things and their values stand in."""

PREFIX = Argument("prefix", "xsd:string", "The letters that have been typed", "heal", required=True)
CURSOR = Argument("cursor", COUNT, "How many suggestions to leave out", "0")
ID = Argument("id", "xsd:string", "Identifier of a thing, as the service gives it", "sector/HEALTH", required=True)
TYPE = Argument("type", "xsd:string", "Identifier of a category", "PolicyAction")
LIMIT = Argument("limit", COUNT, "How many properties at most", "10")
QUERIES = Argument("queries", JSON, "A batch of queries, as JSON", '{"q0": {"query": "health"}}')
EXTEND = Argument(
    "extend",
    JSON,
    "A data extension query, as JSON",
    '{"ids": ["sector/HEALTH"], "properties": [{"id": "notation"}]}',
)
SUGGESTED = ("entity", "type", "property")

_making = asyncio.Lock()


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/reconcile", reconcile, methods=["GET", "POST"], name="reconcile"),
        *(Route(f"/reconcile/suggest/{kind}", suggest, name=f"reconcile.{kind}") for kind in SUGGESTED),
        Route("/reconcile/properties", properties, name="reconcile.properties"),
        Route("/reconcile/preview", preview, name="reconcile.preview"),
        Route("/reconcile/view", view, name="reconcile.view"),
    ]


async def reconcile(request: Request) -> Response:
    """The manifest, the answers to a batch of queries, or values of properties."""
    settings: Settings = request.app.state.settings
    pairs = pairs_of(request.scope["query_string"])
    if request.method == "POST":
        pairs += await _form(request, settings)
    given = check(pairs, (QUERIES, EXTEND))
    service = await _service(request)
    if len(given) == 2 or (request.method == "POST" and not given):
        raise HTTPProblem(
            400, f"There are {len(given)} of “queries” and “extend” in the request: send one of them."
        )
    if "queries" in given:
        return await _answer(service.queries, _json("queries", given["queries"][0]))
    if "extend" in given:
        return await _answer(service.extend, _json("extend", given["extend"][0]))
    release = request.state.view.snapshot.release
    version = release.manifest.canonical if release else ""
    return await _answer(service.manifest, f"{settings.address}reconcile", version)


async def suggest(request: Request) -> Response:
    """Things, categories or properties whose name begins like the prefix."""
    given = read(request, (PREFIX, CURSOR))
    service, kind = await _service(request), request.url.path.rpartition("/")[2]
    if not given["prefix"][0].strip():
        return await _answer(dict, result=[])
    call: Callable[[str, int], Any] = getattr(service, f"suggest_{kind}")
    return await _answer(call, given["prefix"][0], _count(given, "cursor") or 0)


async def properties(request: Request) -> Response:
    """The properties that things of a category have."""
    given = read(request, (TYPE, LIMIT))
    service = await _service(request)
    return await _answer(service.propose_properties, given.get("type", ("",))[0], _count(given, "limit"))


async def preview(request: Request) -> Response:
    """A small page about one thing; it may stand in a frame of any site."""
    page = await _of_thing(request, (await _service(request)).preview)
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; frame-ancestors *"})


async def view(request: Request) -> Response:
    """To the page of a thing."""
    iri = await _of_thing(request, (await _service(request)).view)
    base, address = request.state.view.snapshot.base, request.app.state.settings.address
    return RedirectResponse(address + iri.removeprefix(base), status_code=303)


async def _of_thing(request: Request, ask: Callable[[str], str]) -> str:
    """What the service says of the thing in the address; raises HTTPProblem 404 where there is none."""
    try:
        return ask(read(request, (ID,))["id"][0])
    except QueryError as error:
        raise HTTPProblem(404, str(error)) from error


async def _answer(call: Callable[..., Any], *arguments: Any, **named: Any) -> Response:
    return JSONResponse(await asyncio.to_thread(call, *arguments, **named), headers={"Cache-Control": "no-cache"})


def _json(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        return value
    except (ValueError, RecursionError) as error:
        raise HTTPProblem(400, f"The parameter “{name}” is not JSON: send a JSON object.") from error


def _count(given: Given, name: str) -> int | None:
    return int(given[name][0]) if name in given else None


async def _form(request: Request, settings: Settings) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != FORM:
        raise HTTPProblem(415, f"The body is “{kind[:80] or 'of no type'}”: send {FORM}.")
    return pairs_of(await read_body(request, settings.limits))


async def _service(request: Request) -> Reconciliation:
    """The service over the data of this request, made when it is first asked for."""
    asked, state = request.state.view, request.app.state
    async with _making:
        made: tuple[Snapshot, Reconciliation] | None = getattr(state, "reconciliation", None)
        if made is None or made[0] is not asked.snapshot:
            store = await _store(asked)
            made = asked.snapshot, await asyncio.to_thread(_made, store, asked.snapshot.base)
            state.reconciliation = made
    return made[1]


async def _store(asked: DatasetView) -> ox.Store:
    """The graphs that the service reads: out of the release's file, else out of the engine."""
    snapshot = asked.snapshot
    if snapshot.release is not None:
        store, _ = await asyncio.to_thread(open_release, Path(snapshot.release.folder), snapshot.base, GRAPHS)
        return store
    store = ox.Store()
    for name in GRAPHS:
        content = await graph(asked, name)
        await asyncio.to_thread(store.load, content, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


def _made(store: ox.Store, base: str) -> Reconciliation:
    service = Reconciliation(store, Names(base))
    service.queries({"q0": {"query": "warm"}})
    return service
