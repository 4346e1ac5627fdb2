"""The operations of the OpenAPI document beside the canned queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...engine.dataset import Snapshot
from ...rdf.iris import GRAPHS as GRAPH_NAMES
from ...rdf.media_types import GRAPHS, SPARQL_QUERY
from ...release.catalogue import MEDIA
from ..feeds import routes as feeds
from ..sparql.protocol import FORM
from ..viewmodels.filter import FACETS
from . import reconcile
from .arguments import CHOICE, Argument
from .schemas import TEXT, Json, failures, operation, parameter, response, sparql_content

SPARQL: Json = {"type": "string", "format": "sparql-query", "minLength": 1}
EXAMPLE = "SELECT ?action ?number WHERE { ?action <https://w3id.org/policygraph/def#number> ?number } LIMIT 10"
LINKSET = "application/linkset+json"
ICS, ATOM, XML, JSON, HTML = (
    "text/calendar",
    "application/atom+xml",
    "application/xml",
    "application/json",
    "text/html",
)


def everything_else(snapshot: Snapshot) -> Json:
    """The path items by path."""
    return {
        **_sparql(snapshot),
        **_data(snapshot),
        **_feeds(),
        **_reconciliation(),
        "/openapi.json": _get("openapi", "This document", "operation", "application/vnd.oai.openapi+json"),
        "/healthz": {"get": operation("healthz", "Whether queries are answered", "operation", _health(), "503")},
        "/metrics": _get("metrics", "Numbers for operators, in Prometheus' format", "operation", "text/plain"),
        "/sitemap.xml": _get("sitemap", "Every page in every language", "operation", XML),
        "/robots.txt": _get("robots", "What crawlers should leave alone", "operation", "text/plain"),
    }


def _sparql(snapshot: Snapshot) -> Json:
    answer = response("The whole answer; on a bare GET the service description", sparql_content())
    names = ("default-graph-uri", "named-graph-uri")
    graphs = [_graphs(name, snapshot) for name in names]
    query: Json = {"name": "query", "in": "query", "description": "A SPARQL 1.1 query", "schema": SPARQL}
    failing = ("400", "406", "413", "429", "503")
    words = "Ask any SPARQL query"
    form: Json = {"type": "object", "required": ["query"], "properties": {"query": SPARQL}}
    body = {"required": True, "content": {FORM: {"schema": form}, SPARQL_QUERY: {"schema": SPARQL}}}
    more = f"A query takes {' and '.join(names)} as well: see POST, where they are described."
    asked = [{**query, "example": EXAMPLE}]
    get = operation("sparql", words, "sparql", answer, *failing, description=more, parameters=asked)
    post = operation("sparql.post", words, "sparql", answer, *failing, parameters=graphs, requestBody=body)
    return {"/sparql": {"get": get, "post": post}}


def _graphs(name: str, snapshot: Snapshot) -> Json:
    items: Json = {"type": "string", "enum": list(snapshot.graphs)} if snapshot.graphs else {"type": "string"}
    words = "A graph of the data, in place of the union of all" if name.startswith("default") else "A named graph"
    return {"name": name, "in": "query", "description": words, "schema": {"type": "array", "items": items}}


def _data(snapshot: Snapshot) -> Json:
    rdf = [one.media_type for one in GRAPHS]
    files = list(snapshot.release.manifest.files) if snapshot.release else []
    flat = [name for name in files if "/" not in name] or ["policygraph.ttl"]
    kind = Argument("kind", "xsd:string", "The kind of thing", "sector", pattern="[a-z]+(-[a-z]+)*")
    name = Argument("name", "xsd:string", "Its name", "HEALTH", pattern="[A-Za-z0-9][A-Za-z0-9-]*")
    file = Argument("file", CHOICE, "A file of the release", flat[0], tuple(flat))
    media = sorted({media for media, _, _ in MEDIA.values()})
    return {
        "/id/{kind}/{name}": {"get": _thing(rdf, parameter(kind, "path"), parameter(name, "path"))},
        "/id/{kind}/{name}.{extension}": {
            "get": _thing_data(rdf, parameter(kind, "path"), parameter(name, "path"))
        },
        "/graph/{name}": {"get": _thing(rdf, parameter(_named_graph(), "path"), name="graph")},
        "/def": _get("def", "The ontology", "data", *rdf),
        "/shapes": _get("shapes", "The SHACL shapes", "data", *rdf),
        "/catalogue": _get("catalogue", "The catalogue in DCAT-AP, with sizes and hashes", "data", *rdf),
        "/.well-known/void": _get("void", "The dataset in VoID", "data", *rdf),
        "/.well-known/api-catalog": _get("api-catalog", "The services of this site (RFC 9727)", "data", LINKSET),
        "/dumps/{file}": _get("dump", "A file of the release", "data", *media, parameters=[(file, "path")]),
    }


def _named_graph() -> Argument:
    return Argument("name", CHOICE, "The name of one of the graphs", GRAPH_NAMES[0], GRAPH_NAMES)


def _thing(rdf: Iterable[str], *parameters: Json, name: str = "thing") -> Json:
    content: Json = {one: {} for one in (*rdf, HTML)}
    responses: Json = {
        "200": response("Where the name ends in an extension: the data, or the page (.html)", content),
        "303": {"description": "See the page or the data of the thing, by Accept"},
    }
    return {
        "operationId": name,
        "summary": f"One {name}: leads to its page or to its data",
        "tags": ["data"],
        "parameters": list(parameters),
        "responses": {**responses, **failures("404", "406")},
    }


def _thing_data(rdf: Iterable[str], *parameters: Json) -> Json:
    syntax = Argument("extension", CHOICE, "The syntax of the data", "ttl", tuple(one.extension for one in GRAPHS))
    answer = response("What is said of the thing", {one: {} for one in rdf})
    given = [*parameters, parameter(syntax, "path")]
    return operation("thing.data", "The data of one thing", "data", answer, "404", parameters=given)


def _feeds() -> Json:
    facet = Argument("facet", CHOICE, "What narrows the calendar", "kind", FACETS)
    value = Argument("value", "xsd:string", "Its value", "flagship", pattern="[A-Za-z0-9-]+")
    narrowing = [(one, "query") for one in feeds.narrowing()]
    ordering = [(one, "query") for one in feeds.ordering()]
    language = (feeds.language(), "query")
    path = [(facet, "path"), (value, "path"), language]
    words = "Target dates as iCalendar: a period is an entry of whole days"
    return {
        "/calendar.ics": _get("calendar", words, "feeds", ICS, parameters=narrowing),
        "/calendar/{facet}/{value}.ics": _get("calendar.facet", words, "feeds", ICS, parameters=path),
        "/actions.ics": _get(
            "actions.ics", "The same for a list of actions", "feeds", ICS, parameters=[*narrowing, *ordering]
        ),
        "/feed.atom": _get("feed", "Releases and status reports as Atom", "feeds", ATOM, parameters=[language]),
    }


def _reconciliation() -> Json:
    tag = "reconciliation"
    kinds = {"queries": "Batch", "extend": "Extension"}
    fields = {name: _json_text(name, kind) for name, kind in kinds.items()}
    answer = response("The manifest, or the candidates for each query", {JSON: {"schema": {"type": "object"}}})
    batch = parameter(reconcile.QUERIES)
    batch["content"][JSON]["schema"] = fields["queries"]["contentSchema"]
    form: Json = {"type": "object", "properties": fields, "minProperties": 1, "maxProperties": 1}
    encoded = {FORM: {"schema": {**form, "additionalProperties": False}}}
    words = "Match names to things"
    items: Json = {
        "/reconcile": {
            "get": operation("reconcile", words, tag, answer, "400", parameters=[batch]),
            "post": operation(
                "reconcile.post", words, tag, answer, "400", requestBody={"required": True, "content": encoded}
            ),
        }
    }
    typed = [(reconcile.PREFIX, "query"), (reconcile.CURSOR, "query")]
    for kind in reconcile.SUGGESTED:
        name = f"reconcile.{kind}"
        items[f"/reconcile/suggest/{kind}"] = _get(name, f"Suggest: {kind}", tag, JSON, parameters=typed)
    offered = [(reconcile.TYPE, "query"), (reconcile.LIMIT, "query")]
    items["/reconcile/properties"] = _get(
        "reconcile.properties", "Properties of a category", tag, JSON, parameters=offered
    )
    one = [(reconcile.ID, "query")]
    items["/reconcile/preview"] = _get("reconcile.preview", "A thing in a few words", tag, HTML, parameters=one)
    return items


def _json_text(name: str, kind: str) -> Json:
    """A field of a form that holds JSON."""
    schema = {"$ref": f"#/components/schemas/{kind}"}
    return {"type": "string", "format": f"json-{name}", "contentMediaType": JSON, "contentSchema": schema}


def _get(
    name: str, summary: str, tag: str, *media: str, parameters: Iterable[tuple[Argument, str]] = ()
) -> Mapping[str, Json]:
    """The path item of something that is only read."""
    content = {one: {} if "json" in one else {"schema": TEXT} for one in media}
    described = [parameter(one, place) for one, place in parameters]
    more = {"parameters": described} if described else {}
    failing = ("400", "404") if described else ("406",)
    return {"get": operation(name, summary, tag, response("It", content), *failing, **more)}


def _health() -> Json:
    return response("They are", {JSON: {"schema": {"$ref": "#/components/schemas/Health"}}})
