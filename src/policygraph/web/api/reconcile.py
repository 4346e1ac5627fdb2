"""The Reconciliation Service API 0.2 over HTTP: manifest, queries, suggest, preview, extend; no JSONP.

What the service answers is decided by ``policygraph.reconciliation``; here are addresses, parameters and limits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ...engine.dataset import DatasetView, Snapshot
from ...errors import QueryError
from ...queries import open_release
from ...rdf.iris import Names
from ...reconciliation import Reconciliation
from ...search.entity_index import PATHS
from ..delivery.operations import JSON_TYPE, TEXT, Json, Operation, OperationRoute, parameter, reference, text
from ..delivery.problems import HTTPProblem
from ..delivery.requests import (
    COUNT,
    FORM,
    JSON,
    Argument,
    Values,
    check,
    media_type,
    parse_pairs,
    read,
    read_body,
    settings_of,
    view_of,
)

GRAPHS = (
    "actions",
    "dialogues",
    "initiatives",
    "vocabulary",
    "curated",
    "mappings",
    "derived",
    "translations",
    "ontology",
)
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

_starting = asyncio.Lock()


async def reconcile(request: Request) -> Response:
    """The manifest, the answers to a batch of queries, or values of properties."""
    pairs = parse_pairs(request.scope["query_string"])
    if request.method == "POST":
        media_type(request, (FORM,))
        pairs += parse_pairs(await read_body(request))
    values = check(pairs, (QUERIES, EXTEND))
    service = await _service(request)
    if len(values) == 2 or (request.method == "POST" and not values):
        raise HTTPProblem(
            400, f"There are {len(values)} of “queries” and “extend” in the request: send one of them."
        )
    if "queries" in values:
        return await _answer(service.queries, _json("queries", values["queries"][0]))
    if "extend" in values:
        return await _answer(service.extend, _json("extend", values["extend"][0]))
    release = view_of(request).snapshot.release
    version = release.manifest.canonical if release else ""
    return await _answer(service.manifest, f"{settings_of(request).address}reconcile", version)


async def suggest(request: Request) -> Response:
    """Things, categories or properties whose name begins like the prefix."""
    values = read(request, (PREFIX, CURSOR))
    service, kind = await _service(request), request.url.path.rpartition("/")[2]
    if not values["prefix"][0].strip():
        return await _answer(dict, result=[])
    call: Callable[[str, int], Any] = getattr(service, f"suggest_{kind}")
    return await _answer(call, values["prefix"][0], _count(values, "cursor") or 0)


async def properties(request: Request) -> Response:
    """The properties that things of a category have."""
    values = read(request, (TYPE, LIMIT))
    service = await _service(request)
    return await _answer(service.propose_properties, values.get("type", ("",))[0], _count(values, "limit"))


async def preview(request: Request) -> Response:
    """A small page about one thing; it may stand in a frame of any site."""
    page = _about_thing(request, (await _service(request)).preview)
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; frame-ancestors *"})


async def view(request: Request) -> Response:
    """To the page of a thing."""
    iri = _about_thing(request, (await _service(request)).view)
    base, address = view_of(request).snapshot.base, settings_of(request).address
    return RedirectResponse(address + iri.removeprefix(base), status_code=303)


def _about_thing(request: Request, call: Callable[[str], str]) -> str:
    """What the service says of the thing in the address; raises HTTPProblem 404 where there is none."""
    try:
        return call(read(request, (ID,))["id"][0])
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


def _count(values: Values, name: str) -> int | None:
    return int(values[name][0]) if name in values else None


async def _service(request: Request) -> Reconciliation:
    """The service over the data of this request, started when it is first used."""
    state, data = request.app.state, view_of(request)
    async with _starting:
        current: tuple[Snapshot, Reconciliation] | None = getattr(state, "reconciliation", None)
        if current is None or current[0] is not data.snapshot:
            service = await asyncio.to_thread(Reconciliation, await _store(data), Names(data.snapshot.base))
            await asyncio.to_thread(service.queries, {"q0": {"query": "warm"}})
            state.reconciliation = current = data.snapshot, service
    return current[1]


async def _store(data: DatasetView) -> ox.Store:
    """The graphs that the service reads: out of the release's file, else out of the engine."""
    release = data.snapshot.release
    if release is not None:
        store, _ = await asyncio.to_thread(open_release, Path(release.folder), data.snapshot.base, GRAPHS)
        return store
    store = ox.Store()
    for name in GRAPHS:
        content = await data.graph(name)
        await asyncio.to_thread(store.load, content, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


SCHEMAS: dict[str, Json] = {
    "Match": {
        "type": "object",
        "description": "One query of the Reconciliation Service API 0.2",
        "required": ["query"],
        "properties": {
            "query": {"type": "string", "minLength": 1, "maxLength": 1000},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "type_strict": {"enum": ["any", "should", "all"]},
            "type": {"type": "array", "items": TEXT, "maxItems": 10},
        },
    },
    "Batch": {"type": "object", "maxProperties": 50, "additionalProperties": reference("schemas", "Match")},
    "Extension": {
        "type": "object",
        "description": "A data extension query of the Reconciliation Service API 0.2",
        "required": ["ids", "properties"],
        "properties": {
            "ids": {"type": "array", "items": TEXT, "maxItems": 100},
            "properties": {
                "type": "array",
                "maxItems": 20,
                "items": {"type": "object", "required": ["id"], "properties": {"id": {"enum": list(PATHS)}}},
            },
        },
    },
}
_FIELDS: Json = {
    name: {
        "type": "string",
        "format": f"json-{name}",
        "contentMediaType": JSON_TYPE,
        "contentSchema": reference("schemas", schema),
    }
    for name, schema in (("queries", "Batch"), ("extend", "Extension"))
}
"""The fields of the form, which hold JSON."""


def _operation(id: str, summary: str, *arguments: Argument, content: str = JSON_TYPE) -> Operation:
    described = tuple(map(parameter, arguments))
    return Operation(f"reconcile.{id}", summary, "reconciliation", text(content), ("400", "404"), described)


_BATCH = {
    **parameter(QUERIES),
    "content": {JSON_TYPE: {"schema": reference("schemas", "Batch"), "example": QUERIES.value}},
}
_MATCH = Operation(
    "reconcile",
    "Match names to things",
    "reconciliation",
    {JSON_TYPE: {"schema": {"type": "object"}}},
    ("400",),
    (_BATCH,),
    answer="The manifest, or the candidates for each query",
    components={"schemas": SCHEMAS},
)
_FORM: Json = {
    "type": "object",
    "properties": _FIELDS,
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}
ROUTES = [
    OperationRoute(
        "/reconcile",
        reconcile,
        _MATCH,
        replace(_MATCH, id="reconcile.post", method="post", parameters=(), body={FORM: {"schema": _FORM}}),
        methods=("GET", "POST"),
    ),
    *(
        OperationRoute(f"/reconcile/suggest/{kind}", suggest, _operation(kind, f"Suggest: {kind}", PREFIX, CURSOR))
        for kind in SUGGESTED
    ),
    OperationRoute(
        "/reconcile/properties", properties, _operation("properties", "Properties of a category", TYPE, LIMIT)
    ),
    OperationRoute(
        "/reconcile/preview",
        preview,
        _operation("preview", "A thing in a few words", ID, content="text/html"),
    ),
    Route("/reconcile/view", view),
]
