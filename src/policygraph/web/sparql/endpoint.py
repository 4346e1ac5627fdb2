"""``/sparql`` and ``/.well-known/void``: the routes of the SPARQL endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ...engine.dataset import Snapshot
from ...engine.engine import EncodedAnswer, QueryDataset
from ...engine.guard import CheckedQuery, screen
from ...engine.receipts import receipts
from ...engine.settings import Settings
from ...rdf.iris import prefixes
from ...rdf.media_types import GRAPHS, JSON, PLAIN_JSON, RESULTS, SPARQL_QUERY, Format
from ...rdf.serialise import serialise
from ...release.examples import example_triples
from ..delivery.negotiation import accept, choose, wants_page
from ..delivery.operations import RDF_TEXT, TEXT, Json, Operation, OperationRoute, data, reference
from ..delivery.problems import HTTPProblem, printable
from ..delivery.requests import FORM, settings_of, view_of
from ..delivery.responses import data_etag, deliver, matches, send
from . import description, protocol


async def sparql(request: Request) -> Response:
    """A query and its answer, or the service description on a bare GET."""
    settings, snapshot, note = settings_of(request), view_of(request).snapshot, request.state.note
    received = await protocol.read(request)
    if received is None:
        return _describe(request)
    text, scope, wanted, with_receipts = received
    note["query"] = text[:200]
    query = screen_for(snapshot, text, settings)
    note["form"] = query.form
    check_graphs(query, scope, snapshot)
    if with_receipts:
        return await _receipts(request, received)
    offers = GRAPHS if query.makes_graph else RESULTS
    format = choose(accept(request), offers) if wanted is None else _named(wanted, offers)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    tag = data_etag(snapshot, text, repr(scope), format.media_type) if query.stable else None
    if tag is not None:
        headers["ETag"] = tag
    if matches(request, tag):
        return Response(status_code=304, headers=headers)
    answer = await _answer_unless_disconnected(request, query, format, scope)
    note["rows"] = answer.rows
    return send(answer, {**headers, "Content-Type": format.content_type})


async def _receipts(request: Request, received: protocol.ReceivedQuery) -> Response:
    """The receipts of a query's rows as JSON; NoReceipt, a 400, where it has none."""
    if received.scope != QueryDataset():
        raise HTTPProblem(400, "Receipts are made over all graphs: leave out the names of graphs.")
    if received.format not in (None, "json"):
        raise HTTPProblem(400, "Receipts are JSON: leave out format, or take json.")
    document = await receipts(view_of(request).snapshot, settings_of(request).limits, received.text, None)
    return await deliver(request, json.dumps(document, ensure_ascii=False).encode(), PLAIN_JSON.content_type)


async def void(request: Request) -> Response:
    """The catalogue of the release, or for data without one a VoID description made here."""
    view = view_of(request)
    format = choose(accept(request), GRAPHS)
    if f"{view.snapshot.base}graph/catalogue" in view.snapshot.engine.graphs:
        catalogue = ox.parse(await view.graph("catalogue"), format=ox.RdfFormat.N_TRIPLES)
        triples = [quad.triple for quad in catalogue]
    else:
        triples = description.void(settings_of(request), view.snapshot)
    return _graph(triples, format, view.snapshot)


def screen_for(snapshot: Snapshot, text: str, settings: Settings) -> CheckedQuery:
    """Check a stranger's query for what will answer it: as widely as our own engine allows; raises EngineError."""
    strict = not snapshot.engine.confined
    return screen(text, settings.limits, strict=strict, base=f"{settings.address}sparql")


def _named(name: str, offers: Sequence[Format]) -> Format:
    """The format that the parameter names by extension or media type."""
    for offer in offers:
        if name in (offer.media_type, *offer.aliases, *offer.extensions):
            return offer
    there = ", ".join(offer.extension for offer in offers)
    raise HTTPProblem(400, f"There is no format “{printable(name[:60])}” for this answer: take one of {there}.")


def check_graphs(query: CheckedQuery, scope: QueryDataset, snapshot: Snapshot) -> None:
    """Refuse (400) a graph that a query names and that is not in the dataset: none is ever fetched.

    One that the request names beside the query is an empty graph, as the protocol has it (section 2.1.4), and
    goes before those of the query. To another store only graphs are named that it has.
    """
    beside = (*(scope.default_graphs or ()), *(scope.named_graphs or ()))
    for iri in beside:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise HTTPProblem(400, f"“{printable(iri[:200])}” is no IRI of a graph: write it in full.") from error
    own = () if beside and snapshot.engine.confined else (*query.default_graphs, *query.named_graphs)
    for iri in (*own, *(() if snapshot.engine.confined else beside)):
        if iri not in snapshot.engine.graphs:
            raise HTTPProblem(
                400,
                f"There is no graph <{iri[:200]}> here, and none is fetched from elsewhere: "
                "SELECT DISTINCT ?g { GRAPH ?g { } } lists those that there are.",
            )


