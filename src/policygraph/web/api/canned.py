"""The API: each canned query at ``/queries/NAME`` in many formats, their list, and the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...engine.dataset import DatasetView
from ...engine.settings import Settings
from ...queries import published
from ...queries.canned import CannedQuery, catalogue, get, names
from ...rdf import media_types as formats
from ...rdf.iris import prefixes
from ...rdf.media_types import PLAIN_JSON, Format
from ...rdf.serialise import serialise
from ..delivery.link_header import LICENCE, TypedLink, alternates
from ..delivery.negotiation import choose
from ..delivery.problems import HTTPProblem
from ..delivery.response_cache import kept
from ..delivery.routing import DataRoute
from ..delivery.static import deliver
from ..sparql.endpoint import accept
from .arguments import Argument, read
from .query_execution import DOWNLOADED, CannedRequest, answer, offers

LISTS: Mapping[str, Format] = {
    "ttl": formats.TURTLE,
    "json": PLAIN_JSON,
    "nt": formats.N_TRIPLES,
    "jsonld": formats.JSON_LD._replace(aliases=()),
    "rdf": formats.RDF_XML,
}
"""The formats of the list of queries, by extension."""


class QueryName(Convertor[str]):
    """A path segment without a dot."""

    regex = "[^/.]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class NoPage(QueryName):
    """An extension that is not that of a page."""

    regex = r"(?!html$)[^/]*"


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together; those for pages of the same addresses come after them."""
    register_url_convertor("query", QueryName())
    register_url_convertor("extension", NoPage())
    return [
        DataRoute("/queries", listing, name="queries"),
        *(Route(f"/queries.{extension}", listing, name=f"queries.{extension}") for extension in LISTS),
        DataRoute("/queries/{name:query}", canned, name="query"),
        Route("/queries/{name:query}.{extension:extension}", canned, name="query.data"),
        Route("/openapi.json", openapi, name="openapi"),
    ]


async def listing(request: Request) -> Response:
    """The canned queries as RDF, or as JSON."""
    settings: Settings = request.app.state.settings
    extension = request.url.path.rpartition(".")[2]
    negotiated = extension not in LISTS
    offer = choose(accept(request), list(LISTS.values())) if negotiated else LISTS[extension]
    base, address = request.state.view.snapshot.base, settings.address

    async def made() -> bytes:
        return _list(address) if offer is PLAIN_JSON else _graph(offer, base, f"{address}sparql")

    content = await kept(request, ("queries", offer.media_type), made)
    links = [
        TypedLink(f"{address}openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
        *alternates(f"{address}queries", {name: one.media_type for name, one in LISTS.items()}),
    ]
    return await deliver(request, content, offer.content_type, negotiated=negotiated, links=links)


async def canned(request: Request) -> Response:
    """The answer to a canned query with the parameters of the address."""
    settings: Settings = request.app.state.settings
    view: DatasetView = request.state.view
    query = find(request.path_params["name"])
    extension: str | None = request.path_params.get("extension")
    offer = _offer(request, query, extension)
    given = read(request, arguments(query))
    asked = CannedRequest.of(query, view.snapshot.base, {name: values[0] for name, values in given.items()})
    request.state.note["canned"] = query.name
    links = _links(settings, query, asked, extension)
    tag = asked.tag(view.snapshot.identity, offer.media_type)

    async def made() -> bytes:
        return await answer(view, asked, offer, _about(settings, view, asked), _linker(settings, view))

    return await deliver(
        request,
        lambda: kept(request, (tag or "",), made),
        offer.content_type,
        negotiated=extension is None,
        links=links,
        tag=tag,
        name=f"{query.name}.{extension}" if extension in DOWNLOADED else None,
    )


async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    from .openapi import document

    async def made() -> bytes:
        described = document(request.app.state.settings, request.state.view.snapshot)
        return json.dumps(described, ensure_ascii=False, indent=1).encode()

    return await deliver(request, await kept(request, ("openapi",), made), "application/vnd.oai.openapi+json")


def find(name: str) -> CannedQuery:
    """The query of this name; raises HTTPProblem 404 with the names that are near."""
    if name in names():
        return get(name)
    near = get_close_matches(name, names(), n=3, cutoff=0.4)
    cure = f"did you mean {', '.join(near)}?" if near else "/queries lists them all."
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:80])
    raise HTTPProblem(404, f"There is no query called “{shown}”: {cure}")


def arguments(query: CannedQuery) -> tuple[Argument, ...]:
    """The parameters of a query as those of an address."""
    return tuple(Argument.of(parameter) for parameter in query.parameters)


def _offer(request: Request, query: CannedQuery, extension: str | None) -> Format:
    there = offers(query)
    if extension is None:
        return choose(accept(request), list(there.values()))
    if extension not in there:
        raise HTTPProblem(404, f"“{query.name}” is not answered in that format: take one of .{', .'.join(there)}.")
    return there[extension]


def _links(
    settings: Settings, query: CannedQuery, asked: CannedRequest, extension: str | None
) -> Sequence[TypedLink]:
    address = f"{settings.address}queries/{query.name}"
    values = urlencode(asked.values)
    media = {name: one.media_type for name, one in offers(query).items() if name != extension}
    return [
        TypedLink(LICENCE, "license"),
        TypedLink(f"{settings.address}openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
        TypedLink(f"{settings.address}queries", "collection"),
        *alternates(address, media, values),
    ]


def _about(settings: Settings, view: DatasetView, asked: CannedRequest) -> list[tuple[str, str]]:
    """What a workbook says of the answer in it."""
    values = urlencode(asked.values)
    release = view.snapshot.release
    return [
        ("Question", asked.query.question["en"]),
        ("Address", f"{settings.address}queries/{asked.query.name}" + (f"?{values}" if values else "")),
        ("Release (SHA-256)", release.manifest.canonical if release else ""),
        ("Licence", LICENCE),
        *((column.name, column.description) for column in asked.query.columns),
        ("SPARQL", asked.text),
    ]


def _linker(settings: Settings, view: DatasetView) -> Any:
    """Where an IRI leads: things of ours to their page on this site, the web's to themselves."""
    from ..viewmodels.links import is_web

    base = view.snapshot.base

    def link(iri: str) -> str | None:
        if iri.startswith(base):
            return settings.address + iri[len(base) :]
        return iri if is_web(iri) else None

    return link


def _list(address: str) -> bytes:
    found = [published.described(query, address) for query in catalogue()]
    return json.dumps({"queries": found}, ensure_ascii=False, indent=1).encode()


def _graph(offer: Format, base: str, endpoint: str) -> bytes:
    return serialise(published.triples(base, endpoint), offer, prefixes(base))
