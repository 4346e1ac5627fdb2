"""The API: each canned query at ``/queries/NAME`` in many formats, and their list."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.convertors import register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from ...engine.dataset import DatasetView
from ...engine.guard import CheckedQuery
from ...engine.receipts import receipts
from ...errors import NotRepresentable, QueryError
from ...queries.canned import CannedQuery, catalogue, described, get, names
from ...queries.parameters import LONGEST
from ...queries.results import JOIN, TRIPLE, Answer, tidy
from ...rdf import media_types as formats
from ...rdf.iris import prefixes
from ...rdf.json_ld import document_prefixes
from ...rdf.media_types import JSON, N_TRIPLES, PLAIN_JSON, XLSX, Format
from ...rdf.serialise import serialise
from ...release.examples import example_triples
from ..delivery.link_header import LICENCE, TypedLink, alternates, service_desc
from ..delivery.negotiation import accept, choose
from ..delivery.operations import (
    JSON_TYPE,
    TEXT,
    DataRoute,
    Json,
    Operation,
    OperationRoute,
    Segment,
    data,
    extension,
    parameter,
    reference,
    response,
)
from ..delivery.problems import HTTPProblem, printable
from ..delivery.requests import CHOICE, Argument, check, parse_pairs, settings_of, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import data_etag, deliver
from ..viewmodels.context import page_context
from ..viewmodels.links import Links
from ..viewmodels.picker import THING, ThingPicker
from .xlsx import About, Link, workbook

LISTS: Mapping[str, Format] = {
    "ttl": formats.TURTLE,
    "json": PLAIN_JSON,
    "nt": formats.N_TRIPLES,
    "jsonld": formats.JSON_LD._replace(aliases=()),
    "rdf": formats.RDF_XML,
}
"""The formats of the list of queries, by extension."""


TABLES: Mapping[str, Format] = {
    "json": JSON,
    "csv": formats.CSV,
    "tsv": formats.TSV,
    "xml": formats.XML,
    "xlsx": XLSX,
    "ttl": formats.TURTLE,
}
"""The formats of a table by extension; the first is what is sent where Accept does not say."""

GRAPHS: Mapping[str, Format] = {
    "ttl": formats.TURTLE,
    "nt": N_TRIPLES,
    "jsonld": formats.JSON_LD._replace(aliases=()),
    "rdf": formats.RDF_XML._replace(aliases=(), name="rdfxml"),
    **{extension: offer for extension, offer in TABLES.items() if extension != "ttl"},
}
"""The formats of a graph by extension: as RDF, and as a table of its statements."""

_RDF = tuple(GRAPHS[extension] for extension in ("ttl", "nt", "jsonld", "rdf"))
DOWNLOADED = ("xlsx", "csv", "tsv")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

RECEIPTS = Argument(
    "receipts", CHOICE, "For each row the statements and words that it rests on, as JSON", "1", choices=("1",)
)
SHARED = ("lang", "as_of", "document")
"""Parameters that many queries share."""

register_url_convertor("query", Segment("[^/.]+"))
register_url_convertor("list_format", Segment("|".join(LISTS)))
register_url_convertor("query_format", Segment("(?!html$)[^/]*"))


async def listing(request: Request) -> Response:
    """The canned queries as RDF, or as JSON."""
    extension: str | None = request.path_params.get("extension")
    offer = LISTS[extension] if extension else choose(accept(request), list(LISTS.values()))
    base, address = view_of(request).snapshot.base, settings_of(request).address

    async def write() -> bytes:
        if offer is not PLAIN_JSON:
            return serialise(example_triples(base, f"{address}sparql"), offer, document_prefixes(base))
        queries = [described(query, address) for query in catalogue()]
        return json.dumps({"queries": queries}, ensure_ascii=False, indent=1).encode()

    links = [
        service_desc(address),
        *alternates(f"{address}queries", {name: one.media_type for name, one in LISTS.items()}),
    ]
    content = await cached(request, ("queries", offer.media_type), write)
    return await deliver(request, content, offer.content_type, negotiated=extension is None, links=links)


async def canned(request: Request) -> Response:
    """The answer to a canned query with the parameters of the address."""
    settings, view = settings_of(request), view_of(request)
    name, extension = request.path_params["name"], request.path_params.get("extension")
    query = find(name)
    available = offers(query)
    if extension is not None and extension not in available:
        raise HTTPProblem(404, f"“{name}” is not answered in that format: take one of .{', .'.join(available)}.")
    offer = choose(accept(request), list(available.values())) if extension is None else available[extension]
    checked = check(await _named(request, query), (*arguments(query), RECEIPTS))
    values = {key: first for key, (first, *_) in checked.items()}
    if values.pop(RECEIPTS.name, None):
        return await _receipts(request, query, values, extension)
    text = query.bind(view.snapshot.base, **values)
    request.state.note["canned"] = name
    encoded, address = urlencode(values), f"{settings.address}queries/{name}"
    tag = data_etag(view.snapshot, text, encoded, offer.media_type)

    release, link = view.snapshot.release, Links(view.snapshot.base, address=settings.address).from_elsewhere
    about = [
        ("Question", query.question["en"]),
        ("Address", address + (f"?{encoded}" if encoded else "")),
        ("Release (SHA-256)", release.manifest.canonical if release else ""),
        ("Licence", LICENCE),
        *((column.name, column.description) for column in query.columns),
        ("SPARQL", text),
    ]
    media = {key: one.media_type for key, one in available.items() if key != extension}
    return await deliver(
        request,
        lambda: cached(request, (tag or "",), lambda: answer(view, query, text, offer, about, link)),
        offer.content_type,
        negotiated=extension is None,
        links=[
            TypedLink(LICENCE, "license"),
            service_desc(settings.address),
            TypedLink(f"{settings.address}queries", "collection"),
            *alternates(address, media, encoded),
        ],
        tag=tag,
        name=f"{name}.{extension}" if extension in DOWNLOADED else None,
    )


async def _named(request: Request, query: CannedQuery) -> list[tuple[str, str]]:
    """The parameters of the address, with the IRI of what is called by a name; HTTPProblem 400 for a name of
    nothing, or of more than one thing.
    """
    pairs = parse_pairs(request.scope["query_string"])
    things = {one.name: one for one in query.parameters if one.datatype == THING}
    resolved = []
    for name, value in pairs:
        of = things.get(name)
        if of and len(value) <= LONGEST and value.isprintable() and not of.accepts(value):
            picker = await ThingPicker.of(query, page_context(request))
            try:
                resolved.append((name, picker.resolved({name: value})[name]))
            except QueryError as error:
                sentence = str(error).replace(of.option, f"the parameter “{name}”")
                raise HTTPProblem(400, printable(sentence)) from error
        else:
            resolved.append((name, value))
    return resolved


async def _receipts(
    request: Request, query: CannedQuery, values: dict[str, str], extension: str | None
) -> Response:
    """The receipts of an answer as JSON."""
    snapshot, limits = view_of(request).snapshot, settings_of(request).limits
    if extension not in (None, "json"):
        raise HTTPProblem(404, "Receipts are JSON: take .json, or no extension.")
    query.bind(snapshot.base, **values)
    defaults = {one.name: one.lexical(snapshot.base) for one in query.parameters}

    async def write() -> bytes:
        document = await receipts(snapshot, limits, query.name, {**defaults, **values})
        return json.dumps(document, ensure_ascii=False).encode()

    tag = data_etag(snapshot, query.name, "receipts", urlencode({**defaults, **values}))
    content = await cached(request, (tag or "",), write)
    return await deliver(request, content, PLAIN_JSON.content_type, negotiated=extension is None, tag=tag)


async def answer(
    view: DatasetView, query: CannedQuery, text: str, offer: Format, about: About, link: Link
) -> bytes:
    """The whole answer to ``text``, which is ``query`` with its values; NotRepresentable where XML cannot hold it.

    ``about`` and ``link`` go into a workbook, see ``xlsx.workbook``.
    """
    base = view.snapshot.base
    if query.form == "construct":
        checked = CheckedQuery(text, "CONSTRUCT", prefixes=prefixes(base))
        content = (await view.answer(checked, N_TRIPLES)).whole()
    elif offer in formats.RESULTS and not any(one.many for one in query.columns):
        return (await view.answer(CheckedQuery(text, "SELECT"), offer)).whole()
    else:
        content = (await view.answer(CheckedQuery(text, "SELECT"), JSON)).whole()
    return await asyncio.to_thread(_serialise, content, query, offer, base, about, link)


def _serialise(content: bytes, query: CannedQuery, offer: Format, base: str, about: About, link: Link) -> bytes:
    result = _parse(content, query, base)
    if offer is XLSX:
        return workbook(result, about, link)
    if offer.xml:
        for term in (term for row in result.rows for term in row if term is not None):
            if _NOT_XML.search(term.value):
                raise NotRepresentable(
                    "The answer holds a character that XML cannot carry: ask for JSON, CSV or N-Triples."
                )
    if query.form == "construct" and offer in _RDF:
        return serialise((ox.Triple(*row) for row in result.rows), offer, document_prefixes(base))  # type: ignore[arg-type]
    return result.serialize(offer.name)


def _parse(content: bytes, query: CannedQuery, base: str) -> Answer:
    """The engine's answer as a table; a graph as the table of its statements."""
    if query.form == "construct":
        triples = {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
        ordered = sorted(((one.subject, one.predicate, one.object) for one in triples), key=str)
        return Answer(TRIPLE, tuple(ordered), "construct", base)
    solutions: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    many = [column.name for column in query.columns if column.many]
    return Answer(query.column_names, tidy(query.column_names, many, map(tuple, solutions)), base=base)


def offers(query: CannedQuery) -> Mapping[str, Format]:
    """The formats that a query is answered in, by extension."""
    return GRAPHS if query.form == "construct" else TABLES


def find(name: str) -> CannedQuery:
    """The query of this name; raises HTTPProblem 404 with the names that are near."""
    if name in names():
        return get(name)
    near = get_close_matches(name, names(), n=3, cutoff=0.4)
    cure = f"did you mean {', '.join(near)}?" if near else "/queries lists them all."
    raise HTTPProblem(404, f"There is no query called “{printable(name[:80])}”: {cure}")


def arguments(query: CannedQuery) -> tuple[Argument, ...]:
    """The parameters of a query as those of an address."""
    return tuple(Argument.of(parameter) for parameter in query.parameters)


def _queries(suffix: str = "") -> Iterator[Operation]:
    """The operation of each query; with a suffix the one whose format stands in the path."""
    for query in catalogue():
        answer = f"Answer.{query.name}"
        content = {offer.media_type: _content(query, offer) for offer in offers(query).values()}
        shared = {one.name: parameter(one) for one in arguments(query) if one.name in SHARED}
        parameters = [
            reference("parameters", one.name) if one.name in SHARED else parameter(one) for one in arguments(query)
        ]
        if suffix:
            parameters.insert(0, extension(offers(query)))
        columns = "\n".join(f"- `{column.name}`: {column.description}" for column in query.columns)
        many = ", ".join(column.name for column in query.columns if column.many)
        note = f" Cells of {many} may hold several values, joined by “{JOIN.strip()}”." if many else ""
        yield Operation(
            f"{query.name}{suffix}",
            query.question["en"],
            "queries",
            content,
            ("400", "404", *(() if suffix else ("406",)), "413", "429", "503"),
            tuple(parameters),
            f"{query.question['en']}\n\nColumns:\n{columns}\n{note}\n\nWith `receipts=1`: {RECEIPTS.description}.",
            answer,
            path=f"/queries/{query.name}" + (".{extension}" if suffix else ""),
            components={"responses": {answer: response("The whole answer", content)}, "parameters": shared},
        )


def _content(query: CannedQuery, offer: Format) -> Json:
    """Schema of one format; the table formats with an example that has the columns and no rows."""
    columns = list(query.column_names)
    if offer == JSON:
        example = {"head": {"vars": columns}, "results": {"bindings": []}}
        return {"schema": reference("schemas", "Result"), "example": example}
    if offer.name == "csv":
        return {"schema": TEXT, "example": ",".join(columns) + "\r\n"}
    return {}


_LISTING = Operation(
    "queries",
    "The canned queries: as RDF that SPARQL editors read examples from, or as JSON",
    "queries",
    {**data(LISTS.values()), JSON_TYPE: {"schema": reference("schemas", "QueryList")}},
    ("404", "406"),
    answer="The list",
    components={
        "schemas": {
            "Query": {
                "type": "object",
                "required": ["name", "address", "question", "tags", "form", "parameters", "columns"],
                "properties": {
                    "name": TEXT,
                    "address": {"type": "string", "format": "uri"},
                    "question": {"type": "object", "additionalProperties": TEXT},
                    "tags": {"type": "array", "items": TEXT},
                    "form": {"enum": ["select", "construct"]},
                    "parameters": {"type": "array", "items": {"type": "object"}},
                    "columns": {"type": "array", "items": {"type": "object"}},
                },
            },
            "QueryList": {
                "type": "object",
                "required": ["queries"],
                "properties": {"queries": {"type": "array", "items": reference("schemas", "Query")}},
            },
        }
    },
)

ROUTES = [
    DataRoute("/queries", listing, _LISTING),
    OperationRoute(
        "/queries.{extension:list_format}",
        listing,
        replace(_LISTING, id="queries.extension", parameters=(extension(LISTS),)),
    ),
    DataRoute("/queries/{name:query}", canned, lambda _: _queries()),
    OperationRoute("/queries/{name:query}.{extension:query_format}", canned, lambda _: _queries(".extension")),
]
"""The pages at the same addresses come after these routes."""
