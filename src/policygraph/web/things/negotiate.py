"""Every IRI answers: 303 from a thing to its page or its data by ``Accept``, and the data by extension.

A thing is not a document (W3C, Cool URIs for the Semantic Web), so ``/id/…`` and ``/graph/…`` redirect; ``/def``
and ``/shapes`` are documents and answer at once. IRIs in the data stay those of their base, whatever host serves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...engine.dataset import DatasetView, graph
from ...files import shape_files
from ...rdf import media_types as formats
from ...rdf.iris import GRAPHS, prefixes
from ...rdf.media_types import HTML, Format
from ...rdf.serialise import serialise
from ...vocabulary.codelists import rebased
from ...vocabulary.codelists import triples as triples_of
from ..delivery.link_header import LICENCE, TypedLink, alternates
from ..delivery.negotiation import choose
from ..delivery.problems import HTTPProblem
from ..delivery.routing import DataRoute
from ..delivery.static import deliver
from ..pages.routing import answer
from ..pages.views.thing import thing as thing_page
from ..sparql.endpoint import accept
from ..viewmodels.context import page_context

SYNTAXES: dict[str, Format] = {one.extension: one for one in formats.GRAPHS}
MEDIA = {extension: one.media_type for extension, one in SYNTAXES.items()}
BY_TYPE = {one.media_type: extension for extension, one in SYNTAXES.items()} | {HTML.media_type: "html"}
DOCUMENTS = {"def": "ontology", "shapes": "shapes"}


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together; the page of a thing is ``pages``'."""
    found: list[BaseRoute] = []
    for extension in SYNTAXES:
        found.append(Route(f"/id/{{rest:path}}.{extension}", thing, name=f"thing.{extension}"))
        found.append(Route(f"/graph/{{name}}.{extension}", named_graph, name=f"graph.{extension}"))
        found += [Route(f"/{path}.{extension}", document, name=f"{path}.{extension}") for path in DOCUMENTS]
    found += [DataRoute(f"/{path}", document, name=path) for path in DOCUMENTS]
    return [
        *found,
        Route("/id/{rest:path}.html", page, name="thing.page"),
        Route("/id/{rest:path}", see_other, name="thing"),
        Route("/graph/{name}", see_other_graph, name="graph"),
    ]


async def page(request: Request) -> Response:
    """The page of a thing, with signposts to its data."""
    rest = request.path_params["rest"]
    asked = page_context(request)
    response = answer(await thing_page(asked, _iri(request, rest).value), asked, request)
    response.headers["Link"] = ", ".join(map(str, _signposts(request, rest)))
    return response


async def see_other(request: Request) -> Response:
    """303 to the page or the data of a thing; 404 where no graph knows it, 406 where no format fits."""
    rest = request.path_params["rest"]
    offers: Sequence[Format] = (*formats.GRAPHS, HTML) if _from_a_program(request) else (HTML, *formats.GRAPHS)
    chosen = choose(accept(request), offers)
    iri = _iri(request, rest)
    view: DatasetView = request.state.view
    if not await view.ask(f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} }}"):
        raise HTTPProblem(404, f"No graph says anything about {iri.value}: check its spelling.")
    return _to(request, f"/id/{quote(rest)}.{BY_TYPE[chosen.media_type]}", _signposts(request, rest))


async def see_other_graph(request: Request) -> Response:
    """303 to the statements of a named graph."""
    name = _graph(request)
    chosen = choose(accept(request), formats.GRAPHS)
    links = alternates(f"{_address(request)}graph/{name}", MEDIA)
    return _to(request, f"/graph/{name}.{chosen.extension}", links)


async def thing(request: Request) -> Response:
    """What each graph says about one thing, in one syntax."""
    rest = request.path_params["rest"]
    format = _format(request)
    iri, view = _iri(request, rest), request.state.view
    base = view.snapshot.base
    tag = _tag(view, "thing", iri.value, format.media_type)

    async def content() -> bytes:
        rows = await view.select(rebased(_query(), base).replace("<THING>", str(iri)))
        if not len(rows):
            raise HTTPProblem(404, f"No graph says anything about {iri.value}: check its spelling.")
        return _written(
            [ox.Quad(row["subject"], row["predicate"], row["object"], row["graph"]) for row in rows], format, base
        )

    return await deliver(request, content, format.content_type, links=_signposts(request, rest), tag=tag)


