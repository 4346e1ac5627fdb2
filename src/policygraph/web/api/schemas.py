"""The components of the OpenAPI document: schemas, problems, and the headers that every answer has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...queries.results import JOIN
from ...rdf.media_types import GRAPHS, RESULTS
from ...search.entity_index import PATHS
from ..delivery.failures import FORMS
from .arguments import JSON, Argument

Json = dict[str, Any]
TEXT: Json = {"type": "string"}

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
                    "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}},
                }
            },
        },
    },
}
PROBLEM: Json = {
    "type": "object",
    "description": "Problem details (RFC 9457): what is wrong, and what to do about it, in one sentence",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT,
    },
}
HEALTH: Json = {
    "type": "object",
    "required": ["status", "triples", "graphs"],
    "properties": {
        "status": {"enum": ["ok", "loading"]},
        "version": TEXT,
        "triples": {"type": "integer"},
        "graphs": {"type": "integer"},
        "release": {"type": ["string", "null"], "description": "SHA-256 of the canonical form"},
        "identity": TEXT,
        "since": {"type": "string", "format": "date-time"},
    },
}
QUERY: Json = {
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
}
MATCH: Json = {
    "type": "object",
    "description": "One query of the Reconciliation Service API 0.2",
    "required": ["query"],
    "properties": {
        "query": {"type": "string", "minLength": 1, "maxLength": 1000},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "type_strict": {"enum": ["any", "should", "all"]},
        "type": {"type": "array", "items": TEXT, "maxItems": 10},
    },
}
BATCH: Json = {
    "type": "object",
    "maxProperties": 50,
    "additionalProperties": {"$ref": "#/components/schemas/Match"},
}
EXTENSION: Json = {
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
}
SCHEMAS: Mapping[str, Json] = {
    "Term": TERM,
    "Result": RESULT,
    "Problem": PROBLEM,
    "Health": HEALTH,
    "Query": QUERY,
    "QueryList": {
        "type": "object",
        "required": ["queries"],
        "properties": {"queries": {"type": "array", "items": {"$ref": "#/components/schemas/Query"}}},
    },
    "Match": MATCH,
    "Batch": BATCH,
    "Extension": EXTENSION,
}

PROBLEMS: Mapping[str, str] = {
    "400": "A parameter is unknown or has a wrong value: the sentence names it, and those that there are",
    "404": "There is nothing at this address: the sentence says what is near",
    "406": "None of the formats in Accept is there: the sentence lists them",
    "413": "The answer would pass a limit, so none of it is sent",
    "429": "Too many are asking: Retry-After says when to come back",
    "503": "A limit of time or memory was reached, or the data are being loaded: Retry-After says when to ask",
}
HEADERS: Mapping[str, Json] = {
    "ETag": {"description": "Names this representation; send it back in If-None-Match", "schema": TEXT},
    "Link": {"description": "Licence, description and other formats as typed links (RFC 8288)", "schema": TEXT},
}


def components(parameters: Iterable[Argument], responses: Mapping[str, Json]) -> Json:
    """The components: parameters that many share, responses by name, the schemas and the headers."""
    problems = {f"Problem{status}": _problem(words) for status, words in PROBLEMS.items()}
    return {
        "schemas": dict(SCHEMAS),
        "parameters": {one.name: parameter(one) for one in parameters},
        "headers": dict(HEADERS),
        "responses": {
            **problems,
            "Problem": _problem("Anything else that went wrong, in one sentence"),
            **responses,
        },
    }


def parameter(one: Argument, place: str = "query", default: str = "") -> Json:
    """A parameter of an operation; ``default`` says in words what counts where it is not given."""
    said = f" (without it: {default or one.default})" if default or one.default is not None else ""
    described: Json = {"name": one.name, "in": place, "description": one.description + said}
    if one.required or place == "path":
        described["required"] = True
    if one.kind == JSON:
        return {**described, "content": {"application/json": {"schema": one.schema, "example": one.value}}}
    schema = {"type": "array", "items": one.schema} if one.many else one.schema
    return {**described, "schema": schema, "example": [one.value] if one.many else one.value}


def response(words: str, content: Mapping[str, Json]) -> Json:
    """A successful response with the usual headers."""
    return {"description": words, "headers": {name: _header(name) for name in HEADERS}, "content": dict(content)}


def failures(*statuses: str) -> Json:
    """The problems that an operation documents by status, and any other."""
    named = {status: {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}
    return {**named, "default": {"$ref": "#/components/responses/Problem"}}


def operation(name: str, summary: str, tag: str, answer: Json, *failing: str, **more: Any) -> Json:
    """An operation that answers 200 with ``answer``; ``failing`` are the statuses of its problems."""
    responses = {"200": answer, **failures(*failing)}
    return {"operationId": name, "summary": summary, "tags": [tag], **more, "responses": responses}


def sparql_content() -> Json:
    """The content of an answer to any SPARQL query."""
    tables = {one.media_type: {"schema": _schema(one.name)} for one in RESULTS}
    return {**tables, **{one.media_type: {} for one in GRAPHS}}


def many_note(columns: Iterable[str]) -> str:
    """What is said of columns whose cells hold several values."""
    names = ", ".join(columns)
    return f" Cells of {names} may hold several values, joined by “{JOIN.strip()}”." if names else ""


def _schema(name: str) -> Json:
    return {"$ref": "#/components/schemas/Result"} if name == "json" else TEXT


def _header(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}


def _problem(words: str) -> Json:
    content = {one.media_type: {"schema": TEXT} for one in FORMS}
    content["application/problem+json"] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": words, "content": content}
