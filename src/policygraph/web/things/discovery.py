"""``/catalogue`` and ``/.well-known/api-catalog``: what there is here, for programs that have just arrived."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ...rdf.iris import prefixes
from ...rdf.media_types import GRAPHS, HTML, PLAIN_JSON, TURTLE, Format
from ...rdf.serialise import serialise
from ...release.writing import CATALOGUE
from ..delivery.link_header import API_CATALOG, OPENAPI, TypedLink, signposts
from ..delivery.negotiation import accept, choose
from ..delivery.operations import RDF_TEXT, DataRoute, Operation, OperationRoute, text
from ..delivery.problems import HTTPProblem
from ..delivery.requests import settings_of, view_of
from ..delivery.responses import deliver
from ..sparql.endpoint import void

LINKSET = "application/linkset+json"


async def catalogue(request: Request) -> Response:
    """The catalogue of the release in DCAT-AP, with sizes and hashes; VoID where no release is served."""
    release = view_of(request).snapshot.release
    if release is None:
        return await void(request)
    extension: str | None = request.path_params.get("extension")
    offers = [one for one in GRAPHS if extension in (None, one.extension)]
    format = offers[0] if extension else choose(accept(request), offers)
    path, sha256 = release.folder / CATALOGUE, release.manifest.files[CATALOGUE].sha256
    try:
        content = await asyncio.to_thread(_in_syntax, path, sha256, format, release.base)
    except FileNotFoundError as error:
        raise HTTPProblem(
            503, "Another release is taking the place of this one: ask again in a moment.", retry_after=3
        ) from error
    links = signposts(settings_of(request), release)
    return await deliver(request, content, format.content_type, negotiated=extension is None, links=links)


@lru_cache(maxsize=16)
def _in_syntax(path: Path, _sha256: str, format: Format, base: str) -> bytes:
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    return serialise(quads, format, prefixes(base))


async def page(_: Request) -> Response:
    """Browsers are led to the page about the data."""
    return RedirectResponse("/about", status_code=303, headers={"Vary": "Accept"})


async def api_catalog(request: Request) -> Response:
    """The services of this site as a linkset (RFC 9727)."""
    address = settings_of(request).address
    content = json.dumps({"linkset": _services(address)}, indent=1).encode()
    links = [TypedLink(f"{address}.well-known/api-catalog", "api-catalog", LINKSET)]
    return await deliver(request, content, f'{LINKSET}; profile="{API_CATALOG}"', links=links)


def _services(address: str) -> list[dict[str, object]]:
    def links(path: str, media: str) -> list[dict[str, str]]:
        return [{"href": f"{address}{path}", "type": media}]

    common = {"service-doc": links("api", HTML.media_type), "status": links("healthz", PLAIN_JSON.media_type)}
    described = {"service-desc": links("openapi.json", OPENAPI), **common}
    served = ("sparql", "queries", "reconcile")
    return [
        {"anchor": f"{address}.well-known/api-catalog", "item": [{"href": f"{address}{path}"} for path in served]},
        {"anchor": f"{address}sparql", **described, "service-meta": links(".well-known/void", TURTLE.media_type)},
        {"anchor": f"{address}queries", **described, "service-meta": links("queries.ttl", TURTLE.media_type)},
        {"anchor": f"{address}reconcile", **described, "service-meta": links("reconcile", PLAIN_JSON.media_type)},
    ]


ROUTES = [
    DataRoute(
        "/catalogue",
        catalogue,
        Operation("catalogue", "The catalogue in DCAT-AP, with sizes and hashes", "data", RDF_TEXT),
    ),
    Route("/catalogue", page),
    OperationRoute("/catalogue.{extension:syntax}", catalogue),
    OperationRoute(
        "/.well-known/api-catalog",
        api_catalog,
        Operation("api-catalog", "The services of this site (RFC 9727)", "data", text(LINKSET)),
    ),
]
