"""The OpenAPI 3.1 document: made from the catalogue of canned queries and the parameters that are checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...engine.dataset import Snapshot
from ...engine.settings import Settings
from ...queries.canned import CannedQuery, catalogue
from ...rdf.media_types import JSON, Format
from ...version import VERSION
from .arguments import CHOICE, Argument
from .canned import LISTS, arguments
from .openapi_paths import everything_else
from .query_execution import offers
from .schemas import Json, components, many_note, operation, parameter, response

SHARED = ("lang", "as_of")
"""Parameters that many queries share."""

DESCRIPTION = """What annexes of EU strategies announce, as linked data: actions and their target dates, dialogues,
initiatives. Each canned query has an address of its own, in the formats that its extension or Accept names.

A bad request is answered with one sentence that says what is wrong and what to do, as `application/problem+json`
where Accept asks for it. An answer is never cut: what passes a limit gets a status of 413, 429 or 503 instead.
Every answer has an ETag; any site may ask (CORS)."""

TAGS = {
    "queries": "Canned queries: questions with typed parameters",
    "sparql": "SPARQL 1.1 Protocol, read-only",
    "data": "Things, catalogue and files of the release",
    "feeds": "Calendar and news",
    "reconciliation": "Reconciliation Service API 0.2, for OpenRefine and others",
    "operation": "For operators and crawlers",
}


def document(settings: Settings, snapshot: Snapshot) -> Json:
    """The document for a site at this address over these data."""
    queries = catalogue()
    shared = {one.name: one for query in queries for one in arguments(query) if one.name in SHARED}
    paths: Json = {"/queries": _listing(), "/queries.{extension}": _listing(extensions=True)}
    for query in queries:
        paths[f"/queries/{query.name}"] = _get(query, "")
        paths[f"/queries/{query.name}.{{extension}}"] = _get(query, ".extension")
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": _info(),
        "servers": [{"url": settings.address.rstrip("/")}],
        "externalDocs": {"url": f"{settings.address}api", "description": "A page to try it"},
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": {**paths, **everything_else(snapshot)},
        "components": components(shared.values(), {_answer_name(query): _answer(query) for query in queries}),
    }


def extension_argument(extensions: Iterable[str]) -> Argument:
    """The extension in a path as a parameter."""
    choices = tuple(extensions)
    return Argument("extension", CHOICE, "The format of the answer", choices[0], choices, required=True)


def _info() -> Json:
    return {
        "title": "policygraph",
        "version": VERSION,
        "summary": "Actions, dialogues and initiatives of EU strategies",
        "description": DESCRIPTION,
        "license": {"name": "Creative Commons Attribution 4.0 (data)", "identifier": "CC-BY-4.0"},
    }


def _get(query: CannedQuery, suffix: str) -> Json:
    """The path item of a query; with a suffix the one whose format stands in the path."""
    parameters: list[Json] = [_parameter(one) for one in arguments(query)]
    if suffix:
        parameters.insert(0, parameter(extension_argument(offers(query)), "path"))
    described = operation(
        f"{query.name}{suffix}",
        query.question["en"],
        "queries",
        {"$ref": f"#/components/responses/{_answer_name(query)}"},
        *("400", "404", *(() if suffix else ("406",)), "413", "429", "503"),
        description=_described(query),
        parameters=parameters,
    )
    return {"get": described}


def _parameter(one: Argument) -> Json:
    if one.name in SHARED:
        return {"$ref": f"#/components/parameters/{one.name}"}
    return parameter(one)


def _described(query: CannedQuery) -> str:
    columns = "\n".join(f"- `{column.name}`: {column.description}" for column in query.columns)
    return f"{query.question['en']}\n\nColumns:\n{columns}\n" + many_note(c.name for c in query.columns if c.many)


def _answer_name(query: CannedQuery) -> str:
    return f"Answer.{query.name}"


def _answer(query: CannedQuery) -> Json:
    content = {offer.media_type: _content(query, offer) for offer in offers(query).values()}
    return response("The whole answer", content)


def _content(query: CannedQuery, offer: Format) -> Json:
    """Schema of one format; the table formats with an example that has the columns and no rows."""
    names = list(query.column_names)
    if offer == JSON:
        example: Any = {"head": {"vars": names}, "results": {"bindings": []}}
        return {"schema": {"$ref": "#/components/schemas/Result"}, "example": example}
    if offer.name == "csv":
        return {"schema": {"type": "string"}, "example": ",".join(names) + "\r\n"}
    return {}


def _listing(*, extensions: bool = False) -> Json:
    content: Mapping[str, Json] = {
        one.media_type: {"schema": {"$ref": "#/components/schemas/QueryList"}} if name == "json" else {}
        for name, one in LISTS.items()
    }
    more = {"parameters": [parameter(extension_argument(LISTS), "path")]} if extensions else {}
    words = "The canned queries: as RDF that SPARQL editors read examples from, or as JSON"
    name = "queries.extension" if extensions else "queries"
    return {"get": operation(name, words, "queries", response("The list", content), "404", "406", **more)}
