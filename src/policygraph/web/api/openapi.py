"""The OpenAPI 3.1 document: collected from the application's routes, which describe themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...engine.dataset import Snapshot
from ...engine.settings import Settings
from ...version import VERSION
from ..delivery.failures import FORMS
from ..delivery.link_header import OPENAPI
from ..delivery.operations import HEADERS, TEXT, Json, Operation, OperationRoute, reference, text
from ..delivery.requests import settings_of, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import deliver

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
"""What operations are about, in the order of the document."""

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
PROBLEMS: Mapping[str, str] = {
    "400": "A parameter is unknown or has a wrong value: the sentence names it, and those that there are",
    "404": "There is nothing at this address: the sentence says what is near",
    "406": "None of the formats in Accept is there: the sentence lists them",
    "413": "The answer would pass a limit, so none of it is sent",
    "429": "Too many are asking: Retry-After says when to come back",
    "503": "A limit of time or memory was reached, or the data are being loaded: Retry-After says when to ask",
    "": "Anything else that went wrong, in one sentence",
}


async def openapi(request: Request) -> Response:
    """The OpenAPI document."""

    async def write() -> bytes:
        described = document(request.app.routes, settings_of(request), view_of(request).snapshot)
        return json.dumps(described, ensure_ascii=False, indent=1).encode()

    return await deliver(request, await cached(request, ("openapi",), write), OPENAPI)


def document(routes: Iterable[BaseRoute], settings: Settings, snapshot: Snapshot) -> Json:
    """The document for a site at this address over these data."""
    described = [route for route in routes if isinstance(route, OperationRoute)]
    operations = [operation for route in described for operation in route.operations(snapshot)]
    paths: Json = {}
    components: dict[str, Json] = {
        "schemas": {"Problem": PROBLEM},
        "parameters": {},
        "headers": dict(HEADERS),
        "responses": {f"Problem{status}": _problem(words) for status, words in PROBLEMS.items()},
    }
    for path, operation in sorted(operations, key=lambda pair: list(TAGS).index(pair[1].tag)):
        paths.setdefault(path, {})[operation.method] = operation.to_json()
        for kind, own in operation.components.items():
            components[kind] |= own
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "policygraph",
            "version": VERSION,
            "summary": "Actions, dialogues and initiatives of EU strategies",
            "description": DESCRIPTION,
            "license": {"name": "Creative Commons Attribution 4.0 (data)", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": settings.address.rstrip("/")}],
        "externalDocs": {"url": f"{settings.address}api", "description": "A page to try it"},
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": paths,
        "components": components,
    }


def _problem(words: str) -> Json:
    content = text(*(form.media_type for form in FORMS))
    content["application/problem+json"] = {"schema": reference("schemas", "Problem")}
    return {"description": words, "content": content}


ROUTES = [
    OperationRoute("/openapi.json", openapi, Operation("openapi", "This document", "operation", text(OPENAPI))),
]
