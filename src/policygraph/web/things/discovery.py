"""``/catalogue`` and ``/.well-known/api-catalog``: what there is here, for programs that have just arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...rdf import media_types as formats
from ...rdf.iris import prefixes
from ...rdf.media_types import HTML, PLAIN_JSON, TURTLE, Format
from ...rdf.serialise import serialise
from ...release import Release
from ...release.writing import CATALOGUE
from ..delivery.link_header import API_CATALOG, TypedLink, signposts
from ..delivery.negotiation import choose
from ..delivery.problems import HTTPProblem
from ..delivery.routing import DataRoute
from ..delivery.static import deliver
from ..sparql.endpoint import accept, void

SYNTAXES: Mapping[str, Format] = {one.extension: one for one in formats.GRAPHS}
LINKSET = f'application/linkset+json; profile="{API_CATALOG}"'
OPENAPI = "application/vnd.oai.openapi+json"


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together; the page at the same address comes after them."""
    return [
        DataRoute("/catalogue", catalogue, name="catalogue"),
        Route("/catalogue", page, name="catalogue.page"),
        *(Route(f"/catalogue.{extension}", catalogue, name=f"catalogue.{extension}") for extension in SYNTAXES),
        Route("/.well-known/api-catalog", api_catalog, name="api-catalog"),
    ]


async def catalogue(request: Request) -> Response:
    """The catalogue of the release in DCAT-AP, with sizes and hashes; VoID where no release is served."""
    release: Release | None = request.state.view.snapshot.release
    extension = request.url.path.rpartition(".")[2]
    if release is None:
        return await void(request)
    format = SYNTAXES.get(extension) or choose(accept(request), formats.GRAPHS)
    content = await asyncio.to_thread(_catalogue, release, format)
    links = signposts(request.app.state.settings, release)
    return await deliver(request, content, format.content_type, negotiated=extension not in SYNTAXES, links=links)


async def page(_: Request) -> Response:
    """Browsers are led to the page about the data."""
    return RedirectResponse("/about", status_code=303, headers={"Vary": "Accept"})


async def api_catalog(request: Request) -> Response:
    """The services of this site as a linkset (RFC 9727)."""
    address = request.app.state.settings.address
    content = json.dumps({"linkset": _services(address)}, indent=1).encode()
    links = [TypedLink(f"{address}.well-known/api-catalog", "api-catalog", "application/linkset+json")]
    return await deliver(request, content, LINKSET, links=links)


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


def _catalogue(release: Release, format: Format) -> bytes:
    """The file of the release, in another syntax; raises HTTPProblem 503 where another release takes its place."""
    written = release.manifest.files[CATALOGUE]
    try:
        return _in_syntax(release.folder / CATALOGUE, written.sha256, format, release.base)
    except FileNotFoundError as error:
        raise HTTPProblem(
            503, "Another release is taking the place of this one: ask again in a moment.", retry_after=3
        ) from error


@lru_cache(maxsize=16)
def _in_syntax(path: Path, _sha256: str, format: Format, base: str) -> bytes:
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    return serialise(quads, format, prefixes(base))
