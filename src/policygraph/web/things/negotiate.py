"""Every IRI answers: 303 from a thing to its page or its data by ``Accept``, and the data by extension.

A thing is not a document (W3C, Cool URIs for the Semantic Web), so ``/id/…`` and ``/graph/…`` redirect; ``/def``
and ``/shapes`` are documents and answer at once. IRIs in the data stay those of their base, whatever host serves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ...engine.dataset import DatasetView
from ...files import shape_files
from ...rdf import media_types as formats
from ...rdf.iris import GRAPHS
from ...rdf.json_ld import document_prefixes
from ...rdf.media_types import HTML, Format
from ...rdf.serialise import serialise
from ...version import VERSION
from ...vocabulary.codelists import rebased
from ...vocabulary.codelists import triples as triples_of
from ..delivery.link_header import LICENCE, TypedLink, alternates, header
from ..delivery.negotiation import accept, choose
from ..delivery.operations import RDF_TEXT, DataRoute, Operation, OperationRoute, data, extension, parameter
from ..delivery.problems import HTTPProblem
from ..delivery.requests import CHOICE, Argument, settings_of, view_of
from ..delivery.responses import data_etag, deliver
from ..pages.routing import send
from ..pages.views.thing import thing as thing_page
from .inventory import file_quads, is_container, members

SYNTAXES: dict[str, Format] = {one.extension: one for one in formats.GRAPHS}
MEDIA = {extension: one.media_type for extension, one in SYNTAXES.items()}
BY_TYPE = {one.media_type: extension for extension, one in SYNTAXES.items()} | {HTML.media_type: "html"}
CONTEXT = "http://www.w3.org/ns/json-ld#context"
"""The relation to a context (JSON-LD 1.1, section 6.1)."""

DOCUMENTS = {"def": "ontology", "shapes": "shapes"}
STATEMENTS = files(__package__).joinpath("things.rq").read_text("utf-8")


async def page(request: Request) -> Response:
    """The page of a thing, with signposts to its data."""
    iri = _iri(request).value
    response = await send(request, lambda context: thing_page(context, iri))
    response.headers.update(header(_signposts(request)))
    return response


async def see_other(request: Request) -> Response:
    """303 to the page or the data of a thing; 404 where no graph says anything of it, 406 where no format fits."""
    wanted = accept(request)
    # for a client that takes anything the data come first, and a page only where it is named
    program = wanted is None or "html" not in wanted
    offers: Sequence[Format] = (*formats.GRAPHS, HTML) if program else (HTML, *formats.GRAPHS)
    view, iri = view_of(request), _iri(request)
    chosen = choose(wanted, offers)
    if not await _is_said(view, iri):
        if not file_quads(view.snapshot.release, iri) and not await is_container(view, iri):
            raise _nothing_said(iri)
        chosen = choose(wanted, formats.GRAPHS)  # which have no page
    path = f"/id/{quote(request.path_params['rest'])}.{BY_TYPE[chosen.media_type]}"
    return _redirect(request, path, _signposts(request))


async def see_other_graph(request: Request) -> Response:
    """303 to the statements of a named graph."""
    name, format = _graph_name(request), choose(accept(request), formats.GRAPHS)
    links = alternates(f"{settings_of(request).address}graph/{name}", MEDIA)
    return _redirect(request, f"/graph/{name}.{format.extension}", links)


async def thing(request: Request) -> Response:
    """What each graph says about one thing, in one syntax; to it where its own name ends in an extension."""
    iri, view, suffix = _iri(request), view_of(request), request.path_params["extension"]
    format = SYNTAXES[suffix]

    async def write() -> bytes:
        rows = await view.select(rebased(STATEMENTS, view.snapshot.base).replace("<THING>", str(iri)))
        quads = [ox.Quad(row["subject"], row["predicate"], row["object"], row["graph"]) for row in rows]
        quads += file_quads(view.snapshot.release, iri)
        if not quads and not (quads := await members(view, iri)):
            raise _nothing_said(iri)
        return _serialise(quads, format, view.snapshot.base)

    try:
        return await _deliver(request, write, format, _signposts(request), "thing", iri.value)
    except HTTPProblem:
        whole = ox.NamedNode(f"{iri.value}.{suffix}")
        if not file_quads(view.snapshot.release, whole) and not await _is_said(view, whole):
            raise
        request.path_params["rest"] += f".{suffix}"
        return await see_other(request)


async def named_graph(request: Request) -> Response:
    """The statements of one named graph, in one syntax, and what the catalogue tells about the graph."""
    name, view, format = _graph_name(request), view_of(request), SYNTAXES[request.path_params["extension"]]

    async def write() -> bytes:
        target = ox.NamedNode(f"{view.snapshot.base}graph/{name}")
        triples = ox.parse(await view.graph(name), format=ox.RdfFormat.N_TRIPLES)
        quads = [ox.Quad(one.subject, one.predicate, one.object, target) for one in triples]
        described = ox.NamedNode(f"{view.snapshot.base}graph/catalogue")
        about = await view.select(
            f"SELECT ?property ?value WHERE {{ GRAPH {described} {{ {target} ?property ?value }} }}"
        )
        quads += [ox.Quad(target, row["property"], row["value"], described) for row in about]
        return _serialise(quads, format, view.snapshot.base)

    links = [*alternates(f"{settings_of(request).address}graph/{name}", MEDIA), TypedLink(LICENCE, "license")]
    return await _deliver(request, write, format, links, "graph", name)


async def containers(request: Request) -> Response:
    """The kinds of things below ``/id``, or the named graphs."""
    view, format = view_of(request), choose(accept(request), formats.GRAPHS)
    path = request.url.path.strip("/")

    async def write() -> bytes:
        quads = await members(view, ox.NamedNode(f"{view.snapshot.base}{path}"))
        return _serialise(quads, format, view.snapshot.base)

    return await _deliver(request, write, format, [], "container", path, negotiated=True)


async def document(request: Request) -> Response:
    """The ontology or the shapes in one syntax, by extension or ``Accept``, also by the IRI of their version."""
    versionless = request.url.path.replace(f"/{VERSION}", "")
    path, _, extension = versionless.strip("/").partition(".")
    format = SYNTAXES[extension] if extension else choose(accept(request), formats.GRAPHS)
    view = view_of(request)

    async def write() -> bytes:
        if path == "shapes":
            return _shapes(format, view.snapshot.base)
        quads = ox.parse(await view.graph(DOCUMENTS[path]), format=ox.RdfFormat.N_TRIPLES)
        return _serialise(quads, format, view.snapshot.base)

    links = [*alternates(f"{settings_of(request).address}{path}", MEDIA), TypedLink(LICENCE, "license")]
    return await _deliver(request, write, format, links, path, negotiated=not extension)


async def _deliver(
    request: Request,
    write: Callable[[], Awaitable[bytes]],
    format: Format,
    links: Sequence[TypedLink],
    *parts: str,
    negotiated: bool = False,
) -> Response:
    tag = data_etag(view_of(request).snapshot, *parts, format.media_type)
    if format is formats.JSON_LD:
        links = [*links, TypedLink(f"{settings_of(request).address}context.jsonld", CONTEXT, format.media_type)]
    return await deliver(request, write, format.content_type, negotiated=negotiated, links=links, tag=tag)


@cache
def _shapes(format: Format, base: str) -> bytes:
    """The shapes with canonical names for their blank nodes: the ETag promises the same bytes after a restart."""
    shapes = ox.Dataset(ox.Quad(*triple) for path in shape_files() for triple in triples_of(path, base))
    shapes.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _serialise(shapes, format, base)


def _serialise(quads: Iterable[ox.Quad], format: Format, base: str) -> bytes:
    """The quads in order, so that equal data are equal bytes; graphs are named where the syntax can."""
    if format is not formats.TRIG:
        quads = (ox.Quad(one.subject, one.predicate, one.object) for one in quads)
    return serialise(sorted(set(quads), key=str), format, document_prefixes(base))


def _iri(request: Request) -> ox.NamedNode:
    """The IRI that an address stands for, below the base of the data."""
    try:
        return ox.NamedNode(f"{view_of(request).snapshot.base}id/{request.path_params['rest']}")
    except ValueError as error:
        raise HTTPProblem(404, "This address is no IRI: check its spelling.") from error


async def _is_said(view: DatasetView, iri: ox.NamedNode) -> bool:
    """Whether any graph says anything of it."""
    return await view.ask(f"ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} }}")


def _nothing_said(iri: ox.NamedNode) -> HTTPProblem:
    return HTTPProblem(404, f"No graph says anything about {iri.value}: check its spelling.")


def _graph_name(request: Request) -> str:
    name: str = request.path_params["name"]
    if name not in GRAPHS:
        raise HTTPProblem(404, f"There is no such graph; there are: {', '.join(GRAPHS)}.")
    return name


def _redirect(request: Request, path: str, links: Sequence[TypedLink]) -> Response:
    """303 below the address of this site, whatever the request's host says; a query string goes along."""
    below = urlsplit(settings_of(request).address).path.rstrip("/")
    query = f"?{request.url.query}" if request.url.query and path.endswith(".html") else ""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", **header(links)}
    return RedirectResponse(f"{below}{path}{query}", status_code=303, headers=headers)