async def named_graph(request: Request) -> Response:
    """The statements of one named graph, in one syntax."""
    name, format, view = _graph(request), _format(request), request.state.view
    base = view.snapshot.base

    async def content() -> bytes:
        target = ox.NamedNode(f"{base}graph/{name}")
        triples = ox.parse(await graph(view, name), format=ox.RdfFormat.N_TRIPLES)
        return _written([ox.Quad(one.subject, one.predicate, one.object, target) for one in triples], format, base)

    tag = _tag(view, "graph", name, format.media_type)
    links = [*alternates(f"{_address(request)}graph/{name}", MEDIA), TypedLink(LICENCE, "license")]
    return await deliver(request, content, format.content_type, links=links, tag=tag)


async def document(request: Request) -> Response:
    """The ontology or the shapes in one syntax, by extension or ``Accept``."""
    path, _, extension = request.url.path.strip("/").partition(".")
    format = SYNTAXES[extension] if extension else choose(accept(request), formats.GRAPHS)
    view: DatasetView = request.state.view

    async def content() -> bytes:
        if path == "shapes":
            return _shapes(format, view.snapshot.base)
        triples = ox.parse(await graph(view, DOCUMENTS[path]), format=ox.RdfFormat.N_TRIPLES)
        return _written(triples, format, view.snapshot.base)

    links = [*alternates(f"{_address(request)}{path}", MEDIA), TypedLink(LICENCE, "license")]
    tag = _tag(view, path, format.media_type)
    return await deliver(request, content, format.content_type, negotiated=not extension, links=links, tag=tag)


@cache
def _shapes(format: Format, base: str) -> bytes:
    found = dict.fromkeys(one for path in shape_files() for one in triples_of(path, base))
    return _written((ox.Quad(one.subject, one.predicate, one.object) for one in found), format, base)


def _written(quads: Iterable[ox.Quad], format: Format, base: str) -> bytes:
    """The quads in order, so that equal data are equal bytes; graphs are told apart where the syntax can."""
    if format is not formats.TRIG:
        quads = (ox.Quad(one.subject, one.predicate, one.object) for one in quads)
    return serialise(sorted(set(quads), key=str), format, prefixes(base))


@cache
def _query() -> str:
    return files(__package__).joinpath("things.rq").read_text("utf-8")


def _iri(request: Request, rest: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(f"{request.state.view.snapshot.base}id/{rest}")
    except ValueError as error:
        raise HTTPProblem(404, "This address is no IRI: check its spelling.") from error


def _graph(request: Request) -> str:
    name: str = request.path_params["name"]
    if name not in GRAPHS:
        raise HTTPProblem(404, f"There is no such graph; there are: {', '.join(GRAPHS)}.")
    return name


def _format(request: Request) -> Format:
    return SYNTAXES[request.url.path.rpartition(".")[2]]


def _from_a_program(request: Request) -> bool:
    """Whether the one who asks takes anything: then the data come first, and a page only where it is named."""
    header = accept(request)
    return header is None or "html" not in header


def _tag(view: DatasetView, *parts: str) -> str | None:
    if not view.snapshot.identity:
        return None
    return f'"{hashlib.sha256(chr(0).join((view.snapshot.identity, *parts)).encode()).hexdigest()[:32]}"'


def _address(request: Request) -> str:
    return str(request.app.state.settings.address)


def _to(request: Request, path: str, links: Sequence[TypedLink]) -> Response:
    """303 below the address of this site, whatever the request's host says; a query string goes along."""
    below = urlsplit(_address(request)).path.rstrip("/")
    query = f"?{request.url.query}" if request.url.query and path.endswith(".html") else ""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "Link": ", ".join(map(str, links))}
    return RedirectResponse(f"{below}{path}{query}", status_code=303, headers=headers)


def _signposts(request: Request, rest: str) -> list[TypedLink]:
    """The thing's own IRI, its page and its data (signposting.org, level 1)."""
    here = f"{_address(request)}id/{quote(rest)}"
    return [
        TypedLink(f"{request.state.view.snapshot.base}id/{quote(rest)}", "cite-as"),
        *(TypedLink(f"{here}.{extension}", "describedby", media) for extension, media in MEDIA.items()),
        TypedLink(f"{here}.html", "alternate", "text/html"),
        TypedLink(LICENCE, "license"),
        TypedLink(f"{_address(request)}catalogue", "collection"),
    ]