async def _answer_unless_disconnected(
    request: Request, query: CheckedQuery, format: Format, scope: QueryDataset
) -> EncodedAnswer:
    """The answer; a query whose client has closed the connection is given up."""

    async def disconnected() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    client = request.client.host if request.client else ""
    answering = asyncio.ensure_future(view_of(request).answer(query, format, scope, ours=False, client=client))
    leaving = asyncio.ensure_future(disconnected())
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise HTTPProblem(400, "The client closed the connection before the answer was there.")
        return answering.result()
    finally:
        answering.cancel()
        leaving.cancel()


def _describe(request: Request) -> Response:
    """The service description, with the canned queries as examples; a browser is led to the editor."""
    settings, snapshot, wanted = settings_of(request), view_of(request).snapshot, accept(request)
    if wants_page(wanted):
        return RedirectResponse("/editor", status_code=303, headers={"Vary": "Accept"})
    examples = example_triples(snapshot.base, f"{settings.address}sparql")
    return _graph([*description.service(settings, snapshot), *examples], choose(wanted, GRAPHS), snapshot)


def _graph(triples: Sequence[ox.Triple], format: Format, snapshot: Snapshot) -> Response:
    """Triples in one of the formats for graphs, with those of our prefixes that they need."""
    written = serialise(triples)
    ours = prefixes(snapshot.base) | {"sd": description.SD}
    used = {name: iri for name, iri in ours.items() if f"<{iri}".encode() in written}
    return Response(
        serialise(triples, format, used), headers={"Content-Type": format.content_type, "Vary": "Accept"}
    )


QUERY: Json = {"type": "string", "format": "sparql-query", "minLength": 1}
EXAMPLE = "SELECT ?action ?number WHERE { ?action <https://w3id.org/policygraph/def#number> ?number } LIMIT 10"
RESULT: Json = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format",
    "required": ["head"],
    "properties": {
        "head": {"type": "object", "properties": {"vars": {"type": "array", "items": TEXT}}},
        "boolean": {"type": "boolean"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": reference("schemas", "Term")},
                }
            },
        },
    },
}
TERM: Json = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "datatype": {"type": "string", "description": "IRI of the literal's type"},
        "xml:lang": {"type": "string", "description": "Language of the literal"},
    },
}


def _operations(snapshot: Snapshot) -> Iterator[Operation]:
    """The query by GET and by POST; the graphs that may be named are those of the data."""
    items: Json = {"type": "string", "enum": list(snapshot.engine.graphs)} if snapshot.engine.graphs else TEXT
    graphs = {
        "default-graph-uri": "A graph of the data, in place of the union of all",
        "named-graph-uri": "A named graph",
    }
    tables = {one.media_type: {"schema": TEXT} for one in RESULTS}
    content = {**tables, JSON.media_type: {"schema": reference("schemas", "Result")}, **data(GRAPHS)}
    form: Json = {"type": "object", "required": ["query"], "properties": {"query": QUERY}}
    query: Json = {"name": "query", "in": "query", "description": "A SPARQL 1.1 query", "schema": QUERY}
    get = Operation(
        "sparql",
        "Ask any SPARQL query",
        "sparql",
        content,
        ("400", "406", "413", "429", "503"),
        ({**query, "example": EXAMPLE},),
        f"A query takes {' and '.join(graphs)} as well: see POST, where they are described. With `receipts=1` the "
        "answer is JSON that says of each row which statements and words it rests on.",
        "The whole answer; on a bare GET the service description",
        components={"schemas": {"Term": TERM, "Result": RESULT}},
    )
    yield get
    yield replace(
        get,
        id="sparql.post",
        method="post",
        description="",
        parameters=tuple(
            {"name": name, "in": "query", "description": words, "schema": {"type": "array", "items": items}}
            for name, words in graphs.items()
        ),
        body={FORM: {"schema": form}, SPARQL_QUERY: {"schema": QUERY}},
    )


ROUTES = [
    OperationRoute("/sparql", sparql, _operations, methods=("GET", "POST")),
    OperationRoute("/.well-known/void", void, Operation("void", "The dataset in VoID", "data", RDF_TEXT)),
]