def _signposts(request: Request) -> list[TypedLink]:
    """The thing's own IRI, its page and its data (signposting.org, level 1)."""
    rest, address = quote(request.path_params["rest"]), settings_of(request).address
    return [
        TypedLink(f"{view_of(request).snapshot.base}id/{rest}", "cite-as"),
        *(
            TypedLink(f"{address}id/{rest}.{extension}", "describedby", media)
            for extension, media in MEDIA.items()
        ),
        TypedLink(f"{address}id/{rest}.html", "alternate", HTML.media_type),
        TypedLink(LICENCE, "license"),
        TypedLink(f"{address}catalogue", "collection"),
    ]


KIND = parameter(Argument("kind", "xsd:string", "The kind of thing", "sector", pattern="[a-z]+(-[a-z]+)*"), "path")
NAME = parameter(Argument("name", "xsd:string", "Its name", "HEALTH", pattern="[A-Za-z0-9][A-Za-z0-9-]*"), "path")
GRAPH = parameter(Argument("name", CHOICE, "The name of one of the graphs", GRAPHS[0], GRAPHS), "path")
_THING = Operation(
    "thing",
    "One thing: leads to its page or to its data",
    "data",
    data((*formats.GRAPHS, HTML)),
    ("404", "406"),
    (KIND, NAME),
    answer="Where the name ends in an extension: the data, or the page (.html)",
    see_other="See the page or the data of the thing, by Accept",
    path="/id/{kind}/{name}",
)
_DATA = Operation(
    "thing.data",
    "The data of one thing",
    "data",
    data(formats.GRAPHS),
    ("404",),
    (KIND, NAME, extension(SYNTAXES, "The syntax of the data")),
    answer="What is said of the thing",
    path="/id/{kind}/{name}.{extension}",
)
_GRAPH = replace(
    _THING, id="graph", summary="One graph: leads to its page or to its data", parameters=(GRAPH,), path=""
)
_DEF = Operation("def", "The ontology", "data", RDF_TEXT)
ROUTES = [
    OperationRoute("/id/{rest:path}.{extension:syntax}", thing, _DATA),
    OperationRoute("/graph/{name}.{extension:syntax}", named_graph),
    *(OperationRoute(f"/{path}.{{extension:syntax}}", document) for path in DOCUMENTS),
    DataRoute("/def", document, _DEF),
    DataRoute("/shapes", document, replace(_DEF, id="shapes", summary="The SHACL shapes")),
    Route("/id/{rest:path}.html", page),
    *(OperationRoute(path, containers) for path in ("/id", "/id/", "/graph", "/graph/")),
    *(OperationRoute(path, document) for path in (f"/def/{VERSION}", f"/{VERSION}/shapes")),
    OperationRoute("/id/{rest:path}", see_other, _THING),
    OperationRoute("/graph/{name}", see_other_graph, _GRAPH),
]
